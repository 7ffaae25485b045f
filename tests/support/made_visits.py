"""What OpenSky answers in the shell's tests: a visit seen, one that must be inferred; and events and visits made by hand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
from build_demo import ARRIVALS, DEPARTURES, il62, is_heard
from msgspec.structs import replace
from opensky_server import Row
from state_vectors import MINUTE, arrival, departure, parked, sent

from flightwatch.core.model import Event, Place, StateVector
from flightwatch.core.selection import ALL, Selection, Tally
from flightwatch.core.visits import Moment, Visit

ICAO24: Final = "15521f"
"""RA-86559."""

Answer = tuple[int, list[Row]]
"""A poll's time, Unix seconds, and the state vectors that it is answered."""

PYONGYANG: Final = Place("ZKPY", "FNJ", "Pyongyang Sunan International Airport")
VLADIVOSTOK: Final = Place("UHWW", "VVO", "Vladivostok International Airport")


def at(text: str) -> datetime:
    """Read a UTC instant: ``2023-09-26T01:52``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def unix(text: str) -> int:
    return round(at(text).timestamp())


def rows(*vectors: StateVector | None) -> list[Row]:
    """Write state vectors as OpenSky sends them; None is one that is not heard."""
    return [msgspec.to_builtins(vector) for vector in vectors if vector is not None]


SEEN_DOWN, SEEN_UP = unix("2024-01-10T05:00"), unix("2024-01-10T06:30")
"""RA-86559 at Vladivostok, invented."""


def seen_visit() -> list[Answer]:
    """Give RA-86559's visit to Vladivostok, seen from the approach to the climb, as twelve polls find it."""
    inbound, outbound = arrival("VVO", SEEN_DOWN, icao24=ICAO24), departure("VVO", SEEN_UP, icao24=ICAO24)
    down, up = SEEN_DOWN, SEEN_UP
    return [
        *((t, rows(sent(inbound, t))) for t in (down - 10 * MINUTE, down - 5 * MINUTE, down - MINUTE)),
        *((t, rows(parked("VVO", t, icao24=ICAO24, velocity=9.0))) for t in (down + MINUTE, down + 6 * MINUTE)),
        *((t, rows()) for t in (down + 15 * MINUTE, down + 45 * MINUTE)),
        (up - 2 * MINUTE, rows(parked("VVO", up - 2 * MINUTE, icao24=ICAO24, velocity=9.0))),
        *((t, rows(sent(outbound, t))) for t in (up + 2 * MINUTE, up + 5 * MINUTE, up + 15 * MINUTE)),
        (up + 25 * MINUTE, rows()),
    ]


UNSEEN_DOWN, UNSEEN_UP = unix(ARRIVALS[1]), unix(DEPARTURES[1])
"""RA-86559 at Pyongyang, as the demo has it."""


def unseen_visit() -> list[Answer]:
    """Give the demo's second visit to Pyongyang, whose ground nobody receives, as sixteen polls find it."""
    flights = il62(ARRIVALS[1])
    before = [UNSEEN_DOWN + minutes * MINUTE for minutes in (-30, -25, -20, -15, -10, -8, 0, 5, 10, 15, 20, 25)]
    after = [UNSEEN_UP + minutes * MINUTE for minutes in (5, 10, 15)]
    return [
        (t, rows(*(sent(flight, t, is_heard) for flight in flights))) for t in (*before, UNSEEN_DOWN + 86_400, *after)
    ]


def landing(**fields: object) -> Event:
    """Make the inferred landing of RA-86559 at Pyongyang unless ``fields`` say else."""
    usual: dict[str, object] = {
        "id": "landing-1",
        "type": "landing",
        "icao24": ICAO24,
        "registration": "RA-86559",
        "callsign": "RFF7451",
        "airport": PYONGYANG,
        "time": at("2023-09-26T01:52"),
        "earliest": at("2023-09-26T01:48"),
        "latest": at("2023-09-26T02:05"),
        "basis": "inferred",
        "confidence": 0.93,
        "detected_at": at("2023-09-26T02:10"),
        "visit": "visit-1",
    }
    return msgspec.convert(usual | fields, Event, from_attributes=True)


def left(**fields: object) -> Event:
    """Make the departure that ends it."""
    usual: dict[str, object] = {
        "id": "departure-1",
        "type": "departure",
        "time": at("2023-09-28T00:31"),
        "earliest": at("2023-09-28T00:27"),
        "latest": at("2023-09-28T00:33"),
        "detected_at": at("2023-09-28T00:40"),
        "dwell_s": 167_940,
        "dwell_min_s": 166_920,
        "dwell_max_s": 168_300,
    }
    return landing(**(usual | fields))


def reminder(**fields: object) -> Event:
    """Make what tells a day later that it is still there."""
    now = {name: at("2023-09-27T02:00") for name in ("time", "earliest", "latest", "detected_at")}
    dwell = {"dwell_s": 86_880, "dwell_min_s": 86_100, "dwell_max_s": 87_120}
    return landing(**({"id": "reminder-1", "type": "reminder"} | now | dwell | fields))


def taken_back(**fields: object) -> Event:
    """Make the retraction of the landing."""
    seen = {name: at("2023-09-26T02:20") for name in ("time", "earliest", "latest", "detected_at")}
    usual: dict[str, object] = {"id": "retraction-1", "type": "retraction", "basis": "observed", "confidence": 1.0}
    return landing(**(usual | seen | {"retracts": "landing-1"} | fields))


def moment(text: str, *, minutes: int = 0, confidence: float = 1.0) -> Moment:
    """Give a moment that was seen, or one that was inferred to so many minutes either way."""
    slack = timedelta(minutes=minutes)
    return Moment(at(text), at(text) - slack, at(text) + slack, "inferred" if minutes else "observed", confidence)


def visit(**fields: object) -> Visit:
    """Make the visit that landing and departure make, unless ``fields`` say else."""
    usual: dict[str, object] = {
        "id": "visit-1",
        "icao24": ICAO24,
        "registration": "RA-86559",
        "callsign": "RFF7451",
        "airport": PYONGYANG,
        "latitude": 39.2241,
        "longitude": 125.67,
        "arrival": moment("2023-09-26T01:52", minutes=5, confidence=0.93),
        "landing": "landing-1",
        "departure": moment("2023-09-28T00:31", minutes=4, confidence=0.93),
    }
    return msgspec.convert(usual | fields, Visit, from_attributes=True)


def estimated(kept: Visit) -> Visit:
    """Make OpenSky's estimate of that visit."""
    left = kept.departure and replace(kept.departure, source="opensky")
    return replace(kept, arrival=replace(kept.arrival, source="opensky"), departure=left)


def first_heard_there(seen: str = "2023-09-26T01:52") -> Moment:
    """Give the arrival of an airframe that was first heard on the ground."""
    return Moment(None, None, at(seen), "observed", 1.0)


def tally(visits: Iterable[Visit], which: Selection = ALL) -> Tally:
    """Count visits, which are in order, newest first."""
    counted = Tally(which)
    for visit in visits:
        counted.count(visit)
    return counted
