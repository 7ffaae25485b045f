"""Handlers of signals, and a wait that they end."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from select import select
from socket import socketpair
from time import monotonic
from types import FrameType
from typing import Self

Handler = Callable[[int, FrameType | None], None]


class Bell:
    """Rung by the handlers of signals, waited for by the main thread. A context manager.

    `threading.Event` is not made for that. A handler runs amid the main thread, and would wait for ever for the event's lock
    where that thread is just entering or leaving its wait. A signal that comes just before it blocks does not wake it; here
    it does, as the interpreter writes to the socket that is waited for (`signal.set_wakeup_fd`).
    """

    def __init__(self) -> None:
        self._reader, self._writer = socketpair()
        self._rings = self._heard = 0

    def __enter__(self) -> Self:
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._before)
        self._reader.close()
        self._writer.close()

    @property
    def was_rung(self) -> bool:
        """Tell whether anybody has rung it so far."""
        return self._rings > 0

    def ring(self) -> None:
        """End the wait under way, or the next. Only for handlers of signals."""
        self._rings += 1

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is rung; all rings until then are one."""
        end = monotonic() + seconds
        while self._rings == self._heard and (left := end - monotonic()) > 0:
            if select([self._reader], [], [], left)[0]:
                self._reader.recv(4096)
        self._heard = self._rings


@contextmanager
def handled(handlers: Mapping[int, Handler]) -> Iterator[None]:
    """Let these handle their signals, by number, during a block."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
