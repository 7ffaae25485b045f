"""What one worldwide poll costs beside decoding it, by hand: ``python tests/bench/bench_poll.py``.

12,000 aircraft spread over the world and moving, none of them real, with the shipped watchlist: decoding the answer, following
what matters, and committing it, each beside the standard library's json for the same bytes.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

from flightwatch.alerting.cycle import cycle
from flightwatch.alerting.hearing import hearing
from flightwatch.app.commit import commit
from flightwatch.core.geo import destination
from flightwatch.core.model import Poll, Query
from flightwatch.sources.answer import merge
from flightwatch.sources.opensky_answer import decode
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.listening import Memory
from flightwatch.watchlist.reading import parse_watchlist

T = TypeVar("T")

AIRCRAFT = 12_000
POLLS = 20
STEP_S = 300
WATCHLIST = Path(__file__).parent.parent.parent / "watchlist.yaml"


def sky(random: Random) -> Callable[[int], bytes]:
    """Invented aircraft on great circles; the answer at each time."""
    flights = [
        (
            f"{n:06x}",
            random.uniform(-60, 75),
            random.uniform(-180, 180),
            random.uniform(0, 360),
            random.uniform(90, 250),
        )
        for n in range(AIRCRAFT)
    ]

    def answer(at: int) -> bytes:
        states = []
        for icao24, lat, lon, course, speed in flights:
            here = destination(lat, lon, course, speed * (at % 86_400) / 1000)
            altitude, track = round(11_000 - 8 * speed, 2), round(course, 1)
            states.append(
                (
                    *(icao24, "TEST    ", "Nowhere", at, at, round(here[1], 4), round(here[0], 4), altitude, False),
                    *(round(speed, 1), track, 0.0, None, altitude, None, False, 0, 0),
                )
            )
        return json.dumps({"time": at, "states": states}).encode()

    return answer


def decoded(raw: bytes) -> Poll:
    """The poll that an answer of the whole world is."""
    return merge([(Query(), decode(raw))])


def main() -> None:
    """Print the medians."""
    airports = load_airports()
    watchlist = parse_watchlist(WATCHLIST.read_bytes(), name="", environment={}, airports=airports)
    answer = sky(Random(1))
    times: dict[str, list[float]] = {"json.loads": [], "decode": [], "follow": [], "commit": []}

    def timed(name: str, work: Callable[[], T]) -> T:
        begin = perf_counter()
        done = work()
        times[name].append(perf_counter() - begin)
        return done

    with TemporaryDirectory() as folder, Store(Path(folder) / "bench.db") as store:
        for number in range(POLLS):
            raw = answer(1_700_000_000 + number * STEP_S)
            timed("json.loads", partial(json.loads, raw))
            poll = timed("decode", partial(decoded, raw))
            found = timed(
                "follow", partial(cycle, hearing(Memory(), [poll]), None, store.tracks(), Memory(), watchlist, airports)
            )
            record = PollRecord(poll.at, poll.at, "ok", len(poll.vectors), 0)
            timed("commit", partial(commit, store, found, watchlist, record))
        followed = len(store.tracks())
    beside = median(times["json.loads"])
    print(f"{AIRCRAFT} vectors, {len(raw) / 1e6:.1f} MB, {followed} aircraft followed")
    for name, taken in times.items():
        print(f"{name:12} {median(taken) * 1000:7.1f} ms   {median(taken) / beside:5.2f} of json.loads")


if __name__ == "__main__":
    main()
