"""Files of the user's cache: replaced whole or not at all, each with a note of where it came from.

A file is written under another name in the same folder, brought to the disk, and put in the place of the old one; who is killed
on the way leaves a draft, which the next one takes away. Nothing else is ever written to, so a reader needs no lock.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path
from secrets import token_hex
from typing import Final

from flightwatch.errors import StoreError
from flightwatch.paths import make_private, refuse_link_of_another
from flightwatch.storage.lock import held
from flightwatch.storage.room_left import FULL, without_room

_DRAFT: Final = ".draft"
_CHOOSE: Final = "or name another folder with FLIGHTWATCH_CACHE"


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A name for a draft, which takes the place of ``path`` at the end, and is gone after an exception.

    Raises `StoreError` where that cannot be written.
    """
    with translated_cache(path):
        make_private(path.parent)
        refuse_link_of_another(path)
    draft = path.with_name(f".{path.name}-{token_hex(8)}{_DRAFT}")
    try:
        yield draft
        with translated_cache(path):
            _bring_to_disk(draft)
            draft.replace(path)
            _bring_to_disk(path.parent)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def mark_as_newest(path: Path, now: datetime) -> None:
    """Note on a file that nobody had a newer one at this time; see `newest_at`. Raises `StoreError`."""
    with translated_cache(path):
        os.utime(path, (now.timestamp(), now.timestamp()))


def newest_at(path: Path) -> datetime | None:
    """When it was last known that nobody has a newer one than this file, UTC; None where it is not there."""
    with suppress(OSError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return None


@contextmanager
def update_lock(folder: Path) -> Iterator[bool]:
    """Hold the right to write to the cache; yields False where another process has it.

    Drafts of those who were killed are taken away. Raises `StoreError` where the folder cannot be written to.
    """
    with held(folder / "update.lock", "name another folder with FLIGHTWATCH_CACHE") as is_held:
        if is_held:
            with translated_cache(folder / _DRAFT):
                for draft in folder.glob(f".*{_DRAFT}"):
                    draft.unlink(missing_ok=True)
        yield is_held


@contextmanager
def translated_cache(path: Path) -> Iterator[None]:
    """Raise what SQLite and the file system raise about a file of the cache as `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path.parent}: {_advice(without_room(path), str(error))}") from error
    except OSError as error:
        full = without_room(path) or (FULL if error.errno in (ENOSPC, EDQUOT) else None)
        raise StoreError(f"{path.parent}: {_advice(full, error.strerror or str(error))}") from error


def _advice(full: str | None, said: str) -> str:
    return f"{full}, {_CHOOSE}" if full else f"{said}: check the rights to it, {_CHOOSE}"


def _bring_to_disk(path: Path) -> None:
    """Have the system write a file, or a folder's names, to the disk; Windows opens no folders."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
