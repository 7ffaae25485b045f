"""Past visits of a tail number, an airframe or an airport."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.app.knowledge import Knowledge
from flightwatch.app.lookouts import listed, longest_gap, looked
from flightwatch.app.topic import Topic
from flightwatch.core.airports import Airports
from flightwatch.core.ids import event_ids
from flightwatch.core.lookout import looked_for_as
from flightwatch.core.model import OPENSKY, Airport, Event, Icao24
from flightwatch.core.registration import registration_of
from flightwatch.core.selection import ALL, Selection, Tally, each_selected
from flightwatch.core.spans import Span, without
from flightwatch.core.visits import Visit, came, gone_by, may_be_there
from flightwatch.errors import UsageError
from flightwatch.flights.archived import with_archived
from flightwatch.flights.combined import combined, unplaced
from flightwatch.flights.estimates import Estimates
from flightwatch.planning.trace_days import TRACES, day_of
from flightwatch.storage import flights
from flightwatch.storage.archived import archived_airframes, archived_visits
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import BATCH, Store
from flightwatch.storage.traces import asked_traces
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import called, clean, counted, is_or_are, percent, plural, utc
from flightwatch.wording.reasons import reason_in_full
from flightwatch.wording.traced import flights_line, traces_line, with_unanswered
from flightwatch.wording.watch_times import NOT_NOTED, WatchTimes, watch_times_line
from flightwatch.wording.whereabouts import nickname

EXPLAINED = 20
"""Most inferred landings that the table explains, the newest first."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all flights."""

HOLE: Final = timedelta(days=1)
"""Length from which a time without a good poll is asked about at OpenSky: a day costs 17 credits, and what happened in a shorter
hole polls mostly tell afterwards."""


def watched_spans(icao24: Icao24, store: Store, now: datetime) -> list[Span]:
    """When polls looked for an airframe by itself, oldest first: while the watchlist named it, without holes of `HOLE`.

    In these times what was found is all there is. Whom it does not name is found at watched airports only.
    """
    return looked(store, listed(store, [icao24], now), now, HOLE)


def unwatched_spans(
    topic: Topic, store: Store, now: datetime, *, since: datetime | None, until: datetime, by_default: datetime
) -> dict[Icao24, list[Span]]:
    """What to ask OpenSky: for each airframe the times from ``since`` on that were not watched; empty for an airport.

    Where ``since`` is None only airframes without a recorded visit are asked about, from ``by_default`` on.
    """
    spans = {}
    for icao24 in topic.icao24s:
        begin = since or (None if store.first_visit_at(icao24) else by_default)
        if begin is not None and (unwatched := without(Span(begin, until), watched_spans(icao24, store, now))):
            spans[icao24] = unwatched
    return spans


class Past(Struct, frozen=True):
    """What is known of the past, read as it is asked for."""

    visits: Iterator[Visit]
    """Newest first, to be read once."""
    unplaced: tuple[datetime, ...] = ()
    """See `Estimates.unplaced`."""


def known(topic: Topic, knowledge: Knowledge, which: Selection = ALL, *, at: Airport | None = None) -> Estimates:
    """The visits of these airframes, or at this airport, newest first: watched ones, and OpenSky's estimates as far as kept.

    Raises `UsageError` when the topic is an airport and ``at`` another.
    """
    past = each_known(topic, knowledge, which, at=at)
    return Estimates(tuple(past.visits), past.unplaced)


def each_known(
    topic: Topic, knowledge: Knowledge, which: Selection = ALL, *, at: Airport | None = None, strictly: bool = False
) -> Past:
    """The same as `known`, one by one, so that the visits of a busy airport need not be held.

    ``strictly``: whether visits of the same time are ordered as `newest_first` has them, with or without estimates among them.
    """
    if topic.airport is not None and at is not None and at.icao != topic.airport.icao:
        raise UsageError(f"--at {at.icao}: the question is about {topic.text} already; leave --at out, or name a tail")
    store, airport = knowledge.store, topic.airport or at
    icao = None if airport is None else airport.icao
    airframes = flights.airframes(store) | archived_airframes(store)
    if topic.airport is None:
        airframes &= {*topic.icao24s}
    recorded = store.each_visit(
        replace(which, limit=None),  # one that is open in the database may be over since before the time in question
        icao24s=topic.icao24s,
        airport_icao=icao,
        last_id_first=strictly or bool(airframes),
    )
    if not airframes:
        return Past(each_selected(_as_known(recorded, knowledge), which))
    others = (visit for visit in recorded if visit.icao24 not in airframes)
    found, nowhere = list[Visit](), list[datetime]()
    for icao24 in airframes:
        stays, unnamed = _with_others(icao24, topic, knowledge)
        nowhere += unnamed
        found += [v for v in stays if icao is None or (v.airport is not None and v.airport.icao == icao)]
    every = in_one_order(_as_known(others, knowledge), _as_known(newest_first(found), knowledge))
    return Past(each_selected(every, which), tuple(nowhere) if airport is None else ())


