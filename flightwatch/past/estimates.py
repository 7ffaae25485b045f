"""Visits out of OpenSky's flights.

Two flights make a visit when all between them was asked and they agree on the place. Arrival, departure and dwell are then
worked out as for a stay that polls did not see (``tracking/gap.py``). Where they do not agree, the end of one visit and the
beginning of the other are unknown: nobody knows where it was meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.airports import Airports
from flightwatch.model import Airport, instant
from flightwatch.past.flight_ends import DOWN, ENDING_MS, End, Ends, end_of
from flightwatch.past.flights import TRACK_AGE_S, Flight, is_known, known_until
from flightwatch.tracking.events import identity, place_of
from flightwatch.tracking.gap import stay_moments
from flightwatch.tracking.leaving import MIN_STAY_S
from flightwatch.tracking.motion import Motion
from flightwatch.visits import Moment, Visit, gone_by, may_be_there
from flightwatch.words.record import Span, without

SOURCE = "opensky-"
"""What the ids of these visits begin with."""

SAME_STAY = timedelta(hours=1)
"""An estimated stay that ends no longer than this before a watched one at the same field begins, or the other way about, is the
same: OpenSky's first and last message and ours need not be."""

TOUCH_S = 300
"""Least time on the ground, s, that is a visit however low it was heard: who rolls on and takes off again was not there, nor
does OpenSky cut a flight in two only where it landed."""

TOUCH = timedelta(seconds=TOUCH_S)

LAST_HEARD = timedelta(hours=2)
"""How far apart OpenSky's last message of a flight and a landing that was watched may be, for both to be one."""

UNBOUNDED_S = 2 * 86_400
"""Where nothing bounds the unknown end of a visit, the known one is reckoned as if it were so far away, s."""


class Past(Struct, frozen=True):
    """What OpenSky's flights tell of one airframe."""

    visits: tuple[Visit, ...]
    """Newest first. An end that nobody knows is a moment without a time, between the bounds that are known."""
    unplaced: tuple[datetime, ...]
    """When each landing between two flights was that can be put nowhere, as no airport is sure."""
    have: frozenset[int] = frozenset()
    """The days and nights that it rests on (``flights.settled``)."""
    left: tuple[datetime, ...] = ()
    """When its flights were first heard, wherever that was, oldest first."""


def is_estimate(visit: Visit) -> bool:
    """Whether a visit rests on OpenSky's estimate of where flights began and ended, and not on what was watched."""
    return visit.id.startswith(SOURCE)


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


