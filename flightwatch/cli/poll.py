"""The command that polls: once, as cron wants it, or at a cadence."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from flightwatch import paths
from flightwatch.app.assembly import (
    fetched_tables,
    let_tables_go,
    registered_tail,
    the_airports,
    the_watchlist_of_polls,
)
from flightwatch.app.poller import Poller
from flightwatch.app.senders import Files, channels
from flightwatch.app.watchlist_follower import WatchlistFollower
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import DatabaseOption, EventFormat, WatchlistOption
from flightwatch.errors import UsageError
from flightwatch.watchlist.durations import parse_duration
from flightwatch.watchlist.model import Watchlist


def poll(
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
    every: Annotated[
        str | None, typer.Option(metavar="60s", help="Stay and poll at this cadence (60s, 5m); default: once.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be told; write and send nothing.")
    ] = False,
    form: Annotated[EventFormat, typer.Option("--format", help="Of printed alerts.")] = EventFormat.text,
    record: Annotated[
        Path | None, typer.Option(metavar="DIR", readable=False, help="Keep the raw answers there, for replay.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No diagnostics.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say what was asked and what it cost.")] = False,
) -> None:
    """Ask the sources once, and tell what landed or left."""
    cadence = None if every is None else parse_duration(every)
    if record is not None and record.exists() and not record.is_dir():
        raise UsageError(f"--record: {record} is a file; name a folder")
    path, note = paths.find_watchlist(watchlist), _hush if quiet else say
    follower = _follower(path, partial(the_watchlist_of_polls, db=db, writes=not dry_run), note)
    tell = say if sys.stderr.isatty() and not quiet else _hush  # cron mails it; a person sees that it ran
    poller = Poller(
        watched := follower.watchlist,
        airports := the_airports(),
        paths.find_database(db),
        channels(watched, form.value, note, airports, files := Files(path, paths.find_database(db))),
        name=paths.lasting_name(path),
        record=record,
        dry_run=dry_run,
        tail_of=registered_tail,
        note=note,
        detail=say if verbose else _hush,
        is_looked_at=tell is say,
    )
    if cadence is not None:
        poller.keep_polling(cadence, tell, lambda: _follow(poller, follower, form, note, files))
    elif (line := poller.poll()) is not None:
        tell(f"{line}; to keep polling: --every 5m, or cron")


def _follower(path: Path, read: Callable[[Path], Watchlist], note: Callable[[str], None]) -> WatchlistFollower:
    return WatchlistFollower(path, read, note, tables=fetched_tables(), renew=let_tables_go)


def _follow(
    poller: Poller, follower: WatchlistFollower, form: EventFormat, note: Callable[[str], None], files: Files
) -> None:
    """Let polls go by the watchlist and the tables as they are now."""
    if (watched := follower.look()) is not None:
        airports = the_airports()
        poller.follow(watched, airports, channels(watched, form.value, note, airports, files))


def _hush(_line: str) -> None:
    """Say nothing."""
