"""One poll at a time into a database, one delivery at a time by each channel, one update at a time of the cache.

On Windows this was never run. What it does there follows from what is documented of ``_locking``, which ``msvcrt.locking`` calls
(https://learn.microsoft.com/cpp/c-runtime-library/reference/locking): LK_NBLCK tries once and fails with EACCES where the byte is
locked, also by another descriptor of this process; EDEADLOCK is for LK_LOCK, which waits. The byte is the one at the position of
the file, which is its first as it was just opened; it need not exist. The system drops the lock with the file or the process,
though perhaps not at once, and a poll that comes in between asks nothing. ``mypy --platform win32 flightwatch`` finds no fault.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EAGAIN, EINVAL, ENOLCK, ENOSPC, ENOSYS, ENOTSUP, EOPNOTSUPP
from pathlib import Path
from typing import Final

from flightwatch.core.ids import identity
from flightwatch.errors import StoreError
from flightwatch.paths import make_private
from flightwatch.storage.room_left import FULL, without_room

_HELD: Final = frozenset({EACCES, EAGAIN})
"""What the system answers where another process has the lock: POSIX either, Windows the first."""
_NO_LOCKS: Final = frozenset({EINVAL, ENOLCK, ENOSPC, ENOSYS, ENOTSUP, EOPNOTSUPP})
"""What it answers where the file system has no locks: NFS without its lock service, some of FUSE's, a container's seccomp."""


@contextmanager
def poll_lock(path: Path) -> Iterator[bool]:
    """Hold the right to poll into the database at ``path``; yields False when another poll holds it.

    The operating system drops the lock with the process, so a crash leaves none behind. Raises `StoreError` when the file
    beside the database that carries the lock cannot be made, or its file system has no locks.
    """
    with held(path.with_name(f"{path.name}.lock")) as is_held:
        yield is_held


@contextmanager
def delivery_lock(path: Path, channel: str) -> Iterator[bool]:
    """Hold the right to deliver by a channel what waits in the database at ``path``; otherwise as `poll_lock`.

    Polls go on meanwhile. The file's name is made from the channel's, which may hold addresses.
    """
    with held(path.with_name(f"{path.name}.{identity('channel', channel)}.lock")) as is_held:
        yield is_held


def refusal_of_locks(file: Path) -> str | None:
    """Ask for a lock on a file that is there; return what the system says where its file system has none, or None."""
    try:
        carrier = os.open(file, os.O_RDONLY)
    except OSError:
        return None
    try:
        _lock(carrier)
    except OSError as error:
        return error.strerror if error.errno in _NO_LOCKS else None
    finally:
        os.close(carrier)
    return None


@contextmanager
def held(file: Path, instead: str = "choose another --db") -> Iterator[bool]:
    """Hold a lock by its file; yields False where another process has it. ``instead``: what to do where there can be none."""
    try:
        make_private(file.parent)
        carrier = _opened(file)
    except OSError as error:
        if error.errno == ENOSPC:
            raise StoreError(f"{file}: {without_room(file) or FULL}") from error
        right = "give this user the right to write it, or " if isinstance(error, PermissionError) else ""
        raise StoreError(f"{file}: {error.strerror or error}: {right}{instead}") from error
    try:
        yield _is_locked(carrier, file, instead)
    finally:
        os.close(carrier)  # and with it the lock


def _opened(file: Path) -> int:
    """Open the file that carries the lock, made for this user only. Another user's link is none; a pipe is not waited for."""
    carrier = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o600)
    if not stat.S_ISREG(os.fstat(carrier).st_mode):
        os.close(carrier)
        raise FileExistsError(f"{file.name} is not a file: move it away, or")
    return carrier


def _is_locked(carrier: int, file: Path, instead: str) -> bool:
    """Lock the open file without waiting; False where another process has it. Raises `StoreError` where there are no locks."""
    try:
        _lock(carrier)
    except OSError as error:
        if error.errno in _HELD:
            return False
        if error.errno in _NO_LOCKS:
            raise StoreError(
                f"{file}: its file system has no locks ({error.strerror}), so two at once could spoil each other's work; "
                f"mount it with locks, or {instead} on a disk of this machine"
            ) from error
        raise StoreError(f"{file}: cannot be locked ({error.strerror}): check its disk, or {instead}") from error
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(carrier: int) -> None:
        msvcrt.locking(carrier, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(carrier: int) -> None:
        fcntl.flock(carrier, fcntl.LOCK_EX | fcntl.LOCK_NB)
