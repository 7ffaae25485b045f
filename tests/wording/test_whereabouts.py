"""Where, in words: by what field a place is told, and that its country is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_vectors import AIRPORTS, airport

from flightwatch.core.geo import distance_km
from flightwatch.core.model import Origin, Place, instant
from flightwatch.wording.whereabouts import NEAR_KM, abroad, began_at, came_from, nearest_known, spot

latitudes = st.floats(-89.9, 89.9)
longitudes = st.floats(-180, 180)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ((46.36, 129.7), "79 km south-west of Jiamusi JMU (China)"),
        # An air base lies at 13 km, a city's airport at 22.
        ((39.3, 125.9), "22 km north-east of Pyongyang FNJ (North Korea)"),
        ((69.0, 90.0), "111 km east of Norilsk NSK (Russia)"),
        # Large, though no airline flies there, and without a code of its own.
        ((67.9, 34.0), "36 km south-east of Olenya Air Base (Russia)"),
        ((43.4, 132.15), "within 1 km of Vladivostok VVO (Russia)"),
        ((60.0, -40.0), "at 60.000, -40.000"),
    ],
)
def test_a_place_is_told_by_a_field_that_people_know(place: tuple[float, float], said: str) -> None:
    """By one to which airlines fly, or a large one; else by its position."""
    assert spot(nearest_known(AIRPORTS, *place), *place) == said


@given(latitudes, longitudes)
def test_what_only_neighbours_know_is_never_named(latitude: float, longitude: float) -> None:
    """Not the strip that is nearest, but a field within reach that is scheduled, medium or large; and with its country."""
    field = nearest_known(AIRPORTS, latitude, longitude)
    around = [f for _, f in AIRPORTS.within(latitude, longitude, NEAR_KM) if f.scheduled or f.kind != "small"]
    assert (field in around) if around else field is None
    if field is not None:
        said = spot(field, latitude, longitude)
        assert field.country in said
        assert distance_km(field.latitude, field.longitude, latitude, longitude) <= NEAR_KM
        by_airline = [f for f in around if f.scheduled]
        assert field.kind != "small" or field in by_airline


def test_the_country_is_said_once() -> None:
    assert abroad(airport("SIN")) == "Singapore SIN"
    assert abroad(airport("ICN")) == "Seoul Incheon ICN (South Korea)"
    assert abroad(Place("XX99", None, "Field that is in no table")) == "Field that is in no table XX99"


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (Origin(Place("UHWW", "VVO", "Vladivostok"), 43.4, 132.1, instant(0), True), "left Vladivostok VVO (Russia)"),
        (
            Origin(Place("UHWW", "VVO", "Vladivostok"), 43.4, 132.1, instant(0), False),
            "first heard climbing out of Vladivostok VVO (Russia)",
        ),
        (Origin(Place("XX99", None, "Nowhere Airport"), 43.4, 132.1, instant(0), True), "left Nowhere XX99"),
        (Origin(None, 46.36, 129.7, instant(0), True), "left a place 79 km south-west of Jiamusi JMU (China)"),
        (Origin(None, 46.36, 129.7, instant(0), False), "first heard 79 km south-west of Jiamusi JMU (China)"),
        (Origin(None, 30.0, -40.0, instant(0), True), "left a place at 30.000, -40.000"),
        (Origin(None, 30.0, -40.0, instant(0), False), "first heard at 30.000, -40.000"),
    ],
)
def test_how_a_flight_began(origin: Origin, said: str) -> None:
    assert came_from(origin, began_at(origin, AIRPORTS)) == said
