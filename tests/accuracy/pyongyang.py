"""Invented visits to North Korea, and what looks like them: made by code, with their truth.

An aircraft comes from Vladivostok, Moscow or Beijing, is last heard 30 to 500 km from the field, in cruise or on the way
down, stays 40 minutes to 9 days, and is heard again on the way back or on to Beijing. The decoys cross or enter the same
hole without landing.
"""

from collections.abc import Iterator, Sequence
from math import exp, log
from random import Random

from made import JET, START, Case, Flight, Point, approach, climb, dense, descent, holding, level, polls, rounded

from flightwatch.core.airports import Airports
from flightwatch.core.geo import bearing_deg, destination, distance_km
from flightwatch.core.model import Airport, StateVector

WATCHED = ("FNJ", "WOS", "VVO")
VISITED = {"FNJ": 85, "WOS": 9, "ZKHM": 3, "DSO": 3}
"""Where the visits go, in per cent: mostly the capital; also Wonsan, Orang and Sondok."""

FROM_BEIJING = 0.2
"""How often the other fields are reached from Beijing, against Vladivostok: Wonsan then lies just behind the capital, and
where contact is lost before both nobody could tell which it was."""

VLADIVOSTOK, BEIJING, AMUR = (43.396, 132.148), (40.080, 116.585), (48.5, 128.0)
"""Moscow's flights come down the Amur and past Vladivostok."""

ABEAM_VLADIVOSTOK = (43.0, 132.2)
SEOUL = (37.469, 126.451)
DALIAN = (38.966, 121.539)
STEPS_S = (60, 120, 300, 600, 900)
OFF_ROUTE = 0.015
"""Spread of how far a route leaves the great circle at its middle, as part of its length: 10 km on the way from Vladivostok."""

MARGIN_KM = 250.0
BEFORE_S, AFTER_S = 1800, 5400


def visits(airports: Airports, seed: int, count: int, *, nearer_km: float = 0.0) -> Iterator[Case]:
    """``count`` visits; the same ones heard so much nearer to the field, km, where a source hears farther."""
    random = Random(seed)
    for number in range(count):
        yield _visit(number, airports, random, nearer_km)


def decoys(airports: Airports, seed: int, count: int) -> Iterator[Case]:
    """``count`` flights that land nowhere near."""
    random = Random(seed)
    makers = (_overflight, _coastal, _switched_off, _turned_back)
    for number in range(count):
        yield makers[number % len(makers)](number, airports, random)


def _watched(airports: Airports) -> frozenset[str]:
    return frozenset(a.icao for code in WATCHED if (a := airports.find(code)) is not None)


def _visit(number: int, airports: Airports, random: Random, nearer_km: float) -> Case:
    code = random.choices(list(VISITED), list(VISITED.values()))[0]
    field = airports.find(code)
    if field is None:
        raise ValueError(code)
    ground = field.elevation_m or 0.0
    origin = random.choices(("Vladivostok", "Moscow", "Beijing"), (1, 1, 1 if code == "FNJ" else FROM_BEIJING))[0]
    way_in = {"Vladivostok": [VLADIVOSTOK], "Moscow": [AMUR, ABEAM_VLADIVOSTOK], "Beijing": [BEIJING]}[origin]
    inbound = Flight(JET)
    inbound.fly(_arrival(way_in, field, random), START, ground)
    landed = inbound.times[-1]
    stay = exp(random.uniform(log(40 * 60), log(9 * 86400)))
    home = [BEIJING] if origin == "Beijing" or random.random() < 0.25 else list(reversed(way_in))
    outbound = Flight(JET)
    outbound.fly(_departure(field, home, random), landed + stay, ground)
    centre = field.latitude, field.longitude
    farthest = 0.85 * min(distance_km(*centre, *way_in[-1]), distance_km(*centre, *home[0]))
    hole_km = min(random.uniform(30.0, 500.0), farthest)
    return _case(
        f"visit-{number}-{code}-{origin}-{hole_km:.0f}km-{stay / 3600:.1f}h",
        (inbound, outbound),
        centre,
        max(0.0, hole_km - nearer_km),
        airports,
        random,
        field.icao,
        landed,
        landed + stay,
    )


def _bend(a: Point, b: Point, random: Random) -> Point:
    """A point half way, as far off the great circle as airways lie."""
    course, way = bearing_deg(*a, *b), distance_km(*a, *b)
    middle = destination(*a, course, way * random.uniform(0.4, 0.6))
    return destination(*middle, course + 90.0, random.gauss(0.0, OFF_ROUTE * way))


def _arrival(way_in: Sequence[Point], field: Airport, random: Random) -> list[tuple[float, float, float]]:
    bend = _bend(way_in[-1], (field.latitude, field.longitude), random)
    final = approach(field, JET, random, bend)
    path = [*dense(rounded([*way_in, bend]), 2.0), *final[1:]]
    return descent(path, field, JET, random)


