"""How far the record goes: since when somebody watches, when nobody did, and how the landings in it are known."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.core.selection import ALL, Selection
from flightwatch.core.spans import Span
from flightwatch.wording.phrases import WORTH_A_WORD, counted, length, utc

_NOTHING: Final = timedelta(0)
_DAY: Final = timedelta(days=1)

UNTOLD: Final = "ask about each alone to see since when it is watched"
"""Said of several that no poll looked for, each for a reason of its own."""

NOT_NOTED: Final = "what was watched is not known: no good poll since flightwatch was upgraded"
"""Said where no poll is newer than schema 3: releases before it did not write down what the watchlist named."""


class WatchTimes(Struct, frozen=True):
    """When somebody watched those whom a question is about, and when nobody did."""

    since: datetime | None
    """The first good poll since the watchlist names whom the question is about; None: there was none."""
    unwatched: tuple[Span, ...] = ()
    """Holes: spans without a good poll that were longer than polls may fail for, oldest first, none before ``since``."""
    why: str = "nothing was watched yet"
    """Why ``since`` is None, where it is."""
    whom: str = ""
    """How many of several these times are of: ``both together: ``, ``2 of 3 together: ``, ``only 1 of these 3: ``."""


def with_days(watch_times: WatchTimes, days: Iterable[datetime], now: datetime) -> WatchTimes:
    """The same times until ``now``, and besides these UTC days, each given by its first instant."""
    spans = [Span(day, day + _DAY) for day in days]
    if watch_times.since is not None:
        begins = watch_times.since, *(hole.until for hole in watch_times.unwatched)
        ends = *(hole.since for hole in watch_times.unwatched), now
        spans += (Span(begin, end) for begin, end in zip(begins, ends, strict=True))
    spans.sort(key=lambda span: span.since)
    if not spans:
        return WatchTimes(None)
    unknown, end = list[Span](), spans[0].until
    for span in (*spans, Span(now, now)):
        if end < span.since:
            unknown.append(Span(end, span.since))
        end = max(end, span.until)
    return WatchTimes(spans[0].since, tuple(unknown))


def watched_again(watch_times: WatchTimes, since: datetime) -> datetime | None:
    """Give the first instant from ``since`` on that was watched; None: nothing was."""
    if watch_times.since is None:
        return None
    begin = max(since, watch_times.since)
    return next((hole.until for hole in watch_times.unwatched if hole.since <= begin < hole.until), begin)


def holes(watch_times: WatchTimes, since: datetime, until: datetime) -> list[Span]:
    """Give the parts of the holes that lie between ``since`` and ``until``, oldest first."""
    cut = (Span(max(hole.since, since), min(hole.until, until)) for hole in watch_times.unwatched)
    return [hole for hole in cut if hole.since < hole.until]


def watched_share(watch_times: WatchTimes, since: datetime, until: datetime) -> float:
    """Give the share of the time between ``since`` and ``until`` that was watched, 0..1."""
    if watch_times.since is None or until <= max(since, watch_times.since):
        return 0.0
    begin = max(since, watch_times.since)
    blind = sum((hole.until - hole.since for hole in holes(watch_times, begin, until)), _NOTHING)
    return (until - begin - blind) / (until - since)


def watch_times_line(
    watch_times: WatchTimes, landings: Mapping[str, int], now: datetime, which: Selection = ALL
) -> str:
    """Tell it in a line: ``watching since 2023-08-01 00:40 UTC; not watched for 3 h 20 min in 2 stretches, ...; 5 landings ...``.

    Where a time is asked for, the line tells of that time alone. ``landings`` are counted by how they
    are known, as `Tally` has them; they are not told where inferred ones were left out.
    """
    said = [f"{watch_times.whom}{_watching(watch_times, which, now)}"]
    if landings and which.inferred:
        said.append(_landings(landings))
    return "; ".join(said)


def _landings(known: Mapping[str, int]) -> str:
    """Tell how the landings are known: ``2 landings inferred, 1 observed, 1 at an unknown time``."""
    (first, count), *others = (
        (how, known[how]) for how in ("inferred", "observed", "at an unknown time") if known.get(how)
    )
    return ", ".join([f"{counted(count, 'landing')} {first}", *(f"{number:,} {how}" for how, number in others)])


def _watching(watch_times: WatchTimes, which: Selection, now: datetime) -> str:
    """Tell when somebody watched, in all or in the time asked for, and when nobody did in between."""
    if watch_times.since is None:
        return watch_times.why
    is_asked, last = which.since is not None or which.until is not None, min(which.until or now, now)
    begin, end = max(which.since or watch_times.since, watch_times.since), last
    if begin >= end:
        return f"not watched then; watching began {utc(watch_times.since)}"
    first, breaks = begin, holes(watch_times, begin, end)
    if breaks and breaks[0].since == begin:
        begin = breaks.pop(0).until
    if breaks and breaks[-1].until == end:
        end = breaks.pop().since
    if end - begin <= WORTH_A_WORD < last - first:
        stopped = max(watch_times.unwatched, key=lambda hole: min(hole.until, last) - max(hole.since, first))
        again = "" if stopped.until >= now else f" and began again {utc(stopped.until)}"
        return f"{'not watched then; ' if is_asked else ''}watching stopped {utc(stopped.since)}{again}"
    breaks = [each for each in breaks if each.until - each.since > WORTH_A_WORD]
    if which.since is not None and last - which.since - (end - begin) <= WORTH_A_WORD and not breaks:
        return "watched throughout this time"
    so_far = f"watching since {utc(begin)}" if end == now else f"watched from {_span(Span(begin, end))} UTC"
    return f"{'in this time ' if is_asked else ''}{so_far}{_but(breaks)}"


def _but(breaks: Sequence[Span]) -> str:
    if not breaks:
        return ", without a long break"
    longest = max(breaks, key=lambda each: each.until - each.since)
    total = sum((each.until - each.since for each in breaks), _NOTHING)
    several = f" in {len(breaks):,} stretches, the longest" if len(breaks) > 1 else ":"
    return f"; not watched for {length(total)}{several} {_span(longest)}"


def _span(span: Span) -> str:
    """Write a span as ``2023-08-14 02:10 to 04:30``, UTC."""
    same_day = span.since.date() == span.until.date()
    return f"{span.since:%Y-%m-%d %H:%M} to {span.until:{'' if same_day else '%Y-%m-%d '}%H:%M}"


def together(several: Sequence[WatchTimes]) -> WatchTimes:
    """Join the times of several: they begin when all were watched that ever were, and have the holes of each."""
    watched = [times for times in several if times.since is not None]
    if len(several) == 1:
        return several[0]
    if not watched:
        reasons = list(dict.fromkeys(times.why for times in several))
        return WatchTimes(None, why=_of_several(reasons[0]) if len(reasons) == 1 else UNTOLD)
    since = max(times.since for times in watched if times.since is not None)
    joined = list[Span]()
    for hole in sorted((hole for times in watched for hole in times.unwatched), key=lambda hole: hole.since):
        if hole.until <= since:
            continue
        if joined and hole.since <= joined[-1].until:
            joined[-1] = Span(joined[-1].since, max(joined[-1].until, hole.until))
        else:
            joined.append(Span(max(hole.since, since), hole.until))
    every = "both" if len(several) == 2 else f"all {len(several):,}"
    if len(watched) == 1:
        return WatchTimes(since, tuple(joined), whom=f"only 1 of these {len(several):,}: ")
    count = every if len(watched) == len(several) else f"{len(watched):,} of {len(several):,}"
    return WatchTimes(since, tuple(joined), whom=f"{count} together: ")


def _of_several(why: str) -> str:
    """Put a reason into the plural: ``none of them on the watchlist, so they are found at watched airports only``."""
    several = {"not on the watchlist": "none of them on the watchlist", "it is": "they are", "it was": "they were"}
    for one, more in several.items():
        why = why.replace(one, more)
    return why
