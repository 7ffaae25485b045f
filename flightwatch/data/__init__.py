"""The airport table: the one the user refreshed, or the one that ships with the package."""

from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from flightwatch.airports import Airports, decode_table
from flightwatch.errors import StoreError

SHIPPED_TABLE: Final = "airports.table"
"""File in this folder; ``SOURCES.md`` beside it says what it is made from."""


def load_airports(cache: Path | None = None) -> Airports:
    """The airfields in the file ``cache`` if it is there and sound, else those that ship with the package.

    A refreshed table that cannot be read is passed over: the shipped one is always good enough to go on with.
    Raises StoreError when the shipped table is damaged.
    """
    if cache is not None:
        with suppress(OSError, StoreError):
            return decode_table(cache.read_bytes())
    return decode_table((files(__package__) / SHIPPED_TABLE).read_bytes())
