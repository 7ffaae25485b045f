"""Past visits: whom the question is about, and the answer in every form."""

import csv
import io
import json
from datetime import datetime

import pytest
from reports import AIRPORTS, airport
from skies import ICAO24, PYONGYANG, VLADIVOSTOK, at, first_heard_there, moment, visit

from flightwatch import history
from flightwatch.errors import UsageError
from flightwatch.history import Subject, find_subject, row, visits_of
from flightwatch.store import PollRecord, Store
from flightwatch.tracking.sky import Look
from flightwatch.visits import Visit
from flightwatch.watched import WatchedAircraft, Watchlist

NOW = at("2023-09-28T12:00")
WATCHLIST = Watchlist(aircraft=(WatchedAircraft("7278a5", "P-885", "given"),))
ROW = {
    "visit": "visit-1",
    "icao24": "15521f",
    "registration": "RA-86559",
    "callsign": "RFF7451",
    "airport_icao": "ZKPY",
    "airport_iata": "FNJ",
    "airport_name": "Pyongyang Sunan International Airport",
    "latitude": 39.2241,
    "longitude": 125.67,
    "arrived": "2023-09-26T01:52:00Z",
    "arrived_earliest": "2023-09-26T01:47:00Z",
    "arrived_latest": "2023-09-26T01:57:00Z",
    "arrival_basis": "inferred",
    "arrival_confidence": 0.93,
    "departed": "2023-09-28T00:31:00Z",
    "departed_earliest": "2023-09-28T00:27:00Z",
    "departed_latest": "2023-09-28T00:35:00Z",
    "departure_basis": "inferred",
    "departure_confidence": 0.93,
    "dwell_s": 167_940,
    "dwell_min_s": 167_400,
    "dwell_max_s": 168_480,
}
STILL_THERE = {
    "arrived": None,
    "arrived_earliest": None,
    "arrived_latest": "2023-09-26T01:52:00Z",
    "arrival_basis": "observed",
    "arrival_confidence": 1.0,
    **dict.fromkeys(name for name in ROW if name.startswith("depart")),
    "dwell_s": None,
    "dwell_min_s": 209_280,
    "dwell_max_s": None,
}
OPEN = visit(arrival=first_heard_there(), departure=None, landing=None)


def keep(store: Store, *visits: Visit) -> None:
    store.commit(Look({}, frozenset(), (), visits), PollRecord(NOW, NOW, "ok"), [])


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
    tail, field = Subject("RA-86559", icao24s=(ICAO24,)), Subject("FNJ", airport=airport("FNJ"))
    assert visits_of(tail, store, at=None, since=None, until=None) == [elsewhere, there]
    assert visits_of(tail, store, at=airport("FNJ"), since=None, until=None) == [there]
    assert visits_of(field, store, at=None, since=None, until=None) == [another, there]
    assert visits_of(field, store, at=None, since=at("2023-09-30"), until=None) == []


@pytest.mark.parametrize(("kept", "fields"), [(visit(), ROW), (OPEN, ROW | STILL_THERE)])
def test_a_visit_in_every_form(kept: Visit, fields: dict[str, object]) -> None:
    """The same names and values in each; in CSV nothing stands for null."""
    rows = [row(kept, NOW)] * 2
    assert json.loads(history.as_json(rows)) == [fields, fields]
    assert [json.loads(line) for line in history.as_jsonl(rows).splitlines()] == [fields, fields]
    cells = {name: "" if value is None else str(value) for name, value in fields.items()}
    assert list(csv.DictReader(io.StringIO(history.as_csv(rows)))) == [cells, cells]


def test_no_visits_in_every_form() -> None:
    assert (history.as_json([]), history.as_jsonl([])) == ("[]\n", "")
    assert history.as_csv([]) == ",".join(ROW) + "\n"


def test_a_visit_away_from_any_airport() -> None:
    fields = json.loads(history.as_jsonl([row(visit(airport=None), NOW)]))
    assert fields == ROW | {"airport_icao": None, "airport_iata": None, "airport_name": None}


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=cmd()", "'=cmd()"),
        (" =cmd()", "' =cmd()"),
        ("A\r\n=cmd()", "A=cmd()"),
        ("\x1b[31mA", "[31mA"),
        ('A",=cmd()', 'A",=cmd()'),
        ("RFF-7451", "RFF-7451"),
    ],
)
def test_no_cell_is_a_formula(written: str, cell: str) -> None:
    """What comes from the air or a file is text to a spreadsheet, and in one piece."""
    [read] = csv.DictReader(
        io.StringIO(history.as_csv([row(visit(callsign=written, registration=written, icao24="4408e8"), NOW)]))
    )
    assert (read["callsign"], read["registration"], read["icao24"]) == (cell, cell, "4408e8")


def test_names_of_places_are_cells_too() -> None:
    named = visit(airport=type(PYONGYANG)("ZKPY", None, "=HYPERLINK(1)"))
    [read] = csv.DictReader(io.StringIO(history.as_csv([row(named, NOW)])))
    assert (read["airport_name"], read["airport_iata"]) == ("'=HYPERLINK(1)", "")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2023-08-01", "2023-08-01T00:00", "2023-08-02T00:00"),
        ("20230801", "2023-08-01T00:00", "2023-08-02T00:00"),
        ("2023-08-01T06:30", "2023-08-01T06:30", "2023-08-01T06:30"),
        ("2023-08-01T06:30+09:00", "2023-07-31T21:30", "2023-07-31T21:30"),
    ],
)
def test_days_and_instants(text: str, start: str, end: str) -> None:
    """A day includes all of it; what names no zone is UTC."""
    assert (history.day(text, "--since"), history.day(text, "--until", end=True)) == (at(start), at(end))


def test_no_day_given() -> None:
    assert history.day(None, "--since") is None


@pytest.mark.parametrize("text", ["yesterday", "2023-13-01", "", "9999-12-31"])
def test_no_such_day(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        history.day(text, "--until", end=True)
    assert str(caught.value) == f"--until: {text!r} is no date; write one such as 2023-08-01"


def test_dwell_counts_to_now_while_it_goes_on() -> None:
    def dwell(now: datetime) -> int | None:
        return row(visit(departure=None), now).dwell_s

    assert (dwell(at("2023-09-26T02:52")), dwell(at("2023-09-26T03:52"))) == (3600, 7200)
