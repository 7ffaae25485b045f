"""What is watched: aircraft and airports, without the channels and the secrets that stand beside them in a watchlist."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Airport, How, Icao24, Identity
from flightwatch.core.registration import normalise, registrations_of
from flightwatch.core.selectors import Picked, means

TAG: Final = "tag:"
"""Beginning of a pattern of ``only`` that means the watched aircraft with the tag that follows."""

Units = Literal["metres", "feet"]


class WatchedAircraft(Struct, frozen=True, omit_defaults=True, gc=False):
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
    callsign: str | None = None
    """The `WatchedCallsign.name` for which alone it is watched, for a time; None: it is on the list."""


class WatchedCallsign(Struct, frozen=True):
    """A callsign whose airframe is watched, whoever flies as that."""

    picked: Picked
    """It has a `Selector.callsign`, and may ask more of who flies as that."""
    label: str | None = None
    at: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """These three as those of `WatchedAircraft`."""

    @property
    def name(self) -> str:
        """What it asks, in a line: how a track remembers why it is followed."""
        return str(self.picked.selector)

    @property
    def callsign(self) -> str:
        """In capitals, or a glob."""
        return self.picked.selector.callsign or ""

    @property
    def is_exact(self) -> bool:
        """True if it is a callsign, False if a glob."""
        return not {"*", "?"} & {*self.callsign}


class WatchedAirport(Struct, frozen=True):
    """An airport whose arrivals are told."""

    airport: Airport
    only: tuple[str, ...] = ()
    """Globs over tail numbers, icao24s, or ``tag:NAME``, as written; empty, as ``picks`` is: whoever it is."""
    picks: tuple[Picked, ...] = ()
    """Selectors of its ``only``: who is meant by one of them, or by a pattern, is meant."""


class Desk(Struct, frozen=True):
    """How the people who read the alerts tell time and heights."""

    time_zone: str | None = None
    """IANA name of the zone whose clock is told beside UTC and the airport's; None: none."""
    units: Units = "metres"
    """Of heights; distances are in kilometres either way, as in the papers."""


PLAIN_DESK: Final = Desk()
"""Metres, and no clock but UTC's and the airport's."""


class Watched(Struct, frozen=True, dict=True):
    """The aircraft, the airports and the areas of a watchlist, with the look-ups by their keys."""

    aircraft: tuple[WatchedAircraft, ...] = ()
    airports: tuple[WatchedAirport, ...] = ()
    callsigns: tuple[WatchedCallsign, ...] = ()
    identities: Mapping[Icao24, Identity] = {}
    """What sources say of airframes, where a selector asks for it; it comes with each poll."""
    areas: tuple[WatchedArea, ...] = ()

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


def admits(
    watched: WatchedAirport | WatchedArea,
    icao24: Icao24,
    registration: str | None,
    aircraft: WatchedAircraft | None,
    *,
    callsign: str | None = None,
    identity: Identity | None = None,
) -> bool:
    """Tell whether an airport or area is watched for this airframe: one without ``only`` is for all, else `is_among` decides.

    ``callsign`` is what it flies as, and ``identity`` what sources say of it; None: not known.
    """
    if any(means(picked, icao24, callsign, identity) for picked in watched.picks):
        return True
    return is_among(watched.only, icao24, registration, aircraft) if watched.only else not watched.picks


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
