"""What is watched: aircraft and airports, without the channels and the secrets that stand beside them in a watchlist."""

from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.model import Airport, How, Icao24
from flightwatch.core.registration import normalise, registrations_of

TAG: Final = "tag:"
"""Beginning of a pattern of ``only`` that means the watched aircraft with the tag that follows."""

Units = Literal["metres", "feet"]


class WatchedAircraft(Struct, frozen=True):
    """An airframe whose landings are told; a tail number that has several addresses has one of these for each."""

    icao24: Icao24
    registration: str | None
    """None: the watchlist names none and no rule gives one."""
    how: How
    """How the icao24 is known."""
    label: str | None = None
    """What to call it in an alert; None: nothing but its tail number."""
    at: tuple[str, ...] = ()
    """`Airport.icao` of the airports whose landings matter; empty: anywhere."""
    tags: tuple[str, ...] = ()


class WatchedAirport(Struct, frozen=True):
    """An airport whose arrivals are told."""

    airport: Airport
    only: tuple[str, ...] = ()
    """Globs over tail numbers, icao24s, or ``tag:NAME``, as written; empty: whoever it is."""


class Desk(Struct, frozen=True):
    """How the people who read the alerts tell time and heights."""

    time_zone: str | None = None
    """IANA name of the zone whose clock is told beside UTC and the airport's; None: none."""
    units: Units = "metres"
    """Of heights; distances are in kilometres either way, as in the papers."""


PLAIN_DESK: Final = Desk()
"""Metres, and no clock but UTC's and the airport's."""


class Watched(Struct, frozen=True, dict=True):
    """The aircraft and the airports of a watchlist, with the look-ups by their keys."""

    aircraft: tuple[WatchedAircraft, ...] = ()
    airports: tuple[WatchedAirport, ...] = ()

    @cached_property
    def aircraft_by_icao24(self) -> dict[Icao24, WatchedAircraft]:
        """The watched aircraft by their key."""
        return {aircraft.icao24: aircraft for aircraft in self.aircraft}

    def sharing_tail(self, icao24: Icao24) -> tuple[Icao24, ...]:
        """This icao24 and those that are watched under the same tail number, in the order of the list."""
        listed = self.aircraft_by_icao24.get(icao24)
        tail = listed.registration if listed is not None else None
        return (icao24,) if tail is None else self._icao24s_by_tail[tail]

    @cached_property
    def _icao24s_by_tail(self) -> dict[str, tuple[Icao24, ...]]:
        found: dict[str, tuple[Icao24, ...]] = {}
        for aircraft in self.aircraft:
            if aircraft.registration is not None:
                found[aircraft.registration] = (*found.get(aircraft.registration, ()), aircraft.icao24)
        return found

    @cached_property
    def airports_by_icao(self) -> dict[str, WatchedAirport]:
        """The watched airports by `Airport.icao`."""
        return {watched.airport.icao: watched for watched in self.airports}


def admits(watched: WatchedAirport, icao24: Icao24, registration: str | None, aircraft: WatchedAircraft | None) -> bool:
    """Tell whether an airport is watched for this airframe: one without ``only`` is watched for all, else `is_among` decides."""
    return not watched.only or is_among(watched.only, icao24, registration, aircraft)


def is_among(
    patterns: tuple[str, ...], icao24: Icao24, registration: str | None, aircraft: WatchedAircraft | None
) -> bool:
    """Tell whether one of these patterns means this airframe; ``aircraft`` is its own entry, None when it has none.

    Its tail number is ``registration`` or the entry's; where neither is known, any that the rules make of the icao24.
    """
    known = filter(None, (registration, aircraft.registration if aircraft is not None else None))
    tails = {*known} or {*registrations_of(icao24)}
    # A tail number is often written without its hyphen, and so may a pattern be.
    spellings = {spelling for tail in tails for spelling in (tail.upper(), tail.upper().replace("-", ""))}
    tags = aircraft.tags if aircraft is not None else ()
    return any(
        pattern.removeprefix(TAG) in tags
        if pattern.startswith(TAG)
        else pattern.lower() == icao24 or any(fnmatchcase(spelling, normalise(pattern)) for spelling in spellings)
        for pattern in patterns
    )
