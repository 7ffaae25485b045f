"""The map of a report as Vega draws it: land, borders, the way of the flights, where contact was lost and found, and names.

Clipping and great circles are d3-geo's, inside Vega; marks and labels stand where `projection` and `labels` put them. The map is
centred on what it shows, so a stretch across the antimeridian is as short as it was flown.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace

from flightwatch.core.geo import EARTH_RADIUS_KM
from flightwatch.core.points import Point
from flightwatch.report.bands import band, edge_of
from flightwatch.report.labels import SIZES, Placed, Style, text_width
from flightwatch.report.land import Outlines, borders_in, land_in
from flightwatch.report.map_content import Doubt, MapContent, Spot
from flightwatch.report.map_labels import Lettering, lettering, locator_lettering
from flightwatch.report.map_view import Size, View, views
from flightwatch.report.names import names_of
from flightwatch.report.projection import Frame, Projection
from flightwatch.report.svg import WIDTHS, Spec, colour, shape, values

SIZES_OF_FORMS: Final = {
    "wide": Size(width=WIDTHS["wide"], height=470, margin=70, locator=(230, 150), most_towns=12, most_names=10),
    "narrow": Size(width=WIDTHS["narrow"], height=360, margin=44, locator=(126, 92), most_towns=5, most_names=6),
}
"""How large the map of each form of page is."""

_GRATICULE: Final = ((900.0, 2), (3000.0, 10), (math.inf, 30))
"""Degrees from line to line of the graticule, each with the reach in km up to which it holds."""

THIN_PX: Final = 1.2
"""Distance up to which points of a coast or a border are one, px."""

BAND_OPACITY: Final = 0.14
"""Of the area where an airframe can have been: what is written on it can still be read."""

DASHES: Final = {"dark": [5, 4], "boundless": [1.4, 5]}
"""Dash and gap of each line where nobody heard anything, px: the less is known, the fainter."""

_EARTH_HIGH: Final = 0.62
"""Greatest height of a map of the whole earth, in its width: more would be empty."""

_MARK_PX2: Final = 100
_RING_PX2: Final = 260
"""Area of the ring of a place without an airport: a loss at the very place is marked inside it."""

_LOOKS: Final[dict[Style, tuple[str, str, str]]] = {
    "name": ("ink", "bold", "normal"),
    "note": ("ink", "normal", "normal"),
    "key": ("ink", "bold", "normal"),
    "town": ("town", "normal", "normal"),
    "country": ("country", "normal", "normal"),
    "sea": ("water", "normal", "italic"),
}
"""Colour, weight and slope of each style."""


def specification(seen: MapContent, form: str, outlines: Outlines) -> Spec:
    """Write the map as a Vega specification, for a page of this form (a key of `WIDTHS`)."""
    return drawn_at(seen, SIZES_OF_FORMS[form], outlines)


def drawn_at(seen: MapContent, size: Size, outlines: Outlines) -> Spec:
    """Write the map as a Vega specification of this size."""
    main, locator = views(seen, size)
    if main.is_world and size.height > _EARTH_HIGH * size.width:
        size = replace(size, height=round(_EARTH_HIGH * size.width))
        main, locator = views(seen, size)
    names = names_of(outlines)
    scale = None if main.is_world else scale_of(main, size)
    fixed = [frame for frame in (scale and scale[2], locator and _around(locator.frame, 3)) if frame]
    written = lettering(seen, main, size, names, fixed)
    data, marks = _sheet("earth", main, seen, outlines)
    data += [values(name, _rows(main.projection, spots)) for name, spots in _groups(seen)]
    marks += [
        _dots(written),
        _symbols("origins", "diamond", fill=colour("paper"), stroke=colour("ink"), strokeWidth={"value": 1.6}),
        _symbols("elsewhere", "circle", fill=colour("paper"), stroke=colour("ink"), size={"value": _RING_PX2}),
        _symbols("lost", "triangle-down", fill=colour("lost")),
        _symbols("found", "triangle-up", fill=colour("found")),
        _symbols("airports", "square", fill=colour("ink")),
        *_text_marks(written.labels),
        *([] if scale is None else _scale_bar(*scale)),
    ]
    projections = [_projection("earth", main.projection, _around(main.frame, 2))]
    if locator is not None:
        inside, around = _sheet("locator", locator, seen, outlines)
        data += inside
        projections.append(_projection("locator", locator.projection, locator.frame))
        marks += _locator_marks(locator, main, seen, around, locator_lettering(seen, locator, names))
    return {
        "width": size.width,
        "height": size.height,
        "background": colour("sea")["value"],
        "projections": projections,
        "data": data,
        "marks": marks,
    }


def _around(frame: Frame, by: float) -> Frame:
    return frame[0] - by, frame[1] - by, frame[2] + by, frame[3] + by


def _projection(name: str, made: Projection, clip: Frame) -> Spec:
    lon, lat = made.middle
    return {
        "name": name,
        "type": "naturalEarth1" if made.is_world else "azimuthalEqualArea",
        "rotate": [-lon, -lat],
        "scale": made.scale,
        "translate": list(made.origin),
        "clipExtent": [[clip[0], clip[1]], [clip[2], clip[3]]],
    }


def _sheet(name: str, shown: View, seen: MapContent, outlines: Outlines) -> tuple[list[Spec], list[Spec]]:
    """Give the data and the marks of a map without its signs and labels; ``name`` is that of its projection."""
    is_main = name == "earth"
    pre = "" if is_main else f"{name}_"
    step_deg = math.degrees(THIN_PX / shown.projection.scale)
    data = [
        values(f"{pre}land", [land_in(shown.box, shown.detail, outlines, step_deg)]),
        values(f"{pre}borders", [borders_in(shown.box, shown.detail, outlines, step_deg)]),
        values(f"{pre}routes", _lines(seen.routes)),
        values(f"{pre}heard", _lines((*seen.heard, *seen.flown))),
        *([values(name, _lines(getattr(seen, name))) for name in DASHES] if is_main else []),
        *([_graticule(shown)] if is_main else []),
    ]
    marks = [
        shape(f"{pre}land", name, fill=colour("land"), stroke=colour("coast"), strokeWidth={"value": 0.8}),
        *([shape("graticule", name, stroke=colour("graticule"), strokeWidth={"value": 0.7})] if is_main else []),
        shape(f"{pre}borders", name, stroke=colour("border"), strokeWidth={"value": 1.2 if is_main else 0.8}),
        *(_bands(seen.doubts, shown) if is_main and not shown.is_world else []),
        shape(f"{pre}routes", name, stroke=colour("route"), strokeWidth={"value": 1.6 if is_main else 1.2}),
        shape(f"{pre}heard", name, stroke=colour("lost"), strokeWidth={"value": 1.6}),
    ]
    if is_main:
        for unheard, dashes in DASHES.items():
            marks.append(shape(unheard, name, f"{unheard}-casing", stroke=colour("land"), strokeWidth={"value": 3}))
            dashed = {"value": dashes}
            marks.append(shape(unheard, name, stroke=colour("ink"), strokeWidth={"value": 1.4}, strokeDash=dashed))
    return data, marks


def _graticule(shown: View) -> Spec:
    """The lines of latitude and longitude, over the part of the earth that may be seen."""
    step_deg = next(step for reach, step in _GRATICULE if shown.reach_km <= reach)
    box = shown.box
    is_whole = shown.is_world or box.lon_min >= box.lon_max or box.lat_min <= -90 or box.lat_max >= 90
    part = {} if is_whole else {"extent": [[box.lon_min, box.lat_min], [box.lon_max, box.lat_max]]}
    return {"name": "graticule", "transform": [{"type": "graticule", "step": [step_deg, step_deg], **part}]}


def _groups(seen: MapContent) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    yield from (("airports", seen.airports), ("elsewhere", seen.elsewhere), ("lost", seen.lost), ("found", seen.found))
    yield "origins", seen.origins


def _lines(lines: Iterable[Sequence[Point]]) -> list[dict[str, Any]]:
    """Write all lines as one shape, which takes half the bytes of a shape for each."""
    return [{"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": list(lines)}}]


def _rows(projection: Projection, spots: Iterable[Spot]) -> list[dict[str, float]]:
    places = (projection.at(spot.point) for spot in spots)
    return [{"x": round(x, 1), "y": round(y, 1)} for x, y in places]


def _bands(doubts: Sequence[Doubt], shown: View) -> list[Spec]:
    """Draw where airframes can have been unheard, as one area however many lie on one another."""
    if not doubts:
        return []
    several = [band(doubt, shown) for doubt in doubts]
    place = {"x": {"value": 0}, "y": {"value": 0}}
    whole = {"path": {"value": "".join(each.path for each in several)}, "fill": colour("doubt")}
    edge = {"path": {"value": edge_of(several)}, "stroke": colour("doubt"), "strokeWidth": {"value": 1.4}}
    dots = {"strokeDash": {"value": [1.5, 3]}}
    return [
        {
            "type": "path",
            "name": "doubts-marks",
            "encode": {"enter": place | whole | {"fillOpacity": {"value": BAND_OPACITY}}},
        },
        {"type": "path", "name": "edge", "encode": {"enter": place | edge | dots}},
    ]


def _symbols(data: str, figure: str, **looks: Any) -> Spec:
    place = {"x": {"field": "x"}, "y": {"field": "y"}, "size": {"value": _MARK_PX2}, "shape": {"value": figure}}
    halo = {"stroke": colour("paper"), "strokeWidth": {"value": 1}}
    return {
        "type": "symbol",
        "name": f"{data}-marks",
        "from": {"data": data},
        "encode": {"enter": halo | place | looks},
    }


def _dots(written: Lettering) -> Spec:
    path = "".join(f"M{x - 2:.1f},{y:.1f}a2,2 0 1 1 4,0a2,2 0 1 1 -4,0Z" for x, y in written.towns)
    looks = {"x": {"value": 0}, "y": {"value": 0}, "path": {"value": path}, "fill": colour("town")}
    return {"type": "path", "name": "towns", "encode": {"enter": looks}}


def _text_marks(labels: Iterable[Placed]) -> Iterator[Spec]:
    """Write labels, a mark for each line and for each line that leads to a label."""
    for label in labels:
        if label.leader is not None:
            (x, y), (to_x, to_y) = label.leader
            ends = {"x": {"value": x}, "y": {"value": y}, "x2": {"value": to_x}, "y2": {"value": to_y}}
            yield {"type": "rule", "encode": {"enter": ends | {"stroke": colour("ink"), "strokeWidth": {"value": 0.8}}}}
        for line in label.lines:
            style = line.line.style
            fill, weight, slope = _LOOKS[style]
            looks = {
                "x": {"value": line.x},
                "y": {"value": line.y},
                "text": {"value": line.line.text},
                "align": {"value": {"start": "left", "middle": "center", "end": "right"}[line.anchor]},
                "fontSize": {"value": SIZES[style]},
                "fontWeight": {"value": weight},
                "fontStyle": {"value": slope},
                "fill": colour(fill),
                "stroke": colour("sea" if style == "sea" else "land"),
                "strokeWidth": {"value": 3},
                "strokeJoin": {"value": "round"},
            }
            yield {"type": "text", "encode": {"enter": looks}}


def scale_of(shown: View, size: Size) -> tuple[float, float, Frame]:
    """Give a round number of kilometres, how long that is in the middle of the map, px, and the box that its bar takes."""
    room_km = size.width / 4 / shown.projection.px_a_km
    power = 10.0 ** math.floor(math.log10(room_km))
    bar_km = power * (5 if room_km >= 5 * power else 2 if room_km >= 2 * power else 1)
    long = bar_km * shown.projection.scale / EARTH_RADIUS_KM
    wide = max(long, text_width(f"{bar_km:,.0f} km", SIZES["note"]))
    return bar_km, long, (8.0, size.height - 42.0, 20.0 + wide, size.height - 6.0)


def _scale_bar(bar_km: float, long: float, box: Frame) -> list[Spec]:
    start, level = {"value": 14}, box[3] - 8
    bar = {
        "x": start,
        "y": {"value": level - 3},
        "width": {"value": round(long, 1)},
        "height": {"value": 3},
        "fill": colour("ink"),
        "stroke": colour("land"),
    }
    text = {"x": start, "y": {"value": level - 8}, "fill": colour("ink"), "fontSize": {"value": SIZES["note"]}}
    text |= {"text": {"value": f"{bar_km:,.0f} km"}, "stroke": colour("land"), "strokeWidth": {"value": 3}}
    return [{"type": "rect", "encode": {"enter": bar}}, {"type": "text", "encode": {"enter": text}}]


def _locator_marks(
    locator: View, main: View, seen: MapContent, drawn: Sequence[Spec], written: Lettering
) -> Iterator[Spec]:
    """Draw the smaller map over the main one, with what the main one shows framed in it."""
    left, top, right, bottom = locator.frame
    whole = {"x": {"value": left}, "y": {"value": top}, "x2": {"value": right}, "y2": {"value": bottom}}
    yield {"type": "rect", "encode": {"enter": whole | {"fill": colour("sea")}}}
    yield from drawn
    yield {"type": "rect", "encode": {"enter": _shown_in(locator, main) | {"stroke": colour("lost")}}}
    for spots, figure, fill in ((seen.origins, "diamond", "paper"), (seen.airports[:1], "square", "ink")):
        for row in _rows(locator.projection, spots):
            place = {"x": {"value": row["x"]}, "y": {"value": row["y"]}, "size": {"value": 40}}
            looks = {"shape": {"value": figure}, "fill": colour(fill), "stroke": colour("ink")}
            yield {"type": "symbol", "encode": {"enter": place | looks}}
    yield from _text_marks(written.labels)
    yield {"type": "rect", "encode": {"enter": whole | {"stroke": colour("coast")}}}


def _shown_in(locator: View, main: View) -> Spec:
    """Give the rectangle that the main map takes in the smaller one, at least so large that it can be seen."""
    x, y = locator.projection.at(main.projection.middle)
    ratio = locator.projection.scale / main.projection.scale
    wide, high = (max(6.0, ratio * (main.frame[n + 2] - main.frame[n]) / 2) for n in (0, 1))
    return {
        "x": {"value": round(max(x - wide, locator.frame[0] + 1), 1)},
        "y": {"value": round(max(y - high, locator.frame[1] + 1), 1)},
        "x2": {"value": round(min(x + wide, locator.frame[2] - 1), 1)},
        "y2": {"value": round(min(y + high, locator.frame[3] - 1), 1)},
    }
