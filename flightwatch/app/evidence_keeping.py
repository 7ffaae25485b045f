"""What a poll keeps as evidence, where the watchlist asks for that: of each airframe that it moved, what moved it.

The step of each is taken once more by itself, which shows what it asks about others; that is kept beside the airframe's own rows.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from msgspec import Struct

from flightwatch.alerting.cycle import Cycle, tracker_rules
from flightwatch.alerting.hearing import Hearing
from flightwatch.core.airports import Airports
from flightwatch.core.geo import box_holds
from flightwatch.core.kept_answers import KeptAnswer, KeptAnswers
from flightwatch.core.model import Icao24, Poll, Query, StateVector
from flightwatch.sources.asking import Reply
from flightwatch.sources.kept_rows import Cut, about, cut
from flightwatch.storage.database import Transaction
from flightwatch.storage.evidence import keep_evidence
from flightwatch.tracking.advance_all import without_rivals
from flightwatch.tracking.alone import Conditions, Others, Stepped, conditions_of, stepped
from flightwatch.tracking.evidence import Look, Taken, spelled_out
from flightwatch.tracking.motion import position
from flightwatch.tracking.reception import BANDS_M
from flightwatch.tracking.testimony import Noting, NotingReception, Testimony, height_of
from flightwatch.tracking.track import Track
from flightwatch.tracking.witness import MANY, Rows
from flightwatch.watchlist.model import Watchlist

MOST_BESIDE: Final = MANY
"""Rows of others that are kept of a look: the lowest where it would be, then those near by. How many there were is a number."""

OTHERS: Final = ("*",)
"""The callsigns of a question about others, whose names are not kept."""


class Answers(Struct, frozen=True):
    """What a poll asked and heard."""

    replies: Sequence[Reply]
    heard: Hearing
    asked_at: datetime
    """By this computer's clock."""


class _Step(Struct, frozen=True):
    """One airframe's step, taken once more."""

    icao24: Icao24
    before: Track | None
    conditions: Conditions
    told: Testimony
    """What the step asked about others, and was told."""
    beside: tuple[StateVector, ...]
    """Reports of others that are kept with it."""
    taken: Stepped
    """What it came to this time."""
    decided: Stepped
    """What the poll made of it."""


def keeper(answers: Answers, found: Cycle, watchlist: Watchlist, airports: Airports) -> Callable[[Transaction], None]:
    """Give what writes the evidence of a poll that counts, inside a transaction; nothing where the watchlist asks for none."""
    is_asked = watchlist.keeps_evidence and answers.replies
    return partial(keep_evidence, taken=_kept_of(answers, found, watchlist, airports) if is_asked else ())


def _kept_of(answers: Answers, found: Cycle, watchlist: Watchlist, airports: Airports) -> list[Taken]:
    """What is kept of a poll that counts, for each airframe that it moved."""
    steps = [step for step in _steps(found, watchlist, airports) if _is_moved(step)]
    if not steps:
        return []
    wanted = {step.icao24 for step in steps} | {row.icao24 for step in steps for row in step.beside}
    fetched = {reply.source: reply.fetched for reply in answers.replies}
    cuts = [
        (query, cut(each.raw, source, wanted), poll, number)
        for source, poll in answers.heard.by_source.items()
        for number, (query, each) in enumerate(fetched[source])
    ]
    return [_taken(step, cuts, answers, found) for step in steps]


def _steps(found: Cycle, watchlist: Watchlist, airports: Airports) -> Iterable[_Step]:
    changes, poll = found.changes, found.poll
    moved = {*changes.tracks} | changes.forgotten | {event.icao24 for event in changes.events}
    if poll is None or not moved:
        return
    everybody, _ = without_rivals(poll, found.before)
    around = _Around(everybody)
    listed = found.followed_by(watchlist)
    rules, reports = tracker_rules(listed), {row.icao24: row for row in everybody.vectors if row.icao24 in moved}
    for icao24 in sorted(moved):
        decided, report = _decided(icao24, found), reports.get(icao24)
        is_listed, goes_on = icao24 in listed.watched.aircraft_by_icao24, decided.track is not None
        if goes_on and not (decided.decides or is_listed) and _is_passing_over(report):
            continue
        before, flown_to = found.before.get(icao24), found.memory.flown_to.get(icao24, ())
        asked = conditions_of(listed.watched, rules, icao24, flown_to, report)
        witnesses, lows = Noting(around.rows, around.at, poll.sources), NotingReception(found.memory.reception)
        taken = stepped(icao24, before, poll, asked, Others(witnesses, lows), airports=airports)
        beside = tuple(around.lowest([*witnesses.cells], icao24))
        yield _Step(icao24, before, asked, witnesses.noted(lows), beside=beside, taken=taken, decided=decided)


