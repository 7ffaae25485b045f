"""Run the cells of a notebook, a JSON array on standard input; print what each shows as another.

A cell shows what it prints, and the value of its last line.
"""

import ast
import json
import sys
from contextlib import redirect_stdout
from io import StringIO


def outputs(cells: list[str]) -> list[str]:
    """Give what each cell shows; they share their names, as in a notebook."""
    names: dict[str, object] = {}
    return [_output(cell, names) for cell in cells]


def _output(cell: str, names: dict[str, object]) -> str:
    tree, last = ast.parse(cell), None
    if isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
    with redirect_stdout(StringIO()) as out:
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102 cells of our own pages
        value = None if last is None else eval(compile(last, "cell", "eval"), names)  # noqa: S307
        if value is not None:
            out.write(f"{value!r}\n")
    return out.getvalue()


if __name__ == "__main__":
    json.dump(outputs(json.load(sys.stdin)), sys.stdout)
