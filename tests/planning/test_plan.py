"""What each poll asks: everything while the credits last, else in turns, and the urgent first."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from state_vectors import DAY, HOUR, ICAO24, MINUTE, NOON, Follower, arrival, visitor, watched

from flightwatch.core.areas import WatchedArea
from flightwatch.core.geo import box_widened, box_within
from flightwatch.core.model import Circle, Coverage, Query, instant
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedCallsign
from flightwatch.planning.boxes import covers_place
from flightwatch.planning.budget import (
    ACCOUNTS,
    ANONYMOUS,
    REGISTERED,
    Account,
    Ledger,
    PastPoll,
    after,
    coverage_of,
    credits_of,
    kind_of,
)
from flightwatch.planning.plan import WORLD, Plan, plan_poll
from flightwatch.tracking.advance_all import is_silence
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

MIDNIGHT = NOON - 12 * HOUR
CODES = ("FNJ", "WOS", "VVO", "ZRH", "NAN", "LYR", "SIN", "GRU")
MIXED = watched("FNJ", "VVO", aircraft=["15521f", "7278a5"])


def ledger(spacing_s: int, *, account: Account = ANONYMOUS, balance: int | None = None, at: int = NOON) -> Ledger:
    """Make the ledger of a program that polls at this cadence and asked the whole world just before ``at``."""
    start = Ledger(account, gaps=(spacing_s,), spacing_s=spacing_s)
    told = account.credits if balance is None else balance
    return after(start, PastPoll(instant(at - spacing_s), (WORLD,), (told,)))


def many(number: int) -> list[str]:
    return [f"{n:06x}" for n in range(number)]


def run(
    watchlist: Watchlist, account: Account, step_s: int, *, start: int = MIDNIGHT, end: int = MIDNIGHT + DAY
) -> list[tuple[int, Plan]]:
    """Poll against OpenSky's ledger, with nothing in the sky. No plan is ever refused."""
    known, left, plans = Ledger(account), account.credits, []
    for at in range(start, end, step_s):
        if at % account.period_s < step_s:
            left = account.credits
        plan = plan_poll(watchlist.watched, {}, known, instant(at))
        assert plan.credits == sum(map(credits_of, plan.queries)) <= left
        assert (plan.why is None) == bool(plan.queries)
        balances = [left := left - credits_of(query) for query in plan.queries]
        known = after(known, PastPoll(instant(at), plan.queries, tuple(balances)))
        plans.append((at, plan))
    return plans


def kinds(queries: Sequence[Query]) -> list[str]:
    return sorted(kind_of(query) for query in queries)


@pytest.mark.parametrize(
    ("watchlist", "expected"),
    [
        (MIXED, ["world"]),
        (watched("FNJ"), ["box 1"]),
        (watched("FNJ", "VVO", "ZRH"), ["world"]),
        (watched(aircraft=["7278a5", "15521f"]), ["icao24"]),
        (watched(aircraft=many(100)), ["icao24"]),
        (watched(aircraft=many(101)), ["world"]),
        (watched(aircraft=many(17_000)), ["world"]),
    ],
    ids=["both", "an airport", "airports", "aircraft", "a hundred", "more", "a fleet"],
)
def test_everything_is_asked_at_each_poll_that_affords_it(watchlist: Watchlist, expected: list[str]) -> None:
    """Without an account every 15 minutes, from the first poll on."""
    plans = run(watchlist, ANONYMOUS, 15 * MINUTE)
    assert [kinds(plan.queries) for _, plan in plans] == [expected] * 96


def test_aircraft_are_named_in_order() -> None:
    """The same whatever the watchlist's, so that recordings compare."""
    plan = plan_poll(watched(aircraft=["7278a5", "15521f"]).watched, {}, Ledger(ANONYMOUS), instant(NOON))
    assert plan == Plan((Query(icao24s=("15521f", "7278a5")),), 4)


