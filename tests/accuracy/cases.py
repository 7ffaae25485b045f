"""The measured mix: seven in ten flights land where reception ends above the runway, the rest do something else."""

from collections.abc import Iterator
from math import exp, log
from random import Random

from made import (
    JET,
    LIGHT,
    START,
    TURBOPROP,
    Case,
    Flight,
    Kind,
    approach,
    climb,
    dense,
    descent,
    level,
    polls,
    rounded,
    straight,
    wander,
)

from flightwatch.core.airports import Airports
from flightwatch.core.geo import destination, distance_km
from flightwatch.core.model import Airport, StateVector

FLOORS_M = (0, 150, 300, 600, 1000, 1500, 2000, 3000)
"""Heights above the field below which nobody listens, m."""

HIGH_FLOORS_M = (1_500, 3_000, 5_000, 8_000)
"""The same for a stay that nobody sees anything of, m."""

STEPS_S = (60, 120, 300, 600, 900)
"""Seconds between polls."""

AFTER_S = 2 * 3600
"""Polls go on for so long after the flight, s."""

DROPOUT = 0.05
"""Share of polls in which a receivable aircraft is not in the answer."""


def cases(airports: Airports, seed: int, count: int) -> Iterator[Case]:
    """``count`` flights; the same for the same seed."""
    random = Random(seed)
    fields = sorted(
        (
            a
            for a in airports
            if a.kind != "small"
            and a.scheduled
            and any(r.heading_deg is not None and (r.length_m or 0) >= 1500 for r in a.runways)
        ),
        key=lambda a: a.icao,
    )
    makers = {
        landing: 60,
        stays_in_the_dark: 10,
        go_around: 7,
        flies_on_below: 8,
        other_field: 5,
        low_work: 5,
        lost_in_cruise: 5,
    }
    for number in range(count):
        make = random.choices(list(makers), list(makers.values()))[0]
        field = random.choice(fields)
        yield make(f"{make.__name__}-{number}-{field.icao}", field, random)


def _kind(random: Random) -> Kind:
    return random.choices([JET, TURBOPROP, LIGHT], [75, 18, 7])[0]


def _case(
    name: str, flight: Flight, random: Random, floor_m: float, airport: str | None, landed_at: float | None
) -> Case:
    step = random.choice(STEPS_S)
    begin = int(flight.times[0]) + random.randrange(step)

    def heard(v: StateVector) -> bool:
        return (v.baro_altitude or 0.0) >= floor_m and random.random() >= DROPOUT

    seen = polls(lambda at: flight.report(at, random), begin, int(flight.times[-1]) + AFTER_S, step, heard)
    return Case(name, tuple(seen), airport, None if landed_at is None else round(landed_at))


def landing(name: str, field: Airport, random: Random) -> Case:
    """An arrival that is lost somewhere on the way down, or on the runway."""
    kind = _kind(random)
    flight = Flight(kind)
    start = (
        None
        if kind is not LIGHT
        else destination(field.latitude, field.longitude, random.uniform(0, 360), random.uniform(40, 90))
    )
    flight.fly(descent(approach(field, kind, random, start), field, kind, random), START, field.elevation_m or 0.0)
    return _case(
        name, flight, random, (field.elevation_m or 0.0) + random.choice(FLOORS_M), field.icao, flight.times[-1]
    )


def go_around(name: str, field: Airport, random: Random) -> Case:
    """A low pass below the floor, then up and away to somewhere far, heard again after minutes."""
    flight, ground = Flight(JET), field.elevation_m or 0.0
    path = approach(field, JET, random)
    down = descent(path, field, JET, random)[:-6]
    flight.fly(down, START, ground)
    lat, lon, height = down[-1]
    out = straight((lat, lon), destination(lat, lon, random.uniform(0, 360), 350.0))
    flight.fly(climb(out, height, JET), flight.times.pop(), ground)
    return _case(name, flight, random, ground + random.choice(FLOORS_M[2:6]), None, None)


