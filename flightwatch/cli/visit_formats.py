"""Visits in the formats for programs: what ``history --format`` prints."""

from collections.abc import Sequence

from flightwatch.app.history import events_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.cli.options import VisitFormat
from flightwatch.core.visits import Visit
from flightwatch.export import rows
from flightwatch.export.geojson import as_geojson
from flightwatch.export.ics import as_ics


def rendered(visits: Sequence[Visit], form: VisitFormat, knowledge: Knowledge) -> str | bytes:
    """The visits in this format, which is not the table."""
    now = knowledge.now
    match form:
        case VisitFormat.geojson:
            return as_geojson(visits, events_of(visits, knowledge.store), now)
        case VisitFormat.ics:
            labels = {a.icao24: a.label for a in knowledge.watched.aircraft if a.label}
            return as_ics(visits, now, knowledge.airports, labels)
    render = {VisitFormat.json: rows.as_json, VisitFormat.jsonl: rows.as_jsonl, VisitFormat.csv: rows.as_csv}
    return render[form](rows.row(visit, now) for visit in visits)
