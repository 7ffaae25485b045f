"""Very many landings at one airport, waiting in an outbox: made by code, no recording."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from made_visits import VLADIVOSTOK, landing, visit
from msgspec.structs import replace
from state_vectors import parked

from flightwatch.alerting.queue import Changes, Letter
from flightwatch.core.visits import Moment
from flightwatch.storage.letters import apply
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

EVIDENCE = 6
"""State vectors that show each landing."""


FLEET = 200
"""Airframes that land in turn."""


def fleet() -> list[str]:
    """Give the icao24s of those that land."""
    return [f"{0x3CC000 + number:06x}" for number in range(FLEET)]


def crowd(database: Path, count: int, *channels: str) -> datetime:
    """Put so many landings of the last day, by a fleet, into a database; return when they were detected."""
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    events, visits, letters = [], [], []
    for number in range(count):
        icao24, time = fleet()[number % FLEET], now - timedelta(seconds=1 + number * 80_000 // count)
        seen = parked("VVO", round(time.timestamp()), icao24=icao24)
        event = landing(
            id=f"landing-{number}",
            icao24=icao24,
            registration=None,
            callsign=f"AFL{number}",
            airport=VLADIVOSTOK,
            time=time,
            earliest=time,
            latest=time,
            basis="observed",
            confidence=1.0,
            detected_at=now,
            visit=f"visit-{number}",
            evidence=(seen,) * EVIDENCE,
        )
        events.append(event)
        visits.append(
            replace(
                visit(id=event.visit, icao24=icao24, airport=VLADIVOSTOK),
                registration=None,
                landing=event.id,
                arrival=Moment(time, time, time, "observed", 1.0),
                departure=None,
            )
        )
        letters += [Letter(event, channel, now, now) for channel in channels]
    changes = PollChanges({}, frozenset(), tuple(events), tuple(visits))
    with Store(database) as store:
        store.commit(changes, PollRecord(now, now, "ok"), lambda db: apply(db, Changes(tuple(letters))))
    return now
