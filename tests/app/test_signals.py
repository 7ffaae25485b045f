"""A wait that a signal ends, wherever in it the signal comes."""

import signal
from collections.abc import Iterator
from time import monotonic

import pytest

from flightwatch.app.signals import Bell, handled

LONG_S = 30.0
WINDOW_S, TIMES = 60e-6, 1000
"""Time in which a wait has begun, and how often it is interrupted in it."""


@pytest.fixture
def bell() -> Iterator[Bell]:
    """Rung by SIGALRM; the signals' handling is as before afterwards."""
    before = signal.getsignal(signal.SIGALRM)
    with Bell() as bell, handled({signal.SIGALRM: lambda _signal, _frame: bell.ring()}):
        yield bell
    assert (signal.getsignal(signal.SIGALRM), signal.set_wakeup_fd(-1)) == (before, -1)


def is_heard(bell: Bell) -> bool:
    """Wait, and say whether that was ended."""
    begin = monotonic()
    bell.wait(LONG_S)
    return monotonic() - begin < LONG_S


def test_rung_before_the_wait(bell: Bell) -> None:
    """It ends at once; however often it was rung, the next one does not."""
    assert not bell.was_rung
    for _ in range(3):
        signal.raise_signal(signal.SIGALRM)
    assert (bell.was_rung, is_heard(bell)) == (True, True)
    begin = monotonic()
    bell.wait(0.01)
    bell.wait(-1.0)
    assert monotonic() - begin >= 0.01


def test_rung_as_the_wait_begins(bell: Bell) -> None:
    """At any moment of it: what the thread has not seen when it blocks would else wait for the next signal."""
    for number in range(1, TIMES + 1):
        signal.setitimer(signal.ITIMER_REAL, WINDOW_S * number / TIMES)
        assert is_heard(bell)


def test_other_signals_do_not_end_it(bell: Bell) -> None:
    with handled({signal.SIGUSR1: lambda _signal, _frame: None}):
        signal.raise_signal(signal.SIGUSR1)
        begin = monotonic()
        bell.wait(0.01)
        assert monotonic() - begin >= 0.01
