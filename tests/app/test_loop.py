"""Polling as cron and as a loop do it: one at a time, ended by a signal, and nothing promised that was not kept."""

import os
import re
import signal
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from time import time

import pytest
from made_visits import at, seen_visit
from opensky_server import ANONYMOUS, CLIENT_ID, CLIENT_SECRET, HANG, Fault, OpenSkyServer, Request, status
from program import PATIENCE_S, RICH, Program
from terminals import Terminal

from flightwatch.app.loop import ENDING, next_turn, repeat
from flightwatch.errors import DeliveryError, FlightwatchError, OutOfCredits, StoreError, Unreachable, UsageError

ACCOUNT = {"OPENSKY_CLIENT_ID": CLIENT_ID, "OPENSKY_CLIENT_SECRET": CLIENT_SECRET}


class NoticedServer(OpenSkyServer):
    """Says when it was first asked."""

    def __init__(self) -> None:
        super().__init__()
        self.noticed = Event()

    def answer(self, request: Request) -> Fault:
        fault = super().answer(request)
        self.noticed.set()
        return fault

    def wait_until_asked(self) -> None:
        assert self.noticed.wait(PATIENCE_S)


@pytest.fixture
def server() -> Iterator[NoticedServer]:
    with NoticedServer() as server:
        server.credits[ANONYMOUS] = RICH
        yield server


def test_two_polls_at_once(program: Program, server: NoticedServer) -> None:
    """The second says so, asks nothing and is no failure; and the first's end by a crash holds up nobody."""
    server.faults.append(HANG)
    with program.running("poll"):
        server.wait_until_asked()
        second = program.run("poll")
        assert (second.returncode, second.stdout) == (0, "")
        assert (
            second.stderr == "flightwatch: another poll is already writing to flightwatch.db; this one asked nothing\n"
        )
        assert len(server.requests) == 1
    assert program.out("poll") == ""
    assert len(server.requests) == 2


def test_two_watchlists_in_one_database(program: Program, server: NoticedServer) -> None:
    """It is said once, with both names; what one must wait for is named too."""
    first, second = program.watchlist, program.folder / "second.yaml"
    second.write_bytes(first.read_bytes())
    apart = "give each watchlist a database of its own with --db"
    assert program.out("poll") == ""
    done = program.run("poll", "--watchlist", "second.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "",
        f"flightwatch: flightwatch.db holds the polls of {first}, and from now on those of {second} too; if both are in use, "
        f"{apart}\n",
    )
    for watchlist in (f"../{program.folder.name}/second.yaml", "watchlist.yaml"):
        assert program.out("poll", "--watchlist", watchlist) == ""

    server.faults.append(HANG)
    server.noticed.clear()
    with program.running("poll"):
        server.wait_until_asked()
        waiting = program.run("poll", "--watchlist", "second.yaml")
    assert (waiting.returncode, waiting.stderr) == (
        0,
        f"flightwatch: another poll is already writing to flightwatch.db, which {first} used last; this one, for {second}, "
        f"asked nothing: {apart}\n",
    )


def test_a_watchlist_that_was_renamed(program: Program) -> None:
    program.out("poll")
    program.watchlist.rename(program.folder / "second.yaml")
    assert program.out("poll", "--watchlist", "second.yaml") == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_loop_ends_when_it_is_asked_to(program: Program, server: NoticedServer, number: signal.Signals) -> None:
    """By a service manager, by Ctrl-C or by its terminal's end: after the poll that runs, with nothing to complain of."""
    with program.running("poll", "--every", "1h") as loop:
        server.wait_until_asked()
        loop.send_signal(number)
        done = program.wait(loop)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "last good poll" in program.out("status")


def test_a_single_poll_is_interrupted_without_a_traceback(program: Program, server: NoticedServer) -> None:
    server.faults.append(HANG)
    with program.running("poll") as poll:
        server.wait_until_asked()
        poll.send_signal(signal.SIGINT)
        done = program.wait(poll)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_verbose_poll_tells_the_cost_and_no_secret(program: Program, server: NoticedServer) -> None:
    done = program.run("poll", "-v", env=ACCOUNT)
    assert done.returncode == 0
    planned, found = done.stderr.splitlines()
    assert planned == "flightwatch: 1 query, 4 credits planned"
    assert found.startswith("flightwatch: 0 state vectors, 0 skipped, ")
    assert found.endswith(" ms; credits left: 3,996")
    assert CLIENT_SECRET not in done.stdout + done.stderr
    [authorization] = [request.headers["authorization"] for request in server.asked("/api/states/all")]
    kept = b"".join(path.read_bytes() for path in program.folder.iterdir() if path.is_file())
    assert CLIENT_SECRET.encode() not in kept
    assert authorization.removeprefix("Bearer ").encode() not in kept


def test_a_refused_account_shows_no_secret(program: Program) -> None:
    done = program.run("poll", "-v", env=ACCOUNT | {"OPENSKY_CLIENT_SECRET": "wrong-s3cret"})
    assert done.returncode == 3
    assert "does not accept this client" in done.stderr
    assert "wrong-s3cret" not in done.stderr


def test_a_quiet_poll_says_nothing(program: Program) -> None:
    done = program.run("poll", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_dry_run_leaves_nothing_behind(program: Program, server: NoticedServer) -> None:
    """Not even the database that a poll would make."""
    before = program.files()
    assert program.out("poll", "--dry-run") == ""
    assert (program.files(), len(server.requests)) == (before, 1)


def test_spent_credits_are_told_and_kept(program: Program, server: NoticedServer) -> None:
    server.faults.append(status(429, X_Rate_Limit_Retry_After_Seconds="11520"))
    done = program.run("poll")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "flightwatch: credits are spent; OpenSky says to wait 3 h 12 min; until then flightwatch asks nothing "
        "(flightwatch check shows what polls cost)\n"
    )
    assert (
        "the last poll failed less than 1 min ago: credits are spent; OpenSky says to wait 3 h 12 min"
        in program.out("status")
    )


