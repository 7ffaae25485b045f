"""Selectors: aircraft meant by what they are, or by what they fly as, instead of by an address.

What a register says is looked up once, when a watchlist is read: a `Picked` then holds the addresses, so that whoever decides
about an airframe opens no file. What sources say of an airframe themselves (`Identity`) counts beside it.
"""

from msgspec import Struct

from flightwatch.core.address_states import blocks_of
from flightwatch.core.model import Icao24, Identity
from flightwatch.core.register import Registered, glob, is_kind, is_within


class Selector(Struct, frozen=True, omit_defaults=True):
    """What somebody asks of an airframe; all that is given must hold."""

    operator: str | None = None
    """Name or glob; None, as for the others: whatever it is."""
    kind: str | None = None
    """ICAO's designator of the type or the maker's name for it, or a glob over either."""
    country: str | None = None
    """A state as `blocks_of` knows it: the airframe's address is one of its."""
    callsign: str | None = None
    """In capitals, or a glob: what the airframe flies as now. It says nothing about who it is."""
    is_military: bool = False
    """True: a register must say that it is."""

    @property
    def is_of_register(self) -> bool:
        """True if a register must say who is meant."""
        return self.operator is not None or self.kind is not None or self.is_military

    def __str__(self) -> str:
        """As it can be written in an ``only``, where it asks one thing: ``type:IL62``; several: ``type:IL62 and country:RU``."""
        named = {"operator": self.operator, "type": self.kind, "country": self.country, "callsign": self.callsign}
        asked = [f"{key}:{value}" for key, value in named.items() if value is not None]
        return " and ".join([*asked, *(["military"] if self.is_military else [])])


class Picked(Struct, frozen=True):
    """A selector and whom it means by the register."""

    selector: Selector
    icao24s: frozenset[Icao24] = frozenset()
    """Whom the register gives for all of it but the callsign; empty also where no register is asked."""


def means(picked: Picked, icao24: Icao24, callsign: str | None, identity: Identity | None) -> bool:
    """Tell whether an airframe is meant that flies as ``callsign`` (None: not known); ``identity`` is what sources say of it."""
    asked = picked.selector
    if asked.callsign is not None and not flies_as(asked.callsign, callsign):
        return False
    if icao24 in picked.icao24s:
        return True
    if asked.is_of_register and (identity is None or not _is_said(asked, identity)):
        return False
    return asked.country is None or is_within(icao24, blocks_of(asked.country))


def _is_said(asked: Selector, identity: Identity) -> bool:
    """Tell whether sources say all that is asked of a register. None tells an operator."""
    return (
        asked.operator is None
        and (asked.kind is None or is_kind(asked.kind, identity.type_code, None))
        and (identity.is_military or not asked.is_military)
    )


def flies_as(wanted: str, callsign: str | None) -> bool:
    """Tell whether a callsign, as it was received, is one of those that are meant. It is hostile: none with odd letters is."""
    heard = (callsign or "").strip().upper()
    return heard.isascii() and heard.isalnum() and glob(wanted).fullmatch(heard) is not None


def name_of(airframe: Registered) -> str | None:
    """What to call an airframe of a register or a list: type and operator, as far as they are known."""
    kind = airframe.description or airframe.type_designator
    return ", ".join(filter(None, (kind, airframe.operator))) or None
