"""Past visits of a tail number, an airframe or an airport."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
from msgspec import Struct

from flightwatch.airports import Airports
from flightwatch.alerts import clean
from flightwatch.errors import UsageError
from flightwatch.model import Airport, Basis, Icao24, seconds
from flightwatch.reasons import reason
from flightwatch.registration import icao24_of, normalise, registration_of
from flightwatch.store import Store
from flightwatch.visits import Visit, dwell_so_far
from flightwatch.watched import Watchlist

EXPLAINED = 20
"""Most inferred landings that the table explains, the newest first."""

FORMULA = ("=", "+", "-", "@")
"""First characters that make a spreadsheet take a cell for a formula."""


class Subject(Struct, frozen=True):
    """Whom or what a question is about: an airport, or the airframes that a tail number or icao24 names."""

    text: str
    """As people write it: ``RA-86559``, ``Pyongyang Sunan International Airport (FNJ/ZKPY)``."""
    airport: Airport | None = None
    icao24s: tuple[Icao24, ...] = ()


class VisitRow(Struct, frozen=True):
    """A visit as ``history --format json|jsonl|csv`` prints it; these names are stable."""

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
    """None while it is still there."""
    departed_earliest: datetime | None
    departed_latest: datetime | None
    departure_basis: Basis | None
    departure_confidence: float | None
    dwell_s: int | None
    """Best estimate, to now while it is still there; None when the arrival is unknown."""
    dwell_min_s: int
    dwell_max_s: int | None


def find_subject(text: str, watchlist: Watchlist | None, store: Store, airports: Airports) -> Subject:
    """Understand what the user named: a watched tail, an airport code, an icao24, any other tail number.

    Raises `UsageError` when it is none of them.
    """
    tail = normalise(text)
    listed = [
        a for a in (watchlist.aircraft if watchlist else ()) if a.registration and normalise(a.registration) == tail
    ]
    if listed:
        return Subject(listed[0].registration or tail, icao24s=(listed[0].icao24,))
    code = text.strip()
    airport = airports.find(code)
    if airport is not None:
        return Subject(f"{airport.name} ({'/'.join(filter(None, (airport.iata, airport.icao)))})", airport=airport)
    recorded = tuple(store.icao24s_of(tail))
    resolved = icao24_of(tail)
    if recorded or resolved is not None:
        return Subject(tail, icao24s=recorded or ((resolved.icao24,) if resolved else ()))
    icao24 = code.lower()
    if len(icao24) == 6 and set(icao24) <= set("0123456789abcdef"):
        known = registration_of(icao24)
        return Subject(known[0] if known else icao24, icao24s=(icao24,))
    raise UsageError(
        f"{text!r} is no known tail number, icao24 or airport: write a tail such as RA-86559, six hex digits, "
        "a code such as FNJ, or add the aircraft with its icao24 to the watchlist"
    )


def visits_of(
    subject: Subject, store: Store, *, at: Airport | None, since: datetime | None, until: datetime | None
) -> list[Visit]:
    """The visits that answer the question, newest first."""
    airport = subject.airport or at
    return store.visits(
        icao24s=subject.icao24s, airport_icao=airport.icao if airport else None, since=since, until=until
    )


def day(text: str | None, option: str, *, end: bool = False) -> datetime | None:
    """A UTC day or instant that the user wrote, its end for ``end``; None when not given."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        if end and _is_day(text):
            at += timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option}: {text!r} is no date; write one such as 2023-08-01") from error
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def reasons(visits: Sequence[Visit], store: Store, airports: Airports) -> list[str]:
    """Why each inferred landing among the visits is believed, a line each."""
    inferred = [v for v in visits if v.landing is not None and v.arrival.basis == "inferred"][:EXPLAINED]
    events = store.events([v.landing for v in inferred if v.landing is not None])
    lines = []
    for visit in inferred:
        event = events.get(visit.landing or "")
        airport = airports.find(visit.airport.icao) if visit.airport else None
        why = None if event is None else reason(event, airport)
        if event is not None and why is not None:
            lines.append(f"{event.time:%Y-%m-%d %H:%M} inferred: {why}")
    return lines


def row(visit: Visit, now: datetime) -> VisitRow:
    """The visit with stable column names; dwell counts to ``now`` while it is open."""
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
        arrived=came.at,
        arrived_earliest=came.earliest,
        arrived_latest=came.latest,
        arrival_basis=came.basis,
        arrival_confidence=round(came.confidence, 3),
        departed=left.at if left else None,
        departed_earliest=left.earliest if left else None,
        departed_latest=left.latest if left else None,
        departure_basis=left.basis if left else None,
        departure_confidence=round(left.confidence, 3) if left else None,
        dwell_s=None if stay.best is None else seconds(stay.best),
        dwell_min_s=seconds(stay.shortest),
        dwell_max_s=None if stay.longest is None else seconds(stay.longest),
    )


def as_json(rows: Iterable[VisitRow]) -> str:
    """A JSON array, a row a line."""
    return "[" + ",\n ".join(msgspec.json.encode(r).decode() for r in rows) + "]\n"


def as_jsonl(rows: Iterable[VisitRow]) -> str:
    """One JSON object a line."""
    return "".join(msgspec.json.encode(r).decode() + "\n" for r in rows)


def as_csv(rows: Iterable[VisitRow]) -> str:
    """Comma-separated values with a header. Text that a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(VisitRow.__struct_fields__)
    for r in rows:
        writer.writerow([_cell(value) for value in msgspec.structs.astuple(r)])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, str):
        text = clean(value)
        return f"'{text}" if text.lstrip().startswith(FORMULA) else text
    return value
