"""Where a table came from that was fetched."""

from datetime import datetime

from msgspec import Struct


class FetchedFile(Struct, frozen=True):
    """One file that was fetched, and how to ask whether there is a newer one."""

    url: str
    etag: str | None = None
    """The server's name for what it sent; None: it gave none."""
    last_modified: str | None = None
    """As the server wrote it; None: it did not."""


class Fetched(Struct, frozen=True):
    """When a table was fetched, and from where."""

    at: datetime
    """UTC."""
    sources: tuple[FetchedFile, ...] = ()
