"""A stay in words: how long it was, and how each end of it is known."""

from datetime import timedelta

from msgspec import Struct

from flightwatch.core.visits import Dwell, Moment
from flightwatch.wording.phrases import EXACT, LESS_THAN_A_MINUTE, RANGE, WORTH_A_WORD, about, duration, percent


class Length(Struct, frozen=True):
    """What is worth telling of a dwell."""

    best: str | None
    """``about 46 h 39 min``; None: nobody can estimate it."""
    least: timedelta | None
    most: timedelta | None
    """The bounds; None: there is none, or it says nothing beside the estimate."""


def length_told(dwell: Dwell) -> Length:
    """What is told of a dwell: "about" where its bounds are further apart than `EXACT`, and these where they are than `RANGE`.

    A lower bound of less than a minute says nothing and is left out.
    """
    least = dwell.shortest if dwell.shortest > WORTH_A_WORD else None
    if dwell.best is None or dwell.longest is None:
        return Length(None, least, dwell.longest)
    apart = dwell.longest - dwell.shortest
    if apart <= RANGE:
        return Length((duration if apart <= EXACT else about)(dwell.best), None, None)
    return Length(about(dwell.best), least, dwell.longest)


def dwell_parts(dwell: Dwell) -> tuple[str | None, str | None]:
    """The length, ``about 46 h 39 min``, and its range, ``between 46 h 30 min and 46 h 48 min``, where it has one.

    Where nobody can estimate it the bounds are the length: ``at least 3 h 00 min, at most 5 h 10 min``. None: not known.
    """
    told = length_told(dwell)
    least = f"at least {duration(told.least)}" if told.least else None
    most = at_most(duration(told.most)) if told.most is not None else None
    if told.best is None:
        return ", ".join(filter(None, (least, most))) or None, None
    if told.least and told.most is not None:
        return told.best, f"between {duration(told.least)} and {duration(told.most)}"
    return told.best, most


def dwell_text(dwell: Dwell) -> str | None:
    """``about 46 h 39 min (between 46 h 30 min and 46 h 48 min)``; None: nothing is known of it."""
    length, between = dwell_parts(dwell)
    return f"{length} ({between})" if between else length


def dwell_in_brief(dwell: Dwell) -> str | None:
    """The same without the range."""
    return dwell_parts(dwell)[0]


def at_most(length: str) -> str:
    """``at most 46 h 48 min``; ``less than 1 min``, which says so itself."""
    return length if length == LESS_THAN_A_MINUTE else f"at most {length}"


def how_end_is_known(end: Moment) -> str:
    """``observed``; ``inferred, 93 % sure``; ``estimated by OpenSky, 90 % sure``."""
    if end.basis == "observed":
        return "observed"
    return f"{'estimated by OpenSky' if end.source == 'opensky' else 'inferred'}, {percent(end.confidence)} sure"
