"""Recorded flights, from poll to event, against what a person sees in the full track."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct
from state_vectors import AIRPORTS, watched

from flightwatch.app.replay import replay
from flightwatch.core.model import Event, instant
from flightwatch.sources.recorded import Recording

FLIGHTS = Path(__file__).parents[1] / "recorded" / "flights"
ON_TIME = timedelta(minutes=30)


class Truth(Struct, frozen=True):
    """A landing or a departure that happened."""

    type: str
    airport: str
    time: int


class Case(Struct, frozen=True):
    """A recording and what is true of it."""

    case: str
    icao24: list[str]
    mask_ft: int | None
    events: tuple[Truth, ...]

    def landings(self) -> list[Truth]:
        """The landings that happened."""
        return [event for event in self.events if event.type == "landing"]


CASES = msgspec.json.decode((FLIGHTS / "truth.json").read_bytes(), type=list[Case])
SEEN = [case for case in CASES if case.mask_ft is None and case.landings()]
MASKED = [case for case in CASES if case.mask_ft is not None]
NEVER_LANDED = [case for case in CASES if not case.landings()]


def name(case: Case) -> str:
    return case.case


@cache
def events(case: str) -> tuple[Event, ...]:
    """Replay a recording with only its airframes on the watchlist, and no airport expected."""
    icao24s = next(c.icao24 for c in CASES if c.case == case)
    recording = Recording([FLIGHTS / f"{case}.jsonl.gz"])
    return tuple(replay(recording.polls(), watched(aircraft=icao24s), AIRPORTS))


def standing(case: Case) -> list[Event]:
    """The landings that were told and not taken back."""
    told = events(case.case)
    taken_back = {event.retracts for event in told}
    return [event for event in told if event.type == "landing" and event.id not in taken_back]


def fits(event: Event, truth: Truth) -> bool:
    there = {share.icao for share in event.candidates} if event.airport is None else {event.airport.icao}
    return truth.airport in there and abs(event.time - instant(truth.time)) <= ON_TIME


UNSURE = 0.92
"""What a wrong place may be told with, at the most."""

OPEN = {"liege-300s"}
"""Recordings whose landing is told as one of several fields, the right one among them: the last of the polls every five minutes
has it half way between two airports, on its way to either."""

LESS_THAN_SURE = 0.95
"""What a landing on an unknown field may be told with, at the most, where nobody saw one: one aircraft comes down steadily from
750 to 310 m and is not heard again."""

HIGH_MASK_FT = 8000
"""Lost so high, 50 km and more from the field, the right one of several is anybody's guess."""


def test_the_recordings_are_there() -> None:
    """Each has its truth, each truth its recording, and each kind of case is present."""
    assert sorted(f"{case.case}.jsonl.gz" for case in CASES) == sorted(f.name for f in FLIGHTS.glob("*.jsonl.gz"))
    assert (len(SEEN) >= 30, len(MASKED) >= 20, {c.case[:6] for c in NEVER_LANDED}) == (
        True,
        True,
        {"thanky", "anzac_"},
    )


@pytest.mark.parametrize("case", SEEN, ids=name)
def test_every_landing_is_found_and_none_is_false(case: Case) -> None:
    """Within half an hour, at the right airport, after dozens of low passes."""
    told = [event for event in events(case.case) if event.type == "landing"]
    assert all(event.airport is not None for event in told) == (case.case not in OPEN)
    assert [[fits(event, truth) for event in told] for truth in case.landings()] == [[True]]


@pytest.mark.parametrize("case", MASKED, ids=name)
def test_no_landing_stands_at_a_wrong_place(case: Case) -> None:
    """Where no receiver sees low traffic a landing may be missed; put elsewhere it is never with much confidence."""
    right = {landing.airport for landing in case.landings()}
    wrong = [event for event in standing(case) if event.airport is not None and event.airport.icao not in right]
    assert all(event.confidence < UNSURE for event in wrong)
    assert not wrong or (case.mask_ft or 0) >= HIGH_MASK_FT


@pytest.mark.parametrize("case", NEVER_LANDED, ids=name)
def test_lost_low_is_no_landing_on_any_one_field(case: Case) -> None:
    assert all(event.airport is None and event.confidence < LESS_THAN_SURE for event in events(case.case))


@pytest.mark.parametrize("case", CASES, ids=name)
def test_events_are_told_in_order(case: Case) -> None:
    """Each is detected after it happened, and its bounds hold its best estimate."""
    told = events(case.case)
    assert [event.detected_at for event in told] == sorted(event.detected_at for event in told)
    assert all(e.earliest <= e.time <= e.latest <= e.detected_at for e in told)


@pytest.mark.parametrize("case", [c for c in SEEN if len(c.events) > len(c.landings())], ids=name)
def test_departures_are_found(case: Case) -> None:
    """The recordings that begin on the ground: its time is known to a few minutes, how long it stood is not."""
    departures = [event for event in events(case.case) if event.type == "departure"]
    truths = [event for event in case.events if event.type == "departure"]
    assert [fits(event, truth) for event, truth in zip(departures, truths, strict=True)] == [True] * len(truths)
    assert [event.dwell_s for event in departures] == [None] * len(truths)
