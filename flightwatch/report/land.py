"""The land of a map: the outlines that lie in the part of the earth it shows.

Vega projects every point it is given: all the world's coasts at 1:50 million take it 0.2 s, those of a region a tenth of that.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Point

_DIGITS: Final = 3
"""Decimals of a degree, 0.1 km: the outlines at 1:50 million are rounded to 0.2 km or more."""

Outlines = Callable[[Detail], Raw]
"""Gives the world's land as a TopoJSON topology with one object, ``land``, in WGS 84 degrees."""


class _Transform(Struct):
    scale: Point
    translate: Point


class _Geometries(Struct):
    geometries: list[dict[str, Any]]


class _Topology(Struct):
    """A TopoJSON topology: each point of an arc is the step from the one before, in whole numbers."""

    transform: _Transform
    objects: dict[str, _Geometries]
    arcs: list[list[tuple[int, int]]]


class Polygon(Struct, frozen=True):
    """One piece of land: the box that holds it, and its rings as GeoJSON has them."""

    box: Box
    rings: Raw


def land_in(box: Box, detail: Detail, outlines: Outlines) -> dict[str, Any]:
    """Give the land that may lie in the box, as a GeoJSON feature."""
    rings = [polygon.rings for polygon in _polygons(detail, outlines) if _touch(polygon.box, box)]
    return {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": rings}}


@cache
def _polygons(detail: Detail, outlines: Outlines) -> list[Polygon]:
    topology = msgspec.json.decode(outlines(detail), type=_Topology)
    arcs = [_points(arc, topology.transform) for arc in topology.arcs]
    polygons = []
    for geometry in topology.objects["land"].geometries:
        several = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in several:
            rings = [_ring(numbers, arcs) for numbers in polygon]
            lons, lats = zip(*rings[0], strict=True)
            polygons.append(Polygon(Box(min(lats), min(lons), max(lats), max(lons)), Raw(msgspec.json.encode(rings))))
    return polygons


def _points(arc: list[tuple[int, int]], transform: _Transform) -> list[Point]:
    (scale_x, scale_y), (shift_x, shift_y) = transform.scale, transform.translate
    x, y, points = 0, 0, []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((round(x * scale_x + shift_x, _DIGITS), round(y * scale_y + shift_y, _DIGITS)))
    return points


def _ring(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Put arcs together to a ring; the number ``~n`` stands for arc ``n`` reversed."""
    ring: list[Point] = []
    for number in numbers:
        points = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += points[1:] if ring else points
    return ring


def _touch(land: Box, view: Box) -> bool:
    """True if two boxes have a point in common; land never crosses the antimeridian, but a view may."""
    if land.lat_max < view.lat_min or view.lat_max < land.lat_min:
        return False
    if view.lon_min > view.lon_max:
        return land.lon_max >= view.lon_min or land.lon_min <= view.lon_max
    return land.lon_max >= view.lon_min and view.lon_max >= land.lon_min
