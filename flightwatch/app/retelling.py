"""Kept looks taken again: what the same rows and the same questions come to now."""

from collections.abc import Iterable, Iterator

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.errors import BadAnswer
from flightwatch.sources.kept_rows import poll_of
from flightwatch.tracking.alone import Others, Stepped, stepped
from flightwatch.tracking.evidence import Look
from flightwatch.tracking.track import Track


def retold(
    icao24: Icao24, start: Track | None, looks: Iterable[Look], airports: Airports
) -> Iterator[tuple[Look, Stepped]]:
    """Take an airframe through looks, from its track before the first of them. Raises `BadAnswer` for what cannot be read."""
    track, conditions = start, None
    for look in looks:
        conditions = look.conditions or conditions
        if conditions is None:
            raise BadAnswer("the first look does not say what was asked")
        poll = poll_of(look.kept)
        others = Others(look.told.witnesses(look.kept.at, poll.sources), look.told.reception)
        done = stepped(icao24, track, poll, conditions, others, airports=airports)
        track = done.track
        yield look, done
