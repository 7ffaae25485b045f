"""What past polls tell of the balance, of what queries cost, and of what may be spent."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from made_visits import at, unix

from flightwatch.core.model import Box, Coverage, Query
from flightwatch.planning.budget import (
    ANONYMOUS,
    FEEDER,
    LICENSED,
    REGISTERED,
    Account,
    Ledger,
    PastPoll,
    after,
    balance_of,
    credits_of,
    ledger_of,
    left_s,
    price,
    purse_of,
    silence_after,
)

WORLD = Query()
NAMED = Query(icao24s=("15521f",))
SMALL = Query(box=Box(0.0, 0.0, 5.0, 5.0))
NOON = "2024-01-10T12:00"


def polls(*steps: tuple[int, Query, int | None]) -> list[PastPoll]:
    """Make polls of one query each: minutes after noon, what was asked, and the balance told."""
    return [PastPoll(at(NOON) + timedelta(minutes=m), (query,), (told,)) for m, query, told in steps]


def ledger(past: Sequence[PastPoll], *, signed_in: bool = False, silent_until: str | None = None) -> Ledger:
    return ledger_of(past, at(silent_until) if silent_until else None, at("2024-01-20T00:00"), signed_in=signed_in)


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        (WORLD, 4),
        (NAMED, 4),
        (SMALL, 1),
        (Query(box=Box(0.0, 0.0, 5.0, 5.1)), 2),
        (Query(box=Box(0.0, 0.0, 10.0, 10.1)), 3),
        (Query(box=Box(0.0, 0.0, 20.0, 20.1)), 4),
    ],
)
def test_what_a_query_costs_by_the_table(query: Query, cost: int) -> None:
    assert (credits_of(query), price({}, query)) == (cost, cost)


def test_what_is_remembered() -> None:
    known = ledger(polls((0, WORLD, 300), (5, SMALL, 299), (11, NAMED, None)))
    assert (known.balance, known.is_told, known.spacing_s, known.account) == (295, False, 300, ANONYMOUS)
    assert known.answered == (
        (unix(NOON), Coverage(world=True)),
        (unix("2024-01-10T12:05"), Coverage(boxes=(Box(0.0, 0.0, 5.0, 5.0),))),
        (unix("2024-01-10T12:11"), Coverage(icao24s=frozenset({"15521f"}))),
    )


def test_a_poll_that_failed_tells_of_nobody() -> None:
    """What was not answered is not charged: it may never have come to OpenSky, and else the next answer tells."""
    failed = PastPoll(at(NOON), (SMALL, WORLD), (100,), ok=False)
    known = ledger([failed])
    assert (known.balance, known.answered) == (100, ())


def test_answers_of_no_use_have_had_their_turn() -> None:
    """They were paid: a world that fell silent is not asked about at each poll until the day's credits are gone."""
    failed = PastPoll(at(NOON), (SMALL, WORLD), (304, 300), ok=False)
    known = ledger([failed])
    assert (known.balance, known.answered) == (
        300,
        ((unix(NOON), Coverage(world=True, boxes=(Box(0.0, 0.0, 5.0, 5.0),))),),
    )


def test_a_poll_that_asked_nothing_counts_for_the_cadence() -> None:
    quiet = [PastPoll(at(NOON) + timedelta(minutes=m)) for m in range(5)]
    assert (ledger(quiet).spacing_s, ledger(quiet).balance) == (60, None)


def test_a_poll_of_another_account_counts_for_the_cadence_alone() -> None:
    asked = [PastPoll(at(NOON) + timedelta(minutes=m), (WORLD,), (100,), is_of_another=True) for m in range(5)]
    found = ledger(asked)
    assert (found.spacing_s, found.balance, found.answered) == (60, None, ())


def test_a_poll_by_hand_or_a_night_asleep_is_no_cadence() -> None:
    minutes = [0, 15, 30, 31, 45, 60, 75, 600, 615, 630]
    assert ledger(polls(*((m, WORLD, None) for m in minutes))).spacing_s == 900


def test_polls_of_a_wrong_clock_are_left_out() -> None:
    """Else everything would seem to have been asked in 2099."""
    assert ledger([PastPoll(at("2099-01-01T00:00"), (WORLD,), (3,))]) == ledger([])


@pytest.mark.parametrize(
    ("told", "signed_in", "account"),
    [
        (390, False, ANONYMOUS),
        (390, True, REGISTERED),
        (3_996, True, REGISTERED),
        (7_996, True, FEEDER),
        (14_396, True, LICENSED),
        (999_999, True, LICENSED),
    ],
)
def test_better_accounts_are_recognised(told: int, signed_in: bool, account: Account) -> None:
    """And stay so when the balance has fallen."""
    assert ledger(polls((0, WORLD, told), (5, WORLD, 100)), signed_in=signed_in).account == account


