"""What a timeline shows, in instants: a bar for each visit, a row for each airframe or place."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.visits import Visit, came
from flightwatch.report.visited_places import place_names
from flightwatch.wording.phrases import short

MOST_ROWS: Final = 24
"""Most rows in one timeline, for those with most visits; the others share one more row that marks only their arrivals."""

MOST_TOGETHER: Final = 8
"""Most rows in one drawing: paper breaks between drawings only, so a higher one leaves more of the page before empty."""

_SHORTEST_SPAN: Final = timedelta(hours=6)
_BESIDE: Final = 0.04
"""Share of the span left free before the first bar and after the last."""

_OPEN: Final = 0.25
"""Longest fading of an end that nobody knows, as a share of the span: years without a look must not crush the stays."""


class Bar(Struct, frozen=True):
    """A visit as it is drawn, in instants: it fades in from ``earliest`` to ``sure_from``, and out likewise."""

    row: int
    earliest: datetime
    sure_from: datetime
    sure_until: datetime
    latest: datetime
    is_open: bool
    """True if the airframe was still there at the last look."""
    is_older: bool
    """True if the airframe came earlier, nobody knows when."""
    is_inferred: bool
    """True if either end was inferred."""
    guesses: tuple[datetime, ...]
    """Best estimates of the ends that were not seen."""


class Chart(Struct, frozen=True):
    """What a timeline shows."""

    rows: tuple[str, ...]
    """What each row is called, from the top."""
    bars: tuple[Bar, ...]
    start: datetime
    end: datetime
    """Beginning and end of the drawing, with what is left free beside the visits."""
    first: datetime
    last: datetime
    """Beginning and end of the visits, as far as they are drawn."""
    others: tuple[datetime, ...] = ()
    """Arrivals of those that share the last row; empty where each has a row of its own."""


def chart(visits: Sequence[Visit], airports: Airports, looked_at: datetime | None, now: datetime) -> Chart:
    """Give what a timeline of these visits, at least one, shows; they come newest first, and so do the rows.

    ``looked_at``: the last good poll, until which an airframe that has not left was there; None: there was none.
    """
    names, what = _names(visits, airports)
    distinct = len({*names})
    common = {name for name, _ in Counter(names).most_common(MOST_ROWS if distinct > MOST_ROWS + 1 else distinct)}
    rows = list(dict.fromkeys(name for name in names if name in common))
    place = {name: row for row, name in enumerate(rows)}
    named = list(zip(visits, names, strict=True))
    bars = [_bar(visit, place[name], looked_at, now) for visit, name in named if name in common]
    others = tuple(came(v) for v, name in named if name not in common)
    if others:
        rows.append(f"{distinct - len(rows):,} other {what}")
    start = min((*others, *(bar.sure_from if bar.is_older else bar.earliest for bar in bars)))
    boundless = [visit.departure is None or visit.departure.at is None for visit, name in named if name in common]
    ends = (bar.sure_until if fades else bar.latest for bar, fades in zip(bars, boundless, strict=True))
    end = max((*others, *ends))
    most = max(_OPEN * (end - start), _SHORTEST_SPAN)
    bars = [replace(b, earliest=max(b.earliest, start - most), latest=min(b.latest, end + most)) for b in bars]
    start, end = min((start, *(bar.earliest for bar in bars))), max((end, *(bar.latest for bar in bars)))
    lacking = max(_SHORTEST_SPAN - (end - start), timedelta(0)) / 2
    beside = _BESIDE * (end - start) + lacking
    return Chart(
        rows=tuple(rows),
        bars=tuple(bars),
        start=start - beside,
        end=end + beside,
        first=start,
        last=end,
        others=others,
    )


def parts(seen: Chart) -> list[Chart]:
    """Divide the rows of a timeline among drawings of the same time, evenly and in order."""
    count = -(-len(seen.rows) // MOST_TOGETHER)
    cuts = [len(seen.rows) * number // count for number in range(count + 1)]
    return [
        replace(
            seen,
            rows=seen.rows[top:below],
            bars=tuple(replace(bar, row=bar.row - top) for bar in seen.bars if top <= bar.row < below),
            others=seen.others if below == cuts[-1] else (),
        )
        for top, below in pairwise(cuts)
    ]


def _names(visits: Sequence[Visit], airports: Airports) -> tuple[list[str], str]:
    """Name the row of each visit, by its place, by its airframe if these differ, or by both; and say what rows stand for."""
    tails = [short(visit.registration or visit.icao24) for visit in visits]
    places = place_names(visits, airports)
    if len({*tails}) == 1:
        return places, "places"
    if len({*places}) == 1:
        return tails, "aircraft"
    return [f"{tail} · {place}" for tail, place in zip(tails, places, strict=True)], "aircraft and places"


def _bar(visit: Visit, row: int, looked_at: datetime | None, now: datetime) -> Bar:
    arrival, left = visit.arrival, visit.departure
    earliest, sure_from = arrival.earliest or arrival.latest, arrival.latest
    if left is None:
        sure_until = max(looked_at or sure_from, sure_from)
        latest = max(now, sure_until)
    else:
        sure_until, latest = left.earliest or sure_from, left.latest
        if left.at is None:
            sure_until = max(sure_until, sure_from)
    if sure_until < sure_from:
        # The bounds overlap: nothing is sure but that it was there, so the fading ends meet in the middle.
        sure_from = sure_until = sure_until + (sure_from - sure_until) / 2
    ends = [end for end in (arrival, left) if end is not None and end.basis == "inferred"]
    return Bar(
        row=row,
        earliest=min(earliest, sure_from),
        sure_from=sure_from,
        sure_until=sure_until,
        latest=max(latest, sure_until),
        is_open=visit.is_open,
        is_older=arrival.at is None,
        is_inferred=bool(ends),
        guesses=tuple(end.at for end in ends if end.at is not None),
    )
