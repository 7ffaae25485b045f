"""Visits in the formats for programs: what ``history --format`` prints."""

from collections.abc import Iterable, Iterator
from itertools import islice

from flightwatch.app.history import events_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.legs import Legs
from flightwatch.cli.options import VisitFormat
from flightwatch.core.visits import Visit
from flightwatch.export import rows
from flightwatch.export.geojson import as_geojson
from flightwatch.export.ics import as_ics

LINES_AT_ONCE = 500
"""Lines that are written at once."""


def rendered(visits: Iterable[Visit], form: VisitFormat, knowledge: Knowledge) -> Iterator[str | bytes]:
    """The visits in this format, which is not the table, in parts; but for a calendar no more than a part is held."""
    now = knowledge.now
    match form:
        case VisitFormat.geojson:
            store = knowledge.store
            return _joined(as_geojson(visits, lambda some: events_of(some, store), now, Legs(store)))
        case VisitFormat.ics:
            labels = {a.icao24: a.label for a in knowledge.watched.aircraft if a.label}
            return iter([as_ics(visits, now, knowledge.airports, labels)])
    render = {VisitFormat.json: rows.as_json, VisitFormat.jsonl: rows.as_jsonl, VisitFormat.csv: rows.as_csv}
    return _joined(render[form](rows.row(visit, now) for visit in visits))


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """The lines, many at a time, as to write one by one takes long."""
    while some := "".join(islice(lines, LINES_AT_ONCE)):
        yield some
