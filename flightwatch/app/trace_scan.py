"""Traces of many airframes, day by day and one airframe after another, through the same steps as polls."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.cycle import asks_for_identities, tracker_rules
from flightwatch.alerting.past_looks import asked_for
from flightwatch.app.archived_visits import Findings, findings
from flightwatch.archives.files import ArchiveFile, BadFile
from flightwatch.archives.trace_days import Day, days_of, split, traces_by_airframe
from flightwatch.core.airports import Airports
from flightwatch.core.model import Coverage, Event, Icao24
from flightwatch.core.spans import DAY_S
from flightwatch.sources.traces import SOURCE, Trace, silent_day, together
from flightwatch.tracking.following import Following
from flightwatch.tracking.looks import Looks, looked
from flightwatch.tracking.sky import Unwitnessed
from flightwatch.tracking.walk import Followed, Happened, Stretch, Walked, walk
from flightwatch.watchlist.model import Watchlist

_WHOLE_DAYS = frozenset({"tar", "readsb days"})
"""Forms in which a day is kept of everybody: who is not in it was silent."""


class Span(Struct, frozen=True):
    """Between which times an archive is looked at, Unix seconds; None: there is no bound."""

    since: int | None = None
    until: int | None = None
    """The end, which is not in it."""

    def has(self, begin: int, end: int) -> bool:
        """Tell whether any of a time is in it."""
        return (self.until is None or begin < self.until) and (self.since is None or end >= self.since)


class KnownOf(Struct, frozen=True, omit_defaults=True):
    """What is carried of one airframe from one day to the next."""

    followed: Followed = Followed()
    looks: Looks = Looks()
    rest: Trace | None = None
    """What its traces tell of the next day already."""


class TraceDay(Struct, frozen=True):
    """What a day of traces brought."""

    midnight: int
    """Unix seconds of its beginning."""
    told: tuple[Event, ...]
    """The events that the watchlist asks for, in the order in which polls tell them."""
    walked: tuple[Walked, ...]
    """What happened to each airframe."""
    known: Mapping[Icao24, KnownOf]
    """What is carried to the next day."""
    number: int = 1
    days: int = 1
    """Which day it is, of how many."""


def scan_traces(
    files: Sequence[ArchiveFile],
    watchlist: Watchlist,
    airports: Airports,
    bad: Callable[[BadFile], None],
    known: Mapping[Icao24, KnownOf] = {},
    *,
    after: int | None = None,
    span: Span = Span(),  # noqa: B008  # nobody can change it
) -> Iterator[TraceDay]:
    """Take traces day by day. With ``known`` and ``after``, the last day that was taken, it goes on behind that."""
    scan = _Scan(watchlist, airports, bad, span)
    days = [day for day in days_of(files, scan.wants, bad) if span.has(day.midnight, day.midnight + DAY_S)]
    for number, day in enumerate(days, start=1):
        if after is not None and day.midnight <= after:
            continue
        until = days[number].midnight if number < len(days) else None
        taken = scan.day(day, known, until)
        known = taken.known
        yield replace(taken, number=number, days=len(days))


class _Scan:
    """What is the same for all days of a scan, and the steps of one."""

    def __init__(self, watchlist: Watchlist, airports: Airports, bad: Callable[[BadFile], None], span: Span) -> None:
        self._watchlist, self._airports, self._bad, self._span = watchlist, airports, bad, span
        self._following = Following.of(watchlist.watched, tracker_rules(watchlist))
        self._asks_for_identities = asks_for_identities(watchlist)
        rules, watched = self._following.rules, watchlist.watched
        self._has_news = bool(rules.news or watched.areas)
        self._wants_all = bool(watched.airports or watched.areas or watched.callsigns)

    def wants(self, icao24: Icao24) -> bool:
        """Tell whether the traces of an airframe are to be read."""
        return self._wants_all or self._following.is_listed(icao24)

    def day(self, day: Day, known: Mapping[Icao24, KnownOf], until: int | None) -> TraceDay:
        """Take one day, up to Unix time ``until``, at which the next begins."""
        left = dict(known)
        carried = [each.rest for each in known.values() if each.rest is not None]
        found = list[_Found]()
        walked = list[Walked]()
        is_whole = any(file.form in _WHOLE_DAYS for file in day.files)
        rests, heard = {*map(id, carried)}, set[Icao24]()
        for icao24, traces in traces_by_airframe(day, carried, self.wants, self._bad):
            heard.add(icao24)
            if is_whole and rests.issuperset(map(id, traces)):
                traces = [*traces, silent_day(icao24, day.midnight)]
            self._take(traces, left, until, walked, found)
        if is_whole:
            for icao24 in sorted(known.keys() - heard):
                self._take([silent_day(icao24, day.midnight)], left, until, walked, found)
        found.sort(key=lambda each: each[0])
        told = tuple(event for _, each in found for event in asked_for(each, self._watchlist))
        return TraceDay(day.midnight, told, tuple(walked), left)

    def _take(
        self,
        traces: Sequence[Trace],
        left: dict[Icao24, KnownOf],
        until: int | None,
        walked: list[Walked],
        found: list["_Found"],
    ) -> None:
        """Take one airframe through its traces of a day, up to Unix time ``until``."""
        trace, rest = self._within(together(traces)), None
        if until is not None:
            trace, rest = split(trace, until)
        known = left.get(trace.icao24, KnownOf())
        moved, looks = self._walked(trace, known)
        kept = KnownOf(moved.followed, looks, rest if moved.followed.track is not None or _tells(rest) else None)
        if kept.rest is None and moved.followed.track is None and not self._following.is_listed(trace.icao24):
            left.pop(trace.icao24, None)
        else:
            left[trace.icao24] = kept
        if moved.happened or moved.visits:
            walked.append(moved)
        times = [*trace.looks]
        found += [((times[each.look], each.how, trace.icao24), each) for each in moved.happened]

    def _within(self, trace: Trace) -> Trace:
        """What a trace tells of the time that is asked for."""
        since, until = self._span.since, self._span.until
        if since is None and until is None:
            return trace
        looks = {
            at: report
            for at, report in trace.looks.items()
            if (since is None or at >= since) and (until is None or at < until)
        }
        return replace(trace, looks=looks)

    def _walked(self, trace: Trace, known: KnownOf) -> tuple[Walked, Looks]:
        times, following = [*trace.looks], self._following
        if self._asks_for_identities and trace.identity is not None:
            named = {**following.watched.identities, trace.icao24: trace.identity}
            following = replace(following, watched=replace(following.watched, identities=named))
        looks = self._looks(trace.icao24, times, known.looks) if self._has_news else None
        stretch = Stretch(Unwitnessed(times), None, following, self._airports, looks, sources=(SOURCE,))
        reports = ((number, (report,)) for number, report in enumerate(trace.looks.values()) if report is not None)
        return walk(trace.icao24, known.followed, reports, stretch), known.looks if looks is None else looks[-1]

    def _looks(self, icao24: Icao24, times: Sequence[int], before: Looks) -> list[Looks]:
        """Since when somebody looks for whom, before each look of one airframe, and behind the last."""
        watched = self._following.watched
        listed = watched.aircraft_by_icao24.get(icao24)
        alone = replace(watched, aircraft=() if listed is None else (listed,))
        looks, coverage = [before], Coverage(icao24s=frozenset({icao24}))
        by_name = "airborne" in self._following.rules.news
        for at in times:
            looks.append(looked(looks[-1], alone, coverage, at, for_aircraft=by_name))
        return looks


_Found = tuple[tuple[int, int, Icao24], Happened]
"""What happened, with what it is sorted by: when, in which step of a poll, to whom."""


def _tells(rest: Trace | None) -> bool:
    return rest is not None and any(report is not None for report in rest.looks.values())


def findings_of(day: TraceDay) -> Findings:
    """A day as what `archived_visits.keep_findings` keeps."""
    followed = ((icao24, known.followed.track) for icao24, known in day.known.items())
    tracks = {icao24: track for icao24, track in followed if track is not None}
    return findings(day.walked, tracks, day.midnight, day.midnight + DAY_S - 1)
