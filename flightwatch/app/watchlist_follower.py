"""The watchlist of a loop: read again when its file, a list of its or a table changed; a broken one leaves the old one in use."""

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from flightwatch.errors import WatchlistError
from flightwatch.watchlist.changes import changed
from flightwatch.watchlist.model import Watchlist

Stamp = tuple[int, int, int] | None
"""When a file was written, its size, and which file it is; None: it is not there, or no file."""


class WatchlistFollower:
    """Reads the watchlist at ``path`` with ``read``, at first, where it may raise, and whenever it or its lists have changed.

    So too when one of the ``tables`` did that it is understood by: they are let go with ``renew`` before.
    """

    def __init__(
        self,
        path: Path,
        read: Callable[[Path], Watchlist],
        note: Callable[[str], None],
        *,
        tables: Sequence[Path] = (),
        renew: Callable[[], None] = lambda: None,
    ) -> None:
        self._path, self._read, self._note = path, read, note
        self._tables, self._renew = tables, renew
        self._table_stamps = self._stamps_of_tables()
        stamp = _stamp(path)
        self._is_file = stamp is not None
        self._wrong: str | None = None
        self.watchlist = read(path)
        self._stamps = (stamp, *self._list_stamps())

    def look(self) -> Watchlist | None:
        """Return the watchlist where it or a table is another one now, else None.

        Say what changed, or once what is wrong with it.
        """
        is_renewed = self._are_tables_new()
        stamps = (_stamp(self._path), *self._list_stamps())
        # Of one that cannot be read nobody knows the lists: what is missing may have come meanwhile.
        if not self._is_file or (stamps == self._stamps and self._wrong is None and not is_renewed):
            return self.watchlist if is_renewed else None
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
        if what is not None or self._wrong is not None or not is_renewed:
            again = "can be read again" if self._wrong is not None else "was read again"
            self._note(f"{self._path} {again}: {what or 'it says what it said before'}")
        self._wrong = None
        self.watchlist = found
        self._stamps = (stamps[0], *self._list_stamps())
        return found if what is not None or is_renewed else None

    def _are_tables_new(self) -> bool:
        """Tell whether a table changed since the last look, which is said; then those in use are let go."""
        stamps = self._stamps_of_tables()
        new = [table for table, was, now in zip(self._tables, self._table_stamps, stamps, strict=True) if was != now]
        self._table_stamps = stamps
        for table in new:
            self._note(
                f"{table}: {'a new table, in use from now on' if table.exists() else 'is gone, and not used any more'}"
            )
        if new:
            self._renew()
        return bool(new)

    def _stamps_of_tables(self) -> tuple[Stamp, ...]:
        return tuple(map(_stamp, self._tables))

    def _list_stamps(self) -> tuple[Stamp, ...]:
        return tuple(_stamp(self._path.parent / name) for name in self.watchlist.files)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
