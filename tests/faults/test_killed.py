"""A poll that SIGKILL ends at any step loses no alert, and repeats at most a delivery that is recognised as a repeat."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from closed_ports import closed_port
from hook_server import HookServer
from killed_polls import prepared, restore, run_until
from opensky_server import OpenSkyServer
from program import Program, mail_alerts
from smtp_server import SmtpServer

EVERY = 12
"""Of the steps, so many apart are tried here; all of them by ``tests/bench/kill.py``."""


BETWEEN = 70
"""The same where each kill takes seconds, as the polls after it wait for what is dead."""

DEAD = 4
"""The exit code of a poll of which a channel did not take an alert."""


@pytest.mark.slow
def test_killed_at_any_step(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    """The landing's mail arrives, by this poll or the next; if twice, with one Message-ID. Nothing is said twice after."""
    mail_alerts(program, mail_server, trusted)
    before, steps = prepared(program, server), program.folder / "steps"
    assert run_until(program, 0, steps) == 0
    named = steps.read_text().splitlines()
    assert {"before Connection.execute", "after socket.sendall"} <= set(named)
    [whole] = mail_server.mails
    identity = whole.message["Message-ID"]

    copies, kills = Counter[int](), 0
    for step in range(1 + os.getpid() % EVERY, len(named), EVERY):
        restore(program, before)
        mail_server.mails.clear()
        ended = run_until(program, step, steps)
        assert ended in (-signal.SIGKILL, 0), named[step - 1]  # 0: this time it took fewer steps
        kills += ended != 0
        assert program.run("poll").returncode == 0, named[step - 1]
        assert {mail.message["Message-ID"] for mail in mail_server.mails} == {identity}, named[step - 1]
        copies[len(mail_server.mails)] += 1
        told = len(mail_server.mails)
        assert program.run("poll").returncode == 0
        assert len(mail_server.mails) == told
    assert set(copies) <= {1, 2}
    assert kills >= len(named) // EVERY - 1


@pytest.mark.slow
def test_killed_between_channels(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """Two that work and one that nobody serves, in threads: each gets the landing, or owes it. None loses by another's end."""
    mail_alerts(program, mail_server, trusted)
    with HookServer() as hook, closed_port() as dead:
        with program.watchlist.open("a") as file:
            file.write(f"  - apprise: json://{hook.address}/token\n  - apprise: json://127.0.0.1:{dead}/token\n")
        before, steps = prepared(program, server), program.folder / "steps"
        assert run_until(program, 0, steps) == DEAD
        named = steps.read_text().splitlines()
        for step in range(1 + os.getpid() % BETWEEN, len(named), BETWEEN):
            restore(program, before)
            mail_server.mails.clear()
            hook.requests.clear()
            assert run_until(program, step, steps) in (-signal.SIGKILL, DEAD)
            for _ in range(2):
                assert program.run("poll").returncode in (0, DEAD)
            assert len(mail_server.mails) in (1, 2), named[step - 1]
            assert len({mail.message["Message-ID"] for mail in mail_server.mails}) == 1
            assert len(hook.requests) in (1, 2), named[step - 1]
            [owed] = [line for line in program.run("status").stdout.splitlines() if "undelivered" in line]
            assert owed.startswith("  undelivered alerts: 1 for apprise:json:")
