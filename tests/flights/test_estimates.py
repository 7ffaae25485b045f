"""OpenSky's flights: what must be asked and what it costs, which end is believed, and the visits they make."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_visits import ICAO24, PYONGYANG, at, unix
from msgspec.structs import replace
from opensky_journeys import AUTUMN, Wire, journey, keys, read, read_track, track_of
from state_vectors import AIRPORTS, HOUR, NOON, airport, arrival, departure

from flightwatch.core.model import instant
from flightwatch.core.spans import DAY_S, Span
from flightwatch.core.visits import Moment, Visit, dwell
from flightwatch.flights.combined import combined, unplaced
from flightwatch.flights.ends import Ends, end_of
from flightwatch.flights.estimates import Estimates, estimates_of, to_ask_tracks
from flightwatch.flights.flown import ends_of, with_unlisted
from flightwatch.flights.model import (
    Flight,
    Window,
    affordable,
    cost_line,
    in_order,
    known_until,
    price,
    rows_of,
    settled,
    windows_to_ask,
)

MONDAY = unix("2023-09-25T00:00")
NOW = at("2023-10-14T09:00")
HAVE = keys("2023-07-15T00:00", "2023-10-13T00:00")
HALF = DAY_S // 2


def days(*numbers: float) -> list[int]:
    """Give days counted from Monday; halves are the nights after."""
    return [MONDAY + round(number * DAY_S) for number in numbers]


def window(first: float, last: float) -> Window:
    return Window(MONDAY + round(first * DAY_S), MONDAY + round(last * DAY_S) - 1)


SINGLES = [window(half / 2, half / 2 + 1) for half in range(7, -2, -1)]
"""Four days and five nights, each alone."""


def asked(*numbers: float, when: str = "2023-10-14T09:00") -> dict[int, int]:
    return dict.fromkeys(days(*numbers), unix(when))


@pytest.mark.parametrize(
    ("have", "windows"),
    [
        ({}, [window(3.5, 4.5), window(2, 4), window(1.5, 2.5), window(0, 2), window(-0.5, 0.5)]),
        (asked(-0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5), []),
        (asked(0, 0.5, 1), [window(3.5, 4.5), window(2, 4), window(1.5, 2.5), window(-0.5, 0.5)]),
        (asked(0, 2), [*SINGLES[:3], *SINGLES[4:7], SINGLES[8]]),
        (asked(-0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, when="2023-09-29T11:59"), SINGLES[:3]),
    ],
    ids=["nothing known", "all known", "began before", "gaps", "asked before the nightly batch was surely done"],
)  # fmt: skip
def test_what_must_be_asked(have: dict[int, int], windows: list[Window]) -> None:
    """Days in pairs, newest first, and every night that no pair holds, also those before and after."""
    assert list(windows_to_ask([Span(instant(MONDAY), instant(MONDAY + 4 * DAY_S - 1))], have, NOW)) == windows


@pytest.mark.parametrize(
    ("now", "windows"),
    [
        ("2023-09-26T23:59", [window(0, 1), window(-0.5, 0.5)]),
        ("2023-09-27T00:00", [window(0, 2), window(-0.5, 0.5)]),
    ],
)
def test_nothing_is_asked_about_today(now: str, windows: list[Window]) -> None:
    """OpenSky fills flights at night; nor about the night that is not over."""
    assert list(windows_to_ask([Span(instant(MONDAY), at(now))], {}, at(now))) == windows


def test_an_early_answer_is_asked_again_once_it_can_be_better() -> None:
    have = asked(-0.5, 0, when="2023-09-26T00:10")
    clocks = map(at, ("2023-09-26T11:59", "2023-09-26T12:00"))
    again = [windows_to_ask([Span(instant(MONDAY), instant(MONDAY + 1))], have, now) for now in clocks]
    assert again == [(), (window(0, 1), window(-0.5, 0.5))]


@given(st.sets(st.integers(-1, 20)), st.integers(0, 8), st.integers(0, 8))
def test_whatever_is_known_the_rest_is_asked_once(known: set[int], start: int, length: int) -> None:
    """Every day and night is in exactly one answer's rows, and no window is longer than OpenSky allows."""
    have = dict.fromkeys((MONDAY + k * HALF for k in known), unix("2023-10-14T09:00"))
    first, last = MONDAY + start * DAY_S, MONDAY + (start + length) * DAY_S
    windows = windows_to_ask([Span(instant(first), instant(last + 1))], have, NOW)
    told = [key for each in windows for key in rows_of(each, ())]
    wanted = set(range(first - HALF, last + HALF + 1, HALF)) - have.keys()
    assert wanted <= set(told)
    assert set(told) - wanted <= have.keys()
    assert len(told) == len(set(told))
    assert all(each.end - each.begin < 2 * DAY_S and price(each) in (4, 30) for each in windows)
    assert all(price(each) == 4 for each in windows if each.begin % DAY_S)


