"""The command that publishes: a folder that any web server can serve."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flightwatch import paths
from flightwatch.app.assembly import the_airports, the_store, the_watchlist
from flightwatch.app.clock import just_now
from flightwatch.app.damaged_rows import answering
from flightwatch.app.publishing import publish as bring_up_to_date
from flightwatch.app.senders import Files
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.cli.output import bar
from flightwatch.storage.poll_log import PollLog
from flightwatch.watchlist.model import PublishChannel, Routing, Watchlist
from flightwatch.wording.phrases import counted


def publish(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="A new folder, an empty one, or one that was published before.", readable=False
        ),
    ],
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """A folder for a web server: pages, feeds, CSV, GeoJSON."""
    watched = the_watchlist(watchlist, secrets=False, routes=True)
    files = Files(paths.find_watchlist(watchlist), paths.find_database(db))
    routing = _routing(watched, folder, files)
    airports = the_airports(watched)
    with the_store(db) as store, answering(store), bar("files", 1) as progress:
        now = PollLog(store).data_time(just_now())
        written = bring_up_to_date(store, watched, airports, folder, routing=routing, now=now, progress=progress)
    if sys.stderr.isatty():
        say(f"published in {folder}: {counted(written, 'file')} changed")


def _routing(watched: Watchlist, folder: Path, files: Files) -> Routing:
    """What the watchlist says of this folder, where it is one of its channels: a hand must not show what that holds back."""
    named = (channel for channel in watched.notify if isinstance(channel, PublishChannel))
    same = (channel.routing for channel in named if files.folder_of(channel).resolve() == folder.resolve())
    return next(same, Routing())
