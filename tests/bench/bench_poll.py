"""What a whole poll costs, as cron runs it: 12,000 aircraft are heard, and 2, 500 or 17,000 tails watched.

Beside it the least that could do the first half: start Python, import requests and msgspec, ask the same server on the loopback
what the poll asks, decode it. And the poll of the longest list beside the same with Python's garbage collector as
Python sets it.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from measuring import Measured, Taken, by_turns, named, process
from opensky_server import ANONYMOUS, OpenSkyServer, Row, row

from flightwatch.core.registration import registration_of

VECTORS, FEW = 12_000, 300
TAILS, FEW_TAILS = (2, 500, 17_000), (2, 20)
ROUNDS = 15
LEAST = """
import requests, msgspec
from flightwatch.core.model import StateVector
class Wire(msgspec.Struct):
    time: int
    states: list[StateVector] | None
for address in {addresses!r}:
    msgspec.json.decode(requests.get(address, timeout=30).content, type=Wire)
"""
PLAIN = """
import gc, sys
gc.set_threshold = gc.freeze = lambda *_: None
from flightwatch.cli.main import main
main()
"""
"""``flightwatch`` without what it asks of Python's garbage collector."""


def sky(vectors: int = VECTORS) -> list[Row]:
    """Aircraft all over the world, one in twelve of them watched by the longest list."""
    return [
        row(
            f"{0xA00001 + number * 7:06x}",
            longitude=-179.0 + (number * 37 % 3580) / 10,
            latitude=-60.0 + (number * 13 % 1300) / 10,
            callsign=f"TST{number:05d}",
        )
        for number in range(vectors)
    ]


def tails(most: int = max(TAILS)) -> list[str]:
    """American tail numbers, as a rule gives them."""
    found: list[str] = []
    number = 0xA00001
    while len(found) < most:
        known = registration_of(f"{number:06x}")
        if known is not None:
            found.append(known[0])
        number += 5
    return found


def a_minute_later(server: OpenSkyServer) -> None:
    """Let the sky be heard anew, and a little farther north."""
    server.time += 60
    for vector in server.states:
        vector[3] = vector[4] = server.time
        vector[6] = -60.0 + (float(str(vector[6])) + 60.02) % 130


def measure(*, quick: bool) -> list[Measured]:
    """A row for each length of the list, and one for the collector."""
    vectors, lengths, rounds = (FEW, FEW_TAILS, 1) if quick else (VECTORS, TAILS, ROUNDS)
    with TemporaryDirectory() as name, OpenSkyServer() as server:
        folder, known = Path(name), tails(lengths[-1])
        server.credits[ANONYMOUS] = 10**9
        server.states = sky(vectors)
        environment = {"PATH": os.environ["PATH"], "HOME": name, "FLIGHTWATCH_OPENSKY_URL": server.url}
        works: dict[str, Callable[[], Taken]] = {}
        for length in lengths:
            chosen = known[:: len(known) // length][:length]
            (folder / f"{length}.yaml").write_text("aircraft:\n" + "".join(f"  - {tail}\n" for tail in chosen))
            words = ["poll", "--watchlist", f"{length}.yaml", "--db"]
            poll = partial(process, [sys.executable, "-m", "flightwatch", *words, f"{length}.db"], environment, folder)
            server.requests.clear()
            poll()
            least = LEAST.format(addresses=[f"{server.url}/states/all?{urlencode(r.params)}" for r in server.requests])
            works |= {
                f"poll {length}": poll,
                f"least {length}": partial(process, [sys.executable, "-c", least], environment, folder),
            }
        works["plain"] = partial(process, [sys.executable, "-c", PLAIN, *words, "plain.db"], environment, folder)
        server.requests.clear()
        sides = by_turns(works, rounds, partial(a_minute_later, server))
        assert len(server.requests) >= rounds * len(works), "a poll has asked nothing"
    what = [f"a whole poll, {length:,} tails among {vectors:,} aircraft" for length in lengths]
    longest, plain = sides[f"poll {lengths[-1]}"], named(sides["plain"], "with Python's own garbage collection")
    return [
        *(
            Measured(
                name, sides[f"poll {length}"], named(sides[f"least {length}"], "fetching and decoding the same answer")
            )
            for name, length in zip(what, lengths, strict=True)
        ),
        Measured(what[-1], longest, plain),
    ]
