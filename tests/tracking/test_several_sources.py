"""What several sources change for the tracker: where silence counts, in whose company, and who heard what."""

from datetime import timedelta

import pytest
from made_visits import landing
from state_vectors import NOON, report

from flightwatch.core.geo import destination
from flightwatch.core.model import OPENSKY, Circle, Coverage, Query, instant
from flightwatch.planning.budget import coverage_of
from flightwatch.tracking.advance_all import is_silence
from flightwatch.tracking.events import heard_by
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Phase, Track
from flightwatch.tracking.witness import MANY, Company, Rows

ROOF = Circle(39.03, 125.75, 250.0)
LOL = "adsb.lol"


def track(km_away: float, *, phase: Phase = "ground") -> Track:
    lat, lon = destination(ROOF.latitude, ROOF.longitude, 45.0, km_away)
    return Track(
        "15521f",
        phase=phase,
        reports=Reports.of(report(NOON, latitude=lat, longitude=lon)),
        fastest_ms=250.0,
    )


@pytest.mark.parametrize(
    ("km_away", "phase", "later_s", "is_silent"),
    [
        (240.0, "ground", 600, True),
        (260.0, "ground", 600, False),
        (100.0, "airborne", 590, True),  # it cannot have flown out
        (100.0, "airborne", 610, False),
    ],
)
def test_a_receivers_silence_counts_inside_its_circle(
    km_away: float, phase: Phase, later_s: int, *, is_silent: bool
) -> None:
    """North-east of it, where a box around the circle would reach farther."""
    coverage = coverage_of([Query(source="roof", circle=ROOF)])
    assert is_silence(track(km_away, phase=phase), coverage, NOON + later_s) is is_silent


def test_all_that_a_receiver_hears_is_not_the_world() -> None:
    """Its silence tells nothing where nobody says where it is."""
    assert coverage_of([Query(source="roof")]) == Coverage()
    assert coverage_of([Query()]).world


def test_others_count_where_the_same_sources_listen() -> None:
    """That thousands are silent because OpenSky is not heard does not mean that nobody listens."""
    last = report(NOON, latitude=50.0, longitude=10.0, baro_altitude=3000.0)
    then = Company(8000, MANY, (OPENSKY, LOL))
    few = [report(NOON + 300, latitude=-30.0, longitude=10.0)]
    assert Rows(few, NOON + 300, (OPENSKY, LOL)).weight(then, last) == 0.0
    assert Rows(few, NOON + 300, (LOL,)).weight(then, last) == 1.0
    assert Rows(few, NOON + 300, (OPENSKY, LOL)).weight(Company(8000, MANY), last) == 0.0


def test_who_heard_what() -> None:
    """Those that heard it since the first evidence, by name."""
    event = landing(evidence=(report(NOON), report(NOON + 60)), detected_at=instant(NOON) + timedelta(minutes=5))
    assert heard_by(event, {OPENSKY: NOON - 1, LOL: NOON, "roof": NOON + 60}).heard_by == (LOL, "roof")
