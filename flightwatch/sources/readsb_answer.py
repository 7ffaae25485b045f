"""What readsb, and the services that run it, answered: bytes to state vectors in OpenSky's units. Pure.

The form is readsb's (wiedehopf/readsb, README-json.md): of a receiver ``{"now": seconds, "aircraft": […]}``, of the services
``{"now": milliseconds, "ac": […]}``, as ADS-B Exchange had it in version 2. What is told in feet, knots and feet a minute is
turned into metres and metres a second here, once. Recorded lines are such answers with one more key, ``asked``.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from flightwatch.core.flyable import believable
from flightwatch.core.geo import METRES_A_FOOT
from flightwatch.core.model import Icao24, Identity, StateVector
from flightwatch.errors import NEXT_POLL, BadAnswer
from flightwatch.sources.answer import (
    LATEST_S,
    MOST_ROWS,
    Answer,
    Asked,
    Speaker,
    excerpt,
    instant_s,
    is_icao24,
    is_misread,
    kind_of,
    loaded,
    too_many_rows,
    unfit_of,
)

MS_PER_KT: Final = 1852 / 3600
MS_PER_FPM: Final = METRES_A_FOOT / 60
"""Exact by definition: the nautical mile an hour, the foot a minute."""

MOST_COMMAS = 80
"""Commas in a row: readsb has 60 keys, and lists of which of them come from MLAT and TIS-B."""

_MILLISECONDS = 1e11
"""What is larger is no time in seconds (it would be in the year 5138), but in milliseconds."""

_NOT_ICAO = "~"
"""How an address begins that is none of ICAO's: made up by a ground station, or anonymous."""

ADSB, RADAR, MLAT, ADSC = 0, 1, 2, 4
"""Values of ``position_source``. The first three are OpenSky's; what TIS-B passes on, ground radar has seen. ADS-C comes by
satellite, and OpenSky has no number for it."""

_SOURCES: Final = {
    "adsb_icao": ADSB,
    "adsb_icao_nt": ADSB,
    "adsr_icao": ADSB,
    "tisb_icao": RADAR,
    "adsc": ADSC,
    "mlat": MLAT,
}
"""By ``type``. The others say nothing of where a position comes from, or are of addresses that are not ICAO's."""

_NO_TRANSPONDER = "adsb_icao_nt"
"""A sender that is no transponder: of a small aircraft, or on a vehicle, or at a tower."""

_VEHICLE = 17
"""OpenSky's category of service vehicles."""

_CATEGORIES: Final = {
    **{f"A{number}": number + 1 for number in range(8)},
    "B0": 1,
    "B1": 9,
    "B2": 10,
    "B3": 11,
    "B4": 12,
    "B5": 13,
    "B6": 14,
    "B7": 15,
    "C0": 1,
    "C1": 16,
    "C2": 17,
    "C3": 18,
    "C4": 19,
    "C5": 20,
}
"""OpenSky's numbers (REST documentation) for the emitter categories of DO-260B; the others are reserved."""

_SQUAWKS: Final = {"general": "7700", "nordo": "7600", "unlawful": "7500"}
"""What a state of emergency is squawked as, where the squawk itself has not been received."""

LEAST_NAC_P = 6
"""Least accuracy of a position that is used, as the aircraft tells it (``nac_p``): its error is below 0.3 NM, 556 m, with 95 %
(DO-260B, NACp). In 162 positions of real answers of August 2026 one had less, and that aircraft was parked."""

MILITARY = 1
"""Bit of ``dbFlags``."""


class _Last(Struct, gc=False):
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    seen_pos: Annotated[float, Meta(ge=0)]


class Row(Struct, gc=False, rename={"last": "lastPosition", "flags": "dbFlags", "lost_gps": "gpsOkBefore"}):
    """One aircraft as readsb tells of it, in its own words and units; None: not told."""

    hex: str
    type: str | None = None
    flight: str | None = None
    alt_baro: float | str | None = None
    alt_geom: float | None = None
    gs: float | None = None
    track: float | None = None
    calc_track: float | None = None
    true_heading: float | None = None
    baro_rate: float | None = None
    geom_rate: float | None = None
    squawk: str | None = None
    emergency: str | None = None
    category: str | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    last: _Last | None = None
    nic: int | None = None
    nac_p: int | None = None
    version: int | None = None
    lost_gps: float | None = None
    seen_pos: Annotated[float, Meta(ge=0)] | None = None
    seen: Annotated[float, Meta(ge=0)] = 0.0
    mlat: list[Any] | None = None
    tisb: list[Any] | None = None
    spi: bool | int | None = None
    r: str | None = None
    t: str | None = None
    flags: int = 0


