"""Landings: seen, or inferred once the silence is long enough, and the visits they open."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.ids import identity
from flightwatch.core.model import Airport, Event, Share, StateVector, instant
from flightwatch.core.visits import Moment, Visit
from flightwatch.tracking import events
from flightwatch.tracking.belief import Assessment, Candidate, judge
from flightwatch.tracking.motion import altitude_m, fixed_at, motion, position
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import LOW_M, is_standing, sinks_to_land
from flightwatch.tracking.reports import SHOWN, Reports
from flightwatch.tracking.track import Step, Track, belief_of, field_of, is_sure
from flightwatch.tracking.way_down import APART_S, time_down_s

SURE_DOWN = 0.9
"""Probability of being down somewhere from which a landing is told though no one field is likely enough to be named."""

LIKELY = 0.05
"""Probability from which a field counts for the time of a landing on one of several."""

LISTED = 6
"""Most fields that are listed of those that share a landing."""

COVERED = 0.75
"""Part of the probability of being down that the listed fields must hold for the landing to be told."""

TOUCH_AND_GO_S = 60
"""Silence after a fast surface report that makes it a landing, s."""


def infer(track: Track, context: PollContext) -> Step:
    """The step of a silent airframe: a landing that nobody saw, once it is sure enough and the way down is long over."""
    at, airports = context.at, context.airports
    belief = belief_of(track, airports, context.rules.watched)
    if track.belief is None:
        track = replace(track, belief=belief)
    if not belief.fates or at < belief.fates[0].best:
        return Step(track)
    flight = motion(track.reports[-1:])
    found = judge(belief, track.silent_s, airports)
    best = _told(found, context.rules.min_confidence)
    if best is None or at < best.settled:
        return Step(track)
    stood = _stood_since(track.reports.all())
    earliest, likely = (best.earliest, best.best) if stood is None else stood
    arrival = Moment(
        instant(likely),
        instant(earliest),
        instant(max(likely, min(best.latest, at))),
        "inferred",
        best.probability,
    )
    field = best.airport
    return open_visit(
        track,
        arrival,
        field=field,
        where=(field.latitude, field.longitude) if field else (flight.latitude, flight.longitude),
        key=fixed_at(track.reports[-1]),
        detected_at=context.now,
        evidence=track.reports[-SHOWN:],
        candidates=() if field else shares((c.probability, c.airport) for c in found.candidates if c.airport),
    )


def _stood_since(reports: Sequence[StateVector]) -> tuple[int, int] | None:
    """Unix seconds of the last report on the move and of the first one standing after it; None: it moved to the last."""
    standing = 0
    while standing < len(reports) and is_standing(reports[-1 - standing]):
        standing += 1
    if not standing or standing == len(reports):
        return None
    return fixed_at(reports[-1 - standing]), fixed_at(reports[-standing])


def strengthen(track: Track, visit: Visit, silent_s: int, context: PollContext) -> Visit:
    """The open inferred ``visit`` after ``silent_s`` seconds of silence: surer, once that reaches a further threshold.

    Only its confidence changes: the reports are the same, and it is not told to have come later than was told before.
    """
    airports, rules = context.airports, context.rules
    best = _told(judge(belief_of(track, airports, rules.watched), silent_s, airports), rules.min_confidence)
    if best is None or events.place_of(best.airport) != visit.airport:
        return visit
    told, sure = (round(confidence, 3) for confidence in (visit.arrival.confidence, best.probability))
    if not any(told < threshold <= sure for threshold in rules.thresholds):
        return visit
    return replace(visit, arrival=replace(visit.arrival, confidence=best.probability))


def _told(found: Assessment, min_confidence: float) -> Candidate | None:
    """The candidate sure enough to be told: the best field, or one without a field, down on one of several; None: neither."""
    if not found.candidates:
        return None
    best, sure = found.candidates[0], 1.0 - found.none
    if is_sure(best.probability, min_confidence):
        return best
    if sure < SURE_DOWN or not is_sure(sure, min_confidence):
        return None
    likely = [c for c in found.candidates if c.probability >= LIKELY][:LISTED]
    if sum(c.probability for c in likely) < COVERED * sure:
        return None  # it may be anywhere
    return Candidate(
        airport=None,
        probability=sure,
        earliest=min(c.earliest for c in likely or [best]),
        best=best.best,
        latest=max(c.latest for c in likely or [best]),
        settled=max(c.settled for c in likely or [best]),
    )


def shares(fields: Iterable[tuple[float, Airport]]) -> tuple[Share, ...]:
    """Those of ``fields``, given with their probabilities and likeliest first, that are likely enough for an event to list."""
    return tuple(
        Share(field.icao, field.iata, field.name, round(sure, 3))
        for sure, field in islice(fields, LISTED)
        if sure >= LIKELY
    )


def has_landed(track: Track, airports: Airports) -> bool:
    """Tell whether surface reports that were followed by silence are of a landing.

    They are after a way down that aircraft fly, on a field, or seen twice, or where an aircraft that needs none or was low was
    last heard.
    """
    first, before = track.touchdown[0], track.reports[-1] if track.reports else None
    field = field_of(track, first, airports)
    if not sinks_to_land(before, first, field):
        return False
    low = before is None or (altitude_m(before) or 0.0) <= LOW_M
    return field is not None or track.is_rotary or (low or len(track.touchdown) > 1)


def touch_down(track: Track, context: PollContext) -> Step:
    """The step of an airframe that was in the air, or elsewhere, and is now seen on the ground: a landing."""
    first = track.touchdown[0]
    field = field_of(track, first, context.airports)
    stood = position(first)
    where = (field.latitude, field.longitude) if field else stood
    key = fixed_at(first)
    if not track.reports:
        arrival = Moment(None, None, instant(key), "observed", 1.0)
        return open_visit(track, arrival, field=field, where=where, key=key, detected_at=context.now)
    before = track.reports[-1]
    if is_standing(before) or track.left >= fixed_at(before):
        flown = distance_km(*position(before), *stood) * 1000 / max(track.fastest_ms, 250.0)
        earliest, likely = max(fixed_at(before), track.left) + round(flown), float(key)
    else:
        flight = motion(track.reports.all())
        fastest, likely_s, _ = time_down_s(flight, field) if field else (0.0, 0.0, 0.0)
        earliest, likely = max(round(flight.at + fastest) - APART_S, track.left), flight.at + likely_s
    earliest = min(max(earliest, fixed_at(before)), key)
    best = None if track.slept else instant(min(max(round(likely), earliest), key))
    arrival = Moment(best, instant(earliest), instant(key), "observed", 1.0)
    track = replace(track, flown=None if is_standing(before) else before, slept=False)
    shown = (*track.reports[-2:], first)
    return open_visit(track, arrival, field=field, where=where, key=key, detected_at=context.now, evidence=shown)


def open_visit(
    track: Track,
    arrival: Moment,
    *,
    field: Airport | None,
    where: tuple[float, float],
    key: int | str,
    detected_at: datetime,
    evidence: tuple[StateVector, ...] = (),
    candidates: tuple[Share, ...] = (),
) -> Step:
    """Open a visit at latitude and longitude ``where``; a landing event goes with it when the arrival has a time.

    ``key`` tells the landing from others of the airframe, as `events.landing` says.
    """
    visit = Visit(
        id=identity("visit", track.icao24, key),
        icao24=track.icao24,
        registration=track.registration,
        callsign=track.callsign,
        airport=events.place_of(field),
        latitude=where[0],
        longitude=where[1],
        arrival=arrival,
        landing=None if arrival.earliest is None else events.landing_id(track.icao24, key),
    )
    happened: tuple[Event, ...] = ()
    if arrival.earliest is not None:
        happened = (
            events.landing(
                visit, key, detected_at=detected_at, evidence=evidence, origin=track.origin, candidates=candidates
            ),
        )
    reports = Reports.of(*track.touchdown[-1:]) if track.touchdown else track.reports
    down = replace(track, phase="ground", visit=visit, touchdown=(), reports=reports, reminded_s=0, silence=None)
    return Step(down, happened, (visit,))
