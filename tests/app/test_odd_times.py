"""OpenSky's clock ahead of itself, and our own set while we poll: told in words, over with the next sane answer, no harm done."""

import gzip
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path
from time import time
from typing import Any

import pytest
from made_visits import ICAO24, at, seen_visit
from opensky_server import Fault, OpenSkyServer
from program import RICH, Program, show
from state_vectors import AIRPORTS

from flightwatch.alerting.answer_times import VOTES, Begun, Heard, Uptime, last_used
from flightwatch.alerting.blindness import REGULAR, Blindness
from flightwatch.app.clock import clock_line
from flightwatch.app.poll import poll_once
from flightwatch.app.poll_outcomes import Polled
from flightwatch.core.model import OPENSKY, Event, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import BadAnswer, Refused
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import length

RECORDED = Path(__file__).parents[1] / "recorded" / "real"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FAR = instant(2**31)
HEARD_S = ("time_position", "last_contact")

Body = dict[str, Any]


class Machine:
    """One that polls, with a clock that somebody sets and a running time that nobody does; its sky stands in ``server``."""

    def __init__(self, server: OpenSkyServer, source: OpenSky, store: Store, *icao24s: str, runs: bool = True) -> None:
        self.server, self.source, self.store, self.runs = server, source, store, runs
        self.watchlist = Watchlist(aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in icao24s))
        self.now = FAR
        """The true time."""
        self.wrong = timedelta(0)
        """How far its clock is set wrong."""
        self.boot = 7
        """Which start of it this is."""
        self.said: list[str] = []
        """What it said of its clock."""

    def poll(self, body: Body, now: datetime | None = None) -> Polled:
        """Poll at this time (None: that of the answer) and be given this answer."""
        self.now = now or instant(body["time"])
        raw, left = json.dumps(body).encode(), {"X-Rate-Limit-Remaining": str(RICH)}
        self.server.faults.append(Fault(200, left, raw))
        return self._poll()

    def fail(self, now: datetime) -> None:
        """Poll at this time and be refused."""
        self.now = now
        self.server.faults.append(Fault(403, {}, b""))
        with pytest.raises(Refused):
            self._poll()

    def _poll(self) -> Polled:
        uptime = Uptime(self.boot, int(self.now.timestamp())) if self.runs else None
        log, begun, lag = PollLog(self.store), Begun(self.now + self.wrong, uptime), None
        before, answer = log.last_begun(), last_used(log.answers())
        try:
            polled = poll_once(
                self.watchlist,
                AIRPORTS,
                {OPENSKY: self.source},
                self.store,
                clock=lambda: begun.at,
                uptime=lambda: uptime,
            )
            lag = None if polled.poll is None else polled.lag
        finally:
            self.said += filter(None, [clock_line(before, answer, begun, lag)])
        return polled

    def blindness(self) -> list[Blindness]:
        """Give what was told of blindness, oldest first."""
        outbox = Outbox(self.store)
        return [outbox.blindness(alert) for alert in outbox.due(FAR) if not alert.is_event]


def later(body: Body, ahead_s: int, *, rows: bool) -> Body:
    """Give the answer with its time ahead; ``rows``: with those of its rows too."""
    states = body["states"]
    if rows and states:
        states = [[*row[:3], *(None if s is None else s + ahead_s for s in row[3:5]), *row[5:]] for row in states]
    return body | {"time": body["time"] + ahead_s, "states": states}


def recorded(name: str, most: int) -> list[Body]:
    """Give the last answers of a recording, so many at most."""
    with gzip.open(RECORDED / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file][-most:]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[list[Store]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Store(tmp_path / f"{number}.db", lasting=False)) for number in range(3)]


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize(
    ("name", "ahead_s"), [("fa_dal2158-300s", 10_700), ("fa_n738rj-60s", 900), ("heli_zshmb-300s", 3600)]
)
def test_one_answer_ahead_of_time(
    name: str, ahead_s: int, *, runs: bool, server: OpenSkyServer, source: OpenSky, stores: list[Store]
) -> None:
    """It is refused in words, and all else is as if that poll had not been: events, visits and tracks to the byte.

    With its rows ahead too, and without.
    """
    bodies = recorded(name, 150)
    odd = set(range(7, len(bodies), 23))
    told: list[list[Event]] = [[], [], []]
    for rows, store, events in zip((None, True, False), stores, told, strict=True):
        machine = Machine(server, source, store, *icao24_of(name), runs=runs)
        for number, body in enumerate(bodies):
            if number not in odd:
                events += machine.poll(body).told
            elif rows is not None:
                with pytest.raises(
                    BadAnswer, match="ahead of this machine's clock and of its own answers before: this one is not"
                ):
                    machine.poll(later(body, ahead_s, rows=rows), now=instant(body["time"]))
        assert machine.blindness() == []
    assert told[0] == told[1] == told[2] != []
    assert stores[0].visits() == stores[1].visits() == stores[2].visits()
    assert stores[0].tracks() == stores[1].tracks() == stores[2].tracks()


