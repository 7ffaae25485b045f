"""The situation at one time, read from the database, for people and for monitors."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from flightwatch.alerting.answer_times import Begun, Uptime
from flightwatch.alerting.cycle import with_passing
from flightwatch.alerting.deafness import SourceState
from flightwatch.app import status, status_json, status_traces
from flightwatch.app.lookouts import longest_gap, looked_until
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Icao24
from flightwatch.core.selection import Selection
from flightwatch.core.visits import Visit
from flightwatch.planning.trace_days import TRACES
from flightwatch.storage.outbox import Outbox, Undelivered
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.source_log import source_states
from flightwatch.storage.store import Store
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist


class Situation(Struct, frozen=True):
    """What the database tells of the watchlist's airframes, the polls and the outbox."""

    at: datetime
    """When somebody looked, by this machine's clock."""
    good_at: datetime | None
    """The last good poll; None: there was none."""
    known_until: datetime | None
    """Until when it is known what happened: see `lookouts.looked_until`."""
    last: PollRecord | None
    """The last poll, good or not; None: there was none."""
    tracks: Mapping[Icao24, Track]
    visits: Sequence[Visit]
    """The last one of each watched airframe without a track."""
    events: Sequence[Event]
    """Those that are new."""
    undelivered: Sequence[Undelivered]
    sources: Mapping[str, SourceState]
    """What is remembered of every source that was ever asked, by name."""
    look_ups: status_traces.LookUps | None
    """How far polls are with looking inferred landings up; None: they look none up."""


def read_situation(store: Store, watchlist: Watchlist, now: datetime, uptime: Uptime | None = None) -> Situation:
    """Read what there is to know at this time. By ``uptime`` it is known how long ago polls were where the clock was set back."""
    unseen = PollLog(store).unseen(Begun(now, uptime)) or timedelta(0)
    good_at, tracks = store.last_poll_at(), store.tracks()
    unheard = [aircraft.icao24 for aircraft in status.unheard(watchlist, tracks)]
    return Situation(
        at=now,
        good_at=good_at,
        known_until=looked_until(good_at, now, longest_gap(store, watchlist), unseen),
        last=store.last_poll(),
        tracks=tracks,
        visits=[visit for icao24 in unheard for visit in store.visits(Selection(limit=1), icao24s=(icao24,))],
        events=store.events_since(now - status.NEW),
        undelivered=Outbox(store).undelivered(now - status.GIVEN_UP_SHOWN),
        sources=source_states(store),
        look_ups=_look_ups(store, watchlist, now),
    )


def _look_ups(store: Store, watchlist: Watchlist, now: datetime) -> status_traces.LookUps | None:
    if all(entry.kind != TRACES for entry in watchlist.sources):
        return None
    from flightwatch.app.quiet_confirming import look_ups

    return look_ups(store, watchlist, now)


def groups(situation: Situation, watchlist: Watchlist, airports: Airports) -> list[status.Group]:
    """The situation for people, as they are to read it."""
    now, known_until, watchlist = situation.at, situation.known_until, with_passing(watchlist, situation.tracks)
    whereabouts = status.whereabouts(
        watchlist, situation.tracks, situation.visits, airports, now=now, known_until=known_until
    )
    news = status.news(situation.events, watchlist, airports, now, known_until)
    owed, digests = situation.undelivered, watchlist.digests
    polling = status.polling(situation.last, situation.good_at, owed, now, known_until, digests=digests)
    sources = status.sources(watchlist, situation.sources, now)
    looked = situation.look_ups
    traces = [] if looked is None else [status_traces.group(looked, airports, now)]
    return status.in_order([news, *whereabouts, *sources, *traces, polling])


def condition(situation: Situation, watchlist: Watchlist, *, path: Path, database: Path) -> status_json.Condition:
    """The situation for monitors; ``path`` is the watchlist's."""
    return status_json.Condition(
        looked=situation.at.replace(microsecond=0),
        watchlist=str(path),
        database=str(database),
        blind=situation.known_until != situation.at,
        last_good_poll=situation.good_at,
        last_poll=status_json.last_poll(situation.last),
        credits_left=situation.last.credits_remaining if situation.last else None,
        undelivered=tuple(situation.undelivered),
        sources=status_json.sources(watchlist, situation.sources),
        traces=None if situation.look_ups is None else status_traces.traces(situation.look_ups),
        areas=status_json.areas(watchlist, situation.tracks, situation.at),
        aircraft=status_json.whereabouts(
            with_passing(watchlist, situation.tracks),
            situation.tracks,
            situation.visits,
            situation.at,
            situation.known_until,
        ),
    )
