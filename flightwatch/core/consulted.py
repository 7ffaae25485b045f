"""Airfields that note which of them somebody looked at."""

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport


class Consulted(Airports):
    """The same airfields; those that were given to somebody are noted. A set of these alone gives the same answers again."""

    def __init__(self, airports: Airports) -> None:
        super().__init__(())
        self._of = airports
        self._given: dict[str, Airport] = {}

    @property
    def given(self) -> list[Airport]:
        """Those that were given, by ICAO code."""
        return [field for _, field in sorted(self._given.items())]

    def find(self, code: str) -> Airport | None:
        """As `Airports.find`."""
        found = self._of.find(code)
        if found is not None:
            self._given[found.icao] = found
        return found

    def within(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, Airport]]:
        """As `Airports.within`."""
        found = self._of.within(lat, lon, radius_km)
        self._given.update((field.icao, field) for _, field in found)
        return found
