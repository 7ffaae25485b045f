"""Airframes taken through a stretch of an archive by Spark's workers: one grouped map of Arrow tables over airframes.

The workers run the same `walk` as everything else. What they import of this package, beside this file, stands below the line or
decodes rows; of other libraries that is msgspec and pyarrow.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import msgspec
from msgspec import Struct

from flightwatch.alerting.past_looks import Learned, stretch
from flightwatch.app.scan_stage import Stage
from flightwatch.archives.spark import SparkEngine, failing
from flightwatch.archives.tables import Airframe, Look, read_sky, reports
from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.tracking.passing import TailOf
from flightwatch.tracking.walk import Followed, Stretch, Walked, walk
from flightwatch.watchlist.model import Watchlist

if TYPE_CHECKING:
    from pyarrow import Table
    from pyspark import Broadcast
    from pyspark.sql import SparkSession

_WALKED: Final = "icao24 string, walked binary"


class _Sent(Struct, frozen=True):
    """What each worker gets of a stretch."""

    key: str
    watchlist: Watchlist
    airports: Airports
    looks: tuple[Look, ...]
    learned: Learned
    sky: bytes
    tails: Mapping[Icao24, str]
    """What the register has of those who may be followed for their callsign."""


class SparkCrew:
    """Takes airframes through the stretches that a `SparkEngine` reads."""

    def __init__(
        self, engine: SparkEngine, spark: SparkSession, watchlist: Watchlist, airports: Airports, *, tail_of: TailOf
    ) -> None:
        self._engine, self._spark, self._tail_of = engine, spark, tail_of
        self._watchlist, self._airports = watchlist, airports

    def walk(
        self, stage: Stage, _airframes: Sequence[Airframe], followed: Mapping[Icao24, Followed]
    ) -> Iterator[Walked]:
        """What the stretch holds of all whose rows the engine has, and of all who are followed."""
        whose = {*self._engine.flying, *followed} if self._watchlist.watched.callsigns else set[Icao24]()
        sent = self._spark.sparkContext.broadcast(
            _Sent(
                key=uuid4().hex,
                watchlist=self._watchlist,
                airports=self._airports,
                looks=stage.looks,
                learned=stage.learned,
                sky=stage.sky.read_bytes(),
                tails={each: tail for each in whose if (tail := self._tail_of(each)) is not None},
            )
        )
        known = self._spark.createDataFrame(_table_of(followed))
        pairs = self._engine.reports.groupBy("icao24").cogroup(known.groupBy("icao24"))
        with failing():
            walked = pairs.applyInArrow(_walking(sent), _WALKED).toArrow().sort_by("icao24")
        sent.destroy()
        for each in walked.column("walked"):
            yield pickle.loads(each.as_py())  # noqa: S301  # of our own workers


def _table_of(followed: Mapping[Icao24, Followed]) -> Table:
    import pyarrow

    schema = pyarrow.schema([("icao24", pyarrow.string()), ("followed", pyarrow.binary())])
    encode = msgspec.msgpack.encode
    return pyarrow.table([[*followed], [encode(each) for each in followed.values()]], schema)


def _walking(sent: Broadcast[_Sent]) -> Callable[[Table, Table], Table]:
    def walked(rows: Table, known: Table) -> Table:
        return _walked(sent.value, rows, known)

    return walked


def _walked(sent: _Sent, rows: Table, known: Table) -> Table:
    """What a stretch holds of one airframe: its rows, and what is remembered of it; either may be empty."""
    import pyarrow

    ground, numbers = _ground_of(sent)
    icao24 = (rows if len(rows) else known).column("icao24")[0].as_py()
    ordered = rows.sort_by([("time", "ascending"), ("last_contact", "descending")])
    before = msgspec.msgpack.decode(known.column("followed")[0].as_py(), type=Followed) if len(known) else Followed()
    heard = reports(ordered, Airframe(icao24, 0, len(rows)), numbers) if len(rows) else ()
    found = pickle.dumps(walk(icao24, before, heard, ground))
    return pyarrow.table({"icao24": [icao24], "walked": [found]})


_grounds: dict[str, tuple[Stretch, dict[int, int]]] = {}


def _ground_of(sent: _Sent) -> tuple[Stretch, dict[int, int]]:
    """What all airframes of a stretch share, opened once by each worker."""
    if sent.key not in _grounds:
        _grounds.clear()
        sky = read_sky(sent.sky, sent.looks)
        numbers = {look.at: number for number, look in enumerate(sent.looks)}
        _grounds[sent.key] = stretch(sky, sent.learned, sent.watchlist, sent.airports, sent.tails.get), numbers
    return _grounds[sent.key]
