"""Selectors as they are written, under ``aircraft:`` and in an ``only``, and whom they mean by the register or by a list.

Below ``aircraft:`` they are keys, ``{type: IL62, country: Russia}``. In an ``only`` such a mapping may stand as well, or one
of them as text, ``"type:IL62"``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from flightwatch.core.address_states import STATES, blocks_of
from flightwatch.core.model import Icao24
from flightwatch.core.register import NO_REGISTER, Register, Registered, fits
from flightwatch.core.selectors import Picked, Selector
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.lists import Columns, Lists, Row
from flightwatch.watchlist.node_reader import Reading, nearest, quoted
from flightwatch.watchlist.yaml_nodes import Node, Scalar, Table

SELECTOR_KEYS: Final = ("operator", "type", "country", "callsign", "military")
LIST_KEY: Final = "list"

MOST_SELECTED: Final = 20_000
"""Most aircraft that an entry may mean. Of 17,196 a poll takes 0.1 s and 30 MB more than of two, 0.3 s where they are read anew
(tests/bench/bench_selectors.py)."""

MOST_PICKED: Final = 100_000
"""Most airframes that a selector of an ``only`` may mean by the register: some 15 MB of addresses."""

_WRITE: Final[Mapping[str, str]] = {
    "operator": "a name such as Air Koryo, or *Air Force",
    "type": "a type such as IL62 or Il-62*",
    "country": "a country such as Russia or RU",
    "callsign": "a callsign such as RSD123 or RSD*",
    "military": "true, or leave it out",
    "list": "a file such as spotters.csv, beside the watchlist",
}
"""What to write, in complaints."""

_MANY: Final = 4
"""Countries that begin alike of which none is proposed."""

_CALLSIGN: Final = re.compile(r"[A-Z0-9]{2}[A-Z0-9*?]{0,6}")
"""Two characters at least, as whoever is heard would be meant by fewer, and no more than a callsign has."""

_PREFIXED: Final = re.compile(rf"({'|'.join(SELECTOR_KEYS[:4])}):(.+)", re.DOTALL)


class SelectorReader:
    """Reads selectors, and asks the register, or a list, whom they mean."""

    def __init__(self, reading: Reading, register: Callable[[], Register], lists: Lists) -> None:
        self._reading = reading
        self._register = register
        self._lists = lists

    def of_fields(self, fields: Mapping[str, Node], path: str) -> Selector:
        """What keys ask for; what was written wrongly is left out, with a complaint."""
        asked = {key: self._text(fields[key], key, f"{path}.{key}") for key in SELECTOR_KEYS if key in fields}
        return _selector(asked)

    def of_pattern(self, pattern: str, node: Scalar, path: str) -> Selector | None:
        """What a text in an ``only`` asks for; None where it is no selector."""
        if pattern == "military":
            return Selector(is_military=True)
        if (written := _PREFIXED.fullmatch(pattern)) is None:
            return None
        return _selector({written[1]: self._value(node, written[2].strip(), written[1], path)})

    def registered(self, selector: Selector, node: Node, path: str) -> tuple[Registered, ...] | None:
        """The airframes that an entry below ``aircraft:`` means, by address; None, with a complaint: that cannot be told."""
        return self._found(selector, node, path, MOST_SELECTED, "or put it into the only: of an airport")

    def picked(self, selector: Selector, node: Node, path: str) -> Picked | None:
        """What a selector of an ``only`` means; None where it asks nothing, or what cannot be told."""
        if selector == Selector():
            return None
        if not selector.is_of_register:
            return Picked(selector)
        found = self._found(selector, node, path, MOST_PICKED, "or ask for less")
        return None if found is None else Picked(selector, frozenset(each.icao24 for each in found))

    def columns(self, node: Node, path: str) -> Columns | None:
        """The list that is named; None, with a complaint, where it cannot be read."""
        name = self._text(node, "list", path)
        try:
            return Columns(name, self._lists(name)) if name else None
        except WatchlistError as error:
            self._reading.complain(node.line, path, str(error))
            return None

    def rows(self, selector: Selector, columns: Columns, node: Node) -> Iterator[Row]:
        """Those rows of the list that ``node`` names that fit."""
        asked = (selector.operator, selector.kind, selector.is_military or None)
        blocks = _blocks(selector)
        for row in columns.rows():
            if fits(row.airframe, operator=asked[0], kind=asked[1], military=asked[2], blocks=blocks):
                yield row
        for complaint in columns.complaints:
            self._reading.relay(node.line, complaint)

    def _found(
        self, selector: Selector, node: Node, path: str, most: int, instead: str
    ) -> tuple[Registered, ...] | None:
        register = self._register()
        if register is NO_REGISTER:
            problem = f"{selector} needs the register of aircraft, fetch it once with: flightwatch update"
            self._reading.complain(node.line, path, problem)
            return None
        every = register.select(
            operator=selector.operator,
            kind=selector.kind,
            military=selector.is_military or None,
            blocks=_blocks(selector),
        )
        found = tuple(islice(every, most))
        if more := sum(1 for _ in every):
            problem = f"{selector} means {len(found) + more:,} aircraft, and {most:,} is the most"
            self._reading.complain(
                node.line, path, f"{problem}: narrow it by a further key such as country:, {instead}"
            )
            return ()
        if not found:
            self._reading.remark(node.line, path, f"{selector} means nobody that the register of aircraft knows")
        return found

    def _text(self, node: Node, key: str, path: str) -> str:
        if isinstance(node, Scalar) and "${" in node.written:
            return self._value(node, node.written, key, path)
        text = self._reading.text(node, path, _WRITE[key])
        return self._value(node, text, key, path) if text and isinstance(node, Scalar) else ""

    def _value(self, node: Scalar, text: str, key: str, path: str) -> str:
        """A selector's text as it is meant; empty, with a complaint, where it means nothing."""
        problem = None
        match key:
            case _ if "${" in node.written:  # what it means is shown, which no secret may be
                problem = f"takes nothing from the environment, write {_WRITE[key]}"
            case "callsign":
                text = text.upper()
                if not _CALLSIGN.fullmatch(text):
                    problem = f"{quoted(node)} is no callsign, write two letters or digits at least, as RSD*"
            case "country" if not blocks_of(text):
                problem = f"{quoted(node)} is no country that has aircraft addresses, write {_country(text)}"
            case "military" if text.lower() not in ("true", "yes"):
                problem = f"is {quoted(node)}, write {_WRITE[key]}"
        if problem is not None:
            self._reading.complain(node.line, path, problem)
            return ""
        return text


