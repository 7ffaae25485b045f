"""Where, in words: airports, what lies near a place without one, and where a flight came from."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import bearing_deg, compass_point, distance_km
from flightwatch.core.model import Airport, Origin, Place
from flightwatch.core.visits import Visit
from flightwatch.wording.phrases import about, duration, short

NEAR_KM: Final = 200.0
"""Greatest distance of a field by which a place is told, km."""

UNKNOWN_KM: Final = 50.0
"""Distance that a field without airlines is taken to be farther away, km, so that a better known one is named if near."""

NO_AIRPORT: Final = "no airport named"
"""What is said of visits to places that are no airport, or of which nobody knows the airport."""

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
_WITHIN_CITY: Final = re.compile(r"[,/(]")
_SECOND_NAME: Final = re.compile(r" [-–] | ?/ ?")
"""What separates two names of one airport: ``Guarulhos - Governador André Franco Montoro``."""


def place(airport: Airport | Place) -> str:
    """Tell an airport in full: name, both codes, the city unless the name holds it, and the country.

    ``Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea``. Without city and country where only the name was recorded.
    """
    if isinstance(airport, Place):
        return f"{short(airport.name)} ({codes(airport)})"
    city = f", {short(airport.city)}" if airport.city and airport.city not in airport.name else ""
    return f"{short(airport.name)} ({codes(airport)}){city}, {short(airport.country)}"


def codes(airport: Airport | Place) -> str:
    """Give the codes of an airport, ``FNJ/ZKPY``; the ICAO code alone where it has no IATA code."""
    return short("/".join(filter(None, (airport.iata, airport.icao))))


def brief_name(airport: Airport | Place) -> str:
    """Shorten a name: ``Vladivostok`` for ``Vladivostok International Airport``; ``Boston Logan`` where it lacks the city."""
    if isinstance(airport, Airport) and airport.is_city_told:
        own = _without_kind(_SECOND_NAME.split(airport.name)[0])
        return short(f"{city_of(airport.city or '')} {own}")
    return short(_without_kind(airport.name)) or codes(airport)


def _without_kind(name: str) -> str:
    return name.strip().removesuffix(" Airport").removesuffix(" International")


def city_of(city: str) -> str:
    """Give the city alone: ``Hanoi`` for ``Hanoi (Soc Son)``."""
    return _WITHIN_CITY.split(city)[0].strip()


def nickname(airport: Airport | Place) -> str:
    """Call an airport by its city, or by its `brief_name` if it is not named after it, and one code: ``Pyongyang FNJ``."""
    name = brief_name(airport)
    if isinstance(airport, Airport) and airport.city and airport.city in name and not airport.is_city_told:
        name = short(airport.city)
    return f"{name} {short(airport.iata or airport.icao)}"


def by_known_names(visits: Iterable[Visit], airports: Airports) -> Iterator[Visit]:
    """Give the same visits with airports called by their `brief_name`, ``Ankara Esenboğa``, not by the name in the record."""
    named = dict[Place, Place]()
    for visit in visits:
        place = visit.airport
        if place is not None and place not in named:
            field = airports.find(place.icao)
            named[place] = place if field is None else replace(place, name=brief_name(field))
        known = None if place is None else named[place]
        yield visit if known == place else replace(visit, airport=known)


def abroad(airport: Airport | Place) -> str:
    """Give the nickname with the country, for readers who cannot know where that is: ``Jiamusi JMU (China)``.

    The country is left out where the name holds it, or where only the name was recorded. A code that OurAirports made up,
    such as ``RU-4464``, is always left out.
    """
    country = airport.country if isinstance(airport, Airport) else ""
    name = brief_name(airport) if "-" in (airport.iata or airport.icao) else nickname(airport)
    return f"{name} ({short(country)})" if country and country not in name else name


def away(airport: Airport, latitude: float, longitude: float) -> str:
    """Tell distance and direction from a field, ``38 km north-east``; ``within 1 km`` at the field."""
    far = distance_km(airport.latitude, airport.longitude, latitude, longitude)
    if far < 1:
        return "within 1 km"
    return f"{far:,.0f} km {direction(bearing_deg(airport.latitude, airport.longitude, latitude, longitude))}"


def direction(bearing: float) -> str:
    """Tell a bearing in words: ``south-west``."""
    return _WINDS[compass_point(bearing)]


def off(airport: Airport, latitude: float, longitude: float) -> str:
    """Tell a position by a field: ``81 km south-west of Jiamusi JMU (China)``."""
    return f"{away(airport, latitude, longitude)} of {abroad(airport)}"


def coordinates(latitude: float, longitude: float) -> str:
    """Write a position to some 100 m: ``39.224, 125.670``."""
    return f"{latitude:.3f}, {longitude:.3f}"


def spot(field: Airport | None, latitude: float, longitude: float) -> str:
    """Tell a place by the field that `nearest_known` gave for it, or by its position, ``at 30.000, -40.000``, if that is None."""
    return f"at {coordinates(latitude, longitude)}" if field is None else off(field, latitude, longitude)


def place_name(visit: Visit, airports: Airports) -> str:
    """Name the place of a visit: ``Pyongyang FNJ``, ``81 km south-west of Jiamusi JMU (China)``, ``30.000, -40.000``."""
    return at_place(visit, airports).removeprefix("at ")


def at_place(visit: Visit, airports: Airports) -> str:
    """Tell where a visit was: ``at Pyongyang FNJ``, ``81 km south-west of Jiamusi JMU (China)``, ``at 30.000, -40.000``."""
    return at_spot(visit.airport, visit.latitude, visit.longitude, airports)


def at_spot(airport: Place | None, latitude: float, longitude: float, airports: Airports) -> str:
    """Tell as `at_place` does where an airport is, or a position if the airport is None."""
    if airport is not None:
        return f"at {nickname(airports.find(airport.icao) or airport)}"
    return spot(nearest_known(airports, latitude, longitude), latitude, longitude)


def place_in_full(visit: Visit, airports: Airports) -> str:
    """Tell the airport of a visit as `place` does; without one ``81 km south-west of Jiamusi JMU (China) (46.400, 129.600)``."""
    if visit.airport is None:
        name, position = place_name(visit, airports), coordinates(visit.latitude, visit.longitude)
        return name if name == position else f"{name} ({position})"
    return place(airports.find(visit.airport.icao) or visit.airport)


def nearest_known(airports: Airports, latitude: float, longitude: float) -> Airport | None:
    """Give the field that tells people best where this is, of those within `NEAR_KM`; None: there is none.

    That is the nearest to which airlines fly or that is large; a medium one counts as `UNKNOWN_KM` farther, and strips that
    only their neighbours know are not named.
    """
    ranked = (
        (far + (0 if field.scheduled or field.kind == "large" else UNKNOWN_KM), far, field)
        for far, field in airports.within(latitude, longitude, NEAR_KM)
        if field.scheduled or field.kind != "small"
    )
    return min(ranked, key=lambda each: each[:2], default=(0, 0, None))[2]


def began_at(origin: Origin, airports: Airports) -> Airport | None:
    """Give the field by which `came_from` tells where a flight began: its airport or the nearest known one; None: none is."""
    if origin.airport is not None:
        return airports.find(origin.airport.icao)
    return nearest_known(airports, origin.latitude, origin.longitude)


def came_from(origin: Origin, field: Airport | None) -> str:
    """Tell how a flight began: ``left Vladivostok VVO (Russia)``, ``first heard climbing out of ...``, ``first heard 12 km ...``.

    ``field`` is what `began_at` gave.
    """
    if origin.airport is not None:
        own = abroad(field or origin.airport)
        return f"left {own}" if origin.is_departure else f"first heard climbing out of {own}"
    where = spot(field, origin.latitude, origin.longitude)
    return f"left a place {where}" if origin.is_departure else f"first heard {where}"


def flight_time(origin: Origin, landed_at: datetime, *, is_about: bool) -> str:
    """Tell how long before the landing a flight began, ``, about 1 h 32 min before``; empty where it began after the landing."""
    if landed_at <= origin.at:
        return ""
    return f", {(about if is_about else duration)(landed_at - origin.at)} before"
