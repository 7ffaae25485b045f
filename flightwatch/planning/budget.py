"""OpenSky's credits: what an account has, what queries cost, and what past polls tell of both.

The balance is what the last answer said, less what was asked since without an answer; other programs may spend from it too.
When the daily buckets are filled again is not documented. They are taken to be at midnight UTC, as the allowances are "a day":
where that is wrong, the first answer after midnight says so, and its balance counts from then on.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import zip_longest
from math import ceil
from statistics import median_low
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Coverage, Query
from flightwatch.planning.boxes import Prices, price_class

WORLD_CREDITS = 4
"""Credits of the whole world, and of up to MAX_ICAO24S airframes (OpenSky REST documentation: queries without a box cost 4)."""

BOX_CREDITS: Final[Prices] = (1, 2, 3, WORLD_CREDITS)
"""Credits of a box in each class of `boxes.PRICE_LIMITS` (OpenSky REST documentation)."""

MAX_ICAO24S = 100
"""Airframes named in one query: 14 characters each keep the address under 2 kB."""

SKEW_S = 120
"""How long after midnight the day before still counts, s: our clock may be ahead of OpenSky's."""

RESERVE = 1 / 25
"""Part of the allowance that is kept for the last RESERVED_S of its day: 16 of 400, so that a worldwide query every 15 min,
384 credits, still fits."""

RESERVED_S = 3 * 3600

AHEAD = 1 / 10
"""Part of the allowance, and AHEAD_LEFT the part of what should be left by now, that aircraft which cannot wait may take
from the rest of the day."""

AHEAD_LEFT = 1 / 3

GAPS = 12
"""Times between polls of which the median is the cadence: a poll by hand, or a night asleep, does not change it."""

FIRST_SPACING_S = 900
"""Cadence taken while there was only one poll, s: what ``flightwatch init`` proposes without an account."""

REMEMBERED_S = 3 * 3600
"""How long what was asked is remembered, s: longer than anything waits that the budget affords at all."""

SAMPLES, LEAST_SAMPLES = 9, 3
"""Charges remembered for each kind of query, and how many it takes to believe them before the table."""

MOST_CHARGED = 16
"""More than any query costs, credits: a larger difference between two balances comes from another program or a new day."""

JITTER = 0.1
"""Part of the cadence by which a poll may come early or late and still be the one that was due."""

UNNAMED_WAIT = timedelta(hours=1)
"""Silence after a 429 that names no time."""

Kind = Literal["world", "icao24", "box 0", "box 1", "box 2", "box 3"]
Answered = tuple[tuple[int, Coverage], ...]
"""Polls that asked and were answered, oldest first: the Unix seconds of each, and whom it told of."""

_BOX_KINDS: Final[tuple[Kind, ...]] = ("box 0", "box 1", "box 2", "box 3")
_TABLE: Final[Mapping[Kind, int]] = {
    "world": WORLD_CREDITS,
    "icao24": WORLD_CREDITS,
    **dict(zip(_BOX_KINDS, BOX_CREDITS, strict=True)),
}


class Account(Struct, frozen=True):
    """What an account may ask of ``/states``."""

    name: str
    credits: int
    period_s: int
    """Time for which they are given, s."""


ANONYMOUS = Account("anonymous", 400, 86_400)
REGISTERED = Account("registered", 4_000, 86_400)
FEEDER = Account("feeder", 8_000, 86_400)
LICENSED = Account("licensed", 14_400, 3_600)
ACCOUNTS: Final = (ANONYMOUS, REGISTERED, FEEDER, LICENSED)
"""OpenSky's accounts, the poorest first (OpenSky REST documentation)."""


class PastPoll(Struct, frozen=True):
    """A poll as far as the budget is concerned."""

    at: datetime
    """When it began, by our clock."""
    queries: tuple[Query, ...] = ()
    """What was asked, in that order, the one that failed included; empty: nothing."""
    balances: tuple[int | None, ...] = ()
    """``X-Rate-Limit-Remaining`` after each of them; None, or nothing, where it was not told."""
    ok: bool = True
    """True if every query was answered and the answers counted."""
    is_of_another: bool = False
    """True if another account paid for it, so that it tells of the spacing of polls alone."""

    @property
    def has_asked(self) -> bool:
        """Tell whether every query was answered and paid, even if the answers did not count: then all have had their turn."""
        return self.ok or len(self.balances) >= len(self.queries)


