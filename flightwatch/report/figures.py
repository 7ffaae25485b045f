"""Map and timeline of a section, each for a wide page and for a phone, with captions and legends."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from flightwatch.core.visits import Visit
from flightwatch.report import timeline_drawing
from flightwatch.report.map_content import MOST_DRAWN, described
from flightwatch.report.map_drawing import SIZES_OF_FORMS, map_of
from flightwatch.report.map_signs import anywhere, legend
from flightwatch.report.material import Material
from flightwatch.report.svg import WIDTHS, drawing
from flightwatch.report.timeline import chart, parts
from flightwatch.report.timeline_marks import hides_doubt, marks
from flightwatch.report.visit_map import map_content
from flightwatch.report.visit_table import prose
from flightwatch.wording.phrases import clean, counted

Signs = Sequence[tuple[str, str]]
"""A legend: small drawings, and what they mean; words without a drawing begin a line."""


def figures(visits: Sequence[Visit], material: Material, looked_at: datetime | None, name: str) -> str:
    """Draw map and timeline of these visits, of which there is at least one.

    ``looked_at`` is as in `visits_table`. ``name`` tells the section from all others, for ids that must differ.
    """
    return _map(visits, material, name) + _timeline(visits, material, looked_at, name)


def _map(visits: Sequence[Visit], material: Material, name: str) -> str:
    seen = map_content(visits, material.events, material.airports, material.legs)
    drawn = visits[:MOST_DRAWN]
    what = (
        counted(len(drawn), "visit")
        if len(drawn) == len(visits)
        else f"the newest {len(drawn):,} of {len(visits):,} visits"
    )
    told = clean(described(seen, what))
    sketches = {form: map_of(seen, SIZES_OF_FORMS[form], material.outlines, f"{name}{form}") for form in WIDTHS}
    drawings = [drawing(sketch.size, form, told, sketch.parts) for form, sketch in sketches.items()]
    legends = [legend(seen, sketch.shown, sketch.written) for sketch in sketches.values()]
    timed = {text for spot in (*seen.lost, *seen.found) for text in (spot.label, spot.brief)}
    clock = f"; {seen.dates}" if any(timed & sketch.written for sketch in sketches.values()) else ""
    return _figure(drawings, " ".join(filter(None, (f"Map of {what}{clock}.", anywhere(seen)))), legends)


def _timeline(visits: Sequence[Visit], material: Material, looked_at: datetime | None, name: str) -> str:
    seen = chart(visits, material.airports, looked_at, material.now)
    span = f"{days(seen.first, seen.last)}, UTC"
    told = f"Timeline of {counted(len(visits), 'visit')}, {span}. The table below has the times of each."
    several, divided = [marks(seen, form) for form in WIDTHS], parts(seen)
    drawings = []
    for form in WIDTHS:
        for number, part in enumerate(divided, 1):
            which = f" Part {number} of {len(divided)}." if len(divided) > 1 else ""
            drawings.append(timeline_drawing.timeline_of(part, form, f"{name}{form}{number}", f"{told}{which}"))
    doubt = " Uncertain ends fade where that is long enough to be seen; the table has the bounds of all."
    caption = f"Timeline, {span}.{doubt if hides_doubt(several) else ''}"
    return _figure(drawings, caption, [timeline_drawing.legend(drawn) for drawn in several])


def _figure(drawings: Sequence[str], caption: str, legends: Sequence[Signs]) -> str:
    """Write a drawing and a legend for each form of page, of which the style sheet shows one, and the caption."""
    is_alike = all(legend == legends[0] for legend in legends)
    forms = [("legend", legends[0])] if is_alike else zip((f"legend {form}" for form in WIDTHS), legends, strict=True)
    lists = [f'<ul class="{form}">{"".join(_item(*each) for each in legend)}</ul>' for form, legend in forms]
    both = "\n".join(drawings)
    return f"<figure>\n{both}\n<figcaption>{prose(caption)}{''.join(lists)}</figcaption>\n</figure>\n"


def _item(sign: str, meaning: str) -> str:
    return f"<li>{sign}{escape(meaning)}</li>" if sign else f'<li class="over">{escape(meaning)}</li>'


def days(first: datetime, last: datetime) -> str:
    """Tell the days from one instant to another: ``2023-08-01 to 2023-09-28``, or the one day."""
    return f"{first:%Y-%m-%d}" if first.date() == last.date() else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
