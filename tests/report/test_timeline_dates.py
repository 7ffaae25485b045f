"""The dates along a timeline: round ones, about as many as were asked for, and each told as shortly as can be."""

from datetime import timedelta
from random import Random

import pytest
from made_visits import at

from flightwatch.report.timeline_dates import date_told, dates


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2023-09-26T01:10", "2023-09-26T07:50", ["02:00", "03:00", "04:00", "05:00", "06:00", "07:00"]),
        ("2023-09-30T20:00", "2023-10-02T13:00", ["Oct 2023", "06:00", "12:00", "18:00", "2 Oct", "06:00", "12:00"]),
        (
            "2023-08-01T02:00",
            "2023-09-28T06:00",
            ["7 Aug", "14 Aug", "21 Aug", "28 Aug", "4 Sep", "11 Sep", "18 Sep", "25 Sep"],
        ),
        ("2022-11-20T00:00", "2023-05-02T00:00", ["Dec 2022", "2023", "Feb 2023", "Mar 2023", "Apr 2023", "May 2023"]),
        ("2014-06-01T00:00", "2023-09-01T00:00", [f"{year}" for year in range(2015, 2024)]),
    ],
)
def test_round_dates(start: str, end: str, told: list[str]) -> None:
    """Hours, days, Mondays, firsts of months or years, from the first in that time to the last."""
    assert [date_told(each) for each in dates(at(start), at(end), 8)] == told


def test_as_many_as_there_is_room_for() -> None:
    """Of any time from hours to centuries, in order and none outside of it; half or twice what was asked for, and one.

    The steps farthest from one another are a week and a month: the square root of that is 2.1.
    """
    chance = Random(3)
    for _ in range(300):
        start = at("1990-01-01T00:00") + timedelta(hours=chance.uniform(0, 200_000))
        end = start + timedelta(hours=10 ** chance.uniform(0.8, 6.5))
        found = [*dates(start, end, 9)]
        assert 9 / 2.1 - 1 <= len(found) <= 9 * 2.1 + 1
        assert found == sorted(set(found))
        assert start <= found[0]
        assert found[-1] <= end
