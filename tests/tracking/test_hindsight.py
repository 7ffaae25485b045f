"""What an airframe did where nobody listens: a stay in North Korea, or only a way across."""

from collections.abc import Callable

import pytest
from build_demo import SUNAN, SUNAN_FINAL, VLADIVOSTOK_ABEAM, Flight, Point, State, duration_s
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from state_vectors import AIRPORTS, DAY, HOUR, ICAO24, MINUTE, NOON, Follower, airport, in_flight, parked, report, told

from flightwatch.core.geo import bearing_deg, destination, distance_km, turn_deg
from flightwatch.core.model import Airport, Event, instant
from flightwatch.tracking.aircraft import Aircraft
from flightwatch.tracking.belief import MIN_SILENCE_S, MOST_SURE
from flightwatch.tracking.field import AIRLINER_RUNWAY_M, LIGHT_RUNWAY_M
from flightwatch.tracking.hindsight import MIN_GAP_S, Again, Gap, hindsight, moments
from flightwatch.tracking.motion import Motion
from flightwatch.tracking.track import Rules
from flightwatch.tracking.way_down import reversed_motion

PYONGYANG = Rules(watched=frozenset({"ZKPY"}))
JET = Aircraft(is_rotary=False, needs_m=AIRLINER_RUNWAY_M)
AMUR: Point = (48.5, 128.0)
BEIJING: Point = (40.08, 116.58)
DOWN, UP = NOON, NOON + 2 * DAY
STAY = [("landing", "inferred", "ZKPY"), ("departure", "inferred", "ZKPY")]


def path(*points: Point, start: int = 0, end: int | None = None) -> Flight:
    """Make a flight along these points that takes off at ``start``, or is over at ``end``."""
    flight = Flight(ICAO24, "TST1", "Russian Federation", points, start, (36.0, 36.0))
    return flight if end is None else replace(flight, takeoff_at=end - duration_s(flight))


INBOUND = path(AMUR, VLADIVOSTOK_ABEAM, (40.2, 127.0), SUNAN_FINAL, SUNAN, end=DOWN)
HOMEWARD = path(SUNAN, (39.0, 125.75), (40.2, 127.4), VLADIVOSTOK_ABEAM, AMUR, start=UP)
TO_BEIJING = path(SUNAN, (39.0, 125.6), BEIJING, start=UP)


def outside(radius_km: float) -> Callable[[State], bool]:
    """Let nothing be heard around Pyongyang."""
    return lambda state: distance_km(state.latitude, state.longitude, *SUNAN) > radius_km


def lost_in_cruise(hole_km: float = 300.0, rules: Rules = PYONGYANG) -> Follower:
    """Follow the flight in until it has been silent for an hour after it landed."""
    follower = Follower(rules)
    follower.fly(INBOUND, DOWN - 2 * HOUR, DOWN + HOUR, heard=outside(hole_km))
    return follower


def holds(event: Event, at: int) -> bool:
    """Tell whether the event's bounds hold what happened at ``at``."""
    return event.earliest <= instant(at) <= event.latest


# There it was


@pytest.mark.parametrize("hole_km", [200.0, 300.0, 500.0])
@pytest.mark.parametrize("outbound", [HOMEWARD, TO_BEIJING], ids=["home again", "on to Beijing"])
@pytest.mark.parametrize("rules", [Rules(), PYONGYANG], ids=["nobody expects it", "watched"])
def test_two_days_in_the_dark(hole_km: float, outbound: Flight, rules: Rules) -> None:
    """Nothing is told while it is away; when it is heard again both ends at once, with ranges that hold the truth."""
    follower = lost_in_cruise(hole_km, rules)
    assert follower.miss(DOWN + HOUR + MINUTE, UP, 10 * MINUTE) == []
    assert follower.fly(outbound, UP + MINUTE, UP + HOUR, heard=outside(hole_km)) == STAY

    landed, left = follower.events
    assert landed.detected_at == left.detected_at
    assert landed.visit == left.visit
    assert holds(landed, DOWN)
    assert holds(left, UP)
    assert landed.latest <= left.latest
    assert left.dwell_min_s is not None
    assert left.dwell_max_s is not None
    assert left.dwell_min_s <= UP - DOWN <= left.dwell_max_s
    assert 0.6 <= landed.confidence == left.confidence < 1.0
    (visit,) = follower.visits.values()
    assert (visit.is_open, follower.track.phase, follower.track.homes) == (False, "airborne", (("ZKPY", 1.0),))


