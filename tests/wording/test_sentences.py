"""No sentence about the past contradicts itself or says what nobody would write, whatever was watched and whatever came."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_visits import PYONGYANG, VLADIVOSTOK, at, estimated, tally, visit
from msgspec.structs import replace
from read_pages import Reading
from state_vectors import AIRPORTS, airport, report
from terminals import drawn

from flightwatch.app.lookouts import looked_until
from flightwatch.app.status import whereabouts
from flightwatch.channels.terminal import visits_table
from flightwatch.core.selection import Selection, selected
from flightwatch.core.spans import Span
from flightwatch.core.visits import Moment, Visit, came, gone_by, may_be_there
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.export.rates import Stretch
from flightwatch.export.summary import Summary, summarise
from flightwatch.export.summary_text import as_lines, rate_line
from flightwatch.report.material import Material
from flightwatch.report.visit_table import visits_table as page_table
from flightwatch.storage.land import load_land
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.selected import count_line
from flightwatch.wording.watch_times import WatchTimes, holes, watch_times_line, watched_share, with_days

NOW = at("2023-12-01T10:00")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
NEVER = {
    "a length of nothing": r"(?<![\d:])0 (min|h|days?|km)\b",
    "one of several": r"(?<![\d:.,])1 (visits|landings|stretches|days|tracks|places|times|stays|hours)\b",
    "several of one": r"(?<![\d:.,])(0|[2-9]|[1-9]\d+) (visit|landing|stretch|day|track|place|stay)\b(?! \w+ing)",
    "thousands without their comma": r"(?<![\d:.,+-])\d{4,} (visits|landings|days|tracks|places|times|stays|aircraft|km)\b",
    "no word": r"\b(None|nan|inf|null)\b",
    "an unknown that is said to be something": r"unknown(,| UTC| after| so far)",
    "negative": r"(?<!\w)-\d+ (h|min|days?|km|%)",
    "two sentences run into one": r"[;,:.] ?[;,:.]|^[;,:]|[;,:]$",
    "all or nothing of a part": r"(?<!\d)(0|100) % of",
}

minutes = st.integers(0, 90 * 24 * 60).map(lambda count: NOW - count * MINUTE)
past_minutes = minutes.filter(lambda when: when < NOW)
lengths = st.one_of(st.integers(0, 60), st.integers(0, 60 * 24 * 3600)).map(lambda count: count * SECOND)
doubts = st.integers(0, 6 * 60).map(lambda count: count * MINUTE)
sure = st.floats(0.6, 0.999)


@st.composite
def ends(draw: st.DrawFn, when: datetime, not_before: datetime | None) -> Moment:
    """Give an end that was seen then, or found by then, or inferred for then."""
    kind = draw(st.sampled_from(["seen", "found", "inferred", "untimed"]))
    earliest, latest = when - draw(doubts), when + draw(doubts)
    if not_before is not None:
        earliest = max(earliest, not_before)
    if kind == "seen":
        return Moment(when, when, when, "observed", 1.0)
    if kind == "found":
        return Moment(None, None, when, "observed", 1.0)
    return Moment(when if kind == "inferred" else None, earliest, latest, "inferred", draw(sure))


@st.composite
def stays(draw: st.DrawFn) -> Visit:
    """Give a visit that is over, that goes on, or of which nobody knows if it does; of our own or OpenSky's."""
    number, began = draw(st.integers(0, 10**6)), draw(minutes)
    made = visit(
        id=str(number),
        arrival=draw(ends(began, None)),
        departure=None,
        airport=draw(st.sampled_from([PYONGYANG, VLADIVOSTOK, None])),
        icao24=draw(st.sampled_from(["15521f", "15521e"])),
    )
    if draw(st.booleans()):
        made = estimated(made)
    over = min(began + draw(lengths), NOW)
    match draw(st.sampled_from(["open", "over", "elsewhere", "unknown"])):
        case "over":
            left = draw(ends(over, made.arrival.earliest))
            return replace(made, departure=left)
        case "elsewhere":
            return gone_by(made, over)
        case "unknown":
            return may_be_there(made, over, NOW)
    return made


@st.composite
def watched(draw: st.DrawFn) -> WatchTimes:
    """Give a time of watching with holes, long or of seconds, that may last to this day; or none."""
    if draw(st.booleans()) and draw(st.booleans()):
        return WatchTimes(None, why="not on the watchlist, so it is found at watched airports only")
    since = begin = draw(minutes)
    unwatched = []
    for _ in range(draw(st.integers(0, 4))):
        start = begin + draw(lengths) + SECOND
        begin = start + draw(lengths) + SECOND
        if start >= NOW:
            break
        unwatched.append(Span(start, min(begin, NOW)))
    return WatchTimes(since, tuple(unwatched))


