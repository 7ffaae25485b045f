"""The rule of plane-notify, as its documentation tells it, to compare with: written afresh.

Landed: the surface flag turns on; or nothing was heard for ten minutes from an aircraft last heard below 15,000 ft, or less
than 10,000 ft above the nearest airport, which is then where it landed.
"""

from collections.abc import Iterable

from flightwatch.airports import Airports
from flightwatch.model import Poll, StateVector

LOSS_S = 600
LOW_M = 15_000 * 0.3048
ABOVE_M = 10_000 * 0.3048


def plane_notify(polls: Iterable[Poll], airports: Airports) -> list[str | None]:
    """``airport.icao`` of each landing that the rule tells, in order."""
    last: StateVector | None = None
    told: list[str | None] = []
    lost = False
    for poll in polls:
        seen = poll.vectors[0] if poll.vectors else None
        if seen is not None:
            if seen.on_ground and last is not None and not last.on_ground:
                told.append(_nearest(seen, airports)[0])
            last, lost = seen, False
        elif last is not None and not lost and not last.on_ground and poll.at.timestamp() - last.last_contact >= LOSS_S:
            lost = True
            icao, elevation_m = _nearest(last, airports)
            height = last.baro_altitude
            if height is not None and (height < LOW_M or height - elevation_m < ABOVE_M):
                told.append(icao)
    return told


def _nearest(seen: StateVector, airports: Airports) -> tuple[str | None, float]:
    if seen.latitude is None or seen.longitude is None:
        return None, 0.0
    found = airports.nearest(seen.latitude, seen.longitude, within_km=200.0)
    return (found[1].icao, found[1].elevation_m or 0.0) if found else (None, 0.0)
