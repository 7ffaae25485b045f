"""Visits out of OpenSky's flights.

Two flights make a visit when all between them was asked and they agree on the place. Arrival, departure and dwell are then
worked out as for a stay that polls did not see (``tracking/hindsight.py``). Where they do not agree, the end of one visit and the
beginning of the other are unknown: nobody knows where it was meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.ids import identity
from flightwatch.core.model import Airport, instant
from flightwatch.core.visits import ESTIMATED, Moment, Visit, gone_by, may_be_there
from flightwatch.flights.ends import DOWN, ENDING_MS, End, Ends, end_of
from flightwatch.flights.model import TRACK_AGE_S, Flight, is_known, known_until
from flightwatch.tracking.events import place_of
from flightwatch.tracking.leaving import MIN_STAY_S
from flightwatch.tracking.motion import Motion
from flightwatch.tracking.way_down import stay_moments

TOUCH_S = 300
"""Least time on the ground, s, that is a visit however low it was heard: an aircraft that rolls on and takes off again was not
there, nor does OpenSky cut a flight in two only where it landed."""

UNBOUNDED_S = 2 * 86_400
"""Time from the known end of a visit to the unknown one where nothing bounds that, s: it dates the known end."""


class Estimates(Struct, frozen=True):
    """What OpenSky's flights tell of one airframe."""

    visits: tuple[Visit, ...]
    """Newest first. An end that nobody knows is a moment without a time, between the bounds that are known."""
    unplaced: tuple[datetime, ...]
    """Instants of the landings between two flights that can be put at no airport, as none is sure."""
    have: frozenset[int] = frozenset()
    """The days and nights that the estimates rest on (`flights.model.settled`)."""
    left: tuple[datetime, ...] = ()
    """Instants at which its flights were first heard, wherever that was, oldest first."""


def estimate_id(*parts: str | int) -> str:
    """The id of a visit that no poll found, made of the parts as `identity` makes it."""
    return f"opensky-{identity('visit', *parts)}"


def to_ask_tracks(
    flights: Sequence[Flight], known: Collection[int], airports: Airports, now: datetime
) -> tuple[Flight, ...]:
    """The flights with an end that stays open, newest first: those whose track can still be had and is not yet known.

    ``flights`` in order; ``known`` holds ``first_seen`` of those whose track was asked.
    """
    oldest = round(now.timestamp()) - TRACK_AGE_S
    ends = [(end_of(f, "departure", airports), end_of(f, "arrival", airports)) for f in flights]
    wanted = set()
    for n, (_, came) in enumerate(ends):
        left = ends[n + 1][0] if n + 1 < len(ends) else End(came.at)
        if _same_field(came, left) is not None:
            continue
        if came.field is None:
            wanted.add(n)
        if left.field is None and n + 1 < len(ends):
            wanted.add(n + 1)
    return tuple(
        flight
        for n in sorted(wanted, reverse=True)
        if (flight := flights[n]).first_seen > oldest and flight.first_seen not in known
    )


def estimates_of(
    flights: Sequence[Flight],
    have: Collection[int],
    registration: str | None,
    airports: Airports,
    now: datetime,
    tracks: Mapping[int, Ends] = MappingProxyType({}),
) -> Estimates:
    """The visits that one airframe's flights tell of; ``flights`` in order (see `flights.model.in_order`).

    ``have`` holds the days and nights of which the answer is final (`flights.model.settled`): what lies between them may hide a
    flight. ``tracks`` gives by ``first_seen`` what a flight's own track tells. No visit is open, as OpenSky never tells of
    today: the last one ends, at a time that nobody knows, not before the last that is known (`may_be_there`).
    """
    visits: list[Visit] = []
    unplaced: list[datetime] = []
    before: tuple[Flight, End] | None = None
    for flight in flights:
        told = tracks.get(flight.first_seen, Ends(None, None))
        left = told.departure or end_of(flight, "departure", airports)
        if before is None:
            visits += _from_nowhere(left, None, flight, registration)
        else:
            came_by, came = before
            field = _same_field(came, left) if is_known(came.at, left.at, have) else None
            if field is not None:
                visits += _stay(came_by, came, left, field, registration)
            else:
                visits += _to_nowhere(came_by, came, left.at, registration)
                visits += _from_nowhere(left, came.at, flight, registration)
                if came.field is None and left.field is None:
                    unplaced.append(instant(came.at))
        before = flight, told.arrival or end_of(flight, "arrival", airports)
    if before is not None:
        flight, came = before
        for visit in _to_nowhere(flight, came, None, registration):
            visits.append(may_be_there(visit, instant(known_until(came.at, have)), now))
    begun = tuple(instant(flight.first_seen) for flight in flights)
    return Estimates(tuple(reversed(visits)), tuple(unplaced), frozenset(have), begun)


def _same_field(came: End, left: End) -> Airport | None:
    """The field both ends agree on: one of them is sure of it, and the other names it too, surely or not."""
    if came.guess is None or left.guess is None or came.guess.icao != left.guess.icao:
        return None
    return came.field or left.field


def _stay(came_by: Flight, came: End, left: End, field: Airport, registration: str | None) -> list[Visit]:
    sure = max(came.confidence, left.confidence)
    arrival, departure = stay_moments(
        came.motion or _on(field, came.at), left.motion or _on(field, left.at), field, sure
    )
    if left.at - came.at < (TOUCH_S if sure >= DOWN else MIN_STAY_S):
        return []  # a circuit, or a hole in reception
    return [_visit(came_by, field, arrival, departure, registration=registration, key=f"came {came.at}")]


def _to_nowhere(came_by: Flight, came: End, heard_again: int | None, registration: str | None) -> list[Visit]:
    """The visit that an arrival begins and whose end nobody knows, if the arrival has a place."""
    if came.field is None or came.motion is None:
        return []
    then = came.motion.at + UNBOUNDED_S if heard_again is None else heard_again
    arrival, _ = stay_moments(came.motion, _on(came.field, then), came.field, came.confidence)
    visit = _visit(came_by, came.field, arrival, None, registration=registration, key=f"came {came.at}")
    return [gone_by(visit, instant(then))]


def _from_nowhere(left: End, lost: int | None, left_by: Flight, registration: str | None) -> list[Visit]:
    """The visit that a departure ends and whose beginning nobody knows, if the departure has a place."""
    if left.field is None or left.motion is None:
        return []
    since = left.motion.at - UNBOUNDED_S if lost is None else lost
    _, departure = stay_moments(_on(left.field, since), left.motion, left.field, left.confidence)
    earliest = None if lost is None else min(instant(lost), departure.latest)  # flights may touch
    arrival = Moment(None, earliest, departure.latest, "inferred", left.confidence)
    return [_visit(left_by, left.field, arrival, departure, registration=registration, key=f"left {left.at}")]


def _on(field: Airport, at: int) -> Motion:
    """A motion of an aircraft that stands on the field at Unix second ``at``."""
    return Motion(at, field.latitude, field.longitude, field.elevation_m or 0.0, speed_ms=ENDING_MS)


def _visit(
    flight: Flight, field: Airport, arrival: Moment, departure: Moment | None, *, registration: str | None, key: str
) -> Visit:
    return Visit(
        id=estimate_id(flight.icao24, key),
        icao24=flight.icao24,
        registration=registration,
        callsign=(flight.callsign or "").strip() or None,
        airport=place_of(field),
        latitude=field.latitude,
        longitude=field.longitude,
        arrival=replace(arrival, source=ESTIMATED),
        landing=None,
        departure=departure and replace(departure, source=ESTIMATED),
    )
