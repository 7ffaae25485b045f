"""The map of a report: what is on it, where it is drawn, and that what is written on it can be read."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from html import unescape
from itertools import combinations, pairwise
from math import hypot
from pathlib import Path
from random import Random

import pytest
from made_visits import at
from msgspec.structs import replace
from report_scenes import (
    a_dozen,
    across_the_date_line,
    around_the_earth,
    dark_at_the_edge,
    demo,
    over_the_pole,
    round_trip,
    seen_over_the_pole,
    some_history,
    together,
    two_days,
    unheard,
)
from state_vectors import AIRPORTS, airport

from flightwatch.core.geo import destination, distance_km
from flightwatch.core.legs import Fix, Leg
from flightwatch.core.model import Origin
from flightwatch.core.points import Point
from flightwatch.report.bands import band, edges
from flightwatch.report.labels import Line, Placed, Wanted, overlap, place, text_width
from flightwatch.report.map_content import Doubt, MapContent
from flightwatch.report.map_drawing import SIZES_OF_FORMS, map_of
from flightwatch.report.map_labels import lettering, locator_lettering
from flightwatch.report.map_signs import legend
from flightwatch.report.map_view import views
from flightwatch.report.material import Material
from flightwatch.report.names import names_of
from flightwatch.report.page import Section, page
from flightwatch.report.projection import Pixel, Projection, fitted
from flightwatch.report.timeline import chart, parts
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land
from flightwatch.tracking.events import place_of

NOW = at("2023-09-28T06:00")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FORMS = tuple(SIZES_OF_FORMS)


def boxes(labels: Sequence[Placed]) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    for label in labels:
        for line in label.lines:
            yield line.line.text, line.box


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(40))
def test_no_label_covers_another(number: int, form: str) -> None:
    """On maps of all kinds, and none leaves the frame; every airport has its name."""
    seen = map_content(*some_history(number), AIRPORTS)
    size = SIZES_OF_FORMS[form]
    main, _ = views(seen, size)
    written = lettering(seen, main, size, names_of(load_land), [])
    found = list(boxes(written.labels))
    assert [(a, b) for (a, first), (b, second) in combinations(found, 2) if overlap(first, second)] == []
    assert all(b[0] >= 0 and b[1] >= 0 and b[2] <= size.width and b[3] <= size.height for _, b in found)
    said = " ".join(text for text, _ in found)
    codes = [spot.brief for spot in seen.airports]
    assert [code for code in codes if code not in said] == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(60))
def test_what_leads_to_a_label_crosses_no_other(number: int, form: str) -> None:
    """Nor what leads there; it ends at its own, so that nobody takes one for another's."""
    seen = map_content(*some_history(number), AIRPORTS)
    main, _ = views(seen, SIZES_OF_FORMS[form])
    labels = lettering(seen, main, SIZES_OF_FORMS[form], names_of(load_land), []).labels
    for label in (each for each in labels if each.leader is not None):
        assert label.leader is not None
        (x, y), (to_x, to_y) = label.leader
        others = [box for other in labels if other is not label for _, box in boxes([other])]
        way = [(x + (to_x - x) * n / 40, y + (to_y - y) * n / 40) for n in range(10, 40)]
        crossed = [box for box in others for px, py in way if box[0] < px < box[2] and box[1] < py < box[3]]
        assert crossed == []
    for one, other in combinations([label.leader for label in labels if label.leader is not None], 2):
        assert not cross(*one, *other)


