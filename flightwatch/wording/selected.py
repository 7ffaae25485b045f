"""How many visits were selected, and what is left out, in a line."""

from flightwatch.core.selection import Selection, Tally
from flightwatch.wording.phrases import counted, is_or_are, plural


def count_line(found: Tally, which: Selection, *, is_all: bool = True) -> str:
    """Tell how many visits are listed and what is left out: ``the newest 4 of 9 visits``, ``1 observed visit; 2 inferred ...``.

    ``found`` counts visits by the same selection. Unless it ``is_all`` there may be more than were counted.
    """
    count, every, noun = found.told, found.every, "visit" if which.inferred else "observed visit"
    if not every:
        is_of_a_time = which.since is not None or which.until is not None
        line = f"no {plural(noun, 0)} recorded{' in this time' if is_of_a_time else ''}"
    elif count == every:
        line = counted(count, noun)
    elif is_all:
        line = f"the newest {f'{count:,} ' if count > 1 else ''}of {counted(every, noun)}"
    else:
        line = f"the newest {counted(count, noun) if count > 1 else noun}"
    if before := found.begun_before:
        line += f"{f'; {before:,} of them' if count > 1 else ', which'} began before"
    if which.inferred:
        return line
    if not is_all:
        return f"{line}; inferred ones, if any, are left out"
    left_out = found.left_out
    return f"{line}; {left_out:,} inferred {is_or_are(left_out)} left out" if left_out else line
