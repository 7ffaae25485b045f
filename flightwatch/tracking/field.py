"""Airfields as an aircraft meets them: which one it stands on, how far the nearest runway is, how long it must be."""

from math import cos, hypot, radians

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.geo import KM_PER_DEGREE, distance_km
from flightwatch.core.model import Airport, Runway

SEARCH_KM = 12.0
"""How far from its reference point an aircraft can stand and still be on an airport, km: Denver's outer runway ends
lie 6 km out, Dallas's and Istanbul's 5; doubled where the reference point is poor."""

APRON_KM = {"large": 3.0, "medium": 2.0, "small": 0.7}
"""How far from the nearest runway an aircraft may still stand on the same field, km. A strip beside an airport is not
taken for it, nor the airport's far apron for the strip."""

FAST_JET_MS = 150.0
"""Ground speed above which an aircraft is a jet or a large turboprop, m/s (290 kt)."""

HIGH_M = 8000.0
"""Altitude above which hardly any piston aircraft flies, m."""

JET_RUNWAY_M = 1200
"""Shortest runway a jet of any size is taken to use, m."""

AIRLINER_RUNWAY_M = 1500
"""Shortest runway that an aircraft which was both fast and high is taken to use, m: regional jets at London City use 1,508 m."""

TURBOPROP_MS = 90.0
"""Ground speed above which an aircraft is at least a light turboprop, m/s (175 kt)."""

TURBOPROP_RUNWAY_M = 800
"""Shortest runway that a turboprop is taken to use, m."""

LIGHT_RUNWAY_M = 300
"""Shortest strip believed for a light aeroplane, m."""


class Standing(Struct, frozen=True):
    """A field and how far from it (its nearest runway where known, else its reference point), km."""

    airport: Airport
    distance_km: float


def field_at(latitude: float, longitude: float, airports: Airports, *, needs_m: int = 0) -> Airport | None:
    """The airport an aircraft on the ground at this position stands on; None when it stands on none.

    Fields whose runways are known and all shorter than ``needs_m`` are left out unless nothing else is near.
    """
    near = [
        Standing(a, runway_distance_km(a, latitude, longitude))
        for _, a in airports.within(latitude, longitude, SEARCH_KM)
    ]
    on = [s for s in near if s.distance_km <= APRON_KM[s.airport.kind]]
    fit = [s for s in on if s.airport.longest_m is None or s.airport.longest_m >= needs_m]
    best = min(fit or on, key=lambda s: s.distance_km / APRON_KM[s.airport.kind], default=None)
    return None if best is None else best.airport


def stands_on(airport: Airport, latitude: float, longitude: float) -> bool:
    """Tell whether an aircraft on the ground at this position may stand on this field."""
    return runway_distance_km(airport, latitude, longitude) <= APRON_KM[airport.kind]


def runway_need_m(fastest_ms: float, highest_m: float) -> int:
    """The shortest runway that an aircraft with this greatest speed and altitude is taken to use, m."""
    if fastest_ms >= FAST_JET_MS and highest_m >= HIGH_M:
        return AIRLINER_RUNWAY_M
    if fastest_ms >= FAST_JET_MS or highest_m >= HIGH_M:
        return JET_RUNWAY_M
    if fastest_ms >= TURBOPROP_MS:
        return TURBOPROP_RUNWAY_M
    return LIGHT_RUNWAY_M


def runway_distance_km(airport: Airport, latitude: float, longitude: float) -> float:
    """Distance to the nearest runway whose ends are known, else to the reference point, km."""
    scale = cos(radians(latitude)) * KM_PER_DEGREE
    strips = [_strip_distance_km(r, latitude, longitude, scale) for r in airport.runways]
    known = [d for d in strips if d is not None]
    return min(known) if known else distance_km(latitude, longitude, airport.latitude, airport.longitude)


def has_ends(runway: Runway) -> bool:
    """Tell whether the positions of both ends of a runway are known."""
    return None not in (runway.le_latitude, runway.le_longitude, runway.he_latitude, runway.he_longitude)


def _strip_distance_km(runway: Runway, latitude: float, longitude: float, scale: float) -> float | None:
    """Distance to the segment between the two ends, on a plane: good to metres at these ranges.

    ``scale`` is km in a degree of longitude.
    """
    if (
        runway.le_latitude is None
        or runway.le_longitude is None
        or runway.he_latitude is None
        or runway.he_longitude is None
    ):
        return None
    ax, ay = _east_km(runway.le_longitude, longitude, scale), (runway.le_latitude - latitude) * KM_PER_DEGREE
    bx, by = _east_km(runway.he_longitude, longitude, scale), (runway.he_latitude - latitude) * KM_PER_DEGREE
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = 0.0 if square == 0.0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / square))
    return hypot(ax + along * dx, ay + along * dy)


def _east_km(longitude: float, origin: float, scale: float) -> float:
    return ((longitude - origin + 180.0) % 360.0 - 180.0) * scale
