"""What is remembered of each source: when it was heard last, why not since, and whose turn it is."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from flightwatch.alerting.deafness import SourceState
from flightwatch.known_secrets import SECRETS
from flightwatch.storage.rows import instant_or_none, unix
from flightwatch.storage.store import Store

_COLUMNS = "name, tried, good, answered, rows, outcome, since, paused, clock, said, alarmed, turn"


def source_states(store: Store) -> dict[str, SourceState]:
    """What is remembered of every source that was ever asked, by its name."""
    with store.reading() as db:
        rows = db.execute(f"SELECT {_COLUMNS} FROM sources").fetchall()  # noqa: S608 constant
        return {row[0]: _state(row) for row in rows}


def _state(row: Sequence[Any]) -> SourceState:
    name, tried, good, answered, rows, outcome, since, paused, clock, said, alarmed, turn = row
    return SourceState(
        name=name,
        tried_at=instant_or_none(tried),
        good_at=instant_or_none(good),
        answered_at=instant_or_none(answered),
        rows=rows,
        outcome=outcome,
        since=instant_or_none(since),
        paused_until=instant_or_none(paused),
        clock_s=clock,
        is_said=bool(said),
        is_alarmed=bool(alarmed),
        turn=turn,
    )


def keep_sources(db: sqlite3.Connection, states: Iterable[SourceState]) -> None:
    """Remember these, inside the caller's transaction."""
    db.executemany(
        f"INSERT OR REPLACE INTO sources ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 constant
        [
            (
                each.name,
                unix(each.tried_at),
                unix(each.good_at),
                unix(each.answered_at),
                each.rows,
                SECRETS.hidden(each.outcome),
                unix(each.since),
                unix(each.paused_until),
                each.clock_s,
                each.is_said,
                each.is_alarmed,
                each.turn,
            )
            for each in states
        ],
    )
