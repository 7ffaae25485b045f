"""A file of aircraft in columns, as spreadsheets and plane-alert-db write it: rows to what they say of an airframe.

    spotters.csv:7: '7278a' is not an icao24, write six hex digits such as 15521f; the row is left out

What a column holds is known by its name in the first line; columns with other names are left alone.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.register import Registered
from flightwatch.core.registration import is_icao24, is_unset, normalise
from flightwatch.watchlist.node_reader import shown

MAX_ROWS: Final = 20_000
"""Most rows that are read. plane-alert-db has 17,198; more aircraft make a poll's start slow."""

MOST_REMARKS: Final = 10
"""Rows that are told of one by one as they cannot be read; the others are counted."""

LONGEST: Final = 60
"""Characters of a text that are kept; the longest operator of plane-alert-db has 44."""

_COLUMNS: Final[Mapping[str, str]] = {
    "icao": "icao24",
    "icao24": "icao24",
    "hex": "icao24",
    "registration": "registration",
    "reg": "registration",
    "tail": "registration",
    "operator": "operator",
    "type": "type",
    "icao type": "designator",
    "cmpg": "group",
    "label": "label",
    "category": "tag",
    "tag 1": "tag",
    "tag 2": "tag",
    "tag 3": "tag",
    "tags": "tag",
}
"""What a column holds, by its name in small letters without the ``$`` and ``#`` of plane-alert-db."""

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_NAMES: Final = "name the columns in the first line, as icao24,registration,label"


class Row(Struct, frozen=True):
    """A line of the file that names an airframe."""

    at: str
    """Its file and line, for complaints: ``spotters.csv:7``."""
    airframe: Registered
    """``icao24`` is empty where the row has none."""
    label: str | None
    tags: tuple[str, ...]


class Columns:
    """The rows of a file, called ``name`` in complaints and remarks, which are there when all of ``rows`` have been read.

    A row that cannot be read is left out with a remark: one line in 17,000 must not end all of them.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self._data = data
        self._left_out = 0
        self.complaints: list[str] = []
        """Why the file cannot be used, each with file and line."""
        self._remarks: list[str] = []

    def rows(self) -> Iterator[Row]:
        """The rows that can be read."""
        if self._data[:2] in _UTF16:
            self._complain(1, "is UTF-16, save it as UTF-8")
            return
        text = _decoded(self._data)
        first = text.split("\n", 1)[0]
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first))
        try:
            columns = [_COLUMNS.get(name.strip().lstrip("$#").strip().lower()) for name in next(reader, [])]
            if not {"icao24", "registration"} & {*columns}:
                self._complain(1, f"has no column icao24 or registration, {_NAMES}")
                return
            for count, cells in enumerate(filter(any, reader)):
                if count == MAX_ROWS:
                    self._complain(reader.line_num, f"has more than {MAX_ROWS:,} rows, leave some out")
                    return
                if (row := self._row(reader.line_num, columns, cells)) is not None:
                    yield row
        except csv.Error as error:
            problem = f"is no text in columns ({error}), compare the line with its neighbours"
            self._complain(reader.line_num, problem)

    def leave_out(self, at: str, problem: str) -> None:
        """Note that a row, given by `Row.at`, is left out; ``problem`` says why and what to write."""
        self._left_out += 1
        if self._left_out <= MOST_REMARKS:
            self._remarks.append(f"{at}: {problem}; the row is left out")

    def remarks(self) -> Iterator[str]:
        """The first rows that are left out, each with its line, and how many more there are."""
        yield from self._remarks
        if (more := self._left_out - MOST_REMARKS) > 0:
            yield f"{self.name}: {more:,} more {'row is' if more == 1 else 'rows are'} left out for such reasons"

    def _complain(self, line: int, problem: str) -> None:
        self.complaints.append(f"{self.name}:{line}: {problem}")

    def _row(self, line: int, columns: Sequence[str | None], cells: Sequence[str]) -> Row | None:
        said: dict[str, str] = {}
        tags: list[str] = []
        for column, cell in zip(columns, cells, strict=False):
            if column == "tag":
                tags += map(_plain, cell.split(";"))
            elif column is not None and (text := _plain(cell)):
                said.setdefault(column, text)
        at, icao24 = f"{self.name}:{line}", said.get("icao24", "")
        tail = normalise(said.get("registration", ""))
        if icao24 and not is_icao24(icao24):
            cut = is_icao24(f"0{icao24}") and icao24.isdigit()
            write = f"0{icao24}, of which a spreadsheet cuts the zero" if cut else "six hex digits such as 15521f"
            self.leave_out(at, f"{shown(icao24)} is not an icao24, write {write}")
            return None
        if is_unset(icao24):
            unset = f"{icao24} is no aircraft's icao24, transponders that were never set send it, write the right one"
            self.leave_out(at, unset)
            return None
        if not icao24 and not tail:
            self.leave_out(at, "names no aircraft, as its icao24 and its registration are empty")
            return None
        airframe = Registered(
            icao24.lower(),
            tail or None,
            said.get("designator"),
            said.get("type"),
            said.get("operator"),
            is_military=said.get("group", "").lower() == "mil",
        )
        return Row(at, airframe, said.get("label"), tuple(filter(None, tags)))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")  # what spreadsheets write that know no UTF-8; it fits any bytes


def _delimiter(first: str) -> str:
    """What stands between the columns, by the first line."""
    return max(",;\t", key=first.count)


def _plain(cell: str) -> str:
    """A cell's text without what cannot be printed, and not too long: it is hostile."""
    text = cell.strip()
    return (
        text[:LONGEST] if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)[:LONGEST].strip()
    )


Lists = Callable[[str], bytes]
"""Gives what is in a list, by the name that the watchlist calls it. Raises WatchlistError with what to do where it cannot be
read, a complaint without file and line."""


def is_columns(data: bytes) -> bool:
    """Tell whether a file is such a list, and no watchlist: its first line names two columns that are known here."""
    first = _decoded(data[:1000]).split("\n", 1)[0]
    if ":" in first or first.startswith("#"):  # a key, or a comment
        return False
    return sum(name.strip().strip('"').lstrip("$#").lower() in _COLUMNS for name in first.split(_delimiter(first))) > 1
