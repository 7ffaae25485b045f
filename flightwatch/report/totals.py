"""What all visits of a section come to, more than a page shows, counted one by one so that none needs to be held."""

from collections.abc import Iterable
from datetime import datetime

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.core.visits import ESTIMATED, Visit, came
from flightwatch.report.visited_places import PlaceNames


class Totals:
    """What visits come to, counted one by one, newest first. ``since``: the begin of the time asked for; None: it has none."""

    def __init__(self, airports: Airports, since: datetime | None = None) -> None:
        self._names = PlaceNames(airports)
        self._since = since
        self.visits = 0
        self.aircraft: set[Icao24] = set()
        self.places: set[str] = set()
        self.first: datetime | None = None
        """The earliest instant that one of them may have begun at; None: there is none."""
        self.last: datetime | None = None
        """The last instant of which one of them tells; None: there is none."""
        self.begun_before = 0
        """Those that began before ``since``."""
        self.still_there = 0
        self.has_estimates = False
        self.archives: set[str] = set()
        """The archives that tell of an end of one of them."""

    def count(self, visit: Visit) -> None:
        """Count one more."""
        begun, known_until = visit.arrival.earliest or visit.arrival.latest, visit.known_until
        self.visits += 1
        self.aircraft.add(visit.icao24)
        self.places.add(self._names.name(visit))
        self.first = begun if self.first is None else min(self.first, begun)
        self.last = known_until if self.last is None else max(self.last, known_until)
        self.begun_before += self._since is not None and came(visit) < self._since
        self.still_there += visit.is_open
        self.archives.update(end.archive for end in visit.ends if end.archive is not None)
        self.has_estimates = self.has_estimates or any(end.source == ESTIMATED for end in visit.ends)


def totals(visits: Iterable[Visit], airports: Airports, since: datetime | None = None) -> Totals:
    """Count visits, newest first."""
    counted = Totals(airports, since)
    for visit in visits:
        counted.count(visit)
    return counted
