"""How many observations a second the core alone follows, by hand: ``python tests/bench/bench_core.py``.

Invented airliners between the world's larger airports, polled every minute for half a day: taxiing out, climb, one to three
hours of cruise, descent, taxiing in, and hours at the gate, where every third leaves its transponder on. All reports are made
beforehand; then `advance` alone takes them, poll by poll, on one core and with the garbage collector as it is. Beside it:
decoding the same rows, the first round, which unpacks the airports that it meets, and silences of airframes that everybody has
lost at once.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import msgspec

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from build_demo import Flight, duration_s, row, state_at

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
HOURS = 12
AIRFRAMES = 300
ROUNDS = 5
WANTED = 150_000
"""Observations a second."""

LENGTH_KM = (900.0, 2600.0)
TAXI_S, STAY_S = (300, 900), (1800, 4 * 3600)
TAXI_MS, LEVEL_MS = 8.0, 0.5
LISTENED_S = 3 * 3600
"""How long an airframe that is lost is asked for."""

Row = list[object]
Poll = list[tuple[int, StateVector | None]]
"""Number of the airframe, and what is heard of it."""


def life(number: int, fields: Sequence[Airport], random: Random) -> Iterator[tuple[int, Row]]:
    """What one airframe sends, poll by poll."""
    here = random.choice(fields)
    always_on = number % 3 == 0
    at = START + random.randrange(-2 * 3600, 2 * 3600)
    while at < START + HOURS * 3600:
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
        for now in range(_next_poll(max(START, at - out_s)), min(on_until, START + HOURS * 3600), STEP_S):
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


def heard(airports: Airports) -> list[tuple[int, list[tuple[int, Row]]]]:
    """Every poll of the half day with the rows that it is answered and whose each is."""
    random = Random(1)
    fields = [a for a in airports if a.kind == "large" and a.scheduled and a.runways]
    polls: dict[int, list[tuple[int, Row]]] = {}
    for number in range(AIRFRAMES):
        for at, sent in life(number, fields, random):
            polls.setdefault(at, []).append((number, sent))
    return sorted(polls.items())


def follow(polls: Sequence[tuple[int, Poll]], tracks: list[Track], airports: Airports) -> tuple[float, int]:
    """Take all polls; give the seconds that took, and how many events came of it. ``tracks`` move on."""
    rules, events = Rules(), 0
    begin = perf_counter()
    for at, reports in polls:
        context = PollContext(at, airports, rules)
        for number, report in reports:
            step = advance(tracks[number], report, context)
            tracks[number] = step.track
            events += len(step.events)
    return perf_counter() - begin, events


def share(polls: Sequence[tuple[int, Poll]]) -> str:
    """What the observations are."""
    kinds: Counter[str] = Counter()
    for _, seen in polls:
        for _, report in seen:
            if report is not None:
                level = abs(report.vertical_rate or 0.0) <= LEVEL_MS
                kinds["on the ground" if report.on_ground else "in cruise" if level else "climbing or descending"] += 1
    return ", ".join(f"{count / kinds.total():.0%} {kind}" for kind, count in kinds.most_common())


def fresh() -> list[Track]:
    """Tracks of airframes nobody has heard yet."""
    return [Track(f"{0x3C0000 + number:06x}") for number in range(AIRFRAMES)]


def timed(rounds: int, work: Callable[[], float]) -> float:
    """The median of so many rounds, s."""
    return median(work() for _ in range(rounds))


def main() -> None:
    """Print rates."""
    parser = argparse.ArgumentParser(description="How many observations a second the core alone follows.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="measure so often and take the median")
    rounds: int = parser.parse_args().rounds
    airports = load_airports()
    raw = [(at, [n for n, _ in seen], json.dumps([sent for _, sent in seen]).encode()) for at, seen in heard(airports)]
    decoder = msgspec.json.Decoder(list[StateVector])
    polls: list[tuple[int, Poll]] = [
        (at, list(zip(numbers, decoder.decode(body), strict=True))) for at, numbers, body in raw
    ]
    count = sum(len(seen) for _, seen in polls)

    def decode() -> float:
        begin = perf_counter()
        for _, _, body in raw:
            decoder.decode(body)
        return perf_counter() - begin

    first, events = follow(polls, fresh(), airports)
    print(f"{count:,} observations of {AIRFRAMES} airframes: {share(polls)}; {events} events")
    advancing = timed(rounds, lambda: follow(polls, fresh(), airports)[0])
    decoding = timed(rounds, decode)
    print(f"advance   {count / advancing:>9,.0f} observations/s   {advancing / count * 1e6:5.2f} µs each", end="")
    print(f"   ({WANTED:,} wanted; decoding {count / decoding:,.0f} rows/s, {advancing / decoding:.1f} times that)")

    print(f"the first time, with every airport still packed: {count / first:,.0f} observations/s")

    lost = fresh()
    follow(polls[: len(polls) // 2], lost, airports)
    since = polls[len(polls) // 2][0]
    dark: list[tuple[int, Poll]] = [
        (at, [(n, None) for n in range(AIRFRAMES)]) for at in range(since, since + LISTENED_S, STEP_S)
    ]
    silences = len(dark) * AIRFRAMES
    waiting = timed(rounds, lambda: follow(dark, list(lost), airports)[0])
    aloft = sum(track.visit is None for track in lost)
    print(f"silence   {silences / waiting:>9,.0f} silences/s       {waiting / silences * 1e6:5.2f} µs each", end="")
    print(f"   ({aloft} lost in flight, {AIRFRAMES - aloft} on the ground, for {LISTENED_S // 3600} h)")


if __name__ == "__main__":
    main()
