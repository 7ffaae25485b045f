"""Visits that were found in archives, with the events and state vectors that show them, each marked with its archive's name.

They stand beside what polls found: an archive may tell of times that nobody watched, and of others otherwise. Nothing of them
is told through a channel.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from flightwatch.core.model import Event, Icao24
from flightwatch.core.visits import Visit
from flightwatch.storage.database import Transaction
from flightwatch.storage.errors import NOT_AS_WRITTEN
from flightwatch.storage.rows import (
    ARCHIVED_COLUMNS,
    EVENT_COLUMNS,
    archived_of,
    archived_row,
    event_row,
    unix,
)
from flightwatch.storage.store import Store


class Archived(Struct, frozen=True):
    """What an archive tells of one airframe in a time."""

    source: str
    """The archive's name, as history shows it."""
    icao24: Icao24
    since: datetime
    until: datetime
    """The time that was looked through, its end excluded."""
    visits: Sequence[Visit]
    """None of them open, as no archive tells of now: see `visits.may_be_there`."""
    events: Sequence[Event]
    """The landings and departures that the visits began and ended with, with their evidence. Of a visit of before the time, only
    what is new."""
    gone: Sequence[str] = ()
    """Ids of visits of before the time that do not stand any more."""


def keep_archived(db: Transaction, found: Archived) -> None:
    """Put what an archive tells in the place of what the same archive told of this airframe and time, in a transaction.

    The same again changes nothing.
    """
    arrived = (found.source, found.icao24, unix(found.since), unix(found.until))
    there = db.execute(
        "SELECT id FROM archived_visits WHERE source = ? AND icao24 = ? AND arrived_latest >= ? AND arrived_latest < ?",
        arrived,
    ).fetchall()
    stay = {visit.id for visit in found.visits}
    gone = [(found.source, id_) for id_ in [*found.gone, *(id_ for (id_,) in there)] if id_ not in stay]
    db.executemany("DELETE FROM archived_events WHERE source = ? AND visit = ?", gone)
    db.executemany("DELETE FROM archived_visits WHERE source = ? AND id = ?", gone)
    db.executemany(
        f"INSERT OR REPLACE INTO archived_visits ({ARCHIVED_COLUMNS}) VALUES ({'?, ' * ARCHIVED_COLUMNS.count(',')}?)",  # noqa: S608 constant
        [archived_row(visit, found.source) for visit in found.visits],
    )
    db.executemany(
        f"INSERT OR REPLACE INTO archived_events ({EVENT_COLUMNS}, source) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 constant
        [(*event_row(event), found.source) for event in found.events],
    )


def archived_visits(store: Store, icao24s: Iterable[Icao24]) -> list[Visit]:
    """The visits of these airframes that archives tell of, oldest first. Damaged rows are left out: see `Store.take_left_out`."""
    visits = list[Visit]()
    with store.reading() as db:
        for icao24 in icao24s:
            rows = db.execute(
                f"SELECT {ARCHIVED_COLUMNS} FROM archived_visits WHERE icao24 = ? ORDER BY arrived_latest, id, source",  # noqa: S608 constant
                (icao24,),
            )
            for row in rows.fetchall():
                try:
                    visits.append(archived_of(row))
                except NOT_AS_WRITTEN:
                    store.leave_out([f"the archived visit {row[0]!r:.40} of {row[1]!r:.40}"])
    return visits


def archived_airframes(store: Store) -> set[Icao24]:
    """The airframes of which archives tell any visit."""
    with store.reading() as db:
        return {icao24 for (icao24,) in db.execute("SELECT DISTINCT icao24 FROM archived_visits")}
