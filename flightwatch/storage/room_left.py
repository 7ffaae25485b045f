"""Whether a file system has room left for the database, and what to do where it has not."""

import os
from contextlib import suppress
from pathlib import Path

LEAST_FREE = 64 * 2**10
"""Bytes without which SQLite cannot map its index of the write-ahead log. It needs 32 kB, and calls their lack an I/O error."""

FULL = "the disk is full: free some space, nothing is lost"
_NO_INODES = "its file system has room for no more files (df -i): delete some, nothing is lost"


def without_room(path: Path) -> str | None:
    """What to do where the file system of the database has no room for bytes or for files; None: it has, or nobody can tell."""
    if not hasattr(os, "statvfs"):
        return None
    with suppress(OSError):
        system = os.statvfs(path.parent)
        if system.f_files and not system.f_favail:
            return _NO_INODES
        if system.f_bavail * system.f_frsize < LEAST_FREE:
            return FULL
    return None
