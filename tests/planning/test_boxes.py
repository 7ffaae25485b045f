"""Boxes as OpenSky takes and charges them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_vectors import airport

from flightwatch.core.geo import box_around, box_holds, box_square_degrees, destination
from flightwatch.core.model import Box
from flightwatch.planning.boxes import Area, areas_around, covers_place, merged, price_class, split
from flightwatch.planning.budget import BOX_CREDITS

PLACES = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=6).map(tuple)


def places(*codes: str) -> tuple[tuple[float, float], ...]:
    return tuple((airport(code).latitude, airport(code).longitude) for code in codes)


def around(*codes: str, least_km: float = 150.0) -> tuple[Area, ...]:
    return areas_around(places(*codes), least_km, 250.0, BOX_CREDITS)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (Box(0.0, 0.0, 5.0, 5.0), 0),
        (Box(0.0, 0.0, 5.0, 5.1), 1),
        (Box(0.0, 0.0, 10.0, 10.0), 1),
        (Box(0.0, 0.0, 20.0, 20.0), 2),
        (Box(0.0, 0.0, 20.0, 20.1), 3),
    ],
)
def test_what_a_box_is_charged_as(box: Box, expected: int) -> None:
    assert price_class(box) == expected


def test_a_box_is_as_large_as_its_price_allows() -> None:
    """One credit buys 25 square degrees, and nobody is followed from beyond 250 km."""
    (pyongyang,), (singapore,) = around("FNJ"), around("SIN")
    assert 24.9 < box_square_degrees(pyongyang.box) <= 25.0
    assert singapore.box == box_around(*places("SIN")[0], 250.0)


def test_neighbours_share_a_box() -> None:
    """Pyongyang and Wonsan, 157 km apart; Vladivostok has one of its own."""
    assert [area.members for area in around("FNJ", "VVO", "WOS")] == [(0, 2), (1,)]
    assert sum(BOX_CREDITS[price_class(area.box)] for area in around("FNJ", "VVO", "WOS")) == 2


def test_three_share_a_box_though_no_two_save_anything() -> None:
    areas = tuple(Area(Box(0.0, west, 4.0, west + 6.0), (n,)) for n, west in enumerate((0.0, 8.0, 16.0)))
    assert merged(areas, BOX_CREDITS) == (Area(Box(0.0, 0.0, 4.0, 22.0), (0, 1, 2)),)


def test_many_boxes_are_asked_as_one() -> None:
    """Where trying every merger would take seconds: one box costs at most what the world does."""
    many = tuple(Area(Box(0.0, n / 10, 1.0, n / 10 + 1.0), (n,)) for n in range(60))
    assert merged(many, BOX_CREDITS) == (Area(Box(0.0, 0.0, 1.0, 6.9), tuple(range(60))),)


def test_the_antimeridian_divides_a_box() -> None:
    assert split(Box(-20.0, 179.0, -15.0, -178.0)) == (
        Box(-20.0, 179.0, -15.0, 180.0),
        Box(-20.0, -180.0, -15.0, -178.0),
    )
    assert split(Box(-20.0, 179.0, -15.0, -180.0)) == (Box(-20.0, 179.0, -15.0, 180.0),)


@given(PLACES, st.sampled_from([120.0, 200.0, 250.0]), st.data())
def test_nobody_near_is_missed(around: tuple[tuple[float, float], ...], least_km: float, data: st.DataObject) -> None:
    """Wherever the places are: at the poles, at the antimeridian. And OpenSky can be asked every box."""
    areas = areas_around(around, least_km, 250.0, BOX_CREDITS)
    for box in (area.box for area in areas):
        assert -90 <= box.lat_min <= box.lat_max <= 90
        assert -180 <= box.lon_min <= box.lon_max <= 180
    number = data.draw(st.integers(0, len(around) - 1))
    bearing, share = data.draw(st.floats(0, 360)), data.draw(st.floats(0, 0.999))
    point = destination(*around[number], bearing, share * least_km)
    assert any(box_holds(area.box, *point) for area in areas if number in area.members)
    assert covers_place([area.box for area in areas], *around[number])


@pytest.mark.parametrize("least_km", [120.0, 250.0])
def test_the_boxes_of_many_places_cost_no_more_than_apart(least_km: float) -> None:
    codes = ("FNJ", "WOS", "VVO", "ZRH", "BRU", "NAN", "LYR")

    def cost(*codes: str) -> int:
        return sum(BOX_CREDITS[price_class(area.box)] for area in around(*codes, least_km=least_km))

    assert cost(*codes) <= sum(cost(code) for code in codes)
