"""The watchlist's ``airfields:``: fields that the table lacks, or has otherwise than the user knows them."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Runway
from flightwatch.watchlist.node_reader import Reading, quoted
from flightwatch.watchlist.numbers import number, place
from flightwatch.watchlist.yaml_nodes import Node, Scalar

_KEYS: Final = ("code", "name", "at", "iata", "elevation_m", "country", "runways")
_RUNWAY_KEYS: Final = ("heading", "length_m")

_FIELD: Final = "{code: ZKXX, at: [39.17, 127.49], runways: [{heading: 142, length_m: 3500}]}"
_FIELDS: Final = f"a list of entries, each {_FIELD}"
_CODE: Final = "an ICAO code such as ZKWS, or one of your own of 3 to 8 capitals, digits and hyphens"
_IATA: Final = "three letters such as WOS"
_NAME: Final = "what the field is called"
_COUNTRY: Final = "the country's name"
_AT: Final = "its latitude and longitude in degrees, such as [39.17, 127.49]"
_ELEVATION: Final = "metres above the sea such as 38"
_HEADING: Final = "degrees such as 142"
_LENGTH: Final = "metres such as 3500"
_RUNWAY: Final = "{heading: 142, length_m: 3500}"
_RUNWAYS: Final = f"a list of strips, each {_RUNWAY}"
"""What to write, in complaints."""

_CODE_FORM: Final = re.compile(r"(?=.*[A-Z])[A-Z0-9][A-Z0-9-]{2,7}")
_IATA_FORM: Final = re.compile(r"[A-Z]{3}")

LOWEST_M, HIGHEST_M = -450.0, 6000.0
"""Elevations of the lowest field, by the Dead Sea, and the highest, in Tibet, and a little more, m."""
SHORTEST_M, LONGEST_M = 150.0, 8000.0
"""Lengths of a strip for aeroplanes, m; the longest, on a dry lake, has 12 km, and a runway no more than 5,500 m."""


Table = Callable[[], Airports] | Airports
"""The airfields, or what loads them."""


def with_fields(airports: Table, fields: tuple[Airport, ...]) -> Table:
    """The same airfields, loaded no sooner than before, and these."""
    if not fields:
        return airports
    return lambda: (airports() if callable(airports) else airports).with_added(fields)


class AirfieldReader:
    """Reads the fields first, as the other sections may name them; ``airports`` tells the time zone of the nearest known one."""

    def __init__(self, reading: Reading, airports: Table) -> None:
        self._reading = reading
        self._airports = airports

    def read(self, node: Node | None) -> tuple[Airport, ...]:
        """The fields that ``node`` lists, without those that cannot be understood."""
        found: dict[str, Airport] = {}
        for entry, path in self._reading.items(node, "airfields", _FIELDS):
            field = self._one(entry, path)
            if field is not None and field.icao in found:
                self._reading.complain(entry.line, path, f"{field.icao} stands here twice, remove one of the two")
            elif field is not None:
                found[field.icao] = field
        return tuple(found.values())

    def _one(self, node: Node, path: str) -> Airport | None:
        fields = self._reading.table(node, path, _KEYS, _FIELD, required=("code", "at"))
        code = self._matching(fields.get("code"), f"{path}.code", _CODE_FORM, _CODE)
        iata = self._matching(fields.get("iata"), f"{path}.iata", _IATA_FORM, _IATA)
        name = self._reading.text(fields.get("name"), f"{path}.name", _NAME)
        country = self._reading.text(fields.get("country"), f"{path}.country", _COUNTRY)
        at = place(self._reading, fields.get("at"), f"{path}.at", _AT)
        elevation_m = self._number(fields, "elevation_m", path, _ELEVATION, (LOWEST_M, HIGHEST_M))
        strips = self._reading.items(fields.get("runways"), f"{path}.runways", _RUNWAYS)
        runways = [strip for strip in (self._runway(*each) for each in strips) if strip is not None]
        if not code or at is None:
            return None
        return Airport(
            icao=code,
            iata=iata or None,
            name=name or code,
            city=None,
            country_code="",
            country=country,
            kind="medium",
            latitude=at[0],
            longitude=at[1],
            elevation_m=elevation_m,
            time_zone=self._table.zone_near(*at),
            runways=tuple(sorted(runways, key=lambda strip: -(strip.length_m or 0))),
        )

    @property
    def _table(self) -> Airports:
        return self._airports() if callable(self._airports) else self._airports

    def _runway(self, node: Node, path: str) -> Runway | None:
        fields = self._reading.table(node, path, _RUNWAY_KEYS, _RUNWAY, required=("heading",))
        heading = self._number(fields, "heading", path, _HEADING, (0, 360))
        length_m = self._number(fields, "length_m", path, _LENGTH, (SHORTEST_M, LONGEST_M))
        if heading is None:
            return None
        # Runways are numbered by magnetic headings, so that these true ones give no number to tell.
        return Runway("", "", None if length_m is None else round(length_m), heading % 180, *(None, None, None, None))

    def _number(
        self, fields: Mapping[str, Node], key: str, path: str, write: str, bounds: tuple[float, float]
    ) -> float | None:
        least, most = bounds
        return number(self._reading, fields.get(key), f"{path}.{key}", write, least=least, most=most)

    def _matching(self, node: Node | None, path: str, form: re.Pattern[str], write: str) -> str:
        text = self._reading.text(node, path, write).upper()
        if text and not form.fullmatch(text) and isinstance(node, Scalar):
            self._reading.complain(node.line, path, f"{quoted(node)} is no such code, write {write}")
            return ""
        return text
