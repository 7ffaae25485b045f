"""Kept looks taken again: what the same rows and the same questions come to now, and how that differs from what was told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.consulted import Consulted
from flightwatch.core.model import Airport, Event, Icao24
from flightwatch.core.visits import Visit
from flightwatch.errors import BadAnswer
from flightwatch.sources.kept_rows import poll_of
from flightwatch.tracking.alone import Others, Stepped, stepped
from flightwatch.tracking.evidence import Look
from flightwatch.tracking.track import Track

State = Literal["same", "differs", "missing", "not kept", "new"]
"""What becomes of an event that was told: it comes out as it was, otherwise, or not at all, or the answers to its poll were not
kept. And of one that was not told: it comes out."""

MOST_LOOKS: Final = 20_000
"""Most looks that are taken again: two weeks of one a minute, some 20 s."""


class Run(Struct, frozen=True):
    """Looks of one airframe that follow on one another, and its track before the first."""

    icao24: Icao24
    start: Track | None
    looks: tuple[Look, ...]


class Retold(Struct, frozen=True):
    """What became of one event."""

    event: Event
    """As it was told; as it comes out, if it was not."""
    state: State
    differences: tuple[str, ...] = ()
    """Field by field, as JSON: ``confidence: 0.99 was told, 0.98 comes out``."""


class Comparison(Struct, frozen=True):
    """What comes out when looks are taken again, beside what was told."""

    events: tuple[Retold, ...]
    """First those that were told, then what comes out beside them."""
    visit: Visit | None
    """The visit as it comes out, `as_told`; None: nothing of it does."""
    considered: tuple[Airport, ...]
    """The airfields that were weighed on the way."""


def retold(
    icao24: Icao24, start: Track | None, looks: Iterable[Look], airports: Airports
) -> Iterator[tuple[Look, Stepped]]:
    """Take an airframe through looks, from its track before the first of them. Raises `BadAnswer` for what cannot be read."""
    track, conditions = start, None
    for look in looks:
        conditions = look.conditions or conditions
        if conditions is None:
            raise BadAnswer("the first look does not say what was asked")
        poll = poll_of(look.kept)
        others = Others(look.told.witnesses(look.kept.at, poll.sources), look.told.reception)
        done = stepped(icao24, track, poll, conditions, others, airports=airports)
        track = done.track
        yield look, done


def compared(events: Sequence[Event], runs: Sequence[Run], visit: str, airports: Airports) -> Comparison:
    """What becomes of a visit and of its events when its looks, oldest first, are taken again."""
    found: dict[str, Event] = {}
    times: set[datetime] = set()
    comes_out: Visit | None = None
    consulted = Consulted(airports)
    for run in runs:
        for look, done in retold(run.icao24, run.start, run.looks, consulted):
            times.add(msgspec.convert(look.kept.at, datetime, strict=False))
            found.update((event.id, event) for event in done.events if event.visit == visit)
            comes_out = next((each for each in reversed(done.visits) if each.id == visit), comes_out)
    told = {event.id for event in events}
    became = (
        *(_became(event, found, was_kept=event.detected_at in times) for event in events),
        *(Retold(event, "new") for event in found.values() if event.id not in told),
    )
    return Comparison(became, None if comes_out is None else as_told(comes_out), tuple(consulted.given))


def as_told(visit: Visit) -> Visit:
    """The visit with confidences of three digits, as events have them: further ones differ from one Python to the next."""
    came, left = visit.arrival, visit.departure
    return replace(
        visit,
        arrival=replace(came, confidence=round(came.confidence, 3)),
        departure=left and replace(left, confidence=round(left.confidence, 3)),
    )


def visit_differences(told: Visit, found: Comparison) -> tuple[str, ...]:
    """Name the fields in which the visit that comes out is not the one that was told; empty also where none does."""
    return () if found.visit is None else tuple(_differing(told, found.visit))


def _became(told: Event, found: Mapping[str, Event], *, was_kept: bool) -> Retold:
    again = found.get(told.id) or next((each for each in found.values() if _is_like(each, told)), None)
    if not was_kept:
        return Retold(told, "not kept")
    if again is None:
        return Retold(told, "missing")
    differences = tuple(_differing(told, again))
    return Retold(told, "differs" if differences else "same", differences)


def _is_like(event: Event, told: Event) -> bool:
    return (event.type, event.detected_at) == (told.type, told.detected_at)


def _differing(told: Event | Visit, again: Event | Visit) -> Iterator[str]:
    before, after = (msgspec.to_builtins(each) for each in (told, again))
    for name in {**before, **after}:
        was, now = (msgspec.json.encode(each.get(name)) for each in (before, after))
        if was != now:
            yield f"{name}: {_shown(was)} was told, {_shown(now)} comes out"


def _shown(value: bytes) -> str:
    text = value.decode("utf-8", "replace").encode("ascii", "backslashreplace").decode()
    return text if len(text) <= 200 else f"{text[:200]}..."
