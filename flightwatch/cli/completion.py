"""What a shell completes: tails and airports that the database or the watchlist knows, and the watchlist's tags.

It is quick, as somebody waits with a finger on the key, and silent, as a shell would print a complaint into the line.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from flightwatch import paths
from flightwatch.app.assembly import watchlist_if_any
from flightwatch.core.registration import normalise
from flightwatch.core.watched import TAG
from flightwatch.errors import FlightwatchError
from flightwatch.storage.recorded_names import recorded_names
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import short

_WORD: Final = re.compile(r"[\w-]+", re.ASCII)
"""What a shell takes as it is."""
_UNFIT: Final = re.compile(r"[^\w ,.+/-]")
"""What may not stand in a meaning: zsh runs the list it is given as a command, in which all else might mean something."""

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
        found = recorded_names(paths.find_database(given), begun, _hyphenated(begun.upper()) if tails else ())
    except (FlightwatchError, OSError):
        return []
    fields = [(code, name or "") for icao, iata, name in found.fields for code in (icao, iata) if code]
    if not tails:
        return fields
    known = [(word, "recorded") for word in (*found.registrations, *found.icao24s)]
    return [*fields, *known, *((icao24, "asked about") for icao24 in found.asked_about)]


def _hyphenated(begun: str) -> list[str]:
    """The ways in which a tail number may begin of which this was typed without its hyphen."""
    return [begun, *(f"{begun[:place]}-{begun[place:]}" for place in range(1, len(begun)) if "-" not in begun)]
