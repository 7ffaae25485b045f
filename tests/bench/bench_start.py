"""How soon a command is there: beside importing the three libraries that any such program imports."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from measuring import Measured, by_turns, process
from opensky_server import ANONYMOUS, OpenSkyServer, row

ROUNDS = 31
IMPORTS = "import typer, rich, requests"
SHIPPED = Path(__file__).parents[2] / "watchlist.yaml"
STRANGERS = 20
"""What OpenSky's answer holds. None of them lands, so the poll prints nothing."""


def measure(*, quick: bool) -> list[Measured]:
    """``--help``, and a poll of the shipped watchlist that finds no news, asking OpenSky on the loopback."""
    beside = f"`python -c '{IMPORTS}'`"
    ours = [sys.executable, "-m", "flightwatch"]
    with TemporaryDirectory() as name, OpenSkyServer() as server:
        folder = Path(name)
        server.credits[ANONYMOUS] = 10**9
        environment = {"PATH": os.environ["PATH"], "HOME": name, "FLIGHTWATCH_OPENSKY_URL": server.url}
        poll = [*ours, "poll", "--watchlist", str(SHIPPED), "--db", f"{name}/a.db"]

        def a_minute_later() -> None:
            server.time += 60
            moment = {"time_position": server.time, "last_contact": server.time}
            server.states = [row(f"4b{number:04x}", **moment) for number in range(STRANGERS)]

        sides = by_turns(
            {
                "help": lambda: process([*ours, "--help"], environment, folder),
                "poll": lambda: process(poll, environment, folder),
                beside: lambda: process([sys.executable, "-c", IMPORTS], environment, folder),
            },
            1 if quick else ROUNDS,
            a_minute_later,
        )
        assert len(server.requests) >= len(sides["poll"].runs), "a poll has asked nothing"
    return [
        Measured("`flightwatch --help`", sides["help"], sides[beside]),
        Measured("a quiet poll of the shipped watchlist", sides["poll"], sides[beside]),
    ]
