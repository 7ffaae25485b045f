"""How far the record goes, in one line."""

from datetime import datetime, timedelta

import pytest
from made_visits import at, first_heard_there, moment, tally, visit

from flightwatch.core.selection import Selection
from flightwatch.core.spans import Span
from flightwatch.core.visits import Visit
from flightwatch.wording.watch_times import WatchTimes, watch_times_line, watched_again, watched_share, with_days

NOW = at("2023-09-01")
SHORT = Span(at("2023-08-14T02:10"), at("2023-08-14T04:30"))
NIGHT = Span(at("2023-08-20T23:30"), at("2023-08-21T00:30"))
WEEK = Span(at("2023-08-22"), at("2023-08-29"))
STOPPED = Span(at("2023-08-30"), NOW)
SECOND = timedelta(seconds=1)
MOMENT = Span(at("2023-08-25"), at("2023-08-25") + SECOND)
SINCE = at("2023-08-01T00:40")
SEEN = visit(arrival=moment("2023-08-03T01:00"))
INFERRED = visit(arrival=moment("2023-08-05T01:00", minutes=5))
FOUND = visit(arrival=first_heard_there("2023-08-07T01:00"))


@pytest.mark.parametrize(
    ("watch_times", "line"),
    [
        (WatchTimes(None), "nothing was watched yet"),
        (WatchTimes(SINCE), "watching since 2023-08-01 00:40 UTC, without a long break"),
        (
            WatchTimes(SINCE, (SHORT,)),
            "watching since 2023-08-01 00:40 UTC; not watched for 2 h 20 min: 2023-08-14 02:10 to 04:30",
        ),
        (
            WatchTimes(SINCE, (SHORT, NIGHT)),
            "watching since 2023-08-01 00:40 UTC; not watched for 3 h 20 min in 2 stretches, "
            "the longest 2023-08-14 02:10 to 04:30",
        ),
        (
            WatchTimes(SINCE, (SHORT, WEEK)),
            "watching since 2023-08-01 00:40 UTC; not watched for 7 days in 2 stretches, "
            "the longest 2023-08-22 00:00 to 2023-08-29 00:00",
        ),
        (
            WatchTimes(SINCE, (SHORT, STOPPED)),
            "watched from 2023-08-01 00:40 to 2023-08-30 00:00 UTC; "
            "not watched for 2 h 20 min: 2023-08-14 02:10 to 04:30",
        ),
        (WatchTimes(SINCE, (STOPPED,)), "watched from 2023-08-01 00:40 to 2023-08-30 00:00 UTC, without a long break"),
        (WatchTimes(SINCE, (Span(SINCE, NOW),)), "watching stopped 2023-08-01 00:40 UTC"),
        (WatchTimes(SINCE, (MOMENT,)), "watching since 2023-08-01 00:40 UTC, without a long break"),
        (WatchTimes(NOW - SECOND), "watching since 2023-08-31 23:59 UTC, without a long break"),
    ],
)
def test_holes_in_our_own_watching(watch_times: WatchTimes, line: str) -> None:
    """Nobody watches any more where the last hole lasts to this day; a moment is no hole."""
    assert watch_times_line(watch_times, {}, NOW) == line


@pytest.mark.parametrize(
    ("since", "until", "line"),
    [
        ("2023-08-15", "2023-08-16", "watched throughout this time"),
        ("2023-08-15", "2023-08-20T23:30:20", "watched throughout this time"),
        (None, "2023-07-01", "not watched then; watching began 2023-08-01 00:40 UTC"),
        ("2023-08-31", None, "not watched then; watching stopped 2023-08-30 00:00 UTC"),
        (
            "2023-08-22",
            "2023-08-23",
            "not watched then; watching stopped 2023-08-22 00:00 UTC and began again 2023-08-29 00:00 UTC",
        ),
        (
            "2023-08-14T04:00",
            "2023-08-14T04:30:20",
            "not watched then; watching stopped 2023-08-14 02:10 UTC and began again 2023-08-14 04:30 UTC",
        ),
        ("2023-08-14T04:00", "2023-08-15", "in this time watched from 2023-08-14 04:30 to 2023-08-15 00:00 UTC, {}"),
        ("2023-07-01", "2023-08-14T01:00", "in this time watched from 2023-08-01 00:40 to 2023-08-14 01:00 UTC, {}"),
        ("2023-08-29", None, "in this time watched from 2023-08-29 00:00 to 2023-08-30 00:00 UTC, {}"),
        (
            "2023-08-20",
            "2023-08-22",
            "in this time watched from 2023-08-20 00:00 to 2023-08-22 00:00 UTC; "
            "not watched for 1 h 00 min: 2023-08-20 23:30 to 2023-08-21 00:30",
        ),
    ],
)
def test_a_time_that_was_asked_for(since: str | None, until: str | None, line: str) -> None:
    """It is told what was watched of it, and nothing is said of any other time but why there is none."""
    watch_times = WatchTimes(SINCE, (SHORT, NIGHT, WEEK, STOPPED))
    which = Selection(at(since) if since else None, at(until) if until else None)
    assert watch_times_line(watch_times, {}, NOW, which) == line.format("without a long break")


