"""What the files of an archive are: told by what they hold, whatever they are called."""

import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from glob import glob, has_magic
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Final

from msgspec.structs import replace

from flightwatch.archives.connecting import connected
from flightwatch.archives.files import WORDS, ArchiveFile, Archives, BadFile, Form
from flightwatch.archives.opened import GZIP, ZSTD, is_file, opened
from flightwatch.archives.readsb_days import is_readsb_days
from flightwatch.archives.tars import is_tar, members, trace_icao24
from flightwatch.archives.vectors import columns_of
from flightwatch.errors import BadAnswer, UsageError
from flightwatch.sources.answer import excerpt
from flightwatch.sources.trace_files import says_trace

_FIRST_BYTES, _FIRST_DEFLATED_BYTES = 2**12, 2**14
"""What of a file is looked at, and of one that is compressed before."""
_GZIP_WINDOW = 31
"""zlib's ``wbits`` for a gzip header and the largest window."""

_PARQUET, _AVRO = b"PAR1", b"Obj\x01"
"""How files of these begin (their specifications)."""

_says_polls = re.compile(rb'\s*\{.*"(asked|states|aircraft|ac)"\s*:', re.DOTALL).match
_says_csv = re.compile(rb"(\xef\xbb\xbf)?[ -~]*[,;\t][ -~\t]*\r?\n").match

_claims = re.compile(r"(?i).*\.(parquet|csv|avro|tar|jsonl)(\.(gz|zst))?|trace_full_.*").fullmatch
"""Names of files that pass for archives: what they hold instead is said. What else lies in a folder is nobody's business."""

_part_of = re.compile(r"(?P<whole>.+)\.(?P<part>[a-z]{2}|\d{2,3})").fullmatch
"""A tar that was split, as adsb.lol's days are: ``day.tar.aa``, ``day.tar.ab``."""
_FIRST_PARTS = frozenset({"aa", "00", "000", "01", "001"})

_is_address = re.compile(r"[a-z][a-z0-9+.-]*://").match
_ADDRESSES: Final[dict[str, Form]] = {"parquet": "parquet", "csv": "csv", "csv.gz": "csv", "csv.zst": "csv"}


def told(names: Sequence[str], *, is_for_spark: bool = False) -> Archives:
    """What these are: files, folders, which are walked, patterns, and addresses of object stores.

    Addresses ``is_for_spark`` are not looked at, as they may be of a cluster's own: what ends in .csv or .csv.gz is that, and all
    else Parquet.

    Raises `UsageError` where there is nothing that can be scanned, and where files are of several kinds.
    """
    files, bad = list[ArchiveFile](), list[BadFile]()
    for parts, is_named in _whole([each for name in names for each in _found(name)]):
        try:
            files += _unseen(parts[0]) if is_for_spark and _is_address(parts[0]) else _understood(parts)
        except BadAnswer as error:
            if is_named or _claims(Path(parts[0]).name):
                bad.append(BadFile(parts[0], str(error)))
        except OSError as error:
            bad.append(BadFile(parts[0], f"it cannot be read ({error.strerror}); check its permissions"))
    if not files:
        if bad:
            raise UsageError(f"{bad[0].name}: {bad[0].why}")
        raise UsageError(f"{names[0]} holds no archive; name {_READ}")
    other = next((file for file in files if file.kind != files[0].kind), None)
    if other is not None:
        raise UsageError(
            f"{files[0].name} holds {WORDS[files[0].kind]} and {other.name} {WORDS[other.kind]}; "
            "name one kind, and the other in another run"
        )
    return Archives(files[0].kind, tuple(files), tuple(bad))


_READ: Final = "Parquet, CSV or Avro of state vectors, traces of readsb's, a tar of them, or recorded polls"
_Found = tuple[str, bool]
"""A path or an address, and whether the user named it, rather than the folder that it lies in."""


def _found(name: str) -> Iterator[_Found]:
    """The files that a name means, each by its path. Raises `UsageError` where it means none."""
    if _is_address(name):
        yield name, True
        return
    path = Path(name)
    if not os.path.lexists(path) and has_magic(name):
        paths = sorted(glob(name, recursive=True))  # noqa: PTH207  # a pattern that the user wrote, absolute or not
        if not paths:
            raise UsageError(f"no file is named like {name}; check the pattern and the folder")
        for each in paths:
            yield from _found(each)
        return
    try:
        if path.is_dir():
            yield from ((str(each), False) for each in _walked(path))
        elif is_file(path):
            yield name, True
        else:
            raise UsageError(
                f"{name} is a pipe or a device, not an archive; save what it gives as a file and name that"
            )
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}; check the name and its permissions") from error


