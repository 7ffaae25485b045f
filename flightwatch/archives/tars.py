"""What lies where in a tar, read without unpacking: no name in it is used as a path, links and devices are passed over."""

import re
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, Final, cast

from msgspec import Struct

from flightwatch.archives.bounded import Bounded
from flightwatch.archives.files import Member
from flightwatch.core.model import Icao24
from flightwatch.errors import BadAnswer

MOST_MEMBERS: Final = 5_000_000
"""Files in a tar that are looked at. A day of adsb.lol has some 60,000."""

MOST_HEADER_BYTES: Final = 2**20
"""Longest header that is read, so that memory is bounded: one may say that a file's name has as many bytes as it likes."""


_names_trace = re.compile(r"(?:.*/)?trace_full_([0-9a-f]{6})\.json(?:\.gz)?", re.DOTALL).fullmatch


class Named(Struct, frozen=True):
    """A regular file in a tar."""

    name: str
    """As the tar has it, which may be anything."""
    member: Member


def is_tar(first: bytes) -> bool:
    """Tell whether a file that begins so is a tar (POSIX and GNU, the field ``magic``)."""
    return first[257:262] == b"ustar"


def trace_icao24(name: str) -> Icao24 | None:
    """The airframe of a trace by its file's name, as readsb gives it; None: it has no such name."""
    found = _names_trace(name)
    return None if found is None else found[1]


def members(file: BinaryIO) -> Iterator[Named]:
    """The regular files of a tar, in its order. Raises `BadAnswer` at the end of what can be read of one that is cut short."""
    size = file.seek(0, 2)
    file.seek(0)
    try:
        tar = tarfile.TarFile(fileobj=cast("BinaryIO", Bounded(file, MOST_HEADER_BYTES)), errorlevel=0)
        for _ in range(MOST_MEMBERS):
            each = tar.next()
            if each is None:
                _check_end(file, tar.offset)
                break
            tar.members.clear()  # type: ignore[attr-defined]  # or it would remember them all
            if each.isreg() and not each.issparse():
                if each.offset_data + each.size > size:
                    raise BadAnswer(CUT)
                yield Named(each.name, Member(each.offset_data, each.size))
        else:
            raise BadAnswer(f"it holds more than {MOST_MEMBERS:,} files; what comes after them is left out")
    except (tarfile.TarError, ValueError, OverflowError, EOFError, RecursionError) as error:
        raise BadAnswer(CUT) from error


def _check_end(file: BinaryIO, offset: int) -> None:
    """Raise `BadAnswer` where a tar does not end with zeros, as each does that is whole (POSIX, pax interchange format)."""
    file.seek(offset)
    end = file.read(tarfile.BLOCKSIZE)
    if len(end) < tarfile.BLOCKSIZE or any(end):
        raise BadAnswer(CUT)


CUT: Final = (
    "it is a tar that is damaged or cut short, of which what can be read is used; fetch it again, with all its parts"
)
