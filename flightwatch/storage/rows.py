"""Visits, events and times without a poll as rows of the database, each with its checksum."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.blindness import Blindness
from flightwatch.core.model import Basis, Event, Icao24, Place
from flightwatch.core.visits import Moment, Visit
from flightwatch.storage.errors import WrongChecksum


class _VisitRow(Struct, array_like=True, gc=False):
    """A visit as the database keeps it, its times as instants."""

    id: str
    icao24: Icao24
    registration: str | None
    callsign: str | None
    airport_icao: str | None
    airport_iata: str | None
    airport_name: str | None
    latitude: float
    longitude: float
    arrived: datetime | None
    arrived_earliest: datetime | None
    arrived_latest: datetime
    arrival_basis: Basis
    arrival_confidence: float
    landing: str | None
    departed: datetime | None
    departed_earliest: datetime | None
    departed_latest: datetime | None
    departure_basis: Basis | None
    departure_confidence: float | None
    retracted: datetime | None


VISIT_COLUMNS = ", ".join((*_VisitRow.__struct_fields__, "checksum"))
"""Of a row of visits; the last is the checksum of the others."""


ARCHIVED_COLUMNS = ", ".join((*_VisitRow.__struct_fields__, "source", "checksum"))
"""Of a row of archived visits; the last is the checksum of the others."""


EVENT_COLUMNS = "id, icao24, visit, detected, event, checksum"
"""Of a row of events; the last is the checksum of the others."""

BLINDNESS_COLUMNS = "id, detected, blindness, checksum"
"""Of a row of blindness; the last is the checksum of the others."""

EVIDENCE_COLUMNS = "icao24, since, until, looks, is_kept, begins, ends, start, answers, checksum"
"""Of a row of evidence; the last is the checksum of the others."""

_EVENT = msgspec.json.Decoder(Event)
_BLINDNESS = msgspec.json.Decoder(Blindness)
_encoded = msgspec.json.Encoder().encode


def checksum(*values: object) -> int:
    """The checksum of a row's values, as SQLite gives them back: CRC-32 of their JSON."""
    return crc32(_encoded(values))


def track_checksum(icao24: object, encoded: object, earlier: int = 0) -> int:
    """The checksum of a row of tracks: CRC-32 of its values; -1, which no row has, where they are not of the kinds written.

    ``earlier`` is that of the row of earlier reports; 0: there is none.
    """
    if not isinstance(icao24, str) or not isinstance(encoded, bytes):
        return -1
    return crc32(encoded, crc32(icao24.encode(), earlier))


def unix(at: datetime | None) -> int | None:
    """An instant as the database keeps it; None stays None."""
    return None if at is None else round(at.timestamp())


def instant_or_none(unix_s: int | None) -> datetime | None:
    """The instant that the database keeps as ``unix_s``; None stays None."""
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)


def visit_row(visit: Visit) -> tuple[object, ...]:
    """The visit's values, in the order of `VISIT_COLUMNS`."""
    place, came, left = visit.airport, visit.arrival, visit.departure
    values = (
        visit.id,
        visit.icao24,
        visit.registration,
        visit.callsign,
        *((place.icao, place.iata, place.name) if place else (None, None, None)),
        _real(visit.latitude),
        _real(visit.longitude),
        unix(came.at),
        unix(came.earliest),
        unix(came.latest),
        came.basis,
        _real(came.confidence),
        visit.landing,
        *(
            (unix(left.at), unix(left.earliest), unix(left.latest), left.basis, _real(left.confidence))
            if left
            else (None,) * 5
        ),
        unix(visit.retracted_at),
    )
    return (*values, checksum(*values))


def archived_row(visit: Visit, source: str) -> tuple[object, ...]:
    """The values of a visit that was found in the archive ``source``, in the order of `ARCHIVED_COLUMNS`."""
    values = (*visit_row(visit)[:-1], source)
    return (*values, checksum(*values))


def archived_of(row: Sequence[Any]) -> Visit:
    """The visit that a row with `ARCHIVED_COLUMNS` holds, its ends with their source. Raises as `visit_of` does."""
    *values, source, its_checksum = row
    if its_checksum != checksum(*values, source):
        raise WrongChecksum(f"the archived visit {row[0]!r:.40} of {row[1]!r:.40}")
    visit = visit_of((*values, checksum(*values)))
    departure = visit.departure and replace(visit.departure, source=source)
    return replace(visit, arrival=replace(visit.arrival, source=source), departure=departure)


