"""Visits as an iCalendar file (RFC 5545), an event a visit.

The library icalendar folds and escapes; it takes 70 ms to import and 6 MB, so it is an extra, imported when it is used.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.core.visits import Moment, Visit, came
from flightwatch.errors import UsageError, adding
from flightwatch.wording.phrases import NOT_KNOWN, called, short, utc
from flightwatch.wording.stays import (
    end_bounds,
    how_end_is_known,
    is_first_heard,
    visit_stay,
    when_it_came,
    when_it_left,
)
from flightwatch.wording.whereabouts import at_place, codes, place_in_full

PRODUCT = "-//flightwatch//flightwatch//EN"


def as_ics(
    visits: Iterable[Visit], now: datetime, airports: Airports, labels: Mapping[Icao24, str] | None = None
) -> bytes:
    """Write visits as a calendar. ``labels`` are what the watchlist calls airframes, by icao24.

    A visit always has the same UID, so importing again updates it. An event is tentative when an end of the visit was
    inferred. It spans no more than is known: where nobody can time an end, it is the part of the stay that is sure, or a
    moment, and the summary says so. A visit that goes on ends at ``now``. Raises `UsageError` when the library is not
    installed.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError as error:
        raise UsageError(f"--format ics needs icalendar, which is not installed: {adding('icalendar')}") from error
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for visit in visits:
        event, (begin, end) = Event(), _times(visit, now)
        event.add("uid", f"{visit.id}@flightwatch")
        event.add("dtstamp", visit.known_until)  # of the record, so that the same record makes the same file
        event.add("dtstart", begin)
        if end > begin:
            event.add("dtend", end)
        event.add("summary", _summary(visit, airports, (labels or {}).get(visit.icao24)))
        event.add("description", "\n".join(_description(visit, now)))
        event.add("location", place_in_full(visit, airports))
        event.add("geo", (visit.latitude, visit.longitude))
        event.add("status", "TENTATIVE" if any(end.basis == "inferred" for end in visit.ends) else "CONFIRMED")
        event.add("transp", "TRANSPARENT")  # it takes nobody's time
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _times(visit: Visit, now: datetime) -> tuple[datetime, datetime]:
    begin, left = came(visit), visit.departure
    if left is None:
        end = now
    elif left.at is not None:
        end = left.at
    else:
        end = left.earliest if left.earliest and left.earliest > visit.arrival.latest else begin
    return begin.replace(microsecond=0), end.replace(microsecond=0)


def _summary(visit: Visit, airports: Airports, label: str | None) -> str:
    """Tell a visit in a title: ``RA-86559 (Il-62M) at Pyongyang FNJ (inferred, 93 % sure, departure not known)``."""
    arrival, departure = visit.arrival, visit.departure
    remarks = [
        *([how_end_is_known(arrival)] if arrival.basis == "inferred" else []),
        *([f"arrival {NOT_KNOWN}"] if arrival.at is None else []),
        *([f"departure {NOT_KNOWN}"] if departure and departure.at is None else []),
    ]
    said = f" ({', '.join(remarks)})" if remarks else ""
    return f"{called(visit.icao24, visit.registration, label)} {at_place(visit, airports)}{said}"


def _description(visit: Visit, now: datetime) -> list[str]:
    arrival, left = visit.arrival, visit.departure
    return [
        when_it_came(arrival) if is_first_heard(arrival) else _end("came", when_it_came(arrival), arrival),
        "still there, as far as is known" if left is None else _end("left", when_it_left(left), left),
        f"time on the ground {visit_stay(visit, now, now).in_full}",
        f"icao24 {short(visit.icao24)}" + (f", callsign {short(visit.callsign).strip()}" if visit.callsign else ""),
        *([f"airport {codes(visit.airport)}"] if visit.airport else []),
    ]


def _end(verb: str, when: str, moment: Moment) -> str:
    """Tell an end: ``landed about 2023-09-26 01:52 UTC, inferred, 93 % sure, between 2023-09-26 01:47 UTC and ...``.

    An end that nobody knows to have come: ``there until 2023-09-26 01:52 UTC at least, not known whether or when it left``.
    """
    if not moment.is_known:
        since = f"there until {utc(moment.earliest)} at least, " if moment.earliest else ""
        return f"{since}{NOT_KNOWN} whether or when it {verb}"
    is_bounded = moment.at is not None and moment.basis == "inferred"
    return f"{when}, {how_end_is_known(moment)}{f', {end_bounds(moment)}' if is_bounded else ''}"
