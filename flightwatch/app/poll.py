"""One cycle: plan, fetch, decide, and have it written."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.answer_times import Begun, Heard, Uptime, Verdict, judged
from flightwatch.alerting.cycle import NOTHING, Cycle, cycle, with_passing
from flightwatch.app.commit import commit, record_no_look
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Icao24, Poll, Query
from flightwatch.errors import BadAnswer, OutOfCredits, SourceError, StoreError
from flightwatch.known_secrets import SECRETS
from flightwatch.planning.budget import silence_after
from flightwatch.planning.plan import Plan, plan_poll
from flightwatch.sources.opensky_answer import Answer, merge
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.backdate import as_of
from flightwatch.tracking.listening import ADVICE
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

_NOT_USED = frozenset({Verdict.AHEAD, Verdict.STALE})

STALE = "nothing newer than the last answer"


class Fetched(Protocol):
    """One answer with what came with it."""

    @property
    def raw(self) -> bytes:
        """The answer's bytes as they came."""

    @property
    def answer(self) -> Answer:
        """What these bytes say."""

    @property
    def credits_remaining(self) -> int | None:
        """The balance the source told; None when it did not."""


class Source(Protocol):
    """Where live state vectors come from."""

    def begin_poll(self) -> None:
        """Start the time budget of one cycle."""

    def fetch(self, query: Query) -> Fetched:
        """Ask one question; raises `SourceError`."""


class Recorder(Protocol):
    """Where raw answers are kept."""

    def write(self, raw: bytes, query: Query, poll_id: str, at: datetime) -> None:
        """Keep one answer."""


class Polled(Struct, frozen=True):
    """What one poll asked, and what it tells."""

    plan: Plan
    told: tuple[Event, ...]
    poll: Poll | None = None
    """The merged answers; None: nothing was asked, or nothing newer than the last answer came."""
    credits_left: int | None = None
    """None: the source did not say."""
    lag: timedelta = timedelta(0)
    """How far the answers' time is behind our clock; negative: ahead of it."""


def poll_once(
    watchlist: Watchlist,
    airports: Airports,
    source: Source,
    store: Store,
    *,
    clock: Callable[[], datetime],
    uptime: Callable[[], Uptime | None] = lambda: None,
    recorder: Recorder | None = None,
    dry_run: bool = False,
) -> Polled:
    """Plan, fetch, decide and commit one cycle. Its alerts wait in the outbox, unless ``dry_run``.

    ``uptime`` gives None where it is not known. Where the credits allow nothing, nothing is asked. Raises `SourceError` after
    recording the failure, which moves no track.
    """
    begun, tracks = Begun(clock(), uptime()), store.tracks()
    plan, record = _planned(store, watchlist, tracks, begun)
    if not plan.queries:
        if not dry_run:
            record_no_look(store, watchlist, record, begun.at)
        return Polled(plan, ())
    fetched, found = list[tuple[Query, Fetched]](), NOTHING
    try:
        fetched.extend(_answers(source, plan.queries))  # what came before a failure stays
        poll = merge([(query, each.answer) for query, each in fetched])
        record, found = _decided(record, poll, store, tracks=tracks, watchlist=watchlist, airports=airports)
        if found.why is not None:
            raise BadAnswer(found.why)
    except SourceError as error:
        if not dry_run:
            failed = _failed(record, fetched, error, ended_at := clock())
            record_no_look(store, watchlist, failed, ended_at, found)
        raise
    unrecorded, good = _keep(recorder, fetched, begun.at), _GoodPoll(plan, record, fetched, poll, found)
    if not dry_run:
        _record_good(store, watchlist, good, clock())
        if unrecorded is not None:
            raise unrecorded
    return good.told()


def _decided(
    record: PollRecord,
    poll: Poll,
    store: Store,
    *,
    tracks: Mapping[Icao24, Track],
    watchlist: Watchlist,
    airports: Airports,
) -> tuple[PollRecord, Cycle]:
    """The record with the time of an answer that is not used for it, and what the answers mean, by what the database remembers.

    Where they are no look at the sky, ``why`` also says what that means for the user.
    """
    log = PollLog(store)
    memory, verdict = log.memory(watchlist.watched), judged(Heard(record.begun, poll.at), log.answers())
    if verdict in _NOT_USED:
        record = replace(record, claimed=poll.at)
    if (refusal := _refusal(verdict, poll.at, record.started_at)) is not None:
        return record, replace(NOTHING, memory=memory, why=refusal)
    outvotes = verdict is Verdict.OUTVOTES
    earlier = {icao24: as_of(track, poll.at) for icao24, track in tracks.items()} if outvotes else tracks
    last_poll_at = None if outvotes else store.last_poll_at()
    found = cycle(poll, last_poll_at, earlier, memory, watchlist=watchlist, airports=airports)
    if found.why is not None:
        return record, replace(found, why=f"{found.why}; {ADVICE}")
    if not outvotes:
        return record, found
    changed = {icao24: track for icao24, track in earlier.items() if track is not tracks[icao24]}
    kept = {icao24: track for icao24, track in changed.items() if icao24 not in found.changes.forgotten}
    return record, replace(found, changes=replace(found.changes, tracks={**kept, **found.changes.tracks}))


