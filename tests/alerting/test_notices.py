"""What goes out, whatever the channel: to the letter, as for alerts."""

import pytest
from made_visits import ICAO24, at, landing, left, taken_back
from msgspec.structs import replace
from state_vectors import AIRPORTS

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import (
    MOST_STANDING,
    STILL_THERE,
    Digest,
    Regular,
    blindness_text,
    brief,
    parts,
    still_there_lines,
    subject_line,
)
from flightwatch.core.watched import WatchedAircraft
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import describe

WATCHLIST = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M"),))
BLIND = Blindness("b", at("2023-09-26T02:10"), None, "OpenSky: 503\r\n\x1b[31m", at("2023-09-26T04:10"))
MEANWHILE = "What landed or left in that time may be told late, or not at all."


@pytest.mark.parametrize(
    ("blindness", "title", "said"),
    [
        (
            BLIND,
            "flightwatch is blind: no successful poll since 2023-09-26 02:10 UTC",
            "No successful poll since 2023-09-26 02:10 UTC: nothing is watched until one succeeds.\n"
            "What lands or leaves in that time may be told late, or not at all.\n"
            "The last failure: OpenSky: 503[31m",
        ),
        (
            replace(BLIND, until=at("2023-09-26T05:40")),
            "flightwatch sees again: it was blind 02:10-05:40 UTC on 26 September 2023, for 3 h 30 min",
            "No poll succeeded 02:10-05:40 UTC on 26 September 2023 (3 h 30 min); polls succeed again.\n"
            f"{MEANWHILE}\nThe last failure: OpenSky: 503[31m",
        ),
        (
            replace(BLIND, until=at("2023-09-27T05:40"), why=None),
            "flightwatch sees again: it was blind 26 September 2023 02:10 to 27 September 2023 05:40 UTC, for 27 h 30 min",
            "No poll succeeded 26 September 2023 02:10 to 27 September 2023 05:40 UTC (27 h 30 min); polls succeed again.\n"
            f"{MEANWHILE}\nWhy is not recorded: check cron and the machine.",
        ),
    ],
)
def test_nobody_watched(blindness: Blindness, title: str, said: str) -> None:
    """That it is so, since when, what it means and why."""
    assert subject_line(blindness) == title
    assert blindness_text(blindness) == said
    assert brief(blindness) == (title, said)


def test_a_burst() -> None:
    """The subject names the first and counts the rest; a correction goes first, so that no other alert seems taken back."""
    three = tuple(describe(event, WATCHLIST.watched, AIRPORTS) for event in (landing(), left(), taken_back()))
    name = "RA-86559 probably landed at Pyongyang FNJ about 10:52 local on 26 September 2023, 93 % sure that it did"
    brief_name = "RA-86559 probably landed at Pyongyang FNJ, 93 % sure that it did"
    assert subject_line(Digest(three[:2])) == f"2 alerts: {brief_name}; and 1 more"
    assert subject_line(Digest(three[:1])) == name
    assert brief(Digest(three)) == (
        "3 alerts: TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ; and 2 more",
        f"{name}\n"
        "RA-86559 probably left Pyongyang FNJ about 09:31 local on 28 September 2023 after about 46 h 39 min, 93 % sure that it "
        "was there and left\n"
        "TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ\n"
        "https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-26\n"
        "https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-28\n"
        "tracks are there for some weeks; flightwatch report draws what was heard",
    )
    assert subject_line(Digest(three * 2)) == (
        "6 alerts, 2 of them corrections: TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ; and 5 more"
    )
    many = brief(Digest(three * 30))[1]
    assert "\nand 70 more: flightwatch history tells them\nhttps://" in many
    assert len(many) < 4096


def test_for_a_chat() -> None:
    """Title, a few lines without markup, links at the end; a correction asks for one."""
    assert brief(describe(landing(), WATCHLIST.watched, AIRPORTS)) == (
        "RA-86559 probably landed at Pyongyang FNJ about 10:52 local on 26 September 2023, 93 % sure that it did",
        "RA-86559 (Il-62M) probably landed at Pyongyang FNJ on 26 September 2023 about 10:52 local, 01:52 UTC; 93 % sure that it "
        "landed there; touchdown between 10:48 and 11:05 local.\n"
        "where: Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea\n"
        "https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-26\n"
        "https://globe.adsbexchange.com/?icao=15521f&showTrace=2023-09-26\n"
        "https://www.flightradar24.com/data/aircraft/ra-86559\n"
        "https://www.planespotters.net/hex/15521F\n"
        "tracks are there for some weeks; flightwatch report draws what was heard",
    )
    assert (
        "\nThe earlier alert about this landing no longer holds: please correct what was made of it.\nhttps://"
        in (brief(describe(taken_back(), WATCHLIST.watched, AIRPORTS))[1])
    )


def test_a_digest() -> None:
    """Corrections first, then what happened, then what nobody was told of; the subject counts, and names the main thing."""
    three = tuple(describe(event, WATCHLIST.watched, AIRPORTS) for event in (landing(), left(), taken_back()))
    untold = replace(three[2], is_untold=True)
    daily = Regular("daily", (("P-885", "Pyongyang FNJ, 2 h so far"),))
    title = "RA-86559 probably landed at Pyongyang FNJ, 93 % sure that it did"
    assert subject_line(Digest(three, regular=daily)) == (
        "Daily digest, 3 alerts: TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ; and 2 more"
    )
    assert subject_line(Digest((untold, *three[:2]), regular=daily)) == f"Daily digest, 3 alerts: {title}; and 2 more"
    back, meanwhile = "Taken back", "Thought meanwhile, and taken back"
    assert parts(Digest(three, regular=daily)) == [(back, three[2:]), ("What happened", three[:2])]
    assert parts(Digest((untold,), regular=daily)) == [(meanwhile, (untold,))]
    _, said = brief(Digest((untold,), regular=daily))
    assert said.splitlines()[:3] == [
        "Thought, then taken back: a landing of RA-86559 at Pyongyang FNJ",
        f"{STILL_THERE}:",
        "P-885: Pyongyang FNJ, 2 h so far",
    ]


def test_a_digest_of_many_who_stand_somewhere() -> None:
    """The latest are named, the others counted."""
    alert = describe(landing(), WATCHLIST.watched, AIRPORTS)
    many = tuple((f"P-{number}", "Pyongyang FNJ") for number in range(MOST_STANDING + 2))
    lines = still_there_lines(Digest((alert,), regular=Regular("weekly", many)))
    assert (len(lines), lines[0], lines[-1]) == (
        *(MOST_STANDING + 1, "P-0: Pyongyang FNJ"),
        "and 2 more: flightwatch status tells them",
    )
