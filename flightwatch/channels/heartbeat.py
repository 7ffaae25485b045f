"""The heartbeat: an address that is fetched after each good poll, for a service that alarms when it stays away."""

from time import monotonic, sleep
from urllib.parse import urlsplit

from flightwatch.errors import SourceError
from flightwatch.network.endpoint import Endpoint
from flightwatch.network.http import POLL, Http, Question

BUDGET_S = 10.0
"""Longest time that fetching may take, s: the poll is done, and cron waits."""

ADVICE = "check health.heartbeat in the watchlist"


def beat(url: str) -> str | None:
    """Fetch the address. Return what went wrong, None when nothing did; only its host is named, as it may be secret."""
    host = urlsplit(url).hostname or "its address"
    http = Http(pause=sleep, monotonic=monotonic, budget_s=BUDGET_S, occasion=POLL)
    try:
        status = http.ask(Question(Endpoint(url, host, "health.heartbeat"))).status
    except SourceError:
        return f"the heartbeat at {host} cannot be fetched; {ADVICE}"
    return None if status < 300 else f"the heartbeat at {host} was answered with {status}; {ADVICE}"
