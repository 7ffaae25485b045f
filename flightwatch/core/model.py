"""The nouns. Values only: frozen, typed, no behaviour beyond what their own fields say.

Instants are aware UTC datetimes ending in ``_at``; durations are timedeltas; every other quantity
carries its unit in its name, except the fields of `StateVector`, which keep OpenSky's own names.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Icao24 = str
"""Six lower-case hex digits: an airframe's key."""

Basis = Literal["observed", "inferred"]
OPENSKY: Final = "OpenSky"
"""What OpenSky is called among the sources."""

NewsType = Literal["airborne", "lost", "approaching", "diverted", "emergency"]
"""What is told of a flight in the air, only where the watchlist's ``on`` asks: heard again after days or after ``lost``; lost in
cruise; on its way down to a watched airport, and turned away from it; an emergency's squawk."""

EventType = Literal["landing", "departure", "reminder", "retraction", NewsType, "entered", "left"]
"""A reminder, told only where the watchlist asks (``still_on_ground``), says that an airframe is still where it landed. Of the
watchlist's ``areas`` ``entered`` and ``left`` are told."""
How = Literal["given", "register", "rule", "guess"]
"""How a tail number's icao24 is known: the user wrote it, a register file, an allocation rule, a guess."""


class StateVector(Struct, array_like=True, frozen=True, gc=False):
    """One aircraft at one moment, as a row of OpenSky's ``/states/all``.

    Fields, order, units and null rules are OpenSky's (openskynetwork/opensky-api, docs/free/rest.rst).
    """

    icao24: Annotated[str, Meta(min_length=6, max_length=6)]
    """Transponder address, hex. Never null; some sources send upper case, so compare in lower case."""
    callsign: str | None
    """Eight characters padded with blanks; null when none was received. Hostile text: never trust it."""
    origin_country: str | None
    """Country of the address block, in English; says nothing about the operator."""
    time_position: int | None
    """Unix seconds of the last position; null when none is known. Can be hours before ``last_contact``."""
    last_contact: int
    """Unix seconds of the last message of any kind. A row is served for some 300 s after it: four real answers of 2021 to
    2025 hold rows up to 315 s old."""
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None
    """WGS 84 degrees; null when no position is known."""
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None
    """WGS 84 degrees; null when no position is known."""
    baro_altitude: float | None
    """Metres of pressure altitude (1013.25 hPa), not height above ground: can read below the field.
    Often null or stale on the ground."""
    on_ground: bool
    """True when the position came from a surface position report. Seen true at cruise: check speed and height."""
    velocity: float | None
    """Ground speed, m/s; null when not sent. Can be stale for minutes."""
    true_track: float | None
    """Degrees clockwise from true north; null when not sent. Can be stale for minutes."""
    vertical_rate: float | None
    """m/s, positive climbing; null when not sent."""
    sensors: list[int] | None
    """Receiver numbers; null unless a sensor filter was used."""
    geo_altitude: float | None
    """Metres above the WGS 84 ellipsoid; null when not sent."""
    squawk: str | None
    """Four octal digits; null when not received."""
    spi: bool | None
    """Special purpose indicator."""
    position_source: int | None
    """0 ADS-B, 1 ASTERIX, 2 MLAT, 3 FLARM; other values are possible. A FLARM row can be a glider's under an airliner's
    address."""
    category: int | None = None
    """Aircraft category (8 rotorcraft, 9 glider, 10 lighter than air, 12 ultralight or paraglider, 14 drone, 16 and 17 surface
    vehicles, 18 to 20 obstacles); 0 or 1: nothing is known; null without ``extended=1``."""


class Box(Struct, frozen=True, array_like=True, gc=False):
    """A rectangle of latitudes and longitudes, degrees, edges included. ``lon_min > lon_max`` crosses the antimeridian."""

    lat_min: float
    lon_min: float
    lat_max: float
    lon_max: float


class Circle(Struct, frozen=True, array_like=True, gc=False):
    """A place, degrees, and how far around it, km."""

    latitude: float
    longitude: float
    radius_km: float


