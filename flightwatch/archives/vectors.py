"""Files of state vectors, as what DuckDB reads: their rows with the time of the look and the columns of a `StateVector`.

A Parquet is read where it lies. CSV and Avro, which say nothing of where in them a time lies, are turned into Parquet once, in a
scratch folder, as they are read: then each is decoded once, however often its rows are asked for.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.archives.avro import staged_avro
from flightwatch.archives.columns import MOST_COLUMNS, TYPES, expressions, found, quoted, text
from flightwatch.archives.files import ArchiveFile
from flightwatch.archives.opened import GZIP, ZSTD, opened
from flightwatch.errors import BadAnswer, UsageError
from flightwatch.sources.answer import excerpt

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_REJECTED: Final = 10_000
"""Lines that cannot be read of which the engine keeps which; more are counted as so many."""

MOST_GROWN: Final = 200
"""How many times as large as its gzip a file may be. CSV of state vectors grows five- to tenfold."""

_QUICKLY = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 1"
"""How DuckDB writes what is read two or three times and thrown away: looking up each value in a dictionary of its column is a
fifth of the time that this takes."""

_BLOCK_BYTES = 2**20
_GZIP_WINDOW = 31
"""zlib's ``wbits`` for a gzip header and the largest window."""


class Readable(Struct, frozen=True):
    """What stands behind FROM and SELECT for the rows of one file."""

    relation: str
    columns: Mapping[str, str]
    """An expression for ``time``, in Unix seconds, and for each column of a `StateVector`, in OpenSky's units; NULL: not told."""
    skipped: int = 0
    """Rows that cannot be read at all, and were left out."""
    is_cut: bool = False
    """Whether the file ends in the middle of a line, or of what is compressed: what was before is read."""


def reading(file: ArchiveFile, connection: DuckDBPyConnection, scratch: Path) -> Readable:
    """Give the rows of a file of state vectors; what it writes, it writes to the folder ``scratch``, under names of its own.

    Raises `BadAnswer`, whose text says what is wrong and what to do, when it is no such file or lacks a column.
    """
    if file.form == "parquet":
        return parquet(file.name, connection)
    if file.form == "avro":
        staged = _unused(scratch, "parquet")
        with opened(file) as source:
            is_cut = staged_avro(source, staged)
        return replace(parquet(str(staged), connection), is_cut=is_cut)
    return _csv(file, connection, scratch)


def parquet(name: str, connection: DuckDBPyConnection) -> Readable:
    """The rows of a Parquet, by its path or address."""
    return Readable(parquet_relation(name), expressions(columns_of(name, connection)))


def parquet_relation(name: str) -> str:
    """A Parquet, by its path or address, as the engine reads it."""
    return f"read_parquet({text(_literal(name))}, hive_partitioning = false)"


def columns_of(name: str, connection: DuckDBPyConnection) -> dict[str, str]:
    """The columns of a Parquet, with the engine's names of their types. Raises `BadAnswer` when it cannot be read."""
    import duckdb

    try:
        described = connection.execute(f"DESCRIBE FROM {parquet_relation(name)}").fetchall()
    except duckdb.Error as error:
        if "httpfs" in str(error):
            raise UsageError(needs_httpfs(name)) from error
        raise BadAnswer(unreadable(error)) from error
    return {name: type_ for name, type_, *_ in described}


def needs_httpfs(name: str) -> str:
    """What is said where an address is to be read without what reads addresses."""
    python = "python -c \"import duckdb; duckdb.sql('INSTALL httpfs')\""
    return f"{name}: DuckDB reads addresses with its extension httpfs, which is not installed; install it once with {python}"


def _csv(file: ArchiveFile, connection: DuckDBPyConnection, scratch: Path) -> Readable:
    import duckdb

    path = Path(file.name)
    if file.within is not None:
        path = _unused(scratch, "csv")
        with opened(file) as source, path.open("wb") as copy:
            copyfileobj(source, copy, _BLOCK_BYTES)
    with path.open("rb") as source:
        first = source.read(len(ZSTD))
    compression = "gzip" if first.startswith(GZIP) else "zstd" if first == ZSTD else "none"
    try:
        return _staged_csv(path, compression, connection, scratch)
    except duckdb.Error as error:
        if compression != "gzip":
            raise BadAnswer(unreadable(error)) from error
    whole = _unused(scratch, "csv")
    try:
        _inflate(path, whole)
        return replace(_staged_csv(whole, "none", connection, scratch), is_cut=True)
    except duckdb.Error as error:
        raise BadAnswer(unreadable(error)) from error
    finally:
        whole.unlink(missing_ok=True)


