"""One poll at a time into a database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flightwatch.errors import StoreError
from flightwatch.paths import make_private


@contextmanager
def poll_lock(path: Path) -> Iterator[bool]:
    """Hold the right to poll into the database at ``path``; yields False when another poll holds it.

    The operating system drops the lock with the process, so a crash leaves none behind. Raises `StoreError` when the file
    beside the database that carries the lock cannot be made.
    """
    file = path.with_name(path.name + ".lock")
    lock = FileLock(file, timeout=0, mode=0o600)
    try:
        make_private(path.parent)
        lock.acquire()
        held = True
    except Timeout:
        held = False
    except OSError as error:
        right = "give this user the right to write it, or " if isinstance(error, PermissionError) else ""
        raise StoreError(f"{file}: {error.strerror or error}: {right}choose another --db") from error
    try:
        yield held
    finally:
        lock.release()