@pytest.mark.parametrize(
    ("now", "balance"),
    [
        ("2024-01-10T23:59", 250),
        ("2024-01-11T00:01", 250),
        ("2024-01-11T00:02", 400),
        ("2024-01-12T12:00", 400),
    ],
)
def test_the_balance_is_the_last_answers_until_midnight(now: str, balance: int) -> None:
    """And two minutes, by which our clock may be ahead."""
    assert balance_of(ledger(polls((0, WORLD, 250))), unix(now)) == balance


def test_after_a_wait_the_balance_is_not_known() -> None:
    """The last one said was too little, and OpenSky has named the time from which it is not."""
    known = ledger(polls((0, WORLD, 2)), silent_until="2024-01-10T15:00")
    assert [balance_of(known, unix(now)) for now in ("2024-01-10T14:59", "2024-01-10T15:00")] == [2, 400]


def test_credits_that_are_given_anew_are_no_fewer() -> None:
    """Of an account that has more than any we know it is only known what was left."""
    known = ledger(polls((0, WORLD, 999_996)))
    assert [balance_of(known, unix(now)) for now in ("2024-01-10T12:10", "2024-01-10T13:10")] == [999_996, 999_996]


def test_a_licensed_account_is_paid_by_the_hour() -> None:
    assert [left_s(account, unix("2024-01-10T23:30")) for account in (ANONYMOUS, LICENSED)] == [1920, 1920]
    assert [left_s(account, unix("2024-01-10T12:30")) for account in (ANONYMOUS, LICENSED)] == [41_520, 1920]


@pytest.mark.parametrize(
    ("balances", "learned"),
    [
        ([400, 399, 398, 397], 1),
        ([400, 399, 398], 4),
        ([400, 399, 391, 390, 389], 1),
        ([400, 400, 400, 400], 1),
        ([400, 395, 390, 385], 5),
        ([400, 100, 50, 20], 4),
        ([100, 200, 300, 400], 4),
    ],
    ids=["cheaper", "too few", "others spend too", "nothing is free", "dearer", "another program's", "given anew"],
)
def test_costs_are_learned(balances: list[int], learned: int) -> None:
    known = ledger(polls(*((m, NAMED, told) for m, told in enumerate(balances))))
    assert (price(known.prices, NAMED), price(known.prices, WORLD)) == (learned, 4)


def test_costs_are_learned_within_a_poll() -> None:
    """Each query's from the balance before it."""
    past = [
        PastPoll(at(NOON) + timedelta(minutes=m), (NAMED, SMALL), (400 - 9 * m - 2, 400 - 9 * m - 5)) for m in range(4)
    ]
    assert ledger(past).samples == {"icao24": (6, 6, 6), "box 0": (3, 3, 3, 3)}


def test_no_cost_is_learned_across_midnight() -> None:
    past = [PastPoll(at("2024-01-10T23:50"), (NAMED,), (396,)), PastPoll(at("2024-01-11T00:10"), (NAMED,), (392,))]
    assert ledger(past).samples == {}


def test_what_may_be_spent() -> None:
    """At noon, of the whole allowance: all but 4 % until midnight, and for the urgent a tenth of the day ahead of time."""
    purse = purse_of(ledger([]), unix(NOON))
    assert (purse.balance, purse.reserve, purse.polls_left) == (400, 16, 48)
    assert purse.rate == pytest.approx(384 / (12 * 3600 + 120))
    assert purse.urgent_reserve == 161


@pytest.mark.parametrize(("now", "kept"), [("18:00", 16), ("22:32", 8), ("23:59", 4)])
def test_the_reserve_is_for_the_last_hours(now: str, kept: int) -> None:
    """One worldwide query is never spent: the next day's first."""
    assert purse_of(ledger([]), unix(f"2024-01-10T{now}")).reserve == kept


@pytest.mark.parametrize(("wait", "hours"), [(timedelta(hours=3), 3), (None, 1)])
def test_silence_after_a_refusal(wait: timedelta | None, hours: int) -> None:
    assert silence_after(at(NOON), wait) == at(NOON) + timedelta(hours=hours)


def test_what_was_asked_long_ago_is_forgotten() -> None:
    known = ledger(polls((0, WORLD, 300)))
    assert len(after(known, PastPoll(at("2024-01-10T15:00"), (SMALL,), (299,))).answered) == 2
    assert len(after(known, PastPoll(at("2024-01-10T15:01"), (SMALL,), (299,))).answered) == 1
