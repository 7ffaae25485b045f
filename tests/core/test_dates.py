"""Days and instants as people write them."""

from datetime import datetime

import pytest
from made_visits import at

from flightwatch.core.dates import between, day
from flightwatch.errors import UsageError

NOW = at("2023-09-26T12:00")
"""A Tuesday."""


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023-08-01", "2023-08-01", "2023-08-02"),
        ("20230801", "2023-08-01", "2023-08-02"),
        ("1 August 2023", "2023-08-01", "2023-08-02"),
        (" 01  aug 2023 ", "2023-08-01", "2023-08-02"),
        ("August 1, 2023", "2023-08-01", "2023-08-02"),
        ("2023-08", "2023-08-01", "2023-09-01"),
        ("August 2023", "2023-08-01", "2023-09-01"),
        ("Sept 2023", "2023-09-01", "2023-10-01"),
        ("2023-12", "2023-12-01", "2024-01-01"),
        ("2023", "2023-01-01", "2024-01-01"),
        ("today", "2023-09-26", "2023-09-27"),
        ("Yesterday", "2023-09-25", "2023-09-26"),
        ("Monday", "2023-09-25", "2023-09-26"),
        ("last wednesday", "2023-09-20", "2023-09-21"),
        ("tuesday", "2023-09-26", "2023-09-27"),
        ("last Tuesday", "2023-09-19", "2023-09-20"),
        ("this week", "2023-09-25", "2023-10-02"),
        ("last week", "2023-09-18", "2023-09-25"),
        ("this month", "2023-09-01", "2023-10-01"),
        ("last month", "2023-08-01", "2023-09-01"),
        ("last year", "2022-01-01", "2023-01-01"),
        ("2023-08-01T06:30", "2023-08-01T06:30", "2023-08-01T06:30"),
        ("2023-08-01 06:30", "2023-08-01T06:30", "2023-08-01T06:30"),
        ("2023-08-01T06:30Z", "2023-08-01T06:30", "2023-08-01T06:30"),
        ("2023-08-01T06:30+09:00", "2023-07-31T21:30", "2023-07-31T21:30"),
        ("36h", "2023-09-25T00:00", "2023-09-25T00:00"),
        ("30 days", "2023-08-27T12:00", "2023-08-27T12:00"),
        ("30 days ago", "2023-08-27T12:00", "2023-08-27T12:00"),
        ("2 weeks", "2023-09-12T12:00", "2023-09-12T12:00"),
        ("1 month", "2023-08-26T12:00", "2023-08-26T12:00"),
        ("10 months", "2022-11-26T12:00", "2022-11-26T12:00"),
        ("1 year", "2022-09-26T12:00", "2022-09-26T12:00"),
        ("a week ago", "2023-09-19T12:00", "2023-09-19T12:00"),
        ("an hour ago", "2023-09-26T11:00", "2023-09-26T11:00"),
        ("now", "2023-09-26T12:00", "2023-09-26T12:00"),
        ("last 30 days", "2023-08-27T12:00", "2023-09-26T12:00"),
        ("the past 2 weeks", "2023-09-12T12:00", "2023-09-26T12:00"),
        ("26 Sep", "2023-09-26", "2023-09-27"),
        ("September 27", "2022-09-27", "2022-09-28"),
        ("29 Feb", "2020-02-29", "2020-03-01"),
        ("1900", "1900-01-01", "1901-01-01"),
    ],
)
def test_what_is_written_begins_and_ends(text: str, start: str, end: str) -> None:
    """A day, month or year includes all of it; so many days ago is an instant; what names no zone is UTC.

    A day without a year is the last such that is not in the future.
    """
    assert (day(text, "--since", NOW), day(text, "--until", NOW, end=True)) == (at(start), at(end))


def test_a_month_before_the_31st_is_the_last_of_a_shorter_one() -> None:
    assert day("1 month", "--since", at("2023-03-31")) == at("2023-02-28")


def test_nothing_given() -> None:
    assert between(None, None, NOW) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "ever",
            "2023-13-01",
            "2023-02-29",
            "31 June 2023",
            "31 June",
            "0 June",
            "last a week",
            "last 30 days ago",
            "1899",
            "0001-01-01T03:00",
            "0 August 2023",
            "9999-12-31",
            "0000",
            "202308",
            "12",
        ),
        *(
            "2023-W31",
            "3000 years",
            "999999 weeks",
            "5 m",
            "-3 days",
            "next week",
            "2023-08-01T25:00",
            "\x1b[31m",
            "٣٠ days",
        ),
    ],
)
def test_no_such_day(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        day(text, "--until", NOW, end=True)
    assert str(caught.value) == (
        f"--until: {text!r} is no date; write one such as 2023-08-01, 2023-08, August 2023, yesterday or '30 days'"
    )


@pytest.mark.parametrize("text", ["01/02/2023", "1.2.2023", "13-02-2023", "1/2/23"])
def test_a_day_that_can_be_read_two_ways_is_not_guessed(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        day(text, "--since", NOW)
    assert str(caught.value) == (
        f"--since: {text!r} may begin with the day or the month; write year-month-day, as in 2023-08-01"
    )


@pytest.mark.parametrize(
    ("since", "until", "begin", "end"),
    [("2023-08", "2023-08", "2023-08-01", "2023-09-01"), ("30 days", "today", "2023-08-27T12:00", "2023-09-27")],
)
def test_from_one_to_the_other(since: str, until: str, begin: str, end: str) -> None:
    expected: tuple[datetime, datetime] = (at(begin), at(end))
    assert between(since, until, NOW) == expected


@pytest.mark.parametrize(
    ("since", "until"),
    [("2023-09", "July 2023"), ("2023", "2022"), ("2023-08-01T06:00", "2023-08-01T06:00")],
)
def test_the_wrong_way_round(since: str, until: str) -> None:
    """Or without a moment between."""
    with pytest.raises(UsageError) as caught:
        between(since, until, NOW)
    assert str(caught.value) == f"--since {since!r} is not before the end of --until {until!r}: change one of them"


@pytest.mark.parametrize("since", ["2023-09-27", "2024", "now"])
def test_a_beginning_that_is_not_past(since: str) -> None:
    """Nothing can be known from then on."""
    with pytest.raises(UsageError) as caught:
        between(since, None, NOW)
    assert str(caught.value) == f"--since {since!r} is not in the past: name an earlier day"


@pytest.mark.parametrize(
    ("until", "begin", "end"),
    [
        (None, "2023-09-16T12:00", None),
        ("2023-08-31", "2023-08-22", "2023-09-01"),
        ("today", "2023-09-16T12:00", "2023-09-27"),
    ],
)
def test_days_before_the_end(until: str | None, begin: str, end: str | None) -> None:
    """Or before now, where the end is ahead."""
    assert between(None, until, NOW, days=10) == (at(begin), end and at(end))
