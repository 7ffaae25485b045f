"""What the record says around a visit: the visits before it, who else was there, and when nobody watched."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.core.model import Event, Icao24
from flightwatch.core.spans import Span
from flightwatch.core.visits import Moment, Visit
from flightwatch.wording.phrases import about, called, counted, day, days, duration, hours, ordinal, with_more
from flightwatch.wording.stays import FIRST_HEARD, how_landing_is_known, visit_length

WORTH_A_SINCE: Final = timedelta(days=30)
"""Least time since the last visit ended after which "first recorded since" is said."""

WATCHED_ENOUGH: Final = timedelta(days=1)
"""Longest time without watching since the last visit for which "first recorded since" is said: in a longer one a visit as long
as a usual turn-round may have been missed."""

NOT_LONG: Final = timedelta(days=30)
"""Record shorter than this is said to be short."""

BRIEFEST: Final = timedelta(minutes=1)
"""Shortest time without watching that is told, as its ends are told to the minute."""

TOLD_STAYS = 3
"""Most earlier stays that are told one by one, counting the last."""

TOLD_OTHERS = 5
"""Most other airframes that are named."""

TOLD_SPANS = 3
"""Most unwatched spans that are told one by one."""


class Context(Struct, frozen=True):
    """What the record knows around an event; all of it empty where there is no record, as in a replay without a database."""

    watching_since: datetime | None = None
    """The first good poll since the watchlist names the aircraft or the airport; None: no record."""
    visit: Visit | None = None
    """The event's visit as it is known now."""
    earlier: tuple[Visit, ...] = ()
    """Visits of the same airframe to the same airport that began before this one and stand, newest first: the newest
    `TOLD_STAYS`, and the first of all."""
    others: tuple[Visit, ...] = ()
    """Visits of other watched airframes to the same airport that overlap this one, or lie within a day of it."""
    unwatched: tuple[Span, ...] = ()
    """When nobody watched during the visit, for longer than `model.Health.blind_after`; oldest first."""
    unwatched_before: timedelta = timedelta(0)
    """How long nobody watched, or the watchlist did not name it, between the newest of ``earlier`` and this visit; where there
    is none, between ``watching_since`` and this visit."""
    corrects: Visit | None = None
    """The visit of the same flight elsewhere that was taken back; None: none was."""
    more_earlier: int = 0
    """How many there are between the first of all and the others of ``earlier``."""


NO_RECORD: Final = Context()
"""What is known where there is no database."""


def which_visit(event: Event, context: Context) -> str | None:
    """Tell which visit it is: ``third visit recorded here; the last was 1-2 August 2023, about 35 h 55 min; watching since ...``.

    It never says "first since", as a visit may have left no track, and "first recorded since" only where somebody watched
    meanwhile. None: there is no record or no airport, or the event is a retraction, which takes the visit back.
    """
    if (
        context.watching_since is None
        or event.airport is None
        or event.type in ("retraction", "approaching", "diverted")
    ):
        return None
    said = [f"{ordinal(len(context.earlier) + context.more_earlier + 1)} visit recorded here"]
    if context.earlier:
        last = context.earlier[0]
        said.append(f"the last was {_dated_stay(last)}")
        said += _since(last, event, context)
    return "; ".join([*said, _watching(context.watching_since, event, context)])


def _since(last: Visit, event: Event, context: Context) -> list[str]:
    """Say what the time since the last visit tells; nothing where that is short, or the visit's end is not known."""
    left = last.known_departure
    if left is None:
        return []
    away = _began(event, context) - left.latest
    if context.unwatched_before > WATCHED_ENOUGH:
        return [f"nobody watched for {_share(context.unwatched_before, away)} in between"]
    return [f"first recorded since {day(_left(left))}"] if away >= WORTH_A_SINCE else []


def _share(part: timedelta, whole: timedelta) -> str:
    """Tell a part of a time in days: ``20 of the 55 days``, ``nearly all of the 55 days``."""
    days = [max(1, round(length / timedelta(days=1))) for length in (part, max(part, whole))]
    if days[0] < days[1]:
        return f"{days[0]} of the {days[1]} days"
    return "the day" if days[1] == 1 else f"nearly all of the {days[1]} days"


def _watching(since: datetime, event: Event, context: Context) -> str:
    """Say since when somebody watches, and if that is not long, has gaps, or if visits were recorded before."""
    again = " again" if context.earlier and context.earlier[-1].arrival.latest < since else ""
    reach = _began(event, context) - since
    only = " only" if reach < NOT_LONG else ""
    holes = ""
    if not context.earlier and context.unwatched_before > WATCHED_ENOUGH:
        holes = f", but not for {_share(context.unwatched_before, reach)} before this one"
    return f"watching{again}{only} since {day(since)}{holes}"


