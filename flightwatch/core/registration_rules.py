"""The formulas by which states give out transponder addresses over tail numbers.

Those for blocks of letters and numbers were worked out by tar1090's authors (wiedehopf/tar1090, html/registrations.js); the
further Korean and Russian blocks were read off the aircraft in wiedehopf/tar1090-db. All lie in the ranges that ICAO Annex
10, Volume III, gives each state. A formula knows nothing of the single aircraft that breaks it: about one in 200 does, and
only a register file tells which. Where two blocks claim one tail number, as for Korean helicopters, none is believed.
"""

import re
from bisect import bisect_right
from itertools import product

from msgspec import Struct


class _Letters(Struct, frozen=True):
    """Three letters, each position with its stride: ``start`` is the address of ``first`` followed by AA."""

    prefix: str
    start: int
    strides: tuple[int, int]
    first: str = "A"
    last: str = "Z"
    shared: str | None = None
    """The prefix of those on the same addresses, as `_Numbers.shared`; None: nobody."""

    def address(self, suffix: str) -> int | None:
        if len(suffix) != 3 or not suffix.isalpha() or not self.first <= suffix[0] <= self.last:
            return None
        a, b, c = (ord(letter) - ord("A") for letter in suffix)
        return self.start + (a + ord("A") - ord(self.first)) * self.strides[0] + b * self.strides[1] + c

    def suffix(self, address: int) -> str | None:
        a, rest = divmod(address - self.start, self.strides[0])
        b, c = divmod(rest, self.strides[1])
        first = chr(ord(self.first) + a)
        if first > self.last or b >= _ALPHABET or c >= _ALPHABET:  # strides of 32 and 64 leave addresses unused
            return None
        return first + chr(ord("A") + b) + chr(ord("A") + c)


class _Numbers(Struct, frozen=True):
    """Consecutive numbers of one width, ``start`` being the address of ``first``. Base 16: the digits read as hex."""

    prefix: str
    start: int
    first: str
    last: str
    base: int = 10
    shared: str | None = None
    """The prefix of those whom the state gives the same addresses by the same formula; None: nobody."""

    def address(self, suffix: str) -> int | None:
        if len(suffix) != len(self.first) or not suffix.isdigit() or not self.first <= suffix <= self.last:
            return None
        return self.start + int(suffix, self.base) - int(self.first, self.base)

    def suffix(self, address: int) -> str | None:
        number = address - self.start + int(self.first, self.base)
        suffix = f"{number:0{len(self.first)}{'x' if self.base == 16 else 'd'}}"
        return suffix if self.address(suffix) == address else None


_ALPHABET = 26
_PACKED, _BITS_5, _BITS_6 = (676, 26), (1024, 32), (4096, 64)
"""Strides of the first and second letter: none wasted, five bits a letter, six bits a letter."""

_BLOCKS: tuple[_Letters | _Numbers, ...] = (
    _Numbers("CU-T", 0x0B03E8, "1000", "1999"),
    _Numbers("RA-", 0x140000, "00000", "96999", shared="RF-"),
    _Numbers("RA-", 0x157ED0, "98000", "99999", shared="RF-"),
    _Numbers("RA-", 0x1F1D5B, "73051", "73057"),  # MC-21 prototypes: seen here and in the first block, so unresolved
    _Numbers("RA-", 0x1F7AE8, "97000", "97999"),  # Superjets flown by their maker
    _Letters("F-B", 0x380000, _BITS_5),
    _Letters("F-I", 0x388000, _BITS_5),
    _Letters("F-G", 0x390000, _BITS_5),
    _Letters("F-H", 0x398000, _BITS_5),
    _Letters("F-O", 0x3A0000, _BITS_5),
    _Letters("D-A", 0x3C0001, _PACKED, first="P"),
    _Letters("D-B", 0x3C2001, _PACKED, first="P"),
    _Letters("D-A", 0x3C4421, _BITS_5, last="O"),
    _Letters("D-B", 0x3C8421, _BITS_5, last="O"),
    _Letters("D-C", 0x3CC000, _PACKED),
    _Letters("D-E", 0x3D04A8, _PACKED),
    _Letters("D-F", 0x3D4950, _PACKED),
    _Letters("D-G", 0x3D8DF8, _PACKED),
    _Letters("D-H", 0x3DD2A0, _PACKED),
    _Letters("D-I", 0x3E1748, _PACKED),
    _Letters("OO-", 0x448421, _BITS_5),
    _Letters("OY-", 0x458421, _BITS_5),
    _Letters("OH-", 0x460000, _PACKED),
    _Letters("SX-", 0x468421, _BITS_5),
    _Letters("CS-", 0x490421, _BITS_5),
    _Letters("YR-", 0x4A0421, _BITS_5),
    _Letters("TC-", 0x4B8421, _BITS_5),
    _Numbers("HL", 0x718800, "1000", "1299", base=16),
    _Numbers("HL", 0x719000, "2000", "2099", base=16),
    _Numbers("HL", 0x71A900, "5100", "5299", base=16),
    _Numbers("HL", 0x71B100, "6100", "6199", base=16),
    _Numbers("HL", 0x71BA00, "7200", "7799", base=16),
    _Numbers("HL", 0x71C000, "8000", "8799", base=16),
    _Numbers("HL", 0x71C900, "9100", "9499", base=16),  # helicopters have one of two addresses: see 71d100
    _Numbers("HL", 0x71CE00, "9600", "9699", base=16),
    _Numbers("HL", 0x71D100, "9100", "9499", base=16),
    _Letters("JY-", 0x740421, _BITS_5),
    _Letters("AP-", 0x760421, _BITS_5),
    _Letters("9V-", 0x768421, _BITS_5),
    _Letters("YK-", 0x778421, _BITS_5),
    _Letters("C-F", 0xC00001, _PACKED),
    _Letters("C-G", 0xC044A9, _PACKED),
    _Letters("LV-", 0xE01041, _BITS_6, shared="LQ-"),
)
"""In order of address; no two overlap. RF- are Russia's state aircraft, LQ- Argentina's police and provinces."""

