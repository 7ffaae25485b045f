"""One cycle: plan, fetch, decide, commit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.answer_times import Begun, Heard, Uptime, Verdict, judged, leap
from flightwatch.alerting.blindness import Blindness, lost, patience, regained
from flightwatch.alerting.cycle import NOTHING, Cycle, cycle
from flightwatch.alerting.queue import Changes, Letter, changes
from flightwatch.alerting.routing import health_channels
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Icao24, Poll, Query
from flightwatch.errors import BadAnswer, OutOfCredits, SourceError, StoreError
from flightwatch.known_secrets import SECRETS
from flightwatch.planning.budget import silence_after
from flightwatch.planning.plan import Plan, plan_poll
from flightwatch.sources.opensky_answer import Answer, merge
from flightwatch.storage.database import Transaction
from flightwatch.storage.outbox import Outbox, apply
from flightwatch.storage.poll_log import PollLog, keep_listed, keep_memory
from flightwatch.storage.store import PollRecord, Store
from flightwatch.tracking.backdate import as_of
from flightwatch.tracking.listening import ADVICE
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

FAR_AHEAD = timedelta(hours=3)
"""How far an answer's time may be ahead of our clock, which may be slow, where others agree with it: one from tomorrow would date
tomorrow whatever is told."""

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
            _record_no_look(store, watchlist, record, begun.at)
        return Polled(plan, ())
    fetched, found = list[tuple[Query, Fetched]](), NOTHING
    try:
        fetched.extend(_answers(source, plan.queries))  # what came before a failure stays
        poll = _merged(fetched, begun.at)
        record, found = _decided(record, poll, store, tracks=tracks, watchlist=watchlist, airports=airports)
        if found.why is not None:
            raise BadAnswer(found.why)
    except SourceError as error:
        if not dry_run:
            failed = _failed(record, fetched, error, ended_at := clock())
            _record_no_look(store, watchlist, failed, ended_at, found)
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
    memory, verdict = log.memory(watchlist.watched), judged(Heard(_begun(record), poll.at), log.answers())
    if verdict in _NOT_USED:
        record = replace(record, claimed=poll.at)
    if verdict is Verdict.AHEAD:
        return record, replace(NOTHING, memory=memory, why=_ahead(poll.at))
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


def _ahead(at: datetime) -> str:
    return (
        f"OpenSky says it is {at:%Y-%m-%d %H:%M} UTC, ahead of this machine's clock and of its own answers before: this one "
        "is not used; if that lasts, set the clock"
    )


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
    plan = plan_poll(watchlist.watched, tracks, ledger, begun.at)
    why = f"nothing asked: {plan.why}"
    return plan, PollRecord(begun.at, None, why, asked=plan.queries, signed_in=signed_in, uptime=begun.uptime)


def _record_good(store: Store, watchlist: Watchlist, good: _GoodPoll, ended_at: datetime) -> None:
    """Write what answers brought, or that they brought nothing new."""
    duration_ms = _ms(ended_at - good.record.started_at)
    record = replace(good.record, balances=_balances(good.fetched), duration_ms=duration_ms)
    if good.found is NOTHING:
        _record_no_look(store, watchlist, replace(record, outcome=STALE), ended_at)
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


def _record_no_look(
    store: Store, watchlist: Watchlist, record: PollRecord, ended_at: datetime, found: Cycle = NOTHING
) -> None:
    """Remember a poll that saw nothing new, and tell of blindness once that has lasted too long."""
    due = _blinded(store, watchlist, record, ended_at)

    def post(db: Transaction) -> None:
        apply(db, due)
        if found is not NOTHING:
            keep_memory(db, found.memory)

    store.record_failure(record, post)


def _merged(fetched: Sequence[tuple[Query, Fetched]], started_at: datetime) -> Poll:
    """The answers to every query of a cycle as one poll; `BadAnswer` when they are of another time."""
    poll = merge([(query, each.answer) for query, each in fetched])
    if poll.at - started_at > FAR_AHEAD:
        raise BadAnswer(
            f"OpenSky says it is {poll.at:%Y-%m-%d %H:%M} UTC, this machine {started_at:%Y-%m-%d %H:%M}: set its clock"
        )
    return poll


def _balances(fetched: Sequence[tuple[Query, Fetched]]) -> tuple[int | None, ...]:
    return tuple(each.credits_remaining for _, each in fetched)


def commit(
    store: Store, found: Cycle, watchlist: Watchlist, record: PollRecord, delivered_at: datetime | None = None
) -> None:
    """Write a cycle and queue its alerts, with the end of a blindness. With ``delivered_at`` they went out already."""
    outbox = Outbox(store)
    landings = store.events([visit.landing for visit in found.changes.visits if visit.landing is not None])
    retracted = [event.retracts for event in found.told if event.retracts is not None]

    def post(db: Transaction) -> None:
        # What became of alerts is read in this transaction, as an earlier poll may still be delivering.
        posted = outbox.posted([*landings, *retracted])
        due = changes(watchlist, found.told, found.changes.visits, landings, posted)
        if delivered_at is None:
            due = replace(due, letters=(*_sighted(store, watchlist, record), *due.letters))
        apply(db, due, delivered_at)
        if record.at is not None:
            keep_listed(db, watchlist.watched, record.at)
            keep_memory(db, found.memory)

    store.commit(found.changes, record, post)


def _begun(record: PollRecord) -> Begun:
    return Begun(record.started_at, record.uptime)


def _blinded(store: Store, watchlist: Watchlist, record: PollRecord, ended_at: datetime) -> Changes:
    """What to tell of a failed poll: that flightwatch is blind, once it has been for too long."""
    log = PollLog(store)
    since, unseen = store.last_poll_at() or log.began(), log.unseen(_begun(record))
    if since is None or unseen is None:
        return Changes()
    now = since + unseen + max(ended_at - record.started_at, timedelta(0))
    blindness = lost(since, now, patience(watchlist.health.blind_after, log.begun()), record.outcome)
    return Changes(letters=_health(watchlist, blindness))


def _sighted(store: Store, watchlist: Watchlist, record: PollRecord) -> tuple[Letter, ...]:
    """What to tell of a good poll: that flightwatch sees again, after how long."""
    log, last = PollLog(store), store.last_poll()
    since = store.last_poll_at() or log.began()
    if since is None or last is None or record.at is None:
        return ()
    why = last.outcome if last.at is None and not last.is_idle else None
    usual = patience(watchlist.health.blind_after, log.begun())
    heard, before = Heard(_begun(record), record.at), log.answers()
    leapt = leap(before[0], heard) if judged(heard, before) is Verdict.AGREED else timedelta(0)
    return _health(watchlist, regained(since, record.at, usual, why, leapt=leapt))


def _health(watchlist: Watchlist, blindness: Blindness | None) -> tuple[Letter, ...]:
    if blindness is None:
        return ()
    at = blindness.detected_at
    return tuple(Letter(blindness, channel.name, at, at) for channel in health_channels(watchlist))


def _ms(duration: timedelta) -> int:
    return round(duration / timedelta(milliseconds=1))
