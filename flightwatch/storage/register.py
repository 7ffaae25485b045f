"""The register of airframes as one SQLite file in the user's cache: written once, whole, and then only read.

Types with their descriptions, and operators, stand in tables of their own, as 600,000 airframes share them. The file is never
changed where it lies, so it is read without locks and without SQLite's files beside it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final
from weakref import finalize

import msgspec

from flightwatch.core.fetched import Fetched
from flightwatch.core.model import Icao24
from flightwatch.core.register import NO_REGISTER, Block, Register, Registered, bare_kind, folded, glob, plain
from flightwatch.storage.cache import translated_cache

REGISTER_FILE: Final = "aircraft.sqlite"

_APPLICATION_ID: Final = 0x666C7772
"""``flwr``: what makes an SQLite file our register."""
_LAYOUT: Final = 1

_PLAIN: Final = "replace(replace(upper(registration), '-', ''), ' ', '')"
"""`plain`, as far as SQLite knows letters, of a tail number as the register writes it."""

_DESCRIBED: Final = "' ' || replace(upper(description), '-', '')"
"""`bare_kind`, as far as SQLite knows letters, of a description, after a blank."""

_TABLES: Final = f"""
CREATE TABLE fetched (json BLOB NOT NULL);
CREATE TABLE kinds (id INTEGER PRIMARY KEY, designator TEXT, description TEXT);
CREATE TABLE operators (id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL);
CREATE TABLE aircraft (
    icao24 INTEGER PRIMARY KEY, registration TEXT, kind INTEGER, operator INTEGER, year INTEGER, flags INTEGER NOT NULL
);
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {_LAYOUT};
"""
_INDEXES: Final = f"""
CREATE INDEX by_registration ON aircraft ({_PLAIN});
CREATE INDEX by_kind ON aircraft (kind);
CREATE INDEX by_operator ON aircraft (operator);
CREATE INDEX military ON aircraft (icao24) WHERE flags & 1;
CREATE INDEX designators ON kinds (designator);
CREATE INDEX operators_folded ON operators (folded);
"""
_FOUND: Final = """
SELECT printf('%06x', icao24), registration, designator, description, operators.name, year, flags FROM aircraft
LEFT JOIN kinds ON kinds.id = aircraft.kind LEFT JOIN operators ON operators.id = aircraft.operator
"""


def open_register(path: Path, note: Callable[[str], None]) -> Register:
    """The register in this file; `NO_REGISTER` where there is none, or one that cannot be used, of which ``note`` is told."""
    if not path.exists():
        return NO_REGISTER
    try:
        return _File(path, note)
    except (sqlite3.Error, msgspec.MsgspecError):
        note(_unusable(path))
        return NO_REGISTER


def register_fetched(path: Path) -> Fetched | None:
    """Where the register in this file is from; None where it cannot be used."""
    try:
        return _File(path, lambda _line: None).fetched if path.exists() else None
    except (sqlite3.Error, msgspec.MsgspecError):
        return None


def is_sound(path: Path) -> bool:
    """Tell whether the register in this file holds what was written, as far as SQLite can see: 0.3 s for 568,000 airframes."""
    try:
        return path.exists() and _File(path, lambda _line: None).is_sound()
    except (sqlite3.Error, msgspec.MsgspecError):
        return False


def airframes_in(path: Path) -> int:
    """How many airframes the register in this file has; 0 where it cannot be used."""
    try:
        return _File(path, lambda _line: None).count() if path.exists() else 0
    except (sqlite3.Error, msgspec.MsgspecError):
        return 0


def fill_register(draft: Path, airframes: Iterable[Registered], fetched: Fetched) -> int:
    """Write a register into a new file, and return how many airframes it has; of one address the first stays.

    Raises `StoreError` when it cannot be written.
    """
    with translated_cache(draft):
        db = sqlite3.connect(draft, isolation_level=None)
        try:
            # A draft: who dies while writing it leaves what nobody reads.
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("PRAGMA synchronous = OFF")
            db.execute("BEGIN")
            for statement in filter(str.strip, _TABLES.split(";")):
                db.execute(statement)
            _fill(db, airframes)
            for statement in filter(str.strip, _INDEXES.split(";")):
                db.execute(statement)
            count: int = db.execute("SELECT count(*) FROM aircraft").fetchone()[0]
            db.execute("INSERT INTO fetched VALUES (?)", [msgspec.json.encode(fetched)])
            db.execute("COMMIT")
        finally:
            db.close()
    return count


def _fill(db: sqlite3.Connection, airframes: Iterable[Registered]) -> None:
    kinds: dict[tuple[str | None, str | None], int] = {}
    operators: dict[str, int] = {}
    rows = (
        (
            int(each.icao24, 16),
            each.registration,
            kinds.setdefault((each.type_designator, each.description), len(kinds)),
            operators.setdefault(each.operator, len(operators)) if each.operator else None,
            each.year,
            each.is_military | each.is_interesting << 1 | each.is_pia << 2 | each.is_ladd << 3,
        )
        for each in airframes
    )
    db.executemany("INSERT OR IGNORE INTO aircraft VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.executemany("INSERT INTO kinds VALUES (?, ?, ?)", ((n, *kind) for kind, n in kinds.items()))
    db.executemany("INSERT INTO operators VALUES (?, ?, ?)", ((n, name, folded(name)) for name, n in operators.items()))


class _File:
    """An open register; see `Register`. What goes wrong is told once, and from then on it knows nothing."""

    def __init__(self, path: Path, note: Callable[[str], None]) -> None:
        self._path = path
        self._note = note
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        finalize(self, db.close)  # it is as long in use as anybody asks it
        self._db: sqlite3.Connection | None = db
        self._db.create_function("is_like", 2, _is_like, deterministic=True)
        mark = (
            self._db.execute("PRAGMA application_id").fetchone()[0],
            self._db.execute("PRAGMA user_version").fetchone()[0],
        )
        if mark != (_APPLICATION_ID, _LAYOUT):
            raise sqlite3.DatabaseError
        row = self._db.execute("SELECT json FROM fetched").fetchone() or (b"",)
        self.fetched = msgspec.json.decode(row[0], type=Fetched)

    @property
    def as_of(self) -> date | None:
        return self.fetched.at.date()

    def count(self) -> int:
        """How many airframes it has."""
        count: int = self._db.execute("SELECT count(*) FROM aircraft").fetchone()[0] if self._db is not None else 0
        return count

    def is_sound(self) -> bool:
        """Tell whether SQLite finds nothing wrong in it."""
        return self._db is not None and self._db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)

    def by_icao24(self, icao24: Icao24) -> Registered | None:
        try:
            address = int(icao24, 16)
        except ValueError:
            return None
        return next(self._found("WHERE icao24 = ?", address), None)

    def by_registration(self, registration: str) -> Sequence[Registered]:
        return [*self._found(f"WHERE {_PLAIN} = ? ORDER BY icao24", plain(registration))]

    def select(
        self,
        *,
        operator: str | None = None,
        kind: str | None = None,
        military: bool | None = None,
        blocks: Sequence[Block] = (),
    ) -> Iterator[Registered]:
        asked: list[tuple[str, tuple[Any, ...]]] = []
        if operator is not None:
            named = "aircraft.operator IN (SELECT id FROM operators WHERE is_like(?, folded))"
            asked.append((named, (folded(operator),)))
        if kind is not None:
            typed = f"aircraft.kind IN (SELECT id FROM kinds WHERE is_like(?, designator) OR is_like(?, {_DESCRIBED}))"  # noqa: S608
            pattern = bare_kind(kind)
            asked.append((typed, (pattern, f"* {pattern}")))
        if military is not None:
            asked.append(("flags & 1" if military else "NOT flags & 1", ()))
        if blocks:
            within = " OR ".join("icao24 BETWEEN ? AND ?" for _ in blocks)
            asked.append((f"({within})", tuple(int(edge, 16) for block in blocks for edge in block)))
        conditions = " AND ".join(condition for condition, _ in asked)
        values = (value for _, given in asked for value in given)
        return self._found(f"{f'WHERE {conditions} ' if asked else ''}ORDER BY icao24", *values)

    def _found(self, where: str, *values: Any) -> Iterator[Registered]:
        if self._db is None:
            return
        try:
            for *row, flags in self._db.execute(_FOUND + where, values):
                yield Registered(*row, *(bool(flags & bit) for bit in (1, 2, 4, 8)))
        except (sqlite3.Error, OverflowError):
            self._db = None
            self._note(_unusable(self._path))


def _is_like(pattern: str, text: str | None) -> bool:
    """Tell whether a text is one of a pattern's. SQLite's own GLOB takes for ever where a pattern has many ``*``."""
    return text is not None and glob(pattern).fullmatch(text) is not None


def _unusable(path: Path) -> str:
    return f"{path}: the register of aircraft is damaged or of another version, and is not used: flightwatch update makes it anew"