_NOT_BY_RULE = (
    *("9V-AF", "9V-X", "9V-YY"),  # Singapore's air force
    *("AP-D", "AP-J", "AP-N", "AP-X"),  # Pakistan's forces and government
    "F-BZ",  # France's historic aircraft, F-AZnn
    "JY-M",  # Jordan's air force
    "OO-PO",  # Belgium's federal police
    *("YR-MM", "YR-MN", "YR-MO", "YR-MP"),  # Romania's air force, police and air rescue
)
"""Beginnings of tail numbers whose addresses go to aircraft with other numbers: those known there (wiedehopf/tar1090-db,
sdr-enthusiasts/plane-alert-db) all have one. Their neighbours, such as 9V-YF and OO-PA, are as the formula says."""

_PRIVACY = range(0xA0FDFB, 0xA0FEBC)
"""The addresses that the FAA lends to whoever wants to hide its own (Privacy ICAO Address program)."""

_STARTS = [block.start for block in _BLOCKS]
_BY_PREFIX = {prefix: [b for b in _BLOCKS if b.prefix == prefix] for prefix in {block.prefix for block in _BLOCKS}}
_SHARED = {block.shared: block.prefix for block in _BLOCKS if block.shared}

_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BEGINNINGS = (
    ("N", _DIGITS[1:]),
    ("JA", _DIGITS),
    *(
        (spelling, _DIGITS if isinstance(block, _Numbers) else _LETTERS)
        for block in _BLOCKS
        for prefix in filter(None, (block.prefix, block.shared))
        for spelling in (prefix, prefix.replace("-", ""))
    ),
)
"""How tail numbers begin that have a formula, and what follows then."""

_LETTERS_24 = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""The United States and Japan leave out I and O."""

_US_START, _US_DIGITS = 0xA00001, 5
_US_SPAN = (101_711, 10_111, 951, 35, 1)
"""Tail numbers that begin with the same one, two, … five digits: each with its suffixes, then ten times the next."""
_US_SUFFIXES = (601, 601, 601, 25)
"""Tail numbers of one, two, three, four digits and no, one or (up to three digits) two letters."""
_US_ADDED = (
    {str(digit): (digit - 1) * _US_SPAN[0] for digit in range(1, 10)},
    *(
        {str(digit): suffixes + digit * span for digit in range(10)}
        for suffixes, span in zip(_US_SUFFIXES, _US_SPAN[1:], strict=True)
    ),
)
"""What the first, second, … digit adds to the address: looked up, as a long watchlist asks 17,000 times a poll."""
_US_ONE_LETTER = {letter: 1 + index for index, letter in enumerate(_LETTERS_24)}
_US_TWO_LETTERS = {
    first + second: 1 + number for number, (first, second) in enumerate(product(_LETTERS_24, ("", *_LETTERS_24)))
}
_US_LETTERS_ADDED = tuple(
    {"": 0} | letters for letters in (_US_TWO_LETTERS, _US_TWO_LETTERS, _US_TWO_LETTERS, _US_ONE_LETTER, {})
)
"""What the letters after one, two, … digits add; those that are not here cannot follow."""

_JAPAN = re.compile(r"JA([0-9])([0-9])(?:([0-9])([0-9A-HJ-NP-Z])|([A-HJ-NP-Z])([A-HJ-NP-Z]))")
_JAPAN_START = 0x840000
_JAPAN_SPAN = (22_984, 916, 34)
"""Tail numbers that begin with the same one, two, three digits. The first span has room for a letter in second place,
which no aircraft is known to use."""
_JAPAN_DIGIT_THIRD = 10 * _JAPAN_SPAN[2]
"""Of 916, those with a digit in third place come first; 24 x 24 with two letters follow."""


def address_by_rule(tail: str) -> int | None:
    """The address that a state's formula gives a canonical tail number; None where none does, or none is right."""
    if tail.startswith("N"):
        address = _us_address(tail)
        return None if address in _PRIVACY else address
    if match := _JAPAN.fullmatch(tail):
        return _japan_address(*match.groups())
    if tail.startswith(_NOT_BY_RULE):
        return None
    prefix = tail[:-3] if tail[-1:].isalpha() else tail.rstrip("0123456789")
    found = [a for block in _BY_PREFIX.get(prefix, ()) if (a := block.address(tail[len(prefix) :])) is not None]
    return found[0] if len(found) == 1 else None


