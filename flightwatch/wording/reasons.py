"""Why an event is believed, or an earlier one is not believed any more, in clauses made from the reports that show it."""

from collections.abc import Sequence
from datetime import timedelta
from math import atan2, degrees
from typing import Final, Literal

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import bearing_deg, distance_km, turn_deg
from flightwatch.core.model import Airport, Event, Place, StateVector, instant
from flightwatch.core.watched import Units
from flightwatch.tracking.leaving import MIN_STAY_S
from flightwatch.tracking.motion import Motion, fixed_at, has_position, motion, position
from flightwatch.tracking.report_worth import ROTARY
from flightwatch.wording.clocks import Clocks
from flightwatch.wording.phrases import duration, heard_by, height, short, utc
from flightwatch.wording.whereabouts import away, coordinates, nickname, spot

MOVING_MS = 1.5
"""Least mean climb or descent that is told, m/s (300 ft a minute)."""

LOWEST_M: Final = 5.0
"""Height below which no figure is told, m: heights by the barometer are those of the standard atmosphere, and come out as nought
or less at the coast where the pressure is high."""

AIMED_DEG = 30.0
"""Angle between track and field up to which an aircraft "heads for it"."""

SLOWEST_MS: Final = 60.0
"""Speed that an aircraft on its way is taken to have flown at least, where none is known, m/s (117 kt)."""


def reason(event: Event, airport: Airport | None, units: Units = "metres") -> str | None:
    """Tell in a clause what was heard last, or first again, and the silence. None: the event was observed, or has no evidence.

    ``airport`` is the event's airport in full; None when it has none. For retractions see `contradiction`.
    """
    placed = _placed(event)
    if event.basis == "observed" or event.type in ("retraction", "reminder") or not placed:
        return None
    if event.type in ("approaching", "diverted"):
        return f"heard {_where(placed[-1], airport)}, {flying(placed, units)}{_aim(motion(placed), airport)}"
    if event.type == "departure":
        return f"first heard again {_where(placed[-1], airport)}, {flying(placed[-1:], units)}"
    last = motion(placed)
    aim = _aim(last, airport)
    unnamed = airport is None and placed[-1].category not in ROTARY
    several = ", and no field stands out" if unnamed and event.type != "lost" else ""
    silence = duration(max(event.detected_at - instant(last.at), timedelta(0)))  # some aircraft's clocks are ahead
    return f"lost {_where(placed[-1], airport)}, {flying(placed, units)}{aim}{several}; not heard for {silence}"


def reason_in_full(event: Event, airport: Airport | None) -> str | None:
    """Tell what `reason` tells, and who heard it where that is not OpenSky alone; None: there is neither."""
    who = heard_by(event.heard_by)
    return "; ".join(filter(None, (reason(event, airport), who and f"heard by {who}"))) or None


def contact_lost(
    event: Event, airport: Airport | None, clocks: Clocks, *, near: Airport | str | None = None
) -> str | None:
    """Tell it as part of a sentence: ``contact lost 98 km away in descent at 11:30 local``; None where `reason` gives None.

    Where there is no airport, the place is told by ``near``, a field that people know or a text; None: by its position.
    """
    placed = _placed(event)
    if event.basis == "observed" or event.type in ("retraction", "reminder") or not placed:
        return None
    last = placed[-1]
    how = _PHASES[_phase(placed[-1:] if event.type == "departure" else placed)]
    verb = "heard again" if event.type == "departure" else "contact lost"
    at = clocks.local_time(instant(fixed_at(last)), event.time)
    return f"{verb} {_distance(last, airport, near)}{how} at {at}"


def why_not(
    event: Event,
    airport: Airport | None,
    clocks: Clocks,
    *,
    near: Airport | None = None,
    instead: Airport | Place | None = None,
) -> str:
    """Tell in a sentence why a landing is taken back: ``it was heard again 303 km away at 11:20 local, 35 min after ...``.

    ``instead`` is the field where it was; None: it flew on.
    """
    placed = _placed(event)
    if len(placed) < 2:
        return f"it was heard again on {clocks.told(event.time)}, where a landing cannot explain it"
    before, after = placed[-2:]
    gap_s = fixed_at(after) - fixed_at(before)
    since = duration(timedelta(seconds=gap_s))
    at = clocks.local_day(instant(fixed_at(after)))
    explained = "" if instead else _explained(event, before, after, gap_s, airport)
    return (
        f"it was heard again {_again(after, airport, near, instead)} at {at}, {since} after contact was lost{explained}"
    )


