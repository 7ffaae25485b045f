"""What waits in the outbox, as the notices that are delivered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from flightwatch.alerting.attempts import QueuedAlert
from flightwatch.alerting.notices import ELSEWHERE, MOST_TOLD, Digest, Notice, Regular, Rest
from flightwatch.core.model import Event
from flightwatch.errors import DamagedRow
from flightwatch.storage.outbox import Outbox
from flightwatch.wording.alert import Alert
from flightwatch.wording.whereabouts import nickname


class Compose(Protocol):
    """Finds the words for an event that waits in the outbox."""

    def __call__(self, event: Event, /, *, is_brief: bool = False) -> Alert:
        """Give the event as it is known now, with what the record says around it; ``is_brief``: with its visit alone."""


def composed(
    bundle: Sequence[QueuedAlert], outbox: Outbox, compose: Compose, regular: Regular | None
) -> tuple[Notice | None, list[QueuedAlert]]:
    """The notice that tells a bundle, None where there is nothing to tell, and which alerts of it cannot be read.

    It is a ``regular`` digest where that is not None.
    """
    unreadable, read = list[QueuedAlert](), list[tuple[QueuedAlert, bool, str]]()
    for alert in bundle:
        try:
            if not alert.is_event:
                return outbox.blindness(alert), []
            event = outbox.event(alert)
        except DamagedRow:
            unreadable.append(alert)
        else:
            where = nickname(event.airport) if event.airport is not None else ELSEWHERE
            read.append((alert, event.type == "retraction", where))
    if not read:
        return None, unreadable
    told = _told(read, outbox, compose)
    if regular is None:
        return told, unreadable
    return replace(told if isinstance(told, Digest) else Digest((told,)), regular=regular), unreadable


def _told(read: Sequence[tuple[QueuedAlert, bool, str]], outbox: Outbox, compose: Compose) -> Alert | Digest:
    """The notice that tells alerts, of each of which it is known whether it is a correction, and where it is."""
    if len(read) <= MOST_TOLD:
        alerts = tuple(_alert(alert, outbox, compose) for alert, *_ in read)
        return alerts[0] if len(alerts) == 1 else Digest(alerts)
    told = {alert.id for alert, *_ in sorted(read, key=lambda each: not each[1])[:MOST_TOLD]}
    return Digest(
        tuple(_alert(alert, outbox, compose, is_brief=True) for alert, *_ in read if alert.id in told),
        Rest(
            len(read) - MOST_TOLD,
            sum(is_correction for _, is_correction, _ in read),
            tuple(Counter(where for alert, _, where in read if alert.id not in told).most_common()),
            tuple(alert.about for alert, *_ in read),
            _Events(outbox, [alert for alert, *_ in read], compose),
        ),
    )


def _alert(queued: QueuedAlert, outbox: Outbox, compose: Compose, *, is_brief: bool = False) -> Alert:
    """The alert that tells one event to those readers, who may never have been told what it takes back."""
    event = outbox.event(queued)
    alert = compose(event, is_brief=is_brief)
    if event.type != "retraction" or event.retracts is None:
        return alert
    landing = outbox.posted([event.retracts])[event.retracts].get(queued.channel)
    return replace(alert, is_untold=landing is not None and not landing.was_begun)


class _Events:
    """The events of many alerts as they are known now, one in memory at a time."""

    def __init__(self, outbox: Outbox, alerts: Sequence[QueuedAlert], compose: Compose) -> None:
        self._outbox, self._alerts, self._compose = outbox, alerts, compose

    def __iter__(self) -> Iterator[Event]:
        return (self._compose(self._outbox.event(alert), is_brief=True).event for alert in self._alerts)
