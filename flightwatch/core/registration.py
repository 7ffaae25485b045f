"""Tail number ↔ icao24, and how each is known: from a register, by a state's formula, or as a guess."""

import re

from msgspec import Struct

from flightwatch.core.model import How, Icao24
from flightwatch.core.registration_rules import address_by_rule, shared_address, tails_by_rule
from flightwatch.core.registration_rules import may_begin as may_begin_by_rule


class Resolution(Struct, frozen=True):
    """The address a tail number answers on, and how that is known."""

    icao24: Icao24
    how: How


_KOREA_NORTH_START = 0x727530
"""Air Koryo's P-nnn are mostly seen at this plus nnn (tar1090-db)."""
_KOREA_NORTH_TAIL = re.compile(r"P-[1-9][0-9]{2}")
_KOREA_NORTH_BEGUN = re.compile(r"P-?[1-9]")
_KOREA_NORTH = {
    "P-561": "727761",
    "P-632": "7277a8",
    "P-633": "7277a9",
    "P-671": "7277cf",
    "P-672": "7277d0",
    "P-881": "7278a1",
    "P-882": "7278a2",
    "P-883": "72779a",
    "P-885": "7278a5",
    "P-914": "7278c2",
}
"""Air Koryo's aircraft whose transponder codes have been published (tar1090-db)."""
_KOREA_NORTH_TAILS = {icao24: tail for tail, icao24 in _KOREA_NORTH.items()}

_MARK_WITHOUT_HYPHEN = re.compile(
    r"\A(?:R[AF](?=[0-9]{5}\Z)|P(?=[0-9]{3}\Z)|CU(?=T[0-9]{4}\Z)|C(?=[FG][A-Z]{3}\Z)|D(?=[ABCE-I][A-Z]{3}\Z)"
    r"|F(?=[BGHIO][A-Z]{3}\Z)|(?:9V|AP|CS|JY|L[QV]|O[HOY]|SX|TC|Y[KR])(?=[A-Z]{3}\Z))"
)
_TYPED = {ord(blank): "" for blank in " \u00a0\u2007\u2009\u202f\u3000"} | {ord(dash): "-" for dash in "‐‑‒–—−"}
"""Blanks go and typographic dashes are hyphens: people paste tail numbers from articles."""

_ICAO24 = re.compile(r"[0-9a-f]{6}")
_FLIGHT = re.compile(r"[A-Z]{3}[0-9][0-9A-Z]{0,3}")
_ICAO24_IN_ANY_CASE = re.compile("[0-9a-fA-F]{6}")
_SERIAL = re.compile(r"[0-9]{6}", re.ASCII)


def normalise(text: str) -> str:
    """Canonical tail number for what a person types: RA-86559 for ``ra 86559``, D-AIMA for ``daima``.

    The hyphen is put in where the prefix is one that this module knows. Other forms come back in upper case without
    blanks, otherwise as they are; so does text with letters or digits outside ASCII, but in its own case
    (no tail number has them, and upper case would make an S of ſ).
    """
    # A long watchlist is nearly all ASCII: str.translate would take longer than everything else here.
    tail = text.replace(" ", "") if text.isascii() else text.translate(_TYPED)
    if not tail.isascii():
        return tail
    tail = tail.upper()
    mark = _MARK_WITHOUT_HYPHEN.match(tail)
    return tail if mark is None else f"{mark[0]}-{tail[mark.end() :]}"


def is_icao24(text: str) -> bool:
    """Tell whether a text has the form of an icao24: six hex digits, in small letters or capitals."""
    return _ICAO24_IN_ANY_CASE.fullmatch(text) is not None


def is_unset(icao24: str) -> bool:
    """Tell whether an address, in small letters or capitals, is what transponders send that were never set.

    ICAO Annex 10, Volume III, Part I, 9.1.2 gives neither to any aircraft.
    """
    return icao24.lower() in ("000000", "ffffff")


def is_serial(text: str) -> bool:
    """Tell whether six decimal digits stand there, which people write for a military serial such as ``165829``.

    They may be an icao24 too: of 17,198 aircraft in plane-alert-db 1,431 have a registration of six hex
    digits, so what is meant must be told some other way.
    """
    return _SERIAL.fullmatch(text.strip()) is not None


def is_flight(text: str) -> bool:
    """Tell whether that has the form of an airline's callsign, in capitals: its three letters of ICAO Doc 8585, then the flight.

    ``CCA121`` is one, and six hex digits as well.
    """
    return _FLIGHT.fullmatch(text.strip()) is not None


def icao24_of(registration: str) -> Resolution | None:
    """Address of a tail number, written as `normalise` accepts it; None when it is not known.

    The known aircraft of Air Koryo come first (``register``), then the formulas of states (``rule``), and what holds for most
    of the aircraft in wiedehopf/tar1090-db, not for all (``guess``): Air Koryo's P-nnn, and
    RF-nnnnn (Russian state aircraft) and LQ-aaa (Argentine public aircraft), which share the addresses of RA-nnnnn and LV-aaa.
    """
    tail = normalise(registration)
    if known := _KOREA_NORTH.get(tail):
        return Resolution(known, "register")
    if not tail.isascii():
        return None
    if (address := address_by_rule(tail)) is not None:
        return Resolution(f"{address:06x}", "rule")
    if (address := shared_address(tail)) is not None:
        return Resolution(f"{address:06x}", "guess")
    if _KOREA_NORTH_TAIL.fullmatch(tail):
        icao24 = f"{_KOREA_NORTH_START + int(tail[2:]):06x}"
        return None if icao24 in _KOREA_NORTH_TAILS else Resolution(icao24, "guess")
    return None


def registration_of(icao24: Icao24) -> tuple[str, How] | None:
    """Tail number of an address (in either case), and how it is known; None when it is not.

    None also where the address tells two, as 15521f is that of RA-86559 and of RF-86559: see `registrations_of`.
    """
    icao24 = icao24.lower()
    if known := _KOREA_NORTH_TAILS.get(icao24):
        return known, "register"
    tails = registrations_of(icao24)
    if len(tails) != 1:
        return None
    return tails[0], "guess" if _KOREA_NORTH_TAIL.fullmatch(tails[0]) else "rule"


def registrations_of(icao24: Icao24) -> tuple[str, ...]:
    """Every tail number that an address (in either case) may belong to, as far as rules and guesses tell.

    The likelier one first: ``("RA-86559", "RF-86559")`` for 15521f. Empty when none is known.
    """
    icao24 = icao24.lower()
    if known := _KOREA_NORTH_TAILS.get(icao24):
        return (known,)
    if not _ICAO24.fullmatch(icao24):
        return ()
    address = int(icao24, 16)
    if tails := tails_by_rule(address):
        return tails
    tail = f"P-{address - _KOREA_NORTH_START}"
    return (tail,) if _KOREA_NORTH_TAIL.fullmatch(tail) and tail not in _KOREA_NORTH else ()


def may_begin(beginning: str) -> bool:
    """Tell whether tail numbers that begin so can be read off an address, by rule or as a guess.

    ``beginning`` is in upper case, with or without its hyphen; empty: some can.
    """
    return may_begin_by_rule(beginning) or "P-".startswith(beginning) or bool(_KOREA_NORTH_BEGUN.match(beginning))
