"""A notice as what a webhook is called with: one JSON object, and the id by which its receiver knows a repeat.

An event is what docs/reference/events.md describes. Two more types are no events: ``health`` and ``test``.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from flightwatch.alerting.blindness import LONGEST_WHY, Blindness
from flightwatch.alerting.notices import Digest, Notice, blindness_text, subject_line
from flightwatch.wording.alert import Alert
from flightwatch.wording.phrases import json_text, short


class Post(Struct, frozen=True):
    """One call."""

    id: str
    """The same for each try: the event's."""
    text: str
    """A JSON object."""


class _Health(Struct, frozen=True, tag_field="type", tag="health"):
    """That nobody listened, or that one source did not."""

    id: str
    since: datetime
    until: datetime | None
    source: str | None
    why: str | None
    detected_at: datetime
    text: str


def posts(notice: Notice) -> Iterator[Post]:
    """The calls that tell a notice, one for each event."""
    match notice:
        case Alert(event=event):
            yield Post(event.id, json_text(event))
        case Digest(events=events):
            yield from (Post(event.id, json_text(event)) for event in events)
        case Blindness(id=name, since=since, until=until, detected_at=at):
            source, why = (short(said, LONGEST_WHY) if said else None for said in (notice.source, notice.why))
            text = f"{subject_line(notice)}. {' '.join(blindness_text(notice).splitlines()[1:])}"
            yield Post(name, json_text(_Health(name, since, until, source, why, detected_at=at, text=text)))


def trial(at: datetime) -> Post:
    """A call that says it is a test."""
    name = f"test-{at:%Y%m%dT%H%M%S%f}"
    text = "This is a test, nothing has landed."
    return Post(name, json_text({"id": name, "type": "test", "detected_at": at, "text": text}))
