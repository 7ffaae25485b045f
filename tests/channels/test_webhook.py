"""Signed webhooks: what a receiver gets and verifies, and what is said of one that does not take it."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from closed_ports import closed_port, full_port
from hook_server import DRIP, HookServer, Request
from standardwebhooks import Webhook, WebhookVerificationError
from trustme import CA

from flightwatch.channels.webhook import call
from flightwatch.errors import DeliveryError, NotTaken
from flightwatch.watchlist.model import WebhookChannel

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "messages.md").read_text(encoding="utf-8")
SECRET = "whsec_" + b64encode(b"twenty-four bytes of old").decode()
NEXT = "whsec_" + b64encode(b"and thirty-two bytes of a new one").decode()
TEXT = '{"id": "e1", "callsign": "ÅÄ\\u000a日本"}'
SWITCHED_OFF = "take it out of the watchlist, or have it switched on and run flightwatch notify --test"
OTHER = Webhook("whsec_" + b64encode(b"of somebody else, altogether").decode())


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HookServer() as server:
        yield server


def channel(address: str, *secrets: str) -> WebhookChannel:
    return WebhookChannel(f"http://{address}/t0ken?key=t0ken", secrets or (SECRET,), "webhook:1")


def verified(request: Request, secret: str) -> object:
    """What the reference verifier makes of a request: the body, or an exception."""
    return Webhook(secret).verify(request.body, dict(request.headers))


def test_the_reference_verifier_takes_it(hook: HookServer) -> None:
    call(channel(hook.address), "e1", TEXT, datetime.now(UTC))
    [request] = hook.requests
    assert (request.method, request.path, request.headers["content-type"]) == ("POST", "/t0ken", "application/json")
    assert request.headers["webhook-id"] == "e1"
    assert verified(request, SECRET) == {"id": "e1", "callsign": "ÅÄ\n日本"}
    with pytest.raises(WebhookVerificationError):
        OTHER.verify(request.body, dict(request.headers))
    with pytest.raises(WebhookVerificationError):
        verified(Request("POST", "", "", request.body + " ", request.headers), SECRET)


def test_the_signature_is_that_of_the_specification(hook: HookServer) -> None:
    """Worked out here, as the library signs as well as verifies: HMAC-SHA256 of id, time and body with the decoded secret."""
    at = datetime(2021, 2, 25, 14, 55, 30, 999_999, tzinfo=UTC)
    call(channel(hook.address), "msg_p5jXN8AQM9LWM0D4loKWxJek", TEXT, at)
    [request] = hook.requests
    signed = f"msg_p5jXN8AQM9LWM0D4loKWxJek.1614264930.{TEXT}".encode()
    digest = b64encode(hmac.digest(b64decode(SECRET[6:]), signed, "sha256")).decode()
    assert request.headers["webhook-timestamp"] == "1614264930"
    assert request.headers["webhook-signature"] == f"v1,{digest}"


def test_a_secret_that_is_being_changed(hook: HookServer) -> None:
    """Each side's is enough."""
    call(channel(hook.address, NEXT, SECRET), "e1", TEXT, datetime.now(UTC))
    [request] = hook.requests
    assert verified(request, SECRET) == verified(request, NEXT) == {"id": "e1", "callsign": "ÅÄ\n日本"}


def test_https(authority: CA, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a certificate that is checked."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with HookServer(authority.issue_cert("hooks.example.org")) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{server.address}")
        call(WebhookChannel("https://hooks.example.org/x", (SECRET,), "w"), "e1", TEXT, datetime.now(UTC))
        assert verified(server.requests[0], SECRET)
        with pytest.raises(DeliveryError, match=r"^no trusted connection to other\.example\.org; "):
            call(WebhookChannel("https://other.example.org/x", (SECRET,), "w"), "e1", TEXT, datetime.now(UTC))
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_2xx_is_delivered(hook: HookServer, status: int) -> None:
    """And of the answer nothing is read, however long it is."""
    hook.statuses.append(status)
    hook.answer = hook.refusal = b"x" * 1_000 if status != 204 else b""
    call(channel(hook.address), "e1", TEXT, datetime.now(UTC))
    assert len(hook.requests) == 1


def test_an_answer_without_an_end_is_delivered(hook: HookServer) -> None:
    """As it began with a 200."""
    hook.statuses.append(DRIP)
    call(channel(hook.address), "e1", TEXT, datetime.now(UTC), timeout_s=5)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (410, DeliveryError, f"says that this webhook is gone (410): it was switched off there; {SWITCHED_OFF}"),
        (302, DeliveryError, "redirects (302), which is not followed; write as url where that leads"),
        (
            401,
            DeliveryError,
            "does not let it in (401); check that both sides have the same secret, and the right time",
        ),
        (404, DeliveryError, "has nothing there that takes it (404); check the webhook's url"),
        (422, NotTaken, "does not take this message (422); see there why"),
        (429, DeliveryError, "does not take it (429); it may later"),
        (503, DeliveryError, "does not take it (503); it may later"),
        (402, DeliveryError, "does not take it (402); see there why"),
    ],
)
def test_what_is_said_of_other_answers(hook: HookServer, status: int, kind: type[DeliveryError], said: str) -> None:
    """Once asked, one line, nothing of what was answered, and neither the address nor the secret."""
    hook.statuses.append(status)
    hook.refusal = f"\x1b[31m{SECRET} t0ken".encode()
    with pytest.raises(DeliveryError) as caught:
        call(channel(hook.address), "e1", TEXT, datetime.now(UTC))
    assert (type(caught.value), str(caught.value)) == (kind, f"127.0.0.1 {said}")
    assert f"`example.org {said.replace('429', '503')}`" in PAGE
    assert len(hook.requests) == 1


@pytest.mark.parametrize(
    ("port_of", "said"),
    [
        (closed_port, "refuses connections; try later, or check the webhook's url"),
        (full_port, "did not take the connection within 10 s; look whether its receiver is up"),
    ],
)
def test_nobody_answers(
    port_of: Callable[[], AbstractContextManager[int]], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with port_of() as port, pytest.raises(DeliveryError) as caught:
        call(channel(f"127.0.0.1:{port}"), "e1", TEXT, datetime.now(UTC), timeout_s=0.25)
    assert str(caught.value) == f"127.0.0.1 {said.replace('10 s', '0.25 s')}"
    assert f"`example.org {said.replace('429', '503')}`" in PAGE


@pytest.mark.parametrize(
    ("status", "said", "wait"),
    [
        (429, "120", timedelta(minutes=2)),
        (503, "Thu, 25 Feb 2021 15:00:00 GMT", timedelta(minutes=5)),
        (503, None, None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "99999999999999999999", None),
        (503, "Thu, 25 Feb 99999999999999999999 15:00:00 GMT", None),
        (503, "Thu, 25 Feb 2021 15:00:00 +99999999999999999999", None),
        (404, "120", None),  # an error that lasts
    ],
)
def test_how_long_it_asks_to_wait(status: int, said: str | None, wait: timedelta | None, hook: HookServer) -> None:
    hook.statuses.append(status)
    hook.retry_after = said
    with pytest.raises(DeliveryError) as caught:
        call(channel(hook.address), "e1", TEXT, datetime(2021, 2, 25, 14, 55, tzinfo=UTC))
    assert caught.value.retry_after == wait
