"""Where one airframe is, in a line: on the ground, in the air, or where it was last heard or recorded."""

from datetime import datetime
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.geo import bearing_deg, distance_km, turn_deg
from flightwatch.core.model import StateVector, instant
from flightwatch.core.visits import Visit, came
from flightwatch.core.watched import Units, Watched
from flightwatch.tracking.likelihood import LEVEL_MS
from flightwatch.tracking.motion import altitude_m, motion, position
from flightwatch.tracking.track import Track
from flightwatch.wording.phrases import ago, height, utc
from flightwatch.wording.stays import end_time, how_landing_is_known, is_first_heard, visit_stay, when_it_came
from flightwatch.wording.whereabouts import at_place, began_at, came_from, nearest_known, nickname, place_name, spot

TOWARDS_DEG, TOWARDS_KM = 20.0, 600.0
"""Angle between track and watched field, and distance from it, up to which an aircraft flies towards it: three quarters of an
hour at cruise, which is longer than any descent."""

OVER_KM: Final = 1.0
"""Distance up to which an aircraft is over a field, not on its way there."""


def on_ground(track: Track, visit: Visit, airports: Airports, now: datetime, known_until: datetime | None) -> str:
    """``Pyongyang FNJ, about 1 h 08 min so far, since about 2023-09-26 01:52 UTC (inferred, 99 % sure that ...); ...``.

    ``known_until`` is ``now``, or the last good poll where that is too long ago to say what is now; None: there was none.
    """
    arrival = visit.arrival
    if is_first_heard(arrival):
        since = when_it_came(arrival)
    else:
        when = when_it_came(arrival) if arrival.at is None else end_time("since", arrival)
        since = f"{when} ({how_landing_is_known(visit)})"
    stay = visit_stay(visit, now, known_until).length
    clauses = (place_name(visit, airports), stay, since)
    blind = "" if known_until == now or known_until is None else f"; no good poll since {utc(known_until)}"
    return f"{', '.join(filter(None, clauses))}{blind}; heard {_ago(track, now)}"


def last_heard(track: Track, airports: Airports, now: datetime, units: Units = "metres") -> str:
    """Tell where it was last heard: ``last heard 14 h 05 min ago, in the air 45 km north-east of ..., at 2,990 m``."""
    if not track.reports:
        return f"heard {_ago(track, now)}, without a position"
    state = "on the ground" if track.reports[-1].on_ground else "in the air"
    return f"last heard {_ago(track, now)}, {state} {_heard_at(track.reports[-1], airports, units)}"


def last_recorded(visit: Visit, airports: Airports) -> str:
    """Tell the last visit of an airframe that is not followed any more: ``last recorded at Pyongyang FNJ, left 2023-08-02``."""
    gone, arrival = visit.departure, visit.arrival
    if gone is None:
        said = f"there {'since' if arrival.at else 'by'} {came(visit):%Y-%m-%d}, not known to have left"
    else:
        said = f"left {'' if gone.at else 'by '}{gone.at or gone.latest:%Y-%m-%d}"
    return f"last recorded {at_place(visit, airports)}, {said}"


def in_air(track: Track, watched: Watched, units: Units, airports: Airports, now: datetime) -> str:
    """Tell where an airframe in the air came from, where it is, how high, and towards which watched field, as far as is known."""
    said, origin = [], track.origin
    if origin is not None:
        began = began_at(origin, airports)
        is_today = origin.at.date() == now.date()
        said.append(f"{came_from(origin, began)} at {f'{origin.at:%H:%M} UTC' if is_today else utc(origin.at)}")
    if track.reports:
        said.append(_flying(track, airports, units))
        towards = _towards(track, watched)
        said += [towards] if towards else []
    return "; ".join([*said, f"heard {_ago(track, now)}"])


def _flying(track: Track, airports: Airports, units: Units) -> str:
    """Tell where it is and how it flies: ``45 km north-east of Pyongyang FNJ (North Korea), at 2,990 m, descending``."""
    climb_ms = motion(track.reports.all()).climb_ms or 0.0
    trend = ", climbing" if climb_ms >= LEVEL_MS else ", descending" if climb_ms <= -LEVEL_MS else ""
    return f"{_heard_at(track.reports[-1], airports, units)}{trend}"


def _heard_at(report: StateVector, airports: Airports, units: Units) -> str:
    here, high_m = position(report), None if report.on_ground else altitude_m(report)
    return spot(nearest_known(airports, *here), *here) + ("" if high_m is None else f", at {height(high_m, units)}")


def _towards(track: Track, watched: Watched) -> str | None:
    """Tell the nearest watched field that it flies towards; None: it flies towards none."""
    flight = motion(track.reports.all())
    here, found = (flight.latitude, flight.longitude), []
    for each in watched.airports:
        field = each.airport
        there = (field.latitude, field.longitude)
        away_km = distance_km(*here, *there)
        if (
            flight.track_deg is not None
            and OVER_KM <= away_km <= TOWARDS_KM
            and turn_deg(flight.track_deg, bearing_deg(*here, *there)) <= TOWARDS_DEG
        ):
            found.append((away_km, field))
    if not found:
        return None
    away_km, field = min(found, key=lambda each: each[0])
    return f"flying towards {nickname(field)}, {away_km:,.0f} km away"


def _ago(track: Track, now: datetime) -> str:
    return ago(instant(track.heard or 0), now)
