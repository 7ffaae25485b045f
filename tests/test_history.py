"""Past visits: whom a question is about, and what the database answers."""

from datetime import datetime, timedelta

import msgspec
import pytest
from journeys import AUTUMN, Wire, keys, read
from reports import AIRPORTS, airport
from skies import ICAO24, VLADIVOSTOK, at, landing, left, moment, visit

from flightwatch.errors import UsageError
from flightwatch.history import (
    Subject,
    airport_of,
    context_line,
    events_of,
    extent_of,
    find_subject,
    known,
    section,
    subjects_of,
    unwatched_spans,
    watched_from,
)
from flightwatch.model import Airport
from flightwatch.past.estimates import is_estimate
from flightwatch.past.extent import Extent
from flightwatch.past.flights import key_of
from flightwatch.report import Section
from flightwatch.store import PollRecord, Store
from flightwatch.tracking.events import identity
from flightwatch.tracking.sky import Look
from flightwatch.visits import Visit
from flightwatch.watched import WatchedAircraft, WatchedAirport, Watchlist
from flightwatch.words.record import Span

NOW = at("2023-09-28T12:00")
WATCHLIST = Watchlist(aircraft=(WatchedAircraft("7278a5", "P-885", "given"),))
LISTED = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M"),))
TAIL, FIELD = Subject("RA-86559", icao24s=(ICAO24,)), Subject("FNJ", airport=airport("FNJ"))


def answer(
    store: Store, subject: Subject, *, at: Airport | None = None, watchlist: Watchlist | None = None
) -> list[Visit]:
    """Give the visits that are known of a subject."""
    return list(known(subject, store, watchlist, AIRPORTS, NOW, at=at).visits)


def keep(store: Store, *visits: Visit) -> None:
    store.commit(Look({}, frozenset(), (), visits), PollRecord(NOW, NOW, "ok"))


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("p885", Subject("P-885", icao24s=("7278a5",))),
        ("ra86559", Subject("RA-86559", icao24s=(ICAO24,))),
        ("N12345", Subject("N12345", icao24s=("a061d9",))),
        ("15521F", Subject("RA-86559", icao24s=(ICAO24,))),
        ("123456", Subject("123456", icao24s=("123456",))),
        (
            "FNJ",
            Subject("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ")),
        ),
        (" zkpy ", Subject("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ"))),
    ],
)
def test_whom_a_question_is_about(store: Store, asked: str, subject: Subject) -> None:
    """A watched tail, any that a rule resolves, an icao24, an airport's code; however it is typed."""
    assert find_subject(asked, WATCHLIST, store, AIRPORTS) == subject


def test_a_tail_number_that_only_the_database_knows(store: Store) -> None:
    """It was watched once."""
    keep(store, visit(registration="EY-TEST", icao24="abcdef"))
    assert find_subject("ey-test", None, store, AIRPORTS) == Subject("EY-TEST", icao24s=("abcdef",))


