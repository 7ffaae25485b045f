"""The flights to visits and from them: what polls heard, what traces tell, and where one flight ends."""

from datetime import timedelta

import pytest
from build_demo import is_heard
from made_visits import ICAO24, UNSEEN_DOWN, UNSEEN_UP
from msgspec.structs import replace
from state_vectors import AIRPORTS, DAY, HOUR, MINUTE, sent
from traced_flights import stay
from watched_flights import FLIGHTS, STEP_S, WATCHLIST, polls

from flightwatch.app.legs import LONGEST, Legs
from flightwatch.app.replay import replay
from flightwatch.core.legs import Leg
from flightwatch.core.model import instant
from flightwatch.core.spans import DAY_S
from flightwatch.core.visits import Moment, Visit
from flightwatch.planning.trace_days import Asked
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.storage.traces import KeptDay, KeptTrace, keep_trace
from flightwatch.tracking.advance_all import PollChanges


@pytest.fixture
def watched(store: Store) -> Store:
    for _ in replay(polls(UNSEEN_DOWN - 2 * HOUR, UNSEEN_UP + 2 * HOUR), WATCHLIST, AIRPORTS, store):
        pass
    return store


def legs(store: Store, visit: Visit) -> tuple[Leg, ...]:
    return Legs(store)([visit]).get(visit.id, ())


def test_both_flights_of_a_visit(watched: Store) -> None:
    """From the first report to the last before it, which its track held no more; and on to where it is still heard."""
    [visit] = watched.visits(icao24s=[ICAO24])
    to, back = legs(watched, visit)
    looks = range(UNSEEN_DOWN - 2 * HOUR, UNSEEN_UP + 2 * HOUR, STEP_S)
    heard = [at for at in looks if any(sent(flight, at, is_heard) for flight in FLIGHTS)]
    assert (to.is_to, back.is_to) == (True, False)
    assert (to.fixes[0].at, back.fixes[-1].at) == (heard[0], heard[-1])
    assert to.fixes[-1].at < UNSEEN_DOWN < UNSEEN_UP < back.fixes[0].at
    assert {fix.at for fix in (*to.fixes, *back.fixes)} <= {*heard}
    assert len(to.heard) == len(back.heard) == 1
    assert to.heard_by == ("OpenSky",)


def test_a_flight_that_is_not_over(watched: Store) -> None:
    """It is left out for whoever wants what stays as it is, until the next visit has begun; then it is the flight to that."""
    [visit] = watched.visits(icao24s=[ICAO24])
    to, back = legs(watched, visit)
    [stays] = Legs(watched, are_over=True)([visit])[visit.id]
    assert stays == to
    for _ in replay(polls(UNSEEN_UP + 2 * HOUR, UNSEEN_UP + 3 * DAY), WATCHLIST, AIRPORTS, watched):
        pass
    following, same = watched.visits(icao24s=[ICAO24])
    [_, over] = Legs(watched, are_over=True)([same])[visit.id]
    assert over.fixes == legs(watched, following)[0].fixes
    assert over.fixes[: len(back.fixes) - 1] == back.fixes[:-1]


def test_what_traces_tell_of_it(watched: Store) -> None:
    """By the minute, also where polls heard nothing; and who told it."""
    [visit] = watched.visits(icao24s=[ICAO24])
    for day in range(UNSEEN_DOWN // DAY_S * DAY_S, UNSEEN_UP + DAY_S, DAY_S):
        looks = {r.last_contact: r for r in stay("FNJ", UNSEEN_DOWN, UNSEEN_UP) if day <= r.last_contact < day + DAY_S}
        with watched.writing() as db:
            keep_trace(
                db, ICAO24, KeptDay(day, Asked(instant(UNSEEN_UP), "heard"), KeptTrace(day, tuple(looks.items())))
            )
    to, back = legs(watched, visit)
    assert to.fixes[-1].at == UNSEEN_DOWN - MINUTE
    assert back.fixes[0].at == UNSEEN_UP + MINUTE
    assert to.heard_by == back.heard_by == ("OpenSky", "adsb.lol")


def test_a_flight_between_two_visits_is_that_of_both(watched: Store) -> None:
    """No flight of another visit is taken for one of this, nor one of long before."""
    [visit] = watched.visits(icao24s=[ICAO24])
    back = legs(watched, visit)[-1]
    came = instant(back.fixes[-1].at + HOUR)
    after = replace(visit, id="after", arrival=Moment(came, came, came, "observed", 1.0), departure=None)
    elsewhere = replace(
        visit, id="later", arrival=replace(after.arrival, latest=came + LONGEST, at=None, earliest=None)
    )
    watched.commit(PollChanges({}, frozenset(), (), (after, elsewhere)), PollRecord(came, None, "made"))
    [to] = legs(watched, after)
    assert (to.is_to, to.fixes) == (True, back.fixes)
    assert legs(watched, visit)[-1] == back
    assert legs(watched, replace(elsewhere, departure=None)) == ()


def test_nothing_is_kept_of_others(watched: Store) -> None:
    [visit] = watched.visits(icao24s=[ICAO24])
    assert Legs(watched)([replace(visit, icao24="7278a5")]) == {}
    old = replace(
        visit, arrival=replace(visit.arrival, latest=visit.arrival.latest - timedelta(days=9)), departure=None
    )
    assert Legs(watched)([old]) == {}
