"""The airport table: the one the user refreshed, or the one that ships with the package; and the fields' names."""

from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flightwatch.core.airports import Airports, decode_table
from flightwatch.errors import StoreError

if TYPE_CHECKING:
    from flightwatch.core.airport_names import AirportNames

SHIPPED_TABLE: Final = "airports.table"
"""File in ``data/``; ``SOURCES.md`` beside it says what it is made from."""

SHIPPED_NAMES: Final = "airport_names.table"
"""What the fields are called; the same for a table that was refreshed, of which a name finds what both hold."""


def load_airports(cache: Path | None = None) -> Airports:
    """The airfields in the file ``cache`` if it is there and sound, else those that ship with the package.

    A refreshed table that cannot be read is passed over: the shipped one is always good enough to go on with.
    Raises StoreError when the shipped table is damaged.
    """
    if cache is not None:
        with suppress(OSError, StoreError):
            return decode_table(cache.read_bytes(), _names)
    return decode_table((files("flightwatch.data") / SHIPPED_TABLE).read_bytes(), _names)


def _names() -> "AirportNames":
    from flightwatch.core.airport_names import decode_names  # which a poll does without

    return decode_names((files("flightwatch.data") / SHIPPED_NAMES).read_bytes())
