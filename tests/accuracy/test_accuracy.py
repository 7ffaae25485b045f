"""How often what is told is true: on recorded flights first, then on invented ones. ``measure.py`` prints the figures in full.

Floors are today's figures, so that a change that makes any of them worse is seen. They are raised when they are passed.
"""

from dataclasses import dataclass
from itertools import chain

import pytest
from cases import cases
from invented import Score, count_told, measure_stays
from invented import measure as measure_invented
from measure import measure, total
from pyongyang import decoys, visits
from scoring import Tally, calibration_error

from flightwatch.storage.tables import load_airports

AIRPORTS = load_airports()
MIN_CONFIDENCE = 0.6
"""The default of a watchlist."""
SEEDS = range(1, 7)
CASES, VISITS, DECOYS = 300, 300, 20
"""Flights made by code; visits and decoys for each seed."""


@dataclass(frozen=True)
class Floor:
    """What must be reached on a set of recordings, in shares of its landings but for ``precision`` and ``error``."""

    landings: int
    recall: float
    precision: float
    right: float
    wrong: float
    """At most."""
    true_taken_back: int
    """At most."""
    inside: float
    """Of the found ones, with the true touchdown in the bounds told."""
    error: float
    """Expected calibration error of inferred ones, at most."""


FLOORS = {
    "opensky": Floor(68, 0.985, 0.985, 0.97, 0.015, 0, 0.89, 0.066),
    "real": Floor(156, 0.961, 1.0, 0.948, 0.007, 0, 0.95, 0.039),
    "skies": Floor(165, 0.963, 1.0, 0.86, 0.02, 0, 0.91, 0.046),
    "flights": Floor(68, 0.985, 0.971, 0.955, 0.015, 0, 0.89, 0.072),
}
"""``opensky`` and ``flights`` have 40 inferred landings each, of which one, told at 99 %, is a low pass after which nobody heard
the aircraft for an hour: it alone is 0.025 of the calibration error."""


@pytest.mark.parametrize("name", ["opensky", "real", pytest.param("skies", marks=pytest.mark.slow), "flights"])
def test_recorded_sets(name: str) -> None:
    """Every figure of a set is as good as it was; and none of the simple rules names more landings right, less twice wrong."""
    tallies = {rule: total(groups) for rule, groups in measure(name, AIRPORTS).items()}
    ours, floor = tallies["flightwatch"], FLOORS[name]
    assert ours.landings == floor.landings
    assert _shortfalls(ours, floor) == {}
    assert ours.score == max(tally.score for tally in tallies.values())


def _shortfalls(ours: Tally, floor: Floor) -> dict[str, tuple[float, float]]:
    """What is worse than the floor: the figure, and the floor."""
    at_least = {
        "recall": (ours.recall, floor.recall),
        "precision": (ours.precision, floor.precision),
        "right": (ours.right_share, floor.right),
        "inside": (ours.inside / max(1, ours.found), floor.inside),
    }
    at_most = {
        "wrong": (ours.wrong_share, floor.wrong),
        "true taken back": (ours.true_taken_back, floor.true_taken_back),
        "calibration error": (calibration_error(ours.inferred), floor.error),
    }
    return {
        **{name: pair for name, pair in at_least.items() if round(pair[0], 3) < pair[1]},
        **{name: pair for name, pair in at_most.items() if pair[0] > pair[1]},
    }


@pytest.fixture(scope="module")
def made() -> tuple[Score, Score]:
    """Score the tracker and the notifiers' rule over the same mix of flights."""
    return measure_invented(list(cases(AIRPORTS, 1, CASES)), AIRPORTS, MIN_CONFIDENCE)


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


@pytest.mark.slow
def test_visits_to_pyongyang() -> None:
    """19 in 20 are told where they were, with a range that holds the stay; hardly any is told elsewhere.

    The weights of gaps in cruise were set on two thirds of these visits and as many of other seeds. Of 1,800 here 1,715 are told
    right and 12 wrong; of the 1,534 of these to Pyongyang 1,517 and none. Orang is found seldom (23 of 52), for how the visits
    are made: it lies 300 km from Vladivostok, so that more than half of them are lost just behind that, where nothing points at a
    field. Of 60 made for this 4 of such 32 are told right; of the 28 that are heard nearer 15, and 1 wrong.
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
