"""The aircraft table of tar1090-db (ODC-By 1.0, Matthias Wirth and contributors, from Mictronics' database), line by line.

``aircraft.csv`` on branch ``csv`` of github.com/wiedehopf/tar1090-db has no header; a line is
``hex;registration;type;flags;description;year;operator;``. ``flags`` is a string of the digits 0 and 1, of which the first
is the lowest bit of readsb's ``dbFlags``: military, interesting, PIA, LADD (wiedehopf/readsb, README-json.md); it ends where
no further one is set. A backslash stands before a semicolon that separates nothing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from flightwatch.core.register import Registered

LONGEST: Final = 120
"""Characters of a field that are kept; the longest operators and descriptions have 100 or so."""

_FIELDS: Final = 7
_SEPARATOR: Final = re.compile(r"(?<!\\);")
_HEX: Final = re.compile(r"[0-9a-fA-F]{6}")
_FLAGS: Final = re.compile(r"[01]*")
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")


def read_registered(lines: Iterable[str]) -> Iterator[Registered | None]:
    """The airframes that lines of the table hold, one for each line that is not empty; None for a line that is none of it."""
    for line in lines:
        if bare := line.rstrip("\r\n"):
            yield _registered(bare)


def _registered(line: str) -> Registered | None:
    fields = _SEPARATOR.split(line) if "\\" in line else line.split(";")
    if len(fields) < _FIELDS or not _HEX.fullmatch(fields[0]) or not _FLAGS.fullmatch(fields[3]):
        return None
    icao24, registration, designator, flags, description, year, operator = fields[:_FIELDS]
    return Registered(
        icao24=icao24.lower(),
        registration=_text(registration),
        type_designator=_text(designator),
        description=_text(description),
        operator=_text(operator),
        year=int(year) if _YEAR.fullmatch(year) else None,
        is_military=flags[:1] == "1",
        is_interesting=flags[1:2] == "1",
        is_pia=flags[2:3] == "1",
        is_ladd=flags[3:4] == "1",
    )


def _text(field: str) -> str | None:
    """One line of printable characters, not too long; None where nothing is written."""
    text = " ".join(field.replace("\\;", ";").split())[:LONGEST]
    return (text if text.isprintable() else "".join(c for c in text if c.isprintable())) or None
