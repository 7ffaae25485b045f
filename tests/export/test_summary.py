"""Visits counted, and the rate against before: never more than the record supports."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from made_visits import ICAO24, PYONGYANG, VLADIVOSTOK, at, first_heard_there, moment, visit
from state_vectors import AIRPORTS

from flightwatch.core.model import Place
from flightwatch.core.selection import Selection
from flightwatch.core.spans import Span
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft
from flightwatch.export.summary import Count, Summary, summarise
from flightwatch.export.summary_text import as_lines, rate_line
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.watch_times import WatchTimes

NOW = at("2023-12-01")
ALWAYS = WatchTimes(at("2020-01-01"))
WATCHLIST = Watchlist(
    aircraft=(
        WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M", tags=("russia", "il-62")),
        WatchedAircraft("7278a5", "P-885", "given", tags=("dprk", "il-62")),
    )
)


def stay(began: str, hours: float = 1.0, **fields: Any) -> Visit:
    """Make a visit that was seen, from ``began`` on."""
    gone = at(began) + timedelta(hours=hours)
    return visit(id=began, arrival=moment(began), departure=moment(f"{gone:%Y-%m-%dT%H:%M}"), **fields)


KORYO = {"icao24": "7278a5", "registration": "P-885", "callsign": "KOR151  "}
VISITS = [
    visit(id="open", arrival=moment("2023-11-30T12:00"), departure=None, airport=VLADIVOSTOK),
    stay("2023-11-02T00:00", 48.0, **KORYO),
    visit(
        id="found", arrival=first_heard_there("2023-11-01T00:00"), landing=None, departure=moment("2023-11-01T10:00")
    ),
    stay("2023-08-15T00:00", 36.0, airport=None, icao24="abcdef", registration=None, callsign="N123"),
    stay("2023-08-01T02:00", 35.0),
    stay("2022-10-20T00:00", 5.0),
]
"""Newest first."""


def of(
    visits: list[Visit], watch_times: WatchTimes = ALWAYS, *, days: tuple[datetime, ...] = (), **asked: Any
) -> Summary:
    """Sum these visits up; ``days`` are those that OpenSky was asked about."""
    return summarise(visits, watch_times, NOW, Selection(**asked), asked_days=days, watched=WATCHLIST.watched)


def days(first: str, count: int) -> tuple[datetime, ...]:
    return tuple(at(first) + timedelta(days=n) for n in range(count))


def test_counts() -> None:
    """By tail with its label, by airport, by the operator that a callsign names, by tag; most first."""
    told = of(VISITS)
    assert told.visits == 6
    assert told.tails == (Count("RA-86559 (Il-62M)", 4), Count("P-885", 1), Count("aircraft abcdef", 1))
    assert told.airports == (
        Count("Pyongyang Sunan (FNJ/ZKPY)", 4),
        Count("Vladivostok (VVO/UHWW)", 1),
        Count("no airport named", 1),
    )
    assert told.operators == (Count("RFF", 4), Count("KOR", 1))
    assert told.tags == (Count("il-62", 5), Count("russia", 4), Count("dprk", 1))


def test_a_tail_is_counted_under_the_name_in_the_watchlist() -> None:
    """Also where the visit was recorded without one."""
    assert of([stay("2023-11-02T00:00", registration=None)]).tails == (Count("RA-86559 (Il-62M)", 1),)


def test_first_last_and_longest() -> None:
    """Dwell is the best estimate, to now where it goes on, or the least that is sure."""
    told = of(VISITS)
    assert told.first is not None
    assert told.last is not None
    assert (told.first.visit, told.last.visit) == ("2022-10-20T00:00", "open")
    assert [(r.visit, r.dwell_s or r.dwell_min_s) for r in told.longest] == [
        ("2023-11-02T00:00", 48 * 3600),
        ("2023-08-15T00:00", 36 * 3600),
        ("2023-08-01T02:00", 35 * 3600),
    ]


def months(told: Summary) -> list[tuple[str, str, int, float, float]]:
    return [(f"{m.since:%m-%d}", f"{m.until:%m-%d}", m.visits, m.watched, m.known) for m in told.months]


BROKEN = WatchTimes(at("2023-09-16"), (Span(at("2023-10-01"), at("2023-11-01")),))


def test_months() -> None:
    """All from the first visit's on, those without visits too, with how much of each was watched or asked about."""
    assert months(of(VISITS[:-1], BROKEN, days=days("2023-08-01", 31))) == [
        ("08-01", "09-01", 2, 0.0, 1.0),
        ("09-01", "10-01", 0, 0.5, 0.5),
        ("10-01", "11-01", 0, 0.0, 0.0),
        ("11-01", "12-01", 3, 1.0, 1.0),
    ]


