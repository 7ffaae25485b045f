"""The command that fetches newer tables: update."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from flightwatch import paths
from flightwatch.app.assembly import the_airports, the_environment
from flightwatch.app.clock import utc_now
from flightwatch.app.update import changes, refuse_odd_addresses, strips_in, update_airports, update_register
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import WatchlistOption
from flightwatch.cli.output import downloads, print_lines
from flightwatch.core.airports import Airports
from flightwatch.errors import SourceError, UsageError, WatchlistError
from flightwatch.storage.cache import update_lock
from flightwatch.storage.register import REGISTER_FILE, open_register
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import clean

MOST_TOLD: Final = 20
"""Changes that are told one by one; a long watchlist may have thousands."""

HANG: Final = len("airports  ")
"""Columns of the word by which each line begins, and of the blanks after it."""


def update(
    watchlist: WatchlistOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing where all went well.")] = False,
) -> None:
    """Fetch today's airfields, and a register of aircraft."""
    folder = paths.find_cache()
    if folder is None:
        raise UsageError("no place for the tables: this user has no home folder; name one with FLIGHTWATCH_CACHE")
    refuse_odd_addresses()
    with update_lock(folder) as held:
        if not held:
            say("another update is under way; this one did nothing")
            return
        refusals: list[SourceError] = []
        for line in _updated(folder, watchlist, refusals.append):
            if not quiet:
                print_lines([clean(line)], hang=HANG)
    for refusal in refusals[:-1]:
        say(str(refusal))
    if refusals:
        raise refusals[-1]


def _updated(folder: Path, watchlist: Path | None, refused: Callable[[SourceError], None]) -> Iterator[str]:
    """Fetch both tables, and tell of each, and of what changed for this watchlist. What cannot be had does not stop the other."""
    now, airports = utc_now().replace(microsecond=0), the_airports()
    before = _meant(watchlist, folder, airports)
    made: Airports | None = None
    try:
        with downloads() as fetching:  # which are at an end before anything is told: the bars would draw over it
            made = update_airports(folder, airports, now, fetching)
        yield _airports_line(made, airports)
    except SourceError as error:
        refused(error)
    try:
        with downloads() as fetching:
            count = update_register(folder, now, fetching)
        yield _register_line(count)
    except SourceError as error:
        refused(error)
    after = None if before is None else _meant(watchlist, folder, made or airports)
    if before is not None and after is not None:
        told = changes(before, after, (airports, made or airports))
        yield from (f"changed   {each}" for each in told[:MOST_TOLD])
        if len(told) > MOST_TOLD:
            yield f"changed   and {len(told) - MOST_TOLD:,} more; flightwatch check shows the watchlist as it is understood now"


def _airports_line(made: Airports | None, before: Airports) -> str:
    if made is None:
        return "airports  the newest are in use already"
    was = f"{len(before):,} and {strips_in(before):,} before"
    return f"airports  {len(made):,} airfields with {strips_in(made):,} strips, from OurAirports; {was}"


def _register_line(count: int | None) -> str:
    if count is None:
        return "aircraft  the newest are in use already"
    return f"aircraft  {count:,} airframes, from tar1090-db (ODC-By 1.0)"


def _meant(given: Path | None, folder: Path, airports: Airports) -> Watchlist | None:
    """The watchlist as the tables of this moment have it understood; None where there is none, or none that can be read."""
    try:
        path = paths.find_watchlist(given)
        register = open_register(folder / REGISTER_FILE, say)
        return read_watchlist(
            path, environment=the_environment(), airports=airports, register=register, secrets=False, strict=False
        )
    except (UsageError, WatchlistError):
        return None
