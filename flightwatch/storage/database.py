"""One SQLite file: how it is opened, read and written.

WAL, so that `history` and `status` read while a poll writes; ``synchronous=FULL``, so that a commit survives a power cut
(WAL with NORMAL may lose the last ones): one fsync a poll costs nothing beside the query.
"""

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flightwatch.errors import StoreError
from flightwatch.paths import make_private
from flightwatch.storage.errors import BUSY_S, translated
from flightwatch.storage.schema import MIGRATIONS, is_foreign, migrate, version

Transaction = sqlite3.Connection
"""A transaction that is under way, which a caller may add to."""

_NOT_OURS = "is not a flightwatch database: choose another --db"


class Database:
    """The SQLite file at ``path``; made with its folder when missing, brought to the newest schema when older.

    ``lasting``: whether each commit waits for the disk, which one that is thrown away need not. ``reading_only``: whether it must
    be there and of the newest schema, and nothing can be written.
    Raises `StoreError` when it cannot be opened, is no database, or is newer than this program.
    """

    def __init__(self, path: Path, *, lasting: bool = True, reading_only: bool = False) -> None:
        self.path = path
        self._lasting = lasting
        self._reading_only = reading_only
        with translated(path):
            if not reading_only:
                make_private(path.parent)
                path.touch(mode=0o600)
            # absolute, and an address only with its scheme: to SQLite file:x.db may be one, and :memory: no file
            name = f"{path.absolute().as_uri()}?mode=ro" if reading_only else path.absolute()
            self._db = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, uri=reading_only)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.execute(f"PRAGMA synchronous = {'FULL' if self._lasting else 'OFF'}")
        self._db.execute("PRAGMA fullfsync = ON")  # macOS, whose fsync leaves data in the drive's own cache
        self._db.execute("PRAGMA foreign_keys = ON")
        if version(self._db) < len(MIGRATIONS):
            if self._reading_only and not is_foreign(self._db):
                raise StoreError(
                    f"{self.path}: written by an older flightwatch: this brings it up to date: "
                    f"flightwatch status --db {shlex.quote(str(self.path))}"
                )
            with self._transaction():
                if is_foreign(self._db):
                    raise StoreError(f"{self.path}: {_NOT_OURS}")
                migrate(self._db)
        if version(self._db) > len(MIGRATIONS):
            raise StoreError(
                f"{self.path}: written by a newer flightwatch (schema {version(self._db)}, this one knows "
                f"{len(MIGRATIONS)}): upgrade flightwatch, or use another --db"
            )
        if not self._reading_only:
            self._db.execute("PRAGMA journal_mode = WAL")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for a room that keeps tables of its own; its errors become `StoreError`."""
        with translated(self.path):
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one transaction, which is committed at the end and rolled back by an exception."""
        with self._transaction():
            yield self._db

    def _one(self, sql: str, *values: Any) -> Any:
        with translated(self.path):
            return self._db.execute(sql, values).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with translated(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
