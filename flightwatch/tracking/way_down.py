"""How long the way down takes, and the way up, one flown backwards; and when a stay between two motions began and ended."""

from msgspec.structs import replace

from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport, instant
from flightwatch.core.visits import Moment
from flightwatch.tracking.approach import way_km
from flightwatch.tracking.field import runway_distance_km
from flightwatch.tracking.motion import Motion, height_over_m

FINAL_SPEED_MS = 70.0
"""Typical speed on final, m/s (136 kt)."""

FASTEST_SINK_MS, LIKELY_SINK_MS = 25.0, 8.0
"""Mean sink on the fastest way down (5,000 ft a minute) and on the likely one (1,600), m/s."""

APART_S = 60
"""Time by which a touchdown may come before the fastest way down, and a take-off after the fastest way up, s: rows, their
positions and clocks are some seconds apart, and of the flights in tests/recorded that end on short final some were down up to 47
s before."""

SLOW_PATH = 2.2
"""Ratio of the slowest time down to the likely one."""

SLOW_EXTRA_S = 300
"""Time that the slowest way down takes beyond that, for a holding turn or a circuit, s."""

LOOSE_KM = 700.0
"""Distance from the field up to which a departure is dated by the way to the first report; farther off there may have been
another stop, km."""


def time_down_s(flight: Motion, field: Airport) -> tuple[float, float, float]:
    """Seconds from the last report to touchdown at this field: the fastest way, the likely one, the slowest."""
    away_m = 1000.0 * runway_distance_km(field, flight.latitude, flight.longitude)
    way_m = 1000.0 * way_km(flight, field)
    height = height_over_m(flight, field)
    speed = min(max(flight.speed_ms or FINAL_SPEED_MS, 40.0), 260.0)
    final = min(speed, FINAL_SPEED_MS)
    fastest = max(away_m / speed, height / FASTEST_SINK_MS)
    likely = max(way_m / ((speed + final) / 2), height / LIKELY_SINK_MS, fastest)
    return fastest, likely, likely * SLOW_PATH + SLOW_EXTRA_S


def reversed_motion(flight: Motion) -> Motion:
    """The same flight flown backwards: a way out becomes a way in."""
    return replace(
        flight,
        track_deg=None if flight.track_deg is None else (flight.track_deg + 180.0) % 360.0,
        climb_ms=None if flight.climb_ms is None else -flight.climb_ms,
        descent_ms=flight.climb_ms,
    )


def stay_moments(before: Motion, backwards: Motion, field: Airport, probability: float) -> tuple[Moment, Moment]:
    """Arrival and departure of a stay at ``field`` between two motions, each within what the other leaves."""
    in_fast, in_likely, in_slow = time_down_s(before, field)
    out_fast, out_likely, out_slow = time_down_s(backwards, field)
    first, last = before.at + round(in_fast), backwards.at - round(out_fast)
    away = distance_km(backwards.latitude, backwards.longitude, field.latitude, field.longitude)
    left_earliest = first if away > LOOSE_KM else max(first, backwards.at - round(out_slow))
    left = min(max(backwards.at - round(out_likely), left_earliest), last)
    came = min(before.at + round(in_likely), left)
    return (
        Moment(
            instant(came),
            instant(min(first, came)),
            instant(max(came, min(before.at + round(in_slow), last))),
            "inferred",
            probability,
        ),
        Moment(instant(left), instant(min(left_earliest, left)), instant(max(last, left)), "inferred", probability),
    )
