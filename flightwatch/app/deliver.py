"""Delivery: alerts from the outbox to their channels."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic

from msgspec.structs import replace

from flightwatch.alerting.attempts import QueuedAlert, bundles
from flightwatch.alerting.digests import next_digest
from flightwatch.alerting.notices import Notice, Regular
from flightwatch.app.channel import BUDGET_S, Deliver, Try
from flightwatch.app.clock import just_now
from flightwatch.app.composing import Compose, composed
from flightwatch.core.digest_times import DigestTime
from flightwatch.errors import DeliveryError, NotTaken, PartlyDelivered
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.wording.phrases import counted, utc

Clock = Callable[[], datetime]
"""Tells the time by the data's clock."""

StillThere = Callable[[str], tuple[tuple[str, str], ...]]
"""Tells what a digest of a channel says of who stands where: see `Regular.still_there`."""


def _nobody(_: str) -> tuple[tuple[str, str], ...]:
    return ()


def deliver_due(
    name: str,
    outbox: Outbox,
    channels: Mapping[str, Deliver],
    compose: Compose,
    now: Clock,
    *,
    still_there: StillThere = _nobody,
    budget_s: float = BUDGET_S,
) -> list[str]:
    """Deliver what is due for one channel, oldest first; return what went wrong, a line each.

    An alert is marked as begun before and as delivered after, so a crash between the two repeats it, and none is lost.
    One reader's failure does not hold up the others of the channel: for whoever is refused alone the alert waits. A message that
    is not taken holds up no other, but where a new one is not taken right after it the channel has failed. A burst is one digest,
    and so is what waited behind a failure of the channel. An alert that cannot be read counts as tried.
    """
    waiting = [alert for alert in outbox.due(now()) if alert.channel == name]
    if not waiting:
        return []
    deliver = channels.get(name)
    if deliver is None:
        why = "the watchlist names this channel no more"
        return _given_up(name, outbox.fail(waiting, now(), why, outbox.pause(name, now())), why)
    round_ = _Round(name, outbox, deliver, compose, now)
    if (when := outbox.digests.get(name)) is not None:
        round_.regular = lambda: Regular(when.often, still_there(name))
    round_.deliver(waiting, budget_s)
    return round_.said


