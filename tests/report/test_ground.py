"""What a map is drawn on: as d3-geo draws it, which the library that makes pictures brings with it."""

import io
import json
from math import degrees, hypot
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from read_pages import points_of

from flightwatch.core.model import Box
from flightwatch.core.points import Point
from flightwatch.report.ground import border_path, graticule_path, land_path, world_edge
from flightwatch.report.land import borders_in, land_in
from flightwatch.report.map_view import View, view
from flightwatch.report.projection import fitted
from flightwatch.report.svg import element, group, outline, rectangle
from flightwatch.storage.land import load_land

WHOLE = Box(-90, -180, 90, 180)
FRAME = (0.0, 0.0, 860.0, 470.0)
VIEWS: dict[str, list[Point]] = {
    "Korea": [(125.7, 39.2)],
    "Nadi, beside the antimeridian": [(177.4, -17.8), (-171.7, -13.8)],
    "Moscow to Vladivostok": [(37.4, 55.97), (132.15, 43.4)],
    "both sides of the Pacific": [(139.8, 35.6), (-122.4, 37.6)],
    "Hawaii, on the far side of Africa": [(-157.9, 21.3), (-149.6, -17.6), (151.2, -33.9)],
    "Nadi to Honolulu, with Africa beside the far side": [(177.4, -17.8), (-157.9, 21.3)],
    "the pole": [(15.5, 78.2), (-150.0, 70.2)],
    "New York to Beijing over the pole, which is laid level": [(-73.8, 40.6), (116.6, 40.1)],
    "Antarctica": [(166.7, -77.8), (-68.0, -67.6)],
    "the whole earth": [(-3.6, 40.5), (174.8, -41.3)],
    "the whole earth, cut through Africa": [(-157.9, 21.3), (18.6, -33.9)],
}


def vega(shown: View, data: list[dict[str, Any]], marks: list[dict[str, Any]]) -> str:
    """Draw with d3-geo."""
    vl_convert = pytest.importorskip("vl_convert", reason="the extra `maps` is not installed")
    made = shown.projection
    projection = {
        "name": "earth",
        "type": "naturalEarth1" if made.is_world else "azimuthalEqualArea",
        "rotate": [-made.middle[0], -made.middle[1], degrees(made.turn)],
        "scale": made.scale,
        "translate": list(made.origin),
    }
    size = {"width": FRAME[2], "height": FRAME[3], "padding": 0, "autosize": "none"}
    schema = {"$schema": "https://vega.github.io/schema/vega/v6.json"}
    spec = schema | size | {"projections": [projection], "data": data, "marks": marks}
    return str(vl_convert.vega_to_svg(json.dumps(spec), allowed_base_urls=[]))


def alone(*parts: str) -> str:
    size = {"viewBox": "0 0 860 470", "width": "860", "height": "470"}
    return element("svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", **size)


def share_that_differs(a: str, b: str) -> float:
    """Give how much of two drawings differs more than the edge of a line may, as a share of all."""
    vl_convert = pytest.importorskip("vl_convert", reason="the extra `maps` is not installed")
    image = pytest.importorskip("PIL.Image", reason="the extra `maps` is not installed")
    chops = pytest.importorskip("PIL.ImageChops", reason="the extra `maps` is not installed")
    first, second = (
        image.open(io.BytesIO(vl_convert.svg_to_png(svg))).convert("RGBA").getchannel("A") for svg in (a, b)
    )
    histogram = chops.difference(first, second).histogram()
    return float(sum(histogram[128:]) / sum(histogram))


@pytest.mark.parametrize(("is_world", "north"), [(True, 70.0), (False, 70.0), (False, 140.0)])
def test_points_are_where_d3_has_them(is_world: bool, north: float) -> None:
    """Also beyond a pole, where the map is turned."""
    chance = Random(5)
    spread = [(chance.uniform(100, 160), chance.uniform(10, north)) for _ in range(20)]
    points = [(lon, lat) if lat < 90.0 else (lon - 180.0, 180.0 - lat) for lon, lat in spread]
    frame = (50.0, 40.0, 750.0, 420.0)
    projection = fitted(points, frame, is_world=is_world)
    assert (projection.turn != 0.0) is (north > 90.0)
    shown = View(frame, projection, 1000.0, 40.0, WHOLE)
    geopoint = {"type": "geopoint", "projection": "earth", "fields": ["lon", "lat"]}
    rows = [{"lon": lon, "lat": lat} for lon, lat in points]
    enter = {"x": {"field": "x"}, "y": {"field": "y"}, "size": {"value": 9}}
    mark = {"type": "symbol", "from": {"data": "p"}, "encode": {"enter": enter}}
    drawn = vega(shown, [{"name": "p", "values": rows, "transform": [geopoint]}], [mark])
    found = [
        tuple(map(float, part.split(")")[0].split(","))) for part in drawn.split('<path transform="translate(')[1:]
    ]
    assert len(found) == 20
    assert all(hypot(x - px, y - py) < 0.1 for (x, y), (px, py) in zip(found, projection.pixels(points), strict=True))
    left, top, right, bottom = frame
    assert all(left - 0.1 <= x <= right + 0.1 and top - 0.1 <= y <= bottom + 0.1 for x, y in found)


