"""Events as a table, for whoever got more of them than a message tells."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from flightwatch.core.model import Event
from flightwatch.export.rows import cell

COLUMNS: Final = (
    *("event", "type", "time", "earliest", "latest", "basis", "confidence", "icao24", "registration", "callsign"),
    *(
        "airport_icao",
        "airport_iata",
        "airport_name",
        "dwell_s",
        "dwell_min_s",
        "dwell_max_s",
        "detected",
        "visit",
        "retracts",
    ),
)
"""Names of the columns, which are stable; what they mean is told by `VisitRow` and `Event`."""


def as_csv(events: Iterable[Event]) -> str:
    """Write events as comma-separated values with a header, an event a line, to be opened in a spreadsheet: see `rows.as_csv`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in events:
        writer.writerow([cell(value) for value in _values(event)])
    return out.getvalue()


def _values(event: Event) -> tuple[object, ...]:
    field = event.airport
    return (
        *(event.id, event.type, event.time, event.earliest, event.latest, event.basis, event.confidence),
        *(event.icao24, event.registration, event.callsign),
        *((field.icao, field.iata, field.name) if field else (None, None, None)),
        *(event.dwell_s, event.dwell_min_s, event.dwell_max_s, event.detected_at, event.visit, event.retracts),
    )
