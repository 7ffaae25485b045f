"""What an aircraft can report and fly: values that none can have are left out."""

from collections.abc import Iterable

from msgspec.structs import replace

from flightwatch.core.model import StateVector

FASTEST_MS, STEEPEST_MS = 1_500.0, 1_000.0
LOWEST_M, HIGHEST_M = -2_000.0, 60_000.0
OLDEST_S = 86_400
"""What no row holds whose columns mean what is documented: speed, climb or descent, altitude, and time from the answer's own.
Real answers hold vertical rates of 604 m/s, surface reports at 28,560 m and positions hours old."""

MAX_SPEED_MS = 340.0
"""Fastest ground speed believed of a way between two positions, m/s: an airliner at Mach 0.87 in a 100 m/s jet stream. Faster is
a bad position."""

FASTEST_FLOWN_MS = 1_000.0
"""No aircraft flies faster over ground, m/s: the SR-71's record is 980 m/s (FAI, 28 July 1976)."""

STEEPEST_FLOWN_MS = 350.0
"""No aircraft climbs faster, m/s: the F-15's and Su-27's records to 3,000 m in 25 to 27 s (FAI) come to less. Nor does one that
is in control fall faster."""

LOWEST_FLOWN_M, HIGHEST_FLOWN_M = -1_000.0, 38_000.0
"""Nobody flies lower or higher, m. The lowest field, Bar Yehuda, lies at -378 m, and pressure adds 400 m at most. Research
balloons burst below 38,000 m. The top of the altitude code, 126,700 ft or 38,618 m (ICAO Annex 10, volume IV, the Gillham
code), is sent by broken encoders."""

CALLSIGN_LENGTH = 8
"""Characters that a callsign has on the air (ICAO Annex 10, volume III)."""


def is_as_documented(vector: StateVector, time: int) -> bool:
    """Tell whether the columns of a row of an answer of ``time``, Unix seconds, can mean what is documented."""
    return (
        abs(vector.last_contact - time) <= OLDEST_S
        and 0.0 <= (vector.velocity or 0.0) <= FASTEST_MS
        and 0.0 <= (vector.true_track or 0.0) <= 360.0
        and abs(vector.vertical_rate or 0.0) <= STEEPEST_MS
        and LOWEST_M <= (vector.baro_altitude or 0.0) <= HIGHEST_M
        and LOWEST_M <= (vector.geo_altitude or 0.0) <= HIGHEST_M
    )


def believable(vectors: Iterable[StateVector]) -> tuple[StateVector, ...]:
    """Leave out the values that no aircraft can have, and the end of callsigns that are too long. Rows stay."""
    return tuple(
        vector
        if (
            LOWEST_FLOWN_M <= (vector.baro_altitude or 0.0) <= HIGHEST_FLOWN_M
            and LOWEST_FLOWN_M <= (vector.geo_altitude or 0.0) <= HIGHEST_FLOWN_M
            and 0.0 <= (vector.velocity or 0.0) <= FASTEST_FLOWN_MS
            and abs(vector.true_track or 0.0) <= 360.0  # archives have it from -180 on
            and -STEEPEST_FLOWN_MS <= (vector.vertical_rate or 0.0) <= STEEPEST_FLOWN_MS
            and len(vector.callsign or "") <= CALLSIGN_LENGTH
        )
        else replace(
            vector,
            callsign=None if vector.callsign is None else vector.callsign[:CALLSIGN_LENGTH],
            baro_altitude=_within(vector.baro_altitude, LOWEST_FLOWN_M, HIGHEST_FLOWN_M),
            velocity=_within(vector.velocity, 0.0, FASTEST_FLOWN_MS),
            true_track=_within(vector.true_track, -360.0, 360.0),
            vertical_rate=_within(vector.vertical_rate, -STEEPEST_FLOWN_MS, STEEPEST_FLOWN_MS),
            geo_altitude=_within(vector.geo_altitude, LOWEST_FLOWN_M, HIGHEST_FLOWN_M),
        )
        for vector in vectors
    )


def _within(value: float | None, least: float, most: float) -> float | None:
    """Give the value back; None where it is out of bounds, or there is none."""
    return value if value is not None and least <= value <= most else None
