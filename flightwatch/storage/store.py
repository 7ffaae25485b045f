"""What is kept in the database: tracks, visits, events and the polls.

A poll is one transaction (`Store.commit`): what was detected and the alerts that must go out are written together, so a
crash either loses the whole poll, whose data the next one brings again, or nothing. Delivery comes after.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flightwatch.core.model import Event, Icao24
from flightwatch.core.selection import ALL, Selection
from flightwatch.core.visits import Visit
from flightwatch.storage.database import Database, Transaction
from flightwatch.storage.errors import NOT_AS_WRITTEN, WrongChecksum, as_damage
from flightwatch.storage.legs import LEG_COLUMNS, flown_of
from flightwatch.storage.poll_record import PollRecord, keep_record, last_record
from flightwatch.storage.rows import (
    ARCHIVED_COLUMNS,
    BLINDNESS_COLUMNS,
    EVENT_COLUMNS,
    EVIDENCE_COLUMNS,
    VISIT_COLUMNS,
    archived_of,
    blindness_of,
    event_of,
    event_row,
    evidence_of,
    instant_or_none,
    unix,
    visit_of,
    visit_row,
    visits_of,
)
from flightwatch.storage.schema import CAME, LEFT
from flightwatch.storage.tracks import TRACK_COLUMNS, TRACK_TABLES, TrackRows, track_of
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track

BATCH = 500
"""Events that are asked for at once; SQLite limits the values of a statement, of old to 999."""

READ_AT_ONCE = 500
"""Most visits that are read at once: some 0.5 MB."""

MOST_LEFT_OUT = 10_000
"""Most damaged rows that are kept account of."""

READ_FIRST = 8
"""Visits that are read first: often no more are needed."""


class Store(Database):
    """What flightwatch keeps in its database: see `Database` for how it is opened.

    Rows that do not hold what was written are left out where several are read: see `take_left_out`.
    """

    def __init__(self, path: Path, *, lasting: bool = True, reading_only: bool = False) -> None:
        super().__init__(path, lasting=lasting, reading_only=reading_only)
        self._left_out: dict[str, None] = {}
        self._track_rows = TrackRows()

    def take_left_out(self) -> list[str]:
        """Which damaged rows were left out since this was last called, in words, at most `MOST_LEFT_OUT`."""
        left_out, self._left_out = [*self._left_out], {}
        return left_out

    def leave_out(self, damaged: Iterable[str]) -> None:
        """Note rows that do not hold what was written, in words."""
        for name in damaged:
            if len(self._left_out) < MOST_LEFT_OUT:
                self._left_out[name] = None

    def tracks(self) -> dict[Icao24, Track]:
        """Every followed airframe's track. Those left out are deleted by the next `commit`, so they are begun anew."""
        with as_damage(self.path):
            rows = self._fetched(self._db.execute(f"SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES}"))  # noqa: S608 constants
            found, damaged = self._track_rows.read(rows)
        self.leave_out(damaged)
        return found

    def damages(self) -> Iterator[str]:
        """Look at the whole file; tell what is damaged in it, a line each."""
        with as_damage(self.path):
            found = [line for (line,) in self._db.execute("PRAGMA integrity_check")]
            yield from (f"SQLite: {line}" for line in found if line != "ok")
            for columns, table, read, named in _CHECKED:
                rows = self._db.execute(f"SELECT {columns} FROM {table}")  # noqa: S608 constants
                while some := self._fetched(rows, READ_AT_ONCE):
                    yield from (
                        f"{named.format(*row)} does not hold what was written"
                        for row in some
                        if not _is_sound(row, read)
                    )

    def last_poll_at(self) -> datetime | None:
        """The data's own time of the last good poll; None: there was none."""
        with self.reading() as db:
            (at,) = db.execute("SELECT max(at) FROM polls WHERE at IS NOT NULL").fetchone()
            return instant_or_none(at)

    def last_poll(self) -> PollRecord | None:
        """How the last poll went, good or not; None: there was none."""
        with as_damage(self.path):
            return last_record(self._db)

    def commit(
        self, changes: PollChanges, record: PollRecord, post: Callable[[Transaction], None] | None = None
    ) -> None:
        """Write everything that one good poll changed in one transaction, with what ``post`` puts into the outbox."""
        with self._transaction():
            self._put(changes)
            if post is not None:
                post(self._db)
            keep_record(self._db, record)
        self._track_rows.written()

    def amend(self, changes: PollChanges, post: Callable[[Transaction], None]) -> None:
        """Write what turned out otherwise afterwards, in one transaction, with what ``post`` puts into the outbox."""
        with self._transaction():
            self._put(changes)
            post(self._db)
        self._track_rows.written()

    def _put(self, changes: PollChanges) -> None:
        self._track_rows.write(self._db, changes.tracks, changes.forgotten)
        self._db.executemany(
            f"INSERT OR REPLACE INTO visits ({VISIT_COLUMNS}) VALUES ({'?, ' * VISIT_COLUMNS.count(',')}?)",  # noqa: S608 constant
            [visit_row(visit) for visit in changes.visits],
        )
        self._db.executemany(
            f"INSERT OR IGNORE INTO events ({EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 constant
            [event_row(event) for event in changes.events],
        )

    def record_failure(self, record: PollRecord, post: Callable[[Transaction], None] | None = None) -> None:
        """Remember a poll that brought nothing, with what ``post`` puts into the outbox."""
        with self._transaction():
            if post is not None:
                post(self._db)
            keep_record(self._db, record)

    def visits(
        self, which: Selection = ALL, *, icao24s: Sequence[Icao24] = (), airport_icao: str | None = None
    ) -> list[Visit]:
        """Visits that stand, newest first: of these airframes, or at this airport, or both; as `selection.selected` has it."""
        return list(self.each_visit(which, icao24s=icao24s, airport_icao=airport_icao))

    def each_visit(
        self,
        which: Selection = ALL,
        *,
        icao24s: Sequence[Icao24] = (),
        airport_icao: str | None = None,
        last_id_first: bool = False,
    ) -> Iterator[Visit]:
        """The same as `visits`, read as they are asked for, so that no more than `READ_AT_ONCE` are held.

        ``last_id_first``: whether ids of the same time go down too.
        """
        where, values = _chosen(icao24s, airport_icao)
        if which.since is not None:
            where += f" AND {LEFT} >= ?"
            values.append(which.since.timestamp())
        if which.until is not None:
            where += f" AND {CAME} < ?"
            values.append(which.until.timestamp())
        if not which.inferred:
            where += " AND arrival_basis = 'observed'"
        values.append(-1 if which.limit is None else which.limit)
        with as_damage(self.path):
            rows = self._db.execute(
                f"SELECT {VISIT_COLUMNS} FROM visits WHERE {where} ORDER BY arrived_latest DESC, "  # noqa: S608 constant
                f"id {'DESC' if last_id_first else ''} LIMIT ?",
                values,
            )
            size = READ_FIRST
            while some := self._fetched(rows, size):
                visits, damaged = visits_of(some)
                if damaged:
                    self.leave_out(damaged)
                yield from visits
                size = min(2 * size, READ_AT_ONCE)

    def count_earlier(
        self, than: Visit, begun_before: datetime, icao24s: Sequence[Icao24], airport_icao: str
    ) -> tuple[int, str | None]:
        """How many visits of these airframes at an airport were before one, and the first one's id; None: there is none."""
        where, values = _chosen(icao24s, airport_icao)
        values += (unix(than.arrival.latest), begun_before.timestamp())
        before = f"FROM visits WHERE {where} AND arrived_latest < ? AND {CAME} < ?"
        (count,) = self._one(f"SELECT count(*) {before}", *values)
        first = self._one(f"SELECT id {before} ORDER BY arrived_latest, id DESC LIMIT 1", *values)
        return count, None if first is None else first[0]

    def visit(self, id_: str) -> Visit | None:
        """The visit with this id, standing or taken back; None: there is none. Raises `DamagedRow` where it is damaged."""
        with as_damage(self.path):
            return self._only(self._db.execute(f"SELECT {VISIT_COLUMNS} FROM visits WHERE id = ?", (id_,)))  # noqa: S608 constant

    def _only(self, rows: sqlite3.Cursor) -> Visit | None:
        """The visit that the one row holds; None: there is none. Raises `WrongChecksum`, and notes that it was left out."""
        found = self._fetched(rows)
        try:
            return visit_of(found[0]) if found else None
        except WrongChecksum as error:
            self.leave_out([str(error)])
            raise

    def corrected_by(self, visit: Visit) -> Visit | None:
        """The visit of the same airframe to another airport that was taken back, told of the same flight; None: there is none.

        Raises `DamagedRow` where it is damaged.
        """
        if visit.airport is None or visit.arrival.earliest is None:
            return None
        with as_damage(self.path):
            rows = self._db.execute(
                f"SELECT {VISIT_COLUMNS} FROM visits WHERE icao24 = ? AND retracted IS NOT NULL AND landing IS NOT NULL "  # noqa: S608 constant
                "AND airport_icao <> ? AND arrived_latest >= ? AND arrived_earliest <= ? ORDER BY retracted DESC LIMIT 1",
                (visit.icao24, visit.airport.icao, unix(visit.arrival.earliest), unix(visit.arrival.latest)),
            )
            return self._only(rows)

    def events(self, ids: Sequence[str]) -> dict[str, Event]:
        """The events with these ids, those that are there: of polls, else of archives."""
        with as_damage(self.path):
            marks = ", ".join("?" * len(ids))
            found = dict[str, Event]()
            for table in ("archived_events", "events"):
                rows = self._db.execute(f"SELECT {EVENT_COLUMNS} FROM {table} WHERE id IN ({marks})", ids)  # noqa: S608 marks
                found |= {event.id: event for event in self._sound_events(rows)}
            return found

    def next_visit_at(self, visit: Visit) -> datetime | None:
        """When the next standing visit of the same airframe had begun at the latest; None: there is none."""
        with as_damage(self.path):
            (at,) = self._db.execute(
                "SELECT min(arrived_latest) FROM visits WHERE icao24 = ? AND arrived_latest > ? AND retracted IS NULL",
                (visit.icao24, unix(visit.arrival.latest)),
            ).fetchone()
            return instant_or_none(at)

    def first_visit_at(self, icao24: Icao24) -> datetime | None:
        """When an airframe's first visit that stands had begun at the latest; None: there is none."""
        sql = "SELECT min(arrived_latest) FROM visits WHERE icao24 = ? AND retracted IS NULL"
        with self.reading() as db:
            (at,) = db.execute(sql, (icao24,)).fetchone()
            return instant_or_none(at)

    def events_since(self, since: datetime) -> list[Event]:
        """The events that were decided since then, in the data's own time, oldest first."""
        with as_damage(self.path):
            rows = self._db.execute(
                f"SELECT {EVENT_COLUMNS} FROM events WHERE detected >= ? ORDER BY detected, id",  # noqa: S608 constant
                (unix(since),),
            )
            return self._sound_events(rows)

    def _sound_events(self, rows: sqlite3.Cursor) -> list[Event]:
        found = list[Event]()
        for row in self._fetched(rows):
            try:
                found.append(event_of(row))
            except NOT_AS_WRITTEN:
                self.leave_out([_NAMED_EVENT.format(*row)])
        return found

    def icao24s_of(self, registration: str) -> list[Icao24]:
        """Airframes that were recorded under this tail number."""
        with as_damage(self.path):
            rows = self._db.execute(
                "SELECT icao24 FROM visits WHERE registration = ?1 UNION SELECT icao24 FROM archived_visits "
                "WHERE registration = ?1",
                (registration,),
            )
            return [icao24 for (icao24,) in rows]