def _decided(icao24: Icao24, found: Cycle) -> Stepped:
    """What the poll made of an airframe."""
    changes = found.changes
    return Stepped(
        None if icao24 in changes.forgotten else changes.tracks.get(icao24, found.before.get(icao24)),
        tuple(event for event in changes.events if event.icao24 == icao24 and event.visit),
        tuple(visit for visit in changes.visits if visit.icao24 == icao24),
    )


def _is_passing_over(report: StateVector | None) -> bool:
    """Tell whether an airframe on no list is so high that it mostly flies on: around a busy airport hundreds do."""
    return report is not None and height_of(report) > BANDS_M[-1]


def _is_moved(step: _Step) -> bool:
    return step.decided.decides or step.decided.track != step.before


class _Around:
    """Everybody heard in a poll, by cell."""

    def __init__(self, poll: Poll) -> None:
        self.at = round(poll.at.timestamp())
        self.rows = Rows(poll.vectors, self.at, poll.sources)

    def lowest(self, cells: Sequence[int], but: Icao24) -> Iterable[StateVector]:
        """The lowest of those who are heard in these cells, but one; those of the first nine cells before all."""
        first, heard = {*cells[:9]}, self.rows.by_cell if cells else {}
        near = [(cell not in first, height_of(row), row.icao24, row) for cell in cells for row in heard.get(cell, ())]
        near = sorted((each for each in near if each[2] != but), key=lambda each: each[:3])
        return [row for *_, row in near[:MOST_BESIDE]]


_Cuts = Sequence[tuple[Query, Cut, Poll, int]]
"""Each answer: its question, its parts, its source's poll, and its number in that."""


def _taken(step: _Step, cuts: _Cuts, answers: Answers, found: Cycle) -> Taken:
    heard = answers.heard
    kept = KeptAnswers(
        round(heard.at.timestamp()) if found.poll is None else round(found.poll.at.timestamp()),
        round(answers.asked_at.timestamp()),
        tuple(_answers(step, cuts)),
        {name: by_s for name, by_s in heard.wrong_s.items() if name in heard.by_source},
    )
    is_exact = (
        spelled_out(step.taken.track) == spelled_out(step.decided.track)
        and step.taken.events == step.decided.events
        and step.taken.visits == step.decided.visits
    )
    return Taken(
        step.icao24,
        step.before,
        step.decided.track,
        Look(kept, step.told, step.conditions, is_exact=is_exact),
        is_heard=any(answer.own for answer in kept.answers),
        decides=step.decided.decides,
    )


def _answers(step: _Step, cuts: _Cuts) -> Iterable[KeptAnswer]:
    beside = sorted(row.icao24 for row in step.beside)
    callsign = None if step.before is None else step.before.callsign
    latest = {
        poll.sources[0]: max(_time_of(each.time) for _, each, of, _ in cuts if of is poll) for *_, poll, _ in cuts
    }
    for query, parts, poll, number in cuts:
        own = tuple(parts.rows.get(step.icao24, ()))
        others = tuple(row for icao24 in beside for row in parts.rows.get(icao24, ()))
        asked = about(query, step.icao24, callsign)
        if asked is not None and not own and not _is_where(asked, step.before):
            asked = None
        if asked is None and not own and not others and _time_of(parts.time) < latest[query.source]:
            continue
        answered = poll.answered[number]
        yield KeptAnswer(
            asked or Query(callsigns=OTHERS, source=query.source),
            parts.time,
            answered.rows,
            answered.unreadable,
            own=own,
            beside=others,
            is_rewritten=parts.is_rewritten,
        )


def _time_of(text: bytes) -> float:
    return float(bytes(text))


def _is_where(query: Query, before: Track | None) -> bool:
    """Tell whether a silence of an airframe may be one in the answer to a question: a box tells of who is in it."""
    if query.box is None or query.icao24s:
        return True
    return before is not None and bool(before.reports) and box_holds(query.box, *position(before.reports[-1]))
