"""Helicopters and drones come down where there is no runway: a place, not the name of a field that happens to be near."""

from math import exp

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport
from flightwatch.tracking.belief import NOWHERE, Belief, Fate
from flightwatch.tracking.field import field_at
from flightwatch.tracking.likelihood import FULL_DESCENT_MS, LEVEL_MS
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
"""Weight of flying on in the lee of a hill: terrain is not known."""

LOST = 0.02
"""Weight of being down nowhere, as for an aeroplane lost on final."""

STANDING_MS, STANDING_M = 8.0, 60.0
"""Ground speed and height over that ground below which it is setting down, or hovers, m/s and m."""

STANDING_WEIGHT, STANDING_S = 8.0, 15
"""Weight of being down then, and the time that takes, s: who is lost there shuts down (helicopters of tests/recorded/real)."""

DOWN_S, CLIMB_BACK_S = 120, 300
"""Likely time from the loss to the ground, and until it would be heard again if it had only passed a hill, s."""


def believe_rotary(flight: Motion, airports: Airports) -> Belief:
    """What may have become of a helicopter or drone last heard in ``flight``: down on a field only when it was lost over one."""
    ground = airports.nearest(flight.latitude, flight.longitude, within_km=GROUND_KM)
    if flight.altitude_m is None or ground is None:
        return NOWHERE
    height = max(0.0, flight.altitude_m - (ground[1].elevation_m or 0.0))
    if height > CLOSE_M or (flight.climb_ms or 0.0) > LEVEL_MS:
        return NOWHERE
    if flight.speed_ms is not None and flight.speed_ms <= STANDING_MS and height <= STANDING_M:
        here = _here(flight, field_at(flight.latitude, flight.longitude, airports), STANDING_WEIGHT, STANDING_S)
        return Belief((here,), STANDING_WEIGHT, LOST, UNSURE)
    steady = LEVEL_WEIGHT + (1.0 - LEVEL_WEIGHT) * min(1.0, max(0.0, (flight.descent_ms or 0.0) / FULL_DESCENT_MS))
    weight = steady * exp(-height / LOW_M)
    here = _here(flight, field_at(flight.latitude, flight.longitude, airports), weight, DOWN_S)
    return Belief((here,), weight, LOST, UNSURE)


def _here(flight: Motion, field: Airport | None, weight: float, down_s: int) -> Fate:
    down = flight.at + down_s
    back = down + min(CLIMB_BACK_S, 4 * down_s)
    return Fate(
        icao=None if field is None else field.icao,
        weight=weight,
        earliest=flight.at,
        best=down,
        latest=back,
        settled=back,
    )
