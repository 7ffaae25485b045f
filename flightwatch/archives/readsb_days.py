"""Days of readsb's rows in Parquet, as ADSBiq has them (Sky-Power-Services/adsbiq-data, README.md), as traces.

Each row tells what has changed of an airframe since its row before, sorted by airframe and time; what is null is as it was. A row
with ``is_snapshot`` tells all, one with ``is_removed`` that it is not heard any more. Rows are thinned as traces are, to one in
30 s at the least where nothing changes, so that a minute without a row is one in which it was not heard.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import median_low
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from flightwatch.archives.columns import quoted
from flightwatch.archives.connecting import connected
from flightwatch.archives.vectors import columns_of, parquet_relation
from flightwatch.core.flyable import believable
from flightwatch.core.model import Icao24, Identity, StateVector
from flightwatch.errors import BadAnswer
from flightwatch.sources.answer import LATEST_S, is_icao24
from flightwatch.sources.readsb_row import MILITARY, Row, vector_of
from flightwatch.sources.traces import LOOK_S, Trace
from flightwatch.tracking.listening import WORLD_SHARE

MEMORY: Final = "400MB"
"""What the engine may take to sort a day; it spills to disk."""

BATCH_ROWS: Final = 20_000
"""Rows held at once."""

_TEXTS = ("type", "flight", "squawk", "emergency", "category", "r", "t")
_NUMBERS = (
    "alt_baro",
    "alt_geom",
    "gs",
    "track",
    "calc_track",
    "true_heading",
    "baro_rate",
    "geom_rate",
    "lat",
    "lon",
    "seen_pos",
)
_CODES = ("nic", "nac_p", "version", "dbFlags")
_FLAGS = ("ground", "is_snapshot", "is_removed")
_TYPES = {
    **dict.fromkeys(_TEXTS, "VARCHAR"),
    **dict.fromkeys(_NUMBERS, "DOUBLE"),
    **dict.fromkeys(_CODES, "INTEGER"),
    **dict.fromkeys(_FLAGS, "BOOLEAN"),
}
"""What of readsb's words is read, and as what."""

_NEEDED = ("lat", "lon", "alt_baro", "ground", "gs", "track", "baro_rate", "is_snapshot", "is_removed")
"""Without which rows are not ADSBiq's."""


def is_readsb_days(columns: Collection[str]) -> bool:
    """Tell whether a Parquet with these columns has rows of readsb's, by airframe and time."""
    return {"hex", "ts"} <= {*columns}


def first_at(name: str) -> float:
    """Unix seconds of the first row of a file. Raises `BadAnswer` where there is none, or it cannot be read."""
    with closing(_Rows(name)) as rows:
        return rows.minutes()[0] - LOOK_S


def traces_of(name: str, wanted: Callable[[Icao24], bool]) -> Iterator[Trace]:
    """The day of each airframe that is wanted, in the order of their addresses. Raises `BadAnswer` for what cannot be read."""
    with closing(_Rows(name)) as rows:
        minutes = rows.minutes()
        for icao24, same in groupby(rows.of(wanted), key=itemgetter("hex")):
            yield _trace(icao24, same, minutes)


