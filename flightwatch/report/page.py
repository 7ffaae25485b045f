"""A report: visits to look at, as one page that carries all it needs, asks nobody for anything and runs no script."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.model import OPENSKY
from flightwatch.core.progress import Progress
from flightwatch.core.visits import Visit
from flightwatch.report.figures import days, figures
from flightwatch.report.frame import about, closing, opening, period_told
from flightwatch.report.material import Material
from flightwatch.report.totals import Totals, totals
from flightwatch.report.visit_table import index, index_row, markup, prose, visits_table
from flightwatch.wording.answer import about_aircraft, about_airport
from flightwatch.wording.phrases import counted, short, utc, with_more
from flightwatch.wording.whereabouts import place_name

MOST_BYTES: Final = 1_900_000
"""Greatest size of a page: drawings are left out to keep to it, then visits, then sections. Mail servers and phones bear 2 MB."""

MOST_VISITS: Final = 1000
"""Most visits listed in one page, shared among its sections as they need; with map and timeline they take 1.2 MB."""

MOST_NAMED: Final = 50
"""Most sections that are named where there is no room for them."""

LONGEST_TITLE: Final = 300
"""Most characters of a section's title that are repeated."""

NO_ROOM: Final = "Map and timeline are left out to keep this page small: make a report of this subject alone."
NO_VISITS: Final = "which is not to say that there were none: only what was watched and heard is here."


class Section(Struct, frozen=True):
    """What a page tells of one subject."""

    title: str
    """The subject as people write it: ``RA-86559 (Il-62M, Russian Air Force)``."""
    visits: Sequence[Visit]
    """The visits that stand, newest first; `MOST_VISITS` of them are enough."""
    notes: Sequence[str] = ()
    """What else to know of it, a sentence each."""
    record: str = ""
    """A sentence on how far the record goes; a page says a sentence once that several of its sections have."""
    is_airport: bool = False
    since: datetime | None = None
    until: datetime | None = None
    """The visits are those that touch this time, which ends before ``until``; None: it has no beginning, or no end."""
    outside: int = 0
    """Number of visits that are recorded outside that time; told where there are none in it."""
    looked_at: datetime | None = None
    """The last good poll, until which an airframe that has not left was there; None: there was none."""
    counted: Totals | None = None
    """What all of them come to, where ``visits`` are only the newest; None: they are all."""
    answer: Sequence[str] = ()
    """What is told first, a sentence each; empty: where it is or was last recorded, as the visits say."""

    def totals(self, airports: Airports) -> Totals:
        """Give what all visits come to."""
        return self.counted or totals(self.visits, airports, self.since)


class _Part(Struct):
    """A section as far as it fits in the page."""

    section: Section
    anchor: str
    listed: Sequence[Visit]
    head: str
    table: str
    entry: str
    """The section's row in the index, or a link to it where it has no visits; empty where the page has no index."""

    def body(self, drawings: str) -> str:
        has_way_back = self.entry and self.listed
        back = '<p class="quiet back"><a href="#index">Back to the index</a></p>\n' if has_way_back else ""
        return f'<section id="{self.anchor}">\n{self.head}{drawings}{self.table}{back}</section>\n'

    @property
    def size(self) -> int:
        """Size in bytes without drawings."""
        return len(f"{self.entry}{self.body(_paragraph(NO_ROOM))}".encode())


def page(
    title: str,
    sections: Sequence[Section],
    material: Material,
    *,
    home: str = "",
    progress: Progress = lambda _done, _total: None,
) -> str:
    """Write a report as HTML, smaller than 2 MB: of one section, which begins with the answer, or of several with an index.

    ``home`` is markup under the title that leads to what the page is part of: then it does not tell when it was made.
    ``progress`` is called with the number of sections that are drawn and the number of all.
    """
    period = next(filter(None, (period_told(s.since, s.until) for s in sections)), "")
    before = opening(short(title, LONGEST_TITLE), period, home)
    records = about((s.record for s in sections), None if home else material.now)
    after = _end(sections, material)
    is_several = len(sections) > 1
    told = sorted(sections, key=lambda s: not s.visits)
    room = MOST_BYTES - sum(len(part.encode()) for part in (before, records, after))
    parts = []
    for number, (section, count) in enumerate(
        zip(told, _shares([s.totals(material.airports).visits for s in told], MOST_VISITS), strict=True), 1
    ):
        part = _fitting(section, count, f"s{number}", material, room, is_several=is_several)
        if part is None:
            break
        parts.append(part)
        room -= part.size
    if is_several:
        before += _index(parts, [section.title for section in told[len(parts) :]]) + records
    bodies = []
    for number, drawings in enumerate(_drawings(parts, material, room), 1):
        bodies.append(parts[number - 1].body(drawings if is_several else records + drawings))
        progress(number, len(parts))
    return "".join((before, *bodies, after))


def _end(sections: Sequence[Section], material: Material) -> str:
    """Write the end of the page, with whom to name."""
    counts = [s.totals(material.airports) for s in sections]
    told_by = {name for event in material.events.values() for name in event.heard_by}
    told_by = told_by.union(*(each.archives for each in counts)) or {OPENSKY}
    flown = {name for legs in material.legs.values() for leg in legs for name in leg.heard_by}
    return closing(told_by | flown, with_estimates=any(each.has_estimates for each in counts))


