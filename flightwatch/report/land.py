"""The land of a map and the borders on it: the outlines that lie in the part of the earth it shows.

Vega projects every point it is given: all the world's coasts at 1:50 million take it 0.2 s, those of a region a tenth of that.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from math import cos, radians
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Point, Sheet

_DIGITS: Final = 3
"""Decimals of a degree, 0.1 km: the outlines at 1:50 million are rounded to 0.2 km or more."""

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
    arcs: list[list[tuple[int, int]]]

    @staticmethod
    def read(text: bytes | Raw) -> "Topology":
        """Read a topology."""
        return msgspec.json.decode(text, type=Topology)


class Piece(Struct, frozen=True):
    """One piece of land, or of a border: the box that holds it, and its lines."""

    box: Box
    lines: tuple[tuple[Point, ...], ...]
    """The rings of land, closed; the one line of a border."""


def land_in(box: Box, detail: Detail, outlines: Outlines, step_deg: float = 0.0) -> dict[str, Any]:
    """Give the land that may lie in the box, as a GeoJSON feature; points nearer to one another than a step are left out."""
    pieces = land_pieces(box, detail, outlines)
    rings = [[thin for line in piece.lines if _turns_alike(thin := thinned(line, step_deg), line)] for piece in pieces]
    rings = [ring for ring in rings if ring]
    return {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": rings}}


def borders_in(box: Box, detail: Detail, outlines: Outlines, step_deg: float = 0.0) -> dict[str, Any]:
    """Give the borders between countries that may lie in the box, as a GeoJSON feature, thinned likewise."""
    lines = [thinned(line, step_deg) for piece in border_pieces(box, detail, outlines) for line in piece.lines]
    return {"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": lines}}


def land_pieces(box: Box, detail: Detail, outlines: Outlines) -> list[Piece]:
    """Give the pieces of land that may lie in the box."""
    return [piece for piece in _pieces(detail, outlines)[0] if _touch(piece.box, box)]


def border_pieces(box: Box, detail: Detail, outlines: Outlines) -> list[Piece]:
    """Give the borders that may lie in the box."""
    return [piece for piece in _pieces(detail, outlines)[1] if _touch(piece.box, box)]


def thinned(line: Sequence[Point], step_deg: float) -> Sequence[Point]:
    """Leave out points that are nearer than a step to the one before; the first and the last stay."""
    if not step_deg or len(line) < 3:
        return line
    kept, across = [line[0]], max(cos(radians(line[0][1])), 0.05)
    for lon, lat in line[1:-1]:
        if abs(lon - kept[-1][0]) * across + abs(lat - kept[-1][1]) >= step_deg:
            kept.append((lon, lat))
    return [*kept, line[-1]]


def _turns_alike(ring: Sequence[Point], whole: Sequence[Point]) -> bool:
    """Tell whether a thinned ring still turns as the whole one does: one that turns the other way is all the earth but itself."""
    return ring is whole or (len(ring) > 3 and _area(ring) * _area(whole) > 0)


def _area(ring: Sequence[Point]) -> float:
    return sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in pairwise(ring))


@cache
def _pieces(detail: Detail, outlines: Outlines) -> tuple[list[Piece], list[Piece]]:
    """Give all land and all borders."""
    topology = Topology.read(outlines(detail))
    arcs = [points_of(arc, topology.transform) for arc in topology.arcs]
    land = []
    for geometry in topology.objects["land"].geometries:
        several = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        land += [_piece([ring_of(numbers, arcs) for numbers in polygon]) for polygon in several]
    lines = (numbers for geometry in topology.objects["borders"].geometries for numbers in geometry["arcs"])
    return land, [_piece([ring_of(numbers, arcs)]) for numbers in lines]


def _piece(lines: list[list[Point]]) -> Piece:
    lons, lats = zip(*lines[0], strict=True)
    return Piece(Box(min(lats), min(lons), max(lats), max(lons)), tuple(map(tuple, lines)))


def points_of(arc: list[tuple[int, int]], transform: Transform) -> list[Point]:
    """Give the points of an arc, degrees."""
    (scale_x, scale_y), (shift_x, shift_y) = transform.scale, transform.translate
    x, y, points = 0, 0, []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((round(x * scale_x + shift_x, _DIGITS), round(y * scale_y + shift_y, _DIGITS)))
    return points


def ring_of(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Put arcs together to a ring; the number ``~n`` stands for arc ``n`` reversed."""
    ring: list[Point] = []
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += points[1:] if ring else points
    return ring


def _touch(land: Box, view: Box) -> bool:
    """Tell whether two boxes have a point in common; land never crosses the antimeridian, but a view may."""
    if land.lat_max < view.lat_min or view.lat_max < land.lat_min:
        return False
    if view.lon_min > view.lon_max:
        return land.lon_max >= view.lon_min or land.lon_min <= view.lon_max
    return land.lon_max >= view.lon_min and view.lon_max >= land.lon_min
