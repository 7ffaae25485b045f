"""What the database knows around an event, for its words."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flightwatch.app.lookouts import listed, longest_gap
from flightwatch.core.airports import Airports
from flightwatch.core.lookout import looked_for_as, time_unwatched
from flightwatch.core.model import Event
from flightwatch.core.selection import Selection
from flightwatch.core.spans import Span
from flightwatch.core.visits import Visit
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.tracking.events import told_as
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.record import Context

NEARBY = timedelta(days=1)
"""How far in time another aircraft's visit may be to be worth a word."""


def context_of(event: Event, store: Store, watchlist: Watchlist) -> Context:
    """The visit as it is known now, those before it, who else was there, and when nobody watched."""
    visit, longest = store.visit(event.visit), longest_gap(store, watchlist)
    place = visit.airport if visit else event.airport
    names = looked_for_as(watchlist.watched, event.icao24, event.registration, place.icao if place else None)
    spans = listed(store, names, event.detected_at)
    since = spans[-1].since if spans else None
    if visit is None:
        return Context(since)
    begin = visit.arrival.earliest or visit.arrival.latest
    end = visit.departure.latest if visit.departure else event.detected_at
    unwatched = PollLog(store).gaps(begin, end, longest)
    if visit.airport is None:
        return Context(since, visit, unwatched=tuple(unwatched))
    icao = visit.airport.icao
    same = watchlist.watched.sharing_tail(visit.icao24)
    own = store.visits(Selection(until=begin), icao24s=same, airport_icao=icao)
    around = store.visits(Selection(begin - NEARBY, end + NEARBY), airport_icao=icao)
    earlier = tuple(v for v in own if v.arrival.latest < visit.arrival.latest)
    return Context(
        watching_since=since,
        visit=visit,
        corrects=store.corrected_by(visit) if event.type == "landing" else None,
        earlier=earlier,
        others=tuple(
            v
            for v in around
            if v.icao24 not in same
            and v.icao24 in watchlist.watched.aircraft_by_icao24
            and not _has_gone(v, end, store)
        ),
        unwatched=tuple(unwatched),
        unwatched_before=_unwatched(_last_seen(earlier) or since, begin, spans, store, longest),
    )


def _last_seen(earlier: Sequence[Visit]) -> datetime | None:
    """When the last of the visits before ended, or was last known to go on."""
    if not earlier:
        return None
    came, left = earlier[0].arrival, earlier[0].departure
    return came.latest if left is None else left.latest


def _unwatched(
    since: datetime | None, until: datetime, listed: Sequence[Span], store: Store, longest: timedelta
) -> timedelta:
    """How much of the time before a visit nobody looked for its airframe."""
    if since is None or since >= until:
        return timedelta(0)
    return time_unwatched(Span(since, until), listed, PollLog(store).gaps(since, until, longest))


def _has_gone(visit: Visit, by: datetime, store: Store) -> bool:
    """Tell whether an open visit is over by then, as its airframe was found elsewhere; when it left nobody knows."""
    elsewhere = store.next_visit_at(visit) if visit.is_open else None
    return elsewhere is not None and elsewhere <= by


def alert_of(event: Event, store: Store | None, watchlist: Watchlist, airports: Airports) -> Alert:
    """All that the words of an event need; a landing as it is known now. Without a store, what the event itself says."""
    if store is None:
        return describe(event, watchlist.watched, airports, desk=watchlist.alerts.desk)
    visit = store.visit(event.visit)
    known = event if visit is None else told_as(event, visit)
    return describe(known, watchlist.watched, airports, context_of(known, store, watchlist), desk=watchlist.alerts.desk)
