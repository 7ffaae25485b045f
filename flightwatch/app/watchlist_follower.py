"""The watchlist of a loop: read again when its file or a list of its changed, while a broken one leaves the old one in use."""

import stat
from collections.abc import Callable
from pathlib import Path

from flightwatch.errors import WatchlistError
from flightwatch.watchlist.changes import changed
from flightwatch.watchlist.model import Watchlist

Stamp = tuple[int, int, int] | None
"""When a file was written, its size, and which file it is; None: it is not there, or no file."""


class WatchlistFollower:
    """Reads the watchlist at ``path`` with ``read``, at first, where it may raise, and whenever it or its lists have changed."""

    def __init__(self, path: Path, read: Callable[[Path], Watchlist], note: Callable[[str], None]) -> None:
        self._path, self._read, self._note = path, read, note
        stamp = _stamp(path)
        self._is_file = stamp is not None
        self._wrong: str | None = None
        self.watchlist = read(path)
        self._stamps = (stamp, *self._list_stamps())

    def look(self) -> Watchlist | None:
        """Return the watchlist where it is another one now, else None; say what changed, or once what is wrong with it."""
        stamps = (_stamp(self._path), *self._list_stamps())
        # Of one that cannot be read nobody knows the lists: what is missing may have come meanwhile.
        if not self._is_file or (stamps == self._stamps and self._wrong is None):
            return None
        self._stamps = stamps
        try:
            found = self._read(self._path)
        except WatchlistError as error:
            if str(error) != self._wrong:
                self._note(
                    f"{error}\n{self._path}: as it is now it cannot be used; polls go on with what it said before"
                )
            self._wrong = str(error)
            return None
        what = changed(self.watchlist, found)
        if what is not None or self._wrong is not None:
            again = "can be read again" if self._wrong is not None else "was read again"
            self._note(f"{self._path} {again}: {what or 'it says what it said before'}")
        self._wrong = None
        self.watchlist = found
        self._stamps = (stamps[0], *self._list_stamps())
        return found if what is not None else None

    def _list_stamps(self) -> tuple[Stamp, ...]:
        return tuple(_stamp(self._path.parent / name) for name in self.watchlist.files)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
