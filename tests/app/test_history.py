"""Past visits: whom a question is about, and what the database answers."""

from datetime import datetime, timedelta

import msgspec
import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, estimated, first_heard_there, landing, left, moment, tally, unix, visit
from opensky_journeys import AUTUMN, Wire, keys, read
from state_vectors import AIRPORTS, airport, report

from flightwatch.app.history import context_line, events_of, known, unwatched_spans, watch_times_of, watched_spans
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.lookouts import listed
from flightwatch.app.report_sections import section
from flightwatch.app.topic import Topic, airport_of, find_topic, topics_of
from flightwatch.core.ids import departure_id, identity
from flightwatch.core.model import Airport
from flightwatch.core.selection import ALL, Selection
from flightwatch.core.spans import Span
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.errors import UsageError
from flightwatch.export.geojson import as_geojson
from flightwatch.flights.model import key_of
from flightwatch.report.material import Material
from flightwatch.report.page import Section
from flightwatch.report.visit_map import map_content
from flightwatch.report.visit_table import visits_table
from flightwatch.storage.land import load_land
from flightwatch.storage.poll_log import keep_listed
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.wording.watch_times import WatchTimes

NOW = at("2023-09-28T12:00")
WATCHLIST = Watchlist(aircraft=(WatchedAircraft("7278a5", "P-885", "given"),))
LISTED = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M"),))
TAIL, FIELD = Topic("RA-86559", icao24s=(ICAO24,)), Topic("FNJ", airport=airport("FNJ"))


def answer(store: Store, topic: Topic, *, at: Airport | None = None, watchlist: Watchlist | None = None) -> list[Visit]:
    """Give the visits that are known of a topic."""
    return list(known(topic, Knowledge(store, watchlist, AIRPORTS, NOW), at=at).visits)


def keep(store: Store, *visits: Visit) -> None:
    store.commit(PollChanges({}, frozenset(), (), visits), PollRecord(NOW, NOW, "ok"))


def test_a_tail_number_with_two_addresses_is_asked_about_as_one() -> None:
    """Each address alone is asked about as the tail number too."""
    watchlist = parse_watchlist(
        b"aircraft: [{registration: 165829, icao24: [ae503d, b648d9]}]", name="w", environment={}, airports=AIRPORTS
    )
    both = Topic("165829", icao24s=("ae503d", "b648d9"))
    assert find_topic("165829", watchlist, None, AIRPORTS) == both
    assert find_topic("b648d9", watchlist, None, AIRPORTS) == Topic("165829", icao24s=("b648d9",))
    assert topics_of(watchlist) == [both]


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        ("p885", Topic("P-885", icao24s=("7278a5",))),
        ("ra86559", Topic("RA-86559", icao24s=(ICAO24,))),
        ("N12345", Topic("N12345", icao24s=("a061d9",))),
        ("15521F", Topic("15521f, RA-86559 or RF-86559 by rule", icao24s=(ICAO24,))),
        ("icao24:123456", Topic("123456", icao24s=("123456",))),
        ("ICAO24: 15521F", Topic("15521f, RA-86559 or RF-86559 by rule", icao24s=(ICAO24,))),
        (
            "FNJ",
            Topic("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ")),
        ),
        (" zkpy ", Topic("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ"))),
    ],
)
def test_whom_a_question_is_about(store: Store, asked: str, topic: Topic) -> None:
    """A watched tail, any that a rule resolves, an icao24, an airport's code; however it is typed."""
    assert find_topic(asked, WATCHLIST, store, AIRPORTS) == topic


def test_a_watched_icao24_has_the_tail_number_of_the_watchlist(store: Store) -> None:
    """Not the one that the rules give."""
    watched = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RF-86559", "given"),))
    assert find_topic(ICAO24.upper(), watched, store, AIRPORTS) == Topic("RF-86559", icao24s=(ICAO24,))


