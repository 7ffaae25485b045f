"""What a shell completes, as bash asks the program for it."""

import json
import resource
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from made_visits import VLADIVOSTOK, at, seen_visit, visit
from program import Program, installed, open_sky, set_up, show
from warm_process import Warm

from flightwatch.cli.completion import airports, subjects
from flightwatch.core.model import Place
from flightwatch.core.visits import Visit
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.recorded_names import MOST
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

QUICK_S = 2.0
"""Most that a completion may take here, s: a third of a second of processor time where nobody else uses the machine."""


PATIENT_S = 5.0
"""How long SQLite waits for who holds a database where nobody says otherwise, s."""


def offered(program: Program, line: str) -> list[str]:
    """Ask for completions of the last word of a line, as the script does that ``--install-completion`` installs."""
    words = line.split(" ")
    said = program.out(
        env={
            "_FLIGHTWATCH_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
    )
    return said.split()


@pytest.fixture(scope="module")
def watcher(tmp_path_factory: pytest.TempPathFactory, warm: Warm) -> Program:
    """Somebody who watches RA-86559 and FNJ, and saw that aircraft at Vladivostok; no test here changes what they have."""
    with open_sky() as server:
        program = set_up(installed(tmp_path_factory.mktemp("watcher"), warm), server)
        for answer in seen_visit():
            show(server, *answer)
            program.run("poll", "-q")
    return program


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("flightwatch history ", ["15521f", "FNJ", "RA-86559", "UHWW", "VVO", "ZKPY"]),
        ("flightwatch history RA", ["RA-86559"]),
        ("flightwatch history ra-8", ["ra-86559"]),
        ("flightwatch history Ra", ["Ra-86559"]),
        ("flightwatch history RA86", ["RA86559"]),
        ("flightwatch history ra8", ["ra86559"]),
        ("flightwatch report 155", ["15521f"]),
        ("flightwatch report 15521F", ["15521F"]),
        ("flightwatch history V", ["VVO"]),
        ("flightwatch history uh", ["uhww"]),
        ("flightwatch history X", []),
        ("flightwatch history RA-86559 --at ", ["FNJ", "UHWW", "VVO", "ZKPY"]),
        ("flightwatch history RA-86559 --format geo", ["geojson"]),
    ],
)
def test_tails_and_airports_that_are_known(watcher: Program, line: str, words: list[str]) -> None:
    """By database and watchlist, in the letters they were begun with, and with or without their hyphen."""
    assert offered(watcher, line) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("flightwatch history t", ["tag:dprk", "tag:koryo"]),
        ("flightwatch history P-885 tag : k", ["koryo"]),
        ("flightwatch report tag : d", ["dprk"]),
        ("flightwatch history T", []),
        ("flightwatch history P", ["P-885"]),
        ("flightwatch history RA-86559 P", ["P-885"]),
    ],
)
def test_tags(program: Program, line: str, words: list[str]) -> None:
    """As bash hands them over, to which a colon is a word of its own; what a shell might not take as it is is left out."""
    program.watchlist.write_text("aircraft: [{registration: P-885, tags: [koryo, dprk, 'a b', ö]}]")
    assert offered(program, line) == words


def test_what_is_not_there_is_no_word(bare_program: Program) -> None:
    """Neither a complaint nor a file comes of it."""
    assert offered(bare_program, "flightwatch history ") == []
    assert offered(bare_program, "flightwatch history --db missing.db RA") == []
    assert bare_program.files() == []


def test_a_watchlist_and_a_database_that_cannot_be_read(program: Program) -> None:
    program.watchlist.write_text("aircraft: {")
    program.database.write_text("no database")
    assert offered(program, "flightwatch history ") == []


def test_it_is_quick(watcher: Program) -> None:
    """With the start of Python, as a shell has it."""
    started = replace(watcher, warm=None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    offered(started, "flightwatch history RA")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < QUICK_S


def record(store: Store, *visits: Visit) -> Path:
    """Put visits into the database; give a watchlist that is not there."""
    now = at("2024-01-10T05:00")
    store.commit(PollChanges({}, frozenset(), (), visits), PollRecord(now, now, "ok"))
    return store.path.parent / "none.yaml"


def test_a_tail_that_is_recorded_alone(store: Store) -> None:
    """Without its hyphen only where commands understand it so: they know where HB-JAA has its own as little as anybody."""
    none = record(store, visit(), visit(id="2", icao24="4b0001", registration="HB-JAA"))
    found = [[word for word, _ in subjects(begun, store.path, none)] for begun in ("RA8", "ra", "HBJ", "hb-", "\u0131")]
    assert found == [["RA86559"], ["ra-86559"], [], ["hb-jaa"], []]


def test_airports_by_the_letters_they_begin_with(store: Store) -> None:
    """However many others there are."""
    others = (Place(f"AA{n:02d}", f"Q{n:02d}", "One of many") for n in range(MOST))
    places = [*others, VLADIVOSTOK]
    none = record(store, *(visit(id=f"{n}", airport=place) for n, place in enumerate(places)))
    offered = [airports(begun, store.path, none) for begun in ("VV", "uh", "Q199")]
    assert offered == [[("VVO", VLADIVOSTOK.name)], [("uhww", VLADIVOSTOK.name)], [("Q199", "One of many")]]
    assert len(airports("", store.path, none)) == 2 * (MOST + 1)


def test_more_tails_than_anybody_reads(store: Store) -> None:
    """The last is among them, so that what they have in common is not taken for more than all have in common."""
    tails = [f"P-{1000 + n}" for n in range(MOST)]
    none = record(store, *(visit(id=tail, registration=tail) for tail in (*tails, "P-1999", "P-9")))
    assert [word for word, _ in subjects("P-", store.path, none)] == [*tails, "P-9"]


def test_a_meaning_that_a_shell_could_run(program: Program) -> None:
    """The Z shell runs the list it is given as a command: of a label only what means nothing in one is left."""
    label = "\\$(touch a) `touch b` \"; touch c; '' {d} ~e *? =f !g |h &i <j>k #l %m [n] (o:p) ^q Ту-204, Ó.+/-"
    program.watchlist.write_text(json.dumps({"aircraft": [{"registration": "RA-86559", "label": label}]}))
    assert subjects("RA", program.database, program.watchlist) == [
        ("RA-86559", "touch a touch b  touch c  d e  f g h i jk l m n op q Ту-204, Ó.+/-")
    ]


def test_a_database_that_somebody_holds(program: Program, store: Store) -> None:
    """Nobody waits for it."""
    record(store, visit())
    store.close()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert subjects("", store.path, program.watchlist) == [
            ("FNJ", "Pyongyang Sunan International Airport"),
            ("RA-86559", "Il-62M, Russian Air Force"),
            ("ZKPY", "Pyongyang Sunan International Airport"),
        ]
        assert time.monotonic() - began < PATIENT_S


def test_a_damaged_row(store: Store) -> None:
    none = record(store, visit())
    with store.writing() as db:
        db.execute("UPDATE visits SET airport_name = CAST('Sunan' AS BLOB), airport_iata = x'ff'")
    assert airports("", store.path, none) == []
