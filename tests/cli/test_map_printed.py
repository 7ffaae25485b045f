"""``--map``: the map in characters above what ``history`` and ``status`` print."""

import pytest
from made_visits import unseen_visit
from opensky_server import OpenSkyServer
from program import Program, show
from terminals import Terminal

ABOVE_VISITS = "--map is drawn above the table of visits: leave out --summary and --format"
REFUSED = {
    ("history", "RA-86559", "--map", "--summary"): ABOVE_VISITS,
    ("history", "RA-86559", "--map", "--format", "csv"): ABOVE_VISITS,
    ("status", "--map", "--format", "json"): "--map is drawn above the look: leave out --watch and --format",
}


@pytest.fixture
def watched(program: Program, server: OpenSkyServer) -> Program:
    """A database that knows of a visit to Pyongyang."""
    for at, rows in unseen_visit()[:12]:
        show(server, at, rows)
        program.run("poll")
    return program


@pytest.mark.parametrize(("encoding", "sign", "other"), [("utf-8", "▼", "v lost"), ("ascii", "v", "▼")])
def test_history(watched: Program, encoding: str, sign: str, other: str) -> None:
    """Above the table; where output takes no more than ASCII, in that."""
    environment = {"PYTHONIOENCODING": encoding, "COLUMNS": "90"}
    printed = watched.out("history", "RA-86559", "--offline", "--map", env=environment)
    picture, title, _ = printed.partition("RA-86559: visits")
    assert title
    assert "Pyongyang FNJ" in picture
    assert f"{sign} last heard" in picture
    assert other not in picture
    assert max(map(len, picture.splitlines())) < 90
    assert "\x1b" not in printed
    assert "Pyongyang FNJ\n" not in watched.out("history", "RA-86559", "--offline").partition("RA-86559: visits")[0]


def test_status(watched: Program) -> None:
    """Who is on the ground stands at the airport."""
    printed = watched.out("status", "--map", env={"COLUMNS": "100"})
    assert "Pyongyang FNJ: RA-86559" in printed.partition("on the ground")[0]


def test_where_nothing_is_known_there_is_no_map(program: Program) -> None:
    program.run("poll")
    for command in (("status",), ("history", "RA-86559", "--offline")):
        assert "■" not in program.out(*command, "--map")


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_has_no_place_for_a_map(program: Program, arguments: tuple[str, ...]) -> None:
    done = program.run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"flightwatch: {REFUSED[arguments]}\n")


def test_on_a_terminal_it_has_colours(watched: Program) -> None:
    with Terminal(lines=60, columns=90) as terminal:
        with watched.running("history", "RA-86559", "--offline", "--map", stdout=terminal.end) as process:
            watched.wait(process)
        drawn = terminal.whole()
    assert "\x1b[" in drawn.partition("visits")[0]
    assert "Pyongyang FNJ" in drawn
