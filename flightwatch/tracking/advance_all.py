"""One poll over every airframe that matters: who is followed, who was silent, what happened.

Live polling, replay and the demo all come through `advance_all`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.areas import WatchedArea
from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import box_around, box_holds, box_widened, distance_km
from flightwatch.core.model import Box, Coverage, Event, Icao24, Identity, Poll, StateVector, seconds
from flightwatch.core.registration import registration_of
from flightwatch.core.visits import Visit, dwell_so_far
from flightwatch.core.watched import Watched, WatchedAirport, admits
from flightwatch.tracking.advance import advance
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.doubt import disputed, taken_as
from flightwatch.tracking.events import heard_by, reminder
from flightwatch.tracking.looks import Looks, looked
from flightwatch.tracking.motion import fixed_at, position
from flightwatch.tracking.passing import has_left
from flightwatch.tracking.poll_context import PollContext, context_of
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception, learned
from flightwatch.tracking.report_worth import VEHICLES
from flightwatch.tracking.tidings import Tidings
from flightwatch.tracking.track import SHOWN, Rules, Step, Track

WATCH_KM = 250.0
"""How far around a watched airport every aircraft is followed, km: an arrival at Pyongyang is lost up to 200 km out, and
from there to touchdown takes 20 minutes, the slowest cadence an anonymous account affords."""

AROUND_KM = 50.0
"""How far around a watched area every aircraft is followed, km, so that who enters it was mostly heard outside before: three
minutes of flight, at polls a minute apart."""

FORGET_S = 3 * 86400
"""Silence after which an airframe that is on no list is forgotten, s."""


class PollChanges(Struct, frozen=True):
    """What one poll changed."""

    tracks: dict[Icao24, Track]
    """Tracks that moved on, by icao24."""
    forgotten: frozenset[Icao24]
    """Airframes on no list that need not be followed any more."""
    events: tuple[Event, ...]
    """In order of airframe, then of time; reminders last."""
    visits: tuple[Visit, ...]
    reception: Reception = NOTHING_KNOWN
    """Where low traffic is heard, with what this poll has shown."""
    looks: Looks = Looks()
    """Since when polls look for whom, with this one."""


_Around = Sequence[tuple[Box, WatchedAirport | WatchedArea]]
"""Boxes in which strangers are followed, and what for."""


def advance_all(
    tracks: Mapping[Icao24, Track],
    poll: Poll,
    watched: Watched,
    rules: Rules,
    airports: Airports,
    *,
    flown_to: Mapping[Icao24, Visited] = {},
    looks: Looks = Looks(),  # noqa: B008  # nobody can change it
) -> PollChanges:
    """Move every followed airframe on by one poll. ``tracks``, ``looks`` and `Rules.reception` are what the last poll left.

    ``flown_to``: where OpenSky says that airframes of the watchlist have been. Of airframes that are watched for their callsign
    ``watched`` has an entry each: see `passing`.
    """
    now = round(poll.at.timestamp())
    poll, in_dispute = _without_rivals(poll, tracks)
    if poll.tells_of_others:
        rules = replace(rules, reception=learned(rules.reception, poll.vectors, poll.coverage, now))
    moved, forgotten = dict[Icao24, Track](), set[Icao24]()
    events, visits = list[Event](), list[Visit]()
    areas = _followed_around(watched)
    context = context_of(poll, airports, rules, in_dispute)
    tidings = Tidings(watched, looks, context) if rules.news or watched.areas else None
    listed = watched.aircraft_by_icao24
    for before, report in _followed(tracks, poll, watched, areas, flown_to):
        step = _step(before, report, context, watched, tidings)
        events += (heard_by(event, step.track.heard_by) for event in step.events)
        visits += step.visits
        if _is_done(step.track, report, areas, context, is_listed=before.icao24 in listed):
            forgotten.add(before.icao24)
        elif step.track is not before:
            moved[before.icao24] = step.track
    if rules.still_on_ground:
        left = {icao24: track for icao24, track in {**tracks, **moved}.items() if icao24 not in forgotten}
        for track, said in _reminders(left, poll.at, listed.keys(), rules):
            moved[track.icao24] = track
            events.append(said)
    looks = looked(looks, watched, poll.coverage, now, for_aircraft="airborne" in rules.news)
    return PollChanges(moved, frozenset(forgotten), tuple(events), tuple(visits), rules.reception, looks=looks)


def _without_rivals(
    poll: Poll, tracks: Mapping[Icao24, Track]
) -> tuple[Poll, Mapping[Icao24, tuple[StateVector, ...]]]:
    """The poll with one report of each airframe that is said to be at two places at once, and `PollContext.disputed`."""
    if not poll.rivals:
        return poll, {}
    decided = {icao24: taken_as(tracks.get(icao24), places) for icao24, places in poll.rivals.items()}
    left = {icao24: disputed(places, decided[icao24]) for icao24, places in poll.rivals.items()}
    return replace(poll, vectors=poll.vectors + tuple(decided.values()), rivals={}), left


def _followed_around(watched: Watched) -> _Around:
    return [
        *((box_around(w.airport.latitude, w.airport.longitude, WATCH_KM), w) for w in watched.airports),
        *((box_widened(area.box, AROUND_KM), area) for area in watched.areas),
    ]


def _step(
    before: Track, report: StateVector | None, context: PollContext, watched: Watched, tidings: Tidings | None
) -> Step:
    """One airframe's step, as far as it matters: of one on no list, what happens at watched fields; and what is news."""
    step, fields = advance(before, report, context), context.rules.watched
    if before.icao24 not in watched.aircraft_by_icao24 and step.track.visit and not _is_at(step.track.visit, fields):
        step = _at_fields(step, fields)
    if has_left(before, step.track, watched):
        step = replace(step, track=replace(step.track, flying_as=None))
    return step if tidings is None else tidings.of(before, step, report)


