"""Whom a selector means: by the register, by what sources say, by address and by callsign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_registers import GAMBIA, KORYO, RUSSIAN, SIX, TANKER, TUPOLEV, register_of

from flightwatch.core.address_states import blocks_of, state_of
from flightwatch.core.model import Identity
from flightwatch.core.register import Register, Registered, fits, glob
from flightwatch.core.selectors import Picked, Selector, flies_as, means

IL62 = Picked(Selector(kind="IL62"), frozenset({"15521f"}))
MILITARY = Picked(Selector(is_military=True))
IN_RUSSIA = Picked(Selector(kind="IL62", country="Russia"))
STATE = Picked(Selector(country="RU", callsign="RSD*"))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return register_of(tmp_path_factory.mktemp("cache"), *SIX)


@pytest.mark.parametrize(
    ("picked", "icao24", "callsign", "identity", "is_meant"),
    [
        (IL62, "15521f", None, None, True),
        (IL62, "15521e", None, None, False),
        (IL62, "15521e", None, Identity("RA-86558", "IL62"), True),
        (IL62, "15521e", None, Identity("RA-86558", "B738"), False),
        (IL62, "15521e", None, Identity("RA-86558"), False),
        (MILITARY, "ae0001", None, Identity(is_military=True), True),
        (MILITARY, "ae0001", None, Identity("00001"), False),
        (MILITARY, "ae0001", None, None, False),
        (IN_RUSSIA, "15521e", None, Identity(type_code="IL62"), True),
        (IN_RUSSIA, "7278a5", None, Identity(type_code="IL62"), False),
        (Picked(Selector(operator="Air Koryo")), "7278a5", None, Identity(type_code="IL62"), False),
        (STATE, "15521f", "RSD123  ", None, True),
        (STATE, "15521f", "rsd1", None, True),
        (STATE, "15521f", "RSC123", None, False),
        (STATE, "15521f", None, None, False),
        (STATE, "4b1805", "RSD123", None, False),
        (Picked(Selector(kind="IL62", callsign="RSD*"), frozenset({"15521f"})), "15521f", "RFF1", None, False),
    ],
)
def test_who_is_meant(
    picked: Picked, icao24: str, callsign: str | None, identity: Identity | None, is_meant: bool
) -> None:
    """All that is asked must hold. What sources say counts beside the register, but none of them names an operator."""
    assert means(picked, icao24, callsign, identity) is is_meant


@pytest.mark.parametrize("callsign", ["", "   ", None, "RSD\n1", "RSD1\x1b[2", "RSDé1", "RSD 1"])
def test_no_odd_callsign_is_meant(callsign: str | None) -> None:
    assert not flies_as("RS*", callsign)


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("IL62", [GAMBIA, RUSSIAN, KORYO]),
        ("il62", [GAMBIA, RUSSIAN, KORYO]),
        ("Il-62", [GAMBIA, RUSSIAN, KORYO]),
        ("Il-62M", [GAMBIA]),
        ("Il-62*", [GAMBIA, RUSSIAN, KORYO]),
        ("Ilyushin Il-7?", [TANKER]),
        ("Ilyushin", []),
        ("Ilyushin *", [GAMBIA, RUSSIAN, TANKER, KORYO]),
        ("Tu-204", [TUPOLEV]),
        ("62", []),
        ("[IT]*", []),
    ],
)
def test_types_by_designator_and_by_the_makers_name(register: Register, kind: str, meant: list[Registered]) -> None:
    """In any case, with hyphens or without, from the beginning of a word to the end."""
    assert [*register.select(kind=kind)] == meant


PIECES = st.lists(st.sampled_from(["il", "62", "-", " ", "*", "?", "tu", "204", "koryo", "Air", "force"]), max_size=4)


@given(
    PIECES.map("".join), PIECES.map("".join), st.sampled_from([None, True, False]), st.sampled_from(["", "RU", "PRK"])
)
def test_a_list_is_searched_as_the_register_is(
    register: Register, operator: str, kind: str, military: bool | None, country: str
) -> None:
    """Whatever is asked: two ways to the same airframes."""
    blocks = blocks_of(country)
    asked = {"operator": operator or None, "kind": kind or None}
    found = [*register.select(**asked, military=military, blocks=blocks)]
    assert found == sorted(
        (each for each in SIX if fits(each, **asked, military=military, blocks=blocks)), key=lambda each: each.icao24
    )


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Russia", "Russia"),
        ("russia", "Russia"),
        ("RU", "Russia"),
        ("rus", "Russia"),
        ("North Korea", "North Korea"),
        ("DPRK", "North Korea"),
        ("UK", "the United Kingdom or one of its territories"),
        ("Netherlands", "the Kingdom of the Netherlands"),
        ("the united states", "the United States"),
    ],
)
def test_a_country_by_name_and_code(written: str, state: str) -> None:
    assert {state_of(edge) for block in blocks_of(written) for edge in block} == {state}


@pytest.mark.parametrize("written", ["", "x", "Korea", "Rusia", "RU RUS"])
def test_no_country(written: str) -> None:
    assert blocks_of(written) == ()


def test_a_state_with_a_hole_in_its_block_has_both_parts() -> None:
    assert blocks_of("China") == (("780000", "788fff"), ("78a000", "7bffff"))


@pytest.mark.parametrize("pattern", ["*a" * 16 + "*b", "*?a" * 16 + "*b", "*" * 40 + "b"])
def test_a_pattern_of_many_stars_is_decided_at_once(pattern: str, register: Register) -> None:
    """What sought each part again at each later place took for ever, in lists and in SQLite."""
    many = Registered("15521f", operator="a" * 100_000)

    assert not fits(many, operator=pattern, kind=None, military=None, blocks=())
    assert [*register.select(operator=pattern)] == []


@pytest.mark.parametrize(
    ("pattern", "text", "fits_it"),
    [
        ("*air*", "the air force", True),
        ("a*b*c", "aXbXbXc", True),
        ("a*bc*c", "abcbc", True),
        ("a*bc*c", "abc", False),
        ("*ab", "aab", True),
        ("a?*c", "ac", False),
        ("a?*c", "abc", True),
        ("a.c*", "abc", False),
    ],
)
def test_a_pattern_with_stars(pattern: str, text: str, fits_it: bool) -> None:
    assert (glob(pattern).fullmatch(text) is not None) is fits_it
