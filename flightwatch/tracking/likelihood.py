"""How well each fate of a silent airframe explains its last reports: named terms, and what each is worth.

A fate is a field on which it is down, or none of them. What can be read off the reports and off the table of airfields is put
in *terms*; a term times its weight (`weights`, fitted to flights whose landings are known) is a logarithm of a likelihood,
and so is their sum, up to a constant that all fates share. A way out is weighed by the same terms as a way in.

*Where*: is the way to fly too short for the height (`steep`; `overhead` in level flight) or, on the way down, too long
(`shallow`); does it point there (`towards`); is it on the extended centre line of a runway (`lined_up`), and low there, no light
aircraft (`established`); how near is it (`near`); and does such an aircraft go to such a field (its size, its scheduled flights,
the length of its runways).

*Whether at all*: nothing tells (`none`), how high it was lost (`low`, `middle`, `high`), in level flight (`level`), on a slope as
to land (`slope`), how far it has come down from where it flew (`not_down`), whether it was on final (`on_final`), and
whether it has come low over a field before and gone up again (`passes`).
"""

from collections.abc import Mapping
from math import cos, exp, log, log1p, radians, sin
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import bearing_deg, distance_km, turn_deg
from flightwatch.core.model import Airport
from flightwatch.tracking.aircraft import Aircraft
from flightwatch.tracking.approach import misfit, thresholds_km, way_km
from flightwatch.tracking.field import (
    LIGHT_RUNWAY_M,
    runway_distance_km,
)
from flightwatch.tracking.motion import Motion, height_over_m
from flightwatch.tracking.weights import FIELD_WEIGHTS, NONE_WEIGHTS

LEVEL_MS, FULL_DESCENT_MS = 0.5, 2.5
"""Mean descent below which flight counts as level, m/s (100 ft a minute), and from which it counts as coming down: 3° at
50 m/s, the slowest airliner."""

OVER_RUNWAY_KM, OVER_RUNWAY_M = 0.7, 120.0
"""Distance to a runway and height over it inside which an aircraft is touching down."""

FINAL_KM, FINAL_M = 10.0, 520.0
"""Distance to a runway and height over it inside which an aircraft is on or near final, whatever its last heights say (they can
be repeated, or a level step)."""

FINAL_LEVEL: Final = 1.0
"""Part of the term `level` that counts on final: the last heights can be repeated ones, or a step."""

STRAIGHT_MISFIT, STRAIGHT_IN, STRAIGHT_SLACK_KM = 1.5, 1.2, 1.0
"""Misfit of the path, and ratio and difference of the way to fly and the distance, up to which it is lined up with a runway."""

OVERHEAD_M: Final = 3000.0
"""Height from which level flight over a field is flight past it, m: below, an approach may be level for a while."""

MISFIT_FLOOR: Final = 0.003
"""Likelihood left for any misfit of way and height: spirals, a long level stretch before the descent."""

RUNWAY_KM = 6.0
"""How far a runway may lie from the reference point of its field, km (Denver)."""

NEAR_KM, FAR_KM = 5.0, 20.0
"""Within the first the direction to the field says nothing that the way to fly does not, from the second on it says most:
arrivals point at their field until they are vectored, km."""

POINTING_DEG, POINTING_NEAR, POINTING_CLOSE = 2.5, 600.0, 40_000.0
"""Spread of the angle between track and field: 2.5°, and at d km another 600/d + 40,000/d² degrees: routes bend towards the
field, and circle it when close (12° at 100 km, 5° at 300 km)."""

POINTING_POWER: Final = 1.5
"""Exponent with which likelihood falls with that angle: slowly, as airways bend (Student's t with two degrees of freedom)."""

ANY_ANGLE: Final = 0.02
"""Likelihood left for any angle: an aircraft that holds, or is vectored."""

LINE_KM, LINE_SHARE, LINE_DEG = 0.25, 0.06, 12.0
"""Spread of the offset from the extended centre line at the threshold, km; what each km before it adds, km; spread of the course,
°."""

