"""A watchlist as values."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.areas import WatchedArea
from flightwatch.core.digest_times import DigestTime
from flightwatch.core.model import OPENSKY, Airport, Icao24, Identity, NewsType
from flightwatch.core.selectors import Picked
from flightwatch.core.watched import Desk, Watched, WatchedAircraft, WatchedAirport, WatchedCallsign

AskedFor = Literal["landing", "departure", NewsType]
"""What ``alerts: on`` can ask for."""

Told = Literal[AskedFor, "entered", "left", "reminder", "correction", "health"]
"""What a channel can be told; a correction says that a landing was taken back, health that flightwatch is blind."""

PLURAL: Final[dict[Told, str]] = {
    "landing": "landings",
    "departure": "departures",
    "airborne": "aircraft in the air again",
    "lost": "lost flights",
    "approaching": "approaches",
    "diverted": "diversions",
    "emergency": "emergencies",
    "entered": "areas entered",
    "left": "areas left",
    "reminder": "reminders",
    "correction": "corrections",
    "health": "health",
}
"""What several of a kind are called."""

_EMAIL: Final = "email:"

_SECRET: Final = frozenset({"password", "client_secret", "url", "secrets", "heartbeat", "key", "address"})


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
    """As `WatchedAirport.only`, and airport codes, as written; empty, as ``picks`` is: whatever it is."""
    airports: tuple[Airport, ...] = ()
    """Those that ``only`` names."""
    on: tuple[Told, ...] | None = None
    """None: whatever is told, and what becomes of it."""
    min_confidence: float | None = None
    """Least `Event.confidence`, 0..1; None: `AlertRules.min_confidence` is enough."""
    delay: timedelta = timedelta(0)
    """How long an alert waits before this channel gets it."""
    picks: tuple[Picked, ...] = ()
    """As `WatchedAirport.picks`."""
    digest: DigestTime | None = None
    """When all that waits goes out in one message; None: each alert at once."""


class PrintChannel(Struct, frozen=True, tag=True):
    """Alerts on standard output."""

    routing: Routing = Routing()

    @property
    def name(self) -> str:
        """The channel's name in the outbox."""
        return "print"


class EmailChannel(_HidesSecrets, frozen=True, tag=True):
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


class AppriseChannel(_HidesSecrets, frozen=True, tag=True):
    """Alerts by whatever service Apprise knows."""

    url: str
    """Apprise's address of the service, with its tokens: ``tgram://…``."""
    name: str
    """The channel's name in the outbox, without a secret: the same as long as what is written in the watchlist is."""
    routing: Routing = Routing()


class WebhookChannel(_HidesSecrets, frozen=True, tag=True):
    """Events as they are, posted to a web address and signed."""

    url: str
    """``https://…``, or ``http://…`` in a private network; its path may be a token."""
    secrets: tuple[str, ...]
    """Standard Webhooks' ``whsec_…``: each signs, so that one can be changed for another; at least one."""
    name: str
    """The channel's name in the outbox, as `AppriseChannel.name`."""
    routing: Routing = Routing()


class PublishChannel(Struct, frozen=True, tag=True):
    """A folder that a web server serves, renewed with each event."""

    to: str
    """As written: where it does not begin with a slash, from the watchlist's own folder on."""
    routing: Routing = Routing()

    @property
    def name(self) -> str:
        """The channel's name in the outbox."""
        return f"publish:{self.to}"


Channel = PrintChannel | EmailChannel | AppriseChannel | WebhookChannel | PublishChannel


def addressees(name: str) -> tuple[str, ...]:
    """Whom the channel of this `EmailChannel.name` reaches; nobody where it is another kind's."""
    return tuple(name.removeprefix(_EMAIL).split(",")) if name.startswith(_EMAIL) else ()


class AlertRules(Struct, frozen=True):
    """Which events are told, and how."""

    on: tuple[AskedFor, ...] = ("landing", "departure")
    min_confidence: float = 0.6
    """Least `Event.confidence`, 0..1."""
    still_on_ground: tuple[timedelta, ...] = ()
    """Times on the ground after which to tell that an aircraft is still there, shortest first; empty: never."""
    has_map: bool = False
    """True if alerts bring a map, where they can."""
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


