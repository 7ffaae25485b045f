"""The end of a visit: the airframe left, or was never there."""

from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport, Basis, Event, Share, StateVector, instant
from flightwatch.core.visits import Moment, Visit
from flightwatch.tracking import events
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.arrival import open_visit, shares
from flightwatch.tracking.belief import MOST_SURE, TOLD
from flightwatch.tracking.hindsight import Gap, Hindsight, Stay, heard_again, hindsight, moments
from flightwatch.tracking.motion import altitude_m, fixed_at, motion, position
from flightwatch.tracking.origin import departed, first_heard, flew_on
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import FASTEST_CLIMB_MS, is_standing
from flightwatch.tracking.reports import SHOWN, Reports
from flightwatch.tracking.track import Step, Track, aircraft_of, field_of, fly_on, is_sure
from flightwatch.tracking.way_down import APART_S, LOOSE_KM

MIN_STAY_S = 900
"""Shortest stay believed when neither end was seen, s: less is a low circuit in the shadow of a hill."""

GAP_S = 900
"""Widest bounds of a departure that still counts as seen, s: it stood there, and is heard on its way up."""

FIELD_KM, NEARER = 2.5, 0.7
"""Distance from the middle of a field at which an aircraft may take off, km; and the part of the way out from elsewhere that is
certain: such a place is known to a minute's flight."""

REMEMBERED = 20
"""Most fields of earlier visits that are remembered of an airframe."""

SURE_VISIT = 0.9
"""How sure it must be, once it has left, that it was there for the visit to be remembered: else one guess would make the next one
surer, and that the one after. Of 216 landings of invented parachute droppers, whose strip has another beside it, 39 were told at
the wrong one with such guesses, and 35 without."""

NOT_SEEN = 0.99
"""Confidence of a departure that was not seen from a place where the airframe was."""

DOUBT = 0.2
"""Probability below which an inferred landing is taken back when the airframe is heard again."""

LIKELIER = 2.0
"""Ratio of the probabilities of another field, sure enough to be told, and of the one that was told, from which that is
corrected."""


def close_visit(track: Track, report: StateVector, context: PollContext) -> Step:
    """The step of an airframe with an open visit, heard flying or on the ground elsewhere: it left, or was never there."""
    visit = track.visit
    if visit is None:
        raise ValueError("no open visit")
    last, heard_at, sure = track.reports[-1], fixed_at(report), NOT_SEEN
    if visit.arrival.basis == "inferred":
        found, min_confidence = looking_back(track, report, context), context.rules.min_confidence
        likeliest = found.stays[0] if found.stays else None
        if (
            visit.airport is None
            and likeliest
            and likeliest.airport
            and is_sure(likeliest.probability, context.rules.min_confidence)
        ):
            visit = _named(visit, likeliest)
            track = replace(track, visit=visit)
        sure = found.at(visit.airport.icao if visit.airport else None)
        if sure < DOUBT or _is_elsewhere(visit, found, report, min_confidence):
            return _corrected(track, visit, found, report, context)
    fast_s, likely_s, slow_s = _time_out_s(track, visit, report, context.airports)
    away_km = distance_km(visit.latitude, visit.longitude, *position(report))
    came = round((visit.arrival.at or visit.arrival.latest).timestamp())
    begun = visit.arrival.earliest
    floor = fixed_at(last) if visit.arrival.basis == "observed" else round(begun.timestamp()) if begun else context.at
    earliest = floor if report.on_ground or away_km > LOOSE_KM else max(floor, round(heard_at - slow_s))
    latest = max(earliest, came, min(heard_at, round(heard_at - fast_s) + APART_S))
    best = min(max(round(heard_at - likely_s), earliest, came), latest)
    seen_leaving = is_standing(last) and not report.on_ground and latest - earliest <= GAP_S
    sure = 1.0 if seen_leaving else sure
    basis: Basis = "observed" if seen_leaving else "inferred"
    return leave(track, Moment(instant(best), instant(earliest), instant(latest), basis, sure), report, context)


def _is_elsewhere(visit: Visit, found: Hindsight, report: StateVector, min_confidence: float) -> bool:
    """Tell whether another field than the one that was told is sure enough to be told, and far likelier."""
    best = found.stays[0] if found.stays and not report.on_ground else None
    if best is None or best.airport is None or visit.airport is None or not is_sure(best.probability, min_confidence):
        return False
    return best.probability >= LIKELIER * found.at(visit.airport.icao)


def _corrected(track: Track, visit: Visit, found: Hindsight, report: StateVector, context: PollContext) -> Step:
    """Take the landing of ``visit`` back, and tell where the airframe was instead, if that is sure."""
    sure = min(MOST_SURE, 1.0 - found.at(visit.airport.icao if visit.airport else None))
    instead = _instead(visit, found, field_of(track, report, context.airports) if report.on_ground else None)
    back = take_back(track, visit, report, context, sure=sure, instead=instead)
    likeliest = found.stays[0] if found.stays and not report.on_ground else None
    if (
        likeliest is None
        or likeliest.airport is None
        or not is_sure(likeliest.probability, context.rules.min_confidence)
    ):
        return back
    open_again = replace(track, phase="airborne", visit=None, belief=None)
    there = stayed(open_again, likeliest, report, context, is_correction=True)
    return Step(there.track, back.events + there.events, back.visits + there.visits)


def _instead(visit: Visit, found: Hindsight, stands_at: Airport | None) -> tuple[Share, ...]:
    """The fields where the airframe was, if not at the visit's, likeliest first. ``stands_at`` is where it now stands."""
    places: list[tuple[float, Airport]] = []
    if visit.airport is not None:
        here = visit.airport.icao
        places = [
            (stay.probability, stay.airport) for stay in found.stays if stay.airport and stay.airport.icao != here
        ]
    if stands_at is not None:
        places.append((found.flew_on, stands_at))
    return shares(sorted(places, key=lambda each: (-each[0], each[1].icao)))


