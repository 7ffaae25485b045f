"""Evidence of one visit, gathered from the database as the files of a bag."""

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.app.retelling import Comparison, Retold, Run, as_told, compared, visit_differences
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Event
from flightwatch.core.watched import Watched
from flightwatch.errors import UsageError
from flightwatch.export.bag import bagged
from flightwatch.storage.evidence import Stretch, stretches
from flightwatch.storage.schema import MIGRATIONS
from flightwatch.storage.store import Store
from flightwatch.storage.visits_by_id import MOST_SHOWN, Told, ids_beginning, told_of
from flightwatch.tracking.alone import Conditions
from flightwatch.version import __version__
from flightwatch.wording.alert import describe
from flightwatch.wording.proof import not_kept, readme
from flightwatch.wording.record import Context

BEFORE: Final = timedelta(minutes=30)
"""How long before an event may have happened its looks begin, where they are kept."""

PAGE: Final = "visit.html"
"""Name of the page in the payload."""

RULES: Final = ("tracking", "core")
"""The rooms that decide: of two programs with the same text of these the same events are to be expected."""


class Evidence(Struct, frozen=True):
    """The files of a bag about one visit."""

    folder: str
    files: dict[str, bytes]
    retold: tuple[Retold, ...]
    """What became of each event when its answers were taken again."""


def find_visit(store: Store, given: str) -> Told:
    """The visit whose id begins so. Raises `UsageError` where there is none, or more than one."""
    start = given.strip().lower()
    if not start or not set(start) <= set("0123456789abcdef-"):
        raise UsageError(f"{given!r:.40} is no visit's id: name one as flightwatch history --format json prints it")
    found = ids_beginning(store, start)
    if start in found:
        return told_of(store, start)
    if not found:
        raise UsageError(f"no visit has the id {given}: flightwatch history --format json prints the ids of visits")
    if len(found) > 1:
        more = " and others" if len(found) == MOST_SHOWN else ""
        raise UsageError(f"{given} may be several visits: write more of one of {', '.join(found)}{more}")
    return told_of(store, found[0])


def evidence_of(
    store: Store, told: Told, airports: Airports, beside: Mapping[str, bytes] = {}, *, page: bytes | None = None
) -> Evidence:
    """What shows a visit. ``beside``: files that stand beside it, as the key that it is signed with; ``page``: one to look at."""
    told = replace(told, visit=as_told(told.visit))
    runs = [] if told.archive else _runs(store, told)
    decoded = [msgspec.json.decode(run, type=Run) for run in runs]
    found = compared(told.events, decoded, told.visit.id, airports)
    folder = f"evidence-{told.visit.id}"
    payload = {
        **claims(told, found, decoded, airports, folder, page=page),
        "versions.json": _json(versions()),
        **{f"answers-{number}.json": run for number, run in enumerate(runs, 1)},
    }
    info = {"Bag-Software-Agent": f"flightwatch {__version__}", "External-Identifier": told.visit.id}
    return Evidence(folder, bagged(payload, info, beside), found.events)


def claims(
    told: Told, found: Comparison, runs: Sequence[Run], airports: Airports, folder: str, *, page: bytes | None
) -> dict[str, bytes]:
    """The files that say what is claimed, by name: all that are made of the visit, of its events and of the answers.

    ``airports`` are those that words are taken from. ``page`` is one to look at, of which nothing else is made.
    """
    files = {
        "visit.json": _json(told.visit),
        "events.jsonl": b"".join(msgspec.json.encode(event) + b"\n" for event in told.events),
        "README.txt": _readme(told, found, runs, airports, folder, has_page=page is not None),
    }
    if page is not None:
        files[PAGE] = page
    if runs:
        files["watchlist.json"] = _json(runs[0].looks[0].conditions)
        files["airports.json"] = _json(found.considered)
    return files


def _runs(store: Store, told: Told) -> list[bytes]:
    """JSON of each `Run` that holds looks at which something was decided of the visit."""
    if not told.events:
        return []
    first = min(event.earliest for event in told.events) - timedelta(days=1)
    last = max(event.detected_at for event in told.events)
    kept = stretches(store, told.visit.icao24, round(first.timestamp()), round(last.timestamp()))
    needed = sorted({place for event in told.events for place in _needed(kept, event)})
    groups: list[list[Stretch]] = []
    for place in needed:
        if groups and kept[place - 1] is groups[-1][-1] and kept[place - 1].ends == kept[place].begins:
            groups[-1].append(kept[place])
        else:
            groups.append([kept[place]])
    return [_run(told.visit.icao24, group) for group in groups]


def _needed(kept: Sequence[Stretch], event: Event) -> Sequence[int]:
    """Which stretches show an event: the one in which it was decided, and those before it, from some time before it on."""
    decided, since = round(event.detected_at.timestamp()), round((event.earliest - BEFORE).timestamp())
    last = next((place for place, each in enumerate(kept) if each.since <= decided <= each.until), None)
    if last is None:
        return ()
    first = last
    while first > 0 and kept[first].since > since and kept[first - 1].ends == kept[first].begins:
        first -= 1
    return range(first, last + 1)


def _run(icao24: str, group: Sequence[Stretch]) -> bytes:
    looks = b",\n".join(each.looks.strip(b"[]") for each in group)
    return b'{"icao24":"%b","start":%b,"looks":[\n%b\n]}\n' % (icao24.encode(), group[0].start, looks)


def _readme(
    told: Told, found: Comparison, runs: Sequence[Run], airports: Airports, folder: str, *, has_page: bool
) -> bytes:
    """What the file says of itself in plain words."""
    conditions = next((look.conditions for run in runs for look in run.looks if look.conditions), None)
    watched = Watched() if conditions is None else conditions.watched
    context = Context(visit=told.visit)
    alerts = [describe(event, watched, airports, context) for event in told.events]
    missing = sum(each.state == "not kept" for each in found.events)
    untold = [not_kept(missing, len(told.events))] if missing or not told.events else []
    untold += [f"{each.event.type}: {_said(each)}" for each in found.events if each.state not in ("same", "not kept")]
    untold += [f"visit: {line}" for line in visit_differences(told.visit, found)]
    return readme(alerts, untold, folder, has_page=has_page).encode()


def _said(retold: Retold) -> str:
    return "; ".join(retold.differences) or f"{retold.state} when the answers were taken again"


def versions() -> Mapping[str, Any]:
    """What decides here: the program, Python and its libraries, the rules and the tables by their SHA-256."""
    data = files("flightwatch.data")
    tables = sorted(each.name for each in data.iterdir() if each.name.endswith((".table", ".py")))
    return {
        "flightwatch": __version__,
        "schema": len(MIGRATIONS),
        "python": ".".join(map(str, sys.version_info[:3])),
        "msgspec": version("msgspec"),
        "rules": rules(),
        "tables": {name: sha256((data / name).read_bytes()).hexdigest() for name in tables},
    }


def rules() -> str:
    """SHA-256 of the modules that decide."""
    whole = sha256()
    for room in RULES:
        folder = files(f"flightwatch.{room}")
        for module in sorted(
            (each for each in folder.iterdir() if each.name.endswith(".py")), key=lambda each: each.name
        ):
            whole.update(f"{room}/{module.name}\n".encode() + module.read_bytes())
    return whole.hexdigest()


def _json(value: Conditions | Sequence[Airport] | object) -> bytes:
    """JSON to be read, in the same order each time."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n"
