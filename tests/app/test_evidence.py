"""Evidence of a visit: made from what polls kept, the same each time, told again by itself, and what differs field by field."""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from made_visits import ICAO24, unseen_visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer
from proved_visits import VISITS, WATCHLIST, busy, watched
from state_vectors import AIRPORTS, MINUTE
from two_ears import WATCHLIST as OF_TWO
from two_ears import seen, two_ears, visit_times

import flightwatch.data
from flightwatch.app.evidence import Evidence, evidence_of, find_visit
from flightwatch.app.replay import replay
from flightwatch.app.verify import again, read, told, wrong
from flightwatch.core.airports import Airports
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import NotAsSealed, UsageError
from flightwatch.export.bag import bagged, unzipped, zipped
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.sources.recorded import Recording
from flightwatch.storage.archived import Archived, keep_archived
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import AlertRules, Watchlist


def evidence(store: Store, visit: str, airports: Airports = AIRPORTS) -> Evidence:
    return evidence_of(store, find_visit(store, visit), airports)


def states(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """What becomes of each event in the files of a bag."""
    return [(each.event.type, each.state) for each in again(read(files))]


@pytest.mark.parametrize("visit", VISITS)
def test_the_same_events_come_out(visit: str, server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Of the file alone, however often it is made; with the airfields in it."""
    events = watched(VISITS[visit], server, source, store)
    made = evidence(store, events[0].visit)
    data = zipped(made.folder, made.files)
    assert data == zipped(made.folder, evidence(store, events[0].visit[:6]).files)
    folder, files = unzipped(data)
    assert folder == f"evidence-{events[0].visit}"
    assert states(files) == [(event.type, "same") for event in events]
    assert wrong(again(read(files))) is None
    assert files["data/events.jsonl"].splitlines() == [msgspec.json.encode(event) for event in events]
    assert b"P-885" not in data
    assert len(data) < 150_000


def test_of_two_sources(tmp_path: Path) -> None:
    with two_ears(tmp_path, replace(OF_TWO, keeps_evidence=True)) as ears:
        for at in visit_times(30 * MINUTE, 60 * MINUTE, 60 * MINUTE):
            ears.hear(at, seen(at))
            ears.poll(at)
        made = evidence(ears.store, ears.events[0].visit)
    assert states(made.files) == [("landing", "same"), ("departure", "same")]
    assert b'"source":"adsb.lol"' in made.files["data/answers-1.json"]


def test_of_recorded_polls(store: Store) -> None:
    """The demo's: replayed into a database, with evidence of both visits."""
    recording = Recording([Path(flightwatch.data.__file__).parent / "demo.jsonl.gz"])
    polls = recording.answers()
    events = [*replay(polls, WATCHLIST, AIRPORTS, store, replies=lambda: recording.replies)]
    for visit in {event.visit for event in events if event.icao24 == ICAO24}:
        made = evidence(store, visit)
        assert states(made.files) == [("landing", "same"), ("departure", "same")]
        assert "landed at Pyongyang FNJ" in made.files["data/README.txt"].decode()


@pytest.mark.parametrize("name", ["fa_dal2158-60s-mask4000", "brc_n7499a-300s", "heli_zshmb-300s", "aal_hnl_dfw-300s"])
def test_of_real_flights(name: str, store: Store) -> None:
    """Of what aircraft really sent: whatever is told of them comes out again."""
    path = Path(__file__).parents[1] / "recorded" / "real" / f"{name}.jsonl.gz"
    listed = {vector.icao24 for poll in Recording([path]).polls() for vector in poll.vectors}
    aircraft = tuple(WatchedAircraft(icao24, None, "given") for icao24 in sorted(listed))
    watchlist = Watchlist(aircraft=aircraft, alerts=AlertRules(min_confidence=0.2), keeps_evidence=True)
    recording = Recording([path])
    events = [*replay(recording.answers(), watchlist, AIRPORTS, store, replies=lambda: recording.replies)]
    assert events
    for visit in {event.visit for event in events}:
        assert {state for _, state in states(evidence(store, visit).files)} == {"same"}


def test_nobody_else_is_named(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """But the few rows of who was heard beside it."""
    events = watched(busy(unseen_visit()), server, source, store)
    answers = evidence(store, events[0].visit).files["data/answers-1.json"]
    assert 0 < answers.count(b"BUSY") < 8 * len(unseen_visit())


def test_without_answers(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """It holds what was told, says plainly that it cannot be decided again, and is sound."""
    events = watched(unseen_visit(), server, source, store, replace(WATCHLIST, keeps_evidence=False))
    made = evidence(store, events[0].visit)
    assert states(made.files) == [("landing", "not kept"), ("departure", "not kept")]
    assert wrong(again(read(made.files))) is None
    text = " ".join(made.files["data/README.txt"].decode().split())
    assert "The answers on which the events rest were not kept, so that they cannot be decided again" in text
    assert not [name for name in made.files if "answers" in name]


def test_of_a_visit_of_which_polls_kept_a_part(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """The departure alone can be decided again."""
    watched(unseen_visit()[:-4], server, source, store, replace(WATCHLIST, keeps_evidence=False))
    [event] = watched(unseen_visit()[-4:], server, source, store)
    assert states(evidence(store, event.visit).files) == [("landing", "not kept"), ("departure", "same")]


def test_of_an_archive(server: OpenSkyServer, source: OpenSky, store: Store, tmp_path: Path) -> None:
    """Its state vectors are there, and that the answers are not."""
    with Store(tmp_path / "other.db") as other:
        events = watched(unseen_visit(), server, source, other)
        visits = other.visits()
    found = Archived(
        "adsb.lol", ICAO24, visits[0].arrival.latest, visits[0].arrival.latest, tuple(visits), tuple(events)
    )
    with store.writing() as db:
        keep_archived(db, found)
    made = evidence(store, events[0].visit)
    assert states(made.files) == [("landing", "not kept"), ("departure", "not kept")]


def resealed(files: Mapping[str, bytes], changes: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with others in their place, and all hashes made anew: what a forger would hand in."""
    payload = {name.removeprefix("data/"): content for name, content in files.items() if name.startswith("data/")}
    return bagged({**payload, **changes}, {}, {})


@pytest.fixture
def files(server: OpenSkyServer, source: OpenSky, store: Store) -> dict[str, bytes]:
    events = watched(unseen_visit(), server, source, store)
    return evidence(store, events[0].visit).files


def test_another_claim_is_found_by_its_answers(files: dict[str, bytes]) -> None:
    """Though all hashes are right: each field that comes out otherwise is named."""
    landing, departure = (json.loads(line) for line in files["data/events.jsonl"].splitlines())
    landing |= {"confidence": 1.0, "airport": {"icao": "ZKWS", "iata": "WOS", "name": "Wonsan\x1b[2J"}}
    forged = b"".join(json.dumps(event).encode() + b"\n" for event in (landing, departure))
    retold = again(read(resealed(files, {"events.jsonl": forged})))
    assert [each.state for each in retold] == ["differs", "same"]
    assert [line.partition(":")[0] for line in retold[0].differences] == ["airport", "confidence"]
    assert retold[0].differences[1].startswith("confidence: 1.0 was told, 0.9")
    assert all(line.isprintable() and line.isascii() for line in told(retold))
    assert wrong(retold) == "1 event of 2 come out otherwise than they were told"


@pytest.mark.parametrize("change", [{"id": "0000000000000000"}, {"icao24": "7278a5"}])
def test_another_visit_beside_the_events_is_found(change: dict[str, str], files: dict[str, bytes]) -> None:
    """What was told of one aircraft shows nothing of another's visit."""
    forged = json.dumps(json.loads(files["data/visit.json"]) | change).encode()
    with pytest.raises(NotAsSealed, match=r"are not of the visit in data/visit\.json"):
        read(resealed(files, {"visit.json": forged}))


def test_other_answers_are_found_by_the_claim(files: dict[str, bytes]) -> None:
    """Without its last rows nothing of the landing comes out; an event that was left out comes out all the same."""
    run = json.loads(files["data/answers-1.json"])
    for look in run["looks"][3:]:
        for answer in look["kept"]["answers"]:
            answer.pop("own", None)
    silent = resealed(files, {"answers-1.json": json.dumps(run).encode()})
    assert ("landing", "missing") in states(silent) or ("landing", "differs") in states(silent)
    first, _ = files["data/events.jsonl"].splitlines(keepends=True)
    assert states(resealed(files, {"events.jsonl": first})) == [("landing", "same"), ("departure", "new")]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [leaf for key, each in items for leaf in _leaves(each, (*path, key))]
    return [path]


ODD: Final[tuple[object, ...]] = (
    None,
    True,
    -1,
    2**70,
    1e308,
    -1e308,
    "",
    "x" * 10_000,
    "\x1b]0;",
    [],
    {},
    [[[]]],
    {"a": 1},
    -0.0,
    91.0,
    4_102_444_800,
)


@pytest.mark.parametrize("name", ["answers-1.json", "events.jsonl", "visit.json", "airports.json", "versions.json"])
def test_hostile_evidence(name: str, files: dict[str, bytes]) -> None:
    """Whatever stands where: it comes to something, or is refused in one line. The hashes are right."""
    chance = random.Random(name)  # noqa: S311 no secret
    text = files[f"data/{name}"].splitlines()[0] if name == "events.jsonl" else files[f"data/{name}"]
    refused = 0
    for _ in range(60):
        value = json.loads(text)
        *path, last = chance.choice(_leaves(value))
        holder = value
        for key in path:
            holder = holder[key]
        holder[last] = chance.choice(ODD)
        said, was_refused = what_is_said(resealed(files, {name: json.dumps(value).encode()}))
        assert all(line.isprintable() for line in said)
        refused += was_refused
    assert refused > 0 or name == "versions.json"


def what_is_said(files: Mapping[str, bytes]) -> tuple[list[str], bool]:
    """What verify says of these files, and whether it refuses them."""
    try:
        return [*told(again(read(files)))], False
    except NotAsSealed as error:
        return [str(error)], True


def test_what_is_no_evidence(files: dict[str, bytes]) -> None:
    for name in ("visit.json", "events.jsonl", "answers-1.json", "airports.json", "versions.json"):
        for text in (b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null") if name != "events.jsonl" else (b"{", b"\xff"):
            with pytest.raises(NotAsSealed, match=f"^data/{name} is not what flightwatch evidence writes"):
                read(resealed(files, {name: text}))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0000", r"^no visit has the id 0000: flightwatch history --format json prints the ids of visits$"),
        ("RA-86559", r"^'RA-86559' is no visit's id: "),
        ("", r"^'' is no visit's id: "),
        ("%", r"^'%' is no visit's id: "),
    ],
)
def test_a_visit_that_is_not_there(given: str, said: str, server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    watched(unseen_visit(), server, source, store)
    with pytest.raises(UsageError, match=said):
        find_visit(store, given)


def test_the_beginning_of_several_ids(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """All that may be meant are named; a whole id is never ambiguous."""
    events = watched(unseen_visit(), server, source, store)
    with store.writing() as db:
        db.execute("CREATE TEMP TABLE twin AS SELECT * FROM visits")
        db.execute("UPDATE twin SET id = id || '0'")
        db.execute("INSERT INTO visits SELECT * FROM twin")
    with pytest.raises(UsageError, match=rf"may be several visits: write more of one of {events[0].visit}, "):
        find_visit(store, events[0].visit[:8])
    assert find_visit(store, events[0].visit).visit.id == events[0].visit
