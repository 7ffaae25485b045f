"""Visits counted by month, tail, airport, operator and tag; the longest, first and last; and their rate: see `rates`."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Icao24, seconds
from flightwatch.core.selection import ALL, Selection, Tally, selects
from flightwatch.core.visits import Visit, best_dwell, came, dwell_so_far
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.export.rates import INSTANT, Began, Rate, Stretch, months, rate_of, record_of
from flightwatch.export.rows import VisitRow, row
from flightwatch.wording.phrases import called, short
from flightwatch.wording.watch_times import WatchTimes
from flightwatch.wording.whereabouts import brief_name, codes

TOLD_STAYS: Final = 3
"""Most of the longest stays that are told."""

_CALLSIGNS: Final = 4096
"""Most callsigns of which the operator is remembered."""

_NOWHERE: Final = "no airport named"
_OPERATOR: Final = re.compile(r"([A-Z]{3})\d[0-9A-Z]{0,3}\s*")
"""A flight's callsign as ICAO Doc 8585 makes it: three letters that say whose it is, then the flight."""


class Count(Struct, frozen=True):
    """How many visits go under a name."""

    name: str
    visits: int


class Summary(Struct, frozen=True):
    """What the visits come to, as ``history --summary --format json`` prints it; these names are stable."""

    since: datetime | None
    until: datetime | None
    """The time that was asked for; None: from the first visit, to now."""
    inferred: bool
    """True if visits whose arrival is inferred are counted, here and in what follows."""
    visits: int
    """Number of visits that touch the time."""
    from_before: int
    """Number of them that began before ``since``."""
    first: VisitRow | None
    """None: there is no visit."""
    last: VisitRow | None
    months: tuple[Stretch, ...]
    """Each UTC month, cut to the time asked for, from when anything is known; without ``since`` from the first visit's month on.
    A visit belongs to the month it began in. Together with ``from_before`` the counts make ``visits``."""
    tails: tuple[Count, ...]
    """Tail numbers with their labels; here and in what follows the one with most visits is first."""
    airports: tuple[Count, ...]
    operators: tuple[Count, ...]
    """Operators, by the three letters that a flight's callsign begins with; visits without such a callsign are left out."""
    tags: tuple[Count, ...]
    """Tags of the watchlist; a visit counts once for each tag of its airframe."""
    longest: tuple[VisitRow, ...]
    """The longest stays by best estimate, or by the least that is sure where there is none."""
    rate: Rate


def summarise(
    visits: Iterable[Visit],
    watch_times: WatchTimes,
    now: datetime,
    which: Selection = ALL,
    *,
    asked_days: Collection[datetime] = (),
    watched: Watched | None = None,
    told: Tally | None = None,
) -> Summary:
    """Count the selected ones of ``visits``, which are all visits of those who are asked about, newest first; none is held.

    ``told`` counts them too, for whoever says what is left out.
    The rate compares the last `RATE_DAYS`, or the time that was asked for, with the times before, and so needs all visits.
    ``asked_days`` are the UTC days of which OpenSky's flights are kept; there are none for an airport.
    """
    end, since = min(which.until or now, now), which.since
    record = record_of(since, end, watch_times, asked_days, now)
    told = told or Tally(which)
    counts = _Counts(watched)
    _count(visits, which, now, told=told, began=record.began, counts=counts)
    return Summary(
        since=since,
        until=which.until,
        inferred=which.inferred,
        visits=told.told,
        from_before=told.begun_before,
        first=row(counts.first, now) if counts.first else None,
        last=row(counts.last, now) if counts.last else None,
        months=tuple(months(record, since, end)),
        tails=_ranked(counts.tails),
        airports=_ranked(counts.airports),
        operators=_ranked(counts.operators),
        tags=_ranked(counts.tags),
        longest=tuple(row(visit, now) for _, _, visit in counts.longest),
        rate=rate_of(record, since, end),
    )


