"""A summary of visits as text: the rate in a line, bars of plain characters, the longest, the first and the last stay."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil
from statistics import fmean
from typing import Final

from flightwatch.past.extent import length
from flightwatch.past.formats import VisitRow
from flightwatch.past.summary import Stretch, Summary
from flightwatch.visits import Dwell
from flightwatch.words.phrases import called, dwell_in_brief, short, utc

MOST_MONTHS: Final = 36
"""Bars for months at the most; for a longer time a bar is a year."""

WHOLE: Final = 0.995
"""Share of a time from which it counts as wholly watched."""

WHOLE_IF_ASKED: Final = 0.96
"""The same where OpenSky was asked: it tells nothing of today, which is a thirtieth of a month."""


def rate_line(summary: Summary) -> str:
    """``5 visits in 60 days; 1 in the 60 before; not watched in the same days a year before``."""
    rate, last = summary.rate, summary.rate.last
    if last.until - last.since < timedelta(days=1):
        time = same = length(last.until - last.since)
        those, then = f"these {time}", "time"
    else:
        time, same = f"{rate.days} day{'s' * (rate.days != 1)}", str(rate.days) if rate.days > 1 else "day"
        those, then = f"these {time}" if rate.days > 1 else "this day", "days"
    if summary.since is None and summary.until is None:
        those = f"the last {time}"
    noun = "visit" if summary.inferred else "observed visit"
    said = [
        f"not watched in {those}"
        if _is_blind(last)
        else f"{last.visits} {noun}{'s' * (last.visits != 1)} in {time}{_partly(last)}"
    ]
    if summary.from_before:
        said.append(f"{summary.from_before} {'was' if summary.from_before == 1 else 'were'} there from before")
    said.append(f"{_number(rate.before)} in the {same} before{_partly(rate.before)}")
    said.append(f"{_number(rate.year_before)} in the same {then} a year before{_partly(rate.year_before)}")
    return "; ".join(said)


def as_lines(summary: Summary, width: int) -> list[str]:
    """The summary as text, its bars of plain characters no longer than fits in ``width`` columns."""
    if summary.first is None or summary.last is None:
        return ["no visits recorded", rate_line(summary)]
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
    lines += ["", "longest stays", *(f"  {_stay(r)}" for r in summary.longest)]
    lines += ["", f"first recorded  {_stay(summary.first)}", f"last recorded   {_stay(summary.last)}"]
    return lines


def _is_blind(stretch: Stretch) -> bool:
    """Whether nothing can be said of it; what was not watched is not told as none."""
    return stretch.known == 0 and stretch.visits == 0


def _number(stretch: Stretch) -> str:
    return "not watched" if _is_blind(stretch) else str(stretch.visits)


def _partly(stretch: Stretch) -> str:
    if stretch.known == 0:
        return " (not watched then)" if stretch.visits else ""
    if _is_whole(stretch.watched, stretch.known):
        return ""
    how = ["watched"] * (stretch.watched > 0) + ["asked about"] * (stretch.known > stretch.watched)
    return f" ({max(1, min(99, round(100 * stretch.known)))} % of that {' or '.join(how)})"


def _is_whole(watched: float, known: float) -> bool:
    return known >= (WHOLE_IF_ASKED if known > watched else WHOLE)


def _bars(months: Sequence[Stretch]) -> Iterable[tuple[str, int, str]]:
    """Name, count and remark of each month, or of each year where there are too many months."""
    by_year = len(months) > MOST_MONTHS
    names = dict[str, list[Stretch]]()
    for month in months:
        names.setdefault(f"{month.since:%Y}" if by_year else f"{month.since:%Y-%m}", []).append(month)
    for name, stretches in names.items():
        watched, known = fmean(s.watched for s in stretches), fmean(s.known for s in stretches)
        remark = "not watched" if known == 0 else "partly watched" if known <= watched else "partly known"
        yield name, sum(s.visits for s in stretches), "" if _is_whole(watched, known) else remark


def _chart(rows: Sequence[tuple[str, int, str]], width: int) -> list[str]:
    """A line a row: name, bar, number, remark. One character a visit where that fits."""
    names = max(len(name) for name, _, _ in rows)
    numbers = max(len(str(count)) for _, count, _ in rows)
    marks = max(len(mark) for _, _, mark in rows)
    most = max(1, *(count for _, count, _ in rows))
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
    still = " so far" if visit.departure_basis is None else ""
    guess = "OpenSky's estimate" if visit.source == "opensky" else "inferred"
    sure = f", {guess}" if visit.arrival_basis == "inferred" else ""
    length = "length unknown" if length == "unknown" else length
    return f"{length}{still}: {called(visit.icao24, visit.registration)} at {spot}, {began}{sure}"
