"""What goes out to readers, whatever the channel: one alert, several in one message, or that flightwatch was blind."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from flightwatch.alerting.blindness import LONGEST_WHY, Blindness
from flightwatch.core.model import Event
from flightwatch.core.visits import Visit, came
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import TIME, TRACKS_GO, facts, links
from flightwatch.wording.phrases import counted, duration, hours, short, utc
from flightwatch.wording.sentence import sentence, title
from flightwatch.wording.sureness import meaning

BRIEF_ALERTS: Final = 20
"""Most alerts of a digest that `brief` names, one line each: chat services take a few thousand characters."""

MOST_TOLD: Final = 100
"""Most alerts of a digest that are told one by one: nobody reads more of them, and a table lists all."""

STILL_THERE: Final = "Still on the ground, as far as is known"
"""Heading of those lines of a digest that tell who stands where."""

MOST_STANDING: Final = 30
"""Most aircraft of which a digest says that they stand somewhere, the latest to come."""

MOST_PLACES: Final = 30
"""Most places at which the alerts beyond `MOST_TOLD` are counted apart."""

ELSEWHERE: Final = "no known airport"
"""What is said of the place of an alert that has no airport."""

_SAID: Final = ("aircraft", "bounds", "callsign", "icao24", "known", "visit")
"""Facts that `brief` leaves out, as its sentence holds them or only programs need them."""


class Rest(Struct, frozen=True):
    """What a digest says of alerts that are too many to be told one by one."""

    count: int
    """Those that are not told one by one."""
    corrections: int
    """Of all alerts of the digest."""
    places: tuple[tuple[str, int], ...]
    """Where those are that are not told one by one, and how many are at each place, most first."""
    ids: tuple[str, ...]
    """Of the events of all alerts of the digest, oldest first."""
    events: Iterable[Event]
    """These events: read anew each time, as they may not fit into memory."""


class Regular(Struct, frozen=True):
    """What makes a digest one that comes by the clock, not for many alerts at once."""

    often: str
    """``daily`` or ``weekly``."""
    still_there: tuple[tuple[str, str], ...] = ()
    """Who stands where as it is made, the latest first: what it is called, and what is said of it."""


class Digest(Struct, frozen=True):
    """Several alerts for one channel in one message."""

    alerts: tuple[Alert, ...]
    """At least one, oldest first; where there are more than `MOST_TOLD` the corrections among them, and then the oldest."""
    rest: Rest | None = None
    """None: these are all."""
    regular: Regular | None = None
    """None: there were many alerts at once. Else there may be a single one."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the events of all its alerts, oldest first."""
        return tuple(alert.event.id for alert in self.alerts) if self.rest is None else self.rest.ids

    @property
    def events(self) -> Iterable[Event]:
        """The events of all its alerts, oldest first."""
        return (alert.event for alert in self.alerts) if self.rest is None else self.rest.events

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits that it tells of one by one, as they are known now, each once, the newest first; none taken back."""
        told = (alert.context.visit for alert in self.alerts)
        found = {visit.id: visit for visit in told if visit is not None and visit.retracted_at is None}
        return tuple(sorted(found.values(), key=came, reverse=True))

    @property
    def has_table(self) -> bool:
        """True if it comes by the clock, or tells of more alerts than it tells one by one: a mail has them all as a table."""
        return self.rest is not None or self.regular is not None

    @property
    def count(self) -> int:
        """How many alerts it tells of."""
        return len(self.alerts) + (0 if self.rest is None else self.rest.count)


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
        case Blindness(until=until, source=str(source)):
            if until is None:
                return f"{short(source)} does not listen: nothing from it since {utc(notice.since)}"
            return f"{short(source)} listens again: it did not {_span(notice.since, until)}"
        case Blindness(until=until):
            if until is None:
                return f"flightwatch is blind: no successful poll since {utc(notice.since)}"
            return f"flightwatch sees again: it was blind {_span(notice.since, until)}"


def _digest_title(digest: Digest) -> str:
    alerts, rest, count = digest.alerts, digest.rest, digest.count
    often = "" if digest.regular is None else f"{digest.regular.often.capitalize()} digest, "
    if count == 1:
        return f"{often}1 alert: {title(alerts[0], dated=True)}" if often else title(alerts[0], dated=True)
    corrections = [alert for alert in alerts if alert.event.type == "retraction" and not alert.is_untold]
    number = len(corrections) if rest is None else rest.corrections
    several = f", {number:,} of them corrections" if number > 1 else ""
    first = (corrections or [alert for alert in alerts if not alert.is_untold] or alerts)[0]
    return f"{often}{count:,} alerts{several}: {title(first)}; and {count - 1:,} more"


def parts(digest: Digest) -> list[tuple[str, tuple[Alert, ...]]]:
    """Give a digest's alerts in the order in which they are read, each part with its heading; of a burst one without."""
    if digest.regular is None:
        return [("", digest.alerts)]
    back, news, meanwhile = list[Alert](), list[Alert](), list[Alert]()
    for alert in digest.alerts:
        is_back = alert.event.type == "retraction"
        (meanwhile if alert.is_untold else back if is_back else news).append(alert)
    several = (("Taken back", back), ("What happened", news), ("Thought meanwhile, and taken back", meanwhile))
    return [(heading, tuple(alerts)) for heading, alerts in several if alerts]


