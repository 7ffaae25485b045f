"""What one look told an airframe's step of others: whom it asked about is noted, and answered again from what was noted.

Of a busy sky a step asks for a few numbers only. They are kept, so that the same step can be taken again without the thousands
of rows that they were counted in.
"""

from collections.abc import Sequence
from math import floor, inf
from typing import Final

from msgspec import Struct

from flightwatch.core.model import Airport, StateVector
from flightwatch.tracking.motion import altitude_m
from flightwatch.tracking.reception import Cell, Counts, Reception, cell_of
from flightwatch.tracking.witness import CELL_DEG, ROW, Witnesses

_AROUND: Final = 9
"""Cells that are asked about at once: one and its neighbours."""


class Around(Struct, frozen=True, array_like=True, gc=False):
    """What was asked about a cell of `witness` and its eight neighbours."""

    latitude: float
    longitude: float
    """Of the cell's south-western corner, degrees."""
    count: int | None = None
    """How many are heard in the nine cells; None: that was not asked."""
    lowest_m: float | None = None
    """How high the lowest of them flies, m; None: that was not asked, or nobody is there."""


class Sampled(Struct, frozen=True, array_like=True, gc=False):
    """What was known of low traffic in a cell of `reception` that was asked about."""

    row: int
    column: int
    counts: Counts


class Testimony(Struct, frozen=True, omit_defaults=True):
    """What a step was told of others."""

    heard: int | None = None
    """How many were heard in all; None: that was not asked."""
    around: tuple[Around, ...] = ()
    world: int = 0
    """Samples of the whole world that were known."""
    sampled: tuple[Sampled, ...] = ()

    @property
    def reception(self) -> Reception:
        """Where low traffic was heard, as far as that was asked."""
        return Reception(0, self.world, {(each.row, each.column): each.counts for each in self.sampled})

    def witnesses(self, at: int, sources: tuple[str, ...]) -> Witnesses | None:
        """Everybody heard at Unix second ``at``, as far as that was asked (None: it was not); these sources listened."""
        return None if self.heard is None and not self.around else _Told(self, at, sources)


class Noting(Witnesses):
    """Everybody heard in one answer, who notes what is asked."""

    def __init__(self, of: Witnesses, at: int, sources: tuple[str, ...]) -> None:
        super().__init__(at, sources)
        self._of = of
        self._heard: int | None = None
        self._counts: dict[int, int] = {}
        self._lowest_m: dict[int, float] = {}
        self.cells: dict[int, None] = {}
        """Every cell that was asked about, first those in which somebody low was looked for."""

    @property
    def heard(self) -> int:
        """As `Witnesses.heard`."""
        self._heard = self._of.heard
        return self._heard

    def count(self, cells: Sequence[int]) -> int:
        """As `Witnesses.count`."""
        found = self._counts[_middle(cells)] = self._of.count(cells)
        self.cells |= dict.fromkeys(cells)
        return found

    def lowest_m(self, cells: Sequence[int]) -> float:
        """As `Witnesses.lowest_m`."""
        found = self._lowest_m[_middle(cells)] = self._of.lowest_m(cells)
        self.cells = dict.fromkeys(cells) | self.cells
        return found

    def noted(self, reception: "NotingReception") -> Testimony:
        """What was asked of it and of ``reception``."""
        middles = sorted({**self._counts, **self._lowest_m})
        around = tuple(Around(*corner(n), self._counts.get(n), _finite(self._lowest_m.get(n))) for n in middles)
        sampled = tuple(Sampled(*cell, counts) for cell, counts in sorted(reception.asked.items()))
        return Testimony(self._heard, around, reception.known.world if reception.is_asked else 0, sampled)


class NotingReception:
    """What is known of where low traffic is heard, and which of it is asked: in the place of a `Reception`."""

    def __init__(self, known: Reception) -> None:
        self.known, self.is_asked = known, False
        self.asked: dict[Cell, Counts] = {}

    def unheard(self, field: Airport) -> float:
        """As `Reception.unheard`."""
        self.is_asked, cell = True, cell_of(field.latitude, field.longitude)
        if cell in self.known.cells:
            self.asked[cell] = self.known.cells[cell]
        return self.known.unheard(field)


class _Told(Witnesses):
    """Everybody heard, by what was noted."""

    def __init__(self, told: Testimony, at: int, sources: tuple[str, ...]) -> None:
        super().__init__(at, sources)
        self._heard = told.heard or 0
        self._around = {number_of(each.latitude, each.longitude): each for each in told.around}

    @property
    def heard(self) -> int:
        return self._heard

    def count(self, cells: Sequence[int]) -> int:
        told = self._around.get(_middle(cells))
        return 0 if told is None or told.count is None else told.count

    def lowest_m(self, cells: Sequence[int]) -> float:
        told = self._around.get(_middle(cells))
        return inf if told is None or told.lowest_m is None else told.lowest_m


def height_of(row: StateVector) -> float:
    """How high somebody flies who is heard, as witnesses count it, m; who does not tell, as low as can be."""
    return 0.0 if row.on_ground else (altitude_m(row) or 0.0)


def number_of(latitude: float, longitude: float) -> int:
    """The number of the cell of `witness` that holds a place."""
    return floor(latitude / CELL_DEG) * ROW + floor(longitude / CELL_DEG)


def corner(number: int) -> tuple[float, float]:
    """The south-western corner of a cell of `witness`, degrees."""
    row, column = divmod(number + ROW // 2, ROW)
    return row * CELL_DEG, (column - ROW // 2) * CELL_DEG


def _middle(cells: Sequence[int]) -> int:
    return cells[_AROUND // 2]


def _finite(height_m: float | None) -> float | None:
    return None if height_m in (None, inf) else height_m
