"""A visit whose landing nobody saw, and what a trace of that time says of it: it was there, it was not, or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.geo import distance_km
from flightwatch.core.model import Event, Share, StateVector, instant
from flightwatch.core.spans import Span
from flightwatch.core.visits import WATCHED, Moment, Visit, confirmed
from flightwatch.flights.archived import SAME_PLACE_KM, contradicts, is_same
from flightwatch.flights.combined import is_same_stay
from flightwatch.tracking.events import retraction
from flightwatch.tracking.motion import fixed_at
from flightwatch.tracking.past import Past

FLIES_ON_S: Final = 600
"""How long after its landing was due an aircraft must be heard flying, s, and the longest time without a report on the way there:
it cannot have come down and gone up again meanwhile."""

BEFORE: Final = timedelta(hours=1)
"""How much of the flight before a landing is looked at: traces begin where it was heard at all."""

LONGEST_DEPARTURE: Final = timedelta(days=2)
"""Longest time in which a departure may lie for its days to be looked at."""


class Evidence(Struct, frozen=True):
    """What is known of an airframe beside one of its visits."""

    recorded: Sequence[Visit]
    """What polls found of it."""
    past: Past
    """What traces tell of it."""
    reports: Sequence[StateVector]
    """All that the traces hold, oldest first."""
    source: str
    """Whose traces they are."""
    now: datetime


class Verdict(Struct, frozen=True):
    """What a trace says of a visit whose landing was inferred."""

    visit: Visit
    """As it is known now: observed, or taken back."""
    instead: Visit | None = None
    """Where it was seen to land at that time; None: nowhere else, or it was not taken back."""
    events: tuple[Event, ...] = ()
    """What is to be told: a correction, and the landing that was seen; empty where it was confirmed."""

    @property
    def is_confirmed(self) -> bool:
        """Tell whether it landed there."""
        return self.visit.retracted_at is None


def time_to_look_at(visit: Visit) -> list[Span]:
    """The times whose traces may say whether an inferred landing was one, and when the visit ended."""
    came, left = visit.arrival, visit.departure
    spans = [Span((came.earliest or came.latest) - BEFORE, came.latest + timedelta(seconds=FLIES_ON_S))]
    if left is not None and left.is_known and left.basis == "inferred":
        begin = left.earliest or left.latest
        if left.latest - begin <= LONGEST_DEPARTURE:
            spans.append(Span(begin, left.latest + timedelta(seconds=1)))
    return spans


def verdict(visit: Visit, landing: Event | None, known: Evidence) -> Verdict | None:
    """What traces say of a visit, whose event is ``landing``; None: nothing that was seen. What they infer changes nothing."""
    past = known.past
    seen = [each for each in past.visits if each.arrival.basis == "observed"]
    same = next((each for each in seen if is_same(each, visit)), None)
    if same is not None:
        return Verdict(_confirmed(visit, same))
    elsewhere = next((each for each in seen if contradicts(each, visit) and _is_apart(each, visit)), None)
    if elsewhere is not None:
        return _taken_back(visit, landing, elsewhere, known)
    heard = None if any(_overlaps(each, visit) for each in past.visits) else _flies_on(visit, known.reports)
    if heard is None:
        return None
    return Verdict(_undone(visit, heard), events=_corrections(visit, landing, heard, known))


def _confirmed(visit: Visit, seen: Visit) -> Visit:
    """The visit with the ends that were seen, as polls would have it."""
    came, left = seen.arrival, seen.departure
    if visit.airport is None and seen.airport is not None:
        visit = replace(visit, airport=seen.airport, latitude=seen.latitude, longitude=seen.longitude)
    if came.at is None:
        visit = confirmed(visit, max(came.latest, visit.arrival.earliest or came.latest))
    else:
        visit = replace(visit, arrival=replace(came, source=WATCHED))
    ours = visit.departure
    if ours is not None and ours.basis == "inferred" and left is not None and left.basis == "observed":
        visit = replace(visit, departure=replace(left, source=WATCHED))
    elif ours is not None:
        visit = replace(visit, departure=_not_before(ours, visit.arrival.latest))
    return visit


def _not_before(left: Moment, came: datetime) -> Moment:
    """A departure that is not before an arrival that is now known to have been later."""
    latest = max(left.latest, came)
    return replace(
        left,
        at=None if left.at is None else max(left.at, came),
        earliest=None if left.earliest is None else min(max(left.earliest, came), latest),
        latest=latest,
    )


def _is_apart(seen: Visit, visit: Visit) -> bool:
    """Tell whether two stays cannot be one by their places."""
    if seen.airport is not None and seen.airport == visit.airport:
        return False
    return distance_km(seen.latitude, seen.longitude, visit.latitude, visit.longitude) > SAME_PLACE_KM


def _overlaps(seen: Visit, visit: Visit) -> bool:
    left = visit.departure
    until = None if left is None or not left.is_known else left.latest
    begins = until is None or seen.arrival.latest < until
    return begins and seen.known_until > (visit.arrival.earliest or visit.arrival.latest)


def _flies_on(visit: Visit, reports: Sequence[StateVector]) -> StateVector | None:
    """The report of a flight that went on without a pause when it had landed by then; None: there is none."""
    since = (visit.arrival.earliest or visit.arrival.latest).timestamp()
    until = visit.arrival.latest.timestamp() + FLIES_ON_S
    before: StateVector | None = None
    for report in reports:
        at = fixed_at(report)
        if report.on_ground or (before is not None and at - fixed_at(before) > FLIES_ON_S):
            before = None
        if report.on_ground:
            continue
        if before is None and at > since:
            return None
        if at >= until:
            return report
        before = report
    return None


def _undone(visit: Visit, heard: StateVector) -> Visit:
    return replace(visit, retracted_at=instant(fixed_at(heard)))


def _corrections(
    visit: Visit,
    landing: Event | None,
    heard: StateVector,
    known: Evidence,
    instead: tuple[Share, ...] = (),
) -> tuple[Event, ...]:
    """The correction of a landing, contradicted by a report; empty where it was no event."""
    if landing is None:
        return ()
    said = retraction(
        visit,
        fixed_at(heard),
        detected_at=known.now,
        evidence=tuple(sorted((*landing.evidence[-1:], heard), key=fixed_at)),
        sure=1.0,
        instead=instead,
    )
    return (replace(said, heard_by=(known.source,)),)


def _taken_back(visit: Visit, landing: Event | None, seen: Visit, known: Evidence) -> Verdict:
    """The visit taken back, and the one that was seen instead, unless polls found that already."""
    events = [event for event in known.past.events if event.visit == seen.id]
    heard = next((event.evidence[-1] for event in events if event.id == seen.landing and event.evidence), None)
    if heard is None:
        return Verdict(replace(visit, retracted_at=seen.arrival.latest))
    place = seen.airport
    instead = () if place is None else (Share(place.icao, place.iata, place.name, 1.0),)
    said = _corrections(visit, landing, heard, known, instead)
    is_known = any(each.id != visit.id and is_same_stay(seen, each) for each in known.recorded)
    if is_known:
        return Verdict(_undone(visit, heard), events=said)
    told = tuple(replace(event, detected_at=known.now) for event in events)
    return Verdict(_undone(visit, heard), instead=seen, events=(*said, *told))
