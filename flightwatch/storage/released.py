"""The database as it may be shown to readers from whom something is held back: for a time, or for good.

What is held back is taken out of the reader's sight: tables and views of the connection's own stand before those of the file, so
that whoever reads by it cannot come upon the rest. A table of which no rule is written here is empty to such a reader.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.ids import departure_id, identity
from flightwatch.core.model import Event
from flightwatch.core.visits import Visit
from flightwatch.storage.errors import NOT_AS_WRITTEN
from flightwatch.storage.rows import (
    ARCHIVED_COLUMNS,
    EVENT_COLUMNS,
    VISIT_COLUMNS,
    archived_of,
    event_of,
    unix,
    visit_row,
    visits_of,
)
from flightwatch.storage.store import READ_AT_ONCE, Store
from flightwatch.tracking.events import as_first_told
from flightwatch.tracking.track import Track

WHOLE: Final = frozenset({"earlier_reports", "sources", "trace_days"})
"""Tables that hold nothing of their own: reports of tracks that are shown, who is asked, which days a service has."""

SEEN: Final[Mapping[str, str]] = {
    "events": "SELECT * FROM main.events WHERE EXISTS (SELECT 1 FROM released_events WHERE released_events.id = events.id)",
    "tracks": "SELECT * FROM main.tracks WHERE icao24 IN (SELECT icao24 FROM released_tracks)",
    "polls": "SELECT * FROM main.polls WHERE at <= {until} OR (at IS NULL AND started <= {until})",
    "listed": "SELECT subject, since, CASE WHEN listed.until <= {until} THEN listed.until END AS until FROM main.listed "
    "WHERE since <= {until}",
    "legs": "SELECT * FROM main.legs WHERE {delay} = 0 AND icao24 IN (SELECT icao24 FROM released_airframes)",
    "flights": "SELECT * FROM main.flights WHERE asked <= {until} AND icao24 IN (SELECT icao24 FROM released_airframes)",
    "flight_tracks": "SELECT * FROM main.flight_tracks WHERE asked <= {until}",
    "traces": "SELECT * FROM main.traces WHERE asked <= {until} AND icao24 IN (SELECT icao24 FROM released_airframes)",
    "archived_visits": "SELECT * FROM main.archived_visits WHERE id IN (SELECT id FROM released_archived)",
    "archived_events": "SELECT * FROM main.archived_events WHERE visit IN (SELECT id FROM released_archived)",
}
"""What is seen of a table, ``until`` in Unix seconds, and ``delay`` in seconds. Behind one nobody sees the ways
of flights: how far they go on would tell that they did."""


class Release(Struct, frozen=True):
    """What readers may see."""

    until: datetime
    """What was decided later is held back, in the data's own time; but not that a landing they saw was taken back."""
    delay: timedelta
    """How long that is ago."""
    admits: Callable[[Visit], bool]
    """Tells whether a visit is for these readers."""
    follows: Callable[[Track], bool]
    """Tells whether it may be seen where an airframe was heard last."""
    knows: Callable[[str], bool]
    """Tells whether all that is known of an airframe's past, by its icao24, is for them."""


