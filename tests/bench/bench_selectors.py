"""What selectors cost: a list of 17,000 aircraft beside two, and who is meant among strangers by selectors beside by a pattern.

The list is made by code. Strangers are 12,000 around an airport that is watched for nobody among them.
"""

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_poll import FEW, VECTORS, a_minute_later, sky
from measuring import Measured, by_turns, calls, named, process, tell
from opensky_server import ANONYMOUS, OpenSkyServer

from flightwatch.core.model import Identity
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedAirport, admits
from flightwatch.storage.tables import load_airports

ROWS, FEW_ROWS = 17_000, 50
ROUNDS, TIMES = 9, 5
PATTERN = "RA-86*"
LISTS = {"two": "RA-86559, P-885", "list": "{list: aircraft.csv}"}


def made_list(rows: int) -> str:
    """Invented aircraft in the columns of plane-alert-db."""
    head = "$ICAO,$Registration,$Operator,$Type,$ICAO Type,#CMPG,$Tag 1,$#Tag 2,$#Tag 3,Category,$#Link\n"
    return head + "".join(
        f"{0x10 + n * 900:06X},X-{n},Air Force {n % 90},Invented {n % 300},T{n % 300:03},Mil,Cargo,Tanker,Far,Forces,\n"
        for n in range(rows)
    )


def measure(*, quick: bool) -> list[Measured]:
    """``check`` and ``poll`` with the list, then the strangers."""
    rows, vectors, rounds, times = (FEW_ROWS, FEW, 1, 1) if quick else (ROWS, VECTORS, ROUNDS, TIMES)
    with TemporaryDirectory() as name, OpenSkyServer() as server:
        folder = Path(name)
        server.credits[ANONYMOUS] = 10**9
        server.states = sky(vectors)
        (folder / "aircraft.csv").write_text(made_list(rows))
        environment = {"PATH": os.environ["PATH"], "HOME": name, "FLIGHTWATCH_OPENSKY_URL": server.url}
        works = {}
        for which, aircraft in LISTS.items():
            (folder / f"{which}.yaml").write_text(f"aircraft: [{aircraft}]\nairports: [FNJ]\n")
            for command, *more in (["check"], ["poll", "--db", f"{which}.db"]):
                words = [sys.executable, "-m", "flightwatch", command, *more, "--watchlist", f"{which}.yaml"]
                works[f"{command} {which}"] = partial(process, words, environment, folder)
        sides = by_turns(works, rounds, partial(a_minute_later, server))
        assert len(server.requests) >= rounds * len(LISTS), "a poll has asked nothing"
        words = [str(vectors), str(times)]
        deciding = by_turns({way: partial(calls, [__file__, way, *words], folder) for way in WAYS}, rounds)
    pattern = named(deciding[PATTERN], f"`only: [{PATTERN}]`")
    return [
        Measured(f"check a list of {rows:,} aircraft", sides["check list"], named(sides["check two"], "two aircraft")),
        Measured(
            f"a whole poll with it among {vectors:,} aircraft",
            sides["poll list"],
            named(sides["poll two"], "two aircraft"),
        ),
        *(
            Measured(f"{vectors:,} strangers, `only: [{way}]`", side, pattern, vectors, "strangers")
            for way, side in deciding.items()
            if way != PATTERN
        ),
    ]


WAYS = {
    PATTERN: ((PATTERN,), ()),
    "type:IL62": ((), (Picked(Selector(kind="IL62"), frozenset(f"{0x100000 + n:06x}" for n in range(20_000))),)),
    "country:Russia": ((), (Picked(Selector(country="Russia")),)),
    "callsign:RSD*": ((), (Picked(Selector(callsign="RSD*")),)),
}
"""Patterns and selectors of an airport's ``only:``."""


def deciding(way: str, strangers: int) -> Callable[[], object]:
    """Give what a poll does to leave so many strangers out."""
    airport = load_airports().find("FNJ")
    assert airport is not None
    field, who = WatchedAirport(airport, *WAYS[way]), Identity("N1", "B738")
    everybody = [f"{0xA00001 + n * 7:06x}" for n in range(strangers)]
    return lambda: [admits(field, icao24, None, None, callsign="TST12345", identity=who) for icao24 in everybody]


if __name__ == "__main__":
    tell(deciding(sys.argv[1], int(sys.argv[2])), int(sys.argv[3]))
