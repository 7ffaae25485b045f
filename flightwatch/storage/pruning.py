"""What is long past, taken out of the database: counted, deleted, and the room given back to the disk."""

from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from flightwatch.storage.rows import unix
from flightwatch.storage.schema import LEFT, SAYS_NOTHING
from flightwatch.storage.store import Store

_ENDED: Final = f"{LEFT} < :before"
_TOLD: Final = "ended < :before"
_EVENTS: Final = (
    "detected < :before "  # noqa: S608 constants
    "AND NOT EXISTS (SELECT 1 FROM alerts WHERE alerts.event = events.id AND NOT coalesce(ended < :before, 0)) "
    f"AND NOT EXISTS (SELECT 1 FROM visits WHERE visits.id = events.visit AND retracted IS NULL AND NOT {_ENDED})"
)
_BLINDNESS: Final = (
    "detected < :before AND NOT EXISTS "
    "(SELECT 1 FROM alerts WHERE alerts.blindness = blindness.id AND NOT coalesce(ended < :before, 0))"
)
_EVIDENCE: Final = (
    "until < :before AND NOT EXISTS (SELECT 1 FROM visits WHERE visits.icao24 = evidence.icao24 AND retracted IS NULL "  # noqa: S608 constants
    f"AND NOT {_ENDED} AND evidence.until >= coalesce(arrived_earliest, arrived_latest) - 86400)"
)
_ALWAYS: Final = (
    ("poll", "polls", f"started < :before AND {SAYS_NOTHING}", "120"),
    ("alert", "alerts", _TOLD, "150"),
    ("event", "events", _EVENTS, "150 + length(event)"),
    ("piece of evidence", "evidence", _EVIDENCE, "100 + length(start) + length(answers)"),
    ("blind time", "blindness", _BLINDNESS, "100 + length(blindness)"),
)
_NAMED: Final = (
    ("visit", "visits", _ENDED, "450"),
    ("OpenSky day", "flights", "day + 86400 < :before", "50 + length(flights)"),
    ("archived event", "archived_events", "detected < :before", "150 + length(event)"),
    ("archived visit", "archived_visits", _ENDED, "450"),
    ("flight", "legs", "ended < :before", "120 + length(fixes)"),
    ("trace", "traces", "day + 86400 < :before", "60 + coalesce(length(trace), 0)"),
    ("OpenSky track", "flight_tracks", "start < :before", "50 + length(track)"),
)
"""What goes: what a row is called, its table, which rows, and about how many bytes each takes with its indexes, as measured. In
this order no row goes before those that point to it."""


class Part(Struct, frozen=True):
    """How many rows of a kind go."""

    noun: str
    rows: int
    size: int
    """About how many bytes they take."""


def what_goes(store: Store, before: datetime, *, with_visits: bool) -> list[Part]:
    """Count what is from before an instant and would go, visits and OpenSky's flights where they are named."""
    parts = []
    with store.reading() as db:
        for noun, table, condition, size in _kinds(with_visits=with_visits):
            rows, taken = db.execute(
                f"SELECT count(*), coalesce(sum({size}), 0) FROM {table} WHERE {condition}",  # noqa: S608 constants
                {"before": unix(before)},
            ).fetchone()
            parts.append(Part(noun, rows, taken))
    return parts


def visits_ended(store: Store, before: datetime) -> int:
    """Count the visits that ended before an instant."""
    with store.reading() as db:
        row = db.execute(f"SELECT count(*) FROM visits WHERE {_ENDED}", {"before": unix(before)})  # noqa: S608 constant
        return int(row.fetchone()[0])


def prune(store: Store, before: datetime, *, with_visits: bool) -> None:
    """Delete what `what_goes` counts in one transaction. The caller holds the right to poll.

    Where visits go, nothing is said any more of the time before ``before``: it counts as not watched.
    """
    values = {"before": unix(before)}
    with store.writing() as db:
        for _, table, condition, _ in _kinds(with_visits=with_visits):
            db.execute(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608 constants
        if with_visits:
            db.execute("DELETE FROM listed WHERE until <= :before", values)
            db.execute("DELETE FROM look_ups WHERE looked < :before", values)
            db.execute("UPDATE OR IGNORE listed SET since = :before WHERE since < :before", values)


def give_back(store: Store) -> None:
    """Give the room of deleted rows back to the disk, which needs as much again meanwhile as the database takes afterwards."""
    with store.reading() as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def size_of(path: Path) -> int:
    """How many bytes the database takes, with what was written last."""
    log = path.with_name(f"{path.name}-wal")
    return path.stat().st_size + (log.stat().st_size if log.exists() else 0)


def _kinds(*, with_visits: bool) -> tuple[tuple[str, str, str, str], ...]:
    return (*_ALWAYS, *_NAMED) if with_visits else _ALWAYS
