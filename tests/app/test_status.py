"""The morning look: where everybody is, what is new, how the polling goes."""

from datetime import datetime, timedelta

import pytest
from made_visits import ICAO24, PYONGYANG, at, first_heard_there, landing, left, moment, reminder, taken_back, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport, report

from flightwatch.app.lookouts import looked_until
from flightwatch.app.status import MOST_NEWS, Group, in_order, looked, news, polling, unheard, whereabouts
from flightwatch.core.model import Origin
from flightwatch.core.visits import Moment, Visit
from flightwatch.core.watched import Desk, WatchedAircraft, WatchedAirport
from flightwatch.storage.outbox import Undelivered
from flightwatch.storage.poll_record import PollRecord
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import AlertRules, Watchlist

NOW = at("2023-09-26T03:00")
HEARD = round(NOW.timestamp()) - 300
FNJ = Watchlist(
    aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M"),), airports=(WatchedAirport(airport("FNJ")),)
)
NORTH_OF_FNJ = {"latitude": 40.2, "longitude": 125.67, "true_track": 180.0}
UP = Track(ICAO24, "RA-86559", "airborne", Reports.of(report(HEARD, icao24=ICAO24, **NORTH_OF_FNJ)), heard=HEARD)
NEAR_FNJ = "109 km north of Pyongyang FNJ (North Korea), at 10,670 m"
BLIND = at("2023-09-26T02:40")
"""The last good poll where nobody looked since."""


def down(**fields: object) -> Track:
    """Give the track of an airframe on the ground, in the visit that ``fields`` describe."""
    return Track(ICAO24, "RA-86559", "ground", heard=HEARD, visit=visit(departure=None, **fields))


def look(
    *tracks: Track, watchlist: Watchlist = FNJ, visits: tuple[Visit, ...] = (), known_until: datetime | None = NOW
) -> list[tuple[str, list[tuple[str, str]]]]:
    followed = {track.icao24: track for track in tracks}
    groups = whereabouts(watchlist, followed, visits, AIRPORTS, now=NOW, known_until=known_until)
    return [(group.title, list(group.rows)) for group in groups]


