"""Polls kept on disk: written whole or not at all, and read back whatever has happened to the file."""

import gzip
import json
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from opensky_server import TIME, row

from flightwatch.core.model import WORLD, Answered, Box, Coverage, Poll, Query, StateVector
from flightwatch.errors import StoreError, UsageError
from flightwatch.sources.recorded import Recorder, Recording
from flightwatch.sources.recorded_lines import MAX_LINE_BYTES

AT = datetime(2023, 9, 26, 1, 52, tzinfo=UTC)
WORLDWIDE = Query()
BOX = Box(38.5, 125.0, 40.0, 126.5)


def raw(time: int, *icao24s: str) -> bytes:
    return json.dumps({"time": time, "states": [row(icao24) for icao24 in icao24s] or None}).encode()


def poll(
    time: int,
    *icao24s: str,
    coverage: Coverage = WORLD,
    skipped: int = 0,
    answered: tuple[Answered, ...] | None = None,
) -> Poll:
    """Give the poll of these, as one answer about the world unless ``answered`` says else."""
    vectors = tuple(msgspec.convert(row(icao24), StateVector) for icao24 in icao24s)
    if answered is None:
        answered = (Answered(WORLDWIDE, len(icao24s) + skipped, skipped),)
    return Poll(datetime.fromtimestamp(time, UTC), vectors, coverage, skipped, answered=answered)


def read(*paths: Path) -> tuple[list[Poll], int]:
    """Give all polls, and how many lines were skipped."""
    recording = Recording(paths)
    return list(recording.polls()), recording.skipped_lines


def record(folder: Path, *times: int) -> Path:
    """Record a worldwide poll for each time, and give the file; all are of one day."""
    for time in times:
        Recorder(folder).write(raw(time, "15521f"), WORLDWIDE, f"poll {time}", AT)
    return folder / "2023-09-26.jsonl.gz"


def members(folder: Path, *times: int) -> list[bytes]:
    """Give what recording each of these times appends."""
    ends = [0, *(record(folder, time).stat().st_size for time in times)]
    whole = (folder / "2023-09-26.jsonl.gz").read_bytes()
    return [whole[start:end] for start, end in pairwise(ends)]


def test_a_recorded_line_is_the_answer_and_what_was_asked(tmp_path: Path) -> None:
    """The answer's own bytes stay as they are."""
    answer = b' {"time":1695693120, "states" : null , "new":1.50}\n'
    Recorder(tmp_path).write(answer, Query(icao24s=("15521f", "7278a5")), "p1", AT)
    Recorder(tmp_path).write(answer, Query(box=BOX), "p1", AT)
    assert gzip.decompress((tmp_path / "2023-09-26.jsonl.gz").read_bytes()) == (
        b'{"asked": {"poll":"p1","icao24":["15521f","7278a5"],"box":null}, '
        b'"time":1695693120, "states" : null , "new":1.50}\n'
        b'{"asked": {"poll":"p1","icao24":[],"box":[38.5,125.0,40.0,126.5]}, '
        b'"time":1695693120, "states" : null , "new":1.50}\n'
    )


def test_an_answer_of_many_lines_becomes_one(tmp_path: Path) -> None:
    pretty = json.dumps(json.loads(raw(TIME, "15521f", "7278a5")), indent=1).replace("\n", "\r\n").encode()
    Recorder(tmp_path).write(b"\xef\xbb\xbf" + pretty, WORLDWIDE, "p1", AT)
    assert gzip.decompress((tmp_path / "2023-09-26.jsonl.gz").read_bytes()).count(b"\n") == 1
    assert read(tmp_path) == ([poll(TIME, "15521f", "7278a5")], 0)


def test_the_day_is_the_utc_day(tmp_path: Path) -> None:
    seoul = timezone(timedelta(hours=9))
    for at in (datetime(2023, 9, 27, 8, 59, tzinfo=seoul), datetime(2023, 9, 27, 9, 0, tzinfo=seoul)):
        Recorder(tmp_path).write(raw(TIME), WORLDWIDE, "p1", at)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["2023-09-26.jsonl.gz", "2023-09-27.jsonl.gz"]