def cross(a: Pixel, b: Pixel, c: Pixel, d: Pixel) -> bool:
    """Tell whether a line from a to b crosses one from c to d."""

    def side(p: Pixel, q: Pixel, r: Pixel) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def test_labels_say_who_and_when() -> None:
    """On the airport's clock; who is told where there are several, by a letter too, which the legend explains."""
    [alone], events = unheard("FNJ", at("2023-09-20T04:00"), bearing=40, km=90)
    seen = map_content([alone], events, AIRPORTS)
    assert [spot.label for spot in (*seen.lost, *seen.found)] == [
        "lost 20 Sep 2023, 12:51 local",
        "heard 21 Sep 2023, 19:09 local",
    ]
    assert seen.keys == ()
    both = together(
        [([alone], events), unheard("FNJ", at("2023-09-24T04:00"), bearing=200, km=90, icao24="7278a5", tail="P-885")]
    )
    seen = map_content(*both, AIRPORTS)
    assert [spot.label for spot in seen.lost] == [
        "A P-885 lost 24 Sep 2023, 12:51 local",
        "B RA-86559 lost 20 Sep 2023, 12:51 local",
    ]
    assert seen.keys == (("A", "P-885"), ("B", "RA-86559"))
    assert seen.airports[0].note == "2 visits of 2 aircraft, the last 24-25 September 2023"
    text = page("FNJ", [Section("FNJ", both[0], is_airport=True)], Material(both[1], AIRPORTS, load_land, NOW))
    told = re.findall(r"<li><svg[^>]*><text[^>]*>([A-Z])</text></svg>([^<]*)</li>", text)
    assert set(told) == set(seen.keys)


def test_an_airport_with_twelve_aircraft() -> None:
    """Each is told from the others by its letter, beside its loss or where it was heard again."""
    seen = map_content(*a_dozen(), AIRPORTS)
    assert [letter for letter, _ in seen.keys] == list("ABCDEFGHIJKL")
    for form in FORMS:
        size = SIZES_OF_FORMS[form]
        main, _ = views(seen, size)
        said = {text for text, _ in boxes(lettering(seen, main, size, names_of(load_land), []).labels)}
        assert set("ABCDEFGHIJKL") <= {text.partition(" ")[0] for text in said}
        told = legend(seen, {"airports"}, said)
        assert [words for _, words in told] == ["airport", "Aircraft by their letters:", *(t for _, t in seen.keys)]
        assert [re.findall(">([A-Z]+)</text>", sign) for sign, _ in told[2:]] == [[letter] for letter, _ in seen.keys]


def test_letters_that_are_not_on_a_map_are_not_in_its_legend() -> None:
    """As on a small map of the whole earth, where losses lie under the airports."""
    seen = map_content(*some_history(5), AIRPORTS)
    wide, narrow = (map_of(seen, SIZES_OF_FORMS[form], load_land, "m") for form in ("wide", "narrow"))
    assert [tail for letter, tail in seen.keys if letter in "AD"] == [
        words for sign, words in legend(seen, {}, wide.written) if ">A<" in sign or ">D<" in sign
    ]
    assert len(seen.keys) == 7
    assert legend(seen, {}, narrow.written) == []


def test_more_losses_than_can_be_told_in_full_have_their_day() -> None:
    """As far as there is room, on the airport's clock; the year is told once, or beside each where there are several."""
    [visits, events] = together(
        [
            unheard("FNJ", at("2023-02-01T20:00") + timedelta(days=9 * n), bearing=51.0 * n, km=60 + 20 * n)
            for n in range(7)
        ]
    )
    seen = map_content(visits, events, AIRPORTS)
    assert [spot.label for spot in seen.lost][-2:] == ["11 Feb", "2 Feb"]
    assert seen.dates == (
        "the days on it, as far as there is room for them, are of 2023 and those of the airport’s clock"
    )
    for form in FORMS:
        size = SIZES_OF_FORMS[form]
        main, _ = views(seen, size)
        said = [text for text, _ in boxes(lettering(seen, main, size, names_of(load_land), []).labels)]
        assert len({spot.label for spot in seen.lost}.intersection(said)) >= 6
    older = unheard("FNJ", at("2022-02-01T20:00"), bearing=9.0, km=70)
    both = map_content(*together([(visits, events), older]), AIRPORTS)
    assert {spot.label for spot in both.lost} >= {"2 Feb 2023", "2 Feb 2022"}
    assert both.dates == "the days on it, as far as there is room for them, are those of the airport’s clock"


def test_the_smaller_map_says_once_that_flights_were_first_heard() -> None:
    """Two flights of the demo are heard first at nearly the same place."""
    seen = map_content(*demo(), AIRPORTS)
    for form in FORMS:
        main, locator = views(seen, SIZES_OF_FORMS[form])
        assert locator is not None
        said = [text for text, _ in boxes(locator_lettering(seen, locator, main, names_of(load_land)).labels)]
        assert said.count("first heard") == (form == "wide")  # the narrow one has no room for it


