"""Invented skies with receivers on a map, and their truth: flights that take off, fly, land and are only heard where they can be.

    python tests/accuracy/worlds.py DIR --family cities --seed 1 --count 4

writes recorded polls (one OpenSky answer a line) and ``truth.json`` in the form of the recorded sets. A receiver hears what
stands above its screen of hills; a row stays for 300 s after the last message, as OpenSky's do. Other traffic is in the same
answers, so that a silence can be compared with who else is heard there. Nothing here knows how flightwatch decides.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from math import exp, log
from pathlib import Path
from random import Random

from feints import FEINTS
from heard import START, Airframe, Receiver, World, receiver, write
from legs import leg, nearby, taxi, tour
from made import JET, TURBOPROP

from flightwatch.core.airports import Airports
from flightwatch.core.geo import destination
from flightwatch.core.model import Airport
from flightwatch.storage.tables import load_airports


def _icao24s(random: Random) -> Iterator[str]:
    seen = set()
    while True:
        code = f"{random.randrange(0x100000, 0xEFFFFF):06x}"
        if code not in seen:
            seen.add(code)
            yield code


CITIES = {
    "london": (51.5, -0.1), "moscow": (55.75, 37.6), "newyork": (40.7, -73.9), "tokyo": (35.7, 139.9),
    "milan": (45.5, 9.2), "losangeles": (34.0, -118.2), "istanbul": (41.1, 28.9), "sanfrancisco": (37.6, -122.2),
}  # fmt: skip
SPARSE = {
    "yakutsk": (62.0, 129.7), "bamako": (12.6, -8.0), "darwin": (-12.4, 130.9), "almaty": (43.3, 77.0),
    "kinshasa": (-4.4, 15.4), "manaus": (-3.0, -60.0), "ulanbator": (47.8, 106.8), "murmansk": (68.8, 32.8),
}  # fmt: skip


def cities(table: Airports, number: int, random: Random, hours: float) -> World:
    """A city with several airports, heard from 20 to 90 km away: the last 500 to 3,000 m are not heard."""
    name = list(CITIES)[number % len(CITIES)]
    lat, lon = CITIES[name]
    near = [f for f in nearby(table, lat, lon, 75.0) if f.scheduled or f.kind == "large"]
    far = [f for f in nearby(table, lat, lon, 900.0) if f.scheduled and f.kind == "large" and f not in near][-25:]
    ears = [
        receiver(
            *destination(lat, lon, random.uniform(0, 360), random.uniform(25, 110)), random, random.uniform(0.5, 2.5)
        )
        for _ in range(3)
    ]
    return _shuttles(
        f"cities-{name}-{number}", "cities", near, far, ears, random, hours, 30, lambda: random.uniform(2400, 14_000)
    )


def sparse(table: Airports, number: int, random: Random, hours: float) -> World:
    """A region with few receivers, each beside a large field; many landings are in the dark from far out."""
    name = list(SPARSE)[number % len(SPARSE)]
    lat, lon = SPARSE[name]
    fields = [f for f in nearby(table, lat, lon, 1300.0) if f.scheduled]
    random.shuffle(fields)
    fields = fields[:25]
    ears = [receiver(f.latitude, f.longitude, random) for f in fields[:4]]
    return _shuttles(
        f"sparse-{name}-{number}",
        "sparse",
        fields,
        fields,
        ears,
        random,
        hours,
        16,
        lambda: exp(random.uniform(log(2400), log(40_000))),
    )


def turnrounds(table: Airports, number: int, random: Random, hours: float) -> World:
    """Short stays: 20 to 60 minutes on the ground between two flights, neither end heard."""
    lat, lon = list({**CITIES, **SPARSE}.values())[(number * 5) % 16]
    fields = [f for f in nearby(table, lat, lon, 700.0) if f.scheduled]
    random.shuffle(fields)
    fields = fields[:14]
    ears = [
        receiver(*destination(f.latitude, f.longitude, random.uniform(0, 360), random.uniform(20, 120)), random, 1.0)
        for f in fields[:5]
    ]
    return _shuttles(
        f"turnrounds-{number}",
        "turnrounds",
        fields,
        fields,
        ears,
        random,
        hours,
        14,
        lambda: random.uniform(1200, 3600),
    )


def _shuttles(
    name: str, family: str, near: Sequence[Airport], far: Sequence[Airport], ears: list[Receiver], random: Random,
    hours: float, count: int, stay_s: Callable[[], float],
) -> World:  # fmt: skip
    begin, end = START, START + round(hours * 3600)
    crafts, codes = [], _icao24s(random)
    for _ in range(count):
        kind = random.choices((JET, TURBOPROP), (4, 1))[0]
        craft = Airframe(next(codes), kind, 4 if kind is JET else 3)
        pool = [*random.sample(list(near), min(len(near), 3)), *random.sample(list(far), min(len(far), 3))]
        tour(
            craft,
            list(dict.fromkeys(pool)),
            begin + random.uniform(600, 0.5 * hours * 3600),
            end - 7200,
            random,
            stay_s,
        )
        crafts.append(craft)
    return World(name, family, crafts, ears, [c.icao24 for c in crafts], begin, end)


KOREA = {
    "seoul": (37.47, 126.45),
    "dalian": (38.97, 121.54),
    "shenyang": (41.64, 123.49),
    "yanji": (42.88, 129.45),
    "vladivostok": (43.4, 132.15),
}
VISITED = {"FNJ": 70, "WOS": 12, "ZKHM": 6, "DSO": 6, "ZKUJ": 6}
ROUTES = (("PEK", "ICN"), ("VVO", "ICN"), ("SHE", "ICN"), ("DLC", "ICN"), ("PEK", "VVO"), ("YNJ", "ICN"))


def pyongyang(table: Airports, number: int, random: Random, hours: float, alike: bool = False) -> World:
    """One visit to North Korea from Vladivostok or Peking, heard from the countries around, with others' traffic there."""
    begin = START
    code = random.choices(list(VISITED), None if alike else list(VISITED.values()))[0]
    goal, home = _field(table, code), _field(table, random.choices(("VVO", "PEK"), (2, 1))[0])
    back = home if random.random() < 0.8 else _field(table, random.choice(("VVO", "PEK")))
    codes = _icao24s(random)
    craft = Airframe(next(codes), JET, 5)
    leaves_at = begin + random.uniform(1800, 7200)
    craft.stays.append((leaves_at - 900, leaves_at, home))
    landed = leg(craft, home, goal, leaves_at, random)
    stay = exp(random.uniform(log(2400), log(0.55 * hours * 3600)))
    taxi(craft, goal, landed, landed + stay, random)
    last = leg(craft, goal, back, landed + stay, random)
    taxi(craft, back, last, None, random)
    end = round(min(last + 3600, begin + hours * 3600 * 1.6))
    others = []
    for a, b in ROUTES:
        other = Airframe(next(codes), JET, 4)
        tour(
            other,
            [_field(table, a), _field(table, b)],
            begin + random.uniform(0, 5400),
            end - 5400,
            random,
            lambda: random.uniform(2400, 5400),
        )
        others.append(other)
    ears = [receiver(*place, random, 0.3) for name, place in KOREA.items() if random.random() < 0.85]
    family = "korea-alike" if alike else "korea"
    return World(
        f"{family}-{number}-{code}",
        family,
        [craft, *others],
        ears,
        [craft.icao24],
        begin,
        end,
        ("ZKPY", "ZKWS", "UHWW"),
    )


