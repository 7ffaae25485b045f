"""Who is followed, and one airframe's step: polls move all airframes, archives take them one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.areas import WatchedArea
from flightwatch.core.geo import box_around, box_holds, box_widened
from flightwatch.core.model import Box, Event, Icao24, StateVector, seconds
from flightwatch.core.registration import registration_of
from flightwatch.core.visits import Visit, dwell_so_far
from flightwatch.core.watched import Watched, WatchedAirport, admits
from flightwatch.tracking.advance import advance
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.events import heard_by, reminder
from flightwatch.tracking.passing import has_left
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.reports import SHOWN
from flightwatch.tracking.tidings import Tidings
from flightwatch.tracking.track import Rules, Step, Track

WATCH_KM = 250.0
"""How far around a watched airport every aircraft is followed, km: an arrival at Pyongyang is lost up to 200 km out, and
from there to touchdown takes 20 minutes, the slowest cadence an anonymous account affords."""

AROUND_KM = 50.0
"""How far around a watched area every aircraft is followed, km, so that who enters it was mostly heard outside before: three
minutes of flight, at polls a minute apart."""

FORGET_S = 3 * 86400
"""Silence after which an airframe that is on no list is forgotten, s."""


Around = Sequence[tuple[Box, WatchedAirport | WatchedArea]]
"""Boxes in which strangers are followed, and what for."""


class Following(Struct, frozen=True):
    """Whom a watchlist follows, and how one of them moves on."""

    watched: Watched
    around: Around
    rules: Rules
    """As far as they do not change from poll to poll."""

    @classmethod
    def of(cls, watched: Watched, rules: Rules) -> "Following":
        """Whom this is who is watched."""
        return cls(watched, followed_around(watched), rules)

    def is_listed(self, icao24: Icao24) -> bool:
        """Tell whether an airframe is on the list, or followed as those that are."""
        return icao24 in self.watched.aircraft_by_icao24

    def heard(self, known: Track | None, report: StateVector) -> Track | None:
        """The track of an airframe before a report of it; None: nobody follows it."""
        aircraft = self.watched.aircraft_by_icao24.get(report.icao24)
        if aircraft is not None:
            track = known or Track(report.icao24, aircraft.registration)
            if aircraft.callsign == track.flying_as:
                return track
            tail = track.registration or aircraft.registration
            return replace(track, flying_as=aircraft.callsign, registration=tail)
        if known is not None:
            return known
        return self._met(report) if any(self._is_for(place, report, box) for box, place in self.around) else None

    def _met(self, report: StateVector) -> Track:
        icao24 = report.icao24
        return Track(icao24, _tail(icao24), identity=self.watched.identities.get(icao24))

    def _is_for(self, place: WatchedAirport | WatchedArea, report: StateVector, box: Box) -> bool:
        """Tell whether an airport or area, around which lies a box, is watched for an airframe on no list."""
        identity = self.watched.identities.get(report.icao24)
        return holds(box, report) and admits(
            place, report.icao24, _tail(report.icao24), None, callsign=report.callsign, identity=identity
        )

    def step(self, before: Track, report: StateVector | None, context: PollContext, tidings: Tidings | None) -> Step:
        """One airframe's step, as far as it matters: of one on no list, what happens at watched fields; and what is news."""
        step, fields = advance(before, report, context), self.rules.watched
        if not self.is_listed(before.icao24) and step.track.visit and not _is_at(step.track.visit, fields):
            step = _at_fields(step, fields)
        if has_left(before, step.track, self.watched):
            step = replace(step, track=replace(step.track, flying_as=None))
        step = step if tidings is None else tidings.of(before, step, report)
        if not step.events:
            return step
        return replace(step, events=tuple(heard_by(event, step.track.heard_by) for event in step.events))

    def is_done(self, track: Track, report: StateVector | None, now: int) -> bool:
        """Tell whether an airframe can be forgotten. Of those listed only one is that is watched for its callsign alone."""
        if not self.is_listed(track.icao24):
            is_away = report is not None and not any(holds(box, report) for box, _ in self.around)
            return _is_over(track, now, self.rules.watched, away=is_away)
        is_silent = now - (track.heard or now) > FORGET_S
        return track.flying_as is not None and track.visit is None and is_silent

    def reminded(self, track: Track, now: datetime) -> tuple[Track, Event] | None:
        """The track of an airframe on the ground for longer than was told, with a reminder of the longest time that passed."""
        visit, rules = track.visit, self.rules
        if visit is None or not (self.is_listed(track.icao24) or _is_at(visit, rules.watched)):
            return None
        stay = dwell_so_far(visit, now)
        so_far = stay.shortest if stay.best is None else stay.best
        passed = max((after for after in rules.still_on_ground if after <= so_far), default=None)
        if passed is None or seconds(passed) <= track.reminded_s:
            return None
        said = reminder(visit, passed, now, track.reports[-SHOWN:])
        return replace(track, reminded_s=seconds(passed)), heard_by(said, track.heard_by)


def followed_around(watched: Watched) -> Around:
    """The boxes in which everybody is followed."""
    return [
        *((box_around(w.airport.latitude, w.airport.longitude, WATCH_KM), w) for w in watched.airports),
        *((box_widened(area.box, AROUND_KM), area) for area in watched.areas),
    ]


def recalling(track: Track, flown_to: Mapping[Icao24, Visited]) -> Track:
    """The track of a listed airframe with where it has flown to. A belief that was made before stays as it is."""
    known = flown_to.get(track.icao24, ())
    return track if track.flown_to == known else replace(track, flown_to=known)


def holds(box: Box, report: StateVector) -> bool:
    """Tell whether a report is from a box."""
    return (
        report.latitude is not None
        and report.longitude is not None
        and box_holds(box, report.latitude, report.longitude)
    )


def _at_fields(step: Step, fields: frozenset[str]) -> Step:
    """The step with no events and visits but those at these fields."""
    events = tuple(e for e in step.events if e.airport is not None and e.airport.icao in fields)
    return Step(step.track, events, tuple(visit for visit in step.visits if _is_at(visit, fields)))


def _tail(icao24: Icao24) -> str | None:
    known = registration_of(icao24)
    return None if known is None else known[0]


def _is_at(visit: Visit, fields: frozenset[str]) -> bool:
    """Tell whether a visit is known to be at one of these fields, given by `Airport.icao`."""
    return visit.airport is not None and visit.airport.icao in fields


def _is_over(track: Track, now: int, fields: frozenset[str], *, away: bool) -> bool:
    """Tell whether an airframe on no list can be forgotten: it is down elsewhere, flew out of every area, or is long silent."""
    visit = track.visit
    if visit is not None and _is_at(visit, fields):
        return False
    is_inside = track.noted is not None and bool(track.noted.inside)
    if visit is not None and not is_inside and (visit.airport is not None or visit.arrival.basis == "observed"):
        return True
    return away or now - (track.heard or now) > FORGET_S
