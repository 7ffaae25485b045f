"""Where a flight came from, as its landing tells it."""

from datetime import timedelta

import msgspec
import pytest
from build_demo import Flight, duration_s
from msgspec.structs import replace
from state_vectors import (
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Follower,
    above,
    airport,
    arrival,
    departure,
    in_flight,
    parked,
    report,
    told,
    visitor,
)

from flightwatch.core.model import Event, Origin, instant
from flightwatch.tracking.events import place_of
from flightwatch.tracking.origin import DETOUR, first_heard, flew_on
from flightwatch.tracking.track import Rules, Track

ZURICH = place_of(airport("ZRH"))
UP = NOON + 2 * HOUR


def trip(takeoff_at: int, start: str = "ZRH", end: str = "HEL") -> Flight:
    """Make a flight from one airport to another, by way of nothing."""
    (a, b) = (airport(code) for code in (start, end))
    path = ((a.latitude, a.longitude), (b.latitude, b.longitude))
    return Flight(ICAO24, "TST3", "Switzerland", path, takeoff_at, (a.elevation_m or 0.0, b.elevation_m or 0.0))


DOWN = UP + duration_s(trip(UP))


def left_zurich(since: int = UP) -> Origin:
    """Give the origin of a flight whose departure from Zurich was told, but for the time, which is near ``since``."""
    zurich = airport("ZRH")
    return Origin(ZURICH, zurich.latitude, zurich.longitude, instant(since), is_departure=True)


def origin_of(event: Event) -> Origin:
    assert event.origin is not None
    return event.origin


def came_from(follower: Follower) -> Origin:
    """Give the origin that the last event tells, at the full hour that it is near."""
    origin = origin_of(follower.events[-1])
    near = instant(UP)
    return replace(origin, at=near) if abs(origin.at - near) < timedelta(minutes=10) else origin


def test_from_a_departure_that_was_told() -> None:
    """It comes from where it left, when it left; of all events only the landing says so."""
    follower = visitor()
    follower.fly(trip(UP), UP + MINUTE, DOWN - MINUTE)
    follower.hear(parked("HEL", DOWN + MINUTE))
    first, left, landed = follower.events
    assert origin_of(landed) == replace(left_zurich(), at=left.time)
    assert came_from(follower) == left_zurich()
    assert (origin_of(first).is_departure, left.origin) == (False, None)


def test_first_heard_far_from_any_field() -> None:
    """No field can be named, only where and when it was first heard."""
    flight = arrival("ZRH", NOON)
    follower = Follower()
    follower.fly(flight, NOON - 40 * MINUTE, NOON - MINUTE)
    follower.hear(parked("ZRH", NOON + 20))
    assert origin_of(follower.events[-1]) == first_heard(in_flight(flight, NOON - 40 * MINUTE))


@pytest.mark.parametrize("since", [UP + 2 * MINUTE, UP + 3 * MINUTE])
def test_first_heard_climbing_away(since: int) -> None:
    """The field it climbs away from is named though nobody saw it there; place and time stay those of the first report."""
    follower = Follower()
    follower.fly(trip(UP), since, UP + 20 * MINUTE)
    assert follower.track.origin == replace(first_heard(in_flight(trip(UP), since)), airport=ZURICH)


def test_a_departure_that_was_inferred() -> None:
    """Parked at Zurich, then found parked at Geneva: it came from Zurich."""
    follower = visitor()
    follower.hear(parked("GVA", NOON + DAY))
    assert told(follower.events)[1:] == [("departure", "inferred", "LSZH"), ("landing", "observed", "LSGG")]
    _, left, landed = follower.events
    assert origin_of(landed) == left_zurich(round(left.time.timestamp()))


def test_from_a_place_without_a_name() -> None:
    """Where it stood, when no field is known there."""
    follower = Follower()
    field = {"latitude": 50.0, "longitude": -30.0, "velocity": 0.0, "baro_altitude": None, "on_ground": True}
    follower.hear(*(report(NOON + s, **field) for s in (0, 60, 120)))
    follower.hear(report(NOON + 600, latitude=50.2, longitude=-30.0, baro_altitude=3000.0))
    origin = follower.track.origin
    assert origin is not None
    assert (origin.airport, origin.latitude, origin.longitude, origin.is_departure) == (None, 50.0, -30.0, True)


def test_a_touch_and_go_ends_no_flight() -> None:
    follower = visitor()
    follower.fly(trip(UP), UP + MINUTE, DOWN - MINUTE)
    follower.hear(parked("HEL", DOWN + 5, velocity=68.0))
    again = DOWN + 20
    follower.fly(departure("HEL", again), again + MINUTE, again + 5 * MINUTE)
    assert follower.track.visit is None
    assert follower.track.origin == replace(left_zurich(), at=follower.events[-1].time)


def test_a_landing_told_late() -> None:
    """Lost over the runway, inferred when the silence is long enough: the flight is still the one that left Zurich."""
    follower = visitor()
    follower.fly(trip(UP), UP + MINUTE, DOWN + HOUR, heard=above(1200.0))
    assert told(follower.events)[-1] == ("landing", "inferred", "EFHK")
    assert came_from(follower) == left_zurich()


def lost_near_helsinki(rules: Rules, until: int) -> Follower:
    """Follow an airframe from Zurich until it is lost on its way down to Helsinki and has long been silent."""
    follower = visitor()
    follower.rules = rules
    follower.fly(trip(UP), UP + MINUTE, until, heard=above(1200.0))
    return follower


