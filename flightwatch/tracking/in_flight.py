"""Events of a flight in the air, which belong to no visit, and what they are made from."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Airport, Event, EventType, Icao24, StateVector, instant
from flightwatch.core.visits import Moment
from flightwatch.tracking.events import place_of
from flightwatch.tracking.motion import fixed_at
from flightwatch.tracking.noted import NOTHING_NOTED, Noted
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.track import Track


class Heard(Struct, frozen=True):
    """What one poll did to the track of an airframe, and what was noted of it."""

    before: Track
    track: Track
    """After the poll."""
    report: StateVector | None
    """Its row in the answer; None: it was not in it."""
    context: PollContext
    noted: Noted
    events: tuple[Event, ...] = ()

    @property
    def icao24(self) -> Icao24:
        """The airframe."""
        return self.track.icao24

    @property
    def is_heard(self) -> bool:
        """Tell whether there is a message of it that is newer than all before."""
        return self.track.heard != self.before.heard

    @property
    def placed(self) -> StateVector | None:
        """Its new report with a position that is believed; None: there is none."""
        last, known = self.track.reports[-1:], self.before.reports[-1:]
        return last[0] if last and not (known and last[0] is known[0]) else None

    @property
    def is_flying(self) -> bool:
        """Tell whether it is in the air, for all that is known."""
        return self.track.phase == "airborne" and self.track.visit is None and bool(self.track.reports)

    def noting(self, noted: Noted, *events: Event) -> "Heard":
        """The same with this noted instead, and with these events as well."""
        return replace(self, noted=noted, events=(*self.events, *events))


def begun(before: Track, track: Track, report: StateVector | None, context: PollContext) -> Heard:
    """What is noted of an airframe, as far as it is of the flight that goes on."""
    noted = track.noted or NOTHING_NOTED
    if noted.flight != track.left:
        noted = replace(noted, flight=track.left, squawk=None, emergencies=(), approaches=(), lost=None)
    return Heard(before, track, report, context, noted)


def in_flight(
    kind: EventType,
    event_id: str,
    track: Track,
    moment: Moment,
    *,
    detected_at: datetime,
    evidence: tuple[StateVector, ...],
    airport: Airport | None = None,
) -> Event:
    """The event of this kind at ``moment``, whose times must be known."""
    if moment.at is None or moment.earliest is None:
        raise ValueError("an event needs a time")
    return Event(
        id=event_id,
        type=kind,
        icao24=track.icao24,
        registration=track.registration,
        callsign=track.callsign,
        airport=place_of(airport),
        time=moment.at,
        earliest=moment.earliest,
        latest=moment.latest,
        basis=moment.basis,
        confidence=round(moment.confidence, 3),
        detected_at=detected_at,
        visit=track.visit.id if track.visit is not None else "",
        evidence=evidence,
        origin=track.origin,
    )


def seen(report: StateVector, earliest: int | None = None) -> Moment:
    """The moment of a report, as that of something observed that began not before Unix second ``earliest``."""
    at = fixed_at(report)
    return Moment(instant(at), instant(at if earliest is None else min(earliest, at)), instant(at), "observed", 1.0)
