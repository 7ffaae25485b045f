"""A question about one or several: tail numbers, airports, callsigns, and the tags of the watchlist."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from flightwatch.airport_meant import is_name, quoted
from flightwatch.airports import Airports
from flightwatch.errors import UsageError
from flightwatch.store import Store
from flightwatch.subject import Subject, aircraft_subjects, find_subject
from flightwatch.watched import TAG, Watchlist
from flightwatch.words.phrases import short

MOST_TAGS: Final = 10
"""Most tags that are named where another was written."""

MOST_NAMED: Final = 3
"""Most subjects that the title of an answer names."""


class Question(Struct, frozen=True):
    """What is asked about."""

    text: str
    """``RA-86559, P-885``; ``tag:dprk (5 aircraft)``."""
    subjects: tuple[Subject, ...]
    """Each once."""

    @property
    def notes(self) -> list[str]:
        """How the words were understood, where that must be told."""
        return [subject.note for subject in self.subjects if subject.note is not None]

    @property
    def is_about_aircraft(self) -> bool:
        """Whether OpenSky can be asked about any of it."""
        return any(subject.airport is None and subject.callsign is None for subject in self.subjects)


def find_question(
    words: Sequence[str], watchlist: Watchlist | None, store: Store | None, airports: Airports
) -> Question:
    """Understand what the user named: see `find_subject`. Words that together are an airport's name are that (``New York``).

    Raises `UsageError` when one of them is nothing that is known, or may be several.
    """
    together = " ".join(words)
    if len(words) > 1 and not any(map(str.isdigit, together)) and is_name(together, airports):
        words = [together]
    names, subjects = list[str](), list[Subject]()
    for word in words:
        if word.strip().startswith(TAG):
            found = _tagged(word, watchlist)
            names.append(f"{short(word.strip())} ({len(found)} aircraft)")
        else:
            found = [find_subject(word, watchlist, store, airports)]
            names.append(found[0].text)
        subjects += found
    once = tuple({(s.airport and s.airport.icao, s.icao24s, s.callsign): s for s in subjects}.values())
    names = list(dict.fromkeys(names))
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return Question(", ".join([*names[:MOST_NAMED], *more]), once)


def _tagged(word: str, watchlist: Watchlist | None) -> list[Subject]:
    tag = word.strip().removeprefix(TAG).strip()
    tagged = [aircraft for aircraft in (watchlist.aircraft if watchlist else ()) if tag in aircraft.tags]
    if tagged:
        return aircraft_subjects(tagged)
    known = sorted({f"{TAG}{tag}" for aircraft in (watchlist.aircraft if watchlist else ()) for tag in aircraft.tags})
    if not known:
        raise UsageError(
            f"{quoted(word)}: tags are what the watchlist gives its aircraft, and there is none: name tails instead"
        )
    raise UsageError(
        f"{quoted(word)} is a tag that no aircraft of the watchlist has: write {' or '.join(map(short, known[:MOST_TAGS]))}"
    )
