"""What a poll asks of each source, and what the replies leave of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.answer_times import Begun
from flightwatch.alerting.cycle import with_passing
from flightwatch.alerting.deafness import SourceState, failed, is_paused, listened
from flightwatch.core.model import OPENSKY, Circle, Icao24, Poll
from flightwatch.errors import OutOfCredits
from flightwatch.planning.free import FreePlan, plan_free
from flightwatch.planning.plan import Plan, plan_poll
from flightwatch.sources.asking import Reply
from flightwatch.storage.poll_log import PollLog
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import SourceEntry, Watchlist

PAUSE: Final = timedelta(minutes=15)
"""How long a source is not asked that refuses more questions and names no time."""


class Asking(Struct, frozen=True):
    """What one poll asks, and what was known of the sources before."""

    plan: Plan
    """Of all sources."""
    free: Mapping[str, FreePlan]
    """Of those that count no credits, by name."""
    states: Mapping[str, SourceState]


def asking(
    watchlist: Watchlist,
    tracks: Mapping[Icao24, Track],
    states: Mapping[str, SourceState],
    log: PollLog,
    begun: Begun,
) -> Asking:
    """What to ask now. Where one that is required wants no questions, none is asked, as the poll would not count."""
    paid, watched = Plan((), 0), with_passing(watchlist, tracks).watched
    if is_opensky_asked(watchlist):
        ledger = log.ledger(begun.at, signed_in=watchlist.opensky is not None)
        paid = plan_poll(watched, tracks, ledger, begun.at)
        if any(entry.is_required and entry.kind == "opensky" for entry in watchlist.sources) and not paid.queries:
            return Asking(paid, {}, states)
    waiting = {entry: state for entry, state in _free(watchlist, states) if is_paused(state, begun.at)}
    said = [f"{state.name} wants no questions until {state.paused_until:%H:%M} UTC" for state in waiting.values()]
    if any(entry.is_required for entry in waiting):
        return Asking(Plan((), 0, "; ".join(said)), {}, states)
    free = {
        entry.name: plan_free(entry.name, entry.kind, watched, circle=circle_of(entry), turn=state.turn)
        for entry, state in _free(watchlist, states)
        if entry not in waiting
    }
    queries = (*paid.queries, *(query for plan in free.values() for query in plan.queries))
    why = "; ".join(filter(None, (paid.why, *said))) or "nothing is watched"
    return Asking(Plan(queries, paid.credits, None if queries else why), free, states)


def is_opensky_asked(watchlist: Watchlist) -> bool:
    """Tell whether OpenSky is one of the watchlist's sources."""
    return any(entry.kind == "opensky" for entry in watchlist.sources)


def circle_of(entry: SourceEntry) -> Circle | None:
    """What a receiver hears around it; None: it is not told."""
    return None if entry.at is None or entry.radius_km is None else Circle(*entry.at, entry.radius_km)


def _free(watchlist: Watchlist, states: Mapping[str, SourceState]) -> Iterator[tuple[SourceEntry, SourceState]]:
    """The sources that count no credits, each with what is known of it."""
    for entry in watchlist.sources:
        if entry.kind != "opensky":
            yield entry, _state(states, entry.name)


def states_after(
    asking: Asking,
    replies: Sequence[Reply],
    heard: Mapping[str, Poll],
    deaf: Mapping[str, str],
    *,
    now: datetime,
    at: datetime,
    wrong_s: Mapping[str, int] = {},
) -> dict[str, SourceState]:
    """What is remembered of each source after a poll ``at`` in the data's time, those that were not asked as they were.

    ``heard`` are the answers that count, and ``wrong_s`` tells whose clock was wrong, as `Aligned.moved_s`; ``deaf`` says why
    others do not count. A source that is in neither answered with nothing newer.
    """
    after = dict(asking.states)
    for reply in replies:
        is_now = replace(_state(after, reply.source), tried_at=now)
        if (poll := heard.get(reply.source)) is not None:
            is_now = listened(is_now, now, poll.at, len(poll.vectors), -wrong_s.get(reply.source, 0))
        elif reply.error is not None:
            is_now = failed(is_now, now, at, str(reply.error), _pause(reply))
        elif reply.source in deaf:
            is_now = failed(is_now, now, at, deaf[reply.source])
        plan = asking.free.get(reply.source)
        after[reply.source] = is_now if plan is None else replace(is_now, turn=plan.after(len(reply.fetched)))
    return after


def _pause(reply: Reply) -> timedelta | None:
    """How long to ask nothing; None where nobody said so, and of OpenSky, whose credits are planned apart."""
    if reply.source == OPENSKY or not isinstance(reply.error, OutOfCredits):
        return None
    return reply.error.retry_after or PAUSE


def _state(states: Mapping[str, SourceState], name: str) -> SourceState:
    return states.get(name) or SourceState(name)
