"""The watchlist's ``areas:``: a circle or a polygon, with a floor or a ceiling.

    areas:
      - name: Sea of Japan
        polygon: [[38.5, 130.0], [42.5, 131.0], [41.0, 139.5], [37.5, 137.0]]
        ceiling: FL200

Places are latitude and longitude; heights have a unit, and become metres here.
"""

import re
from collections.abc import Callable, Mapping
from math import hypot
from typing import Final

from flightwatch.core.areas import Place, WatchedArea
from flightwatch.core.geo import METRES_A_FOOT
from flightwatch.core.model import Circle
from flightwatch.core.selectors import Picked
from flightwatch.watchlist.node_reader import Reading, quoted
from flightwatch.watchlist.numbers import number, place
from flightwatch.watchlist.yaml_nodes import Node, Scalar

NARROWING: Final = ("floor", "ceiling", "only")
"""Keys that say which part of an area, and whom."""

_KEYS: Final = ("name", "circle", "polygon", *NARROWING)
_CIRCLE_KEYS: Final = ("at", "radius_km")

_AREA: Final = "{name: Wonsan, circle: {at: [39.17, 127.49], radius_km: 40}}"
_NAME: Final = "what to call it, such as Sea of Japan"
_CIRCLE: Final = "{at: [39.17, 127.49], radius_km: 40}"
_POLYGON: Final = "three or more places such as [[39.0, 127.0], [39.5, 127.0], [39.5, 128.0]]"
_PLACE: Final = "latitude and longitude such as [39.17, 127.49]"
_RADIUS: Final = "kilometres such as 40"
_HEIGHT: Final = "a number and a unit such as 3000m, 10000ft or FL100"
"""What to write, in complaints."""

LEAST_KM, FARTHEST_KM = 0.1, 5000.0
"""Smallest and largest radius, km: an apron, and a quarter of the way to the other side of the Earth."""

POLEWARD_DEG: Final = 85.0
"""Greatest latitude of a corner, degrees: edges are straight on a map of latitude and longitude, which is none near a pole."""

MOST_CORNERS: Final = 1000
"""Corners of a polygon. Each is looked at for each aircraft near it, in each poll: 1,000 for 1,000 aircraft take some 0.1 s."""

FEET_A_LEVEL: Final = 100

_FLAT_DEG: Final = 1e-4
"""Width of a polygon below which nobody is ever inside, degrees: 11 m, which an aircraft is longer than."""

_HEIGHT_FORM: Final = re.compile(r"([0-9]{1,6}) ?(m|ft)|FL ?([0-9]{1,3})", re.ASCII | re.IGNORECASE)

ReadOnly = Callable[[Node | None, str], tuple[tuple[str, ...], tuple[Picked, ...]]]
"""Reads ``only``."""


def watched_areas(reading: Reading, node: Node | None, only: ReadOnly) -> tuple[WatchedArea, ...]:
    """The areas that ``node`` lists, without those that cannot be understood."""
    found: dict[str, WatchedArea] = {}
    for entry, path in reading.items(node, "areas", f"a list of entries, each {_AREA}"):
        area = _area(reading, entry, path, only)
        if area is not None and found.setdefault(area.name, area) is not area:
            reading.complain(entry.line, path, f"the name {area.name!r} is another area's, write another name")
    return tuple(found.values())


def _area(reading: Reading, node: Node, path: str, only: ReadOnly) -> WatchedArea | None:
    fields = reading.table(node, path, _KEYS, _AREA, required=("name",))
    name = reading.text(fields.get("name"), f"{path}.name", _NAME)
    shapes = [shape for shape in ("circle", "polygon") if shape in fields]
    if fields and len(shapes) != 1:
        what = "has both circle and polygon, write one" if shapes else f"has no circle and no polygon, write {_AREA}"
        reading.complain(node.line, path, what)
    shape: Circle | tuple[Place, ...] | None = None
    if shapes == ["circle"]:
        shape = _circle(reading, fields["circle"], f"{path}.circle")
    elif shapes == ["polygon"]:
        shape = _polygon(reading, fields["polygon"], f"{path}.polygon")
    return watched_area(reading, fields, path, only, name=name, shape=shape)


