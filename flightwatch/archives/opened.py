"""The bytes of a file of an archive, which may be a tar in parts, or lie in a tar: read in place, where anything can be read."""

from __future__ import annotations

import io
import os
import stat
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from flightwatch.archives.files import ArchiveFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
"""How files of these begin (RFC 1952, RFC 8878)."""


class _Joined(io.RawIOBase):
    """Files one after another, or a stretch of that, as one."""

    def __init__(self, paths: Sequence[str], offset: int = 0, size: int | None = None) -> None:
        with ExitStack() as opening:
            self._files = [opening.enter_context(Path(path).open("rb")) for path in paths]
            self._ends = list(accumulate(os.fstat(file.fileno()).st_size for file in self._files))
            self._closing = opening.pop_all()
        self._begin = offset
        self._size = max(0, min(self._ends[-1] - offset, self._ends[-1] if size is None else size))
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        left = self._size - self._at
        if left <= 0:
            return 0
        at = self._begin + self._at
        number = bisect_right(self._ends, at)
        file = self._files[number]
        file.seek(at - (self._ends[number - 1] if number else 0))
        count = file.readinto(view[: min(len(view), left)])
        self._at += count
        return count

    def close(self) -> None:
        self._closing.close()
        super().close()


def opened(file: ArchiveFile, *, at_once: int = 2**16) -> BinaryIO:
    """The bytes of a file of this machine, ``at_once`` of which are read ahead. Raises `OSError` when it cannot be read."""
    offset, size = (0, None) if file.within is None else (file.within.offset, file.within.size)
    return cast("BinaryIO", io.BufferedReader(_Joined(file.parts or (file.name,), offset, size), at_once))


def is_file(path: Path) -> bool:
    """Tell whether it is a regular file, no pipe or device, which might never end. Raises `OSError` where there is nothing."""
    return stat.S_ISREG(path.stat().st_mode)