def test_what_it_costs() -> None:
    week = windows_to_ask([Span(instant(MONDAY), instant(MONDAY + 7 * DAY_S - 1))], {}, NOW)
    assert [price(each) for each in week] == [4, 30, 4, 30, 4, 30, 4, 4, 4]
    assert cost_line({"15521f": week}, 400) == "asking OpenSky: 7 days: 1 airframe, 9 questions, 114 of 400 credits"
    assert cost_line({"15521f": week[:1], "7278a5": week[1:2]}, 4000) == (
        "asking OpenSky: 2 days: 2 airframes, 2 questions, 34 of 4,000 credits"
    )
    assert cost_line({"15521f": week}, 70) == (
        "asking OpenSky: 7 days: 1 airframe, 9 questions, 114 of 70 credits; they pay for 4 now, newest first, and asking "
        "again goes on from there"
    )
    prices = [price(each) for each in week]
    assert [affordable(prices, balance) for balance in (0, 3, 4, 33, 34, 113, 114, 4000)] == [0, 0, 1, 1, 2, 8, 9, 9]


def test_an_answer_by_days_and_nights() -> None:
    """A flight over midnight is the night's. What another question tells is left out, unless only this one may know it."""
    within, over = read(
        journey("2023-09-25T01:00", "2023-09-25T23:59"), journey("2023-09-25T23:00", "2023-09-26T00:00")
    )
    long = read(journey("2023-09-24T10:00", "2023-09-25T02:00"))[0]
    assert rows_of(window(0, 2), [within, over]) == {MONDAY: [within], MONDAY + HALF: [over], MONDAY + DAY_S: []}
    assert rows_of(window(0.5, 1.5), [within, over]) == {MONDAY + HALF: [over]}
    assert rows_of(window(0, 1), [long]) == {MONDAY: [long]}


def test_flights_in_order() -> None:
    """Each once, and of what overlaps the longer: OpenSky joins flights it had split."""
    first, part, whole = read(
        journey("2023-09-25T01:00", "2023-09-25T02:00"),
        journey("2023-09-25T04:00", "2023-09-25T05:00"),
        journey("2023-09-25T03:00", "2023-09-25T06:00"),
    )
    next_up = replace(part, first_seen=first.last_seen)
    assert in_order([whole, part, first, first]) == [first, whole]
    assert in_order([next_up, first]) == [first, next_up]
    assert in_order([part, replace(whole, first_seen=part.first_seen)]) == [replace(whole, first_seen=part.first_seen)]


@pytest.mark.parametrize(
    ("without", "until"), [((), 3), ((2.5,), 2.5), ((2,), 2), ((0.5,), 0.5), ((0,), 0.25), ((-0.5,), 3)]
)
def test_how_far_flights_are_known(without: tuple[float, ...], until: float) -> None:
    """To the first day that is not, or to the noon before the first night; not at all where the day itself is not."""
    have = set(days(-0.5, 0, 0.5, 1, 1.5, 2, 2.5)) - set(days(*without))
    assert known_until(days(0.25)[0], have) == days(until)[0]


def test_an_early_answer_is_not_final() -> None:
    have = {day: at for at in (unix("2023-09-27T11:59"),) for day in days(0, 0.5, 1)}
    assert settled(have) == set(days(0))