@st.composite
def questions(draw: st.DrawFn) -> Selection:
    """Give a time asked for; it begins before now, as `dates.between` sees to."""
    since, until = draw(st.none() | past_minutes), draw(st.none() | minutes)
    if since is not None and until is not None and since >= until:
        since, until = until, since + MINUTE
    return Selection(since, until, inferred=draw(st.booleans()), limit=draw(st.none() | st.integers(1, 3)))


visits_of_a_subject = st.lists(stays(), max_size=5, unique_by=lambda v: v.id).map(
    lambda visits: sorted(visits, key=lambda v: (v.arrival.latest, v.id), reverse=True)
)


def wrong(line: str) -> list[str]:
    """Name what nobody would write of a line."""
    return [name for name, pattern in NEVER.items() if re.search(pattern, line)]


@given(visits_of_a_subject, watched(), questions())
def test_how_far_the_record_goes(visits: list[Visit], watch_times: WatchTimes, which: Selection) -> None:
    told = selected(visits, which)
    said = [count_line(tally(visits, which), which), watch_times_line(watch_times, tally(told).landings, NOW, which)]
    assert [(line, wrong(line)) for line in said] == [(line, []) for line in said]
    watched = said[1].partition("; not watched for")[0]
    assert ("not watched" in watched) + ("watched throughout" in watched) + (" without a long break" in said[1]) <= 1
    is_over = watch_times.since is not None and any(hole.until >= NOW for hole in watch_times.unwatched)
    assert not is_over or "watching since" not in said[1]
    landings = [
        int(number) for number in re.findall(r"(\d+) (?:landings? )?(?:inferred|observed|at an unknown)", said[1])
    ]
    assert sum(landings) == (sum(not stay.is_estimate for stay in told) if which.inferred else 0)


def clauses(summary: Summary) -> Iterator[tuple[str, Stretch]]:
    """Give each time's clause, and that time."""
    said = [clause for clause in rate_line(summary).split("; ") if not clause.endswith("began before")]
    rate = summary.rate
    for stretch in (rate.last, rate.before, rate.year_before):
        is_blind = not stretch.known and not stretch.visits
        clause = next(each for each in said if each.startswith("not watched") == is_blind)
        yield clause, stretch
        if not is_blind:
            said.remove(clause)


def is_part(stretch: Stretch, watch_times: WatchTimes, asked_days: list[datetime]) -> bool:
    """Tell whether more is missing than today, or much of a short time."""
    today = NOW.replace(hour=0, minute=0)
    knowable = with_days(watch_times, [*asked_days, today], NOW) if asked_days else watch_times
    return watched_share(knowable, stretch.since, stretch.until) < 0.99 or stretch.known < 0.95


@given(visits_of_a_subject, watched(), questions(), st.lists(st.integers(1, 90), max_size=9, unique=True))
@example(
    [visit(arrival=Moment(NOW, NOW, NOW, "observed", 1.0), departure=None)], WatchTimes(None), Selection(until=NOW), []
)
@example(
    [
        visit(
            arrival=Moment(None, NOW - DAY, NOW - MINUTE, "inferred", 0.9),
            departure=Moment(NOW - 3 * MINUTE, NOW - DAY, NOW - MINUTE, "inferred", 0.9),
        )
    ],
    WatchTimes(None),
    Selection(NOW - 2 * MINUTE),
    [],
)
def test_a_summary(visits: list[Visit], watch_times: WatchTimes, which: Selection, ago: list[int]) -> None:
    """What was not watched is neither told as none nor as all; counts agree; nothing in it is the first of a record cut short."""
    which, midnight = replace(which, limit=None), NOW.replace(hour=0, minute=0)
    asked_days = [midnight - days * DAY for days in ago]
    summary = summarise(visits, watch_times, NOW, which, asked_days=asked_days)
    lines = as_lines(summary, 80, AIRPORTS)
    sentences = [line for line in lines if "#" not in line]
    assert [(line, wrong(line.strip())) for line in sentences if wrong(line.strip())] == []
    for clause, stretch in clauses(summary):
        if stretch.known or stretch.visits:
            assert re.match(rf"(at least )?{stretch.visits or '(no|none)'}\b", clause)
            assert clause.startswith("at least ") or not (stretch.visits and is_part(stretch, watch_times, asked_days))
            assert not clause.startswith("at least ") or stretch.watched < 1.0
    is_all = which.since is None and which.until is None and which.inferred
    assert is_all or not any(line.endswith("visit recorded") for line in lines)
    assert sum(month.visits for month in summary.months) + summary.from_before == summary.visits
    assert which.since is None or summary.rate.last.visits + summary.from_before == summary.visits
    for counts in (summary.tails, summary.airports):
        assert sum(count.visits for count in counts) == summary.visits