def test_being_watched_makes_it_surer() -> None:
    sure = []
    for rules in (Rules(), PYONGYANG):
        follower = lost_in_cruise(rules=rules)
        follower.miss(DOWN + HOUR + MINUTE, UP, 10 * MINUTE)
        follower.fly(HOMEWARD, UP + MINUTE, UP + HOUR, heard=outside(300.0))
        sure.append(follower.events[0].confidence)
    assert sure[0] < sure[1]


def test_less_sure_than_asked_for() -> None:
    follower = lost_in_cruise(rules=Rules(1.0, PYONGYANG.watched))
    follower.miss(DOWN + HOUR + MINUTE, UP, 10 * MINUTE)
    assert follower.fly(HOMEWARD, UP + MINUTE, UP + HOUR, heard=outside(300.0)) == []
    assert follower.visits == {}


def test_inferred_on_the_way_down_then_leaving() -> None:
    """The landing that was already told is not told again: a departure closes its visit."""
    follower = lost_in_cruise(100.0)
    assert told(follower.events) == STAY[:1]
    follower.miss(DOWN + HOUR + MINUTE, UP, 10 * MINUTE)
    assert follower.fly(TO_BEIJING, UP + MINUTE, UP + HOUR, heard=outside(100.0)) == STAY
    landed, left = follower.events
    assert landed.visit == left.visit
    assert left.dwell_min_s is not None
    assert left.dwell_max_s is not None
    assert left.dwell_min_s <= UP - DOWN <= left.dwell_max_s


def test_lost_in_cruise_then_heard_on_the_ground() -> None:
    """Seen there two days later: the landing is certain, its time is not."""
    follower = lost_in_cruise()
    follower.miss(DOWN + HOUR + MINUTE, UP - HOUR, 10 * MINUTE)
    assert follower.hear(*(parked("FNJ", UP - HOUR + s) for s in (60, 120, 180))) == [("landing", "observed", "ZKPY")]
    (landed,) = follower.events
    assert holds(landed, DOWN)
    assert landed.latest == instant(UP - HOUR + 60)
    assert landed.earliest > instant(DOWN - HOUR)


# There it was not


@pytest.mark.parametrize("hole_km", [200.0, 300.0, 400.0])
def test_a_flight_through(hole_km: float) -> None:
    """Heard again where and when flying straight on takes it."""
    beyond = destination(*SUNAN, bearing_deg(*VLADIVOSTOK_ABEAM, *SUNAN), 900.0)
    flight = path(VLADIVOSTOK_ABEAM, SUNAN, beyond, start=NOON)
    follower = Follower(PYONGYANG)
    assert follower.fly(flight, NOON, NOON + 110 * MINUTE, heard=outside(hole_km)) == []
    assert follower.visits == {}
    assert follower.track.reports[-1] == in_flight(flight, NOON + 110 * MINUTE)


@pytest.mark.parametrize("turns_km", [280.0, 200.0, 120.0, 40.0])
def test_turned_back(turns_km: float) -> None:
    """Into the hole, round, and home: whatever the depth, the gap is what that takes."""
    turn = destination(*SUNAN, bearing_deg(*SUNAN, *VLADIVOSTOK_ABEAM), turns_km)
    flight = path(AMUR, VLADIVOSTOK_ABEAM, turn, VLADIVOSTOK_ABEAM, AMUR, start=NOON)
    follower = Follower(PYONGYANG)
    assert follower.fly(flight, NOON, NOON + duration_s(flight), heard=outside(300.0)) == []
    assert follower.visits == {}


def test_a_gap_of_our_own_making() -> None:
    """Nobody polled for two days: not hearing it then means nothing."""
    follower = Follower(PYONGYANG)
    follower.fly(INBOUND, DOWN - 2 * HOUR, DOWN - 30 * MINUTE, heard=outside(300.0))
    assert follower.fly(HOMEWARD, UP + 30 * MINUTE, UP + HOUR, heard=outside(300.0)) == []
    assert follower.visits == {}


@pytest.mark.parametrize(("listened_s", "is_told"), [(8 * MINUTE, False), (50 * MINUTE, True)])
def test_a_gap_listened_to_in_part(listened_s: int, is_told: bool) -> None:
    """Three quarters of an hour on the ground, half as long in the dark on each side: polls must cover half of it all."""
    up = DOWN + 45 * MINUTE
    follower = Follower(PYONGYANG)
    lost = follower.fly(INBOUND, DOWN - 2 * HOUR, DOWN - 25 * MINUTE, heard=outside(300.0))
    assert lost == []
    follower.miss(DOWN - 24 * MINUTE, DOWN - 24 * MINUTE + listened_s)
    outbound = replace(HOMEWARD, takeoff_at=up)
    assert follower.fly(outbound, up + 24 * MINUTE, up + HOUR, heard=outside(300.0)) == (STAY if is_told else [])


