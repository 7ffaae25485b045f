"""What a refusal over HTTP blames, by its status."""

from typing import Final

THIS_MESSAGE: Final = frozenset({400, 413, 422})
"""Statuses that blame the message: the next one may be accepted."""

SERVER_ERRORS: Final = frozenset(range(500, 600))

LATER: Final = SERVER_ERRORS | {408, 425, 429}
"""Statuses that blame the service or the moment, not the address."""