def _walked(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it, by their paths; links to folders are not followed, so that there is an end."""
    for each in sorted(folder.iterdir()):
        if each.is_dir() and not each.is_symlink():
            yield from _walked(each)
        elif each.is_file():
            yield each


def _whole(found: Iterable[_Found]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The files, those of a split tar put together, each with whether the user named it."""
    named = dict(found)
    begun = {part["whole"] for name in named if (part := _part_of(name)) and part["part"] in _FIRST_PARTS}
    for key, group in groupby(named, key=_whole_of):
        parts = tuple(group)
        if key in begun:
            yield tuple(sorted(parts)), any(named[name] for name in parts)
        else:
            yield from (((name,), named[name]) for name in parts)


def _whole_of(name: str) -> str:
    """The name that a file had before it was split, if it was."""
    part = _part_of(name)
    return name if part is None else part["whole"]


def _unseen(address: str) -> list[ArchiveFile]:
    return [ArchiveFile(address, "csv" if re.search(r"(?i)\.csv(\.gz)?$", address) else "parquet")]


def _understood(parts: tuple[str, ...]) -> list[ArchiveFile]:
    """What a file is, or several where it is a tar of tables. Raises `BadAnswer` for what is no archive."""
    name = parts[0]
    if _is_address(name):
        form = next((form for ending, form in _ADDRESSES.items() if name.endswith(f".{ending}")), None)
        if form is None:
            raise BadAnswer("of addresses, those of *.parquet and *.csv files are read in place; fetch others first")
        return [ArchiveFile(name, _of_parquet(name) if form == "parquet" else form)]
    whole = ArchiveFile(name, "tar", parts if len(parts) > 1 else ())
    with opened(whole) as file:
        first = file.read(_FIRST_DEFLATED_BYTES)
        if is_tar(first):
            return _in_tar(whole, file)
    return [ArchiveFile(name, _of_parquet(name) if first.startswith(_PARQUET) else _form(first))]


def _in_tar(tar: ArchiveFile, file: BinaryIO) -> list[ArchiveFile]:
    """A tar of traces as it is; of one of tables, as OpenSky's hours are, the tables."""
    tables = list[ArchiveFile]()
    try:
        for each in members(file):
            if trace_icao24(each.name) is not None:
                return [tar]
            with opened(replace(tar, within=each.member)) as inner:
                first = inner.read(_FIRST_DEFLATED_BYTES)
            try:
                tables.append(replace(tar, form=_form(first), within=each.member))
            except BadAnswer:
                continue
    except BadAnswer:
        if not tables:
            raise
    if found := [table for table in tables if table.form in {"csv", "avro"}]:
        return found
    raise BadAnswer(
        "it is a tar that holds neither traces nor tables of state vectors; unpack it, and name what is to be read"
    )


def _form(first: bytes) -> Form:
    """What begins so. Raises `BadAnswer` for what is no archive."""
    if not first:
        raise BadAnswer("it is empty; fetch it again, or leave it out")
    if first.startswith(GZIP):
        try:
            first = zlib.decompressobj(_GZIP_WINDOW).decompress(first, _FIRST_BYTES)
        except zlib.error as error:
            raise BadAnswer("it is gzip that is damaged; fetch it again, or leave it out") from error
        if is_tar(first):
            raise BadAnswer("it is a compressed tar; decompress it (gunzip), as a tar is read where it lies")
    if first.startswith(ZSTD):
        return "csv"
    if first.startswith(_AVRO):
        return "avro"
    first = first[:_FIRST_BYTES]
    if says_trace(first):
        return "trace"
    if _says_polls(first):
        return "polls"
    if _says_csv(first):
        return "csv"
    what = "HTML" if first.lstrip().startswith(b"<") else "something else"
    start = excerpt(first.decode("utf-8-sig", "replace"))
    raise BadAnswer(
        f"it is no archive but {what} (first characters: {start}); fetch it again, or leave it out. Read are: {_READ}"
    )


def _of_parquet(name: str) -> Form:
    """What a Parquet holds, which its columns tell. Raises `BadAnswer` for one that cannot be read."""
    with closing(connected()) as connection:
        columns = columns_of(name, connection)
    return "readsb days" if is_readsb_days(columns) else "parquet"