def test_months_of_the_time_asked_for() -> None:
    """No more of each than was asked for, and of what began in it; from where anything is known."""
    begin, end = at("2023-08-15T12:00"), at("2023-11-02")
    told = of(VISITS, ALWAYS, since=begin, until=end)
    assert months(told) == [
        ("08-15", "09-01", 0, 1.0, 1.0),
        ("09-01", "10-01", 0, 1.0, 1.0),
        ("10-01", "11-01", 0, 1.0, 1.0),
        ("11-01", "11-02", 1, 1.0, 1.0),
    ]
    assert (told.visits, told.from_before) == (2, 1)
    assert [line[0] for line in months(of(VISITS, BROKEN, since=begin, until=end))] == ["09-01", "10-01", "11-01"]
    assert months(of(VISITS, WatchTimes(None), since=begin, until=at("2023-11-01"))) == []


@pytest.mark.parametrize(
    ("watch_times", "asked", "line"),
    [
        (ALWAYS, {}, "3 visits in the last 60 days; 1 in the 60 days before; 1 in the same days a year before"),
        (
            WatchTimes(at("2022-11-01")),
            {},
            "3 visits in the last 60 days; 1 in the 60 days before; "
            "at least 1 in the same days a year before (50 % of that time was watched)",
        ),
        (
            WatchTimes(at("2023-09-02")),
            {},
            "3 visits in the last 60 days; at least 1 in the 60 days before (50 % of that time was watched); "
            "at least 1 in the same days a year before, found though not watched then",
        ),
        (
            WatchTimes(at("2020-01-01"), (Span(at("2023-09-02"), at("2023-11-01")),)),
            {},
            "at least 3 visits in the last 60 days (50 % of that time was watched); "
            "at least 1 in the 60 days before (50 % of that time was watched); 1 in the same days a year before",
        ),
        (
            WatchTimes(at("2023-11-01")),
            {"since": at("2023-11-01"), "until": at("2023-11-30")},
            "2 visits in these 29 days; not watched in the 29 days before, nor in the same days a year before",
        ),
        (
            ALWAYS,
            {"since": at("2023-11-01T18:00"), "until": at("2023-11-12")},
            "1 visit in these 10 days; 1 in the 10 days before; none in the same days a year before",
        ),
        (
            ALWAYS,
            {"since": at("2023-08-16"), "until": at("2023-08-17")},
            "no visits on this day; 1 more began before; 1 on the day before; none on the same day a year before",
        ),
        (
            ALWAYS,
            {"since": at("2023-11-30T10:00"), "until": at("2023-11-30T13:00")},
            "1 visit in these 3 h 00 min; none in the 3 h 00 min before; none in the same time a year before",
        ),
        (
            WatchTimes(None),
            {"since": at("2023-10-01"), "until": at("2023-11-01")},
            "not watched in these 31 days, nor in the 31 days before; "
            "at least 1 in the same days a year before, found though not watched then",
        ),
        (
            WatchTimes(at("2023-08-01"), (Span(at("2023-10-02"), at("2023-11-01")),)),
            {"days": days("2023-10-02", 15)},
            "at least 3 visits in the last 60 days (75 % of that time was watched or asked about); "
            "1 in the 60 days before; at least 1 in the same days a year before, found though not watched then",
        ),
        (
            WatchTimes(None),
            {"days": days("2023-06-04", 179)},
            "3 visits in the last 60 days; 1 in the 60 days before; "
            "at least 1 in the same days a year before, found though not watched then",
        ),
        (
            WatchTimes(None),
            {"days": days("2023-10-02", 3)},
            "at least 3 visits in the last 60 days (OpenSky was asked about 5 % of that time); "
            "at least 1 in the 60 days before, found though not watched then; "
            "at least 1 in the same days a year before, found though not watched then",
        ),
        (
            WatchTimes(at("2023-10-05")),
            {"days": days("2023-10-02", 2)},
            "at least 3 visits in the last 60 days (98 % of that time was watched or asked about); "
            "at least 1 in the 60 days before, found though not watched then; "
            "at least 1 in the same days a year before, found though not watched then",
        ),
        (
            ALWAYS,
            {"inferred": False},
            "3 observed visits in the last 60 days; 1 in the 60 days before; 1 in the same days a year before",
        ),
        (
            ALWAYS,
            {"since": at("2023-11-01"), "until": at("2023-11-30")},
            "2 visits in these 29 days; none in the 29 days before; none in the same days a year before",
        ),
        (
            WatchTimes(None),
            {"since": at("2023-11-30T12:00")},
            "at least 1 visit in these 12 h 00 min, found though not watched then; "
            "not watched in the 12 h 00 min before, nor in the same time a year before",
        ),
    ],
)
def test_the_rate(watch_times: WatchTimes, asked: dict[str, Any], line: str) -> None:
    """Of the last 60 days, or of just the time asked for; what was not watched or asked about is not told as nothing."""
    assert rate_line(of(VISITS, watch_times, **asked)) == line


