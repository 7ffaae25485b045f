"""What a folder that is published tells: who may see what of the database, and the subjects that have a page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.cycle import asks_for_identities, with_identities, with_passing
from flightwatch.alerting.routing import admits, admits_airframe
from flightwatch.app import question_history
from flightwatch.app.history import EPOCH
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.question import Question
from flightwatch.app.topic import Topic, topics_of
from flightwatch.core.airports import Airports
from flightwatch.core.ids import identity
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.released import Release, each_event, flown_as, hold_back, whose_visits
from flightwatch.storage.store import Store
from flightwatch.tracking.passing import who_flew
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Routing, Watchlist

_PLAIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""What of a tail number or a code may stand in the name of a file, in small letters."""


class Published(Struct, frozen=True):
    """A subject that has a page."""

    topic: Topic
    name: str
    """Of its file: the same as long as its tail number, icao24 or airport code is."""


class Publication(Struct, frozen=True):
    """What is published, as it is known: all that is in sight of ``knowledge.store``."""

    knowledge: Knowledge
    """With the watchlist's aircraft that these readers may know; ``now`` is the last good poll that they may know of."""
    watchlist: Watchlist
    routing: Routing
    release: Release
    known_at: datetime
    """When the last event was decided, or until when the newest visit is known."""
    visits: Sequence[Visit]
    """All of them, newest first."""
    pages: Sequence[Published]
    others: Sequence[Topic]
    """Subjects of which nothing is recorded."""


def release_of(routing: Routing, watchlist: Watchlist, now: datetime) -> Release:
    """What readers behind this routing may see at ``now``, in the data's own time.

    Landings less sure than what the watchlist asks to be told of are not for them.
    """
    until, least = now - routing.delay, max(watchlist.alerts.min_confidence, routing.min_confidence or 0.0)

    def is_seen(visit: Visit) -> bool:
        return visit.arrival.confidence >= least and admits(routing, watchlist, visit)

    def follows(track: Track) -> bool:
        if routing.delay:  # one that is not shown for what was heard lately would tell that it was
            return False
        if track.visit is not None:
            return is_seen(track.visit)
        return admits_airframe(routing, watchlist, track.icao24, track.registration, track.callsign)

    def knows(icao24: str) -> bool:
        return admits_airframe(routing, watchlist, icao24, None, None)

    return Release(until, routing.delay, is_seen, follows, knows)


def read_publication(
    store: Store, watchlist: Watchlist, routing: Routing, airports: Airports, now: datetime
) -> Publication:
    """Read what readers behind this routing may know at ``now``. The store only reads, and shows nothing else from then on."""
    if asks_for_identities(watchlist):
        watchlist = with_identities(watchlist, store.tracks())
    release = release_of(routing, watchlist, now)
    hold_back(store, release)
    flew = who_flew(watchlist.watched, flown_as(store)) if watchlist.callsigns else ()
    watchlist = with_passing(watchlist, store.tracks()) if watchlist.callsigns else watchlist
    airframes, fields = whose_visits(store)
    known = _with(_narrowed(watchlist, routing), [each for each in flew if each.icao24 in airframes])
    # A correction shows at once, and moves nothing else.
    decided = next((each.detected_at for each in each_event(store) if each.detected_at <= release.until), None)
    knowledge = Knowledge(store, known, airports, store.last_poll_at() or decided or EPOCH)
    topics = topics_of(known)
    told = [topic for topic in topics if not airframes.isdisjoint(topic.icao24s) or _code(topic) in fields]
    visits = [*question_history.each_known(Question("", tuple(told)), knowledge).visits] if told else []
    known_at = decided or max((visit.known_until for visit in visits), default=EPOCH)
    there = {visit.icao24 for visit in visits} | {visit.airport.icao for visit in visits if visit.airport is not None}
    paged = [topic for topic in told if not there.isdisjoint((*topic.icao24s, _code(topic)))]
    named = {airport.icao for airport in routing.airports}
    has_page = {topic.text for topic in paged}
    silent = [
        topic
        for topic in topics
        if topic.text not in has_page and (topic.airport is None or not routing.only or _code(topic) in named)
    ]
    return Publication(
        knowledge=knowledge,
        watchlist=_with(watchlist, flew),
        routing=routing,
        release=release,
        known_at=known_at,
        visits=settled(visits, known_at),
        pages=[*_named(paged)],
        others=silent,
    )


def _with(watchlist: Watchlist, flew: Sequence[WatchedAircraft]) -> Watchlist:
    """The watchlist with airframes that came as a callsign: they keep their pages when they are not followed any more."""
    came = {each.icao24 for each in flew}
    others = (each for each in watchlist.aircraft if each.icao24 not in came)
    return replace(watchlist, aircraft=(*others, *flew))


def _narrowed(watchlist: Watchlist, routing: Routing) -> Watchlist:
    """The watchlist without the aircraft, and the areas, that readers behind this routing may not know."""
    aircraft = (
        each for each in watchlist.aircraft if admits_airframe(routing, watchlist, each.icao24, each.registration, None)
    )
    return replace(watchlist, aircraft=tuple(aircraft), areas=() if routing.only or routing.picks else watchlist.areas)


def settled(visits: Iterable[Visit], at: datetime) -> tuple[Visit, ...]:
    """The visits, with ``at`` in the place of the time of asking where nobody knows whether they go on.

    Else a page would change with the clock alone.
    """
    return tuple(
        replace(visit, departure=replace(visit.departure, latest=max(at, visit.known_until)))
        if visit.may_be_there and visit.departure is not None
        else visit
        for visit in visits
    )


def _code(topic: Topic) -> str:
    return "" if topic.airport is None else topic.airport.icao


def _named(topics: Sequence[Topic]) -> Iterator[Published]:
    """Name the page of each topic so that no two are alike, also where a file system knows no capitals."""
    taken = set[str]()
    for topic in topics:
        written = (_code(topic) or topic.text).lower()
        ways = (written if _PLAIN.fullmatch(written) else "", *topic.icao24s[:1], identity("page", topic.text))
        name = next(way for way in ways if way and way not in taken)
        taken.add(name)
        yield Published(topic, f"{'aircraft' if topic.airport is None else 'airport'}-{name}.html")
