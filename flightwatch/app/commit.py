"""What a poll leaves in the database: what changed, how it went, and what is to be told of it, blindness included."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from flightwatch.alerting.answer_times import Heard, Verdict, judged, leap
from flightwatch.alerting.blindness import Blindness, lost, patience, regained
from flightwatch.alerting.cycle import NOTHING, Cycle
from flightwatch.alerting.deafness import NO_SOURCE_NEWS, SourceNews, SourceState
from flightwatch.alerting.queue import Changes, Letter, changes
from flightwatch.alerting.routing import health_channels
from flightwatch.storage.database import Transaction
from flightwatch.storage.letters import apply
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog, keep_listed, keep_memory
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.source_log import keep_sources
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist


def commit(
    store: Store,
    found: Cycle,
    watchlist: Watchlist,
    record: PollRecord,
    *,
    said: SourceNews = NO_SOURCE_NEWS,
    keep: Callable[[Transaction], None] = lambda _: None,
    delivered_at: datetime | None = None,
) -> None:
    """Write a cycle and queue its alerts, with the end of a blindness, what is ``said`` of the sources, and what ``keep`` writes.

    With ``delivered_at`` they went out already.
    """
    outbox = Outbox(store)
    landings = store.events([visit.landing for visit in found.changes.visits if visit.landing is not None])
    retracted = [event.retracts for event in found.told if event.retracts is not None]

    def post(db: Transaction) -> None:
        # What became of alerts is read in this transaction, as an earlier poll may still be delivering.
        posted = outbox.posted([*landings, *retracted])
        due = changes(found.followed_by(watchlist), found.told, found.changes.visits, landings, posted, now=record.at)
        if delivered_at is None:
            health = (
                *_sighted(store, watchlist, record),
                *(each for news in said.news for each in _health(watchlist, news)),
            )
            due = replace(due, letters=(*health, *due.letters))
        apply(db, due, delivered_at)
        if record.at is not None:
            keep_listed(db, watchlist.watched, record.at, found.memory.looks)
            keep_memory(db, found.memory)
        keep_sources(db, said.states)
        keep(db)

    store.commit(found.changes, record, post)


def record_no_look(
    store: Store,
    watchlist: Watchlist,
    record: PollRecord,
    ended_at: datetime,
    found: Cycle = NOTHING,
    *,
    states: Sequence[SourceState] = (),
) -> None:
    """Remember a poll that saw nothing new, and tell of blindness once that has lasted too long. ``states``: of its sources."""
    due = _blinded(store, watchlist, record, ended_at)

    def post(db: Transaction) -> None:
        apply(db, due)
        if found is not NOTHING:
            keep_memory(db, found.memory)
        keep_sources(db, states)

    store.record_failure(record, post)


def _blinded(store: Store, watchlist: Watchlist, record: PollRecord, ended_at: datetime) -> Changes:
    """What to tell of a failed poll: that flightwatch is blind, once it has been for too long."""
    log = PollLog(store)
    since, unseen = store.last_poll_at() or log.began(), log.unseen(record.begun)
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
    heard, before = Heard(record.begun, record.at), log.answers()
    leapt = leap(before[0], heard) if judged(heard, before) is Verdict.AGREED else timedelta(0)
    return _health(watchlist, regained(since, record.at, usual, why, leapt=leapt))


def _health(watchlist: Watchlist, blindness: Blindness | None) -> tuple[Letter, ...]:
    if blindness is None:
        return ()
    at = blindness.detected_at
    return tuple(Letter(blindness, channel.name, at, at) for channel in health_channels(watchlist))
