"""Which of a poll's sources listened: each is judged by itself, and one that did not is left out of the poll."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.merging import Aligned, aligned
from flightwatch.core.model import OPENSKY, Poll, Query
from flightwatch.tracking.listening import ADVICE, LEAST_USUAL, LEAST_USUAL_BESIDE, Memory, Usual, heard

STANDS: Final = timedelta(hours=1)
"""How much older than its last one a source's answer may be and stand still: where it is older, its clock was set back."""


class Hearing(Struct, frozen=True, dict=True):
    """What the sources of one poll answered, judged."""

    answers: tuple[Poll, ...]
    """At least one, a poll for each source; of them those that count, where any does, and then the first tells the time."""
    usual: dict[Query, Usual]
    """What is usual after the poll."""
    deaf: Mapping[str, str] = {}
    """Why an answer does not count, by the source's name."""
    why: str | None = None
    """Why the poll does not count as a whole; None: it does."""
    wrong_s: Mapping[str, int] = {}
    """Sources whose clock was wrong before, as `Aligned.moved_s`."""

    @cached_property
    def clocks(self) -> Aligned:
        """The answers with clocks that agree."""
        return aligned(self.answers, self.wrong_s)

    @property
    def at(self) -> datetime:
        """The time that the answers tell."""
        return self.clocks.polls[0].at

    @property
    def asked(self) -> tuple[str, ...]:
        """Names of the sources of the answers."""
        return tuple(poll.sources[0] for poll in self.answers)

    @property
    def by_source(self) -> dict[str, Poll]:
        """The answers that count, by the source's name, as they came."""
        return {} if self.why is not None else {poll.sources[0]: poll for poll in self.answers}

    def led_by(self, leader: Poll) -> "Hearing":
        """The same with this one of the answers first, so that it tells the time."""
        rest = tuple(poll for poll in self.answers if poll is not leader)
        return replace(self, answers=(leader, *rest))


def hearing(
    memory: Memory,
    polls: Sequence[Poll],
    *,
    last: Mapping[str, datetime] = {},
    required: Collection[str] = (),
    is_alone: bool = True,
) -> Hearing:
    """Judge the answers of one poll, at least one, a poll for each source in the order of the watchlist.

    ``memory`` is what was known before. ``last`` tells the time of each source's last answer that counted, as far as standing
    still is to be judged here. Without one of the ``required`` the poll does not count. ``is_alone``: whether the watchlist has
    one source only.
    """
    known, deaf, listened = dict(memory.usual), dict[str, str](), list[Poll]()
    for poll in polls:
        [source] = poll.sources
        judged = heard(known, poll, least=LEAST_USUAL if is_alone else LEAST_USUAL_BESIDE)
        known = judged.usual
        if judged.why is not None:
            deaf[source] = judged.why
        elif _stands_still(poll.at, last.get(source)):
            deaf[source] = f"{source} answered with nothing newer than its last answer"
        else:
            listened.append(poll)
    missed = [deaf[source] for source in deaf if source in required or not listened]
    answers = tuple(polls if missed else listened)
    return Hearing(answers, known, deaf, "; ".join(missed) or None, wrong_s=memory.wrong_s)


def _stands_still(at: datetime, last: datetime | None) -> bool:
    return last is not None and timedelta(0) <= last - at <= STANDS


def advice(asked: Sequence[str]) -> str:
    """What live polling says after `Hearing.why`, where these sources answered."""
    return ADVICE if [*asked] == [OPENSKY] else "nothing is lost, later polls ask again"
