"""Every row of the looks of a stretch, counted look by look: Arrow tables with the time, the airframe and the cell of each.

``airframe`` is null of a row that cannot be read, ``cell`` of one of somebody who is not heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from flightwatch.archives.tables import Look

if TYPE_CHECKING:
    from pyarrow import ChunkedArray, Table


def by_time(seen: Table) -> Table:
    """The rows in the order of their times, in which most archives have them; those of one look in any order."""
    import pyarrow.compute as pc

    times = seen.column("time")
    in_order = pc.all(pc.less_equal(times.slice(0, max(0, len(times) - 1)), times.slice(1))).as_py()
    return seen if in_order is not False else seen.sort_by("time")


def is_twice(seen: Table) -> bool:
    """Tell whether a look has more than one row of an airframe. The rows are by time."""
    airframes = seen.column("airframe").combine_chunks()
    for _, (start, end) in runs(seen.column("time")):
        there = airframes.slice(start, end - start).drop_null()
        if len(there.unique()) < len(there):
            return True
    return False


def counted(seen: Table, rows: Mapping[int, int]) -> tuple[Look, ...]:
    """The looks, the earliest first. ``rows`` has how many each has with those that are there twice; these are by time."""
    times, heard = seen.column("time"), seen.column("cell").is_valid()
    unreadable = dict(_counts(times.filter(seen.column("airframe").is_null())))
    by_look = dict(_counts(times.filter(heard)))
    found, start = list[Look](), 0
    for at, _ in _counts(times):
        end = start + by_look.get(at, 0)
        found.append(Look(at, rows[at], unreadable.get(at, 0), end - start, start=start, end=end))
        start = end
    return tuple(found)


def runs(column: ChunkedArray) -> Iterator[tuple[Any, tuple[int, int]]]:
    """Each value of a sorted column, and where it stands."""
    counts = [*_counts(column)]
    ends = accumulate(count for _, count in counts)
    yield from zip((value for value, _ in counts), pairwise((0, *ends)), strict=True)


def _counts(column: ChunkedArray) -> Iterator[tuple[Any, int]]:
    """Each value, in the order in which they first come, and how often it is there."""
    values, counts = column.value_counts().flatten()
    yield from zip(values.to_pylist(), counts.to_pylist(), strict=True)
