"""Damage that SQLite does not see is found by the rows' checksums, said, and not used."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from made_visits import ICAO24, at, landing, moment, visit
from program import Program

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.queue import Changes, Letter
from flightwatch.core.model import Event
from flightwatch.core.selection import Selection
from flightwatch.errors import DamagedRow
from flightwatch.storage.database import Transaction
from flightwatch.storage.letters import apply
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Make a database with two visits and a track, all of it in one file."""
    path = tmp_path / "a.db"
    with Store(path) as store:
        visits = visit(callsign="RSD1234"), visit(id="sound", latitude=-0.0, longitude=125)
        changes = PollChanges({ICAO24: Track(ICAO24)}, frozenset(), (), visits)
        store.commit(changes, PollRecord(at("2023-09-28T11:30"), at("2023-09-28T11:30"), "ok"))
    return path


def flip(path: Path, written: bytes, instead: bytes) -> None:
    """Change bytes in the file, wherever these stand."""
    data = path.read_bytes()
    assert written in data
    path.write_bytes(data.replace(written, instead))


def test_a_sound_one(path: Path, program: Program) -> None:
    with Store(path) as store:
        assert len(store.visits()) == 2
        assert list(store.damages()) == []
    done = program.run("check", "--db", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{path}: nothing is damaged\n", "")


def test_a_visit_that_changed(path: Path, program: Program) -> None:
    """A flipped byte that makes another callsign of one: SQLite finds nothing, the checksum does."""
    flip(path, b"RSD1234", b"RSD1235")
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Store(path) as store:
        assert [each.id for each in store.visits()] == ["sound"]
        assert store.take_left_out() == ["the visit 'visit-1' of '15521f'"]
        with pytest.raises(DamagedRow, match="the visit 'visit-1' of '15521f' is not what was written"):
            store.visit("visit-1")
        assert store.visit("sound") is not None
    done = program.run("check", "--db", str(path))
    assert done.returncode == 1
    assert done.stdout == "the visit 'visit-1' of '15521f' does not hold what was written\n"
    assert done.stderr.strip().endswith("a.db: 1 damage found: restore a copy")


def test_a_track_that_changed(path: Path) -> None:
    flip(path, b"icao24\xa615521f", b"icao24\xa615521e")
    with Store(path) as store:
        assert store.tracks() == {}
        assert store.take_left_out() == ["what is remembered of '15521f'"]
        assert list(store.damages()) == ["what is remembered of '15521f' does not hold what was written"]


def test_an_event_that_changed(path: Path) -> None:
    """It is not told: a flipped digit would make another hour of it."""
    with Store(path) as store:
        told = landing(time=at("2023-09-26T01:52"))
        store.commit(PollChanges({}, frozenset(), (told,), ()), PollRecord(told.time, told.time, "ok"), owed(told))
    flip(path, b'"time":"2023-09-26T01:52', b'"time":"2023-09-26T03:52')
    with Store(path) as store:
        assert (store.events_since(told.detected_at), store.events([told.id])) == ([], {})
        assert store.take_left_out() == ["the event 'landing-1' of '15521f'"]
        [alert] = Outbox(store).due(told.detected_at)
        with pytest.raises(DamagedRow, match="the event 'landing-1'"):
            Outbox(store).event(alert)
        assert list(store.damages()) == ["the event 'landing-1' of '15521f' does not hold what was written"]


def test_a_blind_time_that_changed(path: Path) -> None:
    begun, found = at("2023-09-26T01:00"), at("2023-09-26T09:00")
    blind = Blindness("blind-1", begun, None, "no answer", found)
    with Store(path) as store:
        store.record_failure(PollRecord(found, None, "no answer"), owed(blind))
    flip(path, b"2023-09-26T01:00", b"2023-09-26T03:00")
    with Store(path) as store:
        [alert] = Outbox(store).due(found)
        with pytest.raises(DamagedRow, match="the time without a poll 'blind-1'"):
            Outbox(store).blindness(alert)
        assert list(store.damages()) == ["the time without a poll 'blind-1' does not hold what was written"]


def owed(news: Event | Blindness) -> Callable[[Transaction], None]:
    """What queues an alert for the terminal."""
    letter = Letter(news, "print", news.detected_at, news.detected_at)
    return lambda db: apply(db, Changes(letters=(letter,)))


@pytest.mark.parametrize(
    "damage",
    [
        "callsign = CAST(x'525344ff' AS TEXT)",  # no UTF-8
        "callsign = x'00ff'",
        "callsign = 5",
        "latitude = 'north'",
        "arrived_latest = 9e99",
        "arrived = -9e15",
        "departed_latest = NULL",
        "arrival_basis = 'guessed'",
        "checksum = NULL",
        "checksum = 'x'",
        "icao24 = 'ffffff'",
    ],
)
def test_a_visit_damaged_in_any_way(path: Path, damage: str) -> None:
    """Each other one is read, wherever it stands, and what is damaged is told once."""
    with Store(path) as store:
        more = tuple(visit(id=f"later-{n}", arrival=moment(f"2023-09-{n:02}T01:52")) for n in range(1, 30))
        store.commit(PollChanges({}, frozenset(), (), more), PollRecord(at("2023-09-29"), at("2023-09-29"), "ok"))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE visits SET {damage} WHERE id = 'later-12'")  # noqa: S608 ours
    with Store(path, reading_only=True) as store:
        assert {each.id for each in store.visits()} == {"visit-1", "sound", *(f"later-{n}" for n in range(1, 30))} - {
            "later-12"
        }
        assert len(store.visits(Selection(), airport_icao="ZKPY")) == 30
        [left_out] = store.take_left_out()
        assert left_out.startswith("the visit 'later-12' of ")
        assert list(store.damages()) == [f"{left_out} does not hold what was written"]


@pytest.mark.parametrize("damage", ["track = '{'", "track = 7", "track = NULL", "checksum = 1", "icao24 = x'ff'"])
def test_a_track_damaged_in_any_way(path: Path, damage: str) -> None:
    """It is deleted when the next poll is written, not before; the others stay."""
    with Store(path) as store:
        changes = PollChanges({"4b0001": Track("4b0001")}, frozenset(), (), ())
        store.commit(changes, PollRecord(at("2023-09-28T11:31"), at("2023-09-28T11:31"), "ok"))
    with closing(sqlite3.connect(path)) as db, db:
        if "NULL" in damage:
            db.execute("PRAGMA writable_schema = ON")
            db.execute("UPDATE sqlite_master SET sql = replace(sql, 'track BLOB NOT NULL', 'track BLOB')")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"UPDATE tracks SET {damage} WHERE icao24 = '15521f'")  # noqa: S608 ours
    with Store(path) as store:
        assert [*store.tracks()] == ["4b0001"]
        assert len(store.take_left_out()) == 1
        assert len([*store.damages()]) >= 1
        changes = PollChanges({"4b0002": Track("4b0002")}, frozenset(), (), ())
        store.commit(changes, PollRecord(at("2023-09-28T11:32"), at("2023-09-28T11:32"), "ok"))
        assert [*store.tracks()] == ["4b0001", "4b0002"]
        assert store.take_left_out() == []
