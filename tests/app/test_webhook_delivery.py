"""Alerts on their way to a webhook, a process a poll: tried again under the same id, one call an event, corrections too."""

import re
from base64 import b64encode
from collections.abc import Iterator

import pytest
from hook_server import HookServer, Request
from made_visits import ICAO24, SEEN_DOWN, rows, seen_visit
from opensky_server import OpenSkyServer
from program import Program, show
from standardwebhooks import Webhook
from state_vectors import MINUTE, arrival, parked, sent

from flightwatch.alerting.queue import BURST

SECRET = "whsec_" + b64encode(b"c4nary of a webhook, 32 bytes it").decode()
MANY = BURST + 2


@pytest.fixture
def hook() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


@pytest.fixture
def hooked(program: Program, hook: HookServer) -> Program:
    """The program, whose alerts are printed, and go to the webhook."""
    program.environment["WEBHOOK_SECRET"] = SECRET
    with program.watchlist.open("a") as file:
        file.write(
            f'notify: [print, {{webhook: {{url: "http://{hook.address}/p4th-8", secret: "${{WEBHOOK_SECRET}}"}}}}]\n'
        )
    return program


def event(request: Request) -> dict[str, object]:
    """What the reference verifier takes for the event of a request."""
    found: dict[str, object] = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert request.headers["webhook-id"] == found["id"]
    return found


def test_a_landing_is_told_under_one_id(hooked: Program, server: OpenSkyServer, hook: HookServer) -> None:
    """However often it takes; as `--format jsonl` prints it."""
    hook.statuses += [503, 410]
    done = []
    for time, answer in seen_visit()[:5]:
        show(server, time, answer)
        done.append(hooked.run("poll", "--format", "jsonl"))
    assert "1 alert waiting" in hooked.out("notify", "--test")
    show(server, *seen_visit()[5])
    hooked.out("poll")
    kept = "kept, will be tried again\n"
    assert [(each.returncode, re.sub(":[0-9a-f]{6}", "", each.stderr)) for each in done[-2:]] == [
        (4, f"flightwatch: webhook:127.0.0.1: 127.0.0.1 does not take it (503); it may later; {kept}"),
        (
            4,
            "flightwatch: webhook:127.0.0.1: 127.0.0.1 says that this webhook is gone (410): it was switched off there; "
            f"take it out of the watchlist, or have it switched on and run flightwatch notify --test; {kept}",
        ),
    ]
    first, again, test, last = map(event, hook.requests)
    assert f"{hook.requests[0].body}\n" == done[-2].stdout
    assert (first["type"], test["type"]) == ("landing", "test")
    assert first["id"] == again["id"] == last["id"]


def test_many_events_are_as_many_calls(hooked: Program, server: OpenSkyServer, hook: HookServer) -> None:
    """None is repeated for another that was not taken, and none shows the secret or the path."""
    text = hooked.watchlist.read_text()
    hooked.watchlist.write_text(f"airports: [VVO]\n{text[text.index('notify:') :]}")
    icao24s = [ICAO24, *(f"15{number:04x}" for number in range(1, MANY))]
    hook.statuses += [200, 200, 503]
    flights = [arrival("VVO", SEEN_DOWN, icao24=each) for each in icao24s]
    for minute in (-10, -5, -1, 2, 7, 12, 30):
        time = SEEN_DOWN + minute * MINUTE
        down = (parked("VVO", time, icao24=each, velocity=9.0) for each in icao24s)
        show(server, time, rows(*(down if minute > 0 else (sent(flight, time) for flight in flights))))
        hooked.run("poll")
    ids = [request.headers["webhook-id"] for request in hook.requests]
    assert len(ids) == len(icao24s) + 1
    assert len({*ids}) == len(icao24s)
    assert ids[2] == ids[3]


def test_check_shows_neither_secret_nor_path(hooked: Program) -> None:
    shown = hooked.out("check") + hooked.out("check", "--format", "json")
    assert re.search(r"^notify    webhook:127\.0\.0\.1:[0-9a-f]{6}  everything$", shown, re.MULTILINE)
    assert [text for text in (SECRET[6:], "p4th-8") if text in shown] == []
