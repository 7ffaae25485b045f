"""Registers of a few invented airframes, as files, as ``flightwatch update`` makes them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flightwatch.core.fetched import Fetched
from flightwatch.core.register import Register, Registered
from flightwatch.storage.cache import in_place_of
from flightwatch.storage.register import REGISTER_FILE, fill_register, open_register

KORYO: Final = Registered("7278a5", "P-885", "IL62", "ILYUSHIN Il-62", "Air Koryo")
TUPOLEV: Final = Registered("7277a8", "P-632", "T204", "TUPOLEV Tu-204", "Air Koryo")
RUSSIAN: Final = Registered("15521f", "RA-86559", "IL62", "ILYUSHIN Il-62", "Russian Air Force", is_military=True)
TANKER: Final = Registered("15523a", "RF-94282", "IL78", "ILYUSHIN Il-78", "Russian Air Force", is_military=True)
GAMBIA: Final = Registered("09a01a", "C5-RTG", "IL62", "ILYUSHIN Il-62M", "Government")
NAMELESS: Final = Registered("4b1805")
SIX: Final = (KORYO, TUPOLEV, RUSSIAN, TANKER, GAMBIA, NAMELESS)


def write_register(folder: Path, *airframes: Registered) -> Path:
    """Write a register into a cache folder and return its file."""
    path = folder / REGISTER_FILE
    with in_place_of(path) as draft:
        fill_register(draft, airframes, Fetched(datetime(2026, 11, 28, tzinfo=UTC)))
    return path


def no_note(line: str) -> None:
    """Fail where a register says that it is damaged."""
    raise AssertionError(line)


def register_of(folder: Path, *airframes: Registered) -> Register:
    """Write a register into a folder and open it."""
    return open_register(write_register(folder, *airframes), no_note)
