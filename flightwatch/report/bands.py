"""The bands of a map: where airframes can have been while nobody heard them."""

from collections.abc import Iterator, Sequence
from math import acos, atan2, ceil, cos, degrees, pi, sin, sqrt
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import EARTH_RADIUS_KM, bearing_deg, destination
from flightwatch.core.points import Point, apart_km
from flightwatch.report.map_content import Doubt
from flightwatch.report.map_view import View
from flightwatch.report.projection import Pixel

_LEAST_PX: Final = 3.0
"""Least half width of a band, px: narrower it would be taken for a line."""

_INSIDE: Final = 0.9995
"""Longest way over a point inside a band, as a share of the longest over its edge: its own edge is not inside it."""

_FEWEST, _MOST_AROUND = 16, 96
"""Bounds of the points in which the edge of a band is worked out."""

_MOST: Final = 60
"""Most bands that are looked at for their common edge; more are drawn without one."""


class Band(Struct, frozen=True):
    """An ellipse on the sphere: an airframe can have flown from one point over each point of it to another."""

    begin: Point
    end: Point
    way_km: float
    """How far it can have flown, or so far that the band can be seen."""
    edge: tuple[Point, ...]
    """A ring, closed, clockwise."""

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies inside it, and not on its edge."""
        return apart_km(self.begin, point) + apart_km(point, self.end) < _INSIDE * self.way_km


def band(doubt: Doubt, shown: View) -> Band:
    """Give the band of a way that nobody heard."""
    px_a_km = shown.projection.px_a_km
    apart, least = apart_km(doubt.begin, doubt.end) / EARTH_RADIUS_KM, _LEAST_PX / px_a_km / EARTH_RADIUS_KM
    way = max(doubt.way_km / EARTH_RADIUS_KM, 2 * acos(cos(apart / 2) * cos(least)))
    count = ceil(4 * sqrt(way * shown.projection.scale))
    edge = _edge(doubt, apart, way, max(_FEWEST, min(count, _MOST_AROUND)))
    return Band(doubt.begin, doubt.end, way * EARTH_RADIUS_KM, edge)


def _edge(doubt: Doubt, apart: float, way: float, count: int) -> tuple[Point, ...]:
    """Give points of the edge: ``apart`` and ``way`` in radii of the earth.

    From the begin the edge is as far in each direction as the law of cosines has it, where the end is the rest of the way from
    there. The directions are those to points that are spread evenly along the ellipse on a plane.
    """
    (lon, lat), (to_lon, to_lat) = doubt.begin, doubt.end
    course = bearing_deg(lat, lon, to_lat, to_lon)
    long, short = way / 2, sqrt(max(way * way - apart * apart, 0.0)) / 2
    points = list[Point]()
    for number in range(count):
        turn = 2 * pi * number / count
        aside = atan2(short * sin(turn), apart / 2 + long * cos(turn))
        far = atan2(cos(apart) - cos(way), sin(way) - sin(apart) * cos(aside))
        at_lat, at_lon = destination(lat, lon, course + degrees(aside), far * EARTH_RADIUS_KM)
        points.append((at_lon, at_lat))
    return (*points, points[0])


def area_of(bands: Sequence[Band], shown: View) -> str:
    """Give all bands as an SVG path."""
    return "".join(f"{_line(ring)}Z" for each in bands for ring in shown.projection.lines(each.edge))


def edge_of(bands: Sequence[Band], shown: View) -> str:
    """Give the edge of all bands together as an SVG path; empty where there are too many."""
    return "".join(map(_line, edges(bands, shown)))


def edges(bands: Sequence[Band], shown: View) -> Iterator[list[Pixel]]:
    """Give the edge of all bands together, in parts; nothing where there are too many."""
    for each in bands if len(bands) <= _MOST else ():
        for part in _outside(each, [other for other in bands if other is not each]):
            yield from shown.projection.lines(part)


def _outside(each: Band, others: Sequence[Band]) -> Iterator[list[Point]]:
    """Give the parts of an edge that lie in no other band."""
    part = list[Point]()
    for point in each.edge:
        if not any(other.holds(point) for other in others):
            part.append(point)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _line(part: Sequence[Pixel]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in part)
