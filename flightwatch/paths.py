"""Where flightwatch's own files are on this machine."""

import os
import sys
from collections.abc import Callable
from errno import ELOOP, ENOTDIR, EPERM
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path

from flightwatch.errors import UsageError

NAME = "flightwatch"
FILE = "flightwatch.db"

MOST_LINKS = 40
"""Most links that lead to one another: Linux follows no more."""

_NO_HOME = "this user has no home folder (HOME is not set, and the system knows none)"


def find_watchlist(given: Path | None) -> Path:
    """The watchlist to use: the one given, ``./watchlist.yaml``, or the one in the user's config folder.

    Raises `UsageError` when none is given and none is there, or nobody may look.
    """
    if given is not None:
        return given
    folder = _own(user_config_path)
    usual = [Path("watchlist.yaml"), *([] if folder is None else [folder / "watchlist.yaml"])]
    try:
        for path in usual:
            if path.exists():
                return path
    except PermissionError as error:
        raise UsageError(f"{error.filename}: {error.strerror}; name a watchlist with --watchlist") from error
    if folder is None:
        raise UsageError(f"no watchlist: there is no ./watchlist.yaml, and {_NO_HOME}; name one with --watchlist")
    raise UsageError(f"no watchlist: there is no ./watchlist.yaml and no {usual[-1]}; make one with: flightwatch init")


def lasting_name(watchlist: Path) -> str | None:
    """The absolute path of a watchlist's file; None for what is no file, as a pipe is another at each poll.

    A ``..`` is followed, so that one file has one name. Links keep theirs: they may lead elsewhere tomorrow.
    """
    if not watchlist.is_file():
        return None
    path = watchlist.absolute()
    if ".." in path.parts:
        path = path.parent.resolve() / path.name
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def find_database(given: Path | None) -> Path:
    """The database to use: the one given, or ``flightwatch.db`` in ``$STATE_DIRECTORY`` or in the user's data folder.

    Raises `UsageError` for a folder, and where nothing is given and the user has no home.
    """
    if given is not None:
        if given.is_dir():
            raise UsageError(f"{given}: is a folder, not a database; name a file in it: --db {given / FILE}")
        return given
    if (state := environment("STATE_DIRECTORY")) is not None:  # systemd's, several with colons between them
        return Path(state.partition(":")[0]) / FILE
    folder = _own(user_data_path)
    if folder is None:
        raise UsageError(f"no place for the database: {_NO_HOME}; name a file with --db or FLIGHTWATCH_DB")
    return folder / FILE


def find_cache() -> Path | None:
    """The folder for tables that can be fetched again: ``$FLIGHTWATCH_CACHE``, or the user's cache folder.

    None where the user has no home: then there is no cache.
    """
    given = environment("FLIGHTWATCH_CACHE")
    return Path(given) if given is not None else _own(user_cache_path)


def _own(folder_of: Callable[[str], Path]) -> Path | None:
    """The user's folder of a kind; None where the user has no home: older platformdirs leave a ``~`` then."""
    try:
        folder = folder_of(NAME)
    except RuntimeError:
        return None
    return None if folder.parts[0] == "~" else folder


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user only: `Path.mkdir` gives its mode to the last.

    Raises `OSError`, of which `NotADirectoryError` says that one of them is a file.
    """
    for missing in (*reversed(folder.parents), folder):
        try:
            missing.mkdir(mode=0o700, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(ENOTDIR, f"{missing} is a file, not a folder", str(folder)) from error


def refuse_link_of_another(path: Path) -> None:
    """Raise `PermissionError` where a name is a link that another user laid: who writes there would write where that one likes.

    Links of this user's own, and the system's, are followed: a database may be kept on another disk.
    """
    if sys.platform == "win32":  # where making links is a right of its own
        return
    for _ in range(MOST_LINKS):
        if not path.is_symlink():
            return
        if path.lstat().st_uid not in (os.geteuid(), 0):
            raise PermissionError(EPERM, "is a link of another user's, which is not followed", str(path))
        path = path.parent / path.readlink()
    raise OSError(ELOOP, os.strerror(ELOOP), str(path))


def environment(name: str) -> str | None:
    """An environment variable; None when unset or blank."""
    return os.environ.get(name, "").strip() or None
