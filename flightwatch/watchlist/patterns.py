"""The patterns of an ``only``: whom a place or a channel is for.

A channel's ``only`` names aircraft or airports. There, what holds ``*``, ``?`` or ``[`` is a glob over tail numbers; six hex
digits are an icao24; a tail number of this list is that aircraft, and so is one of a known rule, even where a small field in the
United States has it for a code (N92), but not where it is a city's name (Dakar, without its hyphen D-AKAR); then a code or a name
is its airport; and what has a digit, hyphen or plus may be any other tail number.
"""

import re
from typing import Final

from flightwatch.core.model import Airport
from flightwatch.core.registration import icao24_of, is_icao24, normalise
from flightwatch.core.selectors import Picked
from flightwatch.core.watched import TAG
from flightwatch.watchlist.airport_finder import AirportFinder
from flightwatch.watchlist.named import Named
from flightwatch.watchlist.node_reader import Reading, nearest, one_of, quoted
from flightwatch.watchlist.selecting import SELECTOR_KEYS, SelectorReader, is_selecting
from flightwatch.watchlist.yaml_nodes import Node, Scalar, Table

_ROUTED: Final = "a tail number such as RA-86559 or an airport such as FNJ"
_ROUTED_ONLY: Final = 'a list of tail numbers, icao24s, tags and airports such as [RA-86*, "tag:dprk", FNJ]'
_ONLY: Final = 'a list of tail numbers, icao24s and tags such as [RA-86*, 15521f, "tag:dprk"]'
"""What to write, in complaints."""

_MOST_TAGS: Final = 20
"""Tags that a complaint names, to choose from."""

_GLOB: Final = re.compile(r"[*?[]")
TAIL_FORM: Final = re.compile(r"(?=.*[0-9+-])[A-Z0-9]+(?:[+-][A-Z0-9]+)*")
"""What may be a tail number, normalised: something in it is no letter."""


class PatternReader:
    """Reads them when all aircraft have been read: patterns may ask for tags and tail numbers that those have."""

    def __init__(self, reading: Reading, finder: AirportFinder, selectors: SelectorReader, named: Named) -> None:
        self._reading = reading
        self._finder = finder
        self._selectors = selectors
        self._named = named

    def only(self, node: Node | None, path: str) -> tuple[tuple[str, ...], tuple[Picked, ...]]:
        """The patterns that an ``only`` lists, each once, and whom its selectors mean."""
        found = [self._pattern(*entry, _ONLY) for entry in self._reading.items(node, path, _ONLY)]
        patterns = dict.fromkeys(pattern for pattern in found if isinstance(pattern, str) and pattern)
        return tuple(patterns), tuple(each for each in found if isinstance(each, Picked))

    def routed(self, node: Node | None, path: str) -> tuple[tuple[str, ...], tuple[Picked, ...], tuple[Airport, ...]]:
        """A channel's ``only``, airports' names in it as codes, its selectors and its airports."""
        patterns: list[str] = []
        picks: list[Picked] = []
        airports: dict[str, Airport] = {}
        for entry, where in self._reading.items(node, path, _ROUTED_ONLY):
            pattern = self._pattern(entry, where, _ROUTED_ONLY)
            if isinstance(pattern, Picked):
                picks.append(pattern)
            if not isinstance(pattern, str) or not pattern or not isinstance(entry, Scalar):
                continue
            if self._means_aircraft(pattern):
                patterns.append(pattern)
            elif airport := self._finder.find(entry, pattern):
                is_code = pattern.upper() in (airport.iata, airport.icao)
                patterns.append(pattern if is_code else airport.iata or airport.icao)
                airports.setdefault(airport.icao, airport)
            elif TAIL_FORM.fullmatch(normalise(pattern)):
                patterns.append(pattern)
            else:
                unknown = "{} is neither a tail number nor an airport"
                self._reading.complain(entry.line, where, self._finder.problem(entry, pattern, unknown, _ROUTED))
        return tuple(dict.fromkeys(patterns)), tuple(picks), tuple(airports.values())

    def _means_aircraft(self, pattern: str) -> bool:
        return bool(
            pattern.startswith(TAG)
            or _GLOB.search(pattern)
            or is_icao24(pattern)
            or normalise(pattern) in self._named.tails
            or (icao24_of(pattern) and not self._finder.is_name(pattern))
        )

    def _pattern(self, node: Node, path: str, write: str) -> str | Picked:
        """A pattern of an ``only``, or whom a selector there means; empty where it is complained of."""
        if isinstance(node, Table) and is_selecting(node):
            fields = self._reading.table(node, path, SELECTOR_KEYS, write)
            return self._selectors.picked(self._selectors.of_fields(fields, path), node, path) or ""
        pattern = self._reading.text(node, path, write)
        if not isinstance(node, Scalar):
            return pattern
        if (selector := self._selectors.of_pattern(pattern, node, path)) is not None:
            return self._selectors.picked(selector, node, path) or ""
        if not pattern.startswith(TAG):
            return pattern
        tag = pattern.removeprefix(TAG).strip()
        if tag not in self._named.tags:
            self._reading.complain(node.line, path, f"{quoted(node)} is a tag that no aircraft has, {self._tag(node)}")
        return f"{TAG}{tag}"

    def _tag(self, node: Scalar) -> str:
        """What to write instead of a tag that no aircraft has. A list may have thousands of tags."""
        known = [f"{TAG}{written}" for written in self._named.tags.values() if written]
        if not known or (len(known) > _MOST_TAGS and nearest(node.written, known) is None):
            return "add it to the tags: of an aircraft"
        return one_of(node.written, known)
