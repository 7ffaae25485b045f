"""Great circles, bearings and boxes on a sphere. Degrees in, kilometres or degrees out."""

from collections.abc import Sequence
from itertools import pairwise
from math import asin, atan2, cos, degrees, radians, sin, sqrt

from flightwatch.core.model import Box, Circle

EARTH_RADIUS_KM = 6371.0088
"""Mean radius, IUGG."""

NAUTICAL_MILE_KM = 1.852
"""International nautical mile, km."""

METRES_A_FOOT = 0.3048
"""International foot, m."""

KM_PER_DEGREE = EARTH_RADIUS_KM * radians(1.0)
"""Kilometres in one degree of latitude."""

MOST_KM_PER_DEGREE = 111.3
"""Upper bound of a great circle for each degree of latitude and of longitude between its ends, added up, km: a degree of either
is at most 111.195 km, and the rest is more than rounding can take."""

_ROUNDING_DEG = 1e-9
"""What rounding may leave between the edges of two boxes that were cut from one, degrees."""

_POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance (haversine; on a sphere, so within 0.5 % of the ellipsoid)."""
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    h = sin((phi_b - phi_a) / 2) ** 2 + cos(phi_a) * cos(phi_b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))


def bearing_deg(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Initial bearing from a to b, degrees clockwise from true north, 0 <= b < 360. 0 when a and b coincide."""
    phi_a, phi_b, d_lon = radians(lat_a), radians(lat_b), radians(lon_b - lon_a)
    y = sin(d_lon) * cos(phi_b)
    x = cos(phi_a) * sin(phi_b) - sin(phi_a) * cos(phi_b) * cos(d_lon)
    return degrees(atan2(y, x)) % 360.0 % 360.0  # a hair west of north comes out of the first as 360.0


def destination(lat: float, lon: float, bearing: float, distance: float) -> tuple[float, float]:
    """The point ``distance`` km from (lat, lon) along ``bearing``: (latitude, longitude), longitude in -180..180."""
    delta, theta, phi = distance / EARTH_RADIUS_KM, radians(bearing), radians(lat)
    phi_b = asin(max(-1.0, min(1.0, sin(phi) * cos(delta) + cos(phi) * sin(delta) * cos(theta))))
    lam = radians(lon) + atan2(sin(theta) * sin(delta) * cos(phi), cos(delta) - sin(phi) * sin(phi_b))
    return degrees(phi_b), (degrees(lam) + 180.0) % 360.0 - 180.0


def turn_deg(a: float, b: float) -> float:
    """The smaller angle between two bearings, 0..180."""
    return abs((a - b + 180.0) % 360.0 - 180.0)


def compass_point(bearing: float) -> str:
    """The nearest of the eight winds: 38° is NE."""
    return _POINTS[round(bearing / 45.0) % 8]


def box_around(lat: float, lon: float, radius_km: float) -> Box:
    """The smallest box that holds the circle; all longitudes when the circle holds a pole."""
    d_lat = radius_km / KM_PER_DEGREE
    lat_min, lat_max = lat - d_lat, lat + d_lat
    if lat_min <= -90.0 or lat_max >= 90.0:
        return Box(max(lat_min, -90.0), -180.0, min(lat_max, 90.0), 180.0)
    d_lon = degrees(asin(min(1.0, sin(radius_km / EARTH_RADIUS_KM) / cos(radians(lat)))))
    if d_lon >= 180.0:
        return Box(lat_min, -180.0, lat_max, 180.0)
    return Box(lat_min, _wrap(lon - d_lon), lat_max, _wrap(lon + d_lon))


def circle_around(box: Box) -> Circle:
    """The smallest circle about the middle of a box that holds all of it."""
    lat, lon = (box.lat_min + box.lat_max) / 2, _wrap(box.lon_min + _width_deg(box) / 2)
    half = radians(_width_deg(box) / 2)
    # Of the meridian that is an edge: beyond a quarter of the way round this may lie between the corners.
    farthest = degrees(atan2(-sin(radians(lat)), -cos(radians(lat)) * cos(half)))
    lats = (box.lat_min, box.lat_max, max(box.lat_min, min(farthest, box.lat_max)))
    return Circle(lat, lon, max(distance_km(lat, lon, each, box.lon_min) for each in lats))


