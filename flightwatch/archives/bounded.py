"""A file of which nothing long is read at once: hostile ones say that a part of them has as many bytes as they like."""

from typing import BinaryIO


class TooLong(ValueError):
    """More is to be read at once than anything sound has."""


class Bounded:
    """Reads, seeks and tells as ``file`` does; raises `TooLong` where more than ``most`` bytes are to be read at once."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        """Read ``size`` bytes, fewer at the end."""
        if not 0 <= size <= self._most:
            raise TooLong(f"{size} bytes at once")
        return self._file.read(size)
