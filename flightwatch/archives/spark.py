"""Spark as the engine: state vectors in Parquet and CSV to the tables of a stretch, by DataFrames (extra ``spark``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from flightwatch.archives.columns import SPARK, TYPES, expressions, found, is_sought
from flightwatch.archives.files import ArchiveFile, BadFile
from flightwatch.archives.row_sql import (
    CELL,
    DOCUMENTED,
    HEARD,
    HEIGHT,
    INFINITE,
    SAMPLE,
    SOUND,
    UNDOCUMENTED,
    in_boxes,
    within,
)
from flightwatch.archives.spark_session import SparkFailed, damaged_file, reason_of
from flightwatch.archives.tables import REPORT_COLUMNS, Look, Tables, write_arrow
from flightwatch.core.model import Icao24
from flightwatch.errors import BadAnswer
from flightwatch.planning.archive_plan import LOOK_S, ArchivePlan
from flightwatch.sources.answer import LATEST_S, LEAST_SAMPLE

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Result = TypeVar("Result")

_SOUND: Final = f"icao24 rlike '^[0-9a-fA-F]{{6}}$' AND {SOUND}"
_CUT: Final = "_flightwatch_cut"
_NOTHING: Final = ("", "NULL", "null", "None", "nan", "NaN")
"""Cells of a CSV that hold nothing, as the other engine reads them."""


class _Form(Struct, frozen=True):
    """How files are read: those of one form are read together."""

    form: str
    columns: tuple[tuple[str, str], ...]
    """The files' columns, with Spark's names of their types."""
    delimiter: str = ","


class SparkEngine:
    """The state vectors of an archive.

    ``bad`` grows by each file that cannot be used, or not as a whole, with why.
    """

    def __init__(self, plan: ArchivePlan, spark: SparkSession, scratch: Path) -> None:
        self.bad: list[BadFile] = []
        self.flying: frozenset[Icao24] = frozenset()
        """Who flies as a callsign that is asked for, in the last `tables`."""
        self._plan, self._spark, self._scratch = plan, spark, scratch
        self._files: dict[str, _Form] = {}
        self._tables = dict[_Form, "DataFrame"]()
        self._reports: DataFrame | None = None

    @property
    def reports(self) -> DataFrame:
        """The rows of who matters in the last `tables`, with the columns `REPORT_COLUMNS`, in no order."""
        if self._reports is None:
            raise RuntimeError("the tables of no stretch were asked for")
        return self._reports

    def read(self, files: Iterable[ArchiveFile]) -> Iterator[ArchiveFile]:
        """Look at each file; each is given back when it is known what it holds."""
        for file in files:
            try:
                with failing():
                    self._add(file)
            except (BadAnswer, SparkFailed) as error:
                why = f"{error}; fetch it again, or leave it out" if isinstance(error, SparkFailed) else str(error)
                self.bad.append(BadFile(file.name, why))
            yield file

    def _add(self, file: ArchiveFile) -> None:
        if file.within is not None or file.form not in {"parquet", "csv"}:
            raise BadAnswer("Spark reads Parquet and CSV that lie in no tar; make it one, or scan with --engine duckdb")
        form = _csv_form(self._spark, file.name) if file.form == "csv" else self._parquet_form(file.name)
        rows = self._rows_of(form, [file.name])
        known, odd = _counts(rows.where(_SOUND).limit(SAMPLE), f"NOT ({DOCUMENTED})")
        if known >= LEAST_SAMPLE and 2 * odd > known:
            raise BadAnswer(UNDOCUMENTED)
        if form.form == "csv":
            skipped = self._csv([file.name], form).where(_is_unreadable(form)).count()
            if skipped:
                why = f"{skipped:,} of its rows cannot be read, or are cut short, and are left out"
                self.bad.append(BadFile(file.name, why))
        self._files[file.name] = form

    def _parquet_form(self, name: str) -> _Form:
        schema = self._spark.read.parquet(_address(name)).schema
        columns = {field.name: field.dataType.simpleString().upper() for field in schema}
        found(columns)
        return _Form("parquet", tuple((each, type_) for each, type_ in columns.items() if is_sought(each)))

    def _rows_of(self, form: _Form, names: Sequence[str]) -> DataFrame:
        """The rows of files of one form, with our columns."""
        if form.form == "parquet":
            schema = ", ".join(f"{SPARK.quoted(name)} {type_}" for name, type_ in form.columns)
            table = self._spark.read.schema(schema).parquet(*map(_address, names))
        else:
            table = self._csv(names, form).where(f"NOT ({_is_unreadable(form)})")
        return table.selectExpr(*(f"{sql} AS {ours}" for ours, sql in expressions(dict(form.columns), SPARK).items()))

    def _csv(self, names: Sequence[str], form: _Form) -> DataFrame:
        schema = ", ".join(f"{SPARK.quoted(name)} STRING" for name, _ in form.columns)
        read = self._spark.read.schema(f"{schema}, {_CUT} STRING").options(
            header=True, sep=form.delimiter, columnNameOfCorruptRecord=_CUT, enforceSchema=True, escape='"'
        )
        return read.csv([*map(_address, names)])

    def _all(self) -> DataFrame:
        """The rows of all files; what is no Parquet is kept as it is decoded, so that it is decoded once."""
        for form in dict.fromkeys(self._files.values()):
            if form not in self._tables:
                rows = self._rows_of(form, [name for name, has in self._files.items() if has == form])
                self._tables[form] = rows if form.form == "parquet" else rows.persist(_on_disk())
        first, *others = self._tables.values()
        for other in others:
            first = first.unionByName(other)
        return first

    def looks(self) -> list[tuple[int, int]]:
        """The time of each look, Unix seconds, and how many rows it has; the earliest first."""
        return self._without_damaged(self._looks) if self._files else []

    def _looks(self) -> list[tuple[int, int]]:
        times = self._all().where(within(self._plan.since, self._plan.until)).groupBy("time").count()
        sound = times.where(f"time > 0 AND time < {LATEST_S}")
        newest = sound.groupBy(_expr(f"time div {LOOK_S}")).agg(_expr("max(struct(time, count)) AS look"))
        return [(time, count) for time, count in newest.select("look.time", "look.count").orderBy("time").collect()]

    def tables(self, looks: Sequence[tuple[int, int]], followed: Iterable[Icao24]) -> Tables:
        """The tables of these looks; ``followed`` are airframes that matter whether they are listed or not.

        A file that turns out to be damaged is left out, and what remains is read again.
        """
        who = {*followed}
        return self._without_damaged(lambda: self._stretch(looks, who))

    def _without_damaged(self, work: Callable[[], Result]) -> Result:
        while True:
            try:
                with failing():
                    return work()
            except SparkFailed as error:
                damaged = self._named(damaged_file(error.__cause__))
                if damaged is None:
                    raise
                self.bad.append(BadFile(damaged, "it is damaged or cut short; fetch it again, or leave it out"))
                del self._files[damaged]
                self._tables.clear()

    def _named(self, address: str | None) -> str | None:
        """The file, or the folder with it, as the user named it."""
        if address is None:
            return None
        path = unquote(urlsplit(address).path)
        return next((name for name in self._files if path.startswith(_plain(name))), None)

    def _stretch(self, looks: Sequence[tuple[int, int]], followed: set[Icao24]) -> Tables:
        times = self._spark.createDataFrame(_one_column("time", [at for at, _ in looks]))
        span = f"time BETWEEN {looks[0][0]} AND {looks[-1][0]}"
        rows = self._all().where(span).join(_broadcast(times), "time", "left_semi")
        seen = self._seen(rows).persist()
        try:
            unreadable: dict[int, int] = dict(
                seen.where("NOT coalesce(sound, false)").groupBy("time").count().collect()
            )
            sky, heard = self._sky(seen)
            wanted = {*self._plan.icao24s, *followed, *self._met(seen)}
        finally:
            seen.unpersist()
        names = self._spark.createDataFrame(_one_column("icao24", sorted(wanted) or ["-"]))
        delivered = rows.selectExpr(*(f"{_delivered(name)} AS {name}" for name in REPORT_COLUMNS))
        self._reports = delivered.join(_broadcast(names), "icao24", "left_semi").select(*REPORT_COLUMNS)
        counts = [heard.get(at, 0) for at, _ in looks]
        ends = [*accumulate(counts)]
        found = tuple(
            Look(at, rows, unreadable.get(at, 0), heard=there, start=end - there, end=end)
            for (at, rows), there, end in zip(looks, counts, ends, strict=True)
        )
        return Tables(found, sky, self._scratch / "none", ())

    def _seen(self, rows: DataFrame) -> DataFrame:
        """One row for each row of a look, with what matters for who is heard."""
        callsign = "callsign" if self._plan.callsign is not None else "CAST(NULL AS STRING)"
        return rows.selectExpr(
            *("time", "CAST(conv(icao24, 16, 10) AS INTEGER) AS icao24", "last_contact", f"{callsign} AS callsign"),
            *(f"{_SOUND} AS sound", f"{in_boxes(self._plan.boxes)} AS near"),
            *(f"CASE WHEN {HEARD} THEN {CELL} END AS cell", f"{HEIGHT} AS height_m"),
        )

    def _sky(self, seen: DataFrame) -> tuple[Path, Mapping[int, int]]:
        """Who is heard, by look and cell, and how many at each look; of rows that are there twice the newest counts."""
        newest = _expr("max(struct(last_contact, cell, height_m)) AS newest")
        there = seen.where("sound").groupBy("time", "icao24").agg(newest).where("newest.cell IS NOT NULL")
        table = there.select("time", "newest.cell", "newest.height_m").orderBy("time", "cell").toArrow()
        path = self._scratch / "sky.arrow"
        write_arrow(table.select(["cell", "height_m"]), path)
        return path, {each["values"]: each["counts"] for each in table.column("time").value_counts().to_pylist()}

    def _met(self, seen: DataFrame) -> Iterator[Icao24]:
        """Who comes near, or flies as a callsign that is asked for."""
        if self._plan.boxes:
            near = seen.where("near AND sound").select("icao24").distinct().collect()
            yield from (f"{number:06x}" for [number] in near)
        if self._plan.callsign is not None:
            flying = seen.where("sound AND callsign != ''").select("icao24", "callsign").distinct().collect()
            self.flying = frozenset(f"{number:06x}" for number, sign in flying if self._plan.is_callsign(sign))
            yield from self.flying


@contextmanager
def failing() -> Iterator[None]:
    """Turn what Spark raises into `SparkFailed`."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as error:
        raise SparkFailed(f"Spark failed: {reason_of(error)}") from error