@pytest.mark.parametrize(
    ("code", "came", "others", "sure"),
    [
        ("ZKPY", (900.0, 40.0), 0, 0.95),
        ("ZKPY", (900.0, 40.0), 3, 0.95),
        ("ZKPY", (9_000.0, 500.0), 0, 0.9),
        ("ZKPY", (9_000.0, 500.0), 1, None),
        ("ZKPY", (25_000.0, 1_200.0), 0, 0.7),
        ("ZKPY", (20_000.0, 2_100.0), 0, 0.6),
        ("ZKPY", (2_000.0, 2_400.0), 0, None),
        ("ZKPY", (30_001.0, 1_200.0), 0, None),
        ("ZKPY", (20_000.0, 2_501.0), 0, None),
        ("ZKPY", (-1.0, 40.0), 0, None),
        ("ZKPY", (1e300, 40.0), 0, None),
        ("ZKPY", None, 0, None),
        ("KJFK", (900.0, 40.0), 1, 0.95),
        ("KJFK", (12_000.0, 700.0), 0, None),
        ("LSZH", (900.0, -40.0), 0, 0.95),
    ],
)
def test_an_estimate_is_believed_or_left_open(
    code: str, came: tuple[float, float] | None, others: int, sure: float | None
) -> None:
    """By the distances that come with it, OpenSky's other candidates, and ours: New York has three where Pyongyang has one."""
    [flown] = read(journey("2023-09-25T17:20", "2023-09-26T01:52", "UUWW", code, came=came, others=others))
    end = end_of(flown, "arrival", AIRPORTS)
    assert (end.guess, end.field, end.confidence) == (
        airport(code),
        None if sure is None else airport(code),
        sure or 0.0,
    )


@pytest.mark.parametrize("code", [None, "", "FNJ", "XXXX", "\x1b[31m", "RU-0001-HELIPORT"])
def test_a_code_that_names_no_field_of_ours(code: str | None) -> None:
    """A heliport, a closed field, an IATA code, garbage."""
    [flown] = read(journey("2023-09-25T17:20", "2023-09-26T01:52", "UUWW", code))
    assert end_of(flown, "arrival", AIRPORTS).guess is None


def known(*wires: Wire, have: set[int] = HAVE) -> Estimates:
    return estimates_of(in_order(read(*wires)), have, "RA-86559", AIRPORTS, NOW)


def told(*wires: Wire, have: set[int] = HAVE) -> list[Visit]:
    return list(known(*wires, have=have).visits)


def stays(visits: list[Visit]) -> list[tuple[str | None, str, str]]:
    """Shorten visits to place, arrival and departure, in days and hours; a moment without a time to its bounds."""

    def text(moment: Moment | None) -> str:
        if moment is None:
            return "there"
        if moment.at is not None:
            return f"{moment.at:%d %H}"
        earliest = "" if moment.earliest is None else f"{moment.earliest:%d %H}"
        return f"{earliest}..{moment.latest:%d %H}"

    return [(v.airport.iata if v.airport else None, text(v.arrival), text(v.departure)) for v in visits]


def test_three_months() -> None:
    """Two visits to Pyongyang. Where it went from Vladivostok on the fourth nobody heard: that gap is not bridged."""
    assert stays(told(*AUTUMN)) == [
        ("VKO", "28 14", "14 00..14 09"),
        ("FNJ", "26 01", "28 05"),
        ("VKO", "08 09", "25 17"),
        ("VVO", "05 00..08 00", "08 00"),
        ("VVO", "04 07", "04 22"),
        ("VKO", "23 14", "03 22"),
        ("FNJ", "21 01", "23 05"),
        ("VKO", "01 10", "20 17"),
        ("FNJ", "..01 01", "01 01"),
    ]


def test_a_visit_is_an_inference() -> None:
    """As sure as its surer end, bounded by the way down and out; its id tells whose estimate it is, and is always the same."""
    [_, visit, _] = told(*AUTUMN[-2:])
    assert visit.is_estimate
    assert visit.id == told(*AUTUMN[-4:])[1].id
    assert (visit.icao24, visit.registration, visit.callsign, visit.landing) == (ICAO24, "RA-86559", "RSD100", None)
    departed = visit.departure
    assert departed is not None
    assert (visit.arrival.basis, visit.arrival.confidence) == ("inferred", 0.95)
    stay = dwell(visit.arrival, departed)
    assert stay.best is not None
    assert stay.longest is not None
    assert stay.shortest < stay.best < stay.longest < stay.shortest + timedelta(minutes=15)