class AccountNotKnown(OpenSkyAccount, frozen=True):
    """An account that is asked for and cannot be used: the environment lacks it, or it is written wrongly."""

    complaints: tuple[str, ...]


SourceKind = Literal["opensky", "adsb.lol", "adsb.fi", "airplanes.live", "readsb"]


class SourceEntry(_HidesSecrets, frozen=True):
    """One network, or one receiver, that is asked for state vectors."""

    kind: SourceKind
    name: str
    """What it is called in everything that is told and kept; unique in the watchlist. Of OpenSky always `OPENSKY`."""
    address: str | None = None
    """Base address of the service, or of a receiver the ``http://`` address or the path of its ``aircraft.json``; None: the
    service's own (of OpenSky, what the environment says)."""
    key: str | None = None
    """What the service knows the user by; None: nothing."""
    at: tuple[float, float] | None = None
    """Latitude and longitude of a receiver, degrees; None: not told, and its silence tells nothing."""
    radius_km: float | None = None
    """How far around ``at`` the receiver hears low traffic, km; None where ``at`` is."""
    is_required: bool = False
    """True if a poll without it counts as failed."""


OPENSKY_ALONE: Final = (SourceEntry("opensky", OPENSKY),)


class Meaning(Struct, frozen=True):
    """Whom an entry of ``aircraft:`` means that selects instead of naming one."""

    line: int
    text: str
    """What it asks, as `Selector` says it, and the file it asks it of: ``plane-alert-db.csv: type:IL62``."""
    icao24s: tuple[Icao24, ...]
    """By address, those of a file in its order; empty: nobody, or whoever flies as its callsign."""
    known_before: frozenset[Icao24] = frozenset()
    """Those of them that an entry names, or one before it selects."""
    is_callsign: bool = False
    """True if it means who flies as a callsign, whoever that is."""


class Watchlist(Struct, frozen=True, dict=True):
    """Everything the user wrote, understood."""

    aircraft: tuple[WatchedAircraft, ...] = ()
    """Those that entries name, and then those that entries select."""
    airports: tuple[WatchedAirport, ...] = ()
    areas: tuple[WatchedArea, ...] = ()
    notify: tuple[Channel, ...] = (PrintChannel(),)
    alerts: AlertRules = AlertRules()
    opensky: OpenSkyAccount | None = None
    """None: ask OpenSky anonymously."""
    sources: tuple[SourceEntry, ...] = OPENSKY_ALONE
    """In the order in which they are written; the first that answers tells the time."""
    health: Health = Health()
    airfields: tuple[Airport, ...] = ()
    """Fields that the table lacks, or has otherwise."""
    understood: tuple[str, ...] = ()
    """How names of airports were understood, a line each."""
    remarks: tuple[str, ...] = ()
    """What may not be meant as it is written, each with its line; in the order of lines."""
    complaints: tuple[str, ...] = ()
    """What cannot be understood, each with its line; in the order of lines."""
    callsigns: tuple[WatchedCallsign, ...] = ()
    selected: tuple[Meaning, ...] = ()
    """What the entries mean that select, in the order of the list."""
    identities: Mapping[Icao24, Identity] = {}
    """As `Watched.identities`."""
    files: tuple[str, ...] = ()
    """The lists that it was read with, as written."""
    keeps_evidence: bool = False
    """Whether polls keep the answers on which what is told rests."""

    @cached_property
    def selected_alone(self) -> frozenset[Icao24]:
        """The aircraft that no entry names: they are watched as an entry selects them."""
        return frozenset(
            icao24 for meaning in self.selected for icao24 in meaning.icao24s if icao24 not in meaning.known_before
        )

    @cached_property
    def watched(self) -> Watched:
        """The aircraft, the airports and the areas alone: all that tracking, planning and wording need."""
        return Watched(self.aircraft, self.airports, self.callsigns, self.identities, self.areas)

    @property
    def digests(self) -> dict[str, DigestTime]:
        """When the channels get digests that get them, by the channel's name."""
        return {channel.name: channel.routing.digest for channel in self.notify if channel.routing.digest is not None}
