"""What goes out to readers, whatever the channel: one alert, several in one message, or that flightwatch was blind."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from flightwatch.alerting.blindness import Blindness
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import TIME, facts, links
from flightwatch.wording.phrases import duration, hours, short, utc
from flightwatch.wording.sentence import sentence, title
from flightwatch.wording.sureness import meaning

BRIEF_ALERTS: Final = 20
"""Most alerts of a digest that `brief` names, one line each: chat services take a few thousand characters."""

LONGEST_WHY: Final = 300
"""Most characters that are repeated of what a failed poll said."""


_SAID: Final = ("aircraft", "bounds", "callsign", "icao24", "known", "visit")
"""Facts that `brief` leaves out, as its sentence holds them or only programs need them."""


class Digest(Struct, frozen=True):
    """Several alerts for one channel in one message."""

    alerts: tuple[Alert, ...]
    """At least one, oldest first."""


Notice = Alert | Digest | Blindness
"""Anything that is delivered."""


def subject_line(notice: Notice) -> str:
    """Tell a notice in a few words, as a mail's subject.

    ``12 alerts: RA-86559 probably landed at Pyongyang FNJ, 93 % sure that it did; and 11 more``. Corrections are named
    before all others: ``3 alerts: TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ; and 2 more``.
    """
    match notice:
        case Alert():
            return title(notice, dated=True)
        case Digest():
            return _digest_title(notice)
        case Blindness(until=until):
            if until is None:
                return f"flightwatch is blind: no successful poll since {utc(notice.since)}"
            return f"flightwatch sees again: it was blind {_span(notice.since, until)}"


def _digest_title(digest: Digest) -> str:
    count = len(digest.alerts)
    if count == 1:
        return title(digest.alerts[0], dated=True)
    corrections = [alert for alert in digest.alerts if alert.event.type == "retraction"]
    several = f", {len(corrections):,} of them corrections" if len(corrections) > 1 else ""
    first = (corrections or digest.alerts)[0]
    return f"{count:,} alerts{several}: {title(first)}; and {count - 1:,} more"


def _span(since: datetime, until: datetime) -> str:
    """Tell a span and its length: ``02:10-05:40 UTC on 26 September 2023, for 3 h 30 min``."""
    return f"{hours(since, until)}, for {duration(until - since)}"


def blindness_text(blindness: Blindness) -> str:
    """Explain what it means that nobody watched, and why nobody did, with a line for each sentence."""
    since, until = blindness.since, blindness.until
    if until is None:
        said = [
            f"No successful poll since {utc(since)}: nothing is watched until one succeeds.",
            "What lands or leaves in that time may be told late, or not at all.",
        ]
    else:
        said = [
            f"No poll succeeded {hours(since, until)} ({duration(until - since)}); polls succeed again.",
            "What landed or left in that time may be told late, or not at all.",
        ]
    why = short(blindness.why, LONGEST_WHY) if blindness.why else None
    said.append(f"The last failure: {why}" if why else "Why is not recorded: check cron and the machine.")
    return "\n".join(said)


def brief(notice: Notice) -> tuple[str, str]:
    """Give a title, and a plain text of a few lines that ends with links, for chat services."""
    match notice:
        case Alert():
            rows = (f"{name}: {said}" for name, said in facts(notice) if name not in (*_SAID, TIME[notice.event.type]))
            last = [meaning(notice.event)] if notice.event.type == "retraction" else []
            body = [sentence(notice), *rows, *last, *(address for _, address in links(notice))]
        case Digest():
            body = [title(alert, dated=True) for alert in notice.alerts[:BRIEF_ALERTS]]
            if (more := len(notice.alerts) - BRIEF_ALERTS) > 0:
                body.append(f"and {more:,} more: flightwatch history tells them")
            body += dict.fromkeys(links(alert)[0][1] for alert in notice.alerts[:BRIEF_ALERTS])
        case Blindness():
            body = [blindness_text(notice)]
    return subject_line(notice), "\n".join(body)
