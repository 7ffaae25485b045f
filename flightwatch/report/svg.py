"""Drawings as SVG inside a page, written as text: the page's own style sheet colours them.

Nothing in a page then runs: mail readers, archives and printers show it as a browser does.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from flightwatch.report.projection import Frame, Pixel

WIDTHS: Final = {"wide": 860, "narrow": 330}
"""Width of a drawing in CSS pixels, so that its letters come out in their size: on a desk and paper, and on a phone."""

LETTERS_PX: Final = 12

_TENTHS: Final = 10
"""Parts of a pixel to which outlines are rounded: finer than any screen shows."""

_BESIDE: Final = 2 * _TENTHS
"""How far around its frame an outline is as it is, in tenths of a pixel: its line must not be seen to end."""

Looks = str | float
"""The value of an attribute: a text, or a number, which is written in tenths."""


def colour(name: str) -> str:
    """Give the palette's colour of this name; the page decides if it is light or dark."""
    return f"var(--{name})"


def element(tag: str, content: str = "", /, **looks: Looks) -> str:
    """Write an element; ``content`` is markup, ``stroke_width`` the attribute ``stroke-width``."""
    told = "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for name, value in looks.items()
    )
    return f"<{tag}{told}>{content}</{tag}>" if content else f"<{tag}{told}/>"


def group(content: Iterable[str], /, **looks: Looks) -> str:
    """Write marks that look alike; empty where there are none."""
    marks = "".join(content)
    return element("g", marks, **looks) if marks else ""


def text(said: str, x: float, y: float, /, **looks: Looks) -> str:
    """Write a line of text, which may be anybody's, from ``x`` on or as ``text_anchor`` says; ``y`` is its baseline."""
    return element("text", escape(said), x=x, y=y, **looks)


def box(frame: Frame, /, **looks: Looks) -> str:
    """Draw a rectangle."""
    return element("path", d=rectangle(frame), **looks)


def rectangle(frame: Frame) -> str:
    """Give a rectangle as a path."""
    left, top, right, bottom = (round(edge, 1) for edge in frame)
    return f"M{left:g},{top:g}h{number(right - left)}v{number(bottom - top)}h{number(left - right)}z"


def drawing(size: tuple[int, int], form: str, description: str, parts: Iterable[str]) -> str:
    """Put a drawing together for a page of this form (a key of `WIDTHS`); ``description`` tells it to whoever cannot see it."""
    look = {"viewBox": f"0 0 {size[0]} {size[1]}", "class": form, "role": "img", "aria_label": description}
    return element("svg", "".join(parts), **look)


def icon(marks: str) -> str:
    """Make a small drawing for a legend, of SVG ``marks`` in a box of 22 by 14; a screen reader skips it."""
    return f'<svg viewBox="0 0 22 14" aria-hidden="true">{marks}</svg>'


def number(value: float) -> str:
    """Write a number of pixels, in tenths."""
    return f"{round(value, 1) + 0.0:g}"


def outline(lines: Iterable[Sequence[Pixel]], frame: Frame, *, is_closed: bool = False) -> str:
    """Write lines, or rings, as one path: of points within a pixel of the one before, and far from the frame, none.

    Each point is written as the way from the one before, in tenths of a pixel.
    """
    least = 3 if is_closed else 2
    close = "z" if is_closed else ""
    parts = []
    for line in lines:
        points = _needed(line, frame)
        if len(points) >= least:
            (x, y), *rest = points
            parts.append(f"M{x / _TENTHS:g},{y / _TENTHS:g}l")
            steps = []
            for to_x, to_y in rest:
                steps.append(f"{(to_x - x) / _TENTHS:g},{(to_y - y) / _TENTHS:g}")
                x, y = to_x, to_y
            parts.append(" ".join(steps) + close)
    return "".join(parts)


def _needed(line: Sequence[Pixel], frame: Frame) -> list[tuple[int, int]]:
    """Give the points, in tenths of a pixel, that a line or a ring needs to look as it does inside the frame.

    Of points that all lie on one side of the frame the first and the last are enough. None: nothing of it is seen.
    """
    left, top, right, bottom = (round(edge * _TENTHS) for edge in frame)
    left, top, right, bottom = left - _BESIDE, top - _BESIDE, right + _BESIDE, bottom + _BESIDE
    kept: list[tuple[int, int]] = []
    side, run = 0, 0  # on which sides the last points of `kept` all lie, and how many they are
    x = y = -(10**9)
    for point_x, point_y in line:
        to_x, to_y = round(point_x * _TENTHS), round(point_y * _TENTHS)
        if -_TENTHS < to_x - x < _TENTHS and abs(to_x - x) + abs(to_y - y) < _TENTHS:
            continue
        x, y = to_x, to_y
        there = (x < left) | (x > right) << 1 | (y < top) << 2 | (y > bottom) << 3
        if there & side:
            side &= there
            if run > 1:
                kept.pop()
            run = 2
        else:
            side, run = there, 1
        kept.append((x, y))
    return [] if side and run == len(kept) else kept
