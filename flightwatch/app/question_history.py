"""What is known of a question, about one topic or several: visits, what to ask OpenSky, how far the record goes.

Subjects are put together, newest visit first and each visit once: a tail that is asked about together with an airport may have
been there. What is said of several is true of each.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby

from msgspec.structs import replace

from flightwatch.app import history
from flightwatch.app.history import Past
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.question import Question
from flightwatch.app.topic import Topic
from flightwatch.core.model import Airport, Icao24
from flightwatch.core.selection import ALL, Selection, Tally, each_selected
from flightwatch.core.spans import Span
from flightwatch.flights.archived import with_archived
from flightwatch.flights.estimates import Estimates
from flightwatch.storage import flights
from flightwatch.storage.archived import archived_visits
from flightwatch.storage.recorded import visits_flown_as
from flightwatch.storage.store import Store
from flightwatch.wording.watch_times import WatchTimes, together


def unwatched_spans(
    question: Question, store: Store, now: datetime, *, since: datetime | None, until: datetime, by_default: datetime
) -> dict[Icao24, list[Span]]:
    """What to ask OpenSky, of all the airframes at once: see `history.unwatched_spans`. Nobody can be asked for by callsign."""
    spans: dict[Icao24, list[Span]] = {}
    for topic in question.topics:
        if topic.callsign is None:
            spans |= history.unwatched_spans(topic, store, now, since=since, until=until, by_default=by_default)
    return spans


def known(question: Question, knowledge: Knowledge, which: Selection = ALL, *, at: Airport | None = None) -> Estimates:
    """The visits of these, newest first: see `history.known`."""
    past = each_known(question, knowledge, which, at=at)
    return Estimates(tuple(past.visits), past.unplaced)


def each_known(question: Question, knowledge: Knowledge, which: Selection = ALL, *, at: Airport | None = None) -> Past:
    """The same one by one: see `history.each_known`."""
    is_single = len(question.topics) == 1
    found = [_each_known(topic, knowledge, which, at, strictly=not is_single) for topic in question.topics]
    if is_single:
        return found[0]
    once = (next(same) for _, same in groupby(history.in_one_order(*(each.visits for each in found)), lambda v: v.id))
    return Past(each_selected(once, which), tuple(stay for each in found for stay in each.unplaced))


def _each_known(topic: Topic, knowledge: Knowledge, which: Selection, at: Airport | None, *, strictly: bool) -> Past:
    if topic.callsign is None:
        return history.each_known(topic, knowledge, which, at=at, strictly=strictly)
    every = replace(which, limit=None)
    flown = [Topic(icao24, icao24s=(icao24,)) for icao24 in topic.icao24s]
    stays = [history.each_known(each, knowledge, every, at=at, strictly=True).visits for each in flown]
    ids = visits_flown_as(topic.callsign, knowledge.store)
    found = (v for v in history.in_one_order(*stays) if v.callsign == topic.callsign or v.id in ids)
    return Past(each_selected(found, which))


def contradicted(icao24: Icao24, store: Store) -> int:
    """How many recorded visits of an airframe archives contradict: see `with_archived`."""
    archived = archived_visits(store, (icao24,))
    if not archived:
        return 0
    recorded = store.visits(icao24s=(icao24,))
    kept = {visit.id for visit in with_archived(recorded, archived)}
    return sum(visit.id not in kept for visit in recorded)


def watch_times_of(question: Question, knowledge: Knowledge, *, at: Airport | None = None) -> WatchTimes:
    """When polls looked for all of these that they ever looked for: see `history.watch_times_of`."""
    return together([_watch_times(topic, knowledge, at) for topic in question.topics])


def _watch_times(topic: Topic, knowledge: Knowledge, at: Airport | None) -> WatchTimes:
    if topic.callsign is not None:
        return WatchTimes(None, why="a callsign is known only from what was recorded")
    return history.watch_times_of(topic, knowledge, at=at)


def context_line(
    question: Question,
    told: Tally,
    watch_times: WatchTimes,
    knowledge: Knowledge,
    which: Selection = ALL,
    *,
    unanswered: Mapping[str, str] = {},
) -> str:
    """How far the record goes: see `history.context_line`."""
    return history.context_line(_merged(question), told, watch_times, knowledge, which, unanswered=unanswered)


def asked_days(question: Question, store: Store) -> set[datetime]:
    """The UTC days of which OpenSky's flights of each of these aircraft are kept; none where it is not about aircraft alone."""
    if any(topic.airport is not None or topic.callsign is not None for topic in question.topics):
        return set()
    days = [flights.asked_days(store, topic.icao24s) for topic in question.topics]
    return set.intersection(*days)


def _merged(question: Question) -> Topic:
    """All aircraft of the question as one topic, for what is said of OpenSky; without icao24s where it is not asked."""
    icao24s = [icao24 for topic in question.topics if topic.callsign is None for icao24 in topic.icao24s]
    return Topic(question.text, icao24s=tuple(dict.fromkeys(icao24s)))