def test_recordings_are_private(tmp_path: Path) -> None:
    """They tell whom a newsroom watches."""
    folder = tmp_path / "new" / "records"
    file = record(folder, TIME)
    assert (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)


def test_the_same_polls_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = record(tmp_path / "a", TIME, TIME + 60), record(tmp_path / "b", TIME, TIME + 60)
    assert first.read_bytes() == second.read_bytes()


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Make the system end writes at this size, as it does on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 10])
def test_a_full_disk_leaves_nothing_of_the_poll_behind(tmp_path: Path, room: int) -> None:
    """Tell whether not a byte fitted or some did; and recording goes on when there is room again."""
    file = record(tmp_path, TIME)
    before = file.read_bytes()
    with no_file_beyond(len(before) + room), pytest.raises(StoreError) as caught:
        record(tmp_path, TIME + 60)
    assert str(caught.value).startswith(f"cannot record to {file}: ")
    assert str(caught.value).isprintable()
    assert file.read_bytes() == before

    record(tmp_path, TIME + 120)
    assert read(tmp_path) == ([poll(TIME, "15521f"), poll(TIME + 120, "15521f")], 0)


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(StoreError) as caught:
        record(tmp_path / "taken", TIME)
    assert str(caught.value) == (
        f"cannot record to {tmp_path}/taken/2023-09-26.jsonl.gz: {tmp_path}/taken is a file, not a folder; choose another "
        "folder or make room"
    )


def test_lines_of_one_poll_are_merged(tmp_path: Path) -> None:
    """Neighbours only: an identifier that comes again later is another poll."""
    recorder = Recorder(tmp_path)
    recorder.write(raw(TIME, "15521f"), Query(icao24s=("15521F", "7278a5")), "p1", AT)
    recorder.write(raw(TIME + 1, "aaaaaa", "15521f"), Query(box=BOX), "p1", AT)
    recorder.write(raw(TIME + 60), WORLDWIDE, "p2", AT)
    recorder.write(raw(TIME + 90), WORLDWIDE, "p1", AT)
    asked = Coverage(icao24s=frozenset({"15521f", "7278a5"}), boxes=(BOX,))
    answered = (Answered(Query(icao24s=("15521f", "7278a5")), 1), Answered(Query(box=BOX), 2))
    assert read(tmp_path) == (
        [poll(TIME + 1, "15521f", "aaaaaa", coverage=asked, answered=answered), poll(TIME + 60), poll(TIME + 90)],
        0,
    )