def test_a_gap_too_short_to_land_in() -> None:
    """In and out by the same airway within `MIN_GAP_S`, as close as can be: there is no time for a stay."""
    last = in_flight(INBOUND, DOWN - 12 * MINUTE)
    assert last.latitude is not None
    assert last.longitude is not None
    follower = Follower(PYONGYANG)
    follower.fly(INBOUND, DOWN - HOUR, DOWN - 12 * MINUTE)
    start = DOWN - 12 * MINUTE
    back = path((last.latitude, last.longitude), VLADIVOSTOK_ABEAM, start=start + MIN_GAP_S - 16 * MINUTE)
    events = follower.miss(start + MINUTE, start + MIN_SILENCE_S)
    events = follower.fly(back, start + MIN_GAP_S - 5 * MINUTE, start + MIN_GAP_S + 10 * MINUTE)
    assert events == []


def test_said_to_be_down_and_heard_further_on() -> None:
    """A step down in the hole, and out of it on the far side when flying on brings it there: taken back."""
    follower = Follower(PYONGYANG)
    follower.fly(INBOUND, DOWN - HOUR, DOWN - 8 * MINUTE)
    assert follower.miss(DOWN - 7 * MINUTE, DOWN + 10 * MINUTE) == STAY[:1]
    last = in_flight(INBOUND, DOWN - 8 * MINUTE)
    assert last.latitude is not None
    assert last.longitude is not None
    assert last.true_track is not None
    on = destination(last.latitude, last.longitude, last.true_track, 130.0)
    seen = replace(last, latitude=on[0], longitude=on[1], time_position=DOWN + 660, last_contact=DOWN + 660)
    assert follower.hear(seen) == [STAY[0], ("retraction", "observed", "ZKPY")]
    assert [visit.is_open for visit in follower.visits.values()] == [False]


# Between two motions


def motions(at: st.SearchStrategy[int]) -> st.SearchStrategy[Motion]:
    """Draw motions near Korea."""
    return st.builds(
        lambda at, lat, lon, height, speed, track, climb: Motion(at, lat, lon, height, speed, track, climb, -climb),
        at,
        st.floats(33.0, 46.0),
        st.floats(118.0, 135.0),
        st.none() | st.floats(0.0, 13_000.0),
        st.none() | st.floats(0.0, 300.0),
        st.none() | st.floats(0.0, 360.0),
        st.floats(-20.0, 20.0),
    )


@given(
    motions(st.just(NOON)),
    motions(st.integers(NOON + MIN_GAP_S, NOON + 9 * DAY)),
    st.sampled_from([frozenset[str](), PYONGYANG.watched]),
)
def test_stays_are_in_order_and_inside_the_gap(before: Motion, after: Motion, watched: frozenset[str]) -> None:
    """Whatever the motions: probabilities that share one certainty, and moments that fit the gap and each other."""
    stays = hindsight(Gap(before, Again(after), JET), AIRPORTS, watched).stays
    chances = [stay.probability for stay in stays]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) < 1.0
    for stay in stays:
        came, left = moments(before, after, stay, is_rotary=False)
        assert came.at is not None
        assert came.earliest is not None
        assert left.at is not None
        assert left.earliest is not None
        assert came.earliest <= came.at <= came.latest
        assert left.earliest <= left.at <= left.latest
        assert came.at <= left.at
        assert (came.basis, left.basis) == ("inferred", "inferred")
        assert came.confidence == left.confidence == stay.probability


ROTARY = Aircraft(is_rotary=True, needs_m=0)
LIGHT = Aircraft(is_rotary=False, needs_m=LIGHT_RUNWAY_M)
STANDS_AT = st.sampled_from([None, airport("FNJ"), airport("WOS")])


@given(
    motions(st.just(NOON)),
    motions(st.integers(NOON + 1, NOON + 9 * DAY)),
    st.sampled_from([JET, LIGHT, ROTARY]),
    st.booleans(),
    STANDS_AT,
)
def test_what_became_of_it_is_one_certainty(
    before: Motion, after: Motion, aircraft: Aircraft, is_down: bool, stands_at: Airport | None
) -> None:
    """Each stay, flying on, and what nobody knows share it, heard in the air or on the ground; no stay takes it all."""
    again = Again(after, stands_at if is_down else None, is_down)
    found = hindsight(Gap(before, again, aircraft), AIRPORTS, frozenset())
    unknown = 1.0 - found.stayed - found.flew_on
    assert -1e-9 <= unknown <= 1.0
    assert 0.0 <= found.flew_on <= 1.0
    assert found.stayed <= MOST_SURE + 1e-9
    assert found.at(None) == found.stayed
    fields = [stay.airport.icao for stay in found.stays if stay.airport is not None]
    assert len(set(fields)) == len(fields)
    assert sum(found.at(icao) for icao in fields) <= found.stayed + 1e-9
    assert found.at("no field") == 0.0
    if is_down and stands_at is not None and not aircraft.is_rotary:
        assert found.at(stands_at.icao) == 0.0


