"""DuckDB, opened: an engine without a server that reads Parquet and CSV and spills to disk (extra ``archive``)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flightwatch.archives.columns import text
from flightwatch.errors import UsageError, adding

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def connected(
    *, memory: str | None = None, threads: int | None = None, scratch: Path | None = None
) -> DuckDBPyConnection:
    """A database in memory, which takes at most ``memory`` (such as ``600MB``) and spills to the folder ``scratch``.

    Nothing is downloaded: an extension that an address needs must be there. Raises `UsageError` without the extra.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(f"archives are read with DuckDB; add it with {adding('duckdb pyarrow fastavro')}") from error
    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET enable_progress_bar = false")
    for name, value in (("memory_limit", memory), ("temp_directory", None if scratch is None else str(scratch))):
        if value is not None:
            connection.execute(f"SET {name} = {text(value)}")
    if threads is not None:
        connection.execute(f"SET threads = {threads:d}")
    return connection
