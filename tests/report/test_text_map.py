"""The map in characters: the same scene, in braille or in ASCII, in the columns that there are."""

import pytest
from made_visits import ICAO24, at, landing, unix, visit
from state_vectors import AIRPORTS, airport, report

from flightwatch.core.model import Origin
from flightwatch.core.points import great_circle
from flightwatch.report.map_content import MapContent, Spot
from flightwatch.report.text_canvas import Canvas, Span, cells, plain
from flightwatch.report.text_map import MOST_COLUMNS, MOST_ROWS, text_map
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land
from flightwatch.tracking.events import place_of


def scene() -> MapContent:
    """A landing at Pyongyang, lost 45 km away, on the way from Vladivostok."""
    began = airport("VVO")
    origin = Origin(place_of(began), began.latitude, began.longitude, at("2023-09-26T00:10"), True)
    last = report(unix("2023-09-26T01:45"), icao24=ICAO24, latitude=39.6, longitude=125.8, velocity=160.0)
    return map_content([visit()], {"landing-1": landing(evidence=(last,), origin=origin)}, AIRPORTS)


def drawn(seen: MapContent, columns: int, *, is_plain: bool = False) -> list[str]:
    return ["".join(text for text, _ in line) for line in text_map(seen, columns, load_land, is_plain=is_plain)]


@pytest.mark.parametrize("is_plain", [True, False])
@pytest.mark.parametrize("columns", [20, 40, 79, 80, 120, 300])
def test_it_is_as_wide_as_there_is_room(columns: int, is_plain: bool) -> None:
    """Never wider than that, but for a terminal on which nothing could be told; what matters is on it."""
    lines = drawn(scene(), columns, is_plain=is_plain)
    most = max(40, min(columns, MOST_COLUMNS))
    assert max(map(cells, lines)) <= most
    assert len(lines) <= MOST_ROWS + 8
    whole = "\n".join(lines)
    assert "Pyongyang FNJ" in whole or "FNJ" in whole
    assert all(sign in whole for sign in (("#", "v") if is_plain else ("■", "▼")))
    assert " km" in whole


def test_plain_is_ascii() -> None:
    """Also where names are not, and it says what its signs mean."""
    there = Spot(87.5, 43.9, "Ürümqi – 乌鲁木齐", "URC")
    lines = drawn(MapContent((there,), (), (), (), (), ()), 100, is_plain=True)
    assert all(line.isascii() for line in lines)
    assert any("Urumqi" in line for line in lines)
    assert lines[-1].startswith("# airport")


def test_braille_shows_coasts_and_names() -> None:
    whole = "\n".join(drawn(scene(), 100))
    assert sum("\u2800" < c <= "\u28ff" for c in whole) > 100
    assert all(name in whole for name in ("North Korea", "Sea of Japan", "lost 26 Sep 2023, 10:45 local"))
    assert "▼ last heard" in whole


def test_texts_do_not_cover_one_another() -> None:
    """A text that finds no free place is left out; there is a blank between two."""
    canvas = Canvas(20, 2, is_plain=False)
    assert canvas.write("Pyongyang", [(0, 0)], "text")
    assert not canvas.write("Nampo", [(8, 0)], "text")
    assert not canvas.write("Nampo", [(9, 0)], "text")
    assert canvas.write("Nampo", [(9, 0), (10, 0)], "text")
    assert not canvas.write("too long for it", [(10, 1)], "text")
    assert canvas.lines() == [[("Pyongyang", "text"), (" ", None), ("Nampo", "text")], []]


def test_lines_are_dots_and_end_at_the_edge() -> None:
    """Also dashed ones, and such as lead far away; what leaps over the whole drawing is left out."""

    def row(*points: tuple[float, float], dashes: tuple[int, int] = (1, 0)) -> list[Span]:
        canvas = Canvas(4, 1, is_plain=False)
        canvas.line(points, "coast", dashes)
        return canvas.lines()[0]

    assert row((0, 0), (8, 0)) == [("⠉⠉⠉⠉", "coast")]
    assert row((0, 0), (8, 0), dashes=(2, 2)) == [("⠉", "coast"), (" ", None), ("⠉", "coast")]
    assert row((-3, 1), (2, 1)) == [("⠒", "coast")]
    assert row((-40, 0), (40, 0)) == []


def test_wide_letters_take_two_columns() -> None:
    canvas = Canvas(6, 1, is_plain=False)
    assert canvas.write("平壤", [(0, 0)], "text")
    assert canvas.lines() == [[("平壤", "text")]]
    assert (cells("平壤"), cells("e\u0301"), plain("Thérèse – 平")) == (4, 1, "Therese - ?")


def test_great_circles_bend() -> None:
    """From Moscow to Vladivostok the way leads farther north than both."""
    points = great_circle([(37.4, 55.97), (132.15, 43.4)], 60.0)
    assert (points[0], points[-1]) == ((37.4, 55.97), (132.15, 43.4))
    assert max(lat for _, lat in points) > 60
    assert len(points) > 50
