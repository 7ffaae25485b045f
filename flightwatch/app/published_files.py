"""The files of a folder that is published, each made from what a `Publication` tells, the first page last."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.app.assembly import fetched_tables
from flightwatch.app.history import events_of
from flightwatch.app.legs import Legs
from flightwatch.app.publication import Publication, Published, settled
from flightwatch.app.published_feeds import feed_of
from flightwatch.app.published_status import status_text
from flightwatch.app.report_sections import section
from flightwatch.channels.folder import File
from flightwatch.core.ids import identity
from flightwatch.core.legs import Leg
from flightwatch.core.model import Event
from flightwatch.export import rows
from flightwatch.export.feeds import Feed, as_atom, as_json_feed
from flightwatch.export.geojson import as_geojson
from flightwatch.report.map_content import MOST_DRAWN
from flightwatch.report.material import Material
from flightwatch.report.page import Section, page
from flightwatch.report.published import FIRST, HOME, NEWEST, Subject, first_page, lists
from flightwatch.report.totals import Totals, totals
from flightwatch.storage.land import load_land
from flightwatch.version import __version__

_DRAWING: Final = ("core", "data", "report", "wording")
"""Rooms that decide what a page looks like."""


class _Page(Struct, frozen=True):
    """A subject's page before it is drawn."""

    name: str
    section: Section
    events: dict[str, Event]
    legs: Mapping[str, Sequence[Leg]]
    counted: Totals
    known_at: datetime
    """When the last that it tells was decided: a page tells nothing that changes with the clock alone."""

    @property
    def subject(self) -> Subject:
        return Subject(
            self.section.title, self.name, self.section.visits[0], self.counted.visits, self.section.is_airport
        )

    @property
    def heard_by(self) -> set[str]:
        flown = {name for legs in self.legs.values() for leg in legs for name in leg.heard_by}
        return flown.union(*(event.heard_by for event in self.events.values()))

    def key(self, made_by: str) -> str:
        """Tell what it is made from."""
        told, counted = self.section, self.counted
        sums = (counted.visits, len(counted.aircraft), len(counted.places), counted.first, sorted(counted.archives))
        return identity(
            made_by, _json((told.title, told.visits, told.notes, told.record, sums, self.events, self.legs))
        )


def files(publication: Publication, feed_id: str) -> list[File]:
    """Give the files in the order in which they are to be written; what takes long is made when it is asked for."""
    pages = [_page(each, publication) for each in publication.pages]
    pages.sort(key=lambda each: (each.section.visits[0].arrival.latest, each.name), reverse=True)
    made_by = identity(_made_by(), _json(publication.watchlist.airfields))
    subjects = [*(each.subject for each in pages), *(Subject(topic.text) for topic in publication.others)]
    heard_by = frozenset[str]().union(*(each.heard_by for each in pages))
    first, has_lists = first_page(
        publication.visits[:NEWEST],
        subjects,
        totals(publication.visits, publication.knowledge.airports),
        heard_by,
        _material(
            publication, events_of(publication.visits[:NEWEST], publication.knowledge.store), publication.known_at
        ),
    )
    return [
        *(File(each.name, partial(_drawn, each, publication), each.key(made_by)) for each in pages),
        *(File(name, partial(str.encode, text)) for name, text in (lists(subjects, heard_by) if has_lists else ())),
        *_data(publication, feed_of(publication, feed_id)),
        File(FIRST, partial(str.encode, first)),
    ]


def _page(published: Published, publication: Publication) -> _Page:
    told, store = section(published.topic, publication.knowledge), publication.knowledge.store
    events = events_of(told.visits, store)
    decided = [event.detected_at for event in events.values()]
    known_at = max([*decided, *(visit.known_until for visit in told.visits)])
    legs = Legs(store, are_over=True)(told.visits[:MOST_DRAWN])
    told = replace(told, visits=settled(told.visits, known_at), looked_at=None)
    return _Page(published.name, told, events, legs, told.totals(publication.knowledge.airports), known_at=known_at)


def _drawn(page_: _Page, publication: Publication) -> bytes:
    material = _material(publication, page_.events, page_.known_at, page_.legs)
    return page(page_.section.title, [page_.section], material, home=HOME).encode()


def _material(
    publication: Publication, events: dict[str, Event], now: datetime, legs: Mapping[str, Sequence[Leg]] = {}
) -> Material:
    return Material(events, publication.knowledge.airports, load_land, now, legs)


def _data(publication: Publication, feed: Feed) -> Iterator[File]:
    """The files for programs, as the commands print them."""
    visits, at, store = publication.visits, publication.known_at, publication.knowledge.store

    def table() -> bytes:
        return "".join(rows.as_csv(rows.row(visit, at) for visit in visits)).encode()

    def places() -> bytes:
        return "".join(as_geojson(visits, lambda some: events_of(some, store), at, Legs(store, are_over=True))).encode()

    yield File("events.atom", lambda: as_atom(feed, "events.atom"))
    yield File("feed.json", lambda: as_json_feed(feed))
    yield File("visits.csv", table)
    yield File("visits.geojson", places)
    yield File("status.json", lambda: status_text(publication).encode())


def _made_by() -> str:
    """Tell by which program and tables pages are drawn: two builds of one release may differ."""
    package = Path(__file__).parents[1]
    made = [path for room in _DRAWING for path in sorted((package / room).glob("*.*"))]
    stats = (
        (path.name, found.st_size, found.st_mtime_ns) for path in (*made, *fetched_tables()) for found in _stat(path)
    )
    return identity(__version__, _json(list(stats)))


def _stat(path: Path) -> Iterator[os.stat_result]:
    try:
        yield path.stat()
    except OSError:
        return


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()
