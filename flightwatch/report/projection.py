"""From degrees to pixels: the two projections that maps are drawn in, worked out here so that labels can be placed.

Lambert's azimuthal equal-area projection for a region, and Natural Earth I (T. Patterson; B. Šavrič and others, "A polynomial
equation for the Natural Earth projection", 2011) for the whole earth; Vega's d3-geo draws land by the same.
"""

from collections.abc import Iterable, Sequence
from math import atan2, cos, degrees, hypot, pi, radians, sin, sqrt

from msgspec import Struct

from flightwatch.core.geo import EARTH_RADIUS_KM
from flightwatch.core.points import Point

Pixel = tuple[float, float]
"""Right and down from a drawing's upper left corner, px."""

Frame = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a drawing, px."""

_NOT_NOUGHT = 1e-9


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
        x, y = _plane(self.is_world, self.middle, point)
        return self.origin[0] + self.scale * x, self.origin[1] - self.scale * y

    @property
    def px_a_km(self) -> float:
        """Pixels for a kilometre in the middle."""
        return self.scale / EARTH_RADIUS_KM


def fitted(points: Sequence[Point], frame: Frame, *, is_world: bool) -> Projection:
    """Give the projection about the middle of points that draws all of them inside a frame, as large as can be."""
    middle = middle_of(points)
    plane = [_plane(is_world, middle, point) for point in points]
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


def _plane(is_world: bool, middle: Point, point: Point) -> Pixel:
    """Give a point on a plane, in radii of the earth, right and up from the middle."""
    lam, phi = radians((point[0] - middle[0] + 180.0) % 360.0 - 180.0), radians(point[1])
    if is_world:
        return _natural_earth(lam, phi)
    phi_0 = radians(middle[1])
    towards = sin(phi_0) * sin(phi) + cos(phi_0) * cos(phi) * cos(lam)
    stretch = sqrt(2 / max(1 + towards, _NOT_NOUGHT))
    return stretch * cos(phi) * sin(lam), stretch * (cos(phi_0) * sin(phi) - sin(phi_0) * cos(phi) * cos(lam))


def _natural_earth(lam: float, phi: float) -> Pixel:
    p2 = phi * phi
    p4 = p2 * p2
    across = 0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4))
    return lam * across, phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))


WORLD_WIDTH = 2 * pi * 0.8707
"""Width of the whole earth in Natural Earth I, in radii."""
