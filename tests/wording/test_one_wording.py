"""Table, page, calendar, summary, record and status say the same stay, place and ends of a visit with the same words."""

from typing import Final

import pytest
from icalendar import Calendar
from made_visits import ICAO24, at, estimated, first_heard_there, landing, moment, visit
from msgspec import Struct
from msgspec.structs import replace
from read_pages import Reading
from state_vectors import AIRPORTS
from terminals import drawn

from flightwatch.app.status import whereabouts
from flightwatch.channels.terminal import COLUMNS, visits_table
from flightwatch.core.visits import Moment, Visit
from flightwatch.core.watched import WatchedAircraft
from flightwatch.export.ics import as_ics
from flightwatch.export.summary import summarise
from flightwatch.export.summary_text import as_lines
from flightwatch.report.material import Material
from flightwatch.report.visit_table import visits_table as page_table
from flightwatch.storage.land import load_land
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.record import Context, which_visit
from flightwatch.wording.watch_times import WatchTimes

NOW: Final = at("2023-09-28T12:00")
WATCHLIST: Final = Watchlist((WatchedAircraft(ICAO24, "RA-86559", "rule"),))


class Said(Struct, frozen=True):
    """What is said of a visit everywhere."""

    visit: Visit
    length: str
    landing: str
    departure: str = ""
    bounds: str = ""
    place: str = "Pyongyang FNJ"
    came: str = "landed about 2023-09-26 01:52 UTC"


SEEN, GONE = moment("2023-09-26T01:52"), moment("2023-09-28T00:31")
INFERRED: Final = moment("2023-09-26T01:52", minutes=9, confidence=0.93)
LEFT: Final = moment("2023-09-28T00:31", minutes=9, confidence=0.88)
CAME_BETWEEN: Final = Moment(None, at("2023-09-26T01:00"), at("2023-09-26T02:00"), "inferred", 0.93)
LEFT_BETWEEN: Final = Moment(None, at("2023-09-28T00:00"), at("2023-09-28T06:00"), "inferred", 0.93)
BETWEEN: Final = "between 46 h 21 min and 46 h 57 min"
KINDS: Final = {
    "observed": Said(
        visit(arrival=SEEN, departure=GONE), "46 h 39 min", "observed", came="landed 2023-09-26 01:52 UTC"
    ),
    "inferred": Said(
        visit(arrival=INFERRED, departure=LEFT),
        "about 46 h 39 min",
        "inferred, 93 % sure",
        "inferred, 88 % sure",
        bounds=BETWEEN,
    ),
    "open": Said(
        visit(arrival=INFERRED, departure=None),
        "about 58 h 08 min so far",
        "inferred, 93 % sure",
        bounds="between 57 h 59 min and 58 h 17 min",
    ),
    "first heard there": Said(
        visit(arrival=first_heard_there(), departure=None, landing=None),
        "at least 58 h 08 min so far",
        "first heard there",
        came="first heard there 2023-09-26 01:52 UTC",
    ),
    "without an airport": Said(
        visit(airport=None, latitude=39.9, arrival=INFERRED, departure=LEFT),
        "about 46 h 39 min",
        "inferred, 93 % sure",
        "inferred, 88 % sure",
        bounds=BETWEEN,
        place="75 km north of Pyongyang FNJ (North Korea)",
    ),
    "far from any airport": Said(
        visit(airport=None, latitude=30.0, longitude=-40.0, arrival=INFERRED, departure=None),
        "about 58 h 08 min so far",
        "inferred, 93 % sure",
        bounds="between 57 h 59 min and 58 h 17 min",
        place="30.000, -40.000",
    ),
    "both ends bounded": Said(
        visit(arrival=CAME_BETWEEN, departure=LEFT_BETWEEN),
        "at least 46 h 00 min, at most 53 h 00 min",
        "inferred, 93 % sure",
        came="came between 2023-09-26 01:00 and 02:00 UTC",
    ),
    "estimated by OpenSky": Said(
        estimated(visit(arrival=INFERRED, departure=LEFT)),
        "about 46 h 39 min",
        "estimated by OpenSky, 93 % sure",
        "estimated by OpenSky, 88 % sure",
        bounds=BETWEEN,
    ),
}
EVERY_KIND: Final = pytest.mark.parametrize("said", KINDS.values(), ids=KINDS)


def table_row(told: Visit) -> dict[str, str]:
    """Draw the terminal's table of one visit; give its cells by column."""
    _, heads, _, *lines = drawn(visits_table("visits", [told], AIRPORTS, NOW), 200)
    starts = [heads.index(column) for column in COLUMNS]
    rows = [line for line in lines if not line.startswith("~")]
    ends = (*starts[1:], None)
    return {
        column: " ".join(" ".join(row[start:end] for row in rows).split())
        for column, start, end in zip(COLUMNS, starts, ends, strict=True)
    }


