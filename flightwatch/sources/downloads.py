"""Files that others publish and that flightwatch makes tables of: fetched only if they changed, and looked at before use."""

import gzip
import io
import time
import zlib
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from flightwatch.core.fetched import FetchedFile
from flightwatch.errors import BadAnswer, Refused, SourceError
from flightwatch.network.endpoint import Endpoint, endpoint, host_of
from flightwatch.network.http import Http, Occasion, Question, Reply, Told

OURAIRPORTS: Final = ("FLIGHTWATCH_OURAIRPORTS_URL", "https://davidmegginson.github.io/ourairports-data")
"""Where airports.csv and runways.csv are, and the variable that says otherwise; OurAirports is in the public domain."""

TAR1090_DB: Final = ("FLIGHTWATCH_TAR1090_DB_URL", "https://raw.githubusercontent.com/wiedehopf/tar1090-db/csv")
"""Where aircraft.csv.gz is, and the variable that says otherwise; it is under ODC-By 1.0, and credited wherever it is used."""

BUDGET_S: Final = 600.0
"""Seconds for all files of one table: the largest has 10 MB."""

MOST_BYTES: Final = 512 * 2**20
"""Largest table read, decompressed; that of 568,000 aircraft has 32 MB."""
LONGEST_LINE: Final = 4096

_AGAIN: Final = "the tables in use stay as they are, and flightwatch update tries again"
UPDATE: Final = Occasion(
    unit="an update", again=_AGAIN, misunderstood=_AGAIN, waiting=_AGAIN, thrift=_AGAIN, prices=_AGAIN
)


class Download(Struct, frozen=True):
    """A file as it came."""

    body: bytes
    source: FetchedFile


class Library:
    """A server's folder of files. ``place`` is the variable that may name its address, and the usual address."""

    def __init__(
        self,
        place: tuple[str, str],
        given: str | None,
    ) -> None:
        self._setting, self._base = place[0], given or place[1]
        self._http = Http(pause=time.sleep, monotonic=time.monotonic, budget_s=BUDGET_S, occasion=UPDATE)
        self.host = self._at("").host

    def fetch(self, name: str, known: FetchedFile | None, told: Told) -> Download | None:
        """The file of this name; None where it is as it was when ``known`` was fetched, from the same address.

        Raises `SourceError` when it cannot be had, or is a page for people to read.
        """
        to = self._at(f"/{name}")
        if known is not None and known.url != to.url:
            known = None
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known is not None else {}
        headers = tuple((header, value) for header, value in asked.items() if value)
        reply = self._http.ask(Question(to, headers=headers), told)
        if reply.status == 304 and headers:
            return None
        if reply.status != 200:
            raise _refusal(to, reply)
        if reply.body.lstrip()[:1] == b"<":
            raise BadAnswer(
                f"{to.host} sent a page, not {name}; look for a log-in page on this network, check {to.setting}"
            )
        return Download(reply.body, FetchedFile(to.url, _tag(reply, "ETag"), _tag(reply, "Last-Modified")))

    def _at(self, path: str) -> Endpoint:
        return endpoint(self._base, path, self._setting)


def text_of(name: str, download: Download) -> str:
    """The text of a file. Raises `BadAnswer` where it is none."""
    try:
        return download.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadAnswer(f"{name} is no UTF-8 text; {_AGAIN}") from error


def lines_of(name: str, download: Download) -> Iterator[str]:
    """The lines of a compressed text, those that are far too long in pieces.

    Raises `BadAnswer` where it breaks off or is none.
    """
    read = 0
    try:
        with gzip.open(io.BytesIO(download.body)) as packed:
            while line := packed.readline(LONGEST_LINE):
                read += len(line)
                if read > MOST_BYTES:
                    raise BadAnswer(f"{name} is larger than {MOST_BYTES // 2**20} MB; {_AGAIN}")
                yield line.decode("utf-8", "replace")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadAnswer(f"{name} cannot be decompressed; {_AGAIN}") from error


def _refusal(to: Endpoint, reply: Reply) -> SourceError:
    if 300 <= reply.status < 400 and reply.status != 304:
        where = host_of(reply.headers.get("Location", ""), base=to.url) or "nowhere"
        return Refused(f"{to.host} redirects to {where} ({reply.status}), which is not followed; check {to.setting}")
    if reply.status == 404:
        return Refused(f"{to.host} has no such file (404); check {to.setting}")
    return Refused(f"{to.host} gives no file ({reply.status}); try later, or check {to.setting}")


def _tag(reply: Reply, header: str) -> str | None:
    """A header to be sent back; None where it is not there, or is far too long for what it says."""
    value = reply.headers.get(header)
    return value if value is not None and len(value) <= 200 and value.isascii() and value.isprintable() else None
