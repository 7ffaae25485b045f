"""The watchlist's airports: by code or by name, as far as only one can be meant. A misspelt name is told, and not taken."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport
from flightwatch.watchlist.node_reader import Reading, quoted
from flightwatch.watchlist.yaml_nodes import Scalar

if TYPE_CHECKING:
    from flightwatch.watchlist.airport_meant import Meant

_LONGEST_CODE: Final = 8
"""Characters of OurAirports' longest codes, such as ``KP-0012``; what is longer is no slip of the finger."""


class AirportFinder:
    """Finds the airports that nodes name. ``airports`` may be a function, which is called when the first is named."""

    def __init__(self, reading: Reading, airports: Callable[[], Airports] | Airports) -> None:
        self._reading = reading
        self._load = airports
        self._meant: dict[str, Meant] = {}
        self.understood: dict[str, None] = {}
        """How each text was understood that stands for an airport without being its code, a line each."""

    def find(self, node: Scalar, text: str) -> Airport | None:
        """The airport that ``text``, which stands in ``node``, means; None when it is none, or may be several."""
        if text.isupper() and (airport := self._airports.find(text)) is not None:
            return airport
        from flightwatch.watchlist.airport_meant import taken_line  # which a poll does without that is given codes

        found = self._of(text)
        if (line := taken_line(node.written, found)) is not None:
            self.understood[line] = None
        return found.one

    def is_name(self, text: str) -> bool:
        """Tell whether a text of letters alone is an airport's or a city's name, as some tail numbers without hyphen are."""
        if not text.isalpha():
            return False
        from flightwatch.watchlist.airport_meant import is_name

        return is_name(text, self._airports)

    def require(self, node: Scalar, text: str, path: str, write: str) -> Airport | None:
        """The airport that `find` finds, with a complaint when there is none; ``write`` says what to write."""
        airport = self.find(node, text)
        if airport is None:
            self._reading.complain(
                node.line, path, self.problem(node, text, "no airport has the code or name {}", write)
            )
        return airport

    def problem(self, node: Scalar, text: str, unknown: str, write: str) -> str:
        """What is wrong with a text that means no one airport, and what to write; ``unknown`` where it means none at all."""
        from flightwatch.watchlist.airport_meant import choice_in_a_line, is_country, meant, slip_of

        if "$" in node.written:  # what the environment holds must not come out by the back door
            return f"{unknown.format(quoted(node))}, write {write}"
        found = self._of(text)
        if is_country(text, found):
            return f"{quoted(node)} is a country, write an airport or a city there"
        if len(found.airports) > 1:
            return f"{quoted(node)} may be any of these airports, write the code of one: {choice_in_a_line(found)}"
        near = meant(text, self._airports)
        if near.airports:
            return f"{unknown.format(quoted(node))}, write {choice_in_a_line(near)} if that is meant"
        slip = slip_of(text, self._airports) if len(text) <= _LONGEST_CODE else None
        return f"{unknown.format(quoted(node))}, write {f'{slip} if that is meant' if slip else write}"

    def _of(self, text: str) -> "Meant":
        from flightwatch.watchlist.airport_meant import meant

        if text not in self._meant:
            self._meant[text] = meant(text, self._airports, guess=False)
        return self._meant[text]

    @property
    def _airports(self) -> Airports:
        if callable(self._load):
            self._load = self._load()
        return self._load
