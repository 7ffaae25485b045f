"""The command that publishes: a folder that any web server can serve."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.app.assembly import the_airports, the_store, the_watchlist
from flightwatch.app.clock import just_now
from flightwatch.app.left_out import answering
from flightwatch.app.publishing import publish as bring_up_to_date
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.cli.output import bar
from flightwatch.storage.poll_log import PollLog
from flightwatch.watchlist.model import Routing
from flightwatch.wording.phrases import counted


def publish(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder, an empty one, or one that was published before.")
    ],
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """A folder for a web server: pages, feeds, CSV, GeoJSON."""
    watched = the_watchlist(watchlist, secrets=False)
    airports = the_airports(watched)
    with the_store(db) as store, answering(store), bar("files", 1) as progress:
        now = PollLog(store).data_time(just_now())
        written = bring_up_to_date(store, watched, airports, folder, routing=Routing(), now=now, progress=progress)
    if sys.stderr.isatty():
        say(f"published in {folder}: {counted(written, 'file')} changed")