class Ledger(Struct, frozen=True):
    """What is remembered between polls. Times are Unix seconds by our clock."""

    account: Account
    silent_until: int = 0
    """Until when OpenSky said to wait."""
    balance: int | None = None
    """None: no answer yet."""
    is_told: bool = False
    """True if the last query's answer told the balance; else it is worked out."""
    balance_at: int = 0
    last_at: int | None = None
    """The last poll, whatever it asked; None: there was none."""
    gaps: tuple[int, ...] = ()
    """The last times between polls, s, oldest first."""
    spacing_s: int = FIRST_SPACING_S
    """Median of ``gaps``, s."""
    answered: Answered = ()
    """The polls of the last REMEMBERED_S that asked and were answered, oldest first."""
    samples: dict[Kind, tuple[int, ...]] = {}
    """The last charges of each kind of query."""
    prices: dict[Kind, int] = {}
    """Credits that each kind of query costs, as its charges show; without the kinds that were charged too seldom to tell."""


def ledger_of(polls: Iterable[PastPoll], silent_until: datetime | None, now: datetime, *, signed_in: bool) -> Ledger:
    """The ledger that these polls leave. They are given oldest first; two days of them tell enough.

    ``silent_until`` is the time that the last 429 named; None: there was none. Polls after ``now`` are of a clock that was
    wrong, and left out. A feeder's and a licensed account are recognised by a balance that lesser ones cannot have.
    """
    ledger = Ledger(
        REGISTERED if signed_in else ANONYMOUS,
        silent_until=0 if silent_until is None else round(silent_until.timestamp()),
    )
    for poll in polls:
        if poll.at <= now:
            ledger = after(ledger, poll)
    return ledger


def after(ledger: Ledger, poll: PastPoll) -> Ledger:
    """The ledger with one more poll."""
    at = round(poll.at.timestamp())
    gaps = ledger.gaps if ledger.last_at is None else (*ledger.gaps[1 - GAPS :], max(1, at - ledger.last_at))
    spacing_s = median_low(gaps) if gaps else FIRST_SPACING_S
    # A question without an answer may never have reached OpenSky; if it did, the next answer tells what it cost.
    asked = poll.queries if poll.ok else poll.queries[: len(poll.balances)]
    if not asked or poll.is_of_another:
        return replace(ledger, last_at=at, gaps=gaps, spacing_s=spacing_s)
    balance, is_told = balance_of(ledger, at), ledger.is_told and not _is_renewed(ledger, at)
    account, samples = ledger.account, ledger.samples
    for query, remaining in zip_longest(asked, poll.balances[: len(asked)]):
        if remaining is None:
            balance, is_told = max(0, balance - price(ledger.prices, query)), False
            continue
        if is_told and 0 <= balance - remaining <= MOST_CHARGED:
            kind = kind_of(query)
            samples = {**samples, kind: (*samples.get(kind, ())[1 - SAMPLES :], balance - remaining)}
        balance, is_told = remaining, True
        account = next((a for a in ACCOUNTS if a.credits >= max(account.credits, remaining)), LICENSED)
    answered = ledger.answered[bisect_left(ledger.answered, at - REMEMBERED_S, key=_answered_at) :]
    return Ledger(
        account=account,
        silent_until=ledger.silent_until,
        balance=balance,
        is_told=is_told,
        balance_at=at,
        last_at=at,
        gaps=gaps,
        spacing_s=spacing_s,
        answered=(*answered, (at, coverage_of(poll.queries))) if poll.has_asked else answered,
        samples=samples,
        prices=ledger.prices if samples is ledger.samples else _learned(samples),
    )


