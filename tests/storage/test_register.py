"""The register of airframes in its file: what is found in it, and what becomes of one that is damaged."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flightwatch.core.fetched import Fetched
from flightwatch.core.register import NO_REGISTER, Register, Registered
from flightwatch.storage.cache import in_place_of, update_lock
from flightwatch.storage.register import fill_register, open_register

FETCHED = Fetched(datetime(2026, 11, 29, 6, 0, tzinfo=UTC))
KORYO = Registered("7278a5", "P-885", "IL62", "ILYUSHIN Il-62", "Air Koryo", 1979)
SECOND = Registered("7278a1", "P-881", "IL62", "ILYUSHIN Il-62", "AIR  KORYO", 1986)
RUSSIAN = Registered("15521f", "RA-86559", "IL62", "ILYUSHIN Il-62", "Russian Air Force", 1992, is_military=True)
PRIVATE = Registered("a0fdfb", is_pia=True, is_ladd=True, is_interesting=True)
ALL = (KORYO, SECOND, RUSSIAN, PRIVATE)


def no_note(line: str) -> None:
    raise AssertionError(line)


def made(folder: Path, airframes: Sequence[Registered] = ALL) -> Path:
    path = folder / "aircraft.sqlite"
    with in_place_of(path) as draft:
        fill_register(draft, airframes, FETCHED)
    return path


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return open_register(made(tmp_path), no_note)


def test_all_that_is_known_of_an_airframe_comes_back(register: Register) -> None:
    assert [register.by_icao24(each.icao24) for each in ALL] == [*ALL]
    assert register.by_icao24("15521F") == RUSSIAN
    assert register.by_icao24("4408e8") is None
    assert register.by_icao24("no hex") is None
    assert register.as_of == date(2026, 11, 29)


@pytest.mark.parametrize("written", ["RA-86559", "ra86559", "RA 86559"])
def test_a_tail_number_is_found_however_it_is_written(register: Register, written: str) -> None:
    assert register.by_registration(written) == [RUSSIAN]


def test_a_tail_number_of_two_addresses_has_both(tmp_path: Path) -> None:
    other = Registered("7278a6", "P885")
    register = open_register(made(tmp_path, [other, KORYO]), no_note)
    assert register.by_registration("P-885") == [KORYO, other]
    assert register.by_registration("P-886") == []


def test_of_an_address_that_stands_twice_the_first_stays(tmp_path: Path) -> None:
    assert open_register(made(tmp_path, [KORYO, Registered("7278a5", "P-1")]), no_note).by_icao24("7278a5") == KORYO


def test_selects_by_operator_type_flag_and_block(register: Register) -> None:
    assert [*register.select()] == [RUSSIAN, SECOND, KORYO, PRIVATE]
    assert [*register.select(operator="air koryo")] == [SECOND, KORYO]
    assert [*register.select(operator="*force")] == [RUSSIAN]
    assert [*register.select(operator="Air")] == []
    assert [*register.select(operator="[a]ir koryo")] == []
    assert [*register.select(kind="il62", military=False)] == [SECOND, KORYO]
    assert [*register.select(kind="IL*", military=True)] == [RUSSIAN]
    assert [*register.select(blocks=[("140000", "1fffff"), ("a00000", "afffff")])] == [RUSSIAN, PRIVATE]
    assert [*register.select(blocks=[("720000", "727fff")], operator="Air Koryo", military=True)] == []


def test_what_somebody_writes_is_no_sql(register: Register) -> None:
    assert [*register.select(operator="' OR 1=1 --")] == []
    assert register.by_registration("' OR 1=1 --") == []


def test_without_a_file_nobody_is_known(tmp_path: Path) -> None:
    assert open_register(tmp_path / "aircraft.sqlite", no_note) is NO_REGISTER
    assert NO_REGISTER.by_icao24("15521f") is None
    assert [*NO_REGISTER.select(military=True)] == []
    assert NO_REGISTER.by_registration("P-885") == ()
    assert NO_REGISTER.as_of is None


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_damaged_file_is_told_in_a_line_and_not_used(tmp_path: Path, size: int) -> None:
    path, said = made(tmp_path), list[str]()
    path.write_bytes(path.read_bytes()[:size])
    register = open_register(path, said.append)
    assert register.by_icao24("7278a5") is None
    assert [*register.select()] == []
    assert len(said) == 1
    assert "flightwatch update makes it anew" in said[0]


def test_a_file_of_another_version_is_not_used(tmp_path: Path) -> None:
    path, said = made(tmp_path), list[str]()
    data = bytearray(path.read_bytes())
    data[63] += 1  # the last byte of user_version (SQLite's file format, 1.3)
    path.write_bytes(data)
    assert open_register(path, said.append) is NO_REGISTER
    assert len(said) == 1


def test_damage_that_shows_only_when_it_is_asked_is_told_once(tmp_path: Path) -> None:
    many = [Registered(f"{n:06x}", f"N{n}") for n in range(5000)]
    path, said = made(tmp_path, many), list[str]()
    data = bytearray(path.read_bytes())
    data[5 * 4096 :] = b"\xff" * len(data[5 * 4096 :])
    path.write_bytes(data)
    register = open_register(path, said.append)
    assert [register.by_icao24("000fff"), register.by_icao24("000ffe")] == [None, None]
    assert len(said) == 1


def fail_half_way(path: Path) -> None:
    with in_place_of(path) as draft:
        draft.write_bytes(b"half")
        raise ZeroDivisionError


def test_a_draft_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = made(tmp_path)
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        fail_half_way(path)
    assert path.read_bytes() == before
    assert {*tmp_path.iterdir()} <= {path, tmp_path / "update.lock"}


def test_drafts_of_those_who_were_killed_are_swept(tmp_path: Path) -> None:
    path = made(tmp_path)
    (tmp_path / ".aircraft.sqlite-0011223344556677.draft").write_bytes(b"half")
    with update_lock(tmp_path) as held:
        assert held
    assert {*tmp_path.iterdir()} <= {path, tmp_path / "update.lock"}
