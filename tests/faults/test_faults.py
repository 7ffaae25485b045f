"""Failure is boring: a line, an exit code, and nothing lost.

The faults are `faults.CASES`; docs/reference/messages.md shows what each says.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from cron_polls import LANDED, TOUCHDOWN, Case, CronSetup, Run, Unavailable, before_touchdown, setup_in
from doc_pages import ROOT, shown
from fault_table import CASES, line, lines, performances
from injected_faults import as_anyone, spoil
from made_visits import seen_visit
from opensky_server import OpenSkyServer
from program import show

pytestmark = pytest.mark.slow  # timeouts take their time, and each fault is three polls


@pytest.fixture(scope="module")
def database() -> bytes:
    return before_touchdown()


@pytest.fixture(scope="module")
def runs(database: bytes) -> "Iterator[dict[str, Future[Run]]]":
    with performances(database) as runs:
        yield runs


@pytest.fixture
def setup(tmp_path: Path, server: OpenSkyServer, database: bytes) -> CronSetup:
    """A minute before the touchdown; the next poll sees it."""
    setup = setup_in(tmp_path, server)
    setup.program.database.write_bytes(database)
    show(server, *seen_visit()[TOUCHDOWN])
    return setup


def in_shell(setup: CronSetup, command: str) -> str:
    done = subprocess.run(["sh", "-c", command], cwd=setup.program.folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault(case: Case, runs: "dict[str, Future[Run]]") -> None:
    """It is told in one line, the landing once, and the table says so."""
    try:
        run = runs[case.name].result()
    except Unavailable as why:
        pytest.skip(str(why))
    assert (run.code, run.kept) == (case.code, case.kept), run
    assert run.said.isprintable()
    assert lines()[case.name] == line(case, run)


def test_the_table_has_each_fault_once() -> None:
    assert list(lines()) == [case.name for case in CASES]


def test_two_machines_with_one_watchlist(setup: CronSetup, tmp_path: Path) -> None:
    """At the same time, with a database each: both tell it."""
    other = tmp_path / "other.db"
    shutil.copy(setup.program.database, other)
    with setup.polling() as first:
        setup.environment["FLIGHTWATCH_DB"] = str(other)
        polls = [setup.poll(), setup.program.wait(first)]
    assert [(poll.returncode, poll.stderr) for poll in polls] == [(0, "")] * 2
    assert all(LANDED.fullmatch(poll.stdout) for poll in polls)


def test_a_damaged_database_is_put_aside_when_told_to(setup: CronSetup) -> None:
    """By the command in the message; the next poll starts anew."""
    spoil(setup.program.database, "tracks")
    spoiled = setup.program.database.read_bytes()
    [command] = re.findall(r"start anew: (.*)\n", setup.poll().stderr)
    in_shell(setup, command)
    done = setup.poll()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (setup.program.folder / "damaged" / "flightwatch.db").read_bytes() == spoiled
    assert "last good poll" in setup.program.out("status")


@pytest.mark.skipif(not shutil.which("sqlite3") or not shutil.which("flock"), reason="needs sqlite3 and flock")
def test_the_commands_for_operators(setup: CronSetup) -> None:
    """Backup, restoring it after more polls, and the check; the landing since the copy is told anew."""
    commands = [command for command, _ in shown((ROOT / "docs" / "how-to" / "database.md").read_text(encoding="utf-8"))]
    assert [command.split()[0] for command in commands] == ["sqlite3", "flock"]
    back_up, restore = commands
    in_shell(setup, back_up)
    assert LANDED.fullmatch(setup.poll().stdout)
    in_shell(setup, restore)
    assert setup.program.out("check", "--db", "copy.db") == "copy.db: nothing is damaged\n"
    assert LANDED.fullmatch(setup.poll().stdout)


@pytest.mark.skipif(not shutil.which("flock"), reason="needs flock")
def test_the_lock_is_one_that_a_shell_can_take(setup: CronSetup) -> None:
    """As the command for restoring a copy does: no poll comes in between."""
    setup.wrapped = ("flock", "flightwatch.db.lock")
    assert setup.poll().stderr.endswith("this one asked nothing\n")


def test_a_home_that_is_not_there_yet(setup: CronSetup) -> None:
    """Is made, as far as the database needs it."""
    home = setup.program.folder / "new" / "home"
    setup.environment |= {"HOME": str(home), "FLIGHTWATCH_DB": ""}
    done = setup.poll()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in home.rglob("*.db")] == ["flightwatch.db"]


def test_a_home_that_nobody_may_enter(setup: CronSetup) -> None:
    """Where a watchlist might be."""
    try:
        setup.wrapped = as_anyone()
    except Unavailable as why:
        pytest.skip(str(why))
    home = setup.program.folder / "closed"
    home.mkdir(mode=0)
    setup.program.watchlist.rename(setup.program.folder / "other.yaml")
    setup.environment |= {"HOME": str(home), "FLIGHTWATCH_WATCHLIST": ""}
    done = setup.poll()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"flightwatch: {home}/.config/flightwatch/watchlist.yaml: Permission denied; name a watchlist with --watchlist\n"
    )
