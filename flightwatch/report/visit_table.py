"""The tables of a report: the visits, a row each, and the index. On a phone a row is a card.

A style sheet that turns rows into cards takes their meaning away too, so every part names its role, and every cell its column.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from flightwatch.core.airports import Airports
from flightwatch.core.ids import departure_id
from flightwatch.core.model import Airport, Event
from flightwatch.core.visits import Moment, Visit
from flightwatch.report.material import Material
from flightwatch.wording.phrases import NOT_KNOWN, clean, short
from flightwatch.wording.reasons import reason_in_full
from flightwatch.wording.stays import Stay, how_ends_are_known, visit_stay
from flightwatch.wording.whereabouts import NO_AIRPORT, began_at, came_from, coordinates, place_in_full, place_name

COLUMNS: Final = ("landed (UTC)", "left (UTC)", "on the ground", "aircraft", "where", "how it is known")
INDEX_COLUMNS: Final = ("subject", "visits", "latest visit (UTC)")

_BEFORE_A_UNIT: Final = re.compile(r"(?<=\d) (?=(?:h|min|km|m|UTC)\b|%)|(?<=\d h) (?=\d)|(?<=\d %) (?=sure)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?")
_DAYS: Final = re.compile(r"\b\d{1,2}-\d{1,2} (?=[A-Z])")


def markup(said: str) -> str:
    """Write text from anywhere as markup that shows just this text; a number and its unit stay on one line."""
    return escape(_BEFORE_A_UNIT.sub("\N{NO-BREAK SPACE}", clean(said)))


def prose(said: str) -> str:
    """Write running text as markup, in which dates and instants stay on one line as well."""
    dated = _DATE.sub(lambda found: f"<time>{found[0]}</time>", markup(said))
    return _DAYS.sub(lambda found: f"<span>{found[0]}</span>", dated)


def visits_table(visits: Sequence[Visit], material: Material, looked_at: datetime | None) -> str:
    """Write the table of visits, newest first.

    ``looked_at``: the last good poll, until which an airframe that has not left was there; None: there was none.
    """
    caption = "Visits, newest first. Times are UTC; local time is that of the airport."
    rows = (_row(COLUMNS, _cells(visit, material, looked_at)) for visit in visits)
    return _table("visits", caption, COLUMNS, rows)


def index(rows: Iterable[str], caption: str = "Subjects of this report") -> str:
    """Write the index, of rows that `index_row` made."""
    return _table("index", caption, INDEX_COLUMNS, rows)


def index_row(
    address: str, title: str, newest: Visit, number: int, *, who_or_where: str, looked_at: datetime | None
) -> str:
    """Write the index's row of a section: a link, the ``number`` of its visits, and the newest: when, ``who_or_where``."""
    came, still = newest.arrival, f", still there {_when_looked(looked_at)}" if newest.is_open else ""
    began = _began(came) if came.at is None or not came.is_known else time(came.at)
    latest = f"{began}<small>{markup(who_or_where)}{still}</small>"
    return _row(INDEX_COLUMNS, (f'<a href="{address}">{markup(title)}</a>', str(number), latest))


def time(at: datetime) -> str:
    """Write an instant as ``2023-09-26 01:52``."""
    return f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}">{at:%Y-%m-%d %H:%M}</time>'


