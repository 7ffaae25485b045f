"""Tars as they are and as nobody should make them: what lies where, in bounded memory, and no name is ever a path."""

import io
import tarfile
import tracemalloc

import pytest
from archive_rows import as_tar

from flightwatch.archives.files import Member
from flightwatch.archives.tars import CUT, MOST_HEADER_BYTES, Named, members, trace_icao24
from flightwatch.errors import BadAnswer

FILES = {"./traces/1f/trace_full_15521f.json": b"x" * 700, "/etc/../" + "n" * 300: b"", "c": b"y"}


def found(tar: bytes) -> list[Named]:
    return list(members(io.BytesIO(tar)))


def header(kind: bytes, size: int, name: str = "odd") -> bytes:
    """Make a header that says of its member what it likes."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def test_where_each_file_lies() -> None:
    """Links, devices, pipes and folders are passed over."""
    odd = []
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
        info = tarfile.TarInfo("trace_full_15521f.json")
        info.type, info.linkname = kind, "/etc/passwd"
        odd.append(info)
    tar = as_tar(FILES, *odd)
    each = found(tar)
    assert [one.name for one in each] == list(FILES)
    assert [tar[one.member.offset :][: one.member.size] for one in each] == list(FILES.values())


def test_a_tar_that_is_cut_short() -> None:
    """Within a member, between two, or before its end: what is whole is given, and then that it is cut is said."""
    tar = as_tar({"a": b"x" * 512, "b": b"y" * 512})
    for length, whole in ((1024 + 512 + 100, 1), (1024, 1), (1024 + 100, 1), (2048, 2), (512 + 100, 0), (100, 0)):
        given = list[str]()
        with pytest.raises(BadAnswer) as caught:
            given.extend(each.name for each in members(io.BytesIO(tar[:length])))
        assert (given, str(caught.value)) == (["a", "b"][:whole], CUT)


def test_a_tar_that_is_damaged_in_the_middle() -> None:
    tar = bytearray(as_tar({"a": b"x" * 512, "b": b"y" * 512}))
    tar[1024 + 3] ^= 1
    with pytest.raises(BadAnswer):
        found(bytes(tar))


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE])
@pytest.mark.parametrize("size", [MOST_HEADER_BYTES + 1, 8**11 - 1, 2**62])
def test_headers_that_claim_too_much(kind: bytes, size: int) -> None:
    """Memory is not taken for what a header says that there is."""
    file = io.BytesIO(header(kind, size) + b"\0" * 4 * MOST_HEADER_BYTES)
    tracemalloc.start()
    with pytest.raises(BadAnswer):
        list(members(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * MOST_HEADER_BYTES


def test_headers_without_end() -> None:
    """A long name for a long name for a long name."""
    with pytest.raises(BadAnswer):
        found((header(tarfile.GNUTYPE_LONGNAME, 1) + b"a".ljust(512, b"\0")) * 5_000)


def test_many_members_take_no_memory() -> None:
    tar = header(tarfile.REGTYPE, 0) * 20_000 + b"\0" * 1024
    file = io.BytesIO(tar)
    tracemalloc.start()
    assert sum(1 for _ in members(file)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


@pytest.mark.parametrize(
    ("name", "icao24"),
    [
        ("./traces/1f/trace_full_15521f.json", "15521f"),
        ("trace_full_15521f.json.gz", "15521f"),
        ("./traces/1f/trace_full_~15521f.json", None),
        ("trace_full_15521F.json", None),
        ("trace_recent_15521f.json", None),
        ("a\nb/trace_full_15521f.json", "15521f"),
        ("trace_full_15521f.json/x", None),
    ],
)
def test_whose_trace_a_name_says(name: str, icao24: str | None) -> None:
    assert trace_icao24(name) == icao24


def test_members_know_their_place() -> None:
    assert found(as_tar({"a": b"xyz"})) == [Named("a", Member(512, 3))]
