"""What pages and maps are tried with: the demo, a round trip seen at both ends, twelve aircraft, two days' bounds, and others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from made_visits import ICAO24, VLADIVOSTOK, at, landing, left, moment, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport, report

from flightwatch.app.replay import replay
from flightwatch.cli.demo import WATCHLIST
from flightwatch.core.geo import bearing_deg, destination
from flightwatch.core.ids import departure_id, event_ids
from flightwatch.core.model import Event, Origin
from flightwatch.core.visits import Moment, Visit
from flightwatch.sources.recorded import Recording
from flightwatch.storage.store import Store
from flightwatch.tracking.events import place_of
from flightwatch.watchlist.reading import parse_watchlist

MINUTES = timedelta(minutes=1)
Visits = tuple[list[Visit], dict[str, Event]]
"""Visits, newest first, and their landings and departures by id."""


def demo() -> Visits:
    """Give RA-86559's visits and their events as the demo's polls leave them in a database."""
    watchlist = parse_watchlist(WATCHLIST, name="demo", environment={}, airports=AIRPORTS)
    with (
        TemporaryDirectory() as folder,
        as_file(files("flightwatch.data") / "demo.jsonl.gz") as polls,
        Store(Path(folder) / "demo.db", lasting=False) as store,
    ):
        told = list(replay(Recording([polls]).polls(), watchlist, AIRPORTS, store))
        visits = store.visits(icao24s=[ICAO24])
        ids = [id_ for v in visits for id_ in event_ids(v)]
        events = store.events(ids)
    assert len(told) == len(events) == 4
    return visits, events


def unheard(
    code: str,
    came: datetime,
    *,
    bearing: float,
    km: float,
    icao24: str = ICAO24,
    tail: str = "RA-86559",
    gap: timedelta = 9 * MINUTES,
) -> Visits:
    """Make a visit of 30 hours to a field around which nobody hears it: lost and heard again so far from it, and so long."""
    field, name = airport(code), f"{icao24}-{came:%Y%m%d%H%M}"
    gone = came + timedelta(hours=30)

    def heard(when: datetime, away_km: float, turn: float = 0.0) -> Any:
        latitude, longitude = destination(field.latitude, field.longitude, bearing + turn, away_km)
        return report(round(when.timestamp()), icao24=icao24, latitude=latitude, longitude=longitude, velocity=150.0)

    made = visit(
        id=name,
        icao24=icao24,
        registration=tail,
        landing=f"l-{name}",
        airport=place_of(field),
        latitude=field.latitude,
        longitude=field.longitude,
        arrival=moment(f"{came:%Y-%m-%dT%H:%M}", minutes=8, confidence=0.9),
        departure=moment(f"{gone:%Y-%m-%dT%H:%M}", minutes=8, confidence=0.9),
    )
    about = {"icao24": icao24, "registration": tail, "airport": made.airport, "visit": made.id}
    slack = 8 * MINUTES
    before = (heard(came - gap - 5 * MINUTES, km + 40), heard(came - gap, km))
    after = heard(gone + gap, km * 0.7, 70.0)
    down = landing(id=f"l-{name}", time=came, earliest=came - slack, latest=came + slack, evidence=before, **about)
    up = left(id=departure_id(made), time=gone, earliest=gone - slack, latest=gone + slack, evidence=(after,), **about)
    return [made], {down.id: down, up.id: up}


def together(several: Sequence[Visits]) -> Visits:
    visits = [visit for visits, _ in several for visit in visits]
    events = {id_: event for _, events in several for id_, event in events.items()}
    return sorted(visits, key=lambda v: v.arrival.latest, reverse=True), events


def a_dozen() -> Visits:
    """Twelve aircraft at Pyongyang, from all sides."""
    return together(
        [
            unheard("FNJ", at("2023-09-01T04:00") + timedelta(days=2 * n), bearing=67.0 * n, km=30 + 23 * n % 140)
            if n == 0
            else unheard(
                "FNJ",
                at("2023-09-01T04:00") + timedelta(days=2 * n),
                bearing=67.0 * n,
                km=30 + 23 * n % 140,
                icao24=f"7278{n:02x}",
                tail=f"P-{880 + n}",
            )
            for n in range(12)
        ]
    )


def round_trip() -> Visits:
    """From Moscow to Vladivostok and back, with both ends seen each time."""
    there = moment("2023-09-20T18:40"), moment("2023-09-22T03:00")
    home = [place_of(airport("SVO")), airport("SVO")]
    visits = [
        visit(id="v3", landing="l3", airport=home[0], arrival=moment("2023-09-22T11:50"), departure=None),
        visit(id="v2", landing="l2", airport=VLADIVOSTOK, arrival=there[0], departure=there[1]),
        visit(
            id="v1",
            landing=None,
            airport=home[0],
            arrival=moment("2023-09-10T08:00"),
            departure=moment("2023-09-20T10:00"),
        ),
    ]
    field = airport("SVO")
    came = Origin(place_of(field), field.latitude, field.longitude, at("2023-09-20T10:00"), True)
    seen = {"basis": "observed", "confidence": 1.0}
    return visits, {"l2": landing(id="l2", airport=VLADIVOSTOK, visit="v2", origin=came, **seen)}


def some_history(number: int) -> Visits:
    """Visits of one to nine aircraft to one to five fields, that anybody could have: the same for the same number."""
    chance = Random(number)
    fields = chance.sample(
        ["FNJ", "VVO", "KHV", "PEK", "WON", "ICN", "NAN", "SVO", "MAD", "JFK", "WLG"], chance.randint(1, 5)
    )
    tails = chance.randint(1, 9)
    made = []
    for n in range(chance.randint(1, 14)):
        tail = chance.randrange(tails)
        made.append(
            unheard(
                chance.choice(fields),
                at("2023-01-01T00:00") + timedelta(hours=60 * n),
                bearing=chance.uniform(0, 360),
                km=chance.uniform(2, 400),
                icao24=f"1552{tail:02x}",
                tail=f"RA-{86500 + tail}",
            )
        )
    return together(made)


def two_days() -> Visits:
    """A visit to Pyongyang whose ends are known within two days each, so that its length is a range."""
    [stay], events = unheard("FNJ", at("2023-09-20T04:00"), bearing=40, km=90)
    came, gone = at("2023-09-20T04:00"), at("2023-09-24T10:00")
    ends = {
        "landing": Moment(came, came - 5 * MINUTES, came + timedelta(days=2), "inferred", 0.71),
        "departure": Moment(gone, gone - timedelta(days=2), gone + 5 * MINUTES, "inferred", 0.66),
    }
    after = replace(stay, arrival=ends["landing"], departure=ends["departure"])
    told = {}
    for event in events.values():
        end = ends[event.type]
        heard = [
            replace(vector, time_position=round(gone.timestamp()) + 540, last_contact=round(gone.timestamp()) + 540)
            for vector in event.evidence
        ]
        id_ = departure_id(after) if event.type == "departure" else event.id
        told[id_] = replace(
            event,
            id=id_,
            time=end.at,
            earliest=end.earliest,
            latest=end.latest,
            evidence=event.evidence if event.type == "landing" else tuple(heard),
        )
    return [after], told


def flown_over(codes: Sequence[str], *, km: float = 400.0) -> Visits:
    """Visits to these fields in turn, a flight each, unheard so far from them on the side of the field before."""
    made, came = list[Visits](), at("2023-03-01T06:00")
    for before, code in pairwise(codes):
        (start, field), came = (airport(before), airport(code)), came + timedelta(hours=44)
        course = bearing_deg(field.latitude, field.longitude, start.latitude, start.longitude)
        [stay], events = unheard(code, came, bearing=course, km=km, gap=(10 + km / 9) * MINUTES)
        landing_id = stay.landing or ""
        began = Origin(place_of(start), start.latitude, start.longitude, came - timedelta(hours=14), True)
        made.append(([stay], events | {landing_id: replace(events[landing_id], origin=began)}))
    return together(made)


def around_the_earth() -> Visits:
    """Visits all over the globe, among them a flight over the pole and one across the date line."""
    return flown_over(["MAD", "JFK", "PEK", "NAN", "SCL", "PER"])


def over_the_pole() -> Visits:
    """New York to Beijing, which is shortest over the pole."""
    return flown_over(["JFK", "PEK"])


def across_the_date_line() -> Visits:
    """Nadi to Honolulu, unheard in the middle of the Pacific."""
    return flown_over(["NAN", "HNL"], km=900.0)


def seen_over_the_pole() -> Visits:
    """From New York to Beijing and back, with both ends seen each time: no map shows but the way."""
    home, away = airport("JFK"), airport("PEK")
    times = (
        ("2023-09-10T08:00", "2023-09-20T10:00"),
        ("2023-09-20T23:40", "2023-09-22T03:00"),
        ("2023-09-22T16:50", None),
    )
    visits = [
        visit(
            id=f"v{n}",
            landing=None,
            airport=place_of(field),
            latitude=field.latitude,
            longitude=field.longitude,
            arrival=moment(came),
            departure=moment(gone) if gone else None,
        )
        for n, (field, (came, gone)) in enumerate(zip((home, away, home), times, strict=True))
    ]
    return visits[::-1], {}


def dark_at_the_edge() -> Visits:
    """Unheard for hours about the North Pole, at the date line and elsewhere: bands that the edge of the world map cuts."""
    begun = at("2023-01-01T00:00")
    fields = (
        ("LYR", 0.0, 900.0),
        ("NAN", 80.0, 700.0),
        ("JFK", 200.0, 300.0),
        ("MAD", 270.0, 300.0),
        ("PER", 200.0, 500.0),
    )
    return together(
        [
            unheard(code, begun + timedelta(days=4 * n), bearing=bearing, km=km, gap=timedelta(hours=4))
            for n, (code, bearing, km) in enumerate(fields)
        ]
    )
