"""All sources of a poll asked side by side, each of them its questions one after another."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final, Protocol

from msgspec import Struct

from flightwatch.core.model import Poll, Query
from flightwatch.errors import SourceError, Unreachable
from flightwatch.network.deadline import side_by_side
from flightwatch.sources.answer import Fetched, merge

LIMIT_S: Final = 50.0
"""Seconds after which a source is not waited for any more. Each keeps to 45 s by itself, but for a file system that hangs."""


class Source(Protocol):
    """Where live state vectors come from."""

    def begin_poll(self) -> None:
        """Start the time budget of one cycle."""

    def fetch(self, query: Query) -> Fetched:
        """Ask one question; raises `SourceError`."""


class Reply(Struct, frozen=True):
    """What one source answered to its questions."""

    source: str
    queries: tuple[Query, ...]
    """What it was to be asked."""
    fetched: tuple[tuple[Query, Fetched], ...] = ()
    """Its answers, to the question that failed."""
    error: SourceError | None = None
    """Why a question failed; None: all were answered."""

    @property
    def asked(self) -> tuple[Query, ...]:
        """The questions that were asked, the one that failed included."""
        return self.queries[: len(self.fetched) + 1]

    def poll(self) -> Poll:
        """The answers as one poll; there must be one."""
        return merge([(query, each.answer) for query, each in self.fetched])


def ask(sources: Mapping[str, Source], queries: Sequence[Query]) -> list[Reply]:
    """Ask each source its questions, all sources at once; the replies of those that have any, in the order of ``sources``."""
    asked = {name: tuple(query for query in queries if query.source == name) for name in sources}
    works = {name: partial(_ask, name, sources[name], those) for name, those in asked.items() if those}
    if len(works) == 1:
        return [work() for work in works.values()]
    replies = side_by_side(LIMIT_S, list(works.values()))
    return [
        reply or Reply(name, asked[name], error=Unreachable(f"{name} did not answer within {LIMIT_S:g} s"))
        for name, reply in zip(works, replies, strict=True)
    ]


def _ask(name: str, source: Source, queries: tuple[Query, ...]) -> Reply:
    fetched = list[tuple[Query, Fetched]]()
    try:
        source.begin_poll()
        for query in queries:
            fetched.append((query, source.fetch(query)))  # what came before a failure stays
    except SourceError as error:
        return Reply(name, queries, tuple(fetched), error)
    return Reply(name, queries, tuple(fetched))
