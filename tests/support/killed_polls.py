"""Polls of a landing that SIGKILL ends at a given step, and the database as it was before."""

import shutil
import subprocess
import sys
from pathlib import Path

from made_visits import seen_visit
from opensky_server import OpenSkyServer
from program import PATIENCE_S, Program, show

KILLABLE = Path(__file__).parent / "killable.py"
TOUCHDOWN = 3
"""The poll of `seen_visit` that sees the aircraft on the runway."""


def prepared(program: Program, server: OpenSkyServer) -> Path:
    """Poll up to the landing; give the database as it is before it."""
    for answer in seen_visit()[:TOUCHDOWN]:
        show(server, *answer)
        program.out("poll")
    show(server, *seen_visit()[TOUCHDOWN])
    before = program.folder / "before.db"
    shutil.copy(program.database, before)
    return before


def restore(program: Program, before: Path) -> None:
    for name in ("", "-wal", "-shm"):
        Path(f"{program.database}{name}").unlink(missing_ok=True)
    shutil.copy(before, program.database)


def run_until(program: Program, step: int, steps: Path) -> int:
    """Run a poll that is killed at this step; give what became of it."""
    done = subprocess.run(
        [sys.executable, str(KILLABLE), str(step), "poll"],
        cwd=program.folder,
        env=program.environment | {"STEPS": str(steps)},
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode
