"""Who is heard around a place, and whether one of them flies as low: as counting everybody one by one gives it."""

from math import floor

from hypothesis import given
from hypothesis import strategies as st
from state_vectors import report

from flightwatch.core.model import StateVector
from flightwatch.tracking.witness import BELOW_M, CELL_DEG, FRESH_S, WITNESSED, Company, Rows

AT = 1_700_000_000

LATITUDES = st.one_of(st.sampled_from([-90.0, -0.5, 0.0, 0.49, 89.9, 90.0]), st.floats(-2, 2))
LONGITUDES = st.one_of(st.sampled_from([-180.0, -179.6, 179.4, 179.9]), st.floats(-2, 2))


@st.composite
def rows(draw: st.DrawFn) -> StateVector:
    """A row near the middle of the map or near its edges, fresh or not."""
    return report(
        AT - draw(st.integers(0, 2 * FRESH_S)),
        latitude=draw(LATITUDES),
        longitude=draw(LONGITUDES),
        geo_altitude=None,
        baro_altitude=draw(st.sampled_from([None, 0.0, 500.0, 900.0, 10_000.0])),
        on_ground=draw(st.booleans()),
    )


def is_around(row: StateVector, lat: float, lon: float) -> bool:
    """Tell whether a fresh row lies in the cell of a place or beside it, also across the antimeridian."""
    assert row.latitude is not None
    assert row.longitude is not None
    down = abs(floor(row.latitude / CELL_DEG) - floor(lat / CELL_DEG))
    along = (floor(row.longitude / CELL_DEG) - floor(lon / CELL_DEG)) % 720
    return row.last_contact >= AT - FRESH_S and down <= 1 and along in (0, 1, 719)


@given(st.lists(rows(), max_size=12), LATITUDES, LONGITUDES)
def test_company(everybody: list[StateVector], lat: float, lon: float) -> None:
    fresh = sum(row.last_contact >= AT - FRESH_S for row in everybody)
    near = sum(is_around(row, lat, lon) for row in everybody)
    assert Rows(everybody, AT).company(report(AT, latitude=lat, longitude=lon)) == Company(fresh, near)
    assert Rows(everybody, AT).company(report(AT, latitude=None)) is None


@given(st.lists(rows(), max_size=12), LATITUDES, LONGITUDES)
def test_who_is_as_low(everybody: list[StateVector], lat: float, lon: float) -> None:
    last = report(AT - 120, latitude=lat, longitude=lon, baro_altitude=600.0, velocity=None)
    low = [row for row in everybody if is_around(row, lat, lon) and _height_m(row) <= 600.0 + BELOW_M]
    assert Rows(everybody, AT).weight(None, last) == (WITNESSED if low else 1.0)


def _height_m(row: StateVector) -> float:
    return 0.0 if row.on_ground else (row.baro_altitude or 0.0)
