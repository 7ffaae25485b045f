"""The land of a map and the borders on it: the outlines that lie in the part of the earth it shows.

All the world's coasts at 1:50 million have 80,000 points: a map takes those that it shows, no nearer than it can show apart.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from math import cos, degrees, floor, log2, radians, sqrt
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from flightwatch.core.geo import EARTH_RADIUS_KM
from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Point, Sheet, apart_km
from flightwatch.report.map_view import View
from flightwatch.report.projection import middle_of

_DIGITS: Final = 3
"""Decimals of a degree, 0.1 km: the outlines at 1:50 million are rounded to 0.2 km or more."""

_STRETCH: Final = 48
"""Most steps in a stretch of an outline, points."""

_BESIDE: Final = (-2.0, -2.0, 2.0, 2.0)
"""How far around its frame a map draws all of its land, px: a coast has a width."""

Outlines = Callable[[Sheet], Raw]
"""Gives a sheet of the atlas: the world's land as a TopoJSON topology with the objects ``land`` and ``borders``, in WGS 84
degrees, or the names on it."""


class Transform(Struct):
    """How the whole numbers of a topology become degrees."""

    scale: Point
    translate: Point


class _Geometries(Struct):
    geometries: list[dict[str, Any]]


class Topology(Struct):
    """A TopoJSON topology: each point of an arc is the step from the one before, in whole numbers."""

    transform: Transform
    objects: dict[str, _Geometries]
    arcs: list[Raw]
    """Undecoded: all of them as objects would take ten times the memory."""

    @staticmethod
    def read(text: bytes | Raw) -> "Topology":
        """Read a topology."""
        return msgspec.json.decode(text, type=Topology)


class Stretch(Struct, frozen=True, eq=False):
    """Part of an outline: its points, all of which are no farther from its middle than it reaches, radians."""

    middle: Point
    reach: float
    lons: "array[float]"
    lats: "array[float]"


class Piece(Struct, frozen=True, eq=False):
    """One piece of land, or of a border: the box that holds it, and its lines."""

    box: Box
    lines: tuple[tuple[Stretch, ...], ...]
    """The rings of land, closed; the one line of a border. Each stretch begins where the one before ends."""


def land_in(shown: View, outlines: Outlines, thin_px: float) -> Iterator[list[Point]]:
    """Give the rings of the land that a map shows: points nearer to one another than so many pixels are left out.

    Of a stretch outside of it there is one point.
    """
    return _lines_in(shown, _pieces(shown.detail, outlines)[0], thin_px)


def borders_in(shown: View, outlines: Outlines, thin_px: float) -> Iterator[list[Point]]:
    """Give the borders between countries that a map shows, likewise."""
    return _lines_in(shown, _pieces(shown.detail, outlines)[1], thin_px)


def _lines_in(shown: View, pieces: Sequence[Piece], thin_px: float) -> Iterator[list[Point]]:
    step_deg = degrees(thin_px / shown.projection.scale)
    level = floor(2 * log2(step_deg))
    for line in (line for piece in pieces if _is_shown(piece.box, shown.box, step_deg) for line in piece.lines):
        seen = _seen(line, shown)
        if any(seen) or len(line) > 1:
            points = list[Point]()
            for stretch, is_seen in zip(line, seen, strict=True):
                points += _thinned(stretch, level) if is_seen else ((stretch.lons[0], stretch.lats[0]),)
            yield [*points, (line[-1].lons[-1], line[-1].lats[-1])]


def _seen(line: Sequence[Stretch], shown: View) -> list[bool]:
    """Tell which stretches may reach into the frame of a map."""
    if shown.is_world:
        return [True] * len(line)
    left, top, right, bottom = (edge + aside for edge, aside in zip(shown.frame, _BESIDE, strict=True))
    scale = shown.projection.scale
    (x_0, y_0), seen = shown.projection.origin, list[bool]()
    for stretch, (x, y) in zip(line, shown.projection.pixels([stretch.middle for stretch in line]), strict=True):
        # The projection stretches what is at an angle c from its middle across by 1 / cos(c / 2), and sin(c / 2) is this:
        away = ((x - x_0) ** 2 + (y - y_0) ** 2) / (2 * scale) ** 2
        reach = scale * stretch.reach / max(sqrt(max(1.0 - away, 0.0)) - stretch.reach / 2, 0.05)
        seen.append(left - reach < x < right + reach and top - reach < y < bottom + reach)
    return seen


@lru_cache(maxsize=4096)
def _thinned(stretch: Stretch, level: int) -> tuple[Point, ...]:
    """Leave out points that are nearer than a step of 2 to the power of half the level, degrees, and the last."""
    step_deg = 2 ** (level / 2)
    at_lon, at_lat = stretch.lons[0], stretch.lats[0]
    across = max(cos(radians(at_lat)), 0.05)
    kept = [(at_lon, at_lat)]
    for lon, lat in zip(stretch.lons[:-1], stretch.lats[:-1], strict=True):
        if abs(lon - at_lon) * across + abs(lat - at_lat) >= step_deg:
            at_lon, at_lat = lon, lat
            kept.append((lon, lat))
    return tuple(kept)


@cache
def _pieces(detail: Detail, outlines: Outlines) -> tuple[list[Piece], list[Piece]]:
    """Give all land and all borders."""
    topology = Topology.read(outlines(detail))
    land = []
    for geometry in topology.objects["land"].geometries:
        several = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        land += [_piece(polygon, topology) for polygon in several]
    lines = (numbers for geometry in topology.objects["borders"].geometries for numbers in geometry["arcs"])
    return land, [_piece([numbers], topology) for numbers in lines]


def _piece(lines: Sequence[Sequence[int]], topology: Topology) -> Piece:
    made = tuple(tuple(stretch for number in numbers for stretch in _stretches(number, topology)) for numbers in lines)
    lons, lats = [stretch.lons for stretch in made[0]], [stretch.lats for stretch in made[0]]
    return Piece(Box(min(map(min, lats)), min(map(min, lons)), max(map(max, lats)), max(map(max, lons))), made)


def _stretches(number: int, topology: Topology) -> Iterator[Stretch]:
    """Cut an arc into stretches of at most `_STRETCH` points, each with the last point of the one before."""
    points = ring_of([number], topology)
    for begin in range(0, max(len(points) - 1, 1), _STRETCH):
        some = points[begin : begin + _STRETCH + 1]
        middle = middle_of(some)
        reach = max(apart_km(middle, point) for point in some) / EARTH_RADIUS_KM
        yield Stretch(middle, reach, array("d", (lon for lon, _ in some)), array("d", (lat for _, lat in some)))


def ring_of(numbers: Iterable[int], topology: Topology) -> list[Point]:
    """Put arcs together to a ring, degrees; the number ``~n`` stands for arc ``n`` reversed."""
    ring = list[Point]()
    for number in numbers:
        points = _points_of(topology.arcs[number if number >= 0 else ~number], topology.transform)
        ring += points[:: 1 if number >= 0 else -1][1 if ring else 0 :]
    return ring


def _points_of(arc: Raw, transform: Transform) -> list[Point]:
    (scale_x, scale_y), (shift_x, shift_y) = transform.scale, transform.translate
    x, y, points = 0, 0, []
    for step_x, step_y in msgspec.json.decode(arc, type=list[tuple[int, int]]):
        x, y = x + step_x, y + step_y
        points.append((round(x * scale_x + shift_x, _DIGITS), round(y * scale_y + shift_y, _DIGITS)))
    return points


def _is_shown(land: Box, view: Box, step_deg: float) -> bool:
    """Tell whether what is in the first box may be seen, and is no smaller than a step; a view may cross the antimeridian."""
    if land.lat_max < view.lat_min or view.lat_max < land.lat_min:
        return False
    across = max(cos(radians(min(abs(land.lat_min), abs(land.lat_max)))), 0.05)
    if land.lat_max - land.lat_min + (land.lon_max - land.lon_min) * across < step_deg:
        return False
    if view.lon_min > view.lon_max:
        return land.lon_max >= view.lon_min or land.lon_min <= view.lon_max
    return land.lon_max >= view.lon_min and view.lon_max >= land.lon_min
