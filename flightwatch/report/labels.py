"""Where the labels of a drawing go: beside their marks or inside their areas, none over another, and all inside the frame.

The width of a text is measured by the classes of its letters, on the wide side of the faces that screens use (Verdana and DejaVu
Sans), as nobody knows here in which of them a reader will see it.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import hypot
from typing import Final, Literal
from unicodedata import east_asian_width

from msgspec import Struct

from flightwatch.report.projection import Frame, Pixel

Style = Literal["name", "note", "town", "country", "sea", "key"]
"""What a line of text is, which decides how it looks."""

Anchor = Literal["start", "middle", "end"]

SIZES: Final[dict[Style, int]] = {"name": 12, "note": 12, "town": 11, "country": 12, "sea": 12, "key": 12}
"""Height of the letters of each style, px."""

LINE: Final = 1.2
"""Distance of two lines, in the height of letters."""

_BOLD: Final = 1.16
"""How much wider bold letters are."""

_WIDTHS: Final = {
    **dict.fromkeys("ijl'|.,:;!", 0.33),
    **dict.fromkeys("frtI()[]/\\- ·", 0.42),
    **dict.fromkeys("mMW%@—", 1.0),
    **dict.fromkeys("w&", 0.85),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 0.76),
}
"""Widths of letters in their height; all others are `_OTHERS` wide, ideographs as wide as high."""
_OTHERS: Final = 0.65

_ASIDE: Final = (9.0, 24.0, 44.0, 70.0, 100.0)
"""Distances of a label from its mark, px, the best first; from the second on a line leads to it."""

_NEAR: Final = _ASIDE[:3]
"""Those of them for what is not needed. What is needed stands on lines near its mark rather than farther from it."""

_SIDES: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
"""Directions from a mark to its label, right and down, the best first."""

_CELL: Final = 48.0


class Line(Struct, frozen=True):
    """A line of a label."""

    text: str
    style: Style

    @property
    def width(self) -> float:
        """Its width, px."""
        return text_width(self.text, SIZES[self.style], is_bold=self.style in ("name", "key"))

    @property
    def height(self) -> float:
        """Height that it takes, px."""
        return SIZES[self.style] * LINE


Text = tuple[Line, ...]
"""The lines of a label."""


class Wanted(Struct, frozen=True):
    """A label that should be there."""

    texts: tuple[Text, ...]
    """Ways to write it, the fullest first."""
    spots: tuple[Pixel, ...]
    """The mark it belongs to, or the middles that it may have inside an area, the best first."""
    is_inside: bool = False
    """True if it is written across its area, false if beside its mark."""
    is_needed: bool = False
    """True if it may stand on lines and marks, where there is no other room for it; never on another label."""


class Written(Struct, frozen=True):
    """A line of a label as it is written."""

    line: Line
    x: float
    y: float
    """Where it is anchored, and its baseline, px."""
    anchor: Anchor

    @property
    def box(self) -> Frame:
        """What it covers, px."""
        width, size = self.line.width, SIZES[self.line.style]
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - 0.85 * size, left + width, self.y + 0.25 * size


class Placed(Struct, frozen=True):
    """A label that has found its place."""

    lines: tuple[Written, ...]
    leader: tuple[Pixel, Pixel] | None = None
    """A line that leads from its mark to it, where it does not stand beside that."""


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Measure a text, px: what it takes at most in the faces that screens use."""
    letters = sum(_WIDTHS.get(c, 1.0 if east_asian_width(c) in "WF" else _OTHERS) for c in text)
    return letters * size * (_BOLD if is_bold else 1.0)


