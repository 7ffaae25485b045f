"""Traces of many airframes, day by day: from files, from tars that are not unpacked, and from readsb's rows in Parquet."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from heapq import merge
from itertools import groupby
from tarfile import BLOCKSIZE
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.archives.files import ArchiveFile, BadFile
from flightwatch.archives.opened import opened
from flightwatch.archives.readsb_days import first_at, traces_of
from flightwatch.archives.tars import members, trace_icao24
from flightwatch.core.model import Icao24
from flightwatch.core.spans import DAY_S
from flightwatch.errors import BadAnswer
from flightwatch.sources.trace_files import contents_of
from flightwatch.sources.traces import Trace, begins, decode, whose

Wanted = Callable[[Icao24], bool]
"""Whether an airframe's traces are to be read."""

Bad = Callable[[BadFile], None]
"""Takes what cannot be used, and why."""


Read = TypeVar("Read")


class Day(Struct, frozen=True):
    """The files that hold traces of one UTC day."""

    midnight: int
    """Unix seconds of its beginning."""
    files: tuple[ArchiveFile, ...]


def days_of(files: Iterable[ArchiveFile], wanted: Wanted, bad: Bad) -> list[Day]:
    """The days that are in these, in their order, without files of airframes that nobody wants, as far as their names tell.

    A trace belongs to the day in which it begins, a tar to that of its first trace.
    """
    found: dict[int, list[ArchiveFile]] = {}
    for file in files:
        icao24 = trace_icao24(file.name) if file.form == "trace" else None
        if icao24 is not None and not wanted(icao24):
            continue
        began = _used(file, _began, bad)
        if began is not None:
            found.setdefault(int(began // DAY_S) * DAY_S, []).append(file)
    return [Day(midnight, tuple(files)) for midnight, files in sorted(found.items())]


def traces_by_airframe(
    day: Day, carried: Iterable[Trace], wanted: Wanted, bad: Bad
) -> Iterator[tuple[Icao24, Sequence[Trace]]]:
    """The traces of each airframe, in the order of their addresses, with what was ``carried`` over from the day before.

    One trace of one airframe is held at a time; those of one airframe come together, and by when they begin.
    """
    loose = [file for file in day.files if file.form == "trace"]
    streams = [
        iter(sorted(carried, key=_of)),
        _of_files(loose, wanted, bad),
        *(_of_tar(file, wanted, bad) for file in day.files if file.form == "tar"),
        *(_of_rows(file, wanted, bad) for file in day.files if file.form == "readsb days"),
    ]
    for icao24, same in groupby(merge(*streams, key=_of), key=_of):
        yield icao24, sorted(same, key=lambda trace: trace.began)


def split(trace: Trace, until: int) -> tuple[Trace, Trace | None]:
    """What a trace tells before Unix time ``until``, and what from then on; None: nothing."""
    later = {at: report for at, report in trace.looks.items() if at >= until}
    if not later:
        return trace, None
    before = {at: report for at, report in trace.looks.items() if at < until}
    return replace(trace, looks=before), replace(trace, looks=later, began=min(later), skipped=0)


def _of(trace: Trace) -> Icao24:
    return trace.icao24


def _began(file: ArchiveFile) -> float:
    """Unix seconds from which a file tells. Raises `BadAnswer` where it tells of nothing."""
    if file.form == "readsb days":
        return first_at(file.name)
    with opened(file) as source:
        if file.form == "trace":
            return begins(contents_of(source))
        for each in members(source):
            if trace_icao24(each.name) is not None:
                with opened(replace(file, within=each.member)) as trace, suppress(BadAnswer):
                    return begins(contents_of(trace))
    raise BadAnswer("none of its traces can be read")


def _of_files(files: Sequence[ArchiveFile], wanted: Wanted, bad: Bad) -> Iterator[Trace]:
    """The traces in files of their own, in the order of their airframes."""
    named = [(icao24, file) for file in files if (icao24 := _used(file, _whose, bad)) is not None and wanted(icao24)]
    for _, file in sorted(named, key=lambda each: each[0]):
        trace = _used(file, _trace, bad)
        if trace is not None:
            yield trace


def _of_tar(file: ArchiveFile, wanted: Wanted, bad: Bad) -> Iterator[Trace]:
    """The traces in a tar, in the order of their airframes: where each lies is looked up first, then they are read."""
    places = list[tuple[Icao24, ArchiveFile]]()
    with opened(file, at_once=BLOCKSIZE) as source:
        try:
            for each in members(source):
                icao24 = trace_icao24(each.name)
                if icao24 is not None and wanted(icao24):
                    places.append((icao24, replace(file, within=each.member)))
        except BadAnswer as error:
            bad(BadFile(file.name, str(error)))
        for icao24, place in sorted(places, key=lambda each: each[0]):
            inside = BadFile(f"{file.name}: trace_full_{icao24}.json", "")
            trace = _used(place, _trace, lambda found, inside=inside: bad(replace(inside, why=found.why)))  # type: ignore[misc]
            if trace is not None and trace.icao24 == icao24:
                yield trace
            elif trace is not None:
                bad(replace(inside, why=f"it is of {trace.icao24}, not of whom its name says; it was left out"))


def _of_rows(file: ArchiveFile, wanted: Wanted, bad: Bad) -> Iterator[Trace]:
    try:
        yield from traces_of(file.name, wanted)
    except BadAnswer as error:
        bad(BadFile(file.name, str(error)))


def _whose(file: ArchiveFile) -> Icao24:
    return trace_icao24(file.name) or _contents(file, whose)


def _trace(file: ArchiveFile) -> Trace:
    return _contents(file, decode)


def _contents(file: ArchiveFile, read: Callable[[bytes], Read]) -> Read:
    with opened(file) as source:
        return read(contents_of(source))


def _used(file: ArchiveFile, read: Callable[[ArchiveFile], Read], bad: Bad) -> Read | None:
    """What ``read`` makes of a file; None where it cannot be used, which is said."""
    try:
        return read(file)
    except BadAnswer as error:
        bad(BadFile(file.name, f"{error}; fetch it again, or leave it out"))
    except OSError as error:
        bad(BadFile(file.name, f"it cannot be read ({error.strerror}); check its permissions"))
    return None