def still_there_lines(digest: Digest) -> list[str]:
    """Tell who stands where, a line each; none where the digest is of a burst, or nobody does."""
    standing = () if digest.regular is None else digest.regular.still_there
    lines = [f"{name}: {said}" for name, said in standing[:MOST_STANDING]]
    more = len(standing) - len(lines)
    return [*lines, f"and {more:,} more: flightwatch status tells them"] if more else lines


def rest_lines(rest: Rest, where: str) -> list[str]:
    """Count by place the alerts that a digest does not tell one by one; ``where`` says where they can be read."""
    told, beyond = rest.places[:MOST_PLACES], rest.places[MOST_PLACES:]
    lines = [f"and {counted(rest.count, 'more alert')}, {where}:", *(f"  {count:,} at {name}" for name, count in told)]
    if beyond:
        lines.append(f"  {sum(count for _, count in beyond):,} at {counted(len(beyond), 'other place')}")
    return lines


def _span(since: datetime, until: datetime) -> str:
    """Tell a span and its length: ``02:10-05:40 UTC on 26 September 2023, for 3 h 30 min``."""
    return f"{hours(since, until)}, for {duration(until - since)}"


def blindness_text(blindness: Blindness) -> str:
    """Explain what it means that nobody watched, and why nobody did, with a line for each sentence."""
    since, until, source = blindness.since, blindness.until, short(blindness.source or "")
    if source and until is None:
        said = [
            f"No answer of {source} counts since {utc(since)}; other sources are heard, and polls go on without it.",
            f"What lands or leaves where only {source} hears may be told late, or not at all.",
        ]
    elif source and until is not None:
        said = [
            f"No answer of {source} counted {hours(since, until)} ({duration(until - since)}); it is heard again.",
            f"What landed or left in that time where only {source} hears may be told late, or not at all.",
        ]
    elif until is None:
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
    """Give a title, and a plain text of a few lines that ends with links and how long they last, for chat services."""
    match notice:
        case Alert():
            rows = (f"{name}: {said}" for name, said in facts(notice) if name not in (*_SAID, TIME[notice.event.type]))
            last = [meaning(notice.event, is_untold=notice.is_untold)] if notice.event.type == "retraction" else []
            body = [sentence(notice), *rows, *last, *(address for _, address in links(notice)), TRACKS_GO]
        case Digest():
            told = [alert for _, alerts in parts(notice) for alert in alerts][:BRIEF_ALERTS]
            body = [title(alert, dated=True) for alert in told]
            if (more := notice.count - BRIEF_ALERTS) > 0:
                body.append(f"and {more:,} more: flightwatch history tells them")
            if standing := still_there_lines(notice):
                body += [f"{STILL_THERE}:", *standing]
            body += [*dict.fromkeys(links(alert)[0][1] for alert in told), TRACKS_GO]
        case Blindness():
            body = [blindness_text(notice)]
    return subject_line(notice), "\n".join(body)