def stays_before_last(event: Event, context: Context) -> str | None:
    """Tell the stays before the one that `which_visit` tells, newest first; None: there is none, or `which_visit` is None."""
    told = [_dated_stay(visit) for visit in context.earlier[1:TOLD_STAYS]]
    return "; ".join(told) if told and which_visit(event, context) is not None else None


class Company(Struct, frozen=True):
    """The other watched airframes that were there, in words; each None where none is recorded."""

    present: str | None = None
    """Who was there at the time of the event."""
    gone: str | None = None
    """Who had left by then."""
    later: str | None = None
    """Who came after it."""


def company(event: Event, context: Context, names: Mapping[Icao24, str]) -> Company:
    """Tell which other watched airframes were there at the event, or came or left within a day of it.

    ``names`` gives the names of airframes that the watchlist labels. For a retraction nobody is told, as there was no visit.
    """
    if event.type == "retraction":
        return Company()
    present, gone, later = list[str](), list[str](), list[str]()
    for other in context.others:
        name = names.get(other.icao24) or called(other.icao24, other.registration)
        if _came(other.arrival) > event.time:
            later.append(f"{name} {_later(other, event)}")
        elif _is_gone(other, event):
            gone.append(f"{name} {_gone(other, event)}")
        else:
            present.append(f"{name} {_present(other, event)}")
    return Company(*(with_more(told, TOLD_OTHERS, "; ") or None for told in (present, gone, later)))


def _is_gone(other: Visit, event: Event) -> bool:
    left = other.known_departure
    return left is not None and _left(left) <= event.time


def _present(other: Visit, event: Event) -> str:
    """Say since when another is there, ``since about 25 September 04:10 UTC``, and if nobody knows whether it has left."""
    came = other.arrival
    since = FIRST_HEARD if came.at is None else f"since{_about(came)}"
    unsure = ", unless it left unheard" if other.may_be_there else ""
    return f"{since} {_clock(_came(came), event.time)}{_doubt(other)}{unsure}"


def _gone(other: Visit, event: Event) -> str:
    """Say when another left: ``left about 3 h 00 min before this landing``, ``had left by 25 September 04:10 UTC``."""
    left = other.departure
    if left is None:
        raise ValueError("it has not left")
    if left.at is None:
        return f"had left by {_clock(left.latest, event.time)}"
    return f"left {_length(event.time - left.at, left)} before {_this(event)}{_doubt(other)}"


def _later(other: Visit, event: Event) -> str:
    came = other.arrival
    after = f"{_length(_came(came) - event.time, came)} after {_this(event)}"
    return f"was {FIRST_HEARD} {after}" if came.at is None else f"came {after}{_doubt(other)}"


def _this(event: Event) -> str:
    """Name the event that times are counted from: ``this landing``."""
    return f"this {event.type}"


def not_watched(event: Event, context: Context) -> str | None:
    """Tell when nobody watched during the visit, ``02:10-05:40 UTC on 27 September (3 h 30 min)``; None: no time is known."""
    every = [span for span in context.unwatched if span.until - span.since >= BRIEFEST]
    spans = every[-TOLD_SPANS:]
    if not spans:
        return None
    told = [f"{hours(s.since, s.until, event.time.year)} ({duration(s.until - s.since)})" for s in spans]
    before = len(every) - len(spans)
    more = f"; and {counted(before, 'time')} before" if before else ""
    return f"{'; '.join(told)}{more}"


def _came(arrival: Moment) -> datetime:
    return arrival.at or arrival.latest


def _left(departure: Moment) -> datetime:
    return departure.at or departure.latest


def _when(visit: Visit) -> str:
    """Tell the days of a visit: ``1-2 August 2023``; ``1 August 2023 to an unknown day`` where nobody knows when it ended."""
    came, left = _came(visit.arrival), visit.known_departure
    if left is None:
        return f"{day(came)} to an unknown day"
    return days(came, max(came, _left(left)))


def _dated_stay(visit: Visit) -> str:
    """Tell a visit in brief: ``1-2 August 2023, about 35 h 55 min (inferred, 82 % sure that it landed there)``."""
    length = visit_length(visit)
    return f"{_when(visit)}{f', {length}' if length else ''}{_doubt(visit)}"


def _doubt(visit: Visit) -> str:
    """Tell in brackets how a landing is known; empty if it was observed."""
    return f" ({how_landing_is_known(visit)})" if visit.arrival.basis == "inferred" else ""


def _began(event: Event, context: Context) -> datetime:
    return event.time if context.visit is None or event.type == "landing" else _came(context.visit.arrival)


def _clock(at: datetime, beside: datetime) -> str:
    return f"{day(at, beside.year)} {at:%H:%M} UTC"


def _length(length: timedelta, end: Moment) -> str:
    """Tell the length of time to a moment, with "about" if the moment is an estimate."""
    return about(length) if end.basis == "inferred" else duration(length)


def _about(moment: Moment) -> str:
    return " about" if moment.basis == "inferred" else ""