class _Wire(Struct):
    now: float
    ac: list[Row] | None = None
    aircraft: list[Row] | None = None
    asked: Asked | None = None


_DECODER = msgspec.json.Decoder(_Wire)


def decode(raw: bytes, speaker: Speaker) -> Answer:
    """Read ``raw``, JSON as readsb documents it.

    Instants are ``now`` less the age that is told. ``null`` instead of a list means that nothing matched. A row whose address is
    not ICAO's is left out and not counted; one that does not fit is counted. A position that its own aircraft does not vouch for
    (jamming) is left out, and its row stays, as it does where a value is left out that no aircraft can have. Raises `BadAnswer`
    when ``raw`` is no such JSON object, its ``now`` is no instant, or it holds more than `MOST_ROWS` rows' worth of values.
    """
    if raw.count(b",") > MOST_ROWS * MOST_COMMAS:
        raise too_many_rows(speaker)
    try:
        wire = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decode_row_by_row(raw, speaker)
    if wire.ac is None and wire.aircraft is None:
        return _decode_row_by_row(raw, speaker)  # which tells null from nothing
    rows = wire.aircraft if wire.ac is None else wire.ac
    return _answer(_Rows(wire.now, rows or [], 0, (), wire.asked), speaker)


class _Rows(Struct):
    """What could be read of an answer."""

    now: object
    read: list[Row]
    unread: int
    keys: tuple[str, ...]
    """Addresses of rows that could not be read."""
    asked: Asked | None


def _answer(rows: _Rows, speaker: Speaker) -> Answer:
    now = rows.now / 1000 if isinstance(rows.now, int | float) and rows.now > _MILLISECONDS else rows.now
    time = instant_s(now, speaker)
    now = float(now)  # type: ignore[arg-type] # instant_s takes nothing but numbers
    vectors: list[StateVector] = []
    identities: dict[Icao24, Identity] = {}
    counted, keys = rows.unread, list(rows.keys)
    for row in rows.read:
        if row.hex.startswith(_NOT_ICAO):
            continue
        counted += 1
        icao24 = row.hex.lower()
        vector = vector_of(icao24, row, now) if is_icao24(icao24) else None
        if vector is None:
            keys.append(icao24)
            continue
        vectors.append(vector)
        if row.r or row.t or row.flags & MILITARY:
            identities[icao24] = Identity(row.r or None, row.t or None, bool(row.flags & MILITARY))
    if is_misread(vectors, time):
        return Answer(time, (), counted, rows.asked)
    unfit = unfit_of(keys, vectors) if keys else frozenset()
    return Answer(time, believable(vectors), counted - len(vectors), rows.asked, unfit=unfit, identities=identities)


def _is_poor(source: int | None, row: Row) -> bool:
    """Tell whether an aircraft does not vouch for the position that it sends: it is jammed or spoofed.

    Only where it tells how good its positions are itself, as it does from version 1 of ADS-B on. Before, the kind of message says
    it, and an old aircraft without satellite navigation sends the worst kind all its life.
    """
    if row.lost_gps is not None:
        return source == ADSB or row.lat is None
    return (
        source == ADSB
        and (row.version or 0) >= 1
        and (row.nic == 0 or (row.nac_p is not None and row.nac_p < LEAST_NAC_P))
    )


def vector_of(icao24: Icao24, row: Row, now: float) -> StateVector | None:
    """Read one row of ``now``, Unix seconds; None when its numbers or its age do not fit.

    Reports from the ground tell no height, no climb and a heading: what else is served there is left over from the air.
    """
    seen_s = row.seen if row.seen_pos is None else min(row.seen, row.seen_pos)
    last_contact = int(now - seen_s) if seen_s < LATEST_S else -1
    if last_contact < 0:
        return None
    on_ground = row.alt_baro == "ground"
    source = _source(row)
    lat, lon, age_s = _position(row, source, on_ground=on_ground)
    rate = row.geom_rate if row.baro_rate is None else row.baro_rate
    course = row.calc_track if row.track is None else row.track
    heading = row.true_heading if on_ground and row.true_heading is not None else course
    return StateVector(
        icao24=icao24,
        callsign=_callsign(row.flight),
        origin_country=None,
        time_position=None if lat is None or age_s > now else int(now - age_s),
        last_contact=last_contact,
        longitude=lon,
        latitude=lat,
        baro_altitude=round(row.alt_baro * METRES_A_FOOT, 2) if isinstance(row.alt_baro, float) else None,
        on_ground=on_ground,
        velocity=None if row.gs is None else round(row.gs * MS_PER_KT, 2),
        true_track=heading,
        vertical_rate=None if rate is None or on_ground else round(rate * MS_PER_FPM, 2),
        sensors=None,
        geo_altitude=None if row.alt_geom is None or on_ground else round(row.alt_geom * METRES_A_FOOT, 2),
        squawk=row.squawk or _SQUAWKS.get(row.emergency or ""),
        spi=None if row.spi is None else bool(row.spi),
        position_source=source,
        category=_VEHICLE
        if row.category is None and on_ground and row.type == _NO_TRANSPONDER
        else _CATEGORIES.get(row.category or ""),
    )


