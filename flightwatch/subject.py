"""Whom or what a question is about, and how people name it."""

from msgspec import Struct

from flightwatch.airports import Airports
from flightwatch.errors import UsageError
from flightwatch.model import Airport, Icao24
from flightwatch.registration import icao24_of, normalise, registrations_of
from flightwatch.store import Store
from flightwatch.watched import Watchlist
from flightwatch.words.whereabouts import codes


class Subject(Struct, frozen=True):
    """Whom or what a question is about: an airport, or the airframes that a tail number or icao24 names."""

    text: str
    """As people write it: ``RA-86559``, ``Pyongyang Sunan International Airport (FNJ/ZKPY)``; an icao24 that is not
    watched with the tail number that the rules give, which is not always right."""
    airport: Airport | None = None
    icao24s: tuple[Icao24, ...] = ()


def find_subject(text: str, watchlist: Watchlist | None, store: Store | None, airports: Airports) -> Subject:
    """Understand what the user named: a watched tail, an airport code, an icao24, any other tail number.

    ``store`` is None where there is no database. Raises `UsageError` when it is none of them.
    """
    tail = normalise(text)
    listed = [
        a for a in (watchlist.aircraft if watchlist else ()) if a.registration and normalise(a.registration) == tail
    ]
    if listed:
        return Subject(listed[0].registration or tail, icao24s=tuple(a.icao24 for a in listed))
    code = text.strip()
    airport = airports.find(code)
    if airport is not None:
        return _at(airport)
    recorded = tuple(store.icao24s_of(tail)) if store else ()
    resolved = icao24_of(tail)
    if recorded or resolved is not None:
        return Subject(tail, icao24s=recorded or ((resolved.icao24,) if resolved else ()))
    icao24 = code.lower()
    if len(icao24) == 6 and set(icao24) <= set("0123456789abcdef"):
        watched = watchlist.aircraft_by_icao24.get(icao24) if watchlist else None
        if watched is not None and watched.registration is not None:
            return Subject(watched.registration, icao24s=(icao24,))
        tails = " or ".join(registrations_of(icao24))
        return Subject(f"{icao24}, {tails} by rule" if tails else icao24, icao24s=(icao24,))
    raise UsageError(
        f"{text!r} is no known tail number, icao24 or airport: write a tail such as RA-86559, six hex digits, "
        "a code such as FNJ, or add the aircraft with its icao24 to the watchlist"
    )


def _at(airport: Airport) -> Subject:
    return Subject(f"{airport.name} ({codes(airport)})", airport=airport)


def airport_of(code: str | None, option: str, airports: Airports) -> Airport | None:
    """The airport with this code; None when not given. Raises `UsageError`, naming the ``option``, when there is none."""
    found = None if code is None else airports.find(code)
    if code is not None and found is None:
        raise UsageError(f"{option}: {code!r} is no known airport; write a code such as FNJ or ZKPY")
    return found


def subjects_of(watchlist: Watchlist) -> list[Subject]:
    """Everything that is watched: the aircraft, then the airports."""
    icao24s: dict[str, tuple[Icao24, ...]] = {}
    for a in watchlist.aircraft:
        name = a.registration or a.icao24
        icao24s[name] = (*icao24s.get(name, ()), a.icao24)
    aircraft = [Subject(name, icao24s=addresses) for name, addresses in icao24s.items()]
    return aircraft + [_at(watched.airport) for watched in watchlist.airports]
