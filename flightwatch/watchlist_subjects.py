"""The watchlist's aircraft and airports: from nodes to what they name, each named once.

A channel's ``only`` names either. There, what holds ``*``, ``?`` or ``[`` is a glob over tail numbers; six hex digits are
an icao24; a tail number of this list or of a known rule is that aircraft, even where a small field in the United States has
it for a code (N92); then a code or a name is its airport; and what has a digit, hyphen or plus may be any other tail number.
"""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final

from flightwatch.airports import Airports
from flightwatch.model import Airport, How, Icao24
from flightwatch.registration import icao24_of, normalise, registration_of
from flightwatch.watched import TAG, WatchedAircraft, WatchedAirport
from flightwatch.watchlist_places import Places
from flightwatch.watchlist_yaml import Node, Reading, Scalar, one_of, quoted

_AIRCRAFT_KEYS: Final = ("registration", "icao24", "label", "at", "tags")
_AIRPORT_KEYS: Final = ("code", "only")

_AIRCRAFT: Final = "a tail number such as RA-86559, or {registration: P-885, icao24: 7278a5}"
_AIRPORT: Final = "a code such as FNJ, or {code: FNJ, only: [P-*]}"
_TAIL: Final = "a tail number such as RA-86559"
_HEX: Final = "six hex digits such as 15521f"
_LABEL: Final = "what to call the aircraft, such as Il-62M"
_CODE: Final = "a code such as ZKPY or FNJ, or a name such as Pyongyang"
_AT: Final = "a list of airports such as [FNJ, VVO]"
_TAGS: Final = "a list of words such as [dprk]"
_ROUTED: Final = "a tail number such as RA-86559 or an airport such as FNJ"
_ROUTED_ONLY: Final = 'a list of tail numbers, icao24s, tags and airports such as [RA-86*, "tag:dprk", FNJ]'
_ONLY: Final = 'a list of tail numbers, icao24s and tags such as [RA-86*, 15521f, "tag:dprk"]'
"""What to write, in complaints."""

_ICAO24: Final = re.compile(r"[0-9a-fA-F]{6}")
_GLOB: Final = re.compile(r"[*?[]")
_TAIL_FORM: Final = re.compile(r"(?=.*[0-9+-])[A-Z0-9]+(?:[+-][A-Z0-9]+)*")


