"""Makes the demo's polls: ``python tools/build_demo.py OUTPUT``.

A reconstruction, not a recording: nobody published the state vectors of RA-86559's visits to Pyongyang in 2023. Days,
aircraft and length of stay follow the press (NK News and others: 1-2 August, about 36 hours; 26-28 September, about two
days). Minutes, routes, heights and all other traffic are invented here, in the form that OpenSky answers, as it would
have been polled every five minutes with receivers at a few cities and none in North Korea.
"""

import argparse
import gzip
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from math import log, radians, sqrt, tan
from pathlib import Path
from random import Random
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.geo import bearing_deg, destination, distance_km

STEP_S: Final = 300
"""Seconds between polls."""

Point = tuple[float, float]
"""Latitude and longitude, degrees."""

RECEIVERS: Final[Sequence[Point]] = (
    (55.75, 37.62),  # Moscow
    (55.03, 82.92),  # Novosibirsk
    (52.29, 104.28),  # Irkutsk
    (43.12, 131.89),  # Vladivostok
    (37.55, 126.95),  # Seoul
    (35.55, 139.78),  # Tokyo
    (39.90, 116.40),  # Beijing
)
"""Where somebody listens. Over Pyongyang the horizon from Seoul is then near 2,100 m."""

ANTENNA_M: Final = 50.0
HORIZON_KM_PER_SQRT_M: Final = 4.12
"""Radio horizon: 4.12 km times the square root of the height in metres, at both ends (4/3 earth)."""

CRUISE_M: Final = 10_000.0
CRUISE_MS: Final = 235.0
FINAL_MS: Final = 72.0
SLOWING_KM: Final = 60.0
"""Distance before touchdown over which speed falls from cruise to final; the same after take-off."""
CLIMB_DEG: Final = 3.5
DESCENT_DEG: Final = 3.0


class Flight(Struct, frozen=True):
    """One flight along great circles from point to point, from take-off to touchdown."""

    icao24: str
    callsign: str
    country: str
    points: tuple[Point, ...]
    """Runway to runway."""
    takeoff_at: int
    """Unix seconds."""
    elevations_m: tuple[float, float]
    """Of the two fields."""
    cruise_m: float = CRUISE_M


class State(Struct, frozen=True):
    """Where a flight is at one moment."""

    latitude: float
    longitude: float
    altitude_m: float
    speed_ms: float
    track_deg: float
    climb_ms: float


def length_km(points: Sequence[Point]) -> float:
    """Length of a path."""
    return sum(distance_km(*a, *b) for a, b in pairwise(points))


def duration_s(flight: Flight) -> int:
    """Seconds from take-off to touchdown."""
    return round(_time_at(length_km(flight.points), length_km(flight.points)))


def state_at(flight: Flight, at: int) -> State | None:
    """The flight at Unix second ``at``; None before take-off and after touchdown."""
    total, elapsed = length_km(flight.points), at - flight.takeoff_at
    if not 0 <= elapsed <= _time_at(total, total):
        return None
    low, high = 0.0, total
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _time_at(middle, total) < elapsed else (low, middle)
    flown = low
    lat, lon, track = _along(flight.points, flown)
    altitude = _altitude_m(flight, flown, total)
    speed = _speed_ms(flown, total)
    climb = (_altitude_m(flight, min(total, flown + 0.1), total) - altitude) / 100.0 * speed
    return State(lat, lon, altitude, speed_ms=speed, track_deg=track, climb_ms=climb)


def is_heard(state: State, receivers: Iterable[Point] = RECEIVERS) -> bool:
    """Tell whether any receiver has the aircraft above its horizon."""
    reach_km = HORIZON_KM_PER_SQRT_M * (sqrt(max(0.0, state.altitude_m)) + sqrt(ANTENNA_M))
    return any(distance_km(state.latitude, state.longitude, *r) <= reach_km for r in receivers)


def row(flight: Flight, state: State, at: int) -> list[object]:
    """The flight as OpenSky writes it: 18 columns, heights in steps of 25 ft."""
    height = round(round(state.altitude_m / 7.62) * 7.62, 2)
    return [
        flight.icao24,
        f"{flight.callsign:8}",
        flight.country,
        at,
        at,
        round(state.longitude, 4),
        round(state.latitude, 4),
        height,
        False,
        round(state.speed_ms, 1),
        round(state.track_deg, 1),
        round(state.climb_ms, 1),
        None,
        height,
        None,
        False,
        0,
        0,
    ]


def polls(flights: Sequence[Flight], start: int, end: int, step_s: int = STEP_S) -> Iterator[dict[str, object]]:
    """What OpenSky would answer at each poll from ``start`` to ``end``, Unix seconds."""
    for at in range(start, end + 1, step_s):
        heard = [(f, s) for f in flights if (s := state_at(f, at)) is not None and is_heard(s)]
        yield {"time": at, "states": [row(f, s, at) for f, s in heard] or None}


def _time_at(flown_km: float, total_km: float) -> float:
    """Seconds until a part of the path is flown: speed grows with distance from either end, up to cruise."""
    slowing = min(SLOWING_KM, total_km / 2)
    out = min(flown_km, slowing)
    down = max(0.0, flown_km - (total_km - slowing))
    cruised_s = (flown_km - out - down) * 1000 / CRUISE_MS
    return _slow_s(out) + cruised_s + _slow_s(slowing) - _slow_s(slowing - down)


def _slow_s(way_km: float) -> float:
    """Seconds for the first kilometres from a runway: the integral of way over a speed that grows with it."""
    gained = (CRUISE_MS - FINAL_MS) / (SLOWING_KM * 1000)
    return log(1.0 + gained * way_km * 1000 / FINAL_MS) / gained