def watched_area(
    reading: Reading,
    fields: Mapping[str, Node],
    path: str,
    only: ReadOnly,
    *,
    name: str,
    shape: Circle | tuple[Place, ...] | None,
) -> WatchedArea | None:
    """The area of this shape, with what ``fields`` have of `NARROWING`; None where it has no name or no shape."""
    floor_m = _height(reading, fields.get("floor"), f"{path}.floor")
    ceiling_m = _height(reading, fields.get("ceiling"), f"{path}.ceiling")
    if floor_m is not None and ceiling_m is not None and floor_m >= ceiling_m:
        reading.complain(fields["ceiling"].line, f"{path}.ceiling", "is not above floor, write a greater height")
    patterns, picks = only(fields.get("only"), f"{path}.only")
    return (
        WatchedArea(name, shape, floor_m, ceiling_m, only=patterns, picks=picks) if name and shape is not None else None
    )


def _circle(reading: Reading, node: Node, path: str) -> Circle | None:
    fields = reading.table(node, path, _CIRCLE_KEYS, _CIRCLE, required=_CIRCLE_KEYS)
    at = place(reading, fields.get("at"), f"{path}.at", _PLACE)
    radius_km = number(reading, fields.get("radius_km"), f"{path}.radius_km", _RADIUS, least=LEAST_KM, most=FARTHEST_KM)
    return None if at is None or radius_km is None else Circle(*at, radius_km)


def _polygon(reading: Reading, node: Node, path: str) -> tuple[Place, ...] | None:
    places = [place(reading, entry, where, _PLACE) for entry, where in reading.items(node, path, _POLYGON)]
    corners = tuple(each for each in places if each is not None)
    if len(corners) < len(places):
        return None
    if corners and corners[0] == corners[-1]:
        corners = corners[:-1]  # closed, as GeoJSON has it
    if len(corners) > MOST_CORNERS:
        problem = f"has {len(corners):,} corners, write {MOST_CORNERS:,} at most: fewer along the same line"
        reading.complain(node.line, path, problem)
        return None
    if len({*corners}) < 3:
        reading.complain(node.line, path, f"has fewer than three corners, write {_POLYGON}")
        return None
    if any(abs(latitude) > POLEWARD_DEG for latitude, _ in corners) or not _is_narrow(corners):
        problem = f"reaches beyond {POLEWARD_DEG:.0f}° of latitude, or round half of the Earth, write a circle there"
        reading.complain(node.line, path, problem)
        return None
    if _is_flat(corners):
        reading.complain(node.line, path, f"has all its corners on one line, write {_POLYGON}")
        return None
    return corners


def _is_flat(corners: tuple[Place, ...]) -> bool:
    """Tell whether all corners, three or more, lie on one line, so that nothing is inside."""
    (y, x), *rest = corners
    from_first = [(latitude - y, (longitude - x + 180.0) % 360.0 - 180.0) for latitude, longitude in rest]
    far = max(from_first, key=lambda place: hypot(*place))
    return all(abs(far[0] * e - far[1] * n) < _FLAT_DEG * hypot(*far) for n, e in from_first)


def _is_narrow(corners: tuple[Place, ...]) -> bool:
    """Tell whether a polygon spans less than half a turn of longitude."""
    first = corners[0][1]
    east = [(longitude - first + 180.0) % 360.0 - 180.0 for _, longitude in corners]
    return max(east) - min(east) < 180.0


def _height(reading: Reading, node: Node | None, path: str) -> float | None:
    """A height in metres; None where none is written."""
    text = reading.text(node, path, _HEIGHT)
    match = _HEIGHT_FORM.fullmatch(text)
    if match is None:
        if text and isinstance(node, Scalar):
            reading.complain(node.line, path, f"{quoted(node)} is not a height, write {_HEIGHT}")
        return None
    if match[3] is not None:
        return int(match[3]) * FEET_A_LEVEL * METRES_A_FOOT
    return int(match[1]) * (METRES_A_FOOT if match[2].lower() == "ft" else 1.0)
