"""An archive of state vectors made by code: a day or less of invented flights between real airports, an hour a file.

Every airframe makes one flight: five minutes of taxi, the way at 220 m/s, a 3° way down, five minutes of taxi. Rows are sorted by
time, as OpenSky's hourly files have them, with its names of columns.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import duckdb

from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport
from flightwatch.storage.tables import load_airports

MIDNIGHT = 1_695_686_400
"""26 September 2023, Unix seconds."""
DAY_S, HOUR_S = 86_400, 3_600
SPEED_MS = 220.0

FLIGHTS = """
icao24 VARCHAR, callsign VARCHAR, squawk VARCHAR, began BIGINT, way_s BIGINT,
lat0 DOUBLE, lon0 DOUBLE, lat1 DOUBLE, lon1 DOUBLE, heading DOUBLE, ground_m DOUBLE
"""
PART = 5_000
"""Flights that are written at once."""

ROWS = """
SELECT t AS time, f.icao24, lat0 + (lat1 - lat0) * way AS lat, lon0 + (lon1 - lon0) * way AS lon,
       CASE WHEN way IN (0, 1) THEN 8.0 ELSE 220.0 + (t % 7) END AS velocity, heading,
       CASE WHEN way IN (0, 1) THEN 0.0 WHEN height >= 10500.0 THEN 0.0 WHEN height = up_m THEN 10.0 ELSE -8.0 END AS vertrate,
       callsign, way IN (0, 1) AS onground, false AS alert, false AS spi, squawk,
       CASE WHEN way IN (0, 1) THEN NULL ELSE ground_m + height END AS baroaltitude,
       CASE WHEN way IN (0, 1) THEN NULL ELSE ground_m + height + 30.0 END AS geoaltitude,
       t - 0.5 AS lastposupdate, t - 0.25 AS lastcontact, t - t % 3600 AS hour
FROM (
    SELECT *, least(up_m, down_m, 10500.0) AS height FROM (
        SELECT f.*, t, greatest(0.0, least(1.0, (t - began - 300) / way_s)) AS way,
               greatest(0.0, (t - began - 300) * 10.0) AS up_m, greatest(0.0, (began + 300 + way_s - t) * 8.0) AS down_m
        FROM (SELECT unnest(range($since, $until, $step)) AS t) JOIN flights f ON t >= began AND t < began + way_s + 600
    )
) f ORDER BY t
"""


Flight = tuple[str | float, ...]
"""Values of the columns of `FLIGHTS`."""


def icao24s(airframes: int, seed: int = 1) -> list[str]:
    """The addresses of an archive's airframes."""
    return [f"{number:06x}" for number in Random(seed).sample(range(0x10000, 0xF00000), airframes)]


def _flights(airframes: int, seed: int = 1) -> list[Flight]:
    """A flight of each, between large airports that are 500 to 4,000 km apart, some of them begun before midnight."""
    draw, fields = Random(seed), [field for field in load_airports() if field.kind == "large"]
    return [_flight(icao24, draw, fields) for icao24 in icao24s(airframes, seed)]


def _flight(icao24: str, draw: Random, fields: Sequence[Airport]) -> Flight:
    a, b = draw.sample(fields, 2)
    while not 500 < (away_km := distance_km(a.latitude, a.longitude, b.latitude, b.longitude)) < 4000 or (
        abs(a.longitude - b.longitude) > 60
    ):
        a, b = draw.sample(fields, 2)
    way_s = round(away_km * 1000 / SPEED_MS)
    callsign = f"{''.join(draw.sample('ABDEFGKLRSTU', 3))}{draw.randrange(10, 9999)}"
    known = (icao24, f"{callsign:8}", f"{draw.randrange(0o7777):04o}", MIDNIGHT + draw.randrange(-way_s, DAY_S), way_s)
    return (*known, a.latitude, a.longitude, b.latitude, b.longitude, draw.uniform(0, 360), b.elevation_m or 0.0)


def make(folder: Path, airframes: int, hours: int, step_s: int) -> int:
    """Write a file for each of the first hours of a day; how many rows there are."""
    folder.mkdir(parents=True, exist_ok=True)
    written, flights = 0, _flights(airframes)
    with duckdb.connect() as db:
        db.execute(f"CREATE TABLE flights ({FLIGHTS})")
        for start in range(0, len(flights), PART):
            part = flights[start : start + PART]
            values = ", ".join([f"({', '.join('?' * len(part[0]))})"] * len(part))
            insert = f"INSERT INTO flights VALUES {values}"  # noqa: S608  # question marks alone
            db.execute(insert, [value for flight in part for value in flight])
        for since in range(MIDNIGHT, MIDNIGHT + hours * HOUR_S, HOUR_S):
            times = {"since": since, "until": since + HOUR_S, "step": step_s}
            count = db.execute(f"COPY ({ROWS}) TO '{folder}/states_{since}.parquet' (FORMAT parquet)", times).fetchone()
            written += 0 if count is None else count[0]
    return written
