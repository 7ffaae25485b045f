"""The state of an address, at both ends of each block and beside them."""

import pytest

from flightwatch.core.address_states import _BLOCKS, blocks_of, state_of
from flightwatch.core.registration import registration_of


def hex6(address: int) -> str:
    return f"{address:06x}"


@pytest.mark.parametrize(("first", "last", "state", "codes"), _BLOCKS, ids=[hex6(first) for first, *_ in _BLOCKS])
def test_the_ends_of_a_block(first: int, last: int, state: str, codes: str) -> None:
    """Both are the state's; what lies beside them is another's or nobody's, but for China's around Hong Kong's."""
    assert state in {state_of(begin) for each in codes.split() for begin, _ in blocks_of(each)}
    assert state_of(hex6(first)) == state_of(hex6(last)) == state_of(hex6(last).upper()) == state
    assert state_of(hex6(first - 1)) != state
    assert state_of(hex6(last + 1)) != state


def test_blocks_are_in_order_and_apart() -> None:
    """And as large as ICAO gives them, a power of two each, but for those that two states share."""
    ends = [end for first, last, *_ in _BLOCKS for end in (first, last)]
    assert ends == sorted(set(ends))
    sizes = {last - first + 1 for first, last, state, _ in _BLOCKS if state not in ("China", "Colombia")}
    assert all(size & (size - 1) == 0 for size in sizes)


@pytest.mark.parametrize(
    ("icao24", "state"),
    [
        ("15521f", "Russia"),
        ("7278a5", "North Korea"),
        ("780abc", "China"),
        ("789123", "Hong Kong"),
        ("ae503d", "the United States"),  # a military one
        ("43c123", "the United Kingdom or one of its territories"),
        ("000000", None),
        ("003fff", None),
        ("b00000", None),
        ("f00001", None),  # lent by ICAO for a time
        ("ffffff", None),
        ("~12345", None),
        ("", None),
    ],
)
def test_states(icao24: str, state: str | None) -> None:
    assert state_of(icao24) == state


@pytest.mark.parametrize(
    ("icao24", "tail", "state"),
    [
        ("a00001", "N1", "the United States"),
        ("c00001", "C-FAAA", "Canada"),
        ("840000", "JA0000", "Japan"),
        ("0b03e8", "CU-T1000", "Cuba"),
        ("448421", "OO-AAA", "Belgium"),
        ("4b8421", "TC-AAA", "Turkey"),
    ],
)
def test_it_agrees_with_the_tail_numbers(icao24: str, tail: str, state: str) -> None:
    """Two tables that were made apart from each other."""
    known = registration_of(icao24)
    assert (known and known[0], state_of(icao24)) == (tail, state)
