"""What one airframe did in a time that is over, by the same steps as polls: its visits, and the events that show them."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Poll, instant
from flightwatch.core.visits import Visit, may_be_there
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.tracking.advance_all import advance_all
from flightwatch.tracking.track import Rules, Track


class Past(Struct, frozen=True):
    """What became of an airframe."""

    visits: tuple[Visit, ...]
    """Those that stand, oldest first; none is open: see `visits.may_be_there`."""
    events: tuple[Event, ...]
    """The landings and departures of these visits, oldest first, each as it was told first."""
    track: Track
    """What is remembered of it at the end, where a visit may be open."""


def past_of(
    polls: Iterable[Poll], aircraft: WatchedAircraft, rules: Rules, airports: Airports, asked_at: datetime
) -> Past:
    """Work out what an airframe did in ``polls``, which are in their order. ``asked_at``: when somebody wants to know."""
    watched, track = Watched(aircraft=(aircraft,)), Track(aircraft.icao24, aircraft.registration)
    visits, events = dict[str, Visit](), list[Event]()
    looked_at = None
    for poll in polls:
        moved = advance_all({track.icao24: track}, poll, watched, rules, airports)
        track, looked_at = moved.tracks.get(track.icao24, track), poll.at
        visits |= {visit.id: visit for visit in moved.visits}
        events += moved.events
    stand = {id_: visit for id_, visit in visits.items() if visit.retracted_at is None}
    closed = tuple(
        may_be_there(visit, _seen_until(track, looked_at or asked_at), asked_at) if visit.is_open else visit
        for visit in sorted(stand.values(), key=lambda visit: (visit.arrival.latest, visit.id))
    )
    return Past(closed, tuple(event for event in events if event.visit in stand), track)


def _seen_until(track: Track, looked_at: datetime) -> datetime:
    """Until when it is known to have been where it was last: when it was heard last, else when somebody looked last."""
    return looked_at if track.heard is None else min(looked_at, instant(track.heard))