def test_a_tail_number_that_only_the_database_knows(store: Store) -> None:
    """It was watched once."""
    keep(store, visit(registration="EY-TEST", icao24="abcdef"))
    assert find_topic("ey-test", None, store, AIRPORTS) == Topic("EY-TEST", icao24s=("abcdef",))


@pytest.mark.parametrize("asked", ["", "nonsense", "RA-86559; DROP TABLE visits", "\x1b[31m", "[red]"])
def test_a_question_about_nobody(store: Store, asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_topic(asked, WATCHLIST, store, AIRPORTS)
    assert str(caught.value) == (
        f"{asked!r} is no known tail number, icao24, callsign or airport: write a tail such as RA-86559, six hex digits, "
        "an airport such as FNJ or Pyongyang, or add the aircraft with its icao24 to the watchlist"
    )


def test_visits_of_an_airframe_and_of_an_airport(store: Store) -> None:
    there, elsewhere = visit(), visit(id="visit-2", airport=VLADIVOSTOK, arrival=moment("2023-11-22T03:00"))
    another = visit(id="visit-3", icao24="7278a5", registration="P-885", arrival=moment("2023-10-01T00:00"))
    keep(store, there, elsewhere, another)
    assert answer(store, TAIL) == [elsewhere, there]
    assert answer(store, TAIL, at=airport("FNJ")) == [there]
    assert answer(store, FIELD) == answer(store, FIELD, at=airport("ZKPY")) == [another, there]


def test_visits_to_one_airport_at_another(store: Store) -> None:
    with pytest.raises(UsageError) as caught:
        answer(store, Topic("Sunan (FNJ/ZKPY)", airport=airport("FNJ")), at=airport("VVO"))
    assert str(caught.value) == (
        "--at UHWW: the question is about Sunan (FNJ/ZKPY) already; leave --at out, or name a tail"
    )


SEPTEMBER = keys("2023-09-24T00:00", "2023-09-29T00:00")


def archive(store: Store, *wires: Wire, days: set[int] = SEPTEMBER) -> None:
    """Keep these flights of RA-86559 as answered by OpenSky, and that there were no others on these days."""
    flights = read(*wires)
    rows = [(ICAO24, key, 2**31, [f for f in flights if key_of(f) == key]) for key in sorted(days)]
    with store.writing() as db:
        db.executemany(
            "INSERT INTO flights VALUES (?, ?, ?, ?)", [(*row[:3], msgspec.json.encode(row[3])) for row in rows]
        )


def test_estimates_beside_what_was_watched(store: Store) -> None:
    """OpenSky's flights to and from Pyongyang are that visit again; what follows is told by them alone."""
    seen = visit(arrival=moment("2023-09-26T01:52", minutes=5), departure=moment("2023-09-28T06:00", minutes=5))
    keep(store, seen, visit(id="visit-2", icao24="7278a5", registration="P-885", arrival=moment("2023-09-27T00:00")))
    archive(store, *AUTUMN[-2:])
    found = answer(store, TAIL)
    assert [(v.airport and v.airport.iata, v.is_estimate) for v in found] == [
        ("VKO", True),
        ("FNJ", False),
        ("VKO", True),
    ]
    assert {v.registration for v in found} == {"RA-86559"}
    assert [v.id for v in answer(store, FIELD)] == ["visit-2", "visit-1"]
    assert [v.airport and v.airport.iata for v in answer(store, TAIL, at=airport("VKO"))] == ["VKO", "VKO"]
    context = context_line(TAIL, tally(found), WatchTimes(None), Knowledge(store, None, AIRPORTS, NOW))
    assert context == (
        "2 of them are OpenSky's estimates; nothing was watched yet; 1 landing inferred; "
        "OpenSky was asked about 4 days, 2023-09-24 to 2023-09-27"
    )
    poll(store, "2023-09-28T11:30", LISTED)
    assert answer(store, TAIL) == found


def poll(store: Store, time: str, watchlist: Watchlist, *visits: Visit) -> None:
    look, record = PollChanges({}, frozenset(), (), visits), PollRecord(at(time), at(time), "ok")
    store.commit(look, record, lambda db: keep_listed(db, watchlist.watched, at(time)))


WEEK = at("2023-09-21T12:00")


def spans(store: Store, topic: Topic, since: datetime | None) -> list[tuple[datetime, datetime]]:
    """Give what to ask about an airframe until now."""
    found = unwatched_spans(topic, store, NOW, since=since, until=NOW, by_default=WEEK)
    return [(span.since, span.until) for each in found.values() for span in each]


def test_what_to_ask_about(store: Store) -> None:
    """Where nothing is recorded a week, or what is asked for; about an airport nothing."""
    since = at("2023-09-01")
    assert (spans(store, TAIL, None), spans(store, TAIL, since)) == ([(WEEK, NOW)], [(since, NOW)])
    assert spans(store, FIELD, since) == []
    keep(store, visit())
    assert (spans(store, TAIL, None), spans(store, TAIL, since)) == ([], [(since, NOW)])


def test_what_was_watched_is_not_asked(store: Store) -> None:
    """From when the watchlist names it, but for days without a good poll; another visit of it, found at an airport, is none."""
    since, listed = at("2023-09-01"), at("2023-09-10")
    poll(store, "2023-09-05", WATCHLIST, visit(id="august", arrival=moment("2023-08-01T00:00")))
    for time in ("2023-09-10", "2023-09-10T23:00", "2023-09-14", "2023-09-15", "2023-09-28T11:00"):
        poll(store, time, LISTED)
    holes = [(at("2023-09-10T23:00"), at("2023-09-14")), (at("2023-09-15"), at("2023-09-28T11:00"))]
    assert spans(store, TAIL, since) == [(since, listed), *holes]
    assert watched_spans(ICAO24, store, NOW)[-1] == Span(at("2023-09-28T11:00"), NOW)
    assert watched_spans(ICAO24, store, at("2023-10-28"))[-1].until == at("2023-09-15")
    poll(store, "2023-09-28T11:30", WATCHLIST)
    assert spans(store, TAIL, since) == [(since, listed), holes[0], (holes[1][0], NOW)]


@pytest.mark.parametrize(
    ("visits", "line"),
    [
        ([], "nothing was watched yet; OpenSky was not asked about past flights"),
        ([visit()], "nothing was watched yet; 1 landing inferred; OpenSky was not asked about past flights"),
        (
            [estimated(visit())],
            "it is OpenSky's estimate; nothing was watched yet; OpenSky was not asked about past flights",
        ),
        (
            [estimated(visit()), estimated(visit(id="visit-2"))],
            "all of them are OpenSky's estimates; nothing was watched yet; OpenSky was not asked about past flights",
        ),
    ],
)
def test_how_far_the_record_goes(store: Store, visits: list[Visit], line: str) -> None:
    assert (
        context_line(
            TAIL, tally(visits), WatchTimes(None), Knowledge(store, None, AIRPORTS, NOW), Selection(at("2023-09-01"))
        )
        == line
    )


@pytest.mark.parametrize(
    ("days", "which", "line"),
    [
        ("24", ALL, "asked about 2023-09-24"),
        ("24 25 26", ALL, "asked about 3 days, 2023-09-24 to 2023-09-26"),
        ("24 26 27", ALL, "asked about 3 days between 2023-09-24 and 2023-09-27"),
        ("24 26 27", Selection(until=at("2023-09-27")), "asked about 2 days between 2023-09-24 and 2023-09-26"),
        ("24 26 27", Selection(until=at("2023-09-24")), "not asked about this time"),
        ("24 26 27", Selection(at("2023-09-25"), at("2023-10-01")), "asked about 2 of these 3 days"),
        ("24 26 27", Selection(at("2023-09-26T18:00"), at("2023-09-28")), "asked about these 2 days"),
        ("24 26 27", Selection(at("2023-09-26"), at("2023-09-27")), "asked about this day"),
        ("24 26 27", Selection(at("2023-09-01"), at("2023-09-24")), "not asked about these 23 days"),
    ],
)
def test_which_days_opensky_was_asked_about(store: Store, days: str, which: Selection, line: str) -> None:
    """Those of the time in question; what lies between days that it was asked about is not said to be known."""
    archive(store, days={unix(f"2023-09-{day}") for day in days.split()})
    said = context_line(TAIL, tally([]), WatchTimes(None), Knowledge(store, None, AIRPORTS, NOW), which)
    assert said == f"nothing was watched yet; OpenSky was {line}"


@pytest.mark.parametrize(
    ("days", "line"),
    [
        ("", "OpenSky refused to answer"),
        ("24", "OpenSky was asked about 2023-09-24, and just now it refused to answer"),
    ],
)
def test_who_refused_was_asked(store: Store, days: str, line: str) -> None:
    """Of who gave no answer just now it is not said that nobody asked."""
    archive(store, days={unix(f"2023-09-{day}") for day in days.split()})
    unanswered = {"OpenSky": "refused to answer", "adsb.lol": "did not answer"}
    knowledge = Knowledge(store, None, AIRPORTS, NOW)
    said = context_line(TAIL, tally([]), WatchTimes(None), knowledge, unanswered=unanswered)
    assert said == f"nothing was watched yet; {line}; adsb.lol did not answer"


def test_whose_flights_an_airport_is_known_from(store: Store) -> None:
    archive(store, *AUTUMN[-2:])
    found = answer(store, FIELD)
    context = context_line(FIELD, tally([*found, visit()]), WatchTimes(None), Knowledge(store, None, AIRPORTS, NOW))
    assert context == (
        "1 of them is OpenSky's estimate, from the flights of 1 aircraft; nothing was watched yet; 1 landing inferred"
    )


def test_what_is_reported(store: Store) -> None:
    """Each watched topic by its own name, with what was kept and how far that goes."""
    watchlist = Watchlist(LISTED.aircraft, (WatchedAirport(airport("FNJ")),))
    poll(store, "2023-09-28T11:30", watchlist, visit())
    topics = topics_of(watchlist)
    assert topics == [TAIL, Topic("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ"))]
    told = [section(topic, Knowledge(store, watchlist, AIRPORTS, NOW)) for topic in topics]
    assert told == [
        Section(
            "RA-86559 (Il-62M)",
            (visit(),),
            ("1 landing inferred; OpenSky was not asked about past flights.",),
            record="Watching since 2023-09-28 11:30 UTC, without a long break.",
            looked_at=at("2023-09-28T11:30"),
        ),
        Section(
            topics[1].text,
            (visit(),),
            ("1 landing inferred.",),
            record="Watching since 2023-09-28 11:30 UTC, without a long break.",
            is_airport=True,
            looked_at=at("2023-09-28T11:30"),
        ),
    ]