class Query(Struct, frozen=True, omit_defaults=True):
    """One question to a source: these airframes, or this box, or these callsigns, or (none of them) all that it hears."""

    icao24s: tuple[Icao24, ...] = ()
    box: Box | None = None
    source: str = OPENSKY
    """The source's name: what it is called in the watchlist and in what is told."""
    circle: Circle | None = None
    """Of a receiver, which is asked for all that it hears: where its silence tells anything; None: nowhere."""
    callsigns: tuple[str, ...] = ()
    """Instead of all these: whoever flies as one of these, in capitals. Nobody's absence from the answer tells anything."""

    @property
    def is_world(self) -> bool:
        """Tell whether the question is about the whole world, which OpenSky alone can be asked."""
        return not self.icao24s and self.box is None and not self.callsigns and self.source == OPENSKY


class Runway(Struct, frozen=True, array_like=True, gc=False):
    """One strip: the low-numbered end, the high-numbered end, and the length between.

    Positions and headings are None where OurAirports does not give them.
    """

    le_ident: str
    he_ident: str
    length_m: int | None
    heading_deg: float | None
    """True heading when landing on the low-numbered end; the other end's is 180° more."""
    le_latitude: float | None
    le_longitude: float | None
    he_latitude: float | None
    he_longitude: float | None


AirportKind = Literal["large", "medium", "small"]
_SIZE: Final[dict[AirportKind, int]] = {"large": 0, "medium": 1, "small": 2}


class Airport(Struct, frozen=True, array_like=True, gc=False):
    """An airfield for aeroplanes, from OurAirports. Heliports, seaplane bases and closed fields are left out."""

    icao: str
    """The ICAO code where OurAirports has one, else its ident: a national or made-up code such as ``KP-0012``."""
    iata: str | None
    name: str
    city: str | None
    country_code: str
    """ISO 3166-1 alpha-2."""
    country: str
    kind: AirportKind
    latitude: float
    longitude: float
    elevation_m: float | None
    time_zone: str
    """IANA name, worked out from the position when the table is built."""
    runways: tuple[Runway, ...]
    """Open strips for aeroplanes, longest first; empty where OurAirports knows none."""
    scheduled: bool = False
    """True if airlines fly there by timetable."""
    is_city_told: bool = False
    """True if people are told the city before the name, which alone does not say where the airport is; worked out when the table
    is built."""

    @property
    def longest_m(self) -> int | None:
        """Length of the longest runway, m; None when no length is known."""
        return max((runway.length_m for runway in self.runways if runway.length_m is not None), default=None)

    @property
    def size_order(self) -> tuple[int, int]:
        """A key that sorts airports by size, then by their longest runway; the largest first."""
        return _SIZE[self.kind], -(self.longest_m or 0)


class Place(Struct, frozen=True):
    """An airport as an event names it."""

    icao: str
    iata: str | None
    name: str


class Origin(Struct, frozen=True):
    """Where a flight came from, as far as it was followed."""

    airport: Place | None
    """The field it left, or climbed away from when it was first heard; None: none can be named."""
    latitude: float
    longitude: float
    """Of the field it left, or where it was first heard."""
    at: datetime
    """When it left (best estimate), or was first heard."""
    is_departure: bool
    """True if a departure from there was told or recorded; False: it was only first heard then."""


class Share(Struct, frozen=True):
    """An airport that an event may be at, and how likely."""

    icao: str
    iata: str | None
    name: str
    share: float
    """Probability that it is this one."""


