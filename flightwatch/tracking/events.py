"""Making events: identities that are the same for the same data, places, and the reports that show them."""

from datetime import datetime
from hashlib import blake2b

from flightwatch.model import Airport, Event, Place, StateVector, instant, seconds
from flightwatch.visits import Moment, Visit, dwell


def place_of(airport: Airport | None) -> Place | None:
    """How an event names this airport."""
    return None if airport is None else Place(airport.icao, airport.iata, airport.name)


def identity(*parts: str | int) -> str:
    """Sixteen hex digits that are the same for the same parts."""
    return blake2b("|".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def landing(visit: Visit, key: int, detected_at: datetime, evidence: tuple[StateVector, ...]) -> Event:
    """The landing that opens ``visit``; ``key`` is the Unix time of the report it rests on."""
    arrival = visit.arrival
    if arrival.at is None or arrival.earliest is None:
        raise ValueError("a landing needs a time")
    return Event(
        id=landing_id(visit.icao24, key),
        type="landing",
        icao24=visit.icao24,
        registration=visit.registration,
        callsign=visit.callsign,
        airport=visit.airport,
        time=arrival.at,
        earliest=arrival.earliest,
        latest=arrival.latest,
        basis=arrival.basis,
        confidence=round(arrival.confidence, 3),
        detected_at=detected_at,
        visit=visit.id,
        evidence=evidence,
    )


def landing_id(icao24: str, key: int) -> str:
    """Identity of the landing of this airframe that rests on the report at Unix time ``key``."""
    return identity("landing", icao24, key)


def departure(
    visit: Visit, left: Moment, callsign: str | None, detected_at: datetime, evidence: tuple[StateVector, ...]
) -> Event:
    """The departure at ``left`` that closes ``visit``, with the dwell."""
    if left.at is None or left.earliest is None:
        raise ValueError("a departure needs a time")
    stay = dwell(visit.arrival, left)
    return Event(
        id=identity("departure", visit.id),
        type="departure",
        icao24=visit.icao24,
        registration=visit.registration,
        callsign=callsign,
        airport=visit.airport,
        time=left.at,
        earliest=left.earliest,
        latest=left.latest,
        basis=left.basis,
        confidence=round(left.confidence, 3),
        detected_at=detected_at,
        visit=visit.id,
        dwell_s=None if stay.best is None else seconds(stay.best),
        dwell_min_s=seconds(stay.shortest),
        dwell_max_s=None if stay.longest is None else seconds(stay.longest),
        evidence=evidence,
    )


def retraction(visit: Visit, seen_at: int, detected_at: datetime, evidence: tuple[StateVector, ...]) -> Event:
    """Takes back the landing of ``visit``, contradicted by the report at Unix time ``seen_at``."""
    at = instant(seen_at)
    return Event(
        id=identity("retraction", visit.id),
        type="retraction",
        icao24=visit.icao24,
        registration=visit.registration,
        callsign=visit.callsign,
        airport=visit.airport,
        time=at,
        earliest=at,
        latest=at,
        basis="observed",
        confidence=1.0,
        detected_at=detected_at,
        visit=visit.id,
        retracts=visit.landing,
        evidence=evidence,
    )
