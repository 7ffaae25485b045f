"""Files of archives, and what is said of those that cannot be used."""

from typing import Literal

from msgspec import Struct

Form = Literal["parquet", "csv", "avro", "readsb days", "trace", "tar", "polls"]
"""How a file is written. ``readsb days``: Parquet of whole days, sorted by airframe, in readsb's words, as ADSBiq has them."""

Kind = Literal["vectors", "traces", "polls"]
"""What a file tells: everybody at one time, row by row; or single airframes, each by itself; or recorded polls."""

KINDS: dict[Form, Kind] = {
    "parquet": "vectors",
    "csv": "vectors",
    "avro": "vectors",
    "readsb days": "traces",
    "trace": "traces",
    "tar": "traces",
    "polls": "polls",
}

WORDS: dict[Kind, str] = {"vectors": "state vectors", "traces": "traces", "polls": "recorded polls"}
"""What people are told that a file holds."""


class Member(Struct, frozen=True):
    """Where in a tar a file lies, in bytes."""

    offset: int
    size: int


class ArchiveFile(Struct, frozen=True):
    """One file of an archive."""

    name: str
    """Its path, or its address in an object store; of one in a tar, the tar's."""
    form: Form
    parts: tuple[str, ...] = ()
    """The paths of a tar that was split, in their order; empty: it is one file."""
    within: Member | None = None
    """Where it lies in a tar; None: in none."""

    @property
    def kind(self) -> Kind:
        """What it tells."""
        return KINDS[self.form]


class BadFile(Struct, frozen=True):
    """A file that cannot be used, or not as a whole."""

    name: str
    why: str
    """What is wrong, and what to do."""


class Archives(Struct, frozen=True):
    """What is to be scanned: files of one kind, at least one."""

    kind: Kind
    files: tuple[ArchiveFile, ...]
    """In the order in which they were named; those of a folder by their paths."""
    bad: tuple[BadFile, ...] = ()
    """Files that were left out."""
