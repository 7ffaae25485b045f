"""Tell whether a silence means anything: who else is heard where a silent airframe would be.

Of every answer, only counts are kept, and only while somebody's fate is open: who is heard at all, who in the cells around an
airframe, and who of those as low as it. Others heard there make its silence tell; everybody silent at once means that nobody
listens.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import cos, floor, inf, radians, sin

from msgspec import Struct

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import KM_PER_DEGREE
from flightwatch.core.model import OPENSKY, StateVector
from flightwatch.tracking.motion import altitude_m

CELL_DEG = 0.5
"""Side of a cell, degrees; with its eight neighbours it reaches about 80 km far."""

FRESH_S = 60
"""Age of a row's last message up to which its airframe counts as heard, s: a receiver that hears it does so every second, and
a network passes it on within the minute."""

BELOW_M = 300.0
"""How much higher than the silent airframe a witness may fly that counts as being as low, m."""

MANY = 8
"""Least number of others from whose falling silent anything is concluded."""

COLLAPSED = 0.3
"""Share of those heard before below which everybody is silent at once."""

WITNESSED = 1.5
"""Seconds that a second of silence counts for where others are heard as low as the airframe."""

AHEAD_S = 600
"""Longest time that an airframe is taken to have flown straight on, s."""

_COLUMNS, _WEST = round(360 / CELL_DEG), round(-180 / CELL_DEG)
"""How many cells lie round the Earth, and the westernmost."""

ROW = 10 * _COLUMNS
"""What a cell's number grows by from one row to the next; from one column to the next it grows by one."""


class Company(Struct, frozen=True, array_like=True, gc=False):
    """How many were heard beside an airframe."""

    all: int
    """How many in the whole answer."""
    near: int
    """How many in the cells around the airframe."""
    sources: tuple[str, ...] = (OPENSKY,)
    """Names of the sources that listened."""


class Witnesses(ABC):
    """Everybody heard in one answer within `FRESH_S`, by cell."""

    def __init__(self, at: int, sources: tuple[str, ...] = (OPENSKY,)) -> None:
        self._at, self._sources = at, sources

    @property
    @abstractmethod
    def heard(self) -> int:
        """How many are heard at all."""

    @abstractmethod
    def count(self, cells: Sequence[int]) -> int:
        """How many are heard in these cells."""

    @abstractmethod
    def lowest_m(self, cells: Sequence[int]) -> float:
        """How high the lowest flies who is heard in these cells, m; who does not tell, as low as can be; infinite: nobody."""

    def company(self, report: StateVector) -> Company | None:
        """How many are heard around an airframe, and at all; None: nobody knows where it is."""
        if report.latitude is None or report.longitude is None:
            return None
        return Company(self.heard, self.count(_around(report.latitude, report.longitude)), self._sources)

    def weight(self, then: Company | None, last: StateVector) -> float:
        """How much a second of silence of an airframe counts that was last heard in ``last``, in the company ``then``.

        0: nobody listens. 1: nothing is known of that. More: others are heard where it would be. Numbers are compared where
        all sources listen that did then: the others know of fewer.
        """
        if last.latitude is None or last.longitude is None:
            return 1.0
        if then is not None and {*then.sources} <= {*self._sources}:
            if then.all >= MANY and self.heard < COLLAPSED * then.all:
                return 0.0
            if then.near >= MANY and self.count(_around(last.latitude, last.longitude)) < COLLAPSED * then.near:
                return 0.0
        height = altitude_m(last)
        if height is None:
            return 1.0
        ahead = _ahead(last, last.latitude, last.longitude, self._at)
        return WITNESSED if self.lowest_m(_around(*ahead)) <= height + BELOW_M else 1.0


class Rows(Witnesses):
    """Everybody heard, by the rows of the answer."""

    def __init__(self, vectors: Iterable[StateVector], at: int, sources: tuple[str, ...] = (OPENSKY,)) -> None:
        super().__init__(at, sources)
        self._vectors = vectors

    @cached_property
    def _fresh(self) -> list[StateVector]:
        """Who is heard; made, as what follows from it, when first asked for."""
        oldest = self._at - FRESH_S
        return [
            row
            for row in self._vectors
            if row.last_contact >= oldest and row.latitude is not None and row.longitude is not None
        ]

    @cached_property
    def _cells(self) -> list[int]:
        """The cell of each of them."""
        return [
            floor(row.latitude / CELL_DEG) * ROW + floor(row.longitude / CELL_DEG)  # type: ignore[operator]  # as above
            for row in self._fresh
        ]

    @cached_property
    def by_cell(self) -> dict[int, list[StateVector]]:
        """Who is heard in each cell."""
        found: dict[int, list[StateVector]] = {}
        for cell, row in zip(self._cells, self._fresh, strict=True):
            found.setdefault(cell, []).append(row)
        return found

    @cached_property
    def _counts(self) -> dict[int, int]:
        """How many are heard in each cell."""
        return dict(Counter(self._cells))

    @cached_property
    def _heights_m(self) -> dict[int, float]:
        """How high the lowest flies who is heard in each cell, m; who does not tell, as low as can be."""
        lowest: dict[int, float] = {}
        for cell, row in zip(self._cells, self._fresh, strict=True):
            height = 0.0 if row.on_ground else (altitude_m(row) or 0.0)
            if height < lowest.get(cell, inf):
                lowest[cell] = height
        return lowest

    @property
    def heard(self) -> int:
        """How many are heard at all."""
        return len(self._fresh)

    def count(self, cells: Sequence[int]) -> int:
        """How many are heard in these cells."""
        counts = self._counts
        return sum([counts.get(cell, 0) for cell in cells])

    def lowest_m(self, cells: Sequence[int]) -> float:
        """As `Witnesses.lowest_m`."""
        heights = self._heights_m
        return min([heights.get(cell, inf) for cell in cells])


def _around(latitude: float, longitude: float) -> list[int]:
    """The cell of a place and its eight neighbours, in three rows from west to east."""
    row, column = floor(latitude / CELL_DEG) * ROW, floor(longitude / CELL_DEG)
    west, middle, east = ((c - _WEST) % _COLUMNS + _WEST for c in (column - 1, column, column + 1))
    south, north = row - ROW, row + ROW
    return [
        *(south + west, south + middle, south + east),
        *(row + west, row + middle, row + east),
        *(north + west, north + middle, north + east),
    ]


def _ahead(last: StateVector, latitude: float, longitude: float, at: int) -> tuple[float, float]:
    """Latitude and longitude of an airframe at Unix second ``at`` if it flew straight on; worked out on a plane."""
    if last.velocity is None or last.true_track is None:
        return latitude, longitude
    far = (
        min(max(0.0, last.velocity), MAX_SPEED_MS) * min(AHEAD_S, max(0, at - last.last_contact)) / 1000 / KM_PER_DEGREE
    )
    lat = max(-89.0, min(89.0, latitude + far * cos(radians(last.true_track))))
    return lat, (longitude + far * sin(radians(last.true_track)) / cos(radians(lat)) + 180.0) % 360.0 - 180.0
