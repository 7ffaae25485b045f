"""Which of the recorded visits a question is about."""

from typing import Any

import pytest
from skies import at, first_heard_there, moment, visit

from flightwatch.selection import Selection, came, selected
from flightwatch.store import PollRecord, Store
from flightwatch.tracking.sky import Look

AUGUST = visit(id="august", arrival=moment("2023-08-01T02:41"), departure=moment("2023-08-02T14:37"))
SEPTEMBER = visit(id="september", arrival=moment("2023-09-26T01:52", minutes=5))
FOUND = visit(id="found", arrival=first_heard_there("2023-10-01T00:00"), landing=None, departure=None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "found september august"),
        ({"since": at("2023-08-02T14:37")}, "found september august"),
        ({"since": at("2023-08-02T14:38")}, "found september"),
        ({"until": at("2023-09-26T01:46")}, "august"),
        ({"until": at("2023-09-26T01:47")}, "september august"),
        ({"until": at("2023-09-30")}, "september august"),
        ({"inferred": False}, "found august"),
        ({"limit": 2}, "found september"),
        ({"limit": 1, "inferred": False, "until": at("2023-09-30")}, "august"),
    ],
)
def test_visits_are_selected(store: Store, asked: dict[str, Any], found: str) -> None:
    """By the time they touch, by how their arrival is known, by number; a visit that goes on touches all that comes.

    The database selects the same.
    """
    visits = FOUND, SEPTEMBER, AUGUST
    store.commit(Look({}, frozenset(), (), visits), PollRecord(at("2023-10-02"), at("2023-10-02"), "ok"))
    assert selected(visits, Selection(**asked)) == store.visits(Selection(**asked))
    assert " ".join(each.id for each in store.visits(Selection(**asked))) == found


def test_a_visit_began_when_it_was_first_heard_there() -> None:
    assert (came(FOUND), came(AUGUST)) == (at("2023-10-01"), at("2023-08-01T02:41"))
