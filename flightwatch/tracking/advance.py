"""How a report or a silence moves a track on.

    unknown ──heard in the air──► airborne ──seen down, or silent long enough on the way down──► ground
       └──heard on the ground──► ground (a visit "since at least") ──seen flying──► airborne

`advance` is pure: the same track, report and time give the same step. It emits a landing once, when it is seen or when an
inferred one reaches the confidence asked for; it never emits one for a single poll's doubt.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.model import StateVector, instant
from flightwatch.core.visits import Visit, confirmed
from flightwatch.tracking.aircraft import SHORTEST_HOP_S
from flightwatch.tracking.arrival import TOUCH_AND_GO_S, touch_down
from flightwatch.tracking.belief import TOLD
from flightwatch.tracking.doubt import (
    came_late,
    doubt,
    goes_on_from_doubt,
    in_dispute,
    is_disputed,
    settled,
    silent_witnesses,
    was_not_down,
    with_disputes,
)
from flightwatch.tracking.events import named
from flightwatch.tracking.field import SEARCH_KM, stands_on
from flightwatch.tracking.hindsight import FARTHEST_KM, LEAST_GAP_S, shortest_gap_s
from flightwatch.tracking.leaving import close_visit, looking_back, stayed, take_back
from flightwatch.tracking.motion import (
    fixed_at,
    is_jump,
    is_near,
    position,
    without_leaping_heights,
)
from flightwatch.tracking.origin import flew_on
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import can_have_climbed, is_flying, is_standing, sinks_to_land, worth_of
from flightwatch.tracking.reports import Reports, newest
from flightwatch.tracking.silence import listened_for, silence
from flightwatch.tracking.track import (
    Step,
    Track,
    aircraft_of,
    field_of,
    fly_on,
    is_sure,
)

ROLLING_MS = 30.0
"""Ground speed above which a surface report may be a touch-and-go, m/s (58 kt); a landing waits for a second sign."""

PARKED_MS = 3.0
"""Ground speed below which an aircraft away from any field is taken to have stopped there, m/s."""

HOVERING_MS = 10.0
"""Ground speed below which a helicopter away from any field is taken to have set down, m/s: it does so from a hover."""

SAME_PLACE_KM = 6.0
"""Surface reports closer than this belong to one visit, km: the size of the largest airports."""

UNNAMED_KM = 150.0
"""How far from where it was lost an aircraft can have landed that was told as down on a field unknown, km."""


OLD_S = 60
"""Age of a row's last message from which it is a silence that has already lasted, s: rows of who is heard are up to 15 s old,
and OpenSky keeps them for five minutes."""

STANDS_S = 240
"""Time that an airframe must be on the ground to be believed where nobody can come down that fast from the last report, or where
none of the sources that heard it fly says so, s."""

SLEPT_S = 3600
"""Time in which nobody asked up to which an airframe found on the ground is taken to have come straight there, s."""


def advance(track: Track, report: StateVector | None, context: PollContext) -> Step:
    """Move ``track`` on by one successful poll: a report of the airframe, or None for a silence.

    A poll that failed, or that did not ask for this airframe, is no step at all: do not call.
    """
    if report is None:
        return silence(track, context)
    at = context.at
    report = without_leaping_heights(report, track.reports)
    worth = worth_of(track.reports, track.heard, report, at, context.airports)
    if worth == "stranger":
        return Step(track)
    if worth == "old":
        if track.heard is None or report.last_contact != track.heard or at - track.heard < OLD_S:
            return Step(replace(track, asked=at))
        return silence(track, context, since=track.heard)
    silent_s, heard_by = track.silent_s, track.heard_by
    track = _heard(track, report, context)
    track = with_disputes(track, context, is_nowhere=worth == "unplaced")
    if worth == "unplaced" or (track.touchdown and came_late(track.touchdown, report)):
        return Step(track)
    hearers = context.heard_by.get(track.icao24, context.sources)
    track = settled(track, hearers)
    if is_disputed(track, report):
        return Step(in_dispute(track, report, hearers))
    is_odd = worth == "jump" or bool(context.disputes.places.get(track.icao24))
    if is_odd and track.visit is not None and was_not_down(track, report, hearers):
        return take_back(_as_flown(track), track.visit, report, context)
    if worth == "jump" or goes_on_from_doubt(track, report):
        return doubt(track, report, context)
    track = replace(track, doubtful=()) if track.doubtful else track
    if worth == "ground":
        is_heard_flying = track.visit is None and track.icao24 in context.flying
        return Step(track) if is_heard_flying else _on_ground(track, report, silent_s, context, heard_by)
    if len(context.sources) > 1:
        track = replace(track, flown_by=track.flown_by | dict.fromkeys(hearers, report))
    return _in_air(track, report, silent_s, context)


def _heard(track: Track, report: StateVector, context: PollContext) -> Track:
    """The track of an airframe that is heard again: when, with what callsign and beside whom."""
    at, witnesses = context.at, context.witnesses
    age_s = at - report.last_contact
    return replace(
        track,
        asked=at,
        step_s=None if track.asked is None else max(0, at - track.asked),
        heard=report.last_contact,
        silent_s=0 if age_s < OLD_S else age_s,
        callsign=(report.callsign or "").strip() or track.callsign,
        heard_by=track.heard_by
        | dict.fromkeys(context.heard_by.get(report.icao24, context.sources), report.last_contact),
        company=None if witnesses is None else witnesses.company(report),
    )


def _on_ground(
    track: Track, report: StateVector, silent_s: int, context: PollContext, heard_by: Mapping[str, int]
) -> Step:
    """The step of an airframe heard on the ground, after ``silent_s`` seconds of covered silence.

    ``heard_by`` is `Track.heard_by` as it was before.
    """
    visit, airports = track.visit, context.airports
    track = _told_down(track, hearers := context.heard_by.get(track.icao24, context.sources), context)
    if visit is not None:
        if _is_there(track, visit, report, airports):
            stays = visit
            if visit.arrival.basis == "inferred":
                stays = named(confirmed(visit, instant(fixed_at(report))), field_of(track, report, airports))
            moved = replace(track, phase="ground", reports=Reports.of(report), visit=stays)
            return Step(moved, (), () if stays is visit else (stays,))
        left = close_visit(track, report, context)
        rest = _on_ground(left.track, report, silent_s, context, heard_by)
        return Step(rest.track, left.events + rest.events, left.visits + rest.visits)
    if not track.touchdown:
        ends_flight = _ends_flight(track, report, silent_s)
        track = replace(
            track,
            origin=track.origin if ends_flight else None,
            slept=_slept(track.reports.all(), report, silent_s),
            unconfirmed_by=silent_witnesses(heard_by, hearers, context.sources),
        )
    goes_on = track.touchdown and not is_jump(track.touchdown[-1], report)
    seen_down = (*track.touchdown, report) if goes_on else (report,)
    field = field_of(track, report, airports)
    slow_ms = ROLLING_MS if field else HOVERING_MS if track.is_rotary else PARKED_MS
    rolling = report.velocity is None or report.velocity > slow_ms
    down_s = fixed_at(report) - fixed_at(seen_down[0])
    lands = not track.unconfirmed_by and sinks_to_land(
        track.reports[-1] if track.reports else None, seen_down[0], field
    )
    unsure = rolling or (field is None and not track.is_rotary and len(seen_down) < 2)
    if down_s < STANDS_S if not lands else down_s < TOUCH_AND_GO_S and unsure:
        return Step(replace(track, touchdown=seen_down))
    return touch_down(replace(track, touchdown=seen_down), context)


def _told_down(track: Track, hearers: Sequence[str], context: PollContext) -> Track:
    """The track of an airframe that these sources hear on the ground."""
    if len(context.sources) == 1 and not track.unconfirmed_by:
        return track
    others = track.landed_by if track.visit is not None or track.touchdown else ()
    is_confirmed = not {*track.unconfirmed_by}.isdisjoint(hearers)
    return replace(
        track,
        landed_by=tuple(sorted({*others, *hearers})),
        unconfirmed_by=() if is_confirmed else track.unconfirmed_by,
    )


def _slept(known: tuple[StateVector, ...], report: StateVector, silent_s: int) -> bool:
    """Tell whether nobody asked for most of the gap before ``report``, found on the ground, and the gap exceeds `SLEPT_S`."""
    if not known or is_standing(known[-1]):
        return False
    gap_s = fixed_at(report) - fixed_at(known[-1])
    return gap_s > SLEPT_S and not listened_for(silent_s, gap_s)


def _ends_flight(track: Track, report: StateVector, silent_s: int) -> bool:
    """Tell whether an airframe found on the ground came there with the flight that was last heard, and not with one after it.

    After a long gap it did if polls listened all the while: another flight would have had to be as dark as the end of this one.
    """
    if track.origin is None or not track.reports:
        return True
    last = track.reports[-1]
    if flew_on(track.origin, last, report, track.fastest_ms):
        return True
    return distance_km(*position(last), *position(report)) <= FARTHEST_KM and listened_for(
        silent_s, fixed_at(report) - fixed_at(last)
    )


def _is_there(track: Track, visit: Visit, report: StateVector, airports: Airports) -> bool:
    """Tell whether a surface report is from the place of the visit, or, where that has no name, from a field that it may be.

    Runways may be far from the middle of their field and near to another: an airframe that was not seen down may be on that one.
    """
    was_seen = visit.arrival.basis == "observed"
    if visit.airport is None:
        return is_near(report, visit.latitude, visit.longitude, SAME_PLACE_KM if was_seen else UNNAMED_KM)
    if was_seen and is_near(report, visit.latitude, visit.longitude, SAME_PLACE_KM):
        return True
    away_km = distance_km(*position(report), visit.latitude, visit.longitude)
    field = airports.find_place(visit.airport)
    if field is not None and away_km <= SEARCH_KM and stands_on(field, *position(report)):
        return True
    return away_km <= SAME_PLACE_KM and field_of(track, report, airports) is None


def _in_air(track: Track, report: StateVector, silent_s: int, context: PollContext) -> Step:
    """The step of an airframe heard in the air, after ``silent_s`` seconds of covered silence."""
    visit = track.visit
    if visit is None:
        if track.touchdown:
            track = replace(track, touchdown=())
        return _reheard(track, report, silent_s, context)
    away_km = distance_km(*position(report), visit.latitude, visit.longitude)
    field = context.airports.find_place(visit.airport)
    elevation_m = field.elevation_m if field else None
    if visit.arrival.basis == "observed":
        if not is_flying(report, elevation_m, away_km):
            return Step(track)
        if not can_have_climbed(track.reports[-1], report, elevation_m):
            return _was_not_down(track, visit, report, context)
    return close_visit(track, report, context)


def _was_not_down(track: Track, visit: Visit, report: StateVector, context: PollContext) -> Step:
    """The step of an airframe heard where it cannot be after its visit: the flight before goes on, or the report is doubted."""
    if not was_not_down(track, report, context.heard_by.get(track.icao24, context.sources)):
        return doubt(track, report, context)
    return take_back(_as_flown(track), visit, report, context)


def _as_flown(track: Track) -> Track:
    """The track with the last report in the air instead of surface reports that were another airframe's."""
    return track if track.flown is None else replace(track, reports=Reports.of(track.flown))


