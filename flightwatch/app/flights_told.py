"""The flights that a notice tells of, as far as they were heard by the poll that decided it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flightwatch.alerting.notices import Digest, Notice
from flightwatch.app.legs import Legs
from flightwatch.core.legs import Leg, heard_until
from flightwatch.core.model import Event, instant
from flightwatch.errors import FlightwatchError
from flightwatch.storage.store import Store
from flightwatch.tracking.motion import fixed_at
from flightwatch.wording.alert import Alert

SECOND: Final = timedelta(seconds=1)


def flights_told(database: Path, notice: Notice) -> dict[str, tuple[Leg, ...]]:
    """The flights by their visit's id, or by the event's that is of no visit; none where they cannot be read.

    What was heard later is left out: an alert that comes late tells no more than one that comes at once.
    """
    alerts = notice.alerts if isinstance(notice, Digest) else (notice,) if isinstance(notice, Alert) else ()
    found = dict[str, tuple[Leg, ...]]()
    try:
        with Store(database, reading_only=True) as store:
            legs = Legs(store)
            for alert in alerts:
                key = alert.event.visit or alert.event.id
                found[key] = (*found.get(key, ()), *heard_until(_flights(alert, legs), alert.event.detected_at))
    except FlightwatchError:
        return {}
    return {key: tuple(dict.fromkeys(flights)) for key, flights in found.items() if flights}


def _flights(alert: Alert, legs: Legs) -> Iterable[Leg]:
    """The flight to the visit that an alert opens or is of, that from it for a departure; else the one that goes on."""
    event, visit = alert.event, alert.context.visit
    if event.type not in ("landing", "departure", "reminder"):
        flight = legs.before(event.icao24, _until(event), None if event.origin is None else event.origin.at - SECOND)
        return () if flight is None else (flight,)
    if visit is None:
        return ()
    is_to = event.type != "departure"
    return (leg for leg in legs([visit]).get(visit.id, ()) if leg.is_to is is_to)


def _until(event: Event) -> datetime:
    """Until when the flight of an event in the air is told: of one that was thought to have landed until it was lost."""
    lost = event.evidence[-2:-1] if event.type == "retraction" else ()
    return instant(fixed_at(lost[0])) + SECOND if lost else event.detected_at