def korea_alike(table: Airports, number: int, random: Random, hours: float) -> World:
    """The same with the five fields visited alike often."""
    return pyongyang(table, number, random, hours, alike=True)


def _field(table: Airports, code: str) -> Airport:
    found = table.find(code)
    if found is None:
        raise ValueError(code)
    return found


def decoys(table: Airports, number: int, random: Random, hours: float) -> World:
    """What looks like a landing and is none, or is one elsewhere: low passes, gliders, formations, drops, two of one address."""
    lat, lon = list(CITIES.values())[number % len(CITIES)]
    begin, end = START, START + round(hours * 3600)
    big = [f for f in nearby(table, lat, lon, 120.0) if f.scheduled]
    strips = nearby(table, lat, lon, 120.0, scheduled=False) or big
    codes, crafts = _icao24s(random), []
    for n in range(3 * len(FEINTS)):
        craft = Airframe(next(codes), JET)
        FEINTS[n % len(FEINTS)](
            craft, random.choice(big), random.choice(strips), begin + random.uniform(600, hours * 1800), random
        )
        crafts.append(craft)
    ears = [
        receiver(
            *destination(lat, lon, random.uniform(0, 360), random.uniform(20, 90)), random, random.uniform(0.4, 2.0)
        )
        for _ in range(3)
    ]
    return World(f"decoys-{number}", "decoys", crafts, ears, [c.icao24 for c in crafts], begin, end)


FAMILIES: dict[str, Callable[[Airports, int, Random, float], World]] = {
    "cities": cities, "sparse": sparse, "turnrounds": turnrounds,
    "korea": pyongyang, "korea-alike": korea_alike, "decoys": decoys,
}  # fmt: skip


def main() -> None:
    """Write worlds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--family", choices=FAMILIES, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=4, help="worlds a family")
    parser.add_argument("--hours", type=float, default=10.0)
    parser.add_argument("--step", type=int, default=60, help="seconds between polls")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    table, truth = load_airports(), []
    for family in given.family or FAMILIES:
        for number in range(given.count):
            random = Random(f"{family} {given.seed} {number}")
            world = FAMILIES[family](table, given.seed * 1000 + number, random, given.hours)
            truth.append(write(world, given.step, given.folder, random))
    (given.folder / "truth.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    main()