def _real(number: float) -> float:
    """A number as SQLite gives it back, which has no integers where reals are kept, and no negative zero."""
    return float(number) + 0.0


def event_row(event: Event) -> tuple[object, ...]:
    """The event's values, in the order of `EVENT_COLUMNS`."""
    values = event.id, event.icao24, event.visit, unix(event.detected_at), msgspec.json.encode(event)
    return (*values, checksum(*values))


def event_of(row: Sequence[Any]) -> Event:
    """The event that a row with `EVENT_COLUMNS` holds. Raises `msgspec.MsgspecError` or `WrongChecksum` for a damaged one."""
    *values, its_checksum = row
    event = _EVENT.decode(values[-1])
    if its_checksum != checksum(*values):
        raise WrongChecksum(f"the event {row[0]!r} of {row[1]!r}")
    return event


def blindness_row(blindness: Blindness) -> tuple[object, ...]:
    """The values of a time without a good poll, in the order of `BLINDNESS_COLUMNS`."""
    values = blindness.id, unix(blindness.detected_at), msgspec.json.encode(blindness)
    return (*values, checksum(*values))


def blindness_of(row: Sequence[Any]) -> Blindness:
    """What a row with `BLINDNESS_COLUMNS` holds. Raises as `event_of` does."""
    *values, its_checksum = row
    blindness = _BLINDNESS.decode(values[-1])
    if its_checksum != checksum(*values):
        raise WrongChecksum(f"the time without a poll {row[0]!r}")
    return blindness


def evidence_of(row: Sequence[Any]) -> Sequence[Any]:
    """The values of a row with `EVIDENCE_COLUMNS`, without its checksum. Raises `WrongChecksum` for a damaged one."""
    *values, its_checksum = row
    if its_checksum != checksum(*values):
        raise WrongChecksum(f"the evidence of {row[0]!r:.40}")
    return values


def visits_of(rows: Sequence[Sequence[Any]]) -> tuple[list[Visit], list[str]]:
    """The visits that rows with `VISIT_COLUMNS` hold, in their order; and which do not hold what was written, in words."""
    sound = [row for row in rows if row[-1] == crc32(_encoded(row[:-1]))]
    try:
        # By msgspec, as a question may be about thousands: it reads instants ten times as fast as datetime does.
        visits = [_visit(row) for row in msgspec.convert(sound, list[_VisitRow], strict=False)]
    except msgspec.ValidationError:  # older versions wrote no checksums, so theirs are of what stood there later
        sound = [row for row in sound if _is_valid(row)]
        visits = [_visit(row) for row in msgspec.convert(sound, list[_VisitRow], strict=False)]
    if len(sound) == len(rows):
        return visits, []
    ids = {row[0] for row in sound}
    return visits, [f"the visit {row[0]!r:.40} of {row[1]!r:.40}" for row in rows if row[0] not in ids]


def visit_of(row: Sequence[Any]) -> Visit:
    """The visit that a row with `VISIT_COLUMNS` holds. Raises `WrongChecksum` for a damaged one."""
    visits, damaged = visits_of([row])
    if damaged:
        raise WrongChecksum(damaged[0])
    return visits[0]


def _is_valid(row: Sequence[Any]) -> bool:
    try:
        msgspec.convert(row, _VisitRow, strict=False)
    except msgspec.ValidationError:
        return False
    return True


def _visit(row: _VisitRow) -> Visit:
    place = None if row.airport_icao is None else Place(row.airport_icao, row.airport_iata, row.airport_name or "")
    departure = None
    if row.departed_latest is not None and row.departure_basis is not None and row.departure_confidence is not None:
        departure = Moment(
            row.departed, row.departed_earliest, row.departed_latest, row.departure_basis, row.departure_confidence
        )
    return Visit(
        id=row.id,
        icao24=row.icao24,
        registration=row.registration,
        callsign=row.callsign,
        airport=place,
        latitude=row.latitude,
        longitude=row.longitude,
        arrival=Moment(
            row.arrived, row.arrived_earliest, row.arrived_latest, row.arrival_basis, row.arrival_confidence
        ),
        landing=row.landing,
        departure=departure,
        retracted_at=row.retracted,
    )
