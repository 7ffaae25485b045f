"""What sources without credits are asked: everything, in turns where it is much."""

from state_vectors import AIRPORTS

from flightwatch.core.areas import WatchedArea
from flightwatch.core.geo import box_covered, box_holds, box_widened, circle_around
from flightwatch.core.model import Airport, Circle, Query
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import Watched, WatchedAircraft, WatchedAirport, WatchedCallsign
from flightwatch.planning.free import LIMITS, plan_free
from flightwatch.tracking.following import AROUND_KM

LOL = "adsb.lol"
LIMIT = LIMITS[LOL]


def aircraft(count: int) -> tuple[WatchedAircraft, ...]:
    return tuple(WatchedAircraft(f"{0x700000 + n:06x}", None, "given") for n in range(count))


def airports(*codes: str) -> tuple[WatchedAirport, ...]:
    return tuple(WatchedAirport(found) for code in codes if (found := AIRPORTS.find(code)) is not None)


def holds(query: Query, place: Airport) -> bool:
    return query.box is not None and box_holds(query.box, place.latitude, place.longitude)


def test_all_aircraft_in_batches_and_airports_in_circles() -> None:
    watched = Watched(aircraft(LIMIT.icao24s + 1), airports("FNJ", "VVO", "LHR"))
    plan = plan_free(LOL, LOL, watched)
    assert [len(query.icao24s) for query in plan.queries] == [LIMIT.icao24s, 1, 0, 0, 0]
    assert {icao24 for query in plan.queries for icao24 in query.icao24s} == {*watched.aircraft_by_icao24}
    assert all(query.source == LOL for query in plan.queries)
    for each in watched.airports:
        assert any(holds(query, each.airport) for query in plan.queries)
    assert all(circle_around(q.box).radius_km <= LIMIT.radius_km for q in plan.queries if q.box is not None)


def test_neighbours_share_a_circle() -> None:
    plan = plan_free(LOL, LOL, Watched((), airports("LHR", "LGW", "STN", "CDG")))
    assert len(plan.queries) == 2
    assert circle_around(plan.queries[0].box).radius_km <= LIMIT.radius_km  # type: ignore[arg-type]


def test_across_the_antimeridian() -> None:
    """Two fields in Fiji, one west and one east of it: nobody around them is left out."""
    plan = plan_free(LOL, LOL, Watched((), airports("NAN", "TVU")))
    assert all(holds(plan.queries[number], w.airport) for number, w in enumerate(airports("NAN", "TVU")))


def test_areas_in_circles() -> None:
    """A small one beside an airport in that one's; a large one, across the antimeridian, in as many as it takes."""
    fuji = WatchedArea("Fuji", Circle(35.36, 138.73, 40.0))
    sea = WatchedArea("Sea", ((-10.0, 175.0), (-10.0, -179.0), (-18.0, -179.0)))
    assert len(plan_free(LOL, LOL, Watched((), airports("HND"), areas=(fuji,))).queries) == 1
    plan = plan_free(LOL, LOL, Watched(areas=(fuji, sea)))
    boxes = [query.box for query in plan.queries if query.box is not None]
    assert plan.wanted == len(boxes) > 2
    assert all(circle_around(box).radius_km <= LIMIT.radius_km for box in boxes)
    assert all(box_covered(box_widened(area.box, AROUND_KM), boxes) for area in (fuji, sea))
    assert plan_free("roof", "readsb", Watched(areas=(fuji,))).queries == (Query(source="roof"),)


def test_callsigns_by_name() -> None:
    """In as few questions as the network takes; globs, which it does not know, in none."""
    flying = tuple(
        WatchedCallsign(Picked(Selector(callsign=each))) for each in ("RSD2", "RSD*", "RSD1", "KOR15?", "RSD2")
    )
    watched = Watched(aircraft(1), callsigns=flying)
    assert [query.callsigns for query in plan_free(LOL, LOL, watched).queries] == [(), ("RSD1", "RSD2")]
    assert [query.callsigns for query in plan_free("adsb.fi", "adsb.fi", watched).queries] == [(), ("RSD1",), ("RSD2",)]
    assert plan_free(LOL, LOL, Watched(callsigns=flying[1:2])).queries == ()


def test_turns_leave_nobody_out() -> None:
    """Where a poll has no room for all, each question has its turn, whether or not some fail."""
    watched = Watched(aircraft(10 * LIMIT.icao24s))
    turn, asked = 0, list[Query]()
    for _ in range(2):
        plan = plan_free(LOL, LOL, watched, turn=turn)
        assert len(plan.queries) == LIMIT.questions
        asked += plan.queries
        turn = plan.after(len(plan.queries))
    assert {icao24 for query in asked for icao24 in query.icao24s} == {*watched.aircraft_by_icao24}
    turn, tried = 0, set[Query]()
    for _ in range(10):
        plan = plan_free(LOL, LOL, watched, turn=turn)
        tried.add(plan.queries[0])
        turn = plan.after(0)
    assert len(tried) == 10


def test_a_receiver_is_asked_once() -> None:
    circle = Circle(39.03, 125.75, 250.0)
    plan = plan_free("roof", "readsb", Watched(aircraft(5), airports("FNJ")), circle=circle, turn=3)
    assert plan.queries == (Query(source="roof", circle=circle),)
    assert plan.after(1) == 0


def test_nothing_watched() -> None:
    plan = plan_free(LOL, LOL, Watched())
    assert (plan.queries, plan.after(0)) == ((), 0)
