"""The end of a visit: the airframe left, or was never there."""

from datetime import datetime

from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.geo import distance_km
from flightwatch.model import Basis, StateVector, instant
from flightwatch.tracking import events
from flightwatch.tracking.contact import FASTEST_CLIMB_MS, is_standing
from flightwatch.tracking.gap import LOOSE_KM, REACH_KM, stays_in_gap
from flightwatch.tracking.landing import TOLD, time_down_s
from flightwatch.tracking.motion import altitude_m, fixed_at, motion, position
from flightwatch.tracking.origin import departed, first_heard, flew_on
from flightwatch.tracking.track import Rules, Step, Track, aircraft_of, fly_on, is_sure
from flightwatch.visits import Moment, Visit

MIN_STAY_S = 900
"""Shortest stay believed when neither end was seen, s: less is a low circuit in the shadow of a hill."""

GAP_S = 900
"""Widest bounds of a departure that still counts as seen, s: it stood there, and is heard on its way up."""

FIELD_KM, NEARER = 2.5, 0.7
"""How much nearer than the middle of a field an aircraft may take off, km; and what part of the way out from elsewhere is
certain: a place is known to a minute's flight."""

REMEMBERED = 20
"""Fields of earlier visits that are remembered of an airframe."""

NOT_SEEN = 0.99
"""Confidence of a departure that was not seen from a place where the airframe was."""

DOUBT = 0.2
"""Probability below which an inferred landing is taken back when the airframe is heard again."""


def close_visit(track: Track, report: StateVector, now: datetime, airports: Airports, rules: Rules) -> Step:
    """The airframe of an open visit is heard flying, or on the ground elsewhere: it left, or was never there."""
    visit = track.visit
    if visit is None:
        raise ValueError("no open visit")
    if visit.airport is None and visit.arrival.basis == "inferred" and not report.on_ground and not track.is_rotary:
        stays = stays_in_gap(motion(track.reports), motion((report,)), aircraft_of(track), airports, rules.watched)
        if stays and is_sure(stays[0].probability, rules):
            sure_here = min(visit.arrival.confidence, stays[0].probability)  # that it came down is surer than where
            visit = events.named(visit, stays[0].airport)
            visit = replace(visit, arrival=replace(visit.arrival, confidence=sure_here))
            track = replace(track, visit=visit)
    last, seen = track.reports[-1], fixed_at(report)
    if visit.arrival.basis == "inferred" and not _still_holds(track, visit, report, airports, rules):
        return take_back(track, visit, report, now, airports)
    fast_s, likely_s, slow_s = _time_out_s(track, visit, report, airports)
    away_km = distance_km(visit.latitude, visit.longitude, *position(report))
    came = round((visit.arrival.at or visit.arrival.latest).timestamp())
    floor = fixed_at(last) if visit.arrival.basis == "observed" else round((visit.arrival.earliest or now).timestamp())
    earliest = floor if report.on_ground or away_km > LOOSE_KM else max(floor, round(seen - slow_s))
    latest = max(earliest, came, round(seen - fast_s))
    best = min(max(round(seen - likely_s), earliest, came), latest)
    seen_leaving = is_standing(last) and not report.on_ground and latest - earliest <= GAP_S
    sure = 1.0 if seen_leaving else visit.arrival.confidence if visit.arrival.basis == "inferred" else NOT_SEEN
    basis: Basis = "observed" if seen_leaving else "inferred"
    return leave(track, Moment(instant(best), instant(earliest), instant(latest), basis, sure), report, now, airports)


def take_back(track: Track, visit: Visit, report: StateVector, now: datetime, airports: Airports) -> Step:
    """Take the landing of the open ``visit`` back, contradicted by ``report``, and go on from there."""
    last, seen = track.reports[-1], fixed_at(report)
    undone = replace(visit, retracted_at=instant(seen))
    said = () if visit.landing is None else (events.retraction(visit, seen, now, (last, report)),)
    kept = replace(track, phase="airborne", visit=None, flown=None, belief=TOLD)
    if kept.origin is not None and not flew_on(kept.origin, last, report, kept.fastest_ms):
        kept = replace(kept, origin=None if report.on_ground else first_heard(report))
    return Step(kept if report.on_ground else fly_on(kept, report, airports), said, (undone,))