# A helicopter


def hover(at: int, height_m: float = 20.0, away_km: float = 0.0, speed_ms: float = 3.0) -> Motion:
    """Give the motion of a helicopter over a meadow north of Zurich, or so far from it."""
    return Motion(at, *destination(47.55, 8.66, 90.0, away_km), 440.0 + height_m, speed_ms, 90.0, 0.0, 0.0)


@pytest.mark.parametrize(("gap_s", "is_down"), [(60, False), (150, False), (10 * MINUTE, True), (2 * HOUR, True)])
def test_a_helicopter_that_sets_down(gap_s: int, is_down: bool) -> None:
    """Lost over the grass and heard again beside it: it was down if that took a few minutes, and at no field."""
    again = Again(hover(NOON + gap_s, 100.0, 0.5, 20.0))
    found = hindsight(Gap(hover(NOON), again, ROTARY), AIRPORTS, frozenset())
    assert (found.stayed > 0.6) == is_down
    assert [stay.airport for stay in found.stays] == [None]


def test_a_helicopter_that_flew_on() -> None:
    """As far away as it flies in that time: it was not down."""
    gap_s = 10 * MINUTE
    on = Again(hover(NOON + gap_s, 100.0, 50.0 * gap_s / 1000, 50.0))
    found = hindsight(Gap(hover(NOON, 100.0, 0.0, 50.0), on, ROTARY), AIRPORTS, frozenset())
    assert found.stayed < 0.2 < found.flew_on
    assert hindsight(Gap(hover(NOON, 900.0), on, ROTARY), AIRPORTS, frozenset()).stays == ()


def test_hops_of_a_helicopter() -> None:
    """Down in a meadow for ten minutes three times, heard in between: three visits, each with both ends, none twice."""
    follower = Follower()
    at = NOON
    for hop in range(3):
        for second in range(0, 5 * MINUTE, MINUTE):
            there = destination(47.55, 8.66, 90.0, 12.0 * hop + 0.04 * second)
            low = 20.0 if second == 4 * MINUTE else 200.0
            speed = 3.0 if second == 4 * MINUTE else 40.0
            seen = report(at + second, category=8, velocity=speed, baro_altitude=440.0 + low)
            follower.hear(replace(seen, latitude=there[0], longitude=there[1], true_track=90.0))
        follower.miss(at + 5 * MINUTE, at + 15 * MINUTE)
        at += 16 * MINUTE
    kinds = [(event.type, event.airport) for event in follower.events]
    assert kinds == [("landing", None), ("departure", None), ("landing", None), ("departure", None), ("landing", None)]
    assert len({event.id for event in follower.events}) == len(kinds)
    assert len(follower.visits) == 3
    for event in follower.events:
        assert event.dwell_min_s is None or event.dwell_min_s <= 12 * MINUTE <= (event.dwell_max_s or 0) + 2 * MINUTE


@given(motions(st.just(NOON)))
def test_flown_backwards_twice(flown: Motion) -> None:
    """A way out is a way in: the climb becomes a descent, and back again."""
    there = reversed_motion(flown)
    assert (there.climb_ms, there.descent_ms) == (-(flown.climb_ms or 0.0), flown.climb_ms)
    back = reversed_motion(there)
    assert (back.climb_ms, back.descent_ms) == (flown.climb_ms, flown.descent_ms)
    assert (back.track_deg is None) == (flown.track_deg is None)
    assert turn_deg(back.track_deg or 0.0, flown.track_deg or 0.0) < 1e-9


def test_the_way_in_and_the_way_out_point_at_the_field() -> None:
    """Both towards Wonsan: Wonsan; both towards Pyongyang: Pyongyang."""
    for code in ("WOS", "FNJ"):
        field = airport(code)
        here = destination(field.latitude, field.longitude, 60.0, 300.0)
        course = bearing_deg(*here, field.latitude, field.longitude)
        before = Motion(NOON, *here, 10_000.0, 230.0, course, 0.0, 0.0)
        after = replace(reversed_motion(before), at=NOON + DAY)
        best = hindsight(Gap(before, Again(after), JET), AIRPORTS, frozenset({"ZKPY", "ZKWS"})).stays[0]
        assert best.airport == field