def test_a_callsign_is_looked_for_in_the_whole_world() -> None:
    """Beside airports in turns, when the credits do not afford it at each poll; idle aircraft do not make it rarer."""
    rsd = WatchedCallsign(Picked(Selector(callsign="RSD*")))
    alone, beside = Watchlist(callsigns=(rsd,)), replace(MIXED, callsigns=(rsd,))
    assert {plan.queries for _, plan in run(alone, ANONYMOUS, 900)} == {(WORLD,)}
    asked = Counter(kind for _, plan in run(beside, ANONYMOUS, 300) for kind in kinds(plan.queries))
    assert {kind.split()[0] for kind in asked} == {"world", "box"}
    worlds = [at for at, plan in run(beside, ANONYMOUS, 300) if plan.queries == (WORLD,)]
    assert max(later - earlier for earlier, later in pairwise(worlds)) <= HOUR


def test_an_empty_watchlist_asks_nothing() -> None:
    assert plan_poll(Watchlist().watched, {}, Ledger(ANONYMOUS), instant(NOON)).queries == ()


def test_turns_where_not_everything_fits() -> None:
    """Every five minutes without an account: airports in small boxes, and every n-th poll the world."""
    asked = Counter(" ".join(kinds(plan.queries)) for _, plan in run(MIXED, ANONYMOUS, 5 * MINUTE))
    assert asked["box 0 box 0"] > asked["world"] > 40
    assert asked.keys() == {"box 0 box 0", "world", "icao24", ""}


