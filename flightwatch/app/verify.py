"""Evidence checked: whether it is what was sealed, and whether the same events come out of its answers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.app.evidence import PAGE, claims, rules, versions
from flightwatch.app.retelling import MOST_LOOKS, Comparison, Run, compared, visit_differences
from flightwatch.core.airports import Airports
from flightwatch.core.ids import event_ids
from flightwatch.core.model import Airport, Event
from flightwatch.core.visits import Visit
from flightwatch.errors import FlightwatchError, NotAsSealed, Undecided
from flightwatch.storage.visits_by_id import Told
from flightwatch.wording.phrases import counted, utc

_UNUSABLE: Final = "is not what flightwatch evidence writes"
_DATA: Final = "data/"
_ANSWERS: Final = re.compile(r"answers-[0-9]+\.json")


class Sealed(Struct, frozen=True):
    """What evidence holds, read."""

    visit: Visit
    events: tuple[Event, ...]
    runs: tuple[Run, ...]
    airports: tuple[Airport, ...]
    versions: Mapping[str, Any]


def read(files: Mapping[str, bytes]) -> Sealed:
    """What the files of a bag hold. Raises `NotAsSealed` where that cannot be read."""
    events = files.get("data/events.jsonl", b"").splitlines()
    answers = sorted((name for name in files if name.startswith("data/answers-")), key=lambda name: (len(name), name))
    sealed = Sealed(
        _decoded(files, "data/visit.json", Visit),
        tuple(_parsed(line, "data/events.jsonl", Event) for line in events),
        tuple(_decoded(files, name, Run) for name in answers),
        _decoded(files, "data/airports.json", tuple[Airport, ...]) if answers else (),
        _decoded(files, "data/versions.json", dict[str, Any]),
    )
    of_others = any((event.visit, event.icao24) != (sealed.visit.id, sealed.visit.icao24) for event in sealed.events)
    ends = {event.id for event in sealed.events if event.type in ("landing", "departure")}
    if of_others or ends - {*event_ids(sealed.visit)} or any(run.icao24 != sealed.visit.icao24 for run in sealed.runs):
        raise NotAsSealed("its events or its answers are not of the visit in data/visit.json")
    if sum(len(run.looks) for run in sealed.runs) > MOST_LOOKS:
        raise NotAsSealed(f"it holds more than {MOST_LOOKS:,} looks, which no visit has")
    return sealed


def _decoded(files: Mapping[str, bytes], name: str, kind: Any) -> Any:
    return _parsed(files.get(name, b""), name, kind)


def _parsed(text: bytes, name: str, kind: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotAsSealed(f"{name} {_UNUSABLE}: its hash is right, so it was changed before it was sealed") from error


def again(sealed: Sealed) -> Comparison:
    """What comes out when the answers are taken again. Raises `NotAsSealed` where they cannot be."""
    try:
        return compared(sealed.events, sealed.runs, sealed.visit.id, Airports(sealed.airports))
    except (FlightwatchError, msgspec.MsgspecError, ArithmeticError, ValueError, LookupError, TypeError) as error:
        raise NotAsSealed(f"its answers cannot be taken again: one {_UNUSABLE}") from error


def rewritten(
    folder: str, files: Mapping[str, bytes], sealed: Sealed, found: Comparison, airports: Airports
) -> str | None:
    """Say that the text for people is not what is written here of these events; None: it is, or another flightwatch wrote it.

    Raises `NotAsSealed` where that is so of a file that tells the same in any place, and where there is a file that none is.
    """
    here = versions()
    if any(sealed.versions.get(name) != here[name] for name in ("flightwatch", "rules", "tables")):
        return None
    told_of, airports = Told(sealed.visit, sealed.events), airports.with_added(sealed.airports)
    try:
        right = claims(told_of, found, sealed.runs, airports, folder, page=files.get(f"{_DATA}{PAGE}"))
    except (FlightwatchError, ArithmeticError, ValueError, LookupError, TypeError) as error:
        raise NotAsSealed(f"its visit cannot be told: it {_UNUSABLE}") from error
    said = {name.removeprefix(_DATA): text for name, text in files.items() if name.startswith(_DATA)}
    for name in sorted(said.keys() - {"README.txt", "versions.json"}):
        if name not in right and not _ANSWERS.fullmatch(name):
            raise NotAsSealed(f"data/{name} is no file of evidence: it was put there before it was sealed")
        if name in right and said[name] != right[name]:
            raise NotAsSealed(
                f"data/{name} {_UNUSABLE} of these events and answers: it was changed before it was sealed"
            )
    if said.get("README.txt") == right["README.txt"]:
        return None
    return "data/README.txt says something else than is written here of these events: go by the events"


def has_page(files: Mapping[str, bytes]) -> bool:
    """Tell whether a page for people lies beside the events."""
    return f"{_DATA}{PAGE}" in files


def by_whom(sealed: Sealed) -> Iterator[str]:
    """Say by what it was sealed, and what is otherwise here."""
    here, there = versions(), sealed.versions
    named = " and ".join(
        f"{name} {_word(there.get(key))}" for name, key in (("flightwatch", "flightwatch"), ("Python", "python"))
    )
    same = there.get("rules") == rules()
    yield f"sealed by {named}; this is flightwatch {here['flightwatch']} and Python {here['python']}, " + (
        "with the same rules" if same else "with other rules"
    )


def _word(value: object) -> str:
    return str(value)[:20].encode("ascii", "backslashreplace").decode() if isinstance(value, str) else "?"


def told(found: Comparison) -> Iterator[str]:
    """Say what became of each event, a line each, and the differences below it."""
    for each in found.events:
        event = each.event
        yield f"{event.type}, decided {utc(event.detected_at)}: {_BECAME[each.state]}"
        yield from (f"  {line}" for line in each.differences)


_BECAME: Final = {
    "same": "comes out the same, to the byte",
    "differs": "comes out otherwise",
    "missing": "does not come out",
    "not kept": "cannot be decided again, as the answers were not kept",
    "new": "comes out, and was not told",
}


def visit_told(sealed: Sealed, found: Comparison) -> Iterator[str]:
    """Say what became of the visit, and the differences below it."""
    differences = visit_differences(sealed.visit, found)
    if found.visit is None:
        became = _BECAME["not kept"]
    elif not differences:
        became = _BECAME["same"]
    elif _is_known_since(sealed.visit, found.visit):
        became = "is known otherwise since, or was changed, which its answers do not show: go by the events"
    else:
        became = _BECAME["differs"]
    yield f"the visit, data/visit.json: {became}"
    yield from (f"  {line}" for line in differences)


def _is_known_since(told: Visit, comes_out: Visit) -> bool:
    """Tell whether a visit may have become what was told later: traces show what was inferred, or take it back."""
    later = replace(told, retracted_at=comes_out.retracted_at) if comes_out.retracted_at is None else told
    if comes_out.airport is None:
        later = replace(later, airport=None, latitude=comes_out.latitude, longitude=comes_out.longitude)
    if comes_out.arrival.basis == "inferred":
        later = replace(later, arrival=comes_out.arrival)
    if comes_out.departure is None or comes_out.departure.basis == "inferred":
        later = replace(later, departure=comes_out.departure)
    return later == comes_out


def expect_same(sealed: Sealed, found: Comparison) -> None:
    """Raise `NotAsSealed` where something comes out otherwise than it was told, `Undecided` where it does not come out."""
    states = [each.state for each in found.events]
    others = sum(state in ("differs", "missing", "new") for state in states)
    if others:
        raise NotAsSealed(f"{counted(others, 'event')} of {len(states)} come out otherwise than they were told")
    differs = found.visit is not None and found.visit != sealed.visit
    if differs and found.visit is not None and not _is_known_since(sealed.visit, found.visit):
        raise NotAsSealed("the visit comes out otherwise than data/visit.json tells it")
    if not_kept := states.count("not kept"):
        raise Undecided(
            f"{counted(not_kept, 'event')} of {len(states)} cannot be decided again, as the answers were not kept"
        )
    if differs or found.visit is None:
        raise Undecided("what data/visit.json tells cannot be decided again")
