"""A report: visits to look at, as one page that carries all it needs, asks nobody for anything and runs no script."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final

from msgspec import Struct

from flightwatch import __version__
from flightwatch.airports import Airports
from flightwatch.model import Event
from flightwatch.report import map_drawing, timeline_drawing
from flightwatch.report.style import STYLE
from flightwatch.report.svg import WIDTHS, draw
from flightwatch.report.visit_table import index, text, time, visits_table
from flightwatch.visits import Visit
from flightwatch.words.phrases import clean
from flightwatch.words.whereabouts import nickname

MOST_BYTES: Final = 1_900_000
"""A page is kept smaller by leaving out drawings of its last sections: mail servers and phones bear 2 MB."""

MOST_VISITS: Final = 1000
"""Visits listed in one page, shared among its sections; with map and timeline they take 1.2 MB."""

MOST_NAMED: Final = 20
"""Places that the words for a map name, the newest."""

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""Content-Security-Policy: whatever slipped into the page could neither run nor fetch anything."""

NO_ROOM: Final = "Map and timeline are left out to keep this page small: make a report of this subject alone."
NO_VISITS: Final = (
    "No visits are recorded, which is not to say that there were none: only what was watched and heard is here."
)

CLOSING: Final = """\
</main>
<footer>
<h2>What observed and inferred mean</h2>
<p><strong>Observed</strong>: the aircraft’s own reports from the ground were received.</p>
<p><strong>Inferred</strong>: nobody received it on the ground, or nobody as it left. That it landed, where and when, is worked
out from how it flew when contact was lost, how long it stayed silent, and where it was heard again. The time is a best estimate
between two bounds. The percentage is how sure that is: of inferences that say 90&nbsp;%, about 90 in 100 should be right. One
that later proves wrong is taken back and no longer listed.</p>
<p>What nobody received is not here, and an aircraft can switch its signal off: a visit that is missing may have happened.</p>
<h2>Sources and terms</h2>
<ul>
<li>Positions: <a href="https://opensky-network.org/">The OpenSky Network</a>, for research and non-commercial use; ask them
about any other.</li>
<li>Airports: <a href="https://ourairports.com/data/">OurAirports</a>, public domain.</li>
<li>Land: <a href="https://www.naturalearthdata.com/">Natural Earth</a>, public domain.</li>
</ul>
</footer>
</body>
</html>
"""


class Section(Struct, frozen=True):
    """What a page tells of one subject."""

    title: str
    """The subject as people write it: ``RA-86559 (Il-62M, Russian Air Force)``."""
    visits: Sequence[Visit]
    """Those that stand, newest first."""
    notes: Sequence[str] = ()
    """What else to know, a sentence each: since when it is watched, what was asked for."""


def page(
    title: str, sections: Sequence[Section], events: Mapping[str, Event], airports: Airports, now: datetime
) -> str:
    """The report as HTML, smaller than 2 MB: of one section, or of several with an index.

    ``events``: landings and departures of the visits by id, as far as they are known; without them a visit is drawn without
    what was heard before and after. Raises `UsageError` when the extra that draws is not installed.
    """
    share = max(1, MOST_VISITS // max(1, len(sections)))
    listed = [section.visits[:share] for section in sections]
    tables = [visits_table(visits, events, airports, now) if visits else "" for visits in listed]
    before, after = _opening(title, sections, now), CLOSING
    room = MOST_BYTES - sum(len(part.encode()) for part in (before, *tables, after))
    parts = []
    for number, (section, visits, table) in enumerate(zip(sections, listed, tables, strict=True), 1):
        figures = _figures(visits, events, airports, now, f"d{number}") if visits and room > 0 else ""
        room -= len(figures.encode())
        if visits and room <= 0:
            figures = _paragraph(NO_ROOM)
        heading = f"<h2>{text(section.title)}</h2>\n" if len(sections) > 1 else ""
        notes = "".join(map(_paragraph, (*_summary(section.visits, len(visits)), *section.notes)))
        parts.append(f'<section id="s{number}">\n{heading}{notes}{figures}{table}</section>\n')
    return "".join((before, *parts, after))


def _opening(title: str, sections: Sequence[Section], now: datetime) -> str:
    contents = index([(section.title, section.visits) for section in sections]) if len(sections) > 1 else ""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{text(title)} · flightwatch</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{text(title)}</h1>
<p class="quiet">Made by flightwatch {__version__} at {time(now)} UTC, from what it had recorded by then.</p>
</header>
<main>
{f'<nav aria-label="Index">{contents}</nav>' if contents else ""}
"""


def _paragraph(words: str) -> str:
    return f"<p>{text(words)}</p>\n"


def _summary(visits: Sequence[Visit], listed: int) -> Iterator[str]:
    """What the visits come to, in sentences."""
    if not visits:
        yield NO_VISITS
        return
    aircraft = _count(len({visit.icao24 for visit in visits}), "aircraft", "aircraft")
    places = _count(len({visit.airport for visit in visits}), "place")
    first = min(visit.arrival.earliest or visit.arrival.latest for visit in visits)
    last = max(visit.departure.latest if visit.departure else visit.arrival.latest for visit in visits)
    yield f"{_count(len(visits), 'visit')} of {aircraft} at {places}, {_days(first, last)}."
    if still := sum(visit.is_open for visit in visits):
        yield f"Still on the ground, as far as is known: {still}."
    if older := len(visits) - listed:
        yield f"This page shows the newest {listed}; flightwatch history lists the {older} older ones too."


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _days(first: datetime, last: datetime) -> str:
    return f"{first:%Y-%m-%d}" if first.date() == last.date() else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _figures(visits: Sequence[Visit], events: Mapping[str, Event], airports: Airports, now: datetime, name: str) -> str:
    """Map and timeline of these visits; ``name`` is the section's own, for what must be called differently in each."""
    seen, chart = map_drawing.scene(visits, events, airports), timeline_drawing.chart(visits, now)
    drawn = visits[: map_drawing.MOST_DRAWN]
    shown = (
        _count(len(drawn), "visit") if len(drawn) == len(visits) else f"the newest {len(drawn)} of {len(visits)} visits"
    )
    places = [nickname(visit.airport) if visit.airport else "a place without an airport" for visit in drawn]
    on_map = (
        f"Map of {shown}: {', '.join([*dict.fromkeys(places)][:MOST_NAMED])}. Marked are {_count(len(seen.lost), 'place')} where "
        f"contact was lost and {len(seen.found)} where it was found again; dashed lines join them with the airport."
    )
    span = f"{_days(chart.start, chart.end)}, UTC"
    in_time = f"Timeline of {_count(len(visits), 'visit')}, {span}. The table below has the times of each."
    return _figure(
        lambda form: draw(map_drawing.specification(seen, form), form, f"{name}{form}m", clean(on_map)),
        f"Map of {shown}.",
        map_drawing.legend(seen),
    ) + _figure(
        lambda form: draw(timeline_drawing.specification(chart, form), form, f"{name}{form}t", in_time),
        f"Timeline, {span}.",
        timeline_drawing.legend(chart),
    )


def _figure(drawing: Callable[[str], str], caption: str, legend: Sequence[tuple[str, str]]) -> str:
    """A drawing for a wide page and one for a phone, of which the style sheet shows one; caption and legend."""
    signs = "".join(f"<li>{sign}{escape(meaning)}</li>" for sign, meaning in legend)
    drawings = "\n".join(map(drawing, WIDTHS))
    return (
        f'<figure>\n{drawings}\n<figcaption>{escape(caption)}<ul class="legend">{signs}</ul></figcaption>\n</figure>\n'
    )
