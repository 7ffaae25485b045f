"""The first page of a folder that is published, and its lists: what there is, the newest of it, and links to the rest.

All links are relative, and no page tells what changes with the clock alone: the same visits give the same bytes.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.visits import Visit
from flightwatch.report.figures import days
from flightwatch.report.frame import closing, opening
from flightwatch.report.map_notes import notes
from flightwatch.report.material import Material
from flightwatch.report.page import LONGEST_TITLE, NO_VISITS
from flightwatch.report.totals import Totals
from flightwatch.report.visit_table import index, index_row, markup, prose, visits_table
from flightwatch.wording.phrases import counted, is_or_are, short
from flightwatch.wording.whereabouts import place_name

MOST_BYTES: Final = 195_000
"""Greatest size of the first page, so that it is there at once also by a weak link."""

NEWEST: Final = 40
"""Most visits that the first page lists, the newest."""

A_LIST: Final = 1000
"""Most subjects in one list."""

MOST_SILENT: Final = 20
"""Most subjects of which nothing is recorded that the first page names itself."""

FIRST: Final = "index.html"
HOME: Final = f'<p class="quiet back"><a href="{FIRST}">All that is published here</a></p>\n'
"""What stands under the title of the other pages."""

TITLE: Final = "Visits of watched aircraft"
FILES: Final = (
    ("events.atom", "Atom feed of events"),
    ("feed.json", "JSON Feed of the same"),
    ("visits.csv", "visits for a spreadsheet"),
    ("visits.geojson", "visits for a map (GeoJSON)"),
    ("status.json", "where each aircraft was at the last look (JSON)"),
)
"""What else is in the folder, and what it is."""

_AROUND: Final = 2000
"""Most bytes of what stands around the rows of the index."""

_LINKS: Final = (
    f'<link rel="alternate" type="application/atom+xml" title="{TITLE}" href="events.atom">\n'
    f'<link rel="alternate" type="application/feed+json" title="{TITLE}" href="feed.json">\n'
)


class Subject(Struct, frozen=True):
    """An aircraft or an airport that has a page, or of which nothing is recorded."""

    title: str
    address: str | None = None
    """Of its page, relative; None: it has none."""
    newest: Visit | None = None
    visits: int = 0
    is_airport: bool = False


def list_names(subjects: int) -> list[str]:
    """Name the files of the lists of so many subjects."""
    return [f"subjects-{number}.html" for number in range(1, -(-subjects // A_LIST) + 1)]


def first_page(
    newest: Sequence[Visit], subjects: Sequence[Subject], every: Totals, heard_by: frozenset[str], material: Material
) -> tuple[str, bool]:
    """Write the first page, and tell whether it has links to lists of the ``subjects``, as it has no room for all of them.

    It has the ``newest`` visits, and as many subjects as there is room for, in their order: first those with visits. ``every`` is
    what all visits come to, ``heard_by`` the sources that tell of them.
    """
    before = opening(TITLE, "", "", _LINKS) + "".join((*_newest(newest, material), *_summary(every))) + _files()
    table = f"<h2>Newest visits</h2>\n{visits_table(newest[:NEWEST], material, None)}" if newest else ""
    after = closing(heard_by | every.archives, with_estimates=every.has_estimates)
    room = MOST_BYTES - sum(len(part.encode()) for part in (before, table, after)) - _AROUND
    rows = []
    for subject in subjects:
        if subject.newest is None or room < len(row := _row(subject, subject.newest, material).encode()):
            break
        rows.append(row.decode())
        room -= len(row) + len('<tr role="row"></tr>\n')
    left = subjects[len(rows) :]
    has_lists = len(left) > MOST_SILENT or any(subject.newest is not None for subject in left)
    rest = _links(len(left), list_names(len(subjects))) if has_lists else _silent(left, has_visits=every.visits > 0)
    listed = index(rows, "Newest visit first") if rows else ""
    nav = f'<nav id="index" aria-label="Index">\n<h2>Aircraft and airports</h2>\n{listed}{rest}</nav>\n'
    return "".join((before, nav if subjects else "", table, after)), has_lists


def lists(subjects: Sequence[Subject], heard_by: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Write the lists of all subjects: the name of each file, and what it holds."""
    for number, name in enumerate(list_names(len(subjects))):
        some = subjects[number * A_LIST : (number + 1) * A_LIST]
        entries = "".join(f"<li>{_linked(each)}</li>\n" for each in some)
        body = f"<ul>\n{entries}</ul>\n<p>That none is recorded {NO_VISITS.removeprefix('which ')}</p>\n"
        yield name, opening("Aircraft and airports", "", HOME) + body + closing(heard_by, with_estimates=False)


def _linked(subject: Subject) -> str:
    title = markup(short(subject.title, LONGEST_TITLE))
    if subject.address is None:
        return f"{title}: none recorded"
    return f'<a href="{subject.address}">{title}</a>: {counted(subject.visits, "visit")}'


def _row(subject: Subject, newest: Visit, material: Material) -> str:
    title = short(subject.title, LONGEST_TITLE)
    tail = short(newest.registration or newest.icao24)
    latest = tail if subject.is_airport else place_name(newest, material.airports)
    return index_row(subject.address or "", title, newest, subject.visits, who_or_where=latest, looked_at=None)


def _newest(visits: Sequence[Visit], material: Material) -> Iterator[str]:
    """Tell of the newest visit: who, where, and on which days of the airport's clock."""
    for visit in visits[:1]:
        who, where = short(visit.registration or visit.icao24), place_name(visit, material.airports)
        when, _ = notes([visit], material.airports.find_place(visit.airport))
        yield f'<p class="answer">{prose(f"The newest: {who}, {where}, {when}.")}</p>\n'


def _summary(every: Totals) -> Iterator[str]:
    if every.first is None or every.last is None:
        yield f"<p>No visits are recorded, {NO_VISITS}</p>\n"
        return
    aircraft, places = f"{len(every.aircraft):,} aircraft", counted(len(every.places), "place")
    span = days(every.first, max(every.first, every.last))
    still = every.still_there
    there = f"; {still:,} {is_or_are(still)} still there as far as is known" if still else ""
    said = f"{counted(every.visits, 'visit')} of {aircraft} at {places}, {span}{there}."
    yield f"<p>{prose(said)}</p>\n"


def _files() -> str:
    links = "; ".join(f'<a href="{name}">{what}</a>' for name, what in FILES)
    return f'<p class="files">To follow or to work with: {links}.</p>\n'


def _links(left: int, names: Sequence[str]) -> str:
    """Link the lists of all subjects, where the first page lacks some."""
    links = " ".join(f'<a href="{name}">{number}</a>' for number, name in enumerate(names, 1))
    return f"<p>{left:,} more {is_or_are(left)} in the list of all: {links}</p>\n"


def _silent(subjects: Sequence[Subject], *, has_visits: bool) -> str:
    """Name the subjects of which nothing is recorded; empty where there are none. Without any visit it was said what that is."""
    names = "; ".join(markup(short(subject.title)) for subject in subjects)
    meaning = f"; {NO_VISITS}" if has_visits else "."
    return f"<p>None recorded: {names}{meaning}</p>\n" if subjects else ""
