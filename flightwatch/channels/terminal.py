"""What a person sees on a terminal: panels and tables, drawn with Rich. All text is passed on as plain text, not as markup."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from errno import EPIPE
from itertools import chain, repeat
from textwrap import wrap
from typing import TYPE_CHECKING, TypedDict

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

from flightwatch.core.airports import Airports
from flightwatch.core.model import EventType
from flightwatch.core.visits import Moment, Visit
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import TRACKS_GO, facts, links
from flightwatch.wording.phrases import NOT_KNOWN, clean
from flightwatch.wording.sentence import headline, sentence
from flightwatch.wording.stays import how_ends_are_known, visit_stay
from flightwatch.wording.whereabouts import brief_name, codes, coordinates, place_name

if TYPE_CHECKING:
    from flightwatch.core.progress import Progress

COLUMNS = ("aircraft", PLACE := "where", "landed UTC", "left UTC", "on the ground", "known")
"""Columns of the table of visits."""

PLACE_WIDTH = 11
"""Least width of a place's name in the table: words longer than Vladivostok are rare in names."""

GAP = 2
"""Blanks between columns, and between phrases on one line where there is no room for the table."""

INDENT = 2
"""Columns by which the lines of a visit after its first are set in, where there is no room for the table."""

STAY_WIDTH = 19
"""Greatest width of the length of a stay: ``between 46 h 30 min`` has 19 columns."""

KNOWN_WIDTH = 11
"""Greatest width of how a visit is known where there is little room: ``by OpenSky,`` has 11 columns."""

_WITHIN_QUANTITY = re.compile(r"(?<=\d) (?=(?:h|min)\b|%)|(?<= h) (?=\d)|(?<=%) (?=sure)")

INFERRED = "~ is estimated; of what is 90 % sure, about 90 in 100 should prove right."
"""Line under visits of which an end was inferred."""

_COLOUR: Mapping[EventType, str] = {
    "landing": "green",
    "departure": "cyan",
    "reminder": "yellow",
    "retraction": "red",
    "airborne": "cyan",
    "lost": "yellow",
    "approaching": "green",
    "diverted": "yellow",
    "emergency": "red",
    "entered": "blue",
    "left": "blue",
}


def panel(alert: Alert) -> Panel:
    """Draw one alert in a frame: its sentence, and under it everything known."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts(alert):
        table.add_row(name, Text(value))
    for (_, address), name in zip(links(alert), chain(["look it up"], repeat("")), strict=False):
        table.add_row(name, Text(address, style=Style(link=address)))
    table.add_row("", Text(TRACKS_GO, style="dim"))
    return Panel(
        Group(Text(sentence(alert)), "", table),
        title=Text(headline(alert), style="bold"),
        title_align="left",
        border_style=_COLOUR[alert.event.type],
        padding=(0, 1),
        expand=False,
    )


def visits_table(title: str, visits: Sequence[Visit], airports: Airports, now: datetime) -> RenderableType:
    """Draw visits, newest first, times in UTC: a table where there is room, as mostly at 80 columns, else some lines a visit.

    Only the names of places are ever broken. Without visits only the title is drawn.
    """
    return _Visits(title, visits, airports, now)


class _Visits:
    """Visits in the form that there is room for, which only the console knows."""

    def __init__(self, title: str, visits: Sequence[Visit], airports: Airports, now: datetime) -> None:
        self._title, self._visits, self._airports, self._now = title, visits, airports, now

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Draw them."""
        forms = ([self._cells(visit, is_wide=is_wide) for visit in self._visits] for is_wide in (True, False))
        rows = next((rows for rows in forms if rows and _least_width(rows) <= options.max_width), None)
        if rows is not None:
            yield _as_table(self._title, rows)
        else:
            yield Text(self._title, style="bold")
            yield from self._stacked(options.max_width)
        if any(end.basis == "inferred" and end.is_known for visit in self._visits for end in visit.ends):
            yield Text(INFERRED, style="dim")

    def _cells(self, visit: Visit, *, is_wide: bool) -> list[str]:
        """A row of the table; the lines under a place's name, its codes, are kept whole like the other cells."""
        return [
            _aircraft(visit),
            "\n".join(_where(visit, self._airports)),
            _moment(visit.arrival),
            "still\nthere" if visit.is_open else _moment(visit.departure),
            "\n".join(self._column(visit)),
            "\n".join(_known(visit) if is_wide else _known_in_brief(visit)),
        ]

    def _stacked(self, width: int) -> RenderResult:
        for visit in self._visits:
            name = [_aircraft(visit), *_where(visit, self._airports)]
            yield Text("\n".join(_filled(name, width)), overflow="fold")
            stay = visit_stay(visit, self._now, looked_at=self._now)
            for said in (_times(visit), [f"stay {stay.in_brief}", *filter(None, [stay.bounds]), *_known(visit)]):
                lines = Text("\n".join(_filled(said, width - INDENT)), overflow="fold")
                yield Padding(lines, (0, 0, 0, INDENT))

    def _column(self, visit: Visit) -> list[str]:
        """The length of a visit, and its bounds where it has some."""
        stay = visit_stay(visit, self._now, looked_at=self._now)
        return [*_broken(stay.in_brief, STAY_WIDTH), *filter(None, [stay.column])]


def _least_width(rows: Sequence[Sequence[str]]) -> int:
    """Give the width of the table when the places' names are broken as far as they may be."""
    width = GAP * (len(COLUMNS) - 1)
    for name, *cells in zip(COLUMNS, *rows, strict=True):
        lines = [line for cell in cells for line in (cell.split("\n")[1:] if name == PLACE else cell.split("\n"))]
        width += max(PLACE_WIDTH if name == PLACE else 0, *map(cell_len, [name, *lines]))
    return width