def _drawings(parts: Sequence[_Part], material: Material, room: int) -> Iterator[str]:
    """Draw map and timeline of each part, while there is ``room``, in bytes; parts with the same visits share one drawing."""
    drawn = dict[tuple[str, ...], _Part]()
    for number, part in enumerate(parts, 1):
        shown = tuple(visit.id for visit in part.listed)
        if not part.listed:
            yield ""
        elif same := drawn.get(shown):
            link = f'<a href="#{same.anchor}">{markup(short(same.section.title, LONGEST_TITLE))}</a>'
            yield f"<p>Map and timeline are those of {link}: the visits are the same.</p>\n"
        else:
            made = figures(part.listed, material, part.section.looked_at, f"d{number}") if room > 0 else ""
            room -= len(made.encode())
            if room > 0:
                drawn[shown] = part
            yield made if room > 0 else _paragraph(NO_ROOM)


def _fitting(
    section: Section,
    count: int,
    anchor: str,
    material: Material,
    room: int,
    *,
    is_several: bool,
) -> _Part | None:
    """Write a section with its newest ``count`` visits, or those that fit in ``room`` bytes; None: not even one fits."""
    title, airports = short(section.title, LONGEST_TITLE), material.airports
    heading = f"<h2>{markup(title)}</h2>\n" if is_several else ""
    while True:
        listed = section.visits[:count]
        first = "".join(f'<p class="answer">{prose(said)}</p>\n' for said in _answer(section, title, material))
        notes = first + "".join(
            map(_paragraph, (*_summary(section, len(listed), airports, is_several=is_several), *section.notes))
        )
        entry = ""
        if is_several and not listed:
            entry = f'<a href="#{anchor}">{markup(title)}</a>'
        elif is_several:
            newest = listed[0]
            aircraft = short(newest.registration or newest.icao24)
            latest = aircraft if section.is_airport else place_name(newest, airports)
            number = section.totals(airports).visits
            entry = index_row(f"#{anchor}", title, newest, number, who_or_where=latest, looked_at=section.looked_at)
        table = visits_table(listed, material, section.looked_at) if listed else ""
        part = _Part(section, anchor, listed, head=heading + notes, table=table, entry=entry)
        if part.size <= room:
            return part
        if count <= 1:
            return None
        count //= 2


def _answer(section: Section, title: str, material: Material) -> Iterator[str]:
    """Tell first what a reader asks: where it is or was last recorded, or who is there; and what of that is not known."""
    visits, looked_at, now = section.visits, section.looked_at, material.now
    if section.answer or not visits or period_told(section.since, section.until):
        return iter(section.answer)
    if section.is_airport or len({visit.icao24 for visit in visits}) > 1:
        return about_airport(title if section.is_airport else "a field", visits, now, looked_at, {})
    return about_aircraft(visits, material.airports, now, looked_at, is_whole=section.counted is None)


def _shares(needs: Sequence[int], most: int) -> list[int]:
    """Share ``most`` among ``needs``, at least one each: what one does not need is left to the others."""
    shares = [0] * len(needs)
    for done, number in enumerate(sorted(range(len(needs)), key=lambda n: needs[n])):
        shares[number] = min(needs[number], max(1, most // (len(needs) - done)))
        most -= shares[number]
    return shares


def _paragraph(said: str) -> str:
    return f"<p>{prose(said)}</p>\n"


def _summary(section: Section, listed: int, airports: Airports, *, is_several: bool) -> Iterator[str]:
    """Tell in sentences what the visits come to; if there are none, an index says once what that means."""
    every = section.totals(airports)
    if every.first is None or every.last is None:
        yield f"{_none(section)}." if is_several else f"{_none(section)}, {NO_VISITS}"
        return
    aircraft, places = len(every.aircraft), len(every.places)
    whose = f" of {aircraft:,} aircraft" if section.is_airport or aircraft > 1 else ""
    where = "" if section.is_airport else f" at {counted(places, 'place')}"
    span, begun = days(every.first, max(every.first, every.last)), every.begun_before
    before = f"; {f'{begun:,} of them' if every.visits > 1 else 'it'} began before this time" if begun else ""
    yield f"{counted(every.visits, 'visit')}{whose}{where}, {span}{before}."
    if (still := every.still_there) and period_told(section.since, section.until):  # else the answer says so
        when = f"when last looked, {utc(section.looked_at)}" if section.looked_at else "as far as is known"
        yield f"Still on the ground {when}: {still:,} aircraft."
    if older := every.visits - listed:
        rest = f"the {older:,} older ones" if older > 1 else "the older one"
        yield f"This page shows the newest {listed:,}; flightwatch history lists {rest} too."


def _none(section: Section) -> str:
    if not period_told(section.since, section.until):
        return "No visits are recorded"
    outside = (
        f"{f'{section.outside:,}' if section.outside else 'none'} {'are' if section.outside > 1 else 'is'} outside it"
    )
    return f"No visits are recorded in this period ({outside})"


def _index(parts: Sequence[_Part], left_out: Sequence[str]) -> str:
    """Write the index: a row for each section, those without visits in one line, and those there was no room for."""
    entries, empty = [part.entry for part in parts if part.listed], [part for part in parts if not part.listed]
    lines = ""
    if left_out:
        names = with_more([short(title, LONGEST_TITLE) for title in left_out], MOST_NAMED, "; ")
        lines += _paragraph(f"Left out to keep this page small; make a report of each alone: {names}.")
    lines += index(entries) if entries else ""
    if empty:
        then = " in this period" if period_told(empty[0].section.since, empty[0].section.until) else ""
        lines += f"<p>None recorded{then}: {'; '.join(part.entry for part in empty)}.</p>\n"
        lines += _paragraph(f"That none is recorded {NO_VISITS.removeprefix('which ')}")
    return f'<nav id="index" aria-label="Index">\n{lines}</nav>\n'
