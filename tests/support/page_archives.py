"""The archives of the page about them: one of the demo's polls, and some that are not as they should be."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from archive_rows import archive_row, as_csv, real_days, trace_tar
from made_archives import rows_of, write_parquet
from state_vectors import NOON, report

from flightwatch.core.model import Poll, instant


def write_archives(folder: Path, polls: Iterable[Poll]) -> None:
    """Write all that the page names into a folder; ``polls`` into ``states``, a day a file."""
    (folder / "states").mkdir()
    for day, rows in groupby(rows_of(polls), key=_day):
        write_parquet(folder / "states" / f"{day}.parquet", [*rows])
    whole = trace_tar([*real_days().values()][-1:])
    for name, part in (("aa", whole[:30_000]), ("ab", whole[30_000:])):
        (folder / f"v2025.02.05-planes-readsb-prod-0.tar.{name}").write_bytes(part)
    _write_odd(folder)


def _day(row: Mapping[str, Any]) -> date:
    return instant(row["time"]).date()


def _write_odd(folder: Path) -> None:
    rows = [archive_row(report(NOON - 1 + 60 * minute), NOON + 60 * minute) for minute in range(9)]
    odd, traces = folder / "downloads", folder / "traces"
    for each in (odd, traces, folder / "empty"):
        each.mkdir()
    whole = as_csv(rows)
    (odd / "01.csv").write_bytes(whole)
    (odd / "02.csv").write_bytes(whole[:-40])
    renamed = [{{"lat": "y", "lon": "x"}.get(name, name): value for name, value in row.items()} for row in rows]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(renamed), odd / "03.parquet")
    (odd / "04.csv.gz").write_text("<html><title>404 Not Found</title></html>")
    (odd / "05.avro").touch()
    *_, day = real_days().values()
    cut = trace_tar([day, real_days(icao24="ffffff").popitem()[1]])[:-30_000]
    (traces / "2025-02-05.tar").write_bytes(cut)
