"""A folder that is published: each file is put in its place whole, and a reader never sees half of one.

A file is written beside its place, brought to the disk, and renamed. Files that are as they were keep their time. What is
flightwatch's own there a list tells, `MANIFEST`; what is not is never changed nor taken away, and a folder that holds anything
else and no such list is refused. Links in the folder are not followed: a name that is one is replaced.
"""

import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.errors import DeliveryError, UsageError

MANIFEST: Final = ".flightwatch.json"
LOCK: Final = ".flightwatch.lock"

_DRAFT: Final = ".flightwatch-draft-"
_DRAFT_FORM: Final = re.compile(re.escape(_DRAFT) + r"[0-9a-f]{16}")
_NAME_FORM: Final = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z]+")
"""A name that is safe on any file system, and leads nowhere else."""


class File(Struct, frozen=True):
    """A file to publish."""

    name: str
    """As `_NAME_FORM` has it."""
    make: Callable[[], bytes]
    key: str = ""
    """Tells what it is made from: where that is as it was before, it is not made again. Empty: it always is."""


class _Kept(Struct, frozen=True, omit_defaults=True):
    """A file that was put into the folder."""

    digest: str = ""
    """SHA-256 of what it holds; empty: it was about to be written."""
    key: str = ""


class _Manifest(Struct, frozen=True):
    """What is flightwatch's own in a folder."""

    id: str
    """Tells this folder's feeds from all others."""
    files: dict[str, _Kept]


def open_folder(to: Path) -> str:
    """Make the folder, or look whether it is ours; return the id by which its feeds are known.

    Raises `UsageError` where it is not ours or cannot be, `DeliveryError` where the system refuses.
    """
    with _told(to):
        try:
            to.mkdir()
        except FileExistsError:
            if not to.is_dir():
                raise UsageError(f"{to}: is a file, not a folder: name a folder to publish in") from None
        except FileNotFoundError:
            raise DeliveryError(f"{to.parent}: no such folder; make it, or publish elsewhere") from None
        manifest = _read(to)
        if manifest is None:
            manifest = _Manifest(token_hex(16), {})
            _put(to, MANIFEST, msgspec.json.encode(manifest))
    return manifest.id


def probe(to: Path) -> None:
    """Try whether a folder can be published in. Raises `DeliveryError` where it cannot."""
    try:
        open_folder(to)
    except UsageError as error:
        raise DeliveryError(str(error)) from None
    with _told(to):
        draft = to / f"{_DRAFT}{token_hex(8)}"
        draft.touch(exist_ok=False)
        draft.unlink()


def put(to: Path, files: Sequence[File], progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Put these files into a folder that `open_folder` opened, in their order, and take away those that are no more among them.

    Return how many were written. Raises as `open_folder` does; what was written until then stays.
    """
    with _told(to):
        manifest = _read(to)
        if manifest is None:
            raise DeliveryError(f"{to}: {MANIFEST} was taken away meanwhile; it is published anew the next time")
        for left in [path for path in to.iterdir() if _DRAFT_FORM.fullmatch(path.name)]:  # of a run that was killed
            left.unlink(missing_ok=True)
        before, names = manifest.files, {file.name for file in files}
        for name in sorted(names - before.keys()):
            if os.path.lexists(to / name):
                raise UsageError(f"{to / name}: is not flightwatch's own: move it away, or publish in another folder")
        _keep(to, manifest, {name: before.get(name, _Kept()) for name in sorted(names | before.keys())})
        after, written = dict[str, _Kept](), 0
        for number, file in enumerate(files, 1):
            after[file.name], is_new = _updated(to, file, before.get(file.name, _Kept()))
            written += is_new
            progress(number, len(files))
        for name in sorted(before.keys() - names):
            (to / name).unlink(missing_ok=True)
        _keep(to, manifest, {name: after[name] for name in sorted(after)})
        _flush_folder(to)
    return written


def _updated(to: Path, file: File, before: _Kept) -> tuple[_Kept, bool]:
    """Put a file there unless it is there as it should be; return what to keep of it, and whether it was written."""
    there = _digest_of(to / file.name)
    if file.key and (file.key, there) == (before.key, before.digest):
        return before, False
    data = file.make()
    digest = sha256(data).hexdigest()
    if digest != there:
        _put(to, file.name, data)
    return _Kept(digest, file.key), digest != there


def _digest_of(path: Path) -> str:
    """SHA-256 of a file; empty where none is there, or what is there is a link, a folder or a device."""
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return ""
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        return ""
    with os.fdopen(opened, "rb") as file:
        return sha256(file.read()).hexdigest()


def _put(to: Path, name: str, data: bytes) -> None:
    """Write a file beside its place, bring it to the disk, then put it there, readable as the user's mask has it."""
    draft = to / f"{_DRAFT}{token_hex(8)}"
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(opened)
        draft.replace(to / name)
    except BaseException as error:
        draft.unlink(missing_ok=True)
        if isinstance(error, IsADirectoryError):
            raise UsageError(f"{to / name}: is a folder, where a file is to be published: take it away") from error
        raise


def _keep(to: Path, manifest: _Manifest, files: Mapping[str, _Kept]) -> None:
    if files != manifest.files or _read(to) != manifest:
        _put(to, MANIFEST, msgspec.json.format(msgspec.json.encode(_Manifest(manifest.id, dict(files))), indent=1))


def _read(to: Path) -> _Manifest | None:
    """What is ours in a folder; None: it is empty. Raises `UsageError` where it holds something else, or what is no manifest."""
    path = to / MANIFEST
    if path.is_symlink() or not path.is_file():
        if any(each.name != LOCK and not _DRAFT_FORM.fullmatch(each.name) for each in to.iterdir()):
            raise UsageError(
                f"{to}: is not empty, and flightwatch did not publish there: name a new or an empty folder"
            )
        return None
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Manifest)
    except msgspec.MsgspecError:
        found = None
    if found is None or not all(map(_NAME_FORM.fullmatch, found.files)):
        raise UsageError(f"{path}: is damaged, so nobody knows what is flightwatch's own: publish in another folder")
    return found


def _flush_folder(to: Path) -> None:
    """Bring the names to the disk, where the system can."""
    if os.name == "nt":
        return
    opened = os.open(to, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _told(to: Path) -> Iterator[None]:
    """Tell what the system refuses. Raises `DeliveryError`."""
    try:
        yield
    except OSError as error:
        raise DeliveryError(
            f"{to}: cannot be published in: {error.strerror or error}; check its rights and the room on its disk"
        ) from error
