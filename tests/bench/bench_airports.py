"""Times of loading the shipped table of airfields, and of asking it what is near."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from measuring import Measured, by_turns, calls, named, tell

from flightwatch.core.geo import distance_km
from flightwatch.storage.tables import load_airports

ROUNDS, TIMES = 5, 3
PLACES, FEW = 20, 2
RADIUS_KM = 150.0


def near(places: int) -> Callable[[], object]:
    """Give asking the table what is near so many airfields, of which it unpacks what lies around."""
    airports, points = load_airports(), points_of(places)
    return lambda: [airports.within(*point, RADIUS_KM) for point in points]


def each(places: int) -> Callable[[], object]:
    """Give measuring the way to every airfield, all of them unpacked."""
    everywhere, points = list(load_airports()), points_of(places)
    return lambda: [
        [field for field in everywhere if distance_km(*point, field.latitude, field.longitude) <= RADIUS_KM]
        for point in points
    ]


WAYS = {"load": lambda _places: load_airports, "near": near, "each": each}


def points_of(places: int) -> list[tuple[float, float]]:
    """Choose airfields, the same each time."""
    return [(field.latitude, field.longitude) for field in Random(1).sample(list(load_airports()), places)]


def measure(*, quick: bool) -> list[Measured]:
    """Loading beside nothing, and asking beside measuring the way to each."""
    rounds, times, places = (1, 1, FEW) if quick else (ROUNDS, TIMES, PLACES)
    with TemporaryDirectory() as folder:
        words = [str(places), str(times)]
        sides = by_turns({way: partial(calls, [__file__, way, *words], Path(folder)) for way in WAYS}, rounds)
    what = f"find the airfields within {RADIUS_KM:.0f} km of {places} places"
    every = named(sides["each"], "measuring the way to every airfield")
    return [
        Measured("load the table of airfields", sides["load"]),
        Measured(what, sides["near"], every, places, "places"),
    ]


if __name__ == "__main__":
    tell(WAYS[sys.argv[1]](int(sys.argv[2])), int(sys.argv[3]))
