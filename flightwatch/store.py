"""One SQLite file: tracks, visits, events, the outbox and the polls.

A poll is one transaction (`Store.commit`): what was detected and the alerts that must go out are written together, so a
crash either loses the whole poll, whose data the next one brings again, or nothing. Delivery comes after.

WAL, so that `history` and `status` read while a poll writes; ``synchronous=FULL``, so that a commit survives a power cut
(WAL with NORMAL may lose the last ones): one fsync a poll costs nothing beside the query.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from flightwatch.errors import StoreError
from flightwatch.model import Event, Icao24, Place, instant
from flightwatch.tracking.sky import Look
from flightwatch.tracking.track import Track
from flightwatch.visits import Moment, Visit

BUSY_S = 10.0
"""How long to wait for another program that writes the same database, s."""

MIGRATIONS = (
    """
    CREATE TABLE tracks (
        icao24 TEXT PRIMARY KEY,
        track BLOB NOT NULL               -- JSON of tracking.track.Track
    ) WITHOUT ROWID;
    CREATE TABLE visits (                 -- times in Unix seconds, UTC
        id TEXT PRIMARY KEY,
        icao24 TEXT NOT NULL,
        registration TEXT,
        callsign TEXT,
        airport_icao TEXT,
        airport_iata TEXT,
        airport_name TEXT,
        latitude REAL NOT NULL,
        longitude REAL NOT NULL,
        arrived INTEGER,
        arrived_earliest INTEGER,
        arrived_latest INTEGER NOT NULL,
        arrival_basis TEXT NOT NULL,
        arrival_confidence REAL NOT NULL,
        landing TEXT,
        departed INTEGER,
        departed_earliest INTEGER,
        departed_latest INTEGER,
        departure_basis TEXT,
        departure_confidence REAL,
        retracted INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX visits_of_airframe ON visits (icao24, arrived_latest);
    CREATE INDEX visits_at_airport ON visits (airport_icao, arrived_latest);
    CREATE TABLE events (
        id TEXT PRIMARY KEY,
        icao24 TEXT NOT NULL,
        visit TEXT NOT NULL,
        detected INTEGER NOT NULL,
        event BLOB NOT NULL               -- JSON of model.Event, with the state vectors that show it
    ) WITHOUT ROWID;
    CREATE TABLE alerts (                 -- the outbox
        id INTEGER PRIMARY KEY,
        event TEXT NOT NULL REFERENCES events (id),
        channel TEXT NOT NULL,
        queued INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        delivered INTEGER,
        error TEXT,
        UNIQUE (event, channel)
    );
    CREATE INDEX alerts_waiting ON alerts (id) WHERE delivered IS NULL;
    CREATE TABLE polls (
        id INTEGER PRIMARY KEY,
        started INTEGER NOT NULL,         -- our clock
        at INTEGER,                       -- the data's own time; null when the poll failed
        outcome TEXT NOT NULL,            -- 'ok', or the one line that said what went wrong
        vectors INTEGER,
        skipped INTEGER,
        credits_remaining INTEGER,
        duration_ms INTEGER
    );
    CREATE INDEX polls_good ON polls (at) WHERE at IS NOT NULL;
    """,
)
"""Schema by number: ``PRAGMA user_version`` counts how many have run. Never edit one that was released; add."""

_VISIT_COLUMNS = (
    "id, icao24, registration, callsign, airport_icao, airport_iata, airport_name, latitude, longitude, "
    "arrived, arrived_earliest, arrived_latest, arrival_basis, arrival_confidence, landing, "
    "departed, departed_earliest, departed_latest, departure_basis, departure_confidence, retracted"
)
_TRACK = msgspec.json.Decoder(Track)
_EVENT = msgspec.json.Decoder(Event)


class PollRecord(Struct, frozen=True):
    """How one poll went."""

    started_at: datetime
    at: datetime | None
    """The data's own time; None when the poll failed."""
    outcome: str
    """``ok``, or the line that said what went wrong."""
    vectors: int | None = None
    skipped: int | None = None
    credits_remaining: int | None = None
    """None: the source did not say."""
    duration_ms: int | None = None


class QueuedAlert(Struct, frozen=True):
    """An alert that waits in the outbox."""

    id: int
    event: Event
    channel: str
    attempts: int


class Store:
    """The database at ``path``; made with its folder when missing, brought to the newest schema when older.

    Raises `StoreError` when it cannot be opened, is no database, or is newer than this program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _translated(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA foreign_keys = ON")
        if self._version() < len(MIGRATIONS):
            with self._transaction():
                for number in range(self._version(), len(MIGRATIONS)):
                    for statement in _statements(MIGRATIONS[number]):
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {number + 1}")
        if self._version() > len(MIGRATIONS):
            raise StoreError(
                f"{self.path}: written by a newer flightwatch (schema {self._version()}, this one knows "
                f"{len(MIGRATIONS)}): upgrade flightwatch, or use another --db"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        self._db.close()

    def tracks(self) -> dict[Icao24, Track]:
        """Every followed airframe's track."""
        with _translated(self.path):
            rows = self._db.execute("SELECT icao24, track FROM tracks").fetchall()
        return {icao24: _TRACK.decode(track) for icao24, track in rows}

    def last_poll_at(self) -> datetime | None:
        """The data's own time of the last good poll; None: there was none."""
        (at,) = self._one("SELECT max(at) FROM polls WHERE at IS NOT NULL")
        return _instant(at)

    def last_poll(self) -> PollRecord | None:
        """How the last poll went, good or not; None: there was none."""
        row = self._one(
            "SELECT started, at, outcome, vectors, skipped, credits_remaining, duration_ms FROM polls "
            "ORDER BY id DESC LIMIT 1"
        )
        return None if row is None else PollRecord(instant(row[0]), _instant(row[1]), *row[2:])

    def watching_since(self) -> datetime | None:
        """The data's own time of the first good poll; None: there was none."""
        (at,) = self._one("SELECT min(at) FROM polls WHERE at IS NOT NULL")
        return _instant(at)

    def commit(self, look: Look, record: PollRecord, alerts: Iterable[tuple[Event, str]]) -> None:
        """Everything one good poll changed, and the alerts (event and channel) that must go out, in one transaction."""
        with self._transaction():
            self._db.executemany(
                "INSERT INTO tracks VALUES (?, ?) ON CONFLICT (icao24) DO UPDATE SET track = excluded.track",
                [(icao24, msgspec.json.encode(track)) for icao24, track in look.tracks.items()],
            )
            self._db.executemany("DELETE FROM tracks WHERE icao24 = ?", [(icao24,) for icao24 in look.forgotten])
            self._db.executemany(
                f"INSERT OR REPLACE INTO visits ({_VISIT_COLUMNS}) VALUES ({', '.join('?' * 21)})",  # noqa: S608 constant
                [_visit_row(visit) for visit in look.visits],
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)",
                [
                    (e.id, e.icao24, e.visit, round(e.detected_at.timestamp()), msgspec.json.encode(e))
                    for e in look.events
                ],
            )
            self._db.executemany(
                "INSERT OR IGNORE INTO alerts (event, channel, queued) VALUES (?, ?, ?)",
                [(event.id, channel, round(event.detected_at.timestamp())) for event, channel in alerts],
            )
            self._record(record)

    def record_failure(self, record: PollRecord) -> None:
        """Remember a poll that brought nothing."""
        with self._transaction():
            self._record(record)

    def undelivered(self) -> list[QueuedAlert]:
        """The outbox, oldest first."""
        with _translated(self.path):
            rows = self._db.execute(
                "SELECT alerts.id, events.event, alerts.channel, alerts.attempts FROM alerts "
                "JOIN events ON events.id = alerts.event WHERE alerts.delivered IS NULL ORDER BY alerts.id"
            ).fetchall()
        return [QueuedAlert(id_, _EVENT.decode(event), channel, attempts) for id_, event, channel, attempts in rows]

    def undelivered_count(self) -> int:
        """How many alerts wait in the outbox."""
        (count,) = self._one("SELECT count(*) FROM alerts WHERE delivered IS NULL")
        return int(count)

    def mark_delivered(self, alert: QueuedAlert, at: datetime) -> None:
        """The alert reached its reader."""
        with self._transaction():
            self._db.execute(
                "UPDATE alerts SET delivered = ?, attempts = attempts + 1, error = NULL WHERE id = ?",
                (round(at.timestamp()), alert.id),
            )

    def mark_failed(self, alert: QueuedAlert, error: str) -> None:
        """The alert did not reach its reader this time."""
        with self._transaction():
            self._db.execute("UPDATE alerts SET attempts = attempts + 1, error = ? WHERE id = ?", (error, alert.id))

    def has_alert(self, event_id: str) -> bool:
        """Whether an alert about this event was ever queued."""
        return self._one("SELECT 1 FROM alerts WHERE event = ?", event_id) is not None

    def visits(
        self,
        *,
        icao24s: Sequence[Icao24] = (),
        airport_icao: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Visit]:
        """Visits that stand, newest first: of these airframes, or at this airport, or both; touching ``since``..``until``."""
        where, values = ["retracted IS NULL"], list[Any]()
        if icao24s:
            where.append(f"icao24 IN ({', '.join('?' * len(icao24s))})")
            values += icao24s
        if airport_icao is not None:
            where.append("airport_icao = ?")
            values.append(airport_icao)
        if since is not None:
            where.append("(departed_latest IS NULL OR departed_latest >= ?)")
            values.append(round(since.timestamp()))
        if until is not None:
            where.append("coalesce(arrived_earliest, arrived_latest) <= ?")
            values.append(round(until.timestamp()))
        with _translated(self.path):
            rows = self._db.execute(
                f"SELECT {_VISIT_COLUMNS} FROM visits WHERE {' AND '.join(where)} ORDER BY arrived_latest DESC, id",  # noqa: S608 constant
                values,
            ).fetchall()
        return [_visit(row) for row in rows]

    def icao24s_of(self, registration: str) -> list[Icao24]:
        """Airframes that were recorded under this tail number."""
        with _translated(self.path):
            rows = self._db.execute("SELECT DISTINCT icao24 FROM visits WHERE registration = ?", (registration,))
            return [icao24 for (icao24,) in rows]

    def _version(self) -> int:
        return int(self._one("PRAGMA user_version")[0])

    def _record(self, record: PollRecord) -> None:
        self._db.execute(
            "INSERT INTO polls (started, at, outcome, vectors, skipped, credits_remaining, duration_ms) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                round(record.started_at.timestamp()),
                _unix(record.at),
                record.outcome,
                record.vectors,
                record.skipped,
                record.credits_remaining,
                record.duration_ms,
            ),
        )

    def _one(self, sql: str, *values: Any) -> Any:
        with _translated(self.path):
            return self._db.execute(sql, values).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with _translated(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


@contextmanager
def poll_lock(path: Path) -> Iterator[bool]:
    """Hold the right to poll into the database at ``path``; yields False when another poll holds it.

    The operating system drops the lock with the process, so a crash leaves none behind.
    """
    lock = FileLock(path.with_name(path.name + ".lock"), timeout=0, mode=0o600)
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            lock.acquire()
        except Timeout:
            held = False
        else:
            held = True
    try:
        yield held
    finally:
        lock.release()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {_advice(error)}") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}: choose another --db") from error


