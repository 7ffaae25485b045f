"""What a map is drawn on, as paths: land, borders, and lines of latitude and longitude; and the ways of flights over it."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from flightwatch.core.geo import EARTH_RADIUS_KM
from flightwatch.core.points import Point, apart_km, great_circle
from flightwatch.report.land import Outlines, borders_in, land_in
from flightwatch.report.map_view import View
from flightwatch.report.projection import Frame, Pixel, Projection, middle_of, unroll
from flightwatch.report.svg import number, outline

THIN_PX: Final = 1.2
"""Distance up to which points of a coast or a border are one, px."""

_GRATICULE: Final = ((900.0, 2), (3000.0, 10), (math.inf, 30))
"""Degrees from line to line of the graticule, each with the reach in km up to which it holds."""

_HIGHEST: Final = 80
"""Latitude at which all meridians but four end, degrees: beyond they run into one another."""

_FAR_KM: Final = 2000.0
_FAR_DEG: Final = 18.0
"""How near to the point on the far side of the earth a short way can be long on the map, and what that is of latitude."""

_OFF_PX: Final = 0.3
"""How far a straight piece may be off the curve that it is part of, px."""

_WORLD_KM: Final = 50.0
"""The same on a map of the whole earth, where a way over a pole turns sharply, km."""

_WORLD_EDGE_DEG: Final = 5
"""Degrees between points of the edge of the whole earth, and of its meridians, which bend little."""

_SEEN_PX: Final = 6
"""Least length of a line that can be seen as a line."""


def land_path(shown: View, outlines: Outlines) -> str:
    """Give the land as a path, to be filled by ``evenodd``."""
    rings = list(land_in(shown, outlines, THIN_PX))
    path = outline(_pixels(shown, rings), shown.frame, is_closed=True)
    if shown.is_world or not any(_holds(ring, _far_side(shown)) for ring in rings):
        return path
    # The far side of the earth is land: it is the edge of this map, all around.
    (x, y), radius = shown.projection.origin, 2 * shown.projection.scale
    half = f"a{number(radius)},{number(radius)} 0 1 1 "
    return f"M{number(x - radius)},{number(y)}{half}{number(2 * radius)},0{half}{number(-2 * radius)},0z{path}"


def border_path(shown: View, outlines: Outlines) -> str:
    """Give the borders as a path."""
    return outline(_pixels(shown, borders_in(shown, outlines, THIN_PX)), shown.frame)


def graticule_path(shown: View) -> str:
    """Give the lines of latitude and longitude, over the part of the earth that may be seen."""
    step = next(step for reach, step in _GRATICULE if shown.reach_km <= reach)
    box = shown.box
    south, north = max(box.lat_min, -90.0), min(box.lat_max, 90.0)
    west, east = box.lon_min, box.lon_max + (360.0 if box.lon_max < box.lon_min else 0.0)
    turn = math.radians(_WORLD_EDGE_DEG) if shown.is_world else _bend_km(shown) / EARTH_RADIUS_KM
    meridians = [
        [(lon, lat) for lat in _spread(max(south, -high), min(north, high), turn)]
        for lon in _multiples(west, min(east, west + 359.0), step)
        for high in [_HIGHEST if lon % 90 else 90.0]
    ]
    parallels = [
        [(lon, lat) for lon in _spread(west, east, turn)]
        for lat in _multiples(max(south, -_HIGHEST), min(north, _HIGHEST), step)
    ]
    return outline(_pixels(shown, [*meridians, *parallels]), shown.frame)


def ways_path(ways: Iterable[Sequence[Point]], shown: View) -> tuple[str, bool]:
    """Give lines along great circles as one path, and tell whether any can be seen in the frame as a line."""
    step_km = _bend_km(shown)
    lines = [line for way in ways for line in shown.projection.lines(great_circle(way, step_km))]
    path = outline(lines, shown.frame)
    return path, any(_seen_px(line, shown.frame) >= _SEEN_PX for line in lines)


def world_edge(shown: View) -> str:
    """Give the edge of the whole earth as a path."""
    lon, lats = shown.projection.middle[0], range(-90, 91, _WORLD_EDGE_DEG)
    edge = [*((lon - 179.999, lat) for lat in lats), *((lon + 179.999, lat) for lat in reversed(lats))]
    return outline([shown.projection.pixels(edge)], shown.frame, is_closed=True)


def _pixels(shown: View, lines: Iterable[Sequence[Point]]) -> Iterator[list[Pixel]]:
    steps = lines if shown.is_world else (_stepped(line, shown) for line in lines)
    return (pixels for line in steps for pixels in shown.projection.lines(line))


def _far_side(shown: View) -> Point:
    """Give the point that is the whole edge of a map of all the earth but it."""
    lon, lat = shown.projection.middle
    return lon + 180.0, -lat


def _stepped(line: Sequence[Point], shown: View) -> list[Point]:
    """Take what is near the far side in small steps, as its map leads around it."""
    far, points = _far_side(shown), [*line[:1]]
    for a, b in pairwise(line):
        is_near = abs(b[1] - far[1]) < _FAR_DEG and apart_km(b, far) < _FAR_KM
        points += _halved(a, b, shown.projection) if is_near else [b]
    return points


def _halved(a: Point, b: Point, projection: Projection) -> list[Point]:
    """Give points to the second, as many as are needed for a way on the map that is short everywhere."""
    if math.dist(*projection.pixels((a, b))) < projection.scale / 4 or apart_km(a, b) < 1.0:
        return [b]
    middle = middle_of((a, b))
    return [*_halved(a, middle, projection), *_halved(middle, b, projection)]


def _bend_km(shown: View) -> float:
    """Give the step at which straight pieces follow a great circle, km; its radius on a map is about the earth's or more."""
    return _WORLD_KM if shown.is_world else math.sqrt(8 * _OFF_PX / shown.projection.scale) * EARTH_RADIUS_KM


