"""The command about what is: status."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flightwatch import paths
from flightwatch.app.assembly import the_airports, the_store, the_watchlist
from flightwatch.app.clock import uptime, utc_now
from flightwatch.app.damaged_rows import answering, left_out
from flightwatch.app.situation import Situation, condition, groups, read_situation
from flightwatch.app.status import Group, looked
from flightwatch.cli.options import DatabaseOption, MapOption, WatchlistOption
from flightwatch.core.airports import Airports
from flightwatch.errors import UsageError, WatchlistError
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import json_text

REFRESHED_S = 5.0
"""How often ``status --watch`` looks again, s: polls come by the minute."""


class StatusFormat(StrEnum):
    """How the look is printed."""

    text = "text"
    json = "json"


def status(
    with_map: MapOption = False,
    watch: Annotated[bool, typer.Option("--watch", help=f"Stay, and look again every {REFRESHED_S:.0f} s.")] = False,
    form: Annotated[
        StatusFormat, typer.Option("--format", help="json: for monitors, with exit code 3 (blind) or 4 (undelivered).")
    ] = StatusFormat.text,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """The morning look: who is where, what is new, how polling goes."""
    if form is StatusFormat.json and watch:
        raise UsageError("--watch draws on a terminal: leave it out, or --format json")
    if with_map and (watch or form is StatusFormat.json):
        raise UsageError("--map is drawn above the look: leave out --watch and --format")
    watched = _watched(watchlist)
    airports = the_airports(watched)
    if form is StatusFormat.json:
        path, database = paths.find_watchlist(watchlist), paths.find_database(db)
        with the_store(db) as store, answering(store):
            found = condition(_situation(watched, store), watched, path=path, database=database)
            typer.echo(json_text(found))
        raise typer.Exit(found.exit_code)
    if not watch:
        with the_store(db) as store, answering(store):
            situation = _situation(watched, store)
            if with_map:
                _print_map(situation, watched, airports)
            _print(groups(situation, watched, airports))
        return
    if not sys.stdout.isatty():
        raise UsageError("--watch draws on a terminal: leave it out, or run it in one")
    _keep_looking(watchlist, db, watched, airports)


def _watched(watchlist: Path | None) -> Watchlist:
    """The watchlist with its channels, for what waits for their digests, or without where only cron knows what is in them."""
    try:
        return the_watchlist(watchlist, secrets=False, routes=True)
    except WatchlistError:
        return the_watchlist(watchlist, secrets=False)


def _keep_looking(watchlist: Path | None, db: Path | None, watched: Watchlist, airports: Airports) -> None:
    """Draw the look again and again; a watchlist that is wrong meanwhile changes nothing, which is said."""
    from flightwatch.cli.status_screen import refreshed

    def look_again() -> list[Group]:
        nonlocal watched
        trouble = None
        try:
            watched = _watched(watchlist)
        except (WatchlistError, UsageError) as error:
            trouble = str(error).partition("\n")[0]
        with the_store(db) as store:
            situation, damage = _situation(watched, store), left_out(store)
        return [looked(situation.at, trouble, damage), *groups(situation, watched, airports)]

    refreshed(look_again, REFRESHED_S)


def _situation(watched: Watchlist, store: Store) -> Situation:
    return read_situation(store, watched, utc_now(), uptime())


def _print_map(situation: Situation, watched: Watchlist, airports: Airports) -> None:
    from flightwatch.cli.map_screen import print_situation_map

    print_situation_map(situation, watched, airports)


def _print(those: Sequence[Group]) -> None:
    if not sys.stdout.isatty():
        for group in those:
            typer.echo(group.title)
            for name, said in group.lines():
                typer.echo(f"  {name}: {said}")
        return
    from flightwatch.channels.terminal import console
    from flightwatch.cli.status_screen import groups_view

    console().print(groups_view(those))
