"""The flights that led to visits and from them, as far as they were heard: by polls, and by traces that are kept."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.core.legs import Leg, thinned
from flightwatch.core.model import Icao24
from flightwatch.core.visits import Visit
from flightwatch.planning.trace_days import TRACES
from flightwatch.storage.flown import flights_around, flights_kept, flown, flying
from flightwatch.storage.legs import Flown, fixes_of
from flightwatch.storage.store import Store
from flightwatch.storage.traces import kept_traces

LONGEST: Final = timedelta(hours=24)
"""Longest time before a visit, and after it, that is taken for one flight."""


class _Kept(Struct, frozen=True):
    """What there is of an airframe."""

    has_legs: bool
    has_traces: bool
    flying: Flown | None
    """What its track holds."""


class Legs:
    """Reads the legs of visits from a database. ``are_over``: those from visits only when the next visit has begun."""

    def __init__(self, store: Store, *, are_over: bool = False) -> None:
        self._store = store
        self._are_over = are_over
        self._kept = dict[Icao24, _Kept]()

    def __call__(self, visits: Sequence[Visit]) -> Mapping[str, tuple[Leg, ...]]:
        """The flights to each of these visits and from it, by its id; those of which nothing is kept are left out."""
        found = {visit.id: self._legs(visit) for visit in visits}
        return {id_: legs for id_, legs in found.items() if legs}

    def before(self, icao24: Icao24, at: datetime, since: datetime | None = None) -> Leg | None:
        """The flight of an airframe on which it was last heard before ``at``, until then; ``since``: no earlier than that.

        None: not two positions of it are kept.
        """
        last, _ = flights_around(self._store, icao24, at)
        return self._leg(icao24, max(filter(None, (last, since, at - LONGEST))), at, is_to=True)

    def _legs(self, visit: Visit) -> tuple[Leg, ...]:
        kept = self._of(visit.icao24)
        if not kept.has_legs and not kept.has_traces and kept.flying is None:
            return ()
        before, after = flights_around(self._store, visit.icao24, visit.arrival.latest)
        came, gone = visit.arrival.latest, visit.departure
        legs = [self._leg(visit.icao24, max(before or came - LONGEST, came - LONGEST), came, is_to=True)]
        if gone is not None and gone.is_known and not (self._are_over and after is None):
            begin = gone.earliest or gone.latest
            legs.append(self._leg(visit.icao24, begin, min(after or begin + LONGEST, begin + LONGEST), is_to=False))
        return tuple(leg for leg in legs if leg is not None)

    def _of(self, icao24: Icao24) -> _Kept:
        if icao24 not in self._kept:
            self._kept[icao24] = _Kept(*flights_kept(self._store, icao24), flying(self._store, icao24))
        return self._kept[icao24]

    def _leg(self, icao24: Icao24, since: datetime, until: datetime, *, is_to: bool) -> Leg | None:
        """What was heard after ``since``, until then; None: not two positions."""
        begin, end = since.timestamp(), until.timestamp()
        parts = [part for part in self._parts(icao24, since, until) if any(begin < fix.at <= end for fix in part.fixes)]
        fixes = {fix.at: fix for part in parts for fix in part.fixes if begin < fix.at <= end}
        if len(fixes) < 2:
            return None
        names = sorted({name for part in parts for name in part.heard_by})
        way = [fixes[at] for at in sorted(fixes)]
        return Leg(is_to, tuple(way if len(parts) == 1 and parts[0].is_whole else thinned(way)), tuple(names))

    def _parts(self, icao24: Icao24, since: datetime, until: datetime) -> Iterator[Flown]:
        kept = self._of(icao24)
        if kept.has_legs:
            yield from flown(self._store, icao24, since, until)
        if kept.flying is not None:
            yield kept.flying
        if kept.has_traces:
            days = kept_traces(self._store, icao24, since, until)
            looks = [look for day in days if day.trace is not None for _, look in day.trace.looks]
            yield Flown(icao24, tuple(fixes_of(look for look in looks if look is not None)), (TRACES,))
