"""Archives of state vectors through the same core, stretch by stretch: the events that `replay` gives for the same looks."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct

from flightwatch.alerting.past_looks import Counted, asked_for, judged, learned
from flightwatch.app.archived_visits import Findings, findings
from flightwatch.app.scan_stage import Stage
from flightwatch.archives.tables import Airframe, Tables, read_sky
from flightwatch.core.model import Event, Icao24
from flightwatch.storage.scans import ScanState
from flightwatch.tracking.walk import Followed, Walked
from flightwatch.watchlist.model import Watchlist

TOLD_EACH: Final = 20
"""Airframes after which it is told how far a stretch is."""


class Engine(Protocol):
    """Reads an archive."""

    def looks(self) -> Sequence[tuple[int, int]]:
        """The time of each look, Unix seconds, and how many rows it has; the earliest first."""

    def tables(self, looks: Sequence[tuple[int, int]], followed: Iterable[Icao24]) -> Tables:
        """The tables of these looks; ``followed`` are airframes that matter whether they are listed or not."""


class Crew(Protocol):
    """Takes airframes through the stretches that an engine reads."""

    def walk(
        self, stage: Stage, airframes: Sequence[Airframe], followed: Mapping[Icao24, Followed]
    ) -> Iterator[Walked]:
        """What the stretch holds of these airframes, and of all who are followed."""


class Stretched(Struct, frozen=True):
    """What one stretch of an archive brought."""

    state: ScanState
    """After it."""
    told: tuple[Event, ...]
    """In the order in which `replay` tells them."""
    findings: Findings
    """All that happened."""
    left_out: tuple[tuple[datetime, str], ...] = ()
    """Looks in which nobody listened, and why that is thought."""


Progress = Callable[[str, int, int], None]
"""Takes what is done, how much of it, and of how much."""


def scan(
    engine: Engine,
    crew: Crew,
    watchlist: Watchlist,
    state: ScanState,
    progress: Progress,
    *,
    most_rows: int,
    stop: Callable[[], None] | None = None,
) -> Iterator[Stretched]:
    """Take an archive on from ``state``, stretch by stretch.

    With ``stop``, which ends what the engine does, a stretch is read while the one before is taken. That is right only where
    its tables hold the same whoever is followed by then.
    """
    looks = engine.looks()
    whole, done = sum(rows for _, rows in looks), sum(rows for at, rows in looks if at <= state.until)
    progress("rows", done, whole)
    parts = stretches((look for look in looks if look[0] > state.until), most_rows)
    read = _one_by_one(engine, parts, lambda: state.followed) if stop is None else _ahead(engine, parts, stop)
    with closing(read):
        for stretch in read:
            rows = sum(rows for _, rows in stretch[0])

            def walked(share: float, before: int = done, rows: int = rows) -> None:
                progress("rows", before + round(rows * share), whole)

            found = _stretch(crew, watchlist, state, stretch, walked)
            state = found.state
            done += rows
            progress("rows", done, whole)
            yield found


_Part = list[tuple[int, int]]
_Read = tuple[_Part, Tables]


def _one_by_one(engine: Engine, parts: Iterable[_Part], followed: Callable[[], Iterable[Icao24]]) -> Generator[_Read]:
    for part in parts:
        yield part, engine.tables(part, followed())


def _ahead(engine: Engine, parts: Iterable[_Part], stop: Callable[[], None]) -> Generator[_Read]:
    """The stretches and their tables, the next of which is read while one is taken."""
    pool = ThreadPoolExecutor(1)
    try:
        coming = deque[tuple[_Part, Future[Tables]]]()
        for part in parts:
            coming.append((part, pool.submit(engine.tables, part, ())))
            if len(coming) > 1:
                before, tables = coming.popleft()
                yield before, tables.result()
        for before, tables in coming:
            yield before, tables.result()
    finally:
        stop()
        pool.shutdown(cancel_futures=True)


def stretches(looks: Iterable[tuple[int, int]], most_rows: int) -> Iterator[_Part]:
    """The looks in stretches of at most so many rows, or of one look."""
    part, rows = list[tuple[int, int]](), 0
    for look in looks:
        if part and rows + look[1] > most_rows:
            yield part
            part, rows = [], 0
        part.append(look)
        rows += look[1]
    if part:
        yield part


def _stretch(
    crew: Crew, watchlist: Watchlist, state: ScanState, stretch: _Read, walked: Callable[[float], None]
) -> Stretched:
    (*_, (until, _)), tables = stretch
    counted = [Counted(look.at, look.rows, look.unreadable) for look in tables.looks]
    heard = judged(state.memory, counted, is_alone=len(watchlist.sources) == 1)
    good = tuple(look for look, counts in zip(tables.looks, heard.counts, strict=True) if counts)
    sky = read_sky(tables.sky, good)
    taught = learned(heard.memory, sky, watchlist)
    stage = Stage(tables.sky, tables.reports, good, taught)
    walks = [*_walks(crew.walk(stage, tables.airframes, state.followed), tables, state, walked)]
    followed = {each.icao24: each.followed for each in walks if each.followed != Followed()}
    tracks = {icao24: each.track for icao24, each in followed.items() if each.track is not None}
    tables.sky.unlink()
    tables.reports.unlink(missing_ok=True)
    return Stretched(
        state=ScanState(until, taught.memory, followed),
        told=tuple(_told(walks, watchlist)),
        findings=findings(walks, tracks, state.until + 1, until),
        left_out=heard.left_out,
    )


def _walks(
    walks: Iterable[Walked], tables: Tables, state: ScanState, walked: Callable[[float], None]
) -> Iterator[Walked]:
    """Give the walks as they come. ``walked`` takes how much of the stretch is done: reading it was half of the work."""
    airframes = len(state.followed.keys() | {each.icao24 for each in tables.airframes})
    for number, walk in enumerate(walks):
        if number % TOLD_EACH == 0:
            walked((1 + number / max(airframes, number + 1)) / 2)  # Spark tells of no airframe before it has walked
        yield walk


def _told(walks: Iterable[Walked], watchlist: Watchlist) -> Iterator[Event]:
    """The events that the watchlist asks for, in the order in which polls tell them."""
    happened = ((each, walked.icao24) for walked in walks for each in walked.happened)
    for each, _ in sorted(happened, key=lambda one: (one[0].look, one[0].how, one[1])):
        yield from asked_for(each, watchlist)
