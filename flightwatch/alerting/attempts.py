"""What of the outbox is tried when, what goes out together, and for whom. Pure: it gets what waits as values."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.queue import BURST, Posted
from flightwatch.core.model import Event
from flightwatch.watchlist.model import addressees

Outcome = Literal["delivered", "given up", "withdrawn"]
"""How an alert ended."""

IN_DOUBT: Literal["in doubt"] = "in doubt"
"""The outcome of what waits, while an attempt is under way and after one that ended nobody knows how."""


class QueuedAlert(Struct, frozen=True):
    """An alert that waits in the outbox."""

    id: int
    news: Event | Blindness
    channel: str
    due_at: datetime
    """When to try first."""
    attempts: int
    """Those that failed."""
    begun_at: datetime | None = None
    """When it was first handed to its channel, the same for all that went in one message; None: never."""
    readers: tuple[str, ...] = ()
    """Who must still get it, where others have it, or are not to; empty: all of the channel."""
    is_in_doubt: bool = False
    """True if an attempt was begun of which nobody knows how it ended: they may have it."""


def channels_to_try(waiting: Iterable[tuple[str, datetime | None]], now: datetime) -> set[str]:
    """The channels to which something is handed now, of alerts that wait: by channel, and when each is tried again.

    None stands for at once. One alert that is due takes along all that wait for its channel.
    """
    return {channel for channel, retry_at in waiting if retry_at is None or retry_at <= now}


def heir_of(gone: str, channels: Collection[str]) -> str | None:
    """The channel that delivers what waits for one that the watchlist names no more; None: there is none.

    It is the only channel of that kind, as when an address was corrected; of several nobody can say which is meant.
    """
    alike = [name for name in channels if _kind(name) == _kind(gone)]
    return alike[0] if len(alike) == 1 else None


def inherited(readers: tuple[str, ...], old: str, new: str) -> tuple[str, ...] | None:
    """Who gets from the channel ``new`` what waited at ``old`` for these readers; empty: all of it; None: nobody.

    Where one of the readers is not among those of ``new``, it goes also to whom ``new`` has more than ``old``.
    """
    kept = addressees(new)
    still = tuple(each for each in readers if each in kept)
    if len(still) == len(readers):
        return readers
    added = tuple(each for each in kept if each not in addressees(old))
    return still + added or None


def lacking_at_the_end(alert: QueuedAlert, outcome: Outcome) -> tuple[str, ...]:
    """The readers that are remembered as not having got an alert that was given up; not those who may have it."""
    return alert.readers if outcome == "given up" and not alert.is_in_doubt else ()


def posted_as(outcome: str | None, readers: tuple[str, ...], *, was_begun: bool, is_waiting: bool) -> Posted:
    """What became of an alert by its row: who lacks it is certain only where no attempt is in doubt, and none succeeded."""
    is_certain = outcome is None or outcome == "given up"
    return Posted(was_begun, is_waiting, readers if is_certain else ())


def bundles(waiting: Sequence[QueuedAlert]) -> list[list[QueuedAlert]]:
    """What goes out in one message each: an alert, or all of a burst; what was begun once goes as it did then."""
    alike: dict[object, list[QueuedAlert]] = {}
    for alert in waiting:
        if isinstance(alert.news, Event):
            alike.setdefault((alert.begun_at, alert.readers), []).append(alert)
    bursts = [together for together in alike.values() if len(together) >= BURST]
    bundled = {alert.id for burst in bursts for alert in burst}
    return sorted(
        [*bursts, *([alert] for alert in waiting if alert.id not in bundled)], key=lambda bundle: bundle[0].id
    )


def _kind(channel: str) -> str:
    """The kind of a channel, by its name: ``email``, ``apprise:tgram``, ``print``."""
    return channel.rpartition(":")[0] if channel.startswith("apprise:") else channel.partition(":")[0]