def _speed_ms(flown_km: float, total_km: float) -> float:
    near = min(flown_km, total_km - flown_km) / SLOWING_KM
    return FINAL_MS + (CRUISE_MS - FINAL_MS) * min(1.0, near)


def _altitude_m(flight: Flight, flown_km: float, total_km: float) -> float:
    up = flight.elevations_m[0] + flown_km * 1000 * tan(radians(CLIMB_DEG))
    down = flight.elevations_m[1] + (total_km - flown_km) * 1000 * tan(radians(DESCENT_DEG))
    return min(flight.cruise_m, up, down)


def _along(points: Sequence[Point], flown_km: float) -> tuple[float, float, float]:
    for a, b in pairwise(points):
        leg = distance_km(*a, *b)
        if flown_km <= leg or b == points[-1]:
            lat, lon = destination(*a, bearing_deg(*a, *b), min(flown_km, leg))
            ahead = destination(*a, bearing_deg(*a, *b), min(flown_km, leg) + 1.0)
            return lat, lon, bearing_deg(lat, lon, *ahead)
        flown_km -= leg
    raise ValueError("a flight needs two points")


CHKALOVSKY: Final = (55.8783, 38.0617)
SUNAN: Final = (39.2100, 125.6690)
SUNAN_FINAL: Final = (39.4300, 125.5900)
"""On the centreline of runway 17, 25 km out."""
VLADIVOSTOK_ABEAM: Final = (43.0, 132.2)
_ROUTE: Final = (CHKALOVSKY, (55.0, 82.9), (52.2, 104.4), (48.5, 128.0), VLADIVOSTOK_ABEAM, (40.2, 127.0))
ARRIVALS: Final = ("2023-08-01T02:41", "2023-09-26T01:52")
DEPARTURES: Final = ("2023-08-02T14:37", "2023-09-28T00:31")
"""Touchdown and take-off at Pyongyang, UTC: invented to the minute, see above."""

_CITIES: Final[dict[str, tuple[float, float, float]]] = {
    "ICN": (37.4691, 126.4505, 7.0),
    "VVO": (43.3963, 132.1482, 18.0),
    "PEK": (40.0801, 116.5846, 35.0),
    "NRT": (35.7647, 140.3864, 43.0),
    "PVG": (31.1434, 121.8052, 4.0),
    "HND": (35.5523, 139.7797, 11.0),
}
_SEA_LANE: Final = (38.2, 131.3)
"""Between Seoul and Vladivostok traffic keeps outside North Korea."""


def il62(start: str) -> tuple[Flight, ...]:
    """RA-86559's two flights of the visit that begins with the arrival ``start``."""
    number = ARRIVALS.index(start)
    path = (*_ROUTE, SUNAN_FINAL, SUNAN)
    inbound = Flight("15521f", "RFF7451", "Russian Federation", path, takeoff_at=0, elevations_m=(150.0, 36.0))
    inbound = replace(inbound, takeoff_at=_unix(start) - duration_s(inbound))
    home = (SUNAN, (39.0, 125.75), (40.2, 127.4), *reversed(_ROUTE[:-1]))
    takeoff_at = _unix(DEPARTURES[number])
    outbound = Flight(
        "15521f", "RFF7452", "Russian Federation", home, takeoff_at=takeoff_at, elevations_m=(36.0, 150.0)
    )
    return inbound, outbound


def traffic(start: int, end: int, random: Random) -> Iterator[Flight]:
    """Other flights around: into, out of and past Seoul. Call signs and addresses are invented."""
    pairs = [
        ("ICN", "VVO"),
        ("VVO", "ICN"),
        ("PEK", "ICN"),
        ("ICN", "NRT"),
        ("PVG", "ICN"),
        ("HND", "PEK"),
        ("NRT", "ICN"),
    ]
    number = 0
    at = start - 7200
    while at < end:
        a, b = random.choice(pairs)
        (lat_a, lon_a, up), (lat_b, lon_b, down) = _CITIES[a], _CITIES[b]
        middle = ((_SEA_LANE),) if "VVO" in (a, b) else ()
        number += 1
        yield Flight(
            f"71f{number % 4096:03x}",
            f"DMO{100 + number % 900}",
            "Republic of Korea",
            ((lat_a, lon_a), *middle, (lat_b, lon_b)),
            takeoff_at=at,
            elevations_m=(up, down),
            cruise_m=random.choice([9100.0, 9750.0, 10_650.0, 11_250.0]),
        )
        at += random.randrange(1500, 5400)


def demo_polls() -> Iterator[dict[str, object]]:
    """Both visits, each from two hours before the landing to two hours after the take-off."""
    random = Random(86559)  # noqa: S311  the same traffic each time
    for arrival, departure in zip(ARRIVALS, DEPARTURES, strict=True):
        start = _unix(arrival) - 2 * 3600 - _unix(arrival) % STEP_S
        end = _unix(departure) + 2 * 3600
        yield from polls([*il62(arrival), *traffic(start, end, random)], start, end)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the demo's polls to a file, the same bytes each time."""
    parser = argparse.ArgumentParser(description="Make the demo's polls.")
    parser.add_argument("output", type=Path, metavar="OUTPUT", help="file to write, .jsonl.gz")
    output: Path = parser.parse_args(arguments).output
    lines = "".join(json.dumps(poll, separators=(",", ":")) + "\n" for poll in demo_polls())
    output.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    sys.stdout.write(f"{output}: {lines.count(chr(10)):,} polls, {output.stat().st_size:,} bytes\n")


def _unix(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


if __name__ == "__main__":
    main()
