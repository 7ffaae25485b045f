"""The watchlist's aircraft and airports: from nodes to what they name, each named once.

A channel's ``only`` names either. There, what holds ``*``, ``?`` or ``[`` is a glob over tail numbers; six hex digits are
an icao24; a tail number of this list is that aircraft, and so is one of a known rule, even where a small field in the United
States has it for a code (N92), but not where it is a city's name (Dakar, without its hyphen D-AKAR); then a code or a name is
its airport; and what has a digit, hyphen or plus may be any other tail number.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Airport, How, Icao24
from flightwatch.core.register import Register
from flightwatch.core.registration import icao24_of, is_flight, is_icao24, is_serial, normalise, registration_of
from flightwatch.core.selectors import Picked, Selector, name_of
from flightwatch.core.watched import TAG, WatchedAircraft, WatchedAirport, WatchedCallsign
from flightwatch.watchlist.airport_finder import AirportFinder
from flightwatch.watchlist.areas import watched_areas
from flightwatch.watchlist.lists import Columns, Lists, Row
from flightwatch.watchlist.misplaced import code_as_key, tail_and_label, tail_as_key
from flightwatch.watchlist.model import Meaning
from flightwatch.watchlist.node_reader import Reading, nearest, one_of, quoted, shown
from flightwatch.watchlist.selecting import (
    LIST_KEY,
    SELECTOR_KEYS,
    SelectorReader,
    as_key,
    is_selecting,
    no_lists,
)
from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar, Table

_AIRCRAFT_KEYS: Final = ("registration", "icao24", "label", "at", "tags")
_SELECTING_KEYS: Final = (*SELECTOR_KEYS, LIST_KEY, "label", "at", "tags")
_AIRPORT_KEYS: Final = ("code", "only")

_AIRCRAFT: Final = "a tail number such as RA-86559, or {registration: P-885, icao24: 7278a5}"
_AIRPORT: Final = "a code such as FNJ, or {code: FNJ, only: [P-*]}"
_TAIL: Final = "a tail number such as RA-86559"
_HEX: Final = "six hex digits such as 15521f"
_HEXES: Final = "six hex digits such as 15521f, or a list of them"
_LABEL: Final = "what to call the aircraft, such as Il-62M"
_SELECTED: Final = "what they are, such as {operator: Air Koryo}, {type: IL62, country: Russia} or {list: spotters.csv}"
_CODE: Final = "a code such as ZKPY or FNJ, or a name such as Pyongyang"
_AT: Final = "a list of airports such as [FNJ, VVO]"
_TAGS: Final = "a list of words such as [dprk]"
_ROUTED: Final = "a tail number such as RA-86559 or an airport such as FNJ"
_ROUTED_ONLY: Final = 'a list of tail numbers, icao24s, tags and airports such as [RA-86*, "tag:dprk", FNJ]'
_ONLY: Final = 'a list of tail numbers, icao24s and tags such as [RA-86*, 15521f, "tag:dprk"]'
"""What to write, in complaints."""

_MOST_TAGS: Final = 20
"""Tags that a complaint names, to choose from."""

_GLOB: Final = re.compile(r"[*?[]")
_TAIL_FORM: Final = re.compile(r"(?=.*[0-9+-])[A-Z0-9]+(?:[+-][A-Z0-9]+)*")


class _Said(Struct, frozen=True):
    """What stands beside the aircraft of an entry."""

    label: str | None
    at: tuple[str, ...]
    tags: tuple[str, ...]


class EntryReader:
    """Reads the aircraft first and the airports then, since these may ask for tags that those carry."""

    def __init__(
        self,
        reading: Reading,
        airports: Callable[[], Airports] | Airports,
        register: Callable[[], Register] | Register,
        lists: Lists = no_lists,
    ) -> None:
        self._reading = reading
        self._load_register = register
        self._finder = AirportFinder(reading, airports)
        self._selectors = SelectorReader(reading, lambda: self._register, lists)
        self.selected: list[Meaning] = []
        """What the entries mean that select, in the order of the list; complete when the aircraft have been read."""
        self.callsigns: list[WatchedCallsign] = []
        """Those of the entries that select by one; complete then, too."""
        self.files: list[str] = []
        """The lists that were named, as written; complete then, too."""
        self._tags: dict[str, str] = {}  # as meant → as written, which is what a complaint may show
        self._named: dict[str, dict[str, tuple[str, int]]] = {"tail": {}, "icao24": {}, "airport": {}}
        """Where each was named first: path and line. Six digits may be a tail number and an icao24."""
        self._icao24s_of: dict[str, tuple[Icao24, ...]] = {}
        """The watched icao24s of each tail number read before."""

    def aircraft(self, node: Node | None) -> tuple[WatchedAircraft, ...]:
        """The aircraft that ``node`` lists, without those whose icao24 nobody knows."""
        entries = self._reading.items(node, "aircraft", f"a list of entries, each {_AIRCRAFT}")
        found: list[WatchedAircraft] = []
        selecting = [(entry, path) for entry, path in entries if is_selecting(entry)]
        for entry, path in entries:
            if isinstance(entry, Scalar):
                found += self._bare(entry, path)
            elif not is_selecting(entry):
                found += self._described(entry, path)
        for entry, path in selecting:  # last, as who is named has the label that stands there
            found += self._selected(entry, path)
        return tuple(found)

    def airports(self, node: Node | None) -> tuple[WatchedAirport, ...]:
        """The airports that ``node`` lists, without those that nobody knows."""
        entries = self._reading.items(node, "airports", f"a list of entries, each {_AIRPORT}")
        found = (self._one_airport(entry, path) for entry, path in entries)
        return tuple(watched for watched in found if watched is not None)

    def areas(self, node: Node | None) -> tuple[WatchedArea, ...]:
        """The areas that ``node`` lists; to be read after the aircraft, for the tags."""
        return watched_areas(self._reading, node, self._only)

    @property
    def understood(self) -> tuple[str, ...]:
        """How names of airports were understood, a line each; complete when all entries have been read."""
        return tuple(self._finder.understood)

    def routed(self, node: Node | None, path: str) -> tuple[tuple[str, ...], tuple[Picked, ...], tuple[Airport, ...]]:
        """A channel's ``only``, airports' names in it as codes, its selectors and its airports; to be read last, for the tags."""
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
            elif _TAIL_FORM.fullmatch(normalise(pattern)):
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
            or normalise(pattern) in self._named["tail"]
            or (icao24_of(pattern) and not self._finder.is_name(pattern))
        )

    def _bare(self, name: Scalar, path: str) -> Sequence[WatchedAircraft]:
        """An entry that is a tail number or icao24 alone, as nearly all of a long watchlist are."""
        text = self._reading.text(name, path, _TAIL)
        registration: str | None = normalise(text)
        icao24s: tuple[Icao24, ...] = ()
        how: How = "given"
        if not registration:
            return ()
        if not is_icao24(text) or icao24_of(registration) is not None:
            icao24s, how = self._resolved(registration)
        elif not is_serial(text):
            icao24s, how = (text.lower(),), "given"
            registration = self._tail(icao24s[0])
            if is_flight(text):
                self._reading.remark(
                    name.line, path, f"is read as the icao24 {icao24s[0]}; a callsign cannot be watched"
                )
        if not icao24s and (key := as_key(text)) is not None:
            self._reading.complain(name.line, path, f"{quoted(name)} is no tail number, write {key}")
            return ()
        if not icao24s:
            advice = tail_and_label(name, self._is_tail)
            problem = f"{quoted(name)} is no tail number, {advice}" if advice else _unresolved(name, text, bare=True)
            self._reading.complain(name.line, path, problem)
            return ()
        new = self._new(name, path, registration or "", icao24s, how)
        return [WatchedAircraft(icao24, registration, how) for icao24 in new]

    def _described(self, node: Node, path: str) -> list[WatchedAircraft]:
        reading = self._reading
        if (misplaced := tail_as_key(node, _AIRCRAFT_KEYS, self._is_tail)) is not None:
            reading.complain(misplaced[0], path, misplaced[1])
            return []
        fields = reading.table(node, path, _AIRCRAFT_KEYS, _AIRCRAFT)
        tail, address = fields.get("registration"), fields.get("icao24")
        tail_path = f"{path}.registration"
        registration = normalise(reading.text(tail, tail_path, _TAIL))
        icao24s = self._icao24s(address, f"{path}.icao24")
        how: How = "given"
        if tail is None and address is None and fields:
            reading.complain(node.line, path, "names no aircraft, write registration: or icao24:")
        if isinstance(tail, Scalar) and registration and address is None:
            icao24s, how = self._resolved(registration)
            if not icao24s:
                reading.complain(tail.line, tail_path, _unresolved(tail, registration, bare=False))
        new = self._new(node, path, registration, icao24s, how) if icao24s else ()
        said = self._said(fields, path)
        # A tail number that was written and is wrong is not replaced.
        return [
            WatchedAircraft(
                icao24=icao24,
                registration=(registration or None) if tail else self._tail(icao24),
                how=how,
                label=said.label,
                at=said.at,
                tags=said.tags,
            )
            for icao24 in new
        ]

    def _selected(self, node: Node, path: str) -> Iterator[WatchedAircraft]:
        """An entry that means aircraft by what they are; those that an entry before it means are left out."""
        fields = self._reading.table(node, path, _SELECTING_KEYS, _SELECTED)
        selector, said = self._selectors.of_fields(fields, path), self._said(fields, path)
        listed = fields.get(LIST_KEY)
        if selector.callsign is not None:
            if listed is not None:
                self._reading.complain(node.line, path, "list: and callsign: do not go together, write two entries")
            elif (picked := self._selectors.picked(selector, node, path)) is not None:
                self.callsigns.append(WatchedCallsign(picked, said.label, said.at, said.tags))
                self.selected.append(Meaning(node.line, str(selector), (), is_callsign=True))
        elif listed is not None:
            yield from self._from_list(node, path, listed, selector, said)
        elif selector != Selector():
            found = self._selectors.registered(selector, node, path)
            if found is not None:
                aircraft = (WatchedAircraft(a.icao24, a.registration, "register", name_of(a)) for a in found)
                yield from self._all_new(node, path, str(selector), aircraft, said)

    def _from_list(
        self, node: Node, path: str, listed: Node, selector: Selector, said: _Said
    ) -> Iterator[WatchedAircraft]:
        """The aircraft of a list that fit a selector; it asks nothing where all are meant."""
        columns = self._selectors.columns(listed, f"{path}.{LIST_KEY}")
        if columns is None:
            return
        self.files.append(columns.name)
        text = ": ".join(filter(None, (columns.name, str(selector))))
        aircraft = self._of_rows(columns, self._selectors.rows(selector, columns, listed))
        yield from self._all_new(node, path, text, aircraft, said)
        for remark in columns.remarks():
            self._reading.relay_remark(listed.line, remark)

    def _of_rows(self, columns: Columns, rows: Iterable[Row]) -> Iterator[WatchedAircraft]:
        """The aircraft of a list's rows; of one without an icao24, those of its tail number."""
        for row in rows:
            airframe = row.airframe
            how: How = "given"
            self._tags |= {tag: tag for tag in row.tags}
            icao24s: tuple[Icao24, ...] = (airframe.icao24,)
            if not airframe.icao24:
                icao24s, how = self._resolved(airframe.registration or "")
            if not icao24s:
                tail = shown(airframe.registration or "")
                columns.leave_out(row.at, f"no rule gives the icao24 of {tail}, add it in a column icao24")
            for icao24 in icao24s:
                label = row.label or name_of(airframe)
                yield WatchedAircraft(icao24, airframe.registration, how, label, tags=row.tags)

    def _all_new(
        self, node: Node, path: str, text: str, aircraft: Iterable[WatchedAircraft], said: _Said
    ) -> Iterator[WatchedAircraft]:
        """Those of an entry's aircraft that no entry before it has, with what stands beside it; a remark counts the others."""
        tails, named, place = self._named["tail"], self._named["icao24"], (path, node.line)
        meant, before, repeated = dict[Icao24, None](), set[Icao24](), 0
        for each in aircraft:
            meant[each.icao24] = None
            if each.icao24 in named:
                repeated += 1
                if named[each.icao24] != place:
                    before.add(each.icao24)
                continue
            named[each.icao24] = place
            tail = normalise(each.registration) if each.registration else self._tail(each.icao24)
            if tail:
                tails.setdefault(tail, place)
            yield WatchedAircraft(
                icao24=each.icao24,
                registration=tail,
                how=each.how,
                label=said.label or each.label,
                at=said.at,
                tags=tuple(dict.fromkeys((*said.tags, *each.tags))),
            )
        if repeated:
            are = "is" if repeated == 1 else "are"
            self._reading.remark(node.line, path, f"{repeated:,} of its aircraft {are} named before, and watched once")
        self.selected.append(Meaning(node.line, text, tuple(meant), frozenset(before)))

    def _said(self, fields: Mapping[str, Node], path: str) -> _Said:
        """What stands beside an entry's aircraft."""
        return _Said(
            label=self._reading.text(fields.get("label"), f"{path}.label", _LABEL) or None,
            at=self._at(fields.get("at"), f"{path}.at"),
            tags=self._tags_of(fields.get("tags"), f"{path}.tags"),
        )

    def _is_tail(self, text: str) -> bool:
        tail = normalise(text)
        return bool(_TAIL_FORM.fullmatch(tail) or is_icao24(text) or icao24_of(tail))

    def _resolved(self, registration: str) -> tuple[tuple[Icao24, ...], How]:
        """The addresses of a tail number, and how they are known; empty where nobody knows them.

        A state's rule comes before the register, which volunteers write, and that before a guess.
        """
        resolution = icao24_of(registration)
        if resolution is not None and resolution.how != "guess":
            return (resolution.icao24,), resolution.how
        if found := self._register.by_registration(registration):
            return tuple(each.icao24 for each in found), "register"
        return ((resolution.icao24,), resolution.how) if resolution is not None else ((), "given")

    @property
    def _register(self) -> Register:
        if callable(self._load_register):
            self._load_register = self._load_register()
        return self._load_register

    def _icao24s(self, node: Node | None, path: str) -> tuple[Icao24, ...]:
        if not isinstance(node, Items):
            icao24 = self._icao24(node, path)
            return (icao24,) if icao24 else ()
        found = dict.fromkeys(self._icao24(*entry) for entry in self._reading.items(node, path, _HEXES))
        return tuple(filter(None, found))

    def _icao24(self, node: Node | None, path: str) -> Icao24:
        text = self._reading.text(node, path, _HEX)
        if text and isinstance(node, Scalar) and not is_icao24(text):
            self._reading.complain(node.line, path, f"{quoted(node)} is not an icao24, write {_HEX}")
            return ""
        return text.lower()

    def _tail(self, icao24: Icao24) -> str | None:
        """The tail number of an icao24: by rule, else as the register has it; None where it is not sure."""
        known = registration_of(icao24)
        if known is not None and known[1] != "guess":
            return known[0]
        listed = self._register.by_icao24(icao24)
        return normalise(listed.registration) if listed is not None and listed.registration else None

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
        elif (misplaced := code_as_key(node, _AIRPORT_KEYS)) is not None:
            self._reading.complain(misplaced[0], path, misplaced[1])
            return None
        else:
            fields = self._reading.table(node, path, _AIRPORT_KEYS, _AIRPORT, required=("code",))
            airport = self._airport(fields.get("code"), f"{path}.code")
        only, picks = self._only(fields.get("only"), f"{path}.only")
        if airport is None:
            return None
        first = self._named["airport"].setdefault(airport.icao, (path, node.line))
        if first[0] != path:
            self._remark(node, path, "is the same airport as {}, so it is left out", first)
            return None
        return WatchedAirport(airport, only, picks)

    def _only(self, node: Node | None, path: str) -> tuple[tuple[str, ...], tuple[Picked, ...]]:
        """The patterns that an ``only`` lists, each once, and whom its selectors mean."""
        found = [self._pattern(*entry, _ONLY) for entry in self._reading.items(node, path, _ONLY)]
        patterns = dict.fromkeys(pattern for pattern in found if isinstance(pattern, str) and pattern)
        return tuple(patterns), tuple(each for each in found if isinstance(each, Picked))

    def _airport(self, node: Node | None, path: str) -> Airport | None:
        text = self._reading.text(node, path, _CODE)
        return self._finder.require(node, text, path, _CODE) if text and isinstance(node, Scalar) else None

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
        if tag not in self._tags:
            self._reading.complain(node.line, path, f"{quoted(node)} is a tag that no aircraft has, {self._tag(node)}")
        return f"{TAG}{tag}"

    def _tag(self, node: Scalar) -> str:
        """What to write instead of a tag that no aircraft has. A list may have thousands of tags."""
        known = [f"{TAG}{written}" for written in self._tags.values() if written]
        if not known or (len(known) > _MOST_TAGS and nearest(node.written, known) is None):
            return "add it to the tags: of an aircraft"
        return one_of(node.written, known)

    def _new(
        self, node: Node, path: str, registration: str, icao24s: tuple[Icao24, ...], how: How
    ) -> tuple[Icao24, ...]:
        """Those of an entry's icao24s that are watched by it; ``registration`` may be empty."""
        tails, named = self._named["tail"], self._named["icao24"]
        if registration in tails or not named.keys().isdisjoint(icao24s):
            icao24s = self._not_yet(node, path, registration, icao24s, how)
        place = (path, node.line)
        for icao24 in icao24s:
            named[icao24] = place
        if registration and icao24s:
            tails.setdefault(registration, place)
            self._icao24s_of[registration] = self._icao24s_of.get(registration, ()) + icao24s
        return icao24s

    def _not_yet(
        self, node: Node, path: str, registration: str, icao24s: tuple[Icao24, ...], how: How
    ) -> tuple[Icao24, ...]:
        """Those icao24s that no entry before has, with a remark on the others.

        It is no complaint, as one line in 17,000 must not end all of them.
        """
        named = self._named["icao24"]
        new = tuple(icao24 for icao24 in icao24s if icao24 not in named)
        first = self._named["tail"].get(registration)
        if first is None:
            for icao24 in icao24s:
                if icao24 in named:
                    self._remark(node, path, f"has the icao24 {icao24} of {{}}, so it is left out", named[icao24])
        elif new and how == "given":
            all_of_them = ", ".join((*self._icao24s_of[registration], *new))
            one = f"if they are one aircraft, write one entry with icao24: [{all_of_them}]"
            doubt = f"has the tail number of {{}} and another icao24, so both are watched; {one}"
            self._remark(node, path, doubt, first)
        else:
            self._remark(node, path, "is the same aircraft as {}, so it is left out", first)
            return ()
        return new

    def _remark(self, node: Node, path: str, doubt: str, first: tuple[str, int]) -> None:
        self._reading.remark(node.line, path, doubt.format(f"{first[0]} on line {first[1]}"))


def _unresolved(tail: Scalar, text: str, *, bare: bool) -> str:
    six = "its six hex digits"
    if "," in tail.written:
        return f"{quoted(tail)} is no tail number, write each as an entry of its own"
    if not bare:
        return f"no rule gives the icao24 of {quoted(tail)}, add icao24: {six}"
    problem = f"no rule gives the icao24 of {quoted(tail)}, write {{registration: {quoted(tail)}, icao24: {six}}}"
    return f"{problem}, or {{icao24: {tail.written}}} if it is no tail number" if is_serial(text) else problem
