"""What airfields are called, and which of them somebody means who writes a name.

The index is one text, a line a field: its rank, its code, and between bars whatever it may be called by, folded as
`folded` does it. A search is a search in that text, 2 ms for 44,317 fields; reading the index takes 25 ms, which nobody
pays who writes codes.
"""

import difflib
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from flightwatch.core.model import Airport
from flightwatch.errors import StoreError

SCHEDULED, KNOWN, SMALL = "0", "1", "2"
"""Ranks: airlines fly there by timetable; medium or large without; small. Small ones, 38,272 of 44,317, share the names of
most cities, and nobody means them who can mean another."""

SHORTEST_PART: Final = 4
"""Letters of a name's part that finds it; shorter ones stand in too many (``San``, ``New``)."""

SHORTEST_NAME: Final = 3
"""Letters of a whole name. Nearly all shorter ones are the two letters of an Italian province (``Gioia Del Colle (BA)``), which
stand for airlines, countries and words as well (``BA``, ``UN``, ``to``)."""

LONGEST: Final = 100
"""Characters of a text that may be a name; OurAirports' longest has 90 or so."""

SHORTEST_GUESS: Final = 5
"""Letters from which a misspelling is guessed at."""

ALIKE: Final = 0.8
"""How alike, by `difflib`, a name must be that somebody may have meant: a wrong letter in five, or two in ten."""
MOST_LETTERS: Final = 2
"""By how many letters a name that is `ALIKE` may be shorter or longer than the text."""

MOST_ALIKE: Final = 20
"""Most names spelt nearly like a text that are compared with it."""

_HEADER: Final = b"flightwatch airport names: rank, code, names; 1"

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"} | dict.fromkeys("'’‘`ʻʼ´", "")
)
"""Letters that are no others with an accent, and apostrophes, which are left out."""

_SHORT: Final = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_RUSSIAN_ENDING: Final = re.compile(r"(?<=[a-z]{2}[sc]k)(?:iy|ij|ii|yy|yj|i)\Z")
"""Ways to write the ending that is ``y`` in ``Chkalovsky``."""

_KINDS: Final = frozenset(
    re.findall(
        r"\w+",
        "airport airports aeroport aeropuerto aeroporto flughafen flugplatz lotnisko lufthavn aerodrome airdrome aerodromo "
        "airfield field airbase airpark airstrip strip base afb air force naval raf joint international intl regional "
        "municipal the of аэропорт аэродром международныи",  # the last as it is without its accent
    )
)
"""Words that say what it is, not which it is."""

_BETWEEN_NAMES: Final = re.compile(r"[/(),;]")
_NO_NAME: Final = re.compile(r"https?:|www\.|.{80}")
_VAGUE: Final = frozenset({"city", "central", "north", "south", "east", "west", "new", "old"})
"""Words by which no field is called, though they may be all that its name adds to its city's."""


class Match(Struct, frozen=True):
    """A field that is called so."""

    icao: str
    rank: str
    is_whole: bool
    """True if one of the field's names is just this, and not a longer one that holds it."""


