"""Answers of next to nobody, and of rows that cannot be read: what is no look at the sky, and how that ends."""

from collections.abc import Iterable, Mapping

import pytest

from flightwatch.core.model import WORLD, Answered, Box, Poll, Query, instant
from flightwatch.tracking.listening import ADVICE, AREA_KNOWN, KEPT, NEW_USUAL, WORLD_KNOWN, Usual, heard

NOON = 1_709_294_400
MINUTE, HOUR, DAY = 60, 3600, 86_400
EVERYWHERE = Query()
AREA = Query(box=Box(45.0, 5.0, 50.0, 12.0))
NAMED = Query(icao24s=tuple(f"{number:06x}" for number in range(100)))

Memory = dict[Query, Usual]


def poll(at: int, *answered: Answered) -> Poll:
    return Poll(instant(at), (), WORLD, answered=answered)


def after(rows: Iterable[int], query: Query = EVERYWHERE, *, start: int = NOON, step_s: int = 5 * MINUTE) -> Memory:
    """Give what is remembered after answers of so many rows."""
    usual: Memory = {}
    for number, count in enumerate(rows):
        usual = heard(usual, poll(start + number * step_s, Answered(query, count))).usual
    return usual


def counts(usual: Mapping[Query, Usual], at: int, rows: int, query: Query = EVERYWHERE) -> bool:
    return heard(usual, poll(at, Answered(query, rows))).why is None


@pytest.mark.parametrize(
    ("query", "usual", "rows", "expected"),
    [
        (EVERYWHERE, 9_000, 0, False),
        (EVERYWHERE, 9_000, 400, False),
        (EVERYWHERE, 9_000, 2_249, False),
        (EVERYWHERE, 9_000, 2_250, True),
        (EVERYWHERE, 50, 0, False),
        (EVERYWHERE, 49, 0, True),
        (AREA, 120, 0, False),
        (AREA, 120, 11, False),
        (AREA, 120, 12, True),
        (AREA, 49, 0, True),
        (NAMED, 80, 0, False),
        (NAMED, 12, 0, True),
    ],
)
def test_far_fewer_than_usual(query: Query, usual: int, rows: int, expected: bool) -> None:
    """A quarter of the world, a tenth of an area; what usually holds fewer than fifty can be empty on any night."""
    assert counts(after([usual] * 3, query), NOON + HOUR, rows, query) == expected


def test_the_first_answer_is_a_look() -> None:
    """There is nothing to hold it against; so are recordings of one aircraft, and of none."""
    assert counts({}, NOON, 0)
    assert counts(after([1, 1, 0, 1, 0, 0]), NOON + HOUR, 0)


def test_one_odd_answer_does_not_make_what_is_usual() -> None:
    assert counts(after([60, 60, 60, 9_000]), NOON + HOUR, 40)
    assert not counts(after([9_000, 9_000, 9_000, 2_500]), NOON + HOUR, 700)


def test_the_day_goes_by() -> None:
    """From the busiest hour to the quietest, and back: every answer is a look."""
    rows = [*range(12_000, 5_000, -100), *range(5_000, 12_000, 100)]
    assert after(rows)[EVERYWHERE] == Usual(tuple(rows[-KEPT:]), NOON + (len(rows) - 1) * 5 * MINUTE)


def test_what_is_said() -> None:
    assert ADVICE == (
        "nothing is lost, later polls ask again; if this lasts, look for an outage on opensky-network.org or a newer flightwatch"
    )
    usual = {**after([9_000] * 3), **after([120] * 3, AREA), **after([80] * 3, NAMED)}
    assert heard(usual, poll(NOON + HOUR, Answered(EVERYWHERE, 7))).why == (
        "OpenSky answered with 7 aircraft in the whole world where some 9,000 are usual: something is wrong there, so "
        "this answer is not used"
    )
    assert heard(usual, poll(NOON + HOUR, Answered(AREA, 3), Answered(NAMED, 0))).why == (
        "OpenSky answered with 3 aircraft in one area where some 120 are usual and 0 aircraft of those asked for by name where "
        "some 80 are usual: something is wrong there, so this answer is not used"
    )