def _departure(field: Airport, home: Sequence[Point], random: Random) -> list[tuple[float, float, float]]:
    start = field.latitude, field.longitude
    runway = random.uniform(0.0, 360.0)
    turn = destination(*start, runway, random.uniform(8.0, 20.0))
    path = dense(rounded([start, turn, _bend(turn, home[0], random), *home]))
    return climb(path, field.elevation_m or 0.0, JET)


def _case(
    name: str,
    flights: Sequence[Flight],
    centre: Point,
    hole_km: float,
    airports: Airports,
    random: Random,
    airport: str | None = None,
    landed_at: float | None = None,
    left_at: float | None = None,
    off: tuple[float, float] = (0.0, 0.0),
) -> Case:
    step = random.choice(STEPS_S)
    start = round(flights[0].times[0]) - BEFORE_S + random.randrange(step)

    def report(at: int) -> StateVector | None:
        return next((v for f in flights if (v := f.report(at, random)) is not None), None)

    def heard(v: StateVector) -> bool:
        if v.latitude is None or v.longitude is None or off[0] <= v.last_contact <= off[1]:
            return False
        return distance_km(v.latitude, v.longitude, *centre) > hole_km

    seen = tuple(polls(report, start, round(flights[-1].times[-1]) + AFTER_S, step, heard))
    whole = None if landed_at is None else round(landed_at)
    return Case(name, seen, airport, whole, None if left_at is None else round(left_at), _watched(airports))


def _centre(airports: Airports, random: Random) -> Point:
    field = airports.find(random.choice(("FNJ", "WOS")))
    if field is None:
        raise ValueError("FNJ")
    return field.latitude, field.longitude


def _through(name: str, points: Sequence[Point], airports: Airports, random: Random, off_s: float = 0.0) -> Case:
    flight = Flight(JET)
    path = dense(rounded(points), 1.0)
    flight.fly(level(path, random.uniform(8_900.0, 11_500.0)), START, 0.0)
    begin = random.uniform(flight.times[0], max(flight.times[0], flight.times[-1] - off_s))
    off = (begin, begin + off_s) if off_s else (0.0, 0.0)
    hole = 0.0 if off_s else random.uniform(30.0, 400.0)
    return _case(name, (flight,), _centre(airports, random), hole, airports, random, off=off)


def _overflight(number: int, airports: Airports, random: Random) -> Case:
    """Vladivostok to Beijing, over the north of the country or over the capital itself."""
    middle = (random.uniform(39.0, 42.0), random.uniform(124.5, 128.5))
    ends = [VLADIVOSTOK, middle, BEIJING]
    if random.random() < 0.5:
        ends.reverse()
    return _through(
        f"overflight-{number}", [_beyond(ends[1], ends[0]), ends[1], _beyond(ends[1], ends[2])], airports, random
    )


def _coastal(number: int, airports: Airports, random: Random) -> Case:
    """Seoul to Vladivostok outside the east coast, close in or far out."""
    middle = (random.uniform(38.3, 40.5), random.uniform(128.6, 131.0))
    ends = [(36.2, 129.6), middle, _beyond(middle, VLADIVOSTOK)]
    if random.random() < 0.5:
        ends.reverse()
    return _through(f"coastal-{number}", ends, airports, random)


def _switched_off(number: int, airports: Airports, random: Random) -> Case:
    """A transponder that is off for an hour on the way past."""
    middle = (random.uniform(39.0, 41.5), random.uniform(125.0, 129.0))
    ends = [_beyond(middle, VLADIVOSTOK), middle, _beyond(middle, BEIJING)]
    if random.random() < 0.5:
        ends.reverse()
    return _through(f"off-{number}", ends, airports, random, off_s=random.uniform(2400.0, 4200.0))


def _turned_back(number: int, airports: Airports, random: Random) -> Case:
    """Flies in towards the field, turns back without landing, perhaps after a hold, and flies home."""
    home = random.choice((VLADIVOSTOK, BEIJING))
    field = _centre(airports, random)
    deep = random.uniform(0.2, 0.95) * distance_km(*home, *field)
    course = bearing_deg(*home, *field)
    turn = destination(*home, course, deep)
    side = destination(*turn, course + 90.0, 12.0)
    start = destination(*home, course, 5.0)
    hold = holding(turn, course, random)[: 5 if random.random() < 0.3 else 0]
    flight = Flight(JET)
    flight.fly(level(dense(rounded([start, turn, *hold[1:], side, start]), 1.0), 9_800.0), START, 0.0)
    return _case(f"turned-back-{number}", (flight,), field, random.uniform(30.0, 450.0), airports, random)


def _beyond(a: Point, b: Point) -> Point:
    """A point past b as seen from a, so that the flight is heard on both sides."""
    return destination(*a, bearing_deg(*a, *b), distance_km(*a, *b) + MARGIN_KM)
