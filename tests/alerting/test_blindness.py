"""When a time without a good poll is blindness, and who hears of it how often."""

from datetime import timedelta

import pytest
from made_visits import at

from flightwatch.alerting.blindness import REGULAR, Blindness, blind_id, longest_gap, lost, patience, regained

HOUR = timedelta(hours=1)
SINCE = at("2023-09-26T02:10")


@pytest.mark.parametrize(
    ("spacing_min", "polls", "expected"),
    [
        (5, 12, HOUR),
        (60, 12, timedelta(minutes=150)),
        (24 * 60, REGULAR, timedelta(hours=60)),
        (5, REGULAR - 1, None),
        (5, 0, None),
    ],
)
def test_patience(spacing_min: int, polls: int, expected: timedelta | None) -> None:
    """A slow cadence is not blindness, and who polled now and then by hand was not watching."""
    begun = [SINCE + timedelta(minutes=spacing_min * number) for number in range(polls)]
    assert patience(HOUR, begun) == expected
    assert longest_gap(HOUR, begun) == (expected or HOUR)


def test_one_long_pause_does_not_change_what_is_usual() -> None:
    begun = [SINCE + timedelta(minutes=5 * number) for number in range(REGULAR)]
    assert patience(HOUR, [*begun, begun[-1] + timedelta(days=3)]) == HOUR


@pytest.mark.parametrize(("minutes", "is_blind"), [(59, False), (60, True), (600, True)])
def test_blind_from_a_time_on(minutes: int, is_blind: bool) -> None:
    now = SINCE + timedelta(minutes=minutes)
    found = lost(SINCE, now, HOUR, "credits are spent")
    assert found == (Blindness(found.id, SINCE, None, "credits are spent", now) if found else None)
    assert (found is not None, regained(SINCE, now, HOUR, None) is not None) == (is_blind, is_blind)


def test_without_a_usual_spacing_nothing_is_said() -> None:
    later = SINCE + timedelta(days=30)
    assert (lost(SINCE, later, None, "x"), regained(SINCE, later, None, None)) == (None, None)


def test_a_gap_is_told_once_each_way() -> None:
    """However often a poll fails, it is one blindness; its end knows its beginning."""
    first, again = (lost(SINCE, SINCE + n * HOUR, HOUR, "x") for n in (1, 5))
    over = regained(SINCE, SINCE + 6 * HOUR, HOUR, "x")
    assert first is not None
    assert again is not None
    assert over is not None
    assert (first.id, blind_id(over)) == (again.id, again.id)
    assert over.id != first.id
    other = lost(SINCE + HOUR, SINCE + 9 * HOUR, HOUR, "x")
    assert other is not None
    assert other.id != first.id
