"""``flightwatch`` that SIGKILL ends at a given step.

Run as a process:

    python tests/support/killable.py 17 poll --db flightwatch.db

A step is the beginning or the end of a call that the outside world could notice: a statement of the database, bytes into
or out of a socket, text onto standard output. With step 0 it ends by itself, and writes the steps' names, one a line, to
the file that ``STEPS`` names in the environment.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

WATCHED = frozenset(
    {
        *("Connection.execute", "Connection.executemany", "Connection.close"),
        *("socket.connect", "socket.sendall", "socket.send", "socket.recv_into", "socket.close"),
        *("TextIOWrapper.write", "TextIOWrapper.flush", "open", "fsync", "replace", "unlink", "utime"),
    }
)
"""Qualified names of the built-in calls that are steps."""


class Killer:
    """Counts the steps of this process, and ends it at one."""

    def __init__(self, step: int) -> None:
        self._step = step
        self.steps: list[str] = []

    def watch(self, _frame: FrameType, event: str, called: object) -> None:
        """Take one event of the interpreter's profiling."""
        name = getattr(called, "__qualname__", "")
        if event not in ("c_call", "c_return") or name not in WATCHED:
            return
        self.steps.append(f"{'before' if event == 'c_call' else 'after'} {name}")
        if len(self.steps) == self._step:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Run the command line that follows the step's number."""
    killer = Killer(int(sys.argv.pop(1)))
    from flightwatch.cli.main import main

    threading.setprofile(killer.watch)
    sys.setprofile(killer.watch)
    try:
        main()
    finally:
        sys.setprofile(None)
        if (steps := os.environ.get("STEPS")) is not None:
            Path(steps).write_text("\n".join(killer.steps))


if __name__ == "__main__":
    main()
