"""Who hears what in an invented sky: receivers behind hills, and OpenSky's answers made of what they hear.

A receiver hears what stands above its screen of hills; a row stays for 300 s after the last message, as OpenSky's do. Other
traffic is in the same answers, so that a silence can be compared with who else is heard there.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import asin, degrees
from pathlib import Path
from random import Random

from made import Flight, Kind

from flightwatch.core.geo import bearing_deg, distance_km
from flightwatch.core.model import Airport

START = 1_700_000_000
SAMPLE_S = 10
"""How often an aircraft's messages are looked at, s."""

STAY_S = 300
"""How long a row stays after the last message, s (four real answers of 2021 to 2025)."""

FARTHEST_KM = 380.0
"""Farthest that a receiver hears, km."""

EARTH_KM = 6371.0 * 4 / 3
"""Radius of the earth for radio, which is bent: four thirds of the true one, km."""

LOST = 0.03
"""Share of samples of which nothing arrives, whatever the place."""


@dataclass(frozen=True)
class Receiver:
    """An antenna and how high the hills stand around it, degrees, in twelve sectors from north."""

    latitude: float
    longitude: float
    screen_deg: tuple[float, ...]

    def hears(self, lat: float, lon: float, height_m: float) -> bool:
        """Tell whether something at this place and height stands above the screen."""
        away = distance_km(self.latitude, self.longitude, lat, lon)
        if away > FARTHEST_KM:
            return False
        sector = int(bearing_deg(self.latitude, self.longitude, lat, lon) // 30) % 12
        if away < 1.0:
            return True
        rise = (height_m / 1000 - away * away / (2 * EARTH_KM)) / away
        return degrees(asin(max(-1.0, min(1.0, rise)))) >= self.screen_deg[sector]


def receiver(lat: float, lon: float, random: Random, typical_deg: float = 0.5) -> Receiver:
    """One at this place, its screen drawn around a typical height, degrees."""
    return Receiver(lat, lon, tuple(max(-0.1, random.gauss(typical_deg, typical_deg / 2)) for _ in range(12)))


@dataclass
class Airframe:
    """What one airframe does: flights, stays on the ground, and what is true of its landings and departures."""

    icao24: str
    kind: Kind
    category: int = 0
    flights: list[Flight] = field(default_factory=list)
    stays: list[tuple[float, float, Airport]] = field(default_factory=list)
    """On the ground with the transponder on: from, to (Unix seconds), where."""
    events: list[dict[str, object]] = field(default_factory=list)
    silent: list[tuple[float, float]] = field(default_factory=list)
    """Transponder off: from, to."""

    def state(self, at: int, random: Random) -> tuple[float, float, float, float, float, float, bool] | None:
        """Latitude, longitude, height m, speed m/s, track, climb m/s, on the ground; None: sends nothing."""
        if any(a <= at < b for a, b in self.silent):
            return None
        for flight in self.flights:
            if flight.times and flight.times[0] <= at <= flight.times[-1]:
                v = flight.report(at, random)
                if v is not None and v.latitude is not None and v.longitude is not None:
                    height = v.baro_altitude or 0.0
                    return (
                        v.latitude,
                        v.longitude,
                        height,
                        v.velocity or 0.0,
                        v.true_track or 0.0,
                        v.vertical_rate or 0.0,
                        False,
                    )
        for begin, end, place in self.stays:
            if begin <= at < end:
                return place.latitude, place.longitude, place.elevation_m or 0.0, 3.0, 90.0, 0.0, True
        return None

    def lands(self, place: Airport, at: float) -> None:
        """A landing."""
        self.events.append({"type": "landing", "airport": place.icao, "time": round(at), "icao24": self.icao24})

    def leaves(self, place: Airport, at: float) -> None:
        """A departure."""
        self.events.append({"type": "departure", "airport": place.icao, "time": round(at), "icao24": self.icao24})


@dataclass
class World:
    """A sky: who flies in it, who hears, who is watched, and the ``airport.icao`` of watched fields."""

    name: str
    family: str
    airframes: list[Airframe]
    receivers: list[Receiver]
    watched_icao24s: list[str]
    begin: int
    end: int
    watched: tuple[str, ...] = ()


def polls(world: World, step_s: int, random: Random) -> Iterator[dict[str, object]]:
    """OpenSky's answers every ``step_s``: a row for each airframe heard in the last `STAY_S`."""
    heard: dict[str, list[object]] = {}
    due = world.begin + random.randrange(step_s)
    for at in range(world.begin, world.end, SAMPLE_S):
        for craft in world.airframes:
            state = craft.state(at, random)
            if state is None or random.random() < LOST:
                continue
            lat, lon, height, speed, track, climb_ms, grounded = state
            if any(r.hears(lat, lon, height) for r in world.receivers):
                baro = None if grounded else round(height / 7.62) * 7.62
                heard[craft.icao24] = [
                    craft.icao24, "MADE1   ", "Nowhere", at, at, round(lon, 4), round(lat, 4), baro, grounded,
                    round(max(0.0, speed), 1), round(track % 360, 1), None if grounded else round(climb_ms, 2), None,
                    baro, None, False, 0, craft.category,
                ]  # fmt: skip
        if at >= due:
            rows = [row for row in heard.values() if at - int(str(row[4])) <= STAY_S]
            yield {"time": at, "states": rows or None}
            due += step_s


def write(world: World, step_s: int, folder: Path, random: Random) -> dict[str, object]:
    """The recording, and its entry in ``truth.json``."""
    case = f"{world.name}-{step_s}s"
    with gzip.open(folder / f"{case}.jsonl.gz", "wt", compresslevel=5) as file:
        for answer in polls(world, step_s, random):
            file.write(json.dumps(answer, separators=(",", ":")) + "\n")
    late = world.end - 2_700
    events = [
        {**event, "optional": True} if int(str(event["time"])) > late else event
        for craft in world.airframes
        if craft.icao24 in world.watched_icao24s
        for event in craft.events
        if int(str(event["time"])) < world.end
    ]
    events.sort(key=lambda e: int(str(e["time"])))
    return {
        "case": case, "family": world.family, "icao24": world.watched_icao24s, "step": step_s, "mask_ft": 1,
        "watched": list(world.watched), "events": events,
    }  # fmt: skip
