"""The command that lists past visits: history."""

import shutil
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
import typer

from flightwatch.app import answers
from flightwatch.app.answers import unwatched_spans
from flightwatch.app.assembly import the_airports, the_flights, the_store, watchlist_if_any
from flightwatch.app.clock import utc_now
from flightwatch.app.history import events_of, reasons
from flightwatch.app.inquiry import inquire
from flightwatch.app.question import Question, find_question
from flightwatch.app.subject import airport_of
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import (
    AtOption,
    DatabaseOption,
    SinceOption,
    SubjectsArgument,
    UntilOption,
    WatchlistOption,
)
from flightwatch.cli.output import bar, print_lines
from flightwatch.core import dates
from flightwatch.core.airports import Airports
from flightwatch.core.selection import ALL, Selection, selected
from flightwatch.core.visits import Visit
from flightwatch.errors import SourceError, UsageError
from flightwatch.export import rows
from flightwatch.export.geojson import as_geojson
from flightwatch.export.ics import as_ics
from flightwatch.export.summary import Summary, summarise
from flightwatch.export.summary_text import as_lines
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import counted
from flightwatch.wording.selected import count_line
from flightwatch.wording.whereabouts import by_known_names

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
            watch_times = answers.watch_times_of(asked, store, watched, now, at=there)
            context = answers.context_line(asked, visits, watch_times, store, now, which)
        if summary:
            days_asked = answers.asked_days(asked, store)
            every = by_known_names(found.visits, airports)
            _print_summary(
                asked,
                summarise(
                    every, watch_times, now, which, asked_days=days_asked, watched=watched.watched if watched else None
                ),
                airports,
                form,
            )
        elif form is VisitFormat.table:
            _print_visits(f"{asked.text}: visits", visits, airports, now)
            print_lines(reasons(visits, store, airports))
        else:
            typer.echo(_rendered(visits, form, store, watched, airports, now=now), nl=False)
    if form is VisitFormat.table:
        more = " (--days 90 asks for more)" if asked.is_about_aircraft and begin is None and not offline else ""
        print_lines([f"{count_line(found.visits, which, is_all=is_all)}; {context}{more}"])
    unplaced = sum((begin is None or begin <= stay) and (end is None or stay < end) for stay in found.unplaced)
    if unplaced:
        say(f"OpenSky knows {counted(unplaced, 'more stay')} on the ground, but not where")
    if failure is not None:
        raise failure


def _inquire(
    asked: Question,
    begin: datetime | None,
    end: datetime | None,
    watched: Watchlist | None,
    airports: Airports,
    store: Store,
) -> SourceError | None:
    """Ask OpenSky for what was not watched; what went wrong, which is told when what is known was shown."""
    now = utc_now()
    end = min(end or now, now)
    spans = unwatched_spans(asked, begin, end, end - timedelta(days=DAYS_ASKED), store, now)
    if not spans:
        return None
    try:
        inquire(store, lambda: the_flights(watched), spans, airports, utc_now, say, bar)
    except SourceError as error:
        return error
    except KeyboardInterrupt:
        say("interrupted: what was answered is kept, ask again to go on")
        raise
    return None


def _print_visits(title: str, visits: list[Visit], airports: Airports, now: datetime) -> None:
    from flightwatch.channels.terminal import console, visits_table

    console().print(visits_table(title, visits, airports, now))


def _print_summary(asked: Question, counted: Summary, airports: Airports, form: VisitFormat) -> None:
    if form is VisitFormat.json:
        typer.echo(msgspec.json.encode(counted))
        return
    print_lines([f"{asked.text}: visits", *as_lines(counted, shutil.get_terminal_size().columns, airports)])


def _rendered(
    visits: list[Visit],
    form: VisitFormat,
    store: Store,
    watched: Watchlist | None,
    airports: Airports,
    *,
    now: datetime,
) -> str | bytes:
    match form:
        case VisitFormat.geojson:
            return as_geojson(visits, events_of(visits, store), now)
        case VisitFormat.ics:
            listed = watched.aircraft if watched else ()
            return as_ics(visits, now, airports, {a.icao24: a.label for a in listed if a.label})
    render = {VisitFormat.json: rows.as_json, VisitFormat.jsonl: rows.as_jsonl, VisitFormat.csv: rows.as_csv}
    return render[form](rows.row(visit, now) for visit in visits)
