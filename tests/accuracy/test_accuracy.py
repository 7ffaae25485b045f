"""How often what is told is true, on invented and on recorded flights. ``measure.py`` prints the figures in full."""

from itertools import chain

import pytest
from cases import cases
from measure import Score, count_told, measure, measure_stays, recorded
from pyongyang import decoys, visits

from flightwatch.data import load_airports

AIRPORTS = load_airports()
MIN_CONFIDENCE = 0.6
"""The default of a watchlist."""
SEEDS = range(1, 7)
CASES, VISITS, DECOYS = 300, 40, 20
"""Flights made by code; visits and decoys for each seed."""


@pytest.fixture(scope="module")
def made() -> tuple[Score, Score]:
    """Score the tracker and plane-notify's rule over the same mix of flights."""
    return measure(list(cases(AIRPORTS, 1, CASES)), AIRPORTS, MIN_CONFIDENCE)


def test_alerts_are_true(made: tuple[Score, Score]) -> None:
    ours, _ = made
    assert len(ours.told) >= 100
    assert ours.precision >= 0.93


def test_more_is_found_than_by_the_simple_rule(made: tuple[Score, Score]) -> None:
    ours, theirs = made
    assert ours.landings == theirs.landings >= 150
    assert ours.recall > theirs.recall


def test_confidence_is_calibrated(made: tuple[Score, Score]) -> None:
    """Its Brier score is less than half of the simple rule's, and what is nearly sure is nearly always true."""
    ours, theirs = made
    assert ours.brier < 0.5 * theirs.brier
    sure = [alert.is_true for alert in ours.told if alert.inferred and alert.confidence >= 0.9]
    assert len(sure) >= 50
    assert sum(sure) >= 0.9 * len(sure)


def test_visits_to_pyongyang() -> None:
    """19 in 20 are told where they were, with a range that holds the stay; hardly any is told elsewhere.

    Over 200 visits of each seed, 93.0 to 96.5 % are told at the right airport, 95.2 % in the mean.
    """
    stays = measure_stays(
        list(chain.from_iterable(visits(AIRPORTS, seed, VISITS) for seed in SEEDS)),
        AIRPORTS,
        MIN_CONFIDENCE,
    )
    assert stays.visits == len(SEEDS) * VISITS
    assert stays.right >= 0.95 * stays.visits
    assert stays.inside == stays.right
    assert stays.wrong <= 0.03 * stays.visits


def test_past_pyongyang() -> None:
    """Nothing is told of flights that cross, skirt or turn back from the same hole."""
    flights = chain.from_iterable(decoys(AIRPORTS, seed, DECOYS) for seed in SEEDS)
    assert count_told(flights, AIRPORTS, MIN_CONFIDENCE) == 0


def test_recorded_flights() -> None:
    """Of 72 recordings, many without what is below a height: 94 % of what is told is true, 90 % of the landings are found."""
    ours, theirs = measure(recorded(), AIRPORTS, MIN_CONFIDENCE)
    assert ours.landings >= 60
    assert ours.precision >= 0.92
    assert ours.recall >= 0.87
    assert ours.precision > theirs.precision
    assert ours.recall > theirs.recall
