"""The tables of airfields and of their names: those that ship with the package, and those that the user fetched."""

import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from flightwatch.core.airports import TABLE_HEADER, Airports, decode_table
from flightwatch.core.fetched import Fetched
from flightwatch.storage.cache import translated_cache

if TYPE_CHECKING:
    from flightwatch.core.airport_names import AirportNames

SHIPPED_TABLE: Final = "airports.table"
"""File in ``data/``; ``SOURCES.md`` beside it says what it is made from."""

SHIPPED_NAMES: Final = "airport_names.table"
"""What the fields are called."""

SHIPPED_AS_OF: Final = date(2022, 10, 11)
"""Day of OurAirports' files that the shipped tables are made from; their corrections are of 2026."""

AIRPORTS_FILE: Final = "airports.fetched"
"""File in the cache: a line that names its layout, a line of JSON, the table, the names."""

_LAYOUT: Final = b"flightwatch fetched airports 1\n"


class _Head(msgspec.Struct, frozen=True):
    fetched: Fetched
    table_bytes: int
    crc: int
    """CRC-32 of the table and the names."""


def load_airports(cached: Path | None = None, note: Callable[[str], None] = lambda _line: None) -> Airports:
    """The airfields in this file of the cache, or those that ship with the package where there is none or they are newer.

    A file that cannot be used is not used, and ``note`` is told. Raises StoreError when the shipped table is damaged.
    """
    if cached is not None and cached.exists():
        found = _read(cached)
        if found is None:
            damaged = "the table of airfields is damaged or of another version, and is not used"
            note(f"{cached}: {damaged}: flightwatch update makes it anew")
        elif _is_newer(found[0]):
            head, tables = found
            return decode_table(tables[: head.table_bytes], lambda: _decoded(tables[head.table_bytes :]))
    return decode_table((files("flightwatch.data") / SHIPPED_TABLE).read_bytes(), _names)


def airports_fetched(cached: Path) -> Fetched | None:
    """Where the airfields in this file of the cache are from; None where it cannot be used, or the shipped ones are newer."""
    found = _read(cached)
    return found[0].fetched if found is not None and _is_newer(found[0]) else None


def fill_airports(draft: Path, table: bytes, names: bytes, fetched: Fetched) -> None:
    """Write what `encode_table` and `encode_names` made into a new file of the cache. Raises `StoreError`."""
    head = msgspec.json.encode(_Head(fetched, len(table), zlib.crc32(table + names)))
    with translated_cache(draft):
        draft.write_bytes(b"".join((_LAYOUT, head, b"\n", table, names)))


def _read(path: Path) -> tuple[_Head, bytes] | None:
    """What a file of the cache says of its tables, and both of them; None where it does not hold what was written."""
    with suppress(OSError, ValueError, msgspec.MsgspecError):
        layout, head_line, tables = path.read_bytes().split(b"\n", 2)
        head = msgspec.json.decode(head_line, type=_Head) if layout + b"\n" == _LAYOUT else None
        if head is not None and zlib.crc32(tables) == head.crc and tables.startswith(TABLE_HEADER):
            return head, tables
    return None


def _is_newer(head: _Head) -> bool:
    return head.fetched.at.date() >= SHIPPED_AS_OF


def _names() -> "AirportNames":
    return _decoded((files("flightwatch.data") / SHIPPED_NAMES).read_bytes())


def _decoded(names: bytes) -> "AirportNames":
    from flightwatch.core.airport_names import decode_names  # which a poll does without

    return decode_names(names)
