"""Polls kept on disk: one answer of a source a line, in ``.jsonl`` or ``.jsonl.gz`` files.

A line that flightwatch recorded says under ``asked`` what it answers, and unless it is OpenSky's, whose it is and in which form.
Every such line is a gzip member of its own: see `recorded_lines`.

Traces of readsb's, each a day of one airframe, are recordings too: they are read as polls a minute apart.
"""

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from errno import ELOOP
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType

from flightwatch.core.merging import aligned, merged
from flightwatch.core.model import OPENSKY, Poll, Query
from flightwatch.errors import BadAnswer, StoreError, UsageError
from flightwatch.paths import make_private
from flightwatch.sources import readsb_answer, traces
from flightwatch.sources.answer import Answer, Asked, Fetched, Speaker, source_of
from flightwatch.sources.asking import Reply
from flightwatch.sources.opensky_answer import decode
from flightwatch.sources.recorded_lines import as_member, lines_of
from flightwatch.sources.trace_files import contents, holds_trace

_ASKED_BYTES = 2**15
"""Bytes at the beginning of a line within which it says what it answers: a question may name thousands of airframes."""

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""How a file is opened to record into: no link that somebody else laid there is followed, and no pipe is waited for."""


class _Line(Struct):
    """What a line answers; the rest of it is passed over."""

    asked: Asked | None = None


_LINE = msgspec.json.Decoder(_Line)

Read = TypeVar("Read")


class Recorder:
    """Appends answers to ``folder/YYYY-MM-DD.jsonl.gz``, a file for each UTC day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, raw: bytes, query: Query, poll_id: str, at: datetime) -> None:
        """Append the answer ``raw``, which `decode` took, and what it answers, to the file of the day of ``at``.

        Raises `StoreError` when it cannot be written whole; then nothing of it stays.
        """
        member = _member(raw, _asked(poll_id, query))
        path = self._folder / f"{at.astimezone(UTC):%Y-%m-%d}.jsonl.gz"
        try:
            make_private(self._folder)
            descriptor = os.open(path, _APPEND, 0o600)
            try:
                status = os.fstat(descriptor)
                if not stat.S_ISREG(status.st_mode):
                    raise StoreError(f"cannot record to {path}: it is no file; remove it, or choose another folder")
                size = status.st_size
                if os.write(descriptor, member) < len(member):
                    os.ftruncate(descriptor, size)
                    raise StoreError(f"cannot record to {path}: the disk is full; make room")
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno == ELOOP:
                raise StoreError(
                    f"cannot record to {path}: it is a link; remove it, or choose another folder"
                ) from error
            raise StoreError(
                f"cannot record to {path}: {error.strerror}; choose another folder or make room"
            ) from error


class Recording:
    """Recorded polls, in the order of ``paths``: files, or folders whose files are taken by name.

    Traces, which are told by what they hold, come in the order of their days instead, those of several airframes beside each
    other. They cannot be mixed with other recordings.

    Raises `UsageError` for what cannot be a recording, here or, for what is inside a file, in `polls`.
    """

    skipped_lines: int = 0
    """Lines that could not be read, up to where `polls` has come. A damaged stretch of a file counts as one."""
    skipped_rows: int = 0
    """Rows that could not be read, in lines that could; of traces, points."""
    replies: tuple[Reply, ...] = ()
    """The lines, source by source, of the poll that `answers` gave last; of traces there are none."""

    def __init__(self, paths: Sequence[Path]) -> None:
        files = [file for path in paths for file in _files(path)]
        self._traces = [file for file in files if _holds_trace(file)]
        self._files = [file for file in files if file not in {*self._traces}]
        if self._traces and self._files:
            raise UsageError(
                f"{self._traces[0]} is a trace and {self._files[0]} is not; name one kind, and the other in another run"
            )

    def polls(self) -> Iterator[Poll]:
        """Read poll after poll, holding one in memory, each with the answers of all its sources merged."""
        wrong_s: Mapping[str, int] = {}
        for answers in self.answers():
            clocks = aligned(answers, wrong_s)
            wrong_s = clocks.moved_s
            yield merged(clocks.polls)

    def answers(self) -> Iterator[tuple[Poll, ...]]:
        """Read poll after poll, each as its sources' answers, a poll for each source; the first tells the time.

        Neighbouring lines that say they belong to one poll are put together. A line that does not say what was asked
        is a poll of the whole world by OpenSky. A minute of traces is a poll of the airframes of which they tell anything then.
        """
        self.skipped_lines = self.skipped_rows = 0
        for poll in traces.polls(self._each_trace()):
            yield (poll,)
        for _, group in groupby(self._lines(), _poll_key):
            by_source: dict[str, list[tuple[Query, Fetched]]] = {}
            for line in group:
                by_source.setdefault(source_of(line.answer.asked), []).append((_query(line.answer.asked), line))
            self.replies = tuple(
                Reply(source, tuple(query for query, _ in lines), tuple(lines)) for source, lines in by_source.items()
            )
            polls = tuple(reply.poll() for reply in self.replies)
            self.skipped_rows += sum(poll.skipped for poll in polls)
            yield polls

    def _each_trace(self) -> Iterator[traces.Trace]:
        """The traces by when they begin, read when they are asked for."""
        for file in sorted(self._traces, key=lambda each: _of_trace(each, traces.begins)):
            trace = _of_trace(file, traces.decode)
            self.skipped_rows += trace.skipped
            yield trace

    def _lines(self) -> Iterator[Fetched]:
        for file in self._files:
            try:
                for line in lines_of(file):
                    if line is None:
                        self.skipped_lines += 1
                    elif line and not line.isspace():
                        try:
                            yield Fetched(line, _decoded(line))
                        except BadAnswer:
                            self.skipped_lines += 1
            except OSError as error:
                raise _unreadable(file, error) from error


