"""The map of a report as SVG: land, borders, the way of the flights, where contact was lost and found, and names.

Marks and labels stand where `projection` and `labels` put them. The map is centred on what it shows, so a stretch across the
antimeridian is as short as it was flown.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.report.bands import area_of, band, edge_of
from flightwatch.report.ground import border_path, graticule_path, land_path, ways_path, world_edge
from flightwatch.report.labels import SIZES, Placed, Style, Written
from flightwatch.report.land import Outlines
from flightwatch.report.map_content import Doubt, MapContent, Spot
from flightwatch.report.map_labels import Lettering, lettering, locator_lettering
from flightwatch.report.map_scale import Scale, scale_of
from flightwatch.report.map_view import Size, View, located, views
from flightwatch.report.names import names_of
from flightwatch.report.projection import Frame
from flightwatch.report.svg import WIDTHS, Looks, box, colour, element, group, number, rectangle, text

SIZES_OF_FORMS: Final = {
    "wide": Size(width=WIDTHS["wide"], height=470, margin=70, locator=(230, 150), most_towns=12, most_names=10),
    "narrow": Size(width=WIDTHS["narrow"], height=360, margin=44, locator=(126, 92), most_towns=5, most_names=6),
}
"""How large the map of each form of page is."""

BAND_OPACITY: Final = 0.14
"""Of the area where an airframe can have been: what is written on it can still be read."""

DASHES: Final = {"dark": "5,4", "boundless": "1.4,5"}
"""Dash and gap of each line where nobody heard anything, px: the less is known, the fainter."""

_EARTH_HIGH: Final = 0.62
"""Greatest height of a map of the whole earth, in its width: more would be empty."""

_LOOKS: Final[dict[Style, dict[str, Looks]]] = {
    "name": {"fill": colour("ink"), "font_weight": "bold"},
    "note": {"fill": colour("ink")},
    "key": {"fill": colour("ink"), "font_weight": "bold"},
    "town": {"fill": colour("town")},
    "country": {"fill": colour("country")},
    "sea": {"fill": colour("water"), "font_style": "italic"},
}
"""Colour, weight and slope of each style."""


class Sketch(Struct, frozen=True):
    """A map that is drawn."""

    size: tuple[int, int]
    """Width and height, px."""
    parts: tuple[str, ...]
    """Its marks, the lowest first."""
    shown: frozenset[str]
    """Which of the fields of `MapContent` can be seen in it: a mark, or a line that is long enough."""
    written: frozenset[str]
    """What is written on it, each line by itself, without the smaller map."""


def map_of(seen: MapContent, size: Size, outlines: Outlines, name: str) -> Sketch:
    """Draw a map of this size; ``name``, of letters and digits, tells it from other drawings of a page."""
    main, locator = views(seen, size)
    if main.is_world and size.height > _EARTH_HIGH * size.width:
        size = replace(size, height=round(_EARTH_HIGH * size.width))
        main, locator = views(seen, size)
    names = names_of(outlines)
    scale = scale_of(main, size)
    fixed = [scale.frame, *([_around(locator.frame, 3)] if locator else [])]
    written = lettering(seen, main, size, names, fixed)
    below, shown = _flown(seen, main, outlines)
    whole = (0.0, 0.0, float(size.width), float(size.height))
    parts = [
        box(whole, fill=colour("paper" if main.is_world else "sea")),
        *(_on_the_earth(below, main, f"{name}earth") if main.is_world else below),
        _dots(written),
        *(sign for kind in SIGNS for sign in _signs(kind, getattr(seen, kind), main)),
        *_labels(written.labels),
        *_scale_bar(scale),
    ]
    if locator is not None:
        inside, there = _flown(seen, locator, outlines, is_main=False, has_dark=main.is_world)
        inner = locator_lettering(seen, locator, main, names)
        shown |= there
        parts += [
            box(locator.frame, fill=colour("sea")),
            *_clipped(inside, rectangle(locator.frame), f"{name}locator"),
            *_locator_signs(locator, main, seen),
            _dots(inner),
            *_labels(inner.labels),
            box(locator.frame, fill="none", stroke=colour("coast")),
        ]
    lines = frozenset(line.line.text for label in written.labels for line in label.lines)
    return Sketch((size.width, size.height), tuple(parts), frozenset(shown), lines)


def _around(frame: Frame, by: float) -> Frame:
    return frame[0] - by, frame[1] - by, frame[2] + by, frame[3] + by


def _clipped(parts: Iterable[str], path: str, name: str) -> Iterator[str]:
    """Draw parts inside a path, which is called so in the page."""
    yield element("clipPath", element("path", d=path), id=name)
    yield group(parts, clip_path=f"url(#{name})")


def _on_the_earth(parts: Iterable[str], shown: View, name: str) -> Iterator[str]:
    """Draw parts on the whole earth, with its edge around them."""
    edge = world_edge(shown)
    yield element("path", d=edge, fill=colour("sea"))
    yield from _clipped(parts, edge, name)
    yield from _line(edge, stroke=colour("coast"), stroke_width=0.8)


def _line(path: str, /, **looks: Looks) -> Iterator[str]:
    if path:
        yield element("path", d=path, fill="none", **looks)


@lru_cache(maxsize=32)
def _ground(shown: View, outlines: Outlines, *, is_main: bool) -> tuple[str, ...]:
    """Draw land and borders, on the main map also lines of latitude and longitude.

    The aircraft of one field, each on a page of its own, are often drawn on the same ground.
    """
    looks = {"fill": colour("land"), "fill_rule": "evenodd", "stroke": colour("coast")}
    land, border = land_path(shown, outlines), border_path(shown, outlines)
    graticule = graticule_path(shown) if is_main else ""
    return (
        *([element("path", d=land, stroke_width=0.8, **looks)] if land else ()),
        *_line(graticule, stroke=colour("graticule"), stroke_width=0.7),
        *_line(border, stroke=colour("border"), stroke_width=1.2 if is_main else 0.8),
    )


def _bands(doubts: Sequence[Doubt], shown: View) -> Iterator[str]:
    """Draw where airframes can have been unheard, as one area however many lie on one another."""
    several = [band(doubt, shown) for doubt in doubts]
    yield element("path", d=area_of(several, shown), fill=colour("doubt"), fill_opacity=f"{BAND_OPACITY}")
    yield from _line(edge_of(several, shown), stroke=colour("doubt"), stroke_width=1.4, stroke_dasharray="1.5,3")


def _flown(
    seen: MapContent, shown: View, outlines: Outlines, *, is_main: bool = True, has_dark: bool = True
) -> tuple[list[str], set[str]]:
    """Draw the ground and the ways of flights over it; and tell which fields of `MapContent` can be seen in that.

    ``has_dark``: also where nobody heard anything.
    """
    drawn, told = (
        [*_ground(shown, outlines, is_main=is_main)],
        {kind for kind in SIGNS if is_main and getattr(seen, kind)},
    )
    if has_dark and seen.doubts:
        drawn += _bands(seen.doubts, shown)
        told.add("doubts")
    for kind in ("routes", "heard", *(DASHES if has_dark else ())):
        ways = (*seen.heard, *seen.flown) if kind == "heard" else getattr(seen, kind)
        path, is_seen = ways_path(ways, shown)
        if is_seen:
            told.add(kind)
        if kind in DASHES:
            drawn += _line(path, stroke=colour("land"), stroke_width=3)
            drawn += _line(path, stroke=colour("ink"), stroke_dasharray=DASHES[kind], stroke_width=1.4)
        else:
            drawn += _line(path, stroke=colour("lost" if kind == "heard" else "route"), stroke_width=1.6)
    return drawn, told


SIGNS: Final = {
    "origins": "m-5,0l5,-5 5,5 -5,5z",
    "elsewhere": "m-8,0a8,8 0 1 1 16,0a8,8 0 1 1 -16,0z",
    "lost": "m0,4.3l-5,-8.6h10z",
    "found": "m0,-4.3l-5,8.6h10z",
    "airports": "m-5,-5h10v10h-10z",
}
"""The sign of each kind of place, around its middle, the lowest first. The ring of a place without an airport is the largest: a
loss at the very place is marked inside it."""

_SIGN_LOOKS: Final[dict[str, dict[str, Looks]]] = {
    "origins": {"fill": colour("paper"), "stroke": colour("ink"), "stroke_width": 1.6},
    "elsewhere": {"fill": colour("paper"), "stroke": colour("ink"), "stroke_width": 1},
    "lost": {"fill": colour("lost"), "stroke": colour("paper"), "stroke_width": 1},
    "found": {"fill": colour("found"), "stroke": colour("paper"), "stroke_width": 1},
    "airports": {"fill": colour("ink"), "stroke": colour("paper"), "stroke_width": 1},
}


def _signs(kind: str, spots: Iterable[Spot], shown: View) -> Iterator[str]:
    return (sign_at(kind, x, y) for x, y in shown.projection.pixels([spot.point for spot in spots]))


def sign_at(kind: str, x: float, y: float) -> str:
    """Draw the sign of a kind of place."""
    return element("path", d=f"M{number(x)},{number(y)}{SIGNS[kind]}", **_SIGN_LOOKS[kind])


def _dots(written: Lettering) -> str:
    path = "".join(f"M{number(x - 2)},{number(y)}a2,2 0 1 1 4,0a2,2 0 1 1 -4,0z" for x, y in written.towns)
    return element("path", d=path, fill=colour("town")) if path else ""


def _labels(labels: Sequence[Placed]) -> Iterator[str]:
    """Write labels, and the lines that lead to them."""
    leaders = [label.leader for label in labels if label.leader is not None]
    path = "".join(f"M{number(x)},{number(y)}L{number(to_x)},{number(to_y)}" for (x, y), (to_x, to_y) in leaders)
    yield from _line(path, stroke=colour("ink"), stroke_width=0.8)
    lines = sorted((line for label in labels for line in label.lines), key=lambda line: line.line.style)
    for style, alike in groupby(lines, key=lambda line: line.line.style):
        yield group(map(_written, alike), **_LOOKS[style], **_edge(style))


def _edge(style: Style) -> dict[str, Looks]:
    """Set letters off from what is below them."""
    ground = colour("sea" if style == "sea" else "land")
    return {"font_size": f"{SIZES[style]}px", "stroke": ground, "stroke_width": 3, "stroke_linejoin": "round"}


def _written(line: Written) -> str:
    anchor: dict[str, Looks] = {} if line.anchor == "start" else {"text_anchor": line.anchor}
    return text(line.line.text, line.x, line.y, **anchor)


def _scale_bar(scale: Scale) -> Iterator[str]:
    level = scale.frame[3] - 8
    yield box((14, level - 3, 14 + scale.long, level), fill=colour("ink"), stroke=colour("land"))
    yield text(scale.text, 14, level - 8, **_LOOKS["note"], **_edge("note"))


def _locator_signs(locator: View, main: View, seen: MapContent) -> Iterator[str]:
    """Frame what the main map shows in the smaller one, and mark where the flights began and ended."""
    if not main.is_world:
        yield box(_shown_in(locator, main), fill="none", stroke=colour("lost"))
    origins, fields = (
        locator.projection.pixels([spot.point for spot in spots]) for spots in located(seen, locator, main)
    )
    diamonds = (f"M{number(x)},{number(y)}m-3.2,0l3.2,-3.2 3.2,3.2 -3.2,3.2z" for x, y in origins)
    squares = (f"M{number(x)},{number(y)}m-3.2,-3.2h6.4v6.4h-6.4z" for x, y in fields)
    yield element("path", d="".join(diamonds), fill=colour("paper"), stroke=colour("ink"))
    yield element("path", d="".join(squares), fill=colour("ink"), stroke=colour("ink"))


def _shown_in(locator: View, main: View) -> Frame:
    """Give the rectangle that the main map takes in the smaller one, at least so large that it can be seen."""
    x, y = locator.projection.at(main.projection.middle)
    ratio = locator.projection.scale / main.projection.scale
    wide, high = (max(6.0, ratio * (main.frame[n + 2] - main.frame[n]) / 2) for n in (0, 1))
    return (
        max(x - wide, locator.frame[0] + 1),
        max(y - high, locator.frame[1] + 1),
        min(x + wide, locator.frame[2] - 1),
        min(y + high, locator.frame[3] - 1),
    )
