"""What was told against what happened: landings found and false, places, bounds, dwell, delay, calibration."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from statistics import median
from typing import Self

from recordings import Recorded, Truth

from flightwatch.core.model import Basis, Event, EventType, Icao24

NEAR_S, NEAR_UNSEEN_S = 1800, 2700
"""How far what is told may be from what happened, s; the second where nobody saw it."""

ROUNDED_S = 1
MINUTE_S = 60
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
"""Of the bins of the reliability table."""

WRONG_COSTS = 2
"""OPDI's score is right less so many times wrong."""


@dataclass(frozen=True)
class Told:
    """A landing or a departure, as any of the rules tells it. Times are Unix seconds."""

    type: EventType
    icao24: Icao24
    airport: str | None
    time: float
    earliest: float
    latest: float
    basis: Basis
    confidence: float | None = None
    """None: the rule does not say."""
    detected: float | None = None
    """None: the rule works on whole days, afterwards."""
    dwell_s: tuple[float, float] | None = None
    """Shortest and longest time on the ground; None: not told."""
    is_taken_back: bool = False


def told_by(events: Iterable[Event]) -> list[Told]:
    """Flightwatch's events, with what became of them."""
    every = list(events)
    gone = {event.retracts for event in every}
    return [
        Told(
            e.type,
            e.icao24,
            None if e.airport is None else e.airport.icao,
            e.time.timestamp(),
            e.earliest.timestamp(),
            e.latest.timestamp(),
            e.basis,
            e.confidence,
            e.detected_at.timestamp(),
            None if e.dwell_min_s is None or e.dwell_max_s is None else (e.dwell_min_s, e.dwell_max_s),
            e.id in gone,
        )
        for e in every
        if e.type in ("landing", "departure")
    ]


@dataclass
class Tally:
    """What a rule told of a group of recordings."""

    landings: int = 0
    found: int = 0
    right: int = 0
    """Found, and told at the right place."""
    wrong: int = 0
    """Found, and told at another; one told without a place is neither."""
    false: int = 0
    false_named: int = 0
    taken_back: int = 0
    true_taken_back: int = 0
    inside: int = 0
    """Found, with the true touchdown in the bounds told."""
    dwells: int = 0
    """Departures told with a dwell of which the true one is known."""
    dwells_inside: int = 0
    departures: int = 0
    departures_found: int = 0
    delays: list[float] = field(default_factory=list)
    """From touchdown to alert, s."""
    inferred_delays: list[float] = field(default_factory=list)
    """The same of inferred ones where every minute was polled."""
    inferred: list[tuple[float, bool]] = field(default_factory=list)
    """Confidence of each inferred landing told and kept, and whether it was true."""

    def __iadd__(self, other: "Tally") -> Self:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self

    @property
    def recall(self) -> float:
        return self.found / max(1, self.landings)

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.false)

    @property
    def right_share(self) -> float:
        return self.right / max(1, self.landings)

    @property
    def wrong_share(self) -> float:
        return self.wrong / max(1, self.landings)

    @property
    def score(self) -> int:
        """OPDI's: fields named right, less twice those named wrong or where nobody landed."""
        return self.right - WRONG_COSTS * (self.wrong + self.false_named)


def count(recorded: Recorded, told: Sequence[Told]) -> Tally:
    """Match what was told of one recording with what happened. What was taken back was not told."""
    tally = Tally(taken_back=sum(t.is_taken_back for t in told if t.type == "landing"))
    for kind in ("landing", "departure"):
        kept = [t for t in told if t.type == kind and not t.is_taken_back]
        matched = set[int]()
        for truth in (t for n, t in enumerate(recorded.events) if t.type == kind and _counts(recorded, n)):
            limit = NEAR_UNSEEN_S if recorded.mask_ft or truth.seen == "gap" else NEAR_S
            near = [n for n, t in enumerate(kept) if n not in matched and _is_near(t, truth, limit)]
            best = min(near, key=lambda n: abs(kept[n].time - truth.time), default=None)
            if best is not None:
                matched.add(best)
            if truth.optional:
                continue
            hit = None if best is None else kept[best]
            if kind == "landing":
                _count_landing(tally, recorded, truth, hit)
                tally.true_taken_back += hit is None and any(
                    t.is_taken_back and t.type == kind and _is_near(t, truth, limit) for t in told
                )
            else:
                _count_departure(tally, recorded, truth, hit)
        if kind == "landing":
            _count_false(tally, [t for n, t in enumerate(kept) if n not in matched])
    return tally


def _counts(recorded: Recorded, number: int) -> bool:
    """Tell whether it counts: a departure without a landing before it only where every minute of it was polled."""
    truth = recorded.events[number]
    before = (e for e in recorded.events[:number] if e.type == "landing" and e.icao24 == truth.icao24)
    return truth.type == "landing" or any(before) or (recorded.step == MINUTE_S and not recorded.mask_ft)


def _is_near(told: Told, truth: Truth, limit_s: float) -> bool:
    return truth.icao24 in (None, told.icao24) and abs(told.time - truth.time) <= limit_s


def _count_landing(tally: Tally, recorded: Recorded, truth: Truth, hit: Told | None) -> None:
    tally.landings += 1
    if hit is None:
        return
    tally.found += 1
    tally.right += hit.airport == truth.airport
    tally.wrong += hit.airport not in (None, truth.airport)
    tally.inside += hit.earliest - ROUNDED_S <= truth.time <= hit.latest + ROUNDED_S
    if hit.detected is not None:
        tally.delays.append(hit.detected - truth.time)
    if hit.basis == "inferred" and hit.confidence is not None:
        tally.inferred.append((hit.confidence, hit.airport in (None, truth.airport)))
        if hit.detected is not None and recorded.step == MINUTE_S:
            tally.inferred_delays.append(hit.detected - truth.time)


def _count_departure(tally: Tally, recorded: Recorded, truth: Truth, hit: Told | None) -> None:
    tally.departures += 1
    tally.departures_found += hit is not None
    before = [e for e in recorded.events if e.type == "landing" and e.time < truth.time and e.icao24 == truth.icao24]
    if hit is not None and hit.dwell_s is not None and before:
        tally.dwells += 1
        tally.dwells_inside += hit.dwell_s[0] <= truth.time - before[-1].time <= hit.dwell_s[1]


def _count_false(tally: Tally, extra: Sequence[Told]) -> None:
    tally.false += len(extra)
    tally.false_named += sum(t.airport is not None for t in extra)
    tally.inferred += [(t.confidence, False) for t in extra if t.basis == "inferred" and t.confidence is not None]


def bins(inferred: Iterable[tuple[float, bool]]) -> Iterator[tuple[int, float, float]]:
    """For each bin of `EDGES` that holds any: how many, the mean of what was said, the share that was true."""
    every = list(inferred)
    for low, high in pairwise(EDGES):
        inside = [(said, is_true) for said, is_true in every if low <= said < high]
        if inside:
            said, true = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            yield len(inside), said, true


def calibration_error(inferred: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: how far what is said is from what is true, bin by bin, weighted by how many."""
    return sum(n * abs(said - true) for n, said, true in bins(inferred)) / max(1, len(inferred))


def middle(values: Sequence[float]) -> str:
    """The median in whole seconds, or a dash."""
    return f"{median(values):.0f}" if values else "-"