def test_a_visit_is_recorded_and_replayed(program: Program, server: NoticedServer) -> None:
    """With the same bytes as it was told live."""
    live = ""
    for server.time, server.states in seen_visit()[:5]:
        live += program.out("poll", "--record", "polls", "--format", "jsonl")
    assert live.count("\n") == 1
    assert program.out("replay", "polls", "--format", "jsonl") == live


def test_a_loop_at_a_terminal() -> None:
    """Says how to end it, what each poll did, and when the next begins; nothing of a next one where it ends."""
    told: list[str] = []
    ends: list[str | None] = ["asked about 2 aircraft", None, "last"]

    def cycle() -> str | None:
        end = ends.pop(0)
        if not ends:
            os.kill(os.getpid(), signal.SIGTERM)
        return end

    repeat(cycle, NEVER, print, told.append)
    first, *turns = [re.sub(r"\d\d:\d\d:\d\d", "12:34:56", line) for line in told]
    assert first == "polling until Ctrl-C, which lets a poll under way end first"
    assert turns == [
        "asked about 2 aircraft; next poll at 12:34:56 UTC, Ctrl-C ends",
        "next poll at 12:34:56 UTC, Ctrl-C ends",
    ]


def test_a_poll_by_hand_says_a_line(program: Program, server: NoticedServer) -> None:
    """On standard error where that is a terminal; with -q nothing, and where it is none, as under cron, nothing either."""
    server.credits[ANONYMOUS], server.time = 500, round(time())
    said = [at_terminal(program, *arguments) for arguments in (("poll",), ("poll", "-q"))]
    assert said == [
        "flightwatch: asked about the whole world (496 credits left): heard nobody; no landing or departure to tell; "
        "to keep polling: --every 5m, or cron\r\n",
        "",
    ]
    assert program.out("poll") == ""


def test_a_poll_by_hand_says_that_the_answer_is_old(program: Program, server: NoticedServer) -> None:
    """The whole time that OpenSky's clock stands still: the first answer is the newest there is, the second is not new."""
    server.time = round(time()) - 7200
    behind = "; OpenSky's clock is 2 h 00 min behind this machine's, and so is all that is told; to keep polling: "
    for said in ("no landing or departure to tell", "OpenSky's answer is no newer than the last one, nothing to tell"):
        assert f"{said}{behind}" in at_terminal(program, "poll")


def at_terminal(program: Program, *arguments: str) -> str:
    """Run it with a terminal as its standard error; give what that shows."""
    with Terminal(columns=300) as terminal, program.running(*arguments, stderr=terminal.end) as process:
        shown, done = terminal.whole(), program.wait(process)
    assert (done.returncode, done.stdout) == (0, "")
    return shown


def hush(_line: str) -> None:
    """Say nothing."""


class Turns:
    """A cycle that meets these ends in turn, and asks for the loop's end in the last."""

    def __init__(self, *ends: FlightwatchError | None) -> None:
        self.ends = list(ends)

    def __call__(self) -> None:
        end = self.ends.pop(0)
        if not self.ends:
            os.kill(os.getpid(), signal.SIGTERM)
        if end is not None:
            raise end


NEVER = timedelta(microseconds=1)
"""A cadence that the next turn does not wait for."""


def test_a_loop_goes_on_after_failures() -> None:
    """Each is said; the next turn tries again."""
    said: list[str] = []
    turns = Turns(
        Unreachable("no answer"),
        None,
        DeliveryError("not delivered"),
        StoreError("locked by another program"),
        OutOfCredits("credits are spent", None),
        OutOfCredits("credits are spent again", NEVER),
        None,
    )
    repeat(turns, NEVER, said.append, hush)
    assert (said, turns.ends) == (
        ["no answer", "not delivered", "locked by another program", "credits are spent", "credits are spent again"],
        [],
    )


def test_a_loop_does_not_go_on_with_a_wrong_watchlist() -> None:
    turns = Turns(UsageError("no such file"), None)
    with pytest.raises(UsageError):
        repeat(turns, NEVER, print, hush)
    assert len(turns.ends) == 1


def test_a_loop_that_is_asked_twice_does_not_wait() -> None:
    """For an answer that may never come."""

    def hang() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("the cycle went on")

    with pytest.raises(KeyboardInterrupt):
        repeat(hang, NEVER, print, hush)


def test_a_loop_gives_the_signals_back() -> None:
    before = [signal.getsignal(number) for number in ENDING]
    repeat(Turns(None), NEVER, print, hush)
    assert [signal.getsignal(number) for number in ENDING] == before


@pytest.mark.parametrize(
    ("now", "following"),
    [("12:00:10", "12:01"), ("12:00:59", "12:01"), ("12:01", "12:02"), ("12:07:30", "12:08:30"), ("03:00", "03:01")],
)
def test_turns_are_skipped_not_queued(now: str, following: str) -> None:
    """A slow cycle, or a machine that slept, costs its turns; a clock that was set back costs none."""
    due, day = at("2024-01-10T12:00"), "2024-01-10T"
    assert next_turn(due, timedelta(minutes=1), at(day + now)) == at(day + following)