@pytest.mark.parametrize(
    ("rows", "unreadable", "expected"), [(0, 0, True), (1, 1, False), (2, 1, True), (9_000, 4_501, False)]
)
def test_rows_that_cannot_be_read(rows: int, unreadable: int, expected: bool) -> None:
    """More than half of a poll's. What is usual stays as it was."""
    usual = after([9_000])
    found = heard(usual, poll(NOON + HOUR, Answered(EVERYWHERE, rows, unreadable), Answered(NAMED, 0)))
    if rows > 1_000 and not expected:
        assert found.why == (
            "4,501 of 9,000 rows of OpenSky's answer cannot be read: their form has changed or they are garbled, so this "
            "answer is not used"
        )
        assert found.usual == usual
    assert (heard({}, poll(NOON, Answered(EVERYWHERE, rows, unreadable))).why is None) == expected


def test_the_next_sane_answer_is_a_look() -> None:
    """And what was usual before still is."""
    usual = after([9_000, 9_000, 3, 0, 3, 8_900])
    assert usual == {EVERYWHERE: Usual((9_000, 9_000, 8_900), NOON + 25 * MINUTE)}


def test_a_world_that_stays_small_becomes_usual_after_a_day() -> None:
    """Until then every poll is told to be none; after that it is the world that there is."""
    usual = after([9_000] * 3)
    told = []
    for at in range(NOON + HOUR, NOON + HOUR + round(NEW_USUAL.total_seconds()) + HOUR, 15 * MINUTE):
        found = heard(usual, poll(at, Answered(EVERYWHERE, 500)))
        usual = found.usual
        told.append(found.why is not None)
    assert told == [True] * 96 + [False] * 4
    assert usual[EVERYWHERE].count == 500


def test_a_few_answers_in_a_day_do_not_make_a_new_world() -> None:
    usual = after([9_000] * 3)
    for day in range(1, 6):
        found = heard(usual, poll(NOON + day * DAY, Answered(EVERYWHERE, 500)))
        usual = found.usual
        assert found.why is not None


def test_an_empty_world_is_never_usual() -> None:
    """Not after weeks: nobody listens. Nor is one that is empty now and then."""
    usual = after([9_000] * 3)
    for number in range(3 * 7 * 24):
        found = heard(usual, poll(NOON + (number + 1) * HOUR, Answered(EVERYWHERE, 500 if number % 20 else 0)))
        usual = found.usual
        assert found.why is not None


def test_an_area_is_forgotten_after_some_hours() -> None:
    """Night may have come, or its one receiver be gone: an area that stays empty must not deafen us to all others."""
    known_s = round(AREA_KNOWN.total_seconds())
    usual = after([120] * 3, AREA, start=NOON - 10 * MINUTE)
    at = NOON
    while at + 5 * MINUTE <= NOON + known_s:
        at += 5 * MINUTE
        found = heard(usual, poll(at, Answered(AREA, 0)))
        usual = found.usual
        assert found.why is not None
    assert heard(usual, poll(at + 5 * MINUTE, Answered(AREA, 0))) == heard({}, poll(at, Answered(AREA, 0)))


def test_the_world_is_forgotten_where_nobody_asked_for_a_week() -> None:
    usual = after([9_000] * 3)
    week_s = round(WORLD_KNOWN.total_seconds())
    assert not counts(usual, NOON + week_s, 12)
    assert counts(usual, NOON + 10 * MINUTE + week_s + 1, 12)


def test_each_question_has_its_own_usual() -> None:
    """One that was never asked before says nothing of the others, and what is small is not remembered."""
    usual = after([9_000] * 3)
    here, there = Query(box=Box(1.0, 1.0, 2.0, 2.0)), Query(box=Box(1.0, 1.0, 2.0, 3.0))
    found = heard(usual, poll(NOON + HOUR, Answered(here, 0), Answered(there, 60)))
    assert found.why is None
    assert found.usual == {**usual, there: Usual((60,), NOON + HOUR)}
