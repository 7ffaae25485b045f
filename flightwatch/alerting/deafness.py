"""What is remembered of each source, and what is told of one that does not listen while others do."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.blindness import LONGEST_WHY, Blindness, deaf_id, hears_id
from flightwatch.wording.phrases import length, short

OK: Final = "ok"
"""Outcome of a source that listened."""

LONGEST_PAUSE: Final = timedelta(days=2)
"""A source that refuses questions for longer names garbage."""


class SourceState(Struct, frozen=True):
    """What is remembered of one source between polls."""

    name: str
    tried_at: datetime | None = None
    """When it was last asked, by this machine's clock; None: never."""
    good_at: datetime | None = None
    """When it last listened, by this machine's clock; None: never."""
    answered_at: datetime | None = None
    """The time that its last answer told that counted; None: there was none."""
    rows: int | None = None
    """Aircraft in that answer."""
    outcome: str = OK
    """``ok``, or why its last answer does not count."""
    since: datetime | None = None
    """Since when it does not listen, in the data's time; None: it does."""
    paused_until: datetime | None = None
    """Until when it wants no questions, by this machine's clock; None: it did not say."""
    clock_s: int = 0
    """How far its clock is ahead of the others', s; 0 while that is little."""
    is_said: bool = False
    """True if it was said that it does not listen."""
    is_alarmed: bool = False
    """True if readers were told that it does not listen."""
    turn: int = 0
    """Which of the questions that it is asked in turns comes first next time."""


def listened(before: SourceState, now: datetime, answered_at: datetime, rows: int, clock_s: int) -> SourceState:
    """The state after an answer that counts, of a clock that is so far ahead of the others', 0 where that is little."""
    return SourceState(before.name, now, now, answered_at, rows, clock_s=clock_s, turn=before.turn)


def failed(before: SourceState, now: datetime, at: datetime, why: str, pause: timedelta | None = None) -> SourceState:
    """The state after a poll at ``at``, in the data's time, in which it did not listen; ``pause``: how long to ask nothing."""
    return replace(
        before,
        tried_at=now,
        outcome=why,
        since=before.since or at,
        paused_until=None if pause is None else now + min(pause, LONGEST_PAUSE),
    )


def is_paused(state: SourceState, now: datetime) -> bool:
    """Tell whether the source wants no questions now; a clock that was set back does not prolong that."""
    tried, until = state.tried_at, state.paused_until
    return until is not None and now < until and (tried is None or tried <= now)


class SourceNews(Struct, frozen=True):
    """What a poll that counts leaves of its sources."""

    states: tuple[SourceState, ...] = ()
    lines: tuple[str, ...] = ()
    """What to say of those that fail from now on, or are heard again, or whose clock is wrong: once each."""
    news: tuple[Blindness, ...] = ()
    """What readers are to be told of those that have failed for long, or are heard again: once each."""


NO_SOURCE_NEWS: Final = SourceNews()


def source_news(
    before: Mapping[str, SourceState], after: Mapping[str, SourceState], at: datetime, patience: timedelta | None
) -> SourceNews:
    """What to tell, at ``at`` in the data's time, of the sources as they were ``before`` a poll that counts and are ``after``.

    ``patience`` is how long one may be silent before readers are told; None: nobody is.
    """
    states, lines, news = list[SourceState](), list[str](), list[Blindness]()
    for name, now in after.items():
        was = before.get(name, SourceState(name))
        lines += _lines(was, now)
        if now.since is None:
            if was.since is not None and was.is_alarmed:
                news.append(Blindness(hears_id(name, was.since), was.since, at, was.outcome, at, source=name))
            states.append(now)
            continue
        is_long = patience is not None and at - now.since >= patience
        if is_long and not was.is_alarmed:
            news.append(Blindness(deaf_id(name, now.since), now.since, None, now.outcome, at, source=name))
        states.append(replace(now, is_said=True, is_alarmed=was.is_alarmed or is_long))
    return SourceNews(tuple(states), tuple(lines), tuple(news))


def _lines(was: SourceState, now: SourceState) -> Iterator[str]:
    if now.since is not None and not was.is_said:
        yield f"{short(now.outcome, LONGEST_WHY)}; other sources are heard, and until {now.name} is too this is not said again"
    if now.since is None and was.is_said:
        after = length(now.good_at - was.good_at) if was.good_at is not None and now.good_at is not None else None
        yield f"{now.name} is heard again{'' if after is None else f', after {after}'}"
    if now.clock_s and not was.clock_s:
        way = "ahead of" if now.clock_s > 0 else "behind"
        yield (
            f"the clock of {now.name} is {length(timedelta(seconds=abs(now.clock_s)))} {way} the others': its times are moved "
            "by that"
        )