def _count(
    visits: Iterable[Visit], which: Selection, now: datetime, *, told: Tally, began: Began, counts: "_Counts"
) -> None:
    """Count the selected ones in ``told`` and ``counts``, and in ``began`` those of any time."""
    at_any_time, latest = replace(which, since=None, limit=None), now - INSTANT
    for visit in visits:
        begun = came(visit)
        if selects(visit, at_any_time):
            # OpenSky's clock may be ahead of ours: what has come has come by now, unless it came after the time asked for.
            began.add(min(begun, latest))
        before = told.told
        told.count(visit)
        if told.told > before:
            counts.add(visit, begun, now)


class _Counts:
    """Visits counted by what they have in common, and the few that are told of."""

    def __init__(self, watched: Watched | None) -> None:
        self._listed: Mapping[Icao24, WatchedAircraft] = {} if watched is None else watched.aircraft_by_icao24
        self._tags = {icao24: {short(tag) for tag in listed.tags} for icao24, listed in self._listed.items()}
        self._names: dict[str, str] = {}
        self._tails: dict[tuple[Icao24, str | None], str] = {}
        self.tails, self.airports, self.operators, self.tags = (Counter[str]() for _ in range(4))
        self.first: Visit | None = None
        self.last: Visit | None = None
        self._began: list[tuple[datetime, str]] = []
        """When those two did, each with its id."""
        self.longest: list[tuple[int, str, Visit]] = []
        """Each after the negative of its length in seconds and its id, which put them in order."""

    def add(self, visit: Visit, begun: datetime, now: datetime) -> None:
        """Count one more, which began then."""
        began = begun, visit.id
        if self.first is None or began < self._began[0]:
            self.first, self._began[:1] = visit, [began]
        if self.last is None or began > self._began[-1]:
            self.last, self._began[1:] = visit, [began]
        stayed = -_dwell_s(visit, now)
        if len(self.longest) < TOLD_STAYS or (stayed, visit.id) < self.longest[-1][:2]:
            self.longest = sorted([*self.longest, (stayed, visit.id, visit)], key=lambda each: each[:2])[:TOLD_STAYS]
        self.tails[self._tail(visit)] += 1
        self.airports[self._airport(visit)] += 1
        if visit.callsign is not None and (operator := _operator(visit.callsign)) is not None:
            self.operators[operator] += 1
        for tag in self._tags.get(visit.icao24, ()):
            self.tags[tag] += 1

    def _tail(self, visit: Visit) -> str:
        """Name the aircraft, as the watchlist does where it is listed."""
        key = visit.icao24, visit.registration
        known = self._tails.get(key)
        if known is None:
            listed = self._listed.get(visit.icao24)
            tail = visit.registration or (listed.registration if listed else None)
            known = self._tails[key] = called(visit.icao24, tail, listed.label if listed else None)
        return known

    def _airport(self, visit: Visit) -> str:
        """Name the airport; visits to one ICAO code all get the name that the newest of them has, as names change."""
        if visit.airport is None:
            return _NOWHERE
        known = self._names.get(visit.airport.icao)
        if known is None:
            code, name = codes(visit.airport), brief_name(visit.airport)
            known = self._names[visit.airport.icao] = name if name == code else f"{name} ({code})"
        return known


@lru_cache(_CALLSIGNS)
def _operator(callsign: str) -> str | None:
    flown = _OPERATOR.fullmatch(callsign)
    return flown[1] if flown else None


def _dwell_s(visit: Visit, now: datetime) -> int:
    best = None if visit.departure is None else best_dwell(visit.arrival, visit.departure)
    if best is None:
        stay = dwell_so_far(visit, now)
        best = stay.shortest if stay.best is None else stay.best
    return seconds(best)


def _ranked(found: Counter[str]) -> tuple[Count, ...]:
    return tuple(Count(name, found[name]) for name in sorted(found, key=lambda name: (-found[name], name)))
