"""Where every watched airframe is, in words."""

from datetime import datetime, timedelta

import pytest
from reports import report
from skies import ICAO24, at, first_heard_there, moment, visit

from flightwatch.outbox_table import Undelivered
from flightwatch.status import airframe_lines, poll_lines, state
from flightwatch.store import PollRecord
from flightwatch.tracking.track import Track
from flightwatch.watched import WatchedAircraft, Watchlist

NOW = at("2023-09-26T03:00")
HEARD = round(NOW.timestamp()) - 300
AIR = Track(ICAO24, "RA-86559", "airborne", (report(HEARD, icao24=ICAO24),), heard=HEARD)
FNJ = "Pyongyang Sunan International Airport (FNJ)"


def down(**fields: object) -> Track:
    """Give the track of an airframe on the ground, in the visit that ``fields`` describe."""
    return Track(ICAO24, "RA-86559", "ground", heard=HEARD, visit=visit(departure=None, **fields))


@pytest.mark.parametrize(
    ("track", "said"),
    [
        (None, "never heard"),
        (Track(ICAO24), "never heard"),
        (Track(ICAO24, heard=HEARD), "heard, but not where; last heard 5 min ago"),
        (AIR, "airborne, last heard 5 min ago"),
        (Track(ICAO24, None, "airborne", heard=HEARD, silent_s=300), "airborne when last heard 5 min ago"),
        (Track(ICAO24, None, "airborne", heard=HEARD + 330), "airborne, last heard 0 min ago"),
        (
            down(arrival=moment("2023-09-26T01:52")),
            f"on the ground at {FNJ} since 2023-09-26 01:52 UTC (observed), 1 h 08 min; last heard 5 min ago",
        ),
        (
            down(arrival=moment("2023-09-26T01:52", minutes=10, confidence=0.996)),
            f"on the ground at {FNJ} since 2023-09-26 01:52 UTC (inferred, 99 %), "
            "about 1 h 08 min (between 58 min and 1 h 18 min); last heard 5 min ago",
        ),
        (
            down(arrival=first_heard_there()),
            f"on the ground at {FNJ} since at least 2023-09-26 01:52 UTC (observed), at least 1 h 08 min; "
            "last heard 5 min ago",
        ),
        (
            down(arrival=moment("2023-09-26T01:52"), airport=None),
            "on the ground at an unnamed place since 2023-09-26 01:52 UTC (observed), 1 h 08 min; last heard 5 min ago",
        ),
    ],
)
def test_where_an_airframe_is(track: Track | None, said: str) -> None:
    """What is unknown is said to be."""
    assert state(track, NOW) == said


def test_who_is_listed() -> None:
    """Every watched airframe, heard or not, in the watchlist's order; then whoever else stands at a watched airport."""
    watchlist = Watchlist(
        aircraft=(
            WatchedAircraft("7278a5", "P-885", "given", label="Il-62M,\x1b[31m Air Koryo"),
            WatchedAircraft("4408e8", None, "given"),
        )
    )
    flying = Track("71f001", None, "airborne", heard=HEARD)
    visitor = down(arrival=moment("2023-09-26T01:52"))
    lines = list(airframe_lines(watchlist, {"71f001": flying, ICAO24: visitor, "4408e8": AIR}, NOW))
    assert lines == [
        ("P-885 (Il-62M,[31m Air Koryo)", "never heard"),
        ("4408e8", "airborne, last heard 5 min ago"),
        ("RA-86559", state(visitor, NOW)),
    ]


GOOD = PollRecord(NOW - timedelta(minutes=4), NOW - timedelta(minutes=4), "ok", 12_000, 0, 396, 800)
FAILED = PollRecord(NOW - timedelta(minutes=2), None, "127.0.0.1 cannot be reached\x1b[31m")


@pytest.mark.parametrize(
    ("last", "good_at", "undelivered", "said"),
    [
        (None, None, [], ["never polled: run flightwatch poll"]),
        (GOOD, GOOD.at, [], ["last good poll: 4 min ago", "credits left: 396"]),
        (
            FAILED,
            NOW - timedelta(hours=3),
            [
                Undelivered("email:desk@example.org", 2, 1, "mail.example.org\x1b refuses"),
                Undelivered("print", 1, 0, None),
            ],
            [
                "last good poll: 3 h 00 min ago",
                "the last poll failed 2 min ago: 127.0.0.1 cannot be reached[31m",
                "undelivered alerts: 2 for email:desk@example.org: mail.example.org refuses",
                "given up in the last 7 days: 1 for email:desk@example.org: mail.example.org refuses",
                "undelivered alerts: 1 for print",
            ],
        ),
        (
            FAILED,
            None,
            [],
            ["last good poll: none yet", "the last poll failed 2 min ago: 127.0.0.1 cannot be reached[31m"],
        ),
    ],
)
def test_how_the_polling_goes(
    last: PollRecord | None, good_at: datetime | None, undelivered: list[Undelivered], said: list[str]
) -> None:
    assert list(poll_lines(last, good_at, undelivered, NOW)) == said
