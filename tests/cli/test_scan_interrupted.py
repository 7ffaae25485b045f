"""The command scan, stopped in the middle of what it prints: by Ctrl-C it says nothing odd, and it always goes on."""

import json
import os
import signal
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import fcntl, ioctl
from pathlib import Path
from subprocess import Popen
from typing import IO

import pytest
from archive_rows import real_days, trace_tar, zipped
from archive_skies import with_sentinel
from made_archives import rows_of, write_parquet
from program import Program

from flightwatch.sources.recorded import Recording

SET_PIPE_SIZE = 1031
"""F_SETPIPE_SZ of Linux, which Python 3.11 names only there."""

PIPE_BYTES = 4096
"""What the pipe holds: the least that Linux gives."""

PARIS = Path(__file__).parents[1] / "recorded" / "skies" / "paris-300s.jsonl.gz"


@pytest.fixture
def archive(request: pytest.FixtureRequest, bare_program: Program) -> str:
    """An archive of which more is told than a pipe holds."""
    folder = bare_program.folder / "archive"
    folder.mkdir()
    bare_program.watchlist.write_text("aircraft: [{icao24: ac671b}]\nnotify: [print]\n")
    if request.param == "parquet":
        polls = with_sentinel([*Recording([PARIS]).polls()])
        bare_program.watchlist.write_text("airports: [CDG]\nnotify: [print]\n")
        write_parquet(folder / "a.parquet", rows_of(polls))
    for number, day in enumerate(real_days().values(), start=4):
        if request.param == "tar":
            (folder / f"v2025.02.0{number}-planes-readsb-prod-0.tar").write_bytes(trace_tar([day]))
        if request.param == "folder":
            (folder / f"{number}.json").write_bytes(zipped(json.dumps(day).encode()))
    return "archive"


@contextmanager
def stuck(program: Program, archive: str, printed: str) -> "Iterator[tuple[Popen[str], IO[str]]]":
    """One that waits until somebody reads what it prints, of which the pipe does not hold all."""
    reader, writer = os.pipe()
    fcntl(writer, SET_PIPE_SIZE, PIPE_BYTES)
    scan = ("scan", archive, "--format", "jsonl")
    with program.running(*scan, stdout=writer) as scanning, os.fdopen(reader) as pipe:
        os.close(writer)
        while (waiting := _waiting(pipe)) + len(printed[waiting:].partition("\n")[0]) < PIPE_BYTES:
            assert scanning.poll() is None
        yield scanning, pipe


def ids(printed: str) -> list[str]:
    return [json.loads(line)["id"] for line in printed.splitlines()]


def _waiting(pipe: "IO[str]") -> int:
    """Bytes in the pipe that nobody has read yet."""
    (found,) = struct.unpack("i", ioctl(pipe, termios.FIONREAD, bytes(4)))
    return int(found)


@pytest.mark.parametrize(
    ("archive", "how"),
    [("folder", signal.SIGINT), ("parquet", signal.SIGINT), ("folder", signal.SIGKILL), ("tar", signal.SIGKILL)],
    indirect=["archive"],
)
def test_it_goes_on(archive: str, how: signal.Signals, bare_program: Program) -> None:
    """What was printed is not lost, and of it at most the stretch that was being printed comes again."""
    printed = bare_program.out("scan", archive, "--format", "jsonl")
    whole = ids(printed)
    with stuck(bare_program, archive, printed) as (scanning, pipe):
        scanning.send_signal(how)
        ended = bare_program.wait(scanning)
        read = pipe.read()
    is_asked = how == signal.SIGINT
    said = "flightwatch: interrupted; the same command goes on where it was\n" if is_asked else ""
    assert (ended.returncode, ended.stderr) == (130 if is_asked else -how, said)
    told = ids(read.rpartition("\n")[0])
    assert told == whole[: len(told)]
    assert len(told) < len(whole)
    after = ids(bare_program.run("scan", archive, "--format", "jsonl").stdout)
    assert after == whole[-len(after) :]
    assert len(told) + len(after) >= len(whole)
