"""A channel, as polls and the outbox use it: most polls have nothing to tell, and load nothing that tells it."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Final, Protocol

from flightwatch.alerting.attempts import heir_of
from flightwatch.storage.outbox import Outbox

if TYPE_CHECKING:
    from flightwatch.alerting.notices import Notice

PRINT: Final = "print"
"""The name of standard output in the outbox."""

BUDGET_S: Final = 20.0
"""Time in which a channel may begin to deliver messages in one poll, s; what is left waits for the next."""


class Deliver(Protocol):
    """What brings notices to a channel's readers."""

    def __call__(self, notice: "Notice", /, *readers: str) -> None:
        """Bring a notice to these readers of the channel, or to all where none is named; `DeliveryError` when it could not.

        `PartlyDelivered` and `NotTaken` say for certain who has not got it; after another one, each of them may have.
        """


Try = Callable[[], None]
"""Sends a channel's readers a message that says it is a test; raises `DeliveryError` when it could not."""


def heirs(outbox: Outbox, channels: Collection[str]) -> list[tuple[str, str]]:
    """Channels for which something waits though the watchlist no longer names them, with the only one of their kind, if any.

    As when an address was corrected. Where there are several what waits does so until the channel is named again, or is given up
    like others.
    """
    found = ((gone, heir_of(gone, channels)) for gone in sorted(outbox.channels() - set(channels)))
    return [(gone, heir) for gone, heir in found if heir is not None]
