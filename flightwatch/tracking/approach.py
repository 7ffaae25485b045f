"""The way from where an aircraft is to a runway: how far it must fly, and how that fits its height.

The shortest way of something that cannot turn on the spot is a Dubins path: an arc, a straight, an arc (L. E. Dubins,
1957; the four arc-straight-arc words after A. M. Shkel and V. Lumelsky, 2001). It covers what angle and distance alone
cannot: an aircraft abeam the field on downwind, 5 km away and pointing away from it, still has 25 km to fly.
"""

from collections.abc import Iterator
from math import atan2, cos, hypot, log, pi, radians, sin, sqrt, tan

from flightwatch.core.geo import KM_PER_DEGREE, bearing_deg, distance_km, turn_deg
from flightwatch.core.model import Airport
from flightwatch.tracking.motion import Motion

PATH_DEG = 3.0
"""The ordinary descent path (ICAO Doc 8168: optimum glide path 3.0°)."""

BANK_DEG = 25.0
"""Ordinary bank in a turn (ICAO Doc 8168)."""

MIN_TURN_KM = 0.8
"""Tightest turn radius used, km: below it polls are too coarse to tell."""

GATE_KM = 6.0
"""Straight final before the threshold, km (3.2 NM); less when the aircraft is nearer already."""

UNKNOWN_HEADING = 1.15
"""Ratio of the way to the straight distance where no runway heading is known."""

PATH_MODE = log(1.0)
STEEP_SPREAD, SHALLOW_SPREAD = 0.38, 0.37
"""Most likely ratio of the way to fly to what a 3° path needs, and how fast likelihood falls towards a steeper path and
towards level stretches (log-normal on each side; 5.5° is one in ten, as is a way 2.6 times as long)."""

TINY = 1e-12
"""A straight shorter than the root of this has no direction, radii."""

MIN_NEED_KM = 3.0
"""Shortest way that any landing is taken to need, km: below 160 m the ratio is noise of pressure and position."""


def way_km(flight: Motion, field: Airport) -> float:
    """The shortest way an aircraft can fly from here to a threshold of this field, km."""
    lengths = list(_ways_km(flight, field))
    if lengths:
        return min(lengths)
    straight = distance_km(flight.latitude, flight.longitude, field.latitude, field.longitude)
    if flight.track_deg is None:
        return straight * UNKNOWN_HEADING
    off = turn_deg(flight.track_deg, bearing_deg(flight.latitude, flight.longitude, field.latitude, field.longitude))
    return straight * UNKNOWN_HEADING + radians(off) * _turn_radius_km(flight)


def need_km(height_m: float) -> float:
    """The way that a 3° path needs from this height over the field, km."""
    return max(MIN_NEED_KM, height_m / 1000.0 / tan(radians(PATH_DEG)))


def misfit(way: float, height_m: float) -> float:
    """Ratio of a way, km, to what a 3° path needs from this height, its logarithm in spreads: 0 fits best, less is too steep."""
    off = log(max(way, MIN_NEED_KM) / need_km(height_m)) - PATH_MODE
    return off / (STEEP_SPREAD if off < 0 else SHALLOW_SPREAD)


def _ways_km(flight: Motion, field: Airport) -> Iterator[float]:
    """The way to each threshold whose direction is known."""
    if flight.track_deg is None:
        return
    radius = _turn_radius_km(flight)
    for x, y, heading in thresholds_km(flight, field):
        gate = min(GATE_KM, 0.6 * hypot(x, y))
        east, north = sin(radians(heading)), cos(radians(heading))
        yield gate + dubins_km(x - gate * east, y - gate * north, flight.track_deg, heading, radius)


def thresholds_km(flight: Motion, field: Airport) -> Iterator[tuple[float, float, float]]:
    """Each threshold whose direction is known: east and north of the aircraft, km, and the heading of a landing there, degrees.

    Where only the direction is known the reference point stands for the threshold.
    """
    for runway in field.runways:
        if runway.heading_deg is None:
            continue
        for lat, lon, heading in (
            (runway.le_latitude, runway.le_longitude, runway.heading_deg),
            (runway.he_latitude, runway.he_longitude, runway.heading_deg + 180.0),
        ):
            x, y = _plane_km(flight, field.latitude if lat is None else lat, field.longitude if lon is None else lon)
            yield x, y, heading


def _plane_km(flight: Motion, lat: float, lon: float) -> tuple[float, float]:
    """East and north of the aircraft, km, on a plane: a percent off at 200 km."""
    d_lon = (lon - flight.longitude + 180.0) % 360.0 - 180.0
    middle = radians((lat + flight.latitude) / 2)
    return d_lon * cos(middle) * KM_PER_DEGREE, (lat - flight.latitude) * KM_PER_DEGREE


def _turn_radius_km(flight: Motion) -> float:
    # Aircraft slow down before they turn onto an approach; a speed below nothing is garbage.
    speed = min(max(0.0, flight.speed_ms or 70.0), 130.0)
    return max(MIN_TURN_KM, speed * speed / (9.81 * tan(radians(BANK_DEG))) / 1000.0)


def dubins_km(x: float, y: float, track_deg: float, final_deg: float, radius: float) -> float:
    """Length of the shortest arc-straight-arc path from the origin on ``track_deg`` to (x east, y north) on ``final_deg``."""
    distance = hypot(x, y) / radius
    line = atan2(y, x)
    a = (radians(90.0 - track_deg) - line) % (2 * pi)
    b = (radians(90.0 - final_deg) - line) % (2 * pi)
    return radius * min(_words(distance, a, b))


def _words(d: float, a: float, b: float) -> Iterator[float]:
    """Lengths of the four words for unit radius, angles counter-clockwise from the line between the ends."""
    sa, sb, ca, cb, cab = sin(a), sin(b), cos(a), cos(b), cos(a - b)
    square = max(0.0, 2 + d * d - 2 * cab + 2 * d * (sa - sb))
    mid = atan2(cb - ca, d + sa - sb) if square > TINY else a
    yield _arc(mid - a) + sqrt(square) + _arc(b - mid)
    square = max(0.0, 2 + d * d - 2 * cab + 2 * d * (sb - sa))
    mid = atan2(ca - cb, d - sa + sb) if square > TINY else a
    yield _arc(a - mid) + sqrt(square) + _arc(mid - b)
    square = -2 + d * d + 2 * cab + 2 * d * (sa + sb)
    if square >= 0:
        straight = sqrt(square)
        mid = atan2(-ca - cb, d + sa + sb) - atan2(-2.0, straight)
        yield _arc(mid - a) + straight + _arc(mid - b)
    square = -2 + d * d + 2 * cab - 2 * d * (sa + sb)
    if square >= 0:
        straight = sqrt(square)
        mid = atan2(ca + cb, d - sa - sb) - atan2(2.0, straight)
        yield _arc(a - mid) + straight + _arc(b - mid)


def _arc(angle: float) -> float:
    """The angle of an arc, 0 <= arc < 2π; rounding must not turn no arc into a full circle."""
    arc = angle % (2 * pi)
    return 0.0 if arc > 2 * pi - 1e-9 else arc
