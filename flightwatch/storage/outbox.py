"""The outbox in the database: alerts with their channel, what became of them, and when to try again."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from flightwatch.alerting.blindness import Blindness, blind_id
from flightwatch.alerting.queue import Changes, Posted, is_hopeless, pause_after
from flightwatch.core.model import Event, instant
from flightwatch.storage.schema import instant_or_none, unix
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import addressees

_EVENT = msgspec.json.Decoder(Event)
_BLINDNESS = msgspec.json.Decoder(Blindness)
_READERS = msgspec.json.Decoder(tuple[str, ...])
_IN_DOUBT: Final = "in doubt"
"""The outcome of what waits, while an attempt is under way and after one that ended nobody knows how."""

Outcome = Literal["delivered", "given up", "withdrawn"]


class QueuedAlert(Struct, frozen=True):
    """An alert that waits in the outbox."""

    id: int
    news: Event | Blindness
    channel: str
    due_at: datetime
    """When to try first."""
    attempts: int
    """That failed."""
    begun_at: datetime | None = None
    """When it was first handed to its channel, the same for all that went in one message; None: never."""
    readers: tuple[str, ...] = ()
    """Who must still get it, where others have it, or are not to; empty: all of the channel."""
    is_in_doubt: bool = False
    """Whether an attempt was begun of which nobody knows how it ended: they may have it."""


class Undelivered(Struct, frozen=True):
    """What a channel owes its readers."""

    channel: str
    waiting: int
    given_up: int
    error: str | None
    """Why the last attempt failed; None: none has."""


def apply(db: sqlite3.Connection, changes: Changes, delivered_at: datetime | None = None) -> None:
    """Put letters in and take withdrawn ones out, inside the caller's transaction.

    The letters must be delivered yet, unless ``delivered_at`` says when they were.
    """
    db.executemany(
        "UPDATE alerts SET ended = (SELECT max(detected) FROM events WHERE visit = ?1), outcome = 'withdrawn' "
        "WHERE ended IS NULL AND event IN (SELECT id FROM events WHERE visit = ?1)",
        [(visit,) for visit in changes.withdrawn],
    )
    for letter in changes.letters:
        news, done = letter.news, unix(delivered_at)
        if isinstance(news, Blindness):
            db.execute(
                "INSERT OR IGNORE INTO blindness VALUES (?, ?, ?)",
                (news.id, unix(news.detected_at), msgspec.json.encode(news)),
            )
            if news.until is not None:  # its beginning, if nobody was told yet, is no news any more
                db.execute(
                    "UPDATE alerts SET ended = ?, outcome = 'withdrawn' "
                    "WHERE blindness = ? AND ended IS NULL AND begun IS NULL",
                    (unix(news.detected_at), blind_id(news)),
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
                _encoded(letter.readers),
            ),
        )


def _encoded(readers: tuple[str, ...]) -> bytes | None:
    return msgspec.json.encode(readers) if readers else None


def _decoded(readers: bytes | None) -> tuple[str, ...]:
    return () if readers is None else _READERS.decode(readers)


class Outbox:
    """What waits in ``store`` for its readers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(self, now: datetime) -> list[QueuedAlert]:
        """What to try at ``now``, oldest first: all that waits for a channel of which one alert is due."""
        at = unix(now)
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT alerts.id, events.event, blindness.blindness, channel, due, attempts, begun, readers, outcome "
                "FROM alerts LEFT JOIN events ON events.id = alerts.event LEFT JOIN blindness ON blindness.id = alerts.blindness "
                "WHERE ended IS NULL AND due <= ?1 AND channel IN "
                "(SELECT channel FROM alerts WHERE ended IS NULL AND due <= ?1 AND coalesce(retry, 0) <= ?1) "
                "ORDER BY alerts.id",
                (at,),
            ).fetchall()
            return [
                QueuedAlert(
                    id_,
                    _EVENT.decode(event) if event is not None else _BLINDNESS.decode(blindness),
                    channel,
                    instant(due),
                    attempts,
                    instant_or_none(begun),
                    _decoded(readers),
                    outcome == _IN_DOUBT,
                )
                for id_, event, blindness, channel, due, attempts, begun, readers, outcome in rows
            ]

    def rename(self, old: str, new: str, at: datetime) -> None:
        """Have a channel deliver what waits for one that is named no more.

        What waited for a reader whom the new one has not waits for those whom it has more than the old one, as when an
        address was corrected; where there are none it is withdrawn, at ``at``.
        """
        kept, added = addressees(new), tuple(each for each in addressees(new) if each not in addressees(old))
        with self._store.writing() as db:
            rows = db.execute("SELECT id, readers FROM alerts WHERE ended IS NULL AND channel = ?", (old,)).fetchall()
            for id_, encoded in rows:
                renamed = db.execute("UPDATE OR IGNORE alerts SET channel = ?, retry = NULL WHERE id = ?", (new, id_))
                readers = _decoded(encoded)
                still = tuple(each for each in readers if each in kept)
                if not renamed.rowcount or len(still) == len(readers):
                    continue
                if heirs := still + added:
                    db.execute("UPDATE alerts SET readers = ? WHERE id = ?", (_encoded(heirs), id_))
                else:
                    db.execute("UPDATE alerts SET ended = ?, outcome = 'withdrawn' WHERE id = ?", (unix(at), id_))

    def begin(self, alerts: Sequence[QueuedAlert], at: datetime) -> None:
        """They are handed to their channel now; if nobody can say what came of it, their readers may have them."""
        self._update(
            "UPDATE alerts SET begun = coalesce(begun, ?), outcome = ? WHERE id = ?",
            [(unix(at), _IN_DOUBT, alert.id) for alert in alerts],
        )

    def end(self, alerts: Sequence[QueuedAlert], at: datetime, outcome: Outcome = "delivered") -> None:
        """They need not be tried any more."""
        # Who never got what is given up is kept, but not who may have.
        self._update(
            "UPDATE alerts SET readers = CASE outcome WHEN ? THEN NULL ELSE readers END, "
            "ended = ?, outcome = ?, retry = NULL WHERE id = ?",
            [(_IN_DOUBT, unix(at), outcome, alert.id) for alert in alerts],
        )

    def fail(self, alerts: Sequence[QueuedAlert], at: datetime, error: str) -> list[QueuedAlert]:
        """They did not reach their ``readers`` this time, unless they are in doubt; those that are given up for it."""
        hopeless = [alert for alert in alerts if is_hopeless(alert.due_at, at, alert.attempts + 1)]
        self._update(
            "UPDATE alerts SET attempts = attempts + 1, retry = ?, error = ?, readers = ?, outcome = ? WHERE id = ?",
            [
                (
                    unix(at + pause_after(alert.attempts + 1)),
                    error,
                    _encoded(alert.readers),
                    _IN_DOUBT if alert.is_in_doubt else None,
                    alert.id,
                )
                for alert in alerts
            ],
        )
        self.end(hopeless, at, "given up")
        return hopeless

    def posted(self, events: Iterable[str]) -> dict[str, dict[str, Posted]]:
        """What became of these events' alerts so far, by event and channel."""
        became: dict[str, dict[str, Posted]] = {}
        with self._store.reading() as db:
            for event in events:
                rows = db.execute(
                    "SELECT channel, begun IS NOT NULL, ended IS NULL, "
                    "CASE WHEN outcome IS NULL OR outcome = 'given up' THEN readers END FROM alerts WHERE event = ?",
                    (event,),
                )
                became[event] = {
                    channel: Posted(bool(begun), bool(waits), _decoded(lacking))
                    for channel, begun, waits, lacking in rows
                }
        return became

    def undelivered(self, since: datetime) -> list[Undelivered]:
        """Each channel that owes its readers something, or gave up something after ``since``, by name."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT channel, sum(ended IS NULL), sum(ended IS NOT NULL), max(error) FROM alerts "
                "WHERE ended IS NULL OR (outcome = 'given up' AND ended >= ?) GROUP BY channel ORDER BY channel",
                (unix(since),),
            ).fetchall()
        return [Undelivered(*row) for row in rows]

    def _update(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with self._store.writing() as db:
                db.executemany(sql, rows)