def hold_back(store: Store, release: Release) -> None:
    """Take out of sight, for as long as the store is open, what its readers may not see; and have it stand still for them.

    The store must be one that only reads. Damaged rows are left out: see `Store.take_left_out`.
    """
    tracks = [(icao24,) for icao24, track in store.tracks().items() if release.follows(track)]
    until = unix(release.until)
    with store.reading() as db:
        db.execute("PRAGMA query_only = OFF")  # which forbids tables of the connection's own as well
        db.execute("PRAGMA temp_store = MEMORY")
        db.execute("BEGIN")
        visits = [*_visits(store, db, release)]
        _fill(db, "visits", f"CREATE TABLE temp.visits ({VISIT_COLUMNS}, PRIMARY KEY (id))", map(visit_row, visits))
        db.execute("CREATE INDEX temp.of_airframe ON visits (icao24, arrived_latest)")
        db.execute("CREATE INDEX temp.at_airport ON visits (airport_icao, arrived_latest)")
        _fill(db, "released_tracks", "CREATE TABLE temp.released_tracks (icao24 PRIMARY KEY)", tracks)
        archived = {(visit.id,) for visit in _archived(store, db) if _is_past(visit, release) and release.admits(visit)}
        _fill(db, "released_archived", "CREATE TABLE temp.released_archived (id PRIMARY KEY)", archived)
        flown = db.execute(
            "SELECT icao24 FROM main.flights UNION SELECT icao24 FROM main.legs UNION SELECT icao24 FROM main.traces "
            "UNION SELECT icao24 FROM main.events WHERE visit = ''"
        )
        known = [each for each in flown.fetchall() if release.knows(*each)]
        _fill(db, "released_airframes", "CREATE TABLE temp.released_airframes (icao24 PRIMARY KEY)", known)
        _release_events(db, until, [visit for visit in visits if visit.retracted_at is not None])
        for (name,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if name != "visits" and name not in WHOLE and not name.startswith("sqlite_"):
                seen = SEEN.get(name, f"SELECT * FROM main.{name} WHERE 0")  # noqa: S608 a name of the schema
                db.execute(
                    f"CREATE TEMP VIEW {name} AS {seen.format(until=until, delay=round(release.delay.total_seconds()))}"
                )


def each_event(store: Store) -> Iterator[Event]:
    """The events that are seen, the last decided first, read as they are asked for."""
    with store.reading() as db:
        rows = db.execute(f"SELECT {EVENT_COLUMNS} FROM events ORDER BY detected DESC, id")  # noqa: S608 constant
        for row in rows:
            try:
                yield event_of(row)
            except NOT_AS_WRITTEN:
                store.leave_out([f"the event {row[0]!r:.40} of {row[1]!r:.40}"])


def whose_visits(store: Store) -> tuple[set[str], set[str]]:
    """The airframes and the airports, by icao24 and ICAO code, of which a visit may be seen."""
    with store.reading() as db:
        rows = db.execute(
            "SELECT icao24, airport_icao FROM visits WHERE retracted IS NULL UNION "
            "SELECT icao24, airport_icao FROM archived_visits UNION SELECT icao24, NULL FROM flights"
        ).fetchall()
    return {icao24 for icao24, _ in rows}, {airport for _, airport in rows if airport is not None}


def flown_as(store: Store) -> list[tuple[str, str | None, str | None]]:
    """The airframes of which a visit may be seen, or was taken back: with a callsign that they came as, and the tail number."""
    with store.reading() as db:
        return db.execute(
            "SELECT DISTINCT icao24, callsign, registration FROM visits ORDER BY arrived_latest"
        ).fetchall()


def _release_events(db: sqlite3.Connection, until: int | None, withdrawn: Iterable[Visit]) -> None:
    """Note which events are seen: those of visits that are, in flights of airframes that are, and what took back visits."""
    taken_back = [(identity("retraction", visit.id),) for visit in withdrawn]
    _fill(db, "released_events", "CREATE TABLE temp.released_events (id TEXT PRIMARY KEY) WITHOUT ROWID", taken_back)
    db.execute(
        "INSERT OR IGNORE INTO released_events SELECT id FROM main.events WHERE detected <= ? AND "
        "(visit IN (SELECT id FROM temp.visits) OR (visit = '' AND icao24 IN (SELECT icao24 FROM released_airframes)))",
        (until,),
    )


def _fill(db: sqlite3.Connection, table: str, made_by: str, rows: Iterable[tuple[object, ...]]) -> None:
    db.execute(made_by)
    columns = len(db.execute(f"PRAGMA temp.table_info({table})").fetchall())
    db.executemany(f"INSERT INTO temp.{table} VALUES ({', '.join('?' * columns)})", rows)  # noqa: S608 our own


def _visits(store: Store, db: sqlite3.Connection, release: Release) -> Iterator[Visit]:
    """The visits that are seen, as they are seen; also those that were taken back after they could be seen."""
    detected = dict(db.execute("SELECT id, detected FROM main.events"))
    rows = db.execute(f"SELECT {VISIT_COLUMNS} FROM main.visits")  # noqa: S608 constant
    while some := rows.fetchmany(READ_AT_ONCE):
        visits, damaged = visits_of(some)
        store.leave_out(damaged)
        for visit in visits:
            seen = _seen(visit, release, detected, db)
            if seen is not None and release.admits(seen):
                yield seen


def _seen(visit: Visit, release: Release, detected: Mapping[str, int], db: sqlite3.Connection) -> Visit | None:
    """A visit as readers may see it; None: not yet, or not at all."""
    until, known_at = release.until.timestamp(), detected.get(visit.landing or "", unix(visit.arrival.latest))
    if known_at is None or known_at > until:
        return None
    if visit.retracted_at is not None:
        was_seen = visit.retracted_at.timestamp() - known_at >= release.delay.total_seconds()
        return visit if was_seen else None
    if not release.delay:
        return visit
    left = visit.departure
    if left is not None and detected.get(departure_id(visit), left.latest.timestamp()) <= until:
        return visit
    landing = _event(visit.landing, db)
    return replace(visit, departure=None) if landing is None else as_first_told(visit, landing)


def _event(id_: str | None, db: sqlite3.Connection) -> Event | None:
    row = db.execute(f"SELECT {EVENT_COLUMNS} FROM main.events WHERE id = ?", (id_,)).fetchone()  # noqa: S608 constant
    try:
        return None if row is None else event_of(row)
    except NOT_AS_WRITTEN:
        return None


def _archived(store: Store, db: sqlite3.Connection) -> Iterator[Visit]:
    for row in db.execute(f"SELECT {ARCHIVED_COLUMNS} FROM main.archived_visits"):  # noqa: S608 constant
        try:
            yield archived_of(row)
        except NOT_AS_WRITTEN:
            store.leave_out([f"the archived visit {row[0]!r:.40} of {row[1]!r:.40}"])


def _is_past(visit: Visit, release: Release) -> bool:
    return max(end.latest for end in visit.ends) <= release.until
