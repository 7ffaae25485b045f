"""Which airport somebody means: by a code, a city's code, a name, or a name that is not spelt quite so.

One that can be meant is taken, and said; of several none is taken, and all are named with their codes.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.address_states import is_state
from flightwatch.core.airport_names import LONGEST, SCHEDULED, SMALL, Match, folded
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport
from flightwatch.data.city_codes import CITIES
from flightwatch.wording.phrases import short
from flightwatch.wording.whereabouts import city_of, place

MOST_NAMED: Final = 12
"""Most airports that are listed where any may be meant."""

MOST_OTHERS: Final = 3
"""Most other airports that are named beside the one that is taken."""

SURE_LETTERS: Final = 7
SURELY_ALIKE: Final = 0.85
MUCH_NEARER: Final = 0.05
"""Least letters and likeness, by `difflib`, of a misspelt name that is taken, and how much more alike it is than all others;
what is less is asked about. Of 1,500 cities' names of five letters or more with one slip at random 69 % are taken rightly and
0.6 % wrongly, 29 % are asked about or listed with others, 2 % not understood (``python tests/bench/names.py``)."""

_CODE_LENGTHS: Final = (3, 4)


class Meant(Struct, frozen=True):
    """What somebody may mean by a text."""

    airports: tuple[Airport, ...]
    """The airports that may be meant, the likeliest first; empty: no airport is known by that name."""
    how: Literal["code", "city", "name", "spelling", "guess"] = "name"
    """A guess is a spelling too far off: it is not taken."""
    others: tuple[Airport, ...] = ()
    """Where one is taken, others with scheduled flights that have the name as a part of theirs."""

    @property
    def one(self) -> Airport | None:
        """The airport that is meant; None where it may be several, is unknown, or is only guessed at."""
        return self.airports[0] if len(self.airports) == 1 and self.how != "guess" else None


NOTHING: Final = Meant(())


def meant(text: str, airports: Airports, *, guess: bool = True) -> Meant:
    """Which airport is meant by a text as somebody wrote it; without ``guess`` only if it is spelt rightly.

    A code in capitals is always that field's. In small letters it may be a name as well (``Lima``, ``Goa``, ``Kos``): of an
    airport with scheduled flights, both may be meant.
    """
    by_code = airports.find(text)
    if by_code is not None:
        homonyms = () if _is_surely_code(text) else _scheduled_and_so_called(text, by_code, airports)
        return Meant((*homonyms, by_code), "code")
    if city := CITIES.get(text.strip().upper()):
        return Meant(_found(city, airports), "city")
    matches = airports.names.matches(text)
    if matches and matches[0].rank != SMALL:
        return _of(matches, airports)
    if not matches and (there := _there(text, airports, guess=guess)):
        return there
    near = _misspelt(text, airports) if guess else NOTHING
    if not matches:
        return near
    small = _of(matches, airports)
    return Meant((*near.airports, *small.airports)) if near.airports else small


def is_name(text: str, airports: Airports) -> bool:
    """Tell whether a text is just the name of an airport or a city that people know, and not of small fields only."""
    return any(match.is_whole and match.rank != SMALL for match in airports.names.matches(text))


def is_country(text: str, found: Meant) -> bool:
    """Tell whether a text is a state's name, and no airport that people know is called so: ``found`` is what it means."""
    is_known = found.how != "guess" and any(airport.kind != "small" for airport in found.airports)
    return not is_known and is_state(text)


def taken_line(text: str, found: Meant) -> str | None:
    """How a name was understood that means one airport, for whom that must be told; None for a code.

    ``'Sunan' is Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea; for Sunan Shuofang ... write WUX``.
    """
    if found.one is None or found.how == "code":
        return None
    why = f"no airport is called {quoted(text)}; taken for" if found.how == "spelling" else f"{quoted(text)} is"
    others = "".join(f"; for {place(other)} write {_code(other)}" for other in found.others[:MOST_OTHERS])
    return f"{why} {place(found.one)}{others}"


