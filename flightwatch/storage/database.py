"""One SQLite file: how it is opened, read and written.

WAL, so that `history` and `status` read while a poll writes; ``synchronous=FULL``, so that a commit survives a power cut
(WAL with NORMAL may lose the last ones): one fsync a poll costs nothing beside the query.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flightwatch.errors import StoreError
from flightwatch.paths import make_private, refuse_link_of_another
from flightwatch.storage.errors import BUSY_S, as_damage, translated
from flightwatch.storage.lock import refusal_of_locks
from flightwatch.storage.migrating import is_foreign, migrate, version
from flightwatch.storage.schema import MIGRATIONS

Transaction = sqlite3.Connection
"""A transaction that is under way, which a caller may add to."""

CACHE_KIB = 16_384
"""Most memory for pages of the file, KiB: with SQLite's 2 MB a large database is read again and again."""

_NO_TEXT = "Could not decode to UTF-8"
"""How Python's sqlite3 begins what it says of text that is none."""

_NOT_OURS = "is not a flightwatch database: choose another --db"


class Database:
    """The SQLite file at ``path``; made with its folder when missing, brought to the newest schema when older.

    ``lasting``: whether each commit waits for the disk, which one that is thrown away need not. ``reading_only``: whether it must
    be there, and nothing is written: an older one is read by way of a copy, and one beside which SQLite can make no files, as on
    a read-only disk, without them.
    Raises `StoreError` when it cannot be opened, is no database, or is newer than this program.
    """

    def __init__(self, path: Path, *, lasting: bool = True, reading_only: bool = False) -> None:
        self.path = path
        self._lasting = lasting
        self.is_reading_only = reading_only
        self._unguarded: tuple[object, ...] | None = None
        with translated(path):
            if reading_only:
                self._db = self._opened_to_read()
            else:
                make_private(path.parent)
                refuse_link_of_another(path)
                path.touch(mode=0o600)
                # absolute: to SQLite file:x.db may be an address, and :memory: no file
                self._db = sqlite3.connect(path.absolute(), timeout=BUSY_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.execute(f"PRAGMA synchronous = {'FULL' if self._lasting else 'OFF'}")
        self._db.execute("PRAGMA fullfsync = ON")  # macOS, whose fsync leaves data in the drive's own cache
        self._db.execute("PRAGMA foreign_keys = ON")
        self._db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        if version(self._db) < len(MIGRATIONS):
            if is_foreign(self._db):
                raise StoreError(f"{self.path}: {_NOT_OURS}")
            if self.is_reading_only:
                self._db = _copied(self._db)
            with self._transaction():
                migrate(self._db)
        if version(self._db) > len(MIGRATIONS):
            raise StoreError(
                f"{self.path}: written by a newer flightwatch (schema {version(self._db)}, this one knows "
                f"{len(MIGRATIONS)}): upgrade flightwatch, or use another --db"
            )
        if not self.is_reading_only:
            self._db.execute("PRAGMA journal_mode = WAL")

    def _opened_to_read(self) -> sqlite3.Connection:
        """Open the file with SQLite's files beside it, or without where those are not there and cannot be made.

        Where they can be made they must be taken away again, which SQLite does only when it may write: so it may, and is told not
        to write anything else.
        """
        may_write = all(os.access(each, os.W_OK) for each in (self.path, self.path.parent))
        address = f"{self.path.absolute().as_uri()}?mode="
        db = sqlite3.connect(f"{address}{'rw' if may_write else 'ro'}", timeout=0, isolation_level=None, uri=True)
        try:
            db.execute("PRAGMA query_only = ON")
            _look_at(db, self.path)
        except sqlite3.OperationalError as error:
            db.close()
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            self._unguarded = self._state()
            if _size(self._log) > 0:
                raise StoreError(
                    f"{self._log}: holds what was written last, and cannot be read in this folder: copy it and "
                    f"{self.path.name} to a folder that this user can write to, and name the copy with --db"
                ) from error
            return sqlite3.connect(f"{address}ro&immutable=1", isolation_level=None, uri=True)
        except BaseException:
            db.close()
            raise
        return db

    @property
    def _log(self) -> Path:
        """SQLite's write-ahead log."""
        return self.path.with_name(f"{self.path.name}-wal")

    def _state(self) -> tuple[object, ...]:
        """What changes where somebody writes."""
        try:
            found = self.path.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns, _size(self._log)

    @property
    def was_written_meanwhile(self) -> bool:
        """Whether it was read unguarded while somebody wrote: what was read may be of two times."""
        return self._unguarded is not None and self._unguarded != self._state()

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
        """The connection, to read rows and what they hold; errors become `StoreError`, what no sound row holds `DamagedRow`."""
        with as_damage(self.path):
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one transaction, which is committed at the end and rolled back by an exception."""
        with self._transaction():
            yield self._db

    def _fetched(self, rows: sqlite3.Cursor, most: int = -1) -> list[Any]:
        """The next rows, at most so many (-1: all). Text that a damaged one holds, and is none, is escaped."""
        found, count = list[Any](), None if most < 0 else most
        try:
            found.extend(islice(rows, count))
        except sqlite3.OperationalError as error:
            if not str(error).startswith(_NO_TEXT):
                raise
            self._db.text_factory = _escaped  # which takes long; the row that was not read is the next one still
            found.extend(islice(rows, None if count is None else count - len(found)))
        return found

    def _one(self, sql: str, *values: Any) -> Any:
        with as_damage(self.path):
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


def _escaped(text: bytes) -> str:
    return text.decode(errors="backslashreplace")


def _look_at(db: sqlite3.Connection, path: Path) -> None:
    """Read something; from then on locks are waited for, but not where there are none, which SQLite takes for being busy."""
    try:
        version(db)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or refusal_of_locks(path) is not None:
            raise
    db.execute(f"PRAGMA busy_timeout = {BUSY_S * 1000:.0f}")
    version(db)


def _copied(db: sqlite3.Connection) -> sqlite3.Connection:
    """Move into a private copy, which SQLite keeps on the disk where it is large, and which is gone when it is closed."""
    copy = sqlite3.connect("", isolation_level=None)
    try:
        db.backup(copy)
    except BaseException:
        copy.close()
        raise
    db.close()
    return copy


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
