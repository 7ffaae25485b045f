"""What can be read at a sitting: no function is long, and no call hands over more than a few values without their names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import flightwatch

PACKAGE = Path(flightwatch.__file__).parent
TOOLS = Path(__file__).parents[2] / "tools"
ROOMS = [*sorted({each.name for each in PACKAGE.glob("[a-z]*") if each.suffix in ("", ".py")}), "tools"]
"""Folders and modules of the package, and the tools beside it."""
LINES, POSITIONAL = 40, 5


def files(room: str) -> list[Path]:
    """Find the modules of a room."""
    place = TOOLS if room == "tools" else PACKAGE / room
    return [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))


def beyond_the_limits(source: str) -> Iterator[str]:
    """Name what is beyond: functions, with their docstrings, by their lines, and calls by their arguments without a name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LINES:
                yield f"{node.name} has {lines} lines"
        elif isinstance(node, ast.Call) and len(node.args) > POSITIONAL:
            yield f"line {node.lineno}: {ast.unparse(node.func)} is given {len(node.args)} arguments without names"


@pytest.mark.parametrize("room", ROOMS)
def test_the_limits_are_kept(room: str) -> None:
    modules = files(room)
    assert modules
    assert {file.name: found for file in modules if (found := [*beyond_the_limits(file.read_text("utf-8"))])} == {}


def test_the_walk_finds_what_there_is() -> None:
    """One line and one argument too many, and just not."""
    assert {"core", "cli", "errors.py", "tools"} <= {*ROOMS}
    body = "    pass\n" * (LINES - 1)
    assert [*beyond_the_limits(f"def short():\n{body}def long():\n{body}    pass\n")] == [f"long has {LINES + 1} lines"]
    assert [*beyond_the_limits("few(1, 2, 3, 4, 5, six=6)\nmany(1, 2, 3, 4, 5, 6)")] == [
        "line 2: many is given 6 arguments without names"
    ]
