"""The watchlist of a poll: as the last one understood it, where nothing is otherwise now, else read anew and kept.

A long watchlist takes a poll longer to understand than to ask and to decide. What it came to lies beside the database, under a
digest of all that it came from. A secret is not in it: see `flightwatch.watchlist.kept`.
"""

import sys
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Final

from flightwatch.app.watchlist_file import read_bytes, read_list, understood
from flightwatch.core.airports import Airports
from flightwatch.core.register import Register
from flightwatch.errors import WatchlistError
from flightwatch.storage.kept import Kept, read_kept, write_kept
from flightwatch.version import __version__
from flightwatch.watchlist.kept import concealed, revealed
from flightwatch.watchlist.model import Watchlist

_KEY_BYTES: Final = 32


def kept_file(database: Path) -> Path:
    """Where what the watchlist came to is kept for polls into this database."""
    return database.with_name(f"{database.name}.watchlist")


def kept_or_read(
    path: Path,
    kept_in: Path,
    *,
    environment: Mapping[str, str],
    airports: Callable[[], Airports],
    register: Callable[[], Register],
    made_of: tuple[Path, ...],
    writes: bool,
) -> Watchlist:
    """The watchlist in the file ``path``, as `read_watchlist` reads it strictly and with its secrets.

    ``made_of`` are the files, there or not, that ``airports`` and ``register`` are read from, and those of the program that
    understands a watchlist: where one was replaced, all is read anew. Without ``writes`` nothing is kept anew.
    Raises WatchlistError.
    """
    data, before = read_bytes(path), tuple(map(_stamp, made_of))
    kept = read_kept(kept_in)
    if kept is not None and (files := _lists(path, kept.files)) is not None:
        is_same = kept.key == _key(path, data, before, files)
        if is_same and (found := revealed(kept.body, data, environment)) is not None:
            return found
    lists, expanded = dict[str, bytes](), list[tuple[str, str]]()

    def read(name: str) -> bytes:
        lists[name] = found = read_list(path, name)
        return found

    watchlist = understood(
        data, path, environment=environment, airports=airports, register=register, lists=read, expanded=expanded
    )
    if writes and (body := concealed(watchlist, data, expanded)) is not None:
        write_kept(kept_in, Kept(_key(path, data, before, lists), tuple(lists), body))
    return watchlist


def _lists(path: Path, names: tuple[str, ...]) -> dict[str, bytes] | None:
    """What is in the lists that a watchlist names; None where one cannot be read."""
    try:
        return {name: read_list(path, name) for name in names}
    except WatchlistError:
        return None


def _key(path: Path, data: bytes, made_of: tuple[str, ...], lists: Mapping[str, bytes]) -> bytes:
    """A digest of all that a watchlist comes from, but the environment."""
    parts = [__version__, sys.version, str(path), *made_of, *lists]
    digest = blake2b(digest_size=_KEY_BYTES)
    for part in (*(part.encode("utf-8", "surrogateescape") for part in parts), data, *lists.values()):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()


def _stamp(path: Path) -> str:
    """Which file this is, and when it was written."""
    try:
        found = path.stat()
    except OSError:
        return f"no {path}"
    return f"{path} {found.st_mtime_ns} {found.st_size} {found.st_ino}"
