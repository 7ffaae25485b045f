"""What the record says around a visit: the visits before it, who else was there, and when nobody watched."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.model import Event, Icao24
from flightwatch.visits import Moment, Visit, dwell
from flightwatch.words.phrases import called, day, days, duration, dwell_in_brief, hours, ordinal, percent

WORTH_A_SINCE: Final = timedelta(days=30)
"""Time since the last visit ended from which "first recorded since" says something."""

TOLD_STAYS = 3
"""Most earlier stays that are told one by one, the last included."""

TOLD_OTHERS = 5
"""Most other airframes that are named."""

TOLD_SPANS = 3
"""Most unwatched spans that are told one by one."""


class Span(Struct, frozen=True):
    """A time from ``since`` to ``until``, that instant excluded."""

    since: datetime
    until: datetime


def without(whole: Span, parts: Iterable[Span]) -> list[Span]:
    """What the ``parts``, oldest first, leave of a time."""
    left, begin = [], whole.since
    for part in parts:
        left.append(Span(begin, min(part.since, whole.until)))
        begin = max(begin, part.until)
    return [span for span in (*left, Span(begin, whole.until)) if span.since < span.until]


class Context(Struct, frozen=True):
    """What the record knows around an event. Empty where there is no record, as in a replay without a database."""

    watching_since: datetime | None = None
    """The first good poll since the watchlist names the aircraft or the airport; None: no record."""
    visit: Visit | None = None
    """The event's visit as it is known now."""
    earlier: tuple[Visit, ...] = ()
    """Standing visits of the same airframe to the same airport that began before this one, newest first; all of them."""
    others: tuple[Visit, ...] = ()
    """Visits of other watched airframes to the same airport that overlap this one, or lie within a day of it."""
    unwatched: tuple[Span, ...] = ()
    """When nobody watched during the visit, for longer than `watched.Health.blind_after`; oldest first."""


NO_RECORD: Final = Context()
"""What is known where there is no database."""


def which_visit(event: Event, context: Context) -> str | None:
    """``third visit recorded here; the last was 1-2 August 2023, about 35 h 55 min; watching since 1 August 2023``.

    Never "first since": a visit may have left no track. None without a record, without an airport, and for a retraction,
    which takes the visit back.
    """
    if context.watching_since is None or event.airport is None or event.type == "retraction":
        return None
    said = [f"{ordinal(len(context.earlier) + 1)} visit recorded here"]
    if context.earlier:
        last = context.earlier[0]
        said.append(f"the last was {_stay(last)}")
        if last.departure is not None and _began(event, context) - last.departure.latest >= WORTH_A_SINCE:
            said.append(f"first recorded since {day(_left(last.departure))}")
    return "; ".join([*said, f"watching since {day(context.watching_since)}"])


def which_visit_in_brief(event: Event, context: Context) -> str | None:
    """``third recorded here, the last 1-2 August 2023``, for one line; None as for `which_visit`."""
    if context.watching_since is None or event.airport is None or event.type == "retraction":
        return None
    told = (
        f", the last {_when(context.earlier[0])}"
        if context.earlier
        else f", watching since {day(context.watching_since)}"
    )
    visit = "" if event.type == "landing" else " visit"
    return f"{ordinal(len(context.earlier) + 1)}{visit} recorded here{told}"


def stays_before_last(event: Event, context: Context) -> str | None:
    """The stays before the one that `which_visit` tells, newest first; None: none is recorded, or none is to be told."""
    told = [_stay(visit) for visit in context.earlier[1:TOLD_STAYS]]
    return "; ".join(told) if told and which_visit(event, context) is not None else None


def company(event: Event, context: Context, names: Mapping[Icao24, str]) -> str | None:
    """Who else watched is there or came within a day: ``P-885 since 25 September 04:10 UTC; RA-96014 left 3 h before``.

    ``names`` says what to call airframes for which the tail number is not enough. None: nobody, as far as is recorded.
    """
    if event.type == "retraction":
        return None
    told = [
        f"{names.get(v.icao24) or called(v.icao24, v.registration)} {_beside(v, event, context)}"
        for v in context.others[:TOLD_OTHERS]
    ]
    more = len(context.others) - len(told)
    return "; ".join([*told, *([f"{more} more"] if more else [])]) or None


def not_watched(event: Event, context: Context) -> str | None:
    """When nobody watched during the visit: ``not watched 02:10-05:40 UTC on 27 September (3 h 30 min)``; None: never."""
    spans = context.unwatched[-TOLD_SPANS:]
    if not spans:
        return None
    told = [f"{hours(s.since, s.until, event.time.year)} ({duration(s.until - s.since)})" for s in spans]
    before = len(context.unwatched) - len(spans)
    return f"not watched {'; '.join(told)}{f'; and {before} times before' if before else ''}"


def _came(arrival: Moment) -> datetime:
    return arrival.at or arrival.latest


def _left(departure: Moment) -> datetime:
    return departure.at or departure.latest


def _when(visit: Visit) -> str:
    """``1-2 August 2023``; from its first day where nobody knows its last."""
    came = _came(visit.arrival)
    seen = "from" if visit.arrival.at is not None else "there on"
    return f"{seen} {day(came)}" if visit.departure is None else days(came, max(came, _left(visit.departure)))


def _stay(visit: Visit) -> str:
    """``1-2 August 2023, about 35 h 55 min (inferred, 82 %)``."""
    length = "its end unknown" if visit.departure is None else dwell_in_brief(dwell(visit.arrival, visit.departure))
    return f"{_when(visit)}, {length}{_sure(visit.arrival)}"


def _sure(moment: Moment) -> str:
    return f" (inferred, {percent(moment.confidence)})" if moment.basis == "inferred" else ""


def _began(event: Event, context: Context) -> datetime:
    return event.time if context.visit is None or event.type == "landing" else _came(context.visit.arrival)


def _beside(other: Visit, event: Event, context: Context) -> str:
    """How another's visit lies to this one, as far as it has gone at the event."""
    came, left, began = other.arrival, other.departure, _began(event, context)
    if left is not None and _left(left) <= began:
        return f"left {_about(left)}{duration(began - _left(left))} before{_sure(left)}"
    if _came(came) > event.time:
        return f"came {_about(came)}{duration(_came(came) - event.time)} later{_sure(came)}"
    gone = left is not None and _left(left) <= event.time
    seen = "seen there from " if came.at is None else f"{'from' if gone else 'since'} {_about(came)}"
    until = f" to {_about(left)}{_clock(_left(left), event.time)}" if left is not None and gone else ""
    return f"{seen}{_clock(_came(came), event.time)}{until}{_sure(came)}"


def _clock(at: datetime, beside: datetime) -> str:
    return f"{day(at, beside.year)} {at:%H:%M} UTC"


def _about(moment: Moment) -> str:
    return "about " if moment.basis == "inferred" else ""
