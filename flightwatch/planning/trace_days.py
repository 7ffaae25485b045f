"""Which UTC days of an airframe to ask adsb.lol's traces about: those that are not known yet, or may be known better."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.model import Icao24
from flightwatch.core.spans import DAY_S, Span

TRACES: Final = "adsb.lol"
"""Whose traces are asked for, as attribution has its name."""

SENTINELS: Final[tuple[Icao24, ...]] = ("ac671b", "abfc71", "aba891", "a3298a")
"""Airliners that fly every day: N899DN of Delta, N8710M of Southwest, N850NN of American, N3023J of JetBlue. One may be in a
workshop for weeks; that all four are on one day has not been seen."""

KEPT: Final = timedelta(days=45)
"""How far back traces are asked for: adsb.lol has been seen to keep them for 40 to 45 days."""

FADING: Final = timedelta(days=35)
"""Age from which a day may be there now and gone in an hour, and from which one that is gone means that older ones are too."""

SETTLED_S: Final = 2 * 3600
"""How long after a UTC day its traces may still be written, s."""

AGAIN: Final = timedelta(days=1)
"""How long a day that is not there at all is taken to be so."""
SOON: Final = timedelta(hours=1)
"""The same of today, and of the day before."""

HOLDS: Final = timedelta(days=1)
"""How long it is believed that a day is there."""
HOLDS_FADING: Final = timedelta(hours=1)
"""The same of one that is `FADING`."""

Outcome = Literal["heard", "silent", "missing"]
"""What asking about an airframe and a day came to: there is a trace; there is none of it, and of others there are; there is no
such day, so that nothing is known of it."""


class Asked(Struct, frozen=True):
    """What became of asking about a day."""

    at: datetime
    outcome: Outcome


def day_of(at: datetime) -> int:
    """First Unix second of the UTC day that holds an instant."""
    return int(at.timestamp()) // DAY_S * DAY_S


def days_to_ask(spans: Iterable[Span], have: Mapping[int, Asked], now: datetime) -> tuple[int, ...]:
    """The days that these times touch and that must be asked about, newest first, each by its first Unix second.

    ``have`` is what is kept. Today is asked about each time.
    """
    first, today = day_of(now - KEPT), day_of(now)
    touched = {
        day
        for span in spans
        for day in range(max(first, day_of(span.since)), ceil(span.until.timestamp()), DAY_S)
        if day <= today
    }
    return tuple(sorted((day for day in touched if day not in have or not _holds(day, have[day], now)), reverse=True))


def is_settled(day: int, at: datetime) -> bool:
    """Tell whether the traces of a day have been written by then."""
    return at.timestamp() >= day + DAY_S + SETTLED_S


def is_believed(day: int, asked_at: datetime, now: datetime) -> bool:
    """Tell whether a day that was there at ``asked_at`` is taken to be there still."""
    return timedelta(0) <= now - asked_at < (HOLDS_FADING if is_fading(day, now) else HOLDS)


def is_fading(day: int, now: datetime) -> bool:
    """Tell whether a day may be gone by now for its age."""
    return now.timestamp() - day > FADING.total_seconds()


def _holds(day: int, asked: Asked, now: datetime) -> bool:
    """Tell whether an answer about a day is final, or cannot be improved on yet."""
    if asked.outcome == "missing":
        is_young = day >= day_of(now) - DAY_S
        return timedelta(0) <= now - asked.at < (SOON if is_young else AGAIN)
    return is_settled(day, asked.at)
