"""How long a poll of three sources takes beside the slowest of them alone, by hand: ``python tests/bench/bench_sources.py``.

Servers on the loopback answer after the times that real ones take; OpenSky's answer is a whole world.
"""

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from loopback import Fault, Request
from msgspec.structs import replace
from opensky_server import ANONYMOUS, OpenSkyServer
from readsb_servers import AdsbLol, ReceiverServer
from two_ears import WATCHLIST, as_readsb, crowd

from flightwatch.app.poll import poll_once
from flightwatch.core.model import OPENSKY, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.sources.asking import Source
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.sources.readsb import Network, Receiver
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import SourceEntry

ROUNDS, WORLD, NAMED = 9, 8_000, 100
DELAYS_S = {OPENSKY: 1.5, "adsb.lol": 0.8, "roof": 0.05}
"""Until the first byte: OpenSky takes one or two seconds for a world."""


class SlowOpenSky(OpenSkyServer):
    """Answers after its delay."""

    def answer(self, request: Request) -> Fault:
        time.sleep(DELAYS_S[OPENSKY])
        return super().answer(request)


class SlowLol(AdsbLol):
    """Answers after its delay."""

    def answer(self, request: Request) -> Fault:
        time.sleep(DELAYS_S["adsb.lol"])
        return super().answer(request)


class SlowRoof(ReceiverServer):
    """Answers after its delay."""

    def answer(self, request: Request) -> Fault:
        time.sleep(DELAYS_S["roof"])
        return super().answer(request)


def main() -> None:
    """Print the table."""
    entries = (SourceEntry("opensky", OPENSKY), SourceEntry("adsb.lol", "adsb.lol"), SourceEntry("readsb", "roof"))
    names, airports = [entry.name for entry in entries], load_airports()
    aircraft = tuple(WatchedAircraft(f"{0x700000 + n:06x}", None, "given") for n in range(NAMED))
    took = dict[str, float]()
    with SlowOpenSky() as opensky, SlowLol() as lol, SlowRoof() as roof:
        opensky.credits[ANONYMOUS] = 10**9
        clients: dict[str, Source] = {
            OPENSKY: OpenSky(base_url=opensky.url),
            "adsb.lol": Network("adsb.lol", address=lol.origin, pause=lambda _: None),
            "roof": Receiver(roof.url, "roof", unix_s=lambda: roof.now_s),
        }
        for asked in (*([name] for name in names), names):
            watchlist = replace(WATCHLIST, aircraft=aircraft, sources=tuple(e for e in entries if e.name in asked))
            with TemporaryDirectory() as folder, Store(Path(folder) / "a.db", lasting=False) as store:
                times = list[float]()
                for number in range(ROUNDS):
                    at = 1_800_000_000 + 60 * number
                    rows = crowd(at, WORLD)
                    opensky.time, opensky.states = at, rows
                    for server in (lol, roof):
                        server.now_s, server.aircraft = float(at), [as_readsb(row, at) for row in rows[:200]]
                    begun = time.perf_counter()
                    poll_once(watchlist, airports, clients, store, clock=lambda at=at: instant(at + 1))  # type: ignore[misc]
                    times.append(time.perf_counter() - begun)
                took[" + ".join(asked)] = median(times)
    slowest = max(took[name] for name in names)
    for asked_of, seconds in took.items():
        print(f"{asked_of:28} {seconds:6.2f} s")
    print(f"three beside the slowest: {took[' + '.join(names)] / slowest - 1:+.1%}")


if __name__ == "__main__":
    main()
