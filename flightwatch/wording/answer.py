"""What a report says first: where an aircraft is or was last, or who is at an airport, and what of that is not known."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.core.visits import Moment, Visit, came, left
from flightwatch.wording.phrases import (
    RANGE,
    SURE_PERCENT,
    called,
    counted,
    day,
    days,
    enumerated,
    is_or_are,
    ordinal,
    percent,
    utc,
    whole_percent,
    with_more,
)
from flightwatch.wording.stays import (
    FIRST_HEARD,
    end_bounds,
    end_time,
    how_landing_is_known,
    is_first_heard,
    visit_stay,
    when_it_came,
)
from flightwatch.wording.whereabouts import at_place

CURRENT: Final = timedelta(hours=1)
"""Age of the last good poll up to which what it found is told as what is: as long as nobody is told that nobody watches."""

MOST_THERE: Final = 5
"""Most aircraft that are named as being at an airport."""


def about_aircraft(
    visits: Sequence[Visit], airports: Airports, now: datetime, looked_at: datetime | None, *, is_whole: bool
) -> Iterator[str]:
    """Tell where the aircraft of these visits, newest first and at least one, is or was last recorded; then what is not known.

    ``is_whole`` tells whether these are all visits that are recorded, so that they may be counted.
    """
    newest = visits[0]
    who, where = called(newest.icao24, newest.registration), at_place(newest, airports)
    clauses = [f"{who} {_standing(newest, where, now, looked_at)}"]
    if is_whole and newest.airport is not None:
        there = [visit for visit in visits if visit.airport == newest.airport]
        since = day(came(visits[-1]))
        which = f"{ordinal(len(there))} visit" if len(there) > 1 else "only visit"
        clauses.append(f"the {which} recorded there since {since}")
    yield _sentence("; ".join(clauses))
    unknown = list(_not_known(newest))
    if unknown:
        yield f"Not known: {'; '.join(unknown)}."


def about_airport(
    name: str, visits: Sequence[Visit], now: datetime, looked_at: datetime | None, names: dict[Icao24, str]
) -> Iterator[str]:
    """Tell who of these visits, newest first and at least one, is at an airport, or who was there last; then what is not known.

    ``names`` gives the names of aircraft by which they are told; others are told by their tail numbers.
    """
    there = [visit for visit in visits if visit.is_open]
    is_now = looked_at is not None and now - looked_at <= CURRENT
    told = [f"{_name(visit, names)} {_since(visit)}" for visit in there]
    if there:
        when = "" if is_now else f" when last looked, {utc(looked_at)}" if looked_at else ", as far as is known"
        verb = is_or_are(len(there)) if is_now or looked_at is None else "was" if len(there) == 1 else "were"
        count = f"{counted(len(there), 'aircraft').removesuffix('s')} {verb} at {name}{when}"
        yield f"{count}: {with_more(told, MOST_THERE, '; ')}."
    else:
        newest = visits[0]
        gone = f"the last recorded was {_name(newest, names)}, {_when(newest)}"
        when = "" if is_now or looked_at is None else f" when last looked, {utc(looked_at)}"
        yield f"None of the aircraft below {'was' if when else 'is'} known to be at {name}{when}; {gone}."
    unknown = [
        f"whether {_name(visit, names)} landed there at all, which is {percent(visit.arrival.confidence)} sure"
        for visit in (there or visits[:1])[:MOST_THERE]
        if _is_doubtful(visit.arrival)
    ]
    perhaps = [_name(visit, names) for visit in visits if visit.may_be_there]
    if perhaps:
        unknown.append(f"whether {enumerated(list(dict.fromkeys(perhaps)), MOST_THERE)} left unheard")
    if unknown:
        yield f"Not known: {'; '.join(unknown)}."


def _standing(visit: Visit, where: str, now: datetime, looked_at: datetime | None) -> str:
    """Tell where an aircraft is, or was last, since when and for how long, and how that is known."""
    stay = visit_stay(visit, now, looked_at).length
    how = "" if is_first_heard(visit.arrival) else f" ({how_landing_is_known(visit)})"
    if not visit.is_open:
        length = f", {stay}" if stay else ""
        return f"was last recorded {where}: {_when(visit)}{length}{how}"
    if looked_at is not None and now - looked_at <= CURRENT:
        return f"is {where}, {_since(visit)}{f', {stay}' if stay else ''}{how}"
    seen = f"when last looked, {utc(looked_at)}" if looked_at else "as far as is known"
    return f"was {where} {seen}, {_since(visit)}{f', {stay}' if stay else ''}{how}"


def _since(visit: Visit) -> str:
    arrival = visit.arrival
    if is_first_heard(arrival):
        return f"{FIRST_HEARD} {utc(arrival.latest)}"
    return when_it_came(arrival) if arrival.at is None else end_time("since", arrival)


def _when(visit: Visit) -> str:
    end = None if visit.may_be_there else left(visit)
    return f"from {day(came(visit))}" if end is None else days(came(visit), end)


def _name(visit: Visit, names: dict[Icao24, str]) -> str:
    return names.get(visit.icao24) or called(visit.icao24, visit.registration)


def _not_known(visit: Visit) -> Iterator[str]:
    """Tell what is not known of a visit, the gravest first."""
    arrival, departure = visit.arrival, visit.departure
    if visit.airport is None:
        yield "at which airport it was, if at any"
    elif _is_doubtful(arrival):
        yield f"whether it landed there at all, which is {percent(arrival.confidence)} sure"
    if is_first_heard(arrival):
        yield "when it came"
    elif _is_wide(arrival):
        yield f"when exactly it landed, {end_bounds(arrival)}"
    if departure is None:
        return
    if not departure.is_known:
        yield "whether it has left"
    elif _is_wide(departure):
        yield f"when exactly it left, {end_bounds(departure)}"


def _is_doubtful(arrival: Moment) -> bool:
    """Tell whether it is worth a word that a landing may have been none."""
    return arrival.basis == "inferred" and whole_percent(arrival.confidence) < SURE_PERCENT


def _is_wide(end: Moment) -> bool:
    """Tell whether the bounds of an end are so far apart that they are worth a word."""
    return end.basis == "inferred" and (end.earliest is None or end.latest - end.earliest > RANGE)


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."
