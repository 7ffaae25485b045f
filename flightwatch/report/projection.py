"""From degrees to pixels: the two projections that maps are drawn in.

Lambert's azimuthal equal-area projection for a region, and Natural Earth I (T. Patterson; B. Šavrič and others, "A polynomial
equation for the Natural Earth projection", 2011) for the whole earth.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from msgspec import Struct

from flightwatch.core.geo import EARTH_RADIUS_KM
from flightwatch.core.points import Point

Pixel = tuple[float, float]
"""Right and down from a drawing's upper left corner, px."""

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a drawing, px."""

_NOT_NOUGHT = 1e-9
_RADIANS = pi / 180

_TO_POLE = 12
"""Pieces in which a meridian to a pole is drawn, which is no straight line."""

_STEPS = 100
"""Steps after which the middle of points is near enough: about a hundredth of their distance off."""

_NEAR_POLE = 75.0
"""Latitude beyond which meridians are so close that the longitude of a point tells little, degrees."""


class Projection(Struct, frozen=True):
    """How degrees become pixels."""

    is_world: bool
    """True for Natural Earth I, which is turned about the poles only; else the azimuthal one."""
    middle: Point
    scale: float
    """Pixels for the earth's radius."""
    origin: Pixel
    """Where the middle of the projection is drawn."""
    turn: float = 0.0
    """How far north is turned to the left of upwards in the middle, radians: an azimuthal map around a pole has no up."""

    def at(self, point: Point) -> Pixel:
        """Give the pixel of a point."""
        return self.pixels((point,))[0]

    def pixels(self, points: Iterable[Point]) -> list[Pixel]:
        """Give the pixels of points."""
        (x, y), scale = self.origin, self.scale
        plane = _plane(self.is_world, self.middle, points, self.turn)
        return [(x + scale * right, y - scale * up) for right, up in plane]

    def lines(self, points: Sequence[Point]) -> Iterator[list[Pixel]]:
        """Give the pixels of a line or a ring: where it crosses the edge of the whole earth it is drawn at both."""
        if not self.is_world:
            yield self.pixels(points)
            return
        (x, y), scale, unrolled = self.origin, self.scale, unroll(points, self.middle[0])
        west, east = min(lon for lon, _ in unrolled), max(lon for lon, _ in unrolled)
        for turn in (-360.0, 0.0, 360.0):
            if west + turn < 180.0 and east + turn > -180.0:
                plane = (_natural_earth(radians(lon + turn), radians(lat)) for lon, lat in unrolled)
                yield [(x + scale * right, y - scale * up) for right, up in plane]

    def away_deg(self, frame: Frame) -> float:
        """Give how far the farthest corner of a frame is from the middle of an azimuthal map; 180: no earth is drawn there."""
        (x, y), (left, top, right, bottom) = self.origin, frame
        chord = hypot(max(x - left, right - x), max(y - top, bottom - y)) / self.scale
        return degrees(2 * asin(min(1.0, chord / 2)))

    @property
    def px_a_km(self) -> float:
        """Pixels for a kilometre in the middle."""
        return self.scale / EARTH_RADIUS_KM


def fitted(points: Sequence[Point], frame: Frame, *, is_world: bool) -> Projection:
    """Give the projection about the middle of points that draws all of them inside a frame, as large as can be."""
    middle = (_middle_meridian(points), 0.0) if is_world else _middle_of_circle(points)
    turn = 0.0 if is_world else _turn(middle, points)
    plane = _plane(is_world, middle, points, turn)
    west, east = min(x for x, _ in plane), max(x for x, _ in plane)
    south, north = min(y for _, y in plane), max(y for _, y in plane)
    left, top, right, bottom = frame
    scale = min((right - left) / max(east - west, _NOT_NOUGHT), (bottom - top) / max(north - south, _NOT_NOUGHT))
    x, y = (left + right) / 2 - scale * (east + west) / 2, (top + bottom) / 2 + scale * (north + south) / 2
    return Projection(is_world, middle, scale, (x, y), turn)


def middle_of(points: Iterable[Point]) -> Point:
    """Give the middle of points, the mean of them as vectors."""
    x, y, z = map(sum, zip(*map(_vector, points), strict=True))
    return degrees(atan2(y, x)), degrees(atan2(z, hypot(x, y)))