def _at_fields(step: Step, fields: frozenset[str]) -> Step:
    """The step with no events and visits but those at these fields."""
    events = tuple(e for e in step.events if e.airport is not None and e.airport.icao in fields)
    return Step(step.track, events, tuple(visit for visit in step.visits if _is_at(visit, fields)))


def _reminders(
    tracks: Mapping[Icao24, Track], now: datetime, listed: Collection[Icao24], rules: Rules
) -> Iterator[tuple[Track, Event]]:
    """Tracks of airframes on the ground for longer than was told, each with a reminder of the longest time that passed."""
    for icao24 in sorted(tracks):
        track, visit = tracks[icao24], tracks[icao24].visit
        if visit is None or not (icao24 in listed or _is_at(visit, rules.watched)):
            continue
        stay = dwell_so_far(visit, now)
        so_far = stay.shortest if stay.best is None else stay.best
        passed = max((after for after in rules.still_on_ground if after <= so_far), default=None)
        if passed is not None and seconds(passed) > track.reminded_s:
            said = reminder(visit, passed, now, track.reports[-SHOWN:])
            yield replace(track, reminded_s=seconds(passed)), heard_by(said, track.heard_by)


def _followed(
    tracks: Mapping[Icao24, Track],
    poll: Poll,
    watched: Watched,
    areas: _Around,
    flown_to: Mapping[Icao24, Visited],
) -> Iterator[tuple[Track, StateVector | None]]:
    """Followed airframes, each with its report, or with None where its absence is a silence."""
    listed, identities = watched.aircraft_by_icao24, watched.identities
    heard = {report.icao24: report for report in poll.vectors if report.category not in VEHICLES}
    # Where no area is watched, a stranger's report matters to nobody: most are strangers'.
    candidates = heard if areas else [icao24 for icao24 in heard if icao24 in listed or icao24 in tracks]
    for icao24 in sorted(candidates):
        report = heard[icao24]
        known = tracks.get(icao24)
        aircraft = listed.get(icao24)
        if aircraft is not None:
            track = known or Track(icao24, aircraft.registration)
            if aircraft.callsign != track.flying_as:
                tail = track.registration or aircraft.registration
                track = replace(track, flying_as=aircraft.callsign, registration=tail)
            yield _recalling(track, flown_to), report
        elif known is not None:
            yield known, report
        elif any(_holds(box, report) and _admits(w, report, identities.get(icao24)) for box, w in areas):
            yield Track(icao24, _tail(icao24), identity=identities.get(icao24)), report
    now = round(poll.at.timestamp())
    vehicles = {report.icao24 for report in poll.vectors if report.category in VEHICLES} if tracks else set()
    for icao24 in sorted(tracks.keys() - heard.keys() - vehicles - poll.unfit):
        if is_silence(tracks[icao24], poll.coverage, now):
            yield _recalling(tracks[icao24], flown_to) if icao24 in listed else tracks[icao24], None