def in_one_order(*several: Iterable[Visit]) -> Iterator[Visit]:
    """Merge several, each as `newest_first` has it, to one such order; none of the visits is held."""
    return merge(*several, key=_when_told, reverse=True)


def _with_others(icao24: Icao24, topic: Topic, knowledge: Knowledge) -> tuple[list[Visit], list[datetime]]:
    """The visits of an airframe of which archives or OpenSky's flights are kept, and when it stood nobody knows where.

    They are recorded, archived and estimated ones.
    """
    store, now = knowledge.store, knowledge.now
    tail = _registration(icao24, topic, knowledge.watchlist)
    estimated = flights.estimates_kept(store, icao24, tail, since=EPOCH, airports=knowledge.airports, now=now)
    archived = [replace(visit, registration=tail or visit.registration) for visit in archived_visits(store, (icao24,))]
    recorded, spans = with_archived(store.visits(icao24s=(icao24,)), archived), watched_spans(icao24, store, now)
    return combined(recorded, estimated, spans), unplaced(recorded, estimated, spans)


def newest_first(visits: Iterable[Visit]) -> list[Visit]:
    """The visits in the order in which they are told."""
    return sorted(visits, key=_when_told, reverse=True)


def _when_told(visit: Visit) -> tuple[datetime, str]:
    return visit.arrival.latest, visit.id


def _as_known(visits: Iterable[Visit], knowledge: Knowledge) -> Iterator[Visit]:
    """The visits, open ones only where somebody still looks.

    Where its airframe was found elsewhere since, a visit is over; where nobody looked for it since, nobody knows.
    """
    store, now, watched = knowledge.store, knowledge.now, knowledge.watched
    last, longest = store.last_poll_at(), longest_gap(store, knowledge.listed)

    def as_looked(visit: Visit) -> Visit:
        elsewhere = None if visit.is_estimate else store.next_visit_at(visit)  # of an estimate that is told already
        if elsewhere is not None:
            return gone_by(visit, elsewhere)
        icao = visit.airport.icao if visit.airport else None
        spans = listed(store, looked_for_as(watched, visit.icao24, visit.registration, icao), now)
        if last is None or not spans:
            return may_be_there(visit, visit.arrival.latest, now)
        until = min(last, spans[-1].until)
        return may_be_there(visit, until, now) if now - until > longest else visit

    return (as_looked(visit) if visit.is_open else visit for visit in visits)


def _registration(icao24: Icao24, topic: Topic, watchlist: Watchlist | None) -> str | None:
    """The tail number of an airframe that was asked about: as the user writes it, else as the rules have it."""
    listed = watchlist.watched.aircraft_by_icao24.get(icao24) if watchlist else None
    if listed is not None and listed.registration is not None:
        return listed.registration
    if icao24 in topic.icao24s and not topic.text.startswith(icao24):
        return topic.text
    found = registration_of(icao24)
    return found[0] if found else None


def reasons(visits: Sequence[Visit], store: Store, airports: Airports) -> list[str]:
    """Why each inferred landing among the visits is believed, a line each, the newest `EXPLAINED`."""
    inferred = [v for v in visits if v.landing is not None and v.arrival.basis == "inferred"]
    events = store.events([v.landing for v in inferred[:EXPLAINED] if v.landing is not None])
    lines = []
    for visit in inferred[:EXPLAINED]:
        event = events.get(visit.landing or "")
        airport = airports.find_place(visit.airport)
        why = None if event is None else reason_in_full(event, airport)
        if event is not None and why is not None:
            where = f" at {nickname(airport or visit.airport)}" if visit.airport else ""
            when = f"{'about' if visit.arrival.at else 'by'} {utc(came(visit))}"
            landed = f"{called(visit.icao24, visit.registration)} landed{where} {when}"
            lines.append(f"{landed}: inferred, {percent(visit.arrival.confidence)} sure; {why}")
    if (older := len(inferred) - EXPLAINED) > 0:
        lines.append(f"{counted(older, 'older inferred landing')} {is_or_are(older)} not explained here")
    return lines


