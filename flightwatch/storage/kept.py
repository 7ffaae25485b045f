"""A file beside the database with what a long input came to, so that the next process need not read it again.

It is private, replaced whole, and may be missing at any time: one that is damaged, of another user or of another version counts
as missing. Nothing is lost with it.
"""

import os
import stat
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

LAYOUT: Final = b"flightwatch kept 1\n"
"""How a file begins."""

MAX_BYTES: Final = 32 * 2**20
"""Largest file that is read. That of 20,000 aircraft, each with every key, has 6 MB."""

_CRC_BYTES: Final = 4


class Kept(Struct, frozen=True, array_like=True):
    """What is in such a file."""

    key: bytes
    """Digest of all that went into it."""
    files: tuple[str, ...]
    """The further files that went into it, as whoever reads it names them."""
    body: bytes


_DECODER: Final = msgspec.msgpack.Decoder(Kept)


def read_kept(path: Path, most_bytes: int = MAX_BYTES) -> Kept | None:
    """What is in this file; None where it cannot be used, or has more than so many bytes."""
    with suppress(OSError, msgspec.MsgspecError):
        with open(path, "rb", opener=_opened) as file:
            found = os.fstat(file.fileno())
            if not _is_ours(found) or found.st_size > most_bytes:
                return None
            data = file.read()
        start = len(LAYOUT) + _CRC_BYTES
        body = memoryview(data)[start:]
        if data.startswith(LAYOUT) and zlib.crc32(body).to_bytes(_CRC_BYTES, "big") == data[len(LAYOUT) : start]:
            return _DECODER.decode(body)
    return None


def write_kept(path: Path, kept: Kept) -> None:
    """Put this in the place of what the file holds; where its folder is not there, or cannot be written to, do nothing."""
    body = msgspec.msgpack.encode(kept)
    # Always of the same name, so that who is killed leaves one at most; of two who write at once the checksum finds out.
    draft = path.with_name(f".{path.name}.draft")
    with suppress(OSError):
        with open(draft, "wb", opener=_made) as file:
            file.write(LAYOUT + zlib.crc32(body).to_bytes(_CRC_BYTES, "big") + body)
        draft.replace(path)


def _opened(path: str, flags: int) -> int:
    """Open a file, but follow no link, and wait for no pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _made(path: str, flags: int) -> int:
    """Open a file for this user alone, but follow no link."""
    handle = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), mode=0o600)
    if not _is_ours(os.fstat(handle)):
        os.close(handle)
        raise PermissionError(path)
    return handle


def _is_ours(found: os.stat_result) -> bool:
    """Tell whether a file is this user's, and nobody else's to write to."""
    is_own = not hasattr(os, "geteuid") or (
        found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )
    return stat.S_ISREG(found.st_mode) and is_own
