"""A terminal that programs draw on, and what they drew.

    with Terminal() as terminal, program.running("status", "--watch", stdout=terminal.end):
        terminal.until("credits left")

Pieces of what a program writes arrive one after the other, cut anywhere: whoever looks for a text waits for that text.
"""

import io
import os
import select
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from typing import Self

from program import PATIENCE_S
from rich.console import Console, RenderableType

HOME = "\x1b[H"
"""xterm's control sequence that each drawing of a whole screen begins with."""

THE_LINE_BEFORE, ERASED = "\x1b[1A", "\x1b[2K"
"""How a bar is taken away, line by line."""


class Terminal:
    """A context manager. ``end`` is the file descriptor that programs write to."""

    def __init__(self, lines: int = 24, columns: int = 80) -> None:
        self._screen, self.end = os.openpty()
        self._open = {self._screen, self.end}
        self._decode = getincrementaldecoder("utf-8")().decode
        self._shown = ""
        self.resize(lines, columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def resize(self, lines: int, columns: int) -> None:
        termios.tcsetwinsize(self.end, (lines, columns))

    def until(self, *texts: str) -> None:
        """Wait until all these texts were shown."""
        self._wait(lambda: all(text in self._shown for text in texts))

    def until_drawn(self, *texts: str, without: str | None = None) -> None:
        """Wait for a drawing of the whole screen with all these texts, and not with that one before the last of them."""

        def is_it(drawing: str) -> bool:
            return all(text in drawing for text in texts) and (without is None or without not in drawing)

        self._wait(lambda: any(map(is_it, self._shown.split(HOME))))

    def whole(self) -> str:
        """Read until the last program that writes here has ended; give all that was shown."""
        self._close(self.end)
        while self._read():
            pass
        return self._shown

    def hang_up(self) -> None:
        """End as a window does that is closed."""
        for end in (*self._open,):
            self._close(end)

    def _close(self, end: int) -> None:
        self._open.remove(end)
        os.close(end)

    def _wait(self, happened: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not happened():
            assert time.monotonic() < deadline, self._shown
            assert self._read(), self._shown

    def _read(self) -> bool:
        """Read what was written since; whether there may be more."""
        ready, _, _ = select.select([self._screen], [], [], PATIENCE_S)
        assert ready, self._shown
        try:
            block = os.read(self._screen, 2**16)
        except OSError:  # how Linux says that nobody writes any more
            return False
        self._shown += self._decode(block)
        return bool(block)


def drawn(what: RenderableType, width: int = 80) -> list[str]:
    """Draw as on a terminal without colours; give the lines."""
    out = Console(file=io.StringIO(), width=width, emoji=False, highlight=False, color_system=None)
    out.print(what)
    assert isinstance(out.file, io.StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]