def _as_table(title: str, rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.show_edge = table.pad_edge = False
    for column in COLUMNS:
        table.add_column(column, no_wrap=column != PLACE, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _times(visit: Visit) -> list[str]:
    """When a visit began and ended, in words that need no column's name."""
    came = _said("landed" if visit.arrival.at else "there", visit.arrival)
    if (left := visit.departure) is None:
        return [came, "still there"]
    return [came, _said("left", left) if left.is_known else f"departure {NOT_KNOWN}"]


def _said(what: str, end: Moment) -> str:
    """Tell when an end was: ``left 2023-09-28 ~00:31 UTC``; ``there by 2023-09-26 01:52 UTC``."""
    return f"{what} {_moment(end)} UTC" if end.at else f"{what} by {end.latest:%Y-%m-%d %H:%M} UTC"


def _filled(phrases: Iterable[str], width: int) -> list[str]:
    """Fill lines with phrases, as many in each as fit; no phrase is broken."""
    lines = [""]
    for phrase in (phrase.replace("\n", " ") for phrase in phrases):
        joined = f"{lines[-1]}{' ' * GAP}{phrase}" if lines[-1] else phrase
        if cell_len(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(phrase)
    return lines


def _aircraft(visit: Visit) -> str:
    return clean(visit.registration or visit.icao24)


def _where(visit: Visit, airports: Airports) -> list[str]:
    """The place's name, if it has one, and its codes, or its position."""
    if visit.airport is not None:
        field = airports.find(visit.airport.icao) or visit.airport
        return [brief_name(field), codes(field)]
    name, position = place_name(visit, airports), coordinates(visit.latitude, visit.longitude)
    return [*([name] if name != position else []), position.replace(" ", "\n")]


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if not moment.is_known:
        return NOT_KNOWN.replace(" ", "\n")
    if moment.at is None:
        return f"{moment.latest:%Y-%m-%d}\nby {moment.latest:%H:%M}"
    return f"{moment.at:%Y-%m-%d}\n{'~' if moment.basis == 'inferred' else ''}{moment.at:%H:%M}"


def _broken(said: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns; quantities are kept whole."""
    lines = wrap(
        _WITHIN_QUANTITY.sub("\N{NO-BREAK SPACE}", said), width, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _known(visit: Visit) -> list[str]:
    """How each end is known, once where both are known alike: ``landing observed``, ``departure inferred, 93 % sure``."""
    known = how_ends_are_known(visit)
    hows = _hows(known)
    return hows if len(hows) == 1 else [*known.values()]


def _known_in_brief(visit: Visit) -> list[str]:
    """The same in a narrow column, where an end that is known otherwise than the landing stands under ``left:``."""
    lines = [_broken(how, KNOWN_WIDTH) for how in _hows(how_ends_are_known(visit))]
    return [*chain(*lines[:1]), *chain(*(["left:", *how] for how in lines[1:]))]


def _hows(known: Mapping[str, str]) -> list[str]:
    """The different ways in which ends are known, without saying which end."""
    return list(dict.fromkeys(how.removeprefix(f"{end} ") for end, how in known.items()))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Raise where nobody reads any more, for the caller to decide; Rich would end the program."""
        raise BrokenPipeError(EPIPE, os.strerror(EPIPE))


def console() -> Console:
    """Give standard output as Rich sees it, without emoji codes and highlighting, as the text is not ours."""
    # Where standard output is no terminal Rich would take the width of the one that standard input is.
    width = None if sys.stdout.isatty() else shutil.get_terminal_size().columns
    return _Console(emoji=False, highlight=False, soft_wrap=False, width=width)


class _OnStderr(TypedDict):
    console: Console
    redirect_stdout: bool
    transient: bool


def _on_stderr() -> _OnStderr:
    """How a bar is drawn on standard error. What is printed meanwhile stands above it, or goes where standard output goes."""
    console = Console(stderr=True, emoji=False, highlight=False)
    return {"console": console, "redirect_stdout": sys.stdout.isatty(), "transient": True}


@contextmanager
def progress(what: str, total: int) -> "Iterator[Progress]":
    """Show a bar on standard error: how many questions are answered, and how long the others may take."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, **_on_stderr()) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, _total: bar.update(task, completed=done)


@contextmanager
def downloads() -> "Iterator[Callable[[str], Progress]]":
    """Show a bar on standard error for each file that comes: how much of it is there, and how long the rest may take."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, **_on_stderr()) as bar:

        def begun(name: str) -> "Callable[[int, int], None]":
            task = bar.add_task(name, total=None)
            return lambda come, whole: bar.update(task, completed=come, total=whole or None)

        yield begun


@contextmanager
def shares() -> "Iterator[Callable[[str, int, int], None]]":
    """Show a bar on standard error for one thing after another: how much is done, how fast, how long the rest may take."""
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (
        *(TextColumn("{task.fields[done]}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %")),
        *(TextColumn("{task.fields[rate]}"), TimeRemainingColumn()),
    )
    with Progress(*columns, **_on_stderr()) as bar:
        tasks: dict[str, TaskID] = {}

        def moved(what: str, done: int, whole: int) -> None:
            if what not in tasks:
                for before in tasks.values():
                    bar.update(before, visible=False)
                tasks[what] = bar.add_task("", total=whole, completed=done, done="", rate="")
            bar.update(tasks[what], completed=done, total=whole)
            speed = next(task.speed for task in bar.tasks if task.id == tasks[what])
            rate = "" if speed is None else f"{speed:,.0f} a second"
            bar.update(tasks[what], done=f"{done:,} of {whole:,} {what}", rate=rate)

        yield moved
