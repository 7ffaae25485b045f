"""``history`` by adsb.lol's traces, as a user runs it."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from loopback import HANG, Fault, Request
from made_visits import ICAO24, landing, visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer, status
from program import PATIENCE_S, Program, skip_around_midnight
from readsb_servers import AdsbLol
from state_vectors import arrival, in_flight
from terminals import ERASED, THE_LINE_BEFORE, Terminal
from trace_server import TraceServer, trace
from traced_flights import stay

from flightwatch.alerting.queue import Changes, Letter
from flightwatch.core.model import instant
from flightwatch.core.spans import DAY_S
from flightwatch.core.visits import Moment
from flightwatch.storage.letters import apply
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

TODAY = round(time.time()) // DAY_S * DAY_S
YESTERDAY = TODAY - DAY_S
DOWN, UP = YESTERDAY + 3 * 3600, YESTERDAY + 20 * 3600
"""At Vladivostok, yesterday."""
THAT_DAY = ("--since", f"{instant(YESTERDAY):%Y-%m-%d}", "--until", f"{instant(YESTERDAY):%Y-%m-%d}")
"""One question, so that no command must wait a second for the next."""
ASKED = ("history", "RA-86559", *THAT_DAY, "--ask", "adsb.lol")


def fill(server: TraceServer) -> None:
    """Have the aircraft heard on the day that is asked about, so that one question is enough."""
    server.days = {TODAY - days * DAY_S for days in range(9)}
    server.fly(ICAO24, YESTERDAY, stay("VVO", DOWN, UP))
    server.lately[ICAO24] = trace(ICAO24, TODAY - 3600, [])


@pytest.fixture
def traces() -> Iterator[TraceServer]:
    skip_around_midnight()
    with TraceServer() as server:
        fill(server)
        yield server


@pytest.fixture
def newcomer(traces: TraceServer, bare_program: Program) -> Program:
    """Somebody without watchlist and database, with a question."""
    bare_program.environment["FLIGHTWATCH_ADSBLOL_URL"] = traces.origin
    return bare_program


def cells(table: str) -> set[str]:
    """What stands in a table, a line of a cell each."""
    return {cell.strip() for line in table.splitlines() for cell in line.split("  ")}


def test_an_aircraft_that_nobody_watched(newcomer: Program, traces: TraceServer) -> None:
    """Its landings come with who saw them, and whom to name; what is kept is in every form, and asking nobody shows it too."""
    first = newcomer.run(*ASKED)
    assert (first.returncode, first.stderr) == (
        0,
        "flightwatch: asking adsb.lol: 1 day: 1 airframe, 1 trace, one to three questions each, one a second, no credits\n",
    )
    assert {"observed by", "adsb.lol"} <= cells(first.stdout)
    closing, credited = first.stdout.splitlines()[-2:]
    assert closing.startswith("1 visit; 1 from traces of adsb.lol; ")
    assert closing.endswith("adsb.lol was asked about 1 day: heard on 1, silent on 0")
    assert credited.startswith(
        "from adsb.lol and its contributors (https://adsb.lol/), under the Open Database License 1.0"
    )
    asked = len(traces.requests)
    offline = ("history", "RA-86559", "--offline")
    [visit] = json.loads(newcomer.out(*offline, "--format", "json"))
    arrived = round(datetime.fromisoformat(visit["arrived"]).timestamp())
    assert (visit["airport_iata"], visit["arrival_basis"], visit["source"]) == ("VVO", "observed", "adsb.lol")
    assert abs(arrived - DOWN) < 120
    assert abs(visit["dwell_s"] - (UP - DOWN)) < 240
    assert ",adsb.lol\n" in newcomer.out(*offline, "--format", "csv")
    geo = json.loads(newcomer.out(*offline, "--format", "geojson"))
    assert geo["features"][0]["properties"]["source"] == "adsb.lol"
    assert [line.split(" (")[0] for line in geo["attribution"]] == ["adsb.lol and its contributors"]
    assert "from adsb.lol" in newcomer.out(*offline, "--summary")
    newcomer.out("report", "RA-86559", "-o", "report.html")
    page = (newcomer.folder / "report.html").read_text()
    assert "observed by adsb.lol" in page
    assert "Open Database License" in page
    assert len(traces.requests) == asked


@pytest.fixture
def silent(newcomer: Program, server: OpenSkyServer) -> OpenSkyServer:
    """Give an OpenSky that the newcomer asks in vain, and not again, as it would be much too long until then."""
    newcomer.environment["FLIGHTWATCH_OPENSKY_URL"] = server.url
    server.flight_faults.extend([status(503, Retry_After="3600")] * 9)
    return server


def test_who_is_asked(newcomer: Program, traces: TraceServer, silent: OpenSkyServer) -> None:
    """Both, unless one is named; where one fails the other's answers are shown, and the exit code says so."""
    done = newcomer.run("history", "RA-86559", *THAT_DAY)
    assert done.returncode == 3
    assert "127.0.0.1 has trouble of its own (503)" in done.stderr
    assert len(silent.requests) == 1
    assert "; OpenSky did not answer; adsb.lol was asked about 1 day: heard on 1, silent on 0" in done.stdout
    assert {"observed by", "adsb.lol"} <= cells(done.stdout)
    asked = len(traces.requests)
    assert newcomer.run("history", "RA-86559", *THAT_DAY, "--ask", "opensky").returncode == 3
    assert newcomer.run("history", "RA-86559", *THAT_DAY, "--offline").returncode == 0
    assert (len(traces.requests), len(silent.requests)) == (asked, 2)


