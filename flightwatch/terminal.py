"""What a person sees on a terminal: panels and tables, drawn with Rich. Everything passed on is plain text, not markup."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from flightwatch import alerts
from flightwatch.airports import Airports
from flightwatch.alerts import Alert
from flightwatch.model import Basis
from flightwatch.visits import Moment, Visit, dwell_so_far

_COLOUR = {"landing": "green", "departure": "cyan", "retraction": "red"}


def panel(alert: Alert) -> Panel:
    """One alert in a frame."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    for name, value in _facts(alert):
        facts.add_row(name, Text(value))
    return Panel(
        facts,
        title=Text(alerts.headline(alert), style="bold"),
        title_align="left",
        border_style=_COLOUR[alert.event.type],
        padding=(0, 1),
        expand=False,
    )


def _facts(alert: Alert) -> Iterable[tuple[str, str]]:
    yield "when", alerts.when(alert)
    yield "known", alerts.how_known(alert.event)
    if (stayed := alerts.stay(alert.event)) is not None:
        yield "stayed", stayed
    if alert.event.callsign:
        yield "callsign", alerts.clean(alert.event.callsign)
    yield "icao24", alert.event.icao24


def visits_table(title: str, visits: Sequence[Visit], airports: Airports, now: datetime) -> RenderableType:
    """Visits, newest first, with times in UTC and at the airport."""
    table = Table(title=Text(title), title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for column in ("aircraft", "where", "landed (UTC)", "left (UTC)", "on the ground", "known"):
        table.add_column(column)
    for visit in visits:
        left = "still there" if visit.is_open else _moment(visit.departure)
        table.add_row(
            Text(alerts.clean(visit.registration or visit.icao24)),
            Text(_where(visit, airports)),
            Text(_moment(visit.arrival)),
            Text(left),
            Text(alerts.dwell_text(dwell_so_far(visit, now))),
            Text(_known(visit)),
        )
    return table


def _where(visit: Visit, airports: Airports) -> str:
    if visit.airport is None:
        return f"{visit.latitude:.3f}, {visit.longitude:.3f}"
    airport = airports.find(visit.airport.icao)
    codes = "/".join(filter(None, (visit.airport.iata, visit.airport.icao)))
    return f"{(airport and airport.city) or visit.airport.name} {codes}"


def _moment(moment: Moment | None) -> str:
    if moment is None:
        return ""
    if moment.at is None:
        return f"before {moment.latest:%Y-%m-%d %H:%M}"
    return f"{'~' if moment.basis == 'inferred' else ''}{moment.at:%Y-%m-%d %H:%M}"


def _known(visit: Visit) -> str:
    ends = [visit.arrival, *([visit.departure] if visit.departure else [])]
    return " / ".join(_basis(end.basis, end.confidence) for end in ends)


def _basis(basis: Basis, confidence: float) -> str:
    return "observed" if basis == "observed" else f"inferred {min(confidence, alerts.NEVER_SAY_CERTAIN):.0%}"


def console() -> Console:
    """Standard output as Rich sees it; emoji codes and highlighting off, as the text is not ours."""
    return Console(emoji=False, highlight=False, soft_wrap=False)


def pairs_table(rows: Sequence[tuple[str, str]]) -> RenderableType:
    """Names and what is said of each."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    return table