PAST_KM: Final = 2.5
"""How far past the threshold an aircraft may be that still lands on this runway, km."""

LINED_UP_KM, LINE_END_KM = 15.0, 40.0
"""Distance to the runway up to which being lined up counts in full, and from which it does not, km."""

ESTABLISHED_M, ESTABLISHED_END_M = 700.0, 1600.0
"""Height over the field up to which all but light aircraft that land there are lined up, and from which it need not be, m."""

UNSURVEYED_LINE: Final = 0.3
"""How lined up an aircraft counts with a field whose runways have no known direction."""

AT_KM: Final = 5.0
"""Fields nearer than this count as equally near, km."""

LOW_M, MIDDLE_M, HIGH_M = 1500.0, 4500.0, 9000.0
"""Heights over the field between which each further metre counts alike, m: circuits, vectors; then more and more; above the
last being higher says nothing more."""

FULL_SLOPE: Final = 0.0524
"""Slope of a 3° descent."""

SLOPE_SPEED_MS: Final = 50.0
"""Least speed that a slope is worked out with, m/s."""

TOP_M: Final = 300.0
"""Least height that a flight is taken to have come down from, m."""


def descending(flight: Motion) -> float:
    """How far a flight is descending: 0 in level flight, 1 in a full descent."""
    return min(1.0, max(0.0, ((flight.descent_ms or 0.0) - LEVEL_MS) / (FULL_DESCENT_MS - LEVEL_MS)))


class Path(Struct, frozen=True):
    """How a flight fits a way in to a field."""

    runway_km: float
    """Distance to the nearest runway, km."""
    height_m: float
    """Height over the field, m."""
    steep: float
    overhead: float
    shallow: float
    towards: float
    lined_up: float
    established: float
    near: float
    is_on_final: bool

    @property
    def likelihood(self) -> float:
        """Logarithm of how well it fits."""
        return sum(FIELD_WEIGHTS[term] * value for term, value in self.terms().items())

    def terms(self) -> dict[str, float]:
        """The terms of the way by name."""
        return {
            "steep": self.steep,
            "overhead": self.overhead,
            "shallow": self.shallow,
            "towards": self.towards,
            "lined_up": self.lined_up,
            "established": self.established,
            "near": self.near,
        }


def path(flight: Motion, aircraft: Aircraft, field: Airport) -> Path:
    """How ``flight`` of this aircraft fits a way in to ``field``."""
    runway_km = runway_distance_km(field, flight.latitude, flight.longitude)
    away_km = distance_km(flight.latitude, flight.longitude, field.latitude, field.longitude)
    height = height_over_m(flight, field)
    over = runway_km <= OVER_RUNWAY_KM and height <= OVER_RUNWAY_M
    way = way_km(flight, field)
    off = 0.0 if over else misfit(way, height)
    fit, down = log(MISFIT_FLOOR + exp(-0.5 * off * off)), descending(flight)
    straight = abs(off) <= STRAIGHT_MISFIT and way <= STRAIGHT_IN * runway_km + STRAIGHT_SLACK_KM
    line = 1.0 if over else lined_up(flight, field, runway_km)
    low = min(1.0, max(0.0, (ESTABLISHED_END_M - height) / (ESTABLISHED_END_M - ESTABLISHED_M)))
    return Path(
        runway_km=runway_km,
        height_m=height,
        steep=fit * down if off < 0 else 0.0,
        overhead=fit * (1.0 - down) if off < 0 and height >= OVERHEAD_M else 0.0,
        shallow=fit * down if off > 0 else 0.0,
        towards=towards(flight, field, runway_km, away_km),
        lined_up=line,
        established=line * low if aircraft.needs_m > LIGHT_RUNWAY_M else 0.0,
        near=down * nearness(away_km),
        is_on_final=over or (straight and runway_km <= FINAL_KM and height <= FINAL_M),
    )