def _admits(place: WatchedAirport | WatchedArea, report: StateVector, identity: Identity | None) -> bool:
    """Tell whether an airport or area is watched for an airframe on no list."""
    return admits(place, report.icao24, _tail(report.icao24), None, callsign=report.callsign, identity=identity)


def _recalling(track: Track, flown_to: Mapping[Icao24, Visited]) -> Track:
    """The track of a listed airframe with where it has flown to. A belief that was made before stays as it is."""
    known = flown_to.get(track.icao24, ())
    return track if track.flown_to == known else replace(track, flown_to=known)


def is_silence(track: Track, coverage: Coverage, now: int) -> bool:
    """Tell whether a poll with this coverage would have returned the airframe, had anyone heard it.

    A box or a circle tells only when the airframe cannot have left it since its last report.
    """
    if coverage.world or track.icao24 in coverage.icao24s:
        return True
    if not track.reports:
        return False
    last = track.reports[-1]
    lat, lon = position(last)
    reach_km = (
        0.0
        if track.phase == "ground"
        else min(track.fastest_ms or MAX_SPEED_MS, MAX_SPEED_MS) * (now - fixed_at(last)) / 1000
    )
    return any(_holds_circle(box, lat, lon, reach_km) for box in coverage.boxes) or any(
        distance_km(lat, lon, circle.latitude, circle.longitude) + reach_km <= circle.radius_km
        for circle in coverage.circles
    )


def _holds_circle(box: Box, lat: float, lon: float, radius_km: float) -> bool:
    around = box_around(lat, lon, radius_km)
    corners = ((around.lat_min, around.lon_min), (around.lat_max, around.lon_max))
    if around.lon_min > around.lon_max and box.lon_min <= box.lon_max:
        return False
    return box_holds(box, lat, lon) and all(box_holds(box, *corner) for corner in corners)


def _holds(box: Box, report: StateVector) -> bool:
    return (
        report.latitude is not None
        and report.longitude is not None
        and box_holds(box, report.latitude, report.longitude)
    )


def _is_away(report: StateVector | None, areas: _Around) -> bool:
    return report is not None and not any(_holds(box, report) for box, _ in areas)


def _tail(icao24: Icao24) -> str | None:
    known = registration_of(icao24)
    return None if known is None else known[0]


def _is_at(visit: Visit, fields: frozenset[str]) -> bool:
    """Tell whether a visit is known to be at one of these fields, given by `Airport.icao`."""
    return visit.airport is not None and visit.airport.icao in fields


def _is_done(
    track: Track,
    report: StateVector | None,
    areas: _Around,
    context: PollContext,
    *,
    is_listed: bool,
) -> bool:
    """Tell whether an airframe can be forgotten. Of those that are listed only one is that is watched for its callsign alone."""
    if not is_listed:
        return _is_over(track, context.at, context.rules.watched, away=_is_away(report, areas))
    is_silent = context.at - (track.heard or context.at) > FORGET_S
    return track.flying_as is not None and track.visit is None and is_silent


def _is_over(track: Track, now: int, fields: frozenset[str], *, away: bool) -> bool:
    """Tell whether an airframe on no list can be forgotten: it is down elsewhere, flew out of every area, or is long silent."""
    visit = track.visit
    if visit is not None and _is_at(visit, fields):
        return False
    is_inside = track.noted is not None and bool(track.noted.inside)
    if visit is not None and not is_inside and (visit.airport is not None or visit.arrival.basis == "observed"):
        return True
    return away or now - (track.heard or now) > FORGET_S
