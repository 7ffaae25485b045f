"""Landings that nobody saw: which field, none of them, how sure, and when."""

from dataclasses import replace as with_
from itertools import pairwise
from math import radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from state_vectors import AIRPORTS, HOUR, MINUTE, NOON, Follower, above, airport, arrival, report

from flightwatch.core.airports import Airports
from flightwatch.core.geo import destination
from flightwatch.core.model import Airport, AirportKind, Runway
from flightwatch.tracking.aircraft import Aircraft, kind_terms, kind_weight
from flightwatch.tracking.belief import ABSTAIN, Assessment, assess, origins
from flightwatch.tracking.field import AIRLINER_RUNWAY_M, LIGHT_RUNWAY_M, TURBOPROP_RUNWAY_M
from flightwatch.tracking.motion import Motion, motion
from flightwatch.tracking.track import Rules, aircraft_of
from flightwatch.tracking.way_down import time_down_s
from flightwatch.tracking.weighing import CIRCUIT_WEIGHT, HOME_WEIGHT, WATCHED_WEIGHT, on_final

JET = Aircraft(is_rotary=False, needs_m=AIRLINER_RUNWAY_M)
LIGHT = Aircraft(is_rotary=False, needs_m=LIGHT_RUNWAY_M)
NOBODY: frozenset[str] = frozenset()
SILENT_S = 600
PATH = tan(radians(3.0))
HERE = (50.0, 10.0)


def made(
    icao: str,
    where: tuple[float, float],
    *,
    heading: float | None = 0.0,
    length_m: int | None = 3000,
    kind: AirportKind = "large",
    scheduled: bool = True,
) -> Airport:
    """Make a field at sea level whose only runway begins at ``where``."""
    far = (None, None) if heading is None else destination(*where, heading, (length_m or 0) / 1000)
    near = (None, None) if heading is None else where
    runway = Runway("36", "18", length_m, heading, *near, *far)
    return Airport(
        icao, None, f"Field {icao}", None, "DE", "Germany", kind, *where, 0.0, "Europe/Berlin", (runway,), scheduled
    )


def from_here(track_deg: float, distance_km: float) -> tuple[float, float]:
    """Give the point so far on this course from `HERE`."""
    return destination(*HERE, track_deg, distance_km)


def height_for(distance_km: float) -> float:
    """Give the height from which a 3° path is so long, m."""
    return distance_km * 1000 * PATH


def flight(
    altitude_m: float | None, *, descent_ms: float | None = 5.0, track_deg: float | None = 0.0, speed_ms: float = 100.0
) -> Motion:
    """Give a flight at `HERE` that comes down steadily to the north."""
    climb_ms = None if descent_ms is None else -descent_ms
    return Motion(NOON, *HERE, altitude_m, speed_ms, track_deg, climb_ms, descent_ms)


def chance(found: Assessment, icao: str) -> float:
    """Give the probability of this field; 0 when it is not worth naming."""
    return sum(c.probability for c in found.candidates if c.airport is not None and c.airport.icao == icao)


def winner(found: Assessment) -> str | None:
    """Give the field that is more probable than all others and than none; None: none is."""
    best = found.candidates[0] if found.candidates else None
    return best.airport.icao if best and best.airport and best.probability > found.none else None


motions = st.builds(
    Motion,
    at=st.just(NOON),
    latitude=st.floats(46.5, 49.0),
    longitude=st.floats(7.0, 10.0),
    altitude_m=st.none() | st.floats(-200, 13_000),
    speed_ms=st.none() | st.floats(0, 300),
    track_deg=st.none() | st.floats(0, 360),
    climb_ms=st.none() | st.floats(-30, 30),
    descent_ms=st.none() | st.floats(-30, 30),
)
aircrafts = st.builds(
    Aircraft,
    is_rotary=st.just(False),
    needs_m=st.sampled_from([LIGHT_RUNWAY_M, TURBOPROP_RUNWAY_M, AIRLINER_RUNWAY_M]),
    homes=st.sampled_from([(), (("LSZH", 0.7),)]),
    circuit=st.sampled_from([None, "LSZB"]),
)


@given(motions, aircrafts, st.integers(0, 20_000), st.sampled_from([NOBODY, frozenset({"LSZH", "EDNY"})]))
def test_probabilities_and_times_are_in_order(
    flown: Motion, aircraft: Aircraft, silent_s: int, watched: frozenset[str]
) -> None:
    """Whatever the motion: none and the fields named share one certainty, most probable first."""
    found = assess(flown, aircraft, silent_s, AIRPORTS, watched)
    chances = [c.probability for c in found.candidates]
    assert chances == sorted(chances, reverse=True)
    assert all(0.0 < p < 1.0 for p in chances)
    assert 0.0 < found.none <= 1.0
    assert sum(chances) + found.none <= 1.0 + 1e-9
    for c in found.candidates:
        assert flown.at <= c.earliest <= c.best <= c.latest
        assert c.best <= c.settled