class Event(Struct, frozen=True, omit_defaults=False):
    """Something that happened to an airframe, as ``--format jsonl`` prints it."""

    id: str
    """The same for the same data: a digest of airframe, type, place and the reports it rests on."""
    type: EventType
    icao24: Icao24
    registration: str | None
    callsign: str | None
    airport: Place | None
    """None: no airport could be named."""
    time: datetime
    """Best estimate of when it happened (for a retraction: when the contradiction was seen)."""
    earliest: datetime
    latest: datetime
    basis: Basis
    confidence: float
    """Probability that it happened, here. 1.0 only for what was seen. Of a retraction: that it was not there, 1.0 where that is
    impossible; it says nothing of who is told."""
    detected_at: datetime
    """The poll that decided."""
    visit: str
    """The visit it opens, closes or takes back, or during which it happens; empty: it happens in a flight."""
    dwell_s: int | None = None
    """Departures and reminders: best estimate of the time on the ground; None when the arrival is not known."""
    dwell_min_s: int | None = None
    dwell_max_s: int | None = None
    """None while there is no upper bound (arrival not seen)."""
    retracts: str | None = None
    """Retractions: id of the landing taken back. ``airborne`` after ``lost``: id of that."""
    evidence: tuple[StateVector, ...] = ()
    """The reports that show it, oldest first."""
    origin: Origin | None = None
    """Landings, and what happens in a flight: where the flight came from; None: not known."""
    candidates: tuple[Share, ...] = ()
    """Landings whose field is open: the airports that share it, likeliest first. Retractions: the airports where it was instead,
    each with its probability; the rest of ``confidence`` is that it flew on. ``lost``: the airports that lie ahead, each with
    the probability that it comes down there, if it does so within an hour."""
    heard_by: tuple[str, ...] = ()
    """Names of the sources that heard the reports it rests on, in order of the alphabet; empty: not known."""
    area: str | UnsetType = UNSET
    """``entered`` and ``left`` only: the name of the watchlist's area."""


def instant(unix_s: int) -> datetime:
    """Unix seconds as an aware UTC datetime."""
    return datetime.fromtimestamp(unix_s, UTC)


def seconds(duration: timedelta) -> int:
    """A duration in whole seconds."""
    return round(duration.total_seconds())


class Coverage(Struct, frozen=True):
    """What a poll asked for: the absence of an airframe from the answer means something only where it was asked for.

    ``world`` is True when the whole world was asked. A box tells only that nobody was in it:
    an airframe absent from a box may be elsewhere.
    """

    world: bool = False
    icao24s: frozenset[Icao24] = frozenset()
    boxes: tuple[Box, ...] = ()
    circles: tuple[Circle, ...] = ()
    """What receivers hear around themselves; as boxes, they tell only that nobody was in them."""


class Identity(Struct, frozen=True):
    """What a source's own register says of an airframe. None: it does not say."""

    registration: str | None = None
    type_code: str | None = None
    """ICAO's designator of the type, such as IL62."""
    is_military: bool = False


class Answered(Struct, frozen=True):
    """How much the answer to one question held."""

    query: Query
    rows: int
    """All of them, those that cannot be read too."""
    unreadable: int = 0


class Poll(Struct, frozen=True):
    """The answers to all queries of one cycle, merged."""

    at: datetime
    """The data's own time (OpenSky's ``time``; the latest of the answers)."""
    vectors: tuple[StateVector, ...]
    coverage: Coverage
    skipped: int = 0
    """Rows that did not fit the documented form and were left out."""
    unfit: frozenset[Icao24] = frozenset()
    """The airframes of such rows, where they could be read: they were heard, so their absence is no silence."""
    answered: tuple[Answered, ...] = ()
    """What each answer held; empty: not known, and then nobody judges by it."""
    sources: tuple[str, ...] = (OPENSKY,)
    """Names of the sources that listened."""
    heard_by: Mapping[Icao24, tuple[str, ...]] = {}
    """Which of them hear an airframe; one that is not in it is heard by all of ``sources``, as where there is only one."""
    rivals: Mapping[Icao24, tuple[StateVector, ...]] = {}
    """Airframes that are said to be at two places at once, with the newest vector of each; none of them is in ``vectors``."""
    rivals_by: Mapping[Icao24, tuple[tuple[str, ...], ...]] = {}
    """Names of the sources that say so of each of ``rivals``, in their order; an airframe that is not in it: not known."""
    flying: frozenset[Icao24] = frozenset()
    """Airframes that are on the ground in ``vectors`` while a source hears them fly, and does not tell where."""
    identities: Mapping[Icao24, Identity] = {}
    """What the sources' registers say, where they say anything."""
    tells_of_others: bool = True
    """Whether it holds everybody who was heard where it looked; False: it was made from what is kept of single airframes, so that
    nobody in it is a witness of anybody, and it does not show where low traffic is heard."""


WORLD = Coverage(world=True)