def test_what_hides_under_an_airport_has_no_label() -> None:
    """On a map of the whole earth that is each loss, and the map is no higher than the earth."""
    codes = ("MAD", "WLG", "JFK", "PER")
    far = [unheard(code, at("2023-01-01T00:00"), bearing=50, km=90, icao24=f"aaaaa{n}") for n, code in enumerate(codes)]
    seen = map_content(*together(far), AIRPORTS)
    for form in FORMS:
        sketch = map_of(seen, SIZES_OF_FORMS[form], load_land, "m")
        texts = re.findall(">([^<]+)</text>", "".join(sketch.parts))
        assert {"Madrid MAD", "Wellington WLG"}.intersection(texts)
        assert [text for text in texts if "lost" in text or "heard" in text] == []
        assert sketch.size[1] <= 0.63 * sketch.size[0]
    visits, events = together(far)
    text = page("A", [Section("A", visits)], Material(events, AIRPORTS, load_land, NOW))
    assert "Map of 4 visits." in text


def test_the_way_between_known_fields() -> None:
    """It is drawn once, there and back, also where nothing was unheard; an estimate of the way back is no other."""
    seen = map_content(*round_trip(), AIRPORTS)
    (moscow, vladivostok) = [(f.longitude, f.latitude) for f in (airport("SVO"), airport("VVO"))]
    assert seen.routes == ((moscow, vladivostok),)
    assert (seen.dark, seen.doubts, seen.origins) == ((), (), ())
    main, locator = views(seen, SIZES_OF_FORMS["wide"])
    assert locator is None
    assert all(0 < x < 860 and 0 < y < 470 for x, y in map(main.projection.at, (moscow, vladivostok)))


def test_flights_that_were_heard_are_drawn_as_they_were() -> None:
    """Each once, straight only where it was not heard; the smaller map shows all of it, and the legend names it."""
    visits, events = unheard("FNJ", at("2023-09-20T04:00"), bearing=40, km=60)
    field = airport("FNJ")
    way = [destination(field.latitude, field.longitude, 40, km) for km in (3000, 2900, 2000, 1500, 60)]
    times = (0, 600, 3600, 4200, 4800)
    to = Leg(True, tuple(Fix(at, *place, 9000) for at, place in zip(times, way, strict=True)))
    seen = map_content(visits, events, AIRPORTS, {visits[0].id: (to, replace(to, is_to=False))})
    points = [fix.point for fix in to.fixes]
    assert seen.flown == (tuple(points[:2]), tuple(points[2:]))
    assert seen.routes == ((points[1], points[2]),)
    for form in FORMS:
        _, locator = views(seen, SIZES_OF_FORMS[form])
        assert locator is not None
        left, top, right, bottom = locator.frame
        for x, y in map(locator.projection.at, points):
            assert left < x < right
            assert top < y < bottom
    assert "heard" in map_of(replace(seen, heard=()), SIZES_OF_FORMS["wide"], load_land, "m").shown


def test_a_flight_from_afar_has_a_map_of_its_own() -> None:
    """The main one shows where contact was lost, the smaller one the whole way; one from nearby needs none."""
    visits, events = unheard("FNJ", at("2023-09-20T04:00"), bearing=40, km=60)
    [name] = [id_ for id_, event in events.items() if event.type == "landing"]
    for code, has_locator in (("SVO", True), ("ICN", False)):
        field = airport(code)
        began = Origin(place_of(field), field.latitude, field.longitude, at("2023-09-19T20:00"), True)
        seen = map_content(visits, events | {name: replace(events[name], origin=began)}, AIRPORTS)
        for form in FORMS:
            main, locator = views(seen, SIZES_OF_FORMS[form])
            assert (locator is not None) is has_locator
            whole = locator or main
            frame = whole.frame
            for point in [end for way in seen.routes for end in way]:
                x, y = whole.projection.at(point)
                assert frame[0] < x < frame[2]
                assert frame[1] < y < frame[3]


def is_in(rings: Sequence[Sequence[Pixel]], pixel: Pixel) -> bool:
    """Tell whether rings that turn the same way go around a pixel, however many of them."""
    x, y = pixel
    turns = 0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
            if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
                turns += 1 if by > ay else -1
    return turns != 0


