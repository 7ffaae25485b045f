"""One poll: plan, ask, judge, decide, and have that written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.answer_times import Begun, Heard, Uptime, Verdict, judged
from flightwatch.alerting.cycle import NOTHING, Cycle, cycle
from flightwatch.alerting.deafness import SourceState
from flightwatch.alerting.hearing import Hearing, advice, hearing
from flightwatch.app.commit import record_no_look
from flightwatch.app.poll_outcomes import (
    FailedPoll,
    GoodPoll,
    Polled,
    Recorder,
    keep_raw,
    news_of_sources,
    record_failed,
    record_good,
)
from flightwatch.app.source_states import Asking, asking
from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.errors import BadAnswer, SourceError
from flightwatch.known_secrets import SECRETS
from flightwatch.planning.plan import Plan
from flightwatch.sources.asking import Reply, Source, ask
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.source_log import source_states
from flightwatch.storage.store import Store
from flightwatch.tracking.backdate import as_of
from flightwatch.tracking.listening import Memory
from flightwatch.tracking.passing import TailOf, no_tail
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

_NOT_USED = frozenset({Verdict.AHEAD, Verdict.STALE})

_TELLS_NO_TIME = frozenset({Verdict.AHEAD, Verdict.STALE, Verdict.FAR})
"""Verdicts on a source's time after which the next source tells the time."""


class _Before(Struct, frozen=True):
    """What the database remembers as a poll begins."""

    tracks: Mapping[Icao24, Track]
    memory: Memory
    states: Mapping[str, SourceState]
    answers: Sequence[Heard]
    last_poll_at: datetime | None


def poll_once(
    watchlist: Watchlist,
    airports: Airports,
    sources: Mapping[str, Source],
    store: Store,
    *,
    clock: Callable[[], datetime],
    uptime: Callable[[], Uptime | None] = lambda: None,
    recorder: Recorder | None = None,
    tail_of: TailOf = no_tail,
    dry_run: bool = False,
) -> Polled:
    """Plan, fetch, decide and commit one cycle. Its alerts wait in the outbox, unless ``dry_run``.

    ``sources`` are the watchlist's, by name. ``uptime`` gives None where it is not known; ``tail_of`` as for `passing`.
    Raises `SourceError` where nobody listened, or one that is required did not, after recording that, which moves no track.
    """
    begun, tracks = Begun(clock(), uptime()), store.tracks()
    decide = partial(cycle, watchlist=watchlist, airports=airports, tail_of=tail_of)
    to_ask, record = _planned(store, watchlist, tracks, begun)
    if not to_ask.plan.queries:
        return _unasked(store, watchlist, to_ask.plan, record, dry_run=dry_run)
    replies, found, deaf = ask(sources, to_ask.plan.queries), NOTHING, dict[str, str]()
    try:
        before = _before(store, watchlist, tracks, to_ask.states)
        heard = _heard(replies, record, before, watchlist)
        deaf |= heard.deaf
        record, found = _decided(record, heard, before, decide)
        if found.why is not None:
            raise BadAnswer(found.why)
    except SourceError as error:
        if not dry_run:
            record = replace(record, outcome=SECRETS.hidden(str(error)))
            record_failed(store, watchlist, FailedPoll(to_ask, record, replies, deaf, found), clock())
        raise
    good = GoodPoll(to_ask, record, replies, heard, found, unrecorded=keep_raw(recorder, replies, heard, begun.at))
    said = news_of_sources(good, store, watchlist)
    if not dry_run:
        record_good(store, watchlist, good, said, clock(), airports=airports)
    return good.told(said.lines)


def _planned(
    store: Store, watchlist: Watchlist, tracks: Mapping[Icao24, Track], begun: Begun
) -> tuple[Asking, PollRecord]:
    """What to ask now, and the record of a poll that begins so and has no answer yet."""
    to_ask = asking(watchlist, tracks, source_states(store), PollLog(store), begun)
    signed_in = watchlist.opensky is not None
    why, asked = f"nothing asked: {to_ask.plan.why}", to_ask.plan.queries
    return to_ask, PollRecord(begun.at, None, why, asked=asked, signed_in=signed_in, uptime=begun.uptime)


