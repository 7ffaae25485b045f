"""The heading of a strip of which only the number is known."""

import pytest

from flightwatch.core.geo import turn_deg
from flightwatch.data.magnetic_variation import FARTHEST_DEG, STEP_DEG, VARIATION_DEG
from flightwatch.sources.headings import heading_of_number, variation_deg
from flightwatch.storage.tables import load_airports


def test_the_grid_is_whole() -> None:
    assert len(VARIATION_DEG) == (2 * FARTHEST_DEG // STEP_DEG + 1) * 360 // STEP_DEG


@pytest.mark.parametrize(
    ("place", "variation"), [((50.4, 136.9), -12.7), ((39.2, 127.5), -9.0), ((47.5, 8.5), 3.5), ((-33.9, 151.2), 12.8)]
)
def test_variation(place: tuple[float, float], variation: float) -> None:
    """As the World Magnetic Model 2025 has it for 2026."""
    assert variation_deg(*place) == pytest.approx(variation, abs=1.0)


@pytest.mark.parametrize("latitude", [-75.0, 0.0, 10.0, 75.0])
def test_at_the_edges_of_the_grid_it_does_not_leap(latitude: float) -> None:
    assert variation_deg(latitude, -180.0) == pytest.approx(variation_deg(latitude, 179.999), abs=0.01)
    assert variation_deg(latitude, -0.001) == pytest.approx(variation_deg(latitude, 0.001), abs=0.01)


@pytest.mark.parametrize("ident", ["", "N", "NE", "00", "37", "H1", "099", "18X", "ALL/WAY", "W", "²"])
def test_what_is_no_number_has_no_heading(ident: str) -> None:
    assert heading_of_number(ident, 50.0, 10.0) is None


@pytest.mark.parametrize(("ident", "heading"), [("18", 167.0), ("36", 347.0), ("9L", 77.0), ("01R ", 357.0)])
def test_the_number_and_the_variation(ident: str, heading: float) -> None:
    """At Komsomolsk-on-Amur, where the variation is 12.7° to the west."""
    assert heading_of_number(ident, 50.409, 136.934) == heading


def test_no_heading_near_the_poles() -> None:
    assert heading_of_number("18", 76.0, 10.0) is None
    assert heading_of_number("18", -90.0, 10.0) is None


def test_it_comes_near_the_headings_of_surveyed_runways() -> None:
    """Of large fields' runways with both ends known: 95 of a hundred within 10°, half within 4°."""
    off = sorted(
        turn_deg(guessed, runway.heading_deg)
        for field in load_airports()
        if field.kind == "large"
        for runway in field.runways
        if runway.le_latitude is not None
        and runway.heading_deg is not None
        and (guessed := heading_of_number(runway.le_ident, field.latitude, field.longitude)) is not None
    )
    assert len(off) > 500
    assert off[len(off) // 2] < 4.0
    assert off[len(off) * 95 // 100] < 10.0