def all_that_there_is(shown: View) -> View:
    """Give the view with all land and borders in sight, in the same detail."""
    return replace(shown, box=WHOLE, projection=replace(shown.projection, is_world=True))


@pytest.mark.parametrize("name", VIEWS)
def test_land_and_borders_are_drawn_as_d3_draws_them(name: str) -> None:
    """Also where they cross the edge of the earth, go around a pole, or have the far side inside them."""
    shown = view(VIEWS[name], FRAME, 70)
    every = all_that_there_is(shown)
    land, borders = [*land_in(every, load_land, 0.001)], [*borders_in(every, load_land, 0.001)]
    data = [
        {"name": "land", "values": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": land}}]},
        {
            "name": "borders",
            "values": [{"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": borders}}],
        },
    ]
    marks = [
        {"type": "shape", "from": {"data": "land"}, "encode": {"enter": {"fill": {"value": "#000"}}}},
        {"type": "shape", "from": {"data": "borders"}, "encode": {"enter": {"stroke": {"value": "#000"}}}},
    ]
    geoshape = {"transform": [{"type": "geoshape", "projection": "earth"}]}
    theirs = vega(shown, data, [mark | geoshape for mark in marks])
    ours = element("path", d=land_path(shown, load_land), fill_rule="evenodd")
    ours += element("path", d=border_path(shown, load_land), fill="none", stroke="#000")
    edge = world_edge(shown) if shown.is_world else rectangle(FRAME)
    clip = element("clipPath", element("path", d=edge), id="edge")
    assert share_that_differs(alone(clip, group([ours], clip_path="url(#edge)")), theirs) < 0.004


@pytest.mark.parametrize("name", [name for name in VIEWS if "whole" not in name])
def test_the_land_of_a_region_is_all_that_its_map_shows(name: str) -> None:
    """With all around it the picture is the same."""
    shown = view(VIEWS[name], FRAME, 70)
    wide = replace(shown, box=WHOLE, frame=(-9000.0, -9000.0, 9000.0, 9000.0))
    near, far = land_path(shown, load_land), land_path(wide, load_land)
    assert len(near) < 0.9 * len(far)
    drawn = [alone(element("path", d=path, fill_rule="evenodd", stroke="#000")) for path in (near, far)]
    assert share_that_differs(*drawn) == 0


def test_the_lines_of_the_whole_earth_take_less_than_its_land() -> None:
    """They bend little there, unlike ways over a pole."""
    shown = view(VIEWS["the whole earth"], FRAME, 70)
    assert shown.is_world
    assert 10 * 60 < len(graticule_path(shown)) < len(land_path(shown, load_land)) / 4


def test_a_line_keeps_what_is_seen_of_it() -> None:
    """Of what lies on one side of the frame little is left, and what crosses it is as it was."""
    frame = (0.0, 0.0, 100.0, 100.0)
    away = [(-50.0, 10.0 * n) for n in range(11)]
    assert outline([away], frame) == outline([[(9000.0, -9.0), (-9000.0, -9.0)]], frame, is_closed=True) == ""
    assert points_of(outline([[*away, (50.0, 50.0)]], frame)) == [[(-50, 0), (-50, 100), (50, 50)]]
    assert points_of(outline([[(0.0, 0.0), (0.3, 0.3), (60.0, 0.0), (60.0, 60.0)]], frame, is_closed=True)) == [
        [(0, 0), (60, 0), (60, 60)]
    ]
    around = [(-90.0, -90.0), (0.0, -99.0), (190.0, -90.0), (190.0, 190.0), (-90.0, 190.0)]
    assert points_of(outline([around], frame, is_closed=True)) == [[around[0], *around[2:]]]