def _source(row: Row) -> int | None:
    """Where a row's position comes from; None: it does not say. dump1090, which has the same form, names no type for ADS-B."""
    if row.type in _SOURCES:
        return _SOURCES[row.type]
    if row.lat is None:
        return None
    for source, worked_out in ((MLAT, row.mlat), (RADAR, row.tisb)):
        if "lat" in (worked_out or ()):
            return source
    return ADSB if row.type is None else None


def _callsign(flight: str | None) -> str | None:
    """The callsign; None where blanks are sent, or ``@``, which is how nothing is written in six bits."""
    return None if flight is None or not flight.strip(" @") else flight.replace("@", " ")


def _position(row: Row, source: int | None, *, on_ground: bool) -> tuple[float | None, float | None, float]:
    """Latitude, longitude and age, s, of a row's position; None twice where there is none to use.

    readsb moves a position older than a minute into ``lastPosition``. It does not say where an aircraft has come down since.
    While ``gpsOkBefore`` says when satellite navigation was lost, no position that ADS-B may have told is used.
    """
    last = row.last
    if _is_poor(source, row):
        return None, None, 0.0
    if row.lat is not None and row.lon is not None:
        return row.lat, row.lon, row.seen if row.seen_pos is None else row.seen_pos
    if row.lat is None and last is not None and not on_ground:
        return last.lat, last.lon, last.seen_pos
    return None, None, 0.0


def _decode_row_by_row(raw: bytes, speaker: Speaker) -> Answer:
    """Read an answer in which something does not fit: slowly, and losing only that."""
    whole = loaded(raw, speaker)
    found = [whole[key] for key in ("ac", "aircraft") if key in whole]
    rows = found[0] if found else ...
    if rows is None:
        rows = []
    if not isinstance(rows, list):
        said = whole.get("msg", whole.get("message"))
        reason = f" and {excerpt(said)!r}" if isinstance(said, str) and rows is ... else ""
        what = f"no aircraft{reason}" if rows is ... else f"{kind_of(rows)} for aircraft"
        raise BadAnswer(f"{speaker.name} answered with {what} where a list is documented; {NEXT_POLL}")
    try:
        asked = msgspec.convert(whole.get("asked"), Asked | None)
    except msgspec.ValidationError as error:
        raise BadAnswer(f"the recorded line's 'asked' cannot be read ({error}); record it anew") from error
    read = [each for row in rows if (each := _row(row)) is not None]
    unread = sum(not _is_foreign(row) for row in rows) - sum(not each.hex.startswith(_NOT_ICAO) for each in read)
    keys = {each.hex for each in read}
    lost = tuple(key for key in _addresses(rows) if key not in keys)
    return _answer(_Rows(whole.get("now"), read, unread, lost, asked), speaker)


def _row(row: Any) -> Row | None:
    """Read one row; None when it does not fit."""
    try:
        read = msgspec.convert(row, Row)
        # json.loads lets lone surrogates through, which no output could carry.
        f"{read.flight}{read.squawk}{read.r}{read.t}".encode()
    except (msgspec.ValidationError, UnicodeEncodeError):
        return None
    # A sum is finite only if each of its terms is.
    numbers = (read.gs, read.track, read.calc_track, read.true_heading, read.baro_rate, read.geom_rate, read.alt_geom)
    where = (read.lat, read.lon, read.seen, read.seen_pos)
    height = read.alt_baro if isinstance(read.alt_baro, float) else 0.0
    return read if isfinite(sum(filter(None, (*numbers, *where, height)))) else None


def _addresses(rows: Iterable[Any]) -> Iterable[str]:
    return (row["hex"] for row in rows if isinstance(row, dict) and isinstance(row.get("hex"), str))


def _is_foreign(row: Any) -> bool:
    """Tell whether a row, whatever it is, has an address that is not ICAO's."""
    return isinstance(row, dict) and str(row.get("hex")).startswith(_NOT_ICAO)
