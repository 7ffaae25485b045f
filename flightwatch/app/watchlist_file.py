"""The watchlist's file: reading it, with complaints that say what to do where that fails."""

import os
import shlex
import stat
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path
from select import select
from time import monotonic
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.register import NO_REGISTER, Register
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.model import Watchlist

MAX_BYTES: Final = 5_000_000
"""Largest watchlist read. One of 17,000 aircraft, each with every key, has 2 MB."""

PATIENCE_S: Final = 10
"""How long a pipe or a device may take that is named as the watchlist, s."""

MOST_COMPLAINTS: Final = 20
"""How many complaints a reader of a file is given: a screen of them. ``check`` prints all."""


def read_watchlist(
    path: Path,
    *,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Callable[[], Register] | Register = NO_REGISTER,
    secrets: bool = True,
    routes: bool = False,
    strict: bool = True,
) -> Watchlist:
    """The watchlist in a file: see `parse_watchlist`. Raises WatchlistError also when the file cannot be read.

    Of a great many complaints the error has the first `MOST_COMPLAINTS`, and says who names all: cron mails them at each poll.
    """
    return understood(
        read_bytes(path),
        path,
        environment=environment,
        airports=airports,
        register=register,
        lists=lambda name: read_list(path, name),
        secrets=secrets,
        routes=routes,
        strict=strict,
    )


def understood(
    data: bytes,
    path: Path,
    *,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Callable[[], Register] | Register,
    lists: Callable[[str], bytes],
    secrets: bool = True,
    routes: bool = False,
    strict: bool = True,
    expanded: list[tuple[str, str]] | None = None,
) -> Watchlist:
    """The watchlist in the bytes of a file: see `parse_watchlist` and `read_watchlist`."""
    from flightwatch.watchlist.reading import parse_watchlist  # which a poll does without whose watchlist is kept

    try:
        return parse_watchlist(
            data,
            name=str(path),
            environment=environment,
            airports=airports,
            register=register,
            lists=lists,
            secrets=secrets,
            routes=routes,
            strict=strict,
            expanded=expanded,
        )
    except WatchlistError as error:
        if (more := len(error.complaints) - MOST_COMPLAINTS) <= 0:
            raise
        rest = (
            f"{path}: {more:,} more complaints: flightwatch check --watchlist {shlex.quote(str(path))} names them all"
        )
        raise WatchlistError([*error.complaints[:MOST_COMPLAINTS], rest]) from None


def read_bytes(path: Path) -> bytes:
    """What is in a watchlist file. Raises WatchlistError when it cannot be read or is far too large."""
    return _bytes(path, "watchlist", "write one with: flightwatch init")


def read_list(watchlist: Path, name: str) -> bytes:
    """What is in a list that the watchlist in this file names. Raises WatchlistError as `read_bytes` does."""
    return _bytes(watchlist.parent / name, "list", "put the list there, or name it as it lies beside the watchlist")


def _bytes(path: Path, kind: str, missing: str) -> bytes:
    try:
        with open(path, "rb", buffering=0, opener=_without_waiting) as file:
            size = os.fstat(file.fileno()).st_size  # a pipe has 0, so the reading is bounded as well
            data = _read(file) if size <= MAX_BYTES else b""
    except FileNotFoundError:
        raise WatchlistError([f"{path}: no such file, {missing}"]) from None
    except IsADirectoryError:
        raise WatchlistError([f"{path}: is a directory, name a file in it"]) from None
    except TimeoutError:
        raise WatchlistError(
            [f"{path}: a pipe or a device that gives no end within {PATIENCE_S} s, name a file"]
        ) from None
    except OSError as error:
        raise WatchlistError([f"{path}: cannot be read ({error.strerror}), check its name and rights"]) from None
    if max(size, len(data)) > MAX_BYTES:
        raise WatchlistError([f"{path}: is larger than {MAX_BYTES // 1_000_000} MB, which no {kind} is"])
    return data


def _without_waiting(path: str, flags: int) -> int:
    """Open a file so that a pipe is not waited for that nobody writes to."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _read(file: FileIO) -> bytes:
    """Read all that a file holds, or a little more than is allowed. Raise TimeoutError where a pipe takes too long."""
    data, until = bytearray(), monotonic() + PATIENCE_S
    is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    while len(data) <= MAX_BYTES:
        if not is_file and not select([file], [], [], max(0.0, until - monotonic()))[0]:
            raise TimeoutError
        block = file.read(MAX_BYTES + 1 - len(data))
        if block == b"":
            break
        data += block or b""  # None: a pipe that has no more yet
    return bytes(data)
