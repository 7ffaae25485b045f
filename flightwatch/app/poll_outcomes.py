"""What a poll brought, whether it counts or not, and how that is written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.blindness import patience
from flightwatch.alerting.cycle import NOTHING, Cycle
from flightwatch.alerting.deafness import SourceNews, source_news
from flightwatch.alerting.hearing import Hearing
from flightwatch.app.commit import commit, record_no_look
from flightwatch.app.source_states import Asking, states_after
from flightwatch.core.airports import Airports
from flightwatch.core.model import OPENSKY, Event, Poll, Query
from flightwatch.errors import OutOfCredits, StoreError
from flightwatch.planning.budget import silence_after
from flightwatch.planning.plan import Plan
from flightwatch.sources.asking import Reply
from flightwatch.storage.database import Transaction
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist

STALE = "nothing newer than the last answer"


class Recorder(Protocol):
    """Where raw answers are kept."""

    def write(self, raw: bytes, query: Query, poll_id: str, at: datetime) -> None:
        """Keep one answer."""


class Polled(Struct, frozen=True):
    """What one poll asked, and what it tells."""

    plan: Plan
    """Of all sources."""
    told: tuple[Event, ...]
    poll: Poll | None = None
    """The merged answers; None: nothing was asked, or nothing newer than the last answer came."""
    credits_left: int | None = None
    """None: the source did not say."""
    lag: timedelta = timedelta(0)
    """How far the answers' time is behind our clock; negative: ahead of it."""
    lines: tuple[str, ...] = ()
    """What to say of sources that fail from now on, or are heard again."""


class FailedPoll(Struct, frozen=True):
    """What the questions of one poll brought that does not count."""

    to_ask: Asking
    record: PollRecord
    """How the poll began, and what went wrong."""
    replies: Sequence[Reply]
    deaf: Mapping[str, str]
    """Why an answer does not count, by the source's name."""
    found: Cycle


def record_failed(store: Store, watchlist: Watchlist, failed: FailedPoll, ended_at: datetime) -> None:
    """Write how a poll went that does not count."""
    record, at = failed.record, PollLog(store).data_time(failed.record.begun)
    after = states_after(failed.to_ask, failed.replies, {}, failed.deaf, now=record.started_at, at=at)
    record = _ended(record, failed.replies, ended_at)
    record_no_look(store, watchlist, record, ended_at, failed.found, states=tuple(after.values()))


class GoodPoll(Struct, frozen=True):
    """What the questions of one poll brought, as far as it counts."""

    to_ask: Asking
    record: PollRecord
    """How the poll began."""
    replies: Sequence[Reply]
    heard: Hearing
    found: Cycle
    """What they mean; `NOTHING` where nothing in them was newer than the last answer."""
    unrecorded: StoreError | None
    """Why the answers could not be kept; None: they were, or nobody asked for it."""

    @property
    def at(self) -> datetime:
        """The answers' time."""
        return self.heard.at if self.found.poll is None else self.found.poll.at

    def told(self, lines: tuple[str, ...]) -> Polled:
        """What the poll asked, and what it tells."""
        return Polled(
            plan=self.to_ask.plan,
            told=self.found.told,
            poll=self.found.poll,
            credits_left=next(reversed(_balances(self.replies)), None),
            lag=self.record.started_at - self.at,
            lines=lines,
        )


def news_of_sources(good: GoodPoll, store: Store, watchlist: Watchlist) -> SourceNews:
    """What is remembered of the sources, and what is to be told of those that failed or are heard again."""
    before, is_new = good.to_ask.states, good.found is not NOTHING
    listened = good.heard.by_source if is_new else {}
    deaf = good.heard.deaf if is_new else {}
    now, wrong_s = good.record.started_at, good.found.memory.wrong_s
    after = states_after(good.to_ask, good.replies, listened, deaf, now=now, at=good.at, wrong_s=wrong_s)
    if len(watchlist.sources) == 1 or not is_new:
        return SourceNews(tuple(after.values()))
    ours = {entry.name: after[entry.name] for entry in watchlist.sources if entry.name in after}
    return source_news(before, ours, good.at, patience(watchlist.health.blind_after, PollLog(store).begun()))


def record_good(
    store: Store, watchlist: Watchlist, good: GoodPoll, said: SourceNews, ended_at: datetime, *, airports: Airports
) -> None:
    """Write what answers brought, or that they brought nothing new. Then raise what went wrong with keeping them."""
    record, poll = _ended(good.record, good.replies, ended_at), good.found.poll
    if poll is None:
        record_no_look(store, watchlist, replace(record, outcome=STALE), ended_at, states=said.states)
    else:
        balances = _balances(good.replies)
        record = replace(
            record,
            at=poll.at,
            outcome="ok",
            vectors=len(poll.vectors),
            skipped=poll.skipped,
            credits_remaining=balances[-1] if balances else None,
        )
        keep = _evidence(good, watchlist, airports) if watchlist.keeps_evidence else _nothing
        commit(store, good.found, watchlist, record, said=said, keep=keep)
    if good.unrecorded is not None:
        raise good.unrecorded


def _evidence(good: GoodPoll, watchlist: Watchlist, airports: Airports) -> Callable[[Transaction], None]:
    """Give what writes the evidence of the poll."""
    from flightwatch.app.evidence_keeping import Answers, keeper

    return keeper(Answers(good.replies, good.heard, good.record.started_at), good.found, watchlist, airports)


def _nothing(_db: Transaction) -> None:
    """Keep nothing."""


def keep_raw(
    recorder: Recorder | None, replies: Sequence[Reply], heard: Hearing, started_at: datetime
) -> StoreError | None:
    """Record a whole, good cycle (a replay must not see what live polling refused); return what went wrong, to be told later.

    Who tells the time comes first, and only who listened comes at all.
    """
    if recorder is None:
        return None
    fetched = {reply.source: reply.fetched for reply in replies}
    try:
        for source in heard.by_source:
            for query, each in fetched[source]:
                recorder.write(each.raw, query, f"{started_at:%Y-%m-%dT%H:%M:%S.%fZ}", started_at)
    except StoreError as error:
        return error
    return None


def _ended(record: PollRecord, replies: Sequence[Reply], ended_at: datetime) -> PollRecord:
    """The record of a poll whose questions brought these replies."""
    paid = next((reply.error for reply in replies if reply.source == OPENSKY), None)
    return replace(
        record,
        duration_ms=round((ended_at - record.started_at) / timedelta(milliseconds=1)),
        asked=tuple(query for reply in replies for query in reply.asked),
        balances=_balances(replies),
        silent_until=silence_after(ended_at, paid.retry_after) if isinstance(paid, OutOfCredits) else None,
    )


def _balances(replies: Sequence[Reply]) -> tuple[int | None, ...]:
    """What OpenSky said is left after each of its answers."""
    return tuple(each.credits_remaining for r in replies if r.source == OPENSKY for _, each in r.fetched)
