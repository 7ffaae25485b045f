"""The planner in the whole program: what polls ask, across processes, inside the credits."""

import re
from datetime import UTC, datetime

from opensky_server import ANONYMOUS, CLIENT_ID, CLIENT_SECRET, OpenSkyServer, status
from program import Program, skip_around_midnight

from flightwatch.storage.store import Store

ACCOUNT = {"OPENSKY_CLIENT_ID": CLIENT_ID, "OPENSKY_CLIENT_SECRET": CLIENT_SECRET}
SPREAD = r"flightwatch: nothing asked: to spread the credits over the day; the next query about .* UTC\n"


def states_asked(server: OpenSkyServer) -> int:
    return len(server.asked("/api/states/all"))


def test_silent_after_a_429_across_runs(program: Program, server: OpenSkyServer) -> None:
    """Until the time it named: later processes ask nothing, fail not, and say why only when asked."""
    server.faults.append(status(429, X_Rate_Limit_Retry_After_Seconds="11520"))
    assert program.run("poll").returncode == 3
    for _ in range(2):
        assert program.out("poll") == ""
    said = program.run("poll", "-v")
    assert (said.returncode, states_asked(server)) == (0, 1)
    assert re.fullmatch(r"flightwatch: nothing asked: OpenSky said to wait until \S+ \d\d:\d\d UTC\n", said.stderr)
    assert "nothing asked: OpenSky said to wait until " in program.out("status")


def test_an_account_is_not_silenced_by_what_nobody_signed_in_was_told(program: Program, server: OpenSkyServer) -> None:
    server.faults.append(status(429, X_Rate_Limit_Retry_After_Seconds="11520"))
    program.run("poll")
    assert program.run("poll", env=ACCOUNT).returncode == 0
    assert states_asked(server) == 2


def test_polls_too_often_for_the_credits(program: Program, server: OpenSkyServer) -> None:
    """A poll every second on 400 credits a day: once that is seen they wait for their turn, and none is refused.

    It is seen at the second poll, or, where the day is young and has earned little, at the first.
    """
    skip_around_midnight()
    server.credits[ANONYMOUS] = 400
    said = [program.run("poll", "-v") for _ in range(4)]
    assert {done.returncode for done in said} == {0}
    assert said[0].stderr.startswith("flightwatch: 1 query, 4 credits planned\n")
    assert [done.stderr for done in said[2:] if not re.fullmatch(SPREAD, done.stderr)] == []
    is_young = datetime.now(UTC).hour == 0  # 8 credits of 400 are earned by half past
    assert states_asked(server) in ((1, 2) if is_young else (2,))
    assert server.credits[ANONYMOUS] == 400 - 4 * states_asked(server)


def test_the_balance_that_an_answer_tells_counts(program: Program, server: OpenSkyServer) -> None:
    """As when another program spends from the same bucket: what is left is kept for the first query of the next day."""
    server.credits[ANONYMOUS] = 7
    assert program.run("poll").returncode == 0
    said = program.run("poll", "-v")
    assert re.fullmatch(
        r"flightwatch: nothing asked: 3 credits are left, which are kept; more about \S+ \d\d:\d\d UTC\n", said.stderr
    )
    assert states_asked(server) == 1


def test_what_was_asked_and_left_is_remembered(program: Program, server: OpenSkyServer) -> None:
    """For the next poll's plan, for some days."""
    assert program.run("poll").returncode == 0
    with Store(program.database) as store, store.reading() as db:
        [(asked, balances, signed_in)] = db.execute("SELECT asked, balances, signed_in FROM polls").fetchall()
    assert (asked, balances, signed_in) == (
        "[{}]",
        f"[{server.credits[ANONYMOUS]}]",
        0,
    )
