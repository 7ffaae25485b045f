"""Alerts that wait in the outbox of a database."""

from datetime import timedelta

from made_visits import at

from flightwatch.alerting.blindness import Blindness, lost
from flightwatch.alerting.queue import Changes, Letter
from flightwatch.core.model import Event
from flightwatch.storage.letters import apply
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

NOW = at("2023-09-26T02:10")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def post(
    store: Store,
    *subjects: Event | Blindness,
    channels: tuple[str, ...] = ("print",),
    delay: timedelta = timedelta(0),
    withdrawn: tuple[str, ...] = (),
    is_delivered: bool = False,
) -> Outbox:
    """Commit events with a letter each for each channel."""
    letters = tuple(Letter(each, channel, NOW, NOW + delay) for each in subjects for channel in channels)
    events = tuple(each for each in subjects if isinstance(each, Event))
    changes = Changes(letters, withdrawn)
    store.commit(
        PollChanges({}, frozenset(), events, ()),
        PollRecord(NOW, NOW, "ok"),
        lambda db: apply(db, changes, NOW if is_delivered else None),
    )
    return Outbox(store)


def waiting(outbox: Outbox, after: timedelta = timedelta(0)) -> list[tuple[str, str, int]]:
    return [(alert.channel, alert.about, alert.attempts) for alert in outbox.due(NOW + after)]


def blind(hours: int = 2) -> Blindness:
    found = lost(NOW, NOW + hours * HOUR, HOUR, "credits are spent")
    assert found is not None
    return found
