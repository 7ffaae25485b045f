"""What became of inferred landings that were looked up in adsb.lol's traces, visit by visit, and how adsb.lol answered last."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from flightwatch.core.model import instant
from flightwatch.core.visits import Visit
from flightwatch.storage.database import Transaction
from flightwatch.storage.rows import checksum, instant_or_none, unix, visit_row
from flightwatch.storage.store import Store

Outcome = Literal["confirmed", "taken back", "nothing"]
"""What traces said of a visit: it was there, it was not, or nothing that was seen."""


class LookUp(Struct, frozen=True):
    """What became of a visit that was looked up."""

    visit: str
    """Its id."""
    at: datetime
    outcome: Outcome


class Answers(Struct, frozen=True):
    """How adsb.lol answered last, by this machine's clock."""

    answered_at: datetime | None = None
    """When it last told of a trace, or that there is none; None: never."""
    failed_at: datetime | None = None
    """When it last refused, or did not answer; None: never."""
    why: str | None = None
    """What went wrong then."""


def keep_look_up(db: Transaction, visit: Visit, outcome: Outcome, at: datetime) -> None:
    """Keep in a transaction what became of a visit, and what it was compared with: itself, and all traces of its airframe."""
    row = (visit.id, visit.icao24, unix(at), outcome, _compared(db, visit))
    db.execute("INSERT OR REPLACE INTO look_ups VALUES (?, ?, ?, ?, ?)", row)


def uncompared(store: Store, visits: Iterable[Visit]) -> list[Visit]:
    """Those of the visits that were not compared yet, as they are, with all traces of their airframes that are kept."""
    found = list[Visit]()
    with store.reading() as db:
        for visit in visits:
            row = db.execute("SELECT compared FROM look_ups WHERE visit = ?", (visit.id,)).fetchone()
            if row is None or row[0] != _compared(db, visit):
                found.append(visit)
    return found


def last_look_up(store: Store) -> LookUp | None:
    """The visit that was last confirmed or taken back; None: none was."""
    with store.reading() as db:
        row = db.execute(
            "SELECT visit, looked, outcome FROM look_ups WHERE outcome <> 'nothing' ORDER BY looked DESC, visit LIMIT 1"
        ).fetchone()
        return None if row is None else LookUp(row[0], instant(row[1]), msgspec.convert(row[2], Outcome))


def answers(store: Store) -> Answers:
    """How adsb.lol answered last."""
    with store.reading() as db:
        row = db.execute("SELECT answered, failed, why FROM trace_answers").fetchone()
    return Answers() if row is None else Answers(instant_or_none(row[0]), instant_or_none(row[1]), row[2])


def note_answer(db: Transaction, at: datetime) -> None:
    """Keep in a transaction that adsb.lol answered."""
    db.execute(
        "INSERT INTO trace_answers (id, answered) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET answered = ?1",
        (unix(at),),
    )


def note_failure(db: Transaction, at: datetime, why: str) -> None:
    """Keep in a transaction that adsb.lol refused, or did not answer."""
    db.execute(
        "INSERT INTO trace_answers (id, failed, why) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE SET failed = ?1, why = ?2",
        (unix(at), why),
    )


def _compared(db: Transaction, visit: Visit) -> int:
    traces = db.execute("SELECT count(*), total(checksum) FROM traces WHERE icao24 = ?", (visit.icao24,)).fetchone()
    return checksum(*visit_row(visit), *traces)
