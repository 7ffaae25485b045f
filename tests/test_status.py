"""The morning look: where everybody is, what is new, how the polling goes."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace
from reports import AIRPORTS, airport, report
from skies import ICAO24, PYONGYANG, at, first_heard_there, landing, left, moment, reminder, taken_back, visit

from flightwatch.delivery.outbox_table import Undelivered
from flightwatch.model import Event, Origin
from flightwatch.status import MOST_NEWS, Group, news, polling, whereabouts
from flightwatch.store import PollRecord
from flightwatch.tracking.track import Track
from flightwatch.watched import WatchedAircraft, WatchedAirport, Watchlist

NOW = at("2023-09-26T03:00")
HEARD = round(NOW.timestamp()) - 300
FNJ = Watchlist(
    aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M"),), airports=(WatchedAirport(airport("FNJ")),)
)
NORTH_OF_FNJ = {"latitude": 40.2, "longitude": 125.67, "true_track": 180.0}
UP = Track(ICAO24, "RA-86559", "airborne", (report(HEARD, icao24=ICAO24, **NORTH_OF_FNJ),), heard=HEARD)
NEAR_FNJ = "71 km north-east of Kwaksan Air Base, 10,668 m"


def down(**fields: object) -> Track:
    """Give the track of an airframe on the ground, in the visit that ``fields`` describe."""
    return Track(ICAO24, "RA-86559", "ground", heard=HEARD, visit=visit(departure=None, **fields))


def look(*tracks: Track, watchlist: Watchlist = FNJ) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = whereabouts(watchlist, {track.icao24: track for track in tracks}, AIRPORTS, NOW)
    return [(group.title, list(group.rows)) for group in groups]


@pytest.mark.parametrize(
    ("track", "title", "said"),
    [
        (Track(ICAO24, heard=HEARD), "not heard", "heard 5 min ago, but not where"),
        (
            Track(ICAO24, None, "airborne", UP.reports, heard=HEARD - 14 * 3600),
            "not heard",
            f"last heard 14 h 05 min ago, in the air {NEAR_FNJ}",
        ),
        (
            down(arrival=moment("2023-09-26T01:52")),
            "on the ground",
            "Pyongyang FNJ, 1 h 08 min, since 2023-09-26 01:52 UTC (observed); heard 5 min ago",
        ),
        (
            down(arrival=moment("2023-09-26T01:52", minutes=10, confidence=0.996)),
            "on the ground",
            "Pyongyang FNJ, about 1 h 08 min, since 2023-09-26 01:52 UTC (inferred, 99 %); heard 5 min ago",
        ),
        (
            down(arrival=first_heard_there()),
            "on the ground",
            "Pyongyang FNJ, at least 1 h 08 min, since 2023-09-26 01:52 UTC or earlier (observed); heard 5 min ago",
        ),
        (
            down(arrival=moment("2023-09-26T01:52"), airport=None, latitude=40.2),
            "on the ground",
            f"a place {NEAR_FNJ.partition(',')[0]}, 1 h 08 min, since 2023-09-26 01:52 UTC (observed); heard 5 min ago",
        ),
        (UP, "in the air", f"{NEAR_FNJ}; flying towards Pyongyang FNJ, 109 km away; heard 5 min ago"),
        (
            Track(
                ICAO24,
                phase="airborne",
                reports=(
                    report(HEARD - 60, latitude=0.0, longitude=-150.0, baro_altitude=11_268.0),
                    report(HEARD, latitude=0.1, longitude=-150.0),
                ),
                heard=HEARD,
                origin=Origin(PYONGYANG, 39.2, 125.7, at("2023-09-25T20:00"), is_departure=True),
            ),
            "in the air",
            "left Pyongyang Sunan (FNJ/ZKPY) at 20:00 UTC; at 0.100, -150.000, 10,668 m, descending; heard 5 min ago",
        ),
        (
            Track(
                ICAO24,
                phase="airborne",
                heard=HEARD,
                origin=Origin(None, 40.2, 125.67, at("2023-09-26T02:30"), is_departure=False),
            ),
            "in the air",
            f"first heard {NEAR_FNJ.partition(',')[0]} at 02:30 UTC; heard 5 min ago",
        ),
    ],
)
def test_where_an_airframe_is(track: Track, title: str, said: str) -> None:
    """What is unknown is said to be, or left out."""
    assert look(track) == [(title, [("RA-86559 (Il-62M)", said)])]


def test_who_is_listed() -> None:
    """Every watched airframe, in groups that begin with the latest; and whoever else stands at a watched airport."""
    listed = [
        WatchedAircraft(f"{n:06x}", f"P-{n}", "given", label="Il\x1b[31m" if n == 10 else None) for n in range(10, 24)
    ]
    heard = {10: HEARD - 60, 11: HEARD, 12: HEARD - 7200}
    flying = [Track(f"{n:06x}", None, "airborne", heard=at_) for n, at_ in heard.items()]
    stranger = Track("71f001", None, "airborne", heard=HEARD)
    visitors = [down(arrival=moment("2023-09-26T01:52")), replace(down(airport=None), icao24="71f002")]
    found = look(*flying, stranger, *visitors, watchlist=Watchlist(tuple(listed), FNJ.airports))
    assert [(title, [name for name, _ in rows]) for title, rows in found] == [
        ("on the ground", ["RA-86559"]),
        ("in the air", ["P-11", "P-10 (Il[31m)"]),
        ("not heard", ["P-12"]),
        ("never heard", ["11"]),
    ]
    assert found[-1][1][0][1] == "P-13, P-14, P-15, P-16, P-17, P-18, P-19, P-20, P-21, P-22, and 1 more"


def test_what_is_new() -> None:
    """In words, the latest first; nothing that the watchlist does not ask for, and no reminders."""
    events = [landing(), left(), reminder(), taken_back(), landing(id="other", airport=None, icao24="71f001")]
    assert news(events, FNJ, AIRPORTS) == Group(
        "new since yesterday",
        (
            ("2023-09-28 00:31 UTC", "RA-86559 left Pyongyang FNJ after about 46 h 39 min"),
            ("2023-09-26 02:20 UTC", "TAKEN BACK: RA-86559 did not land at Pyongyang FNJ"),
            ("2023-09-26 01:52 UTC", "RA-86559 landed at Pyongyang FNJ, inferred 93 %"),
        ),
    )


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([], ("nothing", "nobody was found to land or to leave")),
        (
            [landing(id=f"landing-{n}") for n in range(MOST_NEWS + 3)],
            ("3 more", "flightwatch history lists them by aircraft or airport"),
        ),
    ],
)
def test_much_and_no_news(events: list[Event], last: tuple[str, str]) -> None:
    assert news(events, FNJ, AIRPORTS).rows[-1] == last


GOOD = PollRecord(NOW - timedelta(minutes=4), NOW - timedelta(minutes=4), "ok", 12_000, 0, 396, 800)
FAILED = PollRecord(NOW - timedelta(minutes=2), None, "127.0.0.1 cannot be reached\x1b[31m")
UNREACHABLE = ("the last poll failed 2 min ago", "127.0.0.1 cannot be reached[31m")


@pytest.mark.parametrize(
    ("last", "good_at", "undelivered", "said"),
    [
        (None, None, [], [("never polled", "run flightwatch poll")]),
        (GOOD, GOOD.at, [], [("last good poll", "4 min ago"), ("credits left", "396")]),
        (
            FAILED,
            NOW - timedelta(hours=3),
            [
                Undelivered("email:desk@example.org", 2, 1, "mail.example.org\x1b refuses"),
                Undelivered("print", 1, 0, None),
            ],
            [
                ("last good poll", "3 h 00 min ago"),
                UNREACHABLE,
                ("undelivered alerts", "2 for email:desk@example.org: mail.example.org refuses"),
                ("given up in the last 7 days", "1 for email:desk@example.org: mail.example.org refuses"),
                ("undelivered alerts", "1 for print"),
            ],
        ),
        (FAILED, None, [], [("last good poll", "none yet"), UNREACHABLE]),
    ],
)
def test_how_the_polling_goes(
    last: PollRecord | None, good_at: datetime | None, undelivered: list[Undelivered], said: list[tuple[str, str]]
) -> None:
    assert polling(last, good_at, undelivered, NOW) == Group("polling", tuple(said))
