"""How an airframe was moving, worked out from its last reports.

What a report says of its own speed and track can be minutes old and repeated unchanged
(the tanker in tests/recorded/flights reports 275.74 m/s at 280.55° for an hour while it turns and slows),
so positions are believed before them.
"""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import MOST_KM_PER_DEGREE, bearing_deg, distance_km
from flightwatch.core.model import Airport, StateVector
from flightwatch.core.points import Point
from flightwatch.tracking.reports import Known, newest

STRETCHES_S = (90, 240, 600)
"""Stretches before the last report over which climb is averaged, seconds. Approaches are flown in steps: the last minute
may be level inside a ten-minute descent, or a ten-minute level flight may end in one."""

MIN_SPAN_S = 20
"""Shortest stretch from which a speed or climb is worked out, seconds; over less, rounding dominates."""

MOMENTARY, MOMENTARY_MS = 0.7, 3.0
"""Factor of the last report's own vertical rate, which is of one second, beside a mean; and the rate from which it counts at all,
m/s (600 ft a minute): level flight in rough air reads less."""

LEAP_MS, LEAP_M = 50.0, 300.0
"""Fastest change of height believed, m/s (10,000 ft a minute), and error of a height beyond that, m."""

CONTRADICTED_MS = 12.0
"""Mean climb or descent that is not believed against a vertical rate of the other sign, m/s."""

JUMP_SLACK_KM = 8.0
"""Error of a position beyond what speed explains, km: late timestamps and decoding to the wrong CPR cell edge."""


class Motion(Struct, frozen=True):
    """State of flight at the last report with a position. Any quantity is None when nothing tells it."""

    at: int
    """Unix seconds of that report."""
    latitude: float
    longitude: float
    altitude_m: float | None
    """Pressure altitude; the GNSS one where that is missing."""
    speed_ms: float | None = None
    track_deg: float | None = None
    climb_ms: float | None = None
    """Mean over the shortest stretch that reports cover, positive climbing."""
    descent_ms: float | None = None
    """Steepest mean descent over any of STRETCHES_S, positive descending; negative when it only climbed."""


def fixed_at(report: StateVector) -> int:
    """Unix seconds of the report's position."""
    return report.last_contact if report.time_position is None else report.time_position


def altitude_m(report: StateVector) -> float | None:
    """Pressure altitude, m; the GNSS one where it is missing."""
    return report.geo_altitude if report.baro_altitude is None else report.baro_altitude


def height_over_m(flight: Motion, field: Airport) -> float:
    """Height over a field, m; 0 below it, and where no altitude is known."""
    return max(0.0, (flight.altitude_m or 0.0) - (field.elevation_m or 0.0))


def without_leaping_heights(report: StateVector, before: Known) -> StateVector:
    """Give a report with null for each altitude that cannot have been reached since the last one ``before``, oldest first."""
    high, last = altitude_m(report), newest(before)
    if last is None or high is None:
        return report
    low = altitude_m(last)
    if low is not None and not _leaps(low, high, report.last_contact - last.last_contact):
        return report  # as nearly all are
    known = next((r for r in reversed(before) if altitude_m(r) is not None), None)
    if known is None:
        return report
    span_s = report.last_contact - known.last_contact
    baro, geo = (
        None if high is not None and low is not None and _leaps(low, high, span_s) else high
        for low, high in (
            (known.baro_altitude, report.baro_altitude),
            (known.geo_altitude, report.geo_altitude),
        )
    )
    is_sound = baro is report.baro_altitude and geo is report.geo_altitude
    if is_sound or (has_position(report) and is_jump(last, report)):  # from elsewhere: another matter
        return report
    return replace(report, baro_altitude=baro, geo_altitude=geo)


def _leaps(low: float, high: float, span_s: float) -> bool:
    return abs(high - low) > LEAP_MS * span_s + LEAP_M


def has_position(report: StateVector) -> bool:
    """Tell whether a report carries a position of its own, and not one remembered from before."""
    return report.latitude is not None and report.longitude is not None and report.time_position is not None


def position(report: StateVector) -> tuple[float, float]:
    """Latitude and longitude of a report that has them."""
    if report.latitude is None or report.longitude is None:
        raise ValueError("report without a position")
    return report.latitude, report.longitude


def point_of(report: StateVector) -> Point:
    """Give the position of a report that has one as a point on a map."""
    latitude, longitude = position(report)
    return longitude, latitude


def is_near(report: StateVector, latitude: float, longitude: float, within_km: float) -> bool:
    """Tell whether a report that has a position is at most ``within_km`` from a place."""
    lat, lon = position(report)
    if (abs(lat - latitude) + abs(lon - longitude)) * MOST_KM_PER_DEGREE <= within_km:
        return True  # most reports: no need to measure
    return distance_km(latitude, longitude, lat, lon) <= within_km


