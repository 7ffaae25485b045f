"""What one answer of the whole world takes to understand, beside ways of only decoding it.

Aircraft spread over the world and moving, none of them real. Ours decodes, checks each row, finds what the shipped watchlist is
about and decides what that means, as a poll does before it writes; the others decode and stop. Each is a process of its own.
"""

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from measuring import Measured, by_turns, calls, named, tell

from flightwatch.core.geo import destination
from flightwatch.core.model import Poll, Query, StateVector

AIRCRAFT, FEW = 12_000, 500
ROUNDS, TIMES = 9, 15
BEGIN, STEP_S = 1_700_000_000, 60
WATCHLIST = Path(__file__).parents[2] / "watchlist.yaml"
NAMES = {
    "msgspec": "msgspec alone, into the same rows",
    "orjson": "orjson, into lists",
    "json": "Python's json, into lists",
    "objects": "Python's json, then an object a row",
}


class Wire(msgspec.Struct):
    """The answer as msgspec reads it."""

    time: int
    states: list[StateVector] | None


class Vector:
    """A row as OpenSky's own client for Python gives it: an object with an attribute for each column, set one by one."""

    def __init__(self, values: list[object]) -> None:
        for name, value in zip(StateVector.__struct_fields__, values, strict=True):
            setattr(self, name, value)


def sky(aircraft: int) -> Iterator[bytes]:
    """Invented aircraft on great circles: the answer of each minute."""
    random = Random(1)
    flights = [
        (
            f"{n:06x}",
            random.uniform(-60, 75),
            random.uniform(-180, 180),
            random.uniform(0, 360),
            random.uniform(90, 250),
        )
        for n in range(1, aircraft + 1)
    ]
    at = BEGIN
    while True:
        states: list[list[object]] = []
        for icao24, lat, lon, course, speed in flights:
            here = destination(lat, lon, course, speed * (at % 86_400) / 1000)
            altitude = round(11_000 - 8 * speed, 2)
            known = [icao24, "TEST    ", "Nowhere", at, at, round(here[1], 4), round(here[0], 4), altitude, False]
            flown = [round(speed, 1), round(course, 1), 0.0, None, altitude, None, False, 0, 0]
            states.append([*known, *flown])
        yield json.dumps({"time": at, "states": states}).encode()
        at += STEP_S


def measure(*, quick: bool) -> list[Measured]:
    """A row for each of the others."""
    aircraft, rounds, times = (FEW, 1, 1) if quick else (AIRCRAFT, ROUNDS, TIMES)
    others = {way: name for way, name in NAMES.items() if find_spec(way) or way == "objects"}
    with TemporaryDirectory() as name:
        folder, answers = Path(name), sky(aircraft)
        for number in (1, 2):
            (folder / f"{number}.json").write_bytes(next(answers))

        sides = by_turns(
            {way: partial(calls, [__file__, way, str(times)], folder) for way in ("ours", *others)}, rounds
        )
    what = f"decode {aircraft:,} state vectors and match them"
    return [Measured(what, sides["ours"], named(sides[way], name)) for way, name in others.items()]


def understanding(first: bytes) -> Callable[[bytes], object]:
    """Give what a poll does with an answer, after it had the first one. Imported here, so that the others hold none of it."""
    from flightwatch.alerting.cycle import cycle
    from flightwatch.alerting.hearing import hearing
    from flightwatch.sources.answer import merge
    from flightwatch.sources.opensky_answer import decode
    from flightwatch.storage.tables import load_airports
    from flightwatch.tracking.listening import Memory
    from flightwatch.watchlist.reading import parse_watchlist

    airports = load_airports()
    watchlist = parse_watchlist(WATCHLIST.read_bytes(), name="", environment={}, airports=airports)

    def poll(raw: bytes) -> Poll:
        return merge([(Query(), decode(raw))])

    begun = cycle(hearing(Memory(), [poll(first)]), None, {}, Memory(), watchlist, airports)
    assert begun.poll is not None
    at, tracks = begun.poll.at, begun.changes.tracks

    def follow(raw: bytes) -> object:
        found = cycle(hearing(begun.memory, [poll(raw)]), at, tracks, begun.memory, watchlist, airports)
        assert found.poll is not None
        return found

    return follow


def way(name: str, first: bytes) -> Callable[[bytes], object]:
    """Give one way of reading an answer."""
    if name == "ours":
        return understanding(first)
    if name == "msgspec":
        return msgspec.json.Decoder(Wire).decode
    if name == "objects":
        return lambda raw: [Vector(row) for row in json.loads(raw)["states"]]
    loads: Callable[[bytes], object] = import_module(name).loads
    return loads


if __name__ == "__main__":
    first, second = (Path(f"{number}.json").read_bytes() for number in (1, 2))
    tell(partial(way(sys.argv[1], first), second), int(sys.argv[2]))
