"""What a day of watching brings: the planner run over it with nothing happening.

A wait is the time from a touchdown, which comes at any moment, to the next poll that asks about the airport: so long an alert
takes where the aircraft is heard on the ground. A landing that must be inferred takes at least `MIN_SILENCE_S` of silence
more. An aircraft that was seen on its way in is asked about more often than that (`urgency`).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from math import ceil

from msgspec import Struct

from flightwatch.core.model import Coverage, instant, seconds
from flightwatch.core.spans import DAY_S
from flightwatch.core.watched import Watched
from flightwatch.planning.boxes import covers_place
from flightwatch.planning.budget import (
    ANONYMOUS,
    FEEDER,
    REGISTERED,
    RESERVE,
    Account,
    Ledger,
    PastPoll,
    after,
    credits_of,
    kind_of,
)
from flightwatch.planning.plan import plan_poll, whole_credits
from flightwatch.wording.phrases import counted, duration

START_S = 20_000 * DAY_S
"""Unix second of a midnight; which one makes no difference."""

SLOWEST_S = 1200
"""Wait between two polls of an airport from which an arrival can come and go unseen, s: that is how long it flies within
`following.WATCH_KM`."""


RICHER = {
    ANONYMOUS.name: (REGISTERED, "sign in: an OpenSky account is free"),
    REGISTERED.name: (FEEDER, "feed OpenSky from a receiver of your own"),
}
"""The next better account, and how one comes by it."""


class Share(Struct, frozen=True):
    """How often polls ask one kind of questions."""

    asks: str
    """``world``, ``icao24``, ``box``, ``icao24 + box``, or ``nothing``."""
    share: float
    """Part of all polls, 0 to 1."""
    credits: float
    """What such a poll costs on average."""


class Wait(Struct, frozen=True):
    """How long until the next poll that tells of an airport or an aircraft."""

    expected_s: int
    """Mean wait, s, of a touchdown at any time of the day."""
    worst_s: int


class Outlook(Struct, frozen=True):
    """A day of watching."""

    account: str
    every_s: int
    credits_allowed: int
    """A day."""
    credits_per_day: int
    """What the plan spends."""
    credits_wanted: int
    """What asking everything at each poll would cost."""
    shares: tuple[Share, ...]
    """The most frequent first."""
    airports: dict[str, Wait]
    """By `Airport.icao`."""
    aircraft: Wait | None
    """Until a watched aircraft in flight, or who flies as a watched callsign, is found anywhere; None: none is watched."""
    warnings: tuple[str, ...]


def outlook(watched: Watched, every: timedelta, account: Account) -> Outlook:
    """What polls at this cadence (at least a second apart) will ask and what that means."""
    step_s = max(1, seconds(every))
    start = Ledger(account, spacing_s=step_s, gaps=(step_s,))
    day = _one_day(watched, start)
    polls, span_s = day.asked.total(), day.asked.total() * step_s
    known = watched.aircraft_by_icao24.keys()
    airports = {
        icao: _wait(
            [at for at, c in day.polls if c.world or covers_place(c.boxes, w.airport.latitude, w.airport.longitude)],
            span_s,
        )
        for icao, w in watched.airports_by_icao.items()
    }
    is_any = bool(watched.callsigns)
    looked = [at for at, c in day.polls if c.world or (not is_any and known <= c.icao24s)]
    aircraft = _wait(looked, span_s) if known or is_any else None
    wanted = whole_credits(watched, start)
    return Outlook(
        account=account.name,
        every_s=step_s,
        credits_allowed=_daily(account),
        credits_per_day=day.spent.total(),
        credits_wanted=ceil(wanted * DAY_S / step_s),
        shares=tuple(Share(kinds, count / polls, day.spent[kinds] / count) for kinds, count in day.asked.most_common()),
        airports=airports,
        aircraft=aircraft,
        warnings=tuple(
            _warnings(watched, account, step_s, wanted, [*airports.values(), *([aircraft] if aircraft else [])])
        ),
    )


class _Day(Struct, frozen=True):
    """What the polls of one day ask. Kinds are as in `Share.asks`."""

    asked: Counter[str]
    """Polls of each kind."""
    spent: Counter[str]
    """Credits that all polls of a kind cost."""
    polls: list[tuple[int, Coverage]]
    """Unix seconds of each poll that asked anything, and whom it told of."""


def _one_day(watched: Watched, start: Ledger) -> _Day:
    """Run the planner over the day that begins at `START_S` with this ledger."""
    account, step_s, ledger, balance = start.account, start.spacing_s, start, start.account.credits
    day = _Day(Counter(), Counter(), [])
    for at in range(START_S, START_S + DAY_S, step_s):
        if at // account.period_s > (at - step_s) // account.period_s:
            balance = account.credits
        queries = plan_poll(watched, {}, ledger, instant(at)).queries
        balances = tuple(balance := balance - credits_of(query) for query in queries)
        ledger = after(ledger, PastPoll(instant(at), queries, balances))
        kinds = " + ".join(sorted({kind_of(query).split()[0] for query in queries}, reverse=True)) or "nothing"
        day.asked[kinds] += 1
        day.spent[kinds] += sum(map(credits_of, queries))
        if queries:
            day.polls.append((at, ledger.answered[-1][1]))
    return day


def _wait(polls: Sequence[int], span_s: int) -> Wait:
    """The wait for the next of these polls, given by their Unix seconds, which come again every ``span_s`` seconds."""
    if not polls:
        return Wait(span_s, span_s)
    gaps = [later - earlier for earlier, later in pairwise((*polls, polls[0] + span_s))]
    return Wait(round(sum(gap * gap for gap in gaps) / 2 / span_s), max(gaps))


def _daily(account: Account) -> int:
    return account.credits * DAY_S // account.period_s


def _warnings(watched: Watched, account: Account, step_s: int, wanted: int, waits: Sequence[Wait]) -> Iterator[str]:
    """What this cadence and account cannot watch, and what would help."""
    allowed, slowest = _daily(account), max((wait.worst_s for wait in waits), default=0)
    affordable_s = ceil(wanted * DAY_S / (allowed * (1 - RESERVE)))
    every = duration(timedelta(minutes=ceil(affordable_s / 60)))
    if wanted * DAY_S > allowed * step_s and slowest > step_s:
        ways = [f"poll every {every}"]
        if account.name in RICHER:
            richer, how = RICHER[account.name]
            enough = wanted * DAY_S <= _daily(richer) * step_s
            ways.insert(0 if enough else 1, f"{how} ({_daily(richer):,} credits a day)")
        fewer = int(allowed * step_s / DAY_S)
        if not watched.aircraft and not watched.callsigns and 0 < fewer < len(watched.airports):
            ways.append(f"watch {counted(fewer, 'airport')}")
        yield (
            f"asking everything at each poll would cost {ceil(wanted * DAY_S / step_s):,} credits a day and you have "
            f"{allowed:,}, so polls take turns, up to {duration(timedelta(seconds=slowest))} apart; "
            f"to ask everything: {', or '.join(ways)}"
        )
    elif slowest > SLOWEST_S:
        yield (
            f"an arrival can come and go unseen within {duration(timedelta(seconds=slowest))}: poll every "
            f"{duration(timedelta(seconds=max(SLOWEST_S, affordable_s)))} or more often"
        )