def _staged_csv(path: Path, compression: str, connection: DuckDBPyConnection, scratch: Path) -> Readable:
    """Turn a CSV into a Parquet of our columns; of it what can be read stays."""
    plain = (
        f"read_csv({text(_literal(str(path)))}, auto_detect = false, compression = {text(compression)}, "
        "hive_partitioning = false"
    )
    header, delimiter = _header(plain, connection)
    types = _csv_types(header)
    staged = _unused(scratch, "parquet")
    rejects = f"rejects_{staged.stem}"
    relation = (
        f"{plain}, header = true, delim = {text(delimiter)}, quote = '\"', escape = '\"', ignore_errors = true, "
        "nullstr = ['', 'NULL', 'null', 'None', 'nan', 'NaN'], store_rejects = true, "
        f"rejects_table = {text(rejects)}, rejects_scan = {text(rejects + '_scan')}, rejects_limit = {MOST_REJECTED}, "
        "columns = {" + ", ".join(f"{text(name)}: {text(type_)}" for name, type_ in types.items()) + "})"
    )
    chosen = ", ".join(f"{sql} AS {quoted(ours)}" for ours, sql in expressions(types).items())
    rows = _one(connection, f"COPY (SELECT {chosen} FROM {relation}) TO {text(str(staged))} ({_QUICKLY})")
    skipped = _one(connection, f"SELECT count(DISTINCT line) FROM {rejects}")
    short = _one(connection, f"SELECT coalesce(max(line), 0) FROM {rejects} WHERE error_type = 'MISSING COLUMNS'")
    connection.execute(f"DROP TABLE {rejects}")
    connection.execute(f"DROP TABLE {rejects}_scan")
    is_cut = short == 1 + rows + skipped
    return replace(parquet(str(staged), connection), skipped=skipped - is_cut, is_cut=is_cut)


def _csv_types(header: list[str]) -> dict[str, str]:
    """The types that the columns of a CSV are read as: of instants and codes, which may have a fraction, numbers."""
    has = found(dict.fromkeys(header, "VARCHAR"))
    numbers = {"BIGINT", "INTEGER"}
    return dict.fromkeys(header, "VARCHAR") | {
        name: "DOUBLE" if TYPES[ours] in numbers else TYPES[ours] for ours, name in has.items() if ours != "sensors"
    }


def _header(plain: str, connection: DuckDBPyConnection) -> tuple[list[str], str]:
    """The names of a CSV's columns, and what stands between them."""
    relation = (
        f"{plain}, header = false, ignore_errors = true, delim = '\x01', quote = '', escape = '', "
        "columns = {'line': 'VARCHAR'})"
    )
    line = connection.execute(f"SELECT line FROM {relation} LIMIT 1").fetchone()
    first = "" if line is None else str(line[0]).removeprefix("\ufeff")
    delimiter = max(",;\t", key=first.count)
    names = [name.strip().strip('"') for name in first.split(delimiter)]
    if len(names) > MOST_COLUMNS or len({name.lower() for name in names}) < len(names):
        raise BadAnswer("its first line does not name its columns, each once; name a CSV of state vectors")
    return names, delimiter


def _inflate(path: Path, into: Path) -> None:
    """Decompress what can be of a gzip that is cut short."""
    most = MOST_GROWN * path.stat().st_size
    with path.open("rb") as source, into.open("wb") as plain:
        inflater = zlib.decompressobj(_GZIP_WINDOW)
        left = source.read(_BLOCK_BYTES)
        while left:
            try:
                plain.write(inflater.decompress(left, _BLOCK_BYTES))
            except zlib.error:
                return
            if plain.tell() > most:
                raise BadAnswer(f"it grows more than {MOST_GROWN} times as it is decompressed; leave it out")
            if inflater.eof:
                left, inflater = inflater.unused_data, zlib.decompressobj(_GZIP_WINDOW)
            else:
                left = inflater.unconsumed_tail
            left = left or source.read(_BLOCK_BYTES)


def _one(connection: DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return 0 if row is None else int(row[0])


def _unused(scratch: Path, ending: str) -> Path:
    """A path in the scratch folder that nobody has."""
    return scratch / f"staged_{uuid4().hex}.{ending}"


def _literal(name: str) -> str:
    """A path as the engine takes it, which reads stars, question marks and brackets as a pattern."""
    return name if "://" in name else re.sub(r"([*?\[])", r"[\1]", name)


def unreadable(error: Exception) -> str:
    """Say that a file cannot be read, and why where the engine has words for it: some damage it tells by a control character."""
    why = excerpt(str(error).partition("\n")[0].partition(": ")[2] or str(error)) or "the engine does not say why"
    return f"it cannot be read ({why}); fetch it again, or leave it out"
