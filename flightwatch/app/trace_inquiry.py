"""Asking adsb.lol for traces of days that are not kept yet, keeping each answer, and the visits that the kept traces tell of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from flightwatch import paths
from flightwatch.alerting.cycle import tracker_rules
from flightwatch.app.flight_inquiry import Bar
from flightwatch.app.knowledge import Knowledge
from flightwatch.core.model import Icao24, instant
from flightwatch.core.progress import Progress
from flightwatch.core.registration import registration_of
from flightwatch.core.spans import DAY_S, Span
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import BadAnswer, OutOfCredits, SourceError, UsageError
from flightwatch.known_secrets import SECRETS
from flightwatch.planning.trace_days import (
    KEPT,
    SENTINELS,
    TRACES,
    Asked,
    Outcome,
    day_of,
    days_to_ask,
    is_believed,
    is_fading,
)
from flightwatch.sources.traces import Trace, polls, silent_day
from flightwatch.storage.archived import Archived, keep_archived
from flightwatch.storage.look_ups import note_answer, note_failure
from flightwatch.storage.store import Store
from flightwatch.storage.traces import (
    KeptDay,
    KeptTrace,
    asked_traces,
    day_seen,
    has_unarchived,
    keep_day,
    keep_rest,
    keep_trace,
    kept_traces,
    note_archived,
    wants_rest_until,
)
from flightwatch.tracking.past import Past, past_of
from flightwatch.wording.phrases import counted

MOST_GARBLED = 3
"""Answers that cannot be read, one after another, after which no more is asked: the form has changed."""

Clock = Callable[[], datetime]


class TraceSource(Protocol):
    """Where traces come from: see `sources.adsb_lol_traces.AdsbLolTraces`."""

    def of_day(self, icao24: Icao24, day: int) -> Trace | None:
        """The trace of a UTC day; None: there is none, or no such day."""

    def lately(self, icao24: Icao24) -> Trace | None:
        """The trace of the last 24 hours; None: there is none."""


def adsb_lol() -> TraceSource:
    """adsb.lol's traces. Raises `SourceError` where the environment has an address that is none."""
    from flightwatch.sources.adsb_lol_traces import SETTING, AdsbLolTraces

    try:
        return AdsbLolTraces(paths.environment(SETTING))
    except UsageError as error:
        raise SourceError(f"{TRACES} was not asked: {error}") from error


class Wanted(Struct, frozen=True):
    """A question about an airframe and a day."""

    icao24: Icao24
    day: int


def wanted_traces(store: Store, spans: Mapping[Icao24, Sequence[Span]], now: datetime) -> list[Wanted]:
    """What to ask about these airframes and times, newest first, as far as it is not kept."""
    found = [
        Wanted(icao24, day)
        for icao24, each in spans.items()
        for day in days_to_ask(each, asked_traces(store, icao24), now)
    ]
    return sorted(found, key=lambda wanted: (-wanted.day, wanted.icao24))


def cost_line(wanted: Sequence[Wanted]) -> str:
    """``asking adsb.lol: 40 days: 1 airframe, 40 traces, one to three questions each, one a second, no credits``."""
    days, airframes = len({each.day for each in wanted}), len({each.icao24 for each in wanted})
    return (
        f"asking {TRACES}: {counted(days, 'day')}: {counted(airframes, 'airframe')}, {counted(len(wanted), 'trace')}, "
        "one to three questions each, one a second, no credits"
    )


def inquire_traces(
    knowledge: Knowledge,
    source: Callable[[], TraceSource],
    wanted: Sequence[Wanted],
    *,
    clock: Clock,
    say: Callable[[str], None],
    bar: Bar,
) -> None:
    """Ask for these traces, keep each answer as it comes, and have the visits that they tell of archived.

    ``source`` is called when there is something to ask. Raises `SourceError`; what was answered is kept.
    """
    store, now = knowledge.store, clock()
    if not wanted:
        return
    if (until := wants_rest_until(store, now)) is not None:
        raise OutOfCredits(f"{TRACES} wished not to be asked before {until:%Y-%m-%d %H:%M} UTC: ask again then", None)
    asking = _Asking(store, source(), clock)
    say(cost_line(wanted))
    try:
        with bar("traces", len(wanted)) as progress:
            _ask_all(asking, wanted, progress)
    except SourceError as error:
        if isinstance(error, OutOfCredits):
            keep_rest(store, error, clock())
        with store.writing() as db:
            note_failure(db, clock(), SECRETS.hidden(str(error)))
        raise
    if asking.gone:
        say(_gone_line(asking.gone, clock()))


def _ask_all(asking: "_Asking", wanted: Sequence[Wanted], progress: Progress) -> None:
    garbled = list[BadAnswer]()
    in_a_row = 0
    for done, each in enumerate(wanted):
        try:
            asking.ask(each)
            in_a_row = 0
        except BadAnswer as error:
            garbled.append(error)
            in_a_row += 1
            if in_a_row == MOST_GARBLED:
                raise
        progress(done + 1, len(wanted))
    if garbled:
        raise BadAnswer(f"{counted(len(garbled), 'trace')} of {len(wanted):,} not kept: {garbled[0]}")


