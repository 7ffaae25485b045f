"""Drawings as SVG inside a page: Vega draws them, the page's own style sheet colours them.

Vega (with d3-geo's projections) comes as vl-convert, one wheel without dependencies that needs no browser and no network.
Nothing in a page then runs: mail readers, archives and printers show it as a browser does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import hypot
from typing import Any, Final
from xml.etree import ElementTree

import msgspec
from msgspec import Struct

from flightwatch.errors import UsageError, adding

Spec = dict[str, Any]
"""A Vega specification, https://vega.github.io/schema/vega/v6.json."""

WIDTHS: Final = {"wide": 860, "narrow": 330}
"""Width of a drawing in CSS pixels, so that its letters come out in their size: on a desk and paper, and on a phone."""

LETTERS_PX: Final = 12

_SEEN_PX: Final = 6
"""Least length of a line that can be seen as a line."""

LETTER: Final = 0.64
"""Mean width of a letter of a bold sans-serif face, in its size."""

LINES: Final = "lines"
"""Last word in the name of a mark that is a dashed line."""

SHAPE: Final = "shape"
"""Last word in the name of any other mark that is a line or an area."""

_DROPPED: Final = re.compile(r"role|aria-.*|font-family|class|xmlns.*|version|pointer-events|stroke-miterlimit")
_LENGTHS: Final = frozenset({"d", "transform", "width", "height", "x", "y", "x1", "x2", "y1", "y2"})
_INHERITED: Final = frozenset({"fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight"})
_DECIMALS: Final = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
_OUTLINE: Final = re.compile(r"[-MLZ\d.,e]+")
_POINT: Final = re.compile(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)")
_LONG: Final = 1000
"""Least length of a path that is thinned, in characters."""
_REFERENCE: Final = re.compile(r"url\(#")


def colour(name: str) -> dict[str, str]:
    """Give the palette's colour of this name as a Vega value; the page decides if it is light or dark."""
    return {"value": f"var(--{name})"}


class Drawing(Struct, frozen=True):
    """A finished drawing."""

    markup: str
    """The ``<svg>``."""
    shown: frozenset[str]
    """Names of the data sets of which something can be seen: a mark, or a line that is long enough."""


def draw(spec: Spec, form: str, name: str, description: str) -> Drawing:
    """Draw a specification for a page of this form (a key of `WIDTHS`).

    ``name``, of letters and digits, tells the drawing from others in the page. ``description`` says all of it to whoever
    cannot see it.
    Raises `UsageError` when the extra is not installed.
    """
    try:
        from vl_convert import vega_to_svg
    except ImportError as error:
        raise UsageError(
            f"a report needs vl-convert-python, which is not installed: {adding('vl-convert-python')}"
        ) from error
    base = {"$schema": "https://vega.github.io/schema/vega/v6.json", "padding": 0, "autosize": "none"}
    drawn = vega_to_svg(msgspec.json.encode(base | spec).decode(), allowed_base_urls=[])
    root = ElementTree.fromstring(drawn)  # noqa: S314 our own drawing, in which text from the air is escaped
    shown = frozenset(_shown(root))
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for key, value in list(element.attrib.items()):
            if _DROPPED.fullmatch(key) or (key, value) == ("opacity", "1"):
                del element.attrib[key]
            elif key == "id":
                element.set(key, name + value)
            elif _REFERENCE.match(value):
                element.set(key, value.replace("#", f"#{name}", 1))
            elif key in _LENGTHS:
                element.set(key, _DECIMALS.sub(_shortened, _thinned(value)))
    _prune(root)
    for key in ("width", "height"):
        del root.attrib[key]
    root.attrib |= {"class": form, "role": "img", "aria-label": description}
    return Drawing(ElementTree.tostring(root, encoding="unicode"), shown)


def _shown(root: ElementTree.Element) -> Iterator[str]:
    """Give the data sets whose marks, called ``data-marks``, are there, or whose shapes, ``data-lines``, can be seen."""
    for group in root.iter():
        for data, _, kind in (word.rpartition("-") for word in (group.get("class") or "").split()):
            if len(group) and (kind == "marks" or (kind in (SHAPE, LINES) and any(map(_is_long, group)))):
                yield data


def _is_long(line: ElementTree.Element) -> bool:
    for stretch in line.get("d", "").split("M"):
        points = [(float(x), float(y)) for x, y in _POINT.findall(stretch)]
        if sum(hypot(to_x - x, to_y - y) for (x, y), (to_x, to_y) in pairwise(points)) >= _SEEN_PX:
            return True
    return False


def _shortened(number: re.Match[str]) -> str:
    """Round to a tenth of a pixel, which is finer than any screen shows."""
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _thinned(path: str) -> str:
    """Take out of an outline the points within a pixel of the one before, and rings that have no area without them.

    Each point is written as the way from the one before, in tenths of a pixel, which takes two thirds of the bytes.
    """
    if len(path) < _LONG or not _OUTLINE.fullmatch(path):
        return path
    kept = []
    for ring in path.split("M")[1:]:
        points = [(round(10 * float(x)), round(10 * float(y))) for x, y in _POINT.findall(ring)]
        line = points[:1]
        for x, y in points[1:]:
            if abs(x - line[-1][0]) + abs(y - line[-1][1]) >= 10:
                line.append((x, y))
        is_closed = ring.endswith("Z")
        if len(line) > (2 if is_closed else 1):
            steps = ",".join(f"{_tenths(to_x - x)},{_tenths(to_y - y)}" for (x, y), (to_x, to_y) in pairwise(line))
            kept.append(f"M{_tenths(line[0][0])},{_tenths(line[0][1])}l{steps}{'Z' * is_closed}")
    return "".join(kept)


def _tenths(number: int) -> str:
    return f"{number / 10:.1f}".removesuffix(".0")


def _prune(element: ElementTree.Element) -> None:
    """Take out what draws nothing, Vega's empty backgrounds and groups; attributes that all marks of a group share go to it."""
    for child in list(element):
        _prune(child)
        if child.get("display") == "none" or child.get("opacity") == "0" or (child.tag == "g" and not len(child)):
            element.remove(child)
    shared = (
        set.intersection(*(set(child.attrib.items()) for child in element))
        if element.tag == "g" and len(element)
        else set()
    )
    for key, value in sorted(shared):
        if key in _INHERITED:
            element.set(key, value)
            for child in element:
                del child.attrib[key]


def icon(marks: str) -> str:
    """Make a small drawing for a legend, of SVG ``marks`` in a box of 22 by 14; a screen reader skips it."""
    return f'<svg viewBox="0 0 22 14" aria-hidden="true">{marks}</svg>'


def shape(data: str, projection: str, name: str | None = None, **looks: Any) -> Spec:
    """Make the mark that draws the GeoJSON of a data set; ``name`` is the mark's where it is not to be called after that."""
    return {
        "type": "shape",
        "name": name or f"{data}-{LINES if 'strokeDash' in looks else SHAPE}",
        "from": {"data": data},
        "encode": {"enter": looks},
        "transform": [{"type": "geoshape", "projection": projection}],
    }


def values(name: str, rows: Sequence[Mapping[str, Any]], **more: Any) -> Spec:
    """Make a data set of these rows."""
    return {"name": name, "values": rows, **more}
