"""Recorded polls through the same core, without a network, into a database or into none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from flightwatch import paths
from flightwatch.alerting.cycle import NOTHING, cycle
from flightwatch.alerting.hearing import hearing
from flightwatch.app.commit import commit
from flightwatch.app.damaged_rows import begun_anew
from flightwatch.app.evidence_keeping import Answers, keeper
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Icao24, Poll
from flightwatch.errors import DamagedRow, UsageError
from flightwatch.sources.asking import Reply
from flightwatch.sources.recorded import Recording
from flightwatch.storage.lock import poll_lock
from flightwatch.storage.poll_log import PollLog, keep_memory
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.listening import Memory
from flightwatch.tracking.passing import TailOf, no_tail
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import counted


def replay(
    polls: Iterable[Poll | Sequence[Poll]],
    watchlist: Watchlist,
    airports: Airports,
    store: Store | None = None,
    note: Callable[[datetime, str], None] | None = None,
    tail_of: TailOf = no_tail,
    replies: Callable[[], Sequence[Reply]] = lambda: (),
) -> Iterator[Event]:
    """Recorded polls, or of several sources each poll's answers by source, through the same core: the events to tell, in order.

    With a store, it ends as live polling left it: what is told here is not told again by the next poll. ``note`` takes when a
    poll was that counts for nothing, and why: nobody listened, or the store knows of later ones. ``tail_of`` as for `passing`.
    ``replies`` gives the answers to the last poll as they came, of which a store may keep evidence.
    """
    tracks = {} if store is None else store.tracks()
    known_until = last_poll_at = None if store is None else store.last_poll_at()
    memory = Memory() if store is None else _remembered(store, watchlist)
    is_alone = len(watchlist.sources) == 1
    decide = partial(cycle, watchlist=watchlist, airports=airports, tail_of=tail_of)
    for answers in polls:
        heard = hearing(memory, (answers,) if isinstance(answers, Poll) else answers, is_alone=is_alone)
        found = decide(heard, last_poll_at, tracks, memory)
        if found is not NOTHING:
            memory = found.memory
        elif note is not None and known_until is not None and heard.at <= known_until:
            note(heard.at, f"the database already has polls up to {known_until:%Y-%m-%d %H:%M} UTC")
        if found.why is not None:
            if store is not None:
                store.record_failure(PollRecord(heard.at, None, found.why), partial(keep_memory, memory=memory))
            if note is not None:
                note(heard.at, found.why)
        if (poll := found.poll) is None:
            continue
        last_poll_at = poll.at
        if store is not None:
            keep = keeper(Answers(replies(), heard, poll.at), found, watchlist, airports)
            commit(store, found, watchlist, _record(poll), keep=keep, delivered_at=poll.at)
        _move(tracks, found.changes)
        yield from found.told


def _record(poll: Poll) -> PollRecord:
    return PollRecord(poll.at, poll.at, "ok", len(poll.vectors), poll.skipped)


def _move(tracks: dict[Icao24, Track], changes: PollChanges) -> None:
    tracks.update(changes.tracks)
    for icao24 in changes.forgotten:
        tracks.pop(icao24, None)


def _remembered(store: Store, watchlist: Watchlist) -> Memory:
    return PollLog(store).memory(watchlist.watched, for_aircraft="airborne" in watchlist.alerts.on)


def left_out(recording: Recording, unheard: Sequence[tuple[datetime, str]]) -> Iterator[str]:
    """What of a recording was not replayed, a line each: what cannot be read, and the polls that `replay` noted."""
    if recording.skipped_lines:
        yield f"{counted(recording.skipped_lines, 'unreadable line')} skipped"
    if recording.skipped_rows:
        yield f"{counted(recording.skipped_rows, 'unreadable row')} skipped"
    if unheard:
        since, why = unheard[0]
        yield f"{counted(len(unheard), 'poll')} left out, the first at {since:%Y-%m-%d %H:%M} UTC: {why}"


@contextmanager
def store_to_replay_into(db: Path | None) -> Iterator[Store | None]:
    """The store that a replay writes to, held against other polls; None when it writes nowhere."""
    if db is None:
        yield None
        return
    db = paths.find_database(db)
    with poll_lock(db) as held:
        if not held:
            raise UsageError(f"{db}: another poll is writing to it; try again when it is done")
        with Store(db) as store:
            yield store
            if (line := begun_anew(store)) is not None:
                raise DamagedRow(line)
