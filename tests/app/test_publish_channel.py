"""A folder as a channel: renewed with each event, once a poll; behind ``delay:`` and ``only:`` nothing of the rest is in it."""

import json
import re
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from made_records import record, stay
from made_visits import ICAO24, VLADIVOSTOK, at, first_heard_there, moment, seen_visit, taken_back, visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer
from program import Program, show
from state_vectors import AIRPORTS, HOUR, airport
from traced_flights import stay as traced

from flightwatch.app.publication import read_publication
from flightwatch.app.published_files import files as made_files
from flightwatch.app.replay import replay
from flightwatch.channels.folder import LOCK
from flightwatch.core.ids import identity
from flightwatch.core.model import Event
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.spans import DAY_S
from flightwatch.planning.trace_days import Asked
from flightwatch.sources.recorded import Recording
from flightwatch.storage.archived import Archived, keep_archived
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.released import SEEN, WHOLE
from flightwatch.storage.store import Store
from flightwatch.storage.traces import KeptDay, KeptTrace, keep_trace
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Routing, Watchlist
from flightwatch.watchlist.reading import parse_watchlist

CAME = at("2023-09-26T01:52")
LATER = at("2023-10-10T00:00")
DELAY = timedelta(hours=2)
FLEET = 'aircraft: [{registration: RA-86559, label: "Il-62M"}, {registration: P-885, icao24: 7278a5}]\nairports: [FNJ, VVO]\n'
PYONGYANG_ALONE = "aircraft: [RA-86559]\nairports: [FNJ]\n"
DEMO = files("flightwatch.data") / "demo.jsonl.gz"


def listed(text: str = FLEET) -> Watchlist:
    return parse_watchlist(text.encode(), name="w.yaml", environment={}, airports=AIRPORTS)


def told(database: Path, now: datetime, routing: Routing, watchlist: Watchlist) -> dict[str, object]:
    """What a folder would tell: of each page what it is drawn from, of the others what they hold."""
    with Store(database, reading_only=True) as store:
        known = read_publication(store, watchlist, routing, AIRPORTS, now)
        return {file.name: file.key or file.make() for file in made_files(known, "id")}


def text(found: dict[str, object], name: str) -> str:
    """What a file would hold."""
    whole = found[name]
    assert isinstance(whole, bytes)
    return whole.decode()


def of_demo(path: Path, until: datetime | None = None) -> list[Event]:
    """Keep what the demo's polls tell, up to a time; give the events."""
    with as_file(DEMO) as recorded, Store(path, lasting=False) as store:
        polls = [poll for poll in Recording([recorded]).polls() if until is None or poll.at <= until]
        return [*replay(polls, listed(PYONGYANG_ALONE), AIRPORTS, store)]


def test_what_is_delayed_shows_nowhere(tmp_path: Path) -> None:
    """Behind a delay a folder is, byte for byte, as if nobody had listened since: right before and after each event."""
    events = of_demo(tmp_path / "whole.db")
    now, entries = events[-1].detected_at + DELAY, []
    for cut in (event.detected_at - early for event in events for early in (timedelta(seconds=1), timedelta(0))):
        of_demo(known := tmp_path / f"{cut.timestamp()}.db", cut)
        found, expected = (
            told(database, now, Routing(delay=now - cut), listed(PYONGYANG_ALONE))
            for database in (tmp_path / "whole.db", known)
        )
        assert found == expected
        entries.append(text(found, "events.atom").count("<entry>"))
    assert entries == [0, 1, 1, 2, 2, 3, 3, 4]


