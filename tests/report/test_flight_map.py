"""Maps of alerts that are of no visit that stands: flights in the air, and landings that are taken back."""

from typing import Final

import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, landing, taken_back, unix, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport, report

from flightwatch.core.legs import Fix, Leg
from flightwatch.core.model import Event, Origin, Share
from flightwatch.core.watched import Watched
from flightwatch.report.flight_map import correction_content, correction_told, flight_content
from flightwatch.report.map_content import described
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.record import Context

LOST: Final = report(unix("2023-09-26T01:45"), icao24=ICAO24, latitude=39.5, longitude=126.0, velocity=160.0)
AGAIN: Final = report(unix("2023-09-26T02:20"), icao24=ICAO24, latitude=37.2, longitude=128.9, velocity=220.0)
BEGAN: Final = Origin(VLADIVOSTOK, 43.4, 132.15, at("2023-09-26T00:10"), True)
FLIGHT: Final = Leg(
    True,
    tuple(
        Fix(unix(f"2023-09-26T{clock}"), latitude, longitude, 9000)
        for clock, latitude, longitude in (
            ("00:30", 42.8, 131.0),
            ("00:40", 42.0, 130.0),
            ("01:15", 41.0, 128.0),
            ("01:25", 40.0, 127.0),
        )
    ),
    ("OpenSky",),
)
LINES: Final = ((131.0, 42.8), (130.0, 42.0)), ((128.0, 41.0), (127.0, 40.0))


def told(event: Event) -> Alert:
    return describe(event, Watched(), AIRPORTS, Context(visit=visit() if event.visit else None))


@pytest.mark.parametrize(("kind", "mark"), [("approaching", "found"), ("lost", "lost")])
def test_a_flight_in_the_air(kind: str, mark: str) -> None:
    """From where it began, as it was heard, to its last report, which is said to be a loss where it is one."""
    field = None if kind == "lost" else landing().airport
    alert = told(landing(type=kind, visit="", airport=field, evidence=(LOST,), origin=BEGAN))
    seen = flight_content(alert, [FLIGHT])
    assert seen is not None
    assert (seen.flown, seen.heard) == (LINES, (((126.0, 39.5),),))
    assert seen.routes == (((132.15, 43.4), (131.0, 42.8)), ((130.0, 42.0), (128.0, 41.0)))
    assert [spot.label for spot in seen.origins] == ["Vladivostok VVO"]
    assert {name: [spot.point for spot in getattr(seen, name)] for name in ("lost", "found")} == {
        "lost": [],
        "found": [],
    } | {mark: [(126.0, 39.5)]}
    where = described(seen, "this flight")
    assert ("again" not in where, ": ." not in where) == (True, True)
    assert flight_content(told(landing(type=kind, visit="", evidence=()))) is None


def test_a_correction() -> None:
    """The field is there and said to be wrong; a dashed line leads from the loss to where it was heard again."""
    alert = told(taken_back(evidence=(LOST, AGAIN)))
    seen = correction_content(alert, [FLIGHT])
    assert seen is not None
    assert [(spot.label, spot.note) for spot in seen.airports] == [("Pyongyang FNJ", "taken back: not there")]
    assert [spot.label for spot in (*seen.lost, *seen.found)] == [
        "lost 26 Sep 2023, 10:45 local",
        "heard 26 Sep 2023, 11:20 local",
    ]
    assert (seen.dark, seen.boundless, seen.heard) == ((((126.0, 39.5), (128.9, 37.2)),), (), ())
    assert seen.flown == LINES
    assert correction_told(alert) == (
        "Map of a correction: it was not at Pyongyang FNJ. Marked: where contact was lost, where it was heard again."
    )


def test_a_correction_that_names_another_field() -> None:
    field = airport("ICN")
    there = replace(AGAIN, latitude=field.latitude, longitude=field.longitude, on_ground=True)
    share = Share(field.icao, field.iata, field.name, 0.9)
    alert = told(taken_back(evidence=(LOST, there), candidates=(share,), confidence=0.97))
    seen = correction_content(alert)
    assert seen is not None
    assert [spot.label for spot in seen.airports] == ["Seoul Incheon ICN", "Pyongyang FNJ"]
    [doubt] = seen.doubts
    assert doubt.end == (field.longitude, field.latitude)
    assert correction_told(alert).endswith("where it was heard again, and Seoul Incheon ICN, where it was instead.")


def test_a_correction_after_days() -> None:
    """No bounds are drawn of what can have been anywhere."""
    seen = correction_content(told(taken_back(evidence=(LOST, replace(AGAIN, time_position=unix("2023-09-28T00:00"))))))
    assert seen is not None
    assert (seen.dark, len(seen.boundless), seen.doubts) == ((), 1, ())


def test_a_correction_by_a_report_without_a_position() -> None:
    assert correction_content(told(taken_back(evidence=(LOST, replace(AGAIN, latitude=None, longitude=None))))) is None