def stayed(track: Track, stay: Stay, report: StateVector, context: PollContext, *, is_correction: bool = False) -> Step:
    """The step of an airframe that was on the ground while nobody heard it: landing and departure at once.

    A correction rests on the same report as the landing that it corrects, and is another visit.
    """
    last, field = track.reports[-1], stay.airport
    arrival, departure = moments(motion(track.reports.all()), motion((report,)), stay, is_rotary=track.is_rotary)
    where = (field.latitude, field.longitude) if field and not track.is_rotary else position(last)
    shown = track.reports[-SHOWN:]
    key = f"{fixed_at(last)} corrected" if is_correction else fixed_at(last)
    came = open_visit(track, arrival, field=field, where=where, key=key, detected_at=context.now, evidence=shown)
    left = leave(came.track, departure, report, context)
    return Step(left.track, came.events + left.events, (*came.visits, *left.visits))


def take_back(
    track: Track,
    visit: Visit,
    report: StateVector,
    context: PollContext,
    *,
    sure: float = 1.0,
    instead: tuple[Share, ...] = (),
) -> Step:
    """Take the landing of the open ``visit`` back, contradicted by ``report``, and go on from there.

    ``sure`` is the probability that it was not there, 1 where that is impossible; ``instead`` tells where it was.
    """
    last, heard_at = track.reports[-1], fixed_at(report)
    undone = replace(visit, retracted_at=instant(heard_at))
    said: tuple[Event, ...] = ()
    if visit.landing is not None:
        shown = (last, report)
        said = (
            events.retraction(visit, heard_at, detected_at=context.now, evidence=shown, sure=sure, instead=instead),
        )
    kept = replace(track, phase="airborne", visit=None, flown=None, belief=TOLD)
    if kept.origin is not None and not flew_on(kept.origin, last, report, kept.fastest_ms):
        kept = replace(kept, origin=None if report.on_ground else first_heard(report))
    return Step(kept if report.on_ground else fly_on(kept, report, context.airports), said, (undone,))


def leave(track: Track, left: Moment, report: StateVector, context: PollContext) -> Step:
    """Close the open visit with a departure at ``left``, told by ``report``, and go on from there."""
    visit, last = track.visit, track.reports[-1]
    if visit is None or left.at is None or left.earliest is None:
        raise ValueError("no open visit to leave")
    closed = replace(visit, departure=left)
    said = events.departure(closed, left, track.callsign, context.now, (last, report))
    gone = replace(
        track,
        phase="airborne",
        visit=None,
        reports=Reports.of(last) if report.on_ground else Reports(),
        belief=TOLD,
        left=round(left.earliest.timestamp()),
        homes=((visit.airport.icao, 1.0),) if visit.airport else (),
        circuit=None,
        dipped_m=None,
        passes=0,
        been=_been(track, closed),
        flown=None,
        fastest_ms=0.0,
        highest_m=0.0,
        origin=departed(visit, left.at),
    )
    return Step(gone if report.on_ground else fly_on(gone, report, context.airports), (said,), (closed,))


def _been(track: Track, visit: Visit) -> Visited:
    """Where the airframe has been and how often, with this visit if it is sure; the fields it was at last come last."""
    if visit.airport is None or visit.departure is None or visit.departure.confidence < SURE_VISIT:
        return track.been
    here = visit.airport.icao
    often = 1 + sum(count for icao, count in track.been if icao == here)
    return (*(each for each in track.been if each[0] != here), (here, often))[-REMEMBERED:]


def looking_back(track: Track, report: StateVector, context: PollContext) -> Hindsight:
    """What became of the airframe since it was last heard flying, now that ``report`` tells of it again."""
    field = field_of(track, report, context.airports) if report.on_ground else None
    before = motion(track.reports.all())
    again = heard_again(report, field, max(track.fastest_ms, before.speed_ms or 0.0))
    gap, rules = Gap(before, again, aircraft_of(track)), context.rules
    return hindsight(gap, context.airports, rules.watched, rules.reception)


def _named(visit: Visit, stay: Stay) -> Visit:
    """The visit with the field of ``stay``, and with its probability as confidence: that it came down was surer than where."""
    there = events.named(visit, stay.airport)
    return replace(there, arrival=replace(there.arrival, confidence=stay.probability))


def _time_out_s(track: Track, visit: Visit, report: StateVector, airports: Airports) -> tuple[float, float, float]:
    """Seconds from take-off at the visit's place to this report: fastest, likely, slowest way."""
    away_m = 1000.0 * distance_km(visit.latitude, visit.longitude, *position(report))
    if is_standing(track.reports[-1]):
        away_m = min(away_m, 1000.0 * distance_km(*position(track.reports[-1]), *position(report)))
    speed = min(max(report.velocity or 0.0, track.fastest_ms, 60.0), 280.0)
    field = airports.find_place(visit.airport)
    ground_m = (field.elevation_m if field else None) or 0.0
    height = 0.0 if report.on_ground else max(0.0, (altitude_m(report) or 0.0) - ground_m)
    reach_m = max(0.0, away_m - (1000.0 * FIELD_KM if visit.airport else 0.0))
    fastest = max(reach_m / speed, height / FASTEST_CLIMB_MS) * (1.0 if visit.airport else NEARER)
    likely = max(away_m / (0.75 * speed), height / 10.0)
    return fastest, likely, 2.0 * likely + 300.0