@given(motions, aircrafts, st.lists(st.integers(0, 20_000), min_size=2, max_size=6))
def test_silence_never_takes_confidence_away(flown: Motion, aircraft: Aircraft, silences: list[int]) -> None:
    """The longer nothing is heard, the surer each field and the less likely none of them."""
    found = [assess(flown, aircraft, silent_s, AIRPORTS, NOBODY) for silent_s in sorted(silences)]
    for sooner, later in pairwise(found):
        assert later.none <= sooner.none
        for c in sooner.candidates:
            assert c.airport is not None
            assert chance(later, c.airport.icao) >= c.probability


# None of them


@pytest.mark.parametrize(
    "flown",
    [
        flight(1500.0, descent_ms=0.0),
        flight(10_000.0, descent_ms=0.0),
        flight(1500.0, descent_ms=-5.0),
        flight(1500.0, descent_ms=None),
        flight(None),
    ],
    ids=["level and low", "cruise", "climbing", "heard once", "no height"],
)
def test_not_coming_down_far_from_a_runway(flown: Motion) -> None:
    """Lost in level flight or in a climb is lost, not landed, however long the silence and whoever watches."""
    only = Airports([made("AAAA", from_here(0.0, 30.0))])
    assert assess(flown, JET, 12 * HOUR, only, frozenset({"AAAA"})) == ABSTAIN


def test_climbing_over_the_runway() -> None:
    """A go-around is no landing, even 50 m over the threshold."""
    only = Airports([made("AAAA", HERE)])
    assert assess(flight(50.0, descent_ms=-4.0), JET, 12 * HOUR, only, NOBODY) == ABSTAIN
    assert winner(assess(flight(50.0), JET, SILENT_S, only, NOBODY)) == "AAAA"


def test_level_on_short_final_may_be_a_landing() -> None:
    """The last heights can be repeated ones."""
    only = Airports([made("AAAA", from_here(0.0, 4.0))])
    assert winner(assess(flight(250.0, descent_ms=0.0), JET, SILENT_S, only, NOBODY)) == "AAAA"


def test_no_field_within_reach() -> None:
    only = Airports([made("AAAA", from_here(0.0, 300.0))])
    assert assess(flight(9000.0), JET, 12 * HOUR, only, NOBODY) == ABSTAIN


def test_the_lower_it_was_lost_the_surer() -> None:
    """Always on a 3° path to the one field there is."""
    only = [
        assess(flight(height_for(km)), JET, SILENT_S, Airports([made("AAAA", from_here(0.0, km))]), NOBODY)
        for km in (4.0, 15.0, 40.0, 80.0, 150.0)
    ]
    chances = [chance(found, "AAAA") for found in only]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.95
    assert chances[-1] < 0.9


# Which of them


@pytest.mark.parametrize(("fits_km", "icao"), [(25.0, "NEAR"), (75.0, "AWAY")])
def test_of_two_fields_the_one_whose_way_fits_the_height(fits_km: float, icao: str) -> None:
    """Both straight ahead; flown at 3° the height lasts to one of them."""
    two = Airports([made("NEAR", from_here(0.0, 25.0)), made("AWAY", from_here(0.0, 75.0))])
    assert winner(assess(flight(height_for(fits_km)), JET, SILENT_S, two, NOBODY)) == icao


@pytest.mark.parametrize(("course", "icao"), [(300.0, "WEST"), (60.0, "EAST")])
def test_of_two_fields_the_one_it_flies_to(course: float, icao: str) -> None:
    two = Airports(
        [made("WEST", from_here(300.0, 50.0), heading=300.0), made("EAST", from_here(60.0, 50.0), heading=60.0)]
    )
    assert winner(assess(flight(height_for(50.0), track_deg=course), JET, SILENT_S, two, NOBODY)) == icao


def test_on_downwind_abeam_the_field() -> None:
    """Flying away from the field beside it, high enough for 20 km: it still lands there, not at what lies ahead."""
    two = Airports([made("HOME", from_here(90.0, 5.0), heading=180.0), made("NEXT", from_here(0.0, 60.0))])
    found = assess(flight(height_for(20.0), speed_ms=80.0), JET, SILENT_S, two, NOBODY)
    assert winner(found) == "HOME"
    assert chance(found, "HOME") > 0.9


