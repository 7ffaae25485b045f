"""How one poll went, and the row that keeps it."""

import sqlite3
from datetime import datetime

import msgspec
from msgspec import Struct

from flightwatch.alerting.answer_times import Begun, Uptime
from flightwatch.core.model import Query, instant
from flightwatch.known_secrets import SECRETS
from flightwatch.storage.rows import instant_or_none, unix
from flightwatch.storage.schema import SAYS_NOTHING

ASKED_KEPT_S = 3 * 86_400
"""How long it is remembered what polls asked, s: the budget looks back two days."""

_OUTVOTED = "the answer's time was ahead of those that came after"


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
    asked: tuple[Query, ...] | None = None
    """Empty: nothing was asked, and ``outcome`` says why. None: not known."""
    balances: tuple[int | None, ...] = ()
    """Credits left after each query; None where the source did not say."""
    signed_in: bool = False
    """True if an account was used."""
    silent_until: datetime | None = None
    """After a 429: until when nothing is asked; None: there was none."""
    uptime: Uptime | None = None
    """How long this machine had been running when the poll began; None: not known."""
    claimed: datetime | None = None
    """The time of an answer that was not used for its time; None: there was none."""

    @property
    def begun(self) -> Begun:
        """When it began, by both clocks."""
        return Begun(self.started_at, self.uptime)

    @property
    def is_idle(self) -> bool:
        """Tell whether it asked nothing, on purpose."""
        return self.asked == ()


def last_record(db: sqlite3.Connection) -> PollRecord | None:
    """How the last poll went, good or not; None: there was none."""
    row = db.execute(
        "SELECT started, at, outcome, vectors, skipped, credits_remaining, duration_ms, asked = '[]' FROM polls "
        "ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    started, at, outcome, vectors, skipped, credits_left, duration_ms, is_idle = row
    return PollRecord(
        started_at=instant(started),
        at=instant_or_none(at),
        outcome=SECRETS.hidden(outcome),  # older versions wrote what they were told
        vectors=vectors,
        skipped=skipped,
        credits_remaining=credits_left,
        duration_ms=duration_ms,
        asked=() if is_idle else None,
    )


def keep_record(db: sqlite3.Connection, record: PollRecord) -> None:
    """Write how a poll went. Good polls that were not before it are good no more: their answers were ahead of time.

    Polls of long ago are forgotten with it, but for what tells of a time without one.
    """
    started = int(record.started_at.timestamp())  # never after the next poll's
    db.execute("UPDATE polls SET at = NULL, gap = NULL, outcome = ? WHERE at >= ?", (_OUTVOTED, unix(record.at)))
    db.execute(
        "INSERT INTO polls (started, at, outcome, vectors, skipped, credits_remaining, duration_ms, asked, balances, "
        "signed_in, silent_until, boot, uptime, claimed, gap) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
        "?13, ?14, ?2 - (SELECT max(at) FROM polls WHERE at IS NOT NULL))",
        (
            started,
            unix(record.at),
            record.outcome,
            record.vectors,
            record.skipped,
            record.credits_remaining,
            record.duration_ms,
            None if record.asked is None else msgspec.json.encode(record.asked).decode(),
            msgspec.json.encode(record.balances).decode(),
            record.signed_in,
            unix(record.silent_until),
            *((None, None) if record.uptime is None else (record.uptime.boot, record.uptime.seconds)),
            unix(record.claimed),
        ),
    )
    db.execute(
        f"DELETE FROM polls WHERE asked IS NOT NULL AND started < ? AND {SAYS_NOTHING}",  # noqa: S608 constant
        (started - ASKED_KEPT_S,),
    )
    db.execute(
        "UPDATE polls SET asked = NULL, balances = NULL, boot = NULL, uptime = NULL WHERE asked IS NOT NULL AND started < ?",
        (started - ASKED_KEPT_S,),
    )
