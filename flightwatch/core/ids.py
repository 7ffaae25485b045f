"""Identities that are the same for the same data."""

from hashlib import blake2b

from flightwatch.core.visits import Visit


def identity(*parts: str | int) -> str:
    """Sixteen hex digits that are the same for the same parts."""
    return blake2b("|".join(map(str, parts)).encode(), digest_size=8).hexdigest()


def departure_id(visit: Visit) -> str:
    """The id of the departure that closes ``visit``, told or not."""
    return identity("departure", visit.id)


def event_ids(visit: Visit) -> tuple[str, ...]:
    """The ids of the events that open and close ``visit``, as far as it has opened and closed."""
    landing = () if visit.landing is None else (visit.landing,)
    return landing if visit.departure is None else (*landing, departure_id(visit))
