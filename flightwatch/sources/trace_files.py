"""Files that hold a trace of readsb's, plain or gzip, whatever their name: readsb writes gzip into ``.json``."""

import re
import zlib
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import IO, Final, cast

from flightwatch.errors import BadAnswer

MOST_BYTES: Final = 64 * 2**20
"""Longest trace read, so that memory is bounded. A real day of an airliner has 440 kB."""

_GZIP = b"\x1f\x8b\x08"
_GZIP_WINDOW = 31
"""zlib's ``wbits`` for a gzip header and the largest window."""

_FIRST_BYTES, _FIRST_DEFLATED_BYTES = 2**12, 2**14
"""Within which a trace says that it is one: before it stand a dozen short fields of what the airframe is."""

says_trace = re.compile(rb'"trace"\s*:\s*\[').search
"""Finds what a trace says near its beginning. No text within a string is found: there the quotes have backslashes before them."""


def holds_trace(path: Path) -> bool:
    """Tell whether a file begins as a trace does. Raises `OSError` when it cannot be read."""
    with path.open("rb") as file:
        first = file.read(_FIRST_DEFLATED_BYTES)
    if first.startswith(_GZIP):
        try:
            first = zlib.decompressobj(_GZIP_WINDOW).decompress(first, _FIRST_BYTES)
        except zlib.error:
            return False
    return says_trace(first[:_FIRST_BYTES]) is not None


def contents(path: Path) -> bytes:
    """What a file holds, decompressed. Raises `BadAnswer`, as `traces.decode` does, and `OSError` when it cannot be read."""
    with path.open("rb") as file:
        return contents_of(file)


def contents_of(file: IO[bytes]) -> bytes:
    """The same of a file that is open, from its beginning to its end."""
    is_gzip = file.read(len(_GZIP)) == _GZIP
    file.seek(0)
    try:
        raw = (cast("IO[bytes]", GzipFile(fileobj=file)) if is_gzip else file).read(MOST_BYTES + 1)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise BadAnswer("it is gzip that is damaged or cut short") from error
    if len(raw) > MOST_BYTES:
        raise BadAnswer(f"it holds more than {MOST_BYTES // 2**20} MB")
    return raw
