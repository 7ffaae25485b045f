"""The tables of a report: the visits, a row each, and the index. On a phone a row is a card.

Style sheets take a table its meaning along with its shape, so every part names its role, and every cell its column.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from flightwatch.airports import Airports
from flightwatch.model import Airport, Event
from flightwatch.past.estimates import is_estimate
from flightwatch.tracking.events import identity
from flightwatch.visits import Dwell, Moment, Visit, dwell_so_far
from flightwatch.words.phrases import clean, duration, dwell_in_brief, dwell_text, percent, short
from flightwatch.words.reasons import reason
from flightwatch.words.whereabouts import came_from, codes, nickname, place

COLUMNS: Final = ("landed (UTC)", "left (UTC)", "on the ground", "aircraft", "where", "how it is known")


def text(words: str) -> str:
    """Words from anywhere as markup that says just these words."""
    return escape(clean(words))


def visits_table(visits: Sequence[Visit], events: Mapping[str, Event], airports: Airports, now: datetime) -> str:
    """The visits, newest first; ``events`` are their landings and departures by id, as far as they are known."""
    caption = "Visits, newest first. Times are UTC; local time is that of the airport."
    return _table("visits", caption, COLUMNS, (_cells(visit, events, airports, now) for visit in visits))


def index(subjects: Sequence[tuple[str, Sequence[Visit]]]) -> str:
    """Each subject with its visits, newest first, and a link to ``#s1``, ``#s2`` and so on."""
    rows = (
        (f'<a href="#s{number}">{text(title)}</a>', str(len(visits)), _latest(visits))
        for number, (title, visits) in enumerate(subjects, 1)
    )
    return _table("index", "Subjects of this report", ("subject", "visits", "latest landing (UTC)"), rows)


def time(at: datetime) -> str:
    """An instant as ``2023-09-26 01:52``."""
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%Y-%m-%d %H:%M}</time>'


def _table(name: str, caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(f'<tr role="row">{_row(columns, cells)}</tr>\n' for cells in rows)
    return (
        f'<table class="{name}" role="table">\n<caption>{escape(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
    )


def _row(columns: Sequence[str], cells: Sequence[str]) -> str:
    (head, first), *others = zip(columns, cells, strict=True)
    return f'<th role="rowheader" scope="row" data-name="{head}"><div>{first}</div></th>' + "".join(
        f'<td role="cell" data-name="{name}"><div>{cell}</div></td>' for name, cell in others
    )


def _latest(visits: Sequence[Visit]) -> str:
    if not visits:
        return "none recorded"
    newest = visits[0]
    where = nickname(newest.airport) if newest.airport else "no airport named"
    still = ", still there" if newest.is_open else ""
    return f"{time(newest.arrival.at or newest.arrival.latest)}<small>{text(where)}{still}</small>"


def _cells(visit: Visit, events: Mapping[str, Event], airports: Airports, now: datetime) -> tuple[str, ...]:
    airport = airports.find(visit.airport.icao) if visit.airport else None
    landing, departure = events.get(visit.landing or ""), events.get(identity("departure", visit.id))
    how = "estimated by OpenSky" if is_estimate(visit) else "inferred"
    return (
        _moment(visit.arrival, airport),
        "still there" if visit.departure is None else _moment(visit.departure, airport),
        _stayed(dwell_so_far(visit, now)),
        _aircraft(visit),
        _where(visit, airport, landing),
        _known("landing", visit.arrival, landing, airport, how)
        + _known("departure", visit.departure, departure, airport, how),
    )


def _moment(moment: Moment, airport: Airport | None) -> str:
    """The best estimate, local time where there is an airport, and the bounds of what was not seen."""
    if not moment.confidence:
        return "unknown"
    if moment.at is None:
        return f"{time(moment.latest)}<small>or earlier</small>"
    said = time(moment.at)
    if airport is not None:
        local = moment.at.astimezone(ZoneInfo(airport.time_zone))
        said += f"<small>{local:%H:%M} local{'' if local.date() == moment.at.date() else f', {local:%Y-%m-%d}'}</small>"
    if moment.basis == "inferred":
        since = f"from {_bound(moment.earliest, moment.at)} " if moment.earliest else ""
        said += f"<small>{since}to {_bound(moment.latest, moment.at)}</small>"
    return said


def _bound(at: datetime, beside: datetime) -> str:
    return f"{at:%H:%M}" if at.date() == beside.date() else f"{at:%Y-%m-%d %H:%M}"


def _stayed(stay: Dwell) -> str:
    said = dwell_in_brief(stay)
    is_range = stay.longest is not None and said != dwell_text(stay)
    between = (
        f"<small>{duration(stay.shortest)} to {duration(stay.longest)}</small>" if is_range and stay.longest else ""
    )
    return escape(said) + between


def _aircraft(visit: Visit) -> str:
    callsign = short(visit.callsign or "").strip()
    called = f"<small>callsign {escape(callsign)}</small>" if callsign else ""
    name = escape(short(visit.registration or visit.icao24))
    return f"{name}{called}<small>icao24 {text(visit.icao24)}</small>"


def _where(visit: Visit, airport: Airport | None, landing: Event | None) -> str:
    origin = landing.origin if landing else None
    came = f"<small>{text(came_from(origin, None))}</small>" if origin else ""
    if visit.airport is None:
        return f"no airport named<small>{visit.latitude:.3f}, {visit.longitude:.3f}</small>{came}"
    # A field that the table does not know (any more) is written as it was recorded.
    name = place(airport) if airport else f"{short(visit.airport.name)} ({codes(visit.airport)})"
    return text(name) + came


def _known(what: str, moment: Moment | None, event: Event | None, airport: Airport | None, how: str) -> str:
    """How one end is known (``how``, unless it was observed), and why it is believed."""
    if moment is None or not moment.confidence:
        return ""
    if moment.basis == "observed":
        return f"<div>{what} observed</div>"
    why = None if event is None else reason(event, airport)
    because = f"<small>{text(why)}</small>" if why else ""
    return f"<div>{what} {how}, {percent(moment.confidence)}{because}</div>"
