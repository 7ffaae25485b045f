"""The answer to a question about the past as counts: ``history --summary``."""

from flightwatch.app import answers
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.past_visits import Found, Wish
from flightwatch.app.question import Question
from flightwatch.export.summary import Summary, summarise
from flightwatch.wording.watch_times import WatchTimes
from flightwatch.wording.whereabouts import by_known_names


def summary(question: Question, wish: Wish, knowledge: Knowledge, found: Found, watch_times: WatchTimes) -> Summary:
    """Count the visits of the time in question; ``watch_times`` says when they were watched for."""
    return summarise(
        by_known_names(found.known.visits, knowledge.airports),
        watch_times,
        knowledge.now,
        wish.which,
        asked_days=answers.asked_days(question, knowledge.store),
        watched=knowledge.watched if knowledge.watchlist else None,
    )
