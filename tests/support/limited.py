"""A command within so much address space, and what it took.

    done = run_limited(512_000_000, [sys.executable, "-m", "flightwatch", "poll"], folder, environment)

A small process of its own starts the command: a process counts as its own what the one that started it held then.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import run

MEGABYTE = 1_000_000

_STARTER = """
import json, resource, subprocess, sys, time
limit, into, *command = json.loads(sys.argv[1])
if limit:
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
out, pipe = open(into, "wb") if into else subprocess.PIPE, subprocess.PIPE
began = time.perf_counter()
done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=pipe, text=True)
wall = time.perf_counter() - began
used, unit = resource.getrusage(resource.RUSAGE_CHILDREN), 1 if sys.platform == "darwin" else 1024
took, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * unit
print(json.dumps([done.returncode, done.stdout or "", done.stderr, took, peak, wall]))
"""


@dataclass(frozen=True)
class Limited:
    """How a command ended."""

    code: int
    out: str
    err: str
    cpu_s: float
    """Processor time, user and system, s: what else the machine does only adds to it."""
    peak_bytes: int
    """Its largest resident size; of a command that starts others, that of the largest among them."""
    wall_s: float
    """On the clock, from its start to its end, s."""


def run_limited(
    limit_bytes: int | None,
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    into: Path | None = None,
) -> Limited:
    """Run a command to its end within so much address space; None: as much as there is.

    What it prints goes ``into`` a file, and `Limited.out` is empty then; None: it goes there.
    """
    asked = json.dumps([limit_bytes, into and str(into), *command])
    done = run(
        [sys.executable, "-I", "-S", "-c", _STARTER, asked],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=True,
    )
    return Limited(*json.loads(done.stdout))
