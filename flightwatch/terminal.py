"""What a person sees on a terminal: panels and tables, drawn with Rich. Everything passed on is plain text, not markup."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from errno import EPIPE
from itertools import chain, repeat
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.style import Style
from rich.table import Table
from rich.text import Text

from flightwatch import alerts
from flightwatch.alerts import Alert
from flightwatch.model import Basis
from flightwatch.past.estimates import is_estimate
from flightwatch.visits import Dwell, Moment, Visit, dwell_so_far

if TYPE_CHECKING:
    from flightwatch.past.archive import Progress
    from flightwatch.status import Group

NAME_WIDTH = 34
"""Columns for names in the morning look; a longer label goes on below."""

_COLOUR = {"landing": "green", "departure": "cyan", "reminder": "yellow", "retraction": "red"}


def panel(alert: Alert) -> Panel:
    """One alert in a frame."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in alerts.facts(alert):
        facts.add_row(name, Text(value))
    for (_, address), name in zip(alerts.links(alert), chain(["look it up"], repeat("")), strict=False):
        facts.add_row(name, Text(address, style=Style(link=address)))
    return Panel(
        facts,
        title=Text(alerts.title(alert), style="bold"),
        title_align="left",
        border_style=_COLOUR[alert.event.type],
        padding=(0, 1),
        expand=False,
    )


def visits_table(title: str, visits: Sequence[Visit], now: datetime) -> RenderableType:
    """Visits, newest first, times in UTC. Wide enough for most at 80 columns; only the place is ever broken."""
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.show_edge = table.pad_edge = False
    for column in ("aircraft", "where", "landed UTC", "left UTC", "on the ground", "known"):
        table.add_column(column, no_wrap=column != "where")
    for visit in visits:
        left = "still\nthere" if visit.is_open else _moment(visit.departure)
        table.add_row(
            Text(alerts.clean(visit.registration or visit.icao24)),
            Text(_where(visit)),
            Text(_moment(visit.arrival)),
            Text(left),
            Text(_stay(dwell_so_far(visit, now))),
            Text(_known(visit)),
        )
    return table


def _where(visit: Visit) -> str:
    if visit.airport is None:
        return f"{visit.latitude:.3f}\n{visit.longitude:.3f}"
    codes = "/".join(filter(None, (visit.airport.iata, visit.airport.icao)))
    return f"{visit.airport.name.removesuffix(' Airport').removesuffix(' International')}\n{codes}"


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if not moment.confidence:
        return "unknown"
    if moment.at is None:
        return f"{moment.latest:%Y-%m-%d}\nby {moment.latest:%H:%M}"
    return f"{moment.at:%Y-%m-%d}\n{'~' if moment.basis == 'inferred' else ''}{moment.at:%H:%M}"


def _stay(dwell: Dwell) -> str:
    """``46 h 39 min``, and its range on a second line where it has one."""
    if dwell.longest is None or dwell.best is None:
        least = f"at least\n{alerts.duration(dwell.shortest)}" if dwell.shortest else "unknown"
        return least if dwell.longest is None else f"{least},\nat most {_short(dwell.longest)}"
    if dwell.longest - dwell.shortest <= alerts.RANGE:
        return alerts.duration(dwell.best)
    return f"{alerts.duration(dwell.best)}\n{_short(dwell.shortest)} to {_short(dwell.longest)}"


def _short(length: timedelta) -> str:
    text = alerts.duration(length)
    return text.removesuffix(" min") if " h " in text else text


def _known(visit: Visit) -> str:
    ends = [visit.arrival, *([visit.departure] if visit.departure else [])]
    inferred = "OpenSky's\nestimate" if is_estimate(visit) else "inferred"
    said = [line for end in ends if end.confidence for line in _basis(end.basis, end.confidence, inferred)]
    return "\n".join(dict.fromkeys(said))


def _basis(basis: Basis, confidence: float, inferred: str) -> tuple[str, ...]:
    return ("observed",) if basis == "observed" else (inferred, alerts.percent(confidence))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave to the caller what it means that nobody reads; Rich would end the program."""
        raise BrokenPipeError(EPIPE, os.strerror(EPIPE))


def console() -> Console:
    """Standard output as Rich sees it; emoji codes and highlighting off, as the text is not ours."""
    return _Console(emoji=False, highlight=False, soft_wrap=False)


def pairs_table(rows: Sequence[tuple[str, str]]) -> RenderableType:
    """Names and what is said of each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    return table


def groups_view(groups: "Sequence[Group]") -> RenderableType:
    """Each group under its title, names in one column."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", max_width=NAME_WIDTH)
    table.add_column()
    for number, group in enumerate(groups):
        if number:
            table.add_row()
        table.add_row(Text(group.title, style="cyan"))
        for name, said in group.rows:
            table.add_row(Text(name), Text(said))
    return table


def refreshed(view: Callable[[], RenderableType], every_s: float) -> None:
    """Draw it again and again in the same place, until Ctrl-C."""
    from rich.live import Live

    with suppress(KeyboardInterrupt), Live(view(), console=console(), auto_refresh=False) as live:
        while True:
            time.sleep(every_s)
            live.update(view(), refresh=True)


@contextmanager
def progress(what: str, total: int) -> "Iterator[Progress]":
    """A bar on standard error that shows how many questions are answered and how long the others may take."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, emoji=False, highlight=False), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, _total: bar.update(task, completed=done)
