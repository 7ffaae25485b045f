"""Whom the watchlist names and since when, and so when polls looked for an airframe, an airport or an area."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.core.model import Icao24, instant
from flightwatch.core.spans import Span, without
from flightwatch.core.watched import Watched, admits

FLICKER: Final = timedelta(days=1)
"""How long the watchlist may leave out what it names, without a word: a poll with another list, a line commented out."""


class Listing(Struct, frozen=True):
    """A time in which the watchlist named an airframe, by its icao24, an airport, by its ICAO code, or an area, by its key."""

    since: datetime
    """The data's own time of the first good poll with it."""
    until: datetime | None
    """That of the last one; None: it still does."""


def names_of(watched: Watched) -> set[str]:
    """The names under which a watchlist's aircraft, airports and areas are remembered."""
    return {
        *watched.aircraft_by_icao24,
        *(each.airport.icao for each in watched.airports),
        *(area.key for area in watched.areas),
    }


def goes_on(last: Listing | None, at: datetime) -> bool:
    """Tell whether a name that a watchlist has again at this time was not gone: it was left out for less than `FLICKER`."""
    return last is not None and last.until is not None and at - last.until < FLICKER


def listed_spans(listings: Iterable[Listing], now: datetime) -> list[Span]:
    """The times of these listings until ``now``, oldest first; those less than `FLICKER` apart are one."""
    now = instant(round(now.timestamp()))  # in whole seconds, as the data's own times are
    spans: list[Span] = []
    for listing in sorted(listings, key=lambda each: each.since):
        if listing.since > now:
            continue
        span = Span(listing.since, max(listing.since, listing.until or now))
        if spans and span.since - spans[-1].until < FLICKER:
            spans[-1] = Span(spans[-1].since, max(spans[-1].until, span.until))
        else:
            spans.append(span)
    return spans


def looked_for_as(
    watched: Watched, icao24: Icao24, registration: str | None = None, airport_icao: str | None = None
) -> tuple[str, ...]:
    """The names under which polls look for an airframe: its own, and this airport's where that is watched for it."""
    airport = watched.airports_by_icao.get(airport_icao or "")
    if airport is None or not admits(airport, icao24, registration, watched.aircraft_by_icao24.get(icao24)):
        return (icao24,)
    return icao24, airport.airport.icao


def looked_spans(
    listed: Sequence[Span], gaps: Sequence[Span], last_poll_at: datetime | None, now: datetime, longest: timedelta
) -> list[Span]:
    """The times in which a name was listed and polls were good, oldest first.

    ``gaps`` are the times between good polls that are holes, oldest first; the time since the last good poll is one where it
    is longer than ``longest``. Empty where no poll was ever good.
    """
    if last_poll_at is None:
        return []
    holes = [*gaps, Span(last_poll_at, now)] if now - last_poll_at > longest else gaps
    return [left for span in listed for left in without(span, holes)]


def time_unwatched(whole: Span, listed: Sequence[Span], gaps: Sequence[Span]) -> timedelta:
    """How much of a time a name was not listed, or listed in one of these ``gaps`` between good polls."""
    holes = sorted([*gaps, *without(whole, listed)], key=lambda span: span.since)
    seen = without(whole, holes)
    return whole.until - whole.since - sum((span.until - span.since for span in seen), timedelta(0))
