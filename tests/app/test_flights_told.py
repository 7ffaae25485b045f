"""The flights that a notice tells of: as far as they were heard when it was decided, and none where they cannot be read."""

from datetime import timedelta
from pathlib import Path

import pytest
from made_visits import ICAO24, UNSEEN_DOWN, UNSEEN_UP, taken_back
from msgspec.structs import replace
from state_vectors import AIRPORTS, HOUR, report
from watched_flights import WATCHLIST, polls

from flightwatch.alerting.notices import Digest
from flightwatch.app.alert_context import alert_of
from flightwatch.app.flights_told import flights_told
from flightwatch.app.legs import Legs
from flightwatch.app.replay import replay
from flightwatch.core.model import Event, instant
from flightwatch.storage.store import Store
from flightwatch.wording.alert import Alert


@pytest.fixture
def watched(tmp_path: Path) -> tuple[Path, list[Event]]:
    """A database, and the landing and the departure that polls of it told."""
    database = tmp_path / "seen.db"
    with Store(database) as store:
        return database, [*replay(polls(UNSEEN_DOWN - 2 * HOUR, UNSEEN_UP + 2 * HOUR), WATCHLIST, AIRPORTS, store)]


def told(database: Path, event: Event) -> Alert:
    with Store(database) as store:
        return alert_of(event, store, WATCHLIST, AIRPORTS)


def test_a_landing_and_a_departure(watched: tuple[Path, list[Event]]) -> None:
    """The way to the field goes with the landing; of the way from it what was heard until the departure was decided."""
    database, (landed, gone) = watched
    with Store(database) as store:
        [visit] = store.visits(icao24s=[ICAO24])
        to, back = Legs(store)([visit])[visit.id]
    assert flights_told(database, told(database, landed)) == {visit.id: (to,)}
    assert flights_told(database, told(database, gone)) == {}  # it was one report by which that was decided
    later = told(database, replace(gone, detected_at=gone.detected_at + timedelta(minutes=30)))
    [(flight,)] = flights_told(database, later).values()
    assert flight.fixes == tuple(fix for fix in back.fixes if fix.at <= later.event.detected_at.timestamp())
    assert 1 < len(flight.fixes) < len(back.fixes)
    both = flights_told(database, Digest((told(database, landed), later, later)))
    assert both == {visit.id: (to, flight)}


def test_a_flight_in_the_air(watched: tuple[Path, list[Event]]) -> None:
    """It goes on since the visit before, or since it began; of one taken for a landing there is all until it was lost."""
    database, (landed, gone) = watched
    at = UNSEEN_UP + HOUR
    lost = replace(gone, id="lost", type="lost", visit="", airport=None, detected_at=instant(at))
    [(flight,)] = flights_told(database, told(database, lost)).values()
    assert UNSEEN_UP < flight.fixes[0].at < flight.fixes[-1].at <= at
    assert landed.origin is not None
    began = replace(landed.origin, at=instant(flight.fixes[2].at))
    [(rest,)] = flights_told(database, told(database, replace(lost, origin=began))).values()
    assert rest.fixes == flight.fixes[2:]
    last = landed.evidence[-1]
    back = taken_back(visit="", evidence=(last, report(at, icao24=ICAO24)), detected_at=instant(at))
    [(before,)] = flights_told(database, told(database, back)).values()
    assert before.fixes[-1].at == last.time_position
    assert before.fixes[0].at < UNSEEN_DOWN - HOUR


def test_nothing_that_can_be_read(watched: tuple[Path, list[Event]], tmp_path: Path) -> None:
    """Nobody is told of anything but the event itself."""
    database, (landed, _) = watched
    alert = told(database, landed)
    database.write_bytes(b"no database".ljust(4096))
    assert flights_told(database, alert) == {}
    assert flights_told(tmp_path / "none.db", alert) == {}
    assert not (tmp_path / "none.db").exists()
