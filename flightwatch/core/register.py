"""The register of airframes that a user may have fetched: tail number, type, operator, and whose flags are set.

It is a look-up, not a list: the one that ``flightwatch update`` fetches holds some 600,000 airframes, so it is asked and never
loaded. Where none was fetched, `NO_REGISTER` stands for it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, Protocol

from msgspec import Struct

from flightwatch.core.model import Icao24
from flightwatch.core.registration import normalise

Block = tuple[Icao24, Icao24]
"""The first and the last address of a range, both of them in it."""


class Registered(Struct, frozen=True):
    """An airframe as the register has it. All of its texts were written by volunteers: hostile, until printed with care."""

    icao24: Icao24
    registration: str | None = None
    """Tail number, or a military serial, as the register writes it; None: not known."""
    type_designator: str | None = None
    """ICAO's (Doc 8643), as ``IL62``; None: not known."""
    description: str | None = None
    """The type in words, as ``ILYUSHIN Il-62``; None: not known."""
    operator: str | None = None
    """Who owns or operates it; None: not known."""
    year: int | None = None
    """In which it was built; None: not known."""
    is_military: bool = False
    is_interesting: bool = False
    """Flagged by the register's authors as worth a look."""
    is_pia: bool = False
    """True for an address of the FAA's privacy programme, which is not an airframe's own and changes hands."""
    is_ladd: bool = False
    """True if its owner asked the FAA to limit who is shown its flights."""


class Register(Protocol):
    """What a register is asked. None of its questions raises: one that is damaged answers as if it knew nothing, and says so."""

    @property
    def as_of(self) -> date | None:
        """The day on which it was fetched, UTC; None: there is none."""

    def by_icao24(self, icao24: Icao24) -> Registered | None:
        """The airframe with this address, in either case; None when it is not known."""

    def by_registration(self, registration: str) -> Sequence[Registered]:
        """The airframes with this tail number, with or without its hyphen, by address; empty when there is none.

        Military ones can have several addresses, and an old tail number may stand at two airframes.
        """

    def select(
        self,
        *,
        operator: str | None = None,
        kind: str | None = None,
        military: bool | None = None,
        blocks: Sequence[Block] = (),
    ) -> Iterator[Registered]:
        """The airframes that fit all that is given, by address, read one by one while they are asked for.

        ``operator`` and ``kind`` are compared in any case, and may be globs (``*``, ``?``); None: whatever it is. ``kind`` is
        ICAO's designator, or what the description says from some word to its end, with or without hyphens: ``IL62``,
        ``Il-62*``, ``Boeing 747*``. ``blocks``: only addresses within one of these ranges, as a state's are; empty: all. What
        the register does not know of an airframe fits nothing that is asked of it.
        """


class _NoRegister:
    as_of = None

    def by_icao24(self, icao24: Icao24) -> Registered | None:  # noqa: ARG002 the protocol's names
        return None

    def by_registration(self, registration: str) -> Sequence[Registered]:  # noqa: ARG002
        return ()

    def select(
        self,
        *,
        operator: str | None = None,  # noqa: ARG002
        kind: str | None = None,  # noqa: ARG002
        military: bool | None = None,  # noqa: ARG002
        blocks: Sequence[Block] = (),  # noqa: ARG002
    ) -> Iterator[Registered]:
        return iter(())


NO_REGISTER: Final[Register] = _NoRegister()
"""Knows nobody: what there is before the first ``flightwatch update``."""


@lru_cache(maxsize=256)
def glob(pattern: str) -> re.Pattern[str]:
    """What a pattern with ``*`` and ``?`` means, to be matched with the whole of a text; any other character is itself.

    What stands between two ``*`` is found at its first place and never sought again: else a pattern with many takes for ever.
    """
    begin, *parts = (re.escape(part).replace(r"\?", ".") for part in re.split(r"\*+", pattern))
    middle = "".join(f"(?>.*?{part})" for part in parts[:-1])
    return re.compile(begin + middle + "".join(f".*{part}" for part in parts[-1:]), re.DOTALL)


def folded(operator: str) -> str:
    """An operator's name, or a pattern for some, as they are compared."""
    return " ".join(operator.casefold().split())


def bare_kind(kind: str) -> str:
    """A type's designator or description, or a pattern for some, as they are compared: ``ILYUSHIN IL62``."""
    return " ".join(kind.upper().replace("-", "").split())


def is_kind(wanted: str, designator: str | None, description: str | None) -> bool:
    """Tell whether a type is one of those that ``wanted`` means, as `Register.select` has it."""
    pattern = bare_kind(wanted)
    if designator is not None and glob(pattern).fullmatch(designator.upper()):
        return True
    return description is not None and glob(f"* {pattern}").fullmatch(f" {bare_kind(description)}") is not None


def fits(
    airframe: Registered, *, operator: str | None, kind: str | None, military: bool | None, blocks: Sequence[Block]
) -> bool:
    """Tell whether an airframe is one of those that `Register.select` would give for this."""
    return (
        (military is None or airframe.is_military == military)
        and (not blocks or is_within(airframe.icao24, blocks))
        and (
            operator is None
            or (
                airframe.operator is not None
                and glob(folded(operator)).fullmatch(folded(airframe.operator)) is not None
            )
        )
        and (kind is None or is_kind(kind, airframe.type_designator, airframe.description))
    )


def is_within(icao24: Icao24, blocks: Sequence[Block]) -> bool:
    """Tell whether an address is in one of these ranges."""
    return any(first <= icao24 <= last for first, last in blocks)


def plain(registration: str) -> str:
    """A tail number as registers are searched by it: `normalise`d, without its hyphens, as people leave them out."""
    return normalise(registration).replace("-", "")
