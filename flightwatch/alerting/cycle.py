"""What one poll means: nothing new, no look at the sky, or what changed and what is to be told. It does nothing itself."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.hearing import Hearing
from flightwatch.alerting.routing import thresholds
from flightwatch.core.airports import Airports
from flightwatch.core.merging import merged
from flightwatch.core.model import Event, Icao24, Identity, Poll
from flightwatch.core.watched import WatchedAircraft
from flightwatch.tracking.advance_all import PollChanges, advance_all
from flightwatch.tracking.listening import Memory
from flightwatch.tracking.passing import TailOf, no_tail, passing
from flightwatch.tracking.track import Rules, Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted


class Cycle(Struct, frozen=True):
    """What one poll brought: everything that changed, and the events that the watchlist asks for."""

    changes: PollChanges
    told: tuple[Event, ...]
    memory: Memory
    """What is known, including what this poll has taught."""
    passing: tuple[WatchedAircraft, ...] = ()
    """Airframes that were watched in it for their callsign alone."""
    identities: Mapping[Icao24, Identity] = {}
    """As `Watchlist.identities`, for routing what is told."""
    why: str | None = None
    """Why the poll was no look at the sky, so that nothing else changed; None: it was a look at the sky."""
    poll: Poll | None = None
    """The answers that count, merged; None: none does, or nothing is new."""
    before: Mapping[Icao24, Track] = {}
    """The tracks from which it began, where it counts."""

    def followed_by(self, watchlist: Watchlist) -> Watchlist:
        """The watchlist as it was followed in this poll: with who was watched for a callsign, and what is known of airframes."""
        return replace(watchlist, aircraft=(*watchlist.aircraft, *self.passing), identities=self.identities)


NOTHING = Cycle(PollChanges({}, frozenset(), (), ()), (), Memory())


def tracker_rules(watchlist: Watchlist) -> Rules:
    """Give the rules by which the tracker follows this watchlist."""
    wanted_at = {code for a in watchlist.aircraft if a.at for code in a.at}.union(*(c.at for c in watchlist.callsigns))
    expected = wanted_at.union(w.airport.icao for w in watchlist.airports)
    alerts = watchlist.alerts
    news = frozenset(kind for kind in alerts.on if kind not in ("landing", "departure"))
    return Rules(alerts.min_confidence, frozenset(expected), alerts.still_on_ground, thresholds(watchlist), news)


def cycle(
    hearing: Hearing,
    last_poll_at: datetime | None,
    tracks: Mapping[Icao24, Track],
    memory: Memory,
    watchlist: Watchlist,
    airports: Airports,
    tail_of: TailOf = no_tail,
) -> Cycle:
    """Decide what one poll means, as far as its sources listened. One not newer than the last brings nothing: it was decided.

    A poll in which no receiver listened brings nothing either: it moves no track, and is no silence of any aircraft.
    ``last_poll_at`` is None where there was none, or where the last one was ahead of time and tracks are of before it.
    ``tail_of`` as for `passing`.
    """
    if last_poll_at is not None and hearing.at <= last_poll_at:
        return NOTHING
    silent = {name: by_s for name, by_s in memory.wrong_s.items() if name not in hearing.asked}
    memory = replace(memory, usual=hearing.usual, wrong_s={**silent, **hearing.clocks.moved_s})
    if hearing.why is not None:
        return replace(NOTHING, memory=memory, why=hearing.why)
    poll = merged(hearing.clocks.polls)
    watchlist, selected = _with_selected(watchlist, tracks, poll, tail_of)
    rules = replace(tracker_rules(watchlist), reception=memory.reception)
    seen = advance_all(tracks, poll, watchlist.watched, rules, airports, flown_to=memory.flown_to, looks=memory.looks)
    told = tuple(event for event in seen.events if wanted(watchlist, event))
    memory = replace(memory, reception=seen.reception, looks=seen.looks)
    return Cycle(seen, told, memory, passing=selected, identities=watchlist.identities, poll=poll, before=tracks)


def with_passing(watchlist: Watchlist, tracks: Mapping[Icao24, Track]) -> Watchlist:
    """The watchlist with the airframes that polls follow for their callsign alone."""
    return _with(watchlist, passing(watchlist.watched, tracks))


def _with(watchlist: Watchlist, found: tuple[WatchedAircraft, ...]) -> Watchlist:
    return replace(watchlist, aircraft=(*watchlist.aircraft, *found)) if found else watchlist


def _with_selected(
    watchlist: Watchlist, tracks: Mapping[Icao24, Track], poll: Poll, tail_of: TailOf
) -> tuple[Watchlist, tuple[WatchedAircraft, ...]]:
    """The watchlist with what its selectors need to know of this poll, and the airframes that are watched for their callsign."""
    if asks_for_identities(watchlist):
        watchlist = with_identities(watchlist, tracks, poll.identities)
    found = passing(watchlist.watched, tracks, poll.vectors, tail_of)
    return _with(watchlist, found), found


def with_identities(
    watchlist: Watchlist, tracks: Mapping[Icao24, Track], told: Mapping[Icao24, Identity] = {}
) -> Watchlist:
    """The watchlist with what sources' registers say of airframes: as it was ``told`` now, else as tracks remember it."""
    known = {icao24: track.identity for icao24, track in tracks.items() if track.identity is not None}
    return replace(watchlist, identities={**known, **told})


def asks_for_identities(watchlist: Watchlist) -> bool:
    """Tell whether something of the watchlist goes by what sources' registers say of airframes."""
    return (
        bool(watchlist.callsigns)
        or any(airport.picks for airport in watchlist.airports)
        or any(area.picks for area in watchlist.areas)
        or any(channel.routing.picks for channel in watchlist.notify)
    )
