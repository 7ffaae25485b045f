"""What changed from one reading of the watchlist to the next, in a line."""

from collections.abc import Iterator, Sequence
from typing import Final

from flightwatch.core.areas import WatchedArea
from flightwatch.core.watched import WatchedAircraft, WatchedAirport, WatchedCallsign
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import clean, enumerated

MOST_NAMES: Final = 3
"""Most that are named of what is new, or of what is gone; the others are counted."""


def changed(before: Watchlist, after: Watchlist) -> str | None:
    """Tell what is new, gone or otherwise now: ``new: P-885, FNJ; gone: RA-86559; other channels``; None: nothing is."""
    return "; ".join(_changes(before, after)) or None


def _changes(before: Watchlist, after: Watchlist) -> Iterator[str]:
    was, now = (dict(_subjects(watchlist)) for watchlist in (before, after))
    yield from _named("new", [name for name in now if name not in was])
    yield from _named("gone", [name for name in was if name not in now])
    yield from _named("otherwise", [name for name in now if name in was and was[name] != now[name]])
    if before.airfields != after.airfields:
        yield "other airfields"
    if before.notify != after.notify:
        yield "other channels"
    if before.alerts != after.alerts:
        yield "other rules for alerts"
    if before.health != after.health:
        yield "other rules for blindness or heartbeat"
    if before.sources != after.sources:
        yield "other sources"
    if before.opensky != after.opensky:
        yield "another OpenSky account" if after.opensky is not None else "no OpenSky account any more"


_Subject = WatchedAircraft | WatchedAirport | WatchedCallsign | WatchedArea


def _subjects(watchlist: Watchlist) -> Iterator[tuple[str, _Subject]]:
    """Give what is watched, by the name that people know it by. A tail number of several addresses has each of them."""
    for aircraft in watchlist.aircraft:
        several = aircraft.registration is not None and len(watchlist.watched.sharing_tail(aircraft.icao24)) > 1
        tail = aircraft.registration or aircraft.icao24
        yield clean(f"{tail} ({aircraft.icao24})" if several else tail), aircraft
    for each in watchlist.airports:
        yield each.airport.iata or each.airport.icao, each
    for callsign in watchlist.callsigns:
        yield callsign.name, callsign
    for area in watchlist.areas:
        yield clean(area.name), area


def _named(how: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{how}: {enumerated(names, MOST_NAMES)}"
