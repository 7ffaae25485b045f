"""Events as Parquet: a folder that DuckDB, Spark or pandas read as one table, a file for each stretch that told something."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import inspect

from flightwatch.core.model import Event, instant
from flightwatch.errors import StoreError, UsageError, adding

if TYPE_CHECKING:
    from pyarrow import DataType, Schema

_DRAFT: Final = ".flightwatch-"
"""How the name of a file begins that is being written: readers pass over names that begin with a dot."""

_WHEN: Final = "%Y%m%dT%H%M%SZ"
_KEY_DIGITS: Final = 12
"""Of the scan's key, in names of files."""


class EventFiles:
    """The folder that a scan writes its events into; ``key`` tells the scan from others.

    Files are named by the scan and by when the last of their events was detected, and put there whole: a stretch that is told
    again after a crash replaces what it told. Raises `UsageError` for a folder that holds Parquet of something else, or cannot
    be had, and without the extra; `StoreError` where it cannot be written.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        try:
            import pyarrow  # noqa: F401
        except ImportError as error:
            raise UsageError(f"Parquet is written with PyArrow; add it with {adding('pyarrow')}") from error
        self._folder, self._begin = folder, f"events-{key.hex()[:_KEY_DIGITS]}-"
        self._is_begun = False
        try:
            folder.mkdir(parents=True, exist_ok=True)
            others = [path.name for path in folder.glob("*.parquet") if not path.name.startswith(self._begin)]
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror}; name a folder you can write to") from error
        if others:
            raise UsageError(f"{folder} holds {min(others)}, which is not of this scan; name another folder")

    def add(self, events: Sequence[Event], since: int) -> None:
        """Write what was told of a stretch that begins at Unix second ``since``; nothing told is nothing written."""
        if not self._is_begun:
            self._remove_from(since)
            self._is_begun = True
        if events:
            self._write(events, f"{events[-1].detected_at:{_WHEN}}")

    def end(self) -> None:
        """See to it that the folder can be read although nothing was told."""
        if not any(self._own()):
            self._write((), "none")

    def _own(self) -> Iterable[Path]:
        return self._folder.glob(f"{self._begin}*.parquet")

    def _remove_from(self, since: int) -> None:
        """Remove what a scan that is begun anew, or goes on here, tells again, and drafts of one that was killed."""
        first = f"{self._begin}{instant(since):{_WHEN}}"
        try:
            for path in (*self._own(), *self._folder.glob(f"{_DRAFT}*")):
                if path.name.startswith(_DRAFT) or path.name >= first:
                    path.unlink()
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror}") from error

    def _write(self, events: Sequence[Event], name: str) -> None:
        from pyarrow import Table, parquet

        written = io.BytesIO()
        parquet.write_table(Table.from_pylist([_row(event) for event in events], schema()), written, compression="zstd")
        draft = self._folder / f"{_DRAFT}{token_hex(8)}"
        try:
            with draft.open("xb") as file:
                file.write(written.getbuffer())
            draft.replace(self._folder / f"{self._begin}{name}.parquet")
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise StoreError(
                f"{self._folder} cannot be written: {error.strerror}; make room, and begin the same scan again: it goes on here"
            ) from error


def _row(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(event, builtin_types=(datetime,))
    return found | {"evidence": [msgspec.structs.asdict(report) for report in event.evidence]}


def schema() -> Schema:
    """The columns: the fields of an event as JSON, by the same names; what has parts is a struct or a list, times are UTC."""
    import pyarrow

    return pyarrow.schema(_type(inspect.type_info(Event)))


def _type(info: inspect.Type) -> DataType:
    import pyarrow

    match info:
        case inspect.StructType(fields=fields):
            return pyarrow.struct([(each.name, _type(each.type)) for each in fields])
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return pyarrow.list_(_type(item))
        case inspect.UnionType(types=types):
            [there] = (each for each in types if not isinstance(each, inspect.NoneType))
            return _type(there)
        case inspect.DateTimeType():
            return pyarrow.timestamp("us", "UTC")
        case inspect.BoolType():
            return pyarrow.bool_()
        case inspect.IntType():
            return pyarrow.int64()
        case inspect.FloatType():
            return pyarrow.float64()
    return pyarrow.string()