def contradiction(
    event: Event, airport: Airport | None, units: Units = "metres", *, instead: Airport | Place | None = None
) -> str | None:
    """Tell what a retraction rests on: where the aircraft was lost and heard again, and what explains that, if it is known.

    ``instead`` is the field where it was; None: it flew on. None without two reports that have positions.
    """
    placed = _placed(event)
    if len(placed) < 2:
        return None
    before, after = placed[-2:]
    gap_s = fixed_at(after) - fixed_at(before)
    far = distance_km(*position(before), *position(after))
    explained = (
        f", as after a stay at {nickname(instead)}" if instead else _explained(event, before, after, gap_s, airport)
    )
    way = f"{far:,.0f} km" if far >= 1 else "less than 1 km"
    return (
        f"lost {_where(before, airport)}, {flying([before], units)}, {_clock(before, event)}; "
        f"heard again {_where(after, airport)}, {flying([after], units)}, {_clock(after, event)}: "
        f"{way} in {duration(timedelta(seconds=gap_s))}{explained}"
    )


def _placed(event: Event) -> list[StateVector]:
    return [report for report in event.evidence if has_position(report)]


def _distance(report: StateVector, airport: Airport | None, near: Airport | str | None) -> str:
    """Tell how far from the airport a report is, ``98 km away``; without an airport where it is, by ``near`` or its position."""
    if airport is None:
        return near if isinstance(near, str) else spot(near, *position(report))
    far = distance_km(airport.latitude, airport.longitude, *position(report))
    return f"{far:,.0f} km away" if far >= 1 else "at the field"


def _clock(report: StateVector, event: Event) -> str:
    at = instant(fixed_at(report))
    return f"at {at:%H:%M} UTC" if at.date() == event.time.date() else f"on {utc(at)}"


def _again(report: StateVector, airport: Airport | None, near: Airport | None, instead: Airport | Place | None) -> str:
    """Tell where and how it was heard again: ``303 km away in climb``, ``on the ground at London Luton LTN``."""
    if report.on_ground and instead is not None:
        return f"on the ground at {nickname(instead)}"
    return f"{_distance(report, airport, near)}{_PHASES[_phase([report])]}"


def _explained(event: Event, before: StateVector, after: StateVector, gap_s: int, airport: Airport | None) -> str:
    """Say how well flying on explains that it was heard again; empty where that is not known."""
    told = _no_time(before, after, gap_s, airport)
    return told or ("" if event.confidence == 1.0 else ", which flying on explains better")


def _no_time(before: StateVector, after: StateVector, gap_s: int, airport: Airport | None) -> str:
    """Say that there was no time to land, as the way by the field, or the straight one, took all of it; empty if there was."""
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
    return f"at {coordinates(lat, lon)}" if airport is None else f"{away(airport, lat, lon)} of the airport"


_Phase = Literal["on the ground", "unknown", "descent", "climb", "level"]

_PHASES: Final[dict[_Phase, str]] = {
    "on the ground": " on the ground",
    "unknown": "",
    "descent": " in descent",
    "climb": " in climb",
    "level": " in level flight",
}


_AT: Final = {"unknown": "at", "descent": "descending through", "climb": "climbing through", "level": "level at"}


def _phase(reports: Sequence[StateVector]) -> _Phase:
    """Tell how the aircraft flew at the last of these reports."""
    flight = motion(reports)
    if reports[-1].on_ground:
        return "on the ground"
    if flight.climb_ms is None and flight.descent_ms is None:
        return "unknown"
    climb = flight.climb_ms or 0.0
    if climb <= -MOVING_MS or (flight.descent_ms or 0.0) >= MOVING_MS > climb:
        return "descent"
    return "climb" if climb >= MOVING_MS else "level"


def flying(reports: Sequence[StateVector], units: Units) -> str:
    """Tell how the aircraft flew at the last of these reports, with its height: ``descending through 2,100 m``."""
    altitude_m, phase = motion(reports).altitude_m, _phase(reports)
    if phase == "on the ground":
        return phase
    if altitude_m is None:
        return "at unknown height"
    if altitude_m < LOWEST_M:
        return f"{_AT[phase].removesuffix('at').removesuffix('through').rstrip()} close to the ground".lstrip()
    return f"{_AT[phase]} {height(altitude_m, units)}"


def _aim(flight: Motion, airport: Airport | None) -> str:
    """Tell the path to the field and the runway it points at, `` on a 3° path to runway 17``; empty where it points at none."""
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
