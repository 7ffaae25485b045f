"""Avro as Parquet: read record after record with fastavro, as DuckDB reads Avro only with an extension that it must download."""

import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from flightwatch.archives.bounded import Bounded
from flightwatch.archives.columns import MOST_COLUMNS, found
from flightwatch.errors import BadAnswer, UsageError, adding
from flightwatch.sources.answer import excerpt

BATCH_ROWS: Final = 20_000
"""Records held at once."""

MOST_BLOCK_BYTES: Final = 64 * 2**20
"""Largest block that is read, as it is and decompressed: one is held as a whole. Writers make blocks of 16 kB to some MB."""

CODECS: Final = ("null", "deflate")
"""How blocks are compressed that are read: those that each reader of Avro must know (its specification, "Required Codecs")."""

_RAW_DEFLATE = -15
"""zlib's ``wbits`` for deflate without a header."""

_ARROW = {"boolean": "bool", "int": "int64", "long": "int64", "float": "double", "double": "double", "string": "string"}
"""Arrow's names of the types of columns that are read, by Avro's."""

_UNREADABLE = (
    ValueError,
    EOFError,
    OverflowError,
    MemoryError,
    RecursionError,
    IndexError,
    KeyError,
    TypeError,
    zlib.error,
)
"""What fastavro raises for a file that is none, or is damaged: it has no error of its own."""


def staged_avro(source: BinaryIO, into: Path) -> bool:
    """Write those columns of an Avro file that are ours, under its names, as a Parquet; tell whether it is cut short or damaged.

    What was before stands in the Parquet then. Raises `BadAnswer` for what is no Avro of state vectors, and `UsageError` without
    the extra.
    """
    try:
        import fastavro
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError(f"Avro is read with fastavro; add it with {adding('fastavro pyarrow')}") from error
    fastavro.read.BLOCK_READERS["deflate"] = _inflated
    try:
        reader = fastavro.reader(cast("BinaryIO", Bounded(source, MOST_BLOCK_BYTES)), handle_unicode_errors="replace")
    except _UNREADABLE as error:
        raise BadAnswer(
            "it is an Avro file whose head cannot be read, or not compressed with deflate; fetch it again, or write it so"
        ) from error
    if reader.codec not in CODECS:
        raise BadAnswer(f"it is Avro compressed with {excerpt(str(reader.codec))}; write it with deflate")
    columns = _columns(reader.writer_schema)
    names = found(dict.fromkeys(columns, "")).values()
    schema = pyarrow.schema([(name, columns[name]) for name in names if columns[name]])
    records = _Records(reader)
    with ParquetWriter(into, schema) as writer:
        while batch := list(islice(records, BATCH_ROWS)):
            writer.write_table(pyarrow.Table.from_pylist(batch, schema))
    return records.is_cut


class _Records:
    """The records of a file, up to where they cannot be read any more."""

    is_cut = False

    def __init__(self, reader: Any) -> None:
        self._reader = iter(reader)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return self

    def __next__(self) -> Mapping[str, Any]:
        try:
            record: Mapping[str, Any] = next(self._reader)
        except _UNREADABLE:
            self.is_cut = True
            raise StopIteration from None
        return record


def _columns(schema: Any) -> dict[str, str]:
    """Arrow's type of each column, empty where it is not read. Raises `BadAnswer` for records of anything but plain columns.

    A list of nothing takes no bytes and can be as long as it likes, so that a small file could hold one without end.
    """
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or len(fields) > MOST_COLUMNS:
        raise BadAnswer("it is an Avro file of something else than rows; name one of state vectors")
    return {str(field["name"]): _arrow(field["type"], str(field["name"])) for field in fields}


def _arrow(type_: Any, column: str) -> str:
    kinds = [kind for kind in (type_ if isinstance(type_, list) else [type_]) if kind != "null"]
    plain = [kind["type"] if isinstance(kind, dict) and "logicalType" in kind else kind for kind in kinds]
    if len(plain) == 1 and isinstance(plain[0], dict) and plain[0].get("type") == "array":
        if isinstance(items := plain[0].get("items"), str) and items in _ARROW:
            return ""
    elif plain and all(isinstance(kind, str) and kind in {*_ARROW, "bytes"} for kind in plain):
        held = {_ARROW.get(kind, "") for kind in plain}
        return held.pop() if len(held) == 1 else "double" if held == {"int64", "double"} else ""
    raise BadAnswer(f"its column {excerpt(column)} holds what no state vector has; write it as plain columns")


def _inflated(file: Any) -> BytesIO:
    """A block of deflate, decompressed as far as is sound: fastavro itself does it however much comes."""
    size = shift = 0
    while byte := file.read(1):
        size |= (byte[0] & 0x7F) << shift
        shift += 7
        if byte[0] < 0x80 or shift > 63:
            break
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    block = inflater.decompress(file.read(size >> 1), MOST_BLOCK_BYTES)
    if not inflater.eof:
        raise EOFError("a block is cut short, or too long")
    return BytesIO(block)
