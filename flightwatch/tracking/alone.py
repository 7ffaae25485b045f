"""One airframe's part in a poll, taken again by itself: the same step as among all others, by the same code.

Whatever the step depends on beside the reports is an argument: what the watchlist asks, and what was told of others.
"""

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import box_around
from flightwatch.core.model import Event, Icao24, Poll, StateVector
from flightwatch.core.visits import Visit
from flightwatch.core.watched import Watched, WatchedAircraft, WatchedAirport, WatchedCallsign
from flightwatch.tracking.advance_all import advance_all
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.following import WATCH_KM, holds
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception
from flightwatch.tracking.testimony import NotingReception
from flightwatch.tracking.track import Rules, Track
from flightwatch.tracking.witness import Witnesses


class Conditions(Struct, frozen=True, omit_defaults=True):
    """What a watchlist asks as far as it bears on one airframe. News of its flight is left out: no landing depends on it."""

    rules: Rules
    """Without what polls have taught of reception."""
    aircraft: WatchedAircraft | None = None
    """Its entry; None: it is on no list."""
    airports: tuple[WatchedAirport, ...] = ()
    """Of an airframe on no list: the watched airports that it is heard around."""
    callsigns: tuple[WatchedCallsign, ...] = ()
    """The entry for whose callsign it is followed, if it is."""
    flown_to: Visited = ()

    @property
    def watched(self) -> Watched:
        """What is watched."""
        aircraft = () if self.aircraft is None else (self.aircraft,)
        return Watched(aircraft, self.airports, self.callsigns)


class Stepped(Struct, frozen=True):
    """What one poll did to one airframe."""

    track: Track | None
    """None: nobody follows it any more."""
    events: tuple[Event, ...] = ()
    visits: tuple[Visit, ...] = ()

    @property
    def decides(self) -> bool:
        """Tell whether anything happened that somebody may want to see proved."""
        return bool(self.events or self.visits)


def conditions_of(
    watched: Watched, rules: Rules, icao24: Icao24, flown_to: Visited, report: StateVector | None
) -> Conditions:
    """What is asked of one airframe, which ``watched`` has followed, in a poll with this report of it (None: with none)."""
    entry = watched.aircraft_by_icao24.get(icao24)
    rules = replace(rules, reception=NOTHING_KNOWN, news=frozenset())
    if entry is None:
        near = (each.airport for each in watched.airports if report is not None and _is_around(each, report))
        return Conditions(rules, airports=tuple(WatchedAirport(airport) for airport in near))
    callsigns = tuple(
        WatchedCallsign(replace(each.picked, icao24s=frozenset()))
        for each in watched.callsigns
        if each.name == entry.callsign
    )
    return Conditions(rules, entry, callsigns=callsigns, flown_to=flown_to)


def _is_around(watched: WatchedAirport, report: StateVector) -> bool:
    return holds(box_around(watched.airport.latitude, watched.airport.longitude, WATCH_KM), report)


class Others(Struct, frozen=True):
    """Who answers what a step asks about others: what is known, or what was noted of it."""

    witnesses: Witnesses | None
    reception: Reception | NotingReception


def stepped(
    icao24: Icao24, before: Track | None, poll: Poll, conditions: Conditions, others: Others, airports: Airports
) -> Stepped:
    """What a poll does to an airframe. Whom else the poll holds does not matter."""
    rules = replace(conditions.rules, reception=others.reception)
    seen = advance_all(
        {} if before is None else {icao24: before},
        _alone(icao24, poll),
        conditions.watched,
        rules,
        airports,
        flown_to={icao24: conditions.flown_to},
        witnesses=others.witnesses,
    )
    after = None if icao24 in seen.forgotten else seen.tracks.get(icao24, before)
    return Stepped(after, seen.events, seen.visits)


def _alone(icao24: Icao24, poll: Poll) -> Poll:
    """The poll with nobody but this airframe."""
    return replace(
        poll,
        vectors=tuple(vector for vector in poll.vectors if vector.icao24 == icao24),
        rivals={key: places for key, places in poll.rivals.items() if key == icao24},
        identities={},
        tells_of_others=False,
    )
