"""What engines ask of rows, in SQL that DuckDB and Spark read alike."""

from collections.abc import Iterable
from typing import Final

from flightwatch.core.flyable import (
    FASTEST_MS,
    HIGHEST_FLOWN_M,
    HIGHEST_M,
    LOWEST_FLOWN_M,
    LOWEST_M,
    OLDEST_S,
    STEEPEST_MS,
)
from flightwatch.core.model import Box
from flightwatch.sources.answer import LATEST_S
from flightwatch.tracking.witness import CELL_DEG, FRESH_S, ROW

INFINITE: Final = "CAST('inf' AS DOUBLE)"

DOCUMENTED: Final = f"""abs(last_contact - time) <= {OLDEST_S} AND coalesce(velocity, 0) BETWEEN 0 AND {FASTEST_MS}
    AND abs(coalesce(true_track, 0)) <= 360 AND abs(coalesce(vertical_rate, 0)) <= {STEEPEST_MS}
    AND coalesce(baro_altitude, 0) BETWEEN {LOWEST_M} AND {HIGHEST_M}
    AND coalesce(geo_altitude, 0) BETWEEN {LOWEST_M} AND {HIGHEST_M}"""
"""`flyable.is_as_documented`; but archives have tracks from -180 degrees on."""

SOUND: Final = f"""last_contact >= 0 AND last_contact < {LATEST_S}
    AND on_ground IS NOT NULL
    AND NOT coalesce(latitude NOT BETWEEN -90 AND 90 AND abs(latitude) < {INFINITE}, false)
    AND NOT coalesce(longitude NOT BETWEEN -180 AND 180 AND abs(longitude) < {INFINITE}, false)"""
"""What a row must be for `opensky_answer` to read it, as far as it matters for who is heard; and its icao24 must
be six hex digits."""

HEIGHT: Final = f"""CASE WHEN on_ground THEN CAST(0 AS DOUBLE)
    WHEN baro_altitude BETWEEN {LOWEST_FLOWN_M} AND {HIGHEST_FLOWN_M} THEN baro_altitude
    WHEN geo_altitude BETWEEN {LOWEST_FLOWN_M} AND {HIGHEST_FLOWN_M} THEN geo_altitude ELSE CAST('-0' AS DOUBLE) END"""
"""How high somebody flies, as `Sky.by_cell` tells it."""

HEARD: Final = f"last_contact >= time - {FRESH_S} AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"
"""As `witness.Rows` tells who is heard."""

CELL: Final = f"CAST(floor(latitude / {CELL_DEG}) * {ROW} + floor(longitude / {CELL_DEG}) AS INTEGER)"

SAMPLE: Final = 2_000
"""Rows at the beginning of a file that are looked at for whether its columns can mean what is documented."""

UNDOCUMENTED: Final = (
    "most of its rows cannot be what is documented: write heights in metres, speeds in metres a second, "
    "and times in Unix seconds"
)
"""What is said of a file whose columns cannot."""


def in_boxes(boxes: Iterable[Box]) -> str:
    """Whether a row lies in one of these."""
    return " OR ".join(map(_in_box, boxes)) or "false"


def _in_box(box: Box) -> str:
    """As `geo.box_holds`."""
    if box.lon_min <= box.lon_max:
        along = f"longitude BETWEEN {box.lon_min} AND {box.lon_max}"
    else:
        along = f"(longitude >= {box.lon_min} OR longitude <= {box.lon_max})"
    return f"(latitude BETWEEN {box.lat_min} AND {box.lat_max} AND {along})"


def within(since: int | None, until: int | None) -> str:
    """Whether the time of a row, in the column ``time``, is known and from the one time on and before the other."""
    bounds = ((">=", since), ("<", until))
    return " AND ".join(["time IS NOT NULL", *(f"time {sign} {at}" for sign, at in bounds if at is not None)])
