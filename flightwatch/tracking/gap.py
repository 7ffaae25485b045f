"""What an airframe did in the dark: heard, then not for long, then heard again.

Lost in cruise is not a landing. But an aircraft that flies into a region without receivers towards an airport and comes
out of it two days later, from the direction of that airport, was there. Each field is weighed by how the way in and the way
out point at it, and by the time that neither of them needs; against it stand flying straight on, circling, turning back,
and a landing somewhere that is not in the table.
"""

from math import exp, log1p

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.geo import bearing_deg, distance_km, turn_deg
from flightwatch.model import Airport, instant
from flightwatch.tracking.approach import misfit, way_km
from flightwatch.tracking.landing import (
    FULL_DESCENT_MS,
    SHALLOW_FLOOR,
    STEEP_FLOOR,
    WATCHED_WEIGHT,
    Aircraft,
    kind_weight,
    none_weight,
    time_down_s,
)
from flightwatch.tracking.motion import Motion
from flightwatch.visits import Moment

MIN_GAP_S = 25 * 60
"""Shortest gap worth asking about, s: down, a quarter of an hour, and up again."""

REACH_KM = 800.0
"""Farthest that either end of the gap may be from the field, km: the widest holes in OpenSky's coverage that an aircraft
crosses to land in are about as deep (from Vladivostok or Beijing to Pyongyang: 640 and 800 km, heard for the first part)."""

STAY_S, STAY_SPREAD_S = 25 * 60, 4 * 60
"""Time that neither way needs at which a stay is as likely as not, and how fast that becomes sure, s: the shortest
turn-round of an airliner is about 25 minutes, a hold or a detour seldom takes more than 15."""

LOITER_S = 40 * 60
"""Mean time that an aircraft circles or strays unheard, s."""

THROUGH = 0.5
"""Weight of flying on, or turning back, when the gap is just what that takes."""

ELSEWHERE = 0.03
"""Weight of having landed where no field is known, or switched off."""

UNHEARD_COUNTRIES = frozenset({"KP"})
"""Countries without receivers (EUROCONTROL's and OpenSky's coverage maps: none in North Korea)."""

HEARD_WEIGHT = 0.1
"""Factor for a field elsewhere when both ends of the gap are in cruise: somebody mostly hears part of the way down or up
(EUROCONTROL, 352 airports, June 2026: half of the airports see at least 82 % of their arrivals on the ground). An aircraft
lost on the way down, or heard again on the way up, has shown where reception ends."""

UNSCHEDULED_WEIGHT = 0.3
"""Further factor for a field without scheduled flights: who comes from far comes to where there is a terminal and fuel."""

POINTING_DEG, POINTING_NEAR, POINTING_CLOSE = 4.0, 800.0, 60_000.0
"""Spread of the angle between an aircraft's track and its airport: 4°, and at d km another 800/d + 60,000/d² degrees: routes
bend towards the field, and circle it when close (18° at 100 km, 7° at 300 km)."""

HOLDING = 0.02
"""Likelihood left for any angle: an aircraft that holds, or is vectored."""

POINTING_POWER = 1.5
"""How fast likelihood falls with that angle: slowly, as airways bend (Student's t with two degrees of freedom)."""

LOOSE_KM = 700.0
"""Distance from the field up to which a departure is dated by the way to the first report; farther off there may have been
another stop, km."""


class Stay(Struct, frozen=True):
    """A visit that happened in a gap."""

    airport: Airport
    probability: float
    arrival: Moment
    departure: Moment


def stays_in_gap(
    before: Motion, after: Motion, aircraft: Aircraft, airports: Airports, watched: frozenset[str]
) -> tuple[Stay, ...]:
    """The stays that come into question between two motions, most probable first; empty when none does.

    ``before`` is the last motion heard, ``after`` the first one heard again, both in the air.
    """
    gap_s = after.at - before.at
    speed = max(before.speed_ms or 0.0, after.speed_ms or 0.0, 60.0)
    backwards = reversed_motion(after)
    weighed = [
        (weight, field)
        for _, field in airports.within(before.latitude, before.longitude, min(REACH_KM, speed * gap_s / 1000))
        if (field.kind != "small" or field.scheduled or field.icao in watched)
        and distance_km(after.latitude, after.longitude, field.latitude, field.longitude) <= REACH_KM
        and (weight := _weight(before, backwards, field, aircraft, gap_s, watched)) > 1e-5
    ]
    weighed.sort(key=lambda w: (-w[0], w[1].icao))
    total = _none_weight(before, after, speed, weighed[0][1] if weighed else None) + sum(w for w, _ in weighed)
    return tuple(
        Stay(field, weight / total, *stay_moments(before, backwards, field, weight / total))
        for weight, field in weighed[:3]
    )


def _none_weight(before: Motion, after: Motion, speed_ms: float, field: Airport | None) -> float:
    """Weight of everything but a stay: flying on or turning back, less likely the longer it took; and of the unknown."""
    straight_s = distance_km(before.latitude, before.longitude, after.latitude, after.longitude) * 1000 / speed_ms
    gap_s = after.at - before.at
    elsewhere = ELSEWHERE
    if field is not None and _is_descending(before):
        height = max(0.0, (before.altitude_m or 0.0) - (field.elevation_m or 0.0))
        elsewhere = min(ELSEWHERE, none_weight(height, gap_s))
    return THROUGH * exp(-max(0.0, gap_s - straight_s) / LOITER_S) + elsewhere


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


def _weight(
    before: Motion, backwards: Motion, field: Airport, aircraft: Aircraft, gap_s: int, watched: frozenset[str]
) -> float:
    spare_s = gap_s - time_down_s(before, field)[1] - time_down_s(backwards, field)[1]
    in_the_dark = _is_descending(before) or _is_descending(backwards)
    return (
        kind_weight(aircraft, field)
        * (WATCHED_WEIGHT if field.icao in watched else 1.0)
        * (1.0 if in_the_dark or field.country_code in UNHEARD_COUNTRIES else HEARD_WEIGHT)
        * (1.0 if field.scheduled else UNSCHEDULED_WEIGHT)
        * _way_fit(before, field)
        * _way_fit(backwards, field)
        / (1.0 + exp(min(50.0, -(spare_s - STAY_S) / STAY_SPREAD_S)))
    )


def _way_fit(flight: Motion, field: Airport) -> float:
    """How well a motion fits a way in to this field: on a descent path, or in cruise and pointing at it."""
    height = max(0.0, (flight.altitude_m or 0.0) - (field.elevation_m or 0.0))
    way = way_km(flight, field)
    if _is_descending(flight):
        off = misfit(way, height)
        fit = (STEEP_FLOOR if off < 0 else SHALLOW_FLOOR) + exp(-0.5 * off * off)
    else:
        fit = exp(-0.5 * min(0.0, misfit(way, height)) ** 2)
    if flight.track_deg is None:
        return fit * 0.5
    away = distance_km(flight.latitude, flight.longitude, field.latitude, field.longitude)
    off_deg = turn_deg(
        flight.track_deg, bearing_deg(flight.latitude, flight.longitude, field.latitude, field.longitude)
    )
    spread = POINTING_DEG + (POINTING_NEAR + POINTING_CLOSE / max(away, 5.0)) / max(away, 5.0)
    pointing = exp(-POINTING_POWER * log1p((off_deg / spread) ** 2))
    return fit * (HOLDING + (1.0 - HOLDING) * pointing)


def _is_descending(flight: Motion) -> bool:
    return (flight.descent_ms or 0.0) >= FULL_DESCENT_MS
