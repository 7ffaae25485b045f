"""What is watched, as values, and whether an event concerns it."""

from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.model import Airport, Event, How, Icao24
from flightwatch.core.registration import normalise, registrations_of

TAG: Final = "tag:"
"""Begins a pattern of an ``only`` that means the watched aircraft with that tag."""

Told = Literal["landing", "departure", "reminder", "correction", "health"]
"""What a channel can be told; a correction says that a landing was taken back, health that flightwatch is blind."""

Units = Literal["metres", "feet"]

_EMAIL: Final = "email:"

_SECRET: Final = frozenset({"password", "client_secret", "url", "heartbeat"})


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


class _HidesSecrets(Struct, frozen=True):
    """Shows its fields, but not the secret ones."""

    def __rich_repr__(self) -> list[tuple[str, object]]:
        fields = ((field, getattr(self, field)) for field in self.__struct_fields__)
        return [(field, "(hidden)" if field in _SECRET and value is not None else value) for field, value in fields]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{field}={value!r}' for field, value in self.__rich_repr__())})"


class Routing(Struct, frozen=True):
    """Which of the alerts that are told at all a channel gets, and when: each field narrows, none adds."""

    only: tuple[str, ...] = ()
    """As `WatchedAirport.only`, and airport codes, as written; empty: whatever it is."""
    airports: tuple[Airport, ...] = ()
    """Those that ``only`` names."""
    on: tuple[Told, ...] | None = None
    """None: every landing, departure and reminder, and what becomes of them."""
    min_confidence: float | None = None
    """Least `Event.confidence`, 0..1; None: `AlertRules.min_confidence` is enough."""
    delay: timedelta = timedelta(0)
    """How long an alert waits before this channel gets it."""


class PrintChannel(Struct, frozen=True):
    """Alerts on standard output."""

    routing: Routing = Routing()

    @property
    def name(self) -> str:
        """The channel's name in the outbox."""
        return "print"


class EmailChannel(_HidesSecrets, frozen=True):
    """Alerts by e-mail."""

    to: tuple[str, ...]
    sender: str
    server: str
    """``smtp://host[:port]`` or ``smtps://host[:port]``."""
    user: str | None = None
    """None, as `password`: the server asks for no login."""
    password: str | None = None
    routing: Routing = Routing()

    @property
    def name(self) -> str:
        """The channel's name in the outbox: the same as long as the addressees are."""
        return f"{_EMAIL}{','.join(self.to)}"


class AppriseChannel(_HidesSecrets, frozen=True):
    """Alerts by whatever service Apprise knows."""

    url: str
    """Apprise's address of the service, with its tokens: ``tgram://…``."""
    name: str
    """The channel's name in the outbox, without a secret: the same as long as what is written in the watchlist is."""
    routing: Routing = Routing()


Channel = PrintChannel | EmailChannel | AppriseChannel


def addressees(name: str) -> tuple[str, ...]:
    """Whom the channel of this `EmailChannel.name` reaches; nobody where it is another kind's."""
    return tuple(name.removeprefix(_EMAIL).split(",")) if name.startswith(_EMAIL) else ()


class Desk(Struct, frozen=True):
    """How the people who read the alerts tell time and heights."""

    time_zone: str | None = None
    """IANA name of the zone whose clock is told beside UTC and the airport's; None: none."""
    units: Units = "metres"
    """Of heights; distances are in kilometres either way, as in the papers."""


class AlertRules(Struct, frozen=True):
    """Which events are told, and how."""

    on: tuple[Literal["landing", "departure"], ...] = ("landing", "departure")
    min_confidence: float = 0.6
    """Least `Event.confidence`, 0..1."""
    still_on_ground: tuple[timedelta, ...] = ()
    """Times on the ground after which to tell that an aircraft is still there, shortest first; empty: never."""
    desk: Desk = Desk()


class Health(_HidesSecrets, frozen=True):
    """When flightwatch says that it is in trouble, and whom it tells that it is well."""

    blind_after: timedelta = timedelta(hours=1)
    """Time without a successful poll after which that is told."""
    heartbeat: str | None = None
    """Web address to call after each successful poll, a secret to whoever watches there; None: none."""


class OpenSkyAccount(_HidesSecrets, frozen=True):
    """An API client of an OpenSky account."""

    client_id: str
    client_secret: str


class Watchlist(Struct, frozen=True, dict=True):
    """Everything the user wrote, understood."""

    aircraft: tuple[WatchedAircraft, ...] = ()
    airports: tuple[WatchedAirport, ...] = ()
    notify: tuple[Channel, ...] = (PrintChannel(),)
    alerts: AlertRules = AlertRules()
    opensky: OpenSkyAccount | None = None
    """None: ask OpenSky anonymously."""
    health: Health = Health()
    understood: tuple[str, ...] = ()
    """How names of airports were understood, a line each."""
    remarks: tuple[str, ...] = ()
    """What may not be meant as it is written, each with its line; in the order of lines."""

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


def wanted(watchlist: Watchlist, event: Event) -> bool:
    """Whether the watchlist asks to be told of an event.

    It does when it watches the airframe (there, if the entry says ``at``) or the airport (for that airframe, if the
    entry says ``only``), the kind is among `AlertRules.on` and the confidence is enough. A reminder needs
    `AlertRules.still_on_ground` instead of ``on``. A retraction counts as its landing and whatever its confidence:
    whether that landing was told, only the caller knows.
    """
    rules = watchlist.alerts
    if event.type == "retraction":
        asked = "landing" in rules.on
    else:
        asked = bool(rules.still_on_ground) if event.type == "reminder" else event.type in rules.on
        asked = asked and event.confidence >= rules.min_confidence
    return asked and _is_subject(watchlist, event)


def _is_subject(watchlist: Watchlist, event: Event) -> bool:
    aircraft = watchlist.aircraft_by_icao24.get(event.icao24)
    if aircraft is not None and (not aircraft.at or (event.airport is not None and event.airport.icao in aircraft.at)):
        return True
    airport = watchlist.airports_by_icao.get(event.airport.icao) if event.airport is not None else None
    return airport is not None and admits(airport, event.icao24, event.registration, aircraft)


def admits(watched: WatchedAirport, icao24: Icao24, registration: str | None, aircraft: WatchedAircraft | None) -> bool:
    """Whether a watched airport is watched for this airframe: as `is_among`, and everybody where it says no ``only``."""
    return not watched.only or is_among(watched.only, icao24, registration, aircraft)


def is_among(
    patterns: tuple[str, ...], icao24: Icao24, registration: str | None, aircraft: WatchedAircraft | None
) -> bool:
    """Whether one of these patterns means this airframe; ``aircraft`` is its own entry, None when it has none.

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
