"""Why an event is believed, or an earlier one no longer, in clauses made from the reports that show it."""

from datetime import timedelta
from math import atan2, degrees
from typing import Final

from flightwatch.geo import bearing_deg, distance_km, turn_deg
from flightwatch.model import Airport, Event, StateVector, instant
from flightwatch.tracking.contact import ROTARY
from flightwatch.tracking.leaving import MIN_STAY_S
from flightwatch.tracking.motion import MAX_SPEED_MS, Motion, fixed_at, has_position, motion, position
from flightwatch.words.phrases import short, utc
from flightwatch.words.whereabouts import away

MOVING_MS = 1.5
"""Mean climb or descent from which it is worth a word, m/s (300 ft a minute)."""

LONG = timedelta(hours=2)
"""Silence after which hearing it again is what told, not the silence."""

AIMED_DEG = 30.0
"""Angle between track and field up to which an aircraft "heads for it"."""

SLOWEST_MS: Final = 60.0
"""Least speed that an aircraft on its way is taken to have flown where none is known, m/s (117 kt)."""


def reason(event: Event, airport: Airport | None) -> str | None:
    """One clause: what was last, or first, heard, and the silence. None for what was observed, or has no evidence.

    ``airport`` is the event's airport in full; None when it has none. Retractions have `contradiction`.
    """
    placed = [report for report in event.evidence if has_position(report)]
    if event.basis == "observed" or event.type in ("retraction", "reminder") or not placed:
        return None
    if event.type == "departure":
        return f"first heard again {_where(placed[-1], airport)}, {_flight(placed[-1:])}"
    last = motion(placed)
    silence = event.detected_at - instant(last.at)
    heard = f"heard again {_length(silence)} later" if silence >= LONG else f"not heard for {_length(silence)}"
    aim = _aim(last, airport)
    unnamed = airport is None and placed[-1].category not in ROTARY
    several = ", where several fields fit" if unnamed else ""
    return f"lost {_where(placed[-1], airport)}, {_flight(placed)}{aim}{several}; {heard}"


def contradiction(event: Event, airport: Airport | None) -> str | None:
    """What a retraction rests on: where it was lost and heard again, and why it cannot have landed, as far as is known.

    None without two reports that have positions.
    """
    placed = [report for report in event.evidence if has_position(report)]
    if len(placed) < 2:
        return None
    before, after = placed[-2:]
    gap_s = fixed_at(after) - fixed_at(before)
    far = distance_km(*position(before), *position(after))
    return (
        f"lost {_where(before, airport)}, {_flight([before])}, {_clock(before, event)}; "
        f"heard again {_where(after, airport)}, {_flight([after])}, {_clock(after, event)}: "
        f"{far:.0f} km in {_length(timedelta(seconds=gap_s))}{_no_time(before, after, gap_s, airport)}"
    )


def _clock(report: StateVector, event: Event) -> str:
    at = instant(fixed_at(report))
    return f"at {at:%H:%M} UTC" if at.date() == event.time.date() else f"on {utc(at)}"


def _no_time(before: StateVector, after: StateVector, gap_s: int, airport: Airport | None) -> str:
    """Say that there was no time to land: not by way of the field, or not more than flying on took; or nothing."""
    speed = min(max(before.velocity or 0.0, after.velocity or 0.0, SLOWEST_MS), MAX_SPEED_MS)
    straight_m = 1000.0 * distance_km(*position(before), *position(after))
    if airport is not None:
        field = airport.latitude, airport.longitude
        via_m = 1000.0 * (distance_km(*position(before), *field) + distance_km(*field, *position(after)))
        if gap_s - via_m / speed < MIN_STAY_S:
            return ", which leaves no time for a landing there"
    return ", as flying on takes" if gap_s - straight_m / speed < MIN_STAY_S else ""


def _where(report: StateVector, airport: Airport | None) -> str:
    lat, lon = position(report)
    return f"at {lat:.3f}, {lon:.3f}" if airport is None else away(airport, lat, lon)


def _flight(reports: list[StateVector]) -> str:
    """How it flew at the last of these: ``descending through 2,100 m``."""
    flight = motion(reports)
    if reports[-1].on_ground:
        return "on the ground"
    if flight.altitude_m is None:
        return "at unknown height"
    height = f"{round(flight.altitude_m, -1):,.0f} m"
    climb = flight.climb_ms or 0.0
    if climb <= -MOVING_MS or (flight.descent_ms or 0.0) >= MOVING_MS > climb:
        return f"descending through {height}"
    return f"climbing through {height}" if climb >= MOVING_MS else f"level at {height}"


def _aim(flight: Motion, airport: Airport | None) -> str:
    """The path to the field, and the runway it points at: `` on a 3° path to runway 17``."""
    if airport is None or flight.altitude_m is None or flight.track_deg is None:
        return ""
    away_m = 1000.0 * distance_km(flight.latitude, flight.longitude, airport.latitude, airport.longitude)
    height = flight.altitude_m - (airport.elevation_m or 0.0)
    off = turn_deg(
        flight.track_deg, bearing_deg(flight.latitude, flight.longitude, airport.latitude, airport.longitude)
    )
    if (flight.descent_ms or 0.0) < MOVING_MS:
        return ", heading for it" if off <= AIMED_DEG else ""
    path = f" on a {degrees(atan2(height, away_m)):.0f}° path" if height > 0 and off <= AIMED_DEG else ""
    runway = _runway(flight.track_deg, airport)
    return f"{path} to runway {runway}" if path and runway else path


def _runway(track_deg: float, airport: Airport) -> str | None:
    """The runway end whose direction is nearest to the track; None when no direction is known."""
    ends = [
        (turn_deg(track_deg, heading), ident)
        for r in airport.runways
        if r.heading_deg is not None
        for ident, heading in ((r.le_ident, r.heading_deg), (r.he_ident, r.heading_deg + 180.0))
    ]
    off, ident = min(ends, default=(180.0, ""))
    return short(ident) if off <= 2 * AIMED_DEG and ident else None


def _length(silence: timedelta) -> str:
    minutes = round(silence.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
