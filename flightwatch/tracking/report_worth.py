"""What one report is worth: nothing new, heard but nowhere, a bad position, on the ground, in the air.

A surface position report is believed only where an aircraft can be on the ground: recorded oddities are ``on_ground`` at
cruise altitude with velocity 0, and single surface reports in the middle of an approach.
"""

from functools import lru_cache
from math import floor, inf
from typing import Literal

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.geo import MOST_KM_PER_DEGREE
from flightwatch.core.model import Airport, StateVector
from flightwatch.tracking.field import SEARCH_KM, field_at
from flightwatch.tracking.likelihood import FINAL_KM, RUNWAY_KM
from flightwatch.tracking.motion import altitude_m, fixed_at, is_jump, position
from flightwatch.tracking.reports import Known, newest
from flightwatch.tracking.weighing import is_known

ReportWorth = Literal["old", "stranger", "unplaced", "jump", "ground", "air"]
"""``old``: it tells nothing new. ``stranger``: another airframe under the same address. ``unplaced``: heard, but its position
is not believed. ``jump``: nobody can have flown there. ``ground`` and ``air``: believed, and the aircraft is there."""

FUTURE_S = 60
"""How far a report may be ahead of the poll that brought it, s; more is a broken clock."""

MAX_GROUND_SPEED_MS = 110.0
"""Fastest roll believed, m/s (214 kt): the fastest airliner touchdowns are near 90 m/s."""

PRESSURE_SLACK_M = 700.0
"""How far pressure altitude on the ground may read above the field, m: 1013 hPa against the lowest pressures on record
over land near 930 hPa; more is flight."""

HIGHEST_FIELD_M = 4500.0
"""No airfield is higher (Daocheng Yading, 4,411 m)."""

FASTEST_DROP_MS = 50.0
"""Fastest descent believed between a report in the air and one on the ground, m/s (10,000 ft a minute)."""

LANDING_SINK_MS = 12.0
"""Fastest mean sink from the last report in the air to a landing that one surface report proves, m/s (2,400 ft a minute)."""

FASTEST_CLIMB_MS = 25.0
"""Fastest mean climb believed from a place where an airframe stood, m/s (5,000 ft a minute)."""

LOW_M = 3000.0
"""Altitude up to which an aeroplane may be on the way to a landing where no field is known, m."""

FLYING_MS = 35.0
"""Speed from which an airframe that was on the ground is believed to fly, m/s."""

TAXI_MS = 20.0
"""Speed below which no aeroplane flies, m/s (39 kt)."""

TAXI_HEIGHT_M = 250.0
"""How far pressure altitude may be from the field's while it taxies, m; weather moves it that far on most days."""

ROTARY = frozenset({8, 14})
"""OpenSky's categories of rotorcraft and of unmanned aircraft (REST documentation)."""

DRIFTING = ROTARY | {9, 10, 11, 12}
"""Categories of what flies as slowly as others taxi: with them gliders, balloons, parachutists and ultralights."""

VEHICLES = frozenset({16, 17, 18, 19, 20})
"""Categories of what is no aircraft: emergency and service vehicles, and obstacles: points, clusters and lines."""

FLARM = 3
"""``position_source`` of a collision warner in gliders: its address is often made up, and may be an airliner's."""

FAST_MS = 85.0
"""Speed that no helicopter, glider or ultralight reaches, m/s (165 kt): who has flown so fast and is slow has landed."""

AWAY_KM = 10.0
"""Distance from where it stood at which nothing else is needed, km."""

ROUND_KM = max(SEARCH_KM, FINAL_KM + RUNWAY_KM)
"""How far around an aircraft the fields matter on which it may stand or be on final, km."""

SQUARE_DEG = 0.25
"""Side of the squares for which those fields are kept, degrees: in Europe a square then has 10 to 25 fields, which are asked
in a tenth of the time that a cell of the airport table takes."""

PAST_S = 3600
"""How old a report may be, s: OpenSky drops a vector 15 s after its last message, and what says 1970 is garbage."""

SQUARES_KEPT = 8192
"""Squares that are kept: all that the approaches to 1,000 airports cross."""


class Surroundings(Struct, frozen=True):
    """The fields around a place."""

    fields: Airports
    """Asked about a place in the square they are for, up to ROUND_KM, they answer what all airports would."""
    lowest_m: float
    """The lowest of their elevations; infinite where none is known."""
    known: Airports
    """Those of the fields that level flight near them may be the final of (`is_known`); asked like ``fields``."""
    highest_m: float
    """The highest elevation of these, 0 for one that is not known; negative infinity where there is no such field."""


def worth_of(known: Known, heard: int | None, report: StateVector, now: int, airports: Airports) -> ReportWorth:
    """Judge a report of an airframe whose last credible reports are ``known`` (oldest first, may be empty).

    ``heard`` is the Unix time it was last heard at all; None: never. ``now`` is the poll's own time, Unix seconds.
    """
    sent, fixed, earliest, latest = report.last_contact, report.time_position, now - PAST_S, now + FUTURE_S
    if not earliest <= sent <= latest or (heard is not None and sent <= heard):
        return "old"
    before = newest(known)
    if report.position_source == FLARM and before is not None and before.position_source != FLARM:
        return "stranger"
    if fixed is None or report.latitude is None or report.longitude is None or not earliest <= fixed <= latest:
        return "unplaced"
    if before is not None:
        has_moved = before.latitude != report.latitude or before.longitude != report.longitude
        if fixed <= fixed_at(before) or (not has_moved and _is_frozen(before, report)):
            return "unplaced"
        if is_jump(before, report):
            return "jump"
    if report.on_ground:
        return "ground" if _can_be_down(known, report, airports) else "unplaced"
    return "ground" if _is_taxiing(known, report, airports) else "air"


