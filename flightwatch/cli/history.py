"""The command that lists past visits: history."""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import msgspec
import typer

from flightwatch.app.assembly import (
    the_airports,
    the_flights,
    the_store,
    the_store_to_fill,
    watchlist_if_any,
)
from flightwatch.app.clock import utc_now
from flightwatch.app.damaged_rows import answering
from flightwatch.app.history import reasons
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.past_inquiry import Failures, PastSources, ask_past, confirm_past, together
from flightwatch.app.past_visits import (
    DAYS_ASKED,
    MOST_LISTED,
    Wish,
    closing_line,
    contradicted_line,
    credit_lines,
    find,
    time_meant,
    unplaced_line,
)
from flightwatch.app.question import Question, find_question
from flightwatch.app.question_history import each_known, watch_times_of
from flightwatch.app.topic import airport_of
from flightwatch.app.trace_inquiry import adsb_lol
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import (
    AtOption,
    DatabaseOption,
    MapOption,
    SinceOption,
    SubjectsArgument,
    UntilOption,
    VisitFormat,
    WatchlistOption,
)
from flightwatch.cli.output import bar, print_lines
from flightwatch.core.selection import Selection
from flightwatch.core.visits import Visit
from flightwatch.errors import UsageError
from flightwatch.watchlist.model import Watchlist

MOST_DAYS = 36_500
"""Most days that may be asked for: a hundred years, before which hardly anything flew."""


DaysOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=MOST_DAYS,
        metavar="N",
        help=f"The last N days, to --until; {DAYS_ASKED} are asked about where none is recorded.",
    ),
]


class Asked(StrEnum):
    """Who is asked."""

    both = "both"
    opensky = "opensky"
    adsb_lol = "adsb.lol"


AskOption = Annotated[
    Asked, typer.Option(help="Who is asked: OpenSky for flights (credits), adsb.lol for traces (free, 45 days).")
]


ConfirmOption = Annotated[
    bool, typer.Option("--confirm", help="Look inferred landings up in adsb.lol's traces, and correct them.")
]


class YesNo(StrEnum):
    """The answer to a question that has only two."""

    yes = "yes"
    no = "no"


def history(
    subjects: SubjectsArgument,
    at: AtOption = None,
    days: DaysOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    inferred: Annotated[YesNo, typer.Option(help="Whether to list visits whose landing nobody saw.")] = YesNo.yes,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the newest N.")] = None,
    summary: Annotated[bool, typer.Option("--summary", help="Count them instead: by month, by tail, …")] = False,
    ask: AskOption = Asked.both,
    confirm: ConfirmOption = False,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nobody.")] = False,
    with_map: MapOption = False,
    form: Annotated[VisitFormat, typer.Option("--format")] = VisitFormat.table,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """Past visits of aircraft, or to airports, newest first."""
    if summary:
        _refuse_with_summary(form, limit)
    if with_map and (summary or form is not VisitFormat.table):
        raise UsageError("--map is drawn above the table of visits: leave out --summary and --format")
    now = utc_now().replace(microsecond=0)
    begin, end = time_meant(since, until, days, now)
    airports = the_airports(watched := watchlist_if_any(watchlist))
    which = Selection(begin, end, inferred=inferred is YesNo.yes, limit=limit)
    there = airport_of(at, "--at", airports, say)
    wish = Wish(
        which, there, is_summary=summary, is_offline=offline, confirms=confirm, asks=ask.value, has_map=with_map
    )

    def is_worth_a_new_one() -> bool:
        return not offline and find_question(subjects, watched, None, airports).is_about_aircraft

    if confirm and offline:
        raise UsageError("--confirm asks adsb.lol, and --offline nobody: leave one of them out")
    the_one = the_store(db) if offline else the_store_to_fill(db, make_if=is_worth_a_new_one)
    with the_one as store, answering(store):
        routes = partial(watchlist_if_any, watchlist, routes=True)
        _answer(subjects, wish, Knowledge(store, watched, airports, now), form, routes)


def _refuse_with_summary(form: VisitFormat, limit: int | None) -> None:
    if form not in (VisitFormat.table, VisitFormat.json):
        raise UsageError(f"--summary cannot be {form}: choose --format table or json")
    if limit is not None:
        raise UsageError("--summary counts all there is: leave out --limit")


def _answer(
    subjects: Sequence[str],
    wish: Wish,
    knowledge: Knowledge,
    form: VisitFormat,
    routes: Callable[[], Watchlist | None],
) -> None:
    """Ask what is not known, print what is, and raise what went wrong with asking."""
    question = find_question(subjects, knowledge.watchlist, knowledge.store, knowledge.airports)
    for note in question.notes:
        say(note)
    sources = PastSources(lambda: the_flights(knowledge.watchlist), adsb_lol)
    failures = ask_past(question, wish, knowledge, sources, say, bar=bar)
    if wish.confirms:
        failures = {**failures, **confirm_past(question, wish, knowledge, sources, say, bar=bar, routes=routes)}
    unplaced = _print(question, wish, knowledge, form, failures)
    for line in (unplaced_line(wish, unplaced), contradicted_line(question, knowledge)):
        if line is not None:
            say(line)
    if failures:
        raise together(failures)


def _print(
    question: Question, wish: Wish, knowledge: Knowledge, form: VisitFormat, failures: Failures
) -> tuple[datetime, ...]:
    """Print the answer; return when an aircraft stood nobody knows where."""
    if form is not VisitFormat.table and not wish.is_summary:
        from flightwatch.cli.visit_formats import rendered

        past = each_known(question, knowledge, wish.which, at=wish.at)
        for part in rendered(past.visits, form, knowledge):
            typer.echo(part, nl=False)
        for credit in knowledge.credits if form is not VisitFormat.geojson else ():  # which has them itself
            say(f"where you publish this, name {credit.line}")
        return past.unplaced
    watch_times, title = watch_times_of(question, knowledge, at=wish.at), f"{question.text}: visits"
    say_how_far = partial(closing_line, question, wish, knowledge, failures=failures)
    if wish.is_summary:
        from flightwatch.app.visit_counts import count_visits
        from flightwatch.export.summary_text import as_lines

        counts = count_visits(question, wish, knowledge, watch_times)
        if form is VisitFormat.json:
            typer.echo(msgspec.json.encode(counts.summary))
            return counts.unplaced
        print_lines([title, *as_lines(counts.summary, shutil.get_terminal_size().columns, knowledge.airports)])
        print_lines([say_how_far(counts.counted, watch_times)])
        print_lines(credit_lines(counts.counted))
        return counts.unplaced
    found = find(question, wish, knowledge)
    if wish.has_map and found.visits:
        from flightwatch.cli.map_screen import print_visits_map

        print_visits_map(found.visits, knowledge)
    _print_visits(title, found.visits, knowledge)
    print_lines(reasons(found.visits, knowledge.store, knowledge.airports))
    print_lines([say_how_far(found.counted, watch_times, is_all=found.is_all)])
    print_lines(credit_lines(found.counted))
    if found.counted.told == MOST_LISTED < found.counted.every:
        print_lines([f"a table lists at most {MOST_LISTED:,}: --format csv lists all, --summary counts them"])
    return found.unplaced


def _print_visits(title: str, visits: Sequence[Visit], knowledge: Knowledge) -> None:
    from flightwatch.channels.terminal import console, visits_table

    console().print(visits_table(title, visits, knowledge.airports, knowledge.now))