def balance_of(ledger: Ledger, at: int) -> int:
    """Credits left at ``at``: the allowance where no answer of this period, or after the last wait, has told.

    That is at least what was left before: there may be accounts that have more than those we know.
    """
    if ledger.balance is None:
        return ledger.account.credits
    return max(ledger.balance, ledger.account.credits) if _is_renewed(ledger, at) else ledger.balance


def left_s(account: Account, at: int) -> int:
    """Seconds until the credits are given anew."""
    return account.period_s - (at - SKEW_S) % account.period_s


class Purse(Struct, frozen=True):
    """What may be spent at one moment."""

    balance: int
    reserve: int
    """Of the balance, what is kept."""
    urgent_reserve: int
    """Of the balance, what is kept from airframes that cannot wait."""
    rate: float
    """Credits that may be spent a second, so that the balance lasts."""
    polls_left: int
    """How many polls are to come at this cadence before the credits are given anew, this one included."""


def purse_of(ledger: Ledger, at: int) -> Purse:
    """What may be spent now.

    One worldwide query's worth is always kept, so that the first one of the next day is answered, and tells the balance,
    even where credits are not given anew at midnight.
    """
    account, balance, left = ledger.account, balance_of(ledger, at), left_s(ledger.account, at)
    kept = RESERVE * account.credits * min(1.0, left / min(RESERVED_S, account.period_s / 2))
    least = ledger.prices.get("world", WORLD_CREDITS)
    reserve = max(least, round(kept))
    line = account.credits * left / account.period_s
    return Purse(
        balance,
        reserve,
        max(least, round(kept / 2), round(line - min(AHEAD * account.credits, AHEAD_LEFT * line))),
        max(0, balance - reserve) / left,
        max(1, ceil((left - SKEW_S) / ledger.spacing_s - JITTER)),
    )


def kind_of(query: Query) -> Kind:
    """What kind of query this is, as OpenSky charges them."""
    if query.icao24s:
        return "icao24"
    return "world" if query.box is None else _BOX_KINDS[price_class(query.box)]


def credits_of(query: Query) -> int:
    """What OpenSky charges for this query by its table."""
    return _TABLE[kind_of(query)]


def price(prices: Mapping[Kind, int], query: Query) -> int:
    """Credits that OpenSky charges for this query, as far as known; ``prices`` are those of `Ledger.prices`."""
    kind = kind_of(query)
    return prices.get(kind, _TABLE[kind])


def box_prices(prices: Mapping[Kind, int]) -> Prices:
    """Credits of a box in each class of size, as far as known; ``prices`` are those of `Ledger.prices`."""
    small, middling, large, largest = (prices.get(kind, _TABLE[kind]) for kind in _BOX_KINDS)
    return small, middling, large, largest


def silence_after(now: datetime, retry_after: timedelta | None) -> datetime:
    """Until when nothing is asked after a 429 at ``now``; ``retry_after`` is how long it said to wait; None: it did not say."""
    return now + (UNNAMED_WAIT if retry_after is None else retry_after)


def coverage_of(queries: Sequence[Query]) -> Coverage:
    """Whom the answers to these queries tell of. One by airframes within a box tells of neither alone."""
    return Coverage(
        world=any(query.is_world for query in queries),
        icao24s=frozenset(icao24 for query in queries if query.box is None for icao24 in query.icao24s),
        boxes=tuple(query.box for query in queries if query.box is not None and not query.icao24s),
        circles=tuple(query.circle for query in queries if query.circle is not None),
    )


def _is_renewed(ledger: Ledger, at: int) -> bool:
    """Tell whether the credits were given anew since the last answer, as far as known."""
    period_s = ledger.account.period_s
    return (at - SKEW_S) // period_s > (
        ledger.balance_at - SKEW_S
    ) // period_s or ledger.balance_at < ledger.silent_until <= at


def _learned(samples: Mapping[Kind, Sequence[int]]) -> dict[Kind, int]:
    """The price of each kind of query: the lower quartile of its charges, as other programs only add to them; at least 1."""
    return {
        kind: max(1, sorted(charges)[len(charges) // 4])
        for kind, charges in samples.items()
        if len(charges) >= LEAST_SAMPLES
    }


def _answered_at(poll: tuple[int, Coverage]) -> int:
    return poll[0]