class _Rows:
    """The rows of a file."""

    def __init__(self, name: str) -> None:
        self._scratch = TemporaryDirectory()
        self._connection = connected(memory=MEMORY, scratch=Path(self._scratch.name))
        self._relation = parquet_relation(name)
        try:
            self._columns = columns_of(name, self._connection)
        except BadAnswer:
            self.close()
            raise
        missing = [each for each in _NEEDED if each not in self._columns]
        if missing:
            self.close()
            raise BadAnswer(
                f"it has readsb's columns hex and ts, and lacks {', '.join(missing)}, which ADSBiq's days have"
            )
        timed = self._columns["ts"].startswith("TIMESTAMP")
        self._at = "epoch(ts)" if timed else "TRY_CAST(ts AS DOUBLE)"

    def minutes(self) -> Sequence[int]:
        """The looks at which somebody listened, Unix seconds: the file may begin at noon, and its network may have been out."""
        look = f"CAST(ceil({self._at} / {LOOK_S}) AS BIGINT) * {LOOK_S}"
        counted = self._asked(
            f"SELECT {look}, count(*) FROM {self._relation} WHERE {self._at} BETWEEN 1 AND {LATEST_S} GROUP BY 1 ORDER BY 1"
        )
        if not counted:
            raise BadAnswer("it holds no row with a time; leave it out")
        usual = median_low(count for _, count in counted)
        return [at for at, count in counted if count >= WORLD_SHARE * usual]

    def of(self, wanted: Callable[[Icao24], bool]) -> Iterator[dict[str, Any]]:
        """The rows of who is wanted, by airframe and time."""
        known = self._asked(f"SELECT DISTINCT hex FROM {self._relation}")
        named = [(hex_,) for (hex_,) in known if isinstance(hex_, str) and is_icao24(hex_) and wanted(hex_)]
        if not named:
            return
        self._connection.execute("CREATE TABLE wanted (hex VARCHAR)")
        self._connection.executemany("INSERT INTO wanted VALUES (?)", named)
        read = [name for name in _TYPES if name in self._columns]
        chosen = ", ".join(f"TRY_CAST({quoted(name)} AS {_TYPES[name]})" for name in read)
        asked = self._connection.execute(
            f"SELECT hex, {self._at} AS seconds, {chosen} FROM {self._relation} WHERE hex IN (FROM wanted) ORDER BY hex, seconds"
        )
        while batch := asked.fetchmany(BATCH_ROWS):
            for row in batch:
                yield dict(zip(("hex", "at", *read), row, strict=True))

    def close(self) -> None:
        """Give up the connection, and what was spilled."""
        self._connection.close()
        self._scratch.cleanup()

    def _asked(self, sql: str) -> list[tuple[Any, ...]]:
        import duckdb

        try:
            return self._connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise BadAnswer("it is a Parquet that is damaged or cut short") from error


def _trace(icao24: Icao24, rows: Iterator[Mapping[str, Any]], minutes: Sequence[int]) -> Trace:
    """The day of one airframe: at each look its newest row of the minute before; no row, no sound."""
    newest = dict[int, StateVector]()
    known, fixed_at = dict[str, Any](), 0.0
    for row in rows:
        at = row["at"]
        if at is None or not 0 < at < LATEST_S:
            continue
        if row.get("is_snapshot") or known.get("is_removed"):
            known = {}
        known.update((name, value) for name, value in row.items() if value is not None)
        if row.get("lat") is not None or row.get("lon") is not None:
            fixed_at = at - max(0.0, row.get("seen_pos") or 0.0)
        if not row.get("is_removed") and (report := _report(icao24, known, at, fixed_at)) is not None:
            newest[-int(-at // LOOK_S) * LOOK_S] = report
    identity = Identity(known.get("r"), known.get("t"), bool((known.get("dbFlags") or 0) & MILITARY))
    looks = {at: newest.get(at) for at in sorted({*minutes, *newest})}
    return Trace(icao24, next(iter(looks)), looks, identity=None if identity == Identity() else identity)


def _report(icao24: Icao24, known: Mapping[str, Any], at: float, fixed_at: float) -> StateVector | None:
    """What is known of an airframe at a row, as a report; None where its numbers do not fit."""
    words = {name: known[name] for name in Row.__struct_fields__ if name in known and name not in {"hex", "flags"}}
    height = "ground" if known.get("ground") else known.get("alt_baro")
    try:
        row = msgspec.convert(words | {"hex": icao24, "alt_baro": height, "seen_pos": max(0.0, at - fixed_at)}, Row)
    except msgspec.ValidationError:
        return None
    report = vector_of(icao24, row, at)
    return None if report is None else next(iter(believable((report,))))
