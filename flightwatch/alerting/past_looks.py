"""Looks of an archive, judged and learned from as polls are: whether anybody listened, and where low traffic is heard."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.alerting.hearing import hearing
from flightwatch.core.airports import Airports
from flightwatch.core.model import WORLD, Answered, Event, Poll, Query, instant
from flightwatch.tracking.following import Following
from flightwatch.tracking.listening import Memory
from flightwatch.tracking.looks import Looks, looked
from flightwatch.tracking.passing import TailOf
from flightwatch.tracking.reception import Reception, is_due, sampled
from flightwatch.tracking.sky import Lows, Sky
from flightwatch.tracking.walk import Happened, Stretch
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted


class Counted(Struct, frozen=True):
    """How much a look of an archive holds."""

    at: int
    """Unix seconds."""
    rows: int
    unreadable: int


class Judged(Struct, frozen=True):
    """Which looks count."""

    counts: tuple[bool, ...]
    """Of each look, whether somebody listened."""
    memory: Memory
    """With what is usual after them."""
    left_out: tuple[tuple[datetime, str], ...]
    """When those were that do not count, and why they do not."""


def judged(memory: Memory, looks: Iterable[Counted], *, is_alone: bool) -> Judged:
    """Judge looks in their order, as `hearing` judges polls of the whole world. ``is_alone`` as there."""
    counts, left_out = list[bool](), list[tuple[datetime, str]]()
    for look in looks:
        answered = Answered(Query(), look.rows, look.unreadable)
        heard = hearing(memory, (Poll(instant(look.at), (), WORLD, answered=(answered,)),), is_alone=is_alone)
        memory = replace(memory, usual=heard.usual)
        counts.append(heard.why is None)
        if heard.why is not None:
            left_out.append((heard.at, heard.why))
    return Judged(tuple(counts), memory, tuple(left_out))


def asked_for(happened: Happened, watchlist: Watchlist) -> Iterator[Event]:
    """The events of one look that the watchlist asks for; their airframe may be watched for its callsign alone."""
    if happened.selected is not None:
        watchlist = replace(watchlist, aircraft=(*watchlist.aircraft, happened.selected))
    return (event for event in happened.events if wanted(watchlist, event))


class Learned(Struct, frozen=True):
    """What the looks of a stretch teach, besides what they hold of single airframes."""

    lows: Lows
    looks: tuple[Looks, ...] | None
    """Since when somebody looks for whom, before each look; None: no news asks for it."""
    memory: Memory


def learned(memory: Memory, sky: Sky, watchlist: Watchlist) -> Learned:
    """What is known at each look of a stretch, and after it."""
    rules = tracker_rules(watchlist)
    is_news = bool(rules.news or watchlist.areas)
    known, looks, before = memory.reception, memory.looks, list[Looks]()
    lows: list[tuple[int, Reception]] = [(-1, known)]
    for number, at in enumerate(sky.times):
        if is_due(known, at):
            known = sampled(known, sky.sample(number), WORLD, at)
            lows.append((number, known))
        before.append(looks)
        looks = looked(looks, watchlist.watched, WORLD, at, for_aircraft="airborne" in rules.news)
    after = replace(memory, reception=known, looks=looks)
    return Learned(Lows.of(lows), tuple(before) if is_news else None, after)


def stretch(sky: Sky, found: Learned, watchlist: Watchlist, airports: Airports, tail_of: TailOf) -> Stretch:
    """The stretch through which each airframe is taken. ``tail_of`` as for `passing`."""
    following = Following.of(watchlist.watched, tracker_rules(watchlist))
    return Stretch(sky, found.lows, following, airports, found.looks, tail_of=tail_of)
