"""The tables of docs/reference/messages.md that code makes, each between two comments."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "messages.md"


@dataclass(frozen=True)
class MessageTable:
    """A table by the comments before and after it, and its head, two lines."""

    begin: str
    end: str
    head: tuple[str, str]

    def rows(self) -> list[str]:
        """Give the rows that stand in the page."""
        text = PAGE.read_text(encoding="utf-8")
        return text.partition(self.begin)[2].partition(self.end)[0].splitlines()[len(self.head) :]

    def put(self, rows: Iterable[str]) -> None:
        """Put these rows in their place."""
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(self.begin)
        text = "".join(f"{row}\n" for row in (*self.head, *rows))
        PAGE.write_text(f"{before}{self.begin}{text}{self.end}{rest.partition(self.end)[2]}", encoding="utf-8")
