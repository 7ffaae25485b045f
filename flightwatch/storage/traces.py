"""adsb.lol's traces kept in the database, by airframe and UTC day, by the minute: about 18 kB for a day of an airliner.

What is kept is what the tracker looks at, so that visits are worked out anew as days are added. A day without a trace is kept
too, and when it was asked about.
"""

import zlib
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.core.model import Icao24, Identity, StateVector, instant
from flightwatch.core.spans import DAY_S
from flightwatch.errors import OutOfCredits
from flightwatch.planning.budget import silence_after
from flightwatch.planning.trace_days import Asked, Outcome
from flightwatch.storage.database import Transaction
from flightwatch.storage.errors import NOT_AS_WRITTEN, WrongChecksum
from flightwatch.storage.rows import checksum, instant_or_none, unix
from flightwatch.storage.store import Store

LONGEST_REST: Final = timedelta(days=2)
"""Longer rests are of a clock that was ahead."""

MOST_BYTES: Final = 16 * 2**20
"""Longest kept trace that is read, decompressed: a day has 1,440 minutes of 150 bytes."""

ASKING, CONFIRMING = "traces", "confirming"
"""Names of the rows of balances that say until when adsb.lol wants no questions, and polls look nothing up."""


class KeptTrace(Struct, frozen=True, array_like=True):
    """What a trace told, by the minute: see `sources.traces.Trace`."""

    began: int
    looks: tuple[tuple[int, StateVector | None], ...]
    identity: Identity | None = None


class KeptDay(Struct, frozen=True):
    """What is kept of an airframe and a day."""

    day: int
    """First Unix second of the UTC day."""
    asked: Asked
    trace: KeptTrace | None
    """None unless it was heard."""


_TRACE: Final = msgspec.json.Decoder(KeptTrace)


def asked_traces(store: Store, icao24: Icao24) -> dict[int, Asked]:
    """What became of asking about each day of an airframe, by the day's first Unix second."""
    with store.reading() as db:
        rows = db.execute("SELECT day, asked, outcome FROM traces WHERE icao24 = ?", (icao24,)).fetchall()
        return {day: Asked(instant(asked), msgspec.convert(outcome, Outcome)) for day, asked, outcome in rows}


def keep_trace(db: Transaction, icao24: Icao24, kept: KeptDay) -> None:
    """Keep what became of asking about a day, in a transaction, in the place of what was kept of it.

    What was made of the same before need not be made anew.
    """
    packed = None if kept.trace is None else zlib.compress(msgspec.json.encode(kept.trace))
    same = db.execute(
        "SELECT is_archived FROM traces WHERE icao24 = ? AND day = ? AND outcome = ? AND trace IS ?",
        (icao24, kept.day, kept.asked.outcome, packed),
    ).fetchone()
    is_same = same is not None and kept.asked.at.timestamp() < kept.day + DAY_S
    values = (icao24, kept.day, unix(kept.asked.at), kept.asked.outcome, packed)
    row = (*values, checksum(*values), same[0] if is_same else 0)
    db.execute("INSERT OR REPLACE INTO traces VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def has_unarchived(store: Store, icao24: Icao24) -> bool:
    """Tell whether a trace is kept of which no visits were made yet."""
    with store.reading() as db:
        return db.execute("SELECT 1 FROM traces WHERE icao24 = ? AND NOT is_archived", (icao24,)).fetchone() is not None


def note_archived(db: Transaction, icao24: Icao24) -> None:
    """Note in a transaction that visits were made of all that is kept of an airframe."""
    db.execute("UPDATE traces SET is_archived = 1 WHERE icao24 = ? AND NOT is_archived", (icao24,))


def kept_traces(
    store: Store, icao24: Icao24, since: datetime | None = None, until: datetime | None = None
) -> list[KeptDay]:
    """What is kept of an airframe and the days that touch a time, oldest first.

    Damaged rows are left out: see `Store.take_left_out`.
    """
    days = list[KeptDay]()
    with store.reading() as db:
        rows = db.execute(
            "SELECT icao24, day, asked, outcome, trace, checksum FROM traces "
            "WHERE icao24 = ?1 AND day > coalesce(?2, 0) - ?4 AND day <= coalesce(?3, day) ORDER BY day",
            (icao24, unix(since), unix(until), DAY_S),
        ).fetchall()
        for *values, its_checksum in rows:
            try:
                if its_checksum != checksum(*values):
                    raise WrongChecksum
                _, day, asked, outcome, packed = values
                days.append(KeptDay(day, Asked(instant(asked), msgspec.convert(outcome, Outcome)), _unpacked(packed)))
            except (*NOT_AS_WRITTEN, ValueError, OverflowError, OSError, zlib.error):
                store.leave_out([f"a trace of {icao24!r:.40}"])
    return days


def _unpacked(packed: bytes | None) -> KeptTrace | None:
    return None if packed is None else _TRACE.decode(zlib.decompressobj().decompress(packed, MOST_BYTES))


def day_seen(store: Store, day: int) -> tuple[datetime, bool] | None:
    """When it was last asked whether adsb.lol has a day, and whether it had; None: never."""
    with store.reading() as db:
        row = db.execute("SELECT asked, is_there FROM trace_days WHERE day = ?", (day,)).fetchone()
        return None if row is None else (instant(row[0]), bool(row[1]))


def keep_day(db: Transaction, day: int, asked_at: datetime, *, is_there: bool) -> None:
    """Keep whether adsb.lol has a day, in a transaction."""
    db.execute("INSERT OR REPLACE INTO trace_days VALUES (?, ?, ?)", (day, unix(asked_at), is_there))


def wants_rest_until(store: Store, now: datetime, of: str = ASKING) -> datetime | None:
    """Until when adsb.lol is not to be asked, or polls look nothing up; None: it may be, they may."""
    with store.reading() as db:
        row = db.execute("SELECT silent_until FROM balances WHERE bucket = ? AND account = ''", (of,)).fetchone()
        until = None if row is None else instant_or_none(row[0])
    return until if until is not None and now < until <= now + LONGEST_REST else None


def keep_rest(store: Store, error: OutOfCredits, now: datetime) -> None:
    """Keep that adsb.lol was asked too often, and what it said to wait."""
    rest_until(store, silence_after(now, error.retry_after), now)


def rest_until(store: Store, until: datetime, now: datetime, of: str = ASKING) -> None:
    """Keep until when adsb.lol is not to be asked, or polls look nothing up."""
    with store.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO balances (bucket, account, at, credits, silent_until) VALUES (?, '', ?, 0, ?)",
            (of, unix(now), unix(until)),
        )
