"""Delivery: alerts from the outbox to their channels."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from flightwatch.alerts import Alert, one_line
from flightwatch.errors import DeliveryError
from flightwatch.model import Event
from flightwatch.store import Store

Deliver = Callable[[Event], None]
"""Brings one event's alert to its readers; raises `DeliveryError` when it could not."""

Try = Callable[[], None]
"""Sends a channel's readers a message that says it is a test; raises `DeliveryError` when it could not."""

Format = Literal["text", "jsonl"]


class PartlyDelivered(DeliveryError):
    """Some readers have the alert and the others cannot get it: it is not tried again, nor are the first told twice."""


def printer(describe: Callable[[Event], Alert], form: Format) -> Deliver:
    """Standard output: JSON lines, one line of text where it is piped (cron mails it), a panel on a terminal."""
    if form == "jsonl":
        return lambda event: _write(msgspec.json.encode(event).decode())
    if not sys.stdout.isatty():
        return lambda event: _write(one_line(describe(event)))
    from flightwatch.terminal import console, panel  # Rich costs a tenth of a second; cron need not pay it

    out = console()
    return lambda event: _written(lambda: out.print(panel(describe(event))))


def _write(line: str) -> None:
    def write() -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    _written(write)


def _written(write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise DeliveryError(f"standard output cannot be written: {error.strerror}") from error


def deliver_all(store: Store, channels: Mapping[str, Deliver], clock: Callable[[], datetime]) -> list[str]:
    """Deliver what waits in the outbox, oldest first; what went wrong, one line a channel.

    An alert is marked after it was delivered, so a crash between the two repeats it, and none is lost. One channel's
    failure does not hold up another; alerts of a channel the watchlist no longer names wait until it does.
    """
    failures: dict[str, str] = {}
    partial: dict[str, str] = {}
    for alert in store.undelivered():
        deliver = channels.get(alert.channel)
        if deliver is None or alert.channel in failures:
            continue
        try:
            deliver(alert.event)
        except PartlyDelivered as error:
            partial[alert.channel] = str(error)
            store.mark_delivered(alert, clock())
        except DeliveryError as error:
            failures[alert.channel] = str(error)
            store.mark_failed(alert, str(error))
        else:
            store.mark_delivered(alert, clock())
    return [
        *(f"{channel}: {why}" for channel, why in partial.items()),
        *(f"{channel}: {why}; kept, the next poll tries again" for channel, why in failures.items()),
    ]


def print_trial() -> None:
    """A line on standard output that says it is a test."""
    _write("This is a test, nothing has landed: alerts of your watchlist are printed here.")


def try_all(trials: Mapping[str, Try]) -> list[tuple[str, str | None]]:
    """Try every channel; its name and why it failed, None when it did not."""
    return [(name, _failure(attempt)) for name, attempt in trials.items()]


def _failure(attempt: Try) -> str | None:
    try:
        attempt()
    except DeliveryError as error:
        return str(error)
    return None