class Subjects:
    """Reads the aircraft first and the airports then, since these may ask for tags that those carry."""

    def __init__(
        self, reading: Reading, airports: Callable[[], Airports] | Airports, register: Mapping[str, Icao24]
    ) -> None:
        self._reading = reading
        self._places = Places(reading, airports)
        self._register = register
        self._tags: dict[str, str] = {}  # as meant → as written, which is what a complaint may show
        self._named: dict[str, dict[str, tuple[str, int]]] = {"aircraft": {}, "airport": {}}

    def aircraft(self, node: Node | None) -> tuple[WatchedAircraft, ...]:
        """The aircraft that ``node`` lists, without those whose icao24 nobody knows."""
        entries = self._reading.items(node, "aircraft", f"a list of entries, each {_AIRCRAFT}")
        found = [
            self._bare(entry, path) if isinstance(entry, Scalar) else self._described(entry, path)
            for entry, path in entries
        ]
        return tuple(aircraft for aircraft in found if aircraft.icao24)

    def airports(self, node: Node | None) -> tuple[WatchedAirport, ...]:
        """The airports that ``node`` lists, without those that nobody knows."""
        entries = self._reading.items(node, "airports", f"a list of entries, each {_AIRPORT}")
        found = (self._one_airport(entry, path) for entry, path in entries)
        return tuple(watched for watched in found if watched is not None)

    @property
    def understood(self) -> tuple[str, ...]:
        """How names of airports were understood, a line each; complete when all else was read."""
        return tuple(self._places.understood)

    def routed(self, node: Node | None, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A channel's ``only`` as written, and the ICAO codes of the airports in it; to be read last, for the tags."""
        patterns, airports = [], []
        for entry, where in self._reading.items(node, path, _ROUTED_ONLY):
            pattern = self._pattern(entry, where, _ROUTED_ONLY)
            if not pattern or not isinstance(entry, Scalar):
                continue
            patterns.append(pattern)
            if not self._means_aircraft(pattern):
                if airport := self._places.find(entry, pattern):
                    airports.append(airport.icao)
                elif not _TAIL_FORM.fullmatch(normalise(pattern)):
                    unknown = "{} is neither a tail number nor an airport"
                    self._reading.complain(entry.line, where, self._places.problem(entry, pattern, unknown, _ROUTED))
        return tuple(dict.fromkeys(patterns)), tuple(dict.fromkeys(airports))

    def _means_aircraft(self, pattern: str) -> bool:
        return bool(
            pattern.startswith(TAG)
            or _GLOB.search(pattern)
            or _ICAO24.fullmatch(pattern)
            or normalise(pattern) in self._named["aircraft"]
            or icao24_of(pattern, self._register)
        )

    def _bare(self, tail: Scalar, path: str) -> WatchedAircraft:
        """An entry that is a tail number alone, as nearly all of a long watchlist are."""
        registration = normalise(self._reading.text(tail, path, _TAIL))
        icao24, how = self._resolved(tail, registration, path, bare=True)
        self._once(tail, path, "aircraft", icao24, registration)
        return WatchedAircraft(icao24, registration or None, how)

    def _described(self, node: Node, path: str) -> WatchedAircraft:
        reading = self._reading
        fields = reading.table(node, path, _AIRCRAFT_KEYS, _AIRCRAFT)
        tail, address = fields.get("registration"), fields.get("icao24")
        tail_path = f"{path}.registration"
        registration = normalise(reading.text(tail, tail_path, _TAIL))
        icao24 = self._icao24(address, f"{path}.icao24")
        how: How = "given"
        if tail is None and address is None and fields:
            reading.complain(node.line, path, "names no aircraft, write registration: or icao24:")
        if isinstance(tail, Scalar) and address is None:
            icao24, how = self._resolved(tail, registration, tail_path, bare=False)
        self._once(node, path, "aircraft", icao24, registration)
        if icao24 and tail is None and (known := registration_of(icao24, self._tails)) and known[1] != "guess":
            registration = known[0]
        label = reading.text(fields.get("label"), f"{path}.label", _LABEL)
        at = self._at(fields.get("at"), f"{path}.at")
        tags = self._tags_of(fields.get("tags"), f"{path}.tags")
        return WatchedAircraft(icao24, registration or None, how, label or None, at, tags)

    def _resolved(self, tail: Scalar, registration: str, path: str, *, bare: bool) -> tuple[Icao24, How]:
        """The icao24 of a tail number, empty when it is not known, and how it is known."""
        if registration:
            if resolution := icao24_of(registration, self._register):
                return resolution.icao24, resolution.how
            self._reading.complain(tail.line, path, _unresolved(tail, bare=bare))
        return "", "given"

    def _icao24(self, node: Node | None, path: str) -> Icao24:
        text = self._reading.text(node, path, _HEX)
        if text and isinstance(node, Scalar) and not _ICAO24.fullmatch(text):
            self._reading.complain(node.line, path, f"{quoted(node)} is not an icao24, write {_HEX}")
            return ""
        return text.lower()

    @cached_property
    def _tails(self) -> dict[Icao24, str]:
        return {icao24: registration for registration, icao24 in self._register.items()}

    def _at(self, node: Node | None, path: str) -> tuple[str, ...]:
        found = [self._airport(code, where) for code, where in self._reading.items(node, path, _AT)]
        return tuple(dict.fromkeys(airport.icao for airport in found if airport is not None))

    def _tags_of(self, node: Node | None, path: str) -> tuple[str, ...]:
        tags = {
            self._reading.text(entry, where, _TAGS): entry.written if isinstance(entry, Scalar) else ""
            for entry, where in self._reading.items(node, path, _TAGS)
        }
        self._tags |= tags
        return tuple(tags)

    def _one_airport(self, node: Node, path: str) -> WatchedAirport | None:
        if isinstance(node, Scalar):
            fields: dict[str, Node] = {}
            airport = self._airport(node, path)
        else:
            fields = self._reading.table(node, path, _AIRPORT_KEYS, _AIRPORT, required=("code",))
            airport = self._airport(fields.get("code"), f"{path}.code")
        only = tuple(
            self._pattern(*entry, _ONLY) for entry in self._reading.items(fields.get("only"), f"{path}.only", _ONLY)
        )
        if airport is None:
            return None
        self._once(node, path, "airport", airport.icao)
        return WatchedAirport(airport, tuple(dict.fromkeys(only)))

    def _airport(self, node: Node | None, path: str) -> Airport | None:
        text = self._reading.text(node, path, _CODE)
        return self._places.require(node, text, path, _CODE) if text and isinstance(node, Scalar) else None

    def _pattern(self, node: Node, path: str, write: str) -> str:
        pattern = self._reading.text(node, path, write)
        if not pattern.startswith(TAG):
            return pattern
        tag = pattern.removeprefix(TAG).strip()
        if tag not in self._tags and isinstance(node, Scalar):
            known = [f"{TAG}{written}" for written in self._tags.values() if written]
            advice = one_of(node.written, known) if known else "add it to the tags: of an aircraft"
            self._reading.complain(node.line, path, f"{quoted(node)} is a tag that no aircraft has, {advice}")
        return f"{TAG}{tag}"

    def _once(self, node: Node, path: str, kind: str, *names: str) -> None:
        """Complain when one of the names, of which any may be empty, was there before; else remember them."""
        named = self._named[kind]
        for name in names:
            if name in named:
                first_path, first_line = named[name]
                problem = f"is the same {kind} as {first_path} on line {first_line}, remove one of the two"
                self._reading.complain(node.line, path, problem)
                return
        for name in names:
            if name:
                named[name] = (path, node.line)


def _unresolved(tail: Scalar, *, bare: bool) -> str:
    if bare and _ICAO24.fullmatch(tail.written):
        return f"no rule knows the tail number {quoted(tail)}, write {{icao24: {tail.written}}} if it is an icao24"
    six = "its six hex digits"
    advice = f"write {{registration: {quoted(tail)}, icao24: {six}}}" if bare else f"add icao24: {six}"
    return f"no rule gives the icao24 of {quoted(tail)}, {advice}"