def past(
    flights: Sequence[Flight],
    have: Collection[int],
    registration: str | None,
    airports: Airports,
    now: datetime,
    tracks: Mapping[int, Ends] = MappingProxyType({}),
) -> Past:
    """The visits that one airframe's flights tell of; ``flights`` in order (see ``flights.in_order``).

    ``have`` holds the days and nights of which the answer is final (``flights.settled``): what lies between them may hide a
    flight. ``tracks`` gives by ``first_seen`` what a flight's own track tells. No visit is open, as OpenSky never tells of
    today: the last one ends, with confidence 0, at an unknown time between the last that is known and ``now``.
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
    return Past(tuple(reversed(visits)), tuple(unplaced), frozenset(have), begun)


def combined(recorded: Sequence[Visit], past: Past, watched: Sequence[Span]) -> list[Visit]:
    """Visits that were watched and visits that OpenSky estimates, newest first; of one airframe.

    In the times of ``watched`` what was found is all there is. Elsewhere a watched visit goes before an estimated one that
    has it at another place meanwhile: of that only the ends outside are left, as it was in the dark between. A visit that it
    was found in, whose beginning nobody saw, takes its arrival from OpenSky and is then an estimate itself; one whose end nobody
    saw takes that. Both only where what was asked leaves no time in which it may have been elsewhere.
    """
    guesses = [guess for guess in past.visits if not _is_within(guess.arrival.latest, watched)]
    left = [at for at in past.left if not _is_within(at, watched)]
    found = [_ended(visit, recorded, guesses, left, past.have, watched) for visit in recorded]
    joined = {visit.id: visit for visit in found}
    kept: list[Visit] = []
    for guess in guesses:
        same = next((v for v in found if _goes_on(guess, v, found)), None)
        if same is not None:
            joined[same.id] = replace(same, id=SOURCE + same.id, arrival=guess.arrival)
        elif not any(_is_same_stay(guess, v) for v in found):
            parts = [guess]
            for visit in found:
                parts = [part for whole in parts for part in _outside(whole, visit)]
            kept += parts
    return sorted([*joined.values(), *kept], key=lambda v: (v.arrival.latest, v.id), reverse=True)


def unplaced(recorded: Sequence[Visit], past: Past, watched: Sequence[Span]) -> list[datetime]:
    """When each landing that OpenSky knows of and cannot place was, without those that were watched."""
    came = [visit.arrival.at or visit.arrival.latest for visit in recorded]
    return [
        at
        for at in past.unplaced
        if not _is_within(at, watched) and not any(abs(at - its) <= LAST_HEARD for its in came)
    ]


def _is_within(at: datetime, spans: Iterable[Span]) -> bool:
    return any(span.since <= at < span.until for span in spans)


def _ended(
    watched: Visit,
    recorded: Sequence[Visit],
    guesses: Sequence[Visit],
    left: Sequence[datetime],
    have: Collection[int],
    looked: Sequence[Span],
) -> Visit:
    """A watched visit; one that is open ends with the first flight that OpenSky knows of since, or the next watched visit.

    At the time of that flight's take-off where it is known to have been from there, else at an unknown time before.
    """
    if not watched.is_open:
        return watched
    there = watched.arrival.latest
    elsewhere = min((v.arrival.latest for v in recorded if v.arrival.latest > there), default=None)
    flown = next((at for at in left if at > there + TOUCH), None)
    if flown is None or (elsewhere is not None and elsewhere < flown):
        return watched if elsewhere is None else gone_by(watched, elsewhere)
    for guess in guesses:
        came, gone = guess.arrival, guess.departure
        if (
            guess.airport == watched.airport
            and gone is not None
            and gone.at is not None
            and there < gone.latest <= flown
        ):
            is_same = came.at is not None and came.at <= there + SAME_STAY
            if is_same or _is_covered(there, flown, have, looked):
                return replace(watched, departure=gone)
    seen_until = next((span.until for span in looked if span.since <= there < span.until), None)
    return gone_by(watched, flown, seen_until)


def _is_covered(since: datetime, until: datetime, have: Collection[int], looked: Sequence[Span]) -> bool:
    """Whether every flight between two instants would be known: polls looked for it, or OpenSky was asked."""
    rest = without(Span(since, until), looked)
    return all(is_known(round(span.since.timestamp()), round(span.until.timestamp()), have) for span in rest)


def _goes_on(guess: Visit, watched: Visit, found: Sequence[Visit]) -> bool:
    """Whether an estimated visit is the one that the airframe was found in when watching began."""
    came, left, there = guess.arrival, guess.departure, watched.arrival.latest
    if watched.arrival.at is not None or guess.airport is None or guess.airport != watched.airport:
        return False
    if came.at is None or came.latest > there or left is None:
        return False
    until = left.latest if left.at is not None else left.earliest if guess.may_be_there else None
    if until is None or until < there:
        return False
    earlier = (v for v in found if v.arrival.latest < there)
    return not any(v.departure is None or v.departure.latest > came.latest for v in earlier)


def _is_same_stay(guess: Visit, watched: Visit) -> bool:
    """Whether an estimated visit tells again of one that was watched."""
    if guess.airport is None or guess.airport != watched.airport or watched.retracted_at is not None:
        return False
    came, left = guess.arrival, guess.departure
    if watched.departure is not None and came.at is not None and (came.earliest or came.at) > watched.departure.latest:
        return False  # it came again
    its = watched.arrival
    if its.at is not None and left is not None and left.at is not None and left.latest < (its.earliest or its.at):
        return False  # it had been there before
    (begin, end), (since, until) = _stood(guess), _stood(watched)
    return (until is None or begin <= until + SAME_STAY) and (end is None or since <= end + SAME_STAY)


def _outside(guess: Visit, watched: Visit) -> list[Visit]:
    """What is left of an estimated visit beside a watched one at another place: the ends before and after it."""
    (begin, end), (since, until) = _stood(guess), _stood(watched)
    left = guess.departure
    if until is not None and until <= begin:
        came = guess.arrival
        if came.at is not None or came.earliest is None or came.earliest >= until:
            return [guess]
        return [replace(guess, arrival=replace(came, earliest=min(until, came.latest)))]
    if end is not None and end <= since:
        return [
            guess if left is None or left.at is not None else gone_by(guess, min(left.latest, watched.arrival.latest))
        ]
    parts = []
    if guess.arrival.at is not None and guess.arrival.latest < since:
        parts.append(gone_by(guess, watched.arrival.latest))
    if left is not None and left.at is not None and until is not None and (left.earliest or left.at) > until:
        arrival = Moment(None, until, left.latest, left.basis, left.confidence)
        parts.append(replace(guess, id=f"{SOURCE}{identity('visit', guess.icao24, guess.id, 'left')}", arrival=arrival))
    return parts


def _stood(visit: Visit) -> tuple[datetime, datetime | None]:
    """From when to when it was there, as far as anybody can tell; None: it still is."""
    came, left = visit.arrival, visit.departure
    begin = came.latest if came.at is None else came.earliest or came.latest
    if left is None:
        return begin, None
    if left.at is not None:
        return begin, left.latest
    # That no flight is known of is no proof that there was none.
    return begin, max(came.latest, (left.earliest if left.confidence else None) or came.latest)


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
    return [_visit(came_by, field, arrival, departure, registration, f"came {came.at}")]


def _to_nowhere(came_by: Flight, came: End, heard_again: int | None, registration: str | None) -> list[Visit]:
    """The visit that an arrival begins and whose end nobody knows, if the arrival has a place."""
    if came.field is None or came.motion is None:
        return []
    then = came.motion.at + UNBOUNDED_S if heard_again is None else heard_again
    arrival, _ = stay_moments(came.motion, _on(came.field, then), came.field, came.confidence)
    visit = _visit(came_by, came.field, arrival, None, registration, f"came {came.at}")
    return [gone_by(visit, instant(then))]


def _from_nowhere(left: End, lost: int | None, left_by: Flight, registration: str | None) -> list[Visit]:
    """The visit that a departure ends and whose beginning nobody knows, if the departure has a place."""
    if left.field is None or left.motion is None:
        return []
    since = left.motion.at - UNBOUNDED_S if lost is None else lost
    _, departure = stay_moments(_on(left.field, since), left.motion, left.field, left.confidence)
    earliest = None if lost is None else min(instant(lost), departure.latest)  # flights may touch
    arrival = Moment(None, earliest, departure.latest, "inferred", left.confidence)
    return [_visit(left_by, left.field, arrival, departure, registration, f"left {left.at}")]


def _on(field: Airport, at: int) -> Motion:
    """Standing on the field."""
    return Motion(at, field.latitude, field.longitude, field.elevation_m or 0.0, ENDING_MS, None, None, None)


def _visit(
    flight: Flight, field: Airport, arrival: Moment, departure: Moment | None, registration: str | None, key: str
) -> Visit:
    return Visit(
        id=SOURCE + identity("visit", flight.icao24, key),
        icao24=flight.icao24,
        registration=registration,
        callsign=(flight.callsign or "").strip() or None,
        airport=place_of(field),
        latitude=field.latitude,
        longitude=field.longitude,
        arrival=arrival,
        landing=None,
        departure=departure,
    )
