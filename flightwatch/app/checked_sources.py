"""The watchlist's sources as ``check`` tells of them: what a poll asks each, and on what terms."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.app.source_states import is_opensky_asked
from flightwatch.core.attribution import whom_to_name
from flightwatch.core.watched import Watched
from flightwatch.planning.free import LIMITS, FreePlan, Limits, plan_free
from flightwatch.planning.outlook import Outlook, Wait
from flightwatch.watchlist.model import Meaning, SourceEntry, SourceKind, Watchlist
from flightwatch.wording.phrases import counted, length


class CheckedSource(Struct, frozen=True):
    """A source of state vectors: what a poll asks it, and on what terms."""

    name: str
    kind: SourceKind
    questions: int | None
    """How many a poll asks it; None of OpenSky: see ``queries``, ``shares`` and the credits."""
    rounds: int | None
    """Polls until everything was asked; None of OpenSky."""
    asking_s: int | None
    """How long a poll's questions take that go one after another, s; None where that does not matter: OpenSky, a receiver."""
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
        asking_s=_asking_s(LIMITS[entry.kind], len(plan.queries)) if plan and entry.kind in LIMITS else None,
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


def politeness_warnings(watchlist: Watchlist, every_s: int) -> Iterator[str]:
    """Which lists are too long for networks that take one question after another, and what would fit at this cadence."""
    watched, is_world_asked = watchlist.watched, is_opensky_asked(watchlist)
    for entry in watchlist.sources:
        if (limits := LIMITS.get(entry.kind)) is None:
            continue
        plan = plan_free(entry.name, entry.kind, watched)
        named = plan_free(entry.name, entry.kind, replace(watched, airports=(), areas=())).wanted
        if named and plan.wanted > limits.questions and (named > limits.questions or not is_world_asked):
            yield f"{entry.name}: {_turns(plan, limits, len(watched.aircraft), every_s)}"
        if (asking_s := _asking_s(limits, len(plan.queries))) > every_s:
            yield (
                f"{entry.name}: its {len(plan.queries)} questions take a poll some {asking_s} s, longer than the {every_s} s "
                f"between polls; poll every {ceil(asking_s / 10) * 10}s, or less often"
            )


def _turns(plan: FreePlan, limits: Limits, aircraft: int, every_s: int) -> str:
    """Say how long it takes to ask for all, and how many aircraft would fit a poll."""
    within = length(timedelta(seconds=ceil(plan.wanted / limits.questions) * every_s))
    others = plan.wanted - ceil(aircraft / limits.icao24s)
    fit = max(0, limits.questions - others) * limits.icao24s
    return (
        f"to ask for all takes {plan.wanted:,} questions, one after another some {_asking_s(limits, plan.wanted):,} s, and a "
        f"poll has time for {limits.questions}: polls take turns, and each is asked once in {within}; {fit:,} aircraft would "
        "fit a poll"
    )


def _asking_s(limits: Limits, questions: int) -> int:
    return ceil(limits.pace_s * questions)


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
        time = f", some {source.asking_s} s" if source.questions > 1 else ""
        asked = f"{counted(source.questions, 'question')} a poll{time}{turns}, free"
    required = "; required" if source.required else ""
    return f"{source.name}: {asked}{required}; {source.terms}"
