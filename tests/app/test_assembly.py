"""What commands are put together from: who needs a secret asks for it, and nobody else does."""

import gzip
import sqlite3
from importlib.resources import files

import pytest
from opensky_server import OpenSkyServer
from program import WATCHLIST, Program

SECRETS = """
notify: [{email: {to: [desk@example.org], from: w@example.org, server: "smtp://127.0.0.1:9", user: w, password: "${NONE}"}}]
health: {heartbeat: "${NONE}"}
opensky: {client_id: "${NONE}", client_secret: "hush"}
"""
CHANNELS = """
  - {apprise: "json://${NONE}", min_confidence: 0.9}
  - {apprise: "JSON://${NONE}/other"}
"""
FIRST_VISIT = 470
"""Polls of the demo that tell of its first visit to Pyongyang."""
ACCOUNT = "opensky.client_id: the environment variable NONE is not set or empty, set it or write the value"


@pytest.fixture
def confidant(program: Program) -> Program:
    """Somebody whose secrets only cron knows, with a database that cron made."""
    program.out("poll")
    with program.watchlist.open("a") as file:
        file.write(SECRETS)
    return program


@pytest.mark.parametrize(
    "command", ["status", "report --all -o page.html", "history FNJ", "history RA-86559 --offline --format json"]
)
def test_a_look_needs_no_secret(confidant: Program, command: str) -> None:
    assert "hush" not in confidant.out(*command.split())


@pytest.mark.parametrize("command", ["poll", "poll --dry-run", "notify --test", "check"])
def test_who_tells_or_asks_needs_all(confidant: Program, server: OpenSkyServer, command: str) -> None:
    """And says which are missing, all at once."""
    server.requests.clear()
    done = confidant.run(*command.split())
    paths = ("notify[0].email.password", "health.heartbeat", "opensky.client_id")
    assert (done.returncode, server.requests) == (2, [])
    assert done.stderr.splitlines() == [
        f"flightwatch: watchlist.yaml:{line}: {path}: {ACCOUNT.partition(': ')[2]}"
        for line, path in enumerate(paths, start=6)
    ]


def test_a_replay_needs_no_secret(program: Program) -> None:
    """It tells the same without, and notes the same as told; which channels there are matters to both."""
    notify, *others = SECRETS.strip().splitlines()
    entry = notify.removeprefix("notify: [").removesuffix("]")
    sections = "\n".join(["notify:", f"  - {entry}", CHANNELS.strip("\n"), *others])
    program.watchlist.write_text(f"{WATCHLIST}{sections}\n")
    known = {"NONE": "http://127.0.0.1:9/"}
    polls = gzip.decompress((files("flightwatch.data") / "demo.jsonl.gz").read_bytes()).splitlines(keepends=True)
    (program.folder / "polls.jsonl").write_bytes(b"".join(polls[:FIRST_VISIT]))
    replay = ("replay", "polls.jsonl", "--format", "jsonl")
    assert program.out(*replay) == program.out(*replay, env=known)
    assert program.out(*replay, "--db", "without.db") == program.out(*replay, "--db", "with.db", env=known)
    without, whole = (alerts(program, name) for name in ("without.db", "with.db"))
    assert without == whole
    assert len({channel for channel, *_ in whole}) == 3


def alerts(program: Program, name: str) -> list[tuple[object, ...]]:
    database = sqlite3.connect(program.folder / name)
    try:
        return database.execute("SELECT channel, * FROM alerts ORDER BY id").fetchall()
    finally:
        database.close()


def test_a_question_that_needs_an_account(confidant: Program, server: OpenSkyServer) -> None:
    """It is not asked without it; what is known is shown all the same."""
    server.requests.clear()
    done = confidant.run("history", "RA-86559", "--since", "2023-09-01", "--until", "2023-09-03", "--format", "json")
    assert (done.returncode, done.stdout, server.requests) == (3, "[]\n", [])
    assert done.stderr == f"flightwatch: OpenSky was not asked: watchlist.yaml:8: {ACCOUNT}\n"
