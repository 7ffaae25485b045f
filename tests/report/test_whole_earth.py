"""Maps of the whole earth, of ways over a pole and across the date line: their scale, their bands, and what is in their frame."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from math import cos, hypot, radians
from random import Random

import pytest
from msgspec.structs import replace
from report_scenes import (
    Visits,
    across_the_date_line,
    around_the_earth,
    dark_at_the_edge,
    demo,
    flown_over,
    over_the_pole,
    round_trip,
    seen_over_the_pole,
)
from state_vectors import AIRPORTS, airport

from flightwatch.core.geo import KM_PER_DEGREE, destination, distance_km
from flightwatch.core.points import Point, apart_km, great_circle
from flightwatch.report.bands import band
from flightwatch.report.labels import overlap
from flightwatch.report.map_content import Doubt, MapContent, Spot
from flightwatch.report.map_drawing import SIZES_OF_FORMS
from flightwatch.report.map_labels import lettering, locator_lettering
from flightwatch.report.map_scale import scale_of
from flightwatch.report.map_view import Size, View, located, views
from flightwatch.report.names import names_of
from flightwatch.report.projection import Pixel
from flightwatch.report.text_map import text_map
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land

FORMS = tuple(SIZES_OF_FORMS)
WORLDS = [around_the_earth, dark_at_the_edge]
REGIONS = [over_the_pole, seen_over_the_pole, across_the_date_line, demo, round_trip]


def shown_in(scene: Callable[[], Visits], form: str = "wide") -> tuple[MapContent, View, View | None, Size]:
    """Give what a scene's map shows, its views, and its size, which is lower where it is one of the whole earth."""
    seen, size = map_content(*scene(), AIRPORTS), SIZES_OF_FORMS[form]
    main, locator = views(seen, size)
    if main.is_world and size.height > 0.62 * size.width:
        size = replace(size, height=round(0.62 * size.width))
        main, locator = views(seen, size)
    return seen, main, locator, size


def is_inside(shown: View, points: Sequence[Point]) -> bool:
    left, top, right, bottom = shown.frame
    return all(left < x < right and top < y < bottom for x, y in shown.projection.pixels(points))


def length(shown: View, a: Point, b: Point) -> float:
    (x, y), (to_x, to_y) = shown.projection.pixels([a, b])
    return hypot(to_x - x, to_y - y)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", WORLDS)
def test_of_the_whole_earth_the_scale_is_that_of_the_equator(scene: Callable[[], Visits], form: str) -> None:
    """Everywhere along it, which it says; far from it the same bar would be half as long again."""
    _, main, _, size = shown_in(scene, form)
    assert main.is_world
    scale = scale_of(main, size)
    number, _, told = scale.text.partition(" ")
    assert told == "km at the equator"
    wide_deg = float(number.replace(",", "")) / KM_PER_DEGREE
    middle = main.projection.middle[0]
    for west in (-175.0, -60.0, 0.0, 75.0):
        assert length(main, (middle + west, 0.0), (middle + west + wide_deg, 0.0)) == pytest.approx(scale.long)
    assert length(main, (middle, 60.0), (middle + wide_deg, 60.0)) / cos(radians(60.0)) > 1.5 * scale.long


def test_where_the_equator_is_not_on_the_map_the_scale_is_that_of_its_middle() -> None:
    _, main, _, size = shown_in(around_the_earth)
    lon = main.projection.middle[0]
    for sign, side in ((1, "N"), (-1, "S")):
        levels = sorted(main.projection.at((lon, sign * lat))[1] for lat in (25.0, 75.0))
        part = replace(main, frame=(0.0, levels[0], main.frame[2], levels[1]))
        scale = scale_of(part, size)
        assert scale.text.endswith(f" km at 50° {side}")
        wide_deg = float(scale.text.split()[0].replace(",", "")) / KM_PER_DEGREE / cos(radians(50.0))
        assert length(part, (lon, 50.0 * sign), (lon + wide_deg, 50.0 * sign)) == pytest.approx(scale.long)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", REGIONS)
def test_the_scale_of_a_region_holds_all_over_it_or_in_the_middle_as_it_says(
    scene: Callable[[], Visits], form: str
) -> None:
    """It is that of a short way in any direction."""
    _, main, _, size = shown_in(scene, form)
    assert not main.is_world
    scale = scale_of(main, size)
    px_a_km = scale.long / float(scale.text.split()[0].replace(",", ""))
    off = list[float]()
    for point in [main.projection.middle, *((lon, lat) for lat in range(-88, 89, 4) for lon in range(-180, 180, 4))]:
        if point == main.projection.middle or is_inside(main, [point]):
            ends = (destination(point[1], point[0], bearing, 10.0) for bearing in range(0, 180, 15))
            off.append(max(abs(length(main, point, (lon, lat)) / 10.0 / px_a_km - 1.0) for lat, lon in ends))
    assert off[0] < 0.001
    assert (max(off) < 0.105) is not scale.text.endswith(" in the middle")


