"""How far the record goes: since when somebody watches, when nobody did, and how much of it was inferred."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.selection import ALL, Selection
from flightwatch.visits import Visit
from flightwatch.words.phrases import duration, utc
from flightwatch.words.record import Span

_NOTHING: Final = timedelta(0)
_DAY: Final = timedelta(days=1)

IN_DAYS: Final = timedelta(days=3)
"""Length from which a time without watching, or without a word of an aircraft, is told in days."""


class Extent(Struct, frozen=True):
    """What was watched."""

    since: datetime | None
    """The first good poll since the watchlist names whom the question is about; None: there was none."""
    unwatched: tuple[Span, ...] = ()
    """The holes: times without a good poll that were longer than a poll may fail, oldest first, none before ``since``."""
    why: str = "nothing was watched yet"
    """Why ``since`` is None, where it is."""


def with_days(extent: Extent, days: Iterable[datetime], now: datetime) -> Extent:
    """The extent of what was watched until ``now`` and, besides, of these UTC days, each told by its first instant."""
    spans = [Span(day, day + _DAY) for day in days]
    if extent.since is not None:
        begins = extent.since, *(hole.until for hole in extent.unwatched)
        ends = *(hole.since for hole in extent.unwatched), now
        spans += (Span(begin, end) for begin, end in zip(begins, ends, strict=True))
    spans.sort(key=lambda span: span.since)
    if not spans:
        return Extent(None)
    unknown, end = list[Span](), spans[0].until
    for span in (*spans, Span(now, now)):
        if end < span.since:
            unknown.append(Span(end, span.since))
        end = max(end, span.until)
    return Extent(spans[0].since, tuple(unknown))


def watched_again(extent: Extent, since: datetime) -> datetime | None:
    """The first instant from ``since`` on that was watched; None: there was none."""
    if extent.since is None:
        return None
    begin = max(since, extent.since)
    return next((hole.until for hole in extent.unwatched if hole.since <= begin < hole.until), begin)


def holes(extent: Extent, since: datetime, until: datetime) -> list[Span]:
    """The parts of the holes that lie between ``since`` and ``until``, oldest first."""
    cut = (Span(max(hole.since, since), min(hole.until, until)) for hole in extent.unwatched)
    return [hole for hole in cut if hole.since < hole.until]


def watched_share(extent: Extent, since: datetime, until: datetime) -> float:
    """How much of the time between ``since`` and ``until`` was watched, 0..1."""
    if extent.since is None or until <= max(since, extent.since):
        return 0.0
    begin = max(since, extent.since)
    blind = sum((hole.until - hole.since for hole in holes(extent, begin, until)), _NOTHING)
    return (until - begin - blind) / (until - since)


def extent_line(extent: Extent, visits: Sequence[Visit], now: datetime, which: Selection = ALL) -> str:
    """``watching since 2023-08-01 00:40 UTC; not watched for 3 h 20 min in 2 stretches, ...; 5 of 7 landings inferred``.

    Holes are those of the time asked for; landings those of ``visits``, without the visits whose landing nobody can time, and
    not told where inferred ones were left out.
    """
    landings = [v for v in visits if v.arrival.at is not None]
    inferred = sum(v.arrival.basis == "inferred" for v in landings)
    said = [_watching(extent, which.since, min(which.until or now, now))]
    if landings and which.inferred:
        said.append(f"{inferred or 'none'} of {len(landings)} landing{'s' * (len(landings) != 1)} inferred")
    return "; ".join(said)


def _watching(extent: Extent, since: datetime | None, end: datetime) -> str:
    if extent.since is None:
        return extent.why
    watching = f"watching since {utc(extent.since)}"
    begin = max(since or extent.since, extent.since)
    if begin >= end:
        return watching
    unseen = holes(extent, begin, end)
    if not unseen:
        return f"{watching} without a hole"
    longest = max(unseen, key=lambda hole: hole.until - hole.since)
    total = sum((hole.until - hole.since for hole in unseen), _NOTHING)
    several = f" in {len(unseen)} stretches, the longest" if len(unseen) > 1 else ","
    return f"{watching}; not watched for {length(total)}{several} {_span(longest)}"


def length(time: timedelta) -> str:
    """``3 h 20 min``; ``53 days`` from `IN_DAYS` on."""
    return duration(time) if time < IN_DAYS else f"{time / timedelta(days=1):.0f} days"


def _span(span: Span) -> str:
    """``2023-08-14 02:10-04:30``, UTC."""
    same_day = span.since.date() == span.until.date()
    return f"{span.since:%Y-%m-%d %H:%M}{f'-{span.until:%H:%M}' if same_day else f' to {span.until:%Y-%m-%d %H:%M}'}"
