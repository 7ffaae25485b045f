"""Archives that a scan cannot use, or not as a whole, and what it says of each.

They stand in docs/reference/messages.md as a table, which ``python tests/support/scan_faults.py --write`` makes anew.
"""

import gzip
import io
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from archive_rows import archive_row, as_csv, real_days, trace_tar
from message_tables import MessageTable
from program import Program, installed
from pyarrow import Table
from pyarrow.parquet import write_table
from state_vectors import NOON, report

TABLE: Final = MessageTable(
    "<!-- made by: python tests/support/scan_faults.py --write -->\n",
    "<!-- end of archives -->\n",
    ("| fault | what it says | code |", "|---|---|---|"),
)
ROWS: Final = [archive_row(report(NOON - 1 + 60 * minute), NOON + 60 * minute) for minute in range(40)]


@dataclass(frozen=True)
class ScanFault:
    """A fault, the files that have it, by their names, and the command that meets it."""

    name: str
    files: Callable[[], Mapping[str, bytes]]
    """Made when they are wanted, as whoever only counts the faults needs none."""
    words: tuple[str, ...]
    code: int = 1
    without: str | None = None
    """A library that is not there."""


def _parquet(change: Callable[[dict[str, Any]], dict[str, Any]] = lambda row: row) -> bytes:
    written = io.BytesIO()
    write_table(Table.from_pylist([*map(change, ROWS)]), written)
    return written.getvalue()


def _one(name: str, file: str, held: Callable[[], bytes]) -> ScanFault:
    return ScanFault(name, lambda: {f"states/{file}": held(), "states/whole.csv": as_csv(ROWS)}, ("states",))


def _refused(name: str, *words: str, without: str | None = None) -> ScanFault:
    def files() -> dict[str, bytes]:
        return {"states/a.csv": as_csv(ROWS), "traces/a.tar": trace_tar(real_days().values())}

    return ScanFault(name, files, words, 2, without)


def _damaged() -> bytes:
    whole = _parquet()
    return whole[:500] + 400 * b"\xff" + whole[900:]


def _cut_tar() -> bytes:
    return trace_tar([*real_days().values()][1:] + [*real_days(icao24="ffffff").values()][1:])[:-30_000]


_engines_words = re.compile(r"cannot be read \(.*\);")
"""They change from one release of DuckDB to the next."""

FAULTS: Final = (
    _one("an error page in place of an archive", "a.csv.gz", lambda: b"<html><title>404 Not Found</title></html>"),
    _one("a file that holds something else", "a.parquet", lambda: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    _one("an empty file", "a.parquet", bytes),
    _one("Parquet cut short", "a.parquet", lambda: _parquet()[: len(_parquet()) // 2]),
    _one("Parquet damaged in the middle", "a.parquet", _damaged),
    _one("CSV cut in a line", "a.csv", lambda: as_csv(ROWS)[:-40]),
    _one("gzip cut short", "a.csv.gz", lambda: gzip.compress(as_csv(ROWS), mtime=0)[:-200]),
    _one(
        "columns of other names", "a.parquet", lambda: _parquet(lambda row: {f"my_{name}": row[name] for name in row})
    ),
    _one("heights in feet", "a.parquet", lambda: _parquet(lambda row: row | {"baroaltitude": 300_000.0})),
    ScanFault("a tar cut short", lambda: {"traces/a.tar": _cut_tar()}, ("traces",)),
    _refused("a folder that is empty", "empty"),
    _refused("a pattern that nothing fits", "states/*.parquet"),
    _refused("state vectors and traces", "states", "traces"),
    _refused("no DuckDB", "states", without="duckdb"),
    _refused("no PySpark", "states", "--engine", "spark", without="pyspark"),
    _refused("`--master` alone", "states", "--master", "yarn"),
    _refused("too little memory", "states", "--memory", "100MB"),
    _refused("`--parquet` a file", "states", "--parquet", "states/a.csv"),
    _refused("recorded polls `--into` a database", "polls", "--into", "past.db"),
)


def meet(fault: ScanFault, folder: Path) -> str:
    """Let somebody's scan meet it in an empty folder; give the line of the table."""
    program = installed(folder)
    program.watchlist.write_text("aircraft: [{icao24: 15521f}]\nnotify: [print]\n")
    (folder / "empty").mkdir()
    for name, held in fault.files().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(held)
    if "polls" in fault.words:
        (folder / "polls").mkdir()
        (folder / "polls" / "a.jsonl").write_text(f'{{"time": {NOON}, "states": []}}\n')
    return f"| {fault.name} | `{_said(fault, program)}` | {fault.code} |"


def _said(fault: ScanFault, program: Program) -> str:
    hidden = program.folder / "hidden"
    hidden.mkdir()
    if fault.without is not None:
        (hidden / f"{fault.without}.py").write_text("raise ImportError\n")
    done = program.run("scan", *fault.words, env={"PYTHONPATH": str(hidden)})
    assert (done.returncode, done.stdout) == (fault.code, ""), done
    said = [line.removeprefix("flightwatch: ") for line in done.stderr.splitlines()]
    assert len(said) == 3 - fault.code, done.stderr
    return _engines_words.sub("cannot be read (…);", said[0])


def lines() -> list[str]:
    """The lines that stand in the page."""
    return TABLE.rows()


def write() -> None:
    """Put the table into the page."""
    table = list[str]()
    for fault in FAULTS:
        with TemporaryDirectory() as folder:
            table.append(meet(fault, Path(folder)))
    TABLE.put(table)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    write()
