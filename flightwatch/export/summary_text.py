"""A summary of visits as text: the rate in a line, bars of plain characters, the longest, the first and the last stay."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil
from statistics import fmean
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.model import Place
from flightwatch.core.visits import Moment, dwell_of_seconds
from flightwatch.export.rates import Stretch
from flightwatch.export.rows import VisitRow
from flightwatch.export.summary import Summary
from flightwatch.wording.phrases import called, counted, length, plural
from flightwatch.wording.stays import LENGTH_NOT_KNOWN, dwell_stay, how_end_is_known, is_first_heard, when_it_came
from flightwatch.wording.whereabouts import at_spot

MOST_MONTHS: Final = 36
"""Most months that have a bar each; for a longer time each bar is a year."""

_ONE_PERCENT: Final = 0.01
_BLIND: Final = "not watched"


def rate_line(summary: Summary) -> str:
    """Tell the rate: ``5 visits in the last 60 days; 1 in the 60 days before; not watched in the same days a year before``.

    Of a time that was watched only in part, the number is told as the least that there were.
    """
    rate, said = summary.rate, list[str]()
    noun = "visit" if summary.inferred else "observed visit"
    this, before, year_before = _times(summary)
    for stretch, when in ((rate.last, this), (rate.before, before), (rate.year_before, year_before)):
        if not _is_blind(stretch):
            said.append(f"{_number(stretch, noun if stretch is rate.last else '')} {when}{_partly(stretch)}")
        elif said and said[-1].startswith(_BLIND):
            said[-1] += f", nor {when}"
        else:
            said.append(f"{_BLIND} {when}")
        if stretch is rate.last and summary.from_before:
            said.append(f"{summary.from_before:,} more began before")
    return "; ".join(said)


def _times(summary: Summary) -> tuple[str, str, str]:
    """Tell the three times of the rate: the one asked for, the one before it, and the same a year before."""
    last, days = summary.rate.last, summary.rate.days
    if last.until - last.since < timedelta(days=1):
        time = length(last.until - last.since)
        return f"in these {time}", f"in the {time} before", "in the same time a year before"
    if days == 1:
        return "on this day", "on the day before", "on the same day a year before"
    if summary.since is not None:
        this = f"in these {days:,} days"
    elif summary.until is not None:
        this = f"in the {days:,} days to {last.until - timedelta(microseconds=1):%Y-%m-%d}"
    else:
        this = f"in the last {days:,} days"
    return this, f"in the {days:,} days before", "in the same days a year before"


def as_lines(summary: Summary, width: int, airports: Airports) -> list[str]:
    """Write a summary as text, whose bars of plain characters fit in ``width`` columns."""
    if summary.first is None or summary.last is None:
        return [rate_line(summary)]
    blocks = [
        *([("by month", list(_bars(summary.months)))] if summary.months else []),
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
    lines = [rate_line(summary)]
    for title, rows in blocks:
        lines += ["", title, *_chart(rows, width)]
    is_all = summary.since is None and summary.until is None and summary.inferred
    among = "visit recorded" if is_all else "of these visits"
    if summary.visits == 1:
        return [*lines, "", "the only visit recorded" if is_all else "this visit", _stay_line(summary.first, airports)]
    are_all_told = summary.visits == len(summary.longest)
    title = "stays, longest first" if are_all_told else "longest stays"
    lines += ["", title, *(_stay_line(stay, airports) for stay in summary.longest)]
    if not are_all_told:
        lines += ["", f"first {among}", _stay_line(summary.first, airports)]
        lines += [f"last {among}", _stay_line(summary.last, airports)]
    return lines


def _is_blind(stretch: Stretch) -> bool:
    """True if nothing is known of a time and no visit was found in it: that is not told as "none"."""
    return stretch.known == 0 and stretch.visits == 0


def _number(stretch: Stretch, noun: str) -> str:
    """Tell the number of visits; ``noun`` is empty where it was said before."""
    if stretch.visits:
        many = counted(stretch.visits, noun) if noun else f"{stretch.visits:,}"
        return f"{'' if stretch.whole else 'at least '}{many}"
    return f"{f'no {plural(noun, 0)}' if noun else 'none'}{'' if stretch.whole else ' found'}"


def _partly(stretch: Stretch) -> str:
    """Tell how much of a time is known; empty where all of it is."""
    if stretch.known == 0:
        return ", found though not watched then"
    if stretch.whole:
        return ""
    share = f"{min(99, round(100 * stretch.known))} %" if stretch.known >= _ONE_PERCENT else "less than 1 %"
    if stretch.watched == 0:
        return f" (OpenSky was asked about {share} of that time)"
    return f" ({share} of that time was watched{' or asked about' if stretch.known > stretch.watched else ''})"


def _bars(months: Sequence[Stretch]) -> Iterable[tuple[str, int, str]]:
    """Give name, count and remark of each month, or of each year where there are too many months."""
    by_year = len(months) > MOST_MONTHS
    names = dict[str, list[Stretch]]()
    for month in months:
        names.setdefault(f"{month.since:%Y}" if by_year else f"{month.since:%Y-%m}", []).append(month)
    for name, stretches in names.items():
        watched, known = fmean(s.watched for s in stretches), fmean(s.known for s in stretches)
        visits = sum(s.visits for s in stretches)
        if known == 0:
            remark = f"found though {_BLIND}" if visits else _BLIND
        else:
            remark = "partly watched" if known <= watched else "partly known"
        yield name, visits, "" if all(s.whole for s in stretches) else remark


def _chart(rows: Sequence[tuple[str, int, str]], width: int) -> list[str]:
    """Draw a line for each row: name, bar, number, remark. A bar has one character a visit where that fits."""
    names = max(len(name) for name, _, _ in rows)
    numbers = max(len(str(count)) for _, count, _ in rows)
    marks = max(len(mark) for _, _, mark in rows)
    most = max(1, *(count for _, count, _ in rows))
    room = max(1, min(most, width - names - numbers - marks - 8))
    lines = []
    for name, count, mark in rows:
        bar = "#" * ceil(count * room / most)
        number = "-" if not count and mark == _BLIND else str(count)
        lines.append(f"  {name:<{names}}  {bar:<{room}}  {number:>{numbers}}  {mark}".rstrip())
    return lines


def _stay_line(visit: VisitRow, airports: Airports) -> str:
    """Tell a stay in a line: ``  about 46 h 40 min: RA-86559 at Pyongyang FNJ, landed about 2023-09-26 01:52 UTC (...)``."""
    arrival = Moment(
        at=visit.arrived,
        earliest=visit.arrived_earliest,
        latest=visit.arrived_latest,
        basis=visit.arrival_basis,
        confidence=visit.arrival_confidence,
        source=visit.source,
    )
    airport = visit.airport_icao and Place(visit.airport_icao, visit.airport_iata, visit.airport_name or "")
    where = at_spot(airport or None, visit.latitude, visit.longitude, airports)
    dwell = dwell_of_seconds(visit.dwell_s, visit.dwell_min_s, visit.dwell_max_s)
    stay = dwell_stay(dwell, goes_on=visit.departure_basis is None)
    lasted = stay.length or LENGTH_NOT_KNOWN
    known = "" if is_first_heard(arrival) else f" ({how_end_is_known(arrival)})"
    return f"  {lasted}: {called(visit.icao24, visit.registration)} {where}, {when_it_came(arrival)}{known}"
