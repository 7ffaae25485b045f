"""Damaged rows of the database are left out, named once on standard error, and answered with code 1; all else is answered."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from made_visits import ICAO24, at, landing, moment, seen_visit, visit
from opensky_server import OpenSkyServer
from program import Program, show

import flightwatch
from flightwatch.errors import DamageWarning
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track

OTHER = "4b0001"


@pytest.fixture
def damaged(program: Program) -> Path:
    """A database of which a visit is damaged, and of another aircraft what is remembered."""
    sound = visit(id="sound", arrival=moment("2023-09-20T01:52"), departure=moment("2023-09-21T01:52"))
    with Store(program.database) as store:
        changes = PollChanges({OTHER: Track(OTHER)}, frozenset(), (landing(),), (visit(), sound))
        store.commit(changes, PollRecord(at("2023-09-28T11:30"), at("2023-09-28T11:30"), "ok"))
    with closing(sqlite3.connect(program.database)) as db, db:
        db.execute("UPDATE visits SET callsign = 'RFF7452' WHERE id = 'visit-1'")
        db.execute("UPDATE tracks SET track = CAST(replace(CAST(track AS TEXT), ?, '4b0009') AS BLOB)", (OTHER,))
    return program.database


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("history FNJ --offline", "1 observed visit"),
        ("history RA-86559 --offline --format csv", ",RA-86559,"),
        ("history RA-86559 --offline --format jsonl", '"visit":"sound"'),
        ("history FNJ --offline --format json", '"visit":"sound"'),
        ("history FNJ --offline --format geojson", '"visit":"sound"'),
        ("history FNJ --offline --format ics", "UID:sound@"),
        ("history FNJ --offline --summary", "the only visit recorded"),
        ("report FNJ -o /dev/stdout", "1 visit of 1 aircraft"),
    ],
)
def test_a_damaged_visit(program: Program, damaged: Path, words: str, answer: str) -> None:
    done = program.run(*words.split())
    assert done.returncode == 1
    assert answer.replace("observed ", "") in done.stdout
    assert "RFF7452" not in done.stdout
    assert done.stderr.endswith(
        "flightwatch.db: 1 damaged row left out: the visit 'visit-1' of '15521f'; "
        f"flightwatch check --db {program.environment.get('FLIGHTWATCH_DB') or damaged} lists all damage: restore a copy\n"
    )
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_status(program: Program, damaged: Path, form: str) -> None:
    """All that it shows is shown."""
    done = program.run("status", "--format", form)
    assert done.returncode == 1
    if form == "json":
        assert json.loads(done.stdout)["last_good_poll"] == "2023-09-28T11:30:00Z"
    else:
        assert "last good poll" in done.stdout
    assert "1 damaged row" not in done.stdout
    assert (
        f"{damaged.name}: 2 damaged rows left out: what is remembered of '{OTHER}', the visit 'visit-1'" in done.stderr
    )


def test_the_library(damaged: Path) -> None:
    """It warns, each time, and says the same in the notes; whoever would rather have an error makes one of the warning."""
    with flightwatch.open(damaged) as db:
        for _ in range(2):
            with pytest.warns(DamageWarning, match="1 damaged row left out: the visit 'visit-1' of '15521f'"):
                found = db.visits("FNJ")
            assert [each.id for each in found] == ["sound"]
            assert "1 damaged row left out" in found.notes[-1]
        with pytest.warns(DamageWarning, match="1 damaged row left out"):
            assert [event.id for event in db.events("FNJ")] == ["landing-1"]


def test_a_poll_goes_on(program: Program, server: OpenSkyServer, damaged: Path) -> None:
    """It tells what happens to all others, says once what it had to forget, and begins that anew."""
    for number, answer in enumerate(seen_visit()):
        show(server, *answer)
        done = program.run("poll")
        if number:
            assert (done.returncode, done.stderr) == (0, "")
        else:
            assert done.returncode == 1
            assert (
                f"1 damaged row left out: what is remembered of '{OTHER}'; aircraft of which nothing is" in done.stderr
            )
    with Store(damaged) as store:
        assert store.visits()[0].icao24 == ICAO24
        assert OTHER not in store.tracks()
        assert store.take_left_out() == ["the visit 'visit-1' of '15521f'"]


def test_a_rehearsal_changes_nothing(program: Program, server: OpenSkyServer, damaged: Path) -> None:
    show(server, *seen_visit()[0])
    with closing(sqlite3.connect(damaged)) as db:
        before = db.execute("SELECT * FROM tracks").fetchall()
    done = program.run("poll", "--dry-run")
    assert f"what is remembered of '{OTHER}'" in done.stderr
    with closing(sqlite3.connect(damaged)) as db:
        assert db.execute("SELECT * FROM tracks").fetchall() == before


def test_many(program: Program, damaged: Path) -> None:
    """The first are named."""
    with Store(damaged) as store:
        more = tuple(visit(id=f"more-{n}") for n in range(6))
        store.commit(PollChanges({}, frozenset(), (), more), PollRecord(at("2023-09-29"), at("2023-09-29"), "ok"))
    with closing(sqlite3.connect(damaged)) as db, db:
        db.execute("UPDATE visits SET longitude = 0 WHERE id LIKE 'more-%'")
    done = program.run("history", "FNJ", "--offline", "--format", "jsonl")
    assert "flightwatch.db: 7 damaged rows left out: the visit 'more-0' of '15521f', " in done.stderr
    assert ", and 4 more; flightwatch check --db " in done.stderr
    assert done.stdout.count("\n") == 1