@pytest.mark.parametrize("name", ["polls.jsonl", "polls.jsonl.gz"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\r\n"])
def test_plain_answers_are_polls_of_the_world(tmp_path: Path, name: str, end: bytes) -> None:
    """One a line, as anyone may have kept them; blank lines say nothing, and the last may lack its end."""
    lines = b"\n\n  \n" + raw(TIME, "15521f") + b"\r\n" + raw(TIME + 60) + end
    (tmp_path / name).write_bytes(gzip.compress(lines) if name.endswith(".gz") else lines)
    assert read(tmp_path / name) == ([poll(TIME, "15521f"), poll(TIME + 60)], 0)


def test_lines_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    """Rows that do not fit are counted in their poll; what was asked must be clear, or silence would mislead."""
    lines = [
        b"<html>",
        raw(TIME, "15521f", "15521g"),
        b'{"time": 1, "sta',
        b'{"asked": {"icao24": ["15521f"]}, "time": 1, "states": null}',
        b'{"asked": "everything", "time": 1, "states": null}',
        b"[" * 100_000,
        raw(TIME + 60),
    ]
    (tmp_path / "polls.jsonl").write_bytes(b"\n".join(lines))
    assert read(tmp_path) == ([poll(TIME, "15521f", skipped=1), poll(TIME + 60)], 5)


def test_a_folder_is_read_by_name_and_paths_in_their_order(tmp_path: Path) -> None:
    """Other files in a folder are nobody's business."""
    folder = tmp_path / "folder"
    (folder / "directory.jsonl").mkdir(parents=True)
    (folder / "2.jsonl").write_bytes(raw(TIME + 2))
    (folder / "1.jsonl.gz").write_bytes(gzip.compress(raw(TIME + 1)))
    (folder / "notes.txt").write_text("not polls")
    (tmp_path / "0.jsonl").write_bytes(raw(TIME))
    expected = [poll(TIME + 1), poll(TIME + 2), poll(TIME)]
    assert read(folder, tmp_path / "0.jsonl") == (expected, 0)


def test_reading_again_counts_anew(tmp_path: Path) -> None:
    (tmp_path / "polls.jsonl").write_bytes(b"bad\n" + raw(TIME))
    recording = Recording([tmp_path])
    assert [list(recording.polls()), list(recording.polls())] == [[poll(TIME)]] * 2
    assert recording.skipped_lines == 1


def test_a_line_that_is_too_long_is_skipped(tmp_path: Path) -> None:
    """In the middle or at the end, and without holding it all."""
    blanks = b" " * (MAX_LINE_BYTES + 1)
    lines = b"\n".join([raw(TIME), raw(TIME + 1) + blanks, raw(TIME + 2), raw(TIME + 3) + blanks])
    (tmp_path / "polls.jsonl.gz").write_bytes(gzip.compress(lines, 1))
    assert read(tmp_path) == ([poll(TIME), poll(TIME + 2)], 2)


def test_members_may_break_lines_anywhere(tmp_path: Path) -> None:
    """As parallel compressors write them; an empty member is one too."""
    lines = raw(TIME, "15521f") + b"\n" + raw(TIME + 60) + b"\n"
    parts = [lines[:10], lines[10:40], b"", lines[40:]]
    (tmp_path / "polls.jsonl.gz").write_bytes(b"".join(map(gzip.compress, parts)))
    assert read(tmp_path) == ([poll(TIME, "15521f"), poll(TIME + 60)], 0)


@pytest.mark.parametrize("kept", [1, 2, 3, 9, 10, 11, 60, -9, -8, -1])
def test_a_power_cut_costs_one_line(tmp_path: Path, kept: int) -> None:
    """However much of it reached the disk: recording goes on behind it, and the reader finds its place."""
    first, cut, last = members(tmp_path, TIME, TIME + 60, TIME + 120)
    file = tmp_path / "2023-09-26.jsonl.gz"
    file.write_bytes(first + cut[:kept] + last)
    assert read(tmp_path) == ([poll(TIME, "15521f"), poll(TIME + 120, "15521f")], 1)
    file.write_bytes(first + cut[:kept])
    assert read(tmp_path) == ([poll(TIME, "15521f")], 1)
    file.write_bytes(cut[:kept] + last)
    assert read(tmp_path) == ([poll(TIME + 120, "15521f")], 1)


def test_blocks_of_zeros_cost_no_line(tmp_path: Path) -> None:
    """Some file systems leave them after a power cut; each such stretch is counted once."""
    first, last = members(tmp_path, TIME, TIME + 60)
    (tmp_path / "2023-09-26.jsonl.gz").write_bytes(bytes(4096) + first + bytes(200_000) + last)
    assert read(tmp_path) == ([poll(TIME, "15521f"), poll(TIME + 60, "15521f")], 2)


@given(st.data())
def test_a_flipped_byte_never_becomes_a_report(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """The checksum is looked at before the line is believed: each poll comes as it was, or not at all."""
    folder = tmp_path_factory.mktemp("flipped")
    times = [TIME, TIME + 60, TIME + 120]
    file = record(folder, *times)
    damaged = bytearray(file.read_bytes())
    damaged[data.draw(st.integers(0, len(damaged) - 1), "position")] ^= data.draw(st.integers(1, 255), "flip")
    file.write_bytes(damaged)
    polls, skipped = read(folder)
    whole = [poll(time, "15521f") for time in times]
    assert [each for each in whole if each in polls] == polls
    assert len(polls) >= 2
    assert len(polls) + skipped >= 3


def test_a_long_recording_cut_short(tmp_path: Path) -> None:
    """All of a foreign file's lines but those near the cut are read."""
    lines = b"".join(raw(TIME + n, f"{n * 7919:06x}") + b"\n" for n in range(3000))
    whole = gzip.compress(lines)
    (tmp_path / "polls.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    polls, skipped = read(tmp_path)
    assert polls == [poll(TIME + n, f"{n * 7919:06x}") for n in range(len(polls))]
    assert (len(polls) > 1000, skipped) == (True, 1)


def test_an_empty_file_holds_no_polls(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    (tmp_path / "b.jsonl.gz").touch()
    assert read(tmp_path) == ([], 0)


def test_what_is_no_recording(tmp_path: Path) -> None:
    """It is said in one line, before anything is read where that can be known."""
    csv = tmp_path / "polls.csv"
    csv.touch()
    advice = "name a *.jsonl or *.jsonl.gz file, a trace_full_*.json of readsb's, or a folder of them"
    for path, message in (
        (csv, f"{csv} is no recording; {advice}"),
        (tmp_path, f"{tmp_path} is no recording; {advice}"),
        (
            tmp_path / "missing.jsonl",
            f"cannot read {tmp_path}/missing.jsonl: No such file or directory; check the name and its permissions",
        ),
    ):
        with pytest.raises(UsageError) as caught:
            Recording([path])
        assert str(caught.value) == message


def test_plain_text_called_gz(tmp_path: Path) -> None:
    file = tmp_path / "polls.jsonl.gz"
    file.write_bytes(raw(TIME))
    with pytest.raises(UsageError) as caught:
        read(file)
    assert str(caught.value) == f"{file} is not gzip; name a recording, or take .gz off its name if it is plain text"


def test_a_file_that_vanishes_before_it_is_read(tmp_path: Path) -> None:
    file = record(tmp_path, TIME)
    recording = Recording([tmp_path])
    file.unlink()
    with pytest.raises(UsageError) as caught:
        list(recording.polls())
    assert str(caught.value) == (f"cannot read {file}: No such file or directory; check the name and its permissions")


def test_no_link_is_followed_and_no_pipe_is_waited_for(tmp_path: Path) -> None:
    """What somebody else laid where the day's file will be is told, and what it leads to stays as it is."""
    day, other = tmp_path / "2023-09-26.jsonl.gz", tmp_path / "other"
    other.write_text("mine")
    for said in ("it is a link", "No such device"):
        if said == "it is a link":
            day.symlink_to(other)
        else:
            os.mkfifo(day)
        with pytest.raises(StoreError) as caught:
            Recorder(tmp_path).write(b'{"time":1,"states":null}', Query(), "1", AT)
        assert said in str(caught.value)
        assert "choose another folder" in str(caught.value)
        day.unlink()
    assert other.read_text() == "mine"


def test_a_pipe_is_no_recording(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "polls.jsonl")
    with pytest.raises(UsageError) as caught:
        Recording([tmp_path / "polls.jsonl"])
    assert str(caught.value).endswith(
        "is a pipe or a device, not a recording; save what it gives as a file and name that"
    )


def test_many_small_members_are_read_in_one_go(tmp_path: Path) -> None:
    """Not each with the 64 kB behind it: that took a second a thousand."""
    path = tmp_path / "polls.jsonl.gz"
    path.write_bytes(gzip.compress(b"") * 100_000 + gzip.compress(b'{"time":1700000000,"states":null}\n') * 1000)
    recording = Recording([path])
    assert (sum(1 for _ in recording.polls()), recording.skipped_lines) == (1000, 0)
