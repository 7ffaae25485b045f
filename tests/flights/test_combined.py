"""Watched and estimated visits of one airframe together, whatever they are: invented stays."""

from datetime import datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from made_visits import PYONGYANG, VLADIVOSTOK, at, visit

from flightwatch.core.visits import Moment, Visit, gone_by
from flightwatch.flights.combined import combined
from flightwatch.flights.estimates import Estimates
from flightwatch.flights.model import NOON_S

START, HOUR = at("2023-09-01T00:00"), timedelta(hours=1)
EVERY_DAY = frozenset(range(0, 2**31, NOON_S))


def about(hours: int, spread: int) -> Moment:
    """Give a moment known to so many tenths of an hour."""
    best, slack = START + hours * HOUR, spread * HOUR / 10
    return Moment(best, best - slack, best + slack, "inferred", 0.9)


@st.composite
def stays(draw: st.DrawFn, source: str) -> list[Visit]:
    """Draw stays one after another, newest first; ends may be unknown, and a watched one may be open."""
    hours, made = draw(st.integers(0, 20)), list[Visit]()
    for number in range(draw(st.integers(0, 4))):
        began, hours = hours + draw(st.integers(1, 20)), hours + draw(st.integers(21, 50))
        stay = visit(
            id=f"{source}{number}",
            airport=draw(st.sampled_from([PYONGYANG, VLADIVOSTOK])),
            arrival=about(began, draw(st.integers(0, 9))),
            departure=about(hours, draw(st.integers(0, 9))),
        )
        way = draw(st.sampled_from(["whole", "end unknown", "beginning unknown", "open"]))
        if way == "end unknown":
            stay = gone_by(stay, START + hours * HOUR)
        if way == "beginning unknown" and stay.departure is not None:
            earliest = draw(st.sampled_from([None, START + (began - 1) * HOUR]))
            arrival = Moment(None, earliest, stay.departure.latest, "inferred", 0.9)
            stay = visit(id=stay.id, airport=stay.airport, arrival=arrival, departure=stay.departure)
        if way == "open" and source == "watched-":
            made.append(visit(id=stay.id, airport=stay.airport, arrival=stay.arrival, departure=None))
            break
        made.append(stay)
    return made[::-1]


def surely(stay: Visit) -> tuple[datetime, datetime]:
    """From when to when it was there whatever the bounds say."""
    came, left = stay.arrival.latest, stay.departure
    return came, came if left is None or left.at is None or left.earliest is None else left.earliest


@given(stays("watched-"), stays("opensky-"), st.booleans())
def test_nobody_is_in_two_places(watched: list[Visit], estimated: list[Visit], all_asked: bool) -> None:
    """Nor has two visits of one id, nor bounds out of order."""
    left = sorted(v.departure.latest + HOUR / 60 for v in estimated if v.departure is not None and v.departure.at)
    estimates = Estimates(tuple(estimated), (), EVERY_DAY if all_asked else frozenset(), tuple(left))
    found = combined(watched, estimates, [])
    assert len({stay.id for stay in found}) == len(found)
    for stay in found:
        for moment in filter(None, (stay.arrival, stay.departure)):
            known = [t for t in (moment.earliest, moment.at, moment.latest) if t is not None]
            assert known == sorted(known)
    for one, other in combinations(found, 2):
        if one.is_estimate or other.is_estimate:
            (came, gone), (came_too, gone_too) = surely(one), surely(other)
            assert min(gone, gone_too) <= max(came, came_too)