INTO, OUT = AUTUMN[-2:]


@pytest.mark.parametrize(
    ("wires", "missing", "expected"),
    [
        ((INTO, OUT), (2,), [("FNJ", "26 01..28 05", "28 05"), ("FNJ", "26 01", "26 01..28 06")]),
        ((INTO, OUT), (1.5,), [("FNJ", "26 01..28 05", "28 05"), ("FNJ", "26 01", "26 01..28 06")]),
        (
            (INTO, OUT | {"estDepartureAirport": "ZKWS"}),
            (),
            [("WOS", "26 01..28 05", "28 05"), ("FNJ", "26 01", "26 01..28 06")],
        ),
        ((INTO, OUT | {"estDepartureAirport": None}), (), [("FNJ", "26 01", "26 01..28 06")]),
        ((INTO | {"estArrivalAirport": None}, OUT), (), [("FNJ", "26 01..28 05", "28 05")]),
        ((INTO | {"arrivalAirportCandidatesCount": 2}, OUT), (), [("FNJ", "26 01", "28 05")]),
        ((INTO | {"estArrivalAirport": None}, OUT | {"estDepartureAirport": None}), (), []),
    ],
    ids=[
        *("a day not asked", "a night not asked", "left elsewhere", "left from nowhere", "came to nowhere"),
        *("one end doubtful", "both open"),
    ],
)
def test_what_is_not_known_is_not_bridged(
    wires: tuple[Wire, ...], missing: tuple[float, ...], expected: list[tuple[str, str, str]]
) -> None:
    """What it did between two flights that do not meet, or that may hide a third, is unknown at that end."""
    assert stays(told(*wires, have=HAVE - set(days(*missing))))[1:-1] == expected


def test_places_that_nobody_can_name_are_counted() -> None:
    found = estimates_of(
        read(INTO | {"estArrivalAirport": None}, OUT | {"estDepartureAirport": None}), HAVE, None, AIRPORTS, NOW
    )
    assert found.unplaced == (at("2023-09-26T01:52"),)


@pytest.mark.parametrize(
    ("missing", "there"),
    [
        ((), "2023-10-14T00:00"),
        (("2023-10-13T12:00",), "2023-10-13T12:00"),
        (("2023-10-13T00:00",), "2023-10-13T00:00"),
        (("2023-09-28T00:00",), None),
    ],
)
def test_nobody_knows_whether_it_is_still_there(missing: tuple[str, ...], there: str | None) -> None:
    """OpenSky never tells of today: a departure without time and confidence, not before the last that is known."""
    newest = told(*AUTUMN, have=HAVE - {unix(key) for key in missing})[0]
    last = newest.arrival.latest if there is None else at(there)
    assert newest.departure == Moment(None, last, NOW, "inferred", 0.0)


def test_a_circuit_is_no_visit() -> None:
    """Ten minutes out of reception, unless it was heard on the ground."""
    first = journey("2023-09-25T10:00", "2023-09-25T11:00", "UUWW", "ZKPY", came=(9_000.0, 500.0))
    again = journey("2023-09-25T11:10", "2023-09-25T12:00", "ZKPY", "ZKPY", left=(9_000.0, 500.0))
    assert stays(told(first, again))[1:-1] == []
    heard = again | {"estDepartureAirportHorizDistance": 900.0, "estDepartureAirportVertDistance": 10.0}
    assert stays(told(first, heard))[1:-1] == [("FNJ", "25 11", "25 11")]


Metres = tuple[float, float] | None
Invented = tuple[int, int, str | None, str | None, Metres, Metres, int]
TOUCHING: list[Invented] = [(0, 1, None, None, None, None, 0), (1, 1, "ZKPY", None, (0.0, 0.0), None, 0)]


