"""Ten thousand polls by one process, as ``--every 60s`` makes them in a week, by hand: ``python tests/bench/long_run.py``.

Each asks OpenSky on the loopback, takes the lock, opens the database anew, decides, writes and delivers; only the clock
is the sky's. A visit begins every three hours, one poll in ten fails, and strangers fill the sky.
"""

import argparse
import gc
import resource
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from deliveries import deliver_all
from made_visits import ICAO24, SEEN_DOWN, Answer, rows
from opensky_server import ANONYMOUS, OpenSkyServer, row, status
from program import show
from state_vectors import AIRPORTS, HOUR, MINUTE, airport, arrival, departure, parked, sent

from flightwatch.alerting.notices import Notice
from flightwatch.app.alert_context import alert_of
from flightwatch.app.poll import poll_once
from flightwatch.core.model import OPENSKY, Event, instant
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.errors import SourceError
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.lock import poll_lock
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import Alert

POLLS = 10_000
EVERY_S = 60
FAULT_EVERY = 10
VISIT_EVERY_S, STAY_S = 3 * HOUR, 90 * MINUTE
STRANGERS = 100
PLENTY = 10**7
"""Credits, so that every poll asks."""

WATCHLIST = Watchlist(
    aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule"),), airports=(WatchedAirport(airport("FNJ")),)
)


@dataclass(frozen=True)
class Third:
    """What a part of the run came to."""

    polls: int
    seconds: float
    peak_mb: float
    """The process's largest resident size so far."""
    allocated_kb: float
    """What Python holds at its end, where that is traced; else 0."""
    database_kb: float


class LongRun:
    """Polls one after another, every so many seconds, into the database at ``path``."""

    def __init__(self, server: OpenSkyServer, path: Path, every_s: int) -> None:
        self._server, self._path, self._every_s = server, path, every_s
        self._source = OpenSky(base_url=server.url, token_url=server.token_url, pause=lambda _: None)
        self.told = self.failed = 0
        server.credits[ANONYMOUS] = PLENTY

    def poll(self, number: int) -> None:
        """The poll with this number."""
        show(self._server, *answer(SEEN_DOWN + number * self._every_s))
        self._server.requests.clear()
        if number % FAULT_EVERY == FAULT_EVERY - 1:
            self._server.faults.append(status(404))
        with poll_lock(self._path) as held, Store(self._path) as store:
            assert held
            try:
                poll_once(WATCHLIST, AIRPORTS, {OPENSKY: self._source}, store, clock=self._now)
            except SourceError:
                self.failed += 1

            def alert(event: Event, *, is_brief: bool = False) -> Alert:
                return alert_of(event, store, WATCHLIST, AIRPORTS, is_brief=is_brief)

            assert deliver_all(Outbox(store), {"print": self._tell}, alert, self._now) == []

    def _now(self) -> datetime:
        return instant(self._server.time) + timedelta(seconds=1)

    def _tell(self, _notice: Notice, *_: str) -> None:
        self.told += 1


def answer(at: int) -> Answer:
    """What is heard at this time: each visit from the approach to the climb, but for the hour on the stand."""
    down = at - (at - SEEN_DOWN) % VISIT_EVERY_S + HOUR
    up, strangers = down + STAY_S, [row(f"60{n:04x}", time_position=at, last_contact=at) for n in range(STRANGERS)]
    if at < down:
        ours = sent(arrival("VVO", down, icao24=ICAO24), at)
    elif at < down + 10 * MINUTE or up - 10 * MINUTE < at < up:
        ours = parked("VVO", at, icao24=ICAO24, velocity=9.0)
    else:
        ours = sent(departure("VVO", up, icao24=ICAO24), at)
    return at, [*rows(ours), *strangers]


def long_run(polls: int, every_s: int) -> Iterator[Third]:
    """Poll so often; what each third came to."""
    with TemporaryDirectory(prefix="flightwatch-") as folder, OpenSkyServer() as server:
        path = Path(folder) / "flightwatch.db"
        run = LongRun(server, path, every_s)
        for third in range(3):
            begun = perf_counter()
            for number in range(third * polls // 3, (third + 1) * polls // 3):
                run.poll(number)
            seconds = perf_counter() - begun
            gc.collect()
            held = tracemalloc.get_traced_memory()[0] if tracemalloc.is_tracing() else 0
            unit = 1 if sys.platform == "darwin" else 1024
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
            yield Third(polls // 3, seconds, peak / 2**20, held / 1024, path.stat().st_size / 1024)
        assert run.failed == polls // FAULT_EVERY
        assert run.told >= 2 * (polls * every_s // VISIT_EVERY_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--polls", type=int, default=POLLS)
    for third in long_run(parser.parse_args().polls, EVERY_S):
        print(
            f"{third.polls} polls, {third.seconds * 1000 / third.polls:.1f} ms each; largest resident size "
            f"{third.peak_mb:.1f} MB; database {third.database_kb:.0f} kB"
        )


if __name__ == "__main__":
    main()
