"""Which watchlists poll into one database: one should."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from flightwatch.storage.store import Store

BUSY_S = 0.2
"""How long to wait for a program that has locked the database, s: it is only asked for a name."""

_LAST = "SELECT path FROM watchlists ORDER BY turn DESC LIMIT 1"


def enter(store: Store, watchlist: str) -> str | None:
    """Remember that this watchlist polls now; return the one that did before where this one is new here, else None.

    Writes only where another one polled last, so two that take turns are told once.
    """
    with store.reading() as db:
        (before,) = db.execute(_LAST).fetchone() or (None,)
    if before == watchlist:
        return None
    with store.writing() as db:
        is_known = db.execute("SELECT count(*) FROM watchlists WHERE path = ?", (watchlist,)).fetchone() != (0,)
        db.execute(
            "INSERT OR REPLACE INTO watchlists VALUES (?, (SELECT coalesce(max(turn), 0) + 1 FROM watchlists))",
            (watchlist,),
        )
    return None if is_known else before


def last(database: Path) -> str | None:
    """The watchlist that polled last, for who may not write; None where it cannot be told."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=BUSY_S)) as db:
            (path,) = db.execute(_LAST).fetchone() or (None,)
    except (sqlite3.Error, UnicodeDecodeError):
        return None
    return str(path) if path is not None else None
