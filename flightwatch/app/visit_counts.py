"""The answer to a question about the past as counts: ``history --summary``."""

from datetime import datetime

from msgspec import Struct

from flightwatch.app import question_history
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.past_visits import Wish
from flightwatch.app.question import Question
from flightwatch.core.selection import Tally
from flightwatch.export.summary import Summary, summarise
from flightwatch.wording.watch_times import WatchTimes
from flightwatch.wording.whereabouts import by_known_names


class VisitCounts(Struct, frozen=True):
    """What the visits of a question come to."""

    summary: Summary
    counted: Tally
    """How many they are, and what is left out."""
    unplaced: tuple[datetime, ...]
    """See `Estimates.unplaced`."""


def count_visits(question: Question, wish: Wish, knowledge: Knowledge, watch_times: WatchTimes) -> VisitCounts:
    """Count the visits of the time in question, none of which is held; ``watch_times`` says when they were watched for."""
    past = question_history.each_known(question, knowledge, at=wish.at)  # all, as it compares with times before
    counted = Tally(wish.which)
    summary = summarise(
        by_known_names(past.visits, knowledge.airports),
        watch_times,
        knowledge.now,
        wish.which,
        asked_days=question_history.asked_days(question, knowledge.store),
        watched=knowledge.watched if knowledge.watchlist else None,
        told=counted,
    )
    return VisitCounts(summary, counted, past.unplaced)
