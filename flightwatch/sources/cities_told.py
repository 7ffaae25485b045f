"""Which airfields are told with their city before their own name: Ankara Esenboğa, Boston Logan, Paris Charles de Gaulle."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from flightwatch.core.airport_names import folded
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport
from flightwatch.wording.whereabouts import city_of

NEAR_KM: Final = 100.0
"""How far apart two fields of one city may be: Paris has Beauvais at 70 km, Tokyo has Narita at 60; no city has two farther."""

ALIKE: Final = 0.6
"""How alike, by `difflib`, a city's name and a word are that are one name in two languages: Kochi and Cochin, Torino and
Turin are 0.7, Nápoli and Naples 0.67; Tehran and Mehrabad, which are two, 0.57, Reykjavík and Keflavik 0.59."""

LEAST: Final = 5
"""Letters of a word that may be a city's other name: Noi Bai is not Hanoi's."""

_BETWEEN: Final = re.compile(r"[,/()]")
_COMMON: Final = frozenset(
    {"san", "santa", "saint", "los", "las", "del", "the", "new", "port", "fort", "city", "island"}
)
"""Words that names of other places share as well."""


def with_cities_told(airports: Sequence[Airport]) -> Iterator[Airport]:
    """The same fields, marked where the city is to be told.

    That is where the name does not hold it already, in this or another language, nor the country; and where the city is one: it
    has another field, or the code was made from its name, or from neither name and the field is large. Else it may be the
    village beside the runway, as OurAirports has Zaventem for Brussels, Artyom for Vladivostok and Paisley for Glasgow.
    """
    of_city = defaultdict(list)
    for airport in airports:
        if airport.city:
            of_city[folded(city_of(airport.city))].append(airport)
    for airport in airports:
        yield replace(airport, is_city_told=True) if _is_told(airport, of_city) else airport


def _is_told(airport: Airport, of_city: Mapping[str, Sequence[Airport]]) -> bool:
    if not airport.city or _is_in_name(airport):
        return False
    city = folded(city_of(airport.city))
    if any(_is_another(airport, other) for other in of_city[city]):
        return True
    if airport.iata is None:
        return False
    by_city, by_name = _begun(airport.iata, city), _begun(airport.iata, folded(airport.name))
    return by_city >= by_name and (by_city > 0 or airport.kind == "large")


def _is_in_name(airport: Airport) -> bool:
    """Tell whether the name says already where it is: by the city, whole or in part, by its other name, or by the country."""
    name = folded(airport.name)
    words = name.split()
    if f" {folded(airport.country)} " in f" {name} ":
        return True
    for part in filter(None, map(folded, _BETWEEN.split(airport.city or ""))):
        shared = {word for word in part.split() if len(word) > 2} - _COMMON
        if part.replace(" ", "") in name.replace(" ", "") or shared & {*words}:
            return True
        if any(len(word) >= LEAST and difflib.SequenceMatcher(None, part, word).ratio() > ALIKE for word in words):
            return True
    return False


def _is_another(airport: Airport, other: Airport) -> bool:
    """Tell whether that is another field of the same city, not a strip that may be near a village as well."""
    if other.icao == airport.icao or (other.kind == "small" and not other.scheduled):
        return False
    return distance_km(airport.latitude, airport.longitude, other.latitude, other.longitude) <= NEAR_KM


def _begun(code: str, name: str) -> int:
    """How many letters of a code a word of this name begins with, or its words do in turn; short words stand in any name."""
    words = name.split()
    initials = "".join(word[0] for word in words)
    return max(
        (_common(code.lower(), each) for each in (*(word for word in words if len(word) > 2), initials)), default=0
    )


def _common(code: str, word: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(code, word, strict=False)) if a != b), min(len(code), len(word)))
