"""Tell whether a silence means anything: who else is heard where a silent airframe would be.

Of every answer, only counts are kept, and only while somebody's fate is open: who is heard at all, who in the cells around an
airframe, and who of those as low as it. Others heard there make its silence tell; everybody silent at once means that nobody
listens.
"""

from collections.abc import Iterable
from functools import cached_property
from math import cos, floor, radians, sin

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


class Company(Struct, frozen=True, array_like=True, gc=False):
    """How many were heard beside an airframe."""

    all: int
    """How many in the whole answer."""
    near: int
    """How many in the cells around the airframe."""
    sources: tuple[str, ...] = (OPENSKY,)
    """Names of the sources that listened."""


class Witnesses:
    """Everybody heard in one answer within `FRESH_S`, by cell."""

    def __init__(self, vectors: Iterable[StateVector], at: int, sources: tuple[str, ...] = (OPENSKY,)) -> None:
        self._vectors, self._at, self._sources = vectors, at, sources

    @cached_property
    def _cells(self) -> dict[tuple[int, int], list[float]]:
        """Heights of who is heard in each cell, m; made when first asked for."""
        cells: dict[tuple[int, int], list[float]] = {}
        oldest = self._at - FRESH_S
        for row in self._vectors:
            if row.last_contact >= oldest and row.latitude is not None and row.longitude is not None:
                key = (floor(row.latitude / CELL_DEG), floor(row.longitude / CELL_DEG))
                cells.setdefault(key, []).append(0.0 if row.on_ground else (altitude_m(row) or 0.0))
        return cells

    @cached_property
    def heard(self) -> int:
        """How many are heard at all."""
        return sum(map(len, self._cells.values()))

    def _around(self, latitude: float, longitude: float) -> list[float]:
        row, column, columns = floor(latitude / CELL_DEG), floor(longitude / CELL_DEG), round(360 / CELL_DEG)
        left = round(-180 / CELL_DEG)
        return [
            height
            for r in (row - 1, row, row + 1)
            for c in (column - 1, column, column + 1)
            for height in self._cells.get((r, (c - left) % columns + left), ())
        ]

    def company(self, latitude: float, longitude: float) -> Company:
        """How many are heard around a place, and at all."""
        return Company(self.heard, len(self._around(latitude, longitude)), self._sources)

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
            if then.near >= MANY and len(self._around(last.latitude, last.longitude)) < COLLAPSED * then.near:
                return 0.0
        lat, lon = _ahead(last, last.latitude, last.longitude, self._at)
        height = altitude_m(last)
        if height is not None and any(h <= height + BELOW_M for h in self._around(lat, lon)):
            return WITNESSED
        return 1.0


def _ahead(last: StateVector, latitude: float, longitude: float, at: int) -> tuple[float, float]:
    """Latitude and longitude of an airframe at Unix second ``at`` if it flew straight on; worked out on a plane."""
    if last.velocity is None or last.true_track is None:
        return latitude, longitude
    far = (
        min(max(0.0, last.velocity), MAX_SPEED_MS) * min(AHEAD_S, max(0, at - last.last_contact)) / 1000 / KM_PER_DEGREE
    )
    lat = max(-89.0, min(89.0, latitude + far * cos(radians(last.true_track))))
    return lat, (longitude + far * sin(radians(last.true_track)) / cos(radians(lat)) + 180.0) % 360.0 - 180.0
