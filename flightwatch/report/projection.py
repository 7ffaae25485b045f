"""From degrees to pixels: the two projections that maps are drawn in.

Lambert's azimuthal equal-area projection for a region, and Natural Earth I (T. Patterson; B. Šavrič and others, "A polynomial
equation for the Natural Earth projection", 2011) for the whole earth.
"""

from collections.abc import Iterable, Iterator, Sequence
from math import atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from msgspec import Struct

from flightwatch.core.geo import EARTH_RADIUS_KM
from flightwatch.core.points import Point

Pixel = tuple[float, float]
"""Right and down from a drawing's upper left corner, px."""

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a drawing, px."""

_NOT_NOUGHT = 1e-9
_RADIANS = pi / 180


class Projection(Struct, frozen=True):
    """How degrees become pixels."""

    is_world: bool
    """True for Natural Earth I, which is turned about the poles only; else the azimuthal one."""
    middle: Point
    scale: float
    """Pixels for the earth's radius."""
    origin: Pixel
    """Where the middle of the projection is drawn."""

    def at(self, point: Point) -> Pixel:
        """Give the pixel of a point."""
        return self.pixels((point,))[0]

    def pixels(self, points: Iterable[Point]) -> list[Pixel]:
        """Give the pixels of points."""
        (x, y), scale = self.origin, self.scale
        return [(x + scale * right, y - scale * up) for right, up in _plane(self.is_world, self.middle, points)]

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

    @property
    def px_a_km(self) -> float:
        """Pixels for a kilometre in the middle."""
        return self.scale / EARTH_RADIUS_KM


def fitted(points: Sequence[Point], frame: Frame, *, is_world: bool) -> Projection:
    """Give the projection about the middle of points that draws all of them inside a frame, as large as can be."""
    middle = middle_of(points)
    plane = _plane(is_world, middle, points)
    west, east = min(x for x, _ in plane), max(x for x, _ in plane)
    south, north = min(y for _, y in plane), max(y for _, y in plane)
    left, top, right, bottom = frame
    scale = min((right - left) / max(east - west, _NOT_NOUGHT), (bottom - top) / max(north - south, _NOT_NOUGHT))
    x, y = (left + right) / 2 - scale * (east + west) / 2, (top + bottom) / 2 + scale * (north + south) / 2
    return Projection(is_world, middle if not is_world else (middle[0], 0.0), scale, (x, y))


def middle_of(points: Iterable[Point]) -> Point:
    """Give the middle of points, the mean of them as vectors."""
    x = y = z = 0.0
    for longitude, latitude in points:
        lon, lat = radians(longitude), radians(latitude)
        x, y, z = x + cos(lat) * cos(lon), y + cos(lat) * sin(lon), z + sin(lat)
    return degrees(atan2(y, x)), degrees(atan2(z, hypot(x, y)))


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
        unrolled += [(at, pole), (unrolled[0][0], pole)]
    return unrolled


def _plane(is_world: bool, middle: Point, points: Iterable[Point]) -> list[Pixel]:
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
    return placed


def _natural_earth(lam: float, phi: float) -> Pixel:
    p2 = phi * phi
    p4 = p2 * p2
    across = 0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))
    return lam * across, phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