def is_selecting(node: Node) -> bool:
    """Tell whether an entry below ``aircraft:`` selects instead of naming an aircraft."""
    return isinstance(node, Table) and any(key.written in (*SELECTOR_KEYS, LIST_KEY) for key, _ in node.pairs)


def as_key(text: str) -> str | None:
    """The entry to write for a selector that stands as a text below ``aircraft:``; None where it is none."""
    written = _PREFIXED.fullmatch(text)
    return None if written is None else f"{{{written[1]}: {written[2].strip()}}}"


def _selector(asked: Mapping[str, str]) -> Selector:
    return Selector(
        operator=asked.get("operator") or None,
        kind=asked.get("type") or None,
        country=asked.get("country") or None,
        callsign=asked.get("callsign") or None,
        is_military=bool(asked.get("military")),
    )


def _country(text: str) -> str:
    """What to write for a country that is not known by this name."""
    begun = [state for state in STATES if state.casefold().startswith(text.casefold())]
    near = nearest(text.title(), STATES)
    return " or ".join(begun if 0 < len(begun) < _MANY else filter(None, (near,))) or _WRITE["country"]


def _blocks(selector: Selector) -> tuple[tuple[Icao24, Icao24], ...]:
    return blocks_of(selector.country) if selector.country is not None else ()


def no_lists(name: str) -> bytes:  # noqa: ARG001 as `Lists` has it
    """For a watchlist that lies in no folder. Raises WatchlistError."""
    raise WatchlistError(["a list is read from beside a watchlist's file, and this one has none"])
