"""What files of an archive are: by what they hold, whatever they are called; and what is said of those that are none."""

import json
import os
from pathlib import Path

import pytest
from archive_rows import archive_row, as_avro, as_csv, as_tar, write_parquet, zipped
from state_vectors import NOON, report

from flightwatch.archives.files import ArchiveFile, BadFile, Form
from flightwatch.archives.kinds import told
from flightwatch.errors import UsageError

RECORDED = Path(__file__).parents[1] / "recorded"
TRACE = RECORDED / "traces" / "trace_full_ac671b.json.gz"
ROWS = [archive_row(report(NOON), NOON)]
POLLS = json.dumps({"time": NOON, "states": None}).encode() + b"\n"

HELD: dict[str, tuple[Form, bytes]] = {
    "csv": ("csv", as_csv(ROWS)),
    "csv, gzip": ("csv", zipped(as_csv(ROWS))),
    "avro": ("avro", as_avro(ROWS)),
    "trace": ("trace", TRACE.read_bytes()),
    "tar": ("tar", as_tar({"./README": b"", "./traces/6b/trace_full_ac671b.json": TRACE.read_bytes()})),
    "polls": ("polls", POLLS),
    "polls, gzip": ("polls", zipped(POLLS)),
}


@pytest.mark.parametrize("name", HELD)
def test_forms_are_told_by_what_they_hold(name: str, tmp_path: Path) -> None:
    form, held = HELD[name]
    path = tmp_path / "states.parquet"
    path.write_bytes(held)
    assert told([str(path)]).files == (ArchiveFile(str(path), form),)


def test_parquets_are_told_by_their_columns(tmp_path: Path) -> None:
    """Those of OpenSky's are everybody at one time; those of readsb's rows are days of single airframes."""
    states = write_parquet(tmp_path / "states", ROWS)
    days = write_parquet(tmp_path / "days", [{"hex": "15521f", "ts": NOON}])
    assert told([str(states)]).files == (ArchiveFile(str(states), "parquet"),)
    assert told([str(days)]).files == (ArchiveFile(str(days), "readsb days"),)
    assert (told([str(states)]).kind, told([str(days)]).kind) == ("vectors", "traces")


def test_folders_are_walked(tmp_path: Path) -> None:
    """In the order of their paths; what does not pass for an archive is nobody's business, what does is named."""
    held = {
        "2024/b.csv": as_csv(ROWS),
        "2024/a.csv.gz": zipped(as_csv(ROWS)),
        "2023/z.avro": as_avro(ROWS),
        "2024/LICENSE.txt": b"Yours.",
        "manifest_2024-03-01.json": b"{}",
        "2024/odd.parquet": b"<html><body>404</body></html>",
        "2024/none.csv": b"",
    }
    for name, content in held.items():
        (path := tmp_path / name).parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.csv")
    found = told([str(tmp_path)])
    assert [file.name for file in found.files] == [
        str(tmp_path / name) for name in ("2023/z.avro", "2024/a.csv.gz", "2024/b.csv")
    ]
    assert found.bad == (
        BadFile(str(tmp_path / "2024/none.csv"), "it is empty; fetch it again, or leave it out"),
        BadFile(
            str(tmp_path / "2024/odd.parquet"),
            "it is no archive but HTML (first characters: <html><body>404</body></html>); fetch it again, or leave it out. "
            "Read are: Parquet, CSV or Avro of state vectors, traces of readsb's, a tar of them, or recorded polls",
        ),
    )


def test_patterns_and_parts(tmp_path: Path) -> None:
    """Parts of a tar that was split are one file, wherever they are named."""
    tar = HELD["tar"][1]
    for number, part in enumerate(("aa", "ab", "ac")):
        (tmp_path / f"day.tar.{part}").write_bytes(tar[number * 10_000 : (number + 1) * 10_000 if number < 2 else None])
    parts = tuple(str(tmp_path / f"day.tar.{part}") for part in ("aa", "ab", "ac"))
    whole = (ArchiveFile(parts[0], "tar", parts),)
    assert told([str(tmp_path / "*.tar.*")]).files == told([str(tmp_path)]).files == told(parts).files == whole
    with pytest.raises(UsageError, match=r"day\.tar\.ab: it is no archive but"):
        told([parts[1]])


@pytest.mark.parametrize(
    ("name", "held", "said"),
    [
        ("a.csv", b"", "{path}: it is empty; fetch it again, or leave it out"),
        (
            "a.gz",
            b"\x1f\x8b\x08\xff\xff\xff\xff" * 9,
            "{path}: it is gzip that is damaged; fetch it again, or leave it out",
        ),
        ("a.parquet", b"PAR1" * 9, "{path}: it cannot be read ("),
        (
            "a.tar.gz",
            zipped(HELD["tar"][1]),
            "{path}: it is a compressed tar; decompress it (gunzip), as a tar is read where it lies",
        ),
        (
            "a.tar",
            as_tar({"a": b"b"}),
            "{path}: it is a tar that holds neither traces nor tables of state vectors; unpack it",
        ),
        (
            "a.csv",
            b"\x1b[2J\0\0",
            "{path}: it is no archive but something else (first characters: [2J); fetch it again",
        ),
    ],
)
def test_what_is_no_archive(name: str, held: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(held)
    with pytest.raises(UsageError) as caught:
        told([str(path)])
    assert str(caught.value).startswith(said.format(path=path))
    assert str(caught.value).isprintable()


def test_nothing_to_scan(tmp_path: Path) -> None:
    """Each is wrong usage: a folder that is empty, a pattern without a match, what is not there, a pipe, an odd address."""
    os.mkfifo(tmp_path / "pipe")
    (empty := tmp_path / "empty").mkdir()
    for name, said in (
        (empty, f"{empty} holds no archive; name Parquet, CSV or Avro of state vectors, traces of readsb's, "),
        (tmp_path / "*.csv", f"no file is named like {tmp_path / '*.csv'}; check the pattern and the folder"),
        (
            tmp_path / "gone",
            f"cannot read {tmp_path / 'gone'}: No such file or directory; check the name and its permissions",
        ),
        (tmp_path / "pipe", f"{tmp_path / 'pipe'} is a pipe or a device, not an archive; save what it gives as a file"),
        (
            "s3://bucket/day.tar",
            "s3://bucket/day.tar: of addresses, those of *.parquet and *.csv files are read in place",
        ),
    ):
        with pytest.raises(UsageError) as caught:
            told([str(name)])
        assert str(caught.value).startswith(said)


def test_kinds_do_not_mix(tmp_path: Path) -> None:
    (states := tmp_path / "states").write_bytes(as_csv(ROWS))
    with pytest.raises(UsageError) as caught:
        told([str(states), str(TRACE)])
    assert str(caught.value) == (
        f"{states} holds state vectors and {TRACE} traces; name one kind, and the other in another run"
    )