@pytest.mark.parametrize("asked", ["", "nonsense", "RA-86559; DROP TABLE visits", "\x1b[31m", "[red]"])
def test_a_question_about_nobody(store: Store, asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_subject(asked, WATCHLIST, store, AIRPORTS)
    assert str(caught.value) == (
        f"{asked!r} is no known tail number, icao24 or airport: write a tail such as RA-86559, six hex digits, "
        "a code such as FNJ, or add the aircraft with its icao24 to the watchlist"
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
        answer(store, Subject("Sunan (FNJ/ZKPY)", airport=airport("FNJ")), at=airport("VVO"))
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
    assert [(v.airport and v.airport.iata, is_estimate(v)) for v in found] == [
        ("VKO", True),
        ("FNJ", False),
        ("VKO", True),
    ]
    assert {v.registration for v in found} == {"RA-86559"}
    assert [v.id for v in answer(store, FIELD)] == ["visit-2", "visit-1"]
    assert [v.airport and v.airport.iata for v in answer(store, TAIL, at=airport("VKO"))] == ["VKO", "VKO"]
    context = context_line(TAIL, found, Extent(None), store, NOW)
    assert context == (
        "2 of them OpenSky's estimate; nothing was watched yet; 1 of 1 landing inferred; "
        "OpenSky was asked about 6 days, 2023-09-24 to 2023-09-29"
    )
    assert [v.id for v in answer(store, TAIL, watchlist=LISTED)] == ["visit-1", found[2].id]


def test_what_to_ask_about(store: Store) -> None:
    """Where nothing is recorded a week, or what is asked for; of a watched aircraft what was before it was first found."""
    since, now, week = at("2023-09-01"), NOW, at("2023-09-21T12:00")

    def spans(
        subject: Subject, since: datetime | None, watchlist: Watchlist | None = None
    ) -> list[tuple[datetime, datetime]]:
        found = unwatched_spans(subject, since, now, week, store, watchlist)
        return [(span.since, span.until) for span in found.values()]

    assert (spans(TAIL, None), spans(TAIL, since)) == ([(week, now)], [(since, now)])
    assert spans(FIELD, since) == []
    keep(store, visit())
    first = at("2023-09-26T01:57")
    assert watched_from(ICAO24, store, LISTED) == first
    assert (spans(TAIL, None), spans(TAIL, since)) == ([], [(since, now)])
    assert (spans(TAIL, since, LISTED), spans(TAIL, at("2023-09-27"), LISTED)) == ([(since, first)], [])


@pytest.mark.parametrize(
    ("visits", "since", "line"),
    [
        ([], None, "nothing was watched yet; OpenSky was not asked"),
        (
            [visit()],
            at("2023-09-01"),
            "nothing was watched yet; 1 of 1 landing inferred; OpenSky was not asked",
        ),
        (
            [visit(id="opensky-1"), visit(id="opensky-2")],
            at("2023-09-01"),
            "all of them OpenSky's estimate; nothing was watched yet; OpenSky was not asked",
        ),
    ],
)
def test_how_far_the_record_goes(store: Store, visits: list[Visit], since: datetime | None, line: str) -> None:
    assert context_line(TAIL, visits, Extent(None), store, NOW, since=since) == line


def test_what_is_reported(store: Store) -> None:
    """Each watched subject by its own name, with what was kept and how far that goes."""
    keep(store, visit())
    watchlist = Watchlist(LISTED.aircraft, (WatchedAirport(airport("FNJ")),))
    subjects = subjects_of(watchlist)
    assert subjects == [TAIL, Subject("Pyongyang Sunan International Airport (FNJ/ZKPY)", airport=airport("FNJ"))]
    told = [section(subject, Extent(None), store, watchlist, AIRPORTS, NOW) for subject in subjects]
    assert told == [
        Section(
            "RA-86559 (Il-62M)",
            [visit()],
            ("Nothing was watched yet; 1 of 1 landing inferred; OpenSky was not asked.",),
        ),
        Section(subjects[1].text, [visit()], ("Nothing was watched yet; 1 of 1 landing inferred.",)),
    ]


def test_the_airport_of_a_code() -> None:
    assert (airport_of(None, "--at", AIRPORTS), airport_of("fnj", "--at", AIRPORTS)) == (None, airport("FNJ"))
    with pytest.raises(UsageError) as caught:
        airport_of("nowhere", "--at", AIRPORTS)
    assert str(caught.value) == "--at: 'nowhere' is no known airport; write a code such as FNJ or ZKPY"


def test_the_events_of_visits(store: Store) -> None:
    """Those that each began and ended with, as far as they were kept."""
    came, gone = landing(), left(id=identity("departure", "visit-1"))
    look = Look({}, frozenset(), (came, gone, landing(id="another")), (visit(),))
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
        (["07:00", "08:30"], [("07:00", "08:30"), ("08:30", "10:30")]),
    ],
)
def test_what_was_watched(store: Store, polls: list[str], unwatched: list[tuple[str, str]]) -> None:
    """A hole is a time without a good poll for over an hour, also the one until now; a failed poll fills none."""

    def clock(time: str) -> datetime:
        return at(f"2023-09-28T{time}")

    for time in polls:
        store.commit(Look({}, frozenset(), (), ()), PollRecord(clock(time), clock(time), "ok"))
    store.record_failure(PollRecord(clock("10:10"), None, "refused"))
    spans = tuple(Span(clock(since), clock(until)) for since, until in unwatched)
    assert extent_of(store, clock("10:30"), HOUR) == Extent(clock(polls[0]), spans)


def test_nothing_was_watched(store: Store) -> None:
    assert extent_of(store, NOW, HOUR) == Extent(None)
