"""Whether a watchlist asks to be told of an event."""

from typing import Final

from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Event
from flightwatch.core.watched import WatchedAirport, admits
from flightwatch.watchlist.model import Told, Watchlist

_NOWHERE: Final = frozenset({"airborne", "lost", "emergency"})
"""What happens at no airport, so that an aircraft's ``at`` does not narrow it."""


def wanted(watchlist: Watchlist, event: Event) -> bool:
    """Tell whether the watchlist asks to be told of an event.

    It does when it watches the airframe (there, if the entry says ``at``) or the airport (for that airframe, if the
    entry says ``only``), the kind is among `AlertRules.on` and the confidence is enough. A reminder needs
    `AlertRules.still_on_ground` instead of ``on``, and what enters or leaves an area only that the area is watched for it. A
    retraction counts as its landing and whatever its confidence: whether that landing was told, only the caller knows.
    """
    return _is_asked(watchlist, event) and _is_subject(watchlist, event)


def kinds_of(event: Event) -> frozenset[Told]:
    """The words of ``on`` that ask for an event: of one that is heard again, ``lost`` too where that was told."""
    if event.type == "retraction":
        return frozenset({"correction"})
    if event.type == "airborne" and event.retracts is not None:
        return frozenset({"airborne", "lost"})
    return frozenset({event.type})


def _is_asked(watchlist: Watchlist, event: Event) -> bool:
    rules = watchlist.alerts
    match event.type:
        case "retraction":
            return "landing" in rules.on
        case "reminder":
            asked = bool(rules.still_on_ground)
        case "entered" | "left":
            asked = True
        case _:
            asked = not kinds_of(event).isdisjoint(rules.on)
    return asked and event.confidence >= rules.min_confidence


def _is_subject(watchlist: Watchlist, event: Event) -> bool:
    aircraft = watchlist.watched.aircraft_by_icao24.get(event.icao24)
    if event.type in ("entered", "left"):
        return any(area.name == event.area and _is_for(area, watchlist, event) for area in watchlist.areas)
    if aircraft is not None and (not aircraft.at or event.type in _NOWHERE):
        return True
    if aircraft is not None and event.airport is not None and event.airport.icao in aircraft.at:
        return True
    airport = watchlist.watched.airports_by_icao.get(event.airport.icao) if event.airport is not None else None
    return airport is not None and _is_for(airport, watchlist, event)


def _is_for(place: WatchedAirport | WatchedArea, watchlist: Watchlist, event: Event) -> bool:
    """Tell whether an airport or area is watched for the airframe of an event."""
    icao24, identity = event.icao24, watchlist.identities.get(event.icao24)
    aircraft = watchlist.watched.aircraft_by_icao24.get(icao24)
    return admits(place, icao24, event.registration, aircraft, callsign=event.callsign, identity=identity)