def test_taken_back() -> None:
    """The landing never was: the flight goes on, and came from where it came from before."""
    follower = lost_near_helsinki(Rules(), DOWN + 10 * MINUTE)
    again = DOWN + 12 * MINUTE
    follower.fly(arrival("HEL", again + 10 * MINUTE), again, again + 9 * MINUTE)
    assert told(follower.events)[-2:] == [("landing", "inferred", "EFHK"), ("retraction", "observed", "EFHK")]
    taken_back = follower.events[-1]
    follower.hear(parked("HEL", again + 11 * MINUTE))
    assert taken_back.origin is None
    assert came_from(follower) == left_zurich()


def test_heard_far_off_long_after() -> None:
    """Hours later it climbs far from there: it may have landed twice since then, so what was told stands."""
    follower, again = lost_near_helsinki(Rules(), DOWN + 3 * HOUR), DOWN + 4 * HOUR
    seen = report(again, latitude=64.477, longitude=25.556, baro_altitude=3000.0, vertical_rate=8.0)
    follower.hear(seen)
    assert told(follower.events)[-1] == ("departure", "inferred", "EFHK")


@pytest.mark.parametrize(("listened", "is_known"), [(True, True), (False, False)])
def test_found_on_the_ground_a_day_later(listened: bool, is_known: bool) -> None:
    """Whoever listened all the while knows that no other flight was in between; whoever did not, does not."""
    follower = lost_near_helsinki(Rules(1.0), DOWN + (6 * HOUR if listened else 0))
    follower.hear(parked("HEL", DOWN + DAY))
    assert told(follower.events)[-1] == ("landing", "observed", "EFHK")
    assert (follower.events[-1].origin is not None) == is_known


@pytest.mark.parametrize(("hours", "is_known"), [(2.0, True), (9.0, False)])
def test_after_a_gap(hours: float, is_known: bool) -> None:
    """Flying straight on it is the same flight; out of the dark much later it may be any, and begins anew."""
    follower = visitor()
    follower.fly(trip(UP), UP + MINUTE, UP + 20 * MINUTE)
    at = UP + 20 * MINUTE + round(hours * HOUR)
    seen = report(at, latitude=60.0, longitude=24.0)
    follower.poll(at, seen)
    assert follower.track.visit is None
    expected = replace(left_zurich(), at=follower.events[-1].time) if is_known else first_heard(seen)
    assert follower.track.origin == expected


def test_a_climb_after_a_gap_names_no_field_for_what_was_before() -> None:
    """First heard in cruise, and half an hour on, in the same flight, climbing over Zurich: it did not come from there."""
    first, up = report(NOON, latitude=49.4), NOON + 27 * MINUTE
    follower = Follower()
    follower.hear(first, *(in_flight(departure("ZRH", up), up + n * MINUTE) for n in (3, 4, 5)))
    assert follower.track.homes[0][0] == "LSZH"
    assert follower.track.origin == first_heard(first)


def test_a_stay_in_the_dark() -> None:
    """Into the dark from Zurich and out of it: it landed with the flight from Zurich, and flies on from there."""
    follower = lost_near_helsinki(Rules(0.5), DOWN - 20 * MINUTE)
    follower.miss(DOWN - 19 * MINUTE, DOWN + 5 * HOUR, 5 * MINUTE)
    out = departure("HEL", DOWN + 5 * HOUR)
    follower.fly(out, DOWN + 5 * HOUR + 8 * MINUTE, DOWN + 5 * HOUR + 20 * MINUTE)
    landing, left = follower.events[-2:]
    assert told([landing, left]) == [("landing", "inferred", "EFHK"), ("departure", "inferred", "EFHK")]
    assert origin_of(landing).airport == ZURICH
    assert follower.track.origin == Origin(
        left.airport, airport("HEL").latitude, airport("HEL").longitude, left.time, is_departure=True
    )


def test_another_track_under_the_same_icao24() -> None:
    """A chain that cannot follow from the known reports begins a flight of its own."""
    follower = visitor()
    follower.fly(trip(UP), UP + MINUTE, UP + 10 * MINUTE)
    chain = [report(UP + 11 * MINUTE + s, latitude=-30.0 - s / 600, longitude=100.0) for s in (0, 60, 120)]
    follower.hear(*chain)
    assert follower.track.reports.all() == tuple(chain)
    assert follower.track.origin == first_heard(chain[0])


@pytest.mark.parametrize(("slack_s", "same"), [(-1, True), (1, False)])
def test_flying_on_leaves_no_time_for_a_stay(slack_s: int, same: bool) -> None:
    """A quarter of the straight way and 25 minutes more are no stop."""
    last, straight_s = report(NOON, latitude=50.0), 1000.0 / 0.2315
    at = NOON + round(DETOUR * straight_s) + 25 * MINUTE + slack_s
    there = report(at, latitude=50.0 - 1000.0 / 111.195)
    assert flew_on(left_zurich(NOON - HOUR), last, there, 231.5) == same


def test_a_track_stored_before_there_were_origins() -> None:
    """It is read, and of the flight it is in nothing is claimed."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - 20 * MINUTE, NOON - 10 * MINUTE)
    fields = msgspec.to_builtins(follower.track)
    del fields["origin"]
    follower.track = msgspec.convert(fields, Track)
    follower.fly(arrival("ZRH", NOON), NOON - 9 * MINUTE, NOON - MINUTE)
    follower.hear(parked("ZRH", NOON + 20))
    assert [event.origin for event in follower.events] == [None]
