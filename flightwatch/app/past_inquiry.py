"""Asking, before a question about the past is answered: OpenSky for flights, adsb.lol for traces, and what they confirm."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from flightwatch.app.clock import utc_now
from flightwatch.app.confirming import days_to_look_at, inferred_visits, look_up, looked_line
from flightwatch.app.flight_inquiry import Bar, inquire
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.past_visits import DAYS_ASKED, Wish
from flightwatch.app.question import Question
from flightwatch.app.question_history import unwatched_spans
from flightwatch.app.trace_inquiry import TraceSource, archive_unarchived, inquire_traces, wanted_traces
from flightwatch.core.model import OPENSKY, Icao24
from flightwatch.core.spans import Span
from flightwatch.errors import SourceError
from flightwatch.planning.trace_days import KEPT, TRACES
from flightwatch.storage.flights import Source
from flightwatch.storage.lock import poll_lock
from flightwatch.watchlist.model import Watchlist

Failures = Mapping[str, SourceError]
"""Why somebody who was asked did not answer, or not all, by name."""


class PastSources(Struct, frozen=True):
    """Who can be asked; each is made when it is."""

    flights: Callable[[], Source]
    traces: Callable[[], TraceSource]


def ask_past(
    question: Question,
    wish: Wish,
    knowledge: Knowledge,
    sources: PastSources,
    say: Callable[[str], None],
    *,
    bar: Bar,
) -> Failures:
    """Ask for what is not known; return what went wrong, to be told when what is known was shown.

    OpenSky is asked about days that nobody watched; adsb.lol, which costs nothing and hears others, about all of a time that
    somebody named.
    """
    if wish.is_offline:
        return {}
    now = utc_now()
    end = min(wish.which.until or now, now)
    begin, by_default = wish.which.since, end - timedelta(days=DAYS_ASKED)
    unwatched = unwatched_spans(question, knowledge.store, now, since=begin, until=end, by_default=by_default)
    whole = unwatched if begin is None else _whole(question, begin, end)
    if whole and begin is not None and wish.asks == TRACES and (line := _too_old_line(begin, now)) is not None:
        say(line)
    asks = [
        *([(OPENSKY, lambda: _flights(knowledge, sources, unwatched, say, bar))] if unwatched else []),
        *([(TRACES, lambda: _traces(knowledge, sources, whole, say, bar))] if whole else []),
    ]
    asks = [(name, ask) for name, ask in asks if wish.asks in ("both", name.lower())]
    if asks and knowledge.store.is_reading_only:
        names = " and ".join(name for name, _ in asks)
        say(
            f"{knowledge.store.path} cannot be written to, so {names} {'is' if len(asks) == 1 else 'are'} not asked: answers "
            "could not be kept"
        )
        return {}
    failures = _asked_each(asks, say)
    if not knowledge.store.is_reading_only:
        archive_unarchived(_icao24s(question), knowledge, now)
    return failures


def confirm_past(
    question: Question,
    wish: Wish,
    knowledge: Knowledge,
    sources: PastSources,
    say: Callable[[str], None],
    *,
    bar: Bar,
    routes: Callable[[], Watchlist | None],
) -> Failures:
    """Look the inferred landings of the question up in traces, and correct what turned out otherwise; return as `ask_past` does.

    ``routes`` gives the watchlist with its channels, which is read where there is something to tell.
    """
    store, now = knowledge.store, utc_now()
    if store.is_reading_only:
        say(f"{store.path} cannot be written to, so no landing is looked up")
        return {}
    visits = inferred_visits(question.topics, store, now, wish.which)
    failures = _asked_each([(TRACES, lambda: _traces(knowledge, sources, days_to_look_at(visits), say, bar))], say)
    with poll_lock(store.path) as held:
        if not held:
            say("a poll is under way, so no landing was corrected: ask again when it has ended")
            return failures
        still = [visit for visit in visits if store.visit(visit.id) == visit]
        looked = look_up(still, knowledge, (routes() if still else None) or Watchlist(), now)
    say(looked_line(looked))
    return failures


def together(failures: Failures) -> SourceError:
    """What went wrong with asking several, as one."""
    errors = list(failures.values())
    return errors[0] if len(errors) == 1 else SourceError("; ".join(map(str, errors)))


def _asked_each(asks: list[tuple[str, Callable[[], None]]], say: Callable[[str], None]) -> Failures:
    """Ask each, whatever became of those before."""
    failures = dict[str, SourceError]()
    for name, ask in asks:
        try:
            ask()
        except SourceError as error:
            failures[name] = error
        except KeyboardInterrupt:
            say("interrupted: what was answered is kept, ask again to go on")
            raise
    return failures


def _flights(
    knowledge: Knowledge, sources: PastSources, spans: dict[Icao24, list[Span]], say: Callable[[str], None], bar: Bar
) -> None:
    inquire(knowledge.store, sources.flights, spans, knowledge.airports, clock=utc_now, say=say, bar=bar)


def _traces(
    knowledge: Knowledge, sources: PastSources, spans: dict[Icao24, list[Span]], say: Callable[[str], None], bar: Bar
) -> None:
    wanted = wanted_traces(knowledge.store, spans, utc_now())
    inquire_traces(knowledge, sources.traces, wanted, clock=utc_now, say=say, bar=bar)


def _too_old_line(begin: datetime, now: datetime) -> str | None:
    """Say that adsb.lol keeps no traces of a time, or of its beginning; None: it may have them."""
    oldest = now - KEPT
    if begin >= oldest:
        return None
    return f"{TRACES} keeps traces for {KEPT.days} days: it is not asked about the time before {oldest:%Y-%m-%d}"


def _whole(question: Question, begin: datetime, end: datetime) -> dict[Icao24, list[Span]]:
    """The whole time, for each airframe of the question."""
    return {icao24: [Span(begin, end)] for icao24 in _icao24s(question)} if begin < end else {}


def _icao24s(question: Question) -> list[Icao24]:
    """The airframes that it is about, each once; a callsign is not known but from the record."""
    topics = (topic for topic in question.topics if topic.airport is None and topic.callsign is None)
    return [*dict.fromkeys(icao24 for topic in topics for icao24 in topic.icao24s)]
