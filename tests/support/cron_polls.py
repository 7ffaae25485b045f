"""Polls as cron runs them, the faults that one of them meets, and what came of the landing that was under way.

Three polls of `made_visits.seen_visit` bring RA-86559 to a minute before its touchdown. The fourth, which would see it on the
runway, meets the fault; the fifth does not. Every poll is a process of its own.
"""

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen
from tempfile import TemporaryDirectory
from typing import Final, Literal

from made_visits import Answer, seen_visit
from opensky_server import ANONYMOUS, CLIENT_ID, OpenSkyServer, Row
from program import WATCHLIST, Program, show

PLENTY: Final = 10**6
"""Credits with which every poll may ask, though the next one comes within a second."""
TOUCHDOWN: Final = 3
"""The poll of `seen_visit` that sees the aircraft on the runway."""
LANDED: Final = re.compile(
    r"RA-86559 \(Il-62M, Russian Air Force\) landed at Vladivostok VVO on [^\n]*; seen on the ground there[^\n]*\n(?:  [^\n]*\n)+"
)

Kept = Literal["told at once", "told by the next poll", "all kept; told by the next poll"]
"""What becomes of the landing. *All*: tracks, visits, events and outbox are to the last row what they were before."""


class Unavailable(Exception):
    """This machine cannot make the fault; the text says why."""


@dataclass
class CronSetup:
    """What cron runs and whom it asks: an injected fault changes it, and changes it back."""

    program: Program
    server: OpenSkyServer
    environment: dict[str, str] = field(default_factory=dict)
    """Beyond the program's own."""
    wrapped: Sequence[str] = ()
    """A command that runs the poll."""
    stdout: int = PIPE
    others: list[Row] = field(default_factory=list)
    """Who else is in the sky after the fault."""

    def polling(self) -> "AbstractContextManager[Popen[str]]":
        """Poll during a block."""
        return self.program.running("poll", wrapped=self.wrapped, stdout=self.stdout, env=self.environment)

    def poll(self) -> "CompletedProcess[str]":
        """Poll, which never ends in a traceback."""
        with self.polling() as poll:
            return self.program.wait(poll)

    def watch(self, answers: Iterable[Answer]) -> None:
        """Poll while these are the answers, of which there is nothing to tell."""
        for answer in answers:
            show(self.server, *answer)
            done = self.poll()
            assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done

    def wait(self, seconds: int) -> None:
        """Let time pass, with a database that remembers polls as so much older."""
        with closing(sqlite3.connect(self.program.database, isolation_level=None)) as database:
            database.execute("UPDATE polls SET started = started - ?1, uptime = uptime - ?1", (seconds,))

    def dump(self) -> list[str]:
        """Give all that the database holds, but for how polls went, and what sources answered and usually hold, as SQL."""
        database = sqlite3.connect(self.program.database)
        try:
            return [
                line
                for line in database.iterdump()
                if not re.match(r'INSERT INTO "(polls|usual|sources|watchlists|sqlite_seq)', line)
            ]
        finally:
            database.close()


Injection = Callable[[CronSetup], AbstractContextManager[None]]
"""Makes a fault, and undoes it."""


@dataclass(frozen=True)
class Case:
    """A fault, and what must come of it."""

    name: str
    inject: Injection
    code: int
    kept: Kept
    clock_s: int | None = None
    """How far OpenSky's clock is ahead of ours; None: years behind, as the sky is an old one."""


@dataclass(frozen=True)
class Run:
    """What came of it."""

    said: str
    """On standard error, without the program's name before it, and with the usual host for the test's."""
    code: int
    kept: str
    """As `Case.kept` has it, or what should never be."""


def setup_in(folder: Path, server: OpenSkyServer) -> CronSetup:
    """Make one in an empty folder."""
    program = Program(
        folder,
        {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "LANG": "C.UTF-8",
            "PYTHONWARNINGS": "error",
            "FLIGHTWATCH_WATCHLIST": "watchlist.yaml",
            "FLIGHTWATCH_DB": "flightwatch.db",
            "FLIGHTWATCH_OPENSKY_URL": server.url,
            "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url,
        },
    )
    server.credits = {ANONYMOUS: PLENTY, CLIENT_ID: PLENTY}
    program.home.mkdir()
    program.watchlist.write_text(WATCHLIST)
    return CronSetup(program, server)


def before_touchdown() -> bytes:
    """Give the database as it is a minute before."""
    with TemporaryDirectory(prefix="flightwatch-") as folder, OpenSkyServer() as server:
        setup = setup_in(Path(folder), server)
        setup.watch(seen_visit()[:TOUCHDOWN])
        return setup.program.database.read_bytes()


def perform(case: Case, folder: Path, database: bytes) -> Run:
    """Let it happen in this folder, with that database from before. Raises `Unavailable`."""
    with OpenSkyServer() as server:
        setup, answers = setup_in(folder, server), seen_visit()
        if case.clock_s is None:
            setup.program.database.write_bytes(database)
        else:
            answers = [_later(answer, round(time.time()) + case.clock_s - answers[TOUCHDOWN][0]) for answer in answers]
            for answer in answers[:TOUCHDOWN]:
                setup.watch([answer])
                setup.wait(answers[answers.index(answer) + 1][0] - answer[0])
        before = setup.dump()
        show(server, *answers[TOUCHDOWN])
        with case.inject(setup):
            met = setup.poll()
        is_unchanged = setup.dump() == before
        at, rows = answers[TOUCHDOWN + 1]
        if case.clock_s is not None:
            setup.wait(at - answers[TOUCHDOWN][0])
        show(server, at, [*rows, *setup.others])
        following = setup.poll()
    assert (following.returncode, following.stderr) == (0, ""), following
    return Run(_usual(met.stderr), met.returncode, _kept(met.stdout or "", following.stdout, is_unchanged))


def _kept(told: str, told_next: str, is_unchanged: bool) -> str:
    if LANDED.fullmatch(told) and told_next == "":
        return "told at once"
    if told == "" and LANDED.fullmatch(told_next):
        return "all kept; told by the next poll" if is_unchanged else "told by the next poll"
    return f"told {told!r} and then {told_next!r}"


def _later(answer: Answer, seconds: int) -> Answer:
    at, rows = answer
    return at + seconds, [[*row[:3], at + seconds, at + seconds, *row[5:]] for row in rows]


def _usual(stderr: str) -> str:
    """Give standard error as a user of the real OpenSky sees it, without what is not the same for long."""
    said = re.sub(r"127\.0\.0\.1|::1%25nosuch", "opensky-network.org", stderr)
    said = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d|(?<=this one knows )\d+", "…", said)
    return re.sub(r"^flightwatch: |\n\Z", "", said, flags=re.MULTILINE)