def test_a_time_that_is_not_over() -> None:
    assert watch_times_line(WatchTimes(SINCE, (NIGHT,)), {}, NOW, Selection(at("2023-08-21"))) == (
        "in this time watching since 2023-08-21 00:30 UTC, without a long break"
    )


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        ([SEEN, INFERRED, FOUND], "1 landing inferred, 1 observed, 1 at an unknown time"),
        ([INFERRED, INFERRED, SEEN], "2 landings inferred, 1 observed"),
        ([SEEN], "1 landing observed"),
        ([FOUND, FOUND], "2 landings at an unknown time"),
        ([], None),
    ],
)
def test_how_landings_are_known(visits: list[Visit], said: str | None) -> None:
    """Not where inferred ones were left out."""
    watching = "watching since 2023-08-01 00:40 UTC, without a long break"
    assert watch_times_line(WatchTimes(SINCE), tally(visits).landings, NOW) == "; ".join(filter(None, (watching, said)))
    assert watch_times_line(WatchTimes(SINCE), tally(visits).landings, NOW, Selection(inferred=False)) == watching


@pytest.mark.parametrize(
    ("since", "until", "share"),
    [
        ("2023-07-01", "2023-07-31", 0.0),
        ("2023-08-02", "2023-08-12", 1.0),
        ("2023-08-22", "2023-09-01", 0.3),
        ("2023-08-23", "2023-08-24", 0.0),
        ("2023-07-31T00:40", "2023-08-02T00:40", 0.5),
    ],
)
def test_how_much_of_a_time_was_watched(since: str, until: str, share: float) -> None:
    assert watched_share(WatchTimes(SINCE, (SHORT, WEEK)), at(since), at(until)) == pytest.approx(share)


def days(*names: str) -> list[datetime]:
    return [at(f"2023-08-{name}") for name in names]


@pytest.mark.parametrize(
    ("watch_times", "asked", "known"),
    [
        (WatchTimes(None), [], WatchTimes(None)),
        (
            WatchTimes(None),
            days("03", "01", "02"),
            WatchTimes(at("2023-08-01"), (Span(at("2023-08-04"), NOW),)),
        ),
        (
            WatchTimes(SINCE, (SHORT, WEEK)),
            days("14", "23", "31"),
            WatchTimes(SINCE, (Span(at("2023-08-22"), at("2023-08-23")), Span(at("2023-08-24"), at("2023-08-29")))),
        ),
        (
            WatchTimes(at("2023-08-29"), (Span(at("2023-08-31T12:00"), NOW),)),
            days("01", "31"),
            WatchTimes(at("2023-08-01"), (Span(at("2023-08-02"), at("2023-08-29")),)),
        ),
    ],
)
def test_days_that_opensky_was_asked_about_are_known_too(
    watch_times: WatchTimes, asked: list[datetime], known: WatchTimes
) -> None:
    """They fill holes, as far as they go, and reach back before the watching."""
    assert with_days(watch_times, asked, NOW) == known


@pytest.mark.parametrize(
    ("watch_times", "since", "again"),
    [
        (WatchTimes(None), "2023-08-23", None),
        (WatchTimes(SINCE, (SHORT, WEEK)), "2023-07-01", "2023-08-01T00:40"),
        (WatchTimes(SINCE, (SHORT, WEEK)), "2023-08-15", "2023-08-15"),
        (WatchTimes(SINCE, (SHORT, WEEK)), "2023-08-23", "2023-08-29"),
    ],
)
def test_from_when_on_it_was_watched(watch_times: WatchTimes, since: str, again: str | None) -> None:
    assert watched_again(watch_times, at(since)) == (again and at(again))
