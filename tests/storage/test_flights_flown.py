"""What tracks let go of flights is kept, for airframes that a watchlist names."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from made_visits import ICAO24, at
from msgspec.structs import replace
from state_vectors import report

from flightwatch.core.legs import Fix
from flightwatch.core.model import StateVector, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.flown import flown, flying
from flightwatch.storage.poll_log import keep_listed
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

RECORD = PollRecord(at("2023-09-28T11:30"), at("2023-09-28T11:30"), "ok")
LISTED = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule"),))
LANDED = report(10_000 * 60, icao24=ICAO24, on_ground=True, latitude=50.0, longitude=39.0)


def heard(minute: int) -> StateVector:
    """Where it flies: northward, and back again after two hours."""
    way = 0.1 * min(minute % 240, 240 - minute % 240)
    return report(60 * minute, icao24=ICAO24, latitude=40.0 + way, longitude=30.0 + 0.01 * minute, baro_altitude=9000.0)


class Flight:
    """An airframe that polls follow, each a process of its own."""

    def __init__(self, path: Path, *, is_listed: bool = True) -> None:
        self.path, self.track = path, Track(ICAO24)
        with Store(path) as store, store.writing() as db:
            if is_listed:
                keep_listed(db, LISTED.watched, at("2023-09-28T11:30"))

    def poll(self, track: Track) -> None:
        with Store(self.path, lasting=False) as store:
            store.tracks()
            store.commit(PollChanges({ICAO24: track}, frozenset(), (), ()), RECORD)
        self.track = track

    def fly(self, minutes: range) -> None:
        for minute in minutes:
            reports = self.track.reports.followed_by(heard(minute))
            self.poll(replace(self.track, reports=reports, heard_by={"adsb.lol": 60 * minute}))

    def land(self) -> None:
        self.poll(replace(self.track, reports=Reports.of(LANDED)))

    def known(self, since: int = 0, until: int = 10**6) -> list[tuple[Fix, ...]]:
        with Store(self.path) as store:
            held = flying(store, ICAO24)
            kept = flown(store, ICAO24, instant(since * 60), instant(until * 60))
            return [each.fixes for each in (*kept, *([] if held is None else [held]))]

    def rows(self) -> int:
        with closing(sqlite3.connect(self.path)) as db:
            return int(db.execute("SELECT count(*) FROM legs").fetchone()[0])


@pytest.mark.parametrize("minutes", [3, 9, 29, 34, 61, 240])
def test_a_flight_is_one_row(minutes: int, tmp_path: Path) -> None:
    """However many reports its track held: from the first to the last, with the turn, in few positions."""
    flight = Flight(tmp_path / "a.db")
    flight.fly(range(minutes))
    flight.land()
    [fixes] = flight.known()
    assert flight.rows() == 1
    assert (fixes[0].at, fixes[-1].at) == (0, 60 * (minutes - 1))
    assert len(fixes) <= 6 + minutes // 8
    assert max(fix.latitude for fix in fixes) == pytest.approx(40.0 + 0.1 * min(minutes - 1, 120), abs=0.01)
    with Store(flight.path) as store:
        assert [each.heard_by for each in flown(store, ICAO24, instant(0), instant(10**6))] == [("adsb.lol",)]


def test_a_flight_that_goes_on(tmp_path: Path) -> None:
    """All of it is known, in pieces and by its track, without a hole."""
    flight = Flight(tmp_path / "a.db")
    flight.fly(range(100))
    times = sorted({fix.at for fixes in flight.known() for fix in fixes})
    assert times == [60 * minute for minute in range(100)]


def test_one_flight_after_another(tmp_path: Path) -> None:
    """Each is one of its own, and a question about a time has those that touch it."""
    flight = Flight(tmp_path / "a.db")
    flight.fly(range(50))
    flight.land()
    flight.poll(replace(flight.track, reports=Reports.of(heard(200))))
    flight.fly(range(201, 280))
    flight.land()
    assert [(fixes[0].at, fixes[-1].at) for fixes in flight.known()] == [(0, 49 * 60), (200 * 60, 279 * 60)]
    assert [fixes[0].at for fixes in flight.known(100, 150)] == []
    assert [fixes[0].at for fixes in flight.known(250, 260)] == [200 * 60]


def test_a_stranger_is_not_kept(tmp_path: Path) -> None:
    flight = Flight(tmp_path / "a.db", is_listed=False)
    flight.fly(range(60))
    flight.land()
    assert flight.rows() == 0


def test_who_is_forgotten(tmp_path: Path) -> None:
    """Its flight ends with that."""
    flight = Flight(tmp_path / "a.db")
    flight.fly(range(40))
    with Store(flight.path) as store:
        store.tracks()
        store.commit(PollChanges({}, frozenset({ICAO24}), (), ()), RECORD)
    [fixes] = flight.known()
    assert (fixes[0].at, fixes[-1].at) == (0, 39 * 60)


def test_damage_is_found(tmp_path: Path) -> None:
    flight = Flight(tmp_path / "a.db")
    flight.fly(range(9))
    flight.land()
    with closing(sqlite3.connect(flight.path)) as db, db:
        db.execute("UPDATE legs SET heard_by = '[\"another\"]'")
    with Store(flight.path) as store:
        assert flown(store, ICAO24, instant(0), instant(10**6)) == []
        assert store.take_left_out() == [f"a flight of '{ICAO24}'"]
        assert list(store.damages()) == [f"a flight of '{ICAO24}' does not hold what was written"]
