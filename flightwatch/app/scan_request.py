"""What is asked of a scan, who is told how it goes, and where it is kept where it has come."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from flightwatch import paths
from flightwatch.app.vector_scan import Progress
from flightwatch.archives.files import Archives, BadFile
from flightwatch.core.airports import Airports
from flightwatch.core.model import instant
from flightwatch.version import __version__
from flightwatch.watchlist.model import Watchlist

WORTH_ROWS: Final = 40_000
"""Reports of a stretch, or airframes without any, from which other processes are worth their beginning: half a second of each,
in which 20,000 reports are taken, and the next stretch can be read."""

_DIGEST_BYTES: Final = 16


class Scanning(Struct, frozen=True):
    """What is asked of a scan."""

    archives: Archives
    watchlist: Watchlist
    airports: Airports
    since: int | None = None
    until: int | None = None
    """Unix seconds from which, and before which, it looks; None: there is no bound."""
    memory_mb: int = 1000
    """What all processes together may take, about, MB."""
    processes: int = 1
    most_rows: int | None = None
    """As `stretches` takes them; None: as many as suits the engine."""
    worth_rows: int = WORTH_ROWS
    """Reports of a stretch from which other processes take airframes."""
    engine: Literal["duckdb", "spark"] = "duckdb"
    """What reads state vectors."""
    master: str | None = None
    """The cluster that Spark is to use, as it names them; None: what Spark is set to, else this machine."""
    into: Path | None = None
    """The database that what is found is put into; None: none."""
    parquet: Path | None = None
    """The folder that events are put into; None: none."""
    is_anew: bool = False
    """True if it begins at the beginning although an earlier scan of the same was interrupted."""


class Teller(Struct, frozen=True):
    """Who is told how a scan goes."""

    say: Callable[[str], None]
    """A line for people."""
    progress: Progress

    def goes_on(self, until: int) -> None:
        """Say that a scan goes on behind Unix time ``until``."""
        self.say(
            f"goes on after {instant(until):%Y-%m-%d %H:%M} UTC, where it was interrupted: what was told of before "
            "is not told again; --anew begins at the beginning"
        )


class LeftOut(Struct):
    """What was not taken."""

    files: list[BadFile] = []
    """Files that cannot be used, or not as a whole."""
    looks: list[tuple[datetime, str]] = []
    """Looks in which nobody listened, and why that is thought."""


def where_kept(asked: Scanning) -> tuple[Path | None, bytes]:
    """The file in which it is kept where this scan has come, and what it must say to be of the same archive and watchlist."""
    watched, digest = asked.watchlist, blake2b(digest_size=_DIGEST_BYTES)
    into = asked.into, asked.parquet and asked.parquet.absolute()
    digest.update(
        repr((__version__, asked.since, asked.until, into, watched.watched, watched.alerts, watched.sources)).encode()
    )
    for file in asked.archives.files:
        digest.update(repr((file, *(_stamp(name) for name in (file.name, *file.parts)))).encode())
    folder = paths.find_cache()
    key = digest.digest()
    if folder is None:
        return None, key
    kept = folder / "scans"
    paths.make_private(kept)
    return kept / key.hex(), key


def _stamp(name: str) -> tuple[int, int] | None:
    try:
        found = Path(name).stat()
    except OSError:  # an address
        return None
    return found.st_size, found.st_mtime_ns
