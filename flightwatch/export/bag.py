"""A bag (BagIt, RFC 8493) in a zip file that is the same bytes for the same files, and such a zip file read again. Pure.

Nothing is compressed: what zlib makes of a text differs from one of its versions to the next. What is read is hostile: only what
this module would write is taken, byte by byte, so that whatever was changed, in a header or between two files, is found.
"""

import re
import struct
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from flightwatch.errors import NotAsSealed

MOST_BYTES: Final = 32 * 2**20
"""Most bytes of a zip file that is read: a hundred times the largest that was made."""

MOST_FILES: Final = 100

MANIFEST: Final = "manifest-sha256.txt"
"""The hashes of the payload."""
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
"""The hashes of the files beside it."""
SEALS: Final = "seals-sha256.txt"
"""The hashes of what was made last: the signature and the time stamp, which are of the tag manifest, and of that."""

_PAYLOAD: Final = "data/"
_NAME: Final = re.compile(r"[a-z0-9-]{1,80}/(?:data/)?[A-Za-z0-9][A-Za-z0-9.-]{0,60}")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_VERSION: Final = 20
"""Of the format (APPNOTE 4.4.3): 2.0."""
_UNIX: Final = 3
"""Whose modes of files these are."""
_TIME: Final = 0
_DATE: Final = 0x21
"""1 January 1980, the first day that there is: when a bag was made does not change it."""
_MODE: Final = 0o100644 << 16


def bagged(payload: Mapping[str, bytes], info: Mapping[str, str], beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a bag by name: the ``payload``, whose names lack ``data/``, what is ``beside`` it, and the manifests.

    ``info`` goes into ``bag-info.txt``, with how much the payload is.
    """
    files = {f"{_PAYLOAD}{name}": content for name, content in payload.items()}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    lines = [f"{name}: {text}" for name, text in {**info, "Payload-Oxum": oxum}.items()]
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{line}\n" for line in lines).encode(),
        MANIFEST: manifest(files),
        **beside,
    }
    return {**files, **tags, TAG_MANIFEST: manifest(tags)}


def sealed(files: Mapping[str, bytes], seals: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with what was made of their tag manifest, and the hashes of both; the same files where there is nothing."""
    return {**files, **seals, SEALS: manifest({TAG_MANIFEST: files[TAG_MANIFEST], **seals})} if seals else {**files}


def manifest(files: Mapping[str, bytes]) -> bytes:
    """A hash and a name a line, as ``sha256sum`` writes them, and as ``sha256sum -c`` reads them."""
    return "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())).encode()


def zipped(folder: str, files: Mapping[str, bytes]) -> bytes:
    """A zip file with these files in one folder."""
    body, directory = bytearray(), bytearray()
    for name, content in sorted(files.items()):
        path, at = f"{folder}/{name}".encode(), len(body)
        common = (_TIME, _DATE, zlib.crc32(content), len(content), len(content), len(path), 0)
        body += _LOCAL.pack(*(b"PK\x03\x04", _VERSION, 0, 0), *common) + path + content
        directory += _CENTRAL.pack(
            *(b"PK\x01\x02", _UNIX << 8 | _VERSION, _VERSION, 0, 0), *common, *(0, 0, 0, _MODE, at)
        )
        directory += path
    end = (b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + _END.pack(*end))


def unzipped(data: bytes) -> tuple[str, dict[str, bytes]]:
    """The folder and the files of a zip file that `zipped` wrote. Raises `NotAsSealed` for any other."""
    if len(data) > MOST_BYTES:
        raise NotAsSealed(f"it has more than {MOST_BYTES // 2**20} MB, which no evidence has")
    found: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == b"PK\x03\x04" and len(found) <= MOST_FILES:
        if at + _LOCAL.size > len(data):
            break
        *_, size, _, name_size, _ = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size + name_size
        name = data[at + _LOCAL.size : start].decode("ascii", "replace")
        if start + size > len(data) or not _NAME.fullmatch(name) or name in found:
            break
        found[name] = data[start : start + size]
        at = start + size
    folders = {name.partition("/")[0] for name in found}
    files = {name.partition("/")[2]: content for name, content in found.items()}
    if len(folders) != 1:
        raise NotAsSealed("it is no zip file that flightwatch evidence wrote, or its first bytes are changed")
    folder = folders.pop()
    if (wrong := changed(files)) is not None:
        raise NotAsSealed(wrong)
    if zipped(folder, files) != data:
        raise NotAsSealed(
            "its files are as they were, but the zip file around them is not: bytes were changed, added or lost"
        )
    return folder, files


def changed(files: Mapping[str, bytes]) -> str | None:
    """Say which files of a bag are not what its manifests say; None: all are."""
    for name in (MANIFEST, TAG_MANIFEST):
        if name not in files:
            return f"it has no {name}: bytes were changed or lost"
    payload = {name: content for name, content in files.items() if name.startswith(_PAYLOAD)}
    listed = {line.partition("  ")[2] for line in files[TAG_MANIFEST].decode("utf-8", "replace").splitlines()}
    tags = {name: content for name, content in files.items() if name in listed}
    seals = {name: files[name] for name in files.keys() - payload.keys() - tags.keys() - {TAG_MANIFEST, SEALS}}
    manifests = {MANIFEST: payload, TAG_MANIFEST: tags}
    if seals or SEALS in files:
        manifests[SEALS] = {TAG_MANIFEST: files[TAG_MANIFEST], **seals}
    for name, covered in manifests.items():
        right = manifest(covered)
        if files.get(name) != right:
            return _differing(name, files.get(name, b""), right)
    return None


def _differing(name: str, said: bytes, right: bytes) -> str:
    lost = {*said.decode("ascii", "replace").splitlines()} ^ {*right.decode().splitlines()}
    names = sorted({each for line in lost if _NAME.fullmatch(f"x/{(each := line.partition('  ')[2])}")})
    which = " and ".join(names[:3]) if names else name
    return f"{which}: not what {name} says"
