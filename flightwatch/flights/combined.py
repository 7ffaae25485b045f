"""What was watched and what OpenSky estimates, together: nobody stands in two places, and what is not known stays open."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from flightwatch.core.spans import Span, without
from flightwatch.core.visits import Visit, gone_by
from flightwatch.flights.estimates import TOUCH_S, Estimates, estimate_id
from flightwatch.flights.model import is_known

SAME_STAY = timedelta(hours=1)
"""An estimated stay that ends no longer than this before a watched one at the same field begins, or the other way about, is the
same: OpenSky's first and last message and ours need not be."""

TOUCH = timedelta(seconds=TOUCH_S)

LAST_HEARD = timedelta(hours=2)
"""Longest time between OpenSky's last message of a flight and a watched landing that are taken for one."""


def combined(recorded: Sequence[Visit], estimates: Estimates, watched: Sequence[Span]) -> list[Visit]:
    """Visits of one airframe that were watched, and those that OpenSky estimates, newest first.

    In the times of ``watched`` what was found is all there is. Elsewhere a watched visit goes before an estimated one that
    has it at another place meanwhile: of that only the ends outside are left, as it was in the dark between. A visit that it
    was found in, whose beginning nobody saw, takes its arrival from OpenSky and is then an estimate itself; one whose end nobody
    saw takes that. Both only where it cannot have been elsewhere meanwhile, as polls or OpenSky were asked.
    """
    unwatched = replace(
        estimates,
        visits=tuple(guess for guess in estimates.visits if not _is_within(guess.arrival.latest, watched)),
        left=tuple(at for at in estimates.left if not _is_within(at, watched)),
    )
    found = [_ended(visit, recorded, unwatched, watched) for visit in recorded]
    joined = {visit.id: visit for visit in found}
    kept: list[Visit] = []
    for guess in unwatched.visits:
        same = next((v for v in found if _goes_on(guess, v, found)), None)
        if same is not None:
            joined[same.id] = replace(same, arrival=guess.arrival)
        elif not any(is_same_stay(guess, v) for v in found):
            rest = [guess]
            for visit in found:
                rest = [left for whole in rest for left in outside(whole, visit)]
            kept += rest
    return sorted([*joined.values(), *kept], key=lambda v: (v.arrival.latest, v.id), reverse=True)


def unplaced(recorded: Sequence[Visit], estimates: Estimates, watched: Sequence[Span]) -> list[datetime]:
    """Instants of the landings that OpenSky knows of and cannot place, without those that were watched."""
    came = [visit.arrival.at or visit.arrival.latest for visit in recorded]
    return [
        at
        for at in estimates.unplaced
        if not _is_within(at, watched) and not any(abs(at - its) <= LAST_HEARD for its in came)
    ]


def _is_within(at: datetime, spans: Iterable[Span]) -> bool:
    return any(span.since <= at < span.until for span in spans)


def _ended(visit: Visit, recorded: Sequence[Visit], unwatched: Estimates, watched: Sequence[Span]) -> Visit:
    """A recorded visit; one that is open ends with the first flight that OpenSky knows of since, or the next recorded visit.

    At the time of that flight's take-off where it is known to have been from there, else at an unknown time before.
    ``unwatched`` is what OpenSky tells of the times outside ``watched``.
    """
    if not visit.is_open:
        return visit
    there = visit.arrival.latest
    elsewhere = min((v.arrival.latest for v in recorded if v.arrival.latest > there), default=None)
    flown = next((at for at in unwatched.left if at > there + TOUCH), None)
    if flown is None or (elsewhere is not None and elsewhere < flown):
        return visit if elsewhere is None else gone_by(visit, elsewhere)
    for guess in unwatched.visits:
        came, gone = guess.arrival, guess.departure
        if guess.airport == visit.airport and gone is not None and gone.at is not None and there < gone.latest <= flown:
            is_same = came.at is not None and came.at <= there + SAME_STAY
            if is_same or _is_covered(there, flown, unwatched.have, watched):
                return replace(visit, departure=gone)
    seen_until = next((span.until for span in watched if span.since <= there < span.until), None)
    return gone_by(visit, flown, seen_until)


def _is_covered(since: datetime, until: datetime, have: Collection[int], watched: Sequence[Span]) -> bool:
    """Tell whether every flight between two instants would be known: polls asked for it, or OpenSky was asked."""
    rest = without(Span(since, until), watched)
    return all(is_known(round(span.since.timestamp()), round(span.until.timestamp()), have) for span in rest)


def _goes_on(guess: Visit, watched: Visit, found: Sequence[Visit]) -> bool:
    """Tell whether an estimated visit is the one that the airframe was found in when watching began."""
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


def is_same_stay(guess: Visit, watched: Visit) -> bool:
    """Tell whether an estimated visit tells again of one that was watched."""
    if guess.airport is None or guess.airport != watched.airport or watched.retracted_at is not None:
        return False
    came, left = guess.arrival, guess.departure
    if watched.departure is not None and came.at is not None and (came.earliest or came.at) > watched.departure.latest:
        return False  # it came again
    its = watched.arrival
    if its.at is not None and left is not None and left.at is not None and left.latest < (its.earliest or its.at):
        return False  # it had been there before
    (begin, end), (since, until) = stood(guess), stood(watched)
    return (until is None or begin <= until + SAME_STAY) and (end is None or since <= end + SAME_STAY)


def outside(guess: Visit, watched: Visit) -> list[Visit]:
    """What is left of an estimated visit beside a watched one at another place: the ends before and after it."""
    (begin, end), (since, until) = stood(guess), stood(watched)
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
    rest = []
    if guess.arrival.at is not None and guess.arrival.latest < since:
        rest.append(gone_by(guess, watched.arrival.latest))
    if left is not None and left.at is not None and until is not None and (left.earliest or left.at) > until:
        arrival = replace(left, at=None, earliest=until)
        rest.append(replace(guess, id=estimate_id(guess.icao24, guess.id, "left"), arrival=arrival))
    return rest


def stood(visit: Visit) -> tuple[datetime, datetime | None]:
    """Instants from when to when an airframe was there, as far as is known; None: it still is."""
    came, left = visit.arrival, visit.departure
    begin = came.latest if came.at is None else came.earliest or came.latest
    if left is None:
        return begin, None
    if left.at is not None:
        return begin, left.latest
    # That no flight is known of is no proof that there was none.
    return begin, max(came.latest, (left.earliest if left.is_known else None) or came.latest)
