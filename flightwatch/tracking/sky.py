"""What the looks of an archive hold beside one airframe: who is heard around it at each, counted by cell.

A look is one moment at which everybody's last report is known, as in a poll about the whole world.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from math import copysign, inf
from operator import itemgetter
from typing import TypeVar

from msgspec import Struct

from flightwatch.core.model import Airport
from flightwatch.tracking.reception import BANDS_M, Cell, Counts, Reception, Sample, cell_of, unheard
from flightwatch.tracking.witness import ROW, Witnesses

Value = TypeVar("Value")


class Sky(Struct, frozen=True):
    """Everybody heard at the looks of a stretch of time. Sequences of one length belong together."""

    times: Sequence[int]
    """Unix seconds of the looks, the earliest first."""
    heard: Sequence[int]
    """How many are heard at each, as `Witnesses.heard`."""
    by_cell: Callable[[int], tuple[Sequence[int], Sequence[float]]]
    """The cell of everybody heard at a look, given by its number, as `witness` numbers cells, in order; and how high each of
    them flies, m: on the ground 0.0, and -0.0 of who does not tell, which compares as equal. Few looks are asked about."""

    def witnesses(self, look: int) -> Witnesses:
        """Everybody heard at a look, by its number."""
        return _Look(self, look)

    def sample(self, look: int) -> Sample:
        """What a look teaches of where low traffic is heard; who flies higher than that is left out."""
        lowest: dict[Cell, float] = {}
        for number, height in zip(*self.by_cell(look), strict=True):
            if height <= BANDS_M[-1] and (height or copysign(1.0, height) > 0):
                cell = _coarse(number)
                if height < lowest.get(cell, inf):
                    lowest[cell] = height
        return Sample(self.heard[look], lowest)


class Unwitnessed(Struct, frozen=True):
    """Looks of which nobody knows who else was heard, as in what was kept of one airframe alone."""

    times: Sequence[int]
    """As `Sky.times`."""

    def witnesses(self, _look: int) -> None:
        """Nobody."""


class _Look(Witnesses):
    """Everybody heard at one look."""

    def __init__(self, sky: Sky, look: int) -> None:
        super().__init__(sky.times[look])
        self._sky, self._look = sky, look

    @property
    def heard(self) -> int:
        """How many are heard at all."""
        return self._sky.heard[self._look]

    def count(self, cells: Sequence[int]) -> int:
        """How many are heard in these cells."""
        return sum([until - since for since, until in self._places(cells)])

    def lowest_m(self, cells: Sequence[int]) -> float:
        """As `Witnesses.lowest_m`."""
        _, heights = self._by_cell
        return min([min(heights[since:until]) for since, until in self._places(cells) if until > since], default=inf)

    @cached_property
    def _by_cell(self) -> tuple[Sequence[int], Sequence[float]]:
        return self._sky.by_cell(self._look)

    def _places(self, cells: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Where those stand who are heard in these cells, neighbours together."""
        known, _ = self._by_cell
        for west, east in _rows(cells):
            start = bisect_left(known, west)
            yield start, bisect_right(known, east, start)


def _rows(cells: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of each row of neighbours."""
    first = last = cells[0]
    for cell in cells[1:]:
        if cell != last + 1:
            yield first, last
            first = cell
        last = cell
    yield first, last


def _coarse(number: int) -> Cell:
    """The cell of `reception` that holds one of `witness`, which is half as wide and half as high."""
    row, column = divmod(number + ROW // 2, ROW)
    return cell_of(row / 2, (column - ROW // 2) / 2)


class Lows(Struct, frozen=True):
    """Where low traffic is heard, as of each look."""

    worlds: Sequence[tuple[int, int]]
    """Looks from which on a number of samples of the world is known, and that number; the first is before all looks."""
    changes: Mapping[Cell, Sequence[tuple[int, Counts]]]
    """The same of the counts of each cell."""

    @classmethod
    def of(cls, known: Sequence[tuple[int, Reception]]) -> "Lows":
        """All that is known from each of these looks on; the first is before all looks."""
        changes: dict[Cell, list[tuple[int, Counts]]] = {}
        before: Mapping[Cell, Counts] = {}
        for look, reception in known:
            for cell, counts in reception.cells.items():
                if before.get(cell) is not counts:
                    changes.setdefault(cell, []).append((look, counts))
            for cell in before.keys() - reception.cells.keys():
                changes[cell].append((look, Counts()))
            before = reception.cells
        return cls([(look, reception.world) for look, reception in known], changes)

    def at(self, look: int) -> "LowsThen":
        """What is known at a look."""
        return LowsThen(self, look)


class LowsThen(Struct, frozen=True):
    """Where low traffic is heard, as of one look: what `Reception` tells."""

    lows: Lows
    look: int

    def unheard(self, field: Airport) -> float:
        """As `Reception.unheard`."""
        counts = self.lows.changes.get(cell_of(field.latitude, field.longitude), ())
        return unheard(field, _then(self.lows.worlds, self.look, 0), _then(counts, self.look, Counts()))


def _then(known: Sequence[tuple[int, Value]], look: int, nothing: Value) -> Value:
    """The value that holds at a look, of those from each of these looks on."""
    place = bisect_right(known, look, key=itemgetter(0))
    return known[place - 1][1] if place else nothing
