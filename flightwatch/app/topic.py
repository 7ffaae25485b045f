"""Whom or what a question is about, and how people name it."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Icao24
from flightwatch.core.registration import icao24_of, is_flight, is_serial, normalise, registrations_of
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import UsageError
from flightwatch.storage.recorded import is_recorded, who_flew_as
from flightwatch.storage.store import Store
from flightwatch.watchlist.airport_meant import (
    Meant,
    choice_in_a_line,
    choice_lines,
    is_country,
    is_name,
    meant,
    quoted,
    slip_of,
    taken_line,
)
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import called, with_more
from flightwatch.wording.whereabouts import codes

ICAO24: Final = "icao24:"
"""What stands before an icao24 that might be taken for something else."""

MOST_NAMED: Final = 5
"""Most airframes that are named of those that flew under a callsign."""

_ICAO24: Final = re.compile(r"[0-9a-f]{6}")
_TAIL: Final = re.compile(r"[A-Z0-9]{1,3}-[A-Z0-9]{2,5}")
"""The form of most tail numbers: a mark of the state's, a hyphen, and what is the aircraft's own."""
_CALLSIGN: Final = re.compile(r"[A-Z0-9]{2,8}")
"""As a transponder sends one: ICAO Annex 10, Volume IV, 3.1.2.9.1.2, without the blanks."""


class Topic(Struct, frozen=True):
    """Whom or what a question is about: an airport, or the airframes that a tail number, icao24 or callsign names."""

    text: str
    """As people write it: ``RA-86559``, ``Pyongyang Sunan International Airport (FNJ/ZKPY)``; an icao24 that is not
    watched with the tail number that the rules give, which is not always right; a callsign with who flew as that."""
    airport: Airport | None = None
    icao24s: tuple[Icao24, ...] = ()
    callsign: str | None = None
    """What they flew as, where the question is about that."""
    note: str | None = None
    """How it was understood, where whoever asked must be told."""


def find_topic(text: str, watchlist: Watchlist | None, store: Store | None, airports: Airports) -> Topic:
    """Understand what the user named: a tail number, an airport, an icao24, a callsign that was recorded.

    What is watched or recorded goes first. ``store`` is None where there is no database. Raises `UsageError` when it is none
    of them, or may be several: no credits are spent on what was not meant.
    """
    listed = watchlist or Watchlist()
    if text.strip().lower().startswith(ICAO24):
        return _prefixed(text, listed)
    tail = normalise(text)
    if watched := [a for a in listed.aircraft if a.registration and normalise(a.registration) == tail]:
        return Topic(watched[0].registration or tail, icao24s=tuple(a.icao24 for a in watched))
    if airports.find(text) is not None:
        return airport_topic(text, airports)
    recorded = tuple(store.icao24s_of(tail)) if store else ()
    if recorded:
        return Topic(tail, icao24s=recorded)
    return (
        _flown_as(text, listed, store)
        or _by_rule(text, tail, airports)
        or _by_icao24(text, listed, store)
        or airport_topic(text, airports)
    )


def _prefixed(text: str, listed: Watchlist) -> Topic:
    icao24 = text.strip().lower().removeprefix(ICAO24).strip()
    if not _ICAO24.fullmatch(icao24):
        raise UsageError(f"{quoted(text)} is no icao24: write six hex digits, as in icao24:15521f")
    return _airframe(icao24, listed)


def _flown_as(text: str, listed: Watchlist, store: Store | None) -> Topic | None:
    """Those that were recorded under a callsign; None: nobody was."""
    callsign = "".join(text.split()).upper()
    if store is None or not _CALLSIGN.fullmatch(callsign):
        return None
    flown = who_flew_as(callsign, store)
    if not flown:
        return None
    names = list[str]()
    for icao24, recorded in flown.items():
        watched = listed.watched.aircraft_by_icao24.get(icao24)
        tail = watched.registration if watched and watched.registration else recorded
        names.append(f"{called(icao24, tail)}, {icao24}" if tail else called(icao24, None))
    is_hex = _ICAO24.fullmatch(callsign.lower()) is not None
    return Topic(
        f"{callsign} (flown by {with_more(names, MOST_NAMED, '; ')})",
        icao24s=tuple(flown),
        callsign=callsign,
        note=f"{callsign!r} is a callsign that was recorded; for the icao24 write {ICAO24}{callsign.lower()}"
        if is_hex
        else None,
    )


def _by_rule(text: str, tail: str, airports: Airports) -> Topic | None:
    """The airframe that has a tail number by rule, unless that is as well an airport's name (``Dakar`` is D-AKAR)."""
    resolved = icao24_of(tail)
    if resolved is None:
        return None
    if text.strip().isalpha() and is_name(text, airports):
        choice = choice_in_a_line(meant(text, airports))
        raise UsageError(f"{quoted(text)} may be the tail number {tail} or an airport: write {tail}, or {choice}")
    return Topic(tail, icao24s=(resolved.icao24,))


