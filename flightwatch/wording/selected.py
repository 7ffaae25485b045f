"""How many visits were selected, and what is left out, in a line."""

from collections.abc import Sequence

from msgspec.structs import replace

from flightwatch.core.selection import Selection, selected
from flightwatch.core.visits import Visit, came
from flightwatch.wording.phrases import counted, is_or_are, plural


def count_line(found: Sequence[Visit], which: Selection, *, is_all: bool = True) -> str:
    """Tell how many visits are listed and what is left out: ``the newest 4 of 9 visits``, ``1 observed visit; 2 inferred ...``.

    ``found`` are visits, newest first, of which those that are `selected` are listed. Unless it ``is_all`` there may be more
    than it holds.
    """
    told, every = selected(found, which), selected(found, replace(which, limit=None))
    count, noun = len(told), "visit" if which.inferred else "observed visit"
    if not every:
        is_of_a_time = which.since is not None or which.until is not None
        line = f"no {plural(noun, 0)} recorded{' in this time' if is_of_a_time else ''}"
    elif count == len(every):
        line = counted(count, noun)
    elif is_all:
        line = f"the newest {f'{count:,} ' if count > 1 else ''}of {counted(len(every), noun)}"
    else:
        line = f"the newest {counted(count, noun) if count > 1 else noun}"
    before = sum(which.since is not None and came(visit) < which.since for visit in told)
    if before:
        line += f"{f'; {before:,} of them' if count > 1 else ', which'} began before"
    if which.inferred:
        return line
    left_out = len(selected(found, Selection(which.since, which.until))) - len(every)
    if not is_all:
        return f"{line}; inferred ones, if any, are left out"
    return f"{line}; {left_out:,} inferred {is_or_are(left_out)} left out" if left_out else line
