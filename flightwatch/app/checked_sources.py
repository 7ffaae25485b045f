"""The watchlist's sources as ``check`` tells of them: what a poll asks each, and on what terms."""

from collections.abc import Sequence
from math import ceil

from msgspec import Struct

from flightwatch.planning.free import plan_free
from flightwatch.planning.outlook import Wait
from flightwatch.watchlist.model import SourceEntry, SourceKind, Watchlist
from flightwatch.watchlist.sources import TERMS
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
        terms=TERMS[entry.kind],
    )


def turns_of(sources: Sequence[CheckedSource], every_s: int) -> Wait | None:
    """How long anybody waits who is asked for in turns, where a network is asked that counts no credits; None: none is."""
    rounds = [s.rounds for s in sources if s.rounds is not None and s.kind != "readsb"]
    return Wait(min(rounds) * every_s // 2, min(rounds) * every_s) if rounds else None


def sooner(paid: Wait, in_turns: Wait | None, *, is_paid: bool) -> Wait:
    """How long somebody waits who is looked for in OpenSky as its credits allow, and elsewhere in turns."""
    if in_turns is None:
        return paid
    return min(paid, in_turns, key=lambda wait: wait.worst_s) if is_paid else in_turns


def about_source(source: CheckedSource) -> str:
    """Say ``adsb.lol: 2 questions a poll, free; ODbL: publish, and name it``."""
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
