"""Questions as people ask them, and what flightwatch answers: a transcript, ``questions.txt``.

Each stands there with its answer, after the watchlist where it is about one; standard error comes first, then standard output,
then the exit code where it is not 0. All are asked of one record: the demo's two visits to Pyongyang, and some that are made
up here. OpenSky is on the loopback, and knows no flights. To write the answers anew, and then read them:

    python tests/support/transcript.py --write
"""

import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory
from typing import Final

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from made_visits import VLADIVOSTOK, moment, visit
from opensky_server import OpenSkyServer
from program import Program
from warm_process import AT_START, Warm

from flightwatch.app.replay import replay
from flightwatch.core.airports import Airports
from flightwatch.core.visits import Visit
from flightwatch.sources.recorded import Recording
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.watchlist.reading import parse_watchlist

TRANSCRIPT: Final = Path(__file__).with_name("transcript.txt")

WATCHLIST: Final = """\
aircraft:
  - {registration: RA-86559, label: "Il-62M, Russian Air Force", tags: [dprk]}
  - {registration: P-885, label: "Il-62M, Air Koryo", tags: [dprk, koryo]}
airports:
  - FNJ
"""
"""That of the record, and of every question without one of its own."""

RECORDED: Final = (
    visit(
        id="p885",
        icao24="7278a5",
        registration="P-885",
        callsign="KOR271",
        airport=VLADIVOSTOK,
        arrival=moment("2023-09-10T03:10"),
        landing=None,
        departure=moment("2023-09-10T06:40"),
    ),
    visit(
        id="b2487",
        icao24="780abc",
        registration="B-2487",
        callsign="CCA121",
        arrival=moment("2023-09-11T02:20"),
        landing=None,
        departure=moment("2023-09-11T05:05"),
    ),
    visit(
        id="p632",
        icao24="7277a8",
        registration="P-632",
        callsign="KOR271",
        airport=VLADIVOSTOK,
        arrival=moment("2023-09-17T03:05"),
        landing=None,
        departure=moment("2023-09-17T06:35"),
    ),
)
"""Visits that are invented: of a flight that two airframes flew, and of one whose callsign could be an icao24."""


@dataclass
class Question:
    """One question of the transcript."""

    title: str
    watchlist: str
    """Empty: `WATCHLIST`."""
    command: str
    answer: str

    def __str__(self) -> str:
        indented = "".join(f"    {line}\n" for line in self.watchlist.splitlines())
        return f"# {self.title}\n{indented}$ {self.command}\n{self.answer}"


def questions() -> list[Question]:
    """Read the transcript."""
    found = []
    for part in f"\n{TRANSCRIPT.read_text(encoding='utf-8')}".split("\n# ")[1:]:
        head, _, asked = part.partition("\n$ ")
        title, _, watchlist = head.partition("\n")
        command, _, answer = asked.partition("\n")
        lines = "".join(f"{line.removeprefix('    ')}\n" for line in watchlist.splitlines())
        found.append(Question(title, lines, command, f"{answer.rstrip()}\n" if answer.strip() else ""))
    return found


def answers(asked: Iterable[Question], warm: Warm) -> Iterator[str]:
    """Ask all of them, each of a record of its own."""
    with TemporaryDirectory(prefix="flightwatch-") as name, OpenSkyServer() as server:
        folder = Path(name)
        record = recorded(folder, load_airports())
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "COLUMNS": "100",
            **AT_START,
            "FLIGHTWATCH_DB": "flightwatch.db",
            "FLIGHTWATCH_OPENSKY_URL": server.url,
            "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url,
        }
        for number, question in enumerate(asked):
            program = Program(folder / str(number), environment, warm)
            program.folder.mkdir()
            program.database.write_bytes(record)
            program.watchlist.write_text(question.watchlist or WATCHLIST, encoding="utf-8")
            yield answer(program.run(*shlex.split(question.command)[1:]))


def answer(done: "CompletedProcess[str]") -> str:
    """Give what a question was answered: standard error, standard output, exit code."""
    said = "".join(f"{line.rstrip()}\n" for line in f"{done.stderr}{done.stdout}".splitlines())
    return f"{said}[exit code {done.returncode}]\n" if done.returncode else said


def recorded(folder: Path, airports: Airports) -> bytes:
    """Give a database that holds what the demo's polls tell, and `RECORDED`."""
    watchlist = parse_watchlist(WATCHLIST.encode(), name="w.yaml", environment={}, airports=airports)
    path = folder / "record.db"
    with as_file(files("flightwatch.data") / "demo.jsonl.gz") as polls, Store(path, lasting=False) as store:
        for event in replay(Recording([polls]).polls(), watchlist, airports, store):
            last_at = event.detected_at
        keep(store, *RECORDED, record=PollRecord(last_at, None, "made by hand"))
        with store.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def keep(store: Store, *visits: Visit, record: PollRecord) -> None:
    """Put visits into the record."""
    store.commit(PollChanges({}, frozenset(), (), visits), record)


def main() -> None:
    """Write the answers anew."""
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("usage: python tests/support/transcript.py --write")
    asked = questions()
    with Warm() as warm:
        for question, answered in zip(asked, answers(asked, warm), strict=True):
            question.answer = answered
    TRANSCRIPT.write_text("\n".join(map(str, asked)), encoding="utf-8")


if __name__ == "__main__":
    main()