def events_of(visits: Iterable[Visit], store: Store) -> dict[str, Event]:
    """The events that the visits began and ended with, by id, as far as they are recorded."""
    ids = [id_ for visit in visits for id_ in event_ids(visit)]
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return {id_: event for batch in batches for id_, event in store.events(batch).items()}


def watch_times_of(topic: Topic, knowledge: Knowledge, *, at: Airport | None = None) -> WatchTimes:
    """When polls looked for the topic, or for it ``at`` an airport, until ``now``: since the watchlist names it.

    A time without a good poll longer than `model.Health.blind_after` is a hole.
    """
    store, watched, now = knowledge.store, knowledge.watched, knowledge.now
    if store.last_poll_at() is None:
        return WatchTimes(None)
    if not PollLog(store).knows_listed():
        return WatchTimes(None, why=NOT_NOTED)
    if topic.airport is not None:
        spans = listed(store, [topic.airport.icao], now)
        is_listed = topic.airport.icao in watched.airports_by_icao
        where = "only watched aircraft are found there"
    else:
        # A tail number of two airframes is looked for while either is.
        icao = at.icao if at else None
        tails = {icao24: _registration(icao24, topic, knowledge.watchlist) for icao24 in topic.icao24s}
        found = (listed(store, looked_for_as(watched, icao24, tail, icao), now) for icao24, tail in tails.items())
        spans = min(filter(None, found), key=lambda spans: spans[0].since, default=[])
        is_listed = any(icao24 in watched.aircraft_by_icao24 for icao24 in topic.icao24s)
        where = "it is found at watched airports only"
    if not spans:
        return WatchTimes(
            None,
            why="no good poll since it was put on the watchlist" if is_listed else f"not on the watchlist, so {where}",
        )
    seen = looked(store, spans, now, longest_gap(store, knowledge.listed))
    return WatchTimes(spans[0].since, tuple(without(Span(spans[0].since, now), seen)))


def context_line(
    topic: Topic,
    told: Tally,
    watch_times: WatchTimes,
    knowledge: Knowledge,
    which: Selection = ALL,
    *,
    unanswered: Mapping[str, str] = {},
) -> str:
    """How far the record goes: ``watching since ...; 1 landing inferred; OpenSky was asked about 7 days, ...``.

    For an aircraft also for which days OpenSky's flights are kept, as nothing is known of others that were not watched; for
    an airport, where there are estimates, of how many aircraft flights are kept, as nothing is known of others.
    ``unanswered`` says of those who were asked just now, and did not tell all, what they did instead.
    """
    store, now = knowledge.store, knowledge.now
    said = []
    if guesses := told.estimates:
        some = (
            f"{f'{guesses:,}' if told.landings else 'all'} of them {is_or_are(guesses)} " if told.told > 1 else "it is "
        )
        source = "" if topic.icao24s else f", from the flights of {len(flights.airframes(store)):,} aircraft"
        said.append(f"{some}OpenSky's {plural('estimate', guesses)}{source}")
    for name, number in sorted(told.archived.items()):
        said.append(f"{number:,} from {'traces of ' if name == TRACES else ''}{clean(name)}")
    said.append(watch_times_line(watch_times, told.landings, now, which))
    if topic.icao24s:
        asked = flights_line([flights.asked_days(store, (icao24,)) for icao24 in topic.icao24s], which, now)
        lines = {OPENSKY: asked, TRACES: _traced(topic.icao24s, store, which)}
        said += filter(None, (with_unanswered(name, line, unanswered.get(name)) for name, line in lines.items()))
    return "; ".join(said)


def _traced(icao24s: Sequence[Icao24], store: Store, which: Selection) -> str | None:
    """What adsb.lol's traces of the time in question came to; None: it was not asked."""
    first = None if which.since is None else day_of(which.since)
    asked = [
        [
            how.outcome
            for day, how in asked_traces(store, icao24).items()
            if (first is None or day >= first) and (which.until is None or day < which.until.timestamp())
        ]
        for icao24 in icao24s
    ]
    return traces_line(TRACES, asked, is_of_one=len(icao24s) == 1)
