"""Visits: how long a stay was, as far as can be known."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flightwatch.core.model import Place
from flightwatch.core.visits import Dwell, Moment, Visit, confirmed, dwell, dwell_so_far, gone_by, may_be_there

NOON = datetime(2023, 9, 26, 12, tzinfo=UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def moment(earliest: float | None, at: float | None, latest: float) -> Moment:
    """Make a moment, in hours from noon."""
    earliest_at = None if earliest is None else NOON + hours(earliest)
    best_at = None if at is None else NOON + hours(at)
    return Moment(best_at, earliest_at, NOON + hours(latest), "inferred", 0.8)


SEEN = Moment(NOON, NOON, NOON, "observed", 1.0)
VISIT = Visit(
    id="v",
    icao24="15521f",
    registration="RA-86559",
    callsign="RFF7451",
    airport=Place("ZKPY", "FNJ", "Pyongyang"),
    latitude=39.2241,
    longitude=125.67,
    arrival=moment(-1, 0, 1),
    landing="l",
)


@pytest.mark.parametrize(
    ("arrival", "departure", "stay"),
    [
        (SEEN, moment(2, 2, 2), Dwell(hours(2), hours(2), hours(2))),
        (moment(-1, 0, 1), moment(47, 48, 50), Dwell(hours(48), hours(46), hours(51))),
        (moment(None, None, 0), moment(2, 2, 2), Dwell(None, hours(2), None)),
        (SEEN, moment(None, None, 5), Dwell(None, hours(0), hours(5))),
        (moment(-1, 0, 1), moment(0, 0.5, 0.5), Dwell(hours(0.5), hours(0), hours(1.5))),
        (moment(2, 2, 2), moment(1, 1, 1), Dwell(hours(0), hours(0), hours(0))),
    ],
    ids=["both seen", "both inferred", "came at an unknown time", "left at an unknown time", "overlapping", "reversed"],
)
def test_dwell(arrival: Moment, departure: Moment, stay: Dwell) -> None:
    assert dwell(arrival, departure) == stay


def test_a_moment_is_kept_with_its_source() -> None:
    """What polls found as it always was: databases do not change."""
    kept = msgspec.json.encode(SEEN)
    assert msgspec.json.decode(kept).keys() == {"at", "earliest", "latest", "basis", "confidence"}
    for moment in (SEEN, replace(SEEN, source="opensky")):
        assert msgspec.json.decode(msgspec.json.encode(moment), type=Moment) == moment


moments = st.lists(st.floats(-100, 100), min_size=3, max_size=3).map(lambda three: moment(*sorted(three)))


@given(moments, moments)
def test_dwell_is_never_negative_and_in_order(arrival: Moment, departure: Moment) -> None:
    stay = dwell(arrival, departure)
    assert stay.best is not None
    assert stay.longest is not None
    assert timedelta(0) <= stay.shortest <= stay.best <= stay.longest


def test_dwell_so_far() -> None:
    """Counted to now while it is there, to the departure once it has left, whatever the time is."""
    now = NOON + hours(10)
    assert dwell_so_far(VISIT, now) == Dwell(hours(10), hours(9), hours(11))
    assert dwell_so_far(replace(VISIT, departure=moment(5, 5, 5)), now) == Dwell(hours(5), hours(4), hours(6))


@pytest.mark.parametrize(
    ("visit", "may_be", "left", "until"),
    [
        (VISIT, False, None, NOON + hours(1)),
        (replace(VISIT, departure=moment(3, 5, 7)), False, moment(3, 5, 7), NOON + hours(7)),
        (gone_by(VISIT, NOON + hours(9)), False, moment(-1, None, 9), NOON + hours(9)),
        (may_be_there(VISIT, NOON + hours(5), NOON + hours(9)), True, None, NOON + hours(5)),
        (may_be_there(VISIT, NOON, NOON), True, None, NOON + hours(1)),
    ],
    ids=["there", "left", "left at an unknown time", "there at least until five", "there when it came"],
)
def test_what_is_known_of_its_end(visit: Visit, may_be: bool, left: Moment | None, until: datetime) -> None:
    """When somebody asked bounds nothing, where nobody knows whether it has left; nor is its stay then at most so long."""
    assert (visit.may_be_there, visit.known_departure, visit.known_until) == (may_be, left, until)
    assert not visit.may_be_there or dwell_so_far(visit, NOON + hours(20)).longest is None


@pytest.mark.parametrize(
    ("visit", "is_open"),
    [(VISIT, True), (replace(VISIT, departure=SEEN), False), (replace(VISIT, retracted_at=NOON), False)],
)
def test_is_open(visit: Visit, is_open: bool) -> None:
    assert visit.is_open == is_open


@pytest.mark.parametrize(
    ("seen_at", "arrival"),
    [(3.0, (-1, 0, 1)), (0.5, (-1, 0, 0.5)), (-0.5, (-1, -0.5, -0.5)), (-2.0, (-2, -2, -2))],
    ids=["after all bounds", "inside, late", "inside, early", "before all bounds"],
)
def test_heard_on_the_ground(seen_at: float, arrival: tuple[float, float, float]) -> None:
    """The visit is then seen, and it came no later than that; the rest of it stays as it was."""
    seen = replace(moment(*arrival), basis="observed", confidence=1.0)
    assert confirmed(VISIT, NOON + hours(seen_at)) == replace(VISIT, arrival=seen)


def test_an_unknown_arrival_stays_unknown() -> None:
    unknown = replace(VISIT, arrival=moment(None, None, 1))
    assert confirmed(unknown, NOON).arrival == Moment(None, None, NOON, "observed", 1.0)
