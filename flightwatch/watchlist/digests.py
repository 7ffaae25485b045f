"""A channel's ``digest:``: ``daily 07:00`` or ``weekly Mon 07:00``."""

import re
from typing import Final

from flightwatch.core.digest_times import WEEKDAYS, DigestTime
from flightwatch.watchlist.node_reader import Reading, quoted
from flightwatch.watchlist.yaml_nodes import Node, Scalar

_WRITE: Final = "daily 07:00 or weekly Mon 07:00"
"""What to write, in complaints."""

_CLOCK: Final = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
_DAILY: Final = re.compile(rf"(?:daily|every day)(?: at)? {_CLOCK}", re.ASCII)
_DAY: Final = "|".join(day.lower() for day in WEEKDAYS)
_WEEKLY: Final = re.compile(rf"(?:weekly|every)(?: on)? (?P<day>{_DAY})[a-z]*(?: at)? {_CLOCK}", re.ASCII)
_TIME: Final = re.compile(_CLOCK, re.ASCII)


def digest_time(reading: Reading, node: Node | None, path: str, time_zone: str | None) -> DigestTime | None:
    """When a channel gets its digest, on the clock of this zone, or UTC where there is none; None where none is written."""
    text = " ".join(reading.text(node, path, _WRITE).lower().split())
    if not text or not isinstance(node, Scalar):
        return None
    found = _DAILY.fullmatch(text) or _WEEKLY.fullmatch(text)
    if found is None:
        write = f"daily {text}" if _TIME.fullmatch(text) else _WRITE
        reading.complain(node.line, path, f"{quoted(node)} is not when a digest comes, write {write}")
        return None
    named = found.groupdict().get("day")
    weekday = None if named is None else WEEKDAYS.index(named.capitalize())
    return DigestTime(int(found["hour"]), int(found["minute"]), weekday, time_zone or "UTC")
