"""On the way down to a watched field, when it will be there; and turned away from it.

How sure it is that a flight comes down at a field is what `belief` would say, were it to fall silent now: the same terms, fitted
to flights whose landings are known.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.geo import bearing_deg, turn_deg
from flightwatch.core.ids import identity
from flightwatch.core.model import Airport, instant
from flightwatch.core.visits import Moment
from flightwatch.tracking.belief import FITTED_SILENCE_S, believe, judge
from flightwatch.tracking.field import runway_distance_km
from flightwatch.tracking.in_flight import Heard, in_flight
from flightwatch.tracking.likelihood import FINAL_KM, LEVEL_MS
from flightwatch.tracking.motion import Motion, motion
from flightwatch.tracking.noted import Approach
from flightwatch.tracking.reports import SHOWN
from flightwatch.tracking.track import aircraft_of, is_sure
from flightwatch.tracking.way_down import time_down_s
from flightwatch.tracking.weighing import REACH_KM

SOONEST, LIKELY, LATEST = 1.03, 1.35, 1.97
"""Time to touchdown, by the likely way down: of 217 recorded arrivals in `real` and `skies` 0.82 took between the first and the
last of these, half more than the second, as who comes in is led round; of the 81 without a mask 0.79. Calibration aircraft,
which fly for hours before they land, are not among them (`tests/accuracy/news.py`)."""

TURNED_KM: Final = 60.0
"""How much farther from a field than at its nearest a flight must be to have turned away from it, km: who flies past it on
downwind, holds or goes around is back before. With 30 km five recorded calibration aircraft turned away and landed there, with
60 none of those that had not taken off there."""

TURNED_SURE: Final = 0.9
"""Most sure that a flight has turned away which does not come back. A cautious figure: none of the recorded ones did either."""

TURNED_DEG: Final = 90.0
"""Angle between track and field from which a flight goes away from it."""

HOME: Final = 0.5
"""Probability from which a flight is taken to have left a field."""

UNLIKELY: Final = 0.2
"""Probability of a field below which a flight has turned away, as that from which a landing is taken back (`leaving.DOUBT`)."""


def approaching(heard: Heard, fields: Sequence[Airport]) -> Heard:
    """Tell once a flight that it comes down to one of these watched ``fields``, and once that it turned away again.

    Two reports must say so, the first of them before final: later the landing is told as soon.
    """
    if heard.placed is None or not fields:
        return heard
    if not heard.is_flying:
        return heard
    flight = motion(heard.track.reports.all())
    sure, kept = _sure(heard, flight, fields), list[Approach]()
    known = {each.icao: each for each in heard.noted.approaches}
    for field in fields:
        before = known.get(field.icao)
        way = _Way(field, flight, sure.get(field.icao, 0.0))
        if before is not None and before.is_told:
            after, heard = _watched(heard, before, way)
            kept.append(after)
        elif is_sure(way.probability, heard.context.rules.min_confidence) and way.away_km > FINAL_KM:
            after = before or Approach(field.icao, flight.at)
            if before is not None:
                after, heard = _told(heard, before, way)
            kept.append(after)
    noted = tuple(kept)
    return heard if noted == heard.noted.approaches else heard.noting(replace(heard.noted, approaches=noted))


class _Way(Struct, frozen=True):
    """A flight beside a field that it may come down at."""

    field: Airport
    flight: Motion
    probability: float
    """That it comes down there."""

    @property
    def away_km(self) -> float:
        """Distance to the nearest runway, km."""
        return runway_distance_km(self.field, self.flight.latitude, self.flight.longitude)

    @property
    def goes_away(self) -> bool:
        """Tell whether the flight goes away from the field."""
        field, flight = self.field, self.flight
        if flight.track_deg is None:
            return False
        course = bearing_deg(flight.latitude, flight.longitude, field.latitude, field.longitude)
        return turn_deg(flight.track_deg, course) > TURNED_DEG


def _sure(heard: Heard, flight: Motion, fields: Sequence[Airport]) -> dict[str, float]:
    """How likely it is to come down at each of the fields, by `Airport.icao`; without those of which nothing speaks for it."""
    if (flight.descent_ms or 0.0) < LEVEL_MS:
        return {}
    if all(runway_distance_km(field, flight.latitude, flight.longitude) > REACH_KM for field in fields):
        return {}
    context = heard.context
    belief = believe(flight, aircraft_of(heard.track), context.airports, context.rules.watched)
    found = judge(belief, FITTED_SILENCE_S, context.airports).candidates
    return {each.airport.icao: each.probability for each in found if each.airport is not None}


def _told(heard: Heard, before: Approach, way: _Way) -> tuple[Approach, Heard]:
    """Tell that a flight comes down to a field, and when it will be there."""
    field, flight, away_km = way.field, way.flight, way.away_km
    after = replace(before, is_told=True, nearest_km=away_km, nearest_at=flight.at)
    if "approaching" not in heard.context.rules.news:
        return after, heard
    _, likely_s, _ = time_down_s(flight, field)
    soonest, likely, latest = (instant(round(flight.at + share * likely_s)) for share in (SOONEST, LIKELY, LATEST))
    event = in_flight(
        "approaching",
        identity("approaching", heard.icao24, field.icao, before.first),
        heard.track,
        Moment(likely, soonest, latest, "inferred", way.probability),
        detected_at=heard.context.now,
        evidence=heard.track.reports[-SHOWN:],
        airport=field,
    )
    return after, heard.noting(heard.noted, event)


def _watched(heard: Heard, before: Approach, way: _Way) -> tuple[Approach, Heard]:
    """Follow a flight that was told to come down to a field, and tell that it has turned away, once two reports say so.

    Who took off there flies round it, as to calibrate its aids or to train, and is not told.
    """
    field, flight, away_km = way.field, way.flight, way.away_km
    if before.has_left or dict(heard.track.homes).get(field.icao, 0.0) >= HOME:
        return before, heard
    if away_km < before.nearest_km:
        return replace(before, nearest_km=away_km, nearest_at=flight.at, is_leaving=False), heard
    leaves = away_km >= before.nearest_km + TURNED_KM and way.probability < UNLIKELY and way.goes_away
    if not leaves or not before.is_leaving:
        return (before if leaves is before.is_leaving else replace(before, is_leaving=leaves)), heard
    after = replace(before, has_left=True)
    if "diverted" not in heard.context.rules.news:
        return after, heard
    event = in_flight(
        "diverted",
        identity("diverted", heard.icao24, field.icao, before.first),
        heard.track,
        Moment(
            instant(flight.at),
            instant(before.nearest_at),
            instant(flight.at),
            "inferred",
            min(TURNED_SURE, 1.0 - way.probability),
        ),
        detected_at=heard.context.now,
        evidence=heard.track.reports[-SHOWN:],
        airport=field,
    )
    return after, heard.noting(heard.noted, event)
