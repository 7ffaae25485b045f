"""Delivery: alerts from the outbox to their channels."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Literal, Protocol

from msgspec.structs import replace

from flightwatch.alerting.attempts import QueuedAlert, bundles, heir_of
from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import Digest, Notice, blindness_text, subject_line
from flightwatch.core.model import Event
from flightwatch.errors import DeliveryError, NotTaken, PartlyDelivered
from flightwatch.storage.outbox import Outbox
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import lines, links
from flightwatch.wording.phrases import counted, json_text
from flightwatch.wording.sentence import sentence


class Deliver(Protocol):
    """A channel, as the outbox uses it."""

    def __call__(self, notice: Notice, /, *readers: str) -> None:
        """Bring a notice to these readers of the channel, or to all where none is named; `DeliveryError` when it could not.

        `PartlyDelivered` and `NotTaken` say for certain who has not got it; after another one, each of them may have.
        """


Compose = Callable[[Event | Blindness], Notice]
"""Finds the words for what waits in the outbox."""

Try = Callable[[], None]
"""Sends a channel's readers a message that says it is a test; raises `DeliveryError` when it could not."""

Format = Literal["text", "jsonl"]


def printer(form: Format, note: Callable[[str], None]) -> Deliver:
    """Standard output: JSON lines, lines of text where it is piped (cron mails it), a panel on a terminal.

    What is no event has no place among JSON lines: ``note`` takes it.
    """
    if form == "jsonl":
        return lambda notice, *_: _print_json(notice, note)
    if not sys.stdout.isatty():
        return lambda notice, *_: _write("\n".join(_lines(notice)))
    from flightwatch.channels.terminal import console, panel  # Rich costs a tenth of a second; cron need not pay it

    out = console()

    def show(notice: Notice) -> None:
        for each in _each(notice):
            out.print(panel(each) if isinstance(each, Alert) else _blind_line(each))

    return lambda notice, *_: _written(lambda: show(notice))


def _lines(notice: Notice) -> list[str]:
    """An alert as all that is known of it, a burst as a sentence and a link each, blindness as one line."""
    match notice:
        case Alert():
            return lines(notice)
        case Digest():
            return [line for alert in notice.alerts for line in (sentence(alert), f"  {links(alert)[0][1]}")]
        case Blindness():
            return [_blind_line(notice)]


def _blind_line(blindness: Blindness) -> str:
    return " ".join((f"{subject_line(blindness)}.", *blindness_text(blindness).splitlines()[1:]))


def _each(notice: Notice) -> Sequence[Alert | Blindness]:
    return notice.alerts if isinstance(notice, Digest) else (notice,)


def _print_json(notice: Notice, note: Callable[[str], None]) -> None:
    for each in _each(notice):
        if isinstance(each, Blindness):
            note(_blind_line(each))
        else:
            _write(json_text(each.event))


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


def deliver_all(
    outbox: Outbox, channels: Mapping[str, Deliver], compose: Compose, now: Callable[[], datetime]
) -> list[str]:
    """Deliver what is due, oldest first; return what went wrong, a line each.

    An alert is marked as begun before and as delivered after, so a crash between the two repeats it, and none is lost.
    One channel's failure does not hold up another, nor one reader's the others of the channel: for whoever is refused alone
    the alert waits. A burst is one digest. Alerts of a channel that the watchlist no longer names go by the only channel of
    their kind, as when its address was corrected; where there are several they wait until it is named again, or are given up
    like others.
    """
    said: list[str] = []
    due = outbox.due(now())
    for gone in {alert.channel for alert in due} - channels.keys():
        if (heir := heir_of(gone, channels)) is not None:
            outbox.rename(gone, heir, now())
            due = outbox.due(now())
    for name in dict.fromkeys(alert.channel for alert in due):
        waiting = [alert for alert in due if alert.channel == name]
        deliver = channels.get(name)
        if deliver is None:
            why = "the watchlist names this channel no more"
            said += _given_up(name, outbox.fail(waiting, now(), why), why)
        else:
            said += _deliver(name, outbox, waiting, deliver, compose=compose, now=now)
    return said


def _deliver(
    name: str,
    outbox: Outbox,
    waiting: Sequence[QueuedAlert],
    deliver: Deliver,
    *,
    compose: Compose,
    now: Callable[[], datetime],
) -> list[str]:
    said: list[str] = []
    waiting_bundles = bundles(waiting)
    while waiting_bundles:
        bundle, *waiting_bundles = waiting_bundles
        outbox.begin(bundle, now())
        try:
            deliver(_notice(bundle, compose), *bundle[0].readers)
        except PartlyDelivered as error:
            if not error.waiting:
                said.append(f"{name}: {error}")
                outbox.end(bundle, now())
                continue
            still = [replace(alert, readers=error.waiting) for alert in bundle]
            alike = [
                later for later in waiting_bundles if later[0].readers == error.waiting
            ]  # in vain, and out of turn if not
            waiting_bundles = [later for later in waiting_bundles if later not in alike]
            said += _failed(name, outbox, list(chain(still, *alike)), str(error), now())
        except NotTaken as error:
            said += _failed(name, outbox, bundle, str(error), now())
        except DeliveryError as error:
            tried = [replace(alert, is_in_doubt=True) for alert in bundle]
            return said + _failed(name, outbox, list(chain(tried, *waiting_bundles)), str(error), now())
        else:
            outbox.end(bundle, now())
    return said


def _notice(bundle: Sequence[QueuedAlert], compose: Compose) -> Notice:
    notices = [compose(alert.news) for alert in bundle]
    if len(notices) == 1:
        return notices[0]
    return Digest(tuple(notice for notice in notices if isinstance(notice, Alert)))


def _failed(name: str, outbox: Outbox, alerts: Sequence[QueuedAlert], why: str, at: datetime) -> list[str]:
    hopeless = outbox.fail(alerts, at, why)
    kept = [] if len(hopeless) == len(alerts) else [f"{name}: {why}; kept, will be tried again"]
    return kept + _given_up(name, hopeless, why)


def _given_up(name: str, hopeless: Sequence[QueuedAlert], why: str) -> list[str]:
    said = []
    for readers, count in Counter(alert.readers for alert in hopeless).items():
        what = counted(count, "alert") + (f" for {counted(len(readers), 'reader')}" if readers else "")
        said.append(
            f"{name}: gave up {what} after three days of trying: {why}; flightwatch history still has the visits"
        )
    return said


def print_trial() -> None:
    """Print a line that says it is a test."""
    _write("This is a test, nothing has landed: alerts of your watchlist are printed here.")


def try_all(trials: Mapping[str, Try]) -> list[tuple[str, str | None]]:
    """Try every channel; return its name and why it failed, None when it did not."""
    return [(name, _failure(attempt)) for name, attempt in trials.items()]


def _failure(attempt: Try) -> str | None:
    try:
        attempt()
    except DeliveryError as error:
        return str(error)
    return None