class AirportNames:
    """The index: see `index_of`."""

    def __init__(self, index: str) -> None:
        self._index = index

    def before(self, others: "AirportNames") -> "AirportNames":
        """Both indexes as one, in which a field of both has the names of this one too."""
        return AirportNames("".join(sorted((self._index + others._index).splitlines(keepends=True), key=_rank_of)))

    def matches(self, name: str) -> list[Match]:
        """The fields that have this name, or one that holds it; scheduled ones first, then by size."""
        words = _asked(name)
        return [*self._called(words)] if words else []

    def alike(self, name: str) -> list[tuple[float, str]]:
        """The names of scheduled, medium and large fields that are spelt nearly so, and how nearly; the nearest first.

        None for what holds a digit, which is a slip in a tail number or a code.
        """
        words = _asked(name)
        if len(words) < SHORTEST_GUESS or any(letter.isdigit() for letter in words):
            return []
        near = difflib.get_close_matches(words, self._known, n=MOST_ALIKE, cutoff=ALIKE)
        return [
            (difflib.SequenceMatcher(None, name, words).ratio(), name)
            for name in near
            if abs(len(name) - len(words)) <= MOST_LETTERS
        ]

    @cached_property
    def _known(self) -> Sequence[str]:
        lines = self._index[: self._index.find(f"\n{SMALL}")].splitlines()
        names = {name for line in lines for name in line.partition("| ")[2].removesuffix(" |").split(" | ")}
        words = names | {word for name in names for word in name.split()}
        return sorted(word for word in words if len(word) >= SHORTEST_GUESS)

    def _called(self, words: str) -> Iterator[Match]:
        needle, index = f" {words} ", self._index
        at = index.find(needle)
        while at >= 0:
            begin, end = index.rfind("\n", 0, at) + 1, index.find("\n", at)
            line = index[begin:end]
            is_whole = f"|{needle}|" in line
            if len(words) >= (SHORTEST_NAME if is_whole else SHORTEST_PART):
                yield Match(line[1 : line.index("|")], line[0], is_whole)
            at = index.find(needle, end)


def index_of(
    airports: Iterable[Airport], other_names: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> AirportNames:
    """The index of these fields, with ``other_names`` by `Airport.icao`."""
    return AirportNames(_index_of(airports, other_names))


def encode_names(airports: Iterable[Airport], other_names: Mapping[str, Sequence[str]]) -> bytes:
    """The bytes of an index of these fields, to be kept in a file; `decode_names` reads them."""
    return _HEADER + b"\n" + zlib.compress(_index_of(airports, other_names).encode(), 9)


def decode_names(table: bytes) -> AirportNames:
    """The index that `encode_names` wrote. Raises StoreError when the bytes are damaged or of another version."""
    try:
        header, _, body = table.partition(b"\n")
        index = zlib.decompress(body).decode() if header == _HEADER else ""
    except zlib.error:
        index = ""
    if not index:
        raise StoreError(
            "the table of airport names is damaged or was written by another version: reinstall flightwatch"
        )
    return AirportNames(index)


def folded(name: str) -> str:
    """A name without what people write in different ways: case, accents, hyphens, ``St.``, ``International Airport``."""
    text = name.casefold().translate(_LETTERS)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    words = [_RUSSIAN_ENDING.sub("y", _SHORT.get(word, word)) for word in re.findall(r"\w+", text)]
    return " ".join([word for word in words if word not in _KINDS] or words)


def _asked(name: str) -> str:
    """The `folded` name that somebody asks for; empty where it is too long for a name, or says only what it is (``Airport``)."""
    words = folded(name) if len(name) <= LONGEST else ""
    return "" if _KINDS.issuperset(words.split()) else words


def _index_of(airports: Iterable[Airport], other_names: Mapping[str, Sequence[str]]) -> str:
    lines = [
        (_rank(a), a.size_order, a.icao, " | ".join(dict.fromkeys(_names(a, other_names.get(a.icao, ())))))
        for a in airports
    ]
    return "".join(f"{rank}{icao}| {names} |\n" for rank, _, icao, names in sorted(lines))


def _rank_of(line: str) -> str:
    return line[0]


def _rank(airport: Airport) -> str:
    return SCHEDULED if airport.scheduled else SMALL if airport.kind == "small" else KNOWN


def _names(airport: Airport, others: Sequence[str]) -> Iterator[str]:
    """What a field is called, folded: its name, its city, what its name adds to that (``Sunan``), both together, other names."""
    whole = folded(airport.name)
    yield whole
    for part in _BETWEEN_NAMES.split(airport.name):
        yield from filter(None, [folded(part)])
    for part in (airport.city or "", *_BETWEEN_NAMES.split(airport.city or "")):
        city = folded(part)
        if city:
            yield city
            own = whole.removeprefix(f"{city} ")
            if own not in _VAGUE:
                yield own
            if city not in whole and _rank(airport) != SMALL:
                yield f"{city} {whole}"
    for other in others:
        if not _NO_NAME.search(other):
            yield from filter(None, [folded(other)])
