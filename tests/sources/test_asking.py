"""Sources asked side by side."""

from threading import Barrier

import pytest

from flightwatch.core.model import OPENSKY, Query
from flightwatch.errors import Refused, SourceError
from flightwatch.network.deadline import side_by_side
from flightwatch.sources.answer import Answer, Fetched
from flightwatch.sources.asking import ask

NAMES = (OPENSKY, "adsb.lol", "roof")
ANSWER = Fetched(b"", Answer(1, (), 0))


class Waiting:
    """A source that answers when all have been asked."""

    def __init__(self, together: Barrier) -> None:
        self._together = together
        self.asked: list[Query] = []

    def begin_poll(self) -> None:
        self._together.wait(timeout=30)

    def fetch(self, query: Query) -> Fetched:
        self.asked.append(query)
        if query.icao24s == ("bad000",):
            raise Refused("no")
        return ANSWER


def test_all_at_once_each_its_own_questions() -> None:
    """None waits for another; one's second question comes after its first, and what came before a failure stays."""
    together = Barrier(3)
    sources = {name: Waiting(together) for name in NAMES}
    lol = [Query(icao24s=(icao24,), source="adsb.lol") for icao24 in ("aaaaaa", "bad000", "cccccc")]
    replies = ask(sources, [Query(), *lol, Query(source="roof")])
    assert [reply.source for reply in replies] == [*NAMES]
    assert [len(reply.fetched) for reply in replies] == [1, 1, 1]
    assert [isinstance(reply.error, SourceError) for reply in replies] == [False, True, False]
    assert replies[1].asked == tuple(lol[:2])
    assert sources["adsb.lol"].asked == lol[:2]


def test_who_is_asked_nothing_has_no_reply() -> None:
    sources = {name: Waiting(Barrier(1)) for name in NAMES}
    assert [reply.source for reply in ask(sources, [Query(source="roof")])] == ["roof"]


def test_work_that_hangs_is_not_waited_for() -> None:
    never = Barrier(2)

    def hangs() -> str:
        never.wait()
        return "never"

    assert side_by_side(0.05, [lambda: "done", hangs, lambda: "too"]) == ["done", None, "too"]
    never.abort()


def test_what_is_raised_comes_through() -> None:
    def fails() -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        side_by_side(30.0, [fails])
