"""Rules to compare with, each written afresh from what its documentation says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from scoring import Told

from flightwatch.core.airports import Airports
from flightwatch.core.geo import bearing_deg, distance_km, turn_deg
from flightwatch.core.model import Airport, Icao24, Poll, StateVector

FOOT_M, NM_KM = 0.3048, 1.852

LOSS_S = 600
LOW_M = 15_000 * FOOT_M
ABOVE_M = 10_000 * FOOT_M
NEAREST_KM = 200.0


@dataclass
class _Notified:
    """What the notifiers' rule remembers of an airframe."""

    last: StateVector
    last_at: float
    height_m: float | None
    is_lost: bool = False
    is_told: bool = False


def notifiers(polls: Iterable[Poll], airports: Airports) -> Iterator[Told]:
    """The rule of the best-known open-source notifier, plane-notify: landings.

    Landed: the surface flag turns on, of who was below 15,000 ft; or nothing was served for ten minutes of an aircraft last
    below 15,000 ft, or less than 10,000 ft above the nearest airport, which is then where it landed.
    """
    known = dict[Icao24, _Notified]()
    for poll in polls:
        now = poll.at.timestamp()
        seen = {vector.icao24: vector for vector in poll.vectors}
        for icao24, vector in seen.items():
            before = known.get(icao24)
            height_m = 0.0 if vector.on_ground else vector.baro_altitude
            if before is not None:
                if vector.on_ground and not before.last.on_ground and _is_low(before) and not before.is_told:
                    yield _landed(vector, now, now, airports, is_seen=True)
                height_m = before.height_m if height_m is None else height_m
            known[icao24] = _Notified(vector, now, height_m)
        for icao24 in known.keys() - seen.keys():
            lost = known[icao24]
            if not lost.is_lost:
                lost.is_lost = not lost.last.on_ground and _is_low(lost)
            elif not lost.is_told and now - lost.last_at >= LOSS_S:
                lost.is_told = True
                yield _landed(lost.last, lost.last_at, now, airports, is_seen=False)


def _is_low(known: _Notified) -> bool:
    return known.height_m is not None and known.height_m < LOW_M


def _landed(vector: StateVector, at: float, now: float, airports: Airports, *, is_seen: bool) -> Told:
    found = None
    if vector.latitude is not None and vector.longitude is not None:
        found = airports.nearest(vector.latitude, vector.longitude, within_km=NEAREST_KM)
    icao = None if found is None else found[1].icao
    return Told("landing", vector.icao24, icao, at, at, at, "observed" if is_seen else "inferred", None, now)


CEILING_M = 6_000 * FOOT_M
RADIUS_KM = 20 * NM_KM
UNSCHEDULED_KM = 10 * NM_KM
TIE_KM = 2 * NM_KM
SMOOTHED = 2
"""Reports on either side that are averaged with one."""
LEG_GAP_S = 1800
"""Time without a report after which another flight begins, s."""


def opdi(polls: Iterable[Poll], airports: Airports) -> Iterator[Told]:
    """EUROCONTROL's OPDI v4, its ``trend`` rule for destinations: landings, found afterwards.

    Each report of a flight within 20 NM of a field and below 6,000 ft above it votes by whether the smoothed height falls or
    rises. Among the fields for which more fall, the nearest to the last report is the destination, where one without
    scheduled flights counts as 10 NM farther, and of those within 2 NM of each other the one that it flies to. No vote: no
    answer (euctrl-pru/OPDI, ``DetectionConfig``; the ceiling is FL60 where a field is at sea level).
    """
    reports = dict[Icao24, list[StateVector]]()
    for poll in polls:
        for vector in poll.vectors:
            held = reports.setdefault(vector.icao24, [])
            if not held or vector.last_contact > held[-1].last_contact:
                held.append(vector)
    for icao24, every in reports.items():
        for leg in _legs(every):
            field = _destination(leg, airports)
            if field is not None:
                at = float(leg[-1].last_contact)
                yield Told("landing", icao24, field.icao, at, at, at, "inferred")


def _legs(reports: Sequence[StateVector]) -> Iterator[list[StateVector]]:
    """Cut where nothing was heard for long, and where one that stood flies again; only what was in the air is of use."""
    leg = 0
    numbers = list[int]()
    for n, vector in enumerate(reports):
        before = reports[n - 1] if n else vector
        leg += vector.last_contact - before.last_contact > LEG_GAP_S or (before.on_ground and not vector.on_ground)
        numbers.append(leg)
    for _, pairs in groupby(zip(numbers, reports, strict=True), key=lambda pair: pair[0]):
        flown = [v for _, v in pairs if not v.on_ground and v.baro_altitude is not None and v.latitude is not None]
        if len(flown) > 1:
            yield flown


def _destination(leg: Sequence[StateVector], airports: Airports) -> Airport | None:
    heights = [v.baro_altitude or 0.0 for v in leg]
    smooth = [_mean(heights[max(0, n - SMOOTHED) : n + SMOOTHED + 1]) for n in range(len(heights))]
    trend = [0.0, *(b - a for a, b in pairwise(smooth))]
    last, before = leg[-1], leg[-2]
    here = (last.latitude or 0.0, last.longitude or 0.0)
    course = bearing_deg(before.latitude or 0.0, before.longitude or 0.0, *here)
    ranked = sorted(
        (away_km + (0.0 if field.scheduled else UNSCHEDULED_KM), field.icao, field)
        for away_km, field in airports.within(*here, RADIUS_KM)
        if _falls(leg, heights, trend, field)
    )
    tied = [field for cost_km, _, field in ranked if cost_km < ranked[0][0] + TIE_KM]
    return min(tied, key=lambda f: turn_deg(course, bearing_deg(*here, f.latitude, f.longitude)), default=None)


def _falls(leg: Sequence[StateVector], heights: Sequence[float], trend: Sequence[float], field: Airport) -> bool:
    ground_m = field.elevation_m or 0.0
    votes = 0
    for vector, height_m, change_m in zip(leg, heights, trend, strict=True):
        is_low = height_m - ground_m < CEILING_M
        lat, lon = vector.latitude or 0.0, vector.longitude or 0.0
        if is_low and change_m and distance_km(lat, lon, field.latitude, field.longitude) <= RADIUS_KM:
            votes += 1 if change_m < 0 else -1
    return votes > 0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