def at_best(flight: Motion, field: Airport, away_km: float) -> float:
    """Logarithm of how well a flight can fit a way in to a field at this distance: no less than `path` then finds."""
    height = height_over_m(flight, field)
    runway_km = max(0.0, away_km - RUNWAY_KM)
    bound = FIELD_WEIGHTS["near"] * descending(flight) * nearness(away_km)
    bound += FIELD_WEIGHTS["towards"] * towards(flight, field, runway_km, away_km)
    if runway_km < LINE_END_KM:
        bound += FIELD_WEIGHTS["lined_up"] + FIELD_WEIGHTS["established"]
    if (off := misfit(runway_km, height)) > 0:
        bound += FIELD_WEIGHTS["shallow"] * descending(flight) * log(MISFIT_FLOOR + exp(-0.5 * off * off))
    return bound


def nearness(away_km: float) -> float:
    """Logarithm of how near a field is: 0 at `FAR_KM`, positive when nearer, as there are more fields the farther off."""
    return -log(max(away_km, AT_KM) / FAR_KM)


def towards(flight: Motion, field: Airport, runway_km: float, away_km: float) -> float:
    """Logarithm of how well a track points at a field; 0 close to it, where the way to fly says it all."""
    far = min(1.0, max(0.0, (runway_km - NEAR_KM) / (FAR_KM - NEAR_KM)))
    if flight.track_deg is None:
        return -far
    if far == 0.0:
        return 0.0
    course = bearing_deg(flight.latitude, flight.longitude, field.latitude, field.longitude)
    spread = POINTING_DEG + (POINTING_NEAR + POINTING_CLOSE / max(away_km, AT_KM)) / max(away_km, AT_KM)
    off = turn_deg(flight.track_deg, course) / spread
    return far * log(ANY_ANGLE + (1.0 - ANY_ANGLE) * exp(-POINTING_POWER * log1p(off * off)))


def lined_up(flight: Motion, field: Airport, runway_km: float) -> float:
    """How well a flight is on the extended centre line of one of the runways, 0 to 1; 0 far from the field."""
    close = min(1.0, max(0.0, (LINE_END_KM - runway_km) / (LINE_END_KM - LINED_UP_KM)))
    if close == 0.0 or flight.track_deg is None:
        return close * UNSURVEYED_LINE
    best: float | None = None
    for x, y, heading in thresholds_km(flight, field):
        east, north = sin(radians(heading)), cos(radians(heading))
        before_km, beside_km = x * east + y * north, x * north - y * east
        if before_km < -PAST_KM:
            continue
        spread = LINE_KM + LINE_SHARE * max(0.0, before_km)
        off = (beside_km / spread) ** 2 + (turn_deg(flight.track_deg, heading) / LINE_DEG) ** 2
        best = off if best is None else min(best, off)
    return close * (UNSURVEYED_LINE if best is None else exp(-0.5 * best))


def none_terms(
    flight: Motion, aircraft: Aircraft, height_m: float, elevation_m: float, *, final: bool
) -> dict[str, float]:
    """The terms of being down nowhere, lost at this height over the likeliest field, on final for one or not."""
    top = max(aircraft.highest_m, flight.altitude_m or 0.0) - elevation_m
    slope = max(0.0, flight.descent_ms or 0.0) / max(flight.speed_ms or SLOPE_SPEED_MS, SLOPE_SPEED_MS)
    return {
        "none": 1.0,
        "low": min(1.0, height_m / LOW_M),
        "middle": min(1.0, max(0.0, (height_m - LOW_M) / (MIDDLE_M - LOW_M))),
        "high": min(1.0, max(0.0, (height_m - MIDDLE_M) / (HIGH_M - MIDDLE_M))) ** 2,
        "level": (1.0 - descending(flight)) * (FINAL_LEVEL if final else 1.0),
        "slope": -min(1.0, slope / FULL_SLOPE),
        "not_down": -(1.0 - height_m / max(top, TOP_M)),
        "on_final": -1.0 if final else 0.0,
        "passes": min(1.0, aircraft.passes),
    }


def none_likelihood(terms: Mapping[str, float]) -> float:
    """Logarithm of how well being down nowhere explains these terms."""
    return sum(NONE_WEIGHTS[term] * value for term, value in terms.items())
