"""What polls put into the outbox, and what they take out of it that is not to be sent any more."""

import sqlite3
from datetime import datetime

import msgspec

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.queue import Changes, overtaken
from flightwatch.core.model import Event
from flightwatch.storage.rows import BLINDNESS_COLUMNS, blindness_row, unix


def apply(db: sqlite3.Connection, changes: Changes, delivered_at: datetime | None = None) -> None:
    """Put letters in and take withdrawn ones out, inside the caller's transaction.

    They are still to be delivered, unless ``delivered_at`` says when they were.
    """
    db.executemany(
        "UPDATE alerts SET ended = (SELECT max(detected) FROM events WHERE visit = ?1), outcome = 'withdrawn' "
        "WHERE ended IS NULL AND event IN (SELECT id FROM events WHERE visit = ?1)",
        [(visit,) for visit in changes.withdrawn],
    )
    db.executemany(
        "UPDATE alerts SET ended = ?, outcome = 'withdrawn' WHERE blindness = ? AND ended IS NULL AND begun IS NULL",
        [(unix(at), blindness) for blindness, at in overtaken(changes.letters)],
    )
    for letter in changes.letters:
        news, done = letter.news, unix(delivered_at)
        if isinstance(news, Blindness):
            db.execute(
                f"INSERT OR IGNORE INTO blindness ({BLINDNESS_COLUMNS}) VALUES (?, ?, ?, ?)",  # noqa: S608 constant
                blindness_row(news),
            )
        db.execute(
            "INSERT OR IGNORE INTO alerts (event, blindness, channel, queued, due, begun, ended, outcome, readers) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *((news.id, None) if isinstance(news, Event) else (None, news.id)),
                letter.channel,
                unix(letter.queued_at),
                unix(letter.due_at),
                done,
                done,
                None if done is None else "delivered",
                encoded(letter.readers),
            ),
        )


def encoded(readers: tuple[str, ...]) -> bytes | None:
    """JSON of those who are to get an alert; None: all of its channel."""
    return msgspec.json.encode(readers) if readers else None
