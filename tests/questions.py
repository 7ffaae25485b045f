"""Questions as people ask them, and what flightwatch answers: a transcript, ``questions.txt``.

Each stands there with its answer, after the watchlist where it is about one; standard error comes first, then standard output,
then the exit code where it is not 0. All are asked of one record: the demo's two visits to Pyongyang, and some that are made
up here. OpenSky is on the loopback, and knows no flights. To write the answers anew, and then read them:

    python tests/questions.py --write
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from opensky_server import OpenSkyServer
from skies import VLADIVOSTOK, moment, visit

from flightwatch.airports import Airports
from flightwatch.data import load_airports
from flightwatch.poll import replay
from flightwatch.sources.recorded import Recording
from flightwatch.store import PollRecord, Store
from flightwatch.tracking.sky import Look
from flightwatch.visits import Visit
from flightwatch.watchlist import parse_watchlist

TRANSCRIPT: Final = Path(__file__).with_name("questions.txt")

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

ASK_ALL: Final = """\
import contextlib, json, os, sys
from flightwatch import cli, history, watchlist
from flightwatch.past import answers
for number, words in enumerate(json.load(sys.stdin)):
    if os.fork():
        os.wait()
        continue
    os.chdir(str(number))
    for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), stream.fileno())
    sys.argv[1:] = words
    code = 0
    try:
        cli.main()
    except SystemExit as end:
        code = end.code or 0
    sys.stdout.flush()
    with open("code", "w") as file:
        file.write(str(code))
    os._exit(0)
"""
"""Answers each question in a process of its own, without starting Python for each."""


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


def answered(asked: Iterable[Question]) -> list[str]:
    """Ask all of them, each of a record of its own."""
    asked = list(asked)
    with TemporaryDirectory(prefix="flightwatch-") as name, OpenSkyServer() as server:
        folder = Path(name)
        record = recorded(folder, load_airports())
        for number, question in enumerate(asked):
            place = folder / str(number)
            place.mkdir()
            (place / "flightwatch.db").write_bytes(record)
            (place / "watchlist.yaml").write_text(question.watchlist or WATCHLIST, encoding="utf-8")
        words = [shlex.split(question.command)[1:] for question in asked]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "PYTHONWARNINGS": "error",
            "FLIGHTWATCH_DB": "flightwatch.db",
            "FLIGHTWATCH_OPENSKY_URL": server.url,
            "FLIGHTWATCH_OPENSKY_TOKEN_URL": server.token_url,
        }
        subprocess.run(
            [sys.executable, "-c", ASK_ALL], input=json.dumps(words), cwd=folder, env=environment, text=True, check=True
        )
        return [answer_in(folder / str(number)) for number in range(len(asked))]


def answer_in(place: Path) -> str:
    """Give what a question was answered: standard error, standard output, exit code."""
    err, out, code = ((place / name).read_text(encoding="utf-8") for name in ("err", "out", "code"))
    said = "".join(f"{line.rstrip()}\n" for line in f"{err}{out}".splitlines())
    return f"{said}[exit code {code}]\n" if code != "0" else said


def recorded(folder: Path, airports: Airports) -> bytes:
    """Give a database that holds what the demo's polls tell, and `RECORDED`."""
    watchlist = parse_watchlist(WATCHLIST.encode(), name="w.yaml", environment={}, airports=airports)
    path = folder / "record.db"
    with as_file(files("flightwatch.data") / "demo.jsonl.gz") as polls, Store(path) as store:
        for event in replay(Recording([polls]).polls(), watchlist, airports, store):
            last_at = event.detected_at
        keep(store, *RECORDED, record=PollRecord(last_at, None, "made by hand"))
        with store.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def keep(store: Store, *visits: Visit, record: PollRecord) -> None:
    """Put visits into the record."""
    store.commit(Look({}, frozenset(), (), visits), record)


def main() -> None:
    """Write the answers anew."""
    if sys.argv[1:] != ["--write"]:
        raise SystemExit("usage: python tests/questions.py --write")
    asked = questions()
    for question, answer in zip(asked, answered(asked), strict=True):
        question.answer = answer
    TRANSCRIPT.write_text("\n".join(map(str, asked)), encoding="utf-8")


if __name__ == "__main__":
    main()
