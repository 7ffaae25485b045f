"""The command that explains a watchlist: check."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flightwatch import paths
from flightwatch.app import check as app_check
from flightwatch.app.assembly import the_register, the_store, the_watchlist
from flightwatch.app.check_lines import HANG, MOST_SHOWN, as_lines
from flightwatch.app.clock import utc_now
from flightwatch.app.table_ages import ages
from flightwatch.cli.options import WatchlistOption
from flightwatch.cli.output import print_lines
from flightwatch.errors import StoreError, WatchlistError
from flightwatch.known_secrets import SECRETS
from flightwatch.watchlist.durations import parse_duration
from flightwatch.wording.phrases import counted, json_text


class CheckFormat(StrEnum):
    """How the understood watchlist is printed."""

    text = "text"
    json = "json"


def check(
    watchlist: WatchlistOption = None,
    every: Annotated[str, typer.Option(metavar="5m", help="The cadence to plan for.")] = "5m",
    form: Annotated[CheckFormat, typer.Option("--format")] = CheckFormat.text,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Name every aircraft that an entry selects, not only the first.")
    ] = False,
    db: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Look at all of this database instead, for damage.")
    ] = None,
) -> None:
    """The watchlist as understood, its queries, credits and mistakes."""
    if db is not None:
        _check_database(db)
        return
    cadence = parse_duration(every)
    watched = the_watchlist(watchlist, strict=False)
    found = app_check.check(watched, cadence, ages(paths.find_cache()), the_register())
    found = app_check.with_next_digests(found, watched, utc_now())
    _print(found, form, None if verbose else MOST_SHOWN)
    if watched.complaints:
        raise WatchlistError([*watched.complaints])


def _print(found: app_check.Check, form: CheckFormat, most_selected: int | None) -> None:
    if form is CheckFormat.json:
        typer.echo(SECRETS.hidden(json_text(found)))
    else:
        print_lines(map(SECRETS.hidden, as_lines(found, most_selected)), hang=HANG)


def _check_database(db: Path) -> None:
    """Print what is damaged in a database. Raises `StoreError` where anything is."""
    with the_store(db) as store:
        found = 0
        for line in store.damages():
            print_lines([line])
            found += 1
        if found:
            raise StoreError(f"{store.path}: {counted(found, 'damage')} found: restore a copy")
    print_lines([f"{db}: nothing is damaged"])
