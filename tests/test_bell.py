"""A wait that a signal ends, wherever in it the signal comes."""

import signal
import sys
from threading import Thread

from conftest import PATIENCE_S

from flightwatch.bell import Bell


def test_rung_before_the_wait() -> None:
    """It ends at once; however often it was rung, the next one does not."""
    bell = Bell()
    assert not bell.was_rung
    for _ in range(3):
        bell.ring()
    assert (bell.wait(PATIENCE_S), bell.wait(0.0), bell.wait(-1.0)) == (True, False, False)
    assert bell.was_rung


def test_rung_by_a_signal() -> None:
    bell = Bell()
    before = signal.signal(signal.SIGALRM, lambda _signal, _frame: bell.ring())
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        assert bell.wait(PATIENCE_S)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_rung_at_every_step_of_the_wait() -> None:
    """As by signals, whose handlers run in the thread that waits: it must not wait for itself."""
    bell = Bell()

    def wait() -> None:
        sys.setprofile(lambda _frame, _event, _called: bell.ring())
        bell.wait(PATIENCE_S)

    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(PATIENCE_S)
    assert not waiting.is_alive()
