"""The track of one airframe, and how a report or a silence moves it on.

    unknown ──heard in the air──► airborne ──seen down, or silent long enough on the way down──► ground
       └──heard on the ground──► ground (a visit "since at least") ──seen flying──► airborne

`advance` is pure: the same track, report and time give the same step. It emits a landing once, when it is seen or when an
inferred one reaches the confidence asked for; it never emits one for a single poll's doubt.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.geo import distance_km
from flightwatch.model import Airport, Basis, Event, Icao24, StateVector, instant
from flightwatch.tracking import events
from flightwatch.tracking.contact import contact, is_flying, is_standing
from flightwatch.tracking.field import field_at, runway_need_m
from flightwatch.tracking.gap import LOOSE_KM, MIN_GAP_S, REACH_KM, Stay, stays_in_gap
from flightwatch.tracking.landing import MIN_SILENCE_S, Aircraft, assess, on_final, origin, time_down_s
from flightwatch.tracking.motion import altitude_m, fixed_at, is_jump, motion, position
from flightwatch.visits import Moment, Visit, confirmed

Phase = Literal["unknown", "airborne", "ground"]

KEPT = 30
"""Reports kept in the air: half an hour of polls every minute, all that the motion before a loss needs."""

FIRST = 3
"""Reports of a flight from which its origin is sought; later ones are too far away."""

ROLLING_MS = 30.0
"""Ground speed above which a surface report may be a touch-and-go, m/s (58 kt); a landing waits for a second sign."""

TOUCH_AND_GO_S = 60
"""Silence after a fast surface report that makes it a landing, s."""

SAME_PLACE_KM = 6.0
"""Surface reports closer than this belong to one visit, km: the size of the largest airports."""

PARKED_MS = 3.0
"""Ground speed below which an aircraft away from any field is taken to have stopped there, m/s."""

MIN_STAY_S = 900
"""Shortest stay believed when neither end was seen, s: less is a low circuit in the shadow of a hill."""

WORTH_ASKING_S = 4 * 3600
"""Silence after which waiting longer tells nothing new about an approach, s."""

GAP_S = 900
"""Longest gap between the reports on both sides of a departure that still counts as seen, s."""

CHAIN = 3
"""Consistent reports away from the known track that make it believed instead of the known one."""

NOT_SEEN = 0.99
"""Confidence of a departure that was not seen from a place where the airframe was."""

DOUBT = 0.2
"""Probability below which an inferred landing is taken back when the airframe is heard again."""

LISTENED = 0.5
"""Part of a gap that polls must have covered for it to mean silence."""

MAX_COUNTED_S = 1200
"""Most silence that one poll can add, s: an answer after six hours of sleep has not listened for six hours."""


class Rules(Struct, frozen=True):
    """What the watchlist asks of the tracker."""

    min_confidence: float = 0.6
    watched: frozenset[str] = frozenset()
    """``airport.icao`` of watched fields: where the user expects landings."""


class Track(Struct, frozen=True, omit_defaults=True):
    """All that is remembered of one airframe."""

    icao24: Icao24
    registration: str | None = None
    phase: Phase = "unknown"
    reports: tuple[StateVector, ...] = ()
    """Credible reports with positions, oldest first: the last of the flight while airborne, the last one on the ground."""
    touchdown: tuple[StateVector, ...] = ()
    """Surface reports of a landing not yet sure."""
    doubtful: tuple[StateVector, ...] = ()
    """Consistent reports that cannot follow from ``reports``."""
    heard: int | None = None
    """Unix seconds of the last message of any kind; None: never."""
    asked: int | None = None
    """Unix seconds of the last poll that would have returned it."""
    silent_s: int = 0
    """Covered silence since it was last heard, s."""
    fastest_ms: float = 0.0
    highest_m: float = 0.0
    """Of this flight."""
    callsign: str | None = None
    """The last one heard, blanks stripped."""
    visit: Visit | None = None
    """The open visit."""
    home: str | None = None
    """``airport.icao`` of the field this flight came from; None: not known."""
    circuit: str | None = None
    """``airport.icao`` of the field it was last on final for in this flight; None: none."""
    left: int = 0
    """Unix seconds of the earliest time it can have left the last visit: it landed nowhere else before."""


class Step(Struct, frozen=True):
    """The next track, what happened, and every visit that changed (also those that give no event)."""

    track: Track
    events: tuple[Event, ...] = ()
    visits: tuple[Visit, ...] = ()


def advance(track: Track, report: StateVector | None, now: datetime, airports: Airports, rules: Rules) -> Step:
    """Move ``track`` on by one successful poll at ``now``: a report of the airframe, or None for a silence.

    A poll that failed, or that did not ask for this airframe, is no step at all: do not call.
    """
    at = round(now.timestamp())
    if report is None:
        return _silence(track, at, airports, rules)
    kind = contact(track.reports, track.heard, report, at, airports)
    if kind == "old":
        return Step(replace(track, asked=at))
    silent_s = track.silent_s
    track = replace(
        track,
        asked=at,
        heard=report.last_contact,
        silent_s=0,
        callsign=(report.callsign or "").strip() or track.callsign,
    )
    if kind == "unplaced":
        return Step(track)
    if kind == "jump":
        return Step(_doubt(track, report))
    track = replace(track, doubtful=())
    if kind == "ground":
        return _on_ground(track, report, now, airports, rules)
    return _in_air(track, report, now, airports, rules, silent_s)


def _on_ground(track: Track, report: StateVector, now: datetime, airports: Airports, rules: Rules) -> Step:
    visit = track.visit
    if visit is not None:
        if distance_km(*position(report), visit.latitude, visit.longitude) <= SAME_PLACE_KM:
            seen = visit if visit.arrival.basis == "observed" else confirmed(visit, instant(fixed_at(report)))
            moved = replace(track, phase="ground", reports=(report,), visit=seen)
            return Step(moved, (), () if seen is visit else (seen,))
        left = _close(track, report, now, airports, rules)
        rest = _on_ground(left.track, report, now, airports, rules)
        return Step(rest.track, left.events + rest.events, left.visits + rest.visits)
    seen_down = (*track.touchdown, report)
    field = _field(track, report, airports)
    rolling = report.velocity is None or report.velocity > (ROLLING_MS if field else PARKED_MS)
    if len(seen_down) < 2 and (rolling or (field is None and track.phase != "ground")):
        return Step(replace(track, touchdown=seen_down))
    return _down(replace(track, touchdown=seen_down), now, airports)


def _in_air(track: Track, report: StateVector, now: datetime, airports: Airports, rules: Rules, silent_s: int) -> Step:
    visit = track.visit
    if visit is None:
        return _reheard(replace(track, touchdown=()), report, now, airports, rules, silent_s)
    away_km = distance_km(*position(report), visit.latitude, visit.longitude)
    field = airports.find(visit.airport.icao) if visit.airport else None
    if visit.arrival.basis == "observed" and not is_flying(report, field.elevation_m if field else None, away_km):
        return Step(track)
    return _close(track, report, now, airports, rules)


def _reheard(track: Track, report: StateVector, now: datetime, airports: Airports, rules: Rules, silent_s: int) -> Step:
    """Heard in the air without an open visit: on it flies, unless it was on the ground in the gap before."""
    gap_s = 0 if not track.reports else fixed_at(report) - fixed_at(track.reports[-1])
    if gap_s < MIN_GAP_S:
        return Step(_fly_on(track, report, airports))
    onward = _fly_on(replace(track, reports=()), report, airports)
    if is_standing(track.reports[-1]) or silent_s < min(gap_s * LISTENED, WORTH_ASKING_S):
        return Step(onward)
    stays = stays_in_gap(motion(track.reports), motion((report,)), _aircraft(track), airports, rules.watched)
    if not stays or stays[0].probability < rules.min_confidence:
        return Step(onward)
    return _stayed(track, stays[0], report, now, airports)


def _stayed(track: Track, stay: Stay, report: StateVector, now: datetime, airports: Airports) -> Step:
    """A visit that happened in the dark: landing and departure at once."""
    where = (stay.airport.latitude, stay.airport.longitude)
    key = fixed_at(track.reports[-1])
    came = _open(track, stay.airport, where, stay.arrival, key, now, track.reports[-4:])
    left = _leave(came.track, stay.departure, report, now, airports)
    return Step(left.track, came.events + left.events, (*came.visits, *left.visits))


def _silence(track: Track, at: int, airports: Airports, rules: Rules) -> Step:
    if track.visit is not None or not (track.reports or track.touchdown) or track.silent_s > WORTH_ASKING_S:
        return Step(track)
    since = track.asked if track.asked is not None else at
    silent_s = track.silent_s + min(MAX_COUNTED_S, max(0, at - since))
    track = replace(track, asked=at, silent_s=silent_s)
    if track.touchdown:
        down_for = at - fixed_at(track.touchdown[-1])
        return _down(track, instant(at), airports) if down_for >= TOUCH_AND_GO_S else Step(track)
    if silent_s < MIN_SILENCE_S:
        return Step(track)
    return _infer(track, at, airports, rules)


def _infer(track: Track, at: int, airports: Airports, rules: Rules) -> Step:
    """A landing nobody saw, once one field reaches the confidence asked for and the way down is long over."""
    found = assess(motion(track.reports), _aircraft(track), track.silent_s, airports, rules.watched)
    if not found.candidates:
        return Step(track)
    best = found.candidates[0]
    if best.probability < rules.min_confidence or at < best.settled:
        return Step(track)
    arrival = Moment(
        instant(best.best),
        instant(best.earliest),
        instant(max(best.best, min(best.latest, at))),
        "inferred",
        best.probability,
    )
    field = best.airport
    return _open(
        track,
        field,
        (field.latitude, field.longitude),
        arrival,
        fixed_at(track.reports[-1]),
        instant(at),
        track.reports[-4:],
    )


def _down(track: Track, now: datetime, airports: Airports) -> Step:
    """A landing that was seen: the airframe was in the air (or elsewhere) and is on the ground."""
    first = track.touchdown[0]
    field = _field(track, first, airports)
    stood = position(first)
    where = (field.latitude, field.longitude) if field else stood
    key = fixed_at(first)
    if not track.reports:
        arrival = Moment(None, None, instant(key), "observed", 1.0)
        return _open(track, field, where, arrival, key, now, ())
    before = track.reports[-1]
    if is_standing(before):
        flown = distance_km(*position(before), *stood) * 1000 / max(track.fastest_ms, 250.0)
        earliest, likely = max(fixed_at(before), track.left) + round(flown), float(key)
    else:
        flight = motion(track.reports)
        fastest, likely_s, _ = time_down_s(flight, field) if field else (0.0, 0.0, 0.0)
        earliest, likely = max(round(flight.at + fastest), track.left), flight.at + likely_s
    earliest = min(max(earliest, fixed_at(before)), key)
    best = min(max(round(likely), earliest), key)
    arrival = Moment(instant(best), instant(earliest), instant(key), "observed", 1.0)
    return _open(track, field, where, arrival, key, now, (*track.reports[-2:], first))


def _open(
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
    happened = () if arrival.at is None else (events.landing(visit, key, now, evidence),)
    reports = track.touchdown[-1:] or track.reports
    return Step(replace(track, phase="ground", visit=visit, touchdown=(), reports=reports), happened, (visit,))


def _close(track: Track, report: StateVector, now: datetime, airports: Airports, rules: Rules) -> Step:
    """The airframe of an open visit is heard flying, or on the ground elsewhere: it left, or was never there."""
    visit = track.visit
    if visit is None:
        raise ValueError("no open visit")
    last, seen = track.reports[-1], fixed_at(report)
    if visit.arrival.basis == "inferred" and not _still_holds(track, visit, report, airports, rules):
        undone = replace(visit, retracted_at=instant(seen))
        said = events.retraction(visit, seen, now, (last, report))
        kept = replace(track, phase="airborne", visit=None)
        return Step(kept if report.on_ground else _fly_on(kept, report, airports), (said,), (undone,))
    fast_s, likely_s, slow_s = _time_out_s(track, visit, report)
    away_km = distance_km(visit.latitude, visit.longitude, *position(report))
    floor = fixed_at(last) if visit.arrival.basis == "observed" else round((visit.arrival.earliest or now).timestamp())
    earliest = floor if report.on_ground or away_km > LOOSE_KM else max(floor, round(seen - slow_s))
    latest = max(earliest, round(seen - fast_s))
    best = min(max(round(seen - likely_s), earliest), latest)
    seen_leaving = is_standing(last) and not report.on_ground and latest - earliest <= GAP_S
    sure = 1.0 if seen_leaving else visit.arrival.confidence if visit.arrival.basis == "inferred" else NOT_SEEN
    basis: Basis = "observed" if seen_leaving else "inferred"
    return _leave(track, Moment(instant(best), instant(earliest), instant(latest), basis, sure), report, now, airports)


def _leave(track: Track, left: Moment, report: StateVector, now: datetime, airports: Airports) -> Step:
    """Close the open visit with a departure at ``left``, told by ``report``, and go on from there."""
    visit, last = track.visit, track.reports[-1]
    if visit is None or left.earliest is None:
        raise ValueError("no open visit to leave")
    closed = replace(visit, departure=left)
    said = events.departure(closed, left, track.callsign, now, (last, report))
    gone = replace(
        track,
        phase="airborne",
        visit=None,
        reports=(last,) if report.on_ground else (),
        left=round(left.earliest.timestamp()),
        home=visit.airport.icao if visit.airport else None,
        circuit=None,
        fastest_ms=0.0,
        highest_m=0.0,
    )
    return Step(gone if report.on_ground else _fly_on(gone, report, airports), (said,), (closed,))


def _still_holds(track: Track, visit: Visit, report: StateVector, airports: Airports, rules: Rules) -> bool:
    """Whether an inferred landing is still believed now that the airframe is heard away from the field."""
    if not _can_have_stayed(track, visit, report, airports):
        return False
    away_km = distance_km(visit.latitude, visit.longitude, *position(report))
    if report.on_ground or away_km > REACH_KM or visit.airport is None:
        return True
    stays = stays_in_gap(motion(track.reports), motion((report,)), _aircraft(track), airports, rules.watched)
    return any(stay.airport.icao == visit.airport.icao and stay.probability >= DOUBT for stay in stays)


def _can_have_stayed(track: Track, visit: Visit, report: StateVector, airports: Airports) -> bool:
    """Whether an inferred landing still holds now that the airframe is heard away from the field.

    It does when the gap leaves time for the way down, a stay and the way to the report, and when the gap is not what a
    flight straight on would take.
    """
    last = track.reports[-1]
    gap = fixed_at(report) - fixed_at(last)
    flight = motion(track.reports)
    field = airports.find(visit.airport.icao) if visit.airport else None
    down_s = time_down_s(flight, field)[0] if field else 0.0
    spare_s = gap - down_s - _time_out_s(track, visit, report)[0]
    if spare_s < MIN_STAY_S:
        return False
    straight_s = distance_km(*position(last), *position(report)) * 1000 / max(flight.speed_ms or 0.0, 60.0)
    return gap > 1.5 * straight_s + MIN_STAY_S


def _time_out_s(track: Track, visit: Visit, report: StateVector) -> tuple[float, float, float]:
    """Seconds from take-off at the visit's place to this report: fastest, likely, slowest way."""
    away_m = 1000.0 * distance_km(visit.latitude, visit.longitude, *position(report))
    speed = min(max(report.velocity or 0.0, track.fastest_ms, 60.0), 280.0)
    height = max(0.0, altitude_m(report) or 0.0) if not report.on_ground else 0.0
    fastest = max(away_m / speed, height / 25.0)
    likely = max(away_m / (0.75 * speed), height / 10.0)
    return fastest, likely, 2.0 * likely + 300.0


