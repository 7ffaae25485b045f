"""What waits in an outbox delivered by one channel after the other, as a poll does beside each other."""

from collections.abc import Mapping

from flightwatch.app.channel import Deliver, heirs
from flightwatch.app.composing import Compose
from flightwatch.app.deliver import Clock, deliver_due
from flightwatch.storage.outbox import Outbox


def deliver_all(outbox: Outbox, channels: Mapping[str, Deliver], compose: Compose, now: Clock) -> list[str]:
    """Deliver what is due by one channel after the other, as `deliver_due` does; return what went wrong, a line each."""
    for gone, heir in heirs(outbox, channels):
        outbox.rename(gone, heir, now())
    return [
        line
        for name in dict.fromkeys(alert.channel for alert in outbox.due(now()))
        for line in deliver_due(name, outbox, channels, compose, now)
    ]