def test_the_airport_of_an_option() -> None:
    """By code or name, said unless it is a code; one that is none or several is refused by the option's name."""
    said: list[str] = []
    found = [airport_of(text, "--at", AIRPORTS, said.append) for text in (None, "fnj", "Pyongyang")]
    assert found == [None, airport("FNJ"), airport("FNJ")]
    assert said == ["--at: 'Pyongyang' is Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea"]
    with pytest.raises(UsageError) as caught:
        airport_of("nowhere", "--at", AIRPORTS, said.append)
    assert str(caught.value) == "--at: 'nowhere' is no known airport; write a code such as FNJ, or a name"


def test_the_events_of_visits(store: Store) -> None:
    """Those that each began and ended with, as far as they were kept."""
    came, gone = landing(), left(id=identity("departure", "visit-1"))
    look = PollChanges({}, frozenset(), (came, gone, landing(id="another")), (visit(),))
    store.commit(look, PollRecord(NOW, NOW, "ok"))
    assert events_of([visit(), visit(id="visit-2", landing="lost")], store) == {came.id: came, gone.id: gone}


def test_more_visits_than_a_statement_takes(store: Store) -> None:
    assert events_of([visit(landing=f"landing-{n}") for n in range(40_000)], store) == {}


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("polls", "unwatched"),
    [
        (["08:00", "09:00", "10:00"], []),
        (["08:00", "09:30", "10:00"], [("08:00", "09:30")]),
        (["07:00", "08:30"], [("07:00", "10:30")]),
    ],
)
def test_what_was_watched(store: Store, polls: list[str], unwatched: list[tuple[str, str]]) -> None:
    """A hole is a time without a good poll for over an hour, also the one until now; a failed poll fills none."""

    def clock(time: str) -> datetime:
        return at(f"2023-09-28T{time}")

    for time in polls:
        poll(store, f"2023-09-28T{time}", LISTED)
    store.record_failure(PollRecord(clock("10:10"), None, "refused"))
    spans = tuple(Span(clock(since), clock(until)) for since, until in unwatched)
    assert watch_times_of(TAIL, Knowledge(store, None, AIRPORTS, clock("10:30"))) == WatchTimes(clock(polls[0]), spans)


