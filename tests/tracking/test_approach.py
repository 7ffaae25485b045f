"""The way to a runway: Dubins paths against flying them, and how a way fits a height."""

from collections.abc import Iterator
from itertools import pairwise, product
from math import cos, hypot, inf, pi, radians, sin, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flightwatch.core.geo import KM_PER_DEGREE
from flightwatch.core.model import Airport, Runway
from flightwatch.tracking.approach import MIN_NEED_KM, UNKNOWN_HEADING, dubins_km, misfit, need_km, way_km
from flightwatch.tracking.motion import Motion

STEPS = 720
"""First turns tried, over a full circle."""

kilometres = st.floats(-100, 100)
tracks = st.floats(0, 360)
radii = st.floats(0.8, 5)


def fly(
    turns: tuple[int, int], first: float, goal: tuple[float, float], track: float, final: float
) -> tuple[float, float]:
    """Fly a first turn (radians, 1 is right), a straight and a last turn onto ``final``, with a radius of one.

    Gives how far beside the goal it ends when the straight is as long as it must be, and the length of it all.
    """
    heading = track + turns[0] * first
    last = (turns[1] * (final - heading)) % (2 * pi)
    x = turns[0] * (cos(track) - cos(heading)) + turns[1] * (cos(heading) - cos(final))
    y = turns[0] * (sin(heading) - sin(track)) + turns[1] * (sin(final) - sin(heading))
    left_x, left_y = goal[0] - x, goal[1] - y
    straight = left_x * sin(heading) + left_y * cos(heading)
    beside = left_x * cos(heading) - left_y * sin(heading)
    return beside, first + straight + last if straight >= -1e-9 else inf


def flown(goal: tuple[float, float], track: float, final: float) -> Iterator[float]:
    """Lengths of the ways that end at the goal, found by trying every first turn."""
    for turns in product((-1, 1), (-1, 1)):
        tried = [2 * pi * n / STEPS for n in range(STEPS + 1)]
        for low, high in pairwise(tried):
            at_low = fly(turns, low, goal, track, final)[0]
            if at_low * fly(turns, high, goal, track, final)[0] > 0:
                continue
            for _ in range(50):
                middle = (low + high) / 2
                beside = fly(turns, middle, goal, track, final)[0]
                low, high = (middle, high) if at_low * beside > 0 else (low, middle)
            yield fly(turns, high, goal, track, final)[1]


@pytest.mark.parametrize("x", [-7.3, 0.4, 21.0])
@pytest.mark.parametrize("y", [-12.1, 0.9, 5.2])
@pytest.mark.parametrize("track", [3.0, 128.0, 251.0])
@pytest.mark.parametrize("final", [17.0, 163.0, 340.0])
def test_the_shortest_of_all_ways_flown(x: float, y: float, track: float, final: float) -> None:
    """Near and far, ahead and behind, whatever the runway's direction."""
    radius = 1.6
    shortest = min(flown((x / radius, y / radius), radians(track), radians(final)))
    assert dubins_km(x, y, track, final, radius) == pytest.approx(shortest * radius, abs=1e-4)


@given(kilometres, kilometres, tracks, tracks, radii)
def test_no_way_is_shorter_than_straight(x: float, y: float, track: float, final: float, radius: float) -> None:
    assert dubins_km(x, y, track, final, radius) >= hypot(x, y) - 1e-6


whole = st.integers(-1000, 1000).map(lambda tenths: tenths / 10 + 0.013)
"""Away from symmetric places, where rounding decides between a turn of nothing and a full circle."""


