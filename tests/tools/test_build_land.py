"""The outlines of the land, taken from the package that has them and read again."""

import gzip
import io
import tarfile
from pathlib import Path

import msgspec
import pytest
from build_land import FILES, main, take_outlines

from flightwatch.core.points import Detail
from flightwatch.errors import BadAnswer
from flightwatch.storage.land import load_land


def package(path: Path, files: dict[str, bytes]) -> Path:
    """Write an archive as npm does."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_the_outlines_are_taken_as_they_are(tmp_path: Path) -> None:
    archive = package(tmp_path / "world-atlas.tgz", {name: name.encode() for name in (*FILES, "package.json")})
    assert main([str(archive), str(tmp_path)]) == 0
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.gz")}
    assert written == take_outlines(archive)
    assert {name: gzip.decompress(content).decode() for name, content in written.items()} == {
        f"{n}.gz": n for n in FILES
    }


@pytest.mark.parametrize("files", [None, {"package.json": b"{}"}])
def test_what_is_no_such_package(tmp_path: Path, files: dict[str, bytes] | None) -> None:
    archive = tmp_path / "other.tgz"
    archive.write_bytes(b"no archive")
    if files is not None:
        package(archive, files)
    with pytest.raises(BadAnswer, match=r"other\.tgz is not the npm package world-atlas \(.*\): npm pack world-atlas$"):
        take_outlines(archive)


@pytest.mark.parametrize(("detail", "outlines"), [("110m", 100), ("50m", 1000)])
def test_what_ships_is_land(detail: Detail, outlines: int) -> None:
    """A topology of one object, of so many coasts at least, round the whole earth."""
    land = msgspec.json.decode(load_land(detail))
    assert [*land["objects"]] == ["land"]
    assert len(land["arcs"]) > outlines
    west, south, east, north = land["bbox"]
    assert (round(west), round(east)) == (-180, 180)
    assert south < -85
    assert north > 83
