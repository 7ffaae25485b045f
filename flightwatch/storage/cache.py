"""Files of the user's cache: replaced whole or not at all, each with a note of where it came from.

A file is written under another name in the same folder, brought to the disk, and put in the place of the old one; who is killed
on the way leaves a draft, which the next one takes away. Nothing else is ever written to, so a reader needs no lock.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from errno import EDQUOT, ENOSPC
from pathlib import Path
from secrets import token_hex
from typing import Final

from msgspec import Struct

from flightwatch.errors import StoreError
from flightwatch.paths import make_private, refuse_link_of_another
from flightwatch.storage.room_left import FULL, without_room

_DRAFT: Final = ".draft"
_CHOOSE: Final = "or name another folder with FLIGHTWATCH_CACHE"


class Source(Struct, frozen=True):
    """One file that was fetched, and how to ask whether there is a newer one."""

    url: str
    etag: str | None = None
    """The server's name for what it sent; None: it gave none."""
    last_modified: str | None = None
    """As the server wrote it; None: it did not."""


class Fetched(Struct, frozen=True):
    """Where a table came from."""

    at: datetime
    """When it was fetched, UTC."""
    sources: tuple[Source, ...] = ()
    rows: int = 0
    """How many rows it was made from."""


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


def sweep(folder: Path) -> None:
    """Take away the drafts of those who were killed; to be called while no one else writes there."""
    with translated_cache(folder):
        for draft in folder.glob(f".*{_DRAFT}"):
            draft.unlink(missing_ok=True)


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
