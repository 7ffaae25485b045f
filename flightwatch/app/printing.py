"""Standard output as a channel."""

import sys
from collections.abc import Callable, Sequence
from typing import Final, Literal

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import (
    STILL_THERE,
    Digest,
    Notice,
    blindness_text,
    parts,
    rest_lines,
    still_there_lines,
    subject_line,
)
from flightwatch.app.channel import Deliver
from flightwatch.errors import DeliveryError
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import TRACKS_GO, lines, links
from flightwatch.wording.phrases import json_text
from flightwatch.wording.sentence import sentence

Format = Literal["text", "jsonl"]

_MORE: Final = "flightwatch history tells them"


def printer(form: Format, note: Callable[[str], None]) -> Deliver:
    """Standard output: JSON lines, lines of text where it is piped (cron mails it), a panel on a terminal.

    What is no event has no place among JSON lines: ``note`` takes it.
    """
    if form == "jsonl":
        return lambda notice, *_: _print_json(notice, note)
    if not sys.stdout.isatty():
        return lambda notice, *_: _write("\n".join(_lines(notice)))
    from flightwatch.channels.terminal import console, panel  # Rich costs a tenth of a second; cron need not pay it

    out = console()

    def show(notice: Notice) -> None:
        for line in _first_lines(notice):
            out.print(line, markup=False, highlight=False)
        for each in _each(notice):
            out.print(panel(each) if isinstance(each, Alert) else _blind_line(each))
        if isinstance(notice, Digest):
            for line in _last_lines(notice):
                out.print(line, markup=False, highlight=False)

    return lambda notice, *_: _written(lambda: show(notice))


def _lines(notice: Notice) -> list[str]:
    """An alert as all that is known of it, a burst as a sentence and a link each, blindness as one line."""
    match notice:
        case Alert():
            return lines(notice)
        case Digest():
            told = [line for alert in _in_order(notice) for line in (sentence(alert), f"  {links(alert)[0][1]}")]
            return [*_first_lines(notice), *told, *([f"  {TRACKS_GO}"] if told else []), *_last_lines(notice)]
        case Blindness():
            return [_blind_line(notice)]


def _in_order(digest: Digest) -> list[Alert]:
    return [alert for _, alerts in parts(digest) for alert in alerts]


def _first_lines(notice: Notice) -> list[str]:
    """What stands before the alerts of a digest that comes by the clock; nothing before others."""
    return [f"{subject_line(notice)}."] if isinstance(notice, Digest) and notice.regular is not None else []


def _last_lines(digest: Digest) -> list[str]:
    """What a digest says beside its alerts: of those that it does not tell one by one, and who stands where."""
    more = [] if digest.rest is None else rest_lines(digest.rest, _MORE)
    standing = still_there_lines(digest)
    return [*more, *([f"{STILL_THERE}:"] if standing else []), *(f"  {line}" for line in standing)]


def _blind_line(blindness: Blindness) -> str:
    return " ".join((f"{subject_line(blindness)}.", *blindness_text(blindness).splitlines()[1:]))


def _each(notice: Notice) -> Sequence[Alert | Blindness]:
    return _in_order(notice) if isinstance(notice, Digest) else (notice,)


def _print_json(notice: Notice, note: Callable[[str], None]) -> None:
    match notice:
        case Blindness():
            note(_blind_line(notice))
        case Alert():
            _write(json_text(notice.event))
        case Digest():
            for event in notice.events:
                _write(json_text(event))


def _write(line: str) -> None:
    def write() -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    _written(write)


def _written(write: Callable[[], None]) -> None:
    try:
        write()
    except OSError as error:
        raise DeliveryError(f"standard output cannot be written: {error.strerror}") from error


def print_trial() -> None:
    """Print a line that says it is a test."""
    _write("This is a test, nothing has landed: alerts of your watchlist are printed here.")
