"""The command that takes archives through the core: scan."""

import os
import re
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from flightwatch import paths
from flightwatch.app.alert_context import alert_of
from flightwatch.app.assembly import the_airports, the_watchlist
from flightwatch.app.channel import Deliver
from flightwatch.app.clock import utc_now
from flightwatch.app.scan_request import LeftOut, Scanning, Teller
from flightwatch.app.scan_run import scan_events
from flightwatch.app.senders import channels
from flightwatch.archives.kinds import told
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import EventFormat, WatchlistOption
from flightwatch.cli.output import shares
from flightwatch.core.dates import between
from flightwatch.errors import DeliveryError, StoreError, UsageError
from flightwatch.storage.store import Store
from flightwatch.wording.phrases import counted

_MEMORY: Final = re.compile(r"(?i)\s*(\d{1,6}(?:\.\d{1,3})?)\s*([MG])I?B?\s*").fullmatch


class Engine(StrEnum):
    """What reads archives of state vectors."""

    duckdb = "duckdb"
    spark = "spark"


ArchivesArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="ARCHIVE...", help="Files, folders, patterns, addresses of object stores.", show_default=False
    ),
]
MemoryOption = Annotated[
    str, typer.Option("--memory", metavar="SIZE", help="What it may take, about; more spills to disk.")
]
EngineOption = Annotated[Engine, typer.Option("--engine", help="What reads state vectors.")]
MasterOption = Annotated[
    str | None, typer.Option("--master", metavar="URL", help="The cluster of --engine spark. Default: this machine.")
]
IntoOption = Annotated[
    Path | None,
    typer.Option(
        "--into",
        metavar="FILE",
        readable=False,
        help="Put visits into this database, marked as archived; default: none.",
    ),
]
ParquetOption = Annotated[
    Path | None,
    typer.Option(
        "--parquet",
        metavar="FOLDER",
        readable=False,
        help="Put events into this folder too, as Parquet; default: none.",
    ),
]


def scan(
    archives: ArchivesArgument,
    watchlist: WatchlistOption = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="Rows from this day on, UTC.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Rows up to this day, UTC.")] = None,
    memory: MemoryOption = "1GB",
    engine: EngineOption = Engine.duckdb,
    master: MasterOption = None,
    into: IntoOption = None,
    parquet: ParquetOption = None,
    anew: Annotated[bool, typer.Option("--anew", help="Begin anew a scan that was interrupted.")] = False,
    form: Annotated[EventFormat, typer.Option("--format")] = EventFormat.text,
) -> None:
    """Archives through the same core; events to stdout."""
    watched = the_watchlist(watchlist, secrets=False, routes=True)
    begin, end = between(since, until, utc_now())
    asked = Scanning(
        archives=told(archives, is_for_spark=engine == Engine.spark),
        watchlist=watched,
        airports=the_airports(watched),
        since=_seconds(begin),
        until=_seconds(end),
        memory_mb=_megabytes(memory),
        processes=_cores(),
        engine=engine.value,
        master=_master(engine, master),
        into=None if into is None else paths.find_database(into),
        parquet=parquet,
        is_anew=anew,
    )
    left_out = LeftOut([*asked.archives.bad])
    if _tell(asked, channels(watched, form.value, say, asked.airports)["print"], left_out):
        _say(left_out, len(asked.archives.files) + len(asked.archives.bad))


def _tell(asked: Scanning, tell: Deliver, left_out: LeftOut) -> bool:
    """Print all events; False where who reads has enough, as head has."""
    try:
        with shares() as progress, _store(asked.into) as store:
            for event in scan_events(asked, Teller(say, progress), left_out, store):
                tell(alert_of(event, None, asked.watchlist, asked.airports))
    except DeliveryError as error:
        if asked.into is None and asked.parquet is None and isinstance(error.__cause__, BrokenPipeError):
            return False
        raise
    except KeyboardInterrupt:
        if asked.archives.kind != "polls":
            say("interrupted; the same command goes on where it was")
        raise
    return True


def _master(engine: Engine, master: str | None) -> str | None:
    if master is not None and engine != Engine.spark:
        raise UsageError("--master is Spark's; write --engine spark with it")
    return master


def _say(left_out: LeftOut, files: int) -> None:
    """Say what was left out. Raises `StoreError` where that was a file, or a part of one."""
    if left_out.looks:
        since, why = left_out.looks[0]
        say(f"{counted(len(left_out.looks), 'look')} left out, the first at {since:%Y-%m-%d %H:%M} UTC: {why}")
    for file in left_out.files:
        say(f"{file.name}: {file.why}")
    if left_out.files:
        names = {file.name for file in left_out.files}
        rest = "; the rest was" if len(names) < files else ""
        raise StoreError(f"{len(names):,} of {counted(files, 'file')} could not be used, or not as a whole{rest}")


def _store(into: Path | None) -> AbstractContextManager[Store | None]:
    """The database that is written to, a stretch at a time, so that polls go on beside."""
    return nullcontext() if into is None else Store(into)


def _cores() -> int:
    """The cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp())


def _megabytes(text: str) -> int:
    found = _MEMORY(text)
    if found is None:
        raise UsageError(f"--memory: {text!r} is no size; write one such as 800MB or 2GB")
    return round(float(found[1]) * (1000 if found[2] in "gG" else 1))
