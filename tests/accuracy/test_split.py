"""Recorded skies split between two sources: what is told is what the whole tells, each event once.

Every row is heard by one source or by both, at random. Then one of them has another clock, tells late, or dies in the middle,
after which the other hears everything.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random

import pytest
from msgspec.structs import replace
from recordings import Recorded, polls, truths

from flightwatch.app.replay import replay
from flightwatch.core.airports import Airports
from flightwatch.core.merging import aligned, merged
from flightwatch.core.model import OPENSKY, Answered, Event, Poll, Query, StateVector, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist

LOL = "adsb.lol"
EVERY = 11
"""Of the recordings every eleventh is split: a dozen, of each set and cadence."""

Halves = tuple[Sequence[StateVector], Sequence[StateVector]]
Answers = Sequence[Poll]

RECORDED = [(name, recorded) for name in ("real", "opensky") for recorded in truths(name)][::EVERY]


@pytest.fixture(scope="module")
def airports() -> Airports:
    return load_airports()


def told(seen: Sequence[Poll], recorded: Recorded, airports: Airports) -> list[Event]:
    watchlist = Watchlist(aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in recorded.icao24))
    return list(replay(seen, watchlist, airports))


def later(vector: StateVector, by_s: int) -> StateVector:
    fixed = vector.time_position
    return replace(
        vector, last_contact=vector.last_contact + by_s, time_position=None if fixed is None else fixed + by_s
    )


def answer(source: str, poll: Poll, vectors: Sequence[StateVector], clock_s: int = 0) -> Poll:
    """Make one source's answer of a poll, by its own clock."""
    return replace(
        poll,
        at=instant(round(poll.at.timestamp()) + clock_s),
        vectors=tuple(later(vector, clock_s) for vector in vectors),
        sources=(source,),
        answered=(Answered(Query(source=source), len(vectors)),),
    )


def halves(poll: Poll, random: Random) -> Halves:
    """Two thirds of the rows for each, so that a third is heard by both."""
    shares = [random.randrange(3) for _ in poll.vectors]
    return (
        [vector for vector, share in zip(poll.vectors, shares, strict=True) if share != 0],
        [vector for vector, share in zip(poll.vectors, shares, strict=True) if share != 1],
    )


def beside(seen: Sequence[Poll], number: int, both: Halves) -> Answers:
    return answer(OPENSKY, seen[number], both[0]), answer(LOL, seen[number], both[1])


def with_other_clocks(seen: Sequence[Poll], number: int, both: Halves) -> Answers:
    return answer(OPENSKY, seen[number], both[0]), answer(LOL, seen[number], both[1], clock_s=-7200)


def dying(seen: Sequence[Poll], number: int, both: Halves) -> Answers:
    """The first dies, and what is left has a wrong clock."""
    if number > len(seen) // 2:
        return (answer(LOL, seen[number], seen[number].vectors, clock_s=-7200),)
    return with_other_clocks(seen, number, both)


def late(seen: Sequence[Poll], number: int, both: Halves) -> Answers:
    """The second tells what it heard a poll ago."""
    theirs = {vector.icao24 for vector in both[1]}
    before = seen[max(0, number - 1)].vectors
    return answer(OPENSKY, seen[number], both[0]), answer(LOL, seen[number], [v for v in before if v.icao24 in theirs])


def joined(seen: Sequence[Poll], way: Callable[[Sequence[Poll], int, Halves], Answers]) -> Iterator[Poll]:
    """Split each poll, and join it again; as one source's, so that it is judged as the whole is."""
    random, moved_s = Random(15), dict[str, int]()
    for number, poll in enumerate(seen):
        outcome = aligned(way(seen, number, halves(poll, random)), moved_s)
        moved_s = outcome.moved_s
        yield replace(merged(outcome.polls), sources=(OPENSKY,), heard_by={}, answered=poll.answered)


def places(events: Sequence[Event]) -> list[tuple[str, str | None]]:
    return [(event.type, event.airport.icao if event.airport else None) for event in events]


@pytest.mark.parametrize("way", [beside, with_other_clocks, dying], ids=lambda way: way.__name__)
def test_a_split_sky_tells_what_the_whole_tells(
    way: Callable[[Sequence[Poll], int, Halves], Answers], airports: Airports
) -> None:
    """To the second and to the last digit of every probability; only who heard it is another matter."""
    events = 0
    for name, recorded in RECORDED:
        seen = list(polls(name, recorded))
        whole = [replace(event, heard_by=()) for event in told(seen, recorded, airports)]

        assert [replace(event, heard_by=()) for event in told(list(joined(seen, way)), recorded, airports)] == whole
        events += len(whole)
    assert events >= 20


def test_a_source_that_tells_late_changes_no_place(airports: Airports) -> None:
    """A minute's delay of what only one source hears moves times, and neither adds an event nor takes one away."""
    events = 0
    for name, recorded in RECORDED:
        if recorded.step > 60:
            continue
        seen = list(polls(name, recorded))
        whole = told(seen, recorded, airports)

        assert places(told(list(joined(seen, late)), recorded, airports)) == places(whole)
        events += len(whole)
    assert events >= 12