def box_holds(box: Box, lat: float, lon: float) -> bool:
    """Tell whether the point lies in the box, edges included."""
    if not box.lat_min <= lat <= box.lat_max:
        return False
    if box.lon_min <= box.lon_max:
        return box.lon_min <= lon <= box.lon_max
    return lon >= box.lon_min or lon <= box.lon_max


def box_within(inner: Box, outer: Box) -> bool:
    """Tell whether all of a box lies in another."""
    if not outer.lat_min <= inner.lat_min <= inner.lat_max <= outer.lat_max:
        return False
    if outer.lon_max - outer.lon_min >= 360.0:
        return True
    width = (inner.lon_max - inner.lon_min) % 360.0
    return (inner.lon_min - outer.lon_min) % 360.0 + width <= (outer.lon_max - outer.lon_min) % 360.0


def box_covered(box: Box, by: Sequence[Box]) -> bool:
    """Tell whether all of a box lies in others together."""
    width, held = _width_deg(box), list[tuple[float, float, float, float]]()
    for each in by:
        west = (each.lon_min - box.lon_min) % 360.0
        held += [(each.lat_min, each.lat_max, lon, lon + _width_deg(each)) for lon in (west - 360.0, west)]
    slack = _ROUNDING_DEG
    lats = _middles(box.lat_min, box.lat_max, [lat for south, north, _, _ in held for lat in (south, north)])
    lons = _middles(0.0, width, [lon for _, _, west, east in held for lon in (west, east)])
    return all(
        any(s - slack <= lat <= n + slack and w - slack <= lon <= e + slack for s, n, w, e in held)
        for lat in lats
        for lon in lons
    )


def box_halves(box: Box) -> tuple[Box, Box]:
    """The two halves of a box, cut across its longer side."""
    lat, width = (box.lat_min + box.lat_max) / 2, _width_deg(box)
    if width * cos(radians(lat)) > box.lat_max - box.lat_min:
        lon = _wrap(box.lon_min + width / 2)
        return Box(box.lat_min, box.lon_min, box.lat_max, lon), Box(box.lat_min, lon, box.lat_max, box.lon_max)
    return Box(box.lat_min, box.lon_min, lat, box.lon_max), Box(lat, box.lon_min, box.lat_max, box.lon_max)


def box_widened(box: Box, by_km: float) -> Box:
    """The box with all around it that is nearer than ``by_km``, and a little more; all longitudes where it holds a pole."""
    wide = [box_around(lat, lon, by_km) for lat in (box.lat_min, box.lat_max) for lon in (box.lon_min, box.lon_max)]
    lat_min, lat_max = min(each.lat_min for each in wide), max(each.lat_max for each in wide)
    grows = max((each.lon_max - each.lon_min) % 360.0 or 360.0 for each in wide) / 2
    width = (box.lon_max - box.lon_min) % 360.0
    if width + 2 * grows >= 360.0:
        return Box(lat_min, -180.0, lat_max, 180.0)
    return Box(lat_min, _wrap(box.lon_min - grows), lat_max, _wrap(box.lon_max + grows))


def box_square_degrees(box: Box) -> float:
    """Area as OpenSky charges it: degrees of latitude times degrees of longitude."""
    return (box.lat_max - box.lat_min) * _width_deg(box)


def _width_deg(box: Box) -> float:
    """Degrees of longitude from one side to the other; 360 where they differ and are the same meridian."""
    return (box.lon_max - box.lon_min) % 360.0 or 360.0 * (box.lon_min != box.lon_max)


def _middles(first: float, last: float, cuts: Sequence[float]) -> list[float]:
    """The middles of the pieces into which the cuts between two numbers divide what is between them."""
    ends = sorted({first, last, *(cut for cut in cuts if first < cut < last)})
    return [(a + b) / 2 for a, b in pairwise(ends)] or ends


def _wrap(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0
