"""How far inferred landings are looked up in traces, in the morning look and for monitors."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from flightwatch.app.status import Group
from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.core.visits import Visit
from flightwatch.planning.trace_days import TRACES
from flightwatch.storage.look_ups import Answers, LookUp, Outcome
from flightwatch.wording.phrases import ago, called, clean, counted
from flightwatch.wording.stays import when_it_came
from flightwatch.wording.whereabouts import at_place


class LookUps(Struct, frozen=True):
    """How far the inferred landings of the watchlist's aircraft are looked up."""

    waiting: int
    """How many are still to be compared with traces of their days."""
    too_new: int
    """How many of these are of a day whose traces are not written yet."""
    traces: int
    """How many traces are to be asked for, for the others."""
    last: LookUp | None
    """What was last confirmed or taken back; None: nothing was."""
    visit: Visit | None
    """The visit of that; None: it is not there, or no more."""
    answers: Answers
    """How adsb.lol answered."""
    rest_until: datetime | None
    """Until when it wants no questions; None: it takes them."""


class LastLookUp(Struct, frozen=True):
    """The visit that was last confirmed or taken back."""

    visit: str
    icao24: Icao24 | None
    """None, as the next two: the visit is not there any more."""
    registration: str | None
    airport_icao: str | None
    outcome: Outcome
    looked: datetime


class Traces(Struct, frozen=True):
    """How far inferred landings are looked up in adsb.lol's traces."""

    waiting: int
    too_new: int
    traces: int
    last: LastLookUp | None
    """None: nothing was confirmed or taken back."""
    answered: datetime | None
    """When adsb.lol last answered, by this machine's clock; None: never."""
    failed: datetime | None
    """When it last refused or did not answer; None: never."""
    why: str | None


def group(found: LookUps, airports: Airports, now: datetime) -> Group:
    """What waits to be looked up, what was confirmed or taken back last, and how adsb.lol answered."""
    return Group(f"landings looked up at {TRACES}", tuple(_rows(found, airports, now)))


def _rows(found: LookUps, airports: Airports, now: datetime) -> Iterator[tuple[str, str]]:
    if not found.waiting:
        yield "nothing waits", "no inferred landing is left to look up"
    else:
        to_ask = f"{counted(found.traces, 'trace')} to ask for" if found.traces else ""
        which = "" if found.too_new == found.waiting else f"{found.too_new:,} "
        new = f"{which}of a day whose traces are not written yet" if found.too_new else ""
        how = "; ".join(filter(None, (to_ask, new))) or "after the next poll with nothing to tell"
        yield "waiting", f"{counted(found.waiting, 'inferred landing')}: {how}"
    if found.last is not None and found.visit is not None:
        visit = found.visit
        which = f"{called(visit.icao24, visit.registration)} {at_place(visit, airports)}, {when_it_came(visit.arrival)}"
        yield f"last {found.last.outcome}", f"{which}; looked up {ago(found.last.at, now)}"
    yield TRACES, _answered(found, now)


def _answered(found: LookUps, now: datetime) -> str:
    at, failed, why = found.answers.answered_at, found.answers.failed_at, clean(found.answers.why or "")
    said = (
        "not asked yet"
        if at is None and failed is None
        else "never answered"
        if at is None
        else f"answered {ago(at, now)}"
    )
    if failed is not None and (at is None or failed > at):
        said = f"{said}; {ago(failed, now)}: {why}"
    return said if found.rest_until is None else f"{said}; wants no questions until {found.rest_until:%H:%M} UTC"


def traces(found: LookUps) -> Traces:
    """The same for monitors."""
    return Traces(
        waiting=found.waiting,
        too_new=found.too_new,
        traces=found.traces,
        last=None if found.last is None else _last(found.last, found.visit),
        answered=found.answers.answered_at,
        failed=found.answers.failed_at,
        why=found.answers.why,
    )


def _last(last: LookUp, visit: Visit | None) -> LastLookUp:
    return LastLookUp(
        visit=last.visit,
        icao24=None if visit is None else visit.icao24,
        registration=None if visit is None else visit.registration,
        airport_icao=None if visit is None or visit.airport is None else visit.airport.icao,
        outcome=last.outcome,
        looked=last.at,
    )