def _spread(begin: float, end: float, step: float) -> Iterator[float]:
    """Give numbers of degrees from begin to end, at most a step in radians apart."""
    steps = max(1, math.ceil(math.radians(end - begin) / step))
    return (begin + (end - begin) * n / steps for n in range(steps + 1))


def _multiples(begin: float, end: float, step: int) -> Iterator[float]:
    return map(float, range(math.ceil(begin / step) * step, math.floor(end) + 1, step))


def _holds(ring: Sequence[Point], point: Point) -> bool:
    """Tell whether a ring on the sphere goes around a point."""
    lat = point[1]
    if not min(at for _, at in ring) <= lat <= max(at for _, at in ring) and abs(lat) < 80.0:
        return False
    flat, inside = unroll(ring, point[0]), False
    for (lon, a), (to_lon, b) in pairwise([*flat, flat[0]]):
        if (a > lat) != (b > lat):
            crossing = lon + (to_lon - lon) * (lat - a) / (b - a)
            # A turn further the same point lies again.
            inside ^= (crossing > 0) ^ (crossing > 360) ^ (crossing > -360)
    return inside


def _seen_px(line: Sequence[Pixel], frame: Frame) -> float:
    """Give how long a line is inside a frame, px."""
    return sum(_inside_px(a, b, frame) for a, b in pairwise(line))


def _inside_px(a: Pixel, b: Pixel, frame: Frame) -> float:
    begin, end = 0.0, 1.0
    for axis in (0, 1):
        way = b[axis] - a[axis]
        low, high = frame[axis] - a[axis], frame[axis + 2] - a[axis]
        if way == 0.0:
            if low > 0 or high < 0:
                return 0.0
            continue
        near, far = sorted((low / way, high / way))
        begin, end = max(begin, near), min(end, far)
    return max(0.0, end - begin) * math.dist(a, b)