@example(TOUCHING, set())
@given(
    st.lists(
        st.tuples(
            st.integers(0, 40 * 24),
            st.integers(0, 16),
            *[st.sampled_from([None, "ZKPY", "KJFK", "UUWW", "XXXX"])] * 2,
            *[st.one_of(st.none(), st.tuples(st.floats(0, 40_000), st.floats(-3_000, 3_000)))] * 2,
            st.integers(0, 2),
        ),
        max_size=12,
    ),
    st.sets(st.sampled_from(sorted(HAVE)), max_size=5),
)
def test_bounds_are_in_order_whatever_comes(flown: list[Invented], missing: set[int]) -> None:
    """And no two visits have the same id, and none begins before the one before it."""
    start = at("2023-08-15T00:30")
    wires = [
        journey(
            f"{start + timedelta(hours=begin):%Y-%m-%dT%H:%M}",
            f"{start + timedelta(hours=begin + length):%Y-%m-%dT%H:%M}",
            origin,
            place,
            left=left,
            came=came,
            others=others,
        )
        for begin, length, origin, place, left, came, others in flown
    ]
    visits = told(*wires, have=HAVE - missing)
    assert len({visit.id for visit in visits}) == len(visits)
    for visit in visits:
        for moment in filter(None, (visit.arrival, visit.departure)):
            known = [t for t in (moment.earliest, moment.at, moment.latest) if t is not None]
            assert known == sorted(known)
        if visit.departure is not None:
            assert visit.arrival.at is None or visit.departure.latest >= visit.arrival.at
    begun = [visit.arrival.latest for visit in visits]
    assert begun == sorted(begun, reverse=True)


def watched(place: Visit, arrived: Moment, departed: Moment | None = None) -> Visit:
    return replace(place, id="watched", arrival=arrived, departure=departed)


def seen(text: str) -> Moment:
    return Moment(at(text), at(text), at(text), "observed", 1.0)


def since(text: str) -> list[Span]:
    """Watched from then on."""
    return [Span(at(text), NOW)]


def test_what_was_watched_wins() -> None:
    """While it was watched OpenSky's estimates are left out; what is open then ended by the next time it was seen."""
    pyongyang = known(*AUTUMN[-2:])
    there, visit, before = pyongyang.visits
    recorded = watched(visit, seen("2023-10-01T10:00"))
    assert combined([], pyongyang, []) == [there, visit, before]
    assert combined([recorded], pyongyang, since("2023-09-26T12:00")) == [recorded, visit, before]
    assert combined([recorded], pyongyang, since("2023-09-25T12:00"))[:1] == [recorded]
    gone = combined([recorded], pyongyang, since("2023-09-29T00:00"))[1]
    assert gone == replace(
        there, departure=Moment(None, there.arrival.earliest, at("2023-10-01T10:00"), "inferred", 0.95, "opensky")
    )


WHOLE = ("VVO", "25 09", "29 00")
BEFORE, AFTER = ("VVO", "25 09", "25 09..26 01"), ("VVO", "28 00..29 00", "29 00")


@pytest.mark.parametrize(
    ("came", "left", "left_over"),
    [
        ("2023-09-26T01:00", "2023-09-28T00:00", [AFTER, BEFORE]),
        ("2023-09-26T01:00", None, [("VVO", "26 01..29 00", "29 00"), BEFORE]),
        ("2023-09-25T08:00", "2023-09-28T00:00", [AFTER]),
        ("2023-09-26T01:00", "2023-09-29T05:00", [BEFORE]),
        ("2023-09-25T08:30", "2023-09-29T02:00", []),
        ("2023-09-20T00:00", "2023-09-24T00:00", [WHOLE]),
        ("2023-09-30T00:00", None, [WHOLE]),
    ],
    ids=[
        *("in the dark between", "and never heard again", "arrival elsewhere", "departure elsewhere"),
        *("all of it elsewhere", "before", "after"),
    ],
)
def test_nobody_stands_in_two_places(came: str, left: str | None, left_over: list[tuple[str, str, str]]) -> None:
    """OpenSky knows of a flight to Vladivostok and of one from there; what was watched at Pyongyang was between them."""
    guessed = known(
        journey("2023-09-25T00:00", "2023-09-25T09:00", "UUWW", "UHWW"),
        journey("2023-09-29T01:00", "2023-09-29T09:00", "UHWW", "UUWW"),
    )
    recorded = watched(replace(guessed.visits[1], airport=PYONGYANG), seen(came), None if left is None else seen(left))
    found = combined([recorded], guessed, [])
    assert [stay for stay in stays(found) if stay[0] == "VVO"] == left_over


