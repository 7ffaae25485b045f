"""Where, in words: airports, what lies near a place without one, and where a flight came from."""

from datetime import datetime
from typing import Final

from flightwatch.airports import Airports
from flightwatch.geo import bearing_deg, compass_point, distance_km
from flightwatch.model import Airport, Origin, Place
from flightwatch.words.phrases import duration, short

NEAR_KM: Final = 200.0
"""How far a field may be to say where something happened, km."""

_WINDS: Final = {
    "N": "north",
    "NE": "north-east",
    "E": "east",
    "SE": "south-east",
    "S": "south",
    "SW": "south-west",
    "W": "west",
    "NW": "north-west",
}


def place(airport: Airport) -> str:
    """Name, both codes, the city where the name does not hold it, country.

    ``Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea``.
    """
    city = f", {short(airport.city)}" if airport.city and airport.city not in airport.name else ""
    return f"{short(airport.name)} ({codes(airport)}){city}, {short(airport.country)}"


def codes(airport: Airport | Place) -> str:
    """``FNJ/ZKPY``; ``KP-0012`` where there is no IATA code."""
    return short("/".join(filter(None, (airport.iata, airport.icao))))


def brief_name(airport: Airport | Place) -> str:
    """``Vladivostok`` for ``Vladivostok International Airport``."""
    return short(airport.name.removesuffix(" Airport").removesuffix(" International")) or codes(airport)


def nickname(airport: Airport | Place) -> str:
    """``Pyongyang FNJ``: the city if the airport is called after it, else the airport's name, and one code."""
    city = airport.city if isinstance(airport, Airport) else None
    name = short(city) if city and city in brief_name(airport) else brief_name(airport)
    return f"{name} {short(airport.iata or airport.icao)}"


def away(airport: Airport, latitude: float, longitude: float) -> str:
    """Distance and direction from the field: ``38 km north-east``."""
    far = distance_km(airport.latitude, airport.longitude, latitude, longitude)
    return (
        f"{far:.0f} km {_WINDS[compass_point(bearing_deg(airport.latitude, airport.longitude, latitude, longitude))]}"
    )


def off(airport: Airport, latitude: float, longitude: float) -> str:
    """``10 km west of Dzemgi Airport``."""
    return f"{away(airport, latitude, longitude)} of {short(airport.name)}"


def nearest_known(airports: Airports, latitude: float, longitude: float) -> Airport | None:
    """The nearest field that people know, of those within `NEAR_KM`; where all are small the nearest; None: none."""
    around = [field for _, field in airports.within(latitude, longitude, NEAR_KM)]
    known = (field for field in around if field.kind != "small" or field.scheduled)
    return next(known, next(iter(around), None))


def came_from(origin: Origin, field: Airport | None) -> str:
    """How a flight began: ``left Vladivostok (VVO/UHWW)``, ``first heard climbing out of ...``, ``first heard 12 km ...``.

    For an origin without an airport ``field`` is the nearest known one; None: there is none.
    """
    if origin.airport is not None:
        spot = f"{brief_name(origin.airport)} ({codes(origin.airport)})"
        return f"left {spot}" if origin.is_departure else f"first heard climbing out of {spot}"
    at = f"{origin.latitude:.3f}, {origin.longitude:.3f}"
    spot = at if field is None else off(field, origin.latitude, origin.longitude)
    if origin.is_departure:
        return f"left a place at {at}" if field is None else f"left a place {spot}"
    return f"first heard at {at}" if field is None else f"first heard {spot}"


def flight_time(origin: Origin, landed_at: datetime, *, is_about: bool) -> str:
    """How long before the landing it began: ``, about 1 h 32 min before``; nothing where the two contradict each other."""
    if landed_at <= origin.at:
        return ""
    return f", {'about ' if is_about else ''}{duration(landed_at - origin.at)} before"