class Room:
    """What of a frame is taken, in cells, so that asking for room takes as long with many labels as with few."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._cells: dict[tuple[int, int], list[Frame]] = {}

    def take(self, box: Frame) -> None:
        """Take a box."""
        for cell in _cells(box):
            self._cells.setdefault(cell, []).append(box)

    def is_free(self, box: Frame) -> bool:
        """Tell whether a box lies in the frame and on nothing that is taken."""
        left, top, right, bottom = self._frame
        if box[0] < left or box[1] < top or box[2] > right or box[3] > bottom:
            return False
        return not any(overlap(box, other) for cell in _cells(box) for other in self._cells.get(cell, ()))


def _cells(box: Frame) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // _CELL), int(box[2] // _CELL) + 1):
        for row in range(int(box[1] // _CELL), int(box[3] // _CELL) + 1):
            yield column, row


def overlap(a: Frame, b: Frame) -> bool:
    """Tell whether two boxes have more than an edge in common."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def place(
    wanted: Iterable[Wanted],
    frame: Frame,
    marks: Iterable[Frame],
    fixed: Iterable[Frame] = (),
    lines: Iterable[Frame] = (),
) -> list[Placed]:
    """Find places for labels, the most important first; those for which there is no room are left out.

    On ``marks`` and on pieces of ``lines`` only what is needed may stand, on what is ``fixed`` nothing. What leads to a label
    crosses no mark, no label, and nothing else that leads to one.
    """
    free, unwritten, unmarked = Room(frame), Room(frame), Room(frame)
    for box in fixed:
        free.take(box)
        unwritten.take(box)
        unmarked.take(box)
    for box in marks:
        free.take(box)
        unmarked.take(box)
    for box in lines:
        free.take(box)
    placed = []
    for label in wanted:
        found = _find(label, label.texts, free, unmarked, unwritten)
        if found is None and label.is_needed:
            short = label.texts[-2:]
            found = _find(label, short, unmarked, unmarked, unwritten)
            found = found or _find(label, label.texts, free, unmarked, unwritten, asides=_ASIDE)
            found = found or _find(label, short, unmarked, unmarked, unwritten, asides=_ASIDE)
            found = found or _find(label, short, unwritten, unwritten, unwritten, asides=_ASIDE)
        if found is not None:
            placed.append(found)
            for box in (*(line.box for line in found.lines), *leading(found, from_px=0.0)):
                free.take(box)
                unwritten.take(box)
                unmarked.take(box)
    return placed


def place_at(line: Line, at: Pixel, room: Room) -> Placed | None:
    """Find a place for a line right beside a mark; None: there is no room."""
    ways = _beside(Wanted(((line,),), (at,)), (line,), _ASIDE[:1])
    return next((way for way in ways if room.is_free(way.lines[0].box)), None)


def _find(
    label: Wanted, texts: Sequence[Text], room: Room, way: Room, begin: Room, *, asides: Sequence[float] = _NEAR
) -> Placed | None:
    """Find a place with ``room`` for the lines, and a ``way`` for what leads to it, of which its own mark takes the ``begin``."""
    for text in texts:
        for found in _inside(label, text) if label.is_inside else _beside(label, text, asides):
            is_led = all(map(way.is_free, leading(found))) and all(map(begin.is_free, leading(found, from_px=0.0)))
            if is_led and all(room.is_free(line.box) for line in found.lines):
                return found
    return None


def leading(found: Placed, *, from_px: float = _ASIDE[0]) -> Iterator[Frame]:
    """Give what the line takes that leads to a label, from so far on; its own mark takes the begin."""
    if found.leader is None:
        return iter(())
    (x, y), (to_x, to_y) = found.leader
    share = min(1.0, from_px / max(hypot(to_x - x, to_y - y), 1.0))
    return boxes_along([(x + (to_x - x) * share, y + (to_y - y) * share), (to_x, to_y)], thick=2.0, step=2.0)


def _inside(label: Wanted, text: Text) -> Iterator[Placed]:
    return (Placed(_lines(text, spot, "middle")) for spot in label.spots)


def _beside(label: Wanted, text: Text, asides: Sequence[float]) -> Iterator[Placed]:
    high = sum(line.height for line in text)
    for x, y in label.spots:
        for aside in asides:
            for right, down in _SIDES:
                away = aside / (hypot(right, down) if aside > _ASIDE[0] else 1.0)
                across = x + right * away
                middle = y + down * (away + high / 2 - 4)
                anchor: Anchor = "start" if right > 0 else "end" if right < 0 else "middle"
                leader = None if aside == _ASIDE[0] else ((x, y), (across - right * 2, y + down * (away - 4)))
                yield Placed(_lines(text, (across, middle), anchor), leader)


def _lines(text: Text, middle: Pixel, anchor: Anchor) -> tuple[Written, ...]:
    top = middle[1] - sum(line.height for line in text) / 2
    written = []
    for line in text:
        written.append(Written(line, round(middle[0], 1), round(top + 0.9 * SIZES[line.style], 1), anchor))
        top += line.height
    return tuple(written)


def boxes_along(line: Sequence[Pixel], *, thick: float = 4.0, step: float = 5.0) -> Iterator[Frame]:
    """Give small boxes that cover a line, px."""
    for (x, y), (to_x, to_y) in pairwise(line):
        steps = 1 + round(hypot(to_x - x, to_y - y) / step)
        for n in range(steps + 1):
            at_x, at_y = x + (to_x - x) * n / steps, y + (to_y - y) * n / steps
            yield at_x - thick / 2, at_y - thick / 2, at_x + thick / 2, at_y + thick / 2
