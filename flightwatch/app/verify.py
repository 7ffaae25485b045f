"""Evidence checked: whether it is what was sealed, and whether the same events come out of its answers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from flightwatch.app.evidence import readme_of, rules, versions
from flightwatch.app.retelling import MOST_LOOKS, Retold, Run, compared
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Event
from flightwatch.core.visits import Visit
from flightwatch.errors import FlightwatchError, NotAsSealed
from flightwatch.storage.visits_by_id import Told
from flightwatch.wording.phrases import counted, utc

_UNUSABLE: Final = "is not what flightwatch evidence writes"


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
    answers = sorted(name for name in files if name.startswith("data/answers-"))
    sealed = Sealed(
        _decoded(files, "data/visit.json", Visit),
        tuple(_parsed(line, "data/events.jsonl", Event) for line in events),
        tuple(_decoded(files, name, Run) for name in answers),
        _decoded(files, "data/airports.json", tuple[Airport, ...]) if answers else (),
        _decoded(files, "data/versions.json", dict[str, Any]),
    )
    told = {(event.visit, event.icao24) for event in sealed.events} - {(sealed.visit.id, sealed.visit.icao24)}
    if told or any(run.icao24 != sealed.visit.icao24 for run in sealed.runs):
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


def again(sealed: Sealed) -> list[Retold]:
    """What becomes of each event when the answers are taken again. Raises `NotAsSealed` where they cannot be."""
    try:
        return compared(sealed.events, sealed.runs, sealed.visit.id, Airports(sealed.airports))
    except (FlightwatchError, msgspec.MsgspecError, ArithmeticError, ValueError, LookupError, TypeError) as error:
        raise NotAsSealed(f"its answers cannot be taken again: one {_UNUSABLE}") from error


def readme_differs(folder: str, files: Mapping[str, bytes], retold: Sequence[Retold], airports: Airports) -> str | None:
    """Say that the text for people is not what is written here of these events; None: it is, or another flightwatch wrote it."""
    sealed, here = read(files), versions()
    if any(sealed.versions.get(name) != here[name] for name in ("flightwatch", "rules", "tables")):
        return None
    told_of, airports = Told(sealed.visit, sealed.events), airports.with_added(sealed.airports)
    try:
        right = readme_of(told_of, retold, sealed.runs, airports, folder)
    except (FlightwatchError, ArithmeticError, ValueError, LookupError, TypeError) as error:
        raise NotAsSealed(f"its visit cannot be told: it {_UNUSABLE}") from error
    if files.get("data/README.txt") == right:
        return None
    return "data/README.txt says something else than is written here of these events: go by the events"


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


def told(retold: Sequence[Retold]) -> Iterator[str]:
    """Say what became of each event, a line each, and the differences below it."""
    for each in retold:
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


def wrong(retold: Sequence[Retold]) -> str | None:
    """Say how many events do not come out as they were told; None: all do, as far as their answers were kept."""
    others = sum(each.state in ("differs", "missing", "new") for each in retold)
    return f"{counted(others, 'event')} of {len(retold)} come out otherwise than they were told" if others else None
