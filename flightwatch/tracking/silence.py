"""What a silence does to a track: how much of it counts, and what it makes surer."""

from msgspec.structs import replace

from flightwatch.core.visits import Visit
from flightwatch.tracking.arrival import TOUCH_AND_GO_S, has_landed, infer, strengthen, touch_down
from flightwatch.tracking.belief import MIN_SILENCE_S
from flightwatch.tracking.motion import fixed_at
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.track import Rules, Silence, Step, Track

WORTH_ASKING_S = 4 * 3600
"""Silence after which waiting longer tells nothing new about an approach, s."""

LISTENED = 0.5
"""Part of a gap that polls must have covered for the gap to mean silence."""

MAX_COUNTED_S = 1200
"""Most silence that one poll can add, s: the slowest cadence that makes sense, and some."""

USUAL, UNKNOWN_STEP_S = 1.5, 300
"""Silence that one poll can add, as a multiple of the time between the two polls before it, and while that is not known, s. A
single answer after six hours of sleep, or after an outage, has not listened all the while."""


def listened_for(silent_s: int, gap_s: int) -> bool:
    """Tell whether enough of a gap was covered by polls for it to mean silence."""
    return silent_s >= min(gap_s * LISTENED, WORTH_ASKING_S)


def silence(track: Track, context: PollContext, since: int | None = None) -> Step:
    """The step of an airframe not heard in a poll, or, with ``since``, not since that Unix time, as the age of its row tells."""
    if is_settled(track, context.rules):
        return Step(track)
    if track.visit is not None:
        return _go_on_waiting(track, track.visit, context)
    at, witnesses = context.at, context.witnesses
    weight = 1.0 if witnesses is None or not track.reports else witnesses.weight(track.company, track.reports[-1])
    if not weight:
        return Step(track)
    step_s, silent_s = _listen(track, at, weight)
    if since is not None:
        silent_s = max(silent_s, at - since)
    track = replace(track, asked=at, step_s=step_s, silent_s=silent_s)
    if track.touchdown:
        down_for = at - fixed_at(track.touchdown[-1])
        if down_for >= TOUCH_AND_GO_S and has_landed(track, context.airports):
            return touch_down(track, context)
    if silent_s < MIN_SILENCE_S or not track.reports:
        return Step(track)
    return infer(track, context)


def is_settled(track: Track, rules: Rules) -> bool:
    """Tell whether no silence changes a track any more, however long it lasts and whoever else is heard."""
    visit = track.visit
    if visit is None:
        return not (track.reports or track.touchdown) or track.silent_s > WORTH_ASKING_S
    return (
        not rules.thresholds
        or visit.arrival.basis != "inferred"
        or track.silent_s < MIN_SILENCE_S
        or _so_far(track).silent_s > WORTH_ASKING_S
        or round(visit.arrival.confidence, 3) >= rules.thresholds[-1]
    )


def _so_far(track: Track) -> Silence:
    return track.silence or Silence(track.asked, track.step_s, track.silent_s)


def _listen(so_far: Track | Silence, at: int, weight: float = 1.0) -> tuple[int, int]:
    """Seconds from the poll before to the one at ``at``, and the silence that they make in all, s."""
    step_s = max(0, at - (so_far.asked if so_far.asked is not None else at))
    usual_s = UNKNOWN_STEP_S if so_far.step_s is None else round(USUAL * so_far.step_s)
    return step_s, so_far.silent_s + round(weight * min(step_s, usual_s, MAX_COUNTED_S))


def _go_on_waiting(track: Track, visit: Visit, context: PollContext) -> Step:
    """The step of one more silence after an inferred landing of which some reader waits to be surer.

    It is counted apart, so that whoever asks for more changes nothing of what is told later.
    """
    step_s, silent_s = _listen(_so_far(track), context.at)
    surer = strengthen(track, visit, silent_s, context)
    moved = replace(track, silence=Silence(context.at, step_s, silent_s), visit=surer)
    return Step(moved, (), () if surer is visit else (surer,))