def icao24_of(name: str) -> Sequence[str]:
    truths = json.loads((RECORDED / "truth.json").read_bytes())
    return next(truth["icao24"] for truth in truths if truth["case"] == name)


def empty(time: datetime) -> Body:
    return {"time": round(time.timestamp()), "states": None}


NOON = at("2024-01-10T12:00")


@pytest.fixture(params=[True, False])
def machine(request: pytest.FixtureRequest, server: OpenSkyServer, source: OpenSky, store: Store) -> Machine:
    """Give one that has polled every five minutes until noon."""
    machine = Machine(server, source, store, ICAO24, runs=request.param)
    for number in range(REGULAR + 1, -1, -1):
        machine.poll(empty(NOON - 5 * number * MINUTE))
    return machine


def test_several_answers_ahead_that_agree(machine: Machine) -> None:
    """The last of them is believed: its time goes on, and nothing was missed, so nothing is said of blindness."""
    for number in range(1, VOTES):
        with pytest.raises(BadAnswer):
            machine.poll(empty(NOON + 2 * HOUR + number * MINUTE), now=NOON + number * MINUTE)
    assert machine.poll(empty(NOON + 2 * HOUR + VOTES * MINUTE), now=NOON + VOTES * MINUTE).poll is not None
    assert machine.poll(empty(NOON + 2 * HOUR + 4 * MINUTE), now=NOON + 4 * MINUTE).poll is not None
    assert machine.blindness() == []


