"""Each field within reach, weighed by how the way there fits and by what is known of the airframe.

That is the field it took off from, the one it was last on final for, those where it was before, and those where the user expects
it. What fits is told by the terms of `likelihood`.
"""

from math import log

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, StateVector
from flightwatch.tracking.aircraft import Aircraft, suits
from flightwatch.tracking.approach import need_km
from flightwatch.tracking.field import runway_distance_km
from flightwatch.tracking.likelihood import FAR_KM, FINAL_KM, FINAL_M, RUNWAY_KM, Path, at_best, path
from flightwatch.tracking.motion import Motion, altitude_m, position

CLIMBING_MS = 1.5
"""Mean climb over the last stretch from which an aircraft is going away, m/s: a go-around, a low pass."""

MOST_LEVEL = 8.0
"""Distance of a field, as a multiple of what a 3° path needs, beyond which it is not weighed."""

WATCHED_WEIGHT = 5.0
"""Factor for a field where the user expects the aircraft."""

HOME_WEIGHT = 4.0
"""Factor for the field it took off from: who comes down near there is coming home, as survey, training and calibration
flights do."""

CIRCUIT_WEIGHT = 4.0
"""Factor for the field it was last on final for in this flight: after a low pass comes another, or the landing."""

BEEN_WEIGHT, BEEN_OFTEN = 2.0, 10
"""What each earlier visit adds to the factor of a field, and how many visits say all that visits can. Who was there before comes
back, and who was there often comes back rather than going where he never was. On 892 invented landings that nobody saw, of
airframes that fly between six fields, 0.83 were named right after thirty flights; 0.71 by the share of all visits, 0.62 without
memory. After the few flights of a day as many were as by the share, and fewer wrong. Twice the weight named 0.86 after thirty,
but more wrong after few; and airframes are less steady than that."""

LEAST_WEIGHT = 1e-3
"""Share of the likeliest field's weight below which a field is left out."""

REACH_KM = 220.0
"""Farthest field considered, km: top of descent from 11,000 m on a 3° path, and a little."""


def is_known(field: Airport) -> bool:
    """Tell whether a field is more than a strip that is flown over on the way: level flight near it may be its final."""
    return field.scheduled or field.kind != "small"


def weigh(
    flight: Motion, aircraft: Aircraft, airports: Airports, watched: frozenset[str], reach_km: float
) -> list[tuple[float, Airport, Path]]:
    """Every field within reach that is worth weighing: logarithm of its weight, and how the way there fits; best first."""
    likely = sorted(
        (
            (prior + at_best(flight, field, away_km), prior, field)
            for away_km, field in airports.within(flight.latitude, flight.longitude, reach_km)
            for prior in (expected(aircraft, field, watched),)
        ),
        key=lambda each: (-each[0], each[2].icao),
    )
    weighed: list[tuple[float, Airport, Path]] = []
    best = -1e9
    for bound, prior, field in likely:
        if bound < best + log(LEAST_WEIGHT):
            break  # the way there cannot make up for it
        way = path(flight, aircraft, field)
        if is_out_of_reach(way):
            continue
        weight = prior + way.likelihood
        best = max(best, weight)
        weighed.append((weight, field, way))
    weighed.sort(key=lambda each: (-each[0], each[1].icao))
    return weighed


def is_out_of_reach(way: Path) -> bool:
    """Tell whether a field is too far away for anybody at this height to be on the way to it."""
    return way.runway_km > FAR_KM and way.runway_km > MOST_LEVEL * need_km(way.height_m)


def expected(aircraft: Aircraft, field: Airport, watched: frozenset[str]) -> float:
    """Logarithm of how likely a field is, whatever the way there."""
    home = sum(sure for icao, sure in aircraft.homes if icao == field.icao)
    factor = (
        (WATCHED_WEIGHT if field.icao in watched else 1.0)
        * (1.0 + (HOME_WEIGHT - 1.0) * home)
        * (CIRCUIT_WEIGHT if field.icao == aircraft.circuit else 1.0)
    )
    for icao, often in aircraft.been:
        if icao == field.icao:
            factor *= 1.0 + BEEN_WEIGHT * min(often, BEEN_OFTEN)
    return suits(aircraft, field) + (log(factor) if factor != 1.0 else 0.0)


def on_final(report: StateVector, airports: Airports, within_m: float = FINAL_M) -> Airport | None:
    """The field an aircraft is low and near enough to land on, the nearest runway's where several are; None: none.

    ``within_m`` is how low over it, m.
    """
    height = altitude_m(report)
    if height is None:
        return None
    lat, lon = position(report)
    near = [
        (runway_distance_km(field, lat, lon), field)
        for _, field in airports.within(lat, lon, FINAL_KM + RUNWAY_KM)
        if height - (field.elevation_m or 0.0) <= within_m and is_known(field)
    ]
    near = [n for n in near if n[0] <= FINAL_KM]
    return min(near, key=lambda n: n[0], default=(0.0, None))[1]