def _member(raw: bytes, asked: Asked) -> bytes:
    """Build the gzip member with the one line for an answer."""
    # Line ends in JSON stand between its tokens only, so that blanks can take their place.
    rest = raw.removeprefix(b"\xef\xbb\xbf").strip().removeprefix(b"{").translate(bytes.maketrans(b"\r\n", b"  "))
    return as_member(b'{"asked": ' + msgspec.json.encode(asked) + b", " + rest + b"\n")


def _files(path: Path) -> list[Path]:
    try:
        path.stat()
        if not path.is_dir():
            if not path.is_file():
                raise UsageError(
                    f"{path} is a pipe or a device, not a recording; save what it gives as a file and name that"
                )
            found = [path] if _holds_polls(path) or holds_trace(path) else []
        else:
            found = sorted(file for file in path.iterdir() if _is_recording(file))
    except OSError as error:
        raise _unreadable(path, error) from error
    if not found:
        raise UsageError(
            f"{path} is no recording; name a *.jsonl or *.jsonl.gz file, a trace_full_*.json of readsb's, or a folder of them"
        )
    return found


def _is_recording(path: Path) -> bool:
    """Tell whether a file of a folder is one: what else is there is nobody's business."""
    is_named_so = _holds_polls(path) or path.name.endswith((".json", ".json.gz"))
    return is_named_so and path.is_file() and (_holds_polls(path) or holds_trace(path))


def _holds_polls(path: Path) -> bool:
    return path.name.endswith((".jsonl", ".jsonl.gz"))


def _holds_trace(path: Path) -> bool:
    try:
        return holds_trace(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _of_trace(path: Path, read: Callable[[bytes], Read]) -> Read:
    """What ``read`` makes of the trace in a file. Raises `UsageError` that names the file."""
    try:
        return read(contents(path))
    except BadAnswer as error:
        raise UsageError(f"{path}: {error}; fetch it again, or leave it out") from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _poll_key(line: Fetched) -> object:
    """Give what lines of one poll have in common: a line that names no poll is one of its own."""
    asked = line.answer.asked
    return asked.poll if asked else object()


def _asked(poll_id: str, query: Query) -> Asked:
    if query.source == OPENSKY:
        return Asked(poll_id, query.icao24s, query.box)
    circle = UNSET if query.circle is None else query.circle
    flying_as = query.callsigns or UNSET
    return Asked(poll_id, query.icao24s, query.box, query.source, form="readsb", circle=circle, callsign=flying_as)


def _query(asked: Asked | None) -> Query:
    if asked is None:
        return Query()
    circle = None if isinstance(asked.circle, UnsetType) else asked.circle
    flying_as = () if isinstance(asked.callsign, UnsetType) else asked.callsign
    return Query(tuple(icao24.lower() for icao24 in asked.icao24), asked.box, source_of(asked), circle, flying_as)


def _decoded(line: bytes) -> Answer:
    """The answer of a line in the form that it names. Raises `BadAnswer` where it cannot be read."""
    if not (line.startswith(b'{"asked"') and b'"form"' in line[:_ASKED_BYTES]):
        return decode(line)
    try:
        asked = _LINE.decode(line).asked
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadAnswer(f"the recorded line's 'asked' cannot be read ({error}); record it anew") from error
    if asked is None or asked.form != "readsb":
        return decode(line)
    return readsb_answer.decode(line, Speaker(source_of(asked), "the recording"))


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot read {path}: {error.strerror}; check the name and its permissions")