def _unasked(store: Store, watchlist: Watchlist, plan: Plan, record: PollRecord, *, dry_run: bool) -> Polled:
    """The poll that asks nothing, written unless ``dry_run``."""
    if not dry_run:
        record_no_look(store, watchlist, record, record.started_at)
    return Polled(plan, ())


def _before(
    store: Store, watchlist: Watchlist, tracks: Mapping[Icao24, Track], states: Mapping[str, SourceState]
) -> _Before:
    log, wrong_s = PollLog(store), {name: -state.clock_s for name, state in states.items() if state.clock_s}
    memory = log.memory(watchlist.watched, for_aircraft="airborne" in watchlist.alerts.on)
    memory = replace(memory, wrong_s=wrong_s)
    return _Before(tracks, memory, states, log.answers(), store.last_poll_at())


def _heard(replies: Sequence[Reply], record: PollRecord, before: _Before, watchlist: Watchlist) -> Hearing:
    """What the sources answered, judged. Raises `SourceError` where none answered, or one that is required did not."""
    required = frozenset(entry.name for entry in watchlist.sources if entry.is_required)
    polls = [reply.poll() for reply in replies if reply.error is None]
    errors = [each.error for each in replies if each.error is not None and (each.source in required or not polls)]
    if errors:
        raise errors[0] if len(errors) == 1 else SourceError("; ".join(map(str, errors)))
    is_alone = len(watchlist.sources) == 1
    last = {name: state.answered_at for name, state in before.states.items() if not is_alone and state.answered_at}
    return _led(hearing(before.memory, polls, last=last, required=required, is_alone=is_alone), record, before)


def _led(heard: Hearing, record: PollRecord, before: _Before) -> Hearing:
    """The answers that count, led by the first whose time can be used; by the first of all where none can."""
    led = [heard.led_by(poll) for poll in heard.answers if poll.sources[0] not in heard.wrong_s]
    return next((h for h in led if judged(Heard(record.begun, h.at), before.answers) not in _TELLS_NO_TIME), heard)


def _decided(
    record: PollRecord,
    heard: Hearing,
    before: _Before,
    decide: Callable[[Hearing, datetime | None, Mapping[Icao24, Track], Memory], Cycle],
) -> tuple[PollRecord, Cycle]:
    """The record with the time of an answer that is not used for it, and what the answers mean, by what the database remembers.

    Where they are no look at the sky, ``why`` also says what that means for the user.
    """
    tracks, verdict = before.tracks, judged(Heard(record.begun, heard.at), before.answers)
    if verdict in _NOT_USED:
        record = replace(record, claimed=heard.at)
    if (refusal := _refusal(verdict, heard, record.started_at)) is not None:
        return record, replace(NOTHING, memory=before.memory, why=refusal)
    outvotes = verdict is Verdict.OUTVOTES
    earlier = {icao24: as_of(track, heard.at) for icao24, track in tracks.items()} if outvotes else tracks
    last_poll_at = None if outvotes else before.last_poll_at
    found = decide(heard, last_poll_at, earlier, before.memory)
    if found.why is not None:
        return record, replace(found, why=f"{found.why}; {advice(heard.asked)}")
    if not outvotes:
        return record, found
    changed = {icao24: track for icao24, track in earlier.items() if track is not tracks[icao24]}
    kept = {icao24: track for icao24, track in changed.items() if icao24 not in found.changes.forgotten}
    return record, replace(found, changes=replace(found.changes, tracks={**kept, **found.changes.tracks}))


def _refusal(verdict: Verdict, heard: Hearing, started_at: datetime) -> str | None:
    """Say why an answer of this time is not used; None: it is used, or brings nothing and does no harm."""
    says = f"{heard.asked[0]} says it is {heard.at:%Y-%m-%d %H:%M} UTC"
    if verdict is Verdict.FAR:
        return f"{says}, this machine {started_at:%Y-%m-%d %H:%M}: set its clock"
    if verdict is not Verdict.AHEAD:
        return None
    why = "ahead of this machine's clock and of its own answers before"
    return f"{says}, {why}: this one is not used; if that lasts, set the clock"
