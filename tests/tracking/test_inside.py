"""Areas: who enters and leaves them. All flights are invented, but those over Paris."""

from collections import Counter

from msgspec.structs import replace
from recordings import polls, truths
from state_vectors import AIRPORTS, DAY, HOUR, ICAO24, MINUTE, NOON, Watcher, parked, report

from flightwatch.app.replay import replay as replayed
from flightwatch.core.areas import WatchedArea
from flightwatch.core.geo import destination
from flightwatch.core.model import Box, Circle, Coverage, StateVector, instant
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted

CENTRE = (50.0, 8.0)
DISC = WatchedArea("Disc", Circle(*CENTRE, 50.0))
STRIP = WatchedArea("Strip", ((-10.0, 179.0), (-10.0, -179.0), (-12.0, -179.0), (-12.0, 179.0)))


def at_km(north_km: float, now: int, **fields: object) -> StateVector:
    """So far north of the middle, south where that is negative."""
    latitude, longitude = destination(*CENTRE, 0.0, north_km)
    return report(now, latitude=latitude, longitude=longitude, **fields)


def told(area: WatchedArea, *reports: StateVector | None, first: int = NOON) -> list[tuple[str, int]]:
    """Type and minute of what is told, of an area at which somebody looked a minute before the first of these reports."""
    watchlist = Watchlist(areas=(area,))
    watcher = Watcher(watchlist)
    watcher.poll(first - MINUTE)
    for minute, each in enumerate(reports):
        watcher.poll(first + minute * MINUTE, *([] if each is None else [each]))
    assert all(wanted(watchlist, event) for event in watcher.events)
    return [(e.type, round((e.time - instant(first)).total_seconds() / MINUTE)) for e in watcher.events]


def test_through() -> None:
    """In at one side, out at the other: the report before tells the earliest time."""
    minutes = [at_km(75.0 - 14.0 * n, NOON + n * MINUTE) for n in range(11)]
    assert told(DISC, *minutes) == [("entered", 2), ("left", 10)]


def test_along_the_edge() -> None:
    """Half a kilometre in and out is neither; two kilometres are."""
    wobble = [at_km(50.0 + (0.5 if n % 2 else -0.5), NOON + n * MINUTE) for n in range(9)]
    assert told(
        DISC,
        at_km(53.0, NOON),
        *(replace(w, last_contact=w.last_contact + MINUTE, time_position=w.last_contact + MINUTE) for w in wobble),
    ) == [("entered", 1)]


def test_silence_is_not_leaving() -> None:
    """Nor is landing; who is heard outside hours later has left, some time since."""
    there = at_km(35.0, NOON + MINUTE)
    assert told(DISC, at_km(55.0, NOON), there, *[None] * 60) == [("entered", 1)]
    silent = [at_km(55.0, NOON), there, *[None] * 60, at_km(-60.0, NOON + 62 * MINUTE)]
    assert told(DISC, *silent) == [("entered", 1), ("left", 62)]


def test_floor_and_ceiling() -> None:
    """By pressure altitude, with a margin; where it is not known nothing changes."""
    layer = WatchedArea("Layer", Circle(*CENTRE, 50.0), 3000.0, 6000.0)
    heights = [9000.0, 6050.0, 5990.0, 6050.0, None, 6090.0, 6120.0, 2900.0, 3000.0, 2950.0, 2890.0]
    reports = [at_km(-2.0 * n, NOON + n * MINUTE, baro_altitude=h) for n, h in enumerate(heights)]
    assert told(layer, *reports) == [("entered", 2), ("left", 6), ("entered", 8), ("left", 10)]


def test_across_the_antimeridian() -> None:
    reports = [
        report(NOON + n * MINUTE, latitude=-11.0, longitude=longitude, true_track=90.0)
        for n, longitude in enumerate([178.9, 179.05, 179.2, -179.95, -179.8])
    ]
    assert told(STRIP, *reports[:3]) == [("entered", 1)]


def test_the_first_look_is_no_news() -> None:
    """Not who is inside then; but who is first heard inside afterwards, unless nobody looked for an hour."""
    watcher = Watcher(Watchlist(areas=(DISC,)))
    watcher.poll(NOON, at_km(0.0, NOON))
    assert not watcher.events
    watcher.poll(NOON + MINUTE, at_km(5.0, NOON + MINUTE), at_km(9.0, NOON + MINUTE, icao24="4b0001"))
    assert [(e.type, e.icao24, len(e.evidence), e.area) for e in watcher.events] == [("entered", "4b0001", 1, "Disc")]
    late = NOON + 3 * HOUR
    watcher.poll(late, at_km(5.0, late, icao24="4b0002"))
    assert len(watcher.events) == 1