def _refusal(verdict: Verdict, at: datetime, started_at: datetime) -> str | None:
    """Say why an answer of this time is not used; None: it is used, or brings nothing and does no harm."""
    says = f"OpenSky says it is {at:%Y-%m-%d %H:%M} UTC"
    if verdict is Verdict.FAR:
        return f"{says}, this machine {started_at:%Y-%m-%d %H:%M}: set its clock"
    if verdict is not Verdict.AHEAD:
        return None
    why = "ahead of this machine's clock and of its own answers before"
    return f"{says}, {why}: this one is not used; if that lasts, set the clock"


class _GoodPoll(Struct, frozen=True):
    """What the questions of one poll brought, all of which were answered."""

    plan: Plan
    record: PollRecord
    """How the poll began."""
    fetched: Sequence[tuple[Query, Fetched]]
    poll: Poll
    """The answers, merged."""
    found: Cycle
    """What they mean; `NOTHING` where nothing in them was newer than the last answer."""

    def told(self) -> Polled:
        """What the poll asked, and what it tells."""
        return Polled(
            plan=self.plan,
            told=self.found.told,
            poll=None if self.found is NOTHING else self.poll,
            credits_left=self.fetched[-1][1].credits_remaining,
            lag=self.record.started_at - self.poll.at,
        )


def _planned(
    store: Store, watchlist: Watchlist, tracks: Mapping[Icao24, Track], begun: Begun
) -> tuple[Plan, PollRecord]:
    """What to ask now, and the record of a poll that begins so and has no answer yet."""
    signed_in = watchlist.opensky is not None
    ledger = PollLog(store).ledger(begun.at, signed_in=signed_in)
    plan = plan_poll(with_passing(watchlist, tracks).watched, tracks, ledger, begun.at)
    why = f"nothing asked: {plan.why}"
    return plan, PollRecord(begun.at, None, why, asked=plan.queries, signed_in=signed_in, uptime=begun.uptime)


def _record_good(store: Store, watchlist: Watchlist, good: _GoodPoll, ended_at: datetime) -> None:
    """Write what answers brought, or that they brought nothing new."""
    duration_ms = _ms(ended_at - good.record.started_at)
    record = replace(good.record, balances=_balances(good.fetched), duration_ms=duration_ms)
    if good.found is NOTHING:
        record_no_look(store, watchlist, replace(record, outcome=STALE), ended_at)
    else:
        commit(store, good.found, watchlist, _good(record, good.poll, good.fetched[-1][1].credits_remaining))


def _answers(source: Source, queries: Iterable[Query]) -> Iterator[tuple[Query, Fetched]]:
    """Ask one question after another."""
    source.begin_poll()
    return ((query, source.fetch(query)) for query in queries)


def _good(record: PollRecord, poll: Poll, credits_remaining: int | None) -> PollRecord:
    """How a poll went that looked at the sky."""
    return replace(
        record,
        at=poll.at,
        outcome="ok",
        vectors=len(poll.vectors),
        skipped=poll.skipped,
        credits_remaining=credits_remaining,
    )


def _keep(
    recorder: Recorder | None, fetched: Sequence[tuple[Query, Fetched]], started_at: datetime
) -> StoreError | None:
    """Record a whole, good cycle (a replay must not see what live polling refused); return what went wrong, to be told later."""
    if recorder is None:
        return None
    try:
        for query, each in fetched:
            recorder.write(each.raw, query, f"{started_at:%Y-%m-%dT%H:%M:%S.%fZ}", started_at)
    except StoreError as error:
        return error
    return None


def _failed(
    record: PollRecord, fetched: Sequence[tuple[Query, Fetched]], error: SourceError, ended_at: datetime
) -> PollRecord:
    """How a poll went whose question after ``fetched`` failed."""
    return replace(
        record,
        outcome=SECRETS.hidden(str(error)),
        duration_ms=_ms(ended_at - record.started_at),
        asked=(record.asked or ())[: len(fetched) + 1],
        balances=_balances(fetched),
        silent_until=silence_after(ended_at, error.retry_after) if isinstance(error, OutOfCredits) else None,
    )


def _balances(fetched: Sequence[tuple[Query, Fetched]]) -> tuple[int | None, ...]:
    return tuple(each.credits_remaining for _, each in fetched)


def _ms(duration: timedelta) -> int:
    return round(duration / timedelta(milliseconds=1))