def test_what_is_not_inferred() -> None:
    """Those of which the arrival was seen."""
    inferred = visit(id="inferred", arrival=moment("2023-11-05T00:00", minutes=5), departure=moment("2023-11-06T00:00"))
    told = of([VISITS[0], inferred, *VISITS[1:]], inferred=False)
    assert (told.visits, told.rate.last.visits, told.inferred) == (6, 3, False)


CHART = """\
3 visits in the last 60 days; at least 1 in the 60 days before (50 % of that time was watched); {}

by month
  2023-08  ##   2  found though not watched
  2023-09       0  partly watched
  2023-10       0
  2023-11  ###  3

by tail
  RA-86559 (Il-62M)  ###  3
  P-885              #    1
  aircraft abcdef    #    1

by airport
  Pyongyang Sunan (FNJ/ZKPY)  ###  3
  Vladivostok (VVO/UHWW)      #    1
  no airport named            #    1

by operator
  RFF  ###  3
  KOR  #    1

by tag
  il-62   ####  4
  russia  ###   3
  dprk    #     1

longest stays
  48 h 00 min: P-885 at Pyongyang FNJ, landed 2023-11-02 00:00 UTC (observed)
  36 h 00 min: aircraft abcdef within 1 km of Pyongyang FNJ (North Korea), landed 2023-08-15 00:00 UTC (observed)
  35 h 00 min: RA-86559 at Pyongyang FNJ, landed 2023-08-01 02:00 UTC (observed)

first visit recorded
  35 h 00 min: RA-86559 at Pyongyang FNJ, landed 2023-08-01 02:00 UTC (observed)
last visit recorded
  12 h 00 min so far: RA-86559 at Vladivostok VVO, landed 2023-11-30 12:00 UTC (observed)
""".format("not watched in the same days a year before")


def test_as_text() -> None:
    """A month that nobody watched is not told as empty."""
    assert "\n".join([*as_lines(of(VISITS[:-1], WatchTimes(at("2023-09-02"))), 80, AIRPORTS), ""]) == CHART


def test_a_month_that_opensky_was_asked_about() -> None:
    """In part it is known in part; today is no part that it could tell of."""
    lines = as_lines(of(VISITS[1:-1], WatchTimes(None), days=days("2023-10-20", 41)), 80, AIRPORTS)
    assert lines[2:7] == [
        "by month",
        "  2023-08  ##  2  found though not watched",
        "  2023-09      -  not watched",
        "  2023-10      0  partly known",
        "  2023-11  ##  2",
    ]