@pytest.mark.parametrize("form", FORMS)
def test_a_way_over_a_pole_is_drawn_level_and_whole(form: str) -> None:
    """Where it is all that is shown, and on the smaller map; the pole is named, as north is not up there."""
    ways = [
        great_circle([(f.longitude, f.latitude) for f in map(airport, codes)], 100.0) for codes in (("JFK", "PEK"),)
    ]
    seen, main, locator, size = shown_in(seen_over_the_pole, form)
    assert locator is None
    shown = [(main, lettering(seen, main, size, names_of(load_land), []))]
    seen, main, locator, size = shown_in(over_the_pole, form)
    assert locator is not None
    shown.append((locator, locator_lettering(seen, locator, main, names_of(load_land))))
    for each, written in shown:
        assert not each.is_world
        assert all(is_inside(each, way) for way in ways)
        levels = [y for way in ways for _, y in each.projection.pixels(way)]
        assert max(levels) - min(levels) < 0.05 * (each.frame[2] - each.frame[0])
        named = {line.line.text for label in written.labels for line in label.lines}
        assert "North Pole" in named or form == "narrow"


def test_north_is_up_where_no_pole_is_on_the_map() -> None:
    for scene in (demo, round_trip, across_the_date_line):
        _, main, _, _ = shown_in(scene)
        lon, lat = main.projection.middle
        (x, y), (to_x, to_y) = main.projection.pixels([(lon, lat), (lon, lat + 1.0)])
        assert abs(to_x - x) < 0.001 < y - to_y


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", [*WORLDS, *REGIONS])
def test_whole_ways_are_in_the_frame(scene: Callable[[], Visits], form: str) -> None:
    """Not their ends alone: on one of the maps; unheard stretches are on the large one."""
    seen, main, locator, _ = shown_in(scene, form)
    whole = locator or main
    assert all(is_inside(main, great_circle(way, 50.0)) for way in (*seen.dark, *seen.boundless))
    assert all(is_inside(main if main.is_world else whole, great_circle(way, 50.0)) for way in seen.routes)


def test_a_way_over_a_pole_has_a_smaller_map_on_that_of_the_whole_earth() -> None:
    """Which hides no mark; a short one has none, and none that is nowhere near a pole."""
    seen, main, locator, _ = shown_in(around_the_earth)
    assert main.is_world
    assert locator is not None
    [way] = [w for w in seen.routes if max(lat for _, lat in great_circle(w, 50.0)) > 75.0]
    assert is_inside(locator, great_circle(way, 50.0))
    spots = (*seen.airports, *seen.origins, *seen.lost, *seen.found)
    left, top, right, bottom = locator.frame
    hidden = [
        p for p in main.projection.pixels([s.point for s in spots]) if left < p[0] < right and top < p[1] < bottom
    ]
    assert hidden == []
    origins, airports = located(seen, locator, main)
    assert {spot.brief for spot in airports} >= {"JFK"}
    assert is_inside(locator, [spot.point for spot in (*origins, *airports)])
    assert shown_in(dark_at_the_edge)[2] is None
    assert shown_in(lambda: flown_over(["MAD", "NAN", "SCL", "PER", "MAD"]))[2] is None


def test_the_edge_of_the_whole_earth_lies_where_least_is() -> None:
    """No way is cut by it that need not be, such as those across the Pacific, and no band."""
    seen, main, _, _ = shown_in(lambda: flown_over(["SIN", "NAN", "HNL", "SCL", "JFK"]))
    assert main.is_world
    for way in seen.routes:
        assert len(list(main.projection.lines(great_circle(way, 100.0)))) == 1
    assert all(len(list(main.projection.lines(band(doubt, main).edge))) == 1 for doubt in seen.doubts)


def turned(shown: View, longitude: float) -> View:
    """Give the map of the whole earth about another meridian."""
    return replace(shown, projection=replace(shown.projection, middle=(longitude, 0.0)))


def turns_around(rings: Sequence[Sequence[Pixel]], pixel: Pixel) -> int:
    """Count how often rings go around a pixel, clockwise."""
    (x, y), turns = pixel, 0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
            if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
                turns += 1 if by > ay else -1
    return turns


def reached(chance: Random, doubt: Doubt, share: tuple[float, float]) -> Iterator[Point]:
    """Points over which the way from the begin to the end is between two shares of the longest."""
    while True:
        lat, lon = destination(doubt.begin[1], doubt.begin[0], chance.uniform(0, 360), chance.uniform(0, doubt.way_km))
        way = sum(distance_km(lat, lon, end[1], end[0]) for end in (doubt.begin, doubt.end))
        if share[0] <= way / doubt.way_km <= share[1]:
            yield lon, lat


