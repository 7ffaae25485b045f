"""Webhooks, signed as Standard Webhooks specifies (https://www.standardwebhooks.com), so that any of its libraries verifies them.

Of an answer only the status counts, and of a refusal for now how long it asks to wait. Its text is not read, a redirect is not
followed, and neither the address nor the secret is in what is said: the host is.
"""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic, sleep
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace
from standardwebhooks import Webhook

from flightwatch.errors import DeliveryError, NotTaken, SourceError
from flightwatch.network.endpoint import Endpoint
from flightwatch.network.http import POLL, Http, Question, whole
from flightwatch.network.statuses import LATER, SERVER_ERRORS, THIS_MESSAGE
from flightwatch.watchlist.model import WebhookChannel

TIMEOUT_S: Final = 20.0
"""Longest wait for an answer, s: Standard Webhooks, "Operational considerations", has 15 to 30."""

_CALL: Final = replace(POLL, unit="a webhook", again="look how its receiver does")
_SETTING: Final = "the webhook's url"

_GONE: Final = 410
_STRANGER: Final = frozenset({401, 403})
_NOWHERE: Final = frozenset({404, 405})


def call(channel: WebhookChannel, name: str, text: str, at: datetime, timeout_s: float = TIMEOUT_S) -> None:
    """Post a JSON text as the message of this name, signed with each of the channel's secrets, at this time by our clock.

    Raises `DeliveryError` unless the answer is a 2xx, and `NotTaken` where it blames the message.
    """
    host = urlsplit(channel.url).hostname or "its host"
    headers = (
        ("Content-Type", "application/json"),
        ("webhook-id", name),
        ("webhook-timestamp", str(int(at.timestamp()))),
        ("webhook-signature", " ".join(Webhook(secret).sign(name, at, text) for secret in channel.secrets)),
    )
    to = Endpoint(channel.url, host, _SETTING, "look whether its receiver is up")
    http = Http(pause=sleep, monotonic=monotonic, budget_s=timeout_s, occasion=_CALL)
    try:
        reply = http.ask_once(Question(to, json=text.encode(), headers=headers, answers=SERVER_ERRORS))
    except SourceError as error:
        raise DeliveryError(str(error)) from None
    if reply.status in THIS_MESSAGE:
        raise NotTaken(f"{host} {_why(reply.status)}")
    if not 200 <= reply.status < 300:
        asked = _asked_wait(reply.headers.get("Retry-After"), at) if reply.status in LATER else None
        raise DeliveryError(f"{host} {_why(reply.status)}", asked)


def _asked_wait(text: str | None, now: datetime) -> timedelta | None:
    """How long a ``Retry-After`` asks to wait, seconds or a date (RFC 9110, 10.2.3); None where it asks for nothing."""
    if (seconds := whole(text)) is not None:
        return timedelta(seconds=seconds)
    try:
        until = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):
        return None
    return until - now if until.tzinfo is not None else None


def _why(status: int) -> str:
    if status == _GONE:
        return (
            "says that this webhook is gone (410): it was switched off there; take it out of the watchlist, or have it "
            "switched on and run flightwatch notify --test"
        )
    if 300 <= status < 400:
        return f"redirects ({status}), which is not followed; write as url where that leads"
    if status in _STRANGER:
        return f"does not let it in ({status}); check that both sides have the same secret, and the right time"
    if status in _NOWHERE:
        return f"has nothing there that takes it ({status}); check {_SETTING}"
    if status in THIS_MESSAGE:
        return f"does not take this message ({status}); see there why"
    return f"does not take it ({status}); {'it may later' if status in LATER else 'see there why'}"