def way_points(chance: Random, doubt: Doubt) -> Iterator[Point]:
    """Points that can be reached: the way from the begin over each to the end is no longer than was flown."""
    while True:
        lat, lon = destination(doubt.begin[1], doubt.begin[0], chance.uniform(0, 360), chance.uniform(0, doubt.way_km))
        there, back = (distance_km(lat, lon, end[1], end[0]) for end in (doubt.begin, doubt.end))
        if there + back <= doubt.way_km:
            yield lon, lat


def test_the_band_holds_all_that_could_be_reached() -> None:
    """And little more: of what is a tenth farther nothing."""
    chance = Random(1)
    visits, events = unheard("FNJ", at("2023-09-20T04:00"), bearing=40, km=90)
    seen = map_content(visits, events, AIRPORTS)
    main, _ = views(seen, SIZES_OF_FORMS["wide"])
    assert [round(doubt.way_km) for doubt in seen.doubts] == [round(17 * 60 * 0.15), round(17 * 60 * 0.15)]
    for doubt in seen.doubts:
        drawn, reached = band(doubt, main), way_points(chance, doubt)
        grown = replace(drawn, way_km=drawn.way_km * 1.001)
        assert all(grown.holds(next(reached)) for _ in range(300))
        farther = band(replace(doubt, way_km=doubt.way_km * 1.02), main)
        assert not any(map(drawn.holds, farther.edge))


def test_bands_that_lie_on_one_another_have_one_edge() -> None:
    """No part of it lies inside any of them."""
    visits, events = together(
        [
            unheard("FNJ", at("2023-08-01T04:00") + timedelta(days=9 * n), bearing=44 + 2 * n, km=70 + 4 * n)
            for n in range(6)
        ]
    )
    seen = map_content(visits, events, AIRPORTS)
    main, _ = views(seen, SIZES_OF_FORMS["wide"])
    several = [band(doubt, main) for doubt in seen.doubts]
    edge = [pixel for part in edges(several, main) for pixel in part]
    assert len(edge) > 50
    rings = [main.projection.pixels(each.edge) for each in several]
    middles = [(sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)) for ring in rings]
    for (x, y), ring in zip(middles, rings, strict=True):
        shrunk = [(x + 0.98 * (at_x - x), y + 0.98 * (at_y - y)) for at_x, at_y in ring]
        assert not any(is_in([shrunk], pixel) for pixel in edge)


def test_after_days_without_a_word_no_bounds_are_drawn() -> None:
    """The page says that it can have been anywhere."""
    visits, events = unheard("FNJ", at("2023-09-20T04:00"), bearing=40, km=90)
    late = {id_: replace(event, latest=event.latest + timedelta(days=2)) for id_, event in events.items()}
    seen = map_content(visits, late, AIRPORTS)
    assert (len(seen.doubts), seen.is_anywhere) == (1, True)
    assert (len(seen.dark), len(seen.boundless)) == (1, 1)
    text = page("A", [Section("A", visits)], Material(late, AIRPORTS, load_land, NOW))
    assert "Where the line is dotted it was unheard for so long that it can have been anywhere in between" in text
    assert "not heard for so long that no bounds can be drawn" in text


def test_a_label_for_which_there_is_no_room_is_left_out() -> None:
    """Unless it is needed: then it stands on marks and lines, but on no other label."""
    wanted = Wanted(((Line("Pyongyang", "note"),),), ((50.0, 50.0),))
    frame = (0.0, 0.0, 200.0, 100.0)
    assert place([wanted], frame, [(0.0, 0.0, 200.0, 100.0)]) == []
    [found] = place([replace(wanted, is_needed=True)], frame, [(0.0, 0.0, 200.0, 100.0)])
    assert found.lines[0].line.text == "Pyongyang"
    assert place([replace(wanted, is_needed=True)], frame, [], [(0.0, 0.0, 200.0, 100.0)]) == []
    [aside] = place([wanted], frame, [], lines=[(20.0, 30.0, 150.0, 70.0)])
    assert aside.leader is not None


def test_letters_are_measured_on_the_wide_side() -> None:
    """Of a bold word more than of a thin one, of an ideograph as much as it is high."""
    assert text_width("il", 10) < text_width("MW", 10) < text_width("MW", 10, is_bold=True)
    assert text_width("平壤", 10) == 20


