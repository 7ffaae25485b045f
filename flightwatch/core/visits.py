"""Visits: from landing to departure at one place, and how long that was.

Both ends are a `Moment`: a best estimate with bounds and how it is known. Dwell is a range as soon as
either end has bounds that differ.
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Basis, Icao24, Place

Source = str
"""Who tells of an end of a visit: `WATCHED`, `ESTIMATED`, or the name of the archive that it was found in, as ``adsb.lol``."""

WATCHED: Final = "watched"
"""Polls told of it."""
ESTIMATED: Final = "opensky"
"""It is OpenSky's estimate of where a flight began or ended."""


class Moment(Struct, frozen=True, gc=False, omit_defaults=True):
    """When something happened: the best estimate and the bounds that hold it, and how it is known.

    What polls found is written without its source, as in the databases of releases before there was one.
    """

    at: datetime | None
    """None: cannot be estimated (an airframe first heard on the ground came at an unknown time)."""
    earliest: datetime | None
    """None: no lower bound."""
    latest: datetime
    basis: Basis
    confidence: float
    source: Source = WATCHED

    @property
    def is_known(self) -> bool:
        """Tell whether it is known to have come; where it is not, ``earliest`` still holds, but ``latest`` bounds nothing."""
        return self.confidence > 0

    @property
    def archive(self) -> str | None:
        """The name of the archive that it was found in; None: of none."""
        return None if self.source in (WATCHED, ESTIMATED) else self.source


class Visit(Struct, frozen=True, gc=False):
    """One stay of one airframe at one place."""

    id: str
    icao24: Icao24
    registration: str | None
    callsign: str | None
    airport: Place | None
    """None: no airport could be named; the position tells where."""
    latitude: float
    longitude: float
    """Of the airport, or where it stood (or was lost) when no airport could be named."""
    arrival: Moment
    landing: str | None
    """Id of the landing event; None when the airframe was first heard on the ground."""
    departure: Moment | None = None
    """None while it is still there, as far as is known; see `Moment.is_known` where nobody knows whether it has left."""
    retracted_at: datetime | None = None
    """When the landing was taken back; None for a visit that stands."""

    @property
    def ends(self) -> tuple[Moment, ...]:
        """Arrival and departure; the arrival alone while it is still there."""
        return (self.arrival,) if self.departure is None else (self.arrival, self.departure)

    @property
    def is_open(self) -> bool:
        """Tell whether the airframe is still there, as far as is known."""
        return self.departure is None and self.retracted_at is None

    @property
    def may_be_there(self) -> bool:
        """Tell whether nobody knows if the airframe has left."""
        return self.departure is not None and not self.departure.is_known

    @property
    def known_departure(self) -> Moment | None:
        """The departure; None while the airframe is there, or may be there."""
        return None if self.may_be_there else self.departure

    @property
    def known_until(self) -> datetime:
        """The last instant of which the visit tells, which is not the instant at which somebody asked whether it goes on."""
        left = self.departure
        known = left.earliest if left and self.may_be_there else left and left.latest
        return known or self.arrival.latest

    @property
    def is_estimate(self) -> bool:
        """Tell whether the arrival is OpenSky's estimate, and not what polls found."""
        return self.arrival.source == ESTIMATED


def came(visit: Visit) -> datetime:
    """The instant to show for the begin of a visit: the best estimate, else the latest; never after `left`."""
    end = left(visit)
    begin = visit.arrival.at or visit.arrival.latest
    return begin if end is None else min(begin, end)


def left(visit: Visit) -> datetime | None:
    """The instant to show for the end of a visit: the best estimate, else the latest; None: it goes on."""
    return None if visit.departure is None else visit.departure.at or visit.departure.latest


class Dwell(Struct, frozen=True):
    """Time on the ground: best estimate and bounds. ``best`` and ``longest`` are None where either end is unknown."""

    best: timedelta | None
    shortest: timedelta
    longest: timedelta | None


_NOTHING = timedelta(0)


def dwell(arrival: Moment, departure: Moment) -> Dwell:
    """Length of a stay between two moments; never negative."""
    best = best_dwell(arrival, departure)
    shortest = _NOTHING if departure.earliest is None else max(departure.earliest - arrival.latest, _NOTHING)
    longest = None
    if arrival.earliest is not None and departure.is_known:
        longest = max(departure.latest - arrival.earliest, _NOTHING)
    return Dwell(best, shortest, longest)


def best_dwell(arrival: Moment, departure: Moment) -> timedelta | None:
    """The best estimate of that length; None where either end is unknown."""
    return None if arrival.at is None or departure.at is None else max(departure.at - arrival.at, _NOTHING)


def dwell_of_seconds(best_s: int | None, shortest_s: int, longest_s: int | None) -> Dwell:
    """The dwell that events and rows give in seconds."""
    best, longest = (None if s is None else timedelta(seconds=s) for s in (best_s, longest_s))
    return Dwell(best, timedelta(seconds=shortest_s), longest)


def dwell_so_far(visit: Visit, now: datetime) -> Dwell:
    """Dwell of a visit, counted to ``now`` while the airframe is still there."""
    until = visit.departure or Moment(now, now, now, "observed", 1.0)
    return dwell(visit.arrival, until)


def gone_by(visit: Visit, latest: datetime, seen_until: datetime | None = None) -> Visit:
    """The visit with an end at an unknown time up to ``latest``, and not before ``seen_until`` where that is given."""
    arrival = visit.arrival
    earliest = arrival.latest if arrival.at is None else arrival.earliest
    if seen_until is not None:
        earliest = max(arrival.latest, min(seen_until, latest))
    left = replace(arrival, at=None, earliest=earliest, latest=max(latest, arrival.latest), basis="inferred")
    return replace(visit, departure=left)


def unknown(earliest: datetime | None, asked_at: datetime) -> Moment:
    """A moment of which nobody knows whether it has come by ``asked_at``: not before ``earliest``."""
    return Moment(None, earliest, asked_at, "inferred", 0.0)


def may_be_there(visit: Visit, seen_until: datetime, now: datetime) -> Visit:
    """The visit with a departure of which nobody knows whether it has come by ``now``: not before ``seen_until``."""
    earliest = max(seen_until, visit.arrival.latest)
    return replace(visit, departure=unknown(earliest, max(now, earliest)))


def confirmed(visit: Visit, seen_at: datetime) -> Visit:
    """The visit after the airframe was heard on the ground there: its place is now seen, its arrival not later than that."""
    arrival = visit.arrival
    latest = min(arrival.latest, seen_at)
    at = None if arrival.at is None else min(arrival.at, latest)
    earliest = None if arrival.earliest is None else min(arrival.earliest, latest)
    return replace(visit, arrival=Moment(at, earliest, latest, "observed", 1.0))
