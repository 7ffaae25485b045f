"""Two sources of one poll, from loopback servers into the database: one that fails, its clock, who heard what, and replays."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from loopback import CLOSE, Fault, status
from made_visits import SEEN_DOWN, SEEN_UP
from program import RICH
from state_vectors import AIRPORTS, MINUTE, told
from two_ears import BOTH, LOL, WATCHLIST, TwoEars, crowd, seen, two_ears, visit_times

from flightwatch.alerting.deafness import OK
from flightwatch.app.replay import replay
from flightwatch.core.model import OPENSKY, instant
from flightwatch.errors import SourceError
from flightwatch.sources.recorded import Recorder, Recording
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.source_log import source_states
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import OPENSKY_ALONE, SourceEntry, Watchlist

HOUR, DAY = 3600, 86_400
VISIT = [("landing", "observed", "UHWW"), ("departure", "observed", "UHWW")]


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[TwoEars]:
    with two_ears(tmp_path) as ears:
        yield ears


def refused(code: int) -> Callable[[TwoEars, int], None]:
    return lambda ears, _: ears.opensky.faults.extend([status(code)] * 3)


def closed(ears: TwoEars, _: int) -> None:
    ears.opensky.faults.extend([CLOSE] * 3)


def empty(ears: TwoEars, _: int) -> None:
    ears.opensky.states = []


def still(ears: TwoEars, _: int) -> None:
    ears.opensky.time = SEEN_DOWN - 12 * HOUR


FAILURES = [
    pytest.param(refused(503), "trouble of its own (503)", id="503"),
    pytest.param(refused(403), "refuses this account or network address (403)", id="403"),
    pytest.param(closed, "broke", id="nothing"),
    pytest.param(empty, "0 aircraft in the whole world where some 6", id="empty"),
    pytest.param(still, "nothing newer than its last answer", id="standing still"),
]


@pytest.mark.parametrize(("fail", "why"), FAILURES)
def test_one_ear_dies_for_a_day(ears: TwoEars, fail: Callable[[TwoEars, int], None], why: str) -> None:
    """No landing is missed; readers are told once that it fails and once that it is heard again, and so is standard error."""
    begins, ends = SEEN_DOWN - 12 * HOUR, SEEN_DOWN + 12 * HOUR
    about = (begins, SEEN_DOWN, ends, SEEN_UP)
    for at in visit_times(10 * MINUTE, before=15 * HOUR, after=13 * HOUR):
        if at % (40 * MINUTE) and all(abs(at - when) > 2 * HOUR for when in about):
            continue  # little happens, and each poll takes its time
        ears.hear(at, seen(at))
        if begins < at < ends:
            fail(ears, at)
        ears.poll(at)
        ears.opensky.faults.clear()
    assert told(ears.events) == VISIT
    assert [event.heard_by for event in ears.events] == [(LOL,), (LOL,)]
    first, last = ears.health
    assert (first.source, first.until, first.since) == (OPENSKY, None, instant(begins + 10 * MINUTE))
    assert first.detected_at == instant(begins + 70 * MINUTE)
    assert (last.source, last.since, last.until) == (OPENSKY, first.since, instant(ends))
    begun, ended = ears.lines
    assert why in begun
    assert begun.endswith("other sources are heard, and until OpenSky is too this is not said again")
    assert ended == "OpenSky is heard again, after 24 h 00 min"
    assert source_states(ears.store)[OPENSKY].outcome == OK


def test_both_hear(ears: TwoEars) -> None:
    """It is told once, with both names; nothing is said of the sources."""
    for at in visit_times(10 * MINUTE, before=2 * HOUR, after=HOUR):
        ears.hear(at, seen(at))
        ears.poll(at)
    assert told(ears.events) == VISIT
    assert [event.heard_by for event in ears.events] == [(OPENSKY, LOL), (OPENSKY, LOL)]
    assert (ears.health, ears.lines) == ([], [])


def test_the_same_events_from_the_recording(ears: TwoEars, tmp_path: Path) -> None:
    """Byte for byte, though one source came and went."""
    recorder = Recorder(tmp_path / "polls")
    for number, at in enumerate(visit_times(5 * MINUTE, before=2 * HOUR, after=HOUR)):
        ears.hear(at, seen(at))
        if number % 7 in (2, 3, 4):
            ears.opensky.faults.extend([status(503)] * 3)
        if number % 5 == 1:
            ears.lol.faults.append(Fault(500))
            ears.lol.faults.extend([Fault(500)] * 2)
        if number % 7 in (2, 3, 4) and number % 5 == 1:
            with pytest.raises(SourceError, match=r"503.*; .*500"):
                ears.poll(at, recorder)
        else:
            ears.poll(at, recorder)
        ears.opensky.faults.clear()
        ears.lol.faults.clear()
    assert told(ears.events) == VISIT
    again = replay(Recording([tmp_path / "polls"]).answers(), WATCHLIST, AIRPORTS)
    assert [msgspec.json.encode(e) for e in again] == [msgspec.json.encode(e) for e in ears.events]
    with Store(tmp_path / "replayed.db", lasting=False) as store:
        list(replay(Recording([tmp_path / "polls"]).answers(), WATCHLIST, AIRPORTS, store))
        assert store.tracks() == ears.store.tracks()


def test_a_clock_that_is_wrong(ears: TwoEars) -> None:
    """The first source tells the time; another's instants are moved to it, which is said once."""
    for at in visit_times(10 * MINUTE, before=2 * HOUR, after=HOUR):
        ears.hear(at, seen(at))
        ears.lol.now_s += 300.0
        if at < SEEN_UP - 30 * MINUTE:  # it tells of the landing alone
            ears.opensky.states = crowd(at)
        ears.poll(at)
    assert told(ears.events) == VISIT
    landing = ears.events[0]
    assert landing.heard_by == (LOL,)
    assert abs(landing.time.timestamp() - SEEN_DOWN) <= 120
    assert ears.lines == ["the clock of adsb.lol is 5 min ahead of the others': its times are moved by that"]


