"""Publishing into a folder: what its readers may know, read from the database as it stands, and put there whole."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from flightwatch.app.clock import just_now
from flightwatch.app.publication import read_publication
from flightwatch.app.published_files import files
from flightwatch.channels import folder
from flightwatch.core.airports import Airports
from flightwatch.core.progress import Progress
from flightwatch.errors import DeliveryError, StoreError, UsageError
from flightwatch.storage.lock import held
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Routing, Watchlist


def publish(
    store: Store,
    watchlist: Watchlist,
    airports: Airports,
    to: Path,
    *,
    routing: Routing,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Bring a folder up to date with what its readers may know at ``now``, by the data's clock; return how many files changed.

    The store must be one that only reads, and shows nothing else from then on. Raises `UsageError` for a folder that is not
    flightwatch's own, and `DeliveryError` where it cannot be written, or is being written.
    """
    feed_id = folder.open_folder(to)
    with _alone(to):
        known = read_publication(store, watchlist, routing, airports, now)
        return folder.put(to, files(known, feed_id), progress)


@contextmanager
def _alone(to: Path) -> Iterator[None]:
    """Hold the right to publish in a folder. Raises `DeliveryError` where another has it, or its lock is somebody else's."""
    with ExitStack() as stack:
        try:
            is_held = stack.enter_context(held(to / folder.LOCK, "publish in another folder"))
        except StoreError as error:
            raise DeliveryError(str(error)) from error
        if not is_held:
            raise DeliveryError(f"{to}: is being published by another flightwatch; publish again when that has ended")
        yield


def publish_all_known(database: Path, watchlist: Watchlist, airports: Airports, to: Path, routing: Routing) -> None:
    """Bring the folder of a channel up to date. Raises `DeliveryError` where that cannot be."""
    with Store(database, reading_only=True) as store:
        now = PollLog(store).data_time(just_now())
        try:
            publish(store, watchlist, airports, to, routing=routing, now=now)
        except UsageError as error:
            raise DeliveryError(str(error)) from None