def test_what_only_leaves_out_shows_nowhere(tmp_path: Path) -> None:
    """A folder for some is, byte for byte, as if the others had never been."""
    own = [stay(1, CAME, 46.6), stay(2, CAME + timedelta(days=3), None, airport=VLADIVOSTOK)]
    others = [
        stay(3, CAME + timedelta(days=1), 5, icao24="7278a5", registration="P-885"),
        stay(4, CAME + timedelta(days=9), None, icao24="780abc", registration="B-2487"),
    ]
    record(tmp_path / "all.db", [*own, *others], LATER)
    record(tmp_path / "own.db", own, LATER)
    routing = Routing(only=("RA-86*",))
    found = told(tmp_path / "all.db", LATER, routing, listed())
    assert found == told(tmp_path / "own.db", LATER, routing, listed())
    assert {"aircraft-ra-86559.html", "airport-zkpy.html", "airport-uhww.html"} < {*found}
    at_pyongyang = told(tmp_path / "all.db", LATER, Routing(only=("FNJ",), airports=(airport("FNJ"),)), listed())
    assert b"Vladivostok" not in b"".join(each for each in at_pyongyang.values() if isinstance(each, bytes))
    assert text(at_pyongyang, "visits.csv").count("\n") == 4


def test_what_archives_tell_is_held_back_alike(tmp_path: Path) -> None:
    """A visit that an archive tells of is for the same readers, and behind a delay when it is long enough over."""
    for number, about in ((1, {}), (2, {"icao24": "7278a5", "registration": "P-885"})):
        made, events = stay(number, CAME, 46.6, **about)
        ends = [replace(end, source="adsb.lol") for end in made.ends]
        found = replace(made, arrival=ends[0], departure=ends[1])
        known = Archived("adsb.lol", made.icao24, CAME, LATER, (found,), tuple(events))
        with Store(tmp_path / "f.db") as store, store.writing() as db:
            keep_archived(db, known)
    over = timedelta(hours=47)
    for routing, names in (
        (Routing(), {"RA-86559", "P-885"}),
        (Routing(only=("P-*",)), {"P-885"}),
        (Routing(delay=LATER - CAME - over), {"RA-86559", "P-885"}),
        (Routing(delay=LATER - CAME - over + timedelta(hours=1)), set()),
    ):
        table = text(told(tmp_path / "f.db", LATER, routing, listed()), "visits.csv")
        assert {name for name in ("RA-86559", "P-885") if name in table} == names