def test_one_that_is_ahead_by_a_day_does_not_tell_the_time(ears: TwoEars, tmp_path: Path) -> None:
    """Though it is the first of the watchlist; nor does it in a replay."""
    at = SEEN_DOWN
    ears.hear(at, crowd(at))
    ears.opensky.time += DAY
    polled = ears.poll(at, Recorder(tmp_path / "polls"))
    [recorded] = Recording([tmp_path / "polls"]).polls()
    assert recorded == polled.poll
    assert polled.poll is not None
    assert polled.poll.at == instant(at)
    assert "the clock of OpenSky is 24 h 00 min ahead" in ears.lines[0]


@pytest.mark.parametrize("required", [OPENSKY, LOL])
def test_without_one_that_is_required(tmp_path: Path, required: str) -> None:
    """The poll fails, as it does without any."""
    sources = tuple(SourceEntry(each.kind, each.name, is_required=each.name == required) for each in BOTH)
    with two_ears(tmp_path, msgspec.structs.replace(WATCHLIST, sources=sources)) as ears:
        at = SEEN_DOWN
        ears.hear(at, seen(at))
        ears.poll(at)
        at += 5 * MINUTE
        ears.hear(at, seen(at))
        failing = ears.opensky if required == OPENSKY else ears.lol
        failing.faults.extend([Fault(503)] * 3)
        with pytest.raises(SourceError, match="503"):
            ears.poll(at)
        assert ears.store.last_poll_at() == instant(at - 5 * MINUTE)
        states = source_states(ears.store)
        assert {name for name, state in states.items() if state.since is not None} == {required}


def test_all_fail(ears: TwoEars) -> None:
    at = SEEN_DOWN
    ears.hear(at, seen(at))
    ears.poll(at)
    ears.opensky.faults.append(status(403))
    ears.lol.faults.append(status(403))
    with pytest.raises(SourceError, match=r"\(403\).*; .*\(403\)"):
        ears.poll(at + 5 * MINUTE)
    last = ears.store.last_poll()
    assert last is not None
    assert last.at is None


def test_a_question_to_opensky_that_failed_costs_nothing_and_tells_nothing(ears: TwoEars) -> None:
    """Though the poll is good."""
    for minutes in (0, 5):
        at = SEEN_DOWN + minutes * MINUTE
        ears.hear(at, seen(at))
        if minutes:
            ears.opensky.faults.append(status(403))
        ears.poll(at)
    ledger = PollLog(ears.store).ledger(instant(at + MINUTE), signed_in=False)
    assert (ledger.balance, [told for told, _ in ledger.answered]) == (RICH - 4, [SEEN_DOWN + 1])


def test_a_pause_that_is_asked_for(ears: TwoEars) -> None:
    """A source that is asked too often is left alone as long as it says, and the other goes on."""
    at = SEEN_DOWN
    ears.hear(at, seen(at))
    ears.lol.faults.append(status(429, Retry_After="3600"))
    ears.poll(at)
    asked = len(ears.lol.requests)
    for minutes in (10, 30, 55):
        ears.hear(at + minutes * MINUTE, seen(at + minutes * MINUTE))
        ears.poll(at + minutes * MINUTE)
    assert len(ears.lol.requests) == asked
    ears.hear(at + 65 * MINUTE, seen(at + 65 * MINUTE))
    ears.poll(at + 65 * MINUTE)
    assert len(ears.lol.requests) > asked
    assert [line.partition(",")[0] for line in ears.lines] == [
        "127.0.0.1 is asked too often (429)",
        "adsb.lol is heard again",
    ]


def test_opensky_is_not_asked_where_it_is_not_listed(tmp_path: Path) -> None:
    """Nor do its credits matter."""
    with two_ears(tmp_path, msgspec.structs.replace(WATCHLIST, sources=BOTH[1:])) as ears:
        ears.opensky.credits.clear()
        for at in visit_times(10 * MINUTE, before=HOUR, after=HOUR):
            ears.hear(at, seen(at))
            ears.poll(at)
        assert told(ears.events) == VISIT
        assert ears.opensky.requests == []


def test_sources_without_opensky_change_nothing_for_who_has_opensky_alone(tmp_path: Path) -> None:
    """The same polls of OpenSky alone give the events that they always gave, told as heard by it."""
    with two_ears(tmp_path, Watchlist(WATCHLIST.aircraft, WATCHLIST.airports)) as ears:
        assert ears.watchlist.sources == OPENSKY_ALONE
        for at in visit_times(10 * MINUTE, before=HOUR, after=HOUR):
            ears.hear(at, seen(at))
            ears.poll(at)
        assert told(ears.events) == VISIT
        assert [event.heard_by for event in ears.events] == [(OPENSKY,), (OPENSKY,)]
        assert ears.lol.requests == []
