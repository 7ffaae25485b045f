"""An update that SIGKILL ends at any step leaves each table as it was or as it is to be, and the next one goes on."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import PATIENCE_S, Program
from table_server import TableServer, aircraft_gz

from flightwatch.storage.register import open_register

KILLABLE = Path(__file__).parents[1] / "support" / "killable.py"
EVERY = 18
"""Of the steps, so many apart are tried."""


@pytest.fixture
def tables() -> Iterator[TableServer]:
    with TableServer() as server:
        yield server


def run_until(program: Program, step: int) -> int:
    done = subprocess.run(
        [sys.executable, str(KILLABLE), str(step), "update"],
        cwd=program.folder,
        env=program.environment | {"STEPS": str(program.folder / "steps")},
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    return done.returncode


def operator_in(program: Program) -> str | None:
    said = list[str]()
    found = open_register(program.folder / "cache" / "aircraft.sqlite", said.append).by_icao24("710011")
    assert said == []
    return None if found is None else found.operator


@pytest.mark.slow
def test_killed_at_any_step(program: Program, tables: TableServer) -> None:
    """Of the register, as the table of airfields goes the same way: the old or the new one, each whole; and no litter stays."""
    cache = program.folder / "cache"
    program.environment |= {
        "FLIGHTWATCH_CACHE": str(cache),
        "FLIGHTWATCH_OURAIRPORTS_URL": tables.url,
        "FLIGHTWATCH_TAR1090_DB_URL": tables.url,
    }
    old, new = (aircraft_gz([f"710011;HZ-ABC;B744;00;;;{name};"]) for name in ("Old", "New"))
    tables.files["aircraft.csv.gz"] = old
    assert program.run("update").returncode == 3  # OurAirports has no files here
    before = program.folder / "before"
    shutil.copytree(cache, before)
    tables.files["aircraft.csv.gz"] = new
    assert run_until(program, 0) == 3
    named = (program.folder / "steps").read_text().splitlines()
    assert {"before replace", "after replace", "before fsync", "before Connection.execute"} <= {*named}
    first = named.index("before Connection.executemany") - EVERY
    seen = set()
    for step in [*range(max(1, first) + os.getpid() % EVERY, len(named), EVERY), named.index("after replace") + 1]:
        shutil.rmtree(cache)
        shutil.copytree(before, cache)
        ended = run_until(program, step)
        assert ended in (-signal.SIGKILL, 3), named[step - 1]
        seen.add(operator_in(program))
        assert program.run("update").returncode == 3
        assert operator_in(program) == "New"
        assert sorted(path.name for path in cache.iterdir()) == ["aircraft.sqlite", "update.lock"]
    assert seen == {"Old", "New"}
