"""Tell whether anybody listened: an answer of rows that cannot be read, or of next to nobody, tells nothing of anybody. Pure.

A world in which thousands are heard does not fall silent at once: when its answer does, receivers, OpenSky or the account
have failed. Then nobody's absence says anything, and the poll counts as failed. The area around an airport has its own usual,
as has a list of aircraft asked for by name; small ones are empty on any night, and are not judged, unless other sources listen
too: then little is lost with an answer that is left out.
"""

from collections.abc import Mapping
from datetime import timedelta
from statistics import median_low

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Answered, Icao24, Poll, Query
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception

MOST_UNREADABLE = 1 / 2
"""Share of a poll's rows that may be unreadable. Real answers hold at most a few in thousands; a changed form spoils
nearly all."""

KEPT = 12
"""Good answers whose median is what is usual: an hour at one in five minutes. One odd answer does not move it."""

LEAST_USUAL = 50
"""Aircraft that an answer must usually hold for its silence to say something: fewer can all land, or fly out of a box, between
two polls."""

WORLD_SHARE, AREA_SHARE = 1 / 4, 1 / 10
"""Share of what is usual below which an answer does not count. The world's quietest hour has some 0.4 of its busiest; an area has
nights, and there are airports that close for them."""

AREA_KNOWN = timedelta(hours=3)
"""How long the last good answer tells what is usual in an area, or of aircraft asked for by name. After that night may have come,
or the one receiver there have died, and what is heard is what there is."""

WORLD_KNOWN = timedelta(days=7)
"""How long the last answer about the world, good or not, tells what is usual there: while it stays empty it does not count,
however long that is."""

LEAST_USUAL_BESIDE = 5
"""The same where other sources are asked too."""

ADVICE = "nothing is lost, later polls ask again; if this lasts, look for an outage on opensky-network.org or a newer flightwatch"
"""What live polling says after `Heard.why` where OpenSky is the only source. Where credits are few the next poll may not ask, as
what was answered has had its turn."""

NEW_USUAL, NEW_USUAL_POLLS = timedelta(days=1), 12
"""Time and answers after which a world that is small, but never empty, is what is usual now: it has shown its day and its night.
Until then each poll says that it is not."""


class Usual(Struct, frozen=True, omit_defaults=True):
    """What answers to one question held lately. Times are Unix seconds of the data."""

    rows: tuple[int, ...]
    """Rows of the last good answers, oldest first."""
    good_at: int
    few: int = 0
    """Answers since that held too few."""
    few_since: int = 0
    few_at: int = 0
    least: int = 0
    """Rows of the smallest of these."""

    @property
    def count(self) -> int:
        """Rows that are usual."""
        return median_low(self.rows)


class Memory(Struct, frozen=True):
    """What is known before a poll: of OpenSky's answers, from earlier polls, and of the airframes it asks for."""

    usual: dict[Query, Usual] = {}
    """How much the answer to a question usually holds."""
    reception: Reception = NOTHING_KNOWN
    """Where low traffic is heard."""
    flown_to: dict[Icao24, Visited] = {}
    """Where airframes of the watchlist have been, by the flights of OpenSky's that are kept."""
    looks: Looks = Looks()
    """Since when polls look for whom."""
    wrong_s: Mapping[str, int] = {}
    """Sources whose clock is wrong, as `merging.Aligned.moved_s`: by how many seconds their instants are moved."""


class Heard(Struct, frozen=True):
    """Tell whether anybody listened in one poll."""

    usual: dict[Query, Usual]
    """What is usual after the poll, without what has become too old to tell."""
    why: str | None = None
    """Why the poll does not count; None: it does."""


def heard(usual: Mapping[Query, Usual], poll: Poll, *, least: int = LEAST_USUAL) -> Heard:
    """Judge a poll of one source by what was usual before it; answers that usually hold fewer than ``least`` are not judged."""
    at = round(poll.at.timestamp())
    known = {query: each for query, each in usual.items() if _is_known(query, each, at)}
    [source] = poll.sources
    rows, unreadable = sum(a.rows for a in poll.answered), sum(a.unreadable for a in poll.answered)
    if unreadable > MOST_UNREADABLE * rows:
        return Heard(known, _unreadable(unreadable, rows, source))
    silent = list[str]()
    for answered in poll.answered:
        before = known.get(answered.query)
        after, counts = _judged(before, answered, at, least)
        if after is not None:
            known[answered.query] = after
        if before is not None and not counts:
            silent.append(_fewer(answered, before))
    return Heard(known, f"{source} answered with {' and '.join(silent)}: {_WRONG}" if silent else None)


def _is_known(query: Query, usual: Usual, at: int) -> bool:
    if query.is_world:
        return at - max(usual.good_at, usual.few_at) <= WORLD_KNOWN.total_seconds()
    return at - usual.good_at <= AREA_KNOWN.total_seconds()


def _judged(before: Usual | None, answered: Answered, at: int, least: int) -> tuple[Usual | None, bool]:
    """What is usual after one answer (None: it need not be remembered), and whether that answer counts."""
    if before is None:
        return Usual((answered.rows,), at) if answered.rows >= least else None, True
    share = WORLD_SHARE if answered.query.is_world else AREA_SHARE
    if before.count < least or answered.rows >= share * before.count:
        return Usual((*before.rows[1 - KEPT :], answered.rows), at), True
    after = replace(
        before,
        few=before.few + 1,
        few_since=before.few_since or at,
        few_at=at,
        least=min(before.least, answered.rows) if before.few else answered.rows,
    )
    lasted = at - after.few_since >= NEW_USUAL.total_seconds() and after.few >= NEW_USUAL_POLLS
    return (Usual((answered.rows,), at), True) if lasted and after.least else (after, False)


_WRONG = "something is wrong there, so this answer is not used"


def _unreadable(unreadable: int, rows: int, source: str) -> str:
    return (
        f"{unreadable:,} of {rows:,} rows of {source}'s answer cannot be read: their form has changed or they are garbled, "
        "so this answer is not used"
    )


def _fewer(answered: Answered, usual: Usual) -> str:
    query = answered.query
    where = " in the whole world" if query.is_world else " in one area" if query.box else " of those asked for by name"
    if not (query.is_world or query.box or query.icao24s or query.callsigns):
        where = ""
    return f"{answered.rows:,} aircraft{where} where some {usual.count:,} are usual"
