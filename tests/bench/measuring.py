"""What the members of the benchmark suite share: works are run by turns, and what each took is compared.

A member is a file in this folder, named ``bench_`` and its own name, with one function,

    def measure(*, quick: bool) -> list[Measured]: ...

and its name stands in ``MEMBERS`` of suite.py. How often it measures is its own affair; ``quick`` asks for sizes that a test can
wait for, under a second. A work is a process, or calls inside one (`calls`): so each has the memory of what it is alone.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

from limited import MEGABYTE, run_limited

LOOK_S = 0.2
"""Between two looks at the memory of a family of processes."""
_SHARE = re.compile(r"^Pss: +(\d+) kB$", re.MULTILINE)


class Taken(NamedTuple):
    """What one run took."""

    wall_s: float
    """On the clock."""
    cpu_s: float | None
    """Processor time, user and system, that of processes that it started among it; None: not told."""
    peak_mb: float | None
    """Largest resident size of its process, MB of a million bytes; None: not told."""


@dataclass(frozen=True)
class Side:
    """One of two works that are compared, and its runs in the order of the rounds."""

    name: str
    runs: tuple[Taken, ...]

    @property
    def walls_s(self) -> tuple[float, float, float]:
        """The median, the least and the most, s."""
        walls = [run.wall_s for run in self.runs]
        return median(walls), min(walls), max(walls)

    @property
    def cpu_s(self) -> float | None:
        """The median, s."""
        known = [run.cpu_s for run in self.runs if run.cpu_s is not None]
        return median(known) if known else None

    @property
    def peak_mb(self) -> float | None:
        """The highest."""
        return max((run.peak_mb for run in self.runs if run.peak_mb is not None), default=None)


@dataclass(frozen=True)
class Measured:
    """A row of the table."""

    name: str
    """What is done, with its size."""
    ours: Side
    beside: Side | None = None
    """What it is compared with, run by turns with it; None: nothing does the same."""
    count: int = 1
    """How many of ``unit`` a run does."""
    unit: str = ""
    """What the table counts by the second, in the plural: observations. Empty: nothing."""

    @property
    def ratio(self) -> float | None:
        """How many times as long ours takes on the clock: the median of the rounds, each by itself."""
        return self._ratio(lambda run: run.wall_s)

    @property
    def cpu_ratio(self) -> float | None:
        """The same of processor time, which others on the machine change least."""
        return self._ratio(lambda run: run.cpu_s)

    def _ratio(self, of: Callable[[Taken], float | None]) -> float | None:
        if self.beside is None:
            return None
        pairs = [(of(a), of(b)) for a, b in zip(self.ours.runs, self.beside.runs, strict=True)]
        known = [a / b for a, b in pairs if a is not None and b]
        return median(known) if known else None


def by_turns(
    works: Mapping[str, Callable[[], Taken]], rounds: int, before: Callable[[], None] = lambda: None
) -> dict[str, Side]:
    """Run each work once a round, and the other way round in every second one. ``before`` is called before each round.

    A round that does not count goes first, but before a single one: it fills the file cache, and compiles what Python imports.
    """
    runs: dict[str, list[Taken]] = {name: [] for name in works}
    for number in range(rounds == 1, rounds + 1):
        before()
        for name in reversed([*works]) if number % 2 else works:
            taken = works[name]()
            if number:
                runs[name].append(taken)
    return {name: Side(name, tuple(taken)) for name, taken in runs.items()}


def process(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, into: Path = Path(os.devnull)
) -> Taken:
    """Run a process to its end, with Python's start. What it prints goes ``into`` a file. It must succeed."""
    done = run_limited(None, command, folder, environment, into)
    assert done.code == 0, (command, done.err)
    return Taken(done.wall_s, done.cpu_s, done.peak_bytes / MEGABYTE)


def family(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, into: Path = Path(os.devnull)
) -> Taken:
    """Run a process that starts others, as `process` does; the memory is the most that all of them held at a time.

    It is looked at five times a second, in what Linux tells of each process: what two of them share counts once.
    """
    held, others = 0.0, processes().get(os.getpid(), [])
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(process, command, environment, folder, into)
        while wait([done], LOOK_S).not_done:
            held = max(held, held_by_children_mb(others))
        taken = done.result()
    return taken._replace(peak_mb=max(held, taken.peak_mb or 0.0))


def held_by_children_mb(others: Sequence[int]) -> float:
    """What the processes that this one has started, but for these, and those that they have, hold now; 0 where nothing tells."""
    children, held_kb = processes(), 0
    family = [child for child in children.get(os.getpid(), []) if child not in others]
    while family:
        one = family.pop()
        family += children.get(one, [])
        with suppress(OSError):
            held_kb += sum(map(int, _SHARE.findall(Path(f"/proc/{one}/smaps_rollup").read_text("utf-8"))))
    return held_kb * 1024 / MEGABYTE


def processes() -> dict[int, list[int]]:
    """Processes of this machine by who has started them; empty where nothing tells."""
    found: dict[int, list[int]] = {}
    for about in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(about.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(about.parent.name))
    return found


def calls(words: Sequence[str], folder: Path) -> Taken:
    """Run a file of this folder with these words, and take what it `tell`s; the memory is the process's."""
    file, *rest = words
    path = os.pathsep.join(sys.path)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": path}
    done = run_limited(None, [sys.executable, file, *rest], folder, environment)
    assert done.code == 0, done.err
    wall_s, cpu_s = json.loads(done.out.splitlines()[-1])
    return Taken(wall_s, cpu_s, done.peak_bytes / MEGABYTE)


def tell(work: Callable[[], object], times: int) -> None:
    """Print what a call takes, the median of so many after one that does not count."""
    print(json.dumps([*timed(work, times)[:2]]))


def timed(work: Callable[[], object], times: int = 1) -> Taken:
    """Call so often, after one that does not count where it is more than once; give the medians, without memory."""
    if times > 1:
        work()
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = perf_counter(), process_time()
        work()
        cpus.append(process_time() - cpu)
        walls.append(perf_counter() - wall)
    return Taken(median(walls), median(cpus), None)


def named(side: Side, name: str) -> Side:
    """The same runs under the name that the table has for them."""
    return replace(side, name=name)
