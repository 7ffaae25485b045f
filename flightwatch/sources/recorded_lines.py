"""The lines of recordings: each a gzip member of its own, or plain text; what is damaged costs no more than its own stretch.

A member is written at one go, so that a file cut short by a crash loses its last line only: the reader finds the next member.
"""

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from flightwatch.errors import UsageError

MAX_LINE_BYTES: Final = 64 * 2**20
"""Longest line read, so that memory is bounded. A worldwide answer of 12,000 vectors has 1.8 MB."""

_MEMBER_START = b"\x1f\x8b\x08"
"""How every gzip member begins: two magic bytes, then deflate, the only method there is (RFC 1952)."""

_GZIP_WINDOW = 31
"""zlib's ``wbits`` for a gzip header and the largest window."""

_LEVEL = 3
"""zlib's level. Level 6 takes twice as long for a worldwide answer and saves a tenth."""

_BLOCK_BYTES = 2**16

_FIRST_BYTES = 2**9
"""What of a member is read first, then twice as much, and so on: a file may be a million members of 20 bytes."""


def as_member(line: bytes) -> bytes:
    """Compress a line as a gzip member. The same for the same line: its header has no time."""
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return deflater.compress(line) + deflater.flush()


def lines_of(path: Path) -> Iterator[bytes | None]:
    """Yield the file's lines without their ends; None for one that is too long or for a stretch that is damaged."""
    with path.open("rb") as file:
        line = bytearray()
        for block in _inflated(file, path) if path.suffix == ".gz" else iter(lambda: file.read(_BLOCK_BYTES), b""):
            if block is None:
                line.clear()
                yield None
                continue
            *ends, rest = block.split(b"\n")
            for end in ends:
                line += end
                yield bytes(line) if len(line) <= MAX_LINE_BYTES else None
                line.clear()
            if len(line) <= MAX_LINE_BYTES:
                line += rest
        if line:
            yield bytes(line) if len(line) <= MAX_LINE_BYTES else None


def _inflated(file: BinaryIO, path: Path) -> Iterator[bytes | None]:
    """Yield the contents of all gzip members, and None where a stretch of the file is damaged.

    A member's last block comes only when its checksum is right; a recorded line, being a member, so comes
    whole and sound or not at all.
    """
    size = os.fstat(file.fileno()).st_size
    start = _find_member(file, 0, size)
    if start == size > 0:
        raise UsageError(f"{path} is not gzip; name a recording, or take .gz off its name if it is plain text")
    if start > 0:
        yield None
    deflated = b""
    while start < size:
        if not deflated:
            file.seek(start)
        inflater, held, more = zlib.decompressobj(_GZIP_WINDOW), b"", _FIRST_BYTES
        try:
            while not inflater.eof:
                deflated = inflater.unconsumed_tail or deflated or file.read(more)
                more = min(2 * more, _BLOCK_BYTES)
                block = inflater.decompress(deflated, _BLOCK_BYTES)
                if not deflated and not block:
                    raise zlib.error("cut short")  # noqa: TRY301
                deflated = b""
                if block:
                    if held:
                        yield held
                    held = block
        except zlib.error:
            yield None
            deflated, start = b"", _find_member(file, start + 1, size)
            continue
        yield held
        deflated = inflater.unused_data
        start = end = file.tell() - len(deflated)
        if not deflated.startswith(_MEMBER_START):
            deflated, start = b"", _find_member(file, end, size)
            if start > end:
                yield None


def _find_member(file: BinaryIO, start: int, size: int) -> int:
    """Find where the next gzip member may begin, from ``start`` on; ``size`` when there is none."""
    file.seek(start)
    window = b""
    while block := file.read(_BLOCK_BYTES):
        window = window[1 - len(_MEMBER_START) :] + block
        if (found := window.find(_MEMBER_START)) >= 0:
            return file.tell() - len(window) + found
    return size
