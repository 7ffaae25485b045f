"""The same polls tell the same events, to the byte: live through failures and crashes, replayed, and replayed again.

That ``flightwatch poll --record`` and ``flightwatch replay`` print the same lines is in tests/app/test_loop.py,
with real processes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from deliveries import deliver_all
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from program import RICH
from state_vectors import AIRPORTS, ICAO24, MINUTE, NOON, above, arrival, departure, parked, sent, watched

from flightwatch.alerting.notices import Notice
from flightwatch.app.poll import poll_once
from flightwatch.app.replay import replay
from flightwatch.core.geo import box_holds
from flightwatch.core.model import OPENSKY, Event, Icao24, Query, StateVector, instant
from flightwatch.errors import Unreachable
from flightwatch.sources.answer import Fetched
from flightwatch.sources.opensky_answer import decode
from flightwatch.sources.recorded import Recorder, Recording
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import Alert, describe

OTHER = "4b1806"
WATCHED = (
    ("ZRH", watched(aircraft=[ICAO24, OTHER])),
    ("ZRH", watched("ZRH", aircraft=[ICAO24])),
    ("ZRH", watched("ZRH")),
    ("SIN", watched("SIN", "NBO")),
)
"""Where the aircraft go, and a watchlist that asks for airframes, for the whole world, for a box, for two boxes."""

End = Literal["good", "asked twice", "failed", "killed asking", "killed before the commit", "killed before telling"]
TAKEN: tuple[End, ...] = ("good", "asked twice", "killed before the commit", "killed before telling")
"""Ends of a poll whose answer is taken sooner or later."""
ENDS: tuple[End, ...] = (*TAKEN, "failed", "killed asking")

FIRST = tuple(NOON + minutes * MINUTE for minutes in (-20, -10, -5, -1, 1, 6))
"""When it is polled at first: so that the first aircraft is seen to land."""


class Visitor(Struct, frozen=True):
    """An aircraft that comes, stays and goes again; or that only seemed to have landed."""

    icao24: Icao24
    code: str
    down: int
    up: int
    deaf_m: float
    """Altitude below which nobody hears it; 0: it is heard on the ground too, while it taxies."""
    landed: bool = True
    """False: at ``up`` it is heard again where it was ten minutes before, and holds there."""

    def report(self, at: int) -> StateVector | None:
        """Give what is heard of it at ``at``."""
        if at <= self.down:
            return sent(arrival(self.code, self.down, icao24=self.icao24), at, above(self.deaf_m))
        if at >= self.up and not self.landed:
            return sent(arrival(self.code, at + 10 * MINUTE, icao24=self.icao24), at)
        if at >= self.up:
            return sent(departure(self.code, self.up, icao24=self.icao24), at, above(self.deaf_m))
        taxies = min(at - self.down, self.up - at) < 10 * MINUTE
        return parked(self.code, at, icao24=self.icao24, velocity=9.0) if taxies and not self.deaf_m else None


class Turn(Struct, frozen=True):
    """One poll: the data's time, what is in the sky then, and how it ends."""

    at: int
    vectors: tuple[StateVector, ...]
    end: End


