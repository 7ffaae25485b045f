"""Rows of state vectors in the forms that archives have, and tars. All made by code."""

import csv
import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import fastavro

from flightwatch.core.model import StateVector

OPENSKY_NAMES: Final = {
    "icao24": "icao24",
    "latitude": "lat",
    "longitude": "lon",
    "velocity": "velocity",
    "true_track": "heading",
    "vertical_rate": "vertrate",
    "callsign": "callsign",
    "on_ground": "onground",
    "spi": "spi",
    "squawk": "squawk",
    "baro_altitude": "baroaltitude",
    "geo_altitude": "geoaltitude",
    "time_position": "lastposupdate",
    "last_contact": "lastcontact",
}
"""What OpenSky's archive calls the columns of a state vector."""

_AVRO = {
    "icao24": "string",
    "callsign": "string",
    "squawk": "string",
    "onground": "boolean",
    "spi": "boolean",
    "time": "int",
}


def archive_row(report: StateVector, at: int) -> dict[str, Any]:
    """Give a report as a row of OpenSky's archive, of the look at ``at``."""
    return {"time": at} | {theirs: getattr(report, ours) for ours, theirs in OPENSKY_NAMES.items()}


def as_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Write rows as OpenSky's CSV."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_avro(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Write rows as Avro, with the list of receivers that OpenSky's has."""
    rows = [{**row, "serials": [1, 2]} for row in rows]
    fields = [{"name": name, "type": ["null", _AVRO.get(name, "double")]} for name in rows[0] if name != "serials"]
    serials = {"name": "serials", "type": ["null", {"type": "array", "items": "int"}]}
    file = io.BytesIO()
    fastavro.writer(
        file, {"type": "record", "name": "StateVector", "fields": [*fields, serials]}, rows, codec="deflate"
    )
    return file.getvalue()


def write_parquet(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as Parquet."""
    table = path.with_suffix(".rows.csv")
    table.write_bytes(as_csv(rows))
    types = "types = {'squawk': 'VARCHAR'}" if b"squawk" in table.read_bytes() else "header = true"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM read_csv('{table}', {types})) TO '{path}' (FORMAT parquet)")
    table.unlink()
    return path


def as_tar(files: Mapping[str, bytes], *odd: tarfile.TarInfo) -> bytes:
    """Make a tar of these files, by their names in it, and of ``odd`` members, which hold nothing, before them."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for info in odd:
            tar.addfile(info)
        for name, held in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(held)
            tar.addfile(info, io.BytesIO(held))
    return whole.getvalue()


def zipped(held: bytes) -> bytes:
    """Compress with gzip, the same each time."""
    return gzip.compress(held, mtime=0)


REAL_TRACE: Final = Path(__file__).parents[1] / "recorded" / "traces" / "trace_full_ac671b.json.gz"
"""N899DN of Delta, 24 hours to 5 February 2025, 19:54 UTC; tests/sources/test_traces.py says what happened."""


def real_days(*, icao24: str = "ac671b") -> dict[int, dict[str, Any]]:
    """Give the real trace as whole days of ``globe_history``, by their first Unix second, told of this airframe."""
    whole = json.loads(gzip.decompress(REAL_TRACE.read_bytes()))
    began = whole["timestamp"]
    days = {}
    for midnight in (began // 86_400 * 86_400, began // 86_400 * 86_400 + 86_400):
        moved = [[round(began + point[0] - midnight, 2), *point[1:]] for point in whole["trace"]]
        points = [point for point in moved if 0 <= point[0] < 86_400]
        days[round(midnight)] = whole | {"icao": icao24, "timestamp": midnight, "trace": points}
    return days


def trace_tar(traces: Iterable[Mapping[str, Any]]) -> bytes:
    """Make a tar of traces as adsb.lol's days are."""
    named = {f"./traces/{t['icao'][-2:]}/trace_full_{t['icao']}.json": zipped(json.dumps(t).encode()) for t in traces}
    return as_tar({"./README.md": b"A day.", **named, "./icons/acas.csv": b"a,b"})
