"""Where the visits of a timeline are drawn: to scale, or where they are too short for that as ticks that keep apart."""

from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from msgspec import Struct

from flightwatch.report.svg import WIDTHS
from flightwatch.report.timeline import Bar, Chart

SIDE_PX: Final = 14
"""Room beside the first instant and the last."""

LEAST_PX: Final = 5.0
"""Width from which a stay is drawn to scale."""

_FADE_PX: Final = 3.0
"""Least width at which an uncertain end can be seen to fade."""

_TICK_PX: Final = 1.4
_GAP_PX: Final = 1.2
"""Gap between two stays, so that they read as two."""

_ASIDE_PX: Final = 3.0
"""Most that a tick is moved to keep apart from the one before; where that is too little, both are drawn as several."""


class Stretch(Struct, frozen=True):
    """Part of a row, px from the left."""

    row: int
    x: float
    w: float = 0.0


class Marks(Struct, frozen=True):
    """What is drawn, by kind."""

    solid: list[Stretch] = []
    """Stays, for the time that they surely lasted."""
    fading_in: list[Stretch] = []
    fading_out: list[Stretch] = []
    ticks: list[Stretch] = []
    """Stays too short to be drawn to scale."""
    several: list[Stretch] = []
    """Several such stays that are too close to be drawn apart."""
    stripes: list[Stretch] = []
    """Those of the above whose landing or departure was inferred."""
    guesses: list[Stretch] = []
    open: list[Stretch] = []
    older: list[Stretch] = []
    others: list[Stretch] = []
    """Arrivals of those that share a row."""
    unfaded: list[Stretch] = []
    """Uncertain ends that are too short to be seen to fade; they are not drawn."""


def marks(seen: Chart, form: str) -> Marks:
    """Place everything in a timeline on a page of this form (a key of `WIDTHS`)."""

    def x(at: datetime) -> float:
        return place_in(seen, form, at)

    drawn = Marks()
    for row, bars in groupby(sorted(seen.bars, key=attrgetter("row", "sure_from")), key=attrgetter("row")):
        free_from = float("-inf")
        for bar in bars:
            free_from = _put(drawn, bar, [x(at) for at in _corners(bar)], free_from)
            for at in bar.guesses:
                if any(
                    s.row == row and s.x <= x(at) <= s.x + s.w for s in (drawn.fading_in[-1:] + drawn.fading_out[-1:])
                ):
                    drawn.guesses.append(Stretch(row, x(at)))
    last = float("-inf")
    for at in sorted(seen.others):
        if x(at) - last >= _TICK_PX + 2 * _GAP_PX:
            last = x(at)
            drawn.others.append(Stretch(len(seen.rows) - 1, last - _TICK_PX / 2, _TICK_PX))
    return drawn


def place_in(seen: Chart, form: str, at: datetime) -> float:
    """Give where an instant is drawn on a page of this form, px from the left."""
    return SIDE_PX + (at - seen.start) / (seen.end - seen.start) * (WIDTHS[form] - 2 * SIDE_PX)


def _corners(bar: Bar) -> tuple[datetime, ...]:
    return bar.earliest, bar.sure_from, bar.sure_until, bar.latest


def _put(drawn: Marks, bar: Bar, corners: list[float], free_from: float) -> float:
    """Draw one stay to the right of ``free_from``, px; return from where on the next may be drawn."""
    row, (earliest, sure_from, sure_until, latest) = bar.row, corners
    fades_in, fades_out = sure_from - earliest >= _FADE_PX, latest - sure_until >= _FADE_PX
    drawn.unfaded.extend(
        Stretch(row, start, end - start)
        for start, end, fades in ((earliest, sure_from, fades_in), (sure_until, latest, fades_out))
        if end > start and not fades and not (bar.is_open and end == latest)
    )
    start = max(earliest if fades_in else sure_from, free_from)
    end = latest if fades_out else sure_until
    if end - start < LEAST_PX:
        end = _put_tick(drawn, bar, (sure_from + sure_until) / 2, free_from)
    else:
        for kept, begin, until in (
            (drawn.fading_in, earliest if fades_in else sure_from, sure_from),
            (drawn.solid, sure_from, sure_until),
            (drawn.fading_out, sure_until, latest if fades_out else sure_until),
        ):
            if until > max(begin, start):
                kept.append(Stretch(row, max(begin, start), until - max(begin, start)))
        if bar.is_inferred:
            drawn.stripes.append(Stretch(row, start, end - start))
    if bar.is_open and not fades_out:
        drawn.open.append(Stretch(row, end))
    if bar.is_older and not fades_in:
        drawn.older.append(Stretch(row, start if end - start >= LEAST_PX else end - _TICK_PX))
    return end + _GAP_PX


def _put_tick(drawn: Marks, bar: Bar, middle: float, free_from: float) -> float:
    """Draw a tick for a stay, or one mark for several where there is no room for a further tick; return where that ends."""
    ideal = middle - _TICK_PX / 2
    place = max(ideal, free_from)
    before = [(kind, kind[-1]) for kind in (drawn.several, drawn.ticks) if kind and kind[-1].row == bar.row]
    touching = next(((kind, s) for kind, s in before if abs(s.x + s.w + _GAP_PX - free_from) < 0.01), None)
    if place - ideal > _ASIDE_PX and touching is not None:
        kind, last = touching
        kind.pop()
        if drawn.stripes and drawn.stripes[-1].x == last.x:
            drawn.stripes.pop()
        end = max(ideal + _TICK_PX, last.x + LEAST_PX)
        drawn.several.append(Stretch(bar.row, last.x, end - last.x))
        return end
    drawn.ticks.append(Stretch(bar.row, place, _TICK_PX))
    if bar.is_inferred:
        drawn.stripes.append(Stretch(bar.row, place, _TICK_PX))
    return place + _TICK_PX


def hides_doubt(several: list[Marks]) -> bool:
    """True if any of these drawings has an uncertain end that is too short to be seen."""
    return any(drawn.unfaded for drawn in several)
