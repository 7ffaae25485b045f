"""The commands about what was: history and report. What a command needs is imported when it runs."""

import shutil
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flightwatch.app.assembly import the_airports, the_flights, the_store, the_watchlist, watchlist_if_any
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import (
    AtOption,
    DatabaseOption,
    SinceOption,
    SubjectsArgument,
    SubjectsOrNoneArgument,
    UntilOption,
    WatchlistOption,
)
from flightwatch.cli.output import print_lines, write_whole
from flightwatch.errors import SourceError, UsageError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flightwatch.app.question import Question
    from flightwatch.core.airports import Airports
    from flightwatch.core.visits import Visit
    from flightwatch.export.summary import Summary
    from flightwatch.storage.flights import Progress
    from flightwatch.storage.store import Store
    from flightwatch.watchlist.model import Watchlist

DAYS_ASKED = 7
"""Days that OpenSky is asked about an aircraft of which no visit is recorded."""

MOST_DAYS = 36_500
"""Most days that may be asked for: a hundred years, before which hardly anything flew."""


class VisitFormat(StrEnum):
    """How visits are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"
    geojson = "geojson"
    ics = "ics"


class YesNo(StrEnum):
    """Whether."""

    yes = "yes"
    no = "no"


def history(
    subjects: SubjectsArgument,
    at: AtOption = None,
    days: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MOST_DAYS,
            metavar="N",
            help=f"The last N days, to --until; {DAYS_ASKED} are asked about where none is recorded.",
        ),
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    inferred: Annotated[YesNo, typer.Option(help="Whether to list visits whose landing nobody saw.")] = YesNo.yes,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the newest N.")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count them instead: by month, by tail, …")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask OpenSky nothing.")] = False,
    form: Annotated[VisitFormat, typer.Option("--format")] = VisitFormat.table,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """Past visits of aircraft, or to airports, newest first."""
    from flightwatch.app import answers
    from flightwatch.app.history import reasons
    from flightwatch.app.question import find_question
    from flightwatch.app.subject import airport_of
    from flightwatch.core import dates
    from flightwatch.core.selection import ALL, Selection, selected
    from flightwatch.export.summary import summarise
    from flightwatch.wording.phrases import counted
    from flightwatch.wording.selected import count_line
    from flightwatch.wording.whereabouts import by_known_names

    if summary and form not in (VisitFormat.table, VisitFormat.json):
        raise UsageError(f"--summary cannot be {form}: choose --format table or json")
    if summary and limit is not None:
        raise UsageError("--summary counts all there is: leave out --limit")
    if days is not None and since is not None:
        raise UsageError("--days and --since both say where to begin: give one of them")
    now = datetime.now(UTC).replace(microsecond=0)
    begin, end = dates.between(since, until, now, days)
    airports, watched = the_airports(), watchlist_if_any(watchlist)
    there = airport_of(at, "--at", airports, say)

    def is_worth_a_new_one() -> bool:
        return not offline and find_question(subjects, watched, None, airports).is_about_aircraft

    with the_store(db, make_if=is_worth_a_new_one) as store:
        asked = find_question(subjects, watched, store, airports)
        for note in asked.notes:
            say(note)
        failure = None if offline else _inquire(asked, begin, end, watched, airports, store)
        which = Selection(begin, end, inferred=inferred is YesNo.yes, limit=limit)
        # Not all that a busy airport has seen; else what is left out is counted too, and a summary compares with times before.
        is_all = limit is None or len(asked.subjects) > 1 or bool(asked.subjects[0].icao24s)
        wanted = ALL if summary else Selection(begin, end)
        if not is_all and limit is not None:
            wanted = Selection(begin, end, inferred=which.inferred, limit=limit + 1)
        found = answers.known(asked, store, watched, airports, now, wanted, at=there)
        visits = selected(found.visits, which)
        if form is VisitFormat.table or summary:
            extent = answers.extent_of(asked, store, watched, now, at=there)
            context = answers.context_line(asked, visits, extent, store, now, which)
        if summary:
            days_asked = answers.asked_days(asked, store)
            every = by_known_names(found.visits, airports)
            _print_summary(
                asked,
                summarise(
                    every, extent, now, which, asked_days=days_asked, watched=watched.watched if watched else None
                ),
                form,
            )
        elif form is VisitFormat.table:
            _print_visits(f"{asked.text}: visits", by_known_names(visits, airports), now)
            print_lines(reasons(visits, store, airports))
        else:
            told = by_known_names(visits, airports) if form is VisitFormat.ics else visits
            typer.echo(_rendered(told, form, store, watched, now), nl=False)
    if form is VisitFormat.table:
        more = " (--days 90 asks for more)" if asked.is_about_aircraft and begin is None and not offline else ""
        print_lines([f"{count_line(found.visits, which, is_all=is_all)}; {context}{more}"])
    unplaced = sum((begin is None or begin <= stay) and (end is None or stay < end) for stay in found.unplaced)
    if unplaced:
        say(f"OpenSky knows {counted(unplaced, 'more stay')} on the ground, but not where")
    if failure is not None:
        raise failure


def _inquire(
    asked: "Question",
    begin: datetime | None,
    end: datetime | None,
    watched: "Watchlist | None",
    airports: "Airports",
    store: "Store",
) -> SourceError | None:
    """Ask OpenSky for what was not watched; what went wrong, which is told when what is known was shown."""
    from flightwatch.app.answers import unwatched_spans
    from flightwatch.app.inquiry import inquire
    from flightwatch.app.poll import utc_now

    now = utc_now()
    end = min(end or now, now)
    spans = unwatched_spans(asked, begin, end, end - timedelta(days=DAYS_ASKED), store, now)
    if not spans:
        return None
    try:
        inquire(store, lambda: the_flights(watched), spans, airports, utc_now, say, _bar)
    except SourceError as error:
        return error
    except KeyboardInterrupt:
        say("interrupted: what was answered is kept, ask again to go on")
        raise
    return None


def _bar(what: str, total: int) -> "AbstractContextManager[Progress]":
    if not sys.stderr.isatty():
        return nullcontext(lambda _done, _total: None)
    from flightwatch.channels.terminal import progress

    return progress(what, total)


def _print_visits(title: str, visits: "list[Visit]", now: datetime) -> None:
    from flightwatch.channels.terminal import console, visits_table

    console().print(visits_table(title, visits, now))


def _print_summary(asked: "Question", counted: "Summary", form: VisitFormat) -> None:
    from flightwatch.export.summary_text import as_lines

    if form is VisitFormat.json:
        import msgspec

        typer.echo(msgspec.json.encode(counted))
        return
    print_lines([f"{asked.text}: visits", *as_lines(counted, shutil.get_terminal_size().columns)])


def _rendered(
    visits: "list[Visit]", form: VisitFormat, store: "Store", watched: "Watchlist | None", now: datetime
) -> str | bytes:
    from flightwatch.app.history import events_of
    from flightwatch.export import rows

    match form:
        case VisitFormat.geojson:
            from flightwatch.export.geojson import as_geojson

            return as_geojson(visits, events_of(visits, store), now)
        case VisitFormat.ics:
            from flightwatch.export.ics import as_ics

            listed = watched.aircraft if watched else ()
            return as_ics(visits, now, {a.icao24: a.label for a in listed if a.label})
    render = {VisitFormat.json: rows.as_json, VisitFormat.jsonl: rows.as_jsonl, VisitFormat.csv: rows.as_csv}
    return render[form](rows.row(visit, now) for visit in visits)


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
    from flightwatch.app import answers
    from flightwatch.app.history import events_of
    from flightwatch.app.question import Question, find_question
    from flightwatch.app.subject import subjects_of
    from flightwatch.core import dates
    from flightwatch.core.selection import Selection
    from flightwatch.report.figures import Material
    from flightwatch.report.page import page
    from flightwatch.storage.land import load_land

    if (not subjects) is not everything:
        raise UsageError("name a tail number, an icao24 or an airport, or give --all for the whole watchlist")
    if output is None:
        raise UsageError("name the page to write: -o FILE.html")
    now = datetime.now(UTC)
    begin, end = dates.between(since, until, now)
    airports, watched = the_airports(), watchlist_if_any(watchlist)
    with the_store(db) as store:
        asked = (
            find_question(subjects, watched, store, airports)
            if subjects
            else Question("Watchlist", tuple(subjects_of(the_watchlist(watchlist, secrets=False))))
        )
        for note in asked.notes:
            say(note)
        which = Selection(begin, end)
        sections = [answers.section(each, store, watched, airports, now, which) for each in asked.subjects]
        events = events_of([visit for section in sections for visit in section.visits], store)
    title = sections[0].title if subjects and len(sections) == 1 else asked.text
    with _bar("drawings", len(sections)) as progress:
        drawn = page(title, sections, Material(events, airports, load_land, now), progress=progress)
    write_whole(output, drawn)
    if sys.stderr.isatty():
        say(f"wrote {output}")
