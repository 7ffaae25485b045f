"""What one poll did, in a line for whoever watches it at a terminal."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from flightwatch.core.model import OPENSKY, Event, Poll, Query
from flightwatch.core.watched import Watched
from flightwatch.wording.phrases import clean, counted, enumerated, length, whose

MOST_NAMES: Final = 3
"""Most of the watched aircraft that are named; the others are counted."""

LATE: Final = timedelta(minutes=10)
"""Lag of an answer's time from which it is told: OpenSky's is usually some ten seconds, and rows are served for 5 min."""

_TOLD: Final = {
    "landing": "landing",
    "departure": "departure",
    "retraction": "correction",
    "reminder": "reminder",
    "airborne": "newly heard flight",
    "lost": "lost flight",
    "approaching": "arriving flight",
    "diverted": "diverted flight",
    "emergency": "emergency squawk",
    "entered": "border crossing",
    "left": "border crossing",
}


def polled_line(
    queries: Sequence[Query],
    poll: Poll | None,
    told: Sequence[Event],
    watched: Watched,
    *,
    why_not: str | None,
    credits_left: int | None,
    lag: timedelta = timedelta(0),
) -> str:
    """Tell what a poll did: ``asked about the whole world (396 credits left): heard 8,123 aircraft; 1 landing to tell``.

    ``poll`` is None where the answer was no newer than the one before. ``why_not`` says why nothing was asked, None where
    something was. ``credits_left`` is None where OpenSky did not say. ``lag`` is how far the answer's time is behind this
    machine's.
    """
    if why_not is not None:
        return f"nothing asked: {why_not}"
    left = "" if credits_left is None else f" ({counted(credits_left, 'credit')} left)"
    asked = f"asked {_asked_about(queries)}{left}"
    theirs = clean(whose([*dict.fromkeys(query.source for query in queries)]))
    old = f"; {theirs} clock is {length(lag)} behind this machine's, and so is all that is told" if lag > LATE else ""
    if poll is None:
        return f"{asked}: {theirs} answer is no newer than the last one, nothing to tell{old}"
    return f"{asked}: heard {_heard(poll, watched)}; {_told(told)}{old}"


def _asked_about(queries: Sequence[Query]) -> str:
    if any(query.source != OPENSKY for query in queries):
        each = {
            source: [q for q in queries if q.source == source] for source in dict.fromkeys(q.source for q in queries)
        }
        return enumerated([f"{clean(source)} {_asked_one_about(those)}" for source, those in each.items()])
    return _asked_one_about(queries)


def _asked_one_about(queries: Sequence[Query]) -> str:
    named, areas = sum(len(query.icao24s) for query in queries), sum(query.box is not None for query in queries)
    said = [f"{named:,} aircraft"] if named else []
    if callsigns := sum(len(query.callsigns) for query in queries):
        said.append(counted(callsigns, "callsign"))
    if areas:
        said.append("an area" if areas == 1 else counted(areas, "area"))
    return f"about {enumerated(said) or ('the whole world' if queries[0].is_world else 'all that it hears')}"


def _heard(poll: Poll, watched: Watched) -> str:
    """Tell who was heard: ``8,123 aircraft, RA-86559, P-885 and 2 more of yours``, or the number alone if none is watched."""
    heard = {vector.icao24 for vector in poll.vectors}
    everybody = f"{len(heard):,} aircraft" if heard else "nobody"
    ours = [clean(each.registration or each.icao24) for each in watched.aircraft if each.icao24 in heard]
    if not watched.aircraft or not heard:
        return everybody
    if not ours:
        count = len(watched.aircraft)
        return f"{everybody}, not yours" if count == 1 else f"{everybody}, none of your {count:,}"
    return f"{everybody}, {enumerated(ours, MOST_NAMES)} of yours"


def _told(told: Sequence[Event]) -> str:
    if not told:
        return "no landing or departure to tell"
    counts = Counter(_TOLD[event.type] for event in told)
    return ", ".join(counted(count, noun) for noun, count in counts.items()) + " to tell"