class Story(Struct, frozen=True):
    """All polls of one watchlist."""

    watchlist: Watchlist
    turns: tuple[Turn, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw a visit that is seen, one that is not or only seems to be, and polls at any cadence, some of which end in trouble."""
    code, watchlist = draw(st.sampled_from(WATCHED))
    down = NOON + draw(minutes(0, 30))
    deaf_m = draw(st.sampled_from([900.0, 1500.0, 3000.0]))
    visitors = (
        Visitor(ICAO24, code, NOON, NOON + draw(minutes(10, 120)), 0.0),
        Visitor(OTHER, code, down, down + draw(minutes(5, 120)), deaf_m, draw(st.booleans())),
    )
    gaps = draw(st.lists(st.sampled_from([MINUTE, 5 * MINUTE, 15 * MINUTE]), min_size=10, max_size=20))
    times = [*FIRST[:-1], *accumulate(gaps, initial=FIRST[-1])]
    ends = [*(draw(st.sampled_from(TAKEN)) for _ in FIRST), *(draw(st.sampled_from(ENDS)) for _ in gaps[1:]), "good"]
    heard = (tuple(v for visitor in visitors if (v := visitor.report(at)) is not None) for at in times)
    return Story(watchlist, tuple(map(Turn, times, heard, ends)))


def minutes(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most).map(lambda count: count * MINUTE)


class ScriptedSource:
    """A source that hears what is in the sky at this turn, or fails."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def begin_poll(self) -> None:
        """Nothing takes time here."""

    def fetch(self, query: Query) -> Fetched:
        if self._turn.end == "failed":
            raise Unreachable("OpenSky does not answer")
        if self._turn.end == "killed asking":
            raise KeyboardInterrupt
        states = [vector for vector in self._turn.vectors if is_asked(query, vector)]
        raw = msgspec.json.encode({"time": self._turn.at, "states": states or None})
        return Fetched(raw, decode(raw), RICH)


def is_asked(query: Query, vector: StateVector) -> bool:
    if query.icao24s:
        return vector.icao24 in query.icao24s
    assert vector.latitude is not None
    assert vector.longitude is not None
    return query.box is None or box_holds(query.box, vector.latitude, vector.longitude)


def ticking(at: int, *, readings: int) -> Callable[[], datetime]:
    """Give a clock that can be read so many times before the process is killed."""
    left = iter(range(readings))

    def read() -> datetime:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return instant(at)

    return read


@dataclass
class Live:
    """Polls as cron does: with nothing but the files in ``folder`` to go on from."""

    folder: Path
    watchlist: Watchlist
    events: list[bytes] = field(default_factory=list)
    printed: list[bytes] = field(default_factory=list)

    def take(self, turn: Turn) -> None:
        """Poll as this turn has it; where the answer came but is not kept, ask for it again."""
        match turn.end:
            case "failed":
                with pytest.raises(Unreachable):
                    self._poll(turn)
            case "killed asking":
                with pytest.raises(KeyboardInterrupt):
                    self._poll(turn)
            case "killed before the commit":
                with pytest.raises(KeyboardInterrupt):
                    self._poll(turn, readings=1)
                self._poll(turn, late_s=2)
            case "asked twice":
                self._poll(turn)
                assert self._poll(turn, late_s=2) == ()
            case _:
                self._poll(turn)

    def _poll(self, turn: Turn, *, late_s: int = 1, readings: int = 2) -> tuple[Event, ...]:
        clock = ticking(turn.at + late_s, readings=readings)
        recorder = Recorder(self.folder / "polls")
        with Store(self.folder / "live.db") as store:
            events = poll_once(
                self.watchlist, AIRPORTS, {OPENSKY: ScriptedSource(turn)}, store, clock=clock, recorder=recorder
            ).told
            self.events += map(msgspec.json.encode, events)
            if turn.end != "killed before telling":
                channels = {"print": self._print}
                deliver_all(Outbox(store), channels, self._compose, lambda: instant(turn.at))
        return events

    def _compose(self, event: Event, *, is_brief: bool = False) -> Alert:
        del is_brief  # there is no record
        return describe(event, self.watchlist.watched, AIRPORTS)

    def _print(self, notice: Notice, *_: str) -> None:
        if isinstance(notice, Alert):  # not that nobody watched, which a replay cannot know
            self.printed.append(msgspec.json.encode(notice.event))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(stories())
def test_live_and_replayed(tmp_path_factory: pytest.TempPathFactory, story: Story) -> None:
    """Each event is told once, unless it was taken back before; and what the databases hold is the same too."""
    live = Live(tmp_path_factory.mktemp("same"), story.watchlist)
    for turn in story.turns:
        live.take(turn)
    polls = Recording([live.folder / "polls"])
    assert live.events, "nothing was told, so nothing was compared"
    assert live.printed == [event for event in live.events if event in live.printed]
    told = [msgspec.json.decode(event, type=Event) for event in live.events]
    taken_back = {event.visit for event in told if event.type == "retraction"}
    assert {e.visit for e, line in zip(told, live.events, strict=True) if line not in live.printed} <= taken_back
    with Store(live.folder / "live.db") as store, Store(live.folder / "replayed.db") as copy:
        for into in (None, None, copy):
            assert [
                msgspec.json.encode(e) for e in replay(polls.polls(), story.watchlist, AIRPORTS, into)
            ] == live.events
        assert (copy.tracks(), copy.visits()) == (store.tracks(), store.visits())