def shared_address(tail: str) -> int | None:
    """The address that a tail number shares with another: that of RA-86559 for RF-86559. None: it shares none."""
    if tail[:3] not in _SHARED:
        return None
    address = address_by_rule(_SHARED[tail[:3]] + tail[3:])
    return address if address is not None and tail in tails_by_rule(address) else None


def may_begin(beginning: str) -> bool:
    """Tell whether a state's formula gives tail numbers that begin so, with or without the hyphen."""
    return any(
        prefix.startswith(beginning) or (beginning.startswith(prefix) and beginning[len(prefix) :][:1] in following)
        for prefix, following in _BEGINNINGS
    )


def tails_by_rule(address: int) -> tuple[str, ...]:
    """The tail numbers to which a state's formulas give this address: two where aircraft of two prefixes share it."""
    if address in _PRIVACY:
        return ()
    if tail := _us_tail(address) or _japan_tail(address):
        return (tail,)
    index = bisect_right(_STARTS, address) - 1
    if index < 0 or (suffix := _BLOCKS[index].suffix(address)) is None:
        return ()
    block = _BLOCKS[index]
    tail = block.prefix + suffix
    if tail.startswith(_NOT_BY_RULE):
        return ()
    return (tail, block.shared + suffix) if block.shared else (tail,)


def _us_address(tail: str) -> int | None:
    """Addresses follow the dictionary, letters before digits: N1, N1A, N1AA, …, N1ZZ, N10, N10A, …, N99999."""
    digits = tail[1:].rstrip(_LETTERS_24)
    length = len(digits)
    if not 1 <= length <= _US_DIGITS:
        return None
    try:
        address = _US_START + _US_LETTERS_ADDED[length - 1][tail[1 + length :]]
        for place, digit in enumerate(digits):
            address += _US_ADDED[place][digit]
    except KeyError:
        return None
    return address


def _us_tail(address: int) -> str | None:
    first, rest = divmod(address - _US_START, _US_SPAN[0])
    if not 0 <= first < 9:
        return None
    tail = f"N{first + 1}"
    for place, suffixes in enumerate(_US_SUFFIXES):
        if rest < suffixes:
            return tail + _us_letters(rest, two=suffixes > len(_LETTERS_24) + 1)
        digit, rest = divmod(rest - suffixes, _US_SPAN[place + 1])
        tail += str(digit)
    return tail


def _us_letters(index: int, *, two: bool) -> str:
    if index == 0:
        return ""
    letter, rest = divmod(index - 1, 1 + len(_LETTERS_24) if two else 1)
    return _LETTERS_24[letter] + _us_letters(rest, two=False)


def _japan_address(first: str, second: str, third: str | None, fourth: str, *letters: str) -> int:
    """Addresses follow the dictionary, digits before letters: JA0000, …, JA000A, …, JA0010, …, JA00AA, …, JA99ZZ."""
    address = _JAPAN_START + int(first) * _JAPAN_SPAN[0] + int(second) * _JAPAN_SPAN[1]
    if third is not None:
        return address + int(third) * _JAPAN_SPAN[2] + ("0123456789" + _LETTERS_24).index(fourth)
    a, b = (_LETTERS_24.index(letter) for letter in letters)
    return address + _JAPAN_DIGIT_THIRD + a * len(_LETTERS_24) + b


def _japan_tail(address: int) -> str | None:
    first, rest = divmod(address - _JAPAN_START, _JAPAN_SPAN[0])
    second, rest = divmod(rest, _JAPAN_SPAN[1])
    if not (0 <= first <= 9 and second <= 9):
        return None
    if rest < _JAPAN_DIGIT_THIRD:
        third, fourth = divmod(rest, _JAPAN_SPAN[2])
        return f"JA{first}{second}{third}{('0123456789' + _LETTERS_24)[fourth]}"
    a, b = divmod(rest - _JAPAN_DIGIT_THIRD, len(_LETTERS_24))
    return f"JA{first}{second}{_LETTERS_24[a]}{_LETTERS_24[b]}"