def _advice(error: sqlite3.DatabaseError) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    return {
        sqlite3.SQLITE_BUSY: f"locked by another program for {BUSY_S:.0f} s: close it, nothing was written",
        sqlite3.SQLITE_LOCKED: "locked by another program: close it, nothing was written",
        sqlite3.SQLITE_FULL: "the disk is full: free some space, nothing was written",
        sqlite3.SQLITE_READONLY: "cannot be written: check its permissions and its folder's",
        sqlite3.SQLITE_CANTOPEN: "cannot be opened: check that it is a file in a folder you can write to",
        sqlite3.SQLITE_NOTADB: "is not a flightwatch database: choose another --db",
        sqlite3.SQLITE_CORRUPT: "is damaged: restore a copy, or move it away to start anew",
    }.get(code, f"{error}: check the file, or choose another --db")


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration one by one: sqlite3's executescript would commit the transaction around it."""
    statement = ""
    for line in script.splitlines():
        statement += line.partition("--")[0] + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _unix(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp())


def _instant(unix_s: int | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)


def _visit_row(visit: Visit) -> tuple[object, ...]:
    place, came, left = visit.airport, visit.arrival, visit.departure
    return (
        visit.id,
        visit.icao24,
        visit.registration,
        visit.callsign,
        *((place.icao, place.iata, place.name) if place else (None, None, None)),
        visit.latitude,
        visit.longitude,
        _unix(came.at),
        _unix(came.earliest),
        _unix(came.latest),
        came.basis,
        came.confidence,
        visit.landing,
        *(
            (_unix(left.at), _unix(left.earliest), _unix(left.latest), left.basis, left.confidence)
            if left
            else (None,) * 5
        ),
        _unix(visit.retracted_at),
    )


def _visit(row: Sequence[Any]) -> Visit:
    (id_, icao24, registration, callsign, icao, iata, name, latitude, longitude) = row[:9]
    came, landing, left, retracted = row[9:14], row[14], row[15:20], row[20]
    return Visit(
        id=id_,
        icao24=icao24,
        registration=registration,
        callsign=callsign,
        airport=None if icao is None else Place(icao, iata, name),
        latitude=latitude,
        longitude=longitude,
        arrival=Moment(_instant(came[0]), _instant(came[1]), instant(came[2]), came[3], came[4]),
        landing=landing,
        departure=None
        if left[2] is None
        else Moment(_instant(left[0]), _instant(left[1]), instant(left[2]), left[3], left[4]),
        retracted_at=_instant(retracted),
    )
