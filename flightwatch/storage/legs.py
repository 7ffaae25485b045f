"""The flights of watched airframes: what their tracks hold no more, kept thinned, so that a way can be drawn years later.

A poll adds what a track lets go: four reports of a long flight, at its end the rest; then the pieces become one row of a few
hundred bytes to two kB. Strangers' flights are not kept.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

import msgspec
from msgspec import Struct

from flightwatch.core.legs import Fix, thinned
from flightwatch.core.model import Icao24, StateVector
from flightwatch.storage.errors import NOT_AS_WRITTEN, WrongChecksum
from flightwatch.storage.rows import checksum
from flightwatch.tracking.motion import altitude_m, fixed_at, has_position, position

LEG_COLUMNS: Final = "icao24, began, ended, is_whole, heard_by, fixes, checksum"

MOST_BYTES: Final = 2**20
"""Longest flight that is read, decompressed: 20,000 positions."""

_PER_DEGREE: Final = 10_000
"""Steps in which a degree is kept: one is 11 m."""


class _Packed(Struct, array_like=True):
    """Fixes by column, each after the first as the difference from the one before; altitudes as they are."""

    at: list[int]
    latitude: list[int]
    longitude: list[int]
    altitude_m: list[int | None]


_PACKED: Final = msgspec.msgpack.Decoder(_Packed)


class Flown(Struct, frozen=True):
    """A part of a flight, or a whole one."""

    icao24: Icao24
    fixes: tuple[Fix, ...]
    heard_by: tuple[str, ...] = ()
    is_whole: bool = False
    """True if it is a whole flight, thinned."""


def fixes_of(reports: Iterable[StateVector]) -> list[Fix]:
    """Where reports in the air have the airframe, oldest first, each time once."""
    found = dict[int, Fix]()
    for report in reports:
        if has_position(report) and not report.on_ground:
            height = altitude_m(report)
            at = fixed_at(report)
            found[at] = Fix(at, *position(report), None if height is None else round(height))
    return [found[at] for at in sorted(found)]


def keep_flown(db: sqlite3.Connection, parts: Iterable[tuple[Flown, bool]]) -> None:
    """Keep parts of flights of airframes that a watchlist names or named, inside the caller's transaction.

    Each comes with whether its flight ended with it; then all of that flight becomes one row.
    """
    for part, is_end in parts:
        if db.execute("SELECT 1 FROM listed WHERE subject = ? LIMIT 1", (part.icao24,)).fetchone() is None:
            continue
        pieces = [part]
        if is_end:
            pending = f"SELECT {LEG_COLUMNS} FROM legs WHERE icao24 = ? AND NOT is_whole"  # noqa: S608 constant
            rows = db.execute(pending, (part.icao24,)).fetchall()
            db.execute("DELETE FROM legs WHERE icao24 = ? AND NOT is_whole", (part.icao24,))
            pieces += _sound(rows)[0]
        fixes = sorted({fix.at: fix for piece in pieces for fix in piece.fixes}.values())
        names = sorted({name for piece in pieces for name in piece.heard_by})
        if fixes:
            whole = Flown(part.icao24, tuple(thinned(fixes) if is_end else fixes), tuple(names), is_end)
            db.execute("INSERT OR REPLACE INTO legs VALUES (?, ?, ?, ?, ?, ?, ?)", _row(whole))


def read_flown(db: sqlite3.Connection, icao24: Icao24, since: int, until: int) -> tuple[list[Flown], list[str]]:
    """What is kept of an airframe's flights that touches a time, Unix seconds; and which rows are damaged, in words."""
    rows = db.execute(
        f"SELECT {LEG_COLUMNS} FROM legs WHERE icao24 = ? AND began <= ? AND ended >= ? ORDER BY began",  # noqa: S608 constant
        (icao24, until, since),
    )
    return _sound(rows.fetchall())


def flown_of(row: Sequence[Any]) -> Flown:
    """What a row with `LEG_COLUMNS` holds. Raises `WrongChecksum` where it is not what was written."""
    *values, its_checksum = row
    try:
        if its_checksum == checksum(*values):
            names = tuple(msgspec.json.decode(values[4], type=list[str]))
            return Flown(values[0], tuple(_unpacked(values[5])), names, is_whole=bool(values[3]))
    except (*NOT_AS_WRITTEN, ValueError, zlib.error) as error:
        raise WrongChecksum(_named(row)) from error
    raise WrongChecksum(_named(row))


def _sound(rows: Iterable[Sequence[Any]]) -> tuple[list[Flown], list[str]]:
    found, damaged = list[Flown](), list[str]()
    for row in rows:
        try:
            found.append(flown_of(row))
        except WrongChecksum as error:
            damaged.append(str(error))
    return found, damaged


def _named(row: Sequence[Any]) -> str:
    return f"a flight of {row[0]!r:.40}"


def _row(flown: Flown) -> tuple[object, ...]:
    heard_by = msgspec.json.encode(flown.heard_by).decode()
    began, ended = flown.fixes[0].at, flown.fixes[-1].at
    values = (flown.icao24, began, ended, int(flown.is_whole), heard_by, _pack(flown.fixes))
    return (*values, checksum(*values))


def _pack(fixes: Sequence[Fix]) -> bytes:
    columns = _Packed(
        [*_differences([fix.at for fix in fixes])],
        [*_differences([round(fix.latitude * _PER_DEGREE) for fix in fixes])],
        [*_differences([round(fix.longitude * _PER_DEGREE) for fix in fixes])],
        [fix.altitude_m for fix in fixes],
    )
    return zlib.compress(msgspec.msgpack.encode(columns), 9)


def _differences(numbers: Sequence[int]) -> Iterator[int]:
    yield numbers[0]
    yield from (after - before for before, after in pairwise(numbers))


def _unpacked(packed: bytes) -> Iterator[Fix]:
    columns = _PACKED.decode(zlib.decompressobj().decompress(packed, MOST_BYTES))
    sums = (accumulate(column) for column in (columns.at, columns.latitude, columns.longitude))
    for at, latitude, longitude, altitude in zip(*sums, columns.altitude_m, strict=True):
        yield Fix(at, latitude / _PER_DEGREE, longitude / _PER_DEGREE, altitude)
