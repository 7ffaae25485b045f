"""Great circles, bearings and boxes: everywhere, at the poles and across the antimeridian."""

from math import cos, pi, radians

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from flightwatch.core.geo import (
    EARTH_RADIUS_KM,
    KM_PER_DEGREE,
    bearing_deg,
    box_around,
    box_covered,
    box_halves,
    box_holds,
    box_square_degrees,
    circle_around,
    compass_point,
    destination,
    distance_km,
    turn_deg,
)
from flightwatch.core.model import Box

latitudes = st.floats(-90, 90) | st.sampled_from([-90.0, -89.99, 0.0, 89.99, 90.0])
longitudes = st.floats(-180, 180) | st.sampled_from([-180.0, -179.99, 0.0, 179.99, 180.0])
bearings = st.floats(0, 360, exclude_max=True)

FNJ, VVO = (39.2241, 125.67), (43.3963, 132.1482)


@pytest.mark.parametrize(
    ("a", "b", "km"),
    [
        (FNJ, FNJ, 0.0),
        (FNJ, VVO, 711.5),
        ((0.0, 0.0), (0.0, 1.0), KM_PER_DEGREE),
        ((0.0, 179.5), (0.0, -179.5), KM_PER_DEGREE),
        ((60.0, 10.0), (60.0, 10.5), KM_PER_DEGREE * 0.25),
        ((89.0, 10.0), (89.0, -170.0), 2 * KM_PER_DEGREE),
        ((90.0, 0.0), (-90.0, 77.0), pi * EARTH_RADIUS_KM),
        ((0.0, 0.0), (0.0, 180.0), pi * EARTH_RADIUS_KM),
    ],
)
def test_distance(a: tuple[float, float], b: tuple[float, float], km: float) -> None:
    """Both ways the same; to 0.5 % between Pyongyang and Vladivostok, where the ellipsoid's distance is 711.5 km."""
    assert distance_km(*a, *b) == pytest.approx(km, rel=5e-3, abs=1e-9)
    assert distance_km(*b, *a) == pytest.approx(distance_km(*a, *b))


@pytest.mark.parametrize(
    ("a", "b", "bearing"),
    [
        ((0.0, 0.0), (1.0, 0.0), 0.0),
        ((0.0, 0.0), (0.0, 1.0), 90.0),
        ((0.0, 0.0), (-1.0, 0.0), 180.0),
        ((0.0, 0.0), (0.0, -1.0), 270.0),
        ((0.0, 179.5), (0.0, -179.5), 90.0),
        ((50.0, 10.0), (50.0, 10.0), 0.0),
    ],
)
def test_bearing(a: tuple[float, float], b: tuple[float, float], bearing: float) -> None:
    assert bearing_deg(*a, *b) == pytest.approx(bearing)