def flies_on_below(name: str, field: Airport, random: Random) -> Case:
    """A step descent in a hole: lost on the way down, level below the floor for 150 km and more, and gone."""
    flight = Flight(JET)
    a = destination(field.latitude, field.longitude, random.uniform(0, 360), random.uniform(60, 200))
    course = random.uniform(0, 360)
    b, c = destination(*a, course, 120.0), destination(*a, course, 500.0)
    low = random.choice((1_500.0, 3_000.0, 6_000.0))
    points = level(straight(a, b), 9_500.0)
    points += [(lat, lon, max(low, 9_500.0 - 50.0 * distance_km(*b, lat, lon))) for lat, lon in straight(b, c)[1:]]
    flight.fly(points, START, 0.0)
    return _case(name, flight, random, low + random.uniform(100.0, 3_000.0), None, None)


def other_field(name: str, field: Airport, random: Random) -> Case:
    """Falls silent high on the way down, as a transponder switched off, and lands wherever the path then ends."""
    case = landing(name, field, random)
    heights = [v.baro_altitude for p in case.polls for v in p.vectors if v.baro_altitude is not None]
    off = random.uniform(3_000.0, 7_000.0)
    cut = next(
        (i for i, p in enumerate(case.polls) for v in p.vectors if (v.baro_altitude or 0.0) < off < max(heights)), None
    )
    if cut is None:
        return case
    dark = tuple(type(p)(p.at, (), p.coverage) for p in case.polls[cut:])
    return Case(case.name, case.polls[:cut] + dark, case.airport, case.landed_at)


def stays_in_the_dark(name: str, field: Airport, random: Random) -> Case:
    """Lost on the way down or before it, on the ground for forty minutes to three days, and heard again on the way out."""
    kind, ground = random.choice((JET, TURBOPROP)), field.elevation_m or 0.0
    inbound, outbound = Flight(kind), Flight(kind)
    inbound.fly(descent(approach(field, kind, random), field, kind, random), START, ground)
    landed = inbound.times[-1]
    here = field.latitude, field.longitude
    turn = destination(*here, random.uniform(0, 360), random.uniform(8, 20))
    away = destination(*here, random.uniform(0, 360), random.uniform(200, 500))
    left = landed + exp(random.uniform(log(40 * 60), log(3 * 86_400)))
    outbound.fly(climb(dense(rounded([here, turn, away])), ground, kind), left, ground)
    floor_m, step = ground + random.choice(HIGH_FLOORS_M), random.choice(STEPS_S)

    def report(at: int) -> StateVector | None:
        return inbound.report(at, random) or outbound.report(at, random)

    def heard(v: StateVector) -> bool:
        return (v.baro_altitude or 0.0) >= floor_m and random.random() >= DROPOUT

    begin = START + random.randrange(step)
    seen = tuple(polls(report, begin, round(outbound.times[-1]), step, heard))
    return Case(name, seen, field.icao, round(landed), round(left))


def low_work(name: str, field: Airport, random: Random) -> Case:
    """Survey, police or training: level at a few hundred metres, lost for good far from any runway's final."""
    flight, ground = Flight(LIGHT), field.elevation_m or 0.0
    start = destination(field.latitude, field.longitude, random.uniform(0, 360), random.uniform(15, 40))
    flight.fly(
        level(wander(start, random.uniform(0, 360), 250.0, random), ground + random.uniform(300, 900)), START, ground
    )
    return _case(name, flight, random, 0.0, None, None)


def lost_in_cruise(name: str, field: Airport, random: Random) -> Case:
    """Passes over the field at cruise and is not heard again."""
    flight = Flight(JET)
    course = random.uniform(0, 360)
    a = destination(field.latitude, field.longitude, course + 180.0, 300.0)
    b = destination(field.latitude, field.longitude, course + random.uniform(-20, 20), random.uniform(10.0, 200.0))
    flight.fly(level(dense(rounded([a, b])), random.uniform(9_000, 11_500)), START, 0.0)
    return _case(name, flight, random, 0.0, None, None)