@pytest.mark.parametrize(
    ("came", "missing", "left_over"),
    [
        ("2023-09-26T02:00", (), [("FNJ", "26 02", "28 05")]),
        ("2023-09-26T12:00", (), [("FNJ", "26 12", "28 05")]),
        ("2023-09-25T12:00", (), [("FNJ", "26 01", "28 05"), ("FNJ", "25 12", "25 12..25 17")]),
        ("2023-08-20T12:00", (), [("FNJ", "26 01", "28 05"), ("FNJ", "20 12", "20 12..25 17")]),
        ("2023-10-01T00:00", (), [("FNJ", "01 00", "there"), ("FNJ", "26 01", "28 05")]),
        ("2023-09-26T02:00", (2,), [("FNJ", "26 02..28 05", "28 05"), ("FNJ", "26 02", "26 02..28 06")]),
    ],
    ids=[
        *("the same visit", "found there later", "it came again", "it came again a month later"),
        *("no flight is known since", "it may have been elsewhere"),
    ],
)
def test_an_open_visit_ends_where_opensky_knows_a_flight(
    came: str, missing: tuple[float, ...], left_over: list[tuple[str, str, str]]
) -> None:
    """Watching ended while it stood there. Where it may have been elsewhere nobody knows when it left."""
    guessed = known(*AUTUMN[-2:], have=HAVE - set(days(*missing)))
    found = combined([watched(told(*AUTUMN[-2:])[1], seen(came))], guessed, [])
    assert [stay for stay in stays(found) if stay[0] == "FNJ"] == left_over


def test_an_open_visit_ends_with_a_flight_from_and_to_nowhere() -> None:
    recorded = watched(told(*AUTUMN[-2:])[1], seen("2023-09-26T02:00"))
    guessed = known(journey("2023-09-27T05:00", "2023-09-27T06:00"))
    assert stays(combined([recorded], guessed, [])) == [("FNJ", "26 02", "26 02..27 05")]


def test_what_was_watched_counts_as_known() -> None:
    """Until polls ended, and OpenSky was asked about the days since: nobody else asks about those before."""
    recorded = watched(told(*AUTUMN[-2:])[1], seen("2023-09-18T05:00"))
    looked = [Span(at("2023-09-15T00:00"), at("2023-09-26T12:00"))]
    asked_since = keys("2023-09-26T00:00", "2023-09-30T00:00")
    found = combined([recorded], known(OUT, have=asked_since), looked)
    assert [stay for stay in stays(found) if stay[0] == "FNJ"] == [("FNJ", "18 05", "28 05")]
    [unknown] = combined([recorded], known(journey("2023-09-28T06:00", "2023-09-28T09:00"), have=set()), looked)
    assert stays([unknown]) == [("FNJ", "18 05", "26 12..28 06")]


def test_two_open_visits() -> None:
    """It was taken off the watchlist while it stood there, and found elsewhere."""
    first = watched(told(*AUTUMN[-2:])[1], seen("2023-09-26T02:00"))
    second = replace(first, id="second", airport=PYONGYANG, arrival=seen("2023-10-01T02:00"))
    assert stays(combined([second, first], Estimates((), ()), [])) == [
        ("FNJ", "01 02", "there"),
        ("FNJ", "26 02", "26 02..01 02"),
    ]


def test_what_is_watched_stays_open() -> None:
    """While polls look for it."""
    guessed = known(*AUTUMN[-2:])
    recorded = watched(guessed.visits[1], seen("2023-09-26T02:00"))
    assert combined([recorded], guessed, since("2023-09-26T00:00")) == [recorded, guessed.visits[2]]


def test_it_came_again_within_an_hour() -> None:
    """That is a stay of its own."""
    guessed = known(
        journey("2023-09-26T05:00", "2023-09-26T05:45", "ZKPY", "ZKPY"),
        journey("2023-09-27T09:00", "2023-09-27T17:00", "ZKPY"),
    )
    recorded = watched(told(*AUTUMN[-2:])[1], seen("2023-09-25T02:00"), seen("2023-09-26T05:00"))
    assert stays(combined([recorded], guessed, [])) == [("FNJ", "26 05", "27 08"), ("FNJ", "25 02", "26 05")]