@given(latitudes, longitudes, latitudes, longitudes)
def test_a_bearing_is_on_the_compass(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    """North is 0, never 360; no two points are farther apart than half the globe."""
    assert 0 <= bearing_deg(lat_a, lon_a, lat_b, lon_b) < 360
    assert 0 <= distance_km(lat_a, lon_a, lat_b, lon_b) <= pi * EARTH_RADIUS_KM


@given(latitudes, longitudes, bearings, st.floats(0, 19_000))
def test_a_destination_is_as_far_as_asked(lat: float, lon: float, bearing: float, km: float) -> None:
    """And a place on the map, from anywhere."""
    there = destination(lat, lon, bearing, km)
    assert -90 <= there[0] <= 90
    assert -180 <= there[1] <= 180
    assert distance_km(lat, lon, *there) == pytest.approx(km, abs=0.001)


@given(st.floats(-85, 85), longitudes, bearings, st.floats(1, 9_000))
def test_a_destination_lies_where_the_bearing_points(lat: float, lon: float, bearing: float, km: float) -> None:
    there = destination(lat, lon, bearing, km)
    assume(abs(there[0]) < 89)
    assert turn_deg(bearing_deg(lat, lon, *there), bearing) < 0.01


@pytest.mark.parametrize(
    ("a", "b", "turn"),
    [(0, 0, 0), (10, 350, 20), (350, 10, 20), (0, 180, 180), (90, 270, 180), (0, 725, 5), (-10, 5, 15)],
)
def test_turn(a: float, b: float, turn: float) -> None:
    assert turn_deg(a, b) == pytest.approx(turn)


@given(bearings, bearings)
def test_a_turn_is_the_shorter_way(a: float, b: float) -> None:
    assert 0 <= turn_deg(a, b) <= 180
    assert turn_deg(a, b) == pytest.approx(turn_deg(b, a), abs=1e-9)


@pytest.mark.parametrize(
    ("bearing", "point"),
    [
        (0, "N"),
        (22, "N"),
        (38, "NE"),
        (90, "E"),
        (136, "SE"),
        (180, "S"),
        (225, "SW"),
        (271, "W"),
        (315, "NW"),
        (359, "N"),
    ],
)
def test_compass_point(bearing: float, point: str) -> None:
    assert compass_point(bearing) == point


@given(latitudes, longitudes, st.floats(0, 20_000) | st.floats(0, 300), bearings, st.floats(0, 1))
def test_a_box_holds_its_circle(lat: float, lon: float, km: float, bearing: float, part: float) -> None:
    """Every point of it, whatever lies in between: a pole, the antimeridian, half the globe."""
    box = box_around(lat, lon, km + 1e-6)
    assert -90 <= box.lat_min <= box.lat_max <= 90
    assert -180 <= box.lon_min <= 180
    assert -180 <= box.lon_max <= 180
    assert box_holds(box, *destination(lat, lon, bearing, part * km))


@example(-2.0, 0.0, 4.0, None, 0.5, 0.0)
@given(latitudes, longitudes, st.floats(0, 90), st.floats(0, 359.9) | st.none(), st.floats(0, 1), st.floats(0, 1))
def test_a_circle_holds_its_box(
    south: float, west: float, height: float, width: float | None, up: float, along: float
) -> None:
    """Every point of it: over a pole, the antimeridian, and where the box goes all the way round."""
    north = min(90.0, south + height)
    east = 180.0 if width is None else west + width - (360.0 if west + width > 180.0 else 0.0)
    box = Box(south, -180.0 if width is None else west, north, east)

    circle = circle_around(box)

    lat, lon = south + up * (north - south), box.lon_min + along * (360.0 if width is None else width)
    lon = lon - 360.0 if lon > 180.0 else lon
    assert distance_km(circle.latitude, circle.longitude, lat, lon) <= circle.radius_km + 0.001


@pytest.mark.parametrize(
    ("lat", "lon", "km", "box"),
    [
        (0.0, 0.0, KM_PER_DEGREE, Box(-1.0, -1.0, 1.0, 1.0)),
        (0.0, 179.5, KM_PER_DEGREE, Box(-1.0, 178.5, 1.0, -179.5)),
        (89.5, 10.0, KM_PER_DEGREE, Box(88.5, -180.0, 90.0, 180.0)),
        (-89.5, 10.0, KM_PER_DEGREE, Box(-90.0, -180.0, -88.5, 180.0)),
        (0.0, 0.0, 20_100.0, Box(-90.0, -180.0, 90.0, 180.0)),
        (10.0, 20.0, 0.0, Box(10.0, 20.0, 10.0, 20.0)),
    ],
)
def test_the_box_around_a_circle(lat: float, lon: float, km: float, box: Box) -> None:
    found = box_around(lat, lon, km)
    assert (found.lat_min, found.lon_min, found.lat_max, found.lon_max) == pytest.approx(
        (box.lat_min, box.lon_min, box.lat_max, box.lon_max)
    )


def test_a_box_is_no_larger_than_it_must_be() -> None:
    """At 60° north a degree of longitude is half as long, and the circle's widest point lies north of its middle."""
    box = box_around(60.0, 0.0, 100.0)
    assert box.lon_max == pytest.approx(100 / KM_PER_DEGREE / cos(radians(60)), rel=0.01)
    assert not box_holds(box, *destination(60.0, 0.0, 90.0, 101.0))
    assert not box_holds(box, *destination(60.0, 0.0, 0.0, 100.1))


@pytest.mark.parametrize(
    ("box", "inside", "outside"),
    [
        (Box(0.0, 0.0, 1.0, 1.0), [(0.0, 0.0), (1.0, 1.0), (0.5, 0.5)], [(1.01, 0.5), (-0.01, 0.5), (0.5, 1.01)]),
        (Box(-1.0, 179.0, 1.0, -179.0), [(0.0, 179.5), (0.0, -179.5), (0.0, 180.0), (0.0, -180.0)], [(0.0, 0.0)]),
    ],
)
def test_box_holds(box: Box, inside: list[tuple[float, float]], outside: list[tuple[float, float]]) -> None:
    """Edges included, also where the box crosses the antimeridian."""
    assert all(box_holds(box, *point) for point in inside)
    assert not any(box_holds(box, *point) for point in outside)


@given(latitudes, longitudes, st.floats(0.1, 90), st.floats(0.1, 359.9), st.lists(st.integers(0, 20), max_size=6))
def test_boxes_that_together_hold_one(south: float, west: float, height: float, width: float, cuts: list[int]) -> None:
    """All of the pieces of a box do, and not without one of them."""
    assume(south <= 89)
    box = Box(south, west, min(90.0, south + height), (west + width + 180.0) % 360.0 - 180.0)
    pieces = [box]
    for cut in cuts:
        pieces += box_halves(pieces.pop(cut % len(pieces)))
    assert box_covered(box, pieces)
    assert not box_covered(box, pieces[1:])
    assert all(box_covered(piece, [box]) for piece in pieces)


@pytest.mark.parametrize(
    ("box", "halves"),
    [
        (Box(0.0, 0.0, 4.0, 2.0), (Box(0.0, 0.0, 2.0, 2.0), Box(2.0, 0.0, 4.0, 2.0))),
        (Box(59.0, 170.0, 63.0, -176.0), (Box(59.0, 170.0, 63.0, 177.0), Box(59.0, 177.0, 63.0, -176.0))),
    ],
)
def test_halves(box: Box, halves: tuple[Box, Box]) -> None:
    assert box_halves(box) == halves


@pytest.mark.parametrize(
    ("box", "area"),
    [
        (Box(0.0, 0.0, 5.0, 5.0), 25.0),
        (Box(-1.0, 179.0, 1.0, -179.0), 4.0),
        (Box(-90.0, -180.0, 90.0, 180.0), 64_800.0),
        (Box(10.0, 20.0, 10.0, 20.0), 0.0),
        (Box(10.0, 20.0, 12.0, 20.0), 0.0),
    ],
)
def test_area_as_opensky_charges_it(box: Box, area: float) -> None:
    assert box_square_degrees(box) == pytest.approx(area)
