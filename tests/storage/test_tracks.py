"""Tracks are kept as they were, whatever of them a poll had to write; damage in either of their rows is found."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_visits import ICAO24, at
from state_vectors import report

from flightwatch.errors import StoreError
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.reports import KEPT, Reports
from flightwatch.tracking.track import Track

RECORD = PollRecord(at("2023-09-28T11:30"), at("2023-09-28T11:30"), "ok")


def flown(count: int) -> Track:
    """An airframe that was heard so often in its flight."""
    reports = Reports()
    for minute in range(count):
        reports = reports.followed_by(report(60 * minute, icao24=ICAO24, latitude=minute / 10))
    return Track(ICAO24, reports=reports)


def changes(*tracks: Track, forgotten: tuple[str, ...] = ()) -> PollChanges:
    """What a poll leaves that moved these."""
    return PollChanges({track.icao24: track for track in tracks}, frozenset(forgotten), (), ())


def rows(path: Path) -> list[int]:
    """How many rows both tables have."""
    with closing(sqlite3.connect(path)) as db:
        return list(
            db.execute("SELECT (SELECT count(*) FROM tracks), (SELECT count(*) FROM earlier_reports)").fetchone()
        )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(polls=st.lists(st.tuples(st.integers(0, 2 * KEPT), st.booleans(), st.booleans()), min_size=1, max_size=6))
def test_what_was_written_last_is_read(polls: list[tuple[int, bool, bool]], tmp_path: Path) -> None:
    """Whether the flight went on, or another began; whether the tracks were read before, and in one process or several."""
    path = tmp_path / "a.db"
    path.unlink(missing_ok=True)
    for count, is_read, is_twice in polls:
        with Store(path, lasting=False) as store:
            if is_read:
                store.tracks()
            if is_twice:
                store.commit(changes(flown(count + 9)), RECORD)
            store.commit(changes(flown(count)), RECORD)
        with Store(path) as store:
            assert store.tracks() == {ICAO24: flown(count)}
            assert list(store.damages()) == []
        assert rows(path) == [1, int(bool(flown(count).reports.earlier))]


def test_who_goes_on_flying_from_poll_to_poll(tmp_path: Path) -> None:
    path, track = tmp_path / "a.db", flown(0)
    for minute in range(3 * KEPT):
        with Store(path, lasting=False) as store:
            track = store.tracks().get(ICAO24, track)
            reports = track.reports.followed_by(report(60 * minute, icao24=ICAO24, latitude=minute / 10))
            store.commit(changes(Track(ICAO24, reports=reports)), RECORD)
    with Store(path) as store:
        assert store.tracks() == {ICAO24: flown(3 * KEPT)}
        store.commit(changes(forgotten=(ICAO24,)), RECORD)
        assert store.tracks() == {}
    assert rows(path) == [0, 0]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE tracks SET track = substr(track, 2)",
        "UPDATE tracks SET track = CAST(track AS TEXT)",
        "UPDATE tracks SET checksum = NULL",
        "UPDATE tracks SET icao24 = '15521e'",
        "UPDATE earlier_reports SET reports = substr(reports, 2)",
        "UPDATE earlier_reports SET reports = 7",
        "DELETE FROM earlier_reports",
    ],
)
def test_damage(tmp_path: Path, damage: str) -> None:
    """It is found, named, not used, and taken out by the next poll."""
    path = tmp_path / "a.db"
    with Store(path) as store:
        store.commit(changes(flown(KEPT)), RECORD)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(damage)
    with Store(path) as store:
        assert store.tracks() == {}
        [said] = store.take_left_out()
        assert said.startswith("what is remembered of '15521")
        assert list(store.damages()) == [f"{said} does not hold what was written"]
        store.commit(changes(), RECORD)
        assert list(store.damages()) == []
    assert rows(path) == [0, 0]


def test_a_poll_that_could_not_be_written_is_written_by_the_next(tmp_path: Path) -> None:
    """What was not kept is not taken for kept."""
    with Store(tmp_path / "a.db") as store:
        store.commit(changes(flown(KEPT)), RECORD)
        store.tracks()

        def refuse(_db: object) -> None:
            raise StoreError("no room")

        with pytest.raises(StoreError):
            store.commit(changes(flown(KEPT + 9)), RECORD, refuse)
        store.commit(changes(flown(KEPT + 9)), RECORD)
        assert store.tracks() == {ICAO24: flown(KEPT + 9)}