@pytest.mark.parametrize("middle", [None, 0.0, 180.0, -3.0, 116.0, 196.0])
def test_bands_on_the_whole_earth_hold_all_that_can_have_been_reached(middle: float | None) -> None:
    """And nothing that is 5 % farther: about a pole, at the date line, and where the edge of the map cuts them."""
    chance = Random(7)  # noqa: S311 no secret
    seen, main, _, _ = shown_in(dark_at_the_edge)
    shown = main if middle is None else turned(main, middle)
    assert len(seen.doubts) == 10
    for doubt in seen.doubts:
        rings = list(shown.projection.lines(band(doubt, shown).edge))
        inside, outside = reached(chance, doubt, (0.0, 0.97)), reached(chance, doubt, (1.05, 1.5))
        for pixel in shown.projection.pixels([next(inside) for _ in range(100)]):
            assert turns_around(rings, pixel) == 1
        for pixel in shown.projection.pixels([next(outside) for _ in range(100)]):
            assert turns_around(rings, pixel) == 0


def test_a_band_is_exact_however_large_it_is() -> None:
    """Each point of its edge is as far from both ends as the way is long."""
    for code, km in (("LYR", 2999.0), ("NAN", 2400.0), ("PER", 400.0)):
        field = airport(code)
        lat, lon = destination(field.latitude, field.longitude, 20.0, km / 3)
        doubt = Doubt((field.longitude, field.latitude), (lon, lat), km)
        drawn = band(doubt, shown_in(across_the_date_line)[1])
        assert drawn.edge[0] == drawn.edge[-1]
        for point in drawn.edge:
            assert apart_km(doubt.begin, point) + apart_km(point, doubt.end) == pytest.approx(km, abs=0.01)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", [*WORLDS, *REGIONS])
def test_no_label_covers_another_the_scale_or_the_smaller_map(scene: Callable[[], Visits], form: str) -> None:
    """And none leaves the frame; every airport has its name."""
    seen, main, locator, size = shown_in(scene, form)
    fixed = [scale_of(main, size).frame, *([locator.frame] if locator else [])]
    names = names_of(load_land)
    labels = lettering(seen, main, size, names, fixed).labels
    found = [(line.line.text, line.box) for label in labels for line in label.lines]
    if locator is not None:
        inner = locator_lettering(seen, locator, main, names).labels
        boxes = [line.box for label in inner for line in label.lines]
        left, top, right, bottom = locator.frame
        assert all(left <= b[0] and top <= b[1] and b[2] <= right and b[3] <= bottom for b in boxes)
        assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    taken = [*found, *(("", frame) for frame in fixed)]
    assert [(a, b) for (a, first), (b, second) in combinations(taken, 2) if (a or b) and overlap(first, second)] == []
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= size.width and b[3] <= size.height for _, b in found)
    said = " ".join(text for text, _ in found)
    assert [spot.brief for spot in seen.airports if spot.brief not in said] == []


@pytest.mark.parametrize("size", [*SIZES_OF_FORMS.values(), Size(450, 279, 48, (142, 100), 6, 7)])
@pytest.mark.parametrize("scene", WORLDS)
def test_the_name_of_an_airport_stands_near_it(scene: Callable[[], Visits], size: Size) -> None:
    """Rather on a line than far away, where it would seem to be that of another."""
    seen = map_content(*scene(), AIRPORTS)
    main, locator = views(seen, size)
    fixed = [scale_of(main, size).frame, *([locator.frame] if locator else [])]
    labels = lettering(seen, main, size, names_of(load_land), fixed).labels
    led = [label.leader for label in labels if label.leader and label.lines[0].line.style == "name"]
    assert [leader for leader in led if hypot(leader[0][0] - leader[1][0], leader[0][1] - leader[1][1]) > 45.0] == []


def test_in_characters_there_is_no_smaller_map() -> None:
    """Nor is one worked out, which on no room at all has no scale: of a way about the pole that ended in an error."""
    field, lost = Spot(-122.1, -82.3, "Far South FAR", "FAR"), Spot(-119.3, -80.8)
    seen = MapContent(
        (field,), (), (lost,), (), (), (), routes=((lost.point, (180.0, 89.9)), (lost.point, (60.4, -70.4)))
    )
    lines = ["".join(part for part, _ in line) for line in text_map(seen, 80, load_land, is_plain=False)]
    assert any("Far South FAR" in line for line in lines)
    assert [line for line in lines if re.fullmatch("├─+┤ [0-9]+ km", line)]
