"""Archives made of recorded polls: tables of state vectors, as OpenSky's archive has them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow
from pyarrow.parquet import write_table

from flightwatch.core.model import Poll, StateVector

NAMES = {
    "time": pyarrow.int64(),
    "icao24": pyarrow.string(),
    "lat": pyarrow.float64(),
    "lon": pyarrow.float64(),
    "velocity": pyarrow.float64(),
    "heading": pyarrow.float64(),
    "vertrate": pyarrow.float64(),
    "callsign": pyarrow.string(),
    "onground": pyarrow.bool_(),
    "spi": pyarrow.bool_(),
    "squawk": pyarrow.string(),
    "baroaltitude": pyarrow.float64(),
    "geoaltitude": pyarrow.float64(),
    "lastposupdate": pyarrow.float64(),
    "lastcontact": pyarrow.float64(),
    "position_source": pyarrow.int64(),
    "category": pyarrow.int64(),
}
"""OpenSky's columns, and two of its answers' own."""


def rows_of(polls: Iterable[Poll]) -> list[dict[str, object]]:
    """The rows of these polls."""
    return [_row(round(poll.at.timestamp()), report) for poll in polls for report in poll.vectors]


def _row(at: int, report: StateVector) -> dict[str, object]:
    return {
        "time": at,
        "icao24": report.icao24,
        "lat": report.latitude,
        "lon": report.longitude,
        "velocity": report.velocity,
        "heading": report.true_track,
        "vertrate": report.vertical_rate,
        "callsign": report.callsign,
        "onground": report.on_ground,
        "spi": report.spi,
        "squawk": report.squawk,
        "baroaltitude": report.baro_altitude,
        "geoaltitude": report.geo_altitude,
        "lastposupdate": report.time_position,
        "lastcontact": report.last_contact,
        "position_source": report.position_source,
        "category": report.category,
    }


def write_parquet(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    """Write rows as a Parquet."""
    write_table(pyarrow.Table.from_pylist([*rows], pyarrow.schema(list(NAMES.items()))), path)
    return path
