"""flightwatch: tells when a watched aircraft has landed, where, how sure that is, and how long it stays.

For programs and notebooks: `open` reads a database, and `replay` decides about recorded polls. See `flightwatch.api`. Each name
is loaded when it is first used, as a poll does without.
"""

from typing import TYPE_CHECKING

from flightwatch.version import __version__

if TYPE_CHECKING:
    from flightwatch.api import Database, Dwell, Event, Moment, Place, Visit, Visits, open, replay  # noqa: A004 as in gzip.open

__all__ = ["Database", "Dwell", "Event", "Moment", "Place", "Visit", "Visits", "__version__", "open", "replay"]

if not TYPE_CHECKING:  # else no checker would complain about a name that is not there

    def __getattr__(name: str) -> object:
        """Load a name of `flightwatch.api`."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from flightwatch import api

        return getattr(api, name)

    def __dir__() -> list[str]:
        """All names, loaded or not."""
        return sorted({*globals(), *__all__})
