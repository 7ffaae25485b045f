"""Decisions about the outbox: what goes into it, what is taken out, and how long to wait before trying again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.blindness import Blindness, blind_id
from flightwatch.alerting.routing import corrections_wanted, routed
from flightwatch.core.model import Event
from flightwatch.core.visits import Visit
from flightwatch.tracking.events import told_as
from flightwatch.watchlist.model import Watchlist, addressees
from flightwatch.watchlist.wanted import wanted

PAUSES: Final = (
    timedelta(0),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
"""Waits after the first, second, … failure; the last holds for all that follow. A hiccup is over by the next poll, and a
server that is down for a weekend is not hammered."""

PATIENCE: Final = timedelta(days=3)
"""How long an alert is tried before it is given up: mail servers keep trying for two to five days (RFC 5321, 4.5.4.1)."""

LEAST_TRIES: Final = 6
"""Least tries before an alert is given up: with `PAUSES`, six tries take five hours."""

BURST: Final = 10
"""Number of alerts waiting for one channel from which they are sent as one digest."""


class Letter(Struct, frozen=True):
    """Something to tell through one channel."""

    news: Event | Blindness
    channel: str
    queued_at: datetime
    due_at: datetime
    readers: tuple[str, ...] = ()
    """Addressees of the channel who are to get it; empty: all of them."""


class Posted(Struct, frozen=True):
    """What became of an event's alert on one channel."""

    was_begun: bool
    """True if the alert was ever handed to the channel: its reader may have it, even where no answer said so."""
    is_waiting: bool
    lacking: tuple[str, ...] = ()
    """Addressees of the channel who certainly lack the alert, though others have it."""


class Changes(Struct, frozen=True):
    """What one poll changes in the outbox."""

    letters: tuple[Letter, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """Ids of visits that were taken back: alerts about them that still wait are not sent any more."""


def changes(
    watchlist: Watchlist,
    told: Sequence[Event],
    visits: Sequence[Visit],
    landings: Mapping[str, Event],
    posted: Mapping[str, Mapping[str, Posted]],
    *,
    now: datetime | None = None,
) -> Changes:
    """Decide what to tell of a poll's events, and through which channels.

    ``told`` are the events of this poll that the watchlist asks for, ``visits`` those that changed, ``landings`` the
    recorded landings of these visits by id, ``posted`` what became of landings so far, by event and channel. ``now`` is
    the poll's time; None: what is told late counts as due since it happened.

    A retraction goes to every reader who has the landing, or may have it; for readers for whom the landing still waits, it is
    withdrawn instead; where it waits for a digest, that tells what was thought meanwhile. A channel that asks for
    more confidence than a landing had when it was told gets the landing once it has become that sure.
    """
    letters, withdrawn = [], []
    for event in told:
        if event.type == "retraction":
            withdrawn.append(event.visit)
            became = posted.get(event.retracts or "", {})
            letters += _corrections(watchlist, event, became)
            letters += _thought_meanwhile(watchlist, event, landings.get(event.retracts or ""), became)
        else:
            letters += [
                Letter(event, channel.name, event.detected_at, event.detected_at + channel.routing.delay)
                for channel in routed(watchlist, event)
            ]
    for visit in visits:
        landing = None if visit.retracted_at is not None else landings.get(visit.landing or "")
        if landing is not None:
            letters += _surer(watchlist, landing, visit, posted.get(landing.id, {}), now)
    return Changes(tuple(letters), tuple(withdrawn))


def _corrections(watchlist: Watchlist, event: Event, posted: Mapping[str, Posted]) -> list[Letter]:
    names = [channel.name for channel in watchlist.notify]
    lacking = {name: frozenset(became.lacking) for name, became in posted.items() if became.was_begun}
    if lacking:
        lacking |= {channel.name: frozenset() for channel in corrections_wanted(watchlist, event)}
    if gone := [lacking[name] for name in lacking if name not in names]:
        # A channel was renamed since, as by one more reader: whoever would get the landing now, however sure that was.
        landing = replace(event, type="landing", confidence=1.0)
        lacking |= {
            channel.name: frozenset.intersection(*gone)
            for channel in routed(watchlist, landing)
            if channel.name not in posted
        }
    letters = []
    for name in names:
        if name in lacking:
            to = addressees(name)
            readers = tuple(address for address in to if address not in lacking[name])
            if readers or not to:
                told = () if readers == to else readers
                letters.append(Letter(event, name, event.detected_at, event.detected_at, told))
    return letters


def _thought_meanwhile(
    watchlist: Watchlist, event: Event, landing: Event | None, posted: Mapping[str, Posted]
) -> list[Letter]:
    """The retraction for channels whose readers were never told of the landing, as it waits for their digest."""
    if landing is None:
        return []
    return [
        Letter(event, channel.name, event.detected_at, event.detected_at)
        for channel in watchlist.notify
        if channel.routing.digest is not None
        and (became := posted.get(channel.name)) is not None
        and became.is_waiting
        and not became.was_begun
        and landing.detected_at + channel.routing.delay <= event.detected_at
    ]


def _surer(
    watchlist: Watchlist, landing: Event, visit: Visit, posted: Mapping[str, Posted], now: datetime | None
) -> list[Letter]:
    now_known = told_as(landing, visit)
    if now_known is landing or not wanted(watchlist, now_known):
        return []
    at = landing.detected_at
    return [
        Letter(landing, channel.name, at, max(at + channel.routing.delay, now or at))
        for channel in routed(watchlist, now_known)
        if channel.routing.min_confidence is not None and channel.name not in posted
    ]


def overtaken(letters: Sequence[Letter]) -> list[tuple[str, datetime]]:
    """The beginnings of blindness that these letters make old news, by id, and since when: nobody is told them any more.

    Of a blindness that is over only its end is told, unless somebody was told of its beginning.
    """
    ended = (letter.news for letter in letters if isinstance(letter.news, Blindness) and letter.news.until is not None)
    return [(blind_id(blindness), blindness.detected_at) for blindness in ended]


def pause_after(failures: int, asked: timedelta | None = None) -> timedelta:
    """Give the time to wait after this number of failures, which is one at least.

    ``asked`` is how long the service said to wait, which is heeded up to the longest of `PAUSES`; None: it did not say.
    """
    return max(PAUSES[min(failures, len(PAUSES)) - 1], min(asked or timedelta(0), PAUSES[-1]))


def is_hopeless(due_at: datetime, now: datetime, failures: int) -> bool:
    """True if an alert is given up after ``failures``, the last at ``now``: it was due long ago and was tried often enough."""
    return now - due_at >= PATIENCE and failures >= LEAST_TRIES
