"""Visits counted: by month, tail, airport, operator and tag; the longest, the first and the last; the rate against before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from re import fullmatch
from typing import Final

from msgspec import Struct

from flightwatch.past.extent import Extent, watched_share
from flightwatch.past.formats import VisitRow, row
from flightwatch.selection import Selection, came, selected
from flightwatch.visits import Dwell, Visit
from flightwatch.watched import WatchedAircraft, Watchlist
from flightwatch.words.phrases import called, dwell_in_brief, short, utc
from flightwatch.words.whereabouts import codes, nickname

RATE_DAYS: Final = 60
"""Days that are compared with those before, unless the question is about another time."""

MOST_RATE_DAYS: Final = 3650
"""Most days that are compared: before that there was no ADS-B to speak of."""

TOLD_STAYS: Final = 3
"""Longest stays that are told."""

MOST_MONTHS: Final = 36
"""Bars for months at the most; for a longer time a bar is a year."""

_NOWHERE: Final = "no airport named"
_OPERATOR: Final = r"([A-Z]{3})\d[0-9A-Z]{0,3}\s*"
"""A flight's callsign as ICAO Doc 8585 makes it: three letters that say whose it is, then the flight."""


class Count(Struct, frozen=True):
    """How many visits go under a name."""

    name: str
    visits: int


class Stretch(Struct, frozen=True):
    """How many visits began in a time, and how much of that was watched."""

    since: datetime
    until: datetime
    visits: int
    watched: float
    """0..1; what was not watched says nothing about visits."""


class Rate(Struct, frozen=True):
    """Visits of the last days, of as many before, and of the same days a year before."""

    days: int
    last: Stretch
    before: Stretch
    year_before: Stretch


class Summary(Struct, frozen=True):
    """What the visits come to, as ``history --summary --format json`` prints it; these names are stable."""

    visits: int
    first: VisitRow | None
    """None: there is no visit."""
    last: VisitRow | None
    months: tuple[Stretch, ...]
    """Every UTC month from the first visit's on; a visit belongs to the month it began in."""
    tails: tuple[Count, ...]
    """Tail numbers with their labels; like all that follow, most visits first."""
    airports: tuple[Count, ...]
    operators: tuple[Count, ...]
    """By the three letters that a flight's callsign begins with; visits with another or no callsign are left out."""
    tags: tuple[Count, ...]
    """Of the watchlist; a visit counts once for each tag of its airframe."""
    longest: tuple[VisitRow, ...]
    """The longest stays by best estimate, or by the least that is sure where there is none."""
    rate: Rate


def summarise(
    visits: Sequence[Visit],
    extent: Extent,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    watchlist: Watchlist | None = None,
) -> Summary:
    """What the visits that touch ``since``..``until`` come to. ``visits``: all of the subject, newest first.

    The rate needs the ones before ``since`` too. It compares the last `RATE_DAYS`, or the days that were asked for.
    """
    asked, end = selected(visits, Selection(since, until)), min(until or now, now)
    listed = {} if watchlist is None else watchlist.aircraft_by_icao24
    days = RATE_DAYS if since is None else min(max(1, ceil((end - since) / timedelta(days=1))), MOST_RATE_DAYS)
    tails = (_tail(v, listed.get(v.icao24)) for v in asked)
    operators = (found[1] for v in asked if (found := fullmatch(_OPERATOR, v.callsign or "")))
    tags = (short(tag) for v in asked if v.icao24 in listed for tag in dict.fromkeys(listed[v.icao24].tags))
    longest = sorted((row(v, now) for v in asked), key=lambda r: (-_dwell_s(r), r.visit))[:TOLD_STAYS]
    in_order = sorted(asked, key=lambda v: (came(v), v.id))
    return Summary(
        visits=len(asked),
        first=row(in_order[0], now) if asked else None,
        last=row(in_order[-1], now) if asked else None,
        months=tuple(_months(in_order, extent, end)),
        tails=_counts(tails),
        airports=_counts(f"{nickname(v.airport)} ({codes(v.airport)})" if v.airport else _NOWHERE for v in asked),
        operators=_counts(operators),
        tags=_counts(tags),
        longest=tuple(longest),
        rate=_rate(visits, extent, end, days),
    )


def rate_line(rate: Rate) -> str:
    """``5 visits in 60 days; 1 in the 60 before; not watched in the same days a year before``."""
    count, before = rate.last.visits, f"{rate.days} before" if rate.days > 1 else "day before"
    return (
        f"{count} visit{'s' * (count != 1)} in {rate.days} day{'s' * (rate.days != 1)}{_partly(rate.last)}; "
        f"{_known(rate.before)} in the {before}{_partly(rate.before)}; "
        f"{_known(rate.year_before)} in the same days a year before{_partly(rate.year_before)}"
    )


