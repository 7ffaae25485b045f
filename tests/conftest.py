"""What the shell's tests share: OpenSky on the loopback, and ``flightwatch`` as a user runs it, in a home of its own."""

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from subprocess import DEVNULL, PIPE, CompletedProcess, Popen

import pytest
from hypothesis import HealthCheck, settings
from opensky_server import ANONYMOUS, CLIENT_ID, OpenSkyServer, Row
from smtp_server import PASSWORD, USER, SmtpServer
from trustme import CA
from warm import AT_START, Warm

from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.store import Store

settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # the same examples for the same commit; at a desk each run looks for new ones
)
settings.load_profile("any machine")

PATIENCE_S = 60
"""How long a process may take before the test says it hangs, s."""

RICH = 1_000_000
"""Credits enough to ask everything at polls that are a second apart, as tests have no time for fifteen minutes."""

SLOW = {"bench", "fuzz"}
"""Folders of tests that take long as a whole: marked `slow`, as single tests elsewhere are."""

WATCHLIST = """\
aircraft:
  - {registration: RA-86559, label: "Il-62M, Russian Air Force"}
airports:
  - FNJ
"""


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Spread a run of everything over the cores, where pytest-xdist is installed and nobody said how: half the tests wait."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not hasattr(config, "workerinput")
    if is_whole and getattr(config.option, "numprocesses", 0) is None:
        config.option.numprocesses, config.option.dist = "auto", "loadfile"
        config.option.loadscopereorder = False  # files with few tests would come last, which are the longest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name in SLOW:
            item.add_marker(pytest.mark.slow)


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


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Let signals end what the tests start: a shell in the background ignores SIGINT, nohup SIGHUP, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def skip_around_midnight() -> None:
    """Leave out what is another matter when days, and OpenSky's credits, begin anew."""
    if not time(0, 3) <= datetime.now(UTC).time() < time(23, 55):
        pytest.skip("it is about midnight UTC")


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own machine may stand behind a proxy; the loopback does not."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


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


@pytest.fixture
def server() -> Iterator[OpenSkyServer]:
    with open_sky() as server:
        yield server


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    with Warm() as warm:
        yield warm


@pytest.fixture
def bare_program(tmp_path: Path, warm: Warm) -> Program:
    return installed(tmp_path, warm)


@pytest.fixture
def program(bare_program: Program, server: OpenSkyServer) -> Program:
    return set_up(bare_program, server)


@pytest.fixture(scope="session")
def authority() -> CA:
    """Who signs the mail servers' certificates."""
    return CA()


@pytest.fixture
def trusted(authority: CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Trust it, here and (by SSL_CERT_FILE) in processes that are given this file."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def mail_server(authority: CA, trusted: Path) -> Iterator[SmtpServer]:
    """A mail server as they should be: STARTTLS, a certificate that holds, a login."""
    assert trusted.exists()
    with SmtpServer(certificate=authority.issue_cert("127.0.0.1")) as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "flightwatch.db", lasting=False) as store:
        yield store


@pytest.fixture
def source(server: OpenSkyServer, monkeypatch: pytest.MonkeyPatch) -> OpenSky:
    """OpenSky's client, asking the loopback server and never waiting."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return OpenSky(base_url=server.url, token_url=server.token_url, pause=lambda _: None)


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
    """Let the sky be so at this time, Unix seconds."""
    server.time, server.sky = at, rows
