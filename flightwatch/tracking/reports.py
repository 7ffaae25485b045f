"""The reports of a flight that are kept. A poll mostly needs the last ones: those before stay encoded until asked for."""

from collections.abc import Iterator, Sequence
from typing import Final, SupportsIndex, overload

import msgspec
from msgspec import Struct

from flightwatch.core.model import StateVector

KEPT: Final = 30
"""Reports kept in the air: half an hour of polls every minute, all that the motion before a loss needs."""

SHOWN: Final = 4
"""Reports that an event shows, the last of the flight, where nothing later was heard."""

_PACKS: Final = -(-(KEPT - SHOWN) // SHOWN)
"""Packs of `SHOWN` reports each that hold, with the `SHOWN` last ones, all that are kept."""

_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(tuple[StateVector, ...]).decode


class Reports(Struct, frozen=True, array_like=True, gc=False, eq=False):
    """At most `KEPT` reports, oldest first, as a sequence. It is equal to any with the same reports, however they are held."""

    last: tuple[StateVector, ...] = ()
    earlier: tuple[bytes, ...] = ()
    """MessagePack of `SHOWN` reports each, oldest first; the first may begin with some that are kept no more."""

    @classmethod
    def of(cls, *reports: StateVector) -> "Reports":
        """These reports, oldest first."""
        return cls(reports[-KEPT:])

    def followed_by(self, report: StateVector) -> "Reports":
        """The same with one more at the end."""
        last, earlier = (*self.last, report), self.earlier
        while len(last) >= 2 * SHOWN:
            earlier, last = (*earlier[1 - _PACKS :], _pack(last[:SHOWN])), last[SHOWN:]
        return Reports(last, earlier)

    def all(self) -> tuple[StateVector, ...]:
        """All of them, decoded."""
        if not self.earlier:
            return self.last
        return (*(report for pack in self.earlier for report in _unpack(pack)), *self.last)[-KEPT:]

    def __len__(self) -> int:
        return min(KEPT, SHOWN * len(self.earlier) + len(self.last))

    def __iter__(self) -> Iterator[StateVector]:
        return iter(self.all())

    def __reversed__(self) -> Iterator[StateVector]:
        return reversed(self.all())

    @overload
    def __getitem__(self, place: SupportsIndex) -> StateVector: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[StateVector, ...]: ...
    def __getitem__(self, place: SupportsIndex | slice) -> StateVector | tuple[StateVector, ...]:
        if isinstance(place, slice):
            first, is_to_end = place.start, place.stop is None and place.step is None
        else:
            first, is_to_end = place, True
        is_late = is_to_end and isinstance(first, int) and -len(self.last) <= first < 0
        return (self.last if is_late else self.all())[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reports) and self.all() == other.all()

    def __ne__(self, other: object) -> bool:
        # A Struct without eq has one of its own, by identity.
        return not self == other

    def __hash__(self) -> int:
        return hash(self.all())


Known = Sequence[StateVector] | Reports
"""Reports, oldest first, however they are held."""


def newest(known: Known) -> StateVector | None:
    """The last of the reports; None: there is none."""
    last = known.last if isinstance(known, Reports) else known
    return last[-1] if last else None
