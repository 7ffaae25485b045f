"""What goes wrong with the database, in one line that says what to do."""

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path

import msgspec

from flightwatch.errors import DamagedRow, StoreError
from flightwatch.storage.lock import refusal_of_locks
from flightwatch.storage.room_left import FULL, without_room

BUSY_S = 10.0
"""How long to wait for another program that writes the same database, s."""


class WrongChecksum(ValueError):
    """A row does not hold what was written; the text names it."""


NOT_AS_WRITTEN = (WrongChecksum, msgspec.MsgspecError, TypeError, UnicodeDecodeError)
"""What reading a damaged row raises."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise what SQLite and the file system raise about the database at ``path`` as `StoreError`.

    What a damaged row raises becomes `DamagedRow`.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {_advice(error, path)}") from error
    except WrongChecksum as error:
        raise DamagedRow(
            f"{path}: {_damaged(path)}; {error} is not what was written, and flightwatch check --db lists all such rows"
        ) from error
    except (
        msgspec.MsgspecError,
        UnicodeDecodeError,
    ) as error:  # the latter where SQLite's own complaint quotes what is damaged
        raise DamagedRow(f"{path}: {_damaged(path)}") from error
    except OSError as error:
        if error.errno == ENOSPC:
            raise StoreError(f"{path}: {without_room(path) or FULL}") from error
        right = "give this user the right to read and write it, or " if isinstance(error, PermissionError) else ""
        raise StoreError(f"{path}: {error.strerror or error}: {right}choose another --db") from error


@contextmanager
def as_damage(path: Path) -> Iterator[None]:
    """Raise what reading rows raises as `translated` does, and what no sound row could cause as `DamagedRow`.

    SQLite gives back what a damaged row holds: a text or nothing where a number must be, an instant of no calendar (to Python an
    `OSError`, too).
    """
    with translated(path):
        try:
            yield
        except WrongChecksum:
            raise
        except (TypeError, ValueError, OverflowError, OSError) as error:
            raise DamagedRow(f"{path}: {_damaged(path)}") from error


def _advice(error: sqlite3.DatabaseError, path: Path) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == sqlite3.SQLITE_BUSY and (refusal := refusal_of_locks(path)) is not None:  # SQLite takes that for busy
        return f"its file system has no locks ({refusal}): read a copy on a disk of this machine"
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL) and (full := without_room(path)):
        return full
    return {
        sqlite3.SQLITE_BUSY: f"locked by another program for {BUSY_S:.0f} s: close it, nothing is lost",
        sqlite3.SQLITE_LOCKED: "locked by another program: close it, nothing is lost",
        sqlite3.SQLITE_FULL: FULL,
        sqlite3.SQLITE_IOERR: "cannot be read or written (disk I/O error): check the disk, and any limit on file sizes",
        sqlite3.SQLITE_READONLY: "cannot be written: check its permissions and its folder's",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that it is a file, its permissions and its folder's",
        sqlite3.SQLITE_NOTADB: "is no database, or a damaged one: choose another --db, or restore a copy",
        sqlite3.SQLITE_CORRUPT: _damaged(path),
    }.get(code, f"{error}: check the file, or choose another --db")


def _damaged(path: Path) -> str:
    aside = f"mkdir damaged && mv {shlex.quote(str(path))}* damaged"
    return f"is damaged: restore a copy, or put it aside and start anew: {aside}"
