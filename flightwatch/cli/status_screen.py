"""The morning look on a terminal: whole, or on a screen of its own that is drawn again and again."""

import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.text import Text

from flightwatch.app.signals import Bell, Handler, handled
from flightwatch.app.status import Group
from flightwatch.channels.pairs import Pairs
from flightwatch.channels.terminal import console

NAME_WIDTH, LEAST_NAME_WIDTH = 34, 20
"""Most and least columns for names in the morning look; a time and its ``UTC`` have 20."""


def groups_view(groups: Sequence[Group]) -> RenderableType:
    """Draw each group under its title, names in one column."""
    return Pairs([(_title(group), group.lines()) for group in groups])


def _title(group: Group) -> Text:
    return Text(group.title, style="red" if group.is_trouble else "cyan")


class FittedGroups:
    """The look on one screen: where there is no room for all, a line each, and of each group as many as there is room for."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = groups

    def __rich_console__(self, terminal: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the groups, in as much room as there is."""
        height, whole = options.height or options.max_height, groups_view(self._groups)
        if len(terminal.render_lines(whole, options.update(height=None), pad=False)) <= height:
            yield whole
            return
        names = max(LEAST_NAME_WIDTH, min(NAME_WIDTH, options.max_width // 4))
        shares = _shares([len(group.lines()) for group in self._groups], height - len(self._groups))
        for group, most in zip(self._groups, shares, strict=True):
            lines = [_title(group)]
            for name, said in group.lines(most):
                start = Text(name, style="bold")
                start.truncate(names, overflow="ellipsis", pad=True)
                lines.append(Text.assemble(start, "  ", said))
            for line in lines:
                line.truncate(options.max_width, overflow="ellipsis")
                yield line


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Lines for each group: one after the other gets one more until nobody wants any or there is no room."""
    shares = [0] * len(wanted)
    while room > 0 and shares != [*wanted]:
        for number, most in enumerate(wanted):
            if shares[number] < most and room > 0:
                shares[number] += 1
                room -= 1
    return shares


def refreshed(read: Callable[[], Sequence[Group]], every_s: float) -> None:
    """Draw the look on a screen of its own, again and again, and when the window changes, until Ctrl-C or SIGTERM.

    It ends with its terminal too: one that is gone is none any more, and Rich draws nothing there, so it would go on unseen.
    """
    terminal = sys.stdout  # before Rich puts its own in its place, which in older versions never says that it is one
    groups, display = read(), Live(console=console(), screen=True, auto_refresh=False)
    handlers: dict[int, Handler] = {signal.SIGTERM: signal.default_int_handler}
    if hasattr(signal, "SIGWINCH"):  # not on Windows
        handlers[signal.SIGWINCH] = lambda _signal, _frame: changed.ring()
    with Bell() as changed, handled(handlers):
        try:
            display.start()
            while terminal.isatty():
                display.update(FittedGroups(groups), refresh=True)
                changed.wait(every_s)
                groups = read()
        except KeyboardInterrupt:
            pass
        except OSError:
            if terminal.isatty():
                raise
        finally:
            with suppress(OSError):  # not by ``with Live``, which does nothing where it ends while it begins
                display.stop()