@given(visits_of_a_subject, st.sampled_from([40, 60, 80, 120, 200]))
def test_a_table(visits: list[Visit], width: int) -> None:
    lines = drawn(visits_table("RA-86559: visits", visits, AIRPORTS, NOW), width)
    assert [
        (line, wrong(" ".join(line.split()).rstrip(",:"))) for line in lines if wrong(line.strip().rstrip(",:"))
    ] == []
    assert max(map(len, lines)) <= width
    is_inferred = any(
        end.basis == "inferred" and end.confidence for v in visits for end in (v.arrival, v.departure) if end
    )
    assert ("~ is estimated" in " ".join(lines)) == is_inferred


@given(visits_of_a_subject, st.none() | minutes)
def test_a_page(visits: list[Visit], looked_at: datetime | None) -> None:
    rows = Reading(page_table(visits, Material({}, AIRPORTS, load_land, NOW), looked_at)).rows()
    said = [part for row in rows for cell in row.values() for part in cell]
    assert [(part, wrong(part)) for part in said if wrong(part)] == []
    assert len(rows) == len(visits)


@settings(max_examples=30)
@given(stays(), st.none() | minutes, st.integers(0, 3 * 86_400))
def test_where_it_is(stay: Visit, good_at: datetime | None, silent_s: int) -> None:
    """On the ground, in the air, or recorded once: a stay is not counted on while nobody looks."""
    watchlist = Watchlist((WatchedAircraft("15521f", "RA-86559", "rule"),), (WatchedAirport(airport("FNJ")),))
    heard = round(NOW.timestamp()) - silent_s
    down = Track("15521f", "RA-86559", "ground", heard=heard, visit=replace(stay, departure=None))
    up = Track("15521f", "RA-86559", "airborne", Reports.of(report(heard, icao24="15521f")), heard=heard)
    known_until = looked_until(good_at, NOW, timedelta(hours=1))
    for track, recorded in ((down, ()), (up, ()), (None, (visit(id="x", departure=stay.departure),)), (None, ())):
        tracks = {} if track is None else {track.icao24: track}
        [group] = whereabouts(watchlist, tracks, recorded, AIRPORTS, now=NOW, known_until=known_until)
        [(_, said)] = group.rows
        assert (said, wrong(said)) == (said, [])
        assert known_until == NOW or track is not down or known_until is None or "; no good poll since" in said


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("not watched for 0 min, 2023-08-14 02:10 to 02:10", ["a length of nothing"]),
        ("1 visits in 60 days", ["one of several"]),
        ("3 visit; watching since 2023-08-01 00:40 UTC", ["several of one"]),
        ("left Los Angeles LAX after unknown; observed", []),
        ("left Los Angeles LAX unknown after", ["an unknown that is said to be something"]),
        ("came -5 min later", ["negative"]),
        ("0 % of that time was watched", ["all or nothing of a part"]),
        ("watching since None", ["no word"]),
        ("1 visit; ; none", ["two sentences run into one"]),
        ("1 visit; watched from 2023-08-01 00:40 to 02:30 UTC; 100 km south of 39.2, -125.7", []),
    ],
)
def test_what_nobody_would_write_is_found(line: str, found: list[str]) -> None:
    """This test's own eyes."""
    assert wrong(line) == found


def test_a_hole_is_cut_to_the_time_asked_for() -> None:
    """A second of it is no hole: it would be told as one of no length."""
    hole = Span(NOW - DAY, NOW - DAY + 30 * MINUTE)
    which = Selection(since=hole.until - SECOND)
    watch_times = WatchTimes(NOW - 9 * DAY, (hole,))
    assert holes(watch_times, hole.until - SECOND, NOW) == [Span(hole.until - SECOND, hole.until)]
    assert watch_times_line(watch_times, {}, NOW, which) == "watched throughout this time"
    assert came(visit()) == at("2023-09-26T01:52")
