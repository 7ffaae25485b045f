"""Events as a table that is attached to a mail: nothing in it is read by a spreadsheet as something else."""

import csv
import io

from made_visits import landing, left

from flightwatch.export.event_rows import COLUMNS, as_csv


def test_a_line_for_each_event() -> None:
    header, landed, departed = csv.reader(io.StringIO(as_csv(iter((landing(), left(airport=None))))))
    assert tuple(header) == COLUMNS
    assert dict(zip(header, landed, strict=True)) == {
        "event": "landing-1",
        "type": "landing",
        "time": "2023-09-26T01:52:00Z",
        "earliest": "2023-09-26T01:48:00Z",
        "latest": "2023-09-26T02:05:00Z",
        "basis": "inferred",
        "confidence": "0.93",
        "icao24": "15521f",
        "registration": "RA-86559",
        "callsign": "RFF7451",
        "airport_icao": "ZKPY",
        "airport_iata": "FNJ",
        "airport_name": "Pyongyang Sunan International Airport",
        "dwell_s": "",
        "dwell_min_s": "",
        "dwell_max_s": "",
        "detected": "2023-09-26T02:10:00Z",
        "visit": "visit-1",
        "retracts": "",
    }
    there = dict(zip(header, departed, strict=True))
    assert (there["type"], there["airport_icao"], there["airport_name"]) == ("departure", "", "")


def test_hostile_callsigns() -> None:
    """A formula, a number in disguise, a quote and a line break each stay in their cell, as text."""
    callsigns = ("=1+1", "4408e8", 'A","B', "A\r\nB,C")
    _, *rows = csv.reader(io.StringIO(as_csv(landing(callsign=callsign) for callsign in callsigns)))
    assert [row[COLUMNS.index("callsign")] for row in rows] == ["'=1+1", '="4408e8"', 'A","B', "AB,C"]
