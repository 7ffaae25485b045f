"""How long something takes, as people write it. The command line asks this too, which needs no YAML."""

import re
from datetime import timedelta
from typing import Final

from flightwatch.errors import UsageError

DURATION: Final = "a number and a unit such as 60s, 5m, 24h or 3d"
"""What to write, in complaints."""

_FORM: Final = re.compile(r"([0-9]{1,6})([smhd])")  # six digits of days added to a date are a date still
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """``60s``, ``5m``, ``24h`` or ``3d`` as a duration, never zero. Raises UsageError for anything else."""
    match = _FORM.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise UsageError(f"{text!r} is not a duration, write {DURATION}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
