"""What is said of traces that were asked for."""

from collections.abc import Sequence

from flightwatch.wording.phrases import counted


def traces_line(name: str, outcomes: Sequence[Sequence[str]], *, is_of_one: bool) -> str | None:
    """Say what asking ``name`` for traces came to: ``adsb.lol was asked about 40 days: heard on 12, silent on 27, 1 not there``.

    ``outcomes`` are ``heard``, ``silent`` or ``missing``, a list for each aircraft. None: nothing was asked.
    """
    some = [days for days in outcomes if days]
    if not some:
        return None
    if not is_of_one:
        return f"{name} was asked about {len(some):,} aircraft"
    [days] = some
    heard, silent, missing = (days.count(outcome) for outcome in ("heard", "silent", "missing"))
    gone = f", {missing:,} not there" if missing else ""
    return f"{name} was asked about {counted(len(days), 'day')}: heard on {heard:,}, silent on {silent:,}{gone}"
