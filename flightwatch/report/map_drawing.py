"""The map of a report: land, the airports, where contact was lost and found, and the dark stretch between.

Projection, clipping and great circles are d3-geo's, inside Vega. The map is centred on what it shows, so a stretch across
the antimeridian is as short as it was flown.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from flightwatch.core.geo import EARTH_RADIUS_KM, box_around, destination
from flightwatch.core.model import Box
from flightwatch.core.points import Point, apart_km
from flightwatch.report.land import Outlines, land_in
from flightwatch.report.map_content import MapContent, Spot
from flightwatch.report.svg import LABELS, LETTERS_PX, NAMES, WIDTHS, Spec, colour, icon, shape, values

LEAST_REACH_KM: Final = 150.0
"""Distance around its first place that the map shows at least, km: enough coast to know the place by."""

REGION_KM: Final = 3000.0
"""Greatest reach of a map with land at 1:50 million, km: the land then takes 5 to 20 kB."""

HEMISPHERE_KM: Final = 9000.0
"""Reach from which the whole earth is drawn, km: an azimuthal map distorts too much towards its edge."""

_GRATICULE: Final = ((900.0, 2), (REGION_KM, 10), (math.inf, 30))
"""Degrees from line to line of the graticule, each with the reach in km up to which it holds."""

_HEIGHTS: Final = {"wide": 470, "narrow": 330}
_MARGIN: Final = {"wide": 60, "narrow": 34}
_MARK_PX2: Final = 100
_RING_PX2: Final = 260
"""Area of the ring of a place without an airport: a loss at the very place is marked inside it."""

_VIEW: Final = 2.9
"""Distance of a map's corners from its middle, as a multiple of that of the farthest point it must show, both measured on paper:
2.8 for 860 by 470 px with their margins."""


def _middle(points: Iterable[Point]) -> Point:
    """Give roughly the middle of points, the mean of them as vectors, to find the land that may be seen."""
    x = y = z = 0.0
    for longitude, latitude in points:
        lon, lat = math.radians(longitude), math.radians(latitude)
        x, y, z = x + math.cos(lat) * math.cos(lon), y + math.cos(lat) * math.sin(lon), z + math.sin(lat)
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _seen_km(farthest_km: float) -> float:
    """Give how far a map shows, km, if it must show a point ``farthest_km`` from its middle; it draws distances as chords."""
    chord = math.sin(farthest_km / EARTH_RADIUS_KM / 2)
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, _VIEW * chord))


class _View(Struct, frozen=True):
    """What part of the earth a map shows, and how large it is drawn."""

    corners: Sequence[Point]
    """Points that must be on the map: what it shows, and enough coast around the first of it."""
    reach_km: float
    """How far the farthest point it shows is from the first."""
    box: Box
    """Box of all that may be seen; it has no meaning where that is the whole earth."""
    width: int
    height: int
    margin: int

    @property
    def is_world(self) -> bool:
        """Tell whether the whole earth is drawn."""
        return self.reach_km > HEMISPHERE_KM


def specification(seen: MapContent, form: str, outlines: Outlines) -> Spec:
    """Write the map as a Vega specification, for a page of this form (a key of `WIDTHS`)."""
    view = _view(seen.points, form)
    box = Box(-90, -180, 90, 180) if view.is_world else view.box
    land = land_in(box, "50m" if view.reach_km <= REGION_KM else "110m", outlines)
    return {
        "width": view.width,
        "height": view.height,
        "background": colour("sea")["value"],
        "signals": _signals(view),
        "projections": [_projection(view)],
        "data": [
            values("land", [land]),
            _graticule(view),
            values("heard", _lines(seen.heard)),
            values("dark", _lines(seen.dark)),
            *(_spots(name, spots) for name, spots in _groups(seen)),
        ],
        "marks": [
            shape("land", "earth", fill=colour("land"), stroke=colour("coast"), strokeWidth={"value": 0.8}),
            shape("graticule", "earth", stroke=colour("graticule"), strokeWidth={"value": 0.7}),
            shape("heard", "earth", stroke=colour("lost"), strokeWidth={"value": 1.6}),
            shape("dark", "earth", stroke=colour("ink"), strokeWidth={"value": 1.4}, strokeDash={"value": [5, 4]}),
            _symbols("elsewhere", "circle", fill=colour("paper"), stroke=colour("ink"), size={"value": _RING_PX2}),
            _symbols("lost", "triangle-down", fill=colour("lost")),
            _symbols("found", "triangle-up", fill=colour("found")),
            _symbols("airports", "square", fill=colour("ink")),
            *map(_labels, ("airports", "lost", "found")),
            *([] if view.is_world else _scale_bar(view.height)),
        ],
    }


def _view(points: Sequence[Point], form: str) -> _View:
    longitude, latitude = points[0]
    around = [destination(latitude, longitude, bearing, LEAST_REACH_KM) for bearing in (0.0, 90.0, 180.0, 270.0)]
    corners = [*points, *((lon, lat) for lat, lon in around)]
    reach_km = max(apart_km(points[0], point) for point in points)
    middle, width = _middle(corners), WIDTHS[form]
    return _View(
        corners=corners,
        reach_km=reach_km,
        box=box_around(middle[1], middle[0], _seen_km(max(apart_km(middle, corner) for corner in corners))),
        width=width,
        height=width * 11 // 20 if reach_km > HEMISPHERE_KM else _HEIGHTS[form],
        margin=_MARGIN[form],
    )


def _signals(view: _View) -> list[Spec]:
    """Where the middle of the map is, and a round number of kilometres for its scale."""
    return [
        {"name": "ends", "value": {"type": "MultiPoint", "coordinates": view.corners}},
        {"name": "centre", "update": "geoCentroid(null, ends)"},
        {"name": "room_km", "update": f"width / 4 / geoScale('earth') * {EARTH_RADIUS_KM}"},
        {"name": "power", "update": "pow(10, floor(log(room_km) / LN10))"},
        {"name": "bar_km", "update": "power * (room_km >= 5 * power ? 5 : room_km >= 2 * power ? 2 : 1)"},
    ]


def _projection(view: _View) -> Spec:
    return {
        "name": "earth",
        "type": "naturalEarth1" if view.is_world else "azimuthalEqualArea",
        "rotate": {"signal": "[-centre[0], 0]" if view.is_world else "[-centre[0], -centre[1]]"},
        "fit": {"signal": "ends"},
        "extent": [[view.margin, view.margin], [view.width - view.margin, view.height - view.margin]],
        "clipExtent": [[-2, -2], [view.width + 2, view.height + 2]],
    }


def _graticule(view: _View) -> Spec:
    """The lines of latitude and longitude, over the part of the earth that may be seen."""
    step_deg = next(step for reach, step in _GRATICULE if view.reach_km <= reach)
    box = view.box
    is_whole = view.is_world or box.lon_min >= box.lon_max or box.lat_min <= -90 or box.lat_max >= 90
    part = {} if is_whole else {"extent": [[box.lon_min, box.lat_min], [box.lon_max, box.lat_max]]}
    return {"name": "graticule", "transform": [{"type": "graticule", "step": [step_deg, step_deg], **part}]}


def _groups(seen: MapContent) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    yield from (("airports", seen.airports), ("elsewhere", seen.elsewhere), ("lost", seen.lost), ("found", seen.found))


def _lines(lines: Iterable[Sequence[Point]]) -> list[dict[str, Any]]:
    """Write all lines as one shape, which takes half the bytes of a shape for each."""
    return [{"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": list(lines)}}]


def _spots(name: str, spots: Iterable[Spot]) -> Spec:
    rows = [{"lon": s.longitude, "lat": s.latitude, "label": s.label} for s in spots]
    return values(name, rows, transform=[{"type": "geopoint", "projection": "earth", "fields": ["lon", "lat"]}])


def _symbols(data: str, figure: str, **looks: Any) -> Spec:
    place = {"x": {"field": "x"}, "y": {"field": "y"}, "size": {"value": _MARK_PX2}, "shape": {"value": figure}}
    halo = {"stroke": colour("paper"), "strokeWidth": {"value": 1}}
    return {
        "type": "symbol",
        "name": f"{data}-marks",
        "from": {"data": data},
        "encode": {"enter": halo | place | looks},
    }


def _labels(base: str) -> Spec:
    """Write the labels of the marks called ``base``, to be put beside them where there is room."""
    looks = {
        "x": {"field": "x"},
        "y": {"field": "y"},
        "text": {"field": "datum.label"},
        "fontSize": {"value": LETTERS_PX},
        "fontWeight": {"value": "bold" if base == "airports" else "normal"},
        "fill": colour("ink"),
        "stroke": colour("land"),
        "strokeWidth": {"value": 3},
        "strokeJoin": {"value": "round"},
    }
    kind = NAMES if base == "airports" else LABELS
    return {"type": "text", "name": f"{base}-{kind}", "from": {"data": f"{base}-marks"}, "encode": {"enter": looks}}


def _scale_bar(height: int) -> list[Spec]:
    """Draw a bar of a round number of kilometres, as long as it is in the middle of the map."""
    start, level = {"value": 14}, height - 14
    bar = {
        "x": start,
        "y": {"value": level - 3},
        "height": {"value": 3},
        "fill": colour("ink"),
        "stroke": colour("land"),
    }
    bar["width"] = {"signal": f"bar_km / {EARTH_RADIUS_KM} * geoScale('earth')"}
    text = {"x": start, "y": {"value": level - 8}, "fill": colour("ink"), "fontSize": {"value": LETTERS_PX}}
    text |= {"text": {"signal": "bar_km + ' km'"}, "stroke": colour("land"), "strokeWidth": {"value": 3}}
    return [{"type": "rect", "encode": {"enter": bar}}, {"type": "text", "encode": {"enter": text}}]


_SIGNS: Final = (
    ("airports", icon('<path d="M6,2h10v10h-10Z" fill="var(--ink)"/>'), "airport"),
    (
        "elsewhere",
        icon('<circle cx="11" cy="7" r="6" fill="var(--paper)" stroke="var(--ink)"/>'),
        "on the ground, no airport named",
    ),
    ("lost", icon('<path d="M5,2h12l-6,10Z" fill="var(--lost)"/>'), "contact lost"),
    ("found", icon('<path d="M5,12h12l-6,-10Z" fill="var(--found)"/>'), "heard again"),
    ("heard", icon('<path d="M0,7h22" stroke="var(--lost)" stroke-width="2"/>'), "heard"),
    (
        "dark",
        icon('<path d="M0,7h22" stroke="var(--ink)" stroke-width="2" stroke-dasharray="5,4"/>'),
        "not heard: estimated, along the great circle",
    ),
)


def legend(shown: Collection[str]) -> list[tuple[str, str]]:
    """Give each sign that a map shows (``Drawing.shown``), as a small drawing, and what it means."""
    return [(drawing, meaning) for name, drawing, meaning in _SIGNS if name in shown]