MEASURE = """\
<title>waits</title>
<script>
  const measured = {};
  function done(frame, name, media) {
    const page = frame.contentDocument, query = (what) => [...page.querySelectorAll(what)];
    if (media === 'print') for (const rule of page.styleSheets[0].cssRules) if (rule.media)
      rule.media.mediaText = rule.media.mediaText.includes('print') ? 'all' : 'not all';
    measured[name] = query('svg[role=img]').filter((svg) => svg.getBoundingClientRect().width > 0).map(
      (svg) => [...svg.querySelectorAll('text')].map((text) => {
        const box = text.getBoundingClientRect(), around = svg.getBoundingClientRect();
        return [text.textContent, box.left, box.top, box.right, box.bottom,
          box.left >= around.left - 1 && box.right <= around.right + 1 && box.top >= around.top - 1];
      }));
    document.title = JSON.stringify(measured);
  }
</script>
"""
SHOWN = """\
<iframe src="%s.html" style="width:%dpx;height:900px;border:0" onload="done(this, '%s', '%s')"></iframe>
"""
WHOLE_EARTH = {
    "globe": around_the_earth,
    "pole": over_the_pole,
    "pole and back": seen_over_the_pole,
    "date line": across_the_date_line,
    "edge": dark_at_the_edge,
}
SCENES = (
    {"demo": demo, "trip": round_trip, "twelve": a_dozen, "two days": two_days}
    | WHOLE_EARTH
    | {f"some {n}": partial(some_history, n) for n in range(6)}
)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")
@pytest.mark.parametrize(("width", "media"), [(390, "screen"), (1280, "screen"), (680, "print")])
def test_a_browser_measures_no_overlap(width: int, media: str, tmp_path: Path) -> None:
    """The boxes of all labels as its own letters fill them, on map and timeline; they may touch, by two pixels at most."""
    around = MEASURE
    for name, scene in SCENES.items():
        visits, events = scene()
        (tmp_path / f"{name}.html").write_text(
            page("A", [Section("A", visits)], Material(events, AIRPORTS, load_land, NOW))
        )
        around += SHOWN % (name, width, name, media)
    (tmp_path / "around.html").write_text(around)
    command = [
        *(CHROMIUM or "", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
        *(f"--user-data-dir={tmp_path / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND"),
        *("--allow-file-access-from-files", "--dump-dom", (tmp_path / "around.html").as_uri()),
    ]
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    [title] = re.findall(r"<title>(.*)</title>", dom)
    measured = json.loads(unescape(title))
    assert measured.keys() == SCENES.keys()
    for name, drawings in measured.items():
        assert len(drawings) == 1 + len(parts(chart(SCENES[name]()[0], AIRPORTS, None, NOW)))
        for found in drawings:
            assert len(found) > 2
            assert [text for text, *_, is_inside in found if not is_inside] == [], name
            inner = [(text, (x + 1, y + 2, to_x - 1, to_y - 2)) for text, x, y, to_x, to_y, _ in found]
            assert [(a, b) for (a, first), (b, second) in combinations(inner, 2) if overlap(first, second)] == [], name


def test_a_map_is_the_same_each_time() -> None:
    seen: MapContent = map_content(*a_dozen(), AIRPORTS)
    assert map_of(seen, SIZES_OF_FORMS["wide"], load_land, "m") == map_of(seen, SIZES_OF_FORMS["wide"], load_land, "m")


def test_the_middle_of_a_frame_is_the_middle_of_its_points() -> None:
    """A ring of points round a place is drawn round the middle of the frame."""
    ring = [destination(39.0, 125.0, 360 * n / 12, 300.0) for n in range(12)]
    made: Projection = fitted([(lon, lat) for lat, lon in ring], (0, 0, 400, 300), is_world=False)
    x, y = made.at((125.0, 39.0))
    assert x == pytest.approx(200, abs=1)
    assert y == pytest.approx(150, abs=1)
    assert made.px_a_km == pytest.approx(0.5, rel=0.01)
    away = [hypot(px - x, py - y) for px, py in (made.at((lon, lat)) for lat, lon in ring)]
    assert away == [pytest.approx(150, abs=2)] * 12
