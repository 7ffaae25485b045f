"""What looks like a landing in an invented sky and is none, or is one elsewhere: who does it, and what is true of it."""

from collections.abc import Callable
from random import Random

from heard import Airframe
from made import JET, LIGHT, TURBOPROP, Flight, Kind, approach, circle, climb, dense, descent, level

from flightwatch.core.geo import bearing_deg, destination, distance_km
from flightwatch.core.model import Airport


def low_pass(craft: Airframe, big: Airport, _strip: Airport, at: float, random: Random) -> None:
    flight, ground = Flight(JET), big.elevation_m or 0.0
    path = approach(big, JET, random)
    down = descent(path, big, JET, random)[: -random.randint(4, 30)]
    lat, lon, height = down[-1]
    out = dense(
        [(lat, lon), destination(lat, lon, bearing_deg(*path[-3], *path[-1]) + random.uniform(-60, 60), 400.0)], 1.5
    )
    flight.fly([*down, *climb(out, height, JET)[1:]], at, ground)
    craft.flights.append(flight)


def glider(craft: Airframe, _big: Airport, strip: Airport, at: float, random: Random) -> None:
    craft.kind, craft.category = LIGHT, 9
    ground, here = strip.elevation_m or 0.0, (strip.latitude, strip.longitude)
    points: list[tuple[float, float, float]] = []
    spot, height = here, ground + 600.0
    for _ in range(random.randint(4, 10)):
        top = height + random.uniform(300, 1_200)
        turns = 6 * circle(destination(*spot, random.uniform(0, 360), 0.4), 0.4)
        points += [(a, b, height + (top - height) * n / len(turns)) for n, (a, b) in enumerate(turns)]
        goal = destination(*here, random.uniform(0, 360), random.uniform(5, 30))
        glide = dense([spot, goal])
        sunk = max(ground + 250.0, top - 1000 * distance_km(*spot, *goal) / 30)
        points += [(a, b, top + (sunk - top) * n / len(glide)) for n, (a, b) in enumerate(glide)]
        spot, height = goal, sunk
    home = dense([spot, here])
    points += [(a, b, height + (ground - height) * n / len(home)) for n, (a, b) in enumerate(home)]
    flight = Flight(Kind(25.0, 32.0, 2_500.0, 0.4))
    flight.fly(points, at, ground)
    craft.flights.append(flight)
    craft.leaves(strip, at)
    craft.lands(strip, flight.times[-1])


def dropper(craft: Airframe, _big: Airport, strip: Airport, at: float, random: Random) -> None:
    craft.kind, craft.category = TURBOPROP, 2
    ground, here = strip.elevation_m or 0.0, (strip.latitude, strip.longitude)
    for _ in range(random.randint(2, 4)):
        up = 3 * circle(destination(*here, 0.0, 4.0), 4.0)
        down = circle(destination(*here, 180.0, 3.5), 3.5)
        points = [(*here, ground), *((a, b, ground + 4_000.0 * (n + 1) / len(up)) for n, (a, b) in enumerate(up))]
        points += [(a, b, ground + 4_000.0 * (1 - (n + 1) / len(down))) for n, (a, b) in enumerate(down)]
        flight = Flight(Kind(45.0, 75.0, 4_000.0, 1.0))
        flight.fly([*points, (*here, ground)], at, ground)
        craft.flights.append(flight)
        craft.leaves(strip, at)
        craft.lands(strip, flight.times[-1])
        landed, at = flight.times[-1], flight.times[-1] + random.uniform(600, 2_400)
        craft.stays.append((landed, at, strip))


def joins_formation(craft: Airframe, big: Airport, _strip: Airport, at: float, random: Random) -> None:
    """It descends to a tanker, switches its transponder off beside it for twenty minutes, and flies on."""
    a = destination(big.latitude, big.longitude, random.uniform(0, 360), 150.0)
    course = bearing_deg(*a, big.latitude, big.longitude) + random.uniform(-25, 25)
    path = dense([a, destination(*a, course, 420.0)], 1.5)
    points = [(p, q, max(5_500.0, 9_500.0 - 40.0 * distance_km(*a, p, q))) for p, q in path]
    flight = Flight(JET)
    flight.fly(points, at, 0.0)
    craft.flights.append(flight)
    off = flight.times[0] + random.uniform(300, 900)
    craft.silent.append((off, off + random.uniform(900, 1_800)))


def overflight(craft: Airframe, big: Airport, _strip: Airport, at: float, random: Random) -> None:
    a = destination(big.latitude, big.longitude, random.uniform(0, 360), 350.0)
    b = destination(*a, bearing_deg(*a, big.latitude, big.longitude) + random.uniform(-30, 30), 700.0)
    flight = Flight(JET)
    points = level(dense([a, b], 1.5), random.uniform(9_000, 12_000))
    step = random.randrange(len(points) // 3, len(points))
    flight.fly([(p, q, h - (600.0 if n > step else 0.0)) for n, (p, q, h) in enumerate(points)], at, 0.0)
    craft.flights.append(flight)
    if random.random() < 0.5:
        off = random.uniform(flight.times[0] + 600, flight.times[-1])
        craft.silent.append((off, off + 1e6))


def shared(craft: Airframe, big: Airport, strip: Airport, at: float, random: Random) -> None:
    """Two aircraft under one address: an airliner far off in cruise, a light one in the circuit of a strip."""
    overflight(craft, big, strip, at, random)
    ground = strip.elevation_m or 0.0
    flight = Flight(LIGHT)
    path = 4 * circle(destination(strip.latitude, strip.longitude, 90.0, 2.0), 2.0)
    flight.fly(level(path, ground + 300.0), at + 400, ground)
    craft.flights.insert(0, flight)


Feint = Callable[[Airframe, Airport, Airport, float, Random], None]

FEINTS: tuple[Feint, ...] = (low_pass, glider, dropper, joins_formation, overflight, shared)
"""Each gets the airframe, an airport, a strip near it, when to begin (Unix seconds) and its random numbers."""
