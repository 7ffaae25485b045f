"""Helicopters and drones come down where there is no runway: a place, not the name of a field that happens to be near."""

from math import exp

from flightwatch.airports import Airports
from flightwatch.model import Airport
from flightwatch.tracking.field import field_at
from flightwatch.tracking.landing import ABSTAIN, FULL_DESCENT_MS, LEVEL_MS, Assessment, Candidate, none_weight
from flightwatch.tracking.motion import Motion

GROUND_KM = 60.0
"""How far the nearest field may be whose elevation stands for the ground's, km; there is no terrain in the table."""

LOW_M = 150.0
"""Height over that ground at which a landing is about as likely as low flight in a valley, m."""

CLOSE_M = 600.0
"""Height above which nothing is said, m."""

LEVEL_WEIGHT = 0.3
"""What level flight counts beside a steady descent: helicopters are lost low behind every hill."""

UNSURE = 0.3
"""Weight of still flying, on top of what it is for aeroplanes: terrain is not known."""

DOWN_S, CLIMB_BACK_S = 120, 300
"""Likely time from the loss to the ground, and until it would be heard again if it had only passed a hill, s."""


def assess_rotary(flight: Motion, silent_s: int, airports: Airports) -> Assessment:
    """Whether a helicopter or drone last heard in ``flight`` is down; on a field only when it was lost over one."""
    ground = airports.nearest(flight.latitude, flight.longitude, within_km=GROUND_KM)
    if flight.altitude_m is None or ground is None:
        return ABSTAIN
    height = max(0.0, flight.altitude_m - (ground[1].elevation_m or 0.0))
    descent = flight.descent_ms or 0.0
    if height > CLOSE_M or (flight.climb_ms or 0.0) > LEVEL_MS:
        return ABSTAIN
    steady = LEVEL_WEIGHT + (1.0 - LEVEL_WEIGHT) * min(1.0, max(0.0, descent / FULL_DESCENT_MS))
    weight = steady * exp(-height / LOW_M)
    none = UNSURE * exp(-silent_s / 1800.0) + none_weight(height, silent_s)
    sure = weight / (weight + none)
    return Assessment((_here(flight, field_at(flight.latitude, flight.longitude, airports), sure),), 1.0 - sure)


def _here(flight: Motion, field: Airport | None, sure: float) -> Candidate:
    down = flight.at + DOWN_S
    return Candidate(field, sure, flight.at, down, down + CLIMB_BACK_S, down + CLIMB_BACK_S)