def status_line(told: Visit) -> str:
    """Say where its airframe is: on the ground, or where it was last recorded."""
    tracks = {ICAO24: Track(ICAO24, "RA-86559", "ground", heard=round(NOW.timestamp()), visit=told)}
    groups = (
        whereabouts(WATCHLIST, tracks, (), AIRPORTS, now=NOW, known_until=NOW)
        if told.is_open
        else whereabouts(WATCHLIST, {}, (told,), AIRPORTS, now=NOW, known_until=NOW)
    )
    [(_, line)] = [row for group in groups for row in group.rows]
    return line


def known(said: Said) -> list[str]:
    """Give how the ends of a visit are known, each named where they are known differently or stand alone."""
    if said.landing == "first heard there":
        return [said.landing]
    departure = said.departure or ("" if said.visit.is_open else said.landing)
    return [f"landing {said.landing}", *([f"departure {departure}"] if departure else [])]


def in_column(bounds: str) -> str:
    """``46 h 21 to 46 h 57`` of ``between 46 h 21 min and 46 h 57 min``."""
    return bounds.removeprefix("between ").replace(" min and ", " to ").removesuffix(" min")


@EVERY_KIND
def test_the_table(said: Said) -> None:
    """An airport has both its codes there, the bounds are short, and how the ends are known is said once where it is the same."""
    row, ends = table_row(said.visit), known(said)
    alike = {end.removeprefix("landing ").removeprefix("departure ") for end in ends}
    assert row["on the ground"] == " ".join(filter(None, (said.length, in_column(said.bounds))))
    assert row["known"] == (alike.pop() if len(alike) == 1 else " ".join(ends))
    position = f"{said.visit.latitude:.3f}, {said.visit.longitude:.3f}"
    unnamed = " ".join(dict.fromkeys((said.place, position)))
    assert row["where"] == ("Pyongyang Sunan FNJ/ZKPY" if said.visit.airport else unnamed)


@EVERY_KIND
def test_the_page(said: Said) -> None:
    """The airport stands there in full."""
    [row] = Reading(page_table([said.visit], Material({}, AIRPORTS, load_land, NOW), NOW)).rows()
    assert row["on the ground"] == [*filter(None, (said.length, said.bounds))]
    assert row["how it is known"] == known(said)
    full = ["Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea"]
    position = f"{said.visit.latitude:.3f}, {said.visit.longitude:.3f}"
    assert row["where"] == (
        full if said.visit.airport else ["no airport named", *dict.fromkeys((said.place, position))]
    )


@EVERY_KIND
def test_the_calendar(said: Said) -> None:
    [event] = Calendar.from_ical(as_ics([said.visit], NOW, AIRPORTS)).events
    came, left, stay, *_ = str(event["description"]).splitlines()
    assert stay == f"time on the ground {said.length}{f' ({said.bounds})' if said.bounds else ''}"
    assert came.startswith(said.came)
    assert came == said.came or f", {said.landing}" in came
    assert f", {said.departure}" in left
    assert said.place in str(event["summary"])


@EVERY_KIND
def test_the_summary(said: Said) -> None:
    *_, line = as_lines(summarise([said.visit], WatchTimes(None), NOW), 80, AIRPORTS)
    known = "" if said.landing == "first heard there" else f" ({said.landing})"
    at_place = said.place if said.place.startswith("75 km") else f"at {said.place}"
    assert line == f"  {said.length}: RA-86559 {at_place}, {said.came}{known}"


@EVERY_KIND
def test_the_record(said: Said) -> None:
    """It tells of stays before, and says what the percentage is of."""
    later = landing(time=at("2024-01-01T00:00"), visit="visit-2")
    last = replace(said.visit, landing="landing-0")
    line = which_visit(later, Context(at("2023-07-01T00:00"), earlier=(last,))) or ""
    if not said.visit.is_open:
        assert f", {said.length}" in line
    sure = "landed there" if said.visit.airport else "came down"
    assert (f"({said.landing} that it {sure})" in line) == ("%" in said.landing)


@EVERY_KIND
def test_the_status(said: Said) -> None:
    """Of who is on the ground it tells the stay so far and how the landing is known."""
    line = status_line(said.visit)
    assert said.place in line
    if said.visit.is_open:
        assert f"{said.place}, {said.length}, " in line
        assert said.came.replace("landed", "since") in line
        assert said.landing in line