def test_where_others_flew_before_is_no_part_of_their_visit(tmp_path: Path) -> None:
    """Traces of aircraft that are only at this airport to be seen tell all that these did on the days before as well."""
    came = int((CAME - timedelta(hours=20)).timestamp())
    looks = {r.last_contact: r for r in traced("VVO", came, came + HOUR)}
    trace = KeptTrace(came // DAY_S * DAY_S, tuple(looks.items()))
    found = []
    for name in ("with", "without"):
        record(path := tmp_path / f"{name}.db", [stay(1, CAME, 46.6)], LATER)
        with Store(path) as store, store.writing() as db:
            if name == "with":
                keep_trace(db, ICAO24, KeptDay(trace.began, Asked(LATER, "heard"), trace))
        found.append(told(path, LATER, Routing(only=("FNJ",), airports=(airport("FNJ"),)), listed()))
    assert found[0] == found[1]


def test_a_landing_less_sure_than_what_is_told_is_not_published(tmp_path: Path) -> None:
    unsure = moment("2023-09-29T01:52", minutes=5, confidence=0.5)
    record(tmp_path / "f.db", [stay(1, CAME, 46.6), stay(2, CAME + timedelta(days=3), None, arrival=unsure)], LATER)
    table = text(told(tmp_path / "f.db", LATER, Routing(), listed()), "visits.csv")
    assert ("visit-1" in table, "visit-2" in table) == (True, False)


def test_who_came_as_a_callsign_keeps_a_page(tmp_path: Path) -> None:
    """Nobody follows it after it has left; its visits and its events stay, and are no others than before."""
    record(tmp_path / "f.db", [stay(1, CAME, 46.6), stay(2, CAME, 5, icao24="4b1814", callsign="SWR1")], LATER)
    named = listed("aircraft: [{callsign: RFF7*, label: Il-62M, tags: [guests]}]\n")
    for routing in (Routing(), Routing(picks=(Picked(Selector(callsign="RFF*")),)), Routing(only=("tag:guests",))):
        found = told(tmp_path / "f.db", LATER, routing, named)
        assert [name for name in found if name.startswith("aircraft")] == ["aircraft-ra-86559.html"]
        tags = [item["tags"] for item in json.loads(text(found, "feed.json"))["items"]]
        assert tags == [["departure"], ["landing"]]
        assert "RA-86559" not in text(found, "status.json")


def test_a_landing_of_who_came_as_a_callsign_is_taken_back(tmp_path: Path) -> None:
    """The feeds say so for good; a page it has none."""
    made, events = stay(1, CAME, None)
    taken = taken_back(detected_at=LATER, id=identity("retraction", made.id), retracts=made.landing, visit=made.id)
    record(tmp_path / "f.db", [(replace(made, retracted_at=LATER), [*events, taken])], LATER)
    found = told(tmp_path / "f.db", LATER, Routing(), listed("aircraft: [{callsign: RFF7*}]\n"))
    titles = [item["title"].split(":")[0] for item in json.loads(text(found, "feed.json"))["items"]]
    assert titles == ["TAKEN BACK", "WITHDRAWN"]
    assert not [name for name in found if name.startswith("aircraft")]
    assert "RA-86559" not in text(found, "index.html")


def test_a_landing_less_sure_than_what_the_channel_asks_for_is_not_published(tmp_path: Path) -> None:
    """In a folder for the sure it is as if it had never been, also while who landed is still there."""
    unsure = moment("2023-09-29T01:52", minutes=5, confidence=0.7)
    for name, stays in (
        (
            "all",
            [
                stay(1, CAME, 46.6),
                stay(2, CAME + timedelta(days=3), None, arrival=unsure, icao24="7278a5", registration="P-885"),
            ],
        ),
        ("sure", [stay(1, CAME, 46.6)]),
    ):
        record(tmp_path / f"{name}.db", stays, LATER)
    with Store(tmp_path / "all.db") as store:
        [open_] = [visit for visit in store.visits() if visit.is_open]
        there = Track("7278a5", "P-885", phase="ground", heard=int(LATER.timestamp()), visit=open_)
        at_end = LATER + timedelta(seconds=1)
        move(store, at_end, there)
    with Store(tmp_path / "sure.db") as store:
        store.commit(PollChanges({}, frozenset(), (), ()), PollRecord(at_end, at_end, "ok"))
    routing = Routing(min_confidence=0.9)
    found = [told(tmp_path / f"{name}.db", at_end, routing, listed()) for name in ("all", "sure")]
    assert found[0] == found[1]
    assert "P-885" in text(told(tmp_path / "all.db", at_end, Routing(), listed()), "visits.csv")


def test_behind_a_delay_a_visit_is_as_it_was_told_first(tmp_path: Path) -> None:
    """That it was seen there since, and that it has left, are held back; also of who was first heard on the ground."""
    landed = stay(1, CAME, None)
    made, events = landed
    about = {"id": "visit-2", "icao24": "7278a5", "registration": "P-885", "landing": None, "departure": None}
    stood = visit(**about, arrival=first_heard_there())
    record(tmp_path / "told.db", [landed, (stood, [])], LATER)
    seen = replace(made, arrival=replace(made.arrival, basis="observed", confidence=1.0, earliest=made.arrival.at))
    gone = replace(stood, departure=moment("2023-09-26T09:00"))
    record(tmp_path / "known.db", [(seen, events), (gone, [])], LATER)
    routing = Routing(delay=LATER - CAME - timedelta(hours=1))
    told_first, known = (told(tmp_path / f"{name}.db", LATER, routing, listed()) for name in ("told", "known"))
    assert text(known, "visits.csv") == text(told_first, "visits.csv")
    assert text(known, "visits.csv").count("\n") == 3


def test_behind_a_delay_an_aircraft_is_where_it_was_told_to_be(tmp_path: Path) -> None:
    """Its track is held back, which is not that it never was heard."""
    record(tmp_path / "f.db", [stay(1, CAME, None), stay(2, CAME, 5, icao24="7278a5", registration="P-885")], LATER)
    status = json.loads(text(told(tmp_path / "f.db", LATER, Routing(delay=DELAY), listed()), "status.json"))
    assert [each["state"] for each in status["aircraft"]] == ["ground", "unknown"]


def test_a_poll_while_it_is_published_changes_nothing(tmp_path: Path) -> None:
    """All files are of one moment, though it takes minutes to draw the pages."""
    record(path := tmp_path / "f.db", [stay(1, CAME, 46.6)], LATER)
    heard, contents = int(LATER.timestamp()), list[object]()
    with Store(path) as polls, Store(path, reading_only=True) as store:
        move(polls, LATER, Track(ICAO24, "RA-86559", phase="airborne", heard=heard))
        known = read_publication(store, listed(), Routing(), AIRPORTS, LATER + timedelta(minutes=5))
        for minutes in (1, 2):
            contents.append({file.name: file.key or file.make() for file in made_files(known, "id")})
            at_end = LATER + timedelta(minutes=minutes)
            move(polls, at_end, Track(ICAO24, "RA-86559", phase="ground", heard=heard + minutes * 60))
    assert contents[0] == contents[1]


def move(store: Store, at_end: datetime, track: Track) -> None:
    """Keep a poll that moved an aircraft."""
    store.commit(PollChanges({track.icao24: track}, frozenset(), (), ()), PollRecord(at_end, at_end, "ok"))


def test_areas_are_for_readers_of_everything(tmp_path: Path) -> None:
    """Who is inside one tells where aircraft are that ``only`` leaves out."""
    record(tmp_path / "f.db", [], LATER)
    areas = "areas: [{name: Bay, circle: {at: [39.2, 127.6], radius_km: 50}}]\n"
    for routing, there in ((Routing(), ["Bay"]), (Routing(only=("RA-86*",)), [])):
        status = json.loads(text(told(tmp_path / "f.db", LATER, routing, listed(FLEET + areas)), "status.json"))
        assert [area["name"] for area in status["areas"]] == there


def test_a_correction_does_not_wait_but_where_it_was_heard_does(tmp_path: Path) -> None:
    """Whom a landing reached is told at once that it was wrong; one that never was shown never is, nor its correction."""
    [(made, events)] = stays = [stay(1, CAME, None)]
    record(tmp_path / "f.db", stays, CAME + DELAY)
    routing, shown_at = Routing(delay=DELAY), events[0].detected_at + DELAY
    for minutes, words in ((-1, []), (1, ["WITHDRAWN"])):
        taken_at = shown_at + timedelta(minutes=minutes)
        names = {"id": identity("retraction", made.id), "retracts": made.landing, "visit": made.id}
        taken = taken_back(detected_at=taken_at, **names)
        path = tmp_path / f"{minutes}.db"
        record(path, [(replace(made, retracted_at=taken_at), [*events, taken])], taken_at)
        found = told(path, taken_at + timedelta(minutes=2), routing, listed())
        titles = [item["title"].split(":")[0] for item in json.loads(text(found, "feed.json"))["items"]]
        assert (titles, "visit-1" in text(found, "visits.csv")) == (words, False)


def test_a_correction_that_shows_at_once_moves_nothing_else(tmp_path: Path) -> None:
    """What is there holds as of the last event that these readers know: no stay of another aircraft goes on until later."""
    made, events = stay(1, CAME, None)
    taken_at = CAME + timedelta(days=2)
    names = {"id": identity("retraction", made.id), "retracts": made.landing, "visit": made.id}
    gone = replace(made, retracted_at=taken_at), [*events, taken_back(detected_at=taken_at, **names)]
    record(tmp_path / "f.db", [gone, stay(2, CAME, None, icao24="7278a5", registration="P-885")], taken_at)
    with Store(tmp_path / "f.db", reading_only=True) as store:
        known = read_publication(store, listed(), Routing(delay=DELAY), AIRPORTS, taken_at)
    assert known.known_at == events[0].detected_at


def test_tables_of_the_database_are_held_back_or_known_to_be_harmless(store: Store) -> None:
    """Whoever adds a table decides what readers see of it; until then it is empty to them."""
    with store.reading() as db:
        tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    seen = {name for name in tables if name in SEEN or name in WHOLE}
    assert (seen | {"visits"}, {*SEEN} | WHOLE) == ({*SEEN} | WHOLE | {"visits"}, seen)


@pytest.fixture
def publishing(program: Program) -> Program:
    """The program, whose alerts renew a folder beside the watchlist."""
    program.watchlist.write_text("aircraft: [RA-86559]\nnotify: [publish: site]\n")
    return program


def test_each_event_renews_it(publishing: Program, server: OpenSkyServer) -> None:
    site, entries = publishing.folder / "site", []
    for time, answer in seen_visit():
        show(server, time, answer)
        publishing.out("poll")
        entries.append((site / "events.atom").read_text().count("<entry>") if site.exists() else 0)
    assert entries == sorted(entries)
    assert {*entries} == {0, 1, 2}
    page = (site / "aircraft-ra-86559.html").stat().st_mtime_ns
    publishing.out("publish", "site", "--db", "flightwatch.db")
    assert (site / "aircraft-ra-86559.html").stat().st_mtime_ns == page


def test_a_delay_holds_for_whoever_publishes_by_hand_too(publishing: Program, server: OpenSkyServer) -> None:
    """And the event is there when its time has come, though no poll was good since."""
    publishing.watchlist.write_text("aircraft: [RA-86559]\nnotify: [{publish: {to: site}, delay: 20m}]\n")
    for time, answer in seen_visit()[:5]:
        show(server, time, answer)
        publishing.out("poll")
    publishing.out("publish", "site", "--db", "flightwatch.db")
    atom = publishing.folder / "site" / "events.atom"
    assert atom.read_text().count("<entry>") == 0
    for time, answer in seen_visit()[5:7]:
        show(server, time, answer)
        publishing.out("poll")
    assert atom.read_text().count("<entry>") == 1


def test_a_folder_that_cannot_be_is_told_and_tried_again(publishing: Program, server: OpenSkyServer) -> None:
    site = publishing.folder / "site"
    site.write_text("in the way")
    done = []
    for time, answer in seen_visit()[:5]:
        show(server, time, answer)
        done.append(publishing.run("poll"))
    last = done[-1]
    why = "site: is a file, not a folder: name a folder to publish in"
    assert (last.returncode, last.stderr) == (
        4,
        f"flightwatch: publish:site: {why}; kept, will be tried again\n",
    )
    tried = publishing.run("notify", "--test")
    assert (tried.returncode, tried.stdout) == (4, f"publish:site: {why}\n")
    site.unlink()
    assert "publish:site: ok" in publishing.out("notify", "--test")
    show(server, *seen_visit()[5])
    publishing.out("poll")
    assert (site / "index.html").exists()


def test_a_lock_that_is_not_ours_is_a_channel_that_failed(publishing: Program, server: OpenSkyServer) -> None:
    """As where root published by hand first: the poll tells all others, and this one is tried again."""
    site = publishing.folder / "site"
    publishing.watchlist.write_text("aircraft: [RA-86559]\nnotify: [publish: site, print]\n")
    site.mkdir()
    (site / LOCK).symlink_to("elsewhere")
    done = []
    for time, answer in seen_visit()[:5]:
        show(server, time, answer)
        done.append(publishing.run("poll"))
    assert (done[-1].returncode, "".join(each.stdout for each in done).count("RA-86559 landed")) == (4, 1)
    assert re.fullmatch(
        rf"flightwatch: publish:site: \S*{LOCK}: .*publish in another folder; kept, will be tried again\n",
        done[-1].stderr,
    )
    (site / LOCK).unlink()
    show(server, *seen_visit()[5])
    publishing.out("poll")
    assert (site / "index.html").exists()