def _table(name: str, caption: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    heads = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(f'<tr role="row">{row}</tr>\n' for row in rows)
    return (
        f'<table class="{name}" role="table">\n<caption>{escape(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>\n<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
    )


def _row(columns: Sequence[str], cells: Sequence[str]) -> str:
    (head, first), *others = zip(columns, cells, strict=True)
    return f'<th role="rowheader" scope="row" data-name="{head}"><div>{first}</div></th>' + "".join(
        f'<td role="cell" data-name="{name}"><div>{cell}</div></td>' for name, cell in others
    )


def _cells(visit: Visit, material: Material, looked_at: datetime | None) -> tuple[str, ...]:
    events, airports = material.events, material.airports
    airport = airports.find_place(visit.airport)
    landing, departure = events.get(visit.landing or ""), events.get(departure_id(visit))
    return (
        _began(visit.arrival, airport),
        _ended(visit, airport, looked_at),
        _stayed(visit_stay(visit, material.now, looked_at)),
        _aircraft(visit),
        _where(visit, airports, landing),
        _known(visit, {"landing": landing, "departure": departure}, airport),
    )


def _began(moment: Moment, airport: Airport | None = None) -> str:
    if not moment.is_known:
        return NOT_KNOWN
    if moment.at is not None:
        return _moment(moment.at, moment, airport)
    if moment.earliest is None or moment.earliest >= moment.latest:
        return f"by {time(moment.latest)}"
    return f"between {time(moment.earliest)} and {time(moment.latest)}"


def _ended(visit: Visit, airport: Airport | None, looked_at: datetime | None) -> str:
    moment = visit.departure
    if moment is None:
        return f"still there<small>{_when_looked(looked_at)}</small>"
    if moment.at is not None:
        return _moment(moment.at, moment, airport)
    since = moment.earliest if moment.earliest is not None and moment.earliest > visit.arrival.latest else None
    if visit.may_be_there:
        # Whether it left at all nobody knows: the upper bound is only when that was asked.
        return NOT_KNOWN + (f"<small>not before {time(since)}</small>" if since else "")
    if since is None:
        return f"by {time(moment.latest)}"
    return f"between {time(since)} and {time(moment.latest)}"


def _when_looked(looked_at: datetime | None) -> str:
    return "as far as is known" if looked_at is None else f"when last looked, {time(looked_at)}"


def _moment(at: datetime, moment: Moment, airport: Airport | None) -> str:
    """Write the best estimate, the local time where there is an airport, and the bounds of what was inferred."""
    said = time(at)
    if airport is not None:
        local = at.astimezone(ZoneInfo(airport.time_zone))
        said += f"<small>{local:%H:%M} local{'' if local.date() == at.date() else f', <time>{local:%Y-%m-%d}</time>'}</small>"
    if moment.basis == "inferred":
        since = f"from {_bound(moment.earliest, at)} " if moment.earliest else ""
        said += f"<small>{since}to {_bound(moment.latest, at)}</small>"
    return said


def _bound(at: datetime, beside: datetime) -> str:
    return f"{at:%H:%M}" if at.date() == beside.date() else time(at)


def _stayed(stay: Stay) -> str:
    return markup(stay.in_brief) + (f"<small>{markup(stay.bounds)}</small>" if stay.bounds else "")


def _aircraft(visit: Visit) -> str:
    callsign = short(visit.callsign or "").strip()
    called = f"<small>callsign {escape(callsign)}</small>" if callsign else ""
    name = escape(short(visit.registration or visit.icao24))
    return f"{name}{called}<small>icao24 {markup(visit.icao24)}</small>"


def _where(visit: Visit, airports: Airports, landing: Event | None) -> str:
    came = ""
    if landing and (origin := landing.origin):
        came = f"<small>{markup(came_from(origin, began_at(origin, airports)))}</small>"
    if visit.airport is None:
        lines = dict.fromkeys((place_name(visit, airports), coordinates(visit.latitude, visit.longitude)))
        return f"{NO_AIRPORT}{''.join(f'<small>{markup(line)}</small>' for line in lines)}{came}"
    return markup(place_in_full(visit, airports)) + came


def _known(visit: Visit, events: Mapping[str, Event | None], airport: Airport | None) -> str:
    """Write how each end is known, and why what was not observed is believed."""
    told = []
    for name, how in how_ends_are_known(visit).items():
        event = events[name]
        why = None if event is None else reason_in_full(event, airport)
        told.append(f"<div>{markup(how)}{f'<small>{markup(why)}</small>' if why else ''}</div>")
    return "".join(told)
