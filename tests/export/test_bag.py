"""Bags in zip files: the same bytes everywhere, read by other programs, and no changed byte is missed."""

import io
import random
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from flightwatch.errors import NotAsSealed
from flightwatch.export.bag import (
    MANIFEST,
    MOST_BYTES,
    SEALS,
    TAG_MANIFEST,
    bagged,
    manifest,
    sealed,
    unzipped,
    zipped,
)

FILES = bagged(
    {"README.txt": "Pjöngjang\n".encode(), "events.jsonl": b'{"a":1}\n' * 40, "empty.json": b""},
    {"External-Identifier": "a2d8"},
    {"public-key.pem": b"a key\n"},
)
ZIP = zipped("evidence-a2d8", FILES)


def test_the_same_bytes_everywhere() -> None:
    """Whatever Python, system or day it is: this hash was made once."""
    assert sha256(ZIP).hexdigest() == "26ae12e4d7528ae5283e88ad491418bd6177ec6ba4fad90f082b283cff9a90b7"


def test_it_is_read_as_it_was_written() -> None:
    assert unzipped(ZIP) == ("evidence-a2d8", FILES)


def test_other_programs_read_it(tmp_path: Path) -> None:
    """Python's zipfile, and `sha256sum` in the folder that it unpacks to; the payload's size is as bag-info.txt has it."""
    with zipfile.ZipFile(io.BytesIO(ZIP)) as opened:
        assert opened.testzip() is None
        assert [(info.date_time[0], info.compress_type) for info in opened.infolist()] == [(1980, 0)] * len(FILES)
        opened.extractall(tmp_path)
    folder = tmp_path / "evidence-a2d8"
    done = subprocess.run(["sha256sum", "-c", MANIFEST, TAG_MANIFEST], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stdout.count(b": OK\n")) == (0, 7)
    assert "Payload-Oxum: 331.3\n" in (folder / "bag-info.txt").read_text()


def test_each_changed_byte_is_found() -> None:
    """Of 300 at random, and of each of the last hundred, where the directory ends."""
    chance = random.Random(17)  # noqa: S311 no secret
    places = [chance.randrange(len(ZIP)) for _ in range(300)] + [*range(len(ZIP) - 100, len(ZIP))]
    for place in places:
        changed = bytearray(ZIP)
        changed[place] ^= chance.randrange(1, 256)
        with pytest.raises(NotAsSealed):
            unzipped(bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\x05\x06" + bytes(18),
        ZIP[:-1],
        ZIP[: len(ZIP) // 2],
        ZIP + b"\n",
        b"\n" + ZIP,
        ZIP + ZIP,
        ZIP[:-2] + b"\x04\x00text",
        zipped("evidence-a2d8", {**FILES, "data/more.txt": b""}),
        zipped("evidence-a2d8", {**FILES, "more.txt": b""}),
        zipped("evidence-a2d8", {name: FILES[name] for name in FILES if name != "data/events.jsonl"}),
        zipped("evidence-a2d8", {name: FILES[name] for name in FILES if name != MANIFEST}),
        zipped("evidence-a2d8", {name: FILES[name] for name in FILES if name != TAG_MANIFEST}),
        zipped("..", FILES),
        zipped("evidence-a2d8", {**FILES, "../evil": b""}),
        zipped("evidence-a2d8", {**FILES, "/etc/evil": b""}),
        zipped("evidence-a2d8", {**FILES, "data/\x1b[2J": b""}),
        zipped("evidence-a2d8", {**FILES, **{f"data/n{n}": b"" for n in range(200)}}),
        bytes(MOST_BYTES + 1),
        b"PK\x03\x04" * 100_000,
    ],
)
def test_any_other_file_is_refused(data: bytes) -> None:
    """One that is cut, longer, holds more or less, leads out of its folder, or is no zip file at all."""
    with pytest.raises(NotAsSealed) as caught:
        unzipped(data)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_file_that_another_program_made_is_refused(method: int) -> None:
    """Its files are the same, and what stands around them is not."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as opened:
        for name, content in FILES.items():
            opened.writestr(f"evidence-a2d8/{name}", content)
    with pytest.raises(NotAsSealed):
        unzipped(packed.getvalue())


def test_two_files_of_one_name_are_refused() -> None:
    """As which of them is meant depends on who reads."""
    folder, name = b"evidence-a2d8/", b"data/empty.json"
    start = ZIP.index(b"PK\x03\x04", ZIP.index(folder + name))
    entry = ZIP[ZIP.rindex(b"PK\x03\x04", 0, start) : start]
    with pytest.raises(NotAsSealed):
        unzipped(ZIP[:start] + entry + ZIP[start:])


def test_what_changed_is_named() -> None:
    with pytest.raises(NotAsSealed, match=r"^data/README.txt: not what manifest-sha256.txt says$"):
        unzipped(ZIP.replace("Pjöngjang".encode(), b"Wladiwost" + b"o"))


def test_seals_are_of_the_tag_manifest() -> None:
    """A signature and a time stamp come last, and are hashed beside what they are of."""
    whole = sealed(FILES, {"signature.ed25519": bytes(64)})
    assert whole[SEALS] == manifest({TAG_MANIFEST: FILES[TAG_MANIFEST], "signature.ed25519": bytes(64)})
    data = zipped("evidence-a2d8", whole)
    assert unzipped(data)[1] == whole
    with pytest.raises(NotAsSealed, match=r"^signature.ed25519: not what seals-sha256.txt says$"):
        unzipped(zipped("evidence-a2d8", {**whole, "signature.ed25519": b"x" * 64}))
    assert sealed(FILES, {}) == FILES


def test_who_makes_all_hashes_anew_is_not_found_by_them() -> None:
    """As the README in each file says; a signature, or the hash of the file noted elsewhere, tells."""
    forged = bagged({"README.txt": b"forged"}, {}, {})
    assert unzipped(zipped("evidence-a2d8", forged))[1] == forged
