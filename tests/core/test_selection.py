"""Which of the recorded visits a question is about."""

from typing import Any

import pytest
from made_visits import at, first_heard_there, moment, tally, visit

from flightwatch.core.selection import Selection, selected
from flightwatch.core.visits import Moment, came, left
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.wording.selected import count_line

AUGUST = visit(id="august", arrival=moment("2023-08-01T02:41"), departure=moment("2023-08-02T14:37"))
SEPTEMBER = visit(id="september", arrival=moment("2023-09-26T01:52", minutes=5))
JULY = visit(
    id="july",
    arrival=Moment(None, at("2023-06-30"), at("2023-07-01T09:55"), "inferred", 0.9),
    departure=moment("2023-07-01T09:50", minutes=5),
)
"""It was there by the latest time it can have left, as when only the flight away from there is known."""
FOUND = visit(id="found", arrival=first_heard_there("2023-10-01T00:00"), landing=None, departure=None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "found september august july"),
        ({"since": at("2023-07-01T09:51"), "until": at("2023-08-01")}, ""),
        ({"since": at("2023-07-01T09:50"), "until": at("2023-07-01T09:51")}, "july"),
        ({"since": at("2023-08-02T14:37")}, "found september august"),
        ({"since": at("2023-08-02T14:38")}, "found september"),
        ({"until": at("2023-09-26T01:52")}, "august july"),
        ({"until": at("2023-09-26T01:53")}, "september august july"),
        ({"until": at("2023-10-01")}, "september august july"),
        ({"since": at("2023-09-28T00:31"), "until": at("2023-09-30")}, "september"),
        ({"since": at("2023-09-28T00:32")}, "found"),
        ({"inferred": False}, "found august"),
        ({"limit": 2}, "found september"),
        ({"limit": 1, "inferred": False, "until": at("2023-09-30")}, "august"),
    ],
)
def test_visits_are_selected(store: Store, asked: dict[str, Any], found: str) -> None:
    """By the time they touch, by how their arrival is known, by number; a visit that goes on touches all that comes.

    What begins as the time ends lies outside, as a landing at midnight does of the day before. The database selects the same.
    """
    visits = FOUND, SEPTEMBER, AUGUST, JULY
    store.commit(PollChanges({}, frozenset(), (), visits), PollRecord(at("2023-10-02"), at("2023-10-02"), "ok"))
    assert selected(visits, Selection(**asked)) == store.visits(Selection(**asked))
    assert " ".join(each.id for each in store.visits(Selection(**asked))) == found


def test_when_a_visit_began_and_ended() -> None:
    """By best estimate; where there is none, when it was first heard there or left, or was seen to have left by."""
    assert (came(FOUND), came(AUGUST)) == (at("2023-10-01"), at("2023-08-01T02:41"))
    gone = visit(departure=Moment(None, None, at("2023-09-30"), "inferred", 0.9))
    assert came(JULY) == left(JULY) == at("2023-07-01T09:50")
    assert (left(FOUND), left(AUGUST), left(gone)) == (None, at("2023-08-02T14:37"), at("2023-09-30"))


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({}, "3 visits"),
        ({"since": at("2023-09-01")}, "2 visits"),
        ({"since": at("2023-09-27")}, "2 visits; 1 of them began before"),
        ({"since": at("2023-09-27"), "until": at("2023-09-28")}, "1 visit, which began before"),
        ({"limit": 2}, "the newest 2 of 3 visits"),
        ({"limit": 3}, "3 visits"),
        ({"inferred": False}, "2 observed visits; 1 inferred is left out"),
        ({"inferred": False, "limit": 1}, "the newest of 2 observed visits; 1 inferred is left out"),
        ({"inferred": False, "since": at("2023-10-01")}, "1 observed visit"),
        ({"until": at("2023-07-01")}, "no visits recorded in this time"),
        (
            {"inferred": False, "since": at("2023-09-01"), "until": at("2023-09-30")},
            "no observed visits recorded in this time; 1 inferred is left out",
        ),
    ],
)
def test_how_many_there_are(asked: dict[str, Any], line: str) -> None:
    """And what the options hide."""
    assert count_line(tally((FOUND, SEPTEMBER, AUGUST), Selection(**asked)), Selection(**asked)) == line


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"limit": 2}, "the newest 2 visits"),
        ({"limit": 3}, "3 visits"),
        ({"limit": 1}, "the newest visit"),
        ({"limit": 3, "inferred": False}, "2 observed visits; inferred ones, if any, are left out"),
    ],
)
def test_how_many_where_nobody_counted(asked: dict[str, Any], line: str) -> None:
    """What was not read is not told as a number."""
    assert count_line(tally((FOUND, SEPTEMBER, AUGUST), Selection(**asked)), Selection(**asked), is_all=False) == line
