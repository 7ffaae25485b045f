"""Routing: which channels are told of which events.

The watchlist's ``alerts:`` decide what is told at all (`wanted.wanted`); a channel's own keys only narrow that.
"""

from flightwatch.core.model import Event, Icao24
from flightwatch.core.selectors import means
from flightwatch.core.visits import Visit
from flightwatch.core.watched import is_among
from flightwatch.tracking.passing import who_flew
from flightwatch.watchlist.model import Channel, Routing, Watchlist
from flightwatch.watchlist.wanted import kinds_of


def routed(watchlist: Watchlist, event: Event) -> tuple[Channel, ...]:
    """Give the channels to tell of an event that the watchlist asks for, at the confidence it has.

    A landing that grows surer may reach a further channel: see `thresholds`.
    """
    return tuple(channel for channel in watchlist.notify if is_for(channel.routing, watchlist, event))


def is_for(routing: Routing, watchlist: Watchlist, event: Event) -> bool:
    """Tell whether a channel with this routing is told of an event that the watchlist asks for."""
    return (
        (routing.on is None or not kinds_of(event).isdisjoint(routing.on))
        and event.confidence >= (routing.min_confidence or 0.0)
        and admits(routing, watchlist, event)
    )


def corrections_wanted(watchlist: Watchlist, event: Event) -> tuple[Channel, ...]:
    """Give the channels to tell of a retraction though they get no landings: those that ask for corrections alone.

    The channels that got the landing are told as well; only the caller knows which these are.
    """
    return tuple(
        channel
        for channel in watchlist.notify
        if "correction" in (on := channel.routing.on or ())
        and "landing" not in on
        and admits(channel.routing, watchlist, event)
    )


def health_channels(watchlist: Watchlist) -> tuple[Channel, ...]:
    """Give the channels to tell that flightwatch is blind or sees again: those that ask, or else those that get everything."""
    asking = tuple(channel for channel in watchlist.notify if "health" in (channel.routing.on or ()))
    return asking or tuple(channel for channel in watchlist.notify if channel.routing.on is None)


def thresholds(watchlist: Watchlist) -> tuple[float, ...]:
    """Give the confidences, above that of ``alerts:``, from which further channels are told, in ascending order."""
    asked = {channel.routing.min_confidence or 0.0 for channel in watchlist.notify}
    return tuple(sorted(least for least in asked if least > watchlist.alerts.min_confidence))


def admits(routing: Routing, watchlist: Watchlist, told: Event | Visit) -> bool:
    """Tell whether ``only`` lets an event pass, or a visit."""
    at_airport = told.airport is not None and told.airport.icao in {a.icao for a in routing.airports}
    return at_airport or admits_airframe(routing, watchlist, told.icao24, told.registration, told.callsign)


def admits_airframe(
    routing: Routing, watchlist: Watchlist, icao24: Icao24, registration: str | None, callsign: str | None
) -> bool:
    """Tell whether ``only`` lets all pass that an airframe does, wherever that is."""
    if not (routing.only or routing.picks):
        return True
    identity = watchlist.identities.get(icao24)
    if any(means(picked, icao24, callsign, identity) for picked in routing.picks):
        return True
    listed = watchlist.watched.aircraft_by_icao24.get(icao24)
    if (
        listed is None and watchlist.callsigns
    ):  # it is on the list for as long as it flies as that, and its visit for good
        listed = next(iter(who_flew(watchlist.watched, [(icao24, callsign, registration)])), None)
    return is_among(routing.only, icao24, registration, listed)
