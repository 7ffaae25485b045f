"""A look at what is: read from the database, for people and for monitors."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from flightwatch.app import status, status_json
from flightwatch.app.history import BATCH
from flightwatch.app.lookouts import longest_gap
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Icao24
from flightwatch.core.visits import Visit
from flightwatch.storage.outbox import Outbox, Undelivered
from flightwatch.storage.store import PollRecord, Store
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist


class Look(Struct, frozen=True):
    """What the database tells of the watchlist's airframes, the polls and the outbox."""

    at: datetime
    """When somebody looked, by this machine's clock."""
    good_at: datetime | None
    """The last good poll; None: there was none."""
    known_until: datetime | None
    """Until when it is known what happened: see `status.looked_until`."""
    last: PollRecord | None
    """The last poll, good or not; None: there was none."""
    tracks: Mapping[Icao24, Track]
    visits: Sequence[Visit]
    """Those of watched airframes without a track, newest first."""
    events: Sequence[Event]
    """Those that are new."""
    undelivered: Sequence[Undelivered]


def look_up(store: Store, watchlist: Watchlist, now: datetime) -> Look:
    """Read what there is to know at this time."""
    good_at, tracks = store.last_poll_at(), store.tracks()
    unheard = [aircraft.icao24 for aircraft in status.unheard(watchlist, tracks)]
    batches = (unheard[start : start + BATCH] for start in range(0, len(unheard), BATCH))
    return Look(
        at=now,
        good_at=good_at,
        known_until=status.looked_until(good_at, now, longest_gap(store, watchlist)),
        last=store.last_poll(),
        tracks=tracks,
        visits=[visit for batch in batches for visit in store.visits(icao24s=batch)],
        events=store.events_since(now - status.NEW),
        undelivered=Outbox(store).undelivered(now - status.GIVEN_UP_SHOWN),
    )


def groups(look: Look, watchlist: Watchlist, airports: Airports) -> list[status.Group]:
    """The look for people, as they are to read it."""
    now, known_until = look.at, look.known_until
    whereabouts = status.whereabouts(watchlist, look.tracks, look.visits, airports, now=now, known_until=known_until)
    news = status.news(look.events, watchlist, airports, now, known_until)
    polling = status.polling(look.last, look.good_at, look.undelivered, now, known_until)
    return status.in_order([news, *whereabouts, polling])


def condition(look: Look, watchlist: Watchlist, *, path: Path, database: Path) -> status_json.Condition:
    """The look for monitors; ``path`` is the watchlist's."""
    return status_json.Condition(
        looked=look.at.replace(microsecond=0),
        watchlist=str(path),
        database=str(database),
        blind=look.known_until != look.at,
        last_good_poll=look.good_at,
        last_poll=status_json.last_poll(look.last),
        credits_left=look.last.credits_remaining if look.last else None,
        undelivered=tuple(look.undelivered),
        aircraft=status_json.whereabouts(watchlist, look.tracks, look.visits, look.at, look.known_until),
    )
