"""Which tables are in use, and how old they are."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from msgspec import Struct

from flightwatch.core.fetched import Fetched
from flightwatch.storage.cache import newest_at
from flightwatch.storage.register import REGISTER_FILE, register_fetched
from flightwatch.storage.tables import AIRPORTS_FILE, SHIPPED_AS_OF, airports_fetched
from flightwatch.wording.phrases import day


class Age(Struct, frozen=True):
    """A table in use, and how old it is."""

    table: Literal["airports", "aircraft"]
    origin: Literal["shipped", "fetched"] | None
    """None: there is no such table."""
    as_of: date | None
    """Of a table that ships the day of OurAirports' files; of another the day on which it was fetched, UTC."""
    newest_on: date | None = None
    """The last day, UTC, on which ``flightwatch update`` found no newer one; None: it never looked."""


def ages(folder: Path | None) -> tuple[Age, Age]:
    """How old the tables in use are; ``folder`` is the cache, None where there is none."""
    airports, register = Age("airports", "shipped", SHIPPED_AS_OF), Age("aircraft", None, None)
    if folder is not None:
        if (found := airports_fetched(folder / AIRPORTS_FILE)) is not None:
            airports = _fetched("airports", found, folder / AIRPORTS_FILE)
        if (found := register_fetched(folder / REGISTER_FILE)) is not None:
            register = _fetched("aircraft", found, folder / REGISTER_FILE)
    return airports, register


def age_lines(tables: Sequence[Age]) -> Iterator[str]:
    """How old the tables are, in words, a line each."""
    for age in tables:
        if age.origin is None or age.as_of is None:
            yield f"{age.table}: none; flightwatch update fetches one"
        elif age.origin == "shipped":
            yield f"{age.table}: as shipped, of {day(age.as_of)}; flightwatch update fetches today's"
        else:
            still = age.newest_on is not None and age.newest_on > age.as_of
            newest = f", still the newest on {day(age.newest_on)}" if still and age.newest_on else ""
            yield f"{age.table}: fetched on {day(age.as_of)}{newest}"


def _fetched(table: Literal["airports", "aircraft"], fetched: Fetched, path: Path) -> Age:
    at = newest_at(path)
    return Age(table, "fetched", fetched.at.date(), None if at is None else at.date())
