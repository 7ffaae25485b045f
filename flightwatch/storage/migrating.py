"""Which migrations a database has seen, and running the others."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec

from flightwatch.storage.rows import checksum, track_checksum
from flightwatch.storage.schema import MIGRATIONS

_UNSIGNED = 2**32 - 1
"""Bits of the number, which SQLite gives with a sign: one that is damaged may be below zero."""


def version(db: sqlite3.Connection) -> int:
    """How many migrations this database has seen."""
    return int(db.execute("PRAGMA user_version").fetchone()[0]) & _UNSIGNED


def is_foreign(db: sqlite3.Connection) -> bool:
    """Tell whether another program made this database: it has tables, and none of our migrations made them."""
    return version(db) == 0 and db.execute("SELECT 1 FROM sqlite_master").fetchone() is not None


def migrate(db: sqlite3.Connection) -> None:
    """Run the migrations this database has not seen. The caller holds the transaction that makes it all or nothing."""
    db.create_function("row_checksum", -1, checksum, deterministic=True)
    db.create_function("track_checksum", 2, track_checksum, deterministic=True)
    db.create_function("packed_track", 1, _packed_track, deterministic=True)
    for number in range(version(db), len(MIGRATIONS)):
        for statement in _statements(MIGRATIONS[number]):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {number + 1}")


def _packed_track(track: bytes) -> bytes:
    """A track as MessagePack that was kept as JSON; one that is damaged stays as it is."""
    try:
        fields = msgspec.json.decode(track, type=dict[str, Any])
    except (msgspec.MsgspecError, TypeError, UnicodeDecodeError):
        return track
    if "reports" in fields:
        fields["reports"] = [fields["reports"]]  # of `Reports` all are among the last ones
    return msgspec.msgpack.encode(fields)


def _statements(script: str) -> Iterator[str]:
    """The statements of a migration one by one: sqlite3's executescript would commit the transaction around it."""
    statement = ""
    for line in script.splitlines():
        statement += line.partition("--")[0] + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
