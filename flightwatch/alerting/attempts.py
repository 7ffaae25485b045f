"""What of the outbox is tried when, what goes out together, and for whom. Pure: it gets what waits as values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from flightwatch.alerting.queue import BURST, PAUSES, Posted
from flightwatch.watchlist.model import addressees

STEP: Final = timedelta(seconds=1)
"""How much earlier the data's clock may be in the next poll, as the beginnings of polls are kept in whole seconds."""

Outcome = Literal["delivered", "given up", "withdrawn"]
"""How an alert ended."""

IN_DOUBT: Literal["in doubt"] = "in doubt"
"""The outcome of what waits, while an attempt is under way and after one that ended nobody knows how."""


class QueuedAlert(Struct, frozen=True):
    """An alert that waits in the outbox."""

    id: int
    about: str
    """Id of what it tells, an event or a blindness: what waits may be far more than can be held in memory."""
    channel: str
    due_at: datetime
    """When to try first; of what waited for a digest, when it was: that is tried as long as any other."""
    attempts: int
    """Those that failed."""
    message: int | None = None
    """The message in which it was first handed to its channel, by the least id of what went in it; None: it never was."""
    readers: tuple[str, ...] = ()
    """Who must still get it, where others have it, or are not to; empty: all of the channel."""
    is_in_doubt: bool = False
    """True if an attempt was begun of which nobody knows how it ended: they may have it."""
    is_event: bool = True
    """False: it tells of a blindness."""


def channels_to_try(
    waiting: Iterable[tuple[str, datetime | None]], pauses: Mapping[str, datetime], now: datetime
) -> set[str]:
    """The channels to which something is handed now. ``waiting`` has of each alert its channel, and when it is tried again.

    None there is at once. One alert that is due takes along all that wait for its channel, but none is due while its channel
    pauses, as one that failed does: ``pauses`` has until when. A pause that ends later than any that begins now is void: the
    clock was set back since it began.
    """
    soon = now + STEP
    pausing = {channel for channel, until in pauses.items() if soon < until <= soon + PAUSES[-1]}
    return {channel for channel, retry_at in waiting if retry_at is None or retry_at <= soon} - pausing


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


def bundles(
    waiting: Sequence[QueuedAlert], *, after_a_failure: bool = False, is_digest: bool = False
) -> list[list[QueuedAlert]]:
    """What goes out in one message each: an alert, or all of a burst; what was begun once goes as it did then.

    After a failure of the channel all that waited behind it goes together, however few they are, and for a channel that gets
    digests even a single alert is one. A webhook is a program, which wants one event at a time: then what it took need not be
    repeated for what it did not. A folder is renewed once for all.
    """
    kind = _kind(waiting[0].channel) if waiting else ""
    if kind == "webhook":
        return [[alert] for alert in waiting]
    if kind == "publish":
        return [[*waiting]]
    alike: dict[tuple[int | None, tuple[str, ...]], list[QueuedAlert]] = {}
    for alert in waiting:
        if alert.is_event:
            alike.setdefault((alert.message, alert.readers), []).append(alert)
    least = 1 if is_digest else 2 if after_a_failure else BURST
    together = [alerts for (begun, _), alerts in alike.items() if begun is not None or len(alerts) >= least]
    bundled = {alert.id for bundle in together for alert in bundle}
    return sorted(
        [*together, *([alert] for alert in waiting if alert.id not in bundled)], key=lambda bundle: bundle[0].id
    )


def _kind(channel: str) -> str:
    """The kind of a channel, by its name: ``email``, ``apprise:tgram``, ``print``."""
    return channel.rpartition(":")[0] if channel.startswith("apprise:") else channel.partition(":")[0]
