"""The core decides and touches nothing: no clock, disk, network, database, mail or terminal."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

import flightwatch

PACKAGE = Path(flightwatch.__file__).parent
ROOMS = ("alerting", "core", "data", "export", "flights", "planning", "report", "tracking", "watchlist", "wording")
"""Folders of which every module is core."""
CORE = [
    "flightwatch.errors",
    *(
        f"flightwatch.sources.{name}"
        for name in (
            *("answer", "cities_told", "headings", "opensky_answer"),
            *("ourairports", "readsb_answer", "readsb_row", "tar1090_db", "traces"),
        )
    ),
    *(f"flightwatch.{room}.{file.stem}" for room in ROOMS for file in sorted((PACKAGE / room).glob("[a-z]*.py"))),
]
TALKS = frozenset(
    {"requests", "urllib3", "urllib.request", "http", "socket", "ssl", "smtplib", "sqlite3", "subprocess", "fcntl"}
    | {"platformdirs", "typer", "click", "rich"}
)
LOOKS_AROUND = frozenset(
    {"time", "os", "pathlib", "random", "sys", "logging", "locale", "tempfile", "threading", "asyncio"}
)


@cache
def imports(module: str) -> frozenset[str]:
    """All that a module imports, at its head or in a function, with the package of each."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    found = set()
    for node in ast.walk(ast.parse(Path(spec.origin).read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module is not None
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(part for name in found for part in parents(name))


def parents(name: str) -> Iterator[str]:
    """Give ``a``, ``a.b`` and ``a.b.c`` for ``a.b.c``.

    Our own package itself is left out where a module of it is named: it loads what it offers when somebody uses it, as
    `test_importing_it_loads_nothing` sees to.
    """
    parts = name.split(".")
    first = 1 if parts[0] == "flightwatch" and len(parts) > 1 else 0
    yield from (".".join(parts[: n + 1]) for n in range(first, len(parts)))


@cache
def is_ours(name: str) -> bool:
    if name.split(".")[0] != "flightwatch":
        return False
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def reached(module: str) -> set[str]:
    """A module of ours with all of ours that it imports, however far away."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += filter(is_ours, imports(name))
    return seen


def test_the_walk_finds_what_there_is() -> None:
    """Else the rules below would hold for an empty set."""
    assert {"flightwatch.tracking.belief", "flightwatch.core.geo", "flightwatch.core.airports"} <= reached(
        "flightwatch.planning.plan"
    )
    assert {"requests", "flightwatch.errors"} <= imports("flightwatch.network.http")
    assert "flightwatch.tracking.track" in CORE


@pytest.mark.parametrize("module", CORE)
def test_the_core_talks_to_nobody(module: str) -> None:
    assert {name: imports(name) & TALKS for name in reached(module) if imports(name) & TALKS} == {}


@pytest.mark.parametrize("module", [module for module in CORE if module.startswith("flightwatch.tracking.")])
def test_tracking_knows_no_clock_and_no_disk(module: str) -> None:
    """Nor does anything it rests on."""
    assert {name: imports(name) & LOOKS_AROUND for name in reached(module) if imports(name) & LOOKS_AROUND} == {}


@pytest.mark.parametrize("module", CORE)
def test_the_core_does_not_ask_for_the_time(module: str) -> None:
    """``now`` is an argument: nothing calls ``datetime.now``, ``utcnow`` or ``today``, nothing opens a file."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    calls = [node.func for node in ast.walk(ast.parse(Path(spec.origin).read_bytes())) if isinstance(node, ast.Call)]
    names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}
    assert names & {"now", "utcnow", "today", "open", "read_text", "read_bytes", "getenv", "print", "input"} == set()


def truths(tree: ast.AST) -> Iterator[ast.expr]:
    """All that is asked whether it is true, or is compared with nought."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert):
            yield node.test
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node.operand
        elif isinstance(node, ast.BoolOp):
            yield from node.values
        elif isinstance(node, ast.comprehension):
            yield from node.ifs
        elif isinstance(node, ast.Compare) and any(
            isinstance(c, ast.Constant) and not c.value for c in node.comparators
        ):
            yield node.left


def test_only_a_moment_says_whether_it_is_known() -> None:
    """Others ask `Moment.is_known`, not whether its confidence is nought."""
    asking = [
        file.relative_to(PACKAGE).as_posix()
        for file in sorted(PACKAGE.rglob("*.py"))
        for asked in truths(ast.parse(file.read_bytes()))
        if isinstance(asked, ast.Attribute) and asked.attr == "confidence"
    ]
    assert asking == ["core/visits.py"]


SQL = re.compile(r"\\b(SELECT .* FROM|INSERT (OR \\w+ )?INTO|UPDATE \\w+ SET|DELETE FROM|PRAGMA) ", re.DOTALL)


def test_only_storage_knows_sql() -> None:
    """Neither its module nor a statement is anywhere else."""
    elsewhere = [file for file in PACKAGE.rglob("*.py") if file.parent.name != "storage"]
    trees = {file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_bytes()) for file in elsewhere}
    texts = {
        name: [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        for name, tree in trees.items()
    }
    assert {name for name, values in texts.items() if any(map(SQL.match, values))} == set()
    assert {name for name, tree in trees.items() if "sqlite3" in ast.dump(tree)} == set()


def test_the_command_line_starts_light() -> None:
    """Asking for help or the version loads neither the network nor the database nor the YAML reader."""
    heavy = "'requests', 'sqlite3', 'yaml', 'smtplib'"
    program = f"import flightwatch.cli.main, sys; print(*({{{heavy}}} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_who_writes_codes_does_not_pay_for_names() -> None:
    """A watchlist that names airports by their codes reads neither the index of names nor what understands them."""
    program = (
        "import sys\nfrom flightwatch.storage.tables import load_airports\n"
        "from flightwatch.watchlist.reading import parse_watchlist\n"
        "text = b'airports: [FNJ, {code: UHWW, only: [RA-86*]}]\\naircraft: [{registration: RA-86559, at: [VVO]}]'\n"
        "parse_watchlist(text, name='w.yaml', environment={}, airports=load_airports)\n"
        "print(*({'flightwatch.core.airport_names', 'flightwatch.watchlist.airport_meant'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
