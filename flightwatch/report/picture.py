"""A map that goes alone, in a mail or a chat: with a title, a legend and the names of whoever it rests on below it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flightwatch.report.labels import text_width
from flightwatch.report.land import Outlines
from flightwatch.report.map_content import MapContent
from flightwatch.report.map_drawing import BAND_OPACITY, DASHES, drawn_at
from flightwatch.report.map_view import Size
from flightwatch.report.style import LIGHT
from flightwatch.report.svg import Spec, colour

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
    "routes": "way, drawn straight",
    "dark": "not heard: estimated",
    "boundless": "not heard for so long that it can have been anywhere",
    "doubts": "where it can have been unheard",
}


def picture_specification(seen: MapContent, title: str, credit: str, outlines: Outlines) -> Spec:
    """Write the picture as a Vega specification; ``credit`` names whoever heard the aircraft."""
    spec = drawn_at(seen, _MAP, outlines)
    below, level = list[Spec](), _MAP.height + 24
    for line in _wrapped(title, _TITLE_PX, is_bold=True):
        below.append(_text(line, _SIDE_PX, level, size=_TITLE_PX, fill="ink", weight="bold"))
        level += _LINE_PX
    x, level = float(_SIDE_PX), level + 2
    for name, meaning in _legend(seen, spec):
        wide = _SIGN_PX + _FACE * text_width(meaning, _TEXT_PX) + 12
        if x > _SIDE_PX and x + wide > _MAP.width:
            x, level = float(_SIDE_PX), level + _LINE_PX
        below += [*_sign(name, x, level - 4), _text(meaning, x + _SIGN_PX, level, size=_TEXT_PX, fill="ink")]
        x += wide
    level += _LINE_PX
    for line in _wrapped(credit, _SMALL_PX):
        below.append(_text(line, _SIDE_PX, level, size=_SMALL_PX, fill="quiet"))
        level += _SMALL_PX + 4
    paper = {"x": {"value": 0}, "y": {"value": _MAP.height}, "width": {"value": _MAP.width}, "fill": colour("paper")}
    strip = {"type": "rect", "encode": {"enter": paper | {"height": {"value": level}}}}
    return spec | {"height": level, "marks": [*spec["marks"], strip, *below]}


def _legend(seen: MapContent, drawn: Spec) -> Iterator[tuple[str, str]]:
    """Give the signs that a map has, and what they mean; then the letters that are written on it, and whom they name."""
    shown = {"heard": bool(seen.heard or seen.flown)}
    meanings = _SIGNS if seen.has_silence else _SIGNS | {"found": "heard here"}
    yield from ((name, meaning) for name, meaning in meanings.items() if shown.get(name, getattr(seen, name)))
    written = {
        mark["encode"]["enter"]["text"]["value"].partition(" ")[0] for mark in drawn["marks"] if mark["type"] == "text"
    }
    yield from ((letter, tail) for letter, tail in seen.keys if letter in written)


def standing_alone(markup: str, spec: Spec) -> str:
    """Make a drawing of a page one that needs no style sheet."""
    for name, value in LIGHT.items():
        markup = markup.replace(f"var(--{name})", value)
    size = f'width="{spec["width"]}" height="{spec["height"]}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{_FONTS}" '
    return markup.replace("<svg ", head, 1).replace("<text ", '<text paint-order="stroke" ')


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


def _text(said: str, x: float, y: float, *, size: int, fill: str, weight: str = "normal") -> Spec:
    place = {"x": {"value": x}, "y": {"value": y}, "text": {"value": said}, "fontSize": {"value": size}}
    return {"type": "text", "encode": {"enter": place | {"fill": colour(fill), "fontWeight": {"value": weight}}}}


def _sign(name: str, x: float, y: float) -> Sequence[Spec]:
    """Draw the sign of a legend, left of its meaning; of an airframe that is its letter."""
    match name:
        case _ if name.isupper():
            return [_text(name, x + 6, y + 4, size=_TEXT_PX, fill="ink", weight="bold")]
        case "airports":
            return [_symbol("square", x, y, fill=colour("ink"))]
        case "elsewhere":
            return [_symbol("circle", x, y, fill=colour("paper"), stroke=colour("ink"))]
        case "origins":
            return [_symbol("diamond", x, y, fill=colour("paper"), stroke=colour("ink"))]
        case "lost":
            return [_symbol("triangle-down", x, y, fill=colour("lost"))]
        case "found":
            return [_symbol("triangle-up", x, y, fill=colour("found"))]
        case "doubts":
            edge = {"stroke": colour("doubt"), "strokeDash": {"value": [1.5, 3]}}
            return [_symbol("circle", x, y, fill=colour("doubt"), fillOpacity={"value": BAND_OPACITY}, **edge)]
        case _:
            line = {"heard": "lost", "routes": "route"}.get(name, "ink")
            ends = {"x": {"value": x}, "x2": {"value": x + 20}, "y": {"value": y}, "y2": {"value": y}}
            looks: dict[str, Any] = {"stroke": colour(line), "strokeWidth": {"value": 1.6}}
            dashes = {"strokeDash": {"value": DASHES[name]}} if name in DASHES else {}
            return [{"type": "rule", "encode": {"enter": ends | looks | dashes}}]


def _symbol(figure: str, x: float, y: float, **looks: Any) -> Spec:
    place = {"x": {"value": x + 10}, "y": {"value": y}, "size": {"value": 100}, "shape": {"value": figure}}
    return {"type": "symbol", "encode": {"enter": place | looks}}