@pytest.mark.parametrize(
    ("time_meant", "ask", "is_said"),
    [
        (("--days", "2", "--until", "90 days"), "adsb.lol", True),
        (("--days", "2", "--until", "90 days"), "opensky", False),
        (("--since", "60 days", "--until", "50 days"), "adsb.lol", True),
        (THAT_DAY, "adsb.lol", False),
    ],
)
def test_a_time_that_is_too_old_for_traces(
    time_meant: tuple[str, ...],
    ask: str,
    is_said: bool,
    newcomer: Program,
    traces: TraceServer,
    silent: OpenSkyServer,
) -> None:
    """Nobody is asked about it, and that is said, so that an empty answer is not taken for a silence."""
    done = newcomer.run("history", "RA-86559", *time_meant, "--ask", ask)
    assert ("adsb.lol keeps traces for 45 days: it is not asked about the time before" in done.stderr) == is_said
    assert bool(traces.requests) == (time_meant == THAT_DAY)
    assert bool(silent.requests) == (ask == "opensky")


class Stuck(TraceServer):
    """Hangs at its first question, once."""

    def __init__(self) -> None:
        super().__init__()
        self.is_stuck = Event()

    def answer(self, request: Request) -> Fault:
        if not self.is_stuck.is_set():
            self.requests.append(request)
            self.is_stuck.set()
            return HANG
        return super().answer(request)


def test_killed_in_the_middle(newcomer: Program) -> None:
    """The next run asks for what was not answered; `test_a_run_that_was_cut_short` has what was answered before."""
    with Stuck() as server:
        fill(server)
        newcomer.environment["FLIGHTWATCH_ADSBLOL_URL"] = server.origin
        with newcomer.running(*ASKED) as process:
            assert server.is_stuck.wait(PATIENCE_S)
            process.kill()
            process.communicate()
        again = newcomer.run(*ASKED)
    assert server.asked_for(ICAO24) == 2 * [f"{instant(YESTERDAY):%Y/%m/%d}"]
    assert again.returncode == 0
    assert "1 visit; 1 from traces of adsb.lol" in again.stdout


def test_a_bar_shows_how_far_it_is(newcomer: Program) -> None:
    newcomer.environment |= {"TERM": "xterm"}
    with (
        Terminal(columns=100) as terminal,
        newcomer.running(*ASKED, "--format", "json", stderr=terminal.end) as asking,
    ):
        shown, done = terminal.whole(), newcomer.wait(asking)
    assert done.returncode == 0
    assert "1/1" in shown[shown.index("traces") :]
    assert shown.endswith(THE_LINE_BEFORE + ERASED)


def test_an_address_that_is_none(newcomer: Program) -> None:
    done = newcomer.run(*ASKED, env={"FLIGHTWATCH_ADSBLOL_URL": "adsb"})
    assert done.returncode == 3
    assert done.stderr == (
        "flightwatch: adsb.lol was not asked: FLIGHTWATCH_ADSBLOL_URL is not an address like https://example.org/api; "
        "correct it\n"
    )


def test_instants_are_utc(newcomer: Program) -> None:
    """Whatever the zone of the machine: days, and what is told of them."""
    newcomer.run(*ASKED)
    offline = ("history", "RA-86559", "--offline", "--format", "json")
    assert newcomer.out(*offline, env={"TZ": "Asia/Vladivostok"}) == newcomer.out(
        *offline, env={"TZ": "America/Denver"}
    )
    assert datetime.fromtimestamp(DOWN, UTC).strftime("%Y-%m-%dT%H") in newcomer.out(*offline)


