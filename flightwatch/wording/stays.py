"""A stay in words: how long it was, and how each end of it is known."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from flightwatch.core.visits import ESTIMATED, Dwell, Moment, Visit, came, dwell, dwell_so_far
from flightwatch.wording.phrases import (
    EXACT,
    LESS_THAN_A_MINUTE,
    NOT_KNOWN,
    RANGE,
    WORTH_A_WORD,
    about,
    clean,
    duration,
    percent,
    utc,
)

SO_FAR: Final = "so far"
"""What a stay that goes on is long."""

LENGTH_NOT_KNOWN: Final = "for how long is not known"
"""What is said of the length of a stay that nobody knows, where a sentence has room for it."""

FIRST_HEARD: Final = "first heard there"
"""How the landing is known of an airframe that stood there when it was first heard."""


class Stay(Struct, frozen=True):
    """The length of a stay in words."""

    length: str | None
    """``about 46 h 39 min``, ``about 3 h 20 min so far``; None: nothing is known of it."""
    bounds: str | None = None
    """``between 46 h 30 min and 46 h 48 min``; None: there are none, or they say nothing beside the length."""
    column: str | None = None
    """The bounds in a column: ``46 h 30 to 46 h 48``, ``39 min to 57 min``."""

    @property
    def in_brief(self) -> str:
        """The length alone, or that it is not known."""
        return self.length or NOT_KNOWN

    @property
    def in_full(self) -> str:
        """``about 46 h 39 min (between 46 h 30 min and 46 h 48 min)``."""
        return f"{self.in_brief} ({self.bounds})" if self.bounds else self.in_brief


def visit_stay(visit: Visit, now: datetime, looked_at: datetime | None) -> Stay:
    """How long a visit was, or has been so far.

    A visit that goes on is counted to ``now`` if somebody ``looked_at`` it until then; else only as the least that it was by
    the last look, as it may have ended after that. None: nobody looked.
    """
    if not visit.is_open:
        return dwell_stay(dwell_so_far(visit, now))
    if looked_at is not None and looked_at >= now:
        return dwell_stay(dwell_so_far(visit, now), goes_on=True)
    least = dwell_so_far(visit, looked_at or came(visit)).shortest
    return dwell_stay(Dwell(None, least, None))


def dwell_stay(dwell: Dwell, *, goes_on: bool = False) -> Stay:
    """How long a dwell is: "about" where its bounds are further apart than `EXACT`, with these where they are than `RANGE`.

    Where nobody can estimate it, the bounds are the length: ``at least 3 h 00 min, at most 5 h 10 min``. A lower bound of less
    than a minute says nothing and is left out.
    """
    so_far = f" {SO_FAR}" if goes_on else ""
    least = duration(dwell.shortest) if dwell.shortest > WORTH_A_WORD else None
    most = None if dwell.longest is None else at_most(duration(dwell.longest))
    if dwell.best is None or dwell.longest is None:
        known = ", ".join(filter(None, (f"at least {least}" if least else None, most)))
        return Stay(f"{known}{so_far}" if known else None)
    apart = dwell.longest - dwell.shortest
    length = f"{(duration if apart <= EXACT else about)(dwell.best)}{so_far}"
    if apart <= RANGE:
        return Stay(length)
    if least is None:
        return Stay(length, most, most)
    longest = duration(dwell.longest)
    return Stay(length, f"between {least} and {longest}", f"{_in_column(least)} to {_in_column(longest)}")


def _in_column(length: str) -> str:
    return length.removesuffix(" min") if " h " in length else length


def when_it_came(arrival: Moment) -> str:
    """``landed about 2023-09-26 01:52 UTC``; ``first heard there ...``; ``there by ...``; ``came between ... and ...``."""
    if is_first_heard(arrival):
        return f"{FIRST_HEARD} {utc(arrival.latest)}"
    if arrival.at is None and not _has_bounds(arrival):
        return f"there by {utc(arrival.latest)}"
    return end_time("came" if arrival.at is None else "landed", arrival)


def when_it_left(departure: Moment) -> str:
    """``left about 2023-09-28 00:31 UTC``; where nobody can time it ``left between ... and ...``, or ``left by ...``."""
    return end_time("left", departure)


def end_time(verb: str, end: Moment) -> str:
    """When an end was, after a verb: ``since about 2023-09-26 01:52 UTC``, or its bounds as `end_bounds` has them."""
    if end.at is not None:
        return f"{verb} {'about ' if end.basis == 'inferred' else ''}{utc(end.at)}"
    return f"{verb} {end_bounds(end)}"


def end_bounds(end: Moment) -> str:
    """``between 2023-09-26 01:47 and 01:57 UTC``, both days if they differ; without the earlier ``by … 01:57 UTC``."""
    if end.earliest is None or not _has_bounds(end):
        return f"by {utc(end.latest)}"
    later = f"{end.latest:%H:%M} UTC" if end.latest.date() == end.earliest.date() else utc(end.latest)
    return f"between {end.earliest:%Y-%m-%d %H:%M} and {later}"


def _has_bounds(end: Moment) -> bool:
    return end.earliest is not None and end.earliest < end.latest


def visit_length(visit: Visit) -> str | None:
    """How long a visit that is over was, without bounds; None: it goes on, or nothing is known of its length."""
    return None if visit.departure is None else dwell_stay(dwell(visit.arrival, visit.departure)).length


def at_most(length: str) -> str:
    """``at most 46 h 48 min``; ``less than 1 min``, which says so itself."""
    return length if length == LESS_THAN_A_MINUTE else f"at most {length}"


def how_end_is_known(end: Moment) -> str:
    """``observed``; ``inferred, 93 % sure``; ``estimated by OpenSky, 90 % sure``; ``observed by adsb.lol``."""
    if end.basis == "observed":
        return _seen(end)
    return f"{_unseen(end)}, {percent(end.confidence)} sure"


def how_ends_are_known(visit: Visit) -> dict[str, str]:
    """How each end of a visit is known, by ``landing`` and ``departure``: ``landing observed``, ``first heard there``.

    An end that nobody knows to have come is left out.
    """
    ends = zip(("landing", "departure"), visit.ends, strict=False)
    known = {name: f"{name} {how_end_is_known(end)}" for name, end in ends if end.is_known}
    return known | {"landing": FIRST_HEARD} if is_first_heard(visit.arrival) else known


def is_first_heard(arrival: Moment) -> bool:
    """Tell whether the airframe stood there when it was first heard, so that nobody knows when it came."""
    return arrival.at is None and arrival.basis == "observed"


def sure_of_landing(visit: Visit) -> str | None:
    """``93 % sure that it landed there``: what the percentage of an inferred landing is of; None: the landing was observed."""
    if visit.arrival.basis == "observed":
        return None
    return (
        f"{percent(visit.arrival.confidence)} sure that it {'came down' if visit.airport is None else 'landed there'}"
    )


def how_landing_is_known(visit: Visit) -> str:
    """``inferred, 93 % sure that it landed there``; ``observed``; ``first heard there``."""
    if is_first_heard(visit.arrival):
        return FIRST_HEARD
    sure = sure_of_landing(visit)
    return _seen(visit.arrival) if sure is None else f"{_unseen(visit.arrival)}, {sure}"


def _seen(end: Moment) -> str:
    return "observed" if end.archive is None else f"observed by {clean(end.archive)}"


def _unseen(end: Moment) -> str:
    if end.source == ESTIMATED:
        return "estimated by OpenSky"
    return "inferred" if end.archive is None else f"inferred from {clean(end.archive)}"
