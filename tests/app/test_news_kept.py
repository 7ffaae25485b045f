"""News and areas through the database: what is kept from poll to poll, what is asked, and what `status` and `check` show."""

from datetime import timedelta
from pathlib import Path

from recordings import polls, truths
from state_vectors import AIRPORTS, DAY, HOUR, MINUTE, NOON, airport, in_flight, report
from state_vectors import departure as departing

from flightwatch.app.check import CheckedCircle, check
from flightwatch.app.check_lines import as_lines
from flightwatch.app.replay import replay
from flightwatch.app.status import whereabouts
from flightwatch.app.status_json import areas
from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import WORLD, Circle, Poll, StateVector, instant
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import AlertRules, Watchlist

PARIS = WatchedArea("Paris", Circle(49.01, 2.55, 60.0))


def test_cut_anywhere_it_tells_the_same(tmp_path: Path) -> None:
    """Recorded: whether the polls of two hours over Paris come at once or in parts, from the database again each time."""
    sky = next(each for each in truths("skies") if each.case == "paris-300s")
    heard = list(polls("skies", sky))
    watchlist = Watchlist(
        aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in sky.icao24),
        airports=(WatchedAirport(airport("CDG")),),
        areas=(PARIS,),
        alerts=AlertRules(on=("landing", "lost", "airborne", "approaching", "diverted", "emergency")),
    )
    whole = list(replay(heard, watchlist, AIRPORTS))
    assert {e.type for e in whole} >= {"landing", "lost", "approaching", "entered", "left"}
    parts = []
    for first in range(0, len(heard), 7):
        with Store(tmp_path / "a.db") as store:
            parts += list(replay(heard[first : first + 7], watchlist, AIRPORTS, store))
    assert parts == whole
    with Store(tmp_path / "a.db") as store:
        assert list(store.events([e.id for e in whole]).values()) != []
        assert store.events([e.id for e in whole]) == {e.id: e for e in whole}


def world(at: int, *vectors: StateVector) -> Poll:
    return Poll(instant(at), vectors, WORLD)


def test_days_of_silence_are_counted_from_the_database(tmp_path: Path) -> None:
    """Invented: who is listed for four days and then heard for the first time is told, and since when is known."""
    watchlist = Watchlist(aircraft=(WatchedAircraft("4b1805", None, "given"),), alerts=AlertRules(on=("airborne",)))
    flight = departing("ZRH", NOON + 4 * DAY)
    late = [NOON + 4 * DAY + minutes * MINUTE for minutes in (10, 11, 12)]
    silent = [world(NOON + hours * HOUR) for hours in range(0, 4 * 24, 3)]
    told = []
    for part in (silent, [world(at, in_flight(flight, at)) for at in late]):
        with Store(tmp_path / "a.db") as store:
            told += list(replay(part, watchlist, AIRPORTS, store))
            assert PollLog(store).memory(watchlist.watched, for_aircraft=True).looks.listed == {"4b1805": NOON}
    assert [e.type for e in told] == ["airborne"]


def test_who_is_inside(tmp_path: Path) -> None:
    """Invented: named by `status` for an hour after it was last heard there."""
    watchlist = Watchlist(areas=(WatchedArea("Middle", Circle(50.0, 8.5, 40.0)),))
    with Store(tmp_path / "a.db") as store:
        list(replay([world(NOON), world(NOON + MINUTE, report(NOON + MINUTE))], watchlist, AIRPORTS, store))
        for after, shown in ((2, [("inside Middle", (("TST1", "heard 1 min ago"),))]), (90, [])):
            now = instant(NOON + after * MINUTE)
            groups = whereabouts(watchlist, store.tracks(), [], AIRPORTS, now=now, known_until=now)
            assert [(group.title, group.rows) for group in groups] == shown
            [area] = areas(watchlist, store.tracks(), now)
            assert (area.name, [each.callsign for each in area.inside]) == ("Middle", ["TST1"] if shown else [])


def test_check_tells_what_an_area_costs() -> None:
    """A box with what is around it, as for airports; and the area as it was understood."""
    layer = WatchedArea("Wonsan", Circle(39.17, 127.49, 40.0), 3048.0, None, ("P-*",))
    found = check(Watchlist(areas=(layer,)), timedelta(minutes=5))
    lines = list(as_lines(found))
    assert found.areas[0].circle == CheckedCircle(39.17, 127.49, 40.0)
    assert lines[0] == "area      Wonsan: 40 km around 39.170, 127.490; from 3,048 m  only P-*"
    assert "query     the box 38.36, 126.44, 39.98, 128.54: 1 credit a poll" in lines
    assert "credits   288 a day of the 400 that OpenSky allows" in lines
