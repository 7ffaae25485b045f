"""Where flightwatch's own files are on this machine."""

import os
from pathlib import Path

from platformdirs import user_cache_path, user_config_path, user_data_path

from flightwatch.errors import UsageError

NAME = "flightwatch"


def find_watchlist(given: Path | None) -> Path:
    """The watchlist to use: the one given, ``./watchlist.yaml``, or the one in the user's config folder.

    Raises `UsageError` when none is given and none is there, or nobody may look.
    """
    if given is not None:
        return given
    try:
        for path in (Path("watchlist.yaml"), user_config_path(NAME) / "watchlist.yaml"):
            if path.exists():
                return path
    except PermissionError as error:
        raise UsageError(f"{error.filename}: {error.strerror}; name a watchlist with --watchlist") from error
    raise UsageError(
        f"no watchlist: there is no ./watchlist.yaml and no {user_config_path(NAME) / 'watchlist.yaml'}; "
        "make one with: flightwatch init"
    )


def find_database(given: Path | None) -> Path:
    """The database to use: the one given, or the one in the user's data folder."""
    return given if given is not None else user_data_path(NAME) / "flightwatch.db"


def airport_cache() -> Path:
    """Where a newer airport table of the user's own may stand; need not exist."""
    return user_cache_path(NAME) / "airports.table"


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user only: `Path.mkdir` gives its mode to the last."""
    for missing in (*reversed(folder.parents), folder):
        missing.mkdir(mode=0o700, exist_ok=True)


def environment(name: str) -> str | None:
    """An environment variable; None when unset or blank."""
    return os.environ.get(name, "").strip() or None
