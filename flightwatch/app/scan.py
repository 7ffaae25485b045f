"""Archives of state vectors through the same core, stretch by stretch: the events that `replay` gives for the same looks."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.past_looks import Counted, judged, learned
from flightwatch.app.archived_visits import Findings, findings
from flightwatch.app.scan_stage import Stage
from flightwatch.archives.tables import Airframe, Tables, read_sky
from flightwatch.core.model import Event, Icao24
from flightwatch.storage.scans import ScanState
from flightwatch.tracking.walk import Followed, Happened, Walked
from flightwatch.watchlist.model import Watchlist, wanted


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
    rows: int
    """Rows of its looks."""
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
) -> Iterator[Stretched]:
    """Take an archive on from ``state``, stretch by stretch."""
    looks = engine.looks()
    whole, done = sum(rows for _, rows in looks), sum(rows for at, rows in looks if at <= state.until)
    progress("rows", done, whole)
    for part in stretches((look for look in looks if look[0] > state.until), most_rows):
        found = _stretch(engine, crew, watchlist, state, part)
        state = found.state
        done += found.rows
        progress("rows", done, whole)
        yield found


def stretches(looks: Iterable[tuple[int, int]], most_rows: int) -> Iterator[list[tuple[int, int]]]:
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
    engine: Engine, crew: Crew, watchlist: Watchlist, state: ScanState, looks: Sequence[tuple[int, int]]
) -> Stretched:
    tables = engine.tables(looks, state.followed)
    counted = [Counted(look.at, look.rows, look.unreadable) for look in tables.looks]
    heard = judged(state.memory, counted, is_alone=len(watchlist.sources) == 1)
    good = tuple(look for look, counts in zip(tables.looks, heard.counts, strict=True) if counts)
    sky = read_sky(tables.sky, good)
    taught = learned(heard.memory, sky, watchlist)
    stage = Stage(tables.sky, tables.reports, good, taught)
    walks = [*crew.walk(stage, tables.airframes, state.followed)]
    followed = {each.icao24: each.followed for each in walks if each.followed != Followed()}
    tracks = {icao24: each.track for icao24, each in followed.items() if each.track is not None}
    tables.sky.unlink()
    tables.reports.unlink(missing_ok=True)
    return Stretched(
        state=ScanState(looks[-1][0], taught.memory, followed),
        told=tuple(_told(walks, watchlist)),
        findings=findings(walks, tracks, state.until + 1, looks[-1][0]),
        rows=sum(rows for _, rows in looks),
        left_out=heard.left_out,
    )


def _told(walks: Iterable[Walked], watchlist: Watchlist) -> Iterator[Event]:
    """The events that the watchlist asks for, in the order in which polls tell them."""
    happened = ((each, walked.icao24) for walked in walks for each in walked.happened)
    for each, _ in sorted(happened, key=lambda one: (one[0].look, one[0].how, one[1])):
        yield from _wanted(each, watchlist)


def _wanted(happened: Happened, watchlist: Watchlist) -> Iterator[Event]:
    if happened.selected is not None:
        watchlist = replace(watchlist, aircraft=(*watchlist.aircraft, happened.selected))
    return (event for event in happened.events if wanted(watchlist, event))
