"""How many observations a second the core follows on one core, beside decoding them, and how many silences.

Invented airliners between the world's larger airports, polled every minute for half a day: taxiing out, climb, one to three
hours of cruise, descent, taxiing in, and hours at the gate, where every third leaves its transponder on. All reports are made
beforehand; then `advance` alone takes them, poll by poll, with the garbage collector as it is. Silences are those of airframes
that everybody has lost at once.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from build_demo import Flight, duration_s, row, state_at
from measuring import Measured, by_turns, calls, named, tell

from flightwatch.core.airports import Airports
from flightwatch.core.geo import destination, distance_km
from flightwatch.core.model import Airport, StateVector
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.advance import advance
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.track import Rules, Track

START = 1_709_251_200
"""1 March 2024, 00:00 UTC."""

STEP_S = 60
HOURS, FEW_HOURS = 12, 2
AIRFRAMES, FEW = 300, 6
ROUNDS, TIMES = 5, 3

LENGTH_KM = (900.0, 2600.0)
TAXI_S, STAY_S = (300, 900), (1800, 4 * 3600)
TAXI_MS = 8.0
LISTENED_S = 3 * 3600
"""How long an airframe that is lost is asked for."""

Row = list[object]
Sent = tuple[int, list[int], list[Row]]
"""A poll as it is kept: Unix seconds, numbers of the airframes, what each sends."""
Poll = list[tuple[int, StateVector | None]]
"""Number of the airframe, and what is heard of it."""


def life(number: int, fields: Sequence[Airport], random: Random, end: int) -> Iterator[tuple[int, Row]]:
    """What one airframe sends, poll by poll."""
    here = random.choice(fields)
    always_on = number % 3 == 0
    at = START + random.randrange(-2 * 3600, 2 * 3600)
    while at < end:
        there = _at_distance(here, fields, random.uniform(*LENGTH_KM))
        flight = Flight(
            f"{0x3C0000 + number:06x}",
            f"TST{number}",
            "Germany",
            (_gate(here), _gate(there)),
            at,
            (here.elevation_m or 0.0, there.elevation_m or 0.0),
            random.choice([9100.0, 10_060.0, 10_670.0, 11_280.0]),
        )
        out_s, in_s, stay_s = random.randint(*TAXI_S), random.randint(*TAXI_S), random.randint(*STAY_S)
        down = at + duration_s(flight)
        on_until = down + (stay_s if always_on else in_s)
        for now in range(_next_poll(max(START, at - out_s)), min(on_until, end), STEP_S):
            sent_at = now - random.randint(0, 9)
            state = state_at(flight, sent_at)
            if state is not None:
                yield now, row(flight, state, sent_at)
            else:
                moving = sent_at < at or sent_at < down + in_s
                yield now, _on_ground(flight, here if sent_at < at else there, sent_at, moving=moving)
        at, here = down + stay_s, there


def _on_ground(flight: Flight, field: Airport, at: int, *, moving: bool) -> Row:
    way_km = (at % 600) / 600 if moving else 0.0
    lat, lon = destination(*_gate(field), 90.0, way_km)
    speed = TAXI_MS if moving else 0.0
    known = (flight.icao24, f"{flight.callsign:8}", flight.country, at, at, round(lon, 4), round(lat, 4))
    stale_m = field.elevation_m if int(flight.icao24, 16) % 2 else None
    return [*known, stale_m, True, speed, 90.0, None, None, None, None, False, 0, 0]


def _gate(field: Airport) -> tuple[float, float]:
    strip = field.runways[0]
    if strip.le_latitude is None or strip.le_longitude is None:
        return field.latitude, field.longitude
    return strip.le_latitude, strip.le_longitude


def _at_distance(here: Airport, fields: Sequence[Airport], away_km: float) -> Airport:
    def off_km(field: Airport) -> float:
        return abs(distance_km(here.latitude, here.longitude, field.latitude, field.longitude) - away_km)

    return min((field for field in fields if field is not here), key=off_km)


def _next_poll(at: int) -> int:
    return -(-at // STEP_S) * STEP_S


def heard(airports: Airports, airframes: int, hours: int) -> list[Sent]:
    """Every poll of so many hours."""
    random = Random(1)
    fields = [a for a in airports if a.kind == "large" and a.scheduled and a.runways]
    polls: dict[int, Sent] = {}
    for number in range(airframes):
        for at, sent in life(number, fields, random, START + hours * 3600):
            _, numbers, rows = polls.setdefault(at, (at, [], []))
            numbers.append(number)
            rows.append(sent)
    return sorted(polls.values())


def measure(*, quick: bool) -> list[Measured]:
    """Observations beside decoding them, and silences beside nothing."""
    rounds, times, airframes, hours = (1, 1, FEW, FEW_HOURS) if quick else (ROUNDS, TIMES, AIRFRAMES, HOURS)
    with TemporaryDirectory() as name:
        folder = Path(name)
        polls = heard(load_airports(), airframes, hours)
        (folder / "polls.json").write_bytes(msgspec.json.encode(polls))
        words = [str(times), str(airframes)]
        sides = by_turns({way: partial(calls, [__file__, way, *words], folder) for way in WAYS}, rounds)
    count, silences = sum(len(numbers) for _, numbers, _ in polls), airframes * LISTENED_S // STEP_S
    decoding = named(sides["decode"], "decoding them with msgspec")
    return [
        Measured(f"follow {count:,} observations", sides["advance"], decoding, count, "observations"),
        Measured(f"weigh {silences:,} silences", sides["silence"], None, silences, "silences"),
    ]


def follow(polls: Sequence[tuple[int, Poll]], begun: Sequence[Track], airports: Airports) -> list[Track]:
    """Take all polls; give the tracks after them."""
    tracks, rules = list(begun), Rules()
    for at, reports in polls:
        context = PollContext(at, airports, rules)
        for number, report in reports:
            tracks[number] = advance(tracks[number], report, context).track
    return tracks


def decoding(kept: bytes, _airframes: int) -> Callable[[], object]:
    """Give the decoding of all polls, each an answer of its own."""
    bodies = [json.dumps(rows).encode() for _, _, rows in json.loads(kept)]
    decoder = msgspec.json.Decoder(list[StateVector])
    return lambda: [decoder.decode(body) for body in bodies]


def advancing(kept: bytes, airframes: int) -> Callable[[], object]:
    """Give the following of all of them, once every airport that they meet is unpacked."""
    return partial(follow, reports_of(kept), fresh(airframes), load_airports())


def waiting(kept: bytes, airframes: int) -> Callable[[], object]:
    """Give hours of silence of all airframes, lost in the middle of their polls."""
    polls, airports = reports_of(kept), load_airports()
    half = len(polls) // 2
    lost, since = follow(polls[:half], fresh(airframes), airports), polls[half][0]
    silence: Poll = [(number, None) for number in range(airframes)]
    return partial(follow, [(since + s, silence) for s in range(0, LISTENED_S, STEP_S)], lost, airports)


WAYS = {"advance": advancing, "decode": decoding, "silence": waiting}


def reports_of(kept: bytes) -> list[tuple[int, Poll]]:
    """Read the polls as reports."""
    polls = msgspec.json.decode(kept, type=list[tuple[int, list[int], list[StateVector]]])
    return [(at, list(zip(numbers, reports, strict=True))) for at, numbers, reports in polls]


def fresh(airframes: int) -> list[Track]:
    """Tracks of airframes nobody has heard yet."""
    return [Track(f"{0x3C0000 + number:06x}") for number in range(airframes)]


if __name__ == "__main__":
    tell(WAYS[sys.argv[1]](Path("polls.json").read_bytes(), int(sys.argv[3])), int(sys.argv[2]))
