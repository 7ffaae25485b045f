"""The places of a report: which visits were at the same one, and the name that tells it from the others."""

from collections.abc import Iterable
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.visits import Visit
from flightwatch.wording.whereabouts import coordinates, place_name

SAME_PLACE_KM: Final = 10.0
"""Distance up to which two places without an airport are taken for one: an aircraft is not lost exactly where it comes down."""


class PlaceNames:
    """Names for the places of visits, one after another; only visits at the same place have the same name."""

    def __init__(self, airports: Airports) -> None:
        self._airports = airports
        self._known: dict[str, str] = {}
        self._unnamed: list[tuple[float, float, str]] = []

    def name(self, visit: Visit) -> str:
        """Name the place of one more visit."""
        if visit.airport is not None:
            known = self._known.get(visit.airport.icao)
            if known is None:
                known = self._known[visit.airport.icao] = place_name(visit, self._airports)
            return known
        here = (visit.latitude, visit.longitude)
        same = next((name for lat, lon, name in self._unnamed if distance_km(lat, lon, *here) <= SAME_PLACE_KM), None)
        if same is None:
            same = place_name(visit, self._airports)
            if any(name == same for *_, name in self._unnamed):
                same = f"{same} ({coordinates(*here)})"
            self._unnamed.append((*here, same))
        return same


def place_names(visits: Iterable[Visit], airports: Airports) -> list[str]:
    """Name the place of each visit, in order; only visits at the same place have the same name."""
    names = PlaceNames(airports)
    return [names.name(visit) for visit in visits]
