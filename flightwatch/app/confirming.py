"""Visits whose landing nobody saw, looked up in adsb.lol's traces: what is asked for them, and what they turn out to be."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.answer_times import Begun
from flightwatch.alerting.queue import changes
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.topic import Topic
from flightwatch.app.trace_inquiry import archive_traces, traces_of
from flightwatch.core.model import Event, Icao24
from flightwatch.core.selection import ALL, Selection
from flightwatch.core.spans import DAY_S, Span
from flightwatch.core.visits import Visit
from flightwatch.flights.confirming import Evidence, Verdict, time_to_look_at, verdict
from flightwatch.planning.trace_days import KEPT, TRACES, day_of, is_settled
from flightwatch.storage.database import Transaction
from flightwatch.storage.letters import apply
from flightwatch.storage.look_ups import keep_look_up
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.storage.traces import asked_traces
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.motion import fixed_at
from flightwatch.tracking.past import Past
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted
from flightwatch.wording.phrases import counted


class Looked(Struct, frozen=True):
    """What became of visits that were looked up."""

    confirmed: tuple[Visit, ...] = ()
    """As they are known now."""
    taken_back: tuple[Visit, ...] = ()
    told_nothing: int = 0
    """How many there are of which traces show nothing that was seen."""


def inferred_visits(topics: Iterable[Topic], store: Store, now: datetime, which: Selection = ALL) -> list[Visit]:
    """The visits of these, newest first, whose landing was inferred, and of which traces may still be had."""
    found = dict[str, Visit]()
    recent = replace(which, since=max(which.since or now - KEPT, now - KEPT), limit=None, inferred=True)
    for topic in topics:
        icao = None if topic.airport is None else topic.airport.icao
        if topic.callsign is None:
            found |= {v.id: v for v in store.each_visit(recent, icao24s=topic.icao24s, airport_icao=icao)}
    inferred = (v for v in found.values() if v.arrival.basis == "inferred" and v.arrival.latest >= now - KEPT)
    return sorted(inferred, key=lambda visit: (visit.arrival.latest, visit.id), reverse=True)


def days_to_look_at(visits: Iterable[Visit]) -> dict[Icao24, list[Span]]:
    """The times to ask traces about, by airframe."""
    spans: dict[Icao24, list[Span]] = {}
    for visit in visits:
        spans.setdefault(visit.icao24, []).extend(time_to_look_at(visit))
    return spans


def is_asked(visit: Visit, store: Store, now: datetime) -> bool:
    """Tell whether all days are known that may say something of a visit, as far as they are over."""
    have = asked_traces(store, visit.icao24)
    days = chain.from_iterable(_days(span) for span in time_to_look_at(visit))
    return all(day in have for day in days if is_settled(day, now))


def _days(span: Span) -> range:
    return range(day_of(span.since), day_of(span.until) + 1, DAY_S)


def look_up(visits: Sequence[Visit], knowledge: Knowledge, watchlist: Watchlist, now: datetime) -> Looked:
    """Compare inferred visits with what the kept traces of their airframes show, and write what turned out otherwise.

    Corrections go to those who have the landing, and a landing that was seen instead to those who asked for landings, by
    the next poll. The same again changes nothing. The caller holds the right to poll.
    """
    knowledge, confirmed, back, nothing = replace(knowledge, now=now), list[Visit](), list[Visit](), 0
    for icao24 in dict.fromkeys(visit.icao24 for visit in visits):
        known = _evidence(icao24, knowledge, now)
        for visit in (visit for visit in visits if visit.icao24 == icao24):
            landing = knowledge.store.events([visit.landing]).get(visit.landing) if visit.landing else None
            said = verdict(visit, landing, known)
            if said is None:
                nothing += 1
                with knowledge.store.writing() as db:
                    keep_look_up(db, visit, "nothing", now)
                continue
            _amend(visit, said, known, knowledge, watchlist)
            (confirmed if said.is_confirmed else back).append(said.visit)
            known = replace(known, recorded=knowledge.store.visits(icao24s=(icao24,)))
    return Looked(tuple(confirmed), tuple(back), nothing)


def _evidence(icao24: Icao24, knowledge: Knowledge, now: datetime) -> Evidence:
    past = archive_traces(icao24, knowledge, now)
    found = chain.from_iterable(trace.looks.values() for trace in traces_of(icao24, knowledge.store))
    reports = sorted((report for report in found if report is not None), key=fixed_at)
    told_at = PollLog(knowledge.store).data_time(Begun(now))  # by which alerts are due
    return Evidence(knowledge.store.visits(icao24s=(icao24,)), past, reports, TRACES, told_at)


def _amend(before: Visit, said: Verdict, known: Evidence, knowledge: Knowledge, watchlist: Watchlist) -> None:
    """Write what a visit turned out to be, what is remembered of the airframe, and what is to be told."""
    store = knowledge.store
    track = store.tracks().get(before.icao24)
    now_known = None if track is None else _moved(track, before, said, known.past)
    moved = {} if now_known is None or now_known is track else {before.icao24: now_known}
    visits = (said.visit, *([] if said.instead is None else [_followed(said.instead, now_known)]))
    amended = PollChanges(moved, frozenset(), said.events, visits)
    told = tuple(event for event in said.events if wanted(watchlist, event))
    landings = store.events([visit.landing for visit in visits if visit.landing is not None])
    outbox = Outbox(store)

    def post(db: Transaction) -> None:
        posted = outbox.posted([*landings, *_retracted(told)])
        apply(db, changes(watchlist, told, visits, landings, posted, now=known.now))
        keep_look_up(db, said.visit, "confirmed" if said.is_confirmed else "taken back", knowledge.now)

    store.amend(amended, post)


def _retracted(told: Iterable[Event]) -> Iterator[str]:
    return (event.retracts for event in told if event.retracts is not None)


def _followed(visit: Visit, track: Track | None) -> Visit:
    """A visit that traces tell of, among those that polls found: open where polls go on with it."""
    return visit if track is None or track.visit is None or track.visit.id != visit.id else track.visit


def _moved(track: Track, before: Visit, said: Verdict, past: Past) -> Track:
    """What is remembered of an airframe whose open visit turned out otherwise; the same where that is over."""
    if track.visit is None or track.visit.id != before.id:
        return track
    seen = past.track
    if said.is_confirmed:
        stands = Reports(seen.reports[-1:]) if seen.phase == "ground" and _is_later(seen, track) else track.reports
        return replace(track, visit=said.visit, reports=stands, belief=None)
    if _is_later(seen, track) and _is_of(seen.visit, said.instead):
        return replace(
            seen,
            registration=track.registration,
            flying_as=track.flying_as,
            identity=track.identity,
            been=track.been,
            flown_to=track.flown_to,
            heard_by={**track.heard_by, **seen.heard_by},
        )
    # It was not there, and where it is now nobody knows: it is begun anew when it is heard.
    return Track(
        track.icao24,
        track.registration,
        heard=track.heard,
        heard_by=track.heard_by,
        flying_as=track.flying_as,
        identity=track.identity,
        been=track.been,
        flown_to=track.flown_to,
    )


def _is_later(seen: Track, track: Track) -> bool:
    return (seen.heard or 0) > (track.heard or 0)


def _is_of(visit: Visit | None, instead: Visit | None) -> bool:
    """Tell whether what is open at the end of the traces is what was seen instead, or nothing is."""
    return visit is None or (instead is not None and visit.id == instead.id)


def looked_line(looked: Looked) -> str:
    """``adsb.lol on 4 inferred landings: 2 confirmed, 1 taken back, nothing seen of 1``; what came to none is left out."""
    confirmed, back, nothing = len(looked.confirmed), len(looked.taken_back), looked.told_nothing
    count = confirmed + back + nothing
    if not count:
        return f"no inferred landing of the last {KEPT.days} days is left to look up"
    if nothing == count:
        said = ["nothing seen of it" if count == 1 else "nothing seen of them"]
    else:
        each = (
            (confirmed, f"{confirmed:,} confirmed"),
            (back, f"{back:,} taken back"),
            (nothing, f"nothing seen of {nothing:,}"),
        )
        said = [words for number, words in each if number]
    return f"{TRACES} on {counted(count, 'inferred landing')}: {', '.join(said)}"