@pytest.mark.parametrize(
    ("watched", "aircraft", "factor"),
    [
        (frozenset({"AAAA"}), JET, WATCHED_WEIGHT),
        (NOBODY, replace(JET, homes=(("AAAA", 1.0),)), HOME_WEIGHT),
        (NOBODY, replace(JET, circuit="AAAA"), CIRCUIT_WEIGHT),
    ],
    ids=["watched", "where it came from", "where it was on final"],
)
def test_an_expected_field_gains(watched: frozenset[str], aircraft: Aircraft, factor: float) -> None:
    """Its odds against an equal field grow by what is written, and no other field's do."""
    west, east = made("AAAA", from_here(350.0, 40.0)), made("BBBB", from_here(10.0, 40.0))
    two, flown = Airports([west, east]), flight(height_for(40.0))
    before, after = assess(flown, JET, SILENT_S, two, NOBODY), assess(flown, aircraft, SILENT_S, two, watched)
    assert chance(before, "AAAA") == pytest.approx(chance(before, "BBBB"), rel=0.05)
    odds = [chance(found, "AAAA") / chance(found, "BBBB") for found in (before, after)]
    assert odds[1] == pytest.approx(factor * odds[0])
    assert after.none < before.none


def test_a_jet_does_not_land_on_the_strip_beside_the_airport() -> None:
    """The strip lies right ahead, where the path touches the ground; the airport 3 km to its side."""
    strip = made("GRAS", from_here(0.0, 12.0), length_m=600, kind="small", scheduled=False)
    two = Airports([strip, made("LARG", destination(*from_here(0.0, 12.0), 90.0, 3.0))])
    found = assess(flight(height_for(12.0)), JET, SILENT_S, two, NOBODY)
    assert winner(found) == "LARG"
    assert chance(found, "GRAS") < 0.05
    assert chance(assess(flight(height_for(12.0)), LIGHT, SILENT_S, two, NOBODY), "GRAS") > 2 * chance(found, "GRAS")


@pytest.mark.parametrize(
    ("field", "jet", "light"),
    [
        (made("AAAA", HERE), set(), set()),
        (
            made("AAAA", HERE, kind="medium", scheduled=False),
            {"jet_medium", "other_unscheduled"},
            {"light_medium", "other_unscheduled"},
        ),
        (made("AAAA", HERE, kind="medium"), {"jet_medium"}, {"light_medium"}),
        (
            replace(made("AAAA", HERE, kind="small", length_m=1900), iata="AAA"),
            {"jet_medium", "narrow"},
            {"light_medium"},
        ),
        (made("AAAA", HERE, kind="small", length_m=900), {"jet_small", "narrow", "short"}, {"light_small"}),
        (
            made("AAAA", HERE, length_m=None, scheduled=False),
            {"unsurveyed", "other_unscheduled"},
            {"unsurveyed", "other_unscheduled"},
        ),
        (made("AAAA", HERE, length_m=200), {"narrow", "short"}, {"short"}),
    ],
    ids=["large", "medium", "scheduled", "small with a long runway", "small", "length unknown", "too short for all"],
)
def test_how_often_such_an_aircraft_lands_on_such_a_field(field: Airport, jet: set[str], light: set[str]) -> None:
    """Each term that applies makes it less likely; a large field with scheduled flights has none."""
    for aircraft, terms in ((JET, jet), (LIGHT, light)):
        assert kind_terms(aircraft, field).keys() == terms
        assert kind_weight(aircraft, field) == 1.0 if not terms else kind_weight(aircraft, field) < 1.0


def test_a_field_far_beyond_the_path_weighs_nothing() -> None:
    far = Airports([made("AAAA", from_here(0.0, 60.0))])
    assert assess(flight(200.0), JET, SILENT_S, far, NOBODY) == ABSTAIN
    assert chance(assess(flight(3000.0), JET, SILENT_S, far, NOBODY), "AAAA") > 0.0


# Where from, and where it circles


def test_the_origin_is_where_it_would_land_if_flown_backwards() -> None:
    """Climbing away from one field towards another: it came from the first."""
    two = Airports([made("BACK", from_here(180.0, 25.0)), made("AHEA", from_here(0.0, 25.0))])
    climbing = flight(height_for(25.0), descent_ms=-6.0)
    assert origins(climbing, JET, two)[0][0] == "BACK"
    assert origins(replace(climbing, track_deg=180.0), JET, two)[0][0] == "AHEA"


