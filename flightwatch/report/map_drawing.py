"""The map of a report: land, the airports, where contact was lost and found, and the dark stretch between.

Projection, clipping and great circles are d3-geo's, inside Vega. The map is centred on what it shows, so a stretch across
the antimeridian is as short as it was flown.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from flightwatch.airports import Airports
from flightwatch.data.land import load_land
from flightwatch.geo import EARTH_RADIUS_KM, destination, distance_km
from flightwatch.model import Event, StateVector, instant
from flightwatch.report.svg import LABELS, LETTERS_PX, NAMES, WIDTHS, Spec, colour, icon, shape, values
from flightwatch.tracking.events import identity
from flightwatch.tracking.motion import fixed_at, has_position, position
from flightwatch.visits import Visit
from flightwatch.words.whereabouts import nickname

MOST_DRAWN: Final = 100
"""Visits on one map, the newest; more hide one another."""

MOST_DATED: Final = 6
"""Visits up to which each place of loss and finding is dated on the map; the table dates them all."""

LEAST_REACH_KM: Final = 150.0
"""The map shows at least so much around its first place: enough coast to know it by."""

REGION_KM: Final = 3000.0
"""Reach up to which land is drawn at 1:50 million: a page's worth of it is then 5 to 20 kB."""

HEMISPHERE_KM: Final = 9000.0
"""Reach from which the whole earth is drawn: an azimuthal map distorts too much towards its edge."""

_GRATICULE: Final = ((900.0, 2), (REGION_KM, 10), (math.inf, 30))
"""Reach in km and, up to it, degrees from line to line."""

_HEIGHTS: Final = {"wide": 470, "narrow": 330}
_MARGIN: Final = {"wide": 60, "narrow": 34}
_MARK_PX2: Final = 100

Point = tuple[float, float]
"""Longitude and latitude, degrees, in GeoJSON's order."""


class Spot(Struct, frozen=True):
    """A mark on the map and what is written beside it."""

    longitude: float
    latitude: float
    label: str = ""


class Scene(Struct, frozen=True):
    """What a map shows, newest first."""

    airports: tuple[Spot, ...]
    elsewhere: tuple[Spot, ...]
    """Where an airframe stood, or was heard last, without an airport that could be named."""
    lost: tuple[Spot, ...]
    found: tuple[Spot, ...]
    heard: tuple[tuple[Point, ...], ...]
    """Stretches between reports."""
    dark: tuple[tuple[Point, Point], ...]
    """Stretches that nobody received: from the loss to the airport, from the airport to where it was found."""

    @property
    def points(self) -> list[Point]:
        """Everything that must be on the map."""
        spots = (*self.airports, *self.elsewhere, *self.lost, *self.found)
        return [(s.longitude, s.latitude) for s in spots]


def scene(visits: Sequence[Visit], events: Mapping[str, Event], airports: Airports) -> Scene:
    """What a map of the newest `MOST_DRAWN` of these visits shows; ``events`` are their landings and departures by id."""
    shown = visits[:MOST_DRAWN]
    is_dated = len(shown) <= MOST_DATED
    named, elsewhere = dict[str, Spot](), list[Spot]()
    lost, found, heard, dark = list[Spot](), list[Spot](), list[tuple[Point, ...]](), list[tuple[Point, Point]]()
    for visit in shown:
        there = (visit.longitude, visit.latitude)
        came = _flown(events.get(visit.landing or ""))
        left = _flown(events.get(identity("departure", visit.id)))
        if visit.airport is not None:
            known = airports.find(visit.airport.icao)
            there = (known.longitude, known.latitude) if known else there
            named.setdefault(visit.airport.icao, Spot(*there, nickname(known or visit.airport)))
        elif not came:
            elsewhere.append(Spot(*there))
        if came:
            heard.append(tuple(map(_point, came)))
            lost.append(_spot(came[-1], "lost", is_dated))
        if left:
            found.append(_spot(left[-1], "heard", is_dated))
        if visit.airport is not None or not came:
            dark += [(_point(last), there) for last in came[-1:]] + [(there, _point(first)) for first in left[-1:]]
    return Scene(tuple(named.values()), tuple(elsewhere), tuple(lost), tuple(found), tuple(heard), tuple(dark))


def _flown(event: Event | None) -> list[StateVector]:
    """The reports before an inferred landing, or the one after an inferred departure; none for what was seen."""
    if event is None or event.basis == "observed":
        return []
    placed = [report for report in event.evidence if has_position(report)]
    return placed[-1:] if event.type == "departure" else placed


def _point(report: StateVector) -> Point:
    latitude, longitude = position(report)
    return longitude, latitude


def _spot(report: StateVector, word: str, is_dated: bool) -> Spot:
    return Spot(*_point(report), f"{word} {instant(fixed_at(report)):%Y-%m-%d %H:%M}" if is_dated else "")


