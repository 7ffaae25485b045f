"""Which answer's time is believed: the sequence of the answers decides, not the newest time that was ever seen."""

from datetime import timedelta

import pytest
from made_visits import at

from flightwatch.alerting.answer_times import Begun, Heard, Uptime, Verdict, clock_set_by, elapsed, judged

NOON = at("2024-01-10T12:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def heard(
    minute: float, ahead: timedelta, *, ours: timedelta = timedelta(0), used: bool = False, runs: bool = True
) -> Heard:
    """Give an answer that comes at this minute: OpenSky's clock is ``ahead``, and ``ours`` too, of the true time."""
    now = NOON + minute * MINUTE
    uptime = Uptime(7, round(60 * minute) + 1000) if runs else None
    return Heard(Begun(now + ours, uptime), now + ahead, used)


ZERO, AHEAD = timedelta(0), 2 * HOUR
GOOD = heard(0, ZERO, used=True)


@pytest.mark.parametrize(
    ("new", "before", "verdict"),
    [
        (heard(1, ZERO), [], Verdict.NEWER),
        (heard(1, AHEAD), [], Verdict.NEWER),  # there is nothing to judge it by: our clock may be slow
        (heard(1, ZERO), [GOOD], Verdict.NEWER),
        (heard(1, -MINUTE), [GOOD], Verdict.STALE),
        (heard(1, AHEAD), [GOOD], Verdict.AHEAD),
        (heard(2, AHEAD), [GOOD, heard(1, AHEAD)], Verdict.AHEAD),
        (heard(3, AHEAD), [GOOD, heard(1, AHEAD), heard(2, AHEAD)], Verdict.AGREED),
        (heard(3, AHEAD), [GOOD, heard(1, AHEAD / 2), heard(2, AHEAD)], Verdict.AHEAD),
        (heard(3, AHEAD - 2 * MINUTE), [GOOD, heard(1, AHEAD), heard(2, AHEAD - MINUTE)], Verdict.AHEAD),  # stands still
        (heard(2, ZERO), [GOOD, heard(1, AHEAD)], Verdict.NEWER),
        # OpenSky was half an hour late and is no more, as our clock says too.
        (heard(1, ZERO), [heard(0, -HOUR / 2, used=True)], Verdict.NEWER),
        # Our clock was set back: the machine's running time shows that the answers go on as before, else three of them do.
        (heard(1, ZERO, ours=-AHEAD), [GOOD], Verdict.NEWER),
        (heard(5, ZERO, ours=-AHEAD, runs=False), [GOOD], Verdict.AHEAD),
        (heard(7, ZERO, ours=-AHEAD, runs=False), [GOOD, heard(5, ZERO, ours=-AHEAD, runs=False),
            heard(6, ZERO, ours=-AHEAD, runs=False)], Verdict.AGREED),
        # By a day too; but what is a day ahead of all that is known is never believed, however many agree.
        (heard(1, ZERO, ours=-DAY), [GOOD], Verdict.NEWER),
        (heard(5, ZERO, ours=-DAY, runs=False), [GOOD], Verdict.AHEAD),
        (heard(7, ZERO, ours=-DAY, runs=False), [GOOD, heard(5, ZERO, ours=-DAY, runs=False),
            heard(6, ZERO, ours=-DAY, runs=False)], Verdict.AGREED),
        (heard(1, DAY), [], Verdict.FAR),
        (heard(1, DAY), [GOOD], Verdict.FAR),
        (heard(3, DAY), [GOOD, heard(1, DAY), heard(2, DAY)], Verdict.FAR),
        (heard(1, DAY, ours=-DAY), [GOOD], Verdict.FAR),
        # Our clock was set on, and back again.
        (heard(1, ZERO, ours=DAY), [GOOD], Verdict.NEWER),
        (heard(1, ZERO), [heard(0, ZERO, ours=DAY, used=True)], Verdict.NEWER),
        (heard(1, ZERO, runs=False), [heard(0, ZERO, ours=DAY, used=True, runs=False)], Verdict.NEWER),
        # The very first was ahead.
        (heard(1, ZERO), [heard(0, AHEAD, used=True)], Verdict.STALE),
        (heard(3, ZERO), [heard(0, AHEAD, used=True), heard(1, ZERO), heard(2, ZERO)], Verdict.OUTVOTES),
        (heard(3, ZERO), [heard(0, AHEAD, used=True), heard(1, -HOUR / 2), heard(2, ZERO)], Verdict.STALE),
        # Another of OpenSky's machines that lags is no reason to go back.
        (heard(3, -HOUR / 2), [GOOD, heard(1, -HOUR / 2), heard(2, -HOUR / 2)], Verdict.STALE),
    ],
)  # fmt: skip
def test_judged(new: Heard, before: list[Heard], verdict: Verdict) -> None:
    assert judged(new, before) == verdict


@pytest.mark.parametrize(
    ("before", "after", "went", "was_set"),
    [
        (Begun(NOON, Uptime(7, 100)), Begun(NOON + HOUR, Uptime(7, 3700)), HOUR, ZERO),
        (Begun(NOON, Uptime(7, 100)), Begun(NOON - DAY + HOUR, Uptime(7, 3700)), HOUR, -DAY),
        (Begun(NOON, Uptime(7, 100)), Begun(NOON + DAY + HOUR, Uptime(7, 3700)), HOUR, DAY),
        (Begun(NOON, Uptime(7, 100)), Begun(NOON + HOUR, Uptime(8, 10)), HOUR, ZERO),
        (Begun(NOON, Uptime(7, 100)), Begun(NOON - HOUR, Uptime(8, 10)), ZERO, -HOUR),
        (Begun(NOON, Uptime(7, 100)), Begun(NOON + HOUR, Uptime(7, 10)), HOUR, ZERO),  # a container of its own time
        (Begun(NOON), Begun(NOON + HOUR), HOUR, ZERO),
        (Begun(NOON), Begun(NOON - MINUTE), ZERO, ZERO),
        (Begun(NOON, Uptime(7, 100)), Begun(NOON - HOUR), ZERO, -HOUR),
    ],
)
def test_what_went_by(before: Begun, after: Begun, went: timedelta, was_set: timedelta) -> None:
    """By the machine's running time where both polls have it of one start, else by its clock, which never goes back."""
    assert (elapsed(before, after), clock_set_by(before, after)) == (went, was_set)
