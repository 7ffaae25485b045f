"""What a shell completes: tails and airports that the database or the watchlist knows.

It is quick, as somebody waits with a finger on the key, and silent, as a shell would print a complaint into the line.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flightwatch import places
from flightwatch.errors import FlightwatchError
from flightwatch.parts import watchlist_if_any
from flightwatch.words.phrases import short

if TYPE_CHECKING:
    from flightwatch.watched import Watchlist

MOST: Final = 200
"""Most words of a kind that are offered."""

_WORD: Final = re.compile(r"[\w-]+", re.ASCII)
"""What a shell takes as it is."""

_NEXT: Final = {
    "registration": "SELECT min(registration) FROM visits WHERE registration > ?",
    "icao24": "SELECT min(icao24) FROM visits WHERE icao24 > ?",
    "airport_icao": "SELECT min(airport_icao) FROM visits WHERE airport_icao > ?",
    "archived": "SELECT min(icao24) FROM flights WHERE icao24 > ?",
}
"""The next value of an indexed column: DISTINCT would read a million visits."""

Offer = tuple[str, str]
"""A word and what it means."""


def subjects(begun: str, db: Path | None, watchlist: Path | None) -> list[Offer]:
    """Tail numbers, icao24s and airport codes that begin so."""
    return _begun(begun, [*_listed(watchlist, tails=True), *_recorded(begun, db, tails=True)])


def airports(begun: str, db: Path | None, watchlist: Path | None) -> list[Offer]:
    """Airport codes that begin so."""
    return _begun(begun, [*_listed(watchlist, tails=False), *_recorded(begun, db, tails=False)])


def _begun(begun: str, offers: Iterable[Offer]) -> list[Offer]:
    """Those that begin so, each once; in small letters where these were typed, which commands understand too."""
    small = begun != begun.upper()
    found: dict[str, str] = {}
    for word, meaning in offers:
        said = word.lower() if small else word
        if said.startswith(begun) and _WORD.fullmatch(word):
            # Brackets would be markup to what draws the list.
            found.setdefault(said, short(meaning).replace("[", "(").replace("]", ")"))
    return sorted(found.items())


def _listed(given: Path | None, *, tails: bool) -> Iterator[Offer]:
    watched = _watchlist(given)
    if watched is None:
        return
    for aircraft in watched.aircraft if tails else ():
        yield aircraft.registration or aircraft.icao24, aircraft.label or "watched"
    for each in watched.airports:
        yield each.airport.iata or each.airport.icao, each.airport.name


def _watchlist(given: Path | None) -> "Watchlist | None":
    try:
        return watchlist_if_any(given)
    except (FlightwatchError, OSError):
        return None


def _recorded(begun: str, given: Path | None, *, tails: bool) -> list[Offer]:
    path = places.find_database(given)
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as db:
            found: list[Offer] = [
                (code, name or "") for icao in _values(db, "airport_icao", "") for code, name in _field(db, icao)
            ]
            if tails:
                found += [(tail, "recorded") for tail in _values(db, "registration", begun.upper())]
                found += [(icao24, "recorded") for icao24 in _values(db, "icao24", begun.lower())]
                found += [(icao24, "asked about") for icao24 in _values(db, "archived", begun.lower())]
    except sqlite3.Error:
        return []
    return found


def _values(db: sqlite3.Connection, column: str, begun: str) -> Iterator[str]:
    """The values of a column that begin so, in order."""
    value = begun[:-1] + chr(ord(begun[-1]) - 1) + "\uffff" if begun else ""
    for _ in range(MOST):
        (value,) = db.execute(_NEXT[column], (value,)).fetchone()
        if value is None or not value.startswith(begun):
            return
        yield value


def _field(db: sqlite3.Connection, icao: str) -> Iterator[Offer]:
    """Both codes of an airport, with its name."""
    iata, name = db.execute(
        "SELECT airport_iata, airport_name FROM visits WHERE airport_icao = ? LIMIT 1", (icao,)
    ).fetchone()
    yield icao, name
    if iata:
        yield iata, name
