"""Marks by which channels are told apart in the outbox where what is written of them may be a secret."""

from hashlib import blake2b
from typing import Final

_BYTES: Final = 3
"""Bytes of the digest that tells channels apart: two of ten agree once in 370,000 watchlists."""


def mark(written: str) -> str:
    """Make the mark of an address from the text as written, so that a new token in the environment is no new channel."""
    return blake2b(written.strip().encode(), digest_size=_BYTES).hexdigest()
