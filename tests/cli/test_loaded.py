"""What each command loads: none pays for what it does not use."""

import subprocess
import sys
from typing import Final

import pytest
from opensky_server import OpenSkyServer
from program import Program

ASKING: Final = frozenset({"requests", "ssl", "flightwatch.network.http"})
READING: Final = frozenset({"yaml", "flightwatch.watchlist.reading", "zoneinfo"})
KEEPING: Final = frozenset({"sqlite3"})
DRAWING: Final = frozenset({"rich"})
OTHER_SOURCES: Final = frozenset({"flightwatch.sources.readsb", "flightwatch.sources.recorded"})
SENDING: Final = frozenset({"smtplib", "apprise", "flightwatch.alerting.mail", "flightwatch.channels.heartbeat"})
TELLING: Final = frozenset({"flightwatch.app.deliver", "flightwatch.app.printing"})
WORDING: Final = frozenset({"flightwatch.wording.sentence"})
REPORTING: Final = frozenset({"flightwatch.report"})
EXTRAS: Final = frozenset({"icalendar", "pandas"})
NAMING: Final = frozenset({"flightwatch.core.airport_names", "flightwatch.watchlist.airport_meant"})
ALL: Final = (
    ASKING
    | READING
    | KEEPING
    | DRAWING
    | OTHER_SOURCES
    | SENDING
    | TELLING
    | WORDING
    | REPORTING
    | EXTRAS
    | NAMING
    | {"flightwatch.api"}
)
"""What takes time to load, and is of use to some only."""

PROGRAM: Final = """
import sys
from flightwatch.cli.main import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def loaded(program: Program, *arguments: str) -> set[str]:
    """Which of `ALL` a command has loaded when it ends well."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=program.folder,
        env=program.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {*done.stderr.splitlines()[-1].split()} & ALL


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("version",), ("help",)])
def test_who_asks_for_help_loads_nothing(program: Program, arguments: tuple[str, ...]) -> None:
    assert loaded(program, *arguments) == set()


def test_a_quiet_poll(program: Program, server: OpenSkyServer) -> None:
    """It asks and keeps. The first one reads the watchlist, too, and the next ones find what it came to."""
    assert loaded(program, "poll") == ASKING | KEEPING | READING
    server.time += 900
    assert loaded(program, "poll") == ASKING | KEEPING


def test_a_poll_of_another_network(program: Program) -> None:
    """What it needs beside that is loaded, so that this list is seen to be of use."""
    with program.watchlist.open("a") as file:
        file.write("sources: [{readsb: /dev/null, name: roof}, opensky]\nhealth: {heartbeat: '${PING}'}\n")
    program.environment["PING"] = program.environment["FLIGHTWATCH_OPENSKY_URL"]
    found = loaded(program, "poll")
    assert found == ASKING | KEEPING | READING | {"flightwatch.sources.readsb", "flightwatch.channels.heartbeat"}


@pytest.mark.parametrize(
    ("arguments", "beside"),
    [
        (("check",), KEEPING | READING),
        (("status",), KEEPING | READING | WORDING),
        (("history", "FNJ", "--offline", "--format", "csv"), KEEPING | READING | NAMING),
        (("history", "FNJ", "--offline"), KEEPING | READING | NAMING | DRAWING | WORDING),
    ],
)
def test_who_asks_nobody_loads_no_network(program: Program, arguments: tuple[str, ...], beside: set[str]) -> None:
    program.run("poll")
    assert loaded(program, *arguments) == beside


def test_maps_cost_a_quiet_poll_nothing(program: Program, server: OpenSkyServer) -> None:
    """Alerts are to bring maps, and there is nothing to tell: what draws is not loaded."""
    with program.watchlist.open("a") as file:
        file.write("alerts: {map: true}\n")
    assert loaded(program, "poll") == ASKING | KEEPING | READING
    server.time += 900
    assert loaded(program, "poll") == ASKING | KEEPING
