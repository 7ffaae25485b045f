"""The command that explains a watchlist: check."""

from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from flightwatch import paths
from flightwatch.app import check as app_check
from flightwatch.app.assembly import the_airports, the_environment
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.cli.options import WatchlistOption
from flightwatch.cli.output import print_lines
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.alerts import parse_duration


class CheckFormat(StrEnum):
    """How the understood watchlist is printed."""

    text = "text"
    json = "json"


def check(
    watchlist: WatchlistOption = None,
    every: Annotated[str, typer.Option(metavar="5m", help="The cadence to plan for.")] = "5m",
    form: Annotated[CheckFormat, typer.Option("--format")] = CheckFormat.text,
) -> None:
    """The watchlist as understood, its queries, credits and mistakes."""
    cadence, path = parse_duration(every), paths.find_watchlist(watchlist)
    watched = read_watchlist(path, environment=the_environment(), airports=the_airports, strict=False)
    found = app_check.check(watched, cadence)
    if form is CheckFormat.json:
        typer.echo(msgspec.json.encode(found))
    else:
        print_lines(app_check.as_lines(found), hang=app_check.HANG)
    if watched.complaints:
        raise WatchlistError([*watched.complaints])
