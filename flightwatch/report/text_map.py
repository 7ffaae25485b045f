"""The map of a report in characters, for a terminal: the same scene, as wide as there is room."""

from collections.abc import Iterator, Sequence
from typing import Final

from flightwatch.core.points import Point, great_circle
from flightwatch.report.bands import band, edges
from flightwatch.report.land import Outlines, borders_in, land_in
from flightwatch.report.map_content import MapContent, Spot
from flightwatch.report.map_scale import scale_of
from flightwatch.report.map_view import Size, View, views
from flightwatch.report.names import POLES, Row, names_of, rows_in
from flightwatch.report.text_canvas import HIGH, WIDE, Canvas, Kind, Span, cells, plain

LEAST_COLUMNS, MOST_COLUMNS = 40, 120
LEAST_ROWS, MOST_ROWS = 12, 32
"""Bounds of a map's size: on fewer columns nothing can be told, and more rows would push what is said off the screen."""

_ROWS_A_COLUMN: Final = 0.27
_MARKS: Final = {"airports": "■#", "elsewhere": "○0", "origins": "◇o", "lost": "▼v", "found": "▲^"}
"""The sign of each mark, and what it is in ASCII."""

_MEANINGS: Final = {
    "airports": "airport",
    "elsewhere": "no airport named",
    "origins": "began here, or first heard",
    "lost": "last heard",
    "found": "heard",
    "dark": "not heard: estimated",
    "boundless": "not heard for long: anywhere between",
    "doubts": "where it can have been meanwhile",
}
_NAMED: Final = 6
_TOWNS: Final = 7

_STEP_KM: Final = 60.0
"""Distance between points of a great circle: its bends are then finer than any dot."""


def text_map(seen: MapContent, columns: int, outlines: Outlines, *, is_plain: bool) -> list[list[Span]]:
    """Draw a map ``columns`` wide, at most `MOST_COLUMNS`, a line each; ``is_plain``: in nothing but ASCII.

    There is something to draw: ``seen`` has points.
    """
    columns = max(LEAST_COLUMNS, min(columns, MOST_COLUMNS))
    rows = round(max(LEAST_ROWS, min(columns * _ROWS_A_COLUMN, MOST_ROWS)))
    size = Size(columns * WIDE, rows * HIGH, margin=14, locator=None, most_towns=_TOWNS, most_names=_NAMED)
    shown, canvas = views(seen, size)[0], Canvas(columns, rows, is_plain=is_plain)
    _draw_lines(canvas, seen, shown, outlines)
    _draw_marks(canvas, seen, shown)
    names = names_of(outlines)
    _write_areas(canvas, shown, names.countries, 1.0)
    _write_areas(canvas, shown, names.seas, 0.5)
    _write_towns(canvas, shown, names.towns if shown.is_world else [*POLES, *names.towns], seen)
    return [*canvas.lines(), *_below(seen, shown, size, is_plain=is_plain)]


def _draw_lines(canvas: Canvas, seen: MapContent, shown: View, outlines: Outlines) -> None:
    lands: tuple[tuple[Kind, Iterator[list[Point]]], ...] = (
        ("coast", land_in(shown, outlines, 1.0)),
        ("border", borders_in(shown, outlines, 1.0)),
    )
    for kind, lines in lands:
        for pixels in (pixels for line in lines for pixels in shown.projection.lines(line)):
            canvas.line(pixels, kind, (1, kind == "border"))
    for part in edges([band(doubt, shown) for doubt in seen.doubts], shown):
        canvas.line(part, "edge", (1, 2))
    flights: tuple[tuple[Kind, Sequence[Sequence[Point]], tuple[int, int]], ...] = (
        ("route", seen.routes, (1, 0)),
        ("heard", (*seen.heard, *seen.flown), (1, 0)),
        ("dark", seen.dark, (3, 3)),
        ("dark", seen.boundless, (2, 6)),
    )
    for kind, ways, dashes in flights:
        for way in ways:
            for pixels in shown.projection.lines(great_circle(way, _STEP_KM)):
                canvas.line(pixels, kind, dashes)


def _groups(seen: MapContent) -> Iterator[tuple[str, tuple[Spot, ...]]]:
    yield from (("origins", seen.origins), ("elsewhere", seen.elsewhere), ("lost", seen.lost), ("found", seen.found))
    yield "airports", seen.airports


