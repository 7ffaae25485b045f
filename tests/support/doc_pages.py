"""The pages that people read, and the commands in them.

``python tests/support/doc_pages.py --write`` puts what each command prints today under it, wherever something stands under it,
and what each cell of Python shows into the block of text that follows it.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from typing import Final

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from msgspec.structs import replace
from opensky_server import TIME
from page_archives import write_archives
from program import PATIENCE_S, Program, installed, open_sky
from warm_process import Warm

import flightwatch.data
from flightwatch.app.replay import replay
from flightwatch.cli.demo import WATCHLIST
from flightwatch.sources.recorded import Recording
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.reading import parse_watchlist

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"
PAGES: Final = [README, *sorted((ROOT / "docs").rglob("*.md"))]

_POLLS: Final = Path(flightwatch.data.__file__).parent / "demo.jsonl.gz"
_BLOCK: Final = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CELL: Final = re.compile(r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)

Shown = tuple[str, list[str]]
"""A command and the output under it; empty where none is shown."""


def shown(text: str) -> list[Shown]:
    """Give the commands in the ```console blocks, in order."""
    return [command for block in _BLOCK.findall(text) for command in _in_block(block)]


def cells(text: str) -> list[Shown]:
    """Give the ```python blocks, in order, each with what the ```text block right under it shows."""
    return [(code, lines(output)) for code, output in _CELL.findall(text)]


def is_here(command: str) -> bool:
    """Tell whether this machine has the program that a command starts with."""
    return command.startswith("flightwatch ") or shutil.which(command.split()[0]) is not None


def lines(output: str) -> list[str]:
    """Give the lines of an output, without the blanks at the end of each."""
    return [line.rstrip() for line in output.strip("\n").splitlines()]


@contextmanager
def reading(page: str, folder: Path, warm: Warm | None = None) -> "Iterator[Program]":
    """Be somebody who follows a page from top to end, and has watched as long as the demo tells.

    They have a watchlist, but where the page has them write it.
    """
    with open_sky() as server:
        server.time = TIME + 7 * 86_400
        program = installed(folder, warm)
        shell = folder / "bin"
        shell.mkdir()
        for name, module in (("flightwatch", "-m flightwatch "), ("python", "")):
            (shell / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module}"$@"\n')
            (shell / name).chmod(0o700)
        program.environment |= {
            "PATH": f"{shell}:{program.environment['PATH']}",
            "FLIGHTWATCH_DB": str(program.database),
            "FLIGHTWATCH_OPENSKY_URL": server.url,
            "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url,
        }
        program.database.write_bytes(_watched())
        if "flightwatch scan" in page:
            write_archives(folder, Recording([_POLLS]).polls())
        if not any(command.startswith("flightwatch init") for command, _ in shown(page)):
            program.out("init")
        yield program


def run(command: str, program: Program) -> "CompletedProcess[str]":
    """Run a command of a page as its reader does: in a shell, where it needs one."""
    if re.fullmatch(r"flightwatch [\w ./:-]+", command):
        return program.run(*command.split()[1:])
    return subprocess.run(
        ["sh", "-c", command],
        cwd=program.folder,
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def run_cells(codes: Sequence[str], program: Program) -> list[list[str]]:
    """Run the cells of a page in one notebook, in the folder of its commands; give the lines that each shows."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("notebook.py")],
        input=json.dumps(codes),
        cwd=program.folder,
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [lines(output) for output in json.loads(done.stdout)]


@cache
def _watched() -> bytes:
    """Give the database of who watched RA-86559 and FNJ through the demo."""
    airports = load_airports()
    watchlist = parse_watchlist(WATCHLIST, name="demo", environment={}, airports=airports)
    with TemporaryDirectory() as name:
        path = Path(name) / "flightwatch.db"
        with Store(path, lasting=False) as store:
            recording = Recording([_POLLS])
            polls, keeps = recording.polls(), replace(watchlist, keeps_evidence=True)
            for _ in replay(polls, keeps, airports, store, replies=lambda: recording.replies):
                pass
        return path.read_bytes()


def _in_block(block: str) -> list[Shown]:
    commands: list[Shown] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line.removeprefix("$ "), []))
        else:
            commands[-1][1].append(line.rstrip())
    return [(command, lines("\n".join(output))) for command, output in commands]


def _written(page: Path) -> str:
    """Give a page with the output of today."""
    text = page.read_text(encoding="utf-8")

    def block(found: "re.Match[str]") -> str:
        written = []
        for command, output in _in_block(found[1]):
            written.append(f"$ {command}")
            if is_here(command):
                done = run(command, program)
                written += lines(done.stdout + done.stderr) if output else []
        return "\n".join(["```console", *written, "```"])

    def cell(found: "re.Match[str]") -> str:
        shown_now = "\n".join(["```text", *next(outputs), "```"])
        return f"```python\n{found[1]}```" + (f"\n\n{shown_now}" if found[2] is not None else "")

    with TemporaryDirectory() as folder, reading(text, Path(folder)) as program:
        text = _BLOCK.sub(block, text)
        outputs = iter(run_cells([code for code, _ in cells(text)], program) if cells(text) else [])
        return _CELL.sub(cell, text)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python tests/support/doc_pages.py --write")
    for page in PAGES:
        page.write_text(_written(page), encoding="utf-8")
