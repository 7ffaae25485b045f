"""The places of a report: which visits were at the same one, and the name that tells it from the others."""

from collections.abc import Sequence
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.visits import Visit
from flightwatch.wording.whereabouts import coordinates, place_name

SAME_PLACE_KM: Final = 10.0
"""Distance up to which two places without an airport are taken for one: an aircraft is not lost exactly where it comes down."""


def place_names(visits: Sequence[Visit], airports: Airports) -> list[str]:
    """Name the place of each visit, in order; only visits at the same place have the same name."""
    known, unnamed, names = dict[str, str](), list[tuple[float, float, str]](), list[str]()
    for visit in visits:
        if visit.airport is not None:
            names.append(known.setdefault(visit.airport.icao, place_name(visit, airports)))
            continue
        here = (visit.latitude, visit.longitude)
        same = next((name for lat, lon, name in unnamed if distance_km(lat, lon, *here) <= SAME_PLACE_KM), None)
        if same is None:
            same = place_name(visit, airports)
            if any(name == same for *_, name in unnamed):
                same = f"{same} ({coordinates(*here)})"
            unnamed.append((*here, same))
        names.append(same)
    return names