def _fly_on(track: Track, report: StateVector, airports: Airports) -> Track:
    """The track with one more report of its flight, and what that tells of where the flight came from and circles."""
    track = replace(
        track,
        phase="airborne",
        reports=(*track.reports, report)[-KEPT:],
        fastest_ms=max(track.fastest_ms, report.velocity or 0.0),
        highest_m=max(track.highest_m, altitude_m(report) or 0.0),
    )
    flight = motion(track.reports)
    if track.home is None and len(track.reports) <= FIRST:
        field = origin(flight, _aircraft(track), airports)
        track = replace(track, home=field.icao if field else None)
    circuit = on_final(flight, airports)
    return track if circuit is None else replace(track, circuit=circuit.icao)


def _doubt(track: Track, report: StateVector) -> Track:
    """Remember a report that cannot follow from the known ones; believe a chain of them over a known track gone quiet."""
    chain = track.doubtful
    chain = (*chain, report) if not chain or not is_jump(chain[-1], report) else (report,)
    if len(chain) < CHAIN or track.visit is not None:
        return replace(track, doubtful=chain[-CHAIN:])
    return replace(
        track, phase="airborne", reports=tuple(r for r in chain if not r.on_ground), touchdown=(), doubtful=()
    )


def _aircraft(track: Track) -> Aircraft:
    return Aircraft(runway_need_m(track.fastest_ms, track.highest_m), track.home, track.circuit)


def _field(track: Track, report: StateVector, airports: Airports) -> Airport | None:
    return field_at(*position(report), airports, needs_m=runway_need_m(track.fastest_ms, track.highest_m))
