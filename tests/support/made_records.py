"""Databases with visits made by hand, and the events that tell them, as polls would have left them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from made_visits import landing, left, moment, visit

from flightwatch.core.ids import departure_id
from flightwatch.core.model import Event
from flightwatch.core.visits import Moment, Visit
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

AFTER = timedelta(minutes=15)
"""How long after it happened a poll decides that something did."""


def stay(number: int, came: datetime, hours: float | None, **fields: object) -> tuple[Visit, list[Event]]:
    """Make a visit that was inferred, and its events; without ``hours`` it goes on."""
    gone = None if hours is None else came + timedelta(hours=hours)
    usual = {
        "id": f"visit-{number}",
        "landing": f"landing-{number}",
        "arrival": moment(f"{came:%Y-%m-%dT%H:%M}", minutes=5, confidence=0.93),
        "departure": None if gone is None else moment(f"{gone:%Y-%m-%dT%H:%M}", minutes=5, confidence=0.93),
    }
    made = visit(**(usual | fields))
    about = {
        "icao24": made.icao24,
        "registration": made.registration,
        "callsign": made.callsign,
        "airport": made.airport,
    }
    told = [landing(id=made.landing, visit=made.id, detected_at=came + AFTER, **_when(made.arrival), **about)]
    if made.departure is not None:
        at = (made.departure.at or made.departure.latest) + AFTER
        told.append(left(id=departure_id(made), visit=made.id, detected_at=at, **_when(made.departure), **about))
    return made, told


def _when(end: Moment) -> dict[str, object]:
    return {"time": end.at or end.latest, "earliest": end.earliest, "latest": end.latest}


def record(path: Path, stays: Iterable[tuple[Visit, list[Event]]], polled_at: datetime) -> None:
    """Put visits and their events into a database, and that it was polled last at this time."""
    several = [*stays]
    events = tuple(event for _, told in several for event in told)
    with Store(path, lasting=False) as store:
        poll(store, polled_at, visits=tuple(made for made, _ in several), events=events)


def poll(store: Store, at: datetime, visits: tuple[Visit, ...] = (), events: tuple[Event, ...] = ()) -> None:
    """Keep a good poll and what it changed."""
    store.commit(PollChanges({}, frozenset(), events, visits), PollRecord(at, at, "ok", vectors=1))
