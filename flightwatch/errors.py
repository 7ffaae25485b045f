"""What can go wrong, as one tree.

    FlightwatchError            exit 1
    ├── WatchlistError          exit 2   every complaint about the watchlist, one a line
    ├── UsageError              exit 2   a wrong argument, an unreadable file
    ├── StoreError              exit 1   the database or a data file is newer, corrupt or read-only, or the disk is full
    │   └── DamagedRow                   a row of the database does not hold what was written; others do
    ├── SourceError             exit 3   state vectors could not be had; nothing is lost
    │   ├── Unreachable                  no answer, or none in time
    │   ├── Refused                      an answer that is a refusal (400, 401, 403, 404)
    │   ├── OutOfCredits                 429: the day's credits are spent, or it is asked too often
    │   └── BadAnswer                    an answer that is not what its source documents, or holds next to nobody
    ├── DeliveryError           exit 4   an alert could not be delivered; it is kept
    │   ├── PartlyDelivered              some of its readers have it
    │   └── NotTaken                     the channel works, and does not take this message
    ├── NotAsSealed             exit 5   evidence is not what was sealed, or does not come to the same events
    └── Undecided               exit 6   evidence is what was sealed, and not all of it can be decided again

Every message is one line (a WatchlistError: one line a complaint) and says what to do.
Only ``flightwatch/cli/main.py`` turns them into output and an exit code.
"""

from datetime import timedelta
from typing import Final

NEXT_POLL: Final = "nothing is lost, the next poll asks again"
"""What messages say of a poll that brought nothing, where there is nothing to do."""


def adding(library: str) -> str:
    """How a user adds a library that an extra needs, for the end of a message: works in any folder, and keeps other extras."""
    return f"pipx inject flightwatch {library} (in a virtual environment: pip install {library})"


class FlightwatchError(Exception):
    """Anything foreseeable that went wrong; its text is for the user."""

    exit_code = 1


class WatchlistError(FlightwatchError):
    """The watchlist cannot be used; ``complaints`` holds one line for each thing that is wrong."""

    exit_code = 2

    def __init__(self, complaints: list[str]) -> None:
        self.complaints = complaints
        super().__init__("\n".join(complaints))


class UsageError(FlightwatchError):
    """An argument or a file the user named is wrong."""

    exit_code = 2


class StoreError(FlightwatchError):
    """The database, or a data file of ours, cannot be read or written."""


class DamagedRow(StoreError):
    """A row of the database does not hold what was written; others may."""


class DamageWarning(UserWarning):
    """The library left out damaged rows of the database; what it gives is what is sound."""


class SourceError(FlightwatchError):
    """State vectors could not be had."""

    exit_code = 3


class Unreachable(SourceError):
    """No answer, or none in time."""


class Refused(SourceError):
    """The source answered that it will not."""


class OutOfCredits(SourceError):
    """The day's credits are spent, or the source is asked too often.

    ``retry_after`` is what it said to wait, None when it did not say.
    """

    def __init__(self, message: str, retry_after: timedelta | None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class BadAnswer(SourceError):
    """The answer is not what the source documents, or tells of so few that nobody can have listened."""


class DeliveryError(FlightwatchError):
    """An alert could not be delivered; it is kept and tried again.

    ``retry_after`` is how long the channel's service said to wait, None when it did not say.
    """

    exit_code = 4

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class PartlyDelivered(DeliveryError):
    """Some readers have the alert, and are not told twice; nor is it tried again for those who cannot get it at all."""

    def __init__(self, message: str, waiting: tuple[str, ...] = ()) -> None:
        self.waiting = waiting
        """Who cannot get it now, and must get it later."""
        super().__init__(message)


class NotTaken(DeliveryError):
    """The channel works, and does not take this message: the next may fare better."""


class NotAsSealed(FlightwatchError):
    """Evidence is not what was sealed, is signed by another, or does not come to the same events."""

    exit_code = 5


class Undecided(FlightwatchError):
    """Evidence is what was sealed, and not all that it tells can be decided again from its answers."""

    exit_code = 6
