"""The ends of a flight as OpenSky estimates them, checked.

OpenSky names the airport nearest to the last position, within 30 km and 2,500 m of it. That is a guess wherever the last
position was not near the ground: of tracks lost above 4,000 ft the nearest airport was the right one in 5 of 15 (measured on
the flights in tests/recorded/flights). So each name is checked against the distances that come with it and against our own
table; where OpenSky's candidates or ours disagree it is left open, for the flight's track (`flown`) or for good.

The confidences are set, not measured: there is no collection of OpenSky's estimates with the truth beside them. Each stays
below what the tracker says of a straight-in approach lost as low (0.99 on the runway, 0.84 to 0.97 at 2,000 m over lonely
fields), as neither descent nor direction is known here.
"""

from typing import Literal

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.geo import destination
from flightwatch.core.model import Airport
from flightwatch.flights.model import Flight
from flightwatch.tracking.aircraft import Aircraft, kind_weight
from flightwatch.tracking.approach import misfit, need_km
from flightwatch.tracking.field import APRON_KM, JET_RUNWAY_M
from flightwatch.tracking.likelihood import FINAL_KM, FINAL_M
from flightwatch.tracking.motion import Motion

DOWN_KM, DOWN_M, DOWN = 3.0, 300.0, 0.95
"""Distance and height from the field inside which the last position is on it or over its runways (large fields are as large;
pressure altitude is off by up to 250 m on most days), and the confidence then: the next nearest field is farther."""

FINAL = 0.9
"""Confidence inside FINAL_KM and FINAL_M (near final), when no other field comes into question."""

FAR_KM, FAR_M, FAR = 30.0, 1220.0, 0.7
"""OpenSky's greatest distance, the 4,000 ft above which the nearest airport is mostly the wrong one, and the confidence below
them, when no other field comes into question: enough for the usual ``min_confidence`` of 0.6, and not much more."""

HIGH_M, HIGH = 2500.0, 0.6
"""OpenSky's greatest height, and the confidence below it when no other field can be reached on the way down: nobody hears
aircraft at Pyongyang below some 2,100 m."""

STEEPEST = 3.0
"""How much too steep the way straight down may be for `FAR` and `HIGH`, in spreads of `approach.misfit`: about 9°. An aircraft
last heard higher above the field flew over it."""

RIVAL = 0.5
"""Likelihood of another field within reach as a destination of a jet, against the named one's, from which it comes into
question."""

ENDING_MS = 130.0
"""Ground speed supposed at the last position, m/s: 250 kt, the limit below 10,000 ft."""

EndOf = Literal["departure", "arrival"]


class End(Struct, frozen=True):
    """One end of a flight: its departure or its arrival."""

    at: int
    """Unix seconds of the first (or last) message."""
    field: Airport | None = None
    """Where it was, sure enough to say so; None: left open."""
    guess: Airport | None = None
    """What OpenSky named, if our table knows it, whether it is believed or not."""
    confidence: float = 0.0
    """Probability that ``field`` is right; 0 without one."""
    motion: Motion | None = None
    """How it came in; of a departure, flown backwards as `way_down.stay_moments` takes it. None without a guess."""


class Ends(Struct, frozen=True):
    """Both ends of a flight as its own track tells them; None where it tells no more than OpenSky's estimate."""

    departure: End | None
    arrival: End | None


def end_of(flight: Flight, end: EndOf, airports: Airports) -> End:
    """One end of a flight as OpenSky estimates it, checked."""
    if end == "arrival":
        at, code, others = flight.last_seen, flight.est_arrival_airport, flight.arrival_airport_candidates_count
        away, above = flight.est_arrival_airport_horiz_distance, flight.est_arrival_airport_vert_distance
    else:
        at, code, others = flight.first_seen, flight.est_departure_airport, flight.departure_airport_candidates_count
        away, above = flight.est_departure_airport_horiz_distance, flight.est_departure_airport_vert_distance
    guess = _named(code, airports)
    if guess is None:
        return End(at)
    if away is None or above is None or not (0.0 <= away / 1000.0 <= FAR_KM and abs(above) <= HIGH_M):
        return End(at, guess=guess, motion=_motion(at, guess, FAR_KM, HIGH_M))  # as far as OpenSky looks for airports
    away_km, above_m = away / 1000.0, abs(above)
    motion, sure = _motion(at, guess, away_km, above_m), _confidence(guess, away_km, above_m, bool(others), airports)
    return End(at, guess=guess, motion=motion) if sure is None else End(at, guess, guess, sure, motion)


def _named(code: str | None, airports: Airports) -> Airport | None:
    """The field that OpenSky's code means; None for a heliport, a closed field and anything else our table does not hold."""
    field = airports.find(code) if code else None
    return field if field is not None and code is not None and field.icao == code.strip().upper() else None


def _confidence(field: Airport, away_km: float, above_m: float, others: bool, airports: Airports) -> float | None:
    """Confidence that a flight heard last, or first, at this distance and height from a field used it; None: too little."""
    if away_km <= DOWN_KM and above_m <= DOWN_M:
        return None if _has_rival(field, 2.0 * away_km, airports) else DOWN
    if others or _has_rival(field, away_km + max(away_km, need_km(above_m)), airports):
        return None
    if away_km <= FINAL_KM and above_m <= FINAL_M:
        return FINAL
    if misfit(away_km, above_m) < -STEEPEST:
        return None
    return FAR if above_m <= FAR_M else HIGH


def _has_rival(field: Airport, reach_km: float, airports: Airports) -> bool:
    """Tell whether another field comes into question: within ``reach_km`` of the named one, and a likely destination too."""
    jet = Aircraft(is_rotary=False, needs_m=JET_RUNWAY_M)
    least = RIVAL * kind_weight(jet, field)
    return any(
        distance <= reach_km + APRON_KM[other.kind] and kind_weight(jet, other) >= least
        for distance, other in airports.within(field.latitude, field.longitude, reach_km + max(APRON_KM.values()))
        if other.icao != field.icao
    )


def _motion(at: int, field: Airport, away_km: float, above_m: float) -> Motion:
    """A motion at this distance and height from a field. Its direction is not known: it is put in line with the first runway."""
    heading = next((runway.heading_deg for runway in field.runways if runway.heading_deg is not None), 0.0)
    lat, lon = destination(field.latitude, field.longitude, heading + 180.0, away_km)
    return Motion(at, lat, lon, (field.elevation_m or 0.0) + above_m, speed_ms=ENDING_MS)
