"""Where an area is."""

from hypothesis import given
from hypothesis import strategies as st

from flightwatch.core.areas import MARGIN_KM, WatchedArea
from flightwatch.core.geo import box_holds, box_widened, box_within, destination
from flightwatch.core.model import Box, Circle

latitudes, longitudes = st.floats(-80.0, 80.0), st.floats(-180.0, 179.99)


@given(latitudes, longitudes, st.floats(1.0, 900.0), st.floats(0.0, 360.0), st.floats(0.0, 1.5))
def test_a_circle(latitude: float, longitude: float, radius_km: float, bearing: float, share: float) -> None:
    """What is inside is in its box; who was inside is so a little farther out."""
    area = WatchedArea("A", Circle(latitude, longitude, radius_km))
    here = destination(latitude, longitude, bearing, share * radius_km)
    inside = area.holds(*here, None, was_inside=False)
    if abs(share - 1.0) > 1e-6:
        assert inside == (share < 1.0)
        assert not inside or box_holds(area.box, *here)
    edge = destination(latitude, longitude, bearing, radius_km + MARGIN_KM / 2)
    assert (area.holds(*edge, None, was_inside=False), area.holds(*edge, None, was_inside=True)) == (False, True)


@given(latitudes, longitudes, st.floats(0.1, 4.0), st.floats(0.1, 20.0), st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_a_polygon(south: float, west: float, high: float, wide: float, up: float, right: float) -> None:
    """A rectangle holds what its box does, on whichever side of the antimeridian, whichever way round it is written."""
    wrap = [(longitude + 180.0) % 360.0 - 180.0 for longitude in (west, west + wide, west + right * wide)]
    corners = ((south, wrap[0]), (south, wrap[1]), (south + high, wrap[1]), (south + high, wrap[0]))
    inside = 0.0 < up < 1.0 and 0.0 < right < 1.0
    for shape in (corners, corners[::-1], corners[2:] + corners[:2]):
        area = WatchedArea("A", shape)
        if min(abs(up), abs(up - 1.0), abs(right), abs(right - 1.0)) > 1e-3:
            assert area.holds(south + up * high, wrap[2], None, was_inside=False) == inside
        assert box_within(Box(south, wrap[0], south + high, wrap[1]), box_widened(area.box, 0.001))


@given(latitudes, longitudes, st.floats(0.0, 300.0), st.floats(1.0, 500.0), st.floats(0.0, 360.0))
def test_a_box_that_is_widened(latitude: float, longitude: float, wide: float, by_km: float, bearing: float) -> None:
    """It holds all that is as near to a corner."""
    east = (longitude + wide + 180.0) % 360.0 - 180.0
    box = Box(latitude, longitude, min(latitude + 5.0, 85.0), east)
    wider = box_widened(box, by_km)
    assert box_within(box, wider)
    for corner in ((box.lat_min, box.lon_min), (box.lat_max, box.lon_max)):
        assert box_holds(wider, *destination(*corner, bearing, by_km * 0.999))
