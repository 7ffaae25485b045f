"""Where a flight came from: the field it was told to leave, or where it was first heard."""

from datetime import datetime

from flightwatch.core.geo import distance_km
from flightwatch.core.model import Origin, StateVector, instant
from flightwatch.core.visits import Visit
from flightwatch.tracking.hindsight import MIN_GAP_S
from flightwatch.tracking.motion import fixed_at, position

SURE_ORIGIN = 0.9
"""Probability from which the field that a flight was first heard climbing away from is named."""

DETOUR = 1.25
"""Ratio of the time that a flight takes to that of flying straight on at its fastest: bends of its route, wind, climb and
descent."""

SLOWEST_MS = 60.0
"""Speed of an aircraft that never told one, m/s."""


def first_heard(report: StateVector) -> Origin:
    """The origin of a flight that begins, for all that is known, with this report."""
    return Origin(None, *position(report), instant(fixed_at(report)), is_departure=False)


def departed(visit: Visit, left_at: datetime) -> Origin:
    """The origin of a flight that ended ``visit``."""
    return Origin(visit.airport, visit.latitude, visit.longitude, left_at, is_departure=True)


def flew_on(origin: Origin, last: StateVector, report: StateVector, fastest_ms: float) -> bool:
    """Tell whether ``report`` is of the flight that came from ``origin`` and was last heard in ``last``.

    It is when flying on from there leaves no time to come down, to stay and to leave again.
    """
    away_s = fixed_at(report) - max(fixed_at(last), round(origin.at.timestamp()))
    if away_s < MIN_GAP_S:
        return True
    speed = max(fastest_ms, report.velocity or 0.0, SLOWEST_MS)
    straight_s = distance_km(*position(last), *position(report)) * 1000 / speed
    return away_s - DETOUR * straight_s < MIN_GAP_S