def as_lines(summary: Summary, width: int) -> list[str]:
    """The summary as text, its bars of plain characters no longer than fits in ``width`` columns."""
    if summary.first is None or summary.last is None:
        return ["no visits", rate_line(summary.rate)]
    blocks = [
        ("by month", list(_bars(summary.months))),
        *(
            (f"by {name}", [(count.name, count.visits, "") for count in counts])
            for name, counts in (
                ("tail", summary.tails),
                ("airport", summary.airports),
                ("operator", summary.operators),
                ("tag", summary.tags),
            )
            if len(counts) > 1 or (name == "tag" and counts)
        ),
    ]
    lines = [rate_line(summary.rate)]
    for title, rows in blocks:
        lines += ["", title, *_chart(rows, width)]
    lines += ["", "longest stays", *(f"  {_stay(r)}" for r in summary.longest)]
    lines += ["", f"first recorded  {_stay(summary.first)}", f"last recorded   {_stay(summary.last)}"]
    return lines


def _tail(visit: Visit, listed: WatchedAircraft | None) -> str:
    if listed is None:
        return called(visit.icao24, visit.registration)
    return called(visit.icao24, visit.registration or listed.registration, listed.label)


def _dwell_s(visit: VisitRow) -> int:
    return visit.dwell_min_s if visit.dwell_s is None else visit.dwell_s


def _counts(names: Iterable[str]) -> tuple[Count, ...]:
    found = Counter(names)
    return tuple(Count(name, found[name]) for name in sorted(found, key=lambda name: (-found[name], name)))


def _months(visits: Sequence[Visit], extent: Extent, end: datetime) -> Iterable[Stretch]:
    """The months from the first visit's to the one before ``end``, or the last visit's; ``visits`` are oldest first."""
    if not visits:
        return
    found = Counter(_month(came(visit)) for visit in visits)
    month, last = min(found), max(max(found), _month(end - timedelta.resolution))
    while month <= last:
        after = _month(month + timedelta(days=31))
        yield Stretch(month, after, found[month], round(watched_share(extent, month, min(after, end)), 3))
        month = after


def _month(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _rate(visits: Sequence[Visit], extent: Extent, end: datetime, days: int) -> Rate:
    length = timedelta(days=days)
    a_year_ago = end - timedelta(days=365)
    last, before, year_before = (_stretch(visits, extent, at - length, at) for at in (end, end - length, a_year_ago))
    return Rate(days, last, before, year_before)


def _stretch(visits: Sequence[Visit], extent: Extent, since: datetime, until: datetime) -> Stretch:
    count = sum(since <= came(visit) < until for visit in visits)
    return Stretch(since, until, count, round(watched_share(extent, since, until), 3))


def _known(stretch: Stretch) -> str:
    """How many; nothing that was not watched is told as none."""
    return "not watched" if stretch.watched == 0 and stretch.visits == 0 else str(stretch.visits)


def _partly(stretch: Stretch) -> str:
    if stretch.watched == 0:
        return " (not watched then)" if stretch.visits else ""
    share = f"{100 * stretch.watched:.0f}"
    return "" if share == "100" else f" ({max(1, int(share))} % of that watched)"


def _bars(months: Sequence[Stretch]) -> Iterable[tuple[str, int, str]]:
    """Name, count and remark of each month, or of each year where there are too many months."""
    by_year = len(months) > MOST_MONTHS
    names = dict[str, list[Stretch]]()
    for month in months:
        names.setdefault(f"{month.since:%Y}" if by_year else f"{month.since:%Y-%m}", []).append(month)
    for name, stretches in names.items():
        watched = sum(s.watched for s in stretches)
        blind = "not watched" if watched == 0 else "partly watched" if watched < len(stretches) - 0.005 else ""
        yield name, sum(s.visits for s in stretches), blind


def _chart(rows: Sequence[tuple[str, int, str]], width: int) -> list[str]:
    """A line a row: name, bar, number, remark. One character a visit where that fits."""
    names = max(len(name) for name, _, _ in rows)
    numbers = max(len(str(count)) for _, count, _ in rows)
    marks = max(len(mark) for _, _, mark in rows)
    most = max(count for _, count, _ in rows)
    room = max(1, min(most, width - names - numbers - marks - 8))
    lines = []
    for name, count, mark in rows:
        bar = "#" * ceil(count * room / most)
        number = "-" if not count and mark == "not watched" else str(count)
        lines.append(f"  {name:<{names}}  {bar:<{room}}  {number:>{numbers}}  {mark}".rstrip())
    return lines


def _stay(visit: VisitRow) -> str:
    """``46 h 40 min  RA-86559 at FNJ, 2023-09-26 01:52 UTC, inferred``."""
    spot = short(visit.airport_iata or visit.airport_icao or f"{visit.latitude:.2f}, {visit.longitude:.2f}")
    began = f"landed {utc(visit.arrived)}" if visit.arrived else f"there {utc(visit.arrived_latest)}"
    length = dwell_in_brief(
        Dwell(
            None if visit.dwell_s is None else timedelta(seconds=visit.dwell_s),
            timedelta(seconds=visit.dwell_min_s),
            None if visit.dwell_max_s is None else timedelta(seconds=visit.dwell_max_s),
        )
    )
    still = " so far" if visit.departed_latest is None else ""
    guess = "OpenSky's estimate" if visit.source == "opensky" else "inferred"
    sure = f", {guess}" if visit.arrival_basis == "inferred" else ""
    length = "length unknown" if length == "unknown" else length
    return f"{length}{still}: {called(visit.icao24, visit.registration)} at {spot}, {began}{sure}"
