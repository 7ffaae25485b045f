"""Work that must be over by a time, whatever it waits for."""

from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


def within(limit_s: float, work: Callable[[], T]) -> T:
    """What ``work`` returns or raises; TimeoutError when that takes longer than ``limit_s`` seconds.

    In a thread, because looking up a name, and reading what comes a byte a second, have no timeout of their own. One left
    behind ends with its connection, or with the process.
    """
    [outcome] = _started([work])
    try:
        return outcome.get(limit_s)
    except Empty:
        raise TimeoutError from None


def side_by_side(limit_s: float, works: Sequence[Callable[[], T]]) -> list[T | None]:
    """What each work returns, all of them at the same time; None for one that takes longer than ``limit_s`` seconds.

    Raises what the first of them raises that does, in their order.
    """
    ends = monotonic() + limit_s
    found = list[T | None]()
    for outcome in _started(works):
        try:
            found.append(outcome.get(max(0.0, ends - monotonic())))
        except Empty:
            found.append(None)
    return found


class _Outcome(Generic[T]):
    """What becomes of work that a thread does."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._queue: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run(self) -> None:
        """Do the work."""
        try:
            self._queue.put((self._work(), None))
        except BaseException as error:  # noqa: BLE001 it is raised where it is waited for
            self._queue.put((None, error))

    def get(self, limit_s: float) -> T:
        """What the work returned; raises what it raised, or `Empty` where it is not done in time."""
        result, error = self._queue.get(timeout=limit_s)
        if error is not None:
            raise error
        return result  # type: ignore[return-value] # it is of work's kind where there is no error


def _started(works: Sequence[Callable[[], T]]) -> list[_Outcome[T]]:
    outcomes = [_Outcome(work) for work in works]
    for outcome in outcomes:
        Thread(target=outcome.run, daemon=True).start()
    return outcomes