def _csv_form(spark: SparkSession, name: str) -> _Form:
    lines = spark.read.text(_address(name)).head(1)
    first = str(lines[0][0]).removeprefix("\ufeff") if lines else ""
    delimiter = max(",;\t", key=first.count)
    names = [each.strip().strip('"') for each in first.split(delimiter)]
    if len({each.lower() for each in names}) < len(names):
        raise BadAnswer("its first line does not name its columns, each once; name a CSV of state vectors")
    columns = dict.fromkeys(names, "STRING")
    found(columns)
    return _Form("csv", tuple(columns.items()), delimiter)


def _is_unreadable(form: _Form) -> str:
    """Whether a line is cut short, or a cell that must be a number is none: such a line counts for nothing."""
    columns = dict(form.columns)
    sql, has = expressions(columns, SPARK), found(columns)
    typed = [ours for ours in has if TYPES[ours] not in {"VARCHAR", "INTEGER[]"}]
    nothing = ", ".join(f"'{each}'" for each in _NOTHING)
    odd = (f"({sql[ours]} IS NULL AND {SPARK.quoted(has[ours])} NOT IN ({nothing}))" for ours in typed)
    return " OR ".join([f"{_CUT} IS NOT NULL", *(f"coalesce({each}, false)" for each in odd)])


def _counts(rows: DataFrame, condition: str) -> tuple[int, int]:
    [(every, some)] = rows.agg(_expr("count(*)"), _expr(f"count_if({condition})")).collect()
    return every, some


def _delivered(name: str) -> str:
    """A column as it is given on: without numbers that are none."""
    if name == "icao24":
        return "lower(icao24)"
    return f"CASE WHEN abs({name}) < {INFINITE} THEN {name} END" if TYPES.get(name) == "DOUBLE" else name


def _one_column(name: str, values: Sequence[Any]) -> Any:
    import pyarrow

    return pyarrow.table({name: values})


def _expr(sql: str) -> Any:
    from pyspark.sql import functions

    return functions.expr(sql)


def _broadcast(table: DataFrame) -> DataFrame:
    from pyspark.sql import functions

    return functions.broadcast(table)


def _on_disk() -> Any:
    from pyspark import StorageLevel

    return StorageLevel.DISK_ONLY


def _plain(name: str) -> str:
    return urlsplit(name).path if "://" in name else str(Path(name).resolve())


def _address(name: str) -> str:
    """A file as Spark takes it, which reads a name as a pattern, and of the cluster's own file system."""
    if "://" in name:
        return name
    return "file://" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(Path(name).resolve()))