@pytest.mark.parametrize(
    "flown",
    [flight(800.0), flight(800.0, descent_ms=0.0), flight(800.0, descent_ms=-6.0, track_deg=None), flight(9000.0)],
    ids=["descending", "level", "no track", "from high"],
)
def test_the_origin_is_not_guessed(flown: Motion) -> None:
    assert origins(flown, JET, Airports([made("BACK", from_here(180.0, 15.0))])) == ()


@pytest.mark.parametrize(
    ("height_m", "distance_km", "kind", "scheduled", "is_on_final"),
    [
        (400.0, 8.0, "large", True, True),
        (600.0, 8.0, "large", True, False),
        (400.0, 12.0, "large", True, False),
        (400.0, 8.0, "small", False, False),
        (400.0, 8.0, "small", True, True),
        (None, 1.0, "large", True, False),
    ],
)
def test_on_final(
    height_m: float | None, distance_km: float, kind: AirportKind, scheduled: bool, is_on_final: bool
) -> None:
    """Low and near an airport; over a strip in the fields on the way it is not on final for the strip."""
    field = made("AAAA", from_here(0.0, distance_km), kind=kind, scheduled=scheduled)
    heard = report(NOON, latitude=HERE[0], longitude=HERE[1], baro_altitude=height_m)
    assert on_final(heard, Airports([field])) == (field if is_on_final else None)


def test_on_final_for_the_nearest_runway() -> None:
    near, far = made("NEAR", from_here(90.0, 2.0)), made("AWAY", from_here(0.0, 5.0))
    heard = report(NOON, latitude=HERE[0], longitude=HERE[1], baro_altitude=200.0)
    assert on_final(heard, Airports([far, near])) == near


# When


@pytest.mark.parametrize("distance_km", [3.0, 20.0, 60.0, 180.0])
@pytest.mark.parametrize("track_deg", [0.0, 90.0, 180.0])
def test_the_way_down_takes_time(distance_km: float, track_deg: float) -> None:
    """No faster than the aircraft flies or sinks; turned away it takes longer; farther and higher takes longer."""
    field = made("AAAA", from_here(0.0, distance_km))
    fast, likely, slow = time_down_s(flight(height_for(distance_km), track_deg=track_deg), field)
    assert distance_km * 1000 / 100.0 <= fast + 1e-6
    assert fast <= likely < slow
    assert likely >= time_down_s(flight(height_for(distance_km)), field)[1] - 1e-6
    assert likely < time_down_s(flight(height_for(distance_km) + 9000.0, track_deg=track_deg), field)[1]


def test_straight_in_takes_what_it_takes() -> None:
    """The made flight's own touchdown lies within the bounds from every minute of its last twenty."""
    flown = arrival("ZRH", NOON)
    for minute in range(1, 21):
        follower = Follower()
        follower.fly(flown, NOON - (minute + 5) * MINUTE, NOON - minute * MINUTE)
        last = motion(follower.track.reports.all())
        fast, likely, slow = time_down_s(last, airport("ZRH"))
        assert last.at + fast <= NOON <= last.at + slow
        assert abs(last.at + likely - NOON) <= 0.35 * 60 * minute + 60


# Waiting for enough silence


def test_confidence_that_grows_passes_the_line_once() -> None:
    """Lost too high to be sure at first, far from other fields: told when the silence has made it sure enough, and only then."""
    flown, heard = arrival("BDA", NOON), above(2500.0)
    lost = Follower(Rules(1.0))
    lost.fly(flown, NOON - HOUR // 2, NOON, heard=heard)
    last, aircraft = motion(lost.track.reports.all()), aircraft_of(lost.track)

    def sure(silent_s: int) -> float:
        return chance(assess(last, aircraft, silent_s, AIRPORTS, NOBODY), "TXKF")

    early, line, late = (round(sure(minutes * MINUTE), 3) for minutes in (6, 20, 60))
    assert early < line <= late
    first = next(minutes for minutes in range(1, 60) if round(sure(minutes * MINUTE), 3) >= line)
    settled = assess(last, aircraft, 0, AIRPORTS, NOBODY).candidates[0].settled
    assert settled < last.at + (first - 1) * MINUTE

    follower = with_(lost, rules=Rules(line))
    assert follower.miss(NOON + MINUTE, last.at + (first - 1) * MINUTE) == []
    assert follower.miss(last.at + first * MINUTE, NOON + 6 * HOUR) == [("landing", "inferred", "TXKF")]
    (event,) = follower.events
    assert event.detected_at.timestamp() == last.at + first * MINUTE
    assert event.confidence >= line
