"""The command that explains a watchlist: check."""

from enum import StrEnum
from typing import Annotated

import typer

from flightwatch.app import check as app_check
from flightwatch.app.assembly import the_watchlist
from flightwatch.cli.options import WatchlistOption
from flightwatch.cli.output import print_lines
from flightwatch.core.secrets import SECRETS
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.alerts import parse_duration
from flightwatch.wording.phrases import json_text


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
    cadence = parse_duration(every)
    watched = the_watchlist(watchlist, strict=False)
    found = app_check.check(watched, cadence)
    if form is CheckFormat.json:
        typer.echo(SECRETS.hidden(json_text(found)))
    else:
        print_lines(map(SECRETS.hidden, app_check.as_lines(found)), hang=app_check.HANG)
    if watched.complaints:
        raise WatchlistError([*watched.complaints])