class _Round:
    """What one channel delivers at one time, and what is said of it."""

    def __init__(self, name: str, outbox: Outbox, deliver: Deliver, compose: Compose, now: Clock) -> None:
        self._name, self._outbox, self._deliver, self._compose, self._now = name, outbox, deliver, compose, now
        self._has_failed = outbox.has_failed(name)
        self._is_refusing = False
        """True after a message that was not taken, until another is."""
        self.regular: Callable[[], Regular] | None = None
        """Gives what a digest has beside alerts; None: the channel gets none by the clock."""
        self.said: list[str] = []

    def deliver(self, waiting: Sequence[QueuedAlert], budget_s: float) -> None:
        """Deliver these, until the channel fails or its time is over."""
        left = bundles(waiting, after_a_failure=self._has_failed, is_digest=self.regular is not None)
        regular = None if self.regular is None else self.regular()
        begun = monotonic()
        while left:
            notice, unreadable = composed(left[0], self._outbox, self._compose, regular)
            if unreadable:
                self._failed(unreadable, f"{counted(len(unreadable), 'alert')} cannot be read, the database is damaged")
                left[0] = [alert for alert in left[0] if alert not in unreadable]
            bundle, *left = left
            if notice is not None:
                left = self._hand_over(notice, bundle, left)
            if left and monotonic() - begun > budget_s:
                waits = counted(sum(map(len, left)), "alert")
                self.said.append(f"{self._name}: it is slow, so {waits} must wait for the next poll")
                return

    def _hand_over(
        self, notice: Notice, bundle: Sequence[QueuedAlert], left: list[list[QueuedAlert]]
    ) -> list[list[QueuedAlert]]:
        """Deliver what tells a bundle; return what may still be delivered of what is ``left``."""
        if not self._outbox.begin(bundle, self._now()):  # the poll that took back a landing withdrew it
            still = self._outbox.still_waiting(bundle)
            return [still, *left] if still else left
        try:
            self._deliver(notice, *bundle[0].readers)
        except PartlyDelivered as error:
            left = self._partly(bundle, left, error)
        except NotTaken as error:
            return self._not_taken(bundle, left, error)
        except DeliveryError as error:
            return self._fail([replace(alert, is_in_doubt=True) for alert in bundle], left, error)
        else:
            self._outbox.end(bundle, self._now())
        self._is_refusing = False
        if self._has_failed:
            self._outbox.resume(self._name)
            self._has_failed = False
        return left

    def _fail(
        self, tried: Sequence[QueuedAlert], left: list[list[QueuedAlert]], error: DeliveryError
    ) -> list[list[QueuedAlert]]:
        """Let the channel pause, and all that waits for it."""
        until = self._outbox.pause(self._name, self._now(), error.retry_after)
        self._failed([*tried, *(alert for later in left for alert in later)], str(error), until)
        return []

    def _not_taken(
        self, bundle: Sequence[QueuedAlert], left: list[list[QueuedAlert]], error: NotTaken
    ) -> list[list[QueuedAlert]]:
        """Try a new message next: where that is not taken either it is the channel that fails, which takes nothing now."""
        if self._is_refusing and _is_new(bundle):
            return self._fail(bundle, left, error)
        self._failed(bundle, str(error))
        self._is_refusing = True
        return sorted(left, key=_is_new, reverse=True)

    def _partly(
        self, bundle: Sequence[QueuedAlert], left: list[list[QueuedAlert]], error: PartlyDelivered
    ) -> list[list[QueuedAlert]]:
        if not error.waiting:
            self.said.append(f"{self._name}: {error}")
            self._outbox.end(bundle, self._now())
            return left
        still = [replace(alert, readers=error.waiting) for alert in bundle]
        alike = [later for later in left if later[0].readers == error.waiting]  # in vain, and out of turn if not
        self._failed([*still, *(alert for later in alike for alert in later)], str(error))
        return [later for later in left if later not in alike]

    def _failed(self, alerts: Sequence[QueuedAlert], why: str, retry_at: datetime | None = None) -> None:
        hopeless = self._outbox.fail(alerts, self._now(), why, retry_at)
        if len(hopeless) < len(alerts):
            self.said.append(f"{self._name}: {why}; kept, will be tried again")
        self.said += _given_up(self._name, hopeless, why)


def _is_new(bundle: Sequence[QueuedAlert]) -> bool:
    """Tell whether a bundle was never handed to its channel."""
    return bundle[0].message is None


def _given_up(name: str, hopeless: Sequence[QueuedAlert], why: str) -> list[str]:
    said = []
    for readers, count in Counter(alert.readers for alert in hopeless).items():
        what = counted(count, "alert") + (f" for {counted(len(readers), 'reader')}" if readers else "")
        said.append(
            f"{name}: gave up {what} after three days of trying: {why}; flightwatch history still has the visits"
        )
    return said


def try_all(trials: Mapping[str, Try]) -> dict[str, DeliveryError | None]:
    """Try every channel, by its name; return why it failed, None where it did not."""
    return {name: _failure(attempt) for name, attempt in trials.items()}


def _failure(attempt: Try) -> DeliveryError | None:
    try:
        attempt()
    except DeliveryError as error:
        return error
    return None


def next_digests(digests: Mapping[str, DigestTime], now: datetime) -> list[tuple[str, str]]:
    """Say when each channel that gets digests gets the next one, by its name."""
    return [(name, f"next digest {utc(next_digest(when, now))}") for name, when in digests.items()]


def end_pauses(
    database: Path, tried: Mapping[str, DeliveryError | None], digests: Mapping[str, DigestTime]
) -> dict[str, int]:
    """End the pauses of channels that took a test, or took it for some readers; return how many alerts wait for which.

    The next poll delivers them; what waits for one of the ``digests`` is not counted. Nothing waits where the database is not
    there yet.
    """
    if not database.exists():
        return {}
    work = [name for name, error in tried.items() if error is None or isinstance(error, PartlyDelivered)]
    with Store(database) as store:
        now, outbox = PollLog(store).data_time(just_now()), Outbox(store, digests)
        waiting = {name: outbox.end_pause(name, now) for name in work}
    return {name: count for name, count in waiting.items() if count}