def found_there(text: str) -> Visit:
    """Make the visit in which it was found when watching began."""
    first_heard = Moment(None, None, at(text), "observed", 1.0)
    return watched(told(*AUTUMN[-2:])[1], first_heard, seen("2023-10-02T05:58"))


def test_a_visit_it_was_found_in_takes_its_arrival_from_opensky() -> None:
    """Watching began while it stood there; the joined visit is an estimate, as its arrival is."""
    guessed = known(*AUTUMN[-2:])
    recorded = found_there("2023-09-27T00:00")
    [joined, _] = combined([recorded], guessed, since("2023-09-27T00:00"))
    assert joined.departure is not None
    assert joined == replace(recorded, arrival=guessed.visits[1].arrival)
    assert (joined.is_estimate, joined.departure.source) == (True, "watched")
    assert not recorded.is_estimate


@pytest.mark.parametrize(
    ("missing", "expected"),
    [((), [("FNJ", "26 01", "02 05")]), ((3,), [("FNJ", "..29 00", "02 05"), ("FNJ", "26 01", "26 01..29 00")])],
)
def test_it_is_joined_only_where_it_was_not_elsewhere(
    missing: tuple[float, ...], expected: list[tuple[str, str, str]]
) -> None:
    """A day that was not asked may hide a flight."""
    guessed = known(AUTUMN[-2], have=HAVE - set(days(*missing)))
    found = combined([found_there("2023-09-29T00:00")], guessed, [])
    assert [stay for stay in stays(found) if stay[0] == "FNJ"] == expected


def test_a_landing_that_was_watched_is_not_nowhere() -> None:
    guessed = known(INTO | {"estArrivalAirport": None}, OUT | {"estDepartureAirport": None})
    recorded = watched(told(*AUTUMN[-2:])[1], seen("2023-09-26T02:00"), seen("2023-09-28T05:00"))
    assert unplaced([], guessed, []) == [at("2023-09-26T01:52")]
    assert unplaced([recorded], guessed, []) == unplaced([], guessed, since("2023-09-26T00:00")) == []


@pytest.mark.parametrize(
    ("track", "left", "came"),
    [
        (track_of(arrival("ZRH", NOON), above_m=1_000.0), "EHAM", "LSZH"),
        (track_of(arrival("VVO", NOON), above_m=4_000.0), None, "UHWW"),
        (track_of(arrival("ZRH", NOON), above_m=9_000.0), None, None),
        (track_of(departure("FNJ", NOON), above_m=1_000.0), "ZKPY", None),
    ],
    ids=["approach", "lost at 4,000 m", "lost in cruise", "climb"],
)
def test_a_track_through_the_tracker(track: Wire, left: str | None, came: str | None) -> None:
    """The ends that live polls would have told; others stay open. The invented way to Zurich begins over Schiphol."""
    found = ends_of(read_track(track), AIRPORTS)
    assert [end and end.field and end.field.icao for end in (found.departure, found.arrival)] == [left, came]


@pytest.mark.parametrize(
    "path", [(), ([NOON, None, None, None, None, False],), ([NOON, 39.2, 125.7, None, None, False],)]
)
def test_a_track_of_next_to_nothing(path: tuple[list[object], ...]) -> None:
    assert ends_of(read_track({"icao24": ICAO24, "path": path}), AIRPORTS) == Ends(None, None)


waypoints = st.tuples(
    st.integers(NOON, NOON + 6 * HOUR),
    st.none() | st.floats(-90, 90),
    st.none() | st.floats(-180, 180),
    st.none() | st.floats(-1e6, 1e6),
    st.none() | st.floats(-720, 720),
    st.booleans(),
)


@given(st.lists(waypoints, max_size=20))
def test_a_hostile_track_breaks_nothing(path: list[object]) -> None:
    found = ends_of(read_track({"icao24": ICAO24, "path": path}), AIRPORTS)
    assert all(end is None or 0.0 < end.confidence <= 0.99 for end in (found.departure, found.arrival))


