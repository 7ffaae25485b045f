"""What the database knows around an event, for its words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice

from flightwatch.app.lookouts import listed, longest_gap
from flightwatch.core.airports import Airports
from flightwatch.core.lookout import looked_for_as, time_unwatched
from flightwatch.core.model import Event, Icao24
from flightwatch.core.selection import Selection, selected
from flightwatch.core.spans import Span, midnight
from flightwatch.core.visits import Visit
from flightwatch.errors import DamagedRow
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.tracking.events import told_as
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.record import TOLD_STAYS, Context

NEARBY = timedelta(days=1)
"""How far in time another aircraft's visit may be to be worth a word."""


class Around:
    """The visits around events, for as long as nothing is written: what was read for one alert is not read again for the next.

    Each of a thousand alerts at one airport has the same thousand visits around it. Of other aircraft no landing is there that
    was decided after ``until``, if that is given: it is held back from whoever is told.
    """

    def __init__(self, store: Store, watchlist: Watchlist, until: datetime | None = None) -> None:
        self._store = store
        self._until = until
        self._watched = watchlist.watched.aircraft_by_icao24
        self._days = dict[tuple[str, datetime, datetime], list[Visit]]()
        self._next_at = dict[str, datetime | None]()
        self.longest = longest_gap(store, watchlist)

    def others(self, since: datetime, until: datetime, airport_icao: str) -> list[Visit]:
        """Visits of watched airframes to an airport that touch this time, newest first."""
        key = airport_icao, midnight(since), midnight(until) + timedelta(days=1)
        if key not in self._days:
            kept = self._store.visits(Selection(key[1], key[2]), airport_icao=airport_icao)
            watched = [visit for visit in kept if visit.icao24 in self._watched]
            self._days[key] = watched if self._until is None else self._decided(watched, self._until)
        return selected(self._days[key], Selection(since, until))

    def _decided(self, visits: Sequence[Visit], until: datetime) -> list[Visit]:
        landings = self._store.events([visit.landing for visit in visits if visit.landing is not None])
        times = {id_: landing.detected_at for id_, landing in landings.items()}
        return [visit for visit in visits if times.get(visit.landing or "", visit.arrival.latest) <= until]

    def has_gone(self, visit: Visit, by: datetime) -> bool:
        """Tell whether an open visit is over by then, as its airframe was found elsewhere; when it left nobody knows."""
        if not visit.is_open:
            return False
        if visit.id not in self._next_at:
            self._next_at[visit.id] = self._store.next_visit_at(visit)
        elsewhere = self._next_at[visit.id]
        return elsewhere is not None and elsewhere <= by


def context_of(event: Event, store: Store, watchlist: Watchlist, around: Around | None = None) -> Context:
    """The visit as it is known now, those before it, who else was there, and when nobody watched."""
    around = around or Around(store, watchlist)
    visit, longest = store.visit(event.visit), around.longest
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
    earlier, more = _earlier(visit, begin, same, icao, store)
    return Context(
        watching_since=since,
        visit=visit,
        corrects=store.corrected_by(visit) if event.type == "landing" else None,
        earlier=earlier,
        more_earlier=more,
        others=tuple(
            v
            for v in around.others(begin - NEARBY, end + NEARBY, icao)
            if v.icao24 not in same and not around.has_gone(v, end)
        ),
        unwatched=tuple(unwatched),
        unwatched_before=_unwatched(_last_seen(earlier) or since, begin, spans, store, longest),
    )


def _earlier(
    visit: Visit, begin: datetime, icao24s: Sequence[Icao24], airport_icao: str, store: Store
) -> tuple[tuple[Visit, ...], int]:
    """The visits of these airframes to the same airport before this one as `Context.earlier` has them, and how many more."""
    own = store.each_visit(Selection(until=begin), icao24s=icao24s, airport_icao=airport_icao)
    newest = list(islice((v for v in own if v.arrival.latest < visit.arrival.latest), TOLD_STAYS))
    if len(newest) < TOLD_STAYS:
        return tuple(newest), 0
    count, first = store.count_earlier(visit, begin, icao24s, airport_icao)
    oldest = None if first is None or first == newest[-1].id else store.visit(first)
    told = (*newest, oldest) if oldest is not None else (*newest,)
    return told, count - len(told)


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


def alert_of(
    event: Event,
    store: Store | None,
    watchlist: Watchlist,
    airports: Airports,
    around: Around | None = None,
    *,
    is_brief: bool = False,
) -> Alert:
    """All that the words of an event need; a landing as it is known now. Without a store, what the event itself says.

    ``is_brief``: with its visit, and the one that it corrects, alone, as a sentence needs no more. So it is, too, where the rows
    around it are damaged: what happened is told all the same.
    """
    if store is None:
        return describe(event, watchlist.watched, airports, desk=watchlist.alerts.desk)
    try:
        visit = store.visit(event.visit)
    except DamagedRow:
        visit = None
    known = event if visit is None else told_as(event, visit)
    try:
        context = _brief_context(known, visit, store) if is_brief else context_of(known, store, watchlist, around)
    except DamagedRow:
        context = Context(visit=visit)
    return describe(known, watchlist.watched, airports, context, desk=watchlist.alerts.desk)


def _brief_context(event: Event, visit: Visit | None, store: Store) -> Context:
    corrects = store.corrected_by(visit) if visit is not None and event.type == "landing" else None
    return Context(visit=visit, corrects=corrects)
