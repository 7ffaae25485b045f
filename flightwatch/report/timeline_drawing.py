"""The timeline of a report as SVG: dates, the names of rows, and the marks of the visits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from flightwatch.core.spans import midnight
from flightwatch.report.labels import text_width
from flightwatch.report.svg import (
    LETTERS_PX,
    WIDTHS,
    box,
    colour,
    drawing,
    element,
    group,
    icon,
    number,
    text,
)
from flightwatch.report.timeline import Chart
from flightwatch.report.timeline_dates import date_told, dates
from flightwatch.report.timeline_marks import SIDE_PX, Marks, Stretch, marks, place_in
from flightwatch.wording.phrases import day

_TOP_PX, _ROW_PX, _BAR_PX = 48, 42, 14
_DAYS_PX, _DATES_PX = 16, 37
"""Levels of the line that names the first and the last day, and of that of the other dates."""
_DATES: Final = {"wide": 9, "narrow": 5}
"""Number of dates to aim at along the top."""

_STRIPE_PX: Final = 3
_FONT: Final = f"{LETTERS_PX}px"


def timeline_of(seen: Chart, form: str, name: str, description: str) -> str:
    """Draw the timeline for a page of this form (a key of `WIDTHS`).

    ``name``, of letters and digits, tells it from other drawings of the page; ``description`` tells it to whoever cannot see it.
    """
    drawn, width, height = marks(seen, form), WIDTHS[form], _TOP_PX + _ROW_PX * len(seen.rows) + 8
    bar, paper, stripe = colour("bar"), colour("paper"), (_BAR_PX - _STRIPE_PX) / 2
    fades = [("fading_in", "none", "bar"), ("fading_out", "bar", "none")]
    parts = [
        *_axis(seen, form, height),
        *_rows(seen, width),
        *_days(seen, width),
        *(_gradient(f"{name}{kind}", *ends) for kind, *ends in fades if getattr(drawn, kind)),
        *(group(_bars(getattr(drawn, kind)), fill=f"url(#{name}{kind})") for kind, *_ in fades),
        group(_bars([*drawn.solid, *drawn.ticks]), fill=bar),
        group(_bars(drawn.several), fill=paper, stroke=bar, stroke_width=1.2),
        group(_bars(drawn.stripes, stripe), fill=paper),
        group(_bars(drawn.others, _BAR_PX / 4), fill=bar),
        *_guesses(drawn.guesses),
        group((_arrow(each, 1) for each in drawn.open), fill=bar),
        group((_arrow(each, -1) for each in drawn.older), fill=bar),
    ]
    return drawing((width, height), form, description, parts)


def _axis(seen: Chart, form: str, height: int) -> Iterator[str]:
    """Draw the dates along the top, from the first day to the last, and a line down from each; those are told that have room."""
    begin, end = midnight(seen.first), midnight(seen.last) + timedelta(days=1)
    every = dates(seen.start, seen.end, _DATES[form])
    places = [(place_in(seen, form, at), at) for at in every if begin <= at < end]
    lines = "".join(f"M{round(x) + 0.5:g},0v{height}" for x, _ in places)
    if lines:
        yield element("path", d=lines, stroke=colour("line"))
    told, free_from, last = list[str](), SIDE_PX / 2, WIDTHS[form] - SIDE_PX / 2
    for x, at in places:
        said = date_told(at)
        half = text_width(said, LETTERS_PX) / 2
        if x - half >= free_from and x + half <= last:
            told.append(text(said, x, _DATES_PX))
            free_from = x + half + LETTERS_PX
    yield group(told, fill=colour("quiet"), font_size=_FONT, text_anchor="middle")


def _days(seen: Chart, width: int) -> Iterator[str]:
    """Name the day with which the drawing begins, and that with which it ends where it is another."""
    looks = {"fill": colour("ink"), "font_size": _FONT}
    yield text(day(seen.first), SIDE_PX, _DAYS_PX, **looks)
    if seen.first.date() != seen.last.date():
        yield text(day(seen.last), width - SIDE_PX, _DAYS_PX, text_anchor="end", **looks)


def _rows(seen: Chart, width: int) -> Iterator[str]:
    """Write the name of each row above its bars, with a line between rows."""
    tops = [_TOP_PX + _ROW_PX * row for row in range(len(seen.rows))]
    yield element("path", d="".join(f"M0,{top + 0.5:g}h{width}" for top in tops), stroke=colour("line"))
    names = (
        text(_cut(name, width - 2 * SIDE_PX), SIDE_PX, top + LETTERS_PX + 3)
        for name, top in zip(seen.rows, tops, strict=True)
    )
    yield group(names, fill=colour("ink"), font_size=_FONT, stroke=colour("paper"), stroke_width=3)


def _cut(name: str, room: float) -> str:
    """Shorten a name to what there is room for, px."""
    lengths = range(len(name) - 1, 0, -1)
    ways = (name, *(f"{name[:length]}…" for length in lengths))
    return next(way for way in ways if text_width(way, LETTERS_PX) <= room)


def _bar_top(row: int) -> int:
    return _TOP_PX + _ROW_PX * row + LETTERS_PX + 8


def _bars(stretches: Iterable[Stretch], less: float = 0.0) -> Iterator[str]:
    """Draw bars, by so much less at top and bottom, px."""
    for each in stretches:
        top = _bar_top(each.row)
        yield box((each.x, top + less, each.x + each.w, top + _BAR_PX - less))


def _gradient(name: str, begin: str, end: str) -> str:
    stops = "".join(element("stop", offset=n, stop_color=colour(at)) for n, at in enumerate((begin, end)))
    return element("linearGradient", stops, id=name)


def _guesses(guesses: Sequence[Stretch]) -> Iterator[str]:
    """Draw a stroke at each best estimate of an end; one in the colour of paper below it sets it off from its bar."""
    path = "".join(f"M{number(each.x)},{_bar_top(each.row) - 3}v{_BAR_PX + 6}" for each in guesses)
    if path:
        yield element("path", d=path, stroke=colour("paper"), stroke_width=4)
        yield element("path", d=path, stroke=colour("ink"), stroke_width=1.4)


def _arrow(each: Stretch, towards: int) -> str:
    """Draw an arrow beside an end, that points to the right (1) or to the left (-1)."""
    tip, back = each.x + 10.1 * towards, -8.2 * towards
    return element("path", d=f"M{number(tip)},{_bar_top(each.row) + _BAR_PX // 2}l{number(back)},-4.7v9.4z")


_FADE: Final = "".join(
    f'<path d="M{3 * step},2h3v10h-3Z" fill="var(--bar)" fill-opacity="{(step + 1) / 6:.2f}"/>' for step in range(5)
)
_SIGNS: Final = (
    ("solid", '<path d="M2,2h18v10h-18Z" fill="var(--bar)"/>', "on the ground"),
    (
        "stripes",
        '<path d="M2,2h18v3.5h-18ZM2,8.5h18v3.5h-18Z" fill="var(--bar)"/>',
        "with a gap along the middle: landing or departure inferred",
    ),
    ("fading_out", f'{_FADE}<path d="M15,2h7v10h-7Z" fill="var(--bar)"/>', "perhaps on the ground"),
    (
        "guesses",
        '<path d="M11,0v14" stroke="var(--ink)" stroke-width="1.5"/>',
        "best estimate of an end that nobody received",
    ),
    ("ticks", '<path d="M10,1h2v12h-2Z" fill="var(--bar)"/>', "a stay too short to draw to scale"),
    (
        "several",
        '<path d="M4,2h14v10h-14Z" fill="var(--paper)" stroke="var(--bar)" stroke-width="1.2"/>',
        "several stays, too close to draw apart",
    ),
    ("others", '<path d="M10,4h2v6h-2Z" fill="var(--bar)"/>', "one or more arrivals of those that share the last row"),
    ("open", '<path d="M0,2h12v10h-12ZM14,1l8,6l-8,6Z" fill="var(--bar)"/>', "still there when last looked"),
    ("older", '<path d="M10,2h12v10h-12ZM8,1l-8,6l8,6Z" fill="var(--bar)"/>', "came earlier, unknown when"),
)


def legend(drawn: Marks) -> list[tuple[str, str]]:
    """Give each sign that is in this timeline, as a small drawing, and what it means."""
    there = {kind for kind in Marks.__struct_fields__ if getattr(drawn, kind)}
    there |= {"fading_out"} if "fading_in" in there else set()
    return [(icon(drawing), meaning) for kind, drawing, meaning in _SIGNS if kind in there]
