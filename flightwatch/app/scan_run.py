"""A scan of state vectors as a whole: what it takes of the machine, and where it goes on when it was interrupted."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from msgspec import Struct

from flightwatch import paths
from flightwatch.app.replay import replay
from flightwatch.app.scan import MOST_ROWS, Progress, Stretched, scan
from flightwatch.app.scan_crew import Crew
from flightwatch.app.trace_scan import scan_traces
from flightwatch.archives.connecting import connected
from flightwatch.archives.duck import DuckEngine
from flightwatch.archives.files import Archives, BadFile
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, instant
from flightwatch.errors import UsageError
from flightwatch.planning.archive_plan import archive_plan
from flightwatch.sources.recorded import Recording
from flightwatch.storage.scans import ScanState, read_scan, write_scan
from flightwatch.version import __version__
from flightwatch.watchlist.model import Watchlist

LEAST_MB: Final = 512
"""Memory with which a scan can be done, MB."""

OWN_MB: Final = 180
"""Memory of each process besides what the engine takes, MB, as measured."""

_DIGEST_BYTES: Final = 16


class Scanning(Struct, frozen=True):
    """What is asked of a scan."""

    archives: Archives
    watchlist: Watchlist
    airports: Airports
    since: int | None = None
    until: int | None = None
    """As those of `ArchivePlan`."""
    memory_mb: int = 1000
    """What all processes together may take, about, MB."""
    processes: int = 1
    most_rows: int = MOST_ROWS
    """As `stretches` takes them."""
    is_anew: bool = False
    """Whether to begin at the beginning although an earlier scan of the same was interrupted."""


class Teller(Struct, frozen=True):
    """Who is told how a scan goes."""

    say: Callable[[str], None]
    """A line for people."""
    progress: Progress


class LeftOut(Struct):
    """What was not taken."""

    files: list[BadFile] = []
    """Files that cannot be used, or not as a whole."""
    looks: list[tuple[datetime, str]] = []
    """Looks in which nobody listened, and why that is thought."""


def scan_events(asked: Scanning, teller: Teller, left_out: LeftOut) -> Iterator[Event]:
    """The events to tell, in order, whatever the archive holds; ``left_out`` grows on the way."""
    match asked.archives.kind:
        case "vectors":
            for stretched in scan_vectors(asked, teller, left_out.files):
                left_out.looks += stretched.left_out
                yield from stretched.told
        case "traces":
            files, watchlist, bad = asked.archives.files, asked.watchlist, left_out.files
            for day in scan_traces(files, watchlist, asked.airports, bad.append):
                yield from day.told
        case "polls":
            recording = Recording([Path(file.name) for file in asked.archives.files])
            watchlist, looks = asked.watchlist, left_out.looks
            yield from replay(recording.answers(), watchlist, asked.airports, note=lambda *look: looks.append(look))


def scan_vectors(asked: Scanning, teller: Teller, bad: list[BadFile]) -> Iterator[Stretched]:
    """Scan state vectors, stretch by stretch; ``bad`` takes the files that cannot be used, or not as a whole.

    Where it has come is kept once whoever takes a stretch asks for the next: what was told before is not told again when the
    scan is interrupted and called again.
    """
    plan = archive_plan(asked.watchlist.watched, asked.since, asked.until)
    kept_in, key = _kept(asked)
    state = None if asked.is_anew or kept_in is None else read_scan(kept_in, key)
    if state is not None:
        teller.say(
            f"goes on after {instant(state.until):%Y-%m-%d %H:%M} UTC, where it was interrupted: what was told of before "
            "is not told again; --anew begins at the beginning"
        )
    with (
        TemporaryDirectory(prefix="flightwatch-") as folder,
        closing(connected(memory=_engine_mb(asked), threads=asked.processes, scratch=Path(folder))) as connection,
        Crew(asked.watchlist, asked.airports, asked.processes, Path(folder)) as crew,
    ):
        engine = DuckEngine(plan, connection, Path(folder))
        for number, _ in enumerate(engine.read(asked.archives.files), start=1):
            teller.progress("files", number, len(asked.archives.files))
        before = state or ScanState()
        for found in scan(engine, crew, asked.watchlist, before, teller.progress, most_rows=asked.most_rows):
            yield found
            if kept_in is not None:
                write_scan(kept_in, key, found.state)
        bad += engine.bad
    if kept_in is not None:
        kept_in.unlink(missing_ok=True)


def _engine_mb(asked: Scanning) -> str:
    """What the engine may take: what the other processes leave."""
    others = 1 + asked.processes if asked.processes > 1 else 1
    left = asked.memory_mb - others * OWN_MB
    if asked.memory_mb < LEAST_MB:
        raise UsageError(f"--memory: a scan takes {LEAST_MB} MB at least")
    return f"{max(left, 200)}MB"


def _kept(asked: Scanning) -> tuple[Path | None, bytes]:
    """The file in which it is kept where this scan has come, and what it must say to be of the same archive and watchlist."""
    watched, digest = asked.watchlist, blake2b(digest_size=_DIGEST_BYTES)
    digest.update(
        repr((__version__, asked.since, asked.until, watched.watched, watched.alerts, watched.sources)).encode()
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