def choice_lines(text: str, found: Meant) -> list[str]:
    """All that may be meant, a line each after one that says so."""
    why = f"no airport is called {quoted(text)}" if found.how in ("spelling", "guess") else ""
    if len(found.airports) == 1:
        return [f"{why}; if {place(found.airports[0])} is meant, write {_code(found.airports[0])}"]
    head = f"{f'{why}; it' if why else quoted(text)} may be any of these: write the code of one"
    listed = [f"  {_code(airport):4} {place(airport)}" for airport in found.airports[:MOST_NAMED]]
    return [head, *listed, *_more(found)]


def choice_in_a_line(found: Meant) -> str:
    """All that may be meant, for a complaint, in one line: ``SVO (Sheremetyevo International Airport) or DME (...)``."""
    *before, last = [f"{_code(airport)} ({short(airport.name)})" for airport in found.airports[:MOST_NAMED]]
    more = "".join(f" {line.strip()}" for line in _more(found))
    return f"{' or '.join([', '.join(before), last] if before else [last])}{more}"


def slip_of(code: str, airports: Airports) -> str | None:
    """The code that two swapped letters make of an unknown one, with whose it is: ``FNJ (Pyongyang Sunan ...)``."""
    airport = airports.closest(code)
    return None if airport is None else f"{_code(airport)} ({short(airport.name)})"


def _more(found: Meant) -> list[str]:
    more = len(found.airports) - MOST_NAMED
    return [f"  and {more:,} more"] if more > 0 else []


def _code(airport: Airport) -> str:
    return short(airport.iata or airport.icao)


def quoted(text: str) -> str:
    """What somebody wrote, in quotes, on one line and not too long."""
    return repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _is_surely_code(text: str) -> bool:
    text = text.strip()
    return text.upper() == text or len(text) not in _CODE_LENGTHS or not text.isalpha()


def _scheduled_and_so_called(text: str, by_code: Airport, airports: Airports) -> tuple[Airport, ...]:
    called = [match for match in airports.names.matches(text) if match.is_whole and match.rank == SCHEDULED]
    return () if any(m.icao == by_code.icao for m in called) else _found((m.icao for m in called), airports)


def _of(matches: Sequence[Match], airports: Airports) -> Meant:
    """What these names mean: those that are just this before those that hold it, known fields before others."""
    known = [match for match in matches if match.rank != SMALL] or matches
    in_order = sorted(known, key=lambda match: not match.is_whole)
    first = in_order[0]
    likely = [match for match in in_order if (match.is_whole, match.rank) == (first.is_whole, first.rank)]
    if len(likely) > 1:
        return Meant(_found((match.icao for match in in_order), airports))
    others = (match.icao for match in in_order[1:] if match.rank == SCHEDULED)
    return Meant(_found((first.icao,), airports), others=_found(others, airports))


def _misspelt(text: str, airports: Airports) -> Meant:
    near = airports.names.alike(text)
    if not near:
        return NOTHING
    nearest, _ = near[0]
    is_sure = nearest >= SURELY_ALIKE and len(folded(text)) >= SURE_LETTERS
    found: dict[str, Airport] = {}
    for likeness, name in near:
        if nearest - likeness <= MUCH_NEARER:
            found |= {airport.icao: airport for airport in _of(airports.names.matches(name), airports).airports}
    return Meant(tuple(found.values()), "spelling" if is_sure else "guess")


def _there(text: str, airports: Airports, *, guess: bool) -> Meant | None:
    """What a name with its country or city means: ``Pyongyang, North Korea``, ``Vnukovo, Moscow``; None: it is no such pair."""
    name, comma, around = text.rpartition(",")
    if not comma:
        return None
    found = meant(name, airports, guess=guess)
    there = [
        a
        for a in (*found.airports, *found.others)
        if folded(around) in (folded(a.country), folded(city_of(a.city or "")))
    ]
    return Meant(tuple(there), found.how) if there else None


def _found(these: Iterable[str], airports: Airports) -> tuple[Airport, ...]:
    """The airports with these codes, as far as the table has them."""
    return tuple(airport for code in these if (airport := airports.find(code)) is not None)
