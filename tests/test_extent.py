"""How far the record goes, in one line."""

from datetime import datetime

import pytest
from skies import at, first_heard_there, moment, visit

from flightwatch.past.extent import Extent, extent_line, watched_again, watched_share, with_days
from flightwatch.selection import ALL, Selection
from flightwatch.words.record import Span

NOW = at("2023-09-01")
SHORT = Span(at("2023-08-14T02:10"), at("2023-08-14T04:30"))
NIGHT = Span(at("2023-08-20T23:30"), at("2023-08-21T00:30"))
WEEK = Span(at("2023-08-22"), at("2023-08-29"))
SINCE = at("2023-08-01T00:40")
SEEN = visit(arrival=moment("2023-08-03T01:00"))
INFERRED = visit(arrival=moment("2023-08-05T01:00", minutes=5))
FOUND = visit(arrival=first_heard_there("2023-08-07T01:00"))


@pytest.mark.parametrize(
    ("extent", "which", "line"),
    [
        (Extent(None), ALL, "nothing was watched yet"),
        (Extent(SINCE), ALL, "watching since 2023-08-01 00:40 UTC without a hole"),
        (
            Extent(SINCE, (SHORT,)),
            ALL,
            "watching since 2023-08-01 00:40 UTC; not watched for 2 h 20 min, 2023-08-14 02:10-04:30",
        ),
        (
            Extent(SINCE, (SHORT, NIGHT)),
            ALL,
            "watching since 2023-08-01 00:40 UTC; not watched for 3 h 20 min in 2 stretches, "
            "the longest 2023-08-14 02:10-04:30",
        ),
        (
            Extent(SINCE, (SHORT, WEEK)),
            ALL,
            "watching since 2023-08-01 00:40 UTC; not watched for 7 days in 2 stretches, "
            "the longest 2023-08-22 00:00 to 2023-08-29 00:00",
        ),
        (
            Extent(SINCE, (SHORT, NIGHT)),
            Selection(since=at("2023-08-21")),
            "watching since 2023-08-01 00:40 UTC; not watched for 30 min, 2023-08-21 00:00-00:30",
        ),
        (
            Extent(SINCE, (SHORT, NIGHT)),
            Selection(at("2023-08-15"), at("2023-08-16")),
            "watching since 2023-08-01 00:40 UTC without a hole",
        ),
        (Extent(SINCE, (SHORT,)), Selection(until=at("2023-07-01")), "watching since 2023-08-01 00:40 UTC"),
    ],
)
def test_holes_in_our_own_watching(extent: Extent, which: Selection, line: str) -> None:
    """Those of the time that is asked about, and none are denied for a time before the watching."""
    assert extent_line(extent, [], NOW, which) == line


def test_how_many_landings_are_inferred() -> None:
    """Of those that can be timed; nothing where inferred ones were left out."""
    told = [extent_line(Extent(SINCE), visits, NOW) for visits in ([SEEN, INFERRED, FOUND], [SEEN], [FOUND])]
    watching = "watching since 2023-08-01 00:40 UTC without a hole"
    told.append(extent_line(Extent(SINCE), [SEEN], NOW, Selection(inferred=False)))
    assert told == [
        f"{watching}; 1 of 2 landings inferred",
        f"{watching}; none of 1 landing inferred",
        watching,
        watching,
    ]


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
    assert watched_share(Extent(SINCE, (SHORT, WEEK)), at(since), at(until)) == pytest.approx(share)


def days(*names: str) -> list[datetime]:
    return [at(f"2023-08-{name}") for name in names]


@pytest.mark.parametrize(
    ("extent", "asked", "known"),
    [
        (Extent(None), [], Extent(None)),
        (
            Extent(None),
            days("03", "01", "02"),
            Extent(at("2023-08-01"), (Span(at("2023-08-04"), NOW),)),
        ),
        (
            Extent(SINCE, (SHORT, WEEK)),
            days("14", "23", "31"),
            Extent(SINCE, (Span(at("2023-08-22"), at("2023-08-23")), Span(at("2023-08-24"), at("2023-08-29")))),
        ),
        (
            Extent(at("2023-08-29"), (Span(at("2023-08-31T12:00"), NOW),)),
            days("01", "31"),
            Extent(at("2023-08-01"), (Span(at("2023-08-02"), at("2023-08-29")),)),
        ),
    ],
)
def test_days_that_opensky_was_asked_about_are_known_too(extent: Extent, asked: list[datetime], known: Extent) -> None:
    """They fill holes, as far as they go, and reach back before the watching."""
    assert with_days(extent, asked, NOW) == known


@pytest.mark.parametrize(
    ("extent", "since", "again"),
    [
        (Extent(None), "2023-08-23", None),
        (Extent(SINCE, (SHORT, WEEK)), "2023-07-01", "2023-08-01T00:40"),
        (Extent(SINCE, (SHORT, WEEK)), "2023-08-15", "2023-08-15"),
        (Extent(SINCE, (SHORT, WEEK)), "2023-08-23", "2023-08-29"),
    ],
)
def test_from_when_on_it_was_watched(extent: Extent, since: str, again: str | None) -> None:
    assert watched_again(extent, at(since)) == (again and at(again))