def is_standing(report: StateVector) -> bool:
    """Tell whether a believed report is of an aircraft on the ground; some say "in the air" while they taxi."""
    return report.on_ground or (report.velocity is not None and report.velocity <= TAXI_MS)


def is_flying(report: StateVector, field_elevation_m: float | None, away_km: float) -> bool:
    """Tell whether an airborne report of an airframe that was on the ground ``away_km`` from there shows flight.

    Transponders say "airborne" while taxiing; speed, height or distance must agree.
    """
    height = altitude_m(report)
    return (
        (report.velocity is not None and report.velocity >= FLYING_MS)
        or (height is not None and field_elevation_m is not None and height - field_elevation_m >= PRESSURE_SLACK_M)
        or away_km >= AWAY_KM
    )


def sinks_to_land(before: StateVector | None, first: StateVector, field: Airport | None) -> bool:
    """Tell whether the way down from the report before to the first one on the ground is one that aircraft fly."""
    height = None if before is None or before.on_ground else altitude_m(before)
    if before is None or height is None:
        return True
    drop = height - ((field.elevation_m if field else None) or 0.0)
    return drop <= LANDING_SINK_MS * (fixed_at(first) - fixed_at(before)) + PRESSURE_SLACK_M / 2


def can_have_climbed(ground: StateVector, report: StateVector, elevation_m: float | None) -> bool:
    """Tell whether an airframe that stood in ``ground`` can fly where ``report`` says."""
    height = altitude_m(report)
    if height is None:
        return True
    climb = height - (elevation_m or 0.0) - PRESSURE_SLACK_M
    return climb <= FASTEST_CLIMB_MS * (fixed_at(report) - fixed_at(ground))


def surroundings(report: StateVector, airports: Airports) -> Surroundings:
    """The fields around a report that has a position."""
    lat, lon = position(report)
    return _square(floor(lat / SQUARE_DEG), floor(lon / SQUARE_DEG), airports)


@lru_cache(maxsize=SQUARES_KEPT)
def _square(row: int, column: int, airports: Airports) -> Surroundings:
    """The surroundings of every place in a square."""
    lat, lon = (row + 0.5) * SQUARE_DEG, (column + 0.5) * SQUARE_DEG
    corner_km = SQUARE_DEG * MOST_KM_PER_DEGREE
    fields = [field for _, field in airports.within(max(-90.0, min(90.0, lat)), lon, corner_km + ROUND_KM)]
    known = [field for field in fields if is_known(field)]
    return Surroundings(
        Airports(fields),
        min((field.elevation_m for field in fields if field.elevation_m is not None), default=inf),
        Airports(known),
        max((field.elevation_m or 0.0 for field in known), default=-inf),
    )


def _is_taxiing(known: Known, report: StateVector, airports: Airports) -> bool:
    """Tell whether a report "in the air" is of an aeroplane too slow to fly, on an airport and at its height.

    Balloons, gliders and helicopters without a category drift as slowly: only an aircraft that was on the ground before, or has
    flown faster than they do, taxies.
    """
    if report.velocity is None or report.velocity > TAXI_MS or report.category in DRIFTING:
        return False
    height = altitude_m(report)
    if height is None:
        return False
    field = field_at(*position(report), surroundings(report, airports).fields)
    if field is None or abs(height - (field.elevation_m or 0.0)) > TAXI_HEIGHT_M:
        return False
    return bool(known) and (known[-1].on_ground or any(r.velocity is not None and r.velocity >= FAST_MS for r in known))


def _is_frozen(before: StateVector, report: StateVector) -> bool:
    """Tell whether both reports, of the same position, are in flight: then it is an old position with a new time."""
    return not report.on_ground and not before.on_ground


def _can_be_down(known: Known, report: StateVector, airports: Airports) -> bool:
    if report.velocity is not None and report.velocity > MAX_GROUND_SPEED_MS:
        return False
    height = altitude_m(report)
    stood = not known or known[-1].on_ground
    if stood and height is None:
        return True
    around = surroundings(report, airports)
    if stood and height is not None and height <= HIGHEST_FIELD_M and height <= around.lowest_m + PRESSURE_SLACK_M:
        return True  # whichever field it is
    field = field_at(*position(report), around.fields)
    ground_m = None if field is None else field.elevation_m
    if height is not None and height > (HIGHEST_FIELD_M if ground_m is None else ground_m + PRESSURE_SLACK_M):
        return False
    if stood:
        return True
    before = altitude_m(known[-1])
    drop = 0.0 if before is None else before - (ground_m or 0.0) - PRESSURE_SLACK_M
    return drop <= FASTEST_DROP_MS * (fixed_at(report) - fixed_at(known[-1]))
