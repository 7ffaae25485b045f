"""Tell whether an airframe that fell silent has landed, where, and how sure that is.

Every field within reach is weighed against "none of them" by the terms of `likelihood`, and by what is known of the
airframe: the field it took off from, the one it was last on final for, those where it was before, those where the user expects
it. That is a *belief*, made once from the last reports. Silence moves it: one that only crossed a shadow of the receivers is
soon heard again, so the weight of "none" decays while nothing is heard, but never below what a switched-off transponder is
worth. A landing is told only when an aircraft that went around would have been heard again. Probabilities of all fields and of
none sum to one.
"""

from math import exp

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport
from flightwatch.tracking.aircraft import Aircraft
from flightwatch.tracking.likelihood import (
    FINAL_KM,
    LEVEL_MS,
    RUNWAY_KM,
    descending,
    none_likelihood,
    none_terms,
)
from flightwatch.tracking.motion import Motion, height_over_m
from flightwatch.tracking.way_down import APART_S, time_down_s
from flightwatch.tracking.weighing import CLIMBING_MS, REACH_KM, is_known, weigh

KEPT_FATES = 6
"""Most fields that a belief keeps."""

CLIMB_SHARE = 0.6
"""Height on a descent path at the distance where a climb has height 1: aircraft climb at about 5° and come down at 3°."""

ORIGIN_LIKELY = 0.05
"""Probability from which a field is remembered as one a climbing flight may have come from."""

FITTED_SILENCE_S = 300.0
"""Silence for which the weight of none was fitted, s."""

NONE_DECAY_S = 300.0
"""Time constant with which a radio shadow explains less and less, s: calibration aircraft in tests/recorded/flights reappear
within five minutes."""

NONE_FLOOR = 0.4
"""Part of the weight of none that no silence removes: a transponder switched off."""

MOST_SURE = 0.999
"""Probability above which no inference goes: the terms do not know of everything that happens. Only what was seen is certain."""

HIDDEN_S = 1800.0
"""Time constant with which a hill, or a circuit before another low pass, explains less and less, s: helicopters work in valleys
for half an hour, and calibration aircraft come round within a quarter."""


MIN_SILENCE_S = 300
"""Shortest covered silence from which a landing is inferred, s; holding patterns and hills hide aircraft for four or five
minutes (EUROCONTROL's batch rule waits 15 min, plane-notify 10)."""


CLIMB_BACK_MS, CLIMB_BACK_S = 8.0, 90
"""Climb of an aircraft that goes around (1,600 ft a minute), m/s, and the time it takes to begin it, s. A landing is told
only when one would have climbed back to where it was lost."""

SETTLED = 0.4
"""Part of the way from the likely touchdown to the latest one that must have passed before it is told."""


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


class Fate(Struct, frozen=True, array_like=True, gc=False):
    """A field on which an airframe may be down, and when it would have come down there."""

    icao: str | None
    """`Airport.icao`; None: where it was lost, away from any field."""
    weight: float
    earliest: int
    best: int
    latest: int
    settled: int


class Belief(Struct, frozen=True, array_like=True, gc=False):
    """What may have become of an airframe since its last report, before any silence is counted. Only ratios mean anything."""

    fates: tuple[Fate, ...]
    """Most likely first; empty: nothing speaks for a landing."""
    down: float
    """Weight of all fields, also of those left out of ``fates``."""
    none: float
    """Weight of being down nowhere."""
    hidden: float = 0.0
    """Weight of flying on behind hills, or round a circuit: silence takes longer to tell."""


NOWHERE = Belief((), 0.0, 1.0)
"""The belief in an aircraft that was not coming down: it is lost, for all that is known."""

TOLD = Belief((), 0.0, 0.0)
"""The visit that the last report tells of has been told, and is over or was taken back: the same is not told of it again."""


def believe(flight: Motion, aircraft: Aircraft, airports: Airports, watched: frozenset[str]) -> Belief:
    """What may have become of an airframe last heard in ``flight``.

    ``watched`` holds the `Airport.icao` of watched fields. `NOWHERE` when it was not coming down.
    """
    if flight.altitude_m is None or (flight.climb_ms is not None and flight.climb_ms > CLIMBING_MS):
        return NOWHERE
    reach_km = REACH_KM if (flight.descent_ms or 0.0) > LEVEL_MS else FINAL_KM + RUNWAY_KM
    weighed = weigh(flight, aircraft, airports, watched, reach_km)
    if not weighed:
        return NOWHERE
    _, likeliest, way = weighed[0]
    elevation_m = likeliest.elevation_m or 0.0
    final = any(each.is_on_final for _, _, each in weighed)
    if descending(flight) == 0.0 and not any(way.is_on_final and is_known(field) for _, field, way in weighed):
        return NOWHERE
    terms = none_terms(flight, aircraft, way.height_m, elevation_m, final=final)
    passing = none_likelihood({"passes": terms.pop("passes")})
    none, top = none_likelihood(terms), weighed[0][0]
    return Belief(
        tuple(_fate(flight, field, exp(log_weight - top)) for log_weight, field, _ in weighed[:KEPT_FATES]),
        sum(exp(log_weight - top) for log_weight, _, _ in weighed),
        exp(min(50.0, none - top)),
        exp(min(50.0, none - top)) * (exp(passing) - 1.0),
    )


def none_after(belief: Belief, silent_s: float) -> float:
    """Weight of being down nowhere after ``silent_s`` seconds of silence that counts."""
    shadow = NONE_FLOOR + (1.0 - NONE_FLOOR) * exp((FITTED_SILENCE_S - silent_s) / NONE_DECAY_S)
    return belief.none * shadow + belief.hidden * exp(-silent_s / HIDDEN_S)


def judge(belief: Belief, silent_s: float, airports: Airports) -> Assessment:
    """What a belief says after ``silent_s`` seconds of silence that counts."""
    if not belief.fates:
        return ABSTAIN
    total = max(belief.down + none_after(belief, silent_s), belief.down / MOST_SURE)
    return Assessment(
        tuple(
            Candidate(
                airport=None if fate.icao is None else airports.find(fate.icao),
                probability=fate.weight / total,
                earliest=fate.earliest,
                best=fate.best,
                latest=fate.latest,
                settled=fate.settled,
            )
            for fate in belief.fates
        ),
        1.0 - belief.down / total,
    )


def assess(
    flight: Motion, aircraft: Aircraft, silent_s: float, airports: Airports, watched: frozenset[str]
) -> Assessment:
    """Where an airframe last heard in ``flight`` has landed, after ``silent_s`` seconds of silence that counts.

    Abstains (no candidates, none = 1) when it was not coming down.
    """
    return judge(believe(flight, aircraft, airports, watched), silent_s, airports)


def origins(flight: Motion, aircraft: Aircraft, airports: Airports) -> tuple[tuple[str, float], ...]:
    """The fields that a flight first heard climbing may have come from, `Airport.icao` and probability.

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


def _fate(flight: Motion, field: Airport, weight: float) -> Fate:
    fastest, likely, slowest = (round(flight.at + s) for s in time_down_s(flight, field))
    height = height_over_m(flight, field)
    settled = likely + max(round(height / CLIMB_BACK_MS) + CLIMB_BACK_S, round(SETTLED * (slowest - likely)))
    return Fate(
        icao=field.icao,
        weight=weight,
        earliest=max(flight.at, fastest - APART_S),
        best=likely,
        latest=slowest,
        settled=settled,
    )