def test_bars_fit() -> None:
    """Into the width there is, to scale; whatever is there has a bar."""
    visits = [*(stay(f"2023-10-{day:02}T{hour:02}:00") for day in range(1, 31) for hour in range(20)), VISITS[-2]]
    lines = as_lines(of(sorted(visits, key=lambda v: v.id, reverse=True)), 60, AIRPORTS)
    months = [line for line in lines if line.startswith("  2023-") and "#" in line]
    assert [(line.count("#"), line.split()[-1]) for line in months] == [(1, "1"), (42, "600")]
    assert all(len(line) <= 60 for line in months)


def test_years_where_there_are_too_many_months() -> None:
    lines = as_lines(of([VISITS[0], stay("2019-05-01T00:00")]), 80, AIRPORTS)
    assert lines[2:8] == [
        "by month",
        *("  2019  #  1  found though not watched", "  2020     0", "  2021     0", "  2022     0", "  2023  #  1"),
    ]


def test_an_only_tail_or_airport_is_not_counted_by() -> None:
    told = [
        line
        for line in as_lines(of([stay("2023-11-02T00:00"), stay("2023-08-01T00:00")]), 80, AIRPORTS)
        if "by " in line
    ]
    assert told == ["by month", "by tag"]


def test_no_visits() -> None:
    nothing = of([])
    assert as_lines(nothing, 80, AIRPORTS) == [
        "no visits in the last 60 days; none in the 60 days before; none in the same days a year before",
    ]
    assert (nothing.first, nothing.last, nothing.months, nothing.longest) == (None, None, (), ())


def test_names_from_elsewhere_are_harmless() -> None:
    lines = as_lines(
        of([stay("2023-11-02T00:00", registration="\x1b[31mA\n"), stay("2023-11-01T00:00", icao24="abcdef")]),
        80,
        AIRPORTS,
    )
    assert all(line.isprintable() for line in lines)


def test_since_the_beginning_of_time() -> None:
    assert rate_line(of(VISITS, since=at("1900-01-01"))).startswith(
        "at least 6 visits in these 3,650 days (39 % of that time was watched); "
    )
    little = rate_line(of(VISITS, WatchTimes(at("2023-11-30T12:00")), since=at("1900-01-01")))
    assert little.startswith("at least 6 visits in these 3,650 days (less than 1 % of that time was watched); ")


def test_nothing_was_watched() -> None:
    assert rate_line(of([], WatchTimes(None))) == (
        "not watched in the last 60 days, nor in the 60 days before, nor in the same days a year before"
    )


def test_only_what_was_there_from_before() -> None:
    """It is in no bar, as it began in no month asked for."""
    lines = as_lines(of([VISITS[1]], since=at("2023-11-03"), until=at("2023-11-04")), 80, AIRPORTS)
    assert lines[:4] == [
        "no visits on this day; 1 more began before; 1 on the day before; none on the same day a year before",
        *("", "by month", "  2023-11     0"),
    ]


def test_a_visit_ahead_of_our_clock() -> None:
    """It has come by now, but not in a time that ended by now: there no month and no rate counts what the question leaves out."""
    ahead = stay("2023-12-01T00:10")
    told, ended = of([ahead]), of([ahead], until=NOW)
    assert (told.visits, told.rate.last.visits, months(told)) == (1, 1, [("11-01", "12-01", 1, 1.0, 1.0)])
    assert (ended.visits, ended.rate.last.visits, months(ended)) == (0, 0, [])


def test_an_airport_is_one_whatever_it_was_called() -> None:
    """By its newest name; a code is not said twice."""
    old, nameless = Place("ZKPY", None, "Sunan"), Place("XX-01", None, "")
    visits = [stay(f"2023-11-0{n}T00:00", airport=place) for n, place in enumerate((PYONGYANG, old, nameless), 1)]
    assert of(visits).airports == (Count("Pyongyang Sunan (FNJ/ZKPY)", 2), Count("XX-01", 1))


def test_as_json() -> None:
    """It comes back as it was."""
    told = of(VISITS)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Summary) == told
