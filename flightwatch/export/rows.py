"""Visits as rows with stable names, and the rows as JSON and CSV."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.core.model import Basis, Icao24, seconds
from flightwatch.core.visits import Source, Visit, dwell_so_far
from flightwatch.wording.phrases import clean, json_text

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet take a cell for a formula, in full width too, as Excel reads them."""

_FORMULA_WITHIN: Final = re.compile(rf";(?=\s*[{re.escape(''.join(_FORMULA))}])")
"""Where one would begin a cell of its own in a spreadsheet whose language separates cells by semicolons, as German does."""

_MONTH: Final = r"(?:jan|feb|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug|sept?|oct|nov|dec)"
_GUESSED: Final = re.compile(
    r"\d+e\d+|0\d+|\d{12,}|\d{1,4}[-/.:]\d{1,4}(?:[-/.:]\d{1,4})?|true|false"
    rf"|{_MONTH}[- ]?\d{{1,4}}|\d{{1,2}}[- ]?{_MONTH}(?:[- ]?\d{{1,4}})?",
    re.IGNORECASE | re.ASCII,
)
"""Text that a spreadsheet takes for a number, a date or a truth value: icao24 4408e8 is 4.408E+11, callsign MAR1 1 March."""

_TEXTS: Final = ("visit", "icao24", "registration", "callsign", "airport_icao", "airport_iata", "airport_name")
"""Columns of text that is not ours."""

_REMEMBERED: Final = 4096
"""Most texts of which the cell is remembered: rows mostly repeat those of others."""


class VisitRow(Struct, frozen=True):
    """A visit as ``history --format json|jsonl|csv|geojson`` prints it; these names are stable."""

    visit: str
    icao24: Icao24
    registration: str | None
    callsign: str | None
    airport_icao: str | None
    airport_iata: str | None
    airport_name: str | None
    latitude: float
    longitude: float
    arrived: datetime | None
    """Best estimate; None when it was first heard on the ground."""
    arrived_earliest: datetime | None
    arrived_latest: datetime
    arrival_basis: Basis
    arrival_confidence: float
    departed: datetime | None
    """None while it is still there, and where nobody can estimate it."""
    departed_earliest: datetime | None
    departed_latest: datetime | None
    """None while it is still there, and where nobody knows whether it has left."""
    departure_basis: Basis | None
    """None while it is still there."""
    departure_confidence: float | None
    """0 where nobody knows whether it has left."""
    dwell_s: int | None
    """Best estimate, to now while it is still there; None when an end has no estimate."""
    dwell_min_s: int
    dwell_max_s: int | None
    """None where an end has no bound."""
    source: Source
    """Who tells of its landing. ``watched``: polls. ``opensky``: it is OpenSky's estimate of where a flight ended, or where the
    next began. Else the name of the archive that it was found in, as ``adsb.lol``. Its end may be known from another."""


def row(visit: Visit, now: datetime) -> VisitRow:
    """Give a visit with stable column names and times in whole seconds; while it is open, its dwell counts to ``now``."""
    place, came, left, stay = visit.airport, visit.arrival, visit.departure, dwell_so_far(visit, now)
    return VisitRow(
        visit=visit.id,
        icao24=visit.icao24,
        registration=visit.registration,
        callsign=visit.callsign,
        airport_icao=place.icao if place else None,
        airport_iata=place.iata if place else None,
        airport_name=place.name if place else None,
        latitude=visit.latitude,
        longitude=visit.longitude,
        arrived=_whole(came.at),
        arrived_earliest=_whole(came.earliest),
        arrived_latest=came.latest.replace(microsecond=0) if came.latest.microsecond else came.latest,
        arrival_basis=came.basis,
        arrival_confidence=round(came.confidence, 3),
        departed=_whole(left.at) if left else None,
        departed_earliest=_whole(left.earliest) if left else None,
        departed_latest=_whole(left.latest) if left and left.is_known else None,
        departure_basis=left.basis if left else None,
        departure_confidence=round(left.confidence, 3) if left else None,
        dwell_s=None if stay.best is None else seconds(stay.best),
        dwell_min_s=seconds(stay.shortest),
        dwell_max_s=None if stay.longest is None else seconds(stay.longest),
        source=came.source,
    )


def _whole(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(microsecond=0) if at.microsecond else at


def as_json(rows: Iterable[VisitRow]) -> Iterator[str]:
    """Write rows as a JSON array, a row a line."""
    before = "["
    for r in rows:
        yield f"{before}{json_text(r)}"
        before = ",\n "
    yield "[]\n" if before == "[" else "]\n"


def as_jsonl(rows: Iterable[VisitRow]) -> Iterator[str]:
    """Write rows as one JSON object a line."""
    return (f"{json_text(r)}\n" for r in rows)


def as_csv(rows: Iterable[VisitRow]) -> Iterator[str]:
    """Write rows as comma-separated values with a header, to be opened in a spreadsheet; for programs there is `as_jsonl`.

    Text that a spreadsheet would take for a formula begins with an apostrophe, and so does what follows a semicolon. Text that
    it would take for a number or a date, as one icao24 in 34, is written as the formula ``="4408e8"``: Microsoft's own advice
    (Q66033, "Hexadecimal Values Changed When Imported from .CSV File"), shown as ``4408e8`` by LibreOffice 7.4 too, and plain
    again in what a spreadsheet saves. Quotes do not help, an apostrophe stays in sight in LibreOffice, and a tab is not seen
    but breaks comparisons. Times keep the form of the other formats, ``2023-09-26T01:52:00Z``, which spreadsheets leave alone.
    No byte order mark: it would become part of the first column's name for most programs, and LibreOffice 7.4 converts it to
    text.
    """
    writer = csv.writer(_Lines(), lineterminator="\n")
    yield writer.writerow(VisitRow.__struct_fields__)
    for r in rows:
        cells = msgspec.to_builtins(r)
        for name in _TEXTS:
            if cells[name] is not None:
                cells[name] = _text_cell(cells[name])
        yield writer.writerow(cells.values())


class _Lines:
    """What gives each line back to whoever wrote a row."""

    def write(self, line: str) -> str:
        """Give it back."""
        return line


def cell(value: object) -> object:
    """Give a value as a cell of a table that is opened in a spreadsheet: see `as_csv`."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return _text_cell(value) if isinstance(value, str) else value


@lru_cache(_REMEMBERED)
def _text_cell(value: str) -> str:
    text = _FORMULA_WITHIN.sub(";'", clean(value))
    if text.lstrip().startswith(_FORMULA):
        return f"'{text}"
    return f'="{text}"' if _GUESSED.fullmatch(text.strip()) else text
