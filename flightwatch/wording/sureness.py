"""How sure an alert is, of what, and what its percentage means."""

from typing import Final

from flightwatch.core.model import Airport, Event, EventType, Place
from flightwatch.core.visits import Moment, Visit
from flightwatch.tracking.report_worth import ROTARY
from flightwatch.wording.alert import Alert
from flightwatch.wording.in_flight import how_sure, meaning_of
from flightwatch.wording.phrases import percent

OF_VISITS: Final[frozenset[EventType]] = frozenset({"landing", "departure", "reminder", "retraction"})
"""Types of events that open, close, or tell of, visits."""


def is_field_unknown(event: Event) -> bool:
    """True if an aeroplane is told to be down without a field, so that it was last heard on its way and not where it is."""
    if event.type not in OF_VISITS:
        return False
    unnamed = event.airport is None and (event.basis == "inferred" or event.type == "retraction")
    return unnamed and not any(report.category in ROTARY for report in event.evidence)


def sure(alert: Alert) -> str | None:
    """Say what the percentage of an inferred event is of: ``82 % sure that it landed there``; None: the event was observed."""
    if alert.event.basis == "observed":
        return None
    if alert.event.type not in OF_VISITS:
        return how_sure(alert)
    return f"{percent(alert.event.confidence)} sure that it {_what(alert)}"


def in_brief(alert: Alert) -> str | None:
    """Say it in a title, which has just told the event: ``82 % sure that it did``; None: the event was observed."""
    told = sure(alert)
    if told is None or alert.event.type != "landing":
        return told
    return f"{percent(alert.event.confidence)} sure that it did"


def sure_that_not(event: Event) -> str | None:
    """Say what a retraction's percentage is of, ``96 % sure that it did not land there``; None: it cannot have landed there."""
    if event.type != "retraction" or event.confidence == 1.0:
        return None
    not_so = "did not come down" if is_field_unknown(event) else "did not land there"
    return f"{percent(event.confidence)} sure that it {not_so}"


def instead(alert: Alert) -> Airport | Place | None:
    """Give the field where the aircraft of a retraction was instead; None: it more likely flew on."""
    event = alert.event
    if event.type != "retraction" or not event.candidates:
        return None
    first, *others = event.candidates
    flew_on = event.confidence - first.share - sum(other.share for other in others)
    return alert.candidates[0] if first.share > flew_on else None


def sure_of_instead(alert: Alert) -> str | None:
    """Say how sure `instead` is, ``88 % sure that it was there``; None: the aircraft more likely flew on."""
    return None if instead(alert) is None else f"{percent(alert.event.candidates[0].share)} sure that it was there"


def _what(alert: Alert) -> str:
    event = alert.event
    if event.type != "departure":
        return "came down" if is_field_unknown(event) else "landed there"
    came = _arrival(alert.context.visit)
    if came is not None and came.basis == "observed":
        return "left"
    if is_field_unknown(event):
        return "had come down"
    return "was there and left" if came is None else "had landed there"


def _arrival(visit: Visit | None) -> Moment | None:
    return None if visit is None else visit.arrival


def how_known(alert: Alert) -> str:
    """Tell how an event is known: ``observed``, or ``inferred, 93 % sure that it landed there``."""
    event = alert.event
    if event.type == "retraction":
        return sure_that_not(event) or "it was heard again where a landing cannot explain it"
    if event.type == "reminder":
        came = sure(alert) or "it was seen on the ground there"
        return f"{came}; nothing was heard of it leaving"
    told = sure(alert)
    return f"inferred, {told}" if told else "observed"


def meaning(event: Event, *, is_untold: bool = False) -> str:
    """Explain what `how_known` says, for a reader who does not know the words; ``is_untold`` as that of an `Alert`."""
    if event.type == "retraction":
        right = percent(event.confidence).removesuffix(" %")
        often = (
            ""
            if event.confidence == 1.0
            else f" Of 100 corrections that are as sure as this one, about {right} should be right."
        )
        if is_untold:
            return f"No alert told you of this landing: there is nothing to correct.{often}"
        return f"The earlier alert about this landing no longer holds: {CORRECT}.{often}"
    if event.type == "reminder":
        return "Still on the ground means: nothing was heard of it since that shows it left; it may have left unheard."
    if event.type not in OF_VISITS:
        return meaning_of(event.type)
    if event.basis == "observed":
        return "Observed means: its own reports from the ground were received."
    unseen = "nobody received it as it left" if event.type == "departure" else "nobody received it on the ground"
    right = percent(event.confidence).removesuffix(" %")
    return (
        f"Inferred means: {unseen}. Of 100 alerts that are as sure as this one, about {right} should be right; "
        "one that later proves wrong is taken back."
    )


CORRECT = "please correct what was made of it"