def test_nothing_was_watched(store: Store) -> None:
    assert watch_times_of(TAIL, Knowledge(store, None, AIRPORTS, NOW)) == WatchTimes(None)


def test_who_is_not_on_the_watchlist_was_not_watched(store: Store) -> None:
    """Only where somebody else was looked for; who was put there later is watched since then."""
    fnj = WatchedAirport(airport("FNJ"), ("RA-*",))
    poll(store, "2023-09-28T10:00", WATCHLIST)
    poll(store, "2023-09-28T11:00", Watchlist(WATCHLIST.aircraft, (fnj,)))
    now_listed = Watchlist(LISTED.aircraft, (fnj,))

    def told(topic: Topic, at: Airport | None = None) -> str:
        watch_times = watch_times_of(topic, Knowledge(store, now_listed, AIRPORTS, NOW), at=at)
        return watch_times.why if watch_times.since is None else f"{watch_times.since:%H:%M}"

    stranger = Topic("D-AIMA", icao24s=("3c65a1",))
    assert told(TAIL) == "no good poll since it was put on the watchlist"
    poll(store, "2023-09-28T12:00", now_listed)
    assert (told(TAIL), told(FIELD), told(TAIL, airport("FNJ"))) == ("12:00", "11:00", "11:00")
    assert told(stranger) == "not on the watchlist, so it is found at watched airports only"
    assert told(stranger, airport("FNJ")) == told(stranger)
    assert told(Topic("Vladivostok", airport=airport("VVO"))) == (
        "not on the watchlist, so only watched aircraft are found there"
    )