@pytest.fixture
def mistaken(newcomer: Program) -> Program:
    """Somebody whose polls inferred that the aircraft landed at Pyongyang when it landed at Vladivostok, and told so."""
    came = instant(DOWN - 600)
    told = landing(
        time=came,
        earliest=came,
        latest=came + timedelta(minutes=9),
        detected_at=came + timedelta(minutes=15),
        evidence=(in_flight(arrival("FNJ", DOWN, icao24=ICAO24), DOWN - 1200),),
    )
    inferred = Moment(came, told.earliest, told.latest, "inferred", 0.93)
    stood = visit(arrival=inferred, departure=replace(inferred, at=instant(UP), earliest=came, latest=instant(UP)))
    at = instant(UP + 600)
    with Store(newcomer.database) as store:
        store.commit(PollChanges({}, frozenset(), (told,), (stood,)), PollRecord(at, at, "ok"))
        letter = Letter(told, "print", told.detected_at, told.detected_at)
        with store.writing() as db:
            apply(db, Changes((letter,)), told.detected_at)
    newcomer.watchlist.write_text("aircraft: [RA-86559]\nnotify: [print]\n")
    newcomer.environment |= {"FLIGHTWATCH_DB": "flightwatch.db", "FLIGHTWATCH_WATCHLIST": "watchlist.yaml"}
    return newcomer


def test_a_mistake_is_taken_back(mistaken: Program, server: OpenSkyServer) -> None:
    """What traces contradict is left out and said; ``--confirm`` takes it back, and the next poll tells who has it."""
    unsure = mistaken.run(*ASKED)
    assert unsure.stderr.splitlines()[-1] == (
        "flightwatch: 1 inferred landing is left out, as the aircraft was seen to land elsewhere: --confirm takes it back"
    )
    assert "FNJ" not in unsure.stdout
    done = mistaken.run("history", "RA-86559", "--confirm", "--format", "json")
    assert (done.returncode, done.stderr) == (
        0,
        "flightwatch: adsb.lol on 1 inferred landing: 1 taken back\n",
    )
    assert [(v["airport_iata"], v["arrival_basis"]) for v in json.loads(done.stdout)] == [("VVO", "observed")]
    again = mistaken.run("history", "RA-86559", "--confirm", "--format", "json")
    assert again.stdout == done.stdout
    assert again.stderr.endswith("no inferred landing of the last 45 days is left to look up\n")
    server.time = round(time.time())
    env = {"FLIGHTWATCH_OPENSKY_URL": server.url, "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url}
    told = mistaken.run("poll", env=env).stdout
    assert told.startswith("TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ")
    assert "RA-86559 landed at Vladivostok VVO" in told
    assert mistaken.run("poll", env=env).stdout == ""


def test_confirming_asks(mistaken: Program) -> None:
    done = mistaken.run("history", "RA-86559", "--confirm", "--offline")
    assert (done.returncode, done.stderr) == (
        2,
        "flightwatch: --confirm asks adsb.lol, and --offline nobody: leave one of them out\n",
    )


def test_check_says_what_polls_look_up(mistaken: Program) -> None:
    with mistaken.watchlist.open("a") as file:
        file.write("sources: [adsb.lol, opensky]\n")
    assert (
        "traces    adsb.lol is asked where inferred landings were: after a poll with nothing to tell"
        in mistaken.out("check")
    )


def test_polls_look_it_up_themselves(mistaken: Program, traces: TraceServer) -> None:
    """Where ``sources:`` have adsb.lol: after a poll with nothing to tell, once; the next one tells what was wrong."""
    if datetime.now(UTC).hour < 3:
        pytest.skip("yesterday's traces may still be written")
    with AdsbLol() as network:
        with mistaken.watchlist.open("a") as file:
            file.write(f"sources: [{{adsb.lol: {network.origin}}}]\n")
        said, asked = [], []
        for number in range(3):
            network.now_s = time.time() - 600 + 60 * number
            done = mistaken.run("poll", "-v")
            assert done.returncode == 0
            said.append(done.stdout)
            asked.append(len(traces.requests))
    assert asked == [1, 1, 1]
    assert said[0] == ""
    assert said[1].startswith("TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ")
    assert said[2] == ""
    shown = mistaken.out("status").splitlines()
    looked = shown[shown.index("landings looked up at adsb.lol") :]
    assert looked[1] == "  nothing waits: no inferred landing is left to look up"
    assert looked[2].startswith("  last taken back: RA-86559 at Pyongyang FNJ, landed about ")
    assert looked[3].startswith("  adsb.lol: answered ")
    told = json.loads(mistaken.run("status", "--format", "json").stdout)["traces"]
    assert (told["waiting"], told["last"]["outcome"], told["last"]["airport_icao"]) == (0, "taken back", "ZKPY")
