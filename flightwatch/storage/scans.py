"""Where scans of archives have come, in a file each: one that is interrupted goes on there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.core.model import Icao24, Query
from flightwatch.storage.kept import Kept, read_kept, write_kept
from flightwatch.tracking.listening import Memory, Usual
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.reception import Cell, Counts, Reception
from flightwatch.tracking.walk import Followed

MOST_BYTES: Final = 2**30
"""Largest such file. 17,000 airframes that are followed take 60 MB."""


class _Scan(Struct, array_like=True):
    until: int
    usual: list[tuple[Query, Usual]]
    sampled_at: int
    world: int
    cells: list[tuple[Cell, Counts]]
    looks: Looks
    followed: dict[Icao24, Followed]


_DECODER: Final = msgspec.msgpack.Decoder(_Scan)


class ScanState(Struct, frozen=True):
    """What is remembered from one stretch of an archive to the next."""

    until: int = 0
    """Unix seconds of the last look."""
    memory: Memory = Memory()
    followed: Mapping[Icao24, Followed] = {}


def read_scan(path: Path, key: bytes) -> ScanState | None:
    """Where the scan with this key has come; None where none was interrupted, or the file cannot be used."""
    kept = read_kept(path, MOST_BYTES)
    if kept is None or kept.key != key:
        return None
    try:
        scan = _DECODER.decode(kept.body)
    except msgspec.MsgspecError:
        return None
    memory = Memory(
        usual=dict(scan.usual),
        reception=Reception(scan.sampled_at, scan.world, dict(scan.cells)),
        looks=scan.looks,
    )
    return ScanState(scan.until, memory, scan.followed)


def write_scan(path: Path, key: bytes, state: ScanState) -> None:
    """Keep where the scan with this key has come; where that cannot be written, do nothing."""
    known, memory = state.memory.reception, state.memory
    scan = _Scan(
        until=state.until,
        usual=[*memory.usual.items()],
        sampled_at=known.at,
        world=known.world,
        cells=[*known.cells.items()],
        looks=memory.looks,
        followed={**state.followed},
    )
    write_kept(path, Kept(key, (), msgspec.msgpack.encode(scan)))