def leave(track: Track, left: Moment, report: StateVector, now: datetime, airports: Airports) -> Step:
    """Close the open visit with a departure at ``left``, told by ``report``, and go on from there."""
    visit, last = track.visit, track.reports[-1]
    if visit is None or left.at is None or left.earliest is None:
        raise ValueError("no open visit to leave")
    closed = replace(visit, departure=left)
    said = events.departure(closed, left, track.callsign, now, (last, report))
    gone = replace(
        track,
        phase="airborne",
        visit=None,
        reports=(last,) if report.on_ground else (),
        belief=TOLD,
        left=round(left.earliest.timestamp()),
        homes=((visit.airport.icao, 1.0),) if visit.airport else (),
        circuit=None,
        been=_been(track, visit),
        flown=None,
        fastest_ms=0.0,
        highest_m=0.0,
        origin=departed(visit, left.at),
    )
    return Step(gone if report.on_ground else fly_on(gone, report, airports), (said,), (closed,))


def _been(track: Track, visit: Visit) -> tuple[tuple[str, int], ...]:
    """Where the airframe has been and how often, with this visit; the fields it was at last come last."""
    if visit.airport is None:
        return track.been
    here = visit.airport.icao
    often = 1 + sum(count for icao, count in track.been if icao == here)
    return (*(each for each in track.been if each[0] != here), (here, often))[-REMEMBERED:]


def _still_holds(track: Track, visit: Visit, report: StateVector, airports: Airports, rules: Rules) -> bool:
    """Whether an inferred landing is still believed now that the airframe is heard away from the field."""
    if not _can_have_stayed(track, visit, report, airports):
        return False
    away_km = distance_km(visit.latitude, visit.longitude, *position(report))
    if report.on_ground or away_km > REACH_KM or track.is_rotary:
        return True
    stays = stays_in_gap(motion(track.reports), motion((report,)), aircraft_of(track), airports, rules.watched)
    here = (s.probability for s in stays if visit.airport is None or s.airport.icao == visit.airport.icao)
    return sum(here) >= DOUBT


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
    spare_s = gap - down_s - _time_out_s(track, visit, report, airports)[0]
    shortest_s = 0.75 * aircraft_of(track).shortest_stay_s
    if spare_s < shortest_s:
        return False
    straight_s = distance_km(*position(last), *position(report)) * 1000 / max(flight.speed_ms or 0.0, 60.0)
    return gap > 1.5 * straight_s + shortest_s


def _time_out_s(track: Track, visit: Visit, report: StateVector, airports: Airports) -> tuple[float, float, float]:
    """Seconds from take-off at the visit's place to this report: fastest, likely, slowest way."""
    away_m = 1000.0 * distance_km(visit.latitude, visit.longitude, *position(report))
    if is_standing(track.reports[-1]):
        away_m = min(away_m, 1000.0 * distance_km(*position(track.reports[-1]), *position(report)))
    speed = min(max(report.velocity or 0.0, track.fastest_ms, 60.0), 280.0)
    field = airports.find(visit.airport.icao) if visit.airport else None
    ground_m = (field.elevation_m if field else None) or 0.0
    height = 0.0 if report.on_ground else max(0.0, (altitude_m(report) or 0.0) - ground_m)
    reach_m = max(0.0, away_m - (1000.0 * FIELD_KM if visit.airport else 0.0))
    fastest = max(reach_m / speed, height / FASTEST_CLIMB_MS) * (1.0 if visit.airport else NEARER)
    likely = max(away_m / (0.75 * speed), height / 10.0)
    return fastest, likely, 2.0 * likely + 300.0
