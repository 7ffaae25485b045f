"""Times of loading and asking the shipped airport table: ``python tests/bench/bench_airports.py``."""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from random import Random

from flightwatch.storage.tables import load_airports

PLACES = {"Pyongyang": (39.2241, 125.67), "Chicago, dense": (41.98, -87.9), "North Pole": (89.9, 0.0)}


def milliseconds(ask: Callable[[], object], times: int) -> list[float]:
    """How long each of ``times`` calls took."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def report(what: str, taken: list[float]) -> None:
    """One line: first, median and slowest, ms."""
    sys.stdout.write(f"{what:<42} {taken[0]:8.3f} {statistics.median(taken):8.3f} {max(taken):8.3f}\n")


def main() -> None:
    """Print a table of times."""
    sys.stdout.write(f"{'ms':<42} {'first':>8} {'median':>8} {'slowest':>8}\n")
    report("load", milliseconds(load_airports, 20))
    airports = load_airports()
    for code in ("FNJ", "ZKPY", "BRU", "nowhere"):
        report(f"find {code}", milliseconds(partial(airports.find, code), 200))
    for place, (lat, lon) in PLACES.items():
        for radius_km in (30, 150, 500):
            report(
                f"within {radius_km} km of {place}",
                milliseconds(partial(airports.within, lat, lon, radius_km), 50),
            )
    random = Random(1)
    every = list(airports)
    points = iter([(a.latitude, a.longitude) for a in random.sample(every, 1000)])
    report(
        "within 150 km of 1,000 fields, all unpacked", milliseconds(lambda: airports.within(*next(points), 150), 1000)
    )
    report("iterate over all of a fresh table", milliseconds(lambda: sum(1 for _ in load_airports()), 5))


if __name__ == "__main__":
    main()
