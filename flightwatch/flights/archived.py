"""What was watched and what archives tell, together: a visit is told once, with the better known of its ends."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from flightwatch.core.geo import distance_km
from flightwatch.core.visits import Moment, Visit, gone_by
from flightwatch.flights.combined import is_same_stay, outside, stood

SAME_PLACE_KM = 5.0
"""Distance within which two stays where there is no field are at the same place, km."""


def with_archived(recorded: Sequence[Visit], archived: Iterable[Visit]) -> list[Visit]:
    """Visits of one airframe that were watched, and those that archives tell of, oldest first; none that was taken back.

    What was seen goes before what was inferred, whoever saw it; else what was watched goes before what an archive tells. So a
    watched visit that was inferred is left out where an archive saw it land elsewhere. An archived one that goes on when its
    archive ends is over when the next begins.
    """
    found = [visit for visit in recorded if visit.retracted_at is None]
    for guess in sorted(archived, key=lambda visit: visit.arrival.latest):
        same = next((number for number, visit in enumerate(found) if is_same(guess, visit)), None)
        if same is not None:
            found[same] = refined(found[same], guess)
            continue
        found = [visit for visit in found if not contradicts(guess, visit)]
        rest = [guess]
        for visit in found:
            rest = [left for whole in rest for left in outside(whole, visit)]
        found += rest
    found.sort(key=lambda visit: (visit.arrival.latest, visit.id))
    return [_ended(visit, found) for visit in found]


def is_same(guess: Visit, visit: Visit) -> bool:
    """Tell whether an archived visit tells again of one that is known."""
    if guess.airport is not None and visit.airport is not None:
        return is_same_stay(guess, visit)
    if not _overlap(guess, visit):
        return False
    if guess.airport is None and visit.airport is None:
        away_km = distance_km(guess.latitude, guess.longitude, visit.latitude, visit.longitude)
        return away_km <= SAME_PLACE_KM
    # A landing whose field is open, and one that was seen: the same flight came down there.
    known = visit if guess.airport is None else guess
    return known.arrival.basis == "observed"


def contradicts(guess: Visit, visit: Visit) -> bool:
    """Tell whether an archive saw it come down elsewhere at the time of a watched visit that was only inferred."""
    is_inferred = visit.arrival.basis == "inferred" and visit.arrival.archive is None
    return is_inferred and guess.arrival.basis == "observed" and guess.arrival.at is not None and _overlap(guess, visit)


def refined(visit: Visit, guess: Visit) -> Visit:
    """A visit with what an archive knows better: ends that it saw, the place where that was open, and ends that nobody knew."""
    came, left = visit.arrival, visit.departure
    if _is_better(guess.arrival, came) and (left is None or guess.arrival.latest <= left.latest):
        came = guess.arrival
        if visit.airport is None or guess.arrival.basis == "observed":
            visit = replace(visit, airport=guess.airport, latitude=guess.latitude, longitude=guess.longitude)
    if guess.departure is not None and guess.departure.at is not None and guess.departure.latest >= came.latest:
        if left is None or _is_better(guess.departure, left):
            left = guess.departure
    elif left is not None and not left.is_known and guess.departure is not None:
        left = max(left, guess.departure, key=lambda end: end.earliest or end.latest)
    return replace(visit, arrival=came, departure=left)


def _is_better(ours: Moment, theirs: Moment) -> bool:
    """Tell whether an end is known better than the other: it was seen and the other was not, or it has a time."""
    if ours.at is None:
        return False
    return theirs.at is None or (ours.basis == "observed" and theirs.basis == "inferred")


def _overlap(one: Visit, other: Visit) -> bool:
    (begin, end), (since, until) = stood(one), stood(other)
    return (until is None or begin < until) and (end is None or since < end)


def _ended(visit: Visit, found: Sequence[Visit]) -> Visit:
    """An archived visit that may go on, until the next that begins after it."""
    if visit.arrival.archive is None or not visit.may_be_there:
        return visit
    following = min((v.arrival.latest for v in found if v.arrival.latest > visit.arrival.latest), default=None)
    return visit if following is None else gone_by(visit, following, visit.known_until)
