"""Standard output as a channel."""

import sys
from collections.abc import Callable, Sequence
from typing import Final, Literal

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import Digest, Notice, blindness_text, rest_lines, subject_line
from flightwatch.app.channel import Deliver
from flightwatch.errors import DeliveryError
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import lines, links
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
        for each in _each(notice):
            out.print(panel(each) if isinstance(each, Alert) else _blind_line(each))
        if isinstance(notice, Digest) and notice.rest is not None:
            out.print("\n".join(rest_lines(notice.rest, _MORE)))

    return lambda notice, *_: _written(lambda: show(notice))


def _lines(notice: Notice) -> list[str]:
    """An alert as all that is known of it, a burst as a sentence and a link each, blindness as one line."""
    match notice:
        case Alert():
            return lines(notice)
        case Digest(rest=rest):
            told = [line for alert in notice.alerts for line in (sentence(alert), f"  {links(alert)[0][1]}")]
            return told if rest is None else [*told, *rest_lines(rest, _MORE)]
        case Blindness():
            return [_blind_line(notice)]


def _blind_line(blindness: Blindness) -> str:
    return " ".join((f"{subject_line(blindness)}.", *blindness_text(blindness).splitlines()[1:]))


def _each(notice: Notice) -> Sequence[Alert | Blindness]:
    return notice.alerts if isinstance(notice, Digest) else (notice,)


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