def test_a_track_names_what_the_estimate_left_open() -> None:
    """And only for such ends, young enough, is it asked: not where the next departure settles it."""
    route, out = arrival("FNJ", NOON), departure("FNJ", NOON + 40 * HOUR)
    track = read_track(track_of(route, above_m=1_500.0))
    begin, end = track.path[0].time, track.path[-1].time
    into = Flight(ICAO24, begin, end, est_arrival_airport="ZKPY")
    onward = Flight(ICAO24, out.takeoff_at + 300, out.takeoff_at + 4 * HOUR)
    now, flown, have = instant(NOON + 5 * DAY_S), [into, onward], keys("2024-02-20T00:00", "2024-03-05T00:00")
    assert to_ask_tracks(flown, (), AIRPORTS, now) == (onward, into)
    assert to_ask_tracks(flown, {begin}, AIRPORTS, now) == (onward,)
    assert to_ask_tracks(flown, (), AIRPORTS, instant(NOON + 40 * DAY_S)) == ()
    settled = read(journey("2024-03-03T04:05", "2024-03-03T08:00", "ZKPY", "UUWW"))
    assert to_ask_tracks([into, *settled], (), AIRPORTS, now) == ()

    bare = estimates_of(flown, have, None, AIRPORTS, now)
    assert (bare.visits, bare.unplaced) == ((), (instant(end),))
    [visit] = estimates_of(flown, have, None, AIRPORTS, now, {begin: ends_of(track, AIRPORTS)}).visits
    assert visit.airport is not None
    assert visit.airport.icao == "ZKPY"
    assert visit.arrival.earliest is not None
    assert visit.arrival.earliest <= instant(NOON) <= visit.arrival.latest


@pytest.mark.parametrize(
    ("code", "away_m", "latitude", "kept"),
    [
        ("ZKQQ", 500.0, 45.0, "ZKQQ"),
        ("ZKQQ", 4_000.0, 45.0, None),
        ("KP-9", 500.0, 45.0, None),
        ("ZKPY", 500.0, 45.0, None),
        ("ZKQQ", 500.0, 39.3, None),
        (None, 500.0, 45.0, None),
    ],
    ids=["kept", "not down there", "no ICAO code", "in the table", "beside Pyongyang's airport", "no name"],
)
def test_a_field_that_the_table_lacks_is_kept_by_its_code(
    code: str | None, away_m: float, latitude: float, kept: str | None
) -> None:
    """It came there and left it again, in the middle of the Pacific where no field is: a visit there, at the track's end."""
    place = (latitude, 125.7 if latitude < 40 else -150.0)
    into = Flight(ICAO24, NOON - HOUR, NOON, est_arrival_airport=code)
    into = replace(into, est_arrival_airport_horiz_distance=away_m, est_arrival_airport_vert_distance=20.0)
    path = [[NOON - HOUR, 20.0, 170.0, 9000.0, 90.0, False], [NOON, *place, 50.0, 90.0, False]]
    track = read_track({"icao24": ICAO24, "path": path})
    found = with_unlisted(Ends(None, None), into, track, AIRPORTS)
    assert found.departure is None
    assert (found.arrival and found.arrival.field and found.arrival.field.icao) == kept
    if found.arrival is None:
        return
    onward = Flight(ICAO24, NOON + 5 * HOUR, NOON + 9 * HOUR, est_departure_airport=code)
    onward = replace(onward, est_departure_airport_horiz_distance=away_m, est_departure_airport_vert_distance=20.0)
    out = read_track({"icao24": ICAO24, "path": [[NOON + 5 * HOUR, *place, 50.0, 90.0, False]]})
    ends = {into.first_seen: found, onward.first_seen: with_unlisted(Ends(None, None), onward, out, AIRPORTS)}
    have, now = keys("2024-02-20T00:00", "2024-03-05T00:00"), instant(NOON + 5 * DAY_S)
    [visit] = estimates_of([into, onward], have, None, AIRPORTS, now, ends).visits
    assert visit.airport is not None
    assert (visit.airport.icao, visit.airport.name, visit.latitude) == ("ZKQQ", "ZKQQ", 45.0)
    assert visit.departure is not None
