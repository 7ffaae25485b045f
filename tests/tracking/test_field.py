"""Airfields as an aircraft meets them."""

import pytest
from state_vectors import AIRPORTS, airport

from flightwatch.core.airports import Airports
from flightwatch.core.geo import KM_PER_DEGREE, destination
from flightwatch.core.model import Airport, AirportKind, Runway
from flightwatch.tracking.field import (
    AIRLINER_RUNWAY_M,
    JET_RUNWAY_M,
    LIGHT_RUNWAY_M,
    TURBOPROP_RUNWAY_M,
    field_at,
    runway_distance_km,
    runway_need_m,
)


def strip(length_m: int | None, lat: float = 0.0, lon: float = 0.0) -> Runway:
    """Make a runway from 0.01° south of a place to 0.01° north of it."""
    return Runway("18", "36", length_m, 180.0, lat + 0.01, lon, lat - 0.01, lon)


def field(icao: str, kind: AirportKind, *runways: Runway, lat: float = 0.0, lon: float = 0.0) -> Airport:
    return Airport(icao, None, icao, None, "XX", "Nowhere", kind, lat, lon, 0.0, "Etc/GMT", runways)


@pytest.mark.parametrize(
    ("lat", "lon", "icao"),
    [
        (47.4756, 8.53595, "LSZH"),
        (47.4454, 8.55673, "LSZH"),
        (39.2204, 125.664, "ZKPY"),
        (39.2241, 125.6700, "ZKPY"),
        (39.1668, 127.4860, "ZKWS"),
        (43.3963, 132.1482, "UHWW"),
        (41.2613, 28.7420, "LTFM"),
        (30.0, -150.0, None),
        (46.8, 8.2, None),
    ],
)
def test_on_an_airport(lat: float, lon: float, icao: str | None) -> None:
    """At a runway's end, at the middle, where no runway is known; and nowhere, at sea and in the Alps."""
    found = field_at(lat, lon, AIRPORTS)
    assert (found.icao if found else None) == icao


def test_a_strip_beside_an_airport_is_not_taken_for_it() -> None:
    """Nor the airport's far apron for the strip, though the strip's reference point is nearer."""
    large = field("LARG", "large", strip(3000))
    small = field("SMAL", "small", strip(500, lon=0.03), lon=0.03)
    airports = Airports([large, small])
    assert field_at(0.0, 0.029, airports) == small
    assert field_at(0.0, 0.022, airports) == large
    assert field_at(0.0, -0.02, airports) == large


def test_too_short_a_strip_is_left_out() -> None:
    """Unless there is no other: an aircraft that stands there can land there."""
    large, small = field("LARG", "large", strip(3000)), field("SMAL", "small", strip(500, lon=0.02), lon=0.02)
    unknown = field("UNKN", "small", strip(None, lon=0.02), lon=0.02)
    assert field_at(0.0, 0.02, Airports([large, small]), needs_m=1500) == large
    assert field_at(0.0, 0.02, Airports([small]), needs_m=1500) == small
    assert field_at(0.0, 0.02, Airports([large, unknown]), needs_m=1500) == unknown


@pytest.mark.parametrize(("kind", "reach_km"), [("large", 3.0), ("medium", 2.0), ("small", 0.7)])
def test_how_far_an_apron_reaches(kind: AirportKind, reach_km: float) -> None:
    airports = Airports([field("AAAA", kind, strip(2000))])
    inside, outside = (destination(0.0, 0.0, 90.0, reach_km + off) for off in (-0.05, 0.05))
    assert field_at(*inside, airports) is not None
    assert field_at(*outside, airports) is None


@pytest.mark.parametrize(
    ("lat", "lon", "km"),
    [
        (0.0, 0.0, 0.0),
        (0.01, 0.0, 0.0),
        (0.0, 0.02, 0.02 * KM_PER_DEGREE),
        (0.03, 0.0, 0.02 * KM_PER_DEGREE),
        (-0.04, 0.04, 0.05 * KM_PER_DEGREE),
    ],
)
def test_distance_to_a_runway(lat: float, lon: float, km: float) -> None:
    """To the strip itself when abeam, to its nearer end when beyond."""
    assert runway_distance_km(field("AAAA", "large", strip(2000)), lat, lon) == pytest.approx(km, abs=1e-3)


def test_distance_across_the_antimeridian() -> None:
    there = field("AAAA", "large", strip(2000, lon=179.99), lon=179.99)
    assert runway_distance_km(there, 0.0, -179.99) == pytest.approx(0.02 * KM_PER_DEGREE, abs=1e-3)


def test_the_nearest_of_several_runways() -> None:
    several = field("AAAA", "large", strip(3000), strip(2000, lon=0.05))
    assert runway_distance_km(several, 0.0, 0.06) == pytest.approx(0.01 * KM_PER_DEGREE, abs=1e-3)


@pytest.mark.parametrize("runways", [(), (Runway("18", "36", 2000, 180.0, None, None, None, None),)])
def test_without_runway_ends_the_reference_point_counts(runways: tuple[Runway, ...]) -> None:
    assert runway_distance_km(field("AAAA", "large", *runways), 0.0, 0.1) == pytest.approx(0.1 * KM_PER_DEGREE)


def test_a_runway_of_no_length() -> None:
    """Both ends in one place: still a place."""
    point = Runway("18", "36", 0, None, 0.0, 0.0, 0.0, 0.0)
    assert runway_distance_km(field("AAAA", "large", point), 0.0, 0.1) == pytest.approx(0.1 * KM_PER_DEGREE, rel=1e-3)


def test_the_longest_runway() -> None:
    assert airport("FNJ").longest_m == 3502
    assert field("AAAA", "small", strip(None), strip(900)).longest_m == 900
    assert field("AAAA", "small", strip(None)).longest_m is None
    assert field("AAAA", "small").longest_m is None


@pytest.mark.parametrize(
    ("fastest_ms", "highest_m", "needs_m"),
    [
        (0.0, 0.0, LIGHT_RUNWAY_M),
        (60.0, 2500.0, LIGHT_RUNWAY_M),
        (100.0, 5000.0, TURBOPROP_RUNWAY_M),
        (160.0, 3000.0, JET_RUNWAY_M),
        (80.0, 9000.0, JET_RUNWAY_M),
        (235.0, 11_000.0, AIRLINER_RUNWAY_M),
    ],
)
def test_how_long_a_runway_must_be(fastest_ms: float, highest_m: float, needs_m: int) -> None:
    """As the speed and height of the flight betray the aircraft."""
    assert runway_need_m(fastest_ms, highest_m) == needs_m
