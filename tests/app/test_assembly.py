"""What commands are put together from: who needs a secret asks for it, and nobody else does."""

import gzip
import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from cron_polls import Unavailable
from injected_faults import as_anyone
from opensky_server import OpenSkyServer
from program import WATCHLIST, Program

from flightwatch.storage.schema import MIGRATIONS

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


@pytest.mark.parametrize("schema", [1, len(MIGRATIONS)])
def test_what_only_reads_changes_nothing(program: Program, server: OpenSkyServer, schema: int) -> None:
    """Not even an older database, and it needs no right to write; ``history`` that would ask OpenSky says why it does not."""
    program.out("poll")
    (program.folder / "kept").mkdir()
    kept = program.folder / "kept" / "a.db"
    newest = schema == len(MIGRATIONS)
    made = program.database if newest else Path(__file__).parents[1] / "databases" / f"schema-{schema}.db"
    kept.write_bytes(made.read_bytes())
    before, program.environment["FLIGHTWATCH_DB"] = kept.read_bytes(), str(kept)
    asked = (
        "status",
        "status --format json",
        "report --all -o page.html",
        "history FNJ --offline",
        "history RA-86559 --offline",
    )
    free = [program.run(*command.split()) for command in asked]
    kept.chmod(0o400)
    kept.parent.chmod(0o500)
    try:
        wrapped = as_anyone()
        bound = [program.run(*command.split(), wrapped=wrapped) for command in asked]
        server.requests.clear()
        doubtful = program.run("history", "P-885", wrapped=wrapped)
        poll = program.run("poll", wrapped=wrapped)
    except Unavailable as error:
        pytest.skip(str(error))
    finally:
        kept.parent.chmod(0o700)
    assert [(each.returncode, each.stderr) for each in bound] == [(each.returncode, "") for each in free]
    assert [each.stdout for each in bound[2:]] == [each.stdout for each in free[2:]]
    why = "cannot be written to, so OpenSky and adsb.lol are not asked: answers could not be kept"
    assert doubtful.stderr == f"flightwatch: {kept} {why}\n"
    assert (doubtful.returncode, server.requests, poll.returncode) == (0, [], 1)
    assert kept.read_bytes() == before
    assert [each.name for each in kept.parent.iterdir()] == ["a.db"]


def test_an_older_database_is_brought_up_to_date_by_who_writes(program: Program) -> None:
    """Where ``history`` may ask OpenSky, it keeps what is answered."""
    program.database.write_bytes((Path(__file__).parents[1] / "databases" / "schema-1.db").read_bytes())
    program.run("history", "RA-86559")
    with closing(sqlite3.connect(program.database)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