def test_nobody_has_looked_who_asked_elsewhere() -> None:
    """The first look is the first poll that asks for all of the area."""
    watcher = Watcher(Watchlist(areas=(DISC,)))
    watcher.poll(NOON, coverage=Coverage(boxes=(Box(0.0, 0.0, 1.0, 1.0),)))
    watcher.poll(NOON + MINUTE, at_km(0.0, NOON + MINUTE), coverage=Coverage(boxes=(Box(45.0, 0.0, 55.0, 15.0),)))
    assert not watcher.events
    assert watcher.looks.listed == {DISC.key: NOON + MINUTE}


def test_a_circle_is_looked_at_by_a_receiver_that_hears_all_of_it() -> None:
    """Such as the receiver's own; not one that a receiver hears a part of."""
    for shape, is_looked_at in (
        (Circle(*CENTRE, 50.0), True),
        (Circle(*CENTRE, 49.0), False),
        (Circle(*destination(*CENTRE, 90.0, 30.0), 79.0), False),
        (Circle(*destination(*CENTRE, 90.0, 30.0), 81.0), True),
    ):
        watcher = Watcher(Watchlist(areas=(DISC,)))
        watcher.poll(NOON, coverage=Coverage(circles=(shape,)))
        assert (DISC.key in watcher.looks.listed) is is_looked_at


def test_an_area_that_is_asked_for_in_pieces() -> None:
    """It was looked at once all of it was asked for in one poll, as across the antimeridian, where a box must not reach."""
    west, east = Box(-13.0, 178.0, -9.0, 180.0), Box(-13.0, -180.0, -9.0, -178.0)
    watcher = Watcher(Watchlist(areas=(STRIP,)))
    watcher.poll(NOON, coverage=Coverage(boxes=(west,)))
    assert watcher.looks.listed == {}
    watcher.poll(NOON + MINUTE, coverage=Coverage(boxes=(west, east)))
    assert watcher.looks.listed == {STRIP.key: NOON + MINUTE}


def test_only() -> None:
    """An area may be watched for some alone."""
    some = replace(DISC, only=("4b18*",))
    other = [at_km(75.0 - 14.0 * n, NOON + n * MINUTE, icao24="3c0001") for n in range(6)]
    assert told(replace(DISC, only=(ICAO24,)), *other) == []
    assert told(replace(DISC, only=("D-*",)), *other) == [("entered", 2)]
    assert some.key == DISC.key


def test_an_area_that_was_moved_is_new() -> None:
    assert replace(DISC, shape=Circle(*CENTRE, 51.0)).key != DISC.key != replace(DISC, name="Other").key


def test_who_is_inside_is_not_forgotten_but_after_days() -> None:
    """A stranger that stands there is inside still when it is heard again."""
    watcher = Watcher(Watchlist(areas=(WatchedArea("Zurich", Circle(47.46, 8.55, 30.0)),)))
    watcher.poll(NOON - MINUTE)
    for minute in range(3):
        watcher.poll(NOON + minute * MINUTE, parked("ZRH", NOON + minute * MINUTE))
    assert [e.type for e in watcher.events] == ["entered"]
    watcher.poll(NOON + 2 * DAY, parked("ZRH", NOON + 2 * DAY))
    assert len(watcher.events) == 1
    watcher.poll(NOON + 6 * DAY)
    assert watcher.tracks == {}


def test_the_sky_of_paris() -> None:
    """Recorded: everybody goes in and out in turns, and as many leave as have entered, or were there at the first look."""
    sky = next(each for each in truths("skies") if each.case == "paris-60s")
    area = WatchedArea("Paris", Circle(49.01, 2.55, 60.0))
    events = list(replayed(polls("skies", sky), Watchlist(areas=(area,)), AIRPORTS))
    entered, left = (Counter(e.icao24 for e in events if e.type == kind) for kind in ("entered", "left"))
    assert entered.total() > 50
    assert all(abs(entered[icao24] - left[icao24]) <= 1 for icao24 in {*entered, *left})
    assert max(entered.values()) <= 2
