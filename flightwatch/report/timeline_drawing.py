"""The timeline of a report as Vega draws it: dates, the names of rows, and the marks of the visits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from flightwatch.report.svg import LETTER, LETTERS_PX, WIDTHS, Spec, colour, icon, values
from flightwatch.report.timeline import Chart
from flightwatch.report.timeline_marks import SIDE_PX, Marks, Stretch
from flightwatch.wording.phrases import day

_TOP_PX, _ROW_PX, _BAR_PX = 48, 42, 14
_DAYS_PX: Final = 16
"""Level of the line that names the first and the last day, above the other dates."""
_DATES: Final = {"wide": 9, "narrow": 5}
"""Number of dates to aim at along the top."""

_STRIPE_PX: Final = 3

_TIMES: Final = {
    **dict.fromkeys(("milliseconds", "seconds", "minutes", "hours"), "%H:%M"),
    **dict.fromkeys(("date", "day", "week"), "%-d %b"),
    **dict.fromkeys(("month", "quarter"), "%b %Y"),
    "year": "%Y",
}


def specification(seen: Chart, drawn: Marks, form: str) -> Spec:
    """Write the timeline as a Vega specification, for a page of this form (a key of `WIDTHS`)."""
    width, height = WIDTHS[form], _TOP_PX + _ROW_PX * len(seen.rows) + 8
    names = [{"row": row, "name": _cut(name, width)} for row, name in enumerate(seen.rows)]
    kinds = (name for name in Marks.__struct_fields__ if name != "unfaded")
    return {
        "width": width,
        "height": height,
        "data": [values("rows", names), *(values(kind, list(_rows(getattr(drawn, kind)))) for kind in kinds)],
        "scales": [
            {
                "name": "time",
                "type": "utc",
                "domain": [_ms(seen.start), _ms(seen.end)],
                "range": [SIDE_PX, width - SIDE_PX],
            }
        ],
        "axes": [_axis(_DATES[form])],
        "marks": [
            *_row_marks(width),
            *_days(seen, width),
            _rect("fading_in", fill=_gradient("none", "bar")),
            _rect("fading_out", fill=_gradient("bar", "none")),
            _rect("solid", fill=colour("bar")),
            _rect("ticks", fill=colour("bar")),
            _rect("several", fill=colour("paper"), stroke=colour("bar"), strokeWidth={"value": 1.2}),
            _rect("stripes", above=-(_BAR_PX - _STRIPE_PX) / 2, fill=colour("paper")),
            _rect("others", above=-_BAR_PX / 4, fill=colour("bar")),
            _guess_marks("paper", 4.0),
            _guess_marks("ink", 1.4),
            _arrows("open", "triangle-right", 6),
            _arrows("older", "triangle-left", -6),
        ],
    }


def _rows(stretches: list[Stretch]) -> Iterator[dict[str, float]]:
    return ({"row": s.row, "x": round(s.x, 1), "w": round(s.w, 1)} for s in stretches)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _cut(name: str, width: int) -> str:
    most = int((width - 2 * SIDE_PX) / (LETTER * LETTERS_PX))
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _axis(dates: int) -> Spec:
    """Draw UTC along the top, inside the drawing."""
    colours = {"gridColor": "var(--line)", "labelColor": "var(--quiet)"}
    layout = {"orient": "top", "offset": -_TOP_PX, "ticks": False, "labelPadding": 8, "domain": False, "grid": True}
    labels = {
        "format": _TIMES,
        "formatType": "utc",
        "labelFontSize": LETTERS_PX,
        "labelFlush": True,
        "labelBound": SIDE_PX // 2,
        "labelOverlap": "greedy",
        "labelSeparation": LETTERS_PX,
    }
    return {"scale": "time", "tickCount": dates, **colours, **layout, **labels}


def _days(seen: Chart, width: int) -> Iterator[Spec]:
    """Name the day with which the drawing begins, and that with which it ends where it is another."""
    ends = [("left", SIDE_PX, day(seen.first)), ("right", width - SIDE_PX, day(seen.last))]
    for align, x, name in ends[: 1 + (seen.first.date() != seen.last.date())]:
        looks = {
            "x": {"value": x},
            "y": {"value": _DAYS_PX},
            "text": {"value": name},
            "align": {"value": align},
            "fontSize": {"value": LETTERS_PX},
            "fill": colour("ink"),
        }
        yield {"type": "text", "encode": {"enter": looks}}


def _row_marks(width: int) -> list[Spec]:
    """Write the name of each row above its bars, with a line between rows."""
    top = f"{_TOP_PX} + datum.row * {_ROW_PX}"
    name = {
        "x": {"value": SIDE_PX},
        "y": {"signal": f"{top} + {LETTERS_PX + 3}"},
        "text": {"field": "name"},
        "limit": {"value": (width - 2 * SIDE_PX) * 0.85},
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


def _bar_top(above: float = 0) -> dict[str, str]:
    return {"signal": f"{_TOP_PX + LETTERS_PX + 8 - above} + datum.row * {_ROW_PX}"}


def _rect(data: str, *, above: float = 0, **looks: Any) -> Spec:
    """Draw the bars of a data set; negative ``above`` makes them smaller at top and bottom, px."""
    place = {
        "x": {"field": "x"},
        "width": {"field": "w"},
        "y": _bar_top(above),
        "height": {"value": _BAR_PX + 2 * above},
    }
    return {"type": "rect", "from": {"data": data}, "encode": {"enter": place | looks}}


def _gradient(start: str, end: str) -> dict[str, Any]:
    stops = [{"offset": 0, "color": f"var(--{start})"}, {"offset": 1, "color": f"var(--{end})"}]
    return {"value": {"gradient": "linear", "stops": stops}}


def _guess_marks(stroke: str, width: float) -> Spec:
    """Draw a stroke at the best estimate of an end; one in the colour of paper below it sets it off from its bar."""
    looks = {
        "x": {"field": "x"},
        "y": _bar_top(3),
        "y2": {"signal": f"{_bar_top(3)['signal']} + {_BAR_PX + 6}"},
        "stroke": colour(stroke),
        "strokeWidth": {"value": width},
    }
    return {"type": "rule", "from": {"data": "guesses"}, "encode": {"enter": looks}}


def _arrows(data: str, figure: str, aside_px: int) -> Spec:
    looks = {
        "x": {"signal": f"datum.x + {aside_px}"},
        "y": {"signal": f"{_bar_top()['signal']} + {_BAR_PX / 2}"},
        "shape": {"value": figure},
        "size": {"value": 90},
        "fill": colour("bar"),
    }
    return {"type": "symbol", "from": {"data": data}, "encode": {"enter": looks}}


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