def test_a_list_that_changes_for_a_moment(store: Store) -> None:
    """Changes nothing; who is left out for days was not watched then."""
    for time in ("2023-09-20T00:00", "2023-09-20T23:00", "2023-09-26T23:30", "2023-09-28T11:00"):
        poll(store, time, LISTED)
        poll(store, time.replace(":00", ":05"), WATCHLIST)
    with store.reading() as db:
        assert db.execute("SELECT count(*) FROM listed WHERE subject = ?", (ICAO24,)).fetchone() == (3,)
    spans = listed(store, [ICAO24], NOW)
    assert listed(store, [ICAO24], at("2023-09-20T12:00"))[-1].since == at("2023-09-20T00:00")
    assert spans == [
        Span(at("2023-09-20T00:00"), at("2023-09-20T23:00")),
        Span(at("2023-09-26T23:30"), at("2023-09-26T23:30")),
        Span(at("2023-09-28T11:00"), at("2023-09-28T11:00")),
    ]


@pytest.mark.parametrize(
    ("then", "until", "ended"),
    [
        ("2023-09-28T11:30", "2023-09-28T12:00", None),
        ("2023-09-28T11:30", "2023-09-28T13:00", ("2023-09-28T11:30", 0.0)),
        (None, "2023-09-28T12:00", ("2023-09-26T01:57", 0.0)),
    ],
    ids=["somebody looks", "nobody looked for longer than an hour", "nobody looks for it"],
)
def test_nobody_knows_whether_it_is_still_there(
    store: Store, then: str | None, until: str, ended: tuple[str, float] | None
) -> None:
    poll(store, "2023-09-26T02:00", LISTED if then else WATCHLIST, visit(departure=None))
    poll(store, then or "2023-09-28T11:30", LISTED if then else WATCHLIST)
    [found] = known(TAIL, Knowledge(store, None, AIRPORTS, at(until))).visits
    left = found.departure
    assert (left and (left.earliest, left.confidence)) == (ended and (at(ended[0]), ended[1]))