@given(whole, whole, tracks, tracks)
def test_a_mirror_changes_nothing(x: float, y: float, track: float, final: float) -> None:
    """East for west, and the way flown back from the end."""
    way = dubins_km(x, y, track, final, 1.5)
    assert dubins_km(-x, y, -track, -final, 1.5) == pytest.approx(way, abs=1e-6)
    assert dubins_km(-x, -y, final + 180.0, track + 180.0, 1.5) == pytest.approx(way, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "track", "final", "km"),
    [
        (0.0, 10.0, 0.0, 0.0, 10.0),
        (25.0, 0.0, 90.0, 90.0, 25.0),
        (4.0, 0.0, 0.0, 180.0, 2 * pi),
        (2.0, 2.0, 0.0, 90.0, pi),
        (-4.0, -10.0, 180.0, 0.0, 10.0 + 2 * pi),
    ],
    ids=["straight in", "straight in, eastward", "half a circle", "a quarter", "downwind and base"],
)
def test_ways_known_by_heart(x: float, y: float, track: float, final: float, km: float) -> None:
    assert dubins_km(x, y, track, final, 2.0) == pytest.approx(km, abs=1e-6)


def flight(*, lat: float = 0.0, lon: float = 0.0, track: float | None = 90.0, speed: float | None = 80.0) -> Motion:
    return Motion(0, lat, lon, 1000.0, speed, track, -4.0, 4.0)


def field(*runways: Runway) -> Airport:
    return Airport("AAAA", None, "Field", None, "XX", "Nowhere", "large", 0.0, 0.3, 0.0, "Etc/GMT", runways)


WEST_EAST = Runway("09", "27", 3000, 90.0, 0.0, 0.3, 0.0, 0.327)
STRAIGHT_KM = 0.3 * KM_PER_DEGREE


def test_straight_in() -> None:
    assert way_km(flight(), field(WEST_EAST)) == pytest.approx(STRAIGHT_KM, rel=1e-3)


def test_downwind_has_far_to_fly() -> None:
    """Abeam the threshold, five kilometres beside it and pointing away: out, round and back."""
    abeam = flight(lat=0.045, lon=0.3, track=270.0)
    assert 10 < way_km(abeam, field(WEST_EAST)) < 30


def test_either_end_will_do() -> None:
    """Coming from the east it lands westward."""
    from_east = flight(lon=0.6, track=270.0)
    assert way_km(from_east, field(WEST_EAST)) == pytest.approx((0.6 - 0.327) * KM_PER_DEGREE, rel=1e-3)


@pytest.mark.parametrize("runways", [(), (Runway("09", "27", 3000, None, None, None, None, None),)])
def test_a_field_without_a_direction(runways: tuple[Runway, ...]) -> None:
    """A little longer than straight, and longer still when it must turn round first."""
    towards, away = (way_km(flight(track=track), field(*runways)) for track in (90.0, 270.0))
    assert towards == pytest.approx(STRAIGHT_KM * UNKNOWN_HEADING, rel=1e-3)
    assert away > towards


@pytest.mark.parametrize("runways", [(), (WEST_EAST,)])
def test_a_flight_without_a_direction(runways: tuple[Runway, ...]) -> None:
    assert way_km(flight(track=None, speed=None), field(*runways)) == pytest.approx(
        STRAIGHT_KM * UNKNOWN_HEADING, rel=1e-3
    )


def test_across_the_antimeridian() -> None:
    runway = Runway("09", "27", 3000, 90.0, None, None, None, None)
    there = Airport("AAAA", None, "F", None, "XX", "N", "large", 0.0, -179.9, 0.0, "Etc/GMT", (runway,))
    assert way_km(flight(lon=179.8), there) == pytest.approx(STRAIGHT_KM, rel=1e-3)


@pytest.mark.parametrize(
    ("height_m", "km"), [(1000.0, 1 / tan(radians(3))), (10_000.0, 10 / tan(radians(3))), (0.0, MIN_NEED_KM)]
)
def test_the_way_that_three_degrees_need(height_m: float, km: float) -> None:
    """About 19 km for each 1,000 m."""
    assert need_km(height_m) == pytest.approx(km)


@given(st.floats(300, 12_000), st.floats(1, 10))
def test_a_way_fits_best_near_three_degrees(height_m: float, factor: float) -> None:
    """Steeper is negative, longer is positive."""
    need = need_km(height_m)
    assert abs(misfit(need, height_m)) < 1e-6
    assert misfit(need / (1 + factor), height_m) < 0 < misfit(1.2 * need * factor, height_m)
