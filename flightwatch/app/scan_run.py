"""A scan of state vectors as a whole: what it takes of the machine, and where it goes on when it was interrupted."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flightwatch.app.archived_visits import NOTHING_FOUND, SOURCES, Findings, keep_findings
from flightwatch.app.assembly import registered_tail
from flightwatch.app.replay import replay
from flightwatch.app.scan_crew import LocalCrew
from flightwatch.app.scan_request import LeftOut, Scanning, Teller, where_kept
from flightwatch.app.spark_crew import SparkCrew
from flightwatch.app.trace_run import scan_days
from flightwatch.app.trace_scan import findings_of
from flightwatch.app.vector_scan import Crew, Stretched, scan
from flightwatch.archives.connecting import connected
from flightwatch.archives.duck import DuckEngine
from flightwatch.archives.event_files import EventFiles
from flightwatch.archives.files import BadFile
from flightwatch.archives.spark import SparkEngine
from flightwatch.archives.spark_session import session
from flightwatch.core.model import Event
from flightwatch.errors import UsageError
from flightwatch.planning.archive_plan import ArchivePlan, archive_plan
from flightwatch.sources.answer import LATEST_S
from flightwatch.sources.recorded import Recording
from flightwatch.storage.scans import ScanState, read_scan, write_scan
from flightwatch.storage.store import Store

MOST_ROWS: Final = {"duckdb": 2_500_000, "spark": 5_000_000}
"""Rows of the looks of a stretch, by engine: some seven and 14 hours of the world. More take more memory than a stretch may: who
is heard in them takes 60 MB of each of Spark's workers."""

LEAST_MB: Final = 512
"""Memory with which a scan can be done, MB."""

LEAST_ENGINE_MB: Final = 200
"""What of it the engine must have."""

OWN_MB: Final = 180
"""Memory of each process besides what the engine takes, MB, as measured."""


def scan_events(asked: Scanning, teller: Teller, left_out: LeftOut, store: Store | None = None) -> Iterator[Event]:
    """The events to tell, in order, whatever the archive holds; ``left_out`` grows on the way.

    What a stretch of time holds is put into the store, and into the folder that is asked for, once its events are told.
    """
    files = None if asked.parquet is None else EventFiles(asked.parquet, where_kept(asked)[1])
    for told, found in _parts(asked, teller, left_out):
        if files is None:
            yield from told
        else:
            events = list[Event]()
            for event in told:
                events.append(event)
                yield event
            files.add(events, found.since)
        if store is not None:
            keep_findings(store, SOURCES[asked.archives.kind], found)
    if files is not None:
        files.end()


def _parts(asked: Scanning, teller: Teller, left_out: LeftOut) -> Iterator[tuple[Iterable[Event], Findings]]:
    match asked.archives.kind:
        case "vectors":
            for stretched in scan_vectors(asked, teller, left_out.files):
                left_out.looks += stretched.left_out
                yield stretched.told, stretched.findings
        case "traces":
            for day in scan_days(asked, teller, left_out.files):
                yield day.told, findings_of(day)
        case "polls":
            recording = Recording([Path(file.name) for file in asked.archives.files])
            yield _replayed(asked, recording, left_out.looks), NOTHING_FOUND


def _replayed(asked: Scanning, recording: Recording, looks: list[tuple[datetime, str]]) -> Iterator[Event]:
    """The events of recorded polls, between the times that are asked for."""
    if asked.into is not None:
        raise UsageError("recorded polls go into a database as polls do: flightwatch replay RECORDING --db FILE")
    polls = (
        answers
        for answers in recording.answers()
        if (asked.since or 0) <= answers[0].at.timestamp() < (asked.until or LATEST_S)
    )
    return replay(polls, asked.watchlist, asked.airports, note=lambda *look: looks.append(look))


def scan_vectors(asked: Scanning, teller: Teller, bad: list[BadFile]) -> Iterator[Stretched]:
    """Scan state vectors, stretch by stretch; ``bad`` takes the files that cannot be used, or not as a whole.

    Where it has come is kept once whoever takes a stretch asks for the next: what was told before is not told again when the
    scan is interrupted and called again.
    """
    plan = archive_plan(asked.watchlist.watched, asked.since, asked.until)
    kept_in, key = where_kept(asked)
    state = None if asked.is_anew or kept_in is None else read_scan(kept_in, key)
    if state is not None:
        teller.goes_on(state.until)
    with (
        TemporaryDirectory(prefix="flightwatch-") as folder,
        _opened(asked, plan, Path(folder)) as (engine, crew, stop),
    ):
        for number, _ in enumerate(engine.read(asked.archives.files), start=1):
            teller.progress("files", number, len(asked.archives.files))
        before, most_rows = state or ScanState(), asked.most_rows or MOST_ROWS[asked.engine]
        for found in scan(engine, crew, asked.watchlist, before, teller.progress, most_rows=most_rows, stop=stop):
            yield found
            if kept_in is not None:
                write_scan(kept_in, key, found.state)
        bad += engine.bad
    if kept_in is not None:
        kept_in.unlink(missing_ok=True)


@contextmanager
def _opened(
    asked: Scanning, plan: ArchivePlan, scratch: Path
) -> Iterator[tuple[DuckEngine | SparkEngine, Crew, Callable[[], None] | None]]:
    """The engine that is asked for, who takes airframes through what it reads, and what ends it, as `scan` takes that."""
    if asked.engine == "spark":
        with session(asked.master, asked.memory_mb, scratch) as spark:
            reader = SparkEngine(plan, spark, scratch)
            yield reader, SparkCrew(reader, spark, asked.watchlist, asked.airports, tail_of=registered_tail), None
        return
    with (
        closing(connected(memory=_engine_mb(asked), threads=asked.processes, scratch=scratch)) as connection,
        LocalCrew(asked, _processes(asked), scratch) as crew,
    ):
        is_known = not plan.boxes and plan.callsign is None
        yield DuckEngine(plan, connection, scratch), crew, connection.interrupt if is_known else None


def _processes(asked: Scanning) -> int:
    """How many processes take airframes: one for each core, as far as there is memory for them."""
    return max(1, min(asked.processes, (asked.memory_mb - LEAST_ENGINE_MB) // OWN_MB - 1))


def _engine_mb(asked: Scanning) -> str:
    """What the engine may take: what the processes leave."""
    if asked.memory_mb < LEAST_MB:
        raise UsageError(f"--memory: a scan takes {LEAST_MB} MB at least")
    crew = _processes(asked)
    others = 1 + crew if crew > 1 else 1
    return f"{max(asked.memory_mb - others * OWN_MB, LEAST_ENGINE_MB)}MB"
