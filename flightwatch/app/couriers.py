"""Channels beside each other: each delivers in a thread of its own, so that a slow one holds up no other, and no poll."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from time import monotonic

from flightwatch.storage.lock import delivery_lock
from flightwatch.storage.store import Store

Carry = Callable[[str, Store], Sequence[str]]
"""Delivers what is due for a channel; returns what went wrong, a line each."""


class Couriers:
    """Bring what waits in ``database`` to its channels.

    Never two at once bring the same channel's, in this process or another: whoever comes second leaves it to the first.
    """

    def __init__(self, database: Path, carry: Carry) -> None:
        self._database = database
        self._carry = carry
        self._under_way: dict[str, _Errand] = {}

    def bring(self, channel: str) -> Sequence[str]:
        """Deliver by a channel now; return what went wrong, a line each."""
        with delivery_lock(self._database, channel) as held:
            if not held:
                return ()
            with Store(self._database) as store:
                return self._carry(channel, store)

    def send(self, channel: str) -> None:
        """Begin to deliver by a channel, unless that is still under way since an earlier poll."""
        if channel not in self._under_way:
            self._under_way[channel] = _Errand(lambda: self.bring(channel))

    def wait(self, longest_s: float | None = None) -> list[str]:
        """Wait until all have delivered, or for so long; return what went wrong with those that have, a line each.

        Raises what one of them raised, when all have ended.
        """
        until = None if longest_s is None else monotonic() + longest_s
        for errand in self._under_way.values():
            errand.join(None if until is None else max(0.0, until - monotonic()))
        ended = {channel: errand for channel, errand in self._under_way.items() if not errand.is_alive()}
        for channel in ended:
            del self._under_way[channel]
        return [line for errand in ended.values() for line in errand.outcome()]


class _Errand(Thread):
    """One channel's delivery. It ends with the process: what is cut off so is delivered again, as after a crash."""

    def __init__(self, work: Callable[[], Sequence[str]]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._said: Sequence[str] = ()
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Do it."""
        try:
            self._said = self._work()
        except BaseException as error:  # noqa: BLE001 it is raised where it is waited for
            self._error = error

    def outcome(self) -> Sequence[str]:
        """What went wrong, a line each. Raises what the work raised."""
        if self._error is not None:
            raise self._error
        return self._said
