"""What answers about the past are made from."""

from datetime import datetime

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.attribution import Credit, whom_to_name
from flightwatch.core.model import OPENSKY
from flightwatch.core.watched import Watched
from flightwatch.storage.source_log import source_states
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist


class Knowledge(Struct, frozen=True):
    """The database, the watchlist, the airport table, and the time at which somebody asks."""

    store: Store
    watchlist: Watchlist | None
    """None: there is none."""
    airports: Airports
    now: datetime

    @property
    def listed(self) -> Watchlist:
        """The watchlist; one that names nothing where there is none."""
        return self.watchlist or Watchlist()

    @property
    def watched(self) -> Watched:
        """What the watchlist names."""
        return self.listed.watched

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Whom to name for what polls into the database heard; empty where they heard OpenSky alone, or nobody."""
        heard = {state.name for state in source_states(self.store).values() if state.good_at is not None}
        return whom_to_name(heard) if heard - {OPENSKY} else ()
