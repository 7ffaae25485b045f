"""Delivery: what is printed, what stays in the outbox, and what is said of it."""

import json

import msgspec
import pytest
from reports import AIRPORTS
from skies import at, landing, left

from flightwatch.alerts import describe, one_line
from flightwatch.errors import DeliveryError
from flightwatch.model import Event
from flightwatch.notify import Deliver, PartlyDelivered, deliver_all, print_trial, printer, try_all
from flightwatch.store import PollRecord, Store
from flightwatch.tracking.sky import Look
from flightwatch.watched import Watchlist

NOW = at("2023-09-28T01:00")


def words(event: Event) -> str:
    return one_line(describe(event, Watchlist(), AIRPORTS))


def queue(store: Store, *channels: str) -> None:
    """Put a landing and a departure into the outbox, for each channel."""
    events = landing(), left()
    alerts = [(event, channel) for event in events for channel in channels]
    store.commit(Look({}, frozenset(), events, ()), PollRecord(NOW, NOW, "ok"), alerts)


def refuse(_event: Event) -> None:
    raise DeliveryError("mail.example.org refuses")


def refuse_some(_event: Event) -> None:
    raise PartlyDelivered("mail.example.org refuses 1 of 2 addresses")


def waiting(store: Store) -> list[tuple[str, str, int]]:
    return [(alert.channel, alert.event.id, alert.attempts) for alert in store.undelivered()]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def tell(told: list[str]) -> Deliver:
    return lambda event: told.append(event.id)


def test_alerts_are_delivered_once_oldest_first(store: Store, told: list[str], tell: Deliver) -> None:
    queue(store, "print")
    for _ in range(2):
        assert deliver_all(store, {"print": tell}, lambda: NOW) == []
    assert (told, waiting(store)) == (["landing-1", "departure-1"], [])


def test_one_channel_does_not_hold_up_another(store: Store, told: list[str], tell: Deliver) -> None:
    """A channel that failed is left alone for the rest of the poll; the next one tries again."""
    queue(store, "email:desk", "print")
    failures = deliver_all(store, {"email:desk": refuse, "print": tell}, lambda: NOW)
    assert failures == ["email:desk: mail.example.org refuses; kept, the next poll tries again"]
    assert told == ["landing-1", "departure-1"]
    assert waiting(store) == [("email:desk", "landing-1", 1), ("email:desk", "departure-1", 0)]

    assert deliver_all(store, {"email:desk": tell}, lambda: NOW) == []
    assert (told[2:], waiting(store)) == (["landing-1", "departure-1"], [])


def test_what_some_readers_have_is_not_sent_again(store: Store) -> None:
    """That the others lack it is said, once for the channel."""
    queue(store, "email:desk")
    failures = deliver_all(store, {"email:desk": refuse_some}, lambda: NOW)
    assert (failures, waiting(store)) == (["email:desk: mail.example.org refuses 1 of 2 addresses"], [])


def test_every_channel_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """Also after one that failed. What is printed says that it is a test."""

    def fail() -> None:
        raise DeliveryError("nobody listens")

    tried = try_all({"email:desk": fail, "print": print_trial})
    assert tried == [("email:desk", "nobody listens"), ("print", None)]
    assert "test, nothing has landed" in capsys.readouterr().out


def test_a_channel_that_is_gone_waits(store: Store, tell: Deliver) -> None:
    """Until the watchlist names it again."""
    queue(store, "email:desk")
    assert deliver_all(store, {"print": tell}, lambda: NOW) == []
    assert waiting(store) == [("email:desk", "landing-1", 0), ("email:desk", "departure-1", 0)]


def test_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A line each where it is piped: cron mails it."""
    tell = printer(lambda event: describe(event, Watchlist(), AIRPORTS), "text")
    tell(landing())
    tell(left())
    assert capsys.readouterr().out == f"{words(landing())}\n{words(left())}\n"


def test_printed_as_jsonl(capsys: pytest.CaptureFixture[str]) -> None:
    """All that is known of the event, in one line that reads back as it was."""
    printer(lambda event: describe(event, Watchlist(), AIRPORTS), "jsonl")(landing(callsign="A\r\n\x1b[31m"))
    out = capsys.readouterr().out
    assert msgspec.json.decode(out, type=Event) == landing(callsign="A\r\n\x1b[31m")
    assert (out.count("\n"), out[:-1].isprintable()) == (1, True)
    assert json.loads(out) == {
        "id": "landing-1",
        "type": "landing",
        "icao24": "15521f",
        "registration": "RA-86559",
        "callsign": "A\r\n\x1b[31m",
        "airport": {"icao": "ZKPY", "iata": "FNJ", "name": "Pyongyang Sunan International Airport"},
        "time": "2023-09-26T01:52:00Z",
        "earliest": "2023-09-26T01:48:00Z",
        "latest": "2023-09-26T02:05:00Z",
        "basis": "inferred",
        "confidence": 0.93,
        "detected_at": "2023-09-26T02:10:00Z",
        "visit": "visit-1",
        "dwell_s": None,
        "dwell_min_s": None,
        "dwell_max_s": None,
        "retracts": None,
        "evidence": [],
    }
