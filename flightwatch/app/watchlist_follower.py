"""The watchlist of a loop: read again when its file changed, while a broken one leaves the old one in use."""

import stat
from collections.abc import Callable
from pathlib import Path

from flightwatch.errors import WatchlistError
from flightwatch.watchlist.changes import changed
from flightwatch.watchlist.model import Watchlist

Stamp = tuple[int, int, int] | None
"""When a file was written, its size, and which file it is; None: it is not there, or no file."""


class WatchlistFollower:
    """Reads the watchlist at ``path`` with ``read``, at first, where it may raise, and whenever its file has changed."""

    def __init__(self, path: Path, read: Callable[[Path], Watchlist], note: Callable[[str], None]) -> None:
        self._path, self._read, self._note = path, read, note
        self._stamp = _stamp(path)
        self._is_file = self._stamp is not None
        self._is_broken = False
        self.watchlist = read(path)

    def look(self) -> Watchlist | None:
        """Return the watchlist where it is another one now, else None; say what changed, or once what is wrong with it."""
        stamp = _stamp(self._path)
        if not self._is_file or stamp == self._stamp:
            return None
        self._stamp = stamp
        try:
            found = self._read(self._path)
        except WatchlistError as error:
            self._note(f"{error}\n{self._path}: as it is now it cannot be used; polls go on with what it said before")
            self._is_broken = True
            return None
        what = changed(self.watchlist, found)
        if what is not None or self._is_broken:
            again = "can be read again" if self._is_broken else "was read again"
            self._note(f"{self._path} {again}: {what or 'it says what it said before'}")
        self._is_broken = False
        self.watchlist = found
        return found if what is not None else None


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
