"""DuckDB as the engine: state vectors in Parquet, and what is turned into it, to the tables of a stretch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flightwatch.archives.columns import TYPES
from flightwatch.archives.files import ArchiveFile, BadFile
from flightwatch.archives.row_sql import (
    CELL,
    DOCUMENTED,
    HEARD,
    HEIGHT,
    SAMPLE,
    SOUND,
    UNDOCUMENTED,
    in_boxes,
)
from flightwatch.archives.seen import by_time, counted, is_twice, runs
from flightwatch.archives.tables import REPORT_COLUMNS, SKY_TYPES, Airframe, Tables, write_arrow
from flightwatch.archives.vectors import Readable, reading, unreadable
from flightwatch.core.model import Icao24
from flightwatch.errors import BadAnswer
from flightwatch.planning.archive_plan import LOOK_S, ArchivePlan
from flightwatch.sources.answer import LATEST_S, LEAST_SAMPLE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyarrow import Table

_SOUND: Final = f"""length(icao24) = 6 AND TRY_CAST('0x' || icao24 AS INTEGER) IS NOT NULL AND NOT contains(icao24, '_')
    AND {SOUND}"""

_COUNTED: Final = (
    *("time", "icao24", "callsign", "last_contact", "longitude", "latitude"),
    *("baro_altitude", "on_ground", "geo_altitude"),
)
"""The columns that tell who is heard."""

_SEEN: Final = {
    "time": "time",
    "airframe": "CASE WHEN sound THEN TRY_CAST('0x' || icao24 AS INTEGER) END",
    "cell": f"CASE WHEN sound AND {HEARD} THEN {CELL} END",
    "height_m": HEIGHT,
}
"""What matters of them: ``airframe`` is NULL for a row that cannot be read, ``cell`` for one of somebody who is not heard."""


class _File(Struct, frozen=True):
    name: str
    readable: Readable
    since: int
    until: int


class DuckEngine:
    """The state vectors of an archive.

    ``bad`` grows by each file that cannot be used, or not as a whole, with why.
    """

    def __init__(self, plan: ArchivePlan, connection: DuckDBPyConnection, scratch: Path) -> None:
        self.bad: list[BadFile] = []
        self._plan, self._db, self._scratch = plan, connection, scratch
        self._files: list[_File] = []
        self._number = 0

    def read(self, files: Iterable[ArchiveFile]) -> Iterator[ArchiveFile]:
        """Find when the rows of each file are; each is given back when that is known."""
        self._db.execute("CREATE TEMP TABLE times (time BIGINT, rows BIGINT)")
        for file in files:
            try:
                with _interruptible():
                    self._add(file.name, reading(file, self._db, self._scratch))
            except BadAnswer as error:
                self.bad.append(BadFile(file.name, str(error)))
            yield file

    def _add(self, name: str, readable: Readable) -> None:
        import duckdb

        time = readable.columns["time"]
        try:
            self._check_units(readable)
            self._db.execute(
                f"CREATE OR REPLACE TEMP TABLE its_times AS SELECT {time} AS time, count(*) AS rows "
                f"FROM {readable.relation} WHERE {self._within(time)} GROUP BY ALL"
            )
        except duckdb.Error as error:
            raise BadAnswer(unreadable(error)) from error
        self._db.execute(f"INSERT INTO times SELECT time, rows FROM its_times WHERE time > 0 AND time < {LATEST_S}")
        [since, until] = self._one("SELECT min(time), max(time) FROM its_times")
        if readable.is_cut:
            self.bad.append(BadFile(name, "it is cut short: what stands before the end is used; fetch it again"))
        if readable.skipped:
            self.bad.append(BadFile(name, f"{readable.skipped:,} of its rows cannot be read, and are left out"))
        if since is not None:
            self._files.append(_File(name, readable, since, until))

    def _check_units(self, readable: Readable) -> None:
        """Raise `BadAnswer` where the columns of most rows cannot mean what is documented, as for an answer."""
        columns = ", ".join(f"{sql} AS {name}" for name, sql in readable.columns.items())
        rows = f"(SELECT {columns} FROM {readable.relation} LIMIT {SAMPLE})"
        [known, odd] = self._one(f"SELECT count(*), count(*) FILTER (NOT ({DOCUMENTED})) FROM {rows} WHERE {_SOUND}")
        if known >= LEAST_SAMPLE and 2 * odd > known:
            raise BadAnswer(UNDOCUMENTED)

    def _within(self, time: str) -> str:
        bounds = (("<", self._plan.until), (">=", self._plan.since))
        return " AND ".join([f"{time} IS NOT NULL", *(f"{time} {sign} {at}" for sign, at in bounds if at is not None)])

    def looks(self) -> list[tuple[int, int]]:
        """The time of each look, Unix seconds, and how many rows it has; the earliest first."""
        return self._db.execute(
            f"""SELECT time, sum(rows)::BIGINT FROM times
                WHERE time IN (SELECT max(time) FROM times GROUP BY time // {LOOK_S}) GROUP BY time ORDER BY time"""
        ).fetchall()

    def tables(self, looks: Sequence[tuple[int, int]], followed: Iterable[Icao24]) -> Tables:
        """The tables of these looks; ``followed`` are airframes that matter whether they are listed or not.

        A file that turns out to be damaged is left out, and what remains is read again.
        """
        import duckdb

        while True:
            files = [file for file in self._files if file.since <= looks[-1][0] and file.until >= looks[0][0]]
            try:
                with _interruptible():
                    return self._tables(files, looks, {*followed})
            except duckdb.InterruptException:
                raise
            except duckdb.Error:
                if not self._leave_out_damaged(files):
                    raise

    def _leave_out_damaged(self, files: Iterable[_File]) -> bool:
        """Leave out the files of which not all columns can be read; tell whether there were any."""
        import duckdb

        damaged = []
        for file in files:
            try:
                every = ", ".join(f"max({sql})" for sql in file.readable.columns.values())
                self._db.execute(f"SELECT {every} FROM {file.readable.relation}")
            except duckdb.Error as error:
                damaged.append(file)
                self.bad.append(BadFile(file.name, unreadable(error)))
        self._files = [file for file in self._files if file not in damaged]
        return bool(damaged)

    def _tables(self, files: Sequence[_File], looks: Sequence[tuple[int, int]], followed: set[Icao24]) -> Tables:
        self._number += 1
        sky, reports = (self._scratch / f"{what}-{self._number}.arrow" for what in ("sky", "reports"))
        self._db.execute(
            f"CREATE OR REPLACE TEMP TABLE looks AS SELECT unnest({[at for at, _ in looks]}::BIGINT[]) AS time"
        )
        seen = self._seen(files)
        found, met = counted(seen, dict(looks)), {*self._met(seen)}
        write_arrow(seen.filter(seen.column("cell").is_valid()).select([*SKY_TYPES]), sky)
        del seen
        return Tables(found, sky, reports, self._write_reports(reports, files, self._plan.icao24s | followed | met))

    def _seen(self, files: Sequence[_File]) -> Table:
        """One row for each row of a look, by time, with what matters for who is heard; rows that are there twice go."""
        asked = _SEEN | ({} if self._plan.callsign is None else {"callsign": "callsign"})
        asked |= {"near": in_boxes(self._plan.boxes)} if self._plan.boxes else {}
        columns = [name for name in _COUNTED if name in asked or name != "callsign"]
        rows = f"""SELECT {", ".join(f"{sql} AS {name}" for name, sql in asked.items())}
                   FROM (SELECT *, {_SOUND} AS sound FROM ({_rows(files, columns)}))"""
        seen = by_time(self._db.sql(rows).to_arrow_table())
        if not is_twice(seen):
            return seen
        once = "row_number() OVER (PARTITION BY time, lower(icao24), sound ORDER BY last_contact DESC) = 1"
        return by_time(self._db.sql(f"{rows} QUALIFY NOT sound OR {once}").to_arrow_table())

    def _met(self, seen: Table) -> Iterator[Icao24]:
        """Who comes near, or flies as a callsign that is asked for."""
        if self._plan.boxes:
            near = seen.filter(seen.column("near")).column("airframe").drop_null().to_pylist()
            yield from {f"{number:06x}" for number in near}
        if self._plan.callsign is not None:
            known = seen.filter(seen.column("airframe").is_valid()).group_by(["airframe", "callsign"]).aggregate([])
            both = zip(*(known.column(name).to_pylist() for name in ("airframe", "callsign")), strict=True)
            yield from (f"{number:06x}" for number, sign in both if sign and self._plan.is_callsign(sign))

    def _write_reports(self, path: Path, files: Sequence[_File], wanted: Iterable[Icao24]) -> tuple[Airframe, ...]:
        """Write the rows of those who matter; where each one's stand."""
        names = sorted({each for icao24 in wanted for each in (icao24, icao24.upper())})
        self._db.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT unnest(?::VARCHAR[]) AS icao24", [names])
        chosen = ", ".join(f"{_delivered(name)} AS {name}" for name in REPORT_COLUMNS)
        table = self._db.sql(
            f"SELECT {chosen} FROM ({_rows(files, REPORT_COLUMNS, '{icao24} IN (SELECT icao24 FROM wanted)')}) "
            "ORDER BY icao24, time, last_contact DESC"
        ).to_arrow_table()
        write_arrow(table, path)
        return tuple(Airframe(icao24, *place) for icao24, place in runs(table.column("icao24")))

    def _one(self, sql: str) -> tuple[int, ...]:
        row = self._db.execute(sql).fetchone()
        return () if row is None else row


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C be what it is elsewhere: the engine makes an error of its own of it."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != "Query interrupted":
            raise
        raise KeyboardInterrupt from error


def _delivered(name: str) -> str:
    """A column as it is given on: without numbers that are none."""
    if name == "icao24":
        return "lower(icao24)"
    return f"CASE WHEN isfinite({name}) THEN {name} END" if TYPES.get(name) == "DOUBLE" else name


def _rows(files: Sequence[_File], columns: Iterable[str], among: str = "true") -> str:
    """The rows of all files at the times in the table ``looks``, of airframes that are ``among`` some."""
    return " UNION ALL ".join(
        f"SELECT {', '.join(f'{file.readable.columns[name]} AS {name}' for name in columns)} "
        f"FROM {file.readable.relation} WHERE {file.readable.columns['time']} IN (SELECT time FROM looks) "
        f"AND {among.format(icao24=file.readable.columns['icao24'])}"
        for file in files
    )
