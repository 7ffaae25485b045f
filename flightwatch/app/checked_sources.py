"""The watchlist's sources as ``check`` tells of them: what a poll asks each, and on what terms."""

from collections.abc import Iterator, Sequence
from math import ceil

from msgspec import Struct

from flightwatch.core.attribution import whom_to_name
from flightwatch.core.watched import Watched
from flightwatch.planning.free import LIMITS, plan_free
from flightwatch.planning.outlook import Outlook, Wait
from flightwatch.watchlist.model import Meaning, SourceEntry, SourceKind, Watchlist
from flightwatch.wording.phrases import counted


class CheckedSource(Struct, frozen=True):
    """A source of state vectors: what a poll asks it, and on what terms."""

    name: str
    kind: SourceKind
    questions: int | None
    """How many a poll asks it; None of OpenSky: see ``queries``, ``shares`` and the credits."""
    rounds: int | None
    """Polls until everything was asked; None of OpenSky."""
    at: tuple[float, float] | None
    """Where a receiver is, latitude and longitude; None: not told, or no receiver."""
    radius_km: float | None
    """How far around it its silence tells anything; None where ``at`` is."""
    required: bool
    terms: str


def checked_source(entry: SourceEntry, watchlist: Watchlist) -> CheckedSource:
    """What a poll asks this source that asks all it has room for."""
    plan = None if entry.kind == "opensky" else plan_free(entry.name, entry.kind, watchlist.watched)
    return CheckedSource(
        name=entry.name,
        kind=entry.kind,
        questions=None if plan is None else len(plan.queries),
        rounds=None if plan is None else ceil(plan.wanted / max(1, len(plan.queries))),
        at=entry.at,
        radius_km=entry.radius_km,
        required=entry.is_required,
        terms=_terms(entry.name),
    )


def _terms(name: str) -> str:
    """On what terms a source is used, in a few words."""
    return next((credit.brief for credit in whom_to_name([name])), "your own receiver")


def turns_of(sources: Sequence[CheckedSource], every_s: int) -> Wait | None:
    """How long anybody waits who is asked for in turns, where a network is asked that counts no credits; None: none is.

    Where there are receivers alone, what they hear is looked at by each poll.
    """
    rounds = [s.rounds for s in sources if s.rounds is not None and s.kind != "readsb"]
    if all(s.kind == "readsb" for s in sources):
        rounds = [1]
    return Wait(min(rounds) * every_s // 2, min(rounds) * every_s) if rounds else None


def sooner(paid: Wait, in_turns: Wait | None, *, is_paid: bool) -> Wait:
    """How long somebody waits who is looked for in OpenSky as its credits allow, and elsewhere in turns."""
    if in_turns is None:
        return paid
    return min(paid, in_turns, key=lambda wait: wait.worst_s) if is_paid else in_turns


def asked_of(meaning: Meaning, watchlist: Watchlist) -> tuple[str, ...]:
    """Names of the sources that are asked for who flies as a callsign, wherever that is; empty where it is none."""
    flown = [each for each in watchlist.callsigns if meaning.is_callsign and each.name == meaning.text]
    is_exact = any(each.is_exact for each in flown)
    return tuple(
        entry.name
        for entry in watchlist.sources
        if flown and (entry.kind == "opensky" or (is_exact and entry.kind in LIMITS))
    )


def aircraft_wait(watchlist: Watchlist, paid: Wait | None, in_turns: Wait | None, *, is_paid: bool) -> Wait | None:
    """How long a watched aircraft in flight waits; None: none is watched, or nobody can be asked for who flies as a callsign."""
    is_named = any(entry.kind in LIMITS for entry in watchlist.sources)
    are_asked = is_named and all(each.is_exact for each in watchlist.callsigns)
    if paid is None or not (is_paid or watchlist.aircraft or are_asked):
        return None
    return paid if is_paid and not are_asked and watchlist.callsigns else sooner(paid, in_turns, is_paid=is_paid)


def source_warnings(watchlist: Watchlist, day: Outlook, in_turns: Wait | None, *, is_paid: bool) -> Iterator[str]:
    """What OpenSky's credits do not suffice for, and what the other sources cannot be asked; ``day`` is OpenSky's outlook."""
    if is_paid:
        whom = "" if in_turns is None else "whom OpenSky alone hears: "
        yield from (f"{whom}{warning}" for warning in day.warnings)
        return
    for meaning in watchlist.selected:
        if meaning.is_callsign and not asked_of(meaning, watchlist):
            yield (
                f"{meaning.text}: no source here can be asked for it, so who flies as that is found where another question, or a "
                "receiver, tells of it; add opensky to sources:, or write whole callsigns and add adsb.lol"
            )
    for area in watchlist.areas:
        asked = [(entry, plan_free(entry.name, entry.kind, Watched(areas=(area,)))) for entry in watchlist.sources]
        parts = min(
            ((plan.wanted, entry.name) for entry, plan in asked if plan.wanted > len(plan.queries)), default=None
        )
        if parts is not None and all(
            plan.wanted > len(plan.queries) for entry, plan in asked if entry.kind != "readsb"
        ):
            yield (
                f"{area.name}: {parts[1]} is asked for it in {parts[0]:,} parts, which is more than a poll has room for, so "
                "nothing is told of it; make it smaller, or add opensky to sources:"
            )


def about_source(source: CheckedSource) -> str:
    """Say ``adsb.lol: 2 questions a poll, free; Open Database License 1.0: name it where you publish``."""
    if source.questions is None:
        asked = "counts credits, see below"
    elif source.kind == "readsb":
        around = "; its silence tells nothing, as at: is not written"
        if source.at is not None:
            around = f"; its silence tells within {source.radius_km:g} km of {source.at[0]:g}, {source.at[1]:g}"
        asked = f"all that it hears{around}"
    else:
        turns = f", everything within {counted(source.rounds or 1, 'poll')}" if (source.rounds or 1) > 1 else ""
        asked = f"{counted(source.questions, 'question')} a poll{turns}, free"
    required = "; required" if source.required else ""
    return f"{source.name}: {asked}{required}; {source.terms}"
