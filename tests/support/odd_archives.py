"""A folder of archives in which most files are not as they should be, for the page that shows what is said of them."""

from pathlib import Path

import pyarrow
import pyarrow.parquet
from archive_rows import archive_row, as_csv, real_days, trace_tar
from state_vectors import NOON, report


def write_odd_archives(folder: Path) -> None:
    """Write ``states`` and ``traces`` into a folder."""
    rows = [archive_row(report(NOON - 1 + 60 * minute), NOON + 60 * minute) for minute in range(9)]
    states, traces = folder / "states", folder / "traces"
    for each in (states, traces, folder / "empty"):
        each.mkdir()
    whole = as_csv(rows)
    (states / "01.csv").write_bytes(whole)
    (states / "02.csv").write_bytes(whole[:-40])
    renamed = [{{"lat": "y", "lon": "x"}.get(name, name): value for name, value in row.items()} for row in rows]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(renamed), states / "03.parquet")
    (states / "04.csv.gz").write_text("<html><title>404 Not Found</title></html>")
    (states / "05.avro").touch()
    *_, day = real_days().values()
    cut = trace_tar([day, real_days(icao24="ffffff").popitem()[1]])[:-30_000]
    (traces / "2025-02-05.tar").write_bytes(cut)