def _middle_of_circle(points: Iterable[Point]) -> Point:
    """Give the middle of the smallest circle on the sphere that holds points, nearly.

    It is found in steps towards the farthest of them (M. Bădoiu, K. Clarkson, "Smaller core-sets for balls", 2003).
    """
    spots = [_vector(point) for point in dict.fromkeys(points)]
    x, y, z = (sum(axis) / len(spots) for axis in zip(*spots, strict=True))
    for step in range(2, _STEPS):
        to_x, to_y, to_z = max(spots, key=lambda at: (at[0] - x) ** 2 + (at[1] - y) ** 2 + (at[2] - z) ** 2)
        x, y, z = x + (to_x - x) / step, y + (to_y - y) / step, z + (to_z - z) / step
    return degrees(atan2(y, x)), degrees(atan2(z, hypot(x, y)))


def _vector(point: Point) -> tuple[float, float, float]:
    lon, lat = radians(point[0]), radians(point[1])
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def _middle_meridian(points: Sequence[Point]) -> float:
    """Give the meridian opposite the widest gap between points, so that the edge of the map cuts as little as can be.

    Points near a pole do not count: all meridians meet there.
    """
    lons = sorted({lon % 360.0 for lon, lat in points if abs(lat) < _NEAR_POLE} or {points[0][0] % 360.0})
    gap, begin = max((to - at, at) for at, to in pairwise([*lons, lons[0] + 360.0]))
    return (begin + gap / 2) % 360.0 - 180.0


def _turn(middle: Point, points: Sequence[Point]) -> float:
    """Give the turn that lays the farthest point level with the middle, if a pole is not as far as that."""
    x, y = max(_plane(False, middle, points), key=lambda at: hypot(*at))
    if 2 * asin(min(1.0, hypot(x, y) / 2)) <= radians(90.0 - abs(middle[1])):
        return 0.0
    return -atan2(y, x) if x >= 0 else -atan2(-y, -x)


def unroll(points: Sequence[Point], middle_lon: float) -> list[Point]:
    """Give the points with longitudes from a middle that go on where they would leap by a turn.

    A ring around a pole is closed along it, as on a flat map.
    """
    unrolled = list[Point]()
    at = (points[0][0] - middle_lon + 180.0) % 360.0 - 180.0
    before = points[0][0]
    for lon, lat in points:
        at += (lon - before + 180.0) % 360.0 - 180.0
        before = lon
        unrolled.append((at, lat))
    if points[0] == points[-1] and abs(at - unrolled[0][0]) > 180.0:
        pole = 90.0 if points[0][1] > 0 else -90.0
        up = [points[0][1] + (pole - points[0][1]) * n / _TO_POLE for n in range(1, _TO_POLE + 1)]
        unrolled += [*((at, lat) for lat in up), *((unrolled[0][0], lat) for lat in reversed(up))]
    return unrolled


def _plane(is_world: bool, middle: Point, points: Iterable[Point], turn: float = 0.0) -> list[Pixel]:
    """Give points on a plane, in radii of the earth, right and up from the middle."""
    lon_0, lat_0 = middle
    if is_world:
        return [_natural_earth(radians((lon - lon_0 + 180.0) % 360.0 - 180.0), radians(lat)) for lon, lat in points]
    sin_0, cos_0, placed = sin(radians(lat_0)), cos(radians(lat_0)), []
    for lon, lat in points:
        lam, phi = (lon - lon_0) * _RADIANS, lat * _RADIANS
        high, out = sin(phi), cos(phi)
        towards = out * cos(lam)
        stretch = sqrt(2 / max(1 + sin_0 * high + cos_0 * towards, _NOT_NOUGHT))
        placed.append((stretch * out * sin(lam), stretch * (cos_0 * high - sin_0 * towards)))
    if turn:
        right, up = cos(turn), sin(turn)
        placed = [(x * right - y * up, y * right + x * up) for x, y in placed]
    return placed


def _natural_earth(lam: float, phi: float) -> Pixel:
    p2 = phi * phi
    p4 = p2 * p2
    across = 0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))
    return lam * across, phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
