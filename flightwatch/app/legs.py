"""The flights that led to visits and from them, as far as they were heard: by polls, and by traces that are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from flightwatch.core.legs import Leg, thinned
from flightwatch.core.visits import Visit
from flightwatch.planning.trace_days import TRACES
from flightwatch.storage.legs import Flown, fixes_of
from flightwatch.storage.store import Store
from flightwatch.storage.traces import kept_traces

LONGEST: Final = timedelta(hours=24)
"""Longest time before a visit, and after it, that is taken for one flight."""


class Legs:
    """Reads the legs of visits from a database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known = store.has_flown()

    def __call__(self, visits: Sequence[Visit]) -> Mapping[str, tuple[Leg, ...]]:
        """The flights to each of these visits and from it, by its id; those of which nothing is kept are left out."""
        found = {visit.id: self._legs(visit) for visit in visits if visit.icao24 in self._known}
        return {id_: legs for id_, legs in found.items() if legs}

    def _legs(self, visit: Visit) -> tuple[Leg, ...]:
        before, after = self._store.flights_around(visit)
        came, gone = visit.arrival.latest, visit.departure
        legs = [self._leg(visit, max(before or came - LONGEST, came - LONGEST), came, is_to=True)]
        if gone is not None and gone.is_known:
            begin = gone.earliest or gone.latest
            legs.append(self._leg(visit, begin, min(after or begin + LONGEST, begin + LONGEST), is_to=False))
        return tuple(leg for leg in legs if leg is not None)

    def _leg(self, visit: Visit, since: datetime, until: datetime, *, is_to: bool) -> Leg | None:
        """What was heard after ``since``, until then; None: not two positions."""
        parts = [*self._store.flown(visit.icao24, since, until), *self._traced(visit, since, until)]
        begin, end = since.timestamp(), until.timestamp()
        fixes = {fix.at: fix for part in parts for fix in part.fixes if begin < fix.at <= end}
        if len(fixes) < 2:
            return None
        names = sorted({name for part in parts for name in part.heard_by})
        return Leg(is_to, tuple(thinned([fixes[at] for at in sorted(fixes)])), tuple(names))

    def _traced(self, visit: Visit, since: datetime, until: datetime) -> list[Flown]:
        days = kept_traces(self._store, visit.icao24, since, until)
        looks = [look for day in days if day.trace is not None for _, look in day.trace.looks]
        fixes = fixes_of(look for look in looks if look is not None)
        return [Flown(visit.icao24, tuple(fixes), (TRACES,))] if fixes else []
