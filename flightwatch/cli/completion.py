"""What a shell completes: tails and airports that the database or the watchlist knows, and the watchlist's tags.

It is quick, as somebody waits with a finger on the key, and silent, as a shell would print a complaint into the line.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

from flightwatch import paths
from flightwatch.app.assembly import watchlist_if_any
from flightwatch.core.registration import normalise
from flightwatch.core.watched import TAG
from flightwatch.errors import FlightwatchError
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import short

MOST: Final = 200
"""Most tails or icao24s that are offered of those that are recorded."""

BUSY_S: Final = 0.2
"""How long to wait for a program that has locked the database, s."""

_WORD: Final = re.compile(r"[\w-]+", re.ASCII)
"""What a shell takes as it is."""
_UNFIT: Final = re.compile(r"[^\w ,.+/-]")
"""What may not stand in a meaning: zsh runs the list it is given as a command, in which all else might mean something."""

_NEXT: Final = {
    "registration": "SELECT min(registration) FROM visits WHERE registration > ? AND registration < ?",
    "icao24": "SELECT min(icao24) FROM visits WHERE icao24 > ? AND icao24 < ?",
    "archived": "SELECT min(icao24) FROM flights WHERE icao24 > ? AND icao24 < ?",
}
"""The next value of an indexed column: DISTINCT would read a million visits."""
_LAST: Final = {column: sql.replace("min(", "max(") for column, sql in _NEXT.items()}

_FIELDS: Final = """
    WITH RECURSIVE fields (icao) AS (
        SELECT min(airport_icao) FROM visits
        UNION ALL
        SELECT (SELECT min(airport_icao) FROM visits WHERE airport_icao > icao) FROM fields WHERE icao IS NOT NULL
    )
    SELECT CAST(airport_icao AS TEXT), CAST(airport_iata AS TEXT), CAST(airport_name AS TEXT) FROM fields
    JOIN visits ON id = (SELECT id FROM visits WHERE airport_icao = icao LIMIT 1)
    WHERE substr(airport_icao, 1, ?2) = ?1 OR substr(airport_iata, 1, ?2) = ?1
"""
"""Finds the airports with a code that begins with what was typed, in 30 ms for five thousand."""

Offer = tuple[str, str]
"""A word and what it means."""


def subjects(begun: str, db: Path | None, watchlist: Path | None) -> list[Offer]:
    """Return the tail numbers, icao24s, airport codes and tags that begin with what was typed."""
    found = _begun(begun, [*_listed(watchlist, tails=True), *_recorded(begun, db, tails=True)])
    return sorted([*found, *_tags(begun, watchlist)])


def airports(begun: str, db: Path | None, watchlist: Path | None) -> list[Offer]:
    """Return the airport codes that begin with what was typed."""
    return _begun(begun, [*_listed(watchlist, tails=False), *_recorded(begun, db, tails=False)])


def _begun(begun: str, offers: Iterable[Offer]) -> list[Offer]:
    """Return the words that go on from what was typed, each once, in the letters and hyphens in which it was begun."""
    found: dict[str, str] = {}
    for word, meaning in offers:
        said = _spelt(word, begun) if begun.isascii() and _WORD.fullmatch(word) else None
        if said is not None:
            found.setdefault(said, _UNFIT.sub("", short(meaning)))
    return sorted(found.items())


def _tags(begun: str, given: Path | None) -> list[Offer]:
    """``tag:dprk`` and the like, of words that a shell takes as they are."""
    watched = _watchlist(given)
    tags = {tag for aircraft in watched.aircraft for tag in aircraft.tags} if watched is not None else set[str]()
    words = (f"{TAG}{tag}" for tag in tags if _WORD.fullmatch(tag))
    return [(word, "all aircraft with this tag") for word in words if word.startswith(begun)]


def _spelt(word: str, begun: str) -> str | None:
    """The word as it goes on from what was typed: in small letters, without its hyphen; None: it does not go on from it.

    Only as commands understand it, and never otherwise than it was begun, since a shell would take that for another word.
    """
    for form in (word, word.replace("-", "")):
        if form.upper().startswith(begun.upper()) and normalise(form) == normalise(word):
            rest = form[len(begun) :]
            return begun + (rest.lower() if begun.islower() else rest.upper() if begun != begun.lower() else rest)
    return None


def _listed(given: Path | None, *, tails: bool) -> Iterator[Offer]:
    watched = _watchlist(given)
    if watched is None:
        return
    for aircraft in watched.aircraft if tails else ():
        yield aircraft.registration or aircraft.icao24, aircraft.label or "watched"
    for each in watched.airports:
        yield from ((code, each.airport.name) for code in (each.airport.iata, each.airport.icao) if code)


def _watchlist(given: Path | None) -> Watchlist | None:
    try:
        return watchlist_if_any(given)
    except (FlightwatchError, OSError):
        return None


def _recorded(begun: str, given: Path | None, *, tails: bool) -> list[Offer]:
    try:
        path = paths.find_database(given)
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_S)) as db:
            found: list[Offer] = [
                (code, name or "")
                for icao, iata, name in db.execute(_FIELDS, (begun.upper(), len(begun)))
                for code in filter(None, (icao, iata))
            ]
            if tails:
                for start in _hyphenated(begun.upper()):
                    found += [(tail, "recorded") for tail in _values(db, "registration", start)]
                found += [(icao24, "recorded") for icao24 in _values(db, "icao24", begun.lower())]
                found += [(icao24, "asked about") for icao24 in _values(db, "archived", begun.lower())]
    except (sqlite3.Error, FlightwatchError, OSError):
        return []
    return found


def _hyphenated(begun: str) -> list[str]:
    """The ways in which a tail number may begin of which this was typed without its hyphen."""
    return [begun, *(f"{begun[:place]}-{begun[place:]}" for place in range(1, len(begun)) if "-" not in begun)]


def _values(db: sqlite3.Connection, column: str, begun: str) -> Iterator[str]:
    """The values of a column that begin with what was typed, in order; of too many the first and the last.

    The last, as a shell writes what all have in common, which the first may have more of.
    """
    value, end = begun[:-1] + chr(ord(begun[-1]) - 1) + "\uffff" if begun else "", f"{begun}\uffff"
    for _ in range(MOST):
        (value,) = db.execute(_NEXT[column], (value, end)).fetchone()
        if value is None:
            return
        yield value
    (value,) = db.execute(_LAST[column], (value, end)).fetchone()
    if value is not None:
        yield value
