"""Evidence as rows: some looks of one airframe a row, with its track before the first of them.

Rows of a flight about which nothing is decided go again: the last two stay, so that a decision finds what came before it. Once
something is decided all that are there are kept.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from flightwatch.core.model import Icao24
from flightwatch.storage.database import Database
from flightwatch.storage.errors import NOT_AS_WRITTEN, WrongChecksum
from flightwatch.storage.rows import EVIDENCE_COLUMNS, checksum, evidence_of
from flightwatch.tracking.alone import Conditions
from flightwatch.tracking.evidence import Look, Taken, digest, spelled_out
from flightwatch.tracking.track import Track

LOOKS: Final = 12
"""Looks in a row: an hour at one in five minutes, all that the way down takes."""

_encoded: Final = msgspec.json.Encoder(order="deterministic").encode
_LOOKS: Final = msgspec.json.Decoder(tuple[Look, ...])
_START: Final = msgspec.json.Decoder(Track | None)
_BETWEEN: Final = b",\n"


class Stretch(Struct, frozen=True):
    """Looks of one airframe that follow on one another."""

    since: int
    until: int
    """Unix seconds of the first and the last, in the data's own time."""
    begins: int
    ends: int
    """`digest` of the track before the first and after the last: where they are the same, one stretch follows on another."""
    start: bytes
    """JSON of the track before the first."""
    looks: bytes
    """JSON array of `Look`."""


class _Row(Struct):
    icao24: Icao24
    since: int
    until: int
    looks: int
    is_kept: int
    begins: int
    ends: int
    start: bytes
    answers: bytes

    @property
    def values(self) -> tuple[object, ...]:
        values = tuple(getattr(self, name) for name in self.__struct_fields__)
        return (*values, checksum(*values))


def keep_evidence(db: sqlite3.Connection, taken: Iterable[Taken]) -> None:
    """Keep what moved airframes in one poll, inside the caller's transaction."""
    for each in taken:
        last, begins = _last(db, each.icao24), digest(each.before)
        if last is None or last.ends != begins or last.looks >= LOOKS or last.until >= each.look.kept.at:
            if each.is_heard and last is not None:
                _let_go(db, each.icao24, before=last.since)
            start = zlib.compress(_encoded(spelled_out(each.before)), 9)
            at = each.look.kept.at
            last = _Row(each.icao24, at, at, looks=0, is_kept=0, begins=begins, ends=begins, start=start, answers=b"")
        _append(last, each)
        db.execute(f"INSERT OR REPLACE INTO evidence ({EVIDENCE_COLUMNS}) VALUES (?{', ?' * 9})", last.values)  # noqa: S608 constant
        if each.decides:
            _hold(db, each.icao24)
        elif each.after is None:
            _let_go(db, each.icao24, before=None)


def _last(db: sqlite3.Connection, icao24: Icao24) -> _Row | None:
    row = db.execute(
        f"SELECT {EVIDENCE_COLUMNS} FROM evidence WHERE icao24 = ? ORDER BY since DESC LIMIT 1",  # noqa: S608 constant
        (icao24,),
    ).fetchone()
    try:
        return None if row is None else _Row(*evidence_of(row))
    except WrongChecksum:
        return None  # it stays as it is, and another one begins


def _append(row: _Row, taken: Taken) -> None:
    """Put one look at the end of a row; its conditions only where they are others than those of the look before."""
    before = zlib.decompress(row.answers) if row.answers else b""
    look = taken.look
    if before and _conditions(before) == look.conditions:
        look = msgspec.structs.replace(look, conditions=None)
    row.answers = zlib.compress(before + (_BETWEEN if before else b"") + _encoded(look), 6)
    row.until, row.looks, row.ends = look.kept.at, row.looks + 1, digest(taken.after)


def _conditions(looks: bytes) -> Conditions | None:
    """The conditions of the last of these looks."""
    known = [look.conditions for look in _LOOKS.decode(b"[%b]" % looks) if look.conditions is not None]
    return known[-1] if known else None


def _let_go(db: sqlite3.Connection, icao24: Icao24, *, before: int | None) -> None:
    """Delete what nothing was decided by; ``before``: only rows that begin before this Unix second."""
    db.execute(
        "DELETE FROM evidence WHERE icao24 = ?1 AND NOT is_kept AND (?2 IS NULL OR since < ?2)", (icao24, before)
    )


def _hold(db: sqlite3.Connection, icao24: Icao24) -> None:
    """Keep all that is there."""
    rows = db.execute(
        f"SELECT {EVIDENCE_COLUMNS} FROM evidence WHERE icao24 = ? AND NOT is_kept",  # noqa: S608 constant
        (icao24,),
    ).fetchall()
    for row in rows:
        held = _Row(*row[:-1])
        held.is_kept = 1
        if row[-1] == checksum(*row[:-1]):
            db.execute(
                "UPDATE evidence SET is_kept = 1, checksum = ? WHERE icao24 = ? AND since = ?",
                (held.values[-1], icao24, held.since),
            )


def stretches(store: Database, icao24: Icao24, since: int, until: int) -> list[Stretch]:
    """What is kept of an airframe from up to two Unix seconds, oldest first; damaged rows are left out."""
    with store.reading() as db:
        rows = db.execute(
            f"SELECT {EVIDENCE_COLUMNS} FROM evidence WHERE icao24 = ? AND until >= ? AND since <= ? ORDER BY since",  # noqa: S608 constant
            (icao24, since, until),
        ).fetchall()
    found = []
    for row in rows:
        try:
            found.append(stretch_of(row))
        except NOT_AS_WRITTEN:
            continue
    return found


def stretch_of(row: Sequence[Any]) -> Stretch:
    """The stretch that a row with `EVIDENCE_COLUMNS` holds. Raises `WrongChecksum` for a damaged one."""
    read = _Row(*evidence_of(row))
    start, looks = zlib.decompress(read.start), b"[%b]" % zlib.decompress(read.answers)
    return Stretch(read.since, read.until, read.begins, read.ends, start=start, looks=looks)
