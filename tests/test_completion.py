"""What a shell completes, as bash asks the program for it."""

import time

import pytest
from conftest import Program, show
from opensky_server import OpenSkyServer
from skies import seen_visit

QUICK_S = 2.0
"""Most that a completion may take here, s: a third of a second where nobody else uses the machine."""


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


@pytest.fixture
def watcher(program: Program, server: OpenSkyServer) -> Program:
    """Somebody who watches RA-86559 and FNJ, and saw that aircraft at Vladivostok."""
    for sky in seen_visit():
        show(server, *sky)
        program.run("poll", "-q")
    return program


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("flightwatch history ", ["15521f", "FNJ", "RA-86559", "UHWW", "VVO"]),
        ("flightwatch history RA", ["RA-86559"]),
        ("flightwatch history ra-8", ["ra-86559"]),
        ("flightwatch report 155", ["15521f"]),
        ("flightwatch history V", ["VVO"]),
        ("flightwatch history uh", ["uhww"]),
        ("flightwatch history X", []),
        ("flightwatch history RA-86559 --at ", ["FNJ", "UHWW", "VVO"]),
        ("flightwatch history RA-86559 --format geo", ["geojson"]),
    ],
)
def test_tails_and_airports_that_are_known(watcher: Program, line: str, words: list[str]) -> None:
    """By database and watchlist, in the letters they were begun with."""
    assert offered(watcher, line) == words


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
    started = time.monotonic()
    offered(watcher, "flightwatch history RA")
    assert time.monotonic() - started < QUICK_S
