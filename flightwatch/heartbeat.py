"""The heartbeat: an address that is fetched after each good poll, for a service that alarms when it stays away."""

from urllib.parse import urlsplit

import requests

TIMEOUT_S = 5.0
"""Longest wait for a connection, and for the answer, s: the poll is done, and cron waits."""


def beat(url: str) -> str | None:
    """Fetch the address; what went wrong, None when nothing did. It may be secret: only its host is named."""
    host = urlsplit(url).hostname
    advice = "check health.heartbeat in the watchlist"
    try:
        # Its body is not read, and nothing from ~/.netrc is sent along.
        with requests.get(url, timeout=TIMEOUT_S, stream=True, auth=lambda request: request) as answer:
            return None if answer.ok else f"the heartbeat at {host} was answered with {answer.status_code}; {advice}"
    except (OSError, ValueError):
        return f"the heartbeat at {host} cannot be fetched; {advice}"