_NAMED_EVENT: Final = "the event {0!r:.40} of {1!r:.40}"

_CHECKED: Final[Sequence[tuple[str, str, Callable[[Sequence[Any]], object], str]]] = (
    (VISIT_COLUMNS, "visits", visit_of, "the visit {0!r:.40} of {1!r:.40}"),
    (TRACK_COLUMNS, TRACK_TABLES, track_of, "what is remembered of {0!r:.40}"),
    (EVENT_COLUMNS, "events", event_of, _NAMED_EVENT),
    (ARCHIVED_COLUMNS, "archived_visits", archived_of, "the archived visit {0!r:.40} of {1!r:.40}"),
    (EVENT_COLUMNS, "archived_events", event_of, f"of an archive, {_NAMED_EVENT}"),
    (EVIDENCE_COLUMNS, "evidence", evidence_of, "the evidence of {0!r:.40}"),
    (BLINDNESS_COLUMNS, "blindness", blindness_of, "the time without a poll {0!r:.40}"),
    (LEG_COLUMNS, "legs", flown_of, "a flight of {0!r:.40}"),
)
"""Rows that carry checksums: their columns and table, what reads one, and what one is called."""


def _is_sound(row: Sequence[Any], read: Callable[[Sequence[Any]], object]) -> bool:
    try:
        read(row)
    except NOT_AS_WRITTEN:
        return False
    return True


def _chosen(icao24s: Sequence[Icao24], airport_icao: str | None) -> tuple[str, list[Any]]:
    """The condition for standing visits of these airframes, or at this airport, or both; and its values."""
    where, values = "retracted IS NULL", list[Any]()
    if icao24s:
        where += f" AND icao24 IN ({', '.join('?' * len(icao24s))})"
        values += icao24s
    if airport_icao is not None:
        where += " AND airport_icao = ?"
        values.append(airport_icao)
    return where, values
