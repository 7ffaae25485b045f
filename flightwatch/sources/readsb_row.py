"""One aircraft as readsb tells of it, to a state vector in OpenSky's units. Pure.

What is told in feet, knots and feet a minute is turned into metres and metres a second here, once.
"""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from flightwatch.core.geo import METRES_A_FOOT
from flightwatch.core.model import Icao24, StateVector
from flightwatch.sources.answer import LATEST_S

MS_PER_KT: Final = 1852 / 3600
MS_PER_FPM: Final = METRES_A_FOOT / 60
"""Exact by definition: the nautical mile an hour, the foot a minute."""

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