def is_jump(before: StateVector, after: StateVector) -> bool:
    """Tell whether no aircraft can have flown from one report to the other in the time between (spoofing, bad decoding)."""
    elapsed = fixed_at(after) - fixed_at(before)
    reach_km = (MAX_SPEED_MS * elapsed / 1000 if elapsed > 0 else 0.0) + JUMP_SLACK_KM
    lat, lon = position(before)
    return not is_near(after, lat, lon, reach_km)


def motion(reports: Sequence[StateVector]) -> Motion:
    """Motion at the last of ``reports`` (at least one, all with positions, oldest first)."""
    reports = without_spikes(reports)
    last = reports[-1]
    lat, lon = position(last)
    speed, track = last.velocity, last.true_track
    leg = _last_leg(reports)
    if leg is not None and (speed is None or track is None or _frozen(reports[-3:])):
        speed, track = leg
    climbs = _climbs_ms(reports)
    if last.vertical_rate is not None and abs(last.vertical_rate) >= MOMENTARY_MS and not _is_repeated(reports[-2:]):
        climbs.append(last.vertical_rate * MOMENTARY)
    elif last.vertical_rate is not None and not climbs:
        climbs.append(0.0)
    return Motion(
        at=fixed_at(last),
        latitude=lat,
        longitude=lon,
        altitude_m=altitude_m(last),
        speed_ms=speed,
        track_deg=track,
        climb_ms=climbs[0] if climbs else None,
        descent_ms=-min(climbs) if climbs else None,
    )


def without_spikes(reports: Sequence[StateVector]) -> Sequence[StateVector]:
    """The reports without those whose height no aircraft can have had between its neighbours': a bit was read wrong.

    The last one is left out as well where it has no height and the one before has. Two reports and fewer show no spike.
    """
    if len(reports) <= 2:
        return reports
    heights = [altitude_m(r) for r in reports]
    spikes = {
        i
        for i in range(1, len(reports) - 1)
        if _is_leap(reports, heights, i - 1, i) and _is_leap(reports, heights, i, i + 1)
    }
    if _is_misread(reports[-2], reports[-1]) or (heights[-1] is None and heights[-2] is not None):
        spikes.add(len(reports) - 1)
    return [r for i, r in enumerate(reports) if i not in spikes] if spikes else reports


def _is_misread(before: StateVector, last: StateVector) -> bool:
    """Tell whether the last height has risen far while the aircraft says that it descends, or fallen far while it climbs."""
    low, high, rate = altitude_m(before), altitude_m(last), last.vertical_rate
    if low is None or high is None or not rate:
        return False
    climb_ms = (high - low) / max(1, fixed_at(last) - fixed_at(before))
    return abs(climb_ms) > CONTRADICTED_MS and climb_ms * rate < 0 and abs(rate) > 1.0


def _is_leap(reports: Sequence[StateVector], heights: Sequence[float | None], a: int, b: int) -> bool:
    low, high = heights[a], heights[b]
    if low is None or high is None:
        return False
    return _leaps(low, high, fixed_at(reports[b]) - fixed_at(reports[a]))


def _is_repeated(recent: Sequence[StateVector]) -> bool:
    """Tell whether the last vertical rate and speed repeat the report before to the last digit: then they are not measured."""
    return (
        len(recent) == 2
        and recent[0].vertical_rate == recent[1].vertical_rate
        and recent[0].velocity == recent[1].velocity
        and position(recent[0]) != position(recent[1])
    )


def _last_leg(reports: Sequence[StateVector]) -> tuple[float, float] | None:
    """Speed, m/s, and bearing, °, over the last leg of at least `MIN_SPAN_S`."""
    last = reports[-1]
    for before in reversed(reports[:-1]):
        span = fixed_at(last) - fixed_at(before)
        if span >= MIN_SPAN_S:
            a, b = position(before), position(last)
            return distance_km(*a, *b) * 1000 / span, bearing_deg(*a, *b)
    return None


def _frozen(recent: Sequence[StateVector]) -> bool:
    """Tell whether speed and track repeat to the last digit while the aircraft moves: then they are not measurements."""
    return len(recent) >= 3 and all(
        a.velocity == b.velocity and a.true_track == b.true_track and position(a) != position(b)
        for a, b in pairwise(recent)
    )


def _climbs_ms(reports: Sequence[StateVector]) -> list[float]:
    """Mean climb over each of STRETCHES_S, from the oldest report in it (or the one before it) to the last.

    Empty without two heights.
    """
    end, top = fixed_at(reports[-1]), altitude_m(reports[-1])
    if top is None:
        return []
    spans = [
        (span, low)
        for r in reports[:-1]
        if (span := end - fixed_at(r)) >= MIN_SPAN_S and (low := altitude_m(r)) is not None
    ]
    starts = [next((s for s in spans if s[0] <= stretch), spans[-1]) for stretch in STRETCHES_S] if spans else []
    return [(top - low) / span for span, low in starts]
