"""History by adsb.lol's traces: what is asked, what is kept, and the visits that come of it."""

import gzip
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from loopback import HTML, Fault, status
from made_visits import ICAO24, at
from state_vectors import AIRPORTS, watched
from trace_server import TraceServer, trace
from traced_flights import DAYS, NIGHT_DOWN, NIGHT_UP, TODAY, stay

from flightwatch.app.flight_inquiry import Bar
from flightwatch.app.history import known
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.replay import replay
from flightwatch.app.topic import Topic
from flightwatch.app.trace_inquiry import Wanted, archive_unarchived, inquire_traces, wanted_traces
from flightwatch.core.model import instant
from flightwatch.core.progress import Progress
from flightwatch.core.spans import DAY_S, Span
from flightwatch.core.visits import Visit
from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, Unreachable
from flightwatch.planning.trace_days import SENTINELS, day_of
from flightwatch.sources.adsb_lol_traces import PACE_S, AdsbLolTraces
from flightwatch.sources.traces import decode, polls
from flightwatch.storage.store import Store
from flightwatch.storage.traces import asked_traces

NOW = instant(TODAY + DAY_S // 2)
pytestmark = pytest.mark.usefixtures("no_proxy")

TAIL = Topic("RA-86559", icao24s=(ICAO24,))


@pytest.fixture
def traces() -> Iterator[TraceServer]:
    """Every day of the last 45, with a night at Vladivostok."""
    with TraceServer() as server:
        server.days = {*DAYS}
        for day in (NIGHT_DOWN // DAY_S * DAY_S, NIGHT_UP // DAY_S * DAY_S):
            server.fly(ICAO24, day, stay("VVO", NIGHT_DOWN, NIGHT_UP))
        yield server


class Asker:
    """Asks for the last days at a time that stands still, and keeps what was said."""

    def __init__(self, store: Store, traces: TraceServer) -> None:
        self.pauses, self.said = list[float](), list[str]()
        self.now = NOW
        self.store, self.server = store, traces
        self.source = AdsbLolTraces(traces.origin, pause=self.pauses.append, monotonic=lambda: sum(self.pauses))

    @property
    def knowledge(self) -> Knowledge:
        return Knowledge(self.store, None, AIRPORTS, self.now)

    def ask(self, days: int, bar: Bar = lambda _what, _total: nullcontext(lambda _done, _total: None)) -> list[str]:
        """Ask; give what was asked of the aircraft."""
        before = len(self.server.asked_for(ICAO24))
        wanted = wanted_traces(self.store, {ICAO24: [Span(self.now - timedelta(days=days), self.now)]}, self.now)
        try:
            inquire_traces(
                self.knowledge,
                lambda: self.source,
                wanted,
                clock=lambda: self.now,
                say=self.said.append,
                bar=bar,
            )
        finally:
            archive_unarchived([ICAO24], self.knowledge, self.now)
        return self.server.asked_for(ICAO24)[before:]

    def outcomes(self) -> dict[int, str]:
        """How many days ago what came of it."""
        return {(TODAY - day) // DAY_S: each.outcome for day, each in asked_traces(self.store, ICAO24).items()}

    def visits(self) -> list[Visit]:
        return list(known(TAIL, self.knowledge).visits)


@pytest.fixture
def asker(store: Store, traces: TraceServer) -> Asker:
    return Asker(store, traces)


def test_a_night_over_midnight(asker: Asker) -> None:
    """Its landing and departure were seen, on two days, and are told with the time between them and who told."""
    asker.ask(10)
    [visit] = asker.visits()
    assert visit.airport is not None
    assert visit.departure is not None
    assert (visit.airport.iata, visit.arrival.basis, visit.departure.basis) == ("VVO", "observed", "observed")
    assert (visit.arrival.archive, visit.departure.archive) == ("adsb.lol", "adsb.lol")
    assert visit.arrival.at is not None
    assert visit.departure.at is not None
    assert abs(visit.arrival.at - instant(NIGHT_DOWN)) <= timedelta(minutes=2)
    assert abs(visit.departure.at - instant(NIGHT_UP)) <= timedelta(minutes=2)
    [landing] = asker.store.events([visit.landing or ""]).values()
    assert landing.heard_by == ("adsb.lol",)
    assert len(landing.evidence) >= 2
    assert asker.said == [
        "asking adsb.lol: 11 days: 1 airframe, 11 traces, one to three questions each, one a second, no credits"
    ]


def test_each_answer_once(asker: Asker) -> None:
    """What is kept is not asked again, but for today, whose trace grows; more days cost only what is new."""
    assert asker.ask(3)[0] == "lately"
    assert asker.outcomes() == {0: "silent", 1: "silent", 2: "silent", 3: "silent"}
    assert asker.ask(3) == ["lately", "lately"]  # once more before a silence is believed
    assert {*asker.ask(4)} == {"lately", "2026/11/25"}


def test_a_second_lies_between_questions(asker: Asker) -> None:
    asker.ask(2)
    asked = len(asker.server.requests)
    assert asker.pauses == [PACE_S] * (asked - 1)


def test_a_silent_day_is_told_from_none(asker: Asker, traces: TraceServer) -> None:
    """An airframe that flies every day is asked for: where it was not heard either there is no such day, and nobody is silent."""
    traces.days -= {TODAY - DAY_S, TODAY - 2 * DAY_S}
    traces.grounded = {*SENTINELS[:2]}
    asker.ask(4)
    assert asker.outcomes() == {0: "silent", 1: "missing", 2: "missing", 3: "silent", 4: "silent"}
    assert asker.said[-1] == (
        "adsb.lol has nothing of 2 days, 2026-11-27 to 2026-11-28, so nothing is known of that time; they are asked about again "
        "another time"
    )
    traces.days |= {TODAY - DAY_S, TODAY - 2 * DAY_S}
    asker.now += timedelta(days=1, hours=1)
    asker.ask(5)
    assert asker.outcomes() == {-1: "silent", 0: "missing", 1: "silent", 2: "silent", 3: "silent", 4: "silent"}


def test_sentinels_are_asked_once_a_day(asker: Asker, store: Store) -> None:
    """Another aircraft that was silent that day needs no sentinel, unless the day is so old that it may be gone."""
    asker.ask(2)
    sentinels = len(asker.server.asked_for(SENTINELS[0]))
    assert sentinels == 3
    wanted = wanted_traces(store, {"780a1b": [Span(NOW - timedelta(days=2), NOW)]}, NOW)
    inquire_traces(
        asker.knowledge,
        lambda: asker.source,
        wanted,
        clock=lambda: NOW,
        say=asker.said.append,
        bar=lambda _what, _total: nullcontext(lambda _done, _total: None),
    )
    assert len(asker.server.asked_for(SENTINELS[0])) == sentinels + 1  # for today


def test_days_that_are_too_old_end_it(asker: Asker, traces: TraceServer) -> None:
    """Where a day of that age is gone the older ones are too, and are not asked for."""
    traces.days = {day for day in traces.days if day >= TODAY - 40 * DAY_S}
    asked = asker.ask(60)
    assert asked[-1] == f"{instant(TODAY - 41 * DAY_S):%Y/%m/%d}"
    assert [days for days, outcome in asker.outcomes().items() if outcome == "missing"] == [45, 44, 43, 42, 41]
    assert asker.said[-1].endswith("so nothing is known of that time; they are too old")


def test_a_day_that_was_not_over_is_asked_again(asker: Asker) -> None:
    asker.now = instant(TODAY + 600)
    asker.ask(1)
    asker.now += timedelta(hours=3)
    assert "2026/11/28" in asker.ask(1)
    assert "2026/11/28" not in asker.ask(1)


def test_today_is_told_as_far_as_it_goes(asker: Asker, traces: TraceServer) -> None:
    """The trace of the last 24 hours tells of a landing today, and not that it is still there."""
    down = TODAY + 8 * 3600
    heard = [r for r in stay("VVO", down, down + 2 * DAY_S) if r.last_contact < NOW.timestamp()]
    traces.lately[ICAO24] = trace(ICAO24, TODAY - DAY_S // 2, heard)
    asker.ask(1)
    [visit] = asker.visits()
    assert visit.arrival.basis == "observed"
    assert visit.may_be_there


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (HTML, BadAnswer, "sent a page, not a trace"),
        (Fault(body=b"[]"), BadAnswer, "cannot be read as a trace"),
        (Fault(body=trace("780a1b", TODAY, [])), BadAnswer, "it is of 780a1b, not of 15521f"),
        (Fault(body=trace(ICAO24, TODAY - 9 * DAY_S, [])), BadAnswer, "it is of 2026-11-20, not of 2026-11-28"),
        (Fault(body=gzip.compress(trace(ICAO24, TODAY, []))[:-9]), BadAnswer, "damaged or cut short"),
        (Fault(body=gzip.compress(b" " * (2**26 + 1))), BadAnswer, "holds more than 64 MB"),
        (status(429, Retry_After="7200"), OutOfCredits, "it says to wait 2 h 0 min"),
        (status(500), Unreachable, "has trouble of its own (500)"),
        (status(301, Location="https://example.org/"), Refused, "redirects to example.org"),
    ],
)
def test_what_cannot_be_used(
    asker: Asker, traces: TraceServer, fault: Fault, error: type[SourceError], words: str
) -> None:
    """It is said in a line, nothing is kept of it, and what came before is."""
    traces.faulty_days[TODAY - DAY_S] = fault
    with pytest.raises(error) as caught:
        asker.ask(2)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert asker.outcomes().keys() == ({0, 2} if error is BadAnswer else {0})


def test_who_asks_too_often_waits(asker: Asker, traces: TraceServer) -> None:
    """One more try after the time that it says; then nothing is asked until that time is over, by no later command."""
    traces.faults.append(status(429, Retry_After="3"))
    asker.ask(0)
    assert 3.0 in asker.pauses
    traces.faults.extend([status(429, Retry_After="900")] * 2)
    with pytest.raises(OutOfCredits, match="wait 15 min"):
        asker.ask(0)
    asked = len(traces.requests)
    with pytest.raises(OutOfCredits, match="not to be asked before 2026-11-29 12:15 UTC"):
        asker.ask(0)
    assert len(traces.requests) == asked


def test_a_run_that_was_cut_short(asker: Asker) -> None:
    """What was answered is kept, its visits too, and the next run asks for the rest only."""

    def bar(_what: str, _total: int) -> AbstractContextManager[Progress]:
        def progress(done: int, _total: int) -> None:
            if done == 13:
                raise KeyboardInterrupt

        return nullcontext(progress)

    with pytest.raises(KeyboardInterrupt):
        asker.ask(20, bar)
    kept = {days for days in asker.outcomes() if days}
    assert len(kept) == 12
    again = asker.ask(20)
    assert not {f"{instant(TODAY - days * DAY_S):%Y/%m/%d}" for days in kept} & {*again}
    assert len(asker.visits()) == 1


def test_the_clock_stands_in_the_past(asker: Asker) -> None:
    """Answers of a clock that was ahead are asked again, and no day is asked for that has not begun."""
    asker.now = at("2026-11-27T10:00")
    asked = asker.ask(2)
    assert "2026/11/28" not in asked
    assert {*asked} == {"lately", "2026/11/25", "2026/11/26"}


REAL = Path(__file__).parents[1] / "recorded" / "traces" / "trace_full_ac671b.json.gz"
"""N899DN of Delta, 24 hours to 5 February 2025, 19:54 UTC."""


def test_a_real_trace_tells_what_a_replay_of_it_tells(asker: Asker, traces: TraceServer) -> None:
    """The same landings and departures, by place, time and confidence."""
    asker.now, icao24 = at("2025-02-05T20:00"), "ac671b"
    traces.lately[icao24] = gzip.decompress(REAL.read_bytes())
    inquire_traces(
        asker.knowledge,
        lambda: asker.source,
        [Wanted(icao24, day_of(asker.now))],
        clock=lambda: asker.now,
        say=asker.said.append,
        bar=lambda _what, _total: nullcontext(lambda _done, _total: None),
    )
    archive_unarchived([icao24], asker.knowledge, asker.now)
    stays = list(known(Topic("N899DN", icao24s=(icao24,)), asker.knowledge).visits)
    [recording] = [polls([decode(traces.lately[icao24])])]
    replayed = [event for event in replay(recording, watched(aircraft=[icao24]), AIRPORTS) if event.type == "landing"]
    assert len(stays) == 3
    assert [(v.landing, v.airport, v.arrival.at, round(v.arrival.confidence, 3)) for v in reversed(stays)] == [
        (event.id, event.airport, event.time, event.confidence) for event in replayed
    ]
    assert {visit.registration for visit in stays} == {"N899DN"}
