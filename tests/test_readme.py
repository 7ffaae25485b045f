"""Every command that README.md shows works, and prints what is shown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PATIENCE_S, Program
from opensky_server import TIME, OpenSkyServer
from reports import AIRPORTS

import flightwatch.data
from flightwatch.demo import WATCHLIST
from flightwatch.watchlist import parse_watchlist

README = Path(__file__).parent.parent / "README.md"
INSTALLERS = {"crontab", "pip", "pipx", "uv"}
"""Not run here: they need a network or change the machine. Installing and the tests are what .ci/run does."""

Shown = tuple[str, list[str]]
"""A command and the output under it; empty where none is shown."""


def shown(readme: str) -> list[Shown]:
    """Give the commands in the ```console blocks, in order."""
    commands: list[Shown] = []
    for block in re.findall(r"^```console\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                commands.append((line.removeprefix("$ "), []))
            else:
                commands[-1][1].append(line.rstrip())
    return [(command, "\n".join(output).strip("\n").splitlines()) for command, output in commands]


def lines(output: str) -> list[str]:
    return [line.rstrip() for line in output.strip("\n").splitlines()]


@pytest.fixture
def reader(bare_program: Program, server: OpenSkyServer) -> Program:
    """Somebody who follows README.md from top to end, and has watched as long as the demo tells."""
    program = bare_program
    server.time = TIME + 7 * 86_400
    shell = program.folder / "bin" / "flightwatch"
    shell.parent.mkdir()
    shell.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flightwatch "$@"\n')
    shell.chmod(0o700)
    program.environment |= {
        "PATH": f"{shell.parent}:{program.environment['PATH']}",
        "FLIGHTWATCH_DB": str(program.database),
        "FLIGHTWATCH_OPENSKY_URL": server.url,
        "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url,
    }
    program.watchlist.write_bytes(WATCHLIST)
    polls = Path(flightwatch.data.__file__).parent / "demo.jsonl.gz"
    program.out("replay", str(polls), "--db", str(program.database))
    program.watchlist.unlink()
    return program


def test_commands_and_their_output(reader: Program) -> None:
    commands = [each for each in shown(README.read_text(encoding="utf-8")) if each[0].split()[0] not in INSTALLERS]
    assert "flightwatch demo" in [command for command, _ in commands]
    for command, output in commands:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=reader.folder,
            env=reader.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert (command, done.returncode, "Traceback" in done.stderr) == (command, 0, False), done.stderr
        if output:
            assert output in (lines(done.stdout), lines(done.stdout + done.stderr)), command


def test_how_a_block_is_read() -> None:
    readme = "```console\n$ a b\nx  \n\n  y\n$ c\n```\n```\n$ d\n```\n```console\n$ e\n```\n"
    assert shown(readme) == [("a b", ["x", "", "  y"]), ("c", []), ("e", [])]


def test_watchlists() -> None:
    """Each one shown is understood as it stands, once its variables are set; sections alone need something to watch."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 2
    names = dict.fromkeys(re.findall(r"\$\{([A-Z_]+)\}", "".join(blocks)), "x")
    for block in blocks:
        text = block if "aircraft:" in block else f"aircraft: [{{registration: RA-86559, tags: [dprk]}}]\n{block}"
        parse_watchlist(text.encode(), name="README.md", environment=names, airports=AIRPORTS)
