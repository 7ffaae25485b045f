"""The timeline of a report: a bar for each visit, an uncertain end faded, a row for each airframe or airport."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from flightwatch.report.svg import LETTERS_PX, WIDTHS, Spec, colour, icon, values
from flightwatch.visits import Visit
from flightwatch.words.phrases import short
from flightwatch.words.whereabouts import brief_name

MOST_ROWS: Final = 24
"""Rows in one timeline: those with most visits; all others share one more."""

_TOP_PX, _ROW_PX, _BAR_PX, _SIDE_PX, _LEAST_PX = 30, 42, 14, 14, 3
_TICK_EVERY_PX: Final = 95
_SHORTEST_SPAN: Final = timedelta(hours=6)
_BESIDE: Final = 0.04
"""Share of the span left free before the first bar and after the last."""

_TIMES: Final = {
    **dict.fromkeys(("milliseconds", "seconds", "minutes", "hours"), "%H:%M"),
    **dict.fromkeys(("date", "day", "week"), "%-d %b"),
    **dict.fromkeys(("month", "quarter"), "%b %Y"),
    "year": "%Y",
}


class Bar(Struct, frozen=True):
    """One visit as it is drawn, in instants: between ``earliest`` and ``sure_from`` it fades in, and out likewise."""

    row: int
    earliest: datetime
    sure_from: datetime
    sure_until: datetime
    latest: datetime
    is_open: bool
    """Still there."""
    is_older: bool
    """It came at an unknown time before."""
    guesses: tuple[datetime, ...]
    """Best estimates of the ends that were not seen."""


class Chart(Struct, frozen=True):
    """What a timeline shows."""

    rows: tuple[str, ...]
    """What each row is called, from the top."""
    bars: tuple[Bar, ...]
    start: datetime
    end: datetime


def chart(visits: Sequence[Visit], now: datetime) -> Chart:
    """What a timeline of these visits shows, at least one; newest first, as is the order of rows."""
    names = _names(visits)
    common = {name for name, _ in Counter(names).most_common(MOST_ROWS)}
    rows = list(dict.fromkeys(name for name in names if name in common))
    others = len(set(names)) - len(rows)
    place = {name: row for row, name in enumerate(rows)}
    bars = tuple(_bar(visit, place.get(name, len(rows)), now) for visit, name in zip(visits, names, strict=True))
    if others:
        rows.append(f"{others} others")
    start, end = min(bar.earliest for bar in bars), max(bar.latest for bar in bars)
    lacking = max(_SHORTEST_SPAN - (end - start), timedelta(0)) / 2
    beside = _BESIDE * (end - start) + lacking
    return Chart(tuple(rows), bars, start - beside, end + beside)


def _names(visits: Sequence[Visit]) -> list[str]:
    """What sets the visits apart: the airport, or the airframe where there are several."""
    tails = [short(visit.registration or visit.icao24) for visit in visits]
    places = [_place(visit) for visit in visits]
    if len(set(tails)) == 1:
        return places
    if len(set(places)) == 1:
        return tails
    return [f"{tail} · {place}" for tail, place in zip(tails, places, strict=True)]


def _place(visit: Visit) -> str:
    if visit.airport is None:
        return "no airport named"
    return f"{short(visit.airport.iata or visit.airport.icao)} {brief_name(visit.airport)}"


def _bar(visit: Visit, row: int, now: datetime) -> Bar:
    came, left = visit.arrival, visit.departure
    earliest, sure_from = came.earliest or came.latest, came.latest
    sure_until = latest = max(now, sure_from)
    if left is not None:
        sure_until, latest = left.earliest or sure_from, left.latest
    if sure_until < sure_from:
        # The bounds overlap: nothing is sure but that it was there, so the fading ends meet in the middle.
        sure_from = sure_until = sure_until + (sure_from - sure_until) / 2
    ends = [end for end in (came, left) if end is not None and end.basis == "inferred"]
    guesses = tuple(end.at for end in ends if end.at is not None)
    return Bar(
        row, earliest, sure_from, sure_until, max(latest, sure_until), visit.is_open, came.earliest is None, guesses
    )


def specification(seen: Chart, form: str) -> Spec:
    """The timeline as Vega draws it, for a page of this form (a key of `WIDTHS`)."""
    width, height = WIDTHS[form], _TOP_PX + _ROW_PX * len(seen.rows) + 8
    certain = [_stretch(b, b.sure_from, b.sure_until) for b in seen.bars]
    fading_in = [
        _stretch(b, b.earliest, b.sure_from) for b in seen.bars if _shows(seen, b.earliest, b.sure_from, width)
    ]
    fading_out = [_stretch(b, b.sure_until, b.latest) for b in seen.bars if _shows(seen, b.sure_until, b.latest, width)]
    guesses = [{"row": b.row, "at": _ms(at)} for b in seen.bars for at in _visible_guesses(seen, b, width)]
    return {
        "width": width,
        "height": height,
        "data": [
            values("rows", [{"row": row, "name": name} for row, name in enumerate(seen.rows)]),
            values("certain", certain),
            values("fading_in", fading_in),
            values("fading_out", fading_out),
            values("guesses", guesses),
            values("open", [{"row": b.row, "at": _ms(b.latest)} for b in seen.bars if b.is_open]),
            values("older", [{"row": b.row, "at": _ms(b.earliest)} for b in seen.bars if b.is_older]),
        ],
        "scales": [
            {
                "name": "time",
                "type": "utc",
                "domain": [_ms(seen.start), _ms(seen.end)],
                "range": [_SIDE_PX, width - _SIDE_PX],
            }
        ],
        "axes": [_axis(width)],
        "marks": [
            *_row_marks(width),
            _rect("fading_in", _gradient("none", "bar")),
            _rect("fading_out", _gradient("bar", "none")),
            _rect("certain", colour("bar"), least_px=_LEAST_PX),
            _guess_marks(),
            _arrows("open", "triangle-right", 6),
            _arrows("older", "triangle-left", -6),
        ],
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _shows(seen: Chart, start: datetime, end: datetime, width: int) -> bool:
    """Whether a stretch of time is long enough in the drawing for its ends to be told apart."""
    return (end - start) / (seen.end - seen.start) * width >= _LEAST_PX


def _visible_guesses(seen: Chart, bar: Bar, width: int) -> list[datetime]:
    """Best estimates of ends whose fading can be seen."""
    ends = ((bar.earliest, bar.sure_from), (bar.sure_until, bar.latest))
    visible = [end for end in ends if _shows(seen, *end, width)]
    return [at for at in bar.guesses if any(start <= at <= end for start, end in visible)]


def _stretch(bar: Bar, start: datetime, end: datetime) -> dict[str, int]:
    return {"row": bar.row, "from": _ms(start), "to": _ms(end)}


def _axis(width: int) -> Spec:
    """UTC along the top, inside the drawing."""
    colours = {"gridColor": "var(--line)", "labelColor": "var(--quiet)"}
    layout = {"orient": "top", "offset": -_TOP_PX, "ticks": False, "labelPadding": 8, "domain": False, "grid": True}
    labels = {
        "format": _TIMES,
        "formatType": "utc",
        "labelFontSize": LETTERS_PX,
        "labelFlush": 32,
        "labelOverlap": True,
    }
    return {"scale": "time", "tickCount": max(2, width // _TICK_EVERY_PX), **colours, **layout, **labels}


def _row_marks(width: int) -> list[Spec]:
    """The name of each row above its bars, and a line below."""
    top = f"{_TOP_PX} + datum.row * {_ROW_PX}"
    name = {
        "x": {"value": _SIDE_PX},
        "y": {"signal": f"{top} + {LETTERS_PX + 3}"},
        "text": {"field": "name"},
        "limit": {"value": width - 2 * _SIDE_PX},
        "fontSize": {"value": LETTERS_PX},
        "fill": colour("ink"),
        "stroke": colour("paper"),
        "strokeWidth": {"value": 3},
    }
    line = {"x": {"value": 0}, "x2": {"value": width}, "y": {"signal": top}, "stroke": colour("line")}
    return [
        {"type": "rule", "from": {"data": "rows"}, "encode": {"enter": line}},
        {"type": "text", "from": {"data": "rows"}, "encode": {"enter": name}},
    ]


def _bar_top(above: int = 0) -> dict[str, str]:
    return {"signal": f"{_TOP_PX + LETTERS_PX + 8 - above} + datum.row * {_ROW_PX}"}


def _rect(data: str, fill: Any, *, least_px: int = 0) -> Spec:
    """A bar from ``from`` to ``to``, however short in time so wide that it can be seen."""
    span = "scale('time', datum.to) - scale('time', datum.from)"
    looks = {
        "x": {"signal": f"scale('time', datum.from) - max(0, {least_px} - ({span})) / 2"},
        "width": {"signal": f"max({least_px}, {span})"},
        "y": _bar_top(),
        "height": {"value": _BAR_PX},
        "fill": fill,
    }
    return {"type": "rect", "from": {"data": data}, "encode": {"enter": looks}}


def _gradient(start: str, end: str) -> dict[str, Any]:
    stops = [{"offset": 0, "color": f"var(--{start})"}, {"offset": 1, "color": f"var(--{end})"}]
    return {"value": {"gradient": "linear", "stops": stops}}


def _guess_marks() -> Spec:
    """A stroke at the best estimate of an end that was not seen."""
    looks = {
        "x": {"scale": "time", "field": "at"},
        "y": _bar_top(3),
        "y2": {"signal": f"{_bar_top(3)['signal']} + {_BAR_PX + 6}"},
        "stroke": colour("ink"),
        "strokeWidth": {"value": 1.2},
    }
    return {"type": "rule", "from": {"data": "guesses"}, "encode": {"enter": looks}}


def _arrows(data: str, figure: str, aside_px: int) -> Spec:
    looks = {
        "x": {"signal": f"scale('time', datum.at) + {aside_px}"},
        "y": {"signal": f"{_bar_top()['signal']} + {_BAR_PX / 2}"},
        "shape": {"value": figure},
        "size": {"value": 90},
        "fill": colour("bar"),
    }
    return {"type": "symbol", "from": {"data": data}, "encode": {"enter": looks}}


_FADE: Final = "".join(
    f'<path d="M{3 * step},2h3v10h-3Z" fill="var(--bar)" fill-opacity="{(step + 1) / 6:.2f}"/>' for step in range(5)
)


def legend(seen: Chart) -> list[tuple[str, str]]:
    """Each sign that is in this timeline, as a small drawing, and what it means."""
    bars, width = seen.bars, WIDTHS["wide"]
    signs = (
        (True, '<path d="M2,2h18v10h-18Z" fill="var(--bar)"/>', "on the ground"),
        (
            any(
                _shows(seen, *end, width) for b in bars for end in ((b.earliest, b.sure_from), (b.sure_until, b.latest))
            ),
            f'{_FADE}<path d="M15,2h7v10h-7Z" fill="var(--bar)"/>',
            "perhaps on the ground",
        ),
        (
            any(_visible_guesses(seen, b, width) for b in bars),
            '<path d="M11,0v14" stroke="var(--ink)" stroke-width="1.5"/>',
            "best estimate of an end that nobody received",
        ),
        (any(b.is_open for b in bars), '<path d="M0,2h12v10h-12ZM14,1l8,6l-8,6Z" fill="var(--bar)"/>', "still there"),
        (
            any(b.is_older for b in bars),
            '<path d="M10,2h12v10h-12ZM8,1l-8,6l8,6Z" fill="var(--bar)"/>',
            "came earlier, unknown when",
        ),
    )
    return [(icon(drawing), meaning) for is_there, drawing, meaning in signs if is_there]