def test_the_first_answer_of_all_was_ahead(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Three that agree with our clock outvote it, where it made the tool deaf for as long: a landing is told as ever."""
    machine = Machine(server, source, store, ICAO24)
    answers: list[Body] = [{"time": time, "states": rows} for time, rows in seen_visit()]
    machine.poll(later(answers[0], 10_000, rows=True), now=instant(answers[0]["time"]) - 10 * MINUTE)
    before = [empty(instant(answers[0]["time"]) - number * MINUTE) for number in range(VOTES, 0, -1)]
    assert [machine.poll(body).poll is not None for body in before] == [False] * (VOTES - 1) + [True]
    told = [event for body in answers for event in machine.poll(body).told]
    assert [(event.type, event.basis) for event in told] == [("landing", "observed"), ("departure", "observed")]
    assert machine.blindness() == []


@pytest.mark.parametrize("back", [DAY, 2 * HOUR])
def test_a_clock_set_back(machine: Machine, back: timedelta) -> None:
    """It takes nothing from a blindness, which is told once as it lasts, and once when it is over."""
    for number in range(1, 5):
        machine.fail(NOON + 5 * number * MINUTE)
    machine.wrong = -back
    for number in range(5, 11):
        machine.fail(NOON + 5 * number * MINUTE)
    assert machine.blindness() == []
    for number in range(11, 15):
        machine.fail(NOON + 5 * number * MINUTE)
    [blind] = machine.blindness()
    assert (blind.since, blind.until, blind.detected_at - NOON >= HOUR) == (NOON, None, True)
    machine.wrong = timedelta(0)
    machine.poll(empty(NOON + 2 * HOUR))
    [sees] = machine.blindness()  # the other one has waited until it was out of date
    assert (sees.since, sees.until) == (NOON, NOON + 2 * HOUR)


def test_answers_after_a_clock_was_set_back(machine: Machine) -> None:
    """They go on as before, at once where the machine's running time says so; nothing is told of blindness."""
    machine.wrong = -2 * HOUR
    used = []
    for number in range(1, VOTES + 3):
        try:
            used.append(machine.poll(empty(NOON + 5 * number * MINUTE)).poll is not None)
        except BadAnswer:
            used.append(False)
    assert used == ([True] * 5 if machine.runs else [False] * (VOTES - 1) + [True] * 3)
    assert machine.blindness() == []


SET = [pytest.param(way * by, id=f"{way * by}") for by in (2 * HOUR, DAY) for way in (-1, 1)]


def visited(server: OpenSkyServer, source: OpenSky, store: Store, *, runs: bool) -> tuple[Machine, list[Body]]:
    """Give a machine that has polled until ten minutes before `seen_visit`, and the answers of that."""
    machine = Machine(server, source, store, ICAO24, runs=runs)
    answers: list[Body] = [{"time": time, "states": rows} for time, rows in seen_visit()]
    for number in range(REGULAR + 1, 0, -1):
        machine.poll(empty(instant(answers[0]["time"]) - 5 * number * MINUTE))
    return machine, answers


@pytest.mark.parametrize("poll", [3, 4])
@pytest.mark.parametrize("known", ["uptime", "another start", "no uptime"])
@pytest.mark.parametrize("wrong", SET)
def test_a_clock_set_during_a_visit(
    wrong: timedelta, known: str, poll: int, server: OpenSkyServer, source: OpenSky, stores: list[Store]
) -> None:
    """It is told once, and set right again; the visit is told as if nothing had been, but where polls had to be judged anew."""
    told: list[list[Event]] = [[], []]
    refused = 0
    for is_set, store in enumerate(stores[:2]):
        machine, answers = visited(server, source, store, runs=known != "no uptime")
        for number, body in enumerate(answers):
            if is_set and number == poll:
                machine.wrong, machine.boot = wrong, 8 if known == "another start" else 7
            if is_set and number == len(answers) - 2:
                machine.wrong = timedelta(0)
            try:
                told[is_set] += machine.poll(body).told
            except BadAnswer:
                refused += 1
    is_judged = wrong < timedelta(0) and known != "uptime" and poll == 4  # two minutes are too little to be judged
    assert refused == (VOTES - 1 if is_judged else 0)
    assert [e.type for e in told[1]] == ["landing", "departure"]
    if not is_judged:
        assert told[0] == told[1]
        assert stores[0].visits() == stores[1].visits()
    off = f"this machine's clock is {length(abs(wrong))} {'ahead of' if wrong > timedelta(0) else 'behind'} OpenSky's: set it"
    back = length(-wrong - 5 * MINUTE)  # the time of one poll went by
    set_back = f"this machine's clock was set back by {back} since the last poll: look whether it is right"
    assert machine.said == ([set_back, off] if is_judged else [off])
    assert machine.blindness() == []


@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("ahead", [10 * MINUTE, 2 * HOUR, DAY])
def test_odd_answers_during_a_visit(
    ahead: timedelta, count: int, *, runs: bool, server: OpenSkyServer, source: OpenSky, stores: list[Store]
) -> None:
    """One ahead of time, or two in a row, are refused a line each; the visit is told as if these polls had not been."""
    told: list[list[Event]] = [[], []]
    for has_odd, store in enumerate(stores[:2]):
        machine, answers = visited(server, source, store, runs=runs)
        for number, body in enumerate(answers):
            if number not in range(3, 3 + count):
                told[has_odd] += machine.poll(body).told
            elif has_odd:
                with pytest.raises(BadAnswer, match=r"^OpenSky says it is .* set (its|the) clock"):
                    machine.poll(later(body, round(ahead.total_seconds()), rows=True), now=instant(body["time"]))
    assert told[0] == told[1] != []
    assert stores[0].visits() == stores[1].visits()
    assert (machine.said, machine.blindness()) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("runs", [True, False])
@pytest.mark.parametrize("wrong", SET)
def test_a_clock_found_wrong_is_told_once(
    program: Program, server: OpenSkyServer, wrong: timedelta, *, runs: bool
) -> None:
    """By polls that are processes, with all that the database remembers set on or back."""
    seconds = round(wrong.total_seconds())
    show(server, round(time()), [])
    assert program.out("poll") == ""
    with closing(sqlite3.connect(program.database, isolation_level=None)) as database:
        database.execute("UPDATE polls SET started = started - ?1, at = at - ?1", (seconds,))
        database.execute("UPDATE polls SET uptime = NULL WHERE ?", (not runs,))
    said = []
    for number in range(VOTES + 1):
        show(server, round(time()) - seconds + 1 + number, [])
        said += [line for line in program.run("poll").stderr.splitlines() if "clock" in line]
    way = "ahead of" if seconds > 0 else "behind"
    assert said == [f"flightwatch: this machine's clock is {length(abs(wrong))} {way} OpenSky's: set it"]


@pytest.mark.slow
def test_a_clock_set_back_is_told_once(program: Program, server: OpenSkyServer) -> None:
    """By polls that are processes, with what the database remembers set on by a day: it is blind all the same."""
    with program.watchlist.open("a") as file:
        file.write("health: {blind_after: 3s}\n")
    for number in range(REGULAR + 1):
        show(server, round(NOON.timestamp()) + number, [])
        assert program.out("poll") == ""
    with closing(sqlite3.connect(program.database, isolation_level=None)) as database:
        database.execute("UPDATE polls SET started = started + 86400")
    program.environment["FLIGHTWATCH_OPENSKY_URL"] = "http://127.0.0.1:9/api"
    first, second = program.run("poll"), program.run("poll")
    assert (
        "this machine's clock was set back by 24 h 00 min since the last poll: look whether it is right" in first.stderr
    )
    assert "clock" not in second.stderr
    assert [done.stdout.count("flightwatch is blind") for done in (first, second)] == [1, 0]
    assert "not known: no good poll since" in program.run("status").stdout


def test_whose_clock_ours_is_compared_with() -> None:
    """OpenSky's, another source's, or that of several."""
    then, lag = Begun(at("2023-09-26T02:00")), timedelta(hours=2)
    now, answer = Begun(then.at + timedelta(minutes=5)), Heard(then, then.at)
    for sources, whose in (("OpenSky",), "OpenSky's"), (("attic",), "attic's"), (("OpenSky", "attic"), "the sources'"):
        line = clock_line(then, answer, now, lag, sources=sources)
        assert line == f"this machine's clock is 2 h 00 min ahead of {whose}: set it"
