"""A wait that a signal ends."""

from queue import Empty, SimpleQueue


class Bell:
    """Rung by a signal's handler, heard by whoever waits.

    `threading.Event` is not for handlers: they run amid the main thread, and where that is just entering or leaving its wait,
    they would wait for its lock for ever. `queue.SimpleQueue` says of itself that its ``put`` may come amid its ``get``.
    """

    def __init__(self) -> None:
        self.was_rung = False
        """Ever."""
        self._rings: SimpleQueue[None] = SimpleQueue()

    def ring(self) -> None:
        """End the wait under way, or the next."""
        self.was_rung = True
        self._rings.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait so long or until it is rung; whether it was. All rings until then are one."""
        try:
            self._rings.get(timeout=max(0.0, seconds))
        except Empty:
            return False
        for _ in range(self._rings.qsize()):
            self._rings.get()
        return True
