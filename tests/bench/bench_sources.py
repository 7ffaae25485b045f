"""How long a poll of three sources takes beside the slowest of them alone.

Servers on the loopback answer after the times that real ones take; OpenSky's answer is a whole world. Both are polls in this
process, beside its servers, so processor time and memory are not told.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from loopback import Fault, Request
from measuring import Measured, Taken, by_turns, named, timed
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

ROUNDS, WORLD, FEW, NAMED = 9, 8_000, 200, 100
DELAYS_S = {OPENSKY: 1.5, "adsb.lol": 0.8, "roof": 0.05}
"""Until the first byte: OpenSky takes one or two seconds for a world."""
ENTRIES = (SourceEntry("opensky", OPENSKY), SourceEntry("adsb.lol", "adsb.lol"), SourceEntry("readsb", "roof"))
BEGIN = 1_800_000_000


class SlowOpenSky(OpenSkyServer):
    """Answers after its delay."""

    delay_s = 0.0

    def answer(self, request: Request) -> Fault:
        time.sleep(self.delay_s)
        return super().answer(request)


class SlowLol(AdsbLol):
    """Answers after its delay."""

    delay_s = 0.0

    def answer(self, request: Request) -> Fault:
        time.sleep(self.delay_s)
        return super().answer(request)


class SlowRoof(ReceiverServer):
    """Answers after its delay."""

    delay_s = 0.0

    def answer(self, request: Request) -> Fault:
        time.sleep(self.delay_s)
        return super().answer(request)


class Sky:
    """What all three servers hear, and the clients that ask them."""

    def __init__(self, opensky: SlowOpenSky, lol: SlowLol, roof: SlowRoof, world: int) -> None:
        self._opensky, self._readsb, self._world = opensky, (lol, roof), world
        self._airports, self._at = load_airports(), BEGIN
        opensky.credits[ANONYMOUS] = 10**9
        self.clients: dict[str, Source] = {
            OPENSKY: OpenSky(base_url=opensky.url),
            "adsb.lol": Network("adsb.lol", address=lol.origin, pause=lambda _: None),
            "roof": Receiver(roof.url, "roof", unix_s=lambda: roof.now_s),
        }

    def a_minute_later(self) -> None:
        """Let the crowd fly on."""
        self._at += 60
        rows = crowd(self._at, self._world)
        self._opensky.time, self._opensky.states = self._at, rows
        for server in self._readsb:
            server.now_s, server.aircraft = float(self._at), [as_readsb(row, self._at) for row in rows[:200]]

    def poll(self, store: Store, names: tuple[str, ...]) -> Taken:
        """Ask these sources."""
        aircraft = tuple(WatchedAircraft(f"{0x700000 + n:06x}", None, "given") for n in range(NAMED))
        entries = tuple(entry for entry in ENTRIES if entry.name in names)
        watchlist = replace(WATCHLIST, aircraft=aircraft, sources=entries)
        now = instant(self._at + 1)
        taken = timed(lambda: poll_once(watchlist, self._airports, self.clients, store, clock=lambda: now))
        return taken._replace(cpu_s=None)


@contextmanager
def slow(share: float, world: int) -> Iterator[Sky]:
    """Serve, each after this share of its delay."""
    with SlowOpenSky() as opensky, SlowLol() as lol, SlowRoof() as roof:
        opensky.delay_s, lol.delay_s, roof.delay_s = (delay_s * share for delay_s in DELAYS_S.values())
        yield Sky(opensky, lol, roof, world)


def measure(*, quick: bool) -> list[Measured]:
    """One row."""
    world, share, rounds = (FEW, 0.01, 1) if quick else (WORLD, 1.0, ROUNDS)
    every = tuple(DELAYS_S)
    with (
        slow(share, world) as sky,
        TemporaryDirectory() as folder,
        Store(Path(folder) / "a.db", lasting=False) as one,
        Store(Path(folder) / "b.db", lasting=False) as three,
    ):
        works = {"three": partial(sky.poll, three, every), "one": partial(sky.poll, one, every[:1])}
        sides = by_turns(works, rounds, sky.a_minute_later)
    what = f"poll three sources, OpenSky with {world:,} state vectors"
    return [
        Measured(
            what,
            sides["three"],
            named(sides["one"], f"OpenSky alone, which answers after {DELAYS_S[OPENSKY] * share:g} s"),
        )
    ]