@pytest.mark.parametrize("step_s", [MINUTE, 5 * MINUTE, 15 * MINUTE])
@pytest.mark.parametrize("watchlist", [MIXED, watched(*CODES, aircraft=many(60)), watched(aircraft=["15521f"])])
def test_credits_are_spent_by_midnight(watchlist: Watchlist, step_s: int) -> None:
    spent = [plan.credits for _, plan in run(watchlist, ANONYMOUS, step_s)]
    assert 0.95 * ANONYMOUS.credits <= sum(spent) <= ANONYMOUS.credits
    assert sum(spent[: len(spent) // 2]) == pytest.approx(sum(spent) / 2, rel=0.1)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(CODES), max_size=len(CODES), unique=True),
    st.sampled_from([0, 1, 60]),
    st.sampled_from(ACCOUNTS),
    st.integers(60, 900),
)
def test_nobody_is_starved(codes: list[str], aircraft: int, account: Account, step_s: int) -> None:
    """Whatever the list, the account and the cadence; and every query is one OpenSky can be asked."""
    watchlist = watched(*codes, aircraft=many(aircraft))
    plans = run(watchlist, account, step_s, start=NOON)
    queries = [query for _, plan in plans for query in plan.queries]
    for box in (query.box for query in queries if query.box is not None):
        assert -90 <= box.lat_min < box.lat_max <= 90
        assert -180 <= box.lon_min < box.lon_max <= 180
    polls = [(at, coverage_of(plan.queries)) for at, plan in plans]
    longest = max(2 * step_s, (30 if account is ANONYMOUS else 5) * MINUTE)
    for field in (w.airport for w in watchlist.airports):
        told = [at for at, c in polls if c.world or covers_place(c.boxes, field.latitude, field.longitude)]
        assert max(late - soon for soon, late in pairwise((*told, plans[-1][0]))) <= longest
    if aircraft:
        told = [at for at, c in polls if c.world or {*many(aircraft)} <= c.icao24s]
        assert max(late - soon for soon, late in pairwise((*told, plans[-1][0]))) <= 2 * longest


@given(
    st.sampled_from([MIXED, watched(*CODES), watched(aircraft=many(60))]),
    st.sampled_from(ACCOUNTS[:2]),
    st.integers(0, 4000),
    st.integers(10, 6 * HOUR - 120),
    st.integers(6 * HOUR, DAY),
)
def test_never_more_than_the_balance(
    watchlist: Watchlist, account: Account, balance: int, spacing_s: int, time_s: int
) -> None:
    """And, with nobody urgent, never the last worldwide query's worth, which the next day begins with."""
    at = MIDNIGHT + time_s
    plan = plan_poll(watchlist.watched, {}, ledger(spacing_s, account=account, balance=balance, at=at), instant(at))
    assert plan.credits == 0 or plan.credits <= balance - 4


def test_silence_until_the_time_that_was_named() -> None:
    waiting = replace(ledger(15 * MINUTE, balance=0), silent_until=NOON + HOUR)
    assert plan_poll(MIXED.watched, {}, waiting, instant(NOON + HOUR - 1)) == Plan(
        (), 0, "OpenSky said to wait until 2024-03-01 13:00 UTC"
    )
    assert plan_poll(MIXED.watched, {}, waiting, instant(NOON + HOUR)).queries == (WORLD,)


@pytest.mark.parametrize(
    ("balance", "why"),
    [
        (14, "14 credits are left, which are kept; more about 2024-03-02 00:02 UTC"),
        (300, "to spread the credits over the day; the next query about 2024-03-01 12:06 UTC"),
    ],
)
def test_why_nothing_is_asked(balance: int, why: str) -> None:
    assert plan_poll(MIXED.watched, {}, ledger(MINUTE, balance=balance), instant(NOON)) == Plan((), 0, why)


def test_what_another_program_spends_is_spread_too() -> None:
    """The balance that was told decides, not what we asked."""
    rich, poor = (ledger(5 * MINUTE, balance=balance) for balance in (200, 40))
    later = [NOON + n * 5 * MINUTE for n in range(1, 30)]
    first = [
        next(at for at in later if plan_poll(MIXED.watched, {}, known, instant(at)).queries) for known in (rich, poor)
    ]
    assert first[0] <= NOON + 10 * MINUTE < first[1]


def test_polls_by_hand_between_those_of_cron_burn_nothing() -> None:
    """The spare ones first; then the answer is that it is not time."""
    known, asked = ledger(15 * MINUTE, balance=212), 0
    for n in range(20):
        plan = plan_poll(MIXED.watched, {}, known, instant(NOON + n))
        balance = (known.balance or 0) - plan.credits
        known = replace(
            after(known, PastPoll(instant(NOON + n), plan.queries, (balance,) * len(plan.queries))), gaps=()
        )
        known = replace(known, spacing_s=15 * MINUTE)
        asked += bool(plan.queries)
    assert 1 <= asked <= 3


def inbound() -> Follower:
    """Follow a stranger to Zurich until five minutes before it touches down, at noon."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON + 5 * MINUTE), NOON - 15 * MINUTE, NOON - 5 * MINUTE)
    return follower


ZURICH = watched("ZRH", "VVO", "SIN", "GRU", aircraft=many(2))
"""So much that only the world serves it."""


def test_the_urgent_are_asked_about_between_the_turns() -> None:
    """By a box around where it can be; its absence from that is a silence."""
    track = inbound().track
    known = ledger(5 * MINUTE, balance=200)
    assert plan_poll(ZURICH.watched, {}, known, instant(NOON)).queries == ()
    plan = plan_poll(ZURICH.watched, {ICAO24: track}, known, instant(NOON))
    assert kinds(plan.queries) == ["box 0"]
    assert is_silence(track, coverage_of(plan.queries), NOON)


def test_the_urgent_spend_a_part_of_the_day_ahead() -> None:
    """No more than a tenth: after that they wait for the turns like all others."""
    tracks = {ICAO24: inbound().track}
    line = ANONYMOUS.credits // 2
    plans = [
        plan_poll(ZURICH.watched, tracks, ledger(MINUTE, balance=b), instant(NOON)) for b in (line - 35, line - 45)
    ]
    assert [bool(plan.queries) for plan in plans] == [True, False]


def test_many_urgent_ones_are_worth_the_world() -> None:
    track = inbound().track
    far = [replace(r, latitude=-r.latitude, longitude=170.0) for r in track.reports if r.latitude is not None]
    tracks: dict[str, Track] = {ICAO24: track}
    for n, away in enumerate((0.0, -40.0, -80.0, -120.0)):
        moved = Reports.of(*(replace(r, longitude=170.0 + away) for r in far))
        tracks[f"{n:06x}"] = replace(track, icao24=f"{n:06x}", reports=moved)
    plan = plan_poll(watched("ZRH", aircraft=many(4)).watched, tracks, ledger(5 * MINUTE, balance=200), instant(NOON))
    assert plan.queries == (WORLD,)


def test_aircraft_parked_for_days_are_asked_about_every_hour() -> None:
    """Which leaves more for the airports."""
    watchlist = watched("FNJ", "VVO", aircraft=[ICAO24])
    parked = {ICAO24: visitor(since=NOON - 3 * DAY).track}
    turns = {}
    for name, tracks in (("parked", parked), ("unknown", dict[str, Track]())):
        known = ledger(5 * MINUTE, balance=200)
        asked: list[Coverage] = []
        for at in range(NOON, NOON + 6 * HOUR, 5 * MINUTE):
            plan = plan_poll(watchlist.watched, tracks, known, instant(at))
            left = (known.balance or 0) - plan.credits
            known = after(known, PastPoll(instant(at), plan.queries, (None,) * (len(plan.queries) - 1) + (left,)))
            asked.append(coverage_of(plan.queries))
        turns[name] = sum(c.world or ICAO24 in c.icao24s for c in asked), sum(bool(c.boxes or c.world) for c in asked)
    assert 5 <= turns["parked"][0] <= 8
    assert turns["unknown"][0] > 1.5 * turns["parked"][0]
    assert turns["parked"][1] > turns["unknown"][1]


def test_a_cheaper_way_is_taken_once_it_is_known() -> None:
    """Where a query by icao24 costs one credit, aircraft are asked for beside the airports' boxes."""
    known = replace(ledger(5 * MINUTE, account=REGISTERED), prices={"icao24": 1}, samples={"icao24": (1, 1, 1)})
    plan = plan_poll(watched("FNJ", aircraft=["15521f"]).watched, {}, known, instant(NOON))
    assert (kinds(plan.queries), plan.credits) == (["box 1", "icao24"], 3)


def test_an_area_is_asked_as_an_airport_is() -> None:
    """In a box of its own while that is cheaper than the world; in turns where the credits do not suffice for more."""
    area = WatchedArea("Wonsan", Circle(39.17, 127.49, 40.0))
    alone, both = Watchlist(areas=(area,)), replace(MIXED, areas=(area,))
    [query] = plan_poll(alone.watched, {}, ledger(15 * MINUTE), instant(NOON)).queries
    assert query.box is not None
    assert box_within(box_widened(area.box, 49.9), query.box)
    asked = run(both, REGISTERED, MINUTE)
    assert sum(plan.credits for _, plan in asked) <= 4000
    looked = [
        at for at, plan in asked if any(q == WORLD or (q.box and box_within(area.box, q.box)) for q in plan.queries)
    ]
    assert max(after - before for before, after in pairwise(looked)) <= 10 * MINUTE


def test_an_area_across_the_antimeridian_is_asked_in_two_boxes() -> None:
    area = WatchedArea("Fiji", Circle(-17.0, 179.9, 100.0))
    queries = plan_poll(Watchlist(areas=(area,)).watched, {}, ledger(15 * MINUTE), instant(NOON)).queries
    boxes = [query.box for query in queries if query.box]
    assert [(box.lon_max, box.lon_min) for box in boxes if box.lon_max == 180.0 or box.lon_min == -180.0] != []
    assert all(box.lon_min < box.lon_max for box in boxes)
    assert len(boxes) == 2
