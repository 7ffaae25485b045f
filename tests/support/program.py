"""``flightwatch`` as a user runs it: in a home of its own, asking OpenSky on the loopback."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from subprocess import DEVNULL, PIPE, CompletedProcess, Popen

import pytest
from opensky_server import ANONYMOUS, CLIENT_ID, OpenSkyServer, Row
from smtp_server import PASSWORD, USER, SmtpServer
from warm_process import AT_START, Warm

PATIENCE_S = 60
"""How long a process may take before the test says it hangs, s."""

RICH = 1_000_000
"""Credits enough to ask everything at polls that are a second apart, as tests have no time for fifteen minutes."""

WATCHLIST = """\
aircraft:
  - {registration: RA-86559, label: "Il-62M, Russian Air Force"}
airports:
  - FNJ
"""


@contextmanager
def running(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    *,
    stdin: int = DEVNULL,
    stdout: int = PIPE,
    stderr: int = PIPE,
) -> "Iterator[Popen[str]]":
    """Run a command during a block: where it has not ended by then, whatever happened there, it is killed."""
    with Popen(command, cwd=folder, env=environment, stdin=stdin, stdout=stdout, stderr=stderr, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def without_traceback(done: "CompletedProcess[str]") -> "CompletedProcess[str]":
    assert "Traceback" not in (done.stderr or ""), done.stderr
    assert "Exception ignored" not in (done.stderr or ""), done.stderr
    return done


@dataclass
class Program:
    """``flightwatch`` in a folder of its own, with a home that holds nothing, asking a loopback server."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    warm: Warm | None = None
    """Runs it without Python's start where there is one."""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def database(self) -> Path:
        return self.folder / "flightwatch.db"

    @property
    def watchlist(self) -> Path:
        return self.folder / "watchlist.yaml"

    def running(
        self,
        *arguments: str,
        wrapped: Sequence[str] = (),
        stdout: int = PIPE,
        stderr: int = PIPE,
        env: Mapping[str, str] = {},
    ) -> "AbstractContextManager[Popen[str]]":
        """Run it during a block, by the command ``wrapped`` where there is one."""
        command = [*wrapped, sys.executable, "-m", "flightwatch", *arguments]
        return running(command, self.folder, {**self.environment, **env}, stdout=stdout, stderr=stderr)

    def run(
        self, *arguments: str, wrapped: Sequence[str] = (), stdout: int = PIPE, env: Mapping[str, str] = {}
    ) -> "CompletedProcess[str]":
        """Run it to its end. Whatever it says, it is never a traceback."""
        environment = {**self.environment, **env}
        if self.warm and self.warm.suits(environment) and stdout == PIPE and not wrapped:
            return without_traceback(self.warm.run(arguments, self.folder, environment, PATIENCE_S))
        with self.running(*arguments, wrapped=wrapped, stdout=stdout, env=env) as process:
            return self.wait(process)

    def closed(self, *arguments: str) -> "CompletedProcess[str]":
        """Run it with its standard output closed."""
        return self.run(*arguments, wrapped=("sh", "-c", 'exec "$@" >&-', "sh"))

    def wait(self, process: "Popen[str]") -> "CompletedProcess[str]":
        """Wait for the end of one that runs."""
        out, err = process.communicate(timeout=PATIENCE_S)
        return without_traceback(CompletedProcess(process.args, process.returncode, out, err))

    def out(self, *arguments: str, env: Mapping[str, str] = {}) -> str:
        """Run it; it must succeed and have nothing to say on stderr. Give what it prints."""
        done = self.run(*arguments, env=env)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def files(self) -> list[str]:
        """Name every file under its folder."""
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())


def skip_around_midnight() -> None:
    """Leave out what is another matter when days, and OpenSky's credits, begin anew."""
    if not time(0, 3) <= datetime.now(UTC).time() < time(23, 55):
        pytest.skip("it is about midnight UTC")


@contextmanager
def open_sky() -> Iterator[OpenSkyServer]:
    """OpenSky on the loopback, with credits for all that a test asks."""
    with OpenSkyServer() as server:
        server.credits[ANONYMOUS] = server.credits[CLIENT_ID] = RICH
        yield server


def installed(folder: Path, warm: Warm | None = None) -> Program:
    """The program as it is right after it was installed: no settings, and a source that nobody serves."""
    (folder / "home").mkdir()
    return Program(
        folder,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            **AT_START,
            "FLIGHTWATCH_ADSBLOL_URL": "http://127.0.0.1:9",
            "FLIGHTWATCH_OPENSKY_URL": "http://127.0.0.1:9/api",
            "FLIGHTWATCH_OPENSKY_TOKEN_URL": "http://127.0.0.1:9/token",
        },
        warm,
    )


def set_up(program: Program, server: OpenSkyServer) -> Program:
    """The program with a watchlist, a database to be, and the loopback server."""
    program.watchlist.write_text(WATCHLIST)
    program.environment |= {
        "FLIGHTWATCH_WATCHLIST": "watchlist.yaml",
        "FLIGHTWATCH_DB": "flightwatch.db",
        "FLIGHTWATCH_OPENSKY_URL": server.url,
        "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url,
    }
    return program


def mail_alerts(program: Program, mail_server: SmtpServer, trusted: Path) -> None:
    """Have the program's alerts mailed, not printed."""
    channel = {
        "to": ["desk@example.org", "night@example.org"],
        "from": "watch@example.net",
        "server": mail_server.url,
        "user": USER,
        "password": "${SMTP_PASSWORD}",
    }
    with program.watchlist.open("a") as file:
        file.write(f"notify:\n  - email: {json.dumps(channel)}\n")
    program.environment |= {"SMTP_PASSWORD": PASSWORD, "SSL_CERT_FILE": str(trusted)}


def show(server: OpenSkyServer, at: int, rows: list[Row]) -> None:
    """Let OpenSky answer with these rows at this time, Unix seconds."""
    server.time, server.states = at, rows
