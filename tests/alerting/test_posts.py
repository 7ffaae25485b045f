"""What a webhook is called with: the event as it is documented, and two types that are no events."""

import json

import pytest
from hostile_texts import TEXTS
from made_visits import ICAO24, at, landing, left
from msgspec.structs import replace
from state_vectors import AIRPORTS

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import Digest
from flightwatch.alerting.posts import posts, trial
from flightwatch.core.watched import WatchedAircraft
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import describe
from flightwatch.wording.phrases import json_text

BLIND = Blindness("b", at("2023-09-26T02:10"), None, "OpenSky: 503\r\n\x1b[31m", at("2023-09-26T04:10"))


def test_one_call_an_event() -> None:
    """As `--format jsonl` prints it, under the event's id."""
    events = (landing(), left())
    alerts = tuple(describe(event, Watchlist().watched, AIRPORTS) for event in events)
    expected = [(event.id, json_text(event)) for event in events]
    assert [(post.id, post.text) for alert in alerts for post in posts(alert)] == expected
    assert [(post.id, post.text) for post in posts(Digest(alerts))] == expected


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_texts(text: str) -> None:
    """A callsign is inert in JSON; a label, however long, is not among what is sent."""
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label=text),))
    [post] = posts(describe(landing(callsign=text[:100]), watchlist.watched, AIRPORTS))
    assert post.text.isprintable()
    assert json.loads(post.text)["callsign"] == text[:100]
    assert len(post.text) < 5_000


def test_blindness() -> None:
    [post] = posts(replace(BLIND, source="adsb.lol"))
    assert json.loads(post.text) == {
        "id": "b",
        "type": "health",
        "since": "2023-09-26T02:10:00Z",
        "until": None,
        "source": "adsb.lol",
        "why": "OpenSky: 503[31m",
        "detected_at": "2023-09-26T04:10:00Z",
        "text": "adsb.lol does not listen: nothing from it since 2023-09-26 02:10 UTC. "
        "What lands or leaves where only adsb.lol hears may be told late, or not at all. "
        "The last failure: OpenSky: 503[31m",
    }
    assert post.id == "b"


def test_a_test_says_so() -> None:
    now = at("2023-09-26T04:10")
    post = trial(now)
    assert json.loads(post.text) == {
        "id": "test-20230926T041000000000",
        "type": "test",
        "detected_at": "2023-09-26T04:10:00Z",
        "text": "This is a test, nothing has landed.",
    }
    assert post.id == "test-20230926T041000000000"
