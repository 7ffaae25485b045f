"""What selectors cost, by hand: ``python tests/bench/bench_selectors.py [FILE.csv]``.

A list of 17,000 invented aircraft, or of FILE: ``flightwatch check`` and a poll of the world with it, each beside the same
with two aircraft. Then, in one process, what a poll of 12,000 strangers around a watched airport takes to decide who is meant,
by a pattern and by selectors. CPU time is the least of several runs, memory the highest peak.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from bench_process import VECTORS, run, sky
from opensky_server import ANONYMOUS, OpenSkyServer

from flightwatch.core.model import Identity
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedAirport, admits
from flightwatch.storage.tables import load_airports

ROWS, RUNS = 17_000, 7
TWO = "RA-86559, P-885"


def made_list() -> str:
    """Invented aircraft in the columns of plane-alert-db."""
    head = "$ICAO,$Registration,$Operator,$Type,$ICAO Type,#CMPG,$Tag 1,$#Tag 2,$#Tag 3,Category,$#Link\n"
    return head + "".join(
        f"{0x10 + n * 900:06X},X-{n},Air Force {n % 90},Invented {n % 300},T{n % 300:03},Mil,Cargo,Tanker,Far,Forces,\n"
        for n in range(ROWS)
    )


@contextmanager
def printing_nothing() -> Iterator[None]:
    """Send what processes print that are begun meanwhile nowhere."""
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def processes(folder: Path, server: OpenSkyServer) -> None:
    """Print what check and poll take with the list and with two aircraft."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "FLIGHTWATCH_OPENSKY_URL": server.url}
    for name, aircraft in {"two aircraft": TWO, "the list": "{list: aircraft.csv}"}.items():
        (folder / "w.yaml").write_text(f"aircraft: [{aircraft}]\nairports: [FNJ]\n")
        for command in (["check"], ["poll", "--db", f"{name}.db"]):
            runs = []
            for _ in range(RUNS):
                server.time += 900
                for vector in server.states:
                    vector[3] = vector[4] = server.time
                words = [sys.executable, "-m", "flightwatch", *command, "--watchlist", "w.yaml"]
                with printing_nothing():
                    runs.append(run(words, environment, str(folder)))
            cpu, peak = min(cpu for cpu, _ in runs), max(peak for _, peak in runs)
            print(f"{command[0]:5} with {name:12} {cpu:.3f} s CPU, {peak:.0f} MB")


def strangers() -> None:
    """Print what it takes to decide about strangers, each at an airport watched for nobody among them."""
    airport = load_airports().find("FNJ")
    assert airport is not None
    everybody = [f"{0xA00001 + n * 7:06x}" for n in range(VECTORS)]
    said = {icao24: Identity("N1", "B738") for icao24 in everybody}
    many = frozenset(f"{0x100000 + n:06x}" for n in range(20_000))
    ways = {
        "RA-86*": WatchedAirport(airport, ("RA-86*",)),
        "type:IL62": WatchedAirport(airport, (), (Picked(Selector(kind="IL62"), many),)),
        "country:Russia": WatchedAirport(airport, (), (Picked(Selector(country="Russia")),)),
        "callsign:RSD*": WatchedAirport(airport, (), (Picked(Selector(callsign="RSD*")),)),
    }

    def decide(field: WatchedAirport) -> Callable[[], object]:
        return lambda: [
            admits(field, icao24, None, None, callsign="TST12345", identity=said[icao24]) for icao24 in everybody
        ]

    for name, field in ways.items():
        times = []
        for _ in range(RUNS):
            begin = perf_counter()
            decide(field)()
            times.append(perf_counter() - begin)
        print(f"{VECTORS:,} strangers, only: [{name}]: {1000 * min(times):.1f} ms")


def main() -> None:
    """Print all of it."""
    with TemporaryDirectory() as name, OpenSkyServer() as server:
        folder = Path(name)
        server.credits[ANONYMOUS] = 10**9
        server.states = sky()
        text = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else made_list().encode()
        (folder / "aircraft.csv").write_bytes(text)
        processes(folder, server)
    strangers()


if __name__ == "__main__":
    main()
