"""A stretch of an archive, between the engine that reads it and who takes airframes through it."""

from pathlib import Path

from msgspec import Struct

from flightwatch.alerting.past_looks import Learned
from flightwatch.archives.tables import Look


class Stage(Struct, frozen=True):
    """A stretch of an archive as its airframes are taken through it."""

    sky: Path
    reports: Path
    looks: tuple[Look, ...]
    """Those that count."""
    learned: Learned