def specification(seen: Scene, form: str) -> Spec:
    """The map of a scene as Vega draws it, for a page of this form (a key of `WIDTHS`)."""
    width, margin = WIDTHS[form], _MARGIN[form]
    (longitude, latitude), *_ = points = seen.points
    around = [destination(latitude, longitude, bearing, LEAST_REACH_KM) for bearing in (0.0, 90.0, 180.0, 270.0)]
    reach_km = max(distance_km(latitude, longitude, lat, lon) for lon, lat in points)
    is_world = reach_km > HEMISPHERE_KM
    height = width * 11 // 20 if is_world else _HEIGHTS[form]
    ends = {"type": "MultiPoint", "coordinates": [*points, *((lon, lat) for lat, lon in around)]}
    step_deg = next(step for reach, step in _GRATICULE if reach_km <= reach)
    land = load_land("50m" if reach_km <= REGION_KM else "110m")
    projection = {
        "name": "earth",
        "type": "naturalEarth1" if is_world else "azimuthalEqualArea",
        "rotate": {"signal": "[-centre[0], 0]" if is_world else "[-centre[0], -centre[1]]"},
        "fit": {"signal": "ends"},
        "extent": [[margin, margin], [width - margin, height - margin]],
        "clipExtent": [[-2, -2], [width + 2, height + 2]],
    }
    return {
        "width": width,
        "height": height,
        "background": colour("sea")["value"],
        "signals": [
            {"name": "ends", "value": ends},
            {"name": "centre", "update": "geoCentroid(null, ends)"},
            {"name": "room_km", "update": f"width / 4 / geoScale('earth') * {EARTH_RADIUS_KM}"},
            {"name": "power", "update": "pow(10, floor(log(room_km) / LN10))"},
            {"name": "bar_km", "update": "power * (room_km >= 5 * power ? 5 : room_km >= 2 * power ? 2 : 1)"},
        ],
        "projections": [projection],
        "data": [
            {"name": "land", "values": land, "format": {"type": "topojson", "feature": "land"}},
            {"name": "graticule", "transform": [{"type": "graticule", "step": [step_deg, step_deg]}]},
            values("heard", _lines(seen.heard)),
            values("dark", _lines(seen.dark)),
            *(_spots(name, spots) for name, spots in _groups(seen)),
        ],
        "marks": [
            shape("graticule", "earth", stroke=colour("graticule")),
            shape("land", "earth", fill=colour("land"), stroke=colour("coast"), strokeWidth={"value": 0.8}),
            shape("heard", "earth", stroke=colour("lost"), strokeWidth={"value": 1.6}),
            shape("dark", "earth", stroke=colour("ink"), strokeWidth={"value": 1.4}, strokeDash={"value": [5, 4]}),
            _symbols("lost", "triangle-down", fill=colour("lost")),
            _symbols("found", "triangle-up", fill=colour("found")),
            _symbols("elsewhere", "circle", fill=colour("paper"), stroke=colour("ink")),
            _symbols("airports", "square", fill=colour("ink")),
            *map(_labels, ("airports", "lost", "found")),
            *([] if is_world else _scale_bar(height)),
        ],
    }


def _groups(seen: Scene) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    yield from (("airports", seen.airports), ("elsewhere", seen.elsewhere), ("lost", seen.lost), ("found", seen.found))


def _lines(lines: Iterable[Sequence[Point]]) -> list[dict[str, Any]]:
    """All lines as one shape: half the bytes of a shape each."""
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
    """Names of the marks called ``base``, to be put beside them where there is room."""
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
    words = NAMES if base == "airports" else LABELS
    return {"type": "text", "name": f"{base}-{words}", "from": {"data": f"{base}-marks"}, "encode": {"enter": looks}}


def _scale_bar(height: int) -> list[Spec]:
    """A round number of kilometres as long as they are in the middle of the map."""
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
    ("elsewhere", icon('<circle cx="11" cy="7" r="4.5" fill="var(--paper)" stroke="var(--ink)"/>'), "no airport named"),
    ("lost", icon('<path d="M5,2h12l-6,10Z" fill="var(--lost)"/>'), "contact lost"),
    ("found", icon('<path d="M5,12h12l-6,-10Z" fill="var(--found)"/>'), "heard again"),
    ("heard", icon('<path d="M0,7h22" stroke="var(--lost)" stroke-width="2"/>'), "heard"),
    (
        "dark",
        icon('<path d="M0,7h22" stroke="var(--ink)" stroke-width="2" stroke-dasharray="5,4"/>'),
        "not heard: estimated, along the great circle",
    ),
)


def legend(seen: Scene) -> list[tuple[str, str]]:
    """Each sign that is on the map of this scene, as a small drawing, and what it means."""
    return [(drawing, meaning) for name, drawing, meaning in _SIGNS if getattr(seen, name)]
