"""The answer to a question about the past: which visits, and what is said beneath them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.app import question_history
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.question import Question
from flightwatch.core import dates
from flightwatch.core.attribution import whom_to_name
from flightwatch.core.model import Airport
from flightwatch.core.selection import Selection, Tally, each_selected
from flightwatch.core.visits import Visit
from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, Unreachable, UsageError
from flightwatch.wording.phrases import counted, is_or_are
from flightwatch.wording.selected import count_line
from flightwatch.wording.watch_times import WatchTimes

DAYS_ASKED: Final = 7
"""Days that OpenSky is asked about an aircraft of which no visit is recorded."""

MOST_LISTED: Final = 2000
"""Most visits that a table lists: nobody reads more, and what draws it holds all of them, 10 kB each."""

_UNANSWERED: Final[Mapping[type[SourceError], str]] = {
    Unreachable: "did not answer",
    Refused: "refused to answer",
    OutOfCredits: "takes no more questions for now",
    BadAnswer: "answered what cannot be read",
}
"""What is said of who was asked just now; of any other error: it was not asked."""

Asks = Literal["both", "opensky", "adsb.lol"]
"""Who is asked about the past: OpenSky for its list of flights, adsb.lol for traces."""


class Wish(Struct, frozen=True):
    """Which visits somebody wants to read of, and how."""

    which: Selection
    at: Airport | None = None
    """Only visits there; None: anywhere."""
    is_summary: bool = False
    """True if they are counted, not listed."""
    is_offline: bool = False
    """True if nobody is asked anything."""
    confirms: bool = False
    """True if inferred landings are looked up in traces, and corrected."""
    asks: Asks = "both"
    """Who is asked, unless it is offline."""
    has_map: bool = False
    """True if a map is drawn too."""


class Found(Struct, frozen=True):
    """What is known of a question."""

    visits: list[Visit]
    """Those that are told, newest first."""
    counted: Tally
    """How many those are, and what is left out."""
    unplaced: tuple[datetime, ...]
    """See `Estimates.unplaced`."""
    is_all: bool
    """True if all of the time in question were counted, not the newest alone."""


def time_meant(
    since: str | None, until: str | None, days: int | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """What ``--since``, ``--until`` and ``--days`` mean together: see `dates.between`. Raises `UsageError` where they cannot."""
    if days is not None and since is not None:
        raise UsageError("--days and --since both say where to begin: give one of them")
    return dates.between(since, until, now, days)


def find(question: Question, wish: Wish, knowledge: Knowledge) -> Found:
    """Look up what a table tells, and what is said of the rest; no more than `MOST_LISTED` visits are told."""
    which, limit = wish.which, min(wish.which.limit or MOST_LISTED, MOST_LISTED)
    # Not all that a busy airport has seen; else what is left out is counted too.
    is_of_aircraft = len(question.topics) > 1 or bool(question.topics[0].icao24s)
    is_all = which.limit is None or is_of_aircraft
    wanted, told = Selection(which.since, which.until), replace(which, limit=limit)
    if not is_all:
        wanted = replace(which, limit=limit + 1)
    known, counted = question_history.each_known(question, knowledge, wanted, at=wish.at), Tally(told)
    visits = list(each_selected(counted.passing(known.visits), told))
    for visit in known.visits:
        counted.count(visit)
        if counted.every > limit and not is_of_aircraft:
            is_all = False
            break
    return Found(visits, counted, known.unplaced, is_all)


def closing_line(
    question: Question,
    wish: Wish,
    knowledge: Knowledge,
    found: Tally,
    watch_times: WatchTimes,
    *,
    is_all: bool = True,
    failures: Mapping[str, SourceError] = {},
) -> str:
    """How many visits there are, how far the record goes, and how to ask for more where that is not obvious.

    ``failures`` are why somebody who was asked just now did not answer, or not all, by name.
    """
    count = count_line(found, wish.which, is_all=is_all)
    unanswered = {
        name: said for name, error in failures.items() for kind, said in _UNANSWERED.items() if isinstance(error, kind)
    }
    context = question_history.context_line(question, found, watch_times, knowledge, wish.which, unanswered=unanswered)
    is_short = question.is_about_aircraft and wish.which.since is None and not wish.is_offline
    is_short = is_short and not knowledge.store.is_reading_only
    return f"{count}; {context}{' (--days 90 asks for more)' if is_short else ''}"


def credit_lines(told: Tally) -> list[str]:
    """Whom to name for what archives tell, and on what terms, a line each."""
    return [f"from {credit.line}" for credit in whom_to_name(told.archives)]


def contradicted_line(question: Question, knowledge: Knowledge) -> str | None:
    """How many recorded landings are left out as archives saw them elsewhere, and what corrects them; None: none is."""
    count = sum(
        question_history.contradicted(icao24, knowledge.store)
        for topic in question.topics
        if topic.callsign is None
        for icao24 in topic.icao24s
    )
    if not count:
        return None
    left_out = f"{counted(count, 'inferred landing')} {is_or_are(count)} left out"
    return (
        f"{left_out}, as the aircraft was seen to land elsewhere: --confirm takes {'it' if count == 1 else 'them'} back"
    )


def unplaced_line(wish: Wish, unplaced: Iterable[datetime]) -> str | None:
    """How many stays OpenSky knows of without a place, in the time in question; None: of none."""
    begin, end = wish.which.since, wish.which.until
    count = sum((begin is None or begin <= stay) and (end is None or stay < end) for stay in unplaced)
    return f"OpenSky knows {counted(count, 'more stay')} on the ground, but not where" if count else None
