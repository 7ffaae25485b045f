"""What a database knows of the flights of one airframe: those that are kept, and the one that its track still holds."""

from datetime import datetime

from flightwatch.core.model import Icao24
from flightwatch.storage.legs import Flown, fixes_of, read_flown
from flightwatch.storage.rows import instant_or_none, unix
from flightwatch.storage.store import Store
from flightwatch.storage.tracks import TRACK_COLUMNS, TRACK_TABLES, TrackRows, all_held


def flown(store: Store, icao24: Icao24, since: datetime, until: datetime) -> list[Flown]:
    """What is kept of an airframe's flights that touches a time, oldest first.

    Damaged rows are left out: see `Store.take_left_out`.
    """
    with store.reading() as db:
        found, damaged = read_flown(db, icao24, round(since.timestamp()), round(until.timestamp()))
    store.leave_out(damaged)
    return found


def flying(store: Store, icao24: Icao24) -> Flown | None:
    """What an airframe's track holds of its last flight, beside what `flown` has; None: nothing."""
    sql = f"SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} WHERE icao24 = ?"  # noqa: S608 constants
    with store.reading() as db:
        tracks, damaged = TrackRows().read(db.execute(sql, (icao24,)).fetchall())
    store.leave_out(damaged)
    track = tracks.get(icao24)
    fixes = [] if track is None else fixes_of(all_held(track.reports))
    return None if track is None or not fixes else Flown(icao24, tuple(fixes), tuple(sorted(track.heard_by)))


def flights_kept(store: Store, icao24: Icao24) -> tuple[bool, bool]:
    """Whether flights of an airframe are kept, and whether traces are."""
    kept = "EXISTS (SELECT 1 FROM {} WHERE icao24 = ?1)"
    with store.reading() as db:
        sql = f"SELECT {kept.format('legs')}, {kept.format('traces')}"
        legs, traces = db.execute(sql, (icao24,)).fetchone()
        return bool(legs), bool(traces)


def flights_around(store: Store, icao24: Icao24, at: datetime) -> tuple[datetime | None, datetime | None]:
    """From when on the flight of an airframe before a time can have been, by the visit before; and when the next visit began.

    None: there is none. Those that archives tell of count too.
    """
    every = (
        "SELECT arrived_latest, coalesce(departed_earliest, departed_latest, arrived_latest) AS gone FROM {} "
        "WHERE icao24 = ?1 AND arrived_latest {} ?2 AND retracted IS NULL ORDER BY arrived_latest {} LIMIT 1"
    )
    values, tables = (icao24, unix(at)), ("visits", "archived_visits")
    with store.reading() as db:
        before = [db.execute(every.format(table, "<", "DESC"), values).fetchone() for table in tables]
        after = [db.execute(every.format(table, ">", ""), values).fetchone() for table in tables]
        return (
            instant_or_none(max((row[1] for row in before if row is not None), default=None)),
            instant_or_none(min((row[0] for row in after if row is not None), default=None)),
        )
