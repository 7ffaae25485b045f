"""What an engine gives of a stretch of an archive: who is heard at its looks, and the rows of those who matter, as Arrow files.

Any engine may write them: all that follows reads these tables alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from flightwatch.core.merging import places_of
from flightwatch.core.model import Icao24, StateVector
from flightwatch.sources.opensky_answer import vectors_of
from flightwatch.tracking.sky import Sky
from flightwatch.tracking.walk import Reported

if TYPE_CHECKING:
    from pyarrow import Table

REPORT_COLUMNS: Final = (*StateVector.__struct_fields__, "time")
"""Of the table of reports, which is sorted by icao24, in lower case, then time, the newest message first."""

SKY_TYPES: Final = {"cell": "int32", "height_m": "double"}
"""Of the table of who is heard, sorted by look."""


class Look(Struct, frozen=True):
    """One look, and where its rows stand in the table of who is heard."""

    at: int
    """Unix seconds."""
    rows: int
    """All of them, also those that say what another says."""
    unreadable: int
    heard: int
    """As `Sky.heard`."""
    start: int
    end: int


class Airframe(Struct, frozen=True):
    """One airframe, and where its rows stand in the table of reports."""

    icao24: Icao24
    start: int
    end: int


class Tables(Struct, frozen=True):
    """A stretch of an archive."""

    looks: tuple[Look, ...]
    """The earliest first."""
    sky: Path
    reports: Path
    """Not there where the engine keeps the rows of who matters for itself."""
    airframes: tuple[Airframe, ...]
    """Those of the table of reports, by icao24."""


def write_arrow(table: Table, path: Path) -> None:
    """Write a table as one batch, so that it can be read where it lies."""
    from pyarrow import OSFile, ipc

    whole = table.combine_chunks()
    with OSFile(str(path), "wb") as file, ipc.new_file(file, whole.schema) as writer:
        writer.write_table(whole)


def read_arrow(written: Path | bytes) -> Table:
    """A table that `write_arrow` wrote, or its bytes; of a file nothing is in memory before it is asked for."""
    from pyarrow import ipc, memory_map

    return ipc.open_file(written if isinstance(written, bytes) else memory_map(str(written))).read_all()


def read_sky(written: Path | bytes, looks: Sequence[Look]) -> Sky:
    """Who is heard at these looks, which may be fewer than the table, as `read_arrow` takes it, has."""
    table = read_arrow(written)

    def by_cell(look: int) -> tuple[Sequence[int], Sequence[float]]:
        start, end = looks[look].start, looks[look].end
        part = table.slice(start, end - start).sort_by("cell")
        cells, heights = (_numbers(part, name) for name in SKY_TYPES)
        return cells, heights

    return Sky([look.at for look in looks], [look.heard for look in looks], by_cell)


def _numbers(table: Table, name: str) -> Any:
    """A column without nulls as a sequence of Python's numbers, each made when it is asked for."""
    column = table.column(name)
    if not len(column):
        return ()
    array = column.combine_chunks()
    data = memoryview(array.buffers()[1]).cast("B")
    values: Any = data.cast("i") if SKY_TYPES[name] == "int32" else data.cast("d")
    return values[array.offset : array.offset + len(array)]


def reports(table: Table, airframe: Airframe, numbers: Mapping[int, int]) -> list[Reported]:
    """The reports of one airframe, each with the number of its look; ``numbers`` has those of the looks that count, by time."""
    part = table.slice(airframe.start, airframe.end - airframe.start)
    columns = [part.column(name).to_pylist() for name in REPORT_COLUMNS]
    times = columns.pop()
    found = dict[int, list[StateVector]]()
    for at, report in zip(times, vectors_of([*zip(*columns, strict=True)]), strict=True):
        number = numbers.get(at)
        if number is not None:
            there = found.setdefault(number, [])
            if report is not None and report not in there:
                there.append(report)
    return [(number, there if len(there) < 2 else _merged(there)) for number, there in found.items()]


def _merged(reports: Sequence[StateVector]) -> Sequence[StateVector]:
    """What `answer.merge` makes of rows of one airframe: the newest, or the places where it is said to be."""
    places = places_of(reports)
    return places if len(places) > 1 else (max(reports, key=lambda report: report.last_contact),)
