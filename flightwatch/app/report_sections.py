"""What a report tells of each subject."""

from datetime import datetime

from flightwatch.app import answers
from flightwatch.app.question import Question
from flightwatch.app.subject import Subject
from flightwatch.core.airports import Airports
from flightwatch.core.selection import ALL, Selection
from flightwatch.report.page import Section
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.watch_times import watch_times_line


def section(
    subject: Subject,
    store: Store,
    watchlist: Watchlist | None,
    airports: Airports,
    now: datetime,
    which: Selection = ALL,
) -> Section:
    """What a report tells of a subject: its visits of this time, and how far the record goes."""
    alone = Question(subject.text, (subject,))
    visits = answers.known(alone, store, watchlist, airports, now, which).visits
    watch_times = answers.watch_times_of(alone, store, watchlist, now)
    is_none_of_some = not visits and which != ALL
    listed = watchlist.watched.aircraft_by_icao24 if watchlist and subject.callsign is None else {}
    label = next((a.label for icao24 in subject.icao24s if (a := listed.get(icao24))), None)
    record = watch_times_line(watch_times, (), now, which)
    context = answers.context_line(alone, visits, watch_times, store, now, which)
    of_its_own = "; ".join(clause for clause in context.split("; ") if clause not in record.split("; "))
    return Section(
        title=f"{subject.text} ({label})" if label else subject.text,
        visits=visits,
        notes=tuple(f"{words[0].upper()}{words[1:]}." for words in (of_its_own,) if words),
        record=f"{record[0].upper()}{record[1:]}.",
        is_airport=subject.airport is not None,
        since=which.since,
        until=which.until,
        outside=len(answers.known(alone, store, watchlist, airports, now).visits) if is_none_of_some else 0,
        looked_at=store.last_poll_at(),
    )
