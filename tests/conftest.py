"""Fixtures that tests of several rooms share, and how a run of tests is spread."""

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from opensky_server import OpenSkyServer
from program import Program, installed, open_sky, set_up
from smtp_server import SmtpServer
from trustme import CA
from warm_process import Warm

from flightwatch.known_secrets import SECRETS
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.store import Store

settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,  # the same examples for the same commit; at a desk each run looks for new ones
)
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Spread a run of everything over the cores, where pytest-xdist is installed and nobody said how: half the tests wait."""
    is_whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not hasattr(config, "workerinput")
    if is_whole and getattr(config.option, "numprocesses", 0) is None:
        config.option.numprocesses, config.option.dist = "auto", "loadfile"
        config.option.loadscopereorder = False  # files with few tests would come last, which are the longest


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Run one test more at a time than there are cores: many wait, for a clock or for a process."""
    return (yield) + 1


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """Let signals end what the tests start: a shell in the background ignores SIGINT, nohup SIGHUP, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def no_secrets_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process's secrets are hidden for its life; what one test made a password is a plain word in the next."""
    monkeypatch.setattr(SECRETS, "_known", set())


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own machine may stand behind a proxy; the loopback does not."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


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
