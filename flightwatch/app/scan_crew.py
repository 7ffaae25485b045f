"""Airframes taken through a stretch of an archive in parallel processes, one for each core."""

import os
import pickle
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import Final

from msgspec import Struct

from flightwatch.alerting.past_looks import stretch
from flightwatch.app.assembly import registered_tail, the_airports
from flightwatch.app.scan_request import Scanning
from flightwatch.app.scan_stage import Stage
from flightwatch.archives.tables import Airframe, read_arrow, read_sky, reports
from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.tracking.walk import Followed, Stretch, Walked, walk
from flightwatch.watchlist.model import Watchlist

SHARES: Final = 8
"""Parts for each process that the airframes of a stretch are dealt into, so that none waits long for the last."""

OWN_ROWS: Final = 10
"""What an airframe takes besides its rows, as so many rows."""

Part = Sequence[tuple[Airframe, Followed]]


class LocalCrew:
    """Takes airframes through stretches, in other processes where that is worth it."""

    def __init__(self, asked: Scanning, processes: int, scratch: Path) -> None:
        self._watchlist, self._airports, self._worth_rows = asked.watchlist, asked.airports, asked.worth_rows
        self._processes, self._scratch = processes, scratch
        self._number = 0
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "LocalCrew":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def walk(
        self, stage: Stage, airframes: Sequence[Airframe], followed: Mapping[Icao24, Followed]
    ) -> Iterator[Walked]:
        """What the stretch holds of these airframes, and of all who are followed."""
        there = {airframe.icao24 for airframe in airframes}
        silent = [Airframe(icao24, 0, 0) for icao24 in followed if icao24 not in there]
        dealt = [(each, followed.get(each.icao24, Followed())) for each in (*airframes, *silent)]
        rows = sum(each.end - each.start for each in airframes) + len(silent)
        if self._processes < 2 or rows < self._worth_rows:
            yield from _walked(_Ground.of(stage, self._watchlist, self._airports), dealt)
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes, get_context("spawn"), initializer=_begin, initargs=(self._watchlist,)
            )
        self._number += 1
        path = self._scratch / f"stage-{self._number}"
        path.write_bytes(pickle.dumps(stage))
        parts = [(str(path), part) for part in _dealt(dealt, SHARES * self._processes)]
        for walked in self._pool.map(_walk_part, parts):
            yield from walked
        path.unlink()


def _dealt(airframes: Part, parts: int) -> Iterator[Part]:
    """The airframes in so many parts of about as many rows, each in order of where its rows stand."""
    whole = sum(each.end - each.start + OWN_ROWS for each, _ in airframes)
    part, rows = list[tuple[Airframe, Followed]](), 0
    for each, followed in airframes:
        part.append((each, followed))
        rows += each.end - each.start + OWN_ROWS
        if rows * parts >= whole:
            yield part
            part, rows = [], 0
    if part:
        yield part


class _Ground(Struct, frozen=True):
    """What all airframes of a stretch share, opened."""

    stretch: Stretch
    reports: object
    """The Arrow table of reports."""
    numbers: dict[int, int]
    """The number of each look, by its time in Unix seconds."""

    @classmethod
    def of(cls, stage: Stage, watchlist: Watchlist, airports: Airports) -> "_Ground":
        numbers = {look.at: number for number, look in enumerate(stage.looks)}
        sky = read_sky(stage.sky, stage.looks)
        return cls(
            stretch(sky, stage.learned, watchlist, airports, registered_tail), read_arrow(stage.reports), numbers
        )


def _walked(ground: _Ground, airframes: Part) -> Iterator[Walked]:
    for airframe, followed in airframes:
        rows = reports(ground.reports, airframe, ground.numbers) if airframe.end > airframe.start else ()
        yield walk(airframe.icao24, followed, rows, ground.stretch)


_watchlist: Watchlist
_airports: Airports
_ground: tuple[str, _Ground] | None = None


def _begin(watchlist: Watchlist) -> None:
    """Begin a process: who interrupts the command means its first process, and without that there is nothing to do."""
    global _watchlist, _airports
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    first = parent_process()
    if first is not None:
        Thread(target=_end_with, args=(first.sentinel,), daemon=True).start()
    _watchlist = watchlist
    _airports = the_airports(_watchlist)


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _walk_part(part: tuple[str, Part]) -> list[Walked]:
    global _ground
    path, airframes = part
    if _ground is None or _ground[0] != path:
        stage: Stage = pickle.loads(Path(path).read_bytes())  # noqa: S301  # the command itself wrote it, where nobody else can
        _ground = path, _Ground.of(stage, _watchlist, _airports)
    return [*_walked(_ground[1], airframes)]
