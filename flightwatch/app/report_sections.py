"""What a report tells: a section for each topic, and the events that its visits began and ended with."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from flightwatch.app import question_history
from flightwatch.app.history import events_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.legs import Legs
from flightwatch.app.question import Question
from flightwatch.app.topic import Topic, topics_of
from flightwatch.core.legs import Leg
from flightwatch.core.model import Event
from flightwatch.core.selection import ALL, Selection, Tally
from flightwatch.core.visits import Visit
from flightwatch.report.map_content import MOST_DRAWN
from flightwatch.report.page import MOST_VISITS, Section
from flightwatch.report.totals import Totals
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.watch_times import watch_times_line


class Report(Struct, frozen=True):
    """What a page is drawn from."""

    title: str
    sections: Sequence[Section]
    events: Mapping[str, Event]
    """Those of the visits, by id, as far as they are recorded."""
    legs: Mapping[str, Sequence[Leg]]
    """The flights to the visits on maps and from them, by the visit's id."""


def everything_watched(watchlist: Watchlist) -> Question:
    """The question about all that a watchlist names."""
    return Question("Watchlist", tuple(topics_of(watchlist)))


def report_on(question: Question, knowledge: Knowledge, which: Selection, *, is_named: bool) -> Report:
    """Look up what a report on these topics tells.

    ``is_named``: whether somebody named them; a report on a single one is then called as its section is.
    """
    sections = [section(each, knowledge, which) for each in question.topics]
    events = events_of([visit for each in sections for visit in each.visits], knowledge.store)
    drawn = {visit.id: visit for each in sections for visit in each.visits[:MOST_DRAWN]}
    legs = Legs(knowledge.store)(list(drawn.values()))
    return Report(sections[0].title if is_named and len(sections) == 1 else question.text, sections, events, legs)


def section(topic: Topic, knowledge: Knowledge, which: Selection = ALL) -> Section:
    """What a report tells of a topic: its visits of this time, and how far the record goes."""
    alone, now = Question(topic.text, (topic,)), knowledge.now
    told, every = Tally(which), Totals(knowledge.airports, which.since)
    visits = list[Visit]()
    for visit in question_history.each_known(alone, knowledge, which).visits:
        told.count(visit)
        every.count(visit)
        if len(visits) < MOST_VISITS:
            visits.append(visit)
    watch_times = question_history.watch_times_of(alone, knowledge)
    is_none_of_some = not visits and which != ALL
    listed = {} if topic.callsign is not None else knowledge.watched.aircraft_by_icao24
    label = next((a.label for icao24 in topic.icao24s if (a := listed.get(icao24))), None)
    record = watch_times_line(watch_times, {}, now, which)
    context = question_history.context_line(alone, told, watch_times, knowledge, which)
    of_its_own = "; ".join(clause for clause in context.split("; ") if clause not in record.split("; "))
    return Section(
        title=f"{topic.text} ({label})" if label else topic.text,
        visits=tuple(visits),
        notes=tuple(f"{words[0].upper()}{words[1:]}." for words in (of_its_own,) if words),
        record=f"{record[0].upper()}{record[1:]}.",
        is_airport=topic.airport is not None,
        since=which.since,
        until=which.until,
        outside=sum(1 for _ in question_history.each_known(alone, knowledge).visits) if is_none_of_some else 0,
        looked_at=knowledge.store.last_poll_at(),
        counted=every if every.visits > len(visits) else None,
    )