@pytest.mark.parametrize(
    ("track", "title", "said"),
    [
        (Track(ICAO24, heard=HEARD), "where unknown", "heard 5 min ago, without a position"),
        (
            Track(ICAO24, None, "airborne", UP.reports, heard=HEARD - 14 * 3600),
            "where unknown",
            f"last heard 14 h 05 min ago, in the air {NEAR_FNJ}",
        ),
        (
            Track(
                ICAO24,
                None,
                "ground",
                Reports.of(report(HEARD, latitude=39.2241, longitude=125.67, on_ground=True)),
                heard=HEARD,
            ),
            "where unknown",
            "last heard 5 min ago, on the ground within 1 km of Pyongyang FNJ (North Korea)",
        ),
        (
            down(arrival=moment("2023-09-26T01:52")),
            "on the ground",
            "Pyongyang FNJ, 1 h 08 min so far, since 2023-09-26 01:52 UTC (observed); heard 5 min ago",
        ),
        (
            down(arrival=moment("2023-09-26T01:52", minutes=5, confidence=0.996)),
            "on the ground",
            "Pyongyang FNJ, about 1 h 08 min so far, since about 2023-09-26 01:52 UTC "
            "(inferred, 99 % sure that it landed there); heard 5 min ago",
        ),
        (
            down(arrival=first_heard_there()),
            "on the ground",
            "Pyongyang FNJ, at least 1 h 08 min so far, first heard there 2023-09-26 01:52 UTC; heard 5 min ago",
        ),
        (
            down(arrival=moment("2023-09-26T01:52"), airport=None, latitude=40.2),
            "on the ground",
            f"{NEAR_FNJ.partition(',')[0]}, 1 h 08 min so far, since 2023-09-26 01:52 UTC (observed); heard 5 min ago",
        ),
        (
            replace(
                UP,
                reports=Reports.of(report(HEARD, icao24=ICAO24, latitude=39.2245, longitude=125.67, true_track=180.0)),
            ),
            "in the air",
            "within 1 km of Pyongyang FNJ (North Korea), at 10,670 m; heard 5 min ago",
        ),
        (UP, "in the air", f"{NEAR_FNJ}; flying towards Pyongyang FNJ, 109 km away; heard 5 min ago"),
        (
            Track(
                ICAO24,
                phase="airborne",
                reports=Reports.of(
                    report(HEARD - 60, latitude=0.0, longitude=-150.0, baro_altitude=11_268.0),
                    report(HEARD, latitude=0.1, longitude=-150.0),
                ),
                heard=HEARD,
                origin=Origin(PYONGYANG, 39.2, 125.7, at("2023-09-25T20:00"), is_departure=True),
            ),
            "in the air",
            "left Pyongyang FNJ (North Korea) at 2023-09-25 20:00 UTC; "
            "at 0.100, -150.000, at 10,670 m, descending; heard 5 min ago",
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


def test_a_tail_number_with_several_addresses_is_heard_on_one_of_them() -> None:
    """It is never heard only where none of them was, and is counted once."""
    addresses = {"RA-86559": (ICAO24, "4b1814"), "165829": ("ae503d", "b648d9")}
    aircraft = tuple(WatchedAircraft(icao24, tail, "given") for tail, both in addresses.items() for icao24 in both)
    assert look(Track(ICAO24, heard=HEARD), watchlist=Watchlist(aircraft=aircraft)) == [
        ("where unknown", [("RA-86559", "heard 5 min ago, without a position")]),
        ("never heard", [("1 aircraft", "165829")]),
    ]


def test_who_is_listed() -> None:
    """Every watched airframe, in groups that begin with the latest; and whoever else stands at a watched airport."""
    listed = [
        WatchedAircraft(f"{n:06x}", f"P-{n}", "given", label="Il\x1b[31m" if n == 10 else None) for n in range(10, 25)
    ]
    heard = {10: HEARD - 60, 11: HEARD, 12: HEARD - 7200}
    flying = [Track(f"{n:06x}", None, "airborne", heard=at_) for n, at_ in heard.items()]
    stranger = Track("71f001", None, "airborne", heard=HEARD)
    visitors = [down(arrival=moment("2023-09-26T01:52")), replace(down(airport=None), icao24="71f002")]
    found = look(*flying, stranger, *visitors, watchlist=Watchlist(tuple(listed), FNJ.airports))
    assert [(title, [name for name, _ in rows]) for title, rows in found] == [
        ("on the ground", ["RA-86559"]),
        ("in the air", ["P-11", "P-10 (Il[31m)"]),
        ("where unknown", ["P-12"]),
        ("never heard", ["12 aircraft"]),
    ]
    assert found[-1][1][0][1] == "P-13, P-14, P-15, P-16, P-17, P-18, P-19, P-20, P-21, P-22, and 2 more"
    fewer = look(*flying, stranger, *visitors, watchlist=Watchlist(tuple(listed[:-1]), FNJ.airports))
    assert fewer[-1][1][0][1] == "P-13, P-14, P-15, P-16, P-17, P-18, P-19, P-20, P-21, P-22, P-23"


@pytest.mark.parametrize(
    ("arrival", "known_until", "said"),
    [
        (moment("2023-09-26T01:52"), BLIND, "at least 48 min, since 2023-09-26 01:52 UTC (observed)"),
        (
            moment("2023-09-26T01:52", minutes=5, confidence=0.9),
            BLIND,
            "at least 43 min, since about 2023-09-26 01:52 UTC (inferred, 90 % sure that it landed there)",
        ),
        (first_heard_there("2023-09-26T02:40"), BLIND, "first heard there 2023-09-26 02:40 UTC"),
        (moment("2023-09-26T01:52"), None, "since 2023-09-26 01:52 UTC (observed)"),
    ],
)
def test_a_stay_while_nobody_looks(arrival: Moment, known_until: datetime | None, said: str) -> None:
    """It may have ended: what is sure ends with the last good poll, and that is said."""
    since = f"; no good poll since {known_until:%Y-%m-%d %H:%M} UTC" if known_until else ""
    row = ("RA-86559 (Il-62M)", f"Pyongyang FNJ, {said}{since}; heard 5 min ago")
    assert look(down(arrival=arrival), known_until=known_until) == [("on the ground", [row])]


def test_heights_as_the_desk_reads_them() -> None:
    """Now and when it was heard last, to a hundred feet."""
    feet = replace(FNJ, alerts=AlertRules(desk=Desk(None, "feet")))
    for track in (UP, replace(UP, heard=HEARD - 14 * 3600)):
        [(_, [(_, said)]), *_] = look(track, watchlist=feet)
        assert "109 km north of Pyongyang FNJ (North Korea), at 35,000 ft" in said


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (visit(), "at Pyongyang FNJ, left 2023-09-28"),
        (visit(departure=first_heard_there("2023-09-28T00:31")), "at Pyongyang FNJ, left by 2023-09-28"),
        (visit(departure=None), "at Pyongyang FNJ, there since 2023-09-26, not known to have left"),
        (
            visit(departure=None, arrival=first_heard_there(), airport=None, latitude=40.2),
            f"{NEAR_FNJ.partition(',')[0]}, there by 2023-09-26, not known to have left",
        ),
    ],
)
def test_who_is_recorded_but_not_followed(last: Visit, said: str) -> None:
    """Its newest visit is told, in its place among those that are not heard now; only who has none was never heard."""
    lost = Track("7278a5", None, "airborne", UP.reports, heard=HEARD - 14 * 3600)
    others = (WatchedAircraft("7278a5", "P-885", "given"), WatchedAircraft("7278a1", "P-881", "given"))
    watchlist = replace(FNJ, aircraft=FNJ.aircraft + others)
    before = visit(id="visit-0", departure=moment("2023-08-02T14:36"))
    [(title, rows), never] = look(lost, watchlist=watchlist, visits=(last, before))
    assert (title, never) == ("where unknown", ("never heard", [("1 aircraft", "P-881")]))
    assert rows == [
        ("RA-86559 (Il-62M)", f"last recorded {said}"),
        ("P-885", f"last heard 14 h 05 min ago, in the air {NEAR_FNJ}"),
    ]


def test_who_is_unheard() -> None:
    """Who has no track, or one without a word; so much of the record is looked at, not all of it."""
    aircraft = tuple(WatchedAircraft(icao24, None, "given") for icao24 in (ICAO24, "7278a5", "7278a1"))
    tracks = {ICAO24: UP, "7278a5": Track("7278a5")}
    assert [each.icao24 for each in unheard(Watchlist(aircraft), tracks)] == ["7278a5", "7278a1"]


def test_what_is_new() -> None:
    """In words, the latest first; nothing that the watchlist does not ask for, and no reminders."""
    events = [landing(), left(), reminder(), taken_back(), landing(id="other", airport=None, icao24="71f001")]
    assert news(events, FNJ, AIRPORTS, NOW, None) == Group(
        "new in the last 24 h",
        (
            (
                "2023-09-28 00:31 UTC",
                "RA-86559 probably left Pyongyang FNJ after about 46 h 39 min, 93 % sure that it was there and left",
            ),
            ("2023-09-26 02:20 UTC", "TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ"),
            ("2023-09-26 01:52 UTC", "RA-86559 probably landed at Pyongyang FNJ, 93 % sure that it did"),
        ),
    )


@pytest.mark.parametrize(
    ("known_until", "said"),
    [
        (NOW, ("nothing", "no landing or departure that the watchlist asks for")),
        (
            BLIND,
            (
                "nothing",
                "no landing or departure that the watchlist asks for until 2023-09-26 02:40 UTC, the last good poll",
            ),
        ),
        (at("2023-09-25T03:00"), ("not known", "no good poll since 2023-09-25 03:00 UTC")),
        (None, ("not known", "no good poll yet")),
    ],
)
def test_no_news(known_until: datetime | None, said: tuple[str, str]) -> None:
    """Nothing is news only as far as somebody looked."""
    assert news([], FNJ, AIRPORTS, NOW, known_until).rows == (said,)


def test_much_news() -> None:
    found = news([landing(id=f"landing-{n}") for n in range(MOST_NEWS + 3)], FNJ, AIRPORTS, NOW, NOW)
    assert found.lines() == (*found.rows, ("3 more", "flightwatch history lists them by aircraft or airport"))
    assert (len(found.rows), found.lines(3)[1:]) == (
        MOST_NEWS,
        (found.rows[1], ("21 more", "flightwatch status lists them")),
    )


@pytest.mark.parametrize(
    ("most", "names"), [(None, "abc"), (3, "abc"), (2, ["a", "2 more"]), (1, ["3 more"]), (0, []), (9, "abc")]
)
def test_as_many_lines_as_there_is_room_for(most: int | None, names: str | list[str]) -> None:
    group = Group("in the air", tuple((name, "") for name in "abc"))
    assert [name for name, _ in group.lines(most)] == [*names]


@pytest.mark.parametrize(
    ("good_at", "known_until"),
    [
        (NOW - timedelta(hours=1), NOW),
        (NOW + timedelta(seconds=9), NOW),
        (NOW - timedelta(hours=2), NOW - timedelta(hours=2)),
        (None, None),
    ],
)
def test_until_when_somebody_looked(good_at: datetime | None, known_until: datetime | None) -> None:
    """Until now, as long as the last good poll is not too long ago."""
    assert looked_until(good_at, NOW, timedelta(hours=1)) == known_until


def test_trouble_comes_first() -> None:
    groups = [Group("news"), Group("in the air"), Group("polling", is_trouble=True)]
    assert [group.title for group in in_order(groups)] == ["polling", "news", "in the air"]


def test_when_somebody_looked() -> None:
    """And why the watchlist is not as it is written now."""
    assert looked(NOW, None) == Group("looked at 03:00:00 UTC")
    assert looked(NOW, "w.yaml:2: is\x1b not YAML") == Group(
        "looked at 03:00:00 UTC", (("watchlist", "still as it was: w.yaml:2: is not YAML"),), is_trouble=True
    )


GOOD = PollRecord(NOW - timedelta(minutes=4), NOW - timedelta(minutes=4), "ok", 12_000, 0, 396, 800)
FAILED = PollRecord(NOW - timedelta(minutes=2), None, "127.0.0.1 cannot be reached\x1b[31m")
UNREACHABLE = ("the last poll failed 2 min ago", "127.0.0.1 cannot be reached[31m")


OWED = Undelivered("email:desk@example.org", 2, 1, "mail.example.org\x1b refuses")
WAITING = Undelivered("print", 1, 0, None)


@pytest.mark.parametrize(
    ("last", "good_at", "undelivered", "said"),
    [
        (None, None, [], [("never polled", "run flightwatch poll")]),
        (
            FAILED,
            NOW - timedelta(hours=3),
            [OWED, WAITING],
            [
                ("last good poll", "2023-09-26 00:00 UTC, 3 h 00 min ago"),
                UNREACHABLE,
                ("undelivered alerts", "2 for email:desk@example.org: mail.example.org refuses"),
                ("given up in the last 7 days", "1 for email:desk@example.org: mail.example.org refuses"),
                ("undelivered alerts", "1 for print"),
            ],
        ),
        (FAILED, None, [], [("last good poll", "none yet"), UNREACHABLE]),
        (FAILED, NOW, [], [("last good poll", "2023-09-26 03:00 UTC, less than 1 min ago"), UNREACHABLE]),
        (
            replace(FAILED, started_at=NOW + timedelta(minutes=50)),
            NOW + timedelta(minutes=50),  # OpenSky's clock, or ours before it was set
            [],
            [
                ("last good poll", "2023-09-26 03:50 UTC, less than 1 min ago"),
                ("the last poll failed less than 1 min ago", UNREACHABLE[1]),
            ],
        ),
        (replace(GOOD, credits_remaining=None), BLIND, [], [("last good poll", "2023-09-26 02:40 UTC, 20 min ago")]),
    ],
)
def test_trouble_with_the_polling(
    last: PollRecord | None, good_at: datetime | None, undelivered: list[Undelivered], said: list[tuple[str, str]]
) -> None:
    known_until = looked_until(good_at, NOW, timedelta(minutes=10))
    assert polling(last, good_at, undelivered, NOW, known_until) == Group("polling", tuple(said), is_trouble=True)


@pytest.mark.parametrize(
    ("last", "undelivered", "said"),
    [
        (GOOD, [], [("last good poll", "2023-09-26 02:56 UTC, 4 min ago"), ("credits left", "396")]),
        (
            replace(FAILED, asked=()),
            [WAITING],
            [
                ("last good poll", "2023-09-26 02:56 UTC, 4 min ago"),
                ("the last poll, 2 min ago", "127.0.0.1 cannot be reached[31m"),
                ("undelivered alerts", "1 for print"),
            ],
        ),
    ],
)
def test_polling_as_it_should_be(last: PollRecord, undelivered: list[Undelivered], said: list[tuple[str, str]]) -> None:
    """A poll that asked nothing on purpose is none that failed, nor is an alert late that only waits."""
    assert polling(last, GOOD.at, undelivered, NOW, NOW) == Group("polling", tuple(said))
