"""The benchmark suite measures what it says, and its table stands in docs and README. No test looks at how fast anything is."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from math import isfinite
from pathlib import Path

import pytest
from measuring import Measured, Side, Taken, by_turns, family, process, timed
from speed_table import NOTHING, QUOTED, cells, put, quoted, read, seconds, table
from suite import MEMBERS, PAGE, README, ROOT

BESIDE_OTHERS = {"orjson": "orjson, into lists", "pyspark": "the same by DuckDB"}
"""Rows that need what not everybody installs."""


def bench(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-m", "tests.bench", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def sized(row: tuple[str, str]) -> tuple[str, ...]:
    """A row's names without their figures."""
    return tuple(re.sub(r"[\d.,]+", "#", name) for name in row)


def side(name: str, *walls_s: float) -> Side:
    return Side(name, tuple(Taken(wall_s, wall_s / 2, 10.0) for wall_s in walls_s))


@pytest.mark.slow
def test_all_members_in_small(tmp_path: Path) -> None:
    """Each gives rows, every row of the page is among them, and what stands beside something has ratios."""
    done = bench(tmp_path, "--quick")
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(\w+) … \d+ s$", done.stderr, re.MULTILINE) == [*MEMBERS]
    rows = read(done.stdout)
    absent = {name for library, name in BESIDE_OTHERS.items() if find_spec(library) is None}
    kept = {sized(row) for row in read(PAGE.read_text("utf-8")) if row[1] not in absent}
    assert kept - {sized(row) for row in rows} == set()
    assert len(kept) > len(MEMBERS)
    for (_, beside), row in rows.items():
        ratios = [float(ratio) for ratio in row[-2:] if ratio != NOTHING]
        assert all(isfinite(ratio) and ratio > 0 for ratio in ratios), row
        assert bool(ratios) == (beside != NOTHING), row


def test_one_member_by_its_name(tmp_path: Path) -> None:
    done = bench(tmp_path, "--quick", "start")
    assert done.returncode == 0, done.stderr
    assert [what for what, _ in read(done.stdout)] == ["`flightwatch --help`", "a quiet poll of the shipped watchlist"]
    for about in ("cores", "GB of memory", "CPython", "SQLite", "flightwatch ", "msgspec ", "UTC, load "):
        assert about in done.stdout.partition("| what")[0]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["fast"], f"there is no fast: choose of {', '.join(MEMBERS)}"),
        (["--write", "--quick"], "--write writes one run of all members in full: leave out --quick and their names"),
        (["--write", "start"], "--write writes one run of all members in full: leave out --quick and their names"),
    ],
)
def test_what_cannot_be_asked_for(words: list[str], why: str, tmp_path: Path) -> None:
    done = bench(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"error: {why}\n")


def test_the_readme_quotes_the_page() -> None:
    """Some of its rows, word for word what ``--write`` puts there."""
    page, readme = PAGE.read_text("utf-8"), README.read_text("utf-8")
    lines = quoted(page)
    assert len(lines) == len(QUOTED)
    assert put(readme, lines) == readme


def test_every_member_is_explained() -> None:
    """By its name, in the page's second table."""
    assert re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8"), re.MULTILINE) == [*MEMBERS]


def test_works_take_turns() -> None:
    """In alternating order, with a first round that does not count; where there is only one round, it counts."""
    order: list[str] = []

    def work(name: str) -> Taken:
        order.append(name)
        return Taken(float(len(order)), None, None)

    works = {"a": lambda: work("a"), "b": lambda: work("b")}
    sides = by_turns(works, 2, lambda: order.append("|"))
    assert "".join(order) == "|ab|ba|ab"
    assert [run.wall_s for run in sides["a"].runs] == [6, 8]
    order.clear()
    by_turns(works, 1)
    assert "".join(order) in ("ab", "ba")


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    """Each round by itself, so that what slows one of them slows both."""
    row = Measured("a", side("ours", 1.0, 40.0, 9.0), side("theirs", 1.0, 20.0, 3.0))
    assert (row.ratio, row.cpu_ratio) == (2.0, 2.0)
    assert Measured("a", side("ours", 1.0)).ratio is None
    untold = Side("ours", (Taken(1.0, None, None),))
    assert Measured("a", untold, side("theirs", 4.0)).ratio == 0.25
    assert Measured("a", untold, side("theirs", 4.0)).cpu_ratio is None


def test_a_row_and_how_it_is_read() -> None:
    row = Measured("scan", side("ours", 0.5, 0.4, 0.6), side("sort", 0.25, 0.2, 0.3), 1_000_000, "rows")
    lines = [*table([row, Measured("load", side("ours", 2.0))])]
    assert cells(row) == [
        *("scan", "500 ms (400 to 600), 2,000,000 rows a second", "250 ms", "10 MB"),
        *("sort", "250 ms (200 to 300)", "125 ms", "10 MB", "2.00", "2.00"),
    ]
    assert len({len(line) for line in lines}) == 1
    assert [*read("\n".join(lines))] == [("scan", "sort"), ("load", NOTHING)]


@pytest.mark.parametrize(
    ("taken_s", "shown"),
    [
        (12.34, "12.3 s"),
        (1.0, "1.00 s"),
        (0.9994, "999 ms"),
        (0.00123, "1.23 ms"),
        (4.5e-7, "0.45 µs"),
        (None, NOTHING),
    ],
)
def test_times(taken_s: float | None, shown: str) -> None:
    assert seconds(taken_s) == shown


def test_lines_between_the_marks() -> None:
    page = put("a\n<!-- begin: python -m tests.bench --write -->\nold\n<!-- end -->\nb\n", ["x", "y"])
    assert page == "a\n<!-- begin: python -m tests.bench --write -->\n\nx\ny\n\n<!-- end -->\nb\n"
    assert put(page, ["x", "y"]) == page
    with pytest.raises(AssertionError, match="the page lacks"):
        put("a\n", ["x"])


def test_the_memory_is_that_of_the_process(tmp_path: Path) -> None:
    """And not that of whoever starts it."""
    held = b"x" * 150_000_000
    taken = process([sys.executable, "-c", ""], {"PATH": os.environ["PATH"]}, tmp_path)
    assert taken.peak_mb is not None
    assert taken.cpu_s is not None
    assert len(held) > 1e6 * taken.peak_mb
    assert 0 < taken.cpu_s <= 2 * taken.wall_s


def test_a_process_that_fails_is_no_figure(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no such thing"):
        process([sys.executable, "-c", "raise SystemExit('no such thing')"], {"PATH": os.environ["PATH"]}, tmp_path)


WORKERS = """
import subprocess, sys
work = "import time; held = b'x' * 60_000_000\\nwhile time.process_time() < 0.6: pass"
workers = [subprocess.Popen([sys.executable, "-c", work]) for _ in range(2)]
sys.exit(max(worker.wait() for worker in workers))
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs what Linux tells of memory")
def test_the_memory_of_a_family_is_that_of_all_its_processes(tmp_path: Path) -> None:
    """Two that hold 60 MB at a time take 120 MB, and the processor time of both counts."""
    taken = family([sys.executable, "-c", WORKERS], {"PATH": os.environ["PATH"]}, tmp_path)
    assert taken.peak_mb is not None
    assert taken.cpu_s is not None
    assert 120 < taken.peak_mb < 200
    assert taken.cpu_s > 1.2


def test_calls_are_counted_after_the_first() -> None:
    calls: list[int] = []
    taken = timed(lambda: calls.append(1), 3)
    assert (len(calls), taken.peak_mb) == (4, None)
    timed(lambda: calls.append(1))
    assert len(calls) == 5
