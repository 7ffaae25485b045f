"""Days of polls against OpenSky's ledger: never a 429, little left over, and alerts in time."""

from statistics import mean

import pytest
from month import CADENCES_S, fixed, month, planned, watchlists
from state_vectors import AIRPORTS

from flightwatch.planning.budget import ANONYMOUS, FEEDER, LICENSED, REGISTERED, Account

pytestmark = pytest.mark.slow

DAYS = 3
SELDOM_S, LONG_DAYS = 900, 20
LISTS = watchlists(AIRPORTS)


@pytest.mark.parametrize("step_s", [60, *CADENCES_S[ANONYMOUS]])
@pytest.mark.parametrize("name", LISTS)
def test_a_poor_account_lasts_the_day(name: str, step_s: int) -> None:
    """Spent to the last hours, and most arrivals are told, on average within the cadence and twelve minutes.

    Polled every fifteen minutes, an aircraft may be heard last in cruise, which is no landing: 22 of 32 arrivals in 20 days.
    """
    days, least = (LONG_DAYS, 0.65) if step_s >= SELDOM_S else (DAYS, 0.7)
    found = month(LISTS[name], ANONYMOUS, step_s, airports=AIRPORTS, days=days)
    assert (found.refused, found.polls) == (0, days * 86_400 // step_s)
    assert 0.85 <= found.use <= 1.0
    assert len(found.late_s) >= least * found.came
    assert mean(found.late_s) <= step_s + 12 * 60


@pytest.mark.parametrize(
    ("account", "use"), [(REGISTERED, (0.85, 1.0)), (FEEDER, (0.72, 0.72)), (LICENSED, (0.016, 0.017))]
)
def test_a_richer_account_is_used_as_far_as_the_list_needs_it(account: Account, use: tuple[float, float]) -> None:
    """Every minute the whole world is 5,760 credits a day."""
    found = month(LISTS["shipped"], account, 60, airports=AIRPORTS, days=2)
    assert found.refused == 0
    assert use[0] <= found.use <= use[1]
    assert len(found.late_s) >= 0.9 * found.came


@pytest.mark.parametrize("name", LISTS)
def test_more_is_told_than_by_asking_for_the_world_each_time(name: str) -> None:
    ours, theirs = (
        month(LISTS[name], ANONYMOUS, 300, airports=AIRPORTS, days=DAYS, planner=planner)
        for planner in (planned, fixed)
    )
    assert theirs.refused == DAYS
    assert len(ours.late_s) >= 2 * len(theirs.late_s)


def test_cheaper_queries_are_found_out() -> None:
    """Where a query by icao24 costs one credit, aircraft and airports are asked for three times as often."""
    usual = month(LISTS["shipped"], ANONYMOUS, 300, airports=AIRPORTS, days=DAYS)
    cheap = month(LISTS["shipped"], ANONYMOUS, 300, airports=AIRPORTS, days=DAYS, charges={"icao24": 1})
    assert (cheap.refused, cheap.use >= 0.85) == (0, True)
    assert cheap.queries >= 1.4 * usual.queries
