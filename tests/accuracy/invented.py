"""What is told of flights made by code, beside the notifiers' rule.

An alert is true when the aircraft landed at the airport it names, within half an hour of the time it gives.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from made import ICAO24, Case
from rules import notifiers

from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Poll
from flightwatch.tracking.advance import advance
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.track import Rules, Track

NEAR_S = 1800


@dataclass(frozen=True)
class Told:
    """An alert, and whether it was true."""

    confidence: float
    is_true: bool
    inferred: bool
    named: bool
    """True if it named a field."""


@dataclass(frozen=True)
class Score:
    """What one rule told about many flights."""

    told: tuple[Told, ...]
    landings: int
    found: int
    placed: int
    """Of the found ones: told at the right field."""

    @property
    def precision(self) -> float:
        return sum(t.is_true for t in self.told) / max(1, len(self.told))

    @property
    def recall(self) -> float:
        return self.found / max(1, self.landings)

    @property
    def right_place(self) -> float:
        return self.placed / max(1, self.landings)

    @property
    def brier(self) -> float:
        return sum((t.confidence - t.is_true) ** 2 for t in self.told) / max(1, len(self.told))


@dataclass(frozen=True)
class Stays:
    """What was told, and not taken back, of visits that nobody saw."""

    visits: int
    right: int
    """Told at the airport where it was."""
    wrong: int
    """Told elsewhere."""
    inside: int
    """Of the right ones: the true dwell lies in the range told."""


def track_events(polls: Iterable[Poll], icao24: str, airports: Airports, rules: Rules) -> Iterator[Event]:
    """The tracker's events of one airframe; polls without it are silences."""
    track = Track(icao24)
    for poll in polls:
        report = next((v for v in poll.vectors if v.icao24 == icao24), None)
        step = advance(track, report, PollContext(round(poll.at.timestamp()), airports, rules))
        track = step.track
        yield from step.events


def judge(case: Case, airports: Airports, min_confidence: float) -> tuple[list[Told], bool]:
    """What the tracker told of a case, and whether its landing was found."""
    told = [
        Told(event.confidence, _is_true(event, case), event.basis == "inferred", event.airport is not None)
        for event in track_events(case.polls, ICAO24, airports, Rules(min_confidence, case.watched))
        if event.type == "landing"
    ]
    return told, any(t.is_true for t in told)


def _is_true(event: Event, case: Case) -> bool:
    if case.landed_at is None or (event.airport is not None and event.airport.icao != case.airport):
        return False
    return event.earliest.timestamp() - 300 <= case.landed_at <= event.latest.timestamp() + NEAR_S


def measure(made: Sequence[Case], airports: Airports, min_confidence: float) -> tuple[Score, Score]:
    """The tracker's score and that of the notifiers' rule over the same cases."""
    ours: list[Told] = []
    theirs: list[Told] = []
    found = [0, 0]
    placed = 0
    for case in made:
        told, hit = judge(case, airports, min_confidence)
        ours += told
        found[0] += hit
        placed += any(t.is_true and t.named for t in told)
        named = [told.airport for told in notifiers(case.polls, airports)]
        right = [case.landed_at is not None and icao == case.airport for icao in named]
        theirs += [Told(1.0, r, inferred=True, named=True) for r in right]
        found[1] += any(right)
    landings = sum(case.landed_at is not None for case in made)
    return Score(tuple(ours), landings, found[0], placed), Score(tuple(theirs), landings, found[1], found[1])


def measure_stays(made: Sequence[Case], airports: Airports, min_confidence: float) -> Stays:
    """How many visits were told right, told wrong, and told with a range that holds the true dwell.

    A landing told as "field unknown" is right when the departure then names the field, and never wrong.
    """
    right = wrong = inside = 0
    for case in made:
        events = list(track_events(case.polls, ICAO24, airports, Rules(min_confidence, case.watched)))
        taken_back = {event.retracts for event in events}
        undone = {event.visit for event in events if event.id in taken_back}
        stand = [event for event in events if event.type != "retraction" and event.visit not in undone]
        named = {event.visit: event.airport.icao for event in stand if event.airport is not None}
        here = {visit for visit, icao in named.items() if icao == case.airport}
        right += bool(here)
        wrong += any(visit not in here for visit in named)
        inside += any(_holds_dwell(e, case) for e in events if e.type == "departure" and e.visit in here)
    return Stays(len(made), right, wrong, inside)


def _holds_dwell(event: Event, case: Case) -> bool:
    if case.landed_at is None or case.left_at is None or event.dwell_min_s is None or event.dwell_max_s is None:
        return False
    return event.dwell_min_s <= case.left_at - case.landed_at <= event.dwell_max_s


def count_told(made: Iterable[Case], airports: Airports, min_confidence: float) -> int:
    """Of how many flights anything at all was told."""
    return sum(any(track_events(c.polls, ICAO24, airports, Rules(min_confidence, c.watched))) for c in made)
