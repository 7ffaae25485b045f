"""What entries of a watchlist have named so far, so that each is watched once and whoever names it again is told."""

from flightwatch.core.model import How, Icao24
from flightwatch.watchlist.node_reader import Reading
from flightwatch.watchlist.yaml_nodes import Node

Where = tuple[str, int]
"""Where something was named first: path and line."""


class Named:
    """Remembers names, and remarks on those that come again. Six digits may be a tail number and an icao24."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.tails: dict[str, Where] = {}
        self.icao24s: dict[Icao24, Where] = {}
        self._airports: dict[str, Where] = {}
        self._icao24s_of: dict[str, tuple[Icao24, ...]] = {}
        """The watched icao24s of each tail number."""
        self.tags: dict[str, str] = {}
        """As meant → as written, which is what a complaint may show."""

    def is_first(self, icao: str, node: Node, path: str) -> bool:
        """Tell whether no entry before names the airport with this ICAO code; a remark says so where one does."""
        first = self._airports.setdefault(icao, (path, node.line))
        if first[0] != path:
            self._remark(node, path, "is the same airport as {}, so it is left out", first)
        return first[0] == path

    def new(
        self, node: Node, path: str, registration: str, icao24s: tuple[Icao24, ...], how: How
    ) -> tuple[Icao24, ...]:
        """Those of an entry's icao24s that are watched by it; ``registration`` may be empty."""
        tails, named = self.tails, self.icao24s
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
        named = self.icao24s
        new = tuple(icao24 for icao24 in icao24s if icao24 not in named)
        first = self.tails.get(registration)
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
