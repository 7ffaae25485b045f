"""Making events: identities that are the same for the same data, places, and the reports that show them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from flightwatch.core.ids import departure_id, identity
from flightwatch.core.model import Airport, Event, EventType, Origin, Place, Share, StateVector, instant, seconds
from flightwatch.core.visits import Dwell, Moment, Visit, dwell, dwell_so_far


def place_of(airport: Airport | None) -> Place | None:
    """How an event names this airport."""
    return None if airport is None else Place(airport.icao, airport.iata, airport.name)


def named(visit: Visit, field: Airport | None) -> Visit:
    """The visit with the field it turns out to be at, if it had no name."""
    if visit.airport is not None or field is None:
        return visit
    return replace(visit, airport=place_of(field), latitude=field.latitude, longitude=field.longitude)


def landing(
    visit: Visit,
    key: int | str,
    *,
    detected_at: datetime,
    evidence: tuple[StateVector, ...],
    origin: Origin | None,
    candidates: tuple[Share, ...] = (),
) -> Event:
    """The landing that opens ``visit``; ``key`` tells it from others of the airframe: the Unix time of the report it rests on."""
    told = _event(
        visit, "landing", landing_id(visit.icao24, key), visit.arrival, detected_at=detected_at, evidence=evidence
    )
    return replace(told, origin=origin, candidates=candidates)


def told_as(event: Event, visit: Visit) -> Event:
    """A landing as its ``visit`` knows it now: where, when and how sure; any other event as it is."""
    came = visit.arrival
    if event.id != visit.landing or came.at is None or came.earliest is None:
        return event
    now = replace(
        event,
        airport=visit.airport,
        time=came.at,
        earliest=came.earliest,
        latest=came.latest,
        basis=came.basis,
        confidence=round(came.confidence, 3),
        candidates=() if visit.airport is not None or came.basis == "observed" else event.candidates,
    )
    return event if now == event else now


def as_first_told(visit: Visit, landing: Event) -> Visit:
    """The visit that a landing opened as that was told first: going on, and without what turned out later."""
    there = next((r for r in reversed(landing.evidence) if r.latitude is not None and r.longitude is not None), None)
    is_named_later = visit.airport != landing.airport and there is not None
    return replace(
        visit,
        registration=landing.registration,
        callsign=landing.callsign,
        airport=landing.airport,
        latitude=there.latitude if is_named_later and there else visit.latitude,
        longitude=there.longitude if is_named_later and there else visit.longitude,
        arrival=Moment(landing.time, landing.earliest, landing.latest, landing.basis, landing.confidence),
        departure=None,
    )


def landing_id(icao24: str, key: int | str) -> str:
    """Identity of the landing of this airframe with this ``key``: the Unix time of the report it rests on."""
    return identity("landing", icao24, key)


def departure(
    visit: Visit, left: Moment, callsign: str | None, detected_at: datetime, evidence: tuple[StateVector, ...]
) -> Event:
    """The departure at ``left`` that closes ``visit``, with the dwell."""
    told = _event(visit, "departure", departure_id(visit), left, detected_at=detected_at, evidence=evidence)
    return _with_dwell(replace(told, callsign=callsign), dwell(visit.arrival, left))


def reminder(visit: Visit, after: timedelta, now: datetime, evidence: tuple[StateVector, ...]) -> Event:
    """The event that tells that ``visit`` has lasted for ``after`` and goes on; as sure as its arrival."""
    still = Moment(now, now, now, visit.arrival.basis, visit.arrival.confidence)
    event_id = identity("reminder", visit.id, seconds(after))
    told = _event(visit, "reminder", event_id, still, detected_at=now, evidence=evidence)
    return _with_dwell(told, dwell_so_far(visit, now))


def retraction(
    visit: Visit,
    heard_at: int,
    *,
    detected_at: datetime,
    evidence: tuple[StateVector, ...],
    sure: float,
    instead: tuple[Share, ...],
) -> Event:
    """The event that takes back the landing of ``visit``, contradicted by the report at Unix time ``heard_at``.

    ``sure`` is the probability that it was not there; ``instead`` tells where it was, likeliest first.
    """
    at = instant(heard_at)
    contradicted = Moment(at, at, at, "observed", sure)
    told = _event(
        visit, "retraction", identity("retraction", visit.id), contradicted, detected_at=detected_at, evidence=evidence
    )
    return replace(told, retracts=visit.landing, candidates=instead)


def heard_by(event: Event, last: Mapping[str, int]) -> Event:
    """The event with the names of the sources that heard the airframe since its first evidence.

    ``last`` holds the Unix seconds of the last message that each source heard.
    """
    since = min((report.last_contact for report in event.evidence), default=0)
    return replace(event, heard_by=tuple(sorted(name for name, at in last.items() if at >= since)))


def _with_dwell(event: Event, stay: Dwell) -> Event:
    return replace(
        event,
        dwell_s=None if stay.best is None else seconds(stay.best),
        dwell_min_s=seconds(stay.shortest),
        dwell_max_s=None if stay.longest is None else seconds(stay.longest),
    )


def _event(
    visit: Visit,
    kind: EventType,
    event_id: str,
    moment: Moment,
    *,
    detected_at: datetime,
    evidence: tuple[StateVector, ...],
) -> Event:
    if moment.earliest is None:
        raise ValueError("an event needs a time")
    return Event(
        id=event_id,
        type=kind,
        icao24=visit.icao24,
        registration=visit.registration,
        callsign=visit.callsign,
        airport=visit.airport,
        time=moment.latest if moment.at is None else moment.at,
        earliest=moment.earliest,
        latest=moment.latest,
        basis=moment.basis,
        confidence=round(moment.confidence, 3),
        detected_at=detected_at,
        visit=visit.id,
        evidence=evidence,
    )
