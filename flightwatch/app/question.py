"""A question about one or several: tail numbers, airports, callsigns, and the tags of the watchlist."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from flightwatch.app.topic import Topic, aircraft_topics, find_topic
from flightwatch.core.airports import Airports
from flightwatch.core.watched import TAG
from flightwatch.errors import UsageError
from flightwatch.storage.store import Store
from flightwatch.watchlist.airport_meant import is_name, quoted
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import short, with_more

MOST_TAGS: Final = 10
"""Most tags that are named where another was written."""

MOST_NAMED: Final = 3
"""Most topics that the title of an answer names."""


class Question(Struct, frozen=True):
    """What is asked about."""

    text: str
    """``RA-86559, P-885``; ``tag:dprk (5 aircraft)``."""
    topics: tuple[Topic, ...]
    """Each once."""

    @property
    def notes(self) -> list[str]:
        """How the words were understood, where that must be told."""
        return [topic.note for topic in self.topics if topic.note is not None]

    @property
    def is_about_aircraft(self) -> bool:
        """Tell whether OpenSky can be asked about any of it."""
        return any(topic.airport is None and topic.callsign is None for topic in self.topics)


def find_question(
    words: Sequence[str], watchlist: Watchlist | None, store: Store | None, airports: Airports
) -> Question:
    """Understand what the user named: see `find_topic`. Words that together are an airport's name are that (``New York``).

    Raises `UsageError` when one of them is nothing that is known, or may be several.
    """
    names, topics = list[str](), list[Topic]()
    for word in _joined(words, airports):
        if word.strip().lower().startswith(TAG):
            found = _tagged(word, watchlist)
            names.append(f"{short(word.strip())} ({len(found)} aircraft)")
        else:
            found = [find_topic(word, watchlist, store, airports)]
            names.append(found[0].text)
        topics += found
    once = tuple({(s.airport and s.airport.icao, s.icao24s, s.callsign): s for s in topics}.values())
    names = list(dict.fromkeys(names))
    return Question(with_more(names, MOST_NAMED), once)


def _joined(words: Sequence[str], airports: Airports) -> list[str]:
    """The words, of which those are one that stand side by side and together are an airport's name; the longest first."""
    joined, at = list[str](), 0
    while at < len(words):
        ends = (end for end in range(len(words), at + 1, -1) if _is_one_name(" ".join(words[at:end]), airports))
        end = next(ends, at + 1)
        joined.append(" ".join(words[at:end]))
        at = end
    return joined


def _is_one_name(words: str, airports: Airports) -> bool:
    return not any(map(str.isdigit, words)) and is_name(words, airports)


def _tagged(word: str, watchlist: Watchlist | None) -> list[Topic]:
    tag = word.strip()[len(TAG) :].strip()
    listed = watchlist.aircraft if watchlist else ()
    tagged = [a for a in listed if tag in a.tags] or [a for a in listed if tag.casefold() in map(str.casefold, a.tags)]
    if tagged:
        return aircraft_topics(tagged)
    known = sorted({f"{TAG}{tag}" for aircraft in listed for tag in aircraft.tags})
    if not known:
        raise UsageError(
            f"{quoted(word)}: tags are what the watchlist gives its aircraft, and there is none: name tails instead"
        )
    raise UsageError(
        f"{quoted(word)} is a tag that no aircraft of the watchlist has: write {' or '.join(map(short, known[:MOST_TAGS]))}"
    )
