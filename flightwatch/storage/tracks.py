"""Tracks as rows, two for an airframe: what each poll writes anew, and the earlier reports of its flight, which most leave alone.

One checksum, that of the first, is of both.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Icao24, StateVector
from flightwatch.storage.errors import NOT_AS_WRITTEN, WrongChecksum
from flightwatch.storage.legs import Flown, fixes_of, keep_flown
from flightwatch.storage.rows import track_checksum
from flightwatch.tracking.motion import fixed_at
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track

TRACK_COLUMNS: Final = "icao24, track, checksum, reports"
TRACK_TABLES: Final = "tracks LEFT JOIN earlier_reports USING (icao24)"

_TRACK: Final = msgspec.msgpack.Decoder(Track)
_EARLIER: Final = msgspec.msgpack.Decoder(tuple[bytes, ...])
_PACK: Final = msgspec.msgpack.Decoder(tuple[StateVector, ...])
_encoded: Final = msgspec.msgpack.Encoder().encode


class _Earlier(Struct, frozen=True, gc=False):
    """A track's `Reports` as they are kept, and the checksum of the row of the earlier ones; 0 where there is none."""

    packs: tuple[bytes, ...] = ()
    crc: int = 0
    last: tuple[StateVector, ...] = ()


class TrackRows:
    """The rows of tracks in one database, which nobody else writes: it remembers which need not be written again."""

    def __init__(self) -> None:
        self._kept: dict[Icao24, _Earlier] = {}
        self._changed: dict[Icao24, _Earlier] = {}
        self._sound: list[Icao24] | None = None

    def read(self, rows: Sequence[Sequence[Any]]) -> tuple[dict[Icao24, Track], list[str]]:
        """The tracks of all rows with `TRACK_COLUMNS`, and which are damaged, in words: these the next `write` takes out."""
        found, damaged = dict[Icao24, Track](), list[str]()
        self._kept = {}
        for row in rows:
            try:
                found[row[0]], self._kept[row[0]] = _read(*row)
            except WrongChecksum as error:
                damaged.append(str(error))
        self._sound = [*found] if damaged else None
        return found, damaged

    def write(self, db: sqlite3.Connection, tracks: Mapping[Icao24, Track], forgotten: Iterable[Icao24]) -> None:
        """Write what changed, inside the caller's transaction; see `written`. What tracks let go of flights is kept as `legs`."""
        keep_flown(db, self._let_go(tracks, forgotten))
        self._changed = {}
        if self._sound is not None:
            sound = msgspec.json.encode(self._sound).decode()
            for table in ("tracks", "earlier_reports"):
                db.execute(f"DELETE FROM {table} WHERE icao24 NOT IN (SELECT value FROM json_each(?))", (sound,))  # noqa: S608
        written, earlier, gone = list[Any](), list[Any](), [(icao24,) for icao24 in forgotten]
        db.executemany("DELETE FROM tracks WHERE icao24 = ?", gone)
        for icao24, track in tracks.items():
            kept = self._kept.get(icao24)
            packs = track.reports.earlier
            if kept is None or kept.packs != packs:
                encoded = _encoded(packs) if packs else None
                kept = _Earlier(packs, 0 if encoded is None else crc32(encoded))
                if encoded is None:
                    gone.append((icao24,))
                else:
                    earlier.append((icao24, encoded))
            self._changed[icao24] = _Earlier(packs, kept.crc, track.reports.last)
            encoded = _encoded(replace(track, reports=Reports(track.reports.last)) if packs else track)
            written.append((icao24, encoded, track_checksum(icao24, encoded, kept.crc)))
        db.executemany("DELETE FROM earlier_reports WHERE icao24 = ?", gone)
        db.executemany(
            "INSERT INTO tracks VALUES (?1, ?2, ?3) ON CONFLICT (icao24) DO UPDATE SET track = ?2, checksum = ?3",
            written,
        )
        db.executemany(
            "INSERT INTO earlier_reports VALUES (?1, ?2) ON CONFLICT (icao24) DO UPDATE SET reports = ?2", earlier
        )

    def _let_go(self, tracks: Mapping[Icao24, Track], forgotten: Iterable[Icao24]) -> Iterator[tuple[Flown, bool]]:
        """What these tracks hold no more of the flights that the rows hold, and whether that is the end of each."""
        for icao24, track in tracks.items():
            kept = self._kept.get(icao24)
            if kept is not None and not _goes_on(kept, track.reports):
                reports, is_end = _left_out(kept, track.reports)
                if fixes := fixes_of(reports):
                    names = tuple(sorted(name for name, at in track.heard_by.items() if at >= fixes[0].at))
                    yield Flown(icao24, tuple(fixes), names), is_end
        for icao24 in forgotten:
            kept = self._kept.get(icao24)
            if kept is not None and (fixes := fixes_of(_all(kept))):
                yield Flown(icao24, tuple(fixes)), True

    def written(self) -> None:
        """Take note that the transaction ended well."""
        self._kept |= self._changed
        self._changed, self._sound = {}, None


def track_of(row: Sequence[Any]) -> Track:
    """The track of a row with `TRACK_COLUMNS`. Raises `WrongChecksum` where it does not hold what was written."""
    return _read(*row)[0]


def _read(icao24: Icao24, encoded: bytes, checksum: int, reports: bytes | None) -> tuple[Track, _Earlier]:
    try:
        crc = 0 if reports is None else crc32(reports)
        if checksum == track_checksum(icao24, encoded, crc):
            track = _TRACK.decode(encoded)
            last = track.reports.last
            if reports is None:
                return track, _Earlier(last=last)
            packs = _EARLIER.decode(reports)
            return replace(track, reports=Reports(last, packs)), _Earlier(packs, crc, last)
    except NOT_AS_WRITTEN as error:
        raise WrongChecksum(_named(icao24)) from error
    raise WrongChecksum(_named(icao24))


def _goes_on(kept: _Earlier, reports: Reports) -> bool:
    """Tell whether a track holds all reports that the rows hold; most do, as one more was heard."""
    known = len(kept.packs)
    if reports.earlier[:known] != kept.packs:
        return False
    return len(reports.earlier) > known or not kept.last or reports.last[:1] == kept.last[:1]


def _left_out(kept: _Earlier, reports: Reports) -> tuple[list[StateVector], bool]:
    """The reports of the rows that a track holds no more, and whether nothing of that flight is left in it."""
    if len(reports.earlier) == len(kept.packs) > 1 and reports.earlier[:-1] == kept.packs[1:]:
        return [*_PACK.decode(kept.packs[0])], False
    stay = {fixed_at(report) for report in all_held(reports)}
    before = _all(kept)
    gone = [report for report in before if fixed_at(report) not in stay]
    return gone, len(gone) == len(before)


def all_held(reports: Reports) -> list[StateVector]:
    """All reports that a track holds, also those that are not read any more."""
    return _all(_Earlier(reports.earlier, last=reports.last))


def _all(kept: _Earlier) -> list[StateVector]:
    return [*(report for pack in kept.packs for report in _PACK.decode(pack)), *kept.last]


def _named(icao24: object) -> str:
    return f"what is remembered of {icao24!r:.40}"