def _draw_marks(canvas: Canvas, seen: MapContent, shown: View) -> None:
    """Draw all marks, and then what is written beside them, airports first."""
    groups = list(_groups(seen))
    for name, spots in groups:
        for spot in spots:
            canvas.mark(shown.projection.at(spot.point), _sign(name, is_plain=canvas.is_plain))
    for name, spots in reversed(groups):
        for spot in spots:
            for text in dict.fromkeys(filter(None, (spot.label, spot.brief, spot.key))):
                if canvas.write(
                    text, _beside(shown, spot.point, cells(text)), "name" if name == "airports" else "text"
                ):
                    break


def _sign(name: str, *, is_plain: bool) -> str:
    return _MARKS[name][is_plain]


def _beside(shown: View, point: Point, width: int) -> list[tuple[int, int]]:
    """Give where a text may begin: right and left of a mark, then above and below it."""
    x, y = shown.projection.at(point)
    column, row = int(x // WIDE), int(y // HIGH)
    beside = [(column + 2, row), (column - 1 - width, row)]
    for down in (-1, 1, -2, 2):
        beside += [(column + 2, row + down), (column - 1 - width, row + down), (column - width // 2, row + down)]
    return beside


def _write_areas(canvas: Canvas, shown: View, rows: Sequence[Row], share: float) -> None:
    """Write the names of the countries, or seas, that take most of the map, where most of it is free."""
    found = dict[str, list[tuple[float, int, int]]]()
    for name, point, radius_km in rows_in(shown.box, rows):
        x, y = shown.projection.at(point)
        width, free = cells(name), radius_km * shown.projection.px_a_km
        if width * WIDE <= 3.4 * free and 0 < x < canvas.columns * WIDE and 0 < y < canvas.rows * HIGH:
            found.setdefault(name, []).append((free, int(x // WIDE) - width // 2, int(y // HIGH)))
    ranked = sorted(found.items(), key=lambda each: (-max(each[1])[0], each[0]))
    for name, places in ranked[: round(_NAMED * share)]:
        canvas.write(name, [(column, row) for _, column, row in sorted(places, reverse=True)], "border")


def _write_towns(canvas: Canvas, shown: View, rows: Sequence[Row], seen: MapContent) -> None:
    said = " ".join(spot.label for spot in seen.airports)
    written = 0
    for name, point, _people in rows_in(shown.box, rows):
        x, y = shown.projection.at(point)
        column, row = int(x // WIDE), int(y // HIGH)
        if name in said or not (0 <= column < canvas.columns and 0 <= row < canvas.rows):
            continue
        dot = "+" if canvas.is_plain else "·"
        places = [(column, row), (column - 1 - cells(name), row)]
        if canvas.write(f"{dot}{name}", places[:1], "coast") or canvas.write(f"{name}{dot}", places[1:], "coast"):
            written += 1
        if written == _TOWNS:
            return


def _below(seen: MapContent, shown: View, size: Size, *, is_plain: bool) -> Iterator[list[Span]]:
    """Give the scale, what the signs mean, and whom letters name."""
    scale = scale_of(shown, size)
    long = max(1, round(scale.long / WIDE) - 2)
    bar = f"|{'-' * long}|" if is_plain else f"├{'─' * long}┤"
    yield [(f"{bar} {plain(scale.text) if is_plain else scale.text}", "text")]
    lines = {
        "dark": "~~" if is_plain else "╍╍",
        "boundless": "~ ~" if is_plain else "╍ ╍",
        "doubts": "''" if is_plain else "⠁⠁",
    }
    signs = [
        f"{lines.get(name) or _sign(name, is_plain=is_plain)} {meaning}"
        for name, meaning in _MEANINGS.items()
        if getattr(seen, name)
    ]
    yield from _packed([*signs, *(f"{letter} {tail}" for letter, tail in seen.keys)], size.width // WIDE)


def _packed(words: Sequence[str], columns: int) -> Iterator[list[Span]]:
    """Put words on as few lines as there is room for."""
    line = ""
    for word in words:
        longer = f"{line}   {word}" if line else word
        if line and cells(longer) > columns:
            yield [(line, "text")]
            longer = word
        line = longer
    if line:
        yield [(line, "text")]
