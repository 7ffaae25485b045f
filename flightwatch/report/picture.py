"""A map that goes alone, in a mail or a chat: with a title, a legend and the names of whoever it rests on below it."""

from collections.abc import Iterator
from typing import Final

from flightwatch.report.labels import text_width
from flightwatch.report.land import Outlines
from flightwatch.report.map_content import MapContent
from flightwatch.report.map_drawing import BAND_OPACITY, DASHES, SIGNS, Sketch, map_of, sign_at
from flightwatch.report.map_signs import letters
from flightwatch.report.map_view import Size
from flightwatch.report.style import LIGHT
from flightwatch.report.svg import box, colour, element, number, text

MOST_BYTES: Final = 60_000
"""Greatest size of a picture: a mail with it stays below what phones fetch without asking."""

_FACE, _BOLD_FACE = 0.9, 0.82
"""Greatest width of a text in Arial or Liberation Sans, which the library that draws brings, as a share of the widest faces'."""

_MOST_LINES: Final = 6
"""Most lines of the title, and of whom to name."""

_MAP: Final = Size(width=450, height=330, margin=48, locator=(142, 100), most_towns=6, most_names=7)
"""As wide as a phone: wider, its letters would be too small there. In a mail on a desk it is enlarged by a third."""
_SIDE_PX: Final = 14
_TITLE_PX, _TEXT_PX, _SMALL_PX = 14, 12, 10
_LINE_PX: Final = 20
_SIGN_PX: Final = 26

_FONTS: Final = "Arial, 'Liberation Sans', 'Helvetica Neue', 'DejaVu Sans', sans-serif"

_SIGNS: Final = {
    "airports": "airport",
    "elsewhere": "on the ground, no airport named",
    "origins": "began here, or first heard",
    "lost": "contact lost",
    "found": "heard again",
    "heard": "heard",
    "routes": "way, not the track",
    "dark": "not heard: estimated",
    "boundless": "not heard for so long that it can have been anywhere",
    "doubts": "where it can have been meanwhile",
}


def picture_of_map(seen: MapContent, title: str, credit: str, outlines: Outlines) -> str:
    """Draw the picture as an SVG that needs no style sheet; ``credit`` names whoever heard the aircraft."""
    sketch = map_of(seen, _MAP, outlines, "m")
    width, height = sketch.size
    below, level = list[str](), height + 24
    for line in _wrapped(title, _TITLE_PX, is_bold=True):
        below.append(_text(line, _SIDE_PX, level, size=_TITLE_PX, fill="ink", font_weight="bold"))
        level += _LINE_PX
    x, level = float(_SIDE_PX), level + 2
    for name, meaning in _legend(seen, sketch):
        wide = _SIGN_PX + _FACE * text_width(meaning, _TEXT_PX) + 12
        if x > _SIDE_PX and x + wide > width:
            x, level = float(_SIDE_PX), level + _LINE_PX
        below += [_sign(name, x, level - 4), _text(meaning, x + _SIGN_PX, level, size=_TEXT_PX, fill="ink")]
        x += wide
    level += _LINE_PX
    for line in _wrapped(credit, _SMALL_PX):
        below.append(_text(line, _SIDE_PX, level, size=_SMALL_PX, fill="quiet"))
        level += _SMALL_PX + 4
    paper = box((0, height, width, level), fill=colour("paper"))
    return _standing_alone("".join([*sketch.parts, paper, *below]), width, level)


def _legend(seen: MapContent, drawn: Sketch) -> Iterator[tuple[str, str]]:
    """Give the signs that a map has, and what they mean; then the letters that are written on it, and whom they name."""
    meanings = _SIGNS if seen.has_silence else _SIGNS | {"found": "heard here"}
    yield from ((name, meaning) for name, meaning in meanings.items() if name in drawn.shown)
    yield from letters(seen, drawn.written)


def _standing_alone(markup: str, width: int, height: int) -> str:
    """Make a drawing one that needs no style sheet."""
    for name, value in LIGHT.items():
        markup = markup.replace(f"var(--{name})", value)
    markup = markup.replace("<text ", '<text paint-order="stroke" ')
    size = {"width": f"{width}", "height": f"{height}", "font_family": _FONTS}
    return element("svg", markup, xmlns="http://www.w3.org/2000/svg", **size)


def _wrapped(text: str, size: int, *, is_bold: bool = False) -> list[str]:
    """Break a text in lines that fit; what does not fit in `_MOST_LINES` is left out."""

    def is_wide(line: str) -> bool:
        face = _BOLD_FACE if is_bold else _FACE
        return face * text_width(line, size, is_bold=is_bold) > _MAP.width - 2 * _SIDE_PX

    lines = [""]
    for word in text.split():
        if lines[-1] and is_wide(f"{lines[-1]} {word}"):
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
        while is_wide(lines[-1]):
            fits = next(n for n in range(len(lines[-1]), 0, -1) if not is_wide(lines[-1][:n]))
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1]}…"]


def _text(said: str, x: float, y: float, *, size: int, fill: str, font_weight: str = "normal") -> str:
    return text(said, x, y, font_size=f"{size}", fill=colour(fill), font_weight=font_weight)


def _sign(name: str, x: float, y: float) -> str:
    """Draw the sign of a legend, left of its meaning; of an airframe that is its letter."""
    if name.isupper():
        return _text(name, x + 6, y + 4, size=_TEXT_PX, fill="ink", font_weight="bold")
    if name == "doubts":
        looks = {"fill": colour("doubt"), "fill_opacity": f"{BAND_OPACITY}", "stroke": colour("doubt")}
        return element("circle", cx=x + 10, cy=y, r=5, stroke_dasharray="1.5,3", **looks)
    if name in SIGNS:
        return sign_at(name, x + 10, y)
    line = {"heard": "lost", "routes": "route"}.get(name, "ink")
    dashes = {"stroke_dasharray": DASHES[name]} if name in DASHES else {}
    return element("path", d=f"M{number(x)},{number(y)}h20", stroke=colour(line), stroke_width=1.6, **dashes)
