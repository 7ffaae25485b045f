"""The command that draws past visits: report."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.app.assembly import the_airports, the_store, the_watchlist, watchlist_if_any
from flightwatch.app.damaged_rows import left_out
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.question import find_question
from flightwatch.app.report_sections import everything_watched, report_on
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import DatabaseOption, SinceOption, SubjectsOrNoneArgument, UntilOption, WatchlistOption
from flightwatch.cli.output import bar, write_whole
from flightwatch.core import dates
from flightwatch.core.selection import Selection
from flightwatch.errors import DamagedRow, UsageError
from flightwatch.report.material import Material
from flightwatch.report.page import page
from flightwatch.storage.land import load_land


def report(
    subjects: SubjectsOrNoneArgument = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The page to write; an older one is replaced."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole watchlist, with an index.")] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """Past visits to look at: map, timeline and table in one HTML page."""
    if (not subjects) is not everything:
        raise UsageError("name a tail number, an icao24 or an airport, or give --all for the whole watchlist")
    if output is None:
        raise UsageError("name the page to write: -o FILE.html")
    now = datetime.now(UTC)
    begin, end = dates.between(since, until, now)
    watched = watchlist_if_any(watchlist)
    airports = the_airports(watched)
    with the_store(db) as store:
        question = (
            find_question(subjects, watched, store, airports)
            if subjects
            else everything_watched(the_watchlist(watchlist, secrets=False))
        )
        for note in question.notes:
            say(note)
        knowledge = Knowledge(store, watched, airports, now)
        found = report_on(question, knowledge, Selection(begin, end), is_named=bool(subjects))
        damage = left_out(store)
    with bar("drawings", len(found.sections)) as progress:
        material = Material(found.events, airports, load_land, now, found.legs)
        drawn = page(found.title, found.sections, material, progress=progress)
    write_whole(output, drawn)
    if sys.stderr.isatty():
        say(f"wrote {output}")
    if damage is not None:
        raise DamagedRow(damage)