def _reheard(track: Track, report: StateVector, silent_s: int, context: PollContext) -> Step:
    """The step of an airframe heard in the air without an open visit: it flies on, unless it was down in the gap before."""
    last = newest(track.reports)
    gap_s = 0 if last is None else fixed_at(report) - fixed_at(last)
    if last is None or not _can_have_stayed(track, gap_s):
        return Step(fly_on(track, report, context.airports))
    listened = listened_for(silent_s, gap_s)
    if track.is_rotary and not listened:
        return Step(fly_on(track, report, context.airports))
    origin = track.origin
    if origin is not None and not flew_on(origin, last, report, track.fastest_ms):
        origin = None
    if listened and track.belief != TOLD and (track.is_rotary or not is_standing(last)):
        stays = looking_back(track, report, context).stays
        if stays and is_sure(stays[0].probability, context.rules.min_confidence):
            return stayed(track, stays[0], report, context)
    return Step(fly_on(replace(track, reports=Reports(), origin=origin), report, context.airports))


def _can_have_stayed(track: Track, gap_s: int) -> bool:
    """Tell whether a gap is long enough for the airframe to have been on the ground; the kind of aircraft is asked for last."""
    least_s = SHORTEST_HOP_S if track.is_rotary else LEAST_GAP_S
    return gap_s >= least_s and gap_s >= shortest_gap_s(aircraft_of(track))
