"""What a day of watching brings."""

from datetime import timedelta
from time import process_time

import pytest
from state_vectors import watched

from flightwatch.planning.budget import ACCOUNTS, ANONYMOUS, FEEDER, LICENSED, REGISTERED, Account
from flightwatch.planning.outlook import Outlook, Share, Wait, outlook
from flightwatch.watchlist.model import Watchlist

MIXED = watched("FNJ", "VVO", aircraft=["15521f", "7278a5"])
SIGN_IN = "sign in: an OpenSky account is free (4,000 credits a day)"
FEED = "feed OpenSky from a receiver of your own (8,000 credits a day)"


def after_minutes(minutes: int, watchlist: Watchlist = MIXED, account: Account = ANONYMOUS) -> Outlook:
    return outlook(watchlist.watched, timedelta(minutes=minutes), account)


def test_a_day_that_affords_everything() -> None:
    """A touchdown waits for the next poll: half the cadence on average."""
    quarter = Wait(450, 900)
    assert after_minutes(15) == Outlook(
        account="anonymous",
        every_s=900,
        credits_allowed=400,
        credits_per_day=384,
        credits_wanted=384,
        shares=(Share("world", 1.0, 4.0),),
        airports={"ZKPY": quarter, "UHWW": quarter},
        aircraft=quarter,
        warnings=(),
    )


def test_a_day_of_turns() -> None:
    """Airports are asked about more often than the whole world, and what is left over is nothing."""
    day = after_minutes(5)
    assert (day.credits_wanted, day.credits_per_day > 380) == (1152, True)
    assert {share.asks for share in day.shares} == {"world", "box", "icao24", "nothing"}
    assert sum(share.share for share in day.shares) == pytest.approx(1.0)
    assert sum(share.share * share.credits for share in day.shares) * 288 == pytest.approx(day.credits_per_day)
    assert day.aircraft is not None
    assert day.airports["ZKPY"].expected_s < day.aircraft.expected_s < 15 * 60
    assert day.airports["ZKPY"].worst_s <= 15 * 60


@pytest.mark.parametrize(
    ("minutes", "watchlist", "account", "warning"),
    [
        (15, MIXED, ANONYMOUS, None),
        (
            5,
            MIXED,
            ANONYMOUS,
            "asking everything at each poll would cost 1,152 credits a day and you have 400, so polls take turns, up to 25 min "
            f"apart; to ask everything: {SIGN_IN}, or poll every 15 min",
        ),
        (
            5,
            watched("FNJ", "VVO", "ZRH"),
            ANONYMOUS,
            "asking everything at each poll would cost 1,152 credits a day and you have 400, so polls take turns, up to 15 min "
            f"apart; to ask everything: {SIGN_IN}, or poll every 15 min, or watch 1 airport",
        ),
        (5, watched("FNJ"), ANONYMOUS, None),
        (
            1,
            MIXED,
            REGISTERED,
            "asking everything at each poll would cost 5,760 credits a day and you have 4,000, so polls take turns, up to 3 min "
            f"apart; to ask everything: {FEED}, or poll every 2 min",
        ),
        (1, MIXED, FEEDER, None),
        (1, MIXED, LICENSED, None),
        (30, MIXED, REGISTERED, "an arrival can come and go unseen within 30 min: poll every 20 min or more often"),
    ],
)
def test_what_cannot_be_watched_is_said(
    minutes: int, watchlist: Watchlist, account: Account, warning: str | None
) -> None:
    """With what would help."""
    assert after_minutes(minutes, watchlist, account).warnings == (() if warning is None else (warning,))


def test_an_empty_watchlist() -> None:
    day = after_minutes(15, Watchlist())
    assert (day.shares, day.airports, day.aircraft, day.warnings) == ((Share("nothing", 1.0, 0.0),), {}, None, ())


def test_less_often_than_daily() -> None:
    assert outlook(MIXED.watched, timedelta(days=2), ANONYMOUS).aircraft == Wait(86_400, 172_800)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_it_takes_no_time(account: Account) -> None:
    """Though it runs the planner 1,440 times: within a second even on a busy machine, 0.1 s on an idle one."""
    fleet = watched("FNJ", "VVO", "ZRH", "NAN", aircraft=[f"{n:06x}" for n in range(17_000)])
    begin = process_time()
    outlook(fleet.watched, timedelta(minutes=1), account)
    assert process_time() - begin < 1.0