class _Asking:
    """One run of questions; ``gone`` are the days that are not there at all."""

    def __init__(self, store: Store, source: TraceSource, clock: Clock) -> None:
        self._store, self._source, self._clock = store, source, clock
        self.gone = set[int]()
        self._there = set[int]()

    def ask(self, wanted: Wanted) -> None:
        """Ask about an airframe and a day, and keep what that came to."""
        icao24, day, now = wanted.icao24, wanted.day, self._clock()
        if day in self.gone or any(is_fading(day, now) and day < gone and is_fading(gone, now) for gone in self.gone):
            self._keep(icao24, day, "missing", None)
            self.gone.add(day)
            return
        trace = self._fetched(icao24, day)
        if trace is None and self._is_there(day):
            # Once more: a 504 may also be of a service that was busy, and would be taken for a silence for good.
            trace = self._fetched(icao24, day)
            if trace is None:
                self._keep(icao24, day, "silent", None)
                return
        if trace is None:
            self.gone.add(day)
            self._keep(icao24, day, "missing", None)
        else:
            self._there.add(day)
            self._keep(icao24, day, "heard", trace)

    def _fetched(self, icao24: Icao24, day: int) -> Trace | None:
        if day == day_of(self._clock()):
            return self._source.lately(icao24)
        return self._source.of_day(icao24, day)

    def _is_there(self, day: int) -> bool:
        """Tell whether the service has a day at all: an airframe that flies daily was heard on it."""
        now = self._clock()
        if day in self._there:
            return True
        seen = day_seen(self._store, day)
        if seen is not None and seen[1] and day != day_of(now) and is_believed(day, seen[0], now):
            return True
        is_there = any(self._is_heard(sentinel, day) for sentinel in SENTINELS)
        with self._store.writing() as db:
            keep_day(db, day, now, is_there=is_there)
        if is_there:
            self._there.add(day)
        return is_there

    def _is_heard(self, sentinel: Icao24, day: int) -> bool:
        with suppress(BadAnswer):
            return self._fetched(sentinel, day) is not None
        return True  # something is there, readable or not

    def _keep(self, icao24: Icao24, day: int, outcome: Outcome, trace: Trace | None) -> None:
        at = self._clock()
        kept = None if trace is None else KeptTrace(trace.began, tuple(trace.looks.items()), trace.identity)
        with self._store.writing() as db:
            keep_trace(db, icao24, KeptDay(day, Asked(at, outcome), kept))
            note_answer(db, at)
            if trace is not None:
                keep_day(db, day, at, is_there=True)


def _gone_line(days: set[int], now: datetime) -> str:
    """Say which days are not there: that is no silence of anybody."""
    first, last = instant(min(days)), instant(max(days))
    when = f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    whether = "it is" if len(days) == 1 else "they are"
    why = (
        f"{whether} too old"
        if all(is_fading(day, now) for day in days)
        else f"{whether} asked about again another time"
    )
    return f"{TRACES} has nothing of {counted(len(days), 'day')}, {when}, so nothing is known of that time; {why}"


def archive_unarchived(icao24s: Iterable[Icao24], knowledge: Knowledge, now: datetime) -> None:
    """Have the visits archived of those airframes of which traces came since, now or in a run that was cut short."""
    for icao24 in icao24s:
        if has_unarchived(knowledge.store, icao24):
            archive_traces(icao24, knowledge, now)


def archive_traces(icao24: Icao24, knowledge: Knowledge, now: datetime) -> Past:
    """Have the visits archived that the kept traces of an airframe tell of, in the place of those before."""
    past = past_by_traces(icao24, knowledge, now)
    every = Archived(
        source=TRACES,
        icao24=icao24,
        since=instant(0),
        until=now + KEPT,
        visits=past.visits,
        events=past.events,
    )
    with knowledge.store.writing() as db:
        keep_archived(db, every)
        note_archived(db, icao24)
    return past


def past_by_traces(icao24: Icao24, knowledge: Knowledge, now: datetime) -> Past:
    """What the kept traces of an airframe tell."""
    traces = traces_of(icao24, knowledge.store)
    aircraft = knowledge.watched.aircraft_by_icao24.get(icao24) or _unlisted(icao24, traces)
    return past_of(polls(traces, TRACES), aircraft, tracker_rules(knowledge.listed), knowledge.airports, now)


def traces_of(icao24: Icao24, store: Store) -> list[Trace]:
    """The kept traces of an airframe, oldest first, those of days on which it was silent too."""
    found = (_trace(icao24, kept) for kept in kept_traces(store, icao24))
    return sorted((trace for trace in found if trace is not None), key=lambda trace: trace.began)


def _trace(icao24: Icao24, kept: KeptDay) -> Trace | None:
    """The trace of a day; None where nothing is known of it, as of a day that was not over."""
    if kept.trace is not None:
        return Trace(icao24, kept.trace.began, dict(kept.trace.looks), identity=kept.trace.identity)
    is_over = kept.asked.at >= instant(kept.day) + timedelta(seconds=DAY_S)
    return silent_day(icao24, kept.day) if kept.asked.outcome == "silent" and is_over else None


def _unlisted(icao24: Icao24, traces: Sequence[Trace]) -> WatchedAircraft:
    """An airframe that the watchlist does not name, under the tail number of the rules, else of who keeps the traces."""
    known = registration_of(icao24)
    told = next((trace.identity.registration for trace in reversed(traces) if trace.identity is not None), None)
    return WatchedAircraft(icao24, known[0] if known else told, "rule")
