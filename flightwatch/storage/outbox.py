"""The outbox in the database as it is delivered: alerts with their channel, what became of them, and when to try again."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from flightwatch.alerting.attempts import (
    IN_DOUBT,
    Outcome,
    QueuedAlert,
    channels_to_try,
    inherited,
    lacking_at_the_end,
    posted_as,
)
from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.queue import Posted, is_hopeless, pause_after
from flightwatch.core.digest_times import DigestTime
from flightwatch.core.model import Event, instant
from flightwatch.errors import DamagedRow
from flightwatch.known_secrets import SECRETS
from flightwatch.storage.letters import encoded
from flightwatch.storage.rows import (
    BLINDNESS_COLUMNS,
    EVENT_COLUMNS,
    blindness_of,
    event_of,
    instant_or_none,
    unix,
)
from flightwatch.storage.store import Store

_READERS = msgspec.json.Decoder(tuple[str, ...])

_STILL = "SELECT id FROM alerts WHERE ended IS NULL AND id IN (SELECT value FROM json_each(?))"

T = TypeVar("T")

_PAUSES = "SELECT channel, until FROM pauses"

_GOES = (
    "ended IS NULL AND due <= ?1 "
    "AND NOT (message IS NULL AND event IS NOT NULL AND channel IN (SELECT value FROM json_each(?2)))"
)
"""What may go now, but for pauses; ?2 are the channels of which what was never handed over waits for a digest."""

_LOOKED_THROUGH: Final = 10_000
"""Newest alerts among which the last that was handed to a channel is looked for: 2 ms, while something waits for a digest."""


class Undelivered(Struct, frozen=True):
    """What a channel owes its readers."""

    channel: str
    waiting: int
    given_up: int
    error: str | None
    """Why the last attempt failed; None: none has."""


def _ids(alerts: Sequence[QueuedAlert]) -> str:
    return msgspec.json.encode([alert.id for alert in alerts]).decode()


def _decoded(readers: bytes | None) -> tuple[str, ...]:
    return () if readers is None else _READERS.decode(readers)


class Outbox:
    """What waits in ``store`` for its readers. ``digests`` are the times of the channels that get digests."""

    def __init__(self, store: Store, digests: Mapping[str, DigestTime] = {}) -> None:
        self._store = store
        self.digests = digests

    def due(self, now: datetime) -> list[QueuedAlert]:
        """What to try at ``now``, oldest first: all that waits for a channel of which one alert is due.

        For a channel that gets digests nothing new is due before the time of one. What was handed over before is tried again,
        and word of blindness goes at once.
        """
        with self._store.reading() as db:
            held = self._held(db, now)
            retries = db.execute(
                f"SELECT DISTINCT channel, retry FROM alerts WHERE {_GOES}",  # noqa: S608 constant
                (unix(now), held),
            ).fetchall()
            pauses = {channel: instant(until) for channel, until in db.execute(_PAUSES)}
            channels = channels_to_try(((channel, instant_or_none(retry)) for channel, retry in retries), pauses, now)
            rows = db.execute(
                "SELECT id, coalesce(event, blindness), channel, due, coalesce(begun, due), attempts, message, readers, "  # noqa: S608 constant
                "outcome, event IS NOT NULL FROM alerts "
                f"WHERE {_GOES} AND channel IN (SELECT value FROM json_each(?3)) ORDER BY id",
                (unix(now), held, msgspec.json.encode([*channels]).decode()),
            ).fetchall()
            return [
                QueuedAlert(
                    id=id_,
                    about=about,
                    channel=channel,
                    due_at=instant(max(due, begun) if channel in self.digests else due),
                    attempts=attempts,
                    message=message,
                    readers=_decoded(readers),
                    is_in_doubt=outcome == IN_DOUBT,
                    is_event=bool(is_event),
                )
                for id_, about, channel, due, begun, attempts, message, readers, outcome, is_event in rows
            ]

    def _held(self, db: sqlite3.Connection, now: datetime) -> str:
        """The channels of which what was never handed over waits for a digest, as a JSON array."""
        if not self.digests:
            return "[]"
        from flightwatch.alerting.digests import AHEAD, is_held

        polled = db.execute("SELECT at - gap FROM polls WHERE at IS NOT NULL ORDER BY at DESC LIMIT 1").fetchone()
        before = None if polled is None else instant_or_none(polled[0])
        held = list[str]()
        for channel, when in self.digests.items():
            (due,) = db.execute(
                "SELECT min(due) FROM alerts WHERE ended IS NULL AND message IS NULL AND event IS NOT NULL AND channel = ?",
                (channel,),
            ).fetchone()
            if due is None or due > unix(now):
                continue
            (begun,) = db.execute(
                "SELECT max(begun) FROM (SELECT * FROM alerts ORDER BY id DESC LIMIT ?) "
                "WHERE channel = ? AND event IS NOT NULL AND begun <= ?",
                (_LOOKED_THROUGH, channel, unix(now + AHEAD)),
            ).fetchone()
            if is_held(when, now, instant(due), last_begun=instant_or_none(begun), polled_before=before):
                held.append(channel)
        return msgspec.json.encode(held).decode()

    def event(self, alert: QueuedAlert) -> Event:
        """The event that an alert tells. Raises `DamagedRow` where the database does not hold what was written."""
        return self._written(f"SELECT {EVENT_COLUMNS} FROM events WHERE id = ?", alert, event_of)  # noqa: S608 constant

    def blindness(self, alert: QueuedAlert) -> Blindness:
        """The blindness that an alert tells. Raises `DamagedRow` where the database does not hold what was written."""
        return self._written(f"SELECT {BLINDNESS_COLUMNS} FROM blindness WHERE id = ?", alert, blindness_of)  # noqa: S608 constant

    def channels(self) -> set[str]:
        """The channels for which something waits, due or not."""
        with self._store.reading() as db:
            return {channel for (channel,) in db.execute("SELECT DISTINCT channel FROM alerts WHERE ended IS NULL")}

    def has_failed(self, channel: str) -> bool:
        """Tell whether a channel failed when it was last tried."""
        with self._store.reading() as db:
            return db.execute("SELECT 1 FROM pauses WHERE channel = ?", (channel,)).fetchone() is not None

    def rename(self, old: str, new: str, at: datetime) -> None:
        """Have a channel deliver what waits for one that is named no more, to those whom `inherited` names.

        What is left to nobody is withdrawn, at ``at``.
        """
        with self._store.writing() as db:
            # That a landing was withdrawn before anybody was told of it says how its correction is told.
            db.execute(
                "UPDATE OR IGNORE alerts SET channel = ? WHERE channel = ? AND outcome = 'withdrawn' AND begun IS NULL",
                (new, old),
            )
            rows = db.execute("SELECT id, readers FROM alerts WHERE ended IS NULL AND channel = ?", (old,)).fetchall()
            for id_, kept in rows:
                renamed = db.execute("UPDATE OR IGNORE alerts SET channel = ?, retry = NULL WHERE id = ?", (new, id_))
                if not renamed.rowcount:
                    continue
                readers = inherited(_decoded(kept), old, new)
                if readers is None:
                    db.execute("UPDATE alerts SET ended = ?, outcome = 'withdrawn' WHERE id = ?", (unix(at), id_))
                else:
                    db.execute("UPDATE alerts SET readers = ? WHERE id = ?", (encoded(readers), id_))

    def begin(self, alerts: Sequence[QueuedAlert], at: datetime) -> bool:
        """Note that these are handed to their channel now, in one message; False, and nothing noted, where one waits no more.

        A poll may withdraw an alert while it is composed. Where nobody can say what came of a message, its readers may have it.
        """
        first = min((alert.id for alert in alerts), default=None)
        with self._store.writing() as db:
            if len(db.execute(_STILL, (_ids(alerts),)).fetchall()) < len(alerts):
                return False
            db.executemany(
                "UPDATE alerts SET begun = coalesce(begun, ?), message = coalesce(message, ?), outcome = ? WHERE id = ?",
                [(unix(at), first, IN_DOUBT, alert.id) for alert in alerts],
            )
        return True

    def still_waiting(self, alerts: Sequence[QueuedAlert]) -> list[QueuedAlert]:
        """Those of the alerts that were not withdrawn meanwhile."""
        with self._store.reading() as db:
            ids = {id_ for (id_,) in db.execute(_STILL, (_ids(alerts),))}
        return [alert for alert in alerts if alert.id in ids]

    def end(self, alerts: Sequence[QueuedAlert], at: datetime, outcome: Outcome = "delivered") -> None:
        """Note that these alerts need not be tried any more, and how they ended."""
        self._update(
            "UPDATE alerts SET readers = ?, ended = ?, outcome = ?, retry = NULL WHERE id = ?",
            [(encoded(lacking_at_the_end(alert, outcome)), unix(at), outcome, alert.id) for alert in alerts],
        )

    def pause(self, channel: str, at: datetime, asked: timedelta | None = None) -> datetime:
        """Note that a channel failed; return until when nothing is tried that waits for it, or comes meanwhile.

        ``asked`` is how long its service said to wait; None: it did not say.
        """
        with self._store.writing() as db:
            row = db.execute("SELECT failures FROM pauses WHERE channel = ?", (channel,)).fetchone()
            failures = 1 if row is None else row[0] + 1
            until = at + pause_after(failures, asked)
            db.execute("INSERT OR REPLACE INTO pauses VALUES (?, ?, ?)", (channel, failures, unix(until)))
        return until

    def resume(self, channel: str) -> None:
        """Note that a channel works."""
        with self._store.writing() as db:
            db.execute("DELETE FROM pauses WHERE channel = ?", (channel,))

    def end_pause(self, channel: str, now: datetime) -> int:
        """Have all that waits for a channel tried by the next poll, as one digest; return how many alerts that are."""
        with self._store.writing() as db:
            db.execute("UPDATE pauses SET failures = 0, until = 0 WHERE channel = ?", (channel,))
            db.execute("UPDATE alerts SET retry = NULL WHERE ended IS NULL AND channel = ?", (channel,))
            (waiting,) = db.execute(
                f"SELECT count(*) FROM alerts WHERE {_GOES} AND channel = ?3",  # noqa: S608 constant
                (unix(now), self._held(db, now), channel),
            ).fetchone()
        return int(waiting)

    def fail(
        self, alerts: Sequence[QueuedAlert], at: datetime, error: str, retry_at: datetime | None = None
    ) -> list[QueuedAlert]:
        """Note that these did not reach their ``readers``, unless they are in doubt; return those that are given up for it.

        Each is tried again after a pause of its own unless ``retry_at`` says when.
        """
        hopeless = [alert for alert in alerts if is_hopeless(alert.due_at, at, alert.attempts + 1)]
        self._update(
            "UPDATE alerts SET attempts = attempts + 1, retry = ?, error = ?, readers = ?, outcome = ? "
            "WHERE id = ? AND ended IS NULL",
            [
                (
                    unix(retry_at or at + pause_after(alert.attempts + 1)),
                    SECRETS.hidden(error),
                    encoded(alert.readers),
                    IN_DOUBT if alert.is_in_doubt else None,
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
                    "SELECT channel, begun IS NOT NULL, ended IS NULL, outcome, readers FROM alerts WHERE event = ?",
                    (event,),
                )
                became[event] = {
                    channel: posted_as(outcome, _decoded(readers), was_begun=bool(begun), is_waiting=bool(waits))
                    for channel, begun, waits, outcome, readers in rows
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
        return [
            Undelivered(channel, waiting, given_up, None if error is None else SECRETS.hidden(error))
            for channel, waiting, given_up, error in rows
        ]

    def _written(self, sql: str, alert: QueuedAlert, read: Callable[[Sequence[Any]], T]) -> T:
        with self._store.reading() as db:
            row = db.execute(sql, (alert.about,)).fetchone()
            if row is None:
                raise DamagedRow(f"{self._store.path}: what alert {alert.id} tells is missing")
            return read(row)

    def _update(self, sql: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            with self._store.writing() as db:
                db.executemany(sql, rows)
