"""Whom the watchlist names and since when, and so when polls looked for it."""

from datetime import datetime, timedelta

import pytest
from made_visits import at
from state_vectors import airport

from flightwatch.core.lookout import (
    FLICKER,
    Listing,
    goes_on,
    listed_spans,
    looked_for_as,
    looked_spans,
    names_of,
    time_unwatched,
)
from flightwatch.core.spans import Span
from flightwatch.core.watched import Watched, WatchedAircraft, WatchedAirport

IL62, KORYO = "15521f", "7278a5"
WATCHED = Watched(
    (WatchedAircraft(IL62, "RA-86559", "rule"),),
    (WatchedAirport(airport("FNJ"), ("P-*",)), WatchedAirport(airport("VVO"))),
)
HOUR = timedelta(hours=1)


def day(number: int, hour: int = 0) -> datetime:
    return at(f"2023-09-{number:02d}T{hour:02d}:00")


def test_names() -> None:
    assert names_of(WATCHED) == {IL62, "ZKPY", "UHWW"}


@pytest.mark.parametrize(
    ("last", "is_same"),
    [
        (None, False),
        (Listing(day(1), None), False),
        (Listing(day(1), day(9, 1)), True),
        (Listing(day(1), day(9)), False),
    ],
)
def test_a_name_that_was_left_out(last: Listing | None, is_same: bool) -> None:
    """For less than a day it was not gone."""
    assert goes_on(last, day(9) + FLICKER) is is_same


@pytest.mark.parametrize(
    ("listings", "spans"),
    [
        ([], []),
        ([Listing(day(1), None)], [Span(day(1), day(20))]),
        ([Listing(day(1), day(2)), Listing(day(2, 23), None)], [Span(day(1), day(20))]),
        ([Listing(day(1), day(2)), Listing(day(3), None)], [Span(day(1), day(2)), Span(day(3), day(20))]),
        ([Listing(day(5), None), Listing(day(1), day(8))], [Span(day(1), day(20))]),
        ([Listing(day(1), day(8)), Listing(day(2), day(3))], [Span(day(1), day(8))]),
        ([Listing(day(21), None)], []),
    ],
)
def test_times_on_the_list(listings: list[Listing], spans: list[Span]) -> None:
    """Those less than a day apart are one, whoever of several was named; what begins later is left out."""
    assert listed_spans(listings, day(20)) == spans


def test_who_is_looked_for() -> None:
    """Everybody by its own name; at a watched airport whoever that is watched for."""
    assert looked_for_as(WATCHED, KORYO) == (KORYO,)
    assert looked_for_as(WATCHED, KORYO, "P-885", "ZKPY") == (KORYO, "ZKPY")
    assert looked_for_as(WATCHED, IL62, "RA-86559", "ZKPY") == (IL62,)
    assert looked_for_as(WATCHED, IL62, "RA-86559", "UHWW") == (IL62, "UHWW")
    assert looked_for_as(WATCHED, IL62, "RA-86559", "EDDF") == (IL62,)


@pytest.mark.parametrize(
    ("gaps", "last_poll_at", "seen"),
    [
        ([], None, []),
        ([], day(20), [Span(day(1), day(4)), Span(day(8), day(20))]),
        ([], day(19, 23), [Span(day(1), day(4)), Span(day(8), day(20))]),
        ([], day(19), [Span(day(1), day(4)), Span(day(8), day(19))]),
        (
            [Span(day(2), day(3)), Span(day(3, 12), day(9))],
            day(20),
            [Span(day(1), day(2)), Span(day(3), day(3, 12)), Span(day(9), day(20))],
        ),
    ],
)
def test_times_looked_for(gaps: list[Span], last_poll_at: datetime | None, seen: list[Span]) -> None:
    """Without the holes between good polls, and that since the last one where it is long."""
    listed = [Span(day(1), day(4)), Span(day(8), day(20))]
    assert looked_spans(listed, gaps, last_poll_at, day(20), HOUR) == seen


@pytest.mark.parametrize(
    ("listed", "gaps", "hours"),
    [
        ([], [], 24),
        ([Span(day(1), day(9))], [], 0),
        ([Span(day(2, 6), day(9))], [], 6),
        ([Span(day(2, 6), day(9))], [Span(day(2, 4), day(2, 8)), Span(day(2, 23), day(4))], 9),
    ],
)
def test_how_long_nobody_looked(listed: list[Span], gaps: list[Span], hours: int) -> None:
    """What is both off the list and in a hole counts once."""
    assert time_unwatched(Span(day(2), day(3)), listed, gaps) == hours * HOUR
