"""Names and what is said of each, on a terminal: side by side where there is room, else one below the other."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Rows = Sequence[tuple[str, str]]

GAP = 2
"""Blanks between a name and what is said of it, and before that where it stands below."""

ENOUGH = 46
"""Columns left for what is said, before the names get more than a third of the width."""

NARROW = 60
"""Columns of a terminal below which there is no room for both side by side."""


class Pairs:
    """Parts of pairs, each under its title if it has one, all names in one column. Everything is plain text, not markup.

    A word is broken only if it is wider than the room there is, and nothing is left out.
    """

    def __init__(self, parts: Sequence[tuple[Text | None, Rows]]) -> None:
        self._parts = parts

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Draw them."""
        width, names = options.max_width, [name for _, rows in self._parts for name, _ in rows]
        whole = max(map(cell_len, names), default=0)
        longest_word = max((cell_len(word) for name in names for word in name.split()), default=0)
        wide = min(whole, max(width // 3, width - GAP - ENOUGH, longest_word))
        is_stacked = wide > width // 2 or (width < NARROW and wide < whole)
        for number, (title, rows) in enumerate(self._parts):
            if number:
                yield Text()
            if title is not None:
                yield title
            if is_stacked:
                yield from _stacked(rows)
            elif rows:
                yield _beside(rows, wide)


def _beside(rows: Rows, wide: int) -> Table:
    table = Table.grid(padding=(0, GAP, 0, 0))
    table.add_column(style="bold", width=wide, overflow="fold")
    table.add_column(overflow="fold")
    for name, said in rows:
        table.add_row(Text(name), Text(said))
    return table


def _stacked(rows: Rows) -> Iterator[Text | Padding]:
    for name, said in rows:
        yield Text(name, style="bold", overflow="fold")
        yield Padding(Text(said, overflow="fold"), (0, 0, 0, GAP))
