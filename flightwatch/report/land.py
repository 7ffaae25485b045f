"""The land of a map and the borders on it: the outlines that lie in the part of the earth it shows.

All the world's coasts at 1:50 million have 80,000 points: a map takes those that it shows, no nearer than it can show apart.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from math import cos, floor, log2, radians
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Point, Sheet

_DIGITS: Final = 3
"""Decimals of a degree, 0.1 km: the outlines at 1:50 million are rounded to 0.2 km or more."""

_STRETCH: Final = 48
"""Most steps in a stretch of an outline, points."""

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
    """Part of an outline: the box that holds it, and its points."""

    box: Box
    lons: "array[float]"
    lats: "array[float]"


class Piece(Struct, frozen=True, eq=False):
    """One piece of land, or of a border: the box that holds it, and its lines."""

    box: Box
    lines: tuple[tuple[Stretch, ...], ...]
    """The rings of land, closed; the one line of a border. Each stretch begins where the one before ends."""


def land_in(box: Box, detail: Detail, outlines: Outlines, step_deg: float) -> Iterator[list[Point]]:
    """Give the rings of the land that may lie in the box: points nearer to one another than a step are left out.

    Of a stretch outside of it there is one point.
    """
    return _lines_in(box, _pieces(detail, outlines)[0], step_deg)


def borders_in(box: Box, detail: Detail, outlines: Outlines, step_deg: float) -> Iterator[list[Point]]:
    """Give the borders between countries that may lie in the box, likewise."""
    return _lines_in(box, _pieces(detail, outlines)[1], step_deg)


def _lines_in(box: Box, pieces: Sequence[Piece], step_deg: float) -> Iterator[list[Point]]:
    level = floor(2 * log2(step_deg))
    for piece in pieces:
        if _touch(piece.box, box):
            for line in piece.lines:
                points = list[Point]()
                for stretch in line:
                    points += _thinned(stretch, level) if _touch(stretch.box, box) else _first(stretch)
                yield points


def _first(stretch: Stretch) -> tuple[Point]:
    return ((stretch.lons[0], stretch.lats[0]),)


@lru_cache(maxsize=4096)
def _thinned(stretch: Stretch, level: int) -> tuple[Point, ...]:
    """Leave out points that are nearer than a step of 2 to the power of half the level, degrees; the ends stay."""
    step_deg = 2 ** (level / 2)
    at_lon, at_lat = stretch.lons[0], stretch.lats[0]
    across = max(cos(radians(at_lat)), 0.05)
    kept = [(at_lon, at_lat)]
    for lon, lat in zip(stretch.lons, stretch.lats, strict=True):
        if abs(lon - at_lon) * across + abs(lat - at_lat) >= step_deg:
            at_lon, at_lat = lon, lat
            kept.append((lon, lat))
    return (*kept, (stretch.lons[-1], stretch.lats[-1]))


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
    boxes = [stretch.box for stretch in made[0]]
    box = Box(
        min(box.lat_min for box in boxes),
        min(box.lon_min for box in boxes),
        max(box.lat_max for box in boxes),
        max(box.lon_max for box in boxes),
    )
    return Piece(box, made)


def _stretches(number: int, topology: Topology) -> Iterator[Stretch]:
    """Cut an arc into stretches of at most `_STRETCH` points, each with the last point of the one before."""
    points = ring_of([number], topology)
    for begin in range(0, max(len(points) - 1, 1), _STRETCH):
        some = points[begin : begin + _STRETCH + 1]
        lons, lats = array("d", (lon for lon, _ in some)), array("d", (lat for _, lat in some))
        yield Stretch(Box(min(lats), min(lons), max(lats), max(lons)), lons, lats)


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


def _touch(land: Box, view: Box) -> bool:
    """Tell whether two boxes have a point in common; land never crosses the antimeridian, but a view may."""
    if land.lat_max < view.lat_min or view.lat_max < land.lat_min:
        return False
    if view.lon_min > view.lon_max:
        return land.lon_max >= view.lon_min or land.lon_min <= view.lon_max
    return land.lon_max >= view.lon_min and view.lon_max >= land.lon_min
