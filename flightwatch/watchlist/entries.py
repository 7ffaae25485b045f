"""The watchlist's aircraft, airports and areas: from nodes to what they name, each named once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Airport, How, Icao24
from flightwatch.core.register import Register
from flightwatch.core.registration import icao24_of, is_flight, is_icao24, is_serial, is_unset, normalise
from flightwatch.core.selectors import Selector, name_of
from flightwatch.core.watched import WatchedAircraft, WatchedAirport, WatchedCallsign
from flightwatch.watchlist.airport_finder import AirportFinder
from flightwatch.watchlist.areas import watched_areas
from flightwatch.watchlist.identities import Identities
from flightwatch.watchlist.lists import Columns, Lists, Row
from flightwatch.watchlist.misplaced import code_as_key, tail_and_label, tail_as_key
from flightwatch.watchlist.model import Meaning
from flightwatch.watchlist.named import Named
from flightwatch.watchlist.node_reader import Reading, quoted, shown
from flightwatch.watchlist.patterns import TAIL_FORM, PatternReader
from flightwatch.watchlist.selecting import (
    LIST_KEY,
    SELECTOR_KEYS,
    SelectorReader,
    as_key,
    is_selecting,
    no_lists,
)
from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar

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
"""What to write, in complaints."""


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
        self._identities = Identities(register)
        self._finder = AirportFinder(reading, airports)
        self._selectors = SelectorReader(reading, lambda: self._identities.register, lists)
        self._named = Named(reading)
        self.patterns = PatternReader(reading, self._finder, self._selectors, self._named)
        """For the ``only`` of channels, to be used last."""
        self.selected: list[Meaning] = []
        """What the entries mean that select, in the order of the list; complete when the aircraft have been read."""
        self.callsigns: list[WatchedCallsign] = []
        """Those of the entries that select by one; complete then, too."""
        self.files: list[str] = []
        """The lists that were named, as written; complete then, too."""

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
        return watched_areas(self._reading, node, self.patterns.only)

    @property
    def understood(self) -> tuple[str, ...]:
        """How names of airports were understood, a line each; complete when all entries have been read."""
        return tuple(self._finder.understood)

    def _bare(self, name: Scalar, path: str) -> Sequence[WatchedAircraft]:
        """An entry that is a tail number or icao24 alone, as nearly all of a long watchlist are."""
        text = self._reading.text(name, path, _TAIL)
        registration: str | None = normalise(text)
        icao24s: tuple[Icao24, ...] = ()
        how: How = "given"
        if not registration:
            return ()
        if not is_icao24(text) or icao24_of(registration) is not None:
            icao24s, how = self._identities.resolved(registration)
        elif not is_serial(text):
            icao24s, how = (text.lower(),), "given"
            registration = self._identities.tail_of(icao24s[0])
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
        new = self._named.new(name, path, registration or "", icao24s, how)
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
            icao24s, how = self._identities.resolved(registration)
            if not icao24s:
                reading.complain(tail.line, tail_path, _unresolved(tail, registration, bare=False))
        new = self._named.new(node, path, registration, icao24s, how) if icao24s else ()
        said = self._said(fields, path)
        # A tail number that was written and is wrong is not replaced.
        return [
            WatchedAircraft(
                icao24=icao24,
                registration=(registration or None) if tail else self._identities.tail_of(icao24),
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
            self._named.tags |= {tag: tag for tag in row.tags}
            icao24s: tuple[Icao24, ...] = (airframe.icao24,)
            if not airframe.icao24:
                icao24s, how = self._identities.resolved(airframe.registration or "")
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
        tails, named, place = self._named.tails, self._named.icao24s, (path, node.line)
        meant, before, repeated = dict[Icao24, None](), set[Icao24](), 0
        for each in aircraft:
            meant[each.icao24] = None
            if each.icao24 in named:
                repeated += 1
                if named[each.icao24] != place:
                    before.add(each.icao24)
                continue
            named[each.icao24] = place
            tail = normalise(each.registration) if each.registration else self._identities.tail_of(each.icao24)
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
        return bool(TAIL_FORM.fullmatch(tail) or is_icao24(text) or icao24_of(tail))

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

    def _at(self, node: Node | None, path: str) -> tuple[str, ...]:
        found = [self._airport(code, where) for code, where in self._reading.items(node, path, _AT)]
        return tuple(dict.fromkeys(airport.icao for airport in found if airport is not None))

    def _tags_of(self, node: Node | None, path: str) -> tuple[str, ...]:
        tags = {
            self._reading.text(entry, where, _TAGS): entry.written if isinstance(entry, Scalar) else ""
            for entry, where in self._reading.items(node, path, _TAGS)
        }
        self._named.tags |= tags
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
        only, picks = self.patterns.only(fields.get("only"), f"{path}.only")
        if airport is None or not self._named.is_first(airport.icao, node, path):
            return None
        return WatchedAirport(airport, only, picks)

    def _airport(self, node: Node | None, path: str) -> Airport | None:
        text = self._reading.text(node, path, _CODE)
        return self._finder.require(node, text, path, _CODE) if text and isinstance(node, Scalar) else None


def _unresolved(tail: Scalar, text: str, *, bare: bool) -> str:
    six = "its six hex digits"
    if "," in tail.written:
        return f"{quoted(tail)} is no tail number, write each as an entry of its own"
    if not bare:
        return f"no rule gives the icao24 of {quoted(tail)}, add icao24: {six}"
    problem = f"no rule gives the icao24 of {quoted(tail)}, write {{registration: {quoted(tail)}, icao24: {six}}}"
    if is_serial(text) and not is_unset(text):
        return f"{problem}, or {{icao24: {tail.written}}} if it is no tail number"
    return problem
