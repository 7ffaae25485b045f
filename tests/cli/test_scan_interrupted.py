"""The command scan, stopped in the middle of what it prints: by Ctrl-C it says nothing odd, and it always goes on."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import fcntl
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
def stuck(program: Program, *words: str) -> "Iterator[tuple[Popen[str], IO[str]]]":
    """One that has printed a line, and cannot print all."""
    reader, writer = os.pipe()
    fcntl(writer, SET_PIPE_SIZE, 4096)
    with program.running("scan", *words, "--format", "jsonl", stdout=writer) as scanning, os.fdopen(reader) as lines:
        os.close(writer)
        yield scanning, lines


def ids(printed: str) -> list[str]:
    return [json.loads(line)["id"] for line in printed.splitlines()]


@pytest.mark.parametrize(
    ("archive", "how"),
    [("folder", signal.SIGINT), ("parquet", signal.SIGINT), ("folder", signal.SIGKILL), ("tar", signal.SIGKILL)],
    indirect=["archive"],
)
def test_it_goes_on(archive: str, how: signal.Signals, bare_program: Program) -> None:
    """What was printed is not lost, and of it at most the stretch that was being printed comes again."""
    whole = ids(bare_program.out("scan", archive, "--format", "jsonl"))
    with stuck(bare_program, archive) as (scanning, lines):
        first = lines.readline()
        scanning.send_signal(how)
        ended = bare_program.wait(scanning)
        rest = lines.read()
    is_asked = how == signal.SIGINT
    said = "flightwatch: interrupted; the same command goes on where it was\n" if is_asked else ""
    assert (ended.returncode, ended.stderr) == (130 if is_asked else -how, said)
    told = [json.loads(first)["id"], *ids(rest.rpartition("\n")[0])]
    assert told == whole[: len(told)]
    assert len(told) < len(whole)
    after = ids(bare_program.run("scan", archive, "--format", "jsonl").stdout)
    assert after == whole[-len(after) :]
    assert len(told) + len(after) >= len(whole)
