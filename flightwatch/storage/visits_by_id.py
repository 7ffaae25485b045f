"""One visit by the beginning of its id, watched or archived, and what was told of it."""

from msgspec import Struct

from flightwatch.core.model import Event
from flightwatch.core.visits import Visit
from flightwatch.storage.rows import ARCHIVED_COLUMNS, EVENT_COLUMNS, VISIT_COLUMNS, archived_of, event_of, visit_of
from flightwatch.storage.store import Store

MOST_SHOWN = 5
"""Visits that are looked for: more need not be named."""


class Told(Struct, frozen=True):
    """A visit with all its events, oldest first."""

    visit: Visit
    events: tuple[Event, ...]
    archive: str | None = None
    """The archive that it was found in; None: polls told of it."""


def ids_beginning(store: Store, start: str) -> list[str]:
    """Ids of visits that begin with these hex digits, at most `MOST_SHOWN`."""
    found: set[str] = set()
    with store.reading() as db:
        for table in ("visits", "archived_visits"):
            rows = db.execute(
                f"SELECT DISTINCT id FROM {table} WHERE id >= ?1 AND id < ?1 || 'g' LIMIT ?2",  # noqa: S608 constants
                (start, MOST_SHOWN),
            )
            found.update(id_ for (id_,) in rows)
    return sorted(found)[:MOST_SHOWN]


def told_of(store: Store, id_: str) -> Told:
    """The visit with this id, which is there. Raises `DamagedRow` for a damaged one."""
    with store.reading() as db:
        row = db.execute(f"SELECT {VISIT_COLUMNS} FROM visits WHERE id = ?", (id_,)).fetchone()  # noqa: S608 constant
        table = "events" if row is not None else "archived_events"
        kept = db.execute(
            f"SELECT {EVENT_COLUMNS} FROM {table} WHERE visit = ? ORDER BY detected, id",  # noqa: S608 constants
            (id_,),
        ).fetchall()
        if row is not None:
            return Told(visit_of(row), tuple(map(event_of, kept)))
        archived = db.execute(
            f"SELECT {ARCHIVED_COLUMNS} FROM archived_visits WHERE id = ? ORDER BY source LIMIT 1",  # noqa: S608 constant
            (id_,),
        ).fetchone()
    visit = archived_of(archived)
    events = {event.id: event for event in map(event_of, kept)}
    return Told(visit, tuple(events.values()), visit.arrival.archive)