def _by_icao24(text: str, listed: Watchlist, store: Store | None) -> Topic | None:
    icao24 = text.strip().lower()
    if not _ICAO24.fullmatch(icao24):
        return None
    if icao24 in listed.watched.aircraft_by_icao24 or (store is not None and is_recorded(icao24, store)):
        return _airframe(icao24, listed)
    if is_serial(icao24):
        raise UsageError(
            f"{icao24!r} may be a military serial or an icao24, and nothing is recorded under it: write {ICAO24}{icao24} for the "
            "icao24; for the serial, add the aircraft with its icao24 to the watchlist"
        )
    if is_flight(icao24.upper()):
        raise UsageError(
            f"{quoted(text.strip())} may be a callsign or an icao24, and nothing is recorded under it: write {ICAO24}{icao24} "
            "for the icao24; a callsign answers when it was recorded"
        )
    return _airframe(icao24, listed)


def _airframe(icao24: Icao24, listed: Watchlist) -> Topic:
    watched = listed.watched.aircraft_by_icao24.get(icao24)
    if watched is not None and watched.registration is not None:
        return Topic(watched.registration, icao24s=(icao24,))
    tails = " or ".join(registrations_of(icao24))
    return Topic(f"{icao24}, {tails} by rule" if tails else icao24, icao24s=(icao24,))


def airport_topic(text: str, airports: Airports) -> Topic:
    """The airport that a text means. Raises `UsageError` when it is none, or may be several."""
    if is_flight(text.upper()):
        nobody = (
            f"{quoted(text.strip())} may be a callsign, but nothing is recorded under it, and OpenSky cannot be asked for one: "
            "name a tail such as RA-86559"
        )
    elif _TAIL.fullmatch(text.strip().upper()):
        nobody = (
            f"{quoted(text.strip())} may be a tail number, but no rule gives its icao24: write {ICAO24} and its six hex digits, "
            "or add the aircraft with its icao24 to the watchlist"
        )
    elif "*" in text:
        nobody = f"{quoted(text)} is a pattern: name tails one by one, or a tag of the watchlist, as in tag:dprk"
    else:
        nobody = (
            f"{quoted(text)} is no known tail number, icao24, callsign or airport: write a tail such as RA-86559, six hex "
            "digits, an airport such as FNJ or Pyongyang, or add the aircraft with its icao24 to the watchlist"
        )
    found = _one_airport(text, airports, nobody)
    return replace(_at(found.airports[0]), note=taken_line(text, found))


def airport_of(text: str | None, option: str, airports: Airports, say: Callable[[str], None]) -> Airport | None:
    """The airport that an option names, and a word of how it was understood; None when it is not given.

    Raises `UsageError`, naming the ``option``, when it is none, or may be several.
    """
    if text is None:
        return None
    try:
        found = _one_airport(text, airports, f"{quoted(text)} is no known airport; write a code such as FNJ, or a name")
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from error
    if (line := taken_line(text, found)) is not None:
        say(f"{option}: {line}")
    return found.one


def _one_airport(text: str, airports: Airports, if_none: str) -> Meant:
    found = meant(text, airports)
    if found.one is not None:
        return found
    if is_country(text, found):
        raise UsageError(f"{quoted(text)} is a country: name an airport or a city there")
    if found.airports:
        raise UsageError("\n".join(choice_lines(text, found)))
    slip = slip_of(text, airports)
    raise UsageError(f"no airport has the code {quoted(text)}: write {slip} if that is meant" if slip else if_none)


def _at(airport: Airport) -> Topic:
    return Topic(f"{airport.name} ({codes(airport)})", airport=airport)


def topics_of(watchlist: Watchlist) -> list[Topic]:
    """Everything that is watched: the aircraft, then the airports."""
    return [*aircraft_topics(watchlist.aircraft), *(_at(watched.airport) for watched in watchlist.airports)]


def aircraft_topics(aircraft: Iterable[WatchedAircraft]) -> list[Topic]:
    """A topic for each tail number, with all its airframes, and for each airframe without one."""
    icao24s: dict[str, tuple[Icao24, ...]] = {}
    for a in aircraft:
        name = a.registration or a.icao24
        icao24s[name] = (*icao24s.get(name, ()), a.icao24)
    return [Topic(name, icao24s=addresses) for name, addresses in icao24s.items()]