def test_a_visit_it_was_found_in_stays_open(store: Store) -> None:
    """Its arrival is OpenSky's, its end is for polls to find."""
    there = visit(arrival=first_heard_there("2023-09-27T12:00"), landing=None, departure=None)
    poll(store, "2023-09-27T12:00", LISTED, there)
    poll(store, "2023-09-28T11:30", LISTED)
    archive(store, AUTUMN[-2], days=keys("2023-09-24T00:00", "2023-09-27T00:00"))
    found = answer(store, TAIL)[0]
    assert (found.id, found.is_open, found.arrival.latest < there.arrival.latest) == (there.id, True, True)


def test_a_visit_it_was_found_in_is_told_alike_everywhere(store: Store) -> None:
    """Its id is the one that its departure was told with, and map, table and GeoJSON show what polls heard of that."""
    heard = report(unix("2023-09-28T00:40"), icao24=ICAO24, longitude=126.4, latitude=39.4, baro_altitude=5000.0)
    there = visit(arrival=first_heard_there("2023-09-27T12:00"), landing=None)
    gone = left(id=departure_id(there), evidence=(heard,))
    store.commit(PollChanges({}, frozenset(), (gone,), (there,)), PollRecord(NOW, NOW, "ok"))
    archive(store, AUTUMN[-2], days=keys("2023-09-24T00:00", "2023-09-27T00:00"))
    found = answer(store, TAIL)[0]
    events = events_of([found], store)
    assert (found.id, found.is_estimate, events) == (gone.visit, True, {gone.id: gone})
    assert '"kind":"first_contact"' in "".join(as_geojson([found], lambda _: events, NOW))
    assert len(map_content([found], events, AIRPORTS).found) == 1
    table = visits_table([found], Material(events, AIRPORTS, load_land, NOW), NOW).replace("\N{NO-BREAK SPACE}", " ")
    assert "landing estimated by OpenSky, 90 % sure" in table
    assert "departure inferred, 93 % sure<small>first heard again 66 km east of the airport" in table


def test_the_newest_of_those_that_touch_a_time(store: Store) -> None:
    """An open visit that was over before it takes nobody's place."""
    fnj = Watchlist((), (WatchedAirport(airport("FNJ")),))
    over = visit(id="over", arrival=moment("2023-09-20T00:00"), departure=None)
    elsewhere = visit(id="elsewhere", airport=VLADIVOSTOK, arrival=moment("2023-09-21T00:00"), departure=None)
    stayed = visit(
        id="stayed", icao24="7278a5", arrival=moment("2023-09-19T00:00"), departure=moment("2023-09-27T00:00")
    )
    poll(store, "2023-09-28T11:30", fnj, over, elsewhere, stayed)
    which = Selection(at("2023-09-26"), limit=1)
    assert [v.id for v in known(FIELD, Knowledge(store, fnj, AIRPORTS, NOW), which).visits] == ["stayed"]
