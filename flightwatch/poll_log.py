"""How past polls went: their spacing, and when nobody watched."""

from datetime import datetime, timedelta

from flightwatch.model import instant
from flightwatch.record import Span
from flightwatch.schema import unix
from flightwatch.store import Store

RECENT = 12
"""Polls from which the usual spacing is told."""


class PollLog:
    """The polls that ``store`` remembers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begun(self) -> list[datetime]:
        """When the last polls began by our clock, good or not, oldest first."""
        with self._store.reading() as db:
            rows = db.execute("SELECT started FROM polls ORDER BY id DESC LIMIT ?", (RECENT,)).fetchall()
        return [instant(started) for (started,) in reversed(rows)]

    def ahead(self) -> timedelta:
        """How far the data's time was ahead of our clock at the last good poll; zero where there was none."""
        with self._store.reading() as db:
            row = db.execute("SELECT at - started FROM polls WHERE at IS NOT NULL ORDER BY at DESC LIMIT 1").fetchone()
        return timedelta(seconds=row[0]) if row is not None else timedelta(0)

    def unwatched(self, since: datetime, until: datetime, longer_than: timedelta) -> list[Span]:
        """The times without a good poll that touch ``since``..``until`` and last longer than that, oldest first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT before, at FROM (SELECT at, lag(at) OVER (ORDER BY at) AS before FROM polls WHERE at IS NOT NULL "
                "AND at >= coalesce((SELECT max(at) FROM polls WHERE at IS NOT NULL AND at <= ?1), 0) "
                "AND at <= coalesce((SELECT min(at) FROM polls WHERE at IS NOT NULL AND at >= ?2), ?2)) "
                "WHERE at - before > ?3 ORDER BY at",
                (unix(since), unix(until), longer_than.total_seconds()),
            ).fetchall()
        return [Span(instant(before), instant(at)) for before, at in rows]
