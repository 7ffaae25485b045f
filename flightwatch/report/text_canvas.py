"""A drawing in characters: lines as dots of braille, or as plain characters where a terminal knows no others, and text."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Final, Literal
from unicodedata import combining, east_asian_width, normalize

from flightwatch.report.projection import Pixel

Kind = Literal["coast", "border", "route", "heard", "dark", "edge", "mark", "text", "name"]
"""What a character belongs to, which decides its colour; later ones lie over earlier ones."""

WIDE, HIGH = 2, 4
"""Dots of a character of braille, across and down."""

_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE: Final = 0x2800
_ORDER: Final[tuple[Kind, ...]] = ("coast", "border", "edge", "route", "heard", "dark")
_PLAIN: Final[dict[Kind, str]] = {
    "coast": ".",
    "border": ":",
    "edge": "'",
    "route": "-",
    "heard": "*",
    "dark": "~",
}
"""How lines are drawn in plain ASCII."""

Span = tuple[str, Kind | None]
"""Characters that stand side by side and belong to one thing; None: to nothing."""


class Canvas:
    """So many columns and rows of a terminal; positions are dots, right and down."""

    def __init__(self, columns: int, rows: int, *, is_plain: bool) -> None:
        self.columns, self.rows, self.is_plain = columns, rows, is_plain
        self._dots: dict[tuple[int, int], dict[Kind, int]] = {}
        self._letters: dict[tuple[int, int], tuple[str, Kind]] = {}

    def line(self, points: Sequence[Pixel], kind: Kind, dashes: tuple[int, int] = (1, 0)) -> None:
        """Draw a line, of so many dots and so many left out in turn; what lies outside is left out."""
        drawn, period = 0, sum(dashes)
        for (x, y), (to_x, to_y) in pairwise(points):
            if self._misses(x, to_x, self.columns * WIDE) or self._misses(y, to_y, self.rows * HIGH):
                continue
            steps = max(1, ceil(max(abs(to_x - x), abs(to_y - y))))
            for n in range(min(steps, 4000)):
                if drawn % period < dashes[0]:
                    self._dot(x + (to_x - x) * n / steps, y + (to_y - y) * n / steps, kind)
                drawn += 1

    @staticmethod
    def _misses(a: float, b: float, size: int) -> bool:
        """Tell whether a stretch lies outside, or leaps over the whole drawing as where the earth is cut."""
        return max(a, b) < 0 or min(a, b) > size or abs(a - b) > 2 * size

    def _dot(self, x: float, y: float, kind: Kind) -> None:
        column, row = int(x // WIDE), int(y // HIGH)
        if 0 <= column < self.columns and 0 <= row < self.rows:
            bit = _DOTS[int(y) % HIGH][int(x) % WIDE]
            cell = self._dots.setdefault((column, row), {})
            cell[kind] = cell.get(kind, 0) | bit

    def mark(self, at: Pixel, letter: str) -> None:
        """Put one character at a place."""
        self._letters[int(at[0] // WIDE), int(at[1] // HIGH)] = (letter, "mark")

    def write(self, text: str, places: Sequence[tuple[int, int]], kind: Kind) -> bool:
        """Write a text at the first of these columns and rows where it covers no other; tell whether there was one."""
        shown = plain(text) if self.is_plain else text
        width = cells(shown)
        for column, row in places:
            taken = [(column + n, row) for n in range(-1, width + 1)]
            if 0 <= row < self.rows and 0 <= column <= self.columns - width and not self._letters.keys() & {*taken}:
                for letter in shown:
                    self._letters[column, row] = (letter, kind)
                    for n in range(1, cells(letter)):
                        self._letters[column + n, row] = ("", kind)
                    column += cells(letter)
                return True
        return False

    def lines(self) -> list[list[Span]]:
        """Give the drawing, from the top; blanks at the end of a line are left out."""
        return [self._row(row) for row in range(self.rows)]

    def _row(self, row: int) -> list[Span]:
        spans = list[Span]()
        for column in range(self.columns):
            letter, kind = self._letters.get((column, row)) or self._drawn(column, row)
            if spans and spans[-1][1] == kind:
                spans[-1] = (spans[-1][0] + letter, kind)
            else:
                spans.append((letter, kind))
        return spans[:-1] if spans and spans[-1][1] is None else spans

    def _drawn(self, column: int, row: int) -> Span:
        cell = self._dots.get((column, row))
        if cell is None:
            return " ", None
        top = max(cell, key=_ORDER.index)
        if self.is_plain:
            return _PLAIN[top], top
        bits = 0
        for each in cell.values():
            bits |= each
        return chr(_BRAILLE + bits), top


def cells(text: str) -> int:
    """Give how many columns a text takes."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def plain(text: str) -> str:
    """Write a text in ASCII: accents are left out, and a letter without a Latin form is a question mark."""
    spelled = "".join(c for c in normalize("NFKD", text) if not combining(c))
    return spelled.replace("\N{EN DASH}", "-").encode("ascii", "replace").decode()
