"""The tables that ship with the package: airfields and their names."""

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from flightwatch.core.airports import Airports, decode_table

if TYPE_CHECKING:
    from flightwatch.core.airport_names import AirportNames

SHIPPED_TABLE: Final = "airports.table"
"""File in ``data/``; ``SOURCES.md`` beside it says what it is made from."""

SHIPPED_NAMES: Final = "airport_names.table"
"""What the fields are called; the same for a table that was refreshed, of which a name finds what both hold."""


def load_airports() -> Airports:
    """The airfields that ship with the package. Raises StoreError when their table is damaged."""
    return decode_table((files("flightwatch.data") / SHIPPED_TABLE).read_bytes(), _names)


def _names() -> "AirportNames":
    from flightwatch.core.airport_names import decode_names  # which a poll does without

    return decode_names((files("flightwatch.data") / SHIPPED_NAMES).read_bytes())
