"""Landings: seen, or inferred once the silence is long enough, and the visits they open."""

from datetime import datetime

from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.geo import distance_km
from flightwatch.model import Airport, StateVector, instant
from flightwatch.tracking import events
from flightwatch.tracking.contact import is_standing
from flightwatch.tracking.landing import Assessment, Candidate, assess, time_down_s
from flightwatch.tracking.motion import Motion, fixed_at, motion, position
from flightwatch.tracking.rotor import assess_rotary
from flightwatch.tracking.track import SHOWN, Rules, Step, Track, aircraft_of, field_of, is_sure
from flightwatch.visits import Moment, Visit

SURE_DOWN = 0.9
"""Probability of being down somewhere from which a landing is told though no one field is likely enough to be named."""

LIKELY = 0.05
"""Probability from which a field counts for when that was."""

TOUCH_AND_GO_S = 60
"""Silence after a fast surface report that makes it a landing, s."""


def infer(track: Track, at: int, airports: Airports, rules: Rules) -> Step:
    """A landing nobody saw, once one field reaches the confidence asked for and the way down is long over."""
    flight = motion(track.reports)
    best = _told(_assessed(track, flight, track.silent_s, airports, rules), rules)
    if best is None or at < best.settled:
        return Step(track)
    arrival = Moment(
        instant(best.best),
        instant(best.earliest),
        instant(max(best.best, min(best.latest, at))),
        "inferred",
        best.probability,
    )
    field = best.airport
    return open_visit(
        track,
        field,
        (field.latitude, field.longitude) if field else (flight.latitude, flight.longitude),
        arrival,
        fixed_at(track.reports[-1]),
        instant(at),
        track.reports[-SHOWN:],
    )


def strengthen(track: Track, visit: Visit, silent_s: int, airports: Airports, rules: Rules) -> Visit:
    """The open inferred ``visit`` after ``silent_s`` seconds of silence: surer, once that reaches a further threshold.

    Only its confidence changes: the reports are the same, and it is not told to have come later than was told before.
    """
    best = _told(_assessed(track, motion(track.reports), silent_s, airports, rules), rules)
    if best is None or events.place_of(best.airport) != visit.airport:
        return visit
    told, sure = (round(confidence, 3) for confidence in (visit.arrival.confidence, best.probability))
    if not any(told < threshold <= sure for threshold in rules.thresholds):
        return visit
    return replace(visit, arrival=replace(visit.arrival, confidence=best.probability))


def _assessed(track: Track, flight: Motion, silent_s: int, airports: Airports, rules: Rules) -> Assessment:
    if track.is_rotary:
        return assess_rotary(flight, silent_s, airports)
    return assess(flight, aircraft_of(track), silent_s, airports, rules.watched)


def _told(found: Assessment, rules: Rules) -> Candidate | None:
    """What is sure enough to be told: the best field, or that it is down on one of several; None: nothing."""
    if not found.candidates:
        return None
    best, sure = found.candidates[0], 1.0 - found.none
    if is_sure(best.probability, rules):
        return best
    if sure < SURE_DOWN or not is_sure(sure, rules):
        return None
    likely = [c for c in found.candidates if c.probability >= LIKELY]
    return Candidate(
        None,
        sure,
        min(c.earliest for c in likely or [best]),
        best.best,
        max(c.latest for c in likely or [best]),
        max(c.settled for c in likely or [best]),
    )


def touch_down(track: Track, now: datetime, airports: Airports) -> Step:
    """A landing that was seen: the airframe was in the air (or elsewhere) and is on the ground."""
    first = track.touchdown[0]
    field = field_of(track, first, airports)
    stood = position(first)
    where = (field.latitude, field.longitude) if field else stood
    key = fixed_at(first)
    if not track.reports:
        arrival = Moment(None, None, instant(key), "observed", 1.0)
        return open_visit(track, field, where, arrival, key, now, ())
    before = track.reports[-1]
    if is_standing(before) or track.left >= fixed_at(before):
        flown = distance_km(*position(before), *stood) * 1000 / max(track.fastest_ms, 250.0)
        earliest, likely = max(fixed_at(before), track.left) + round(flown), float(key)
    else:
        flight = motion(track.reports)
        fastest, likely_s, _ = time_down_s(flight, field) if field else (0.0, 0.0, 0.0)
        earliest, likely = max(round(flight.at + fastest), track.left), flight.at + likely_s
    earliest = min(max(earliest, fixed_at(before)), key)
    best = min(max(round(likely), earliest), key)
    arrival = Moment(instant(best), instant(earliest), instant(key), "observed", 1.0)
    return open_visit(track, field, where, arrival, key, now, (*track.reports[-2:], first))


def open_visit(
    track: Track,
    field: Airport | None,
    where: tuple[float, float],
    arrival: Moment,
    key: int,
    now: datetime,
    evidence: tuple[StateVector, ...],
) -> Step:
    """Open a visit; a landing event goes with it when the arrival has a time."""
    visit = Visit(
        id=events.identity("visit", track.icao24, key),
        icao24=track.icao24,
        registration=track.registration,
        callsign=track.callsign,
        airport=events.place_of(field),
        latitude=where[0],
        longitude=where[1],
        arrival=arrival,
        landing=None if arrival.at is None else events.landing_id(track.icao24, key),
    )
    happened = () if arrival.at is None else (events.landing(visit, key, now, evidence, track.origin),)
    reports = track.touchdown[-1:] or track.reports
    down = replace(track, phase="ground", visit=visit, touchdown=(), reports=reports, reminded_s=0, silence=None)
    return Step(down, happened, (visit,))
