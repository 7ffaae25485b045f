"""Visits as rows: the same names and values in each form, and nothing that a spreadsheet reads as something else."""

import csv
import io
import json
from datetime import datetime

import pytest
from made_visits import PYONGYANG, at, estimated, first_heard_there, visit

from flightwatch.core.visits import Visit
from flightwatch.export.rows import as_csv, as_json, as_jsonl, row

NOW = at("2023-09-28T12:00")
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
    "source": "watched",
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
SEEN = {"basis": "observed", "confidence": 1.0}
ESTIMATE = {"source": "opensky"}


@pytest.mark.parametrize(
    ("kept", "fields"), [(visit(), ROW), (OPEN, ROW | STILL_THERE), (estimated(visit()), ROW | ESTIMATE)]
)
def test_a_visit_in_every_form(kept: Visit, fields: dict[str, object]) -> None:
    """The same names and values in each; in CSV nothing stands for null."""
    rows = [row(kept, NOW)] * 2
    assert json.loads("".join(as_json(rows))) == [fields, fields]
    assert [json.loads(line) for line in "".join(as_jsonl(rows)).splitlines()] == [fields, fields]
    cells = {name: "" if value is None else str(value) for name, value in fields.items()}
    assert list(csv.DictReader(io.StringIO("".join(as_csv(rows))))) == [cells, cells]


def test_no_visits_in_every_form() -> None:
    assert ("".join(as_json([])), "".join(as_jsonl([]))) == ("[]\n", "")
    assert "".join(as_csv([])) == ",".join(ROW) + "\n"


def test_a_visit_away_from_any_airport() -> None:
    fields = json.loads("".join(as_jsonl([row(visit(airport=None), NOW)])))
    assert fields == ROW | {"airport_icao": None, "airport_iata": None, "airport_name": None}


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("=cmd()", "'=cmd()"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("\t＠SUM(1)", "'＠SUM(1)"),
        ("\r=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=cmd()", "'=cmd()"),
        ("RA;=cmd|' /C calc'!A0;", "RA;'=cmd|' /C calc'!A0;"),
        ("RA; @x;b", "RA;' @x;b"),
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
        io.StringIO("".join(as_csv([row(visit(callsign=written, registration=written, icao24="4408e8"), NOW)])))
    )
    assert (read["callsign"], read["registration"], read["icao24"]) == (cell, cell, '="4408e8"')


def test_names_of_places_are_cells_too() -> None:
    named = visit(airport=type(PYONGYANG)("ZKPY", None, "=HYPERLINK(1)"))
    [read] = csv.DictReader(io.StringIO("".join(as_csv([row(named, NOW)]))))
    assert (read["airport_name"], read["airport_iata"]) == ("'=HYPERLINK(1)", "")


def test_dwell_counts_to_now_while_it_goes_on() -> None:
    def dwell(now: datetime) -> int | None:
        return row(visit(departure=None), now).dwell_s

    assert (dwell(at("2023-09-26T02:52")), dwell(at("2023-09-26T03:52"))) == (3600, 7200)


def cells(**fields: object) -> dict[str, str]:
    """Write a visit as CSV and read it back."""
    [read] = csv.DictReader(io.StringIO("".join(as_csv([row(visit(**fields), NOW)]))))
    return read


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("4408e8", '="4408e8"'),
        ("71e012", '="71e012"'),
        ("006543", '="006543"'),
        ("1e5", '="1e5"'),
        ("05-5140", '="05-5140"'),
        ("10/20", '="10/20"'),
        ("MAR1", '="MAR1"'),
        ("SEPT23", '="SEPT23"'),
        ("1-May-2023", '="1-May-2023"'),
        ("TRUE", '="TRUE"'),
        ("123456789012", '="123456789012"'),
        ("12E5 ", '="12E5 "'),
        ("738043", "738043"),
        ("15521f", "15521f"),
        ("e44088", "e44088"),
        ("4408e8a", "4408e8a"),
        ("MARTY1", "MARTY1"),
        ("RA-86559", "RA-86559"),
        ("9V-SMA", "9V-SMA"),
        ('4408e8"&A1&"', '4408e8"&A1&"'),
    ],
)
def test_no_text_becomes_a_number_or_a_date(written: str, cell: str) -> None:
    """What a spreadsheet would take for one is a formula that gives the text; all else is as it is."""
    read = cells(callsign=written, registration=written, icao24=written)
    assert (read["callsign"], read["registration"], read["icao24"]) == (cell, cell, cell)


def test_times_are_what_spreadsheets_leave_alone() -> None:
    assert cells()["arrived"] == "2023-09-26T01:52:00Z"


UNTIMED = {"at": None, "earliest": at("2023-09-26T12:00"), "latest": NOW, "basis": "inferred"}
"""A departure that nobody can time."""


@pytest.mark.parametrize(
    ("confidence", "latest", "longest_s"), [(0.5, "2023-09-28T12:00:00Z", 209_580), (0.0, None, None)]
)
def test_an_end_that_nobody_can_estimate(confidence: float, latest: str | None, longest_s: int | None) -> None:
    """It has bounds; where nobody knows if it left at all the time of asking is none."""
    fields = json.loads("".join(as_jsonl([row(visit(departure=UNTIMED | {"confidence": confidence}), NOW)])))
    assert fields == ROW | {
        "departed": None,
        "departed_earliest": "2023-09-26T12:00:00Z",
        "departed_latest": latest,
        "departure_confidence": confidence,
        "dwell_s": None,
        "dwell_min_s": 36_180,
        "dwell_max_s": longest_s,
    }


def test_times_are_in_whole_seconds_in_every_form() -> None:
    moved = visit(
        arrival={name: at("2023-09-26T01:52:00.9") for name in ("at", "earliest", "latest")} | SEEN,
        departure={name: at("2023-09-28T00:31:00.4") for name in ("at", "earliest", "latest")} | SEEN,
    )
    whole = json.loads("".join(as_jsonl([row(moved, NOW)])))
    assert {name: whole[name] for name in whole if name.startswith(("arrived", "departed"))} == {
        **dict.fromkeys(("arrived", "arrived_earliest", "arrived_latest"), "2023-09-26T01:52:00Z"),
        **dict.fromkeys(("departed", "departed_earliest", "departed_latest"), "2023-09-28T00:31:00Z"),
    }
    [cells] = csv.DictReader(io.StringIO("".join(as_csv([row(moved, NOW)]))))
    assert cells == {name: str(value) for name, value in whole.items()}
