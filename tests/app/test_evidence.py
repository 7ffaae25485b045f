"""Evidence of a visit: made from what polls kept, the same each time, told again by itself, and what differs field by field."""

import json
import random
import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from made_visits import ICAO24, seen_visit, unseen_visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer
from proved_visits import VISITS, WATCHLIST, busy, taken_back, watched
from state_vectors import AIRPORTS, MINUTE
from two_ears import WATCHLIST as OF_TWO
from two_ears import seen, two_ears, visit_times

import flightwatch.data
from flightwatch.app.evidence import Evidence, evidence_of, find_visit
from flightwatch.app.evidence_page import page_of_visit
from flightwatch.app.replay import replay
from flightwatch.app.retelling import MOST_LOOKS
from flightwatch.app.verify import again, expect_same, read, rewritten, told, visit_told
from flightwatch.core.airports import Airports
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import NotAsSealed, Undecided, UsageError
from flightwatch.export.bag import bagged, unzipped, zipped
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.sources.recorded import Recording
from flightwatch.storage.archived import Archived, keep_archived
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import AlertRules, Watchlist


def evidence(store: Store, visit: str, airports: Airports = AIRPORTS, *, has_page: bool = False) -> Evidence:
    told = find_visit(store, visit)
    return evidence_of(store, told, airports, page=page_of_visit(store, told, airports) if has_page else None)


def states(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """What becomes of each event in the files of a bag."""
    return [(each.event.type, each.state) for each in again(read(files)).events]


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
    expect_same(read(files), again(read(files)))
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
    visits = {event.visit for event in events if event.icao24 == ICAO24}
    assert len(visits) == 2
    for visit in visits:
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
    with pytest.raises(Undecided, match=r"^2 events of 2 cannot be decided again, as the answers were not kept$"):
        expect_same(read(made.files), again(read(made.files)))
    text = " ".join(made.files["data/README.txt"].decode().split())
    assert "The answers on which the events rest were not kept, so that they cannot be decided again" in text
    assert not [name for name in made.files if "answers" in name]


def test_of_a_visit_of_which_polls_kept_a_part(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """The departure alone can be decided again."""
    watched(unseen_visit()[:-4], server, source, store, replace(WATCHLIST, keeps_evidence=False))
    [event] = watched(unseen_visit()[-4:], server, source, store)
    assert states(evidence(store, event.visit).files) == [("landing", "not kept"), ("departure", "same")]


def test_of_a_visit_in_the_middle_of_which_nothing_was_kept(
    server: OpenSkyServer, source: OpenSky, store: Store
) -> None:
    """What was kept before and after it is not taken for one run of answers."""
    answers = seen_visit()
    told = [
        event
        for some, keeps in ((answers[:7], True), (answers[7:8], False), (answers[8:], True))
        for event in watched(some, server, source, store, replace(WATCHLIST, keeps_evidence=keeps))
    ]
    made = evidence(store, told[0].visit)
    assert {name for name in made.files if "answers" in name} == {"data/answers-1.json", "data/answers-2.json"}
    assert states(made.files) == [("landing", "same"), ("departure", "same")]
    expect_same(read(made.files), again(read(made.files)))


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


def test_a_page_to_look_at(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """It tells the same sentences, by itself, and is the same each time, also after more polls; nothing rests on it."""
    [landed] = watched(unseen_visit()[:12], server, source, store)
    early = evidence(store, landed.visit, has_page=True)
    page = early.files["data/visit.html"].decode()
    told_in_page = " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())
    assert "RA-86559 probably landed at Pyongyang FNJ on 26 September 2023 about 10:51 local" in told_in_page
    assert "Visits since 2023-09-26 only." in told_in_page
    assert told_in_page.index("RA-86559 probably landed") < told_in_page.index("1 visit at 1 place")
    assert page.count('role="img"') == 4
    assert re.search(r"(?:src|href)=\"(?!data:|#|https://)|<script|@import|url\((?!#)", page) is None
    assert "default-src 'none'" in page
    readme = early.files["data/README.txt"].decode()
    assert "data/visit.html       the visit to look at" in readme
    assert [line for line in readme.splitlines() if len(line) > 100 and not line.startswith("    openssl ")] == []
    watched(unseen_visit()[12:13], server, source, store)
    again_page = evidence(store, landed.visit, has_page=True).files["data/visit.html"].decode()
    assert again_page == page
    watched(unseen_visit()[13:], server, source, store)
    late = evidence(store, landed.visit, has_page=True)
    assert b"visits from 2023-09-26 to 2023-09-28 \xc2\xb7 flightwatch</title>" in late.files["data/visit.html"]
    plain = evidence(store, landed.visit)
    assert plain.files.keys() == late.files.keys() - {"data/visit.html"}
    assert b"visit.html" not in plain.files["data/README.txt"]
    for made in (plain, late):
        sealed = read(made.files)
        assert rewritten(made.folder, made.files, sealed, again(sealed), AIRPORTS) is None
    forged = resealed(late.files, {"visit.html": late.files["data/visit.html"].replace(b"Pyongyang", b"Teheran")})
    expect_same(read(forged), again(read(forged)))


def test_a_visit_that_was_taken_back_has_no_page(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Nobody is shown a map of what was not so."""
    landed, _ = watched(taken_back(), server, source, store)
    assert page_of_visit(store, find_visit(store, landed.visit), AIRPORTS) is None


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
    sealed = read(resealed(files, {"events.jsonl": forged}))
    found = again(sealed)
    assert [each.state for each in found.events] == ["differs", "same"]
    differences = found.events[0].differences
    assert [line.partition(":")[0] for line in differences] == ["airport", "confidence"]
    assert differences[1].startswith("confidence: 1.0 was told, 0.9")
    assert all(line.isprintable() and line.isascii() for line in told(found))
    with pytest.raises(NotAsSealed, match=r"^1 event of 2 come out otherwise than they were told$"):
        expect_same(sealed, found)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"callsign": "AFL200"}, "callsign"),
        ({"latitude": 35.69}, "latitude"),
        ({"departure": None}, None),
        ({"landing": None}, None),
        ({"airport": {"icao": "ZKWS", "iata": "WOS", "name": "Wonsan\x1b[2J"}}, "airport"),
    ],
)
def test_another_visit_is_found_by_its_answers(
    changes: dict[str, object], field: str | None, files: dict[str, bytes]
) -> None:
    """Of one that lacks an end the event of that end is not; of others the field that comes out otherwise is named."""
    forged = resealed(files, {"visit.json": json.dumps(json.loads(files["data/visit.json"]) | changes).encode()})
    if field is None:
        with pytest.raises(NotAsSealed, match=r"are not of the visit in data/visit\.json"):
            read(forged)
        return
    sealed = read(forged)
    found = again(sealed)
    said, difference = visit_told(sealed, found)
    assert said == "the visit, data/visit.json: comes out otherwise"
    assert difference.startswith(f"  {field}: ")
    assert difference.isprintable()
    with pytest.raises(NotAsSealed, match=r"^the visit comes out otherwise than data/visit\.json tells it$"):
        expect_same(sealed, found)


def test_a_visit_is_as_sure_as_its_events(files: dict[str, bytes]) -> None:
    """To three digits: how sums of fractions are rounded differs between releases of Python. Another figure is found."""
    ends = [json.loads(files["data/visit.json"])[name] for name in ("arrival", "departure")]
    events = [json.loads(line) for line in files["data/events.jsonl"].splitlines()]
    assert [end["confidence"] for end in ends] == [event["confidence"] for event in events]
    surer = files["data/visit.json"].replace(b'"confidence": 0.', b'"confidence": 0.0', 1)
    sealed = read(resealed(files, {"visit.json": surer}))
    with pytest.raises(Undecided):
        expect_same(sealed, again(sealed))


def test_a_visit_of_which_more_may_be_known_since(files: dict[str, bytes]) -> None:
    """As traces show a landing that was inferred: that it does not come out is told, and is no success."""
    visit = json.loads(files["data/visit.json"])
    visit["arrival"] |= {"basis": "observed", "confidence": 1.0}
    sealed = read(resealed(files, {"visit.json": json.dumps(visit).encode()}))
    found = again(sealed)
    said, difference = visit_told(sealed, found)
    assert said.startswith("the visit, data/visit.json: is known otherwise since, or was changed")
    assert difference.startswith("  arrival: ")
    with pytest.raises(Undecided, match=r"^what data/visit\.json tells cannot be decided again$"):
        expect_same(sealed, found)


def test_an_event_that_was_put_in(files: dict[str, bytes]) -> None:
    """A second landing is not of the visit; of a reminder there are no answers, which is no success."""
    events = files["data/events.jsonl"]
    landing = json.loads(events.splitlines()[0])
    with pytest.raises(NotAsSealed, match=r"are not of the visit in data/visit\.json"):
        read(resealed(files, {"events.jsonl": events + json.dumps(landing | {"id": "0" * 16}).encode()}))
    more = {"id": "0" * 16, "type": "reminder", "detected_at": "2023-09-27T12:00:00Z"}
    sealed = read(resealed(files, {"events.jsonl": events + json.dumps(landing | more).encode()}))
    with pytest.raises(Undecided, match=r"^1 event of 3 cannot be decided again, as the answers were not kept$"):
        expect_same(sealed, again(sealed))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("events.jsonl", lambda text: text.replace(b'"type"', b'"pilot":"J. Doe","type"', 1)),
        ("watchlist.json", lambda text: text.replace(b"RA-86559", b"RA-96014")),
        ("airports.json", lambda text: text.replace(b"[", b"[ ", 1)),
        ("visit.json", lambda text: text.replace(b"{", b'{"pilot": "J. Doe",', 1)),
        ("answer.json", lambda _: b"{}"),
        ("picture.png", lambda _: b""),
    ],
)
def test_what_comes_out_the_same_is_written_the_same(
    name: str, change: Callable[[bytes], bytes], files: dict[str, bytes]
) -> None:
    """What a program passes over in a file, a reader may not; nor may there be files of which nothing comes out."""
    forged = resealed(files, {name: change(files.get(f"data/{name}", b""))})
    sealed = read(forged)
    found = again(sealed)
    expect_same(sealed, found)
    with pytest.raises(NotAsSealed, match=rf"^data/{name} is "):
        rewritten(f"evidence-{sealed.visit.id}", forged, sealed, found, AIRPORTS)
    assert rewritten(f"evidence-{sealed.visit.id}", files, sealed, found, AIRPORTS) is None


def test_what_another_flightwatch_wrote_is_not_compared_with_what_is_written_here(files: dict[str, bytes]) -> None:
    """It may say the same in other words; the airfields that words need are taken from the file itself."""
    folder = f"evidence-{json.loads(files['data/visit.json'])['id']}"
    versions = json.loads(files["data/versions.json"])
    for changes, said in (
        ({}, True),
        ({"rules": "0" * 64}, False),
        ({"tables": {}}, False),
        ({"flightwatch": "9.0"}, False),
    ):
        other = {"versions.json": json.dumps(versions | changes).encode(), "README.txt": b"It landed."}
        forged = resealed(files, other)
        sealed = read(forged)
        line = rewritten(folder, forged, sealed, again(sealed), AIRPORTS)
        assert (line is not None) is said
    sealed = read(files)
    assert rewritten(folder, files, sealed, again(sealed), Airports(())) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda run: run | {"icao24": "7278a5"}, r"are not of the visit in data/visit\.json$"),
        (lambda run: run | {"looks": run["looks"][:1] * (MOST_LOOKS + 1)}, r"^it holds more than 20,000 looks"),
    ],
)
def test_answers_that_no_visit_has(
    change: Callable[[dict[str, Any]], dict[str, Any]], said: str, files: dict[str, bytes]
) -> None:
    run = change(json.loads(files["data/answers-1.json"]))
    with pytest.raises(NotAsSealed, match=said):
        read(resealed(files, {"answers-1.json": json.dumps(run).encode()}))


def test_many_runs_are_read_in_their_order(files: dict[str, bytes]) -> None:
    """The tenth file of answers comes after the ninth."""
    first = json.loads(files["data/answers-1.json"])
    runs = {
        f"answers-{number}.json": json.dumps(first | {"looks": first["looks"][:number]}).encode()
        for number in range(1, 12)
    }
    assert [len(run.looks) for run in read(resealed(files, runs)).runs] == [*range(1, 12)]


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
    unfinished = resealed(files, {"events.jsonl": first})
    assert states(unfinished) == [("landing", "same"), ("departure", "new")]
    for forged, said in (
        (silent, r"^[12] events? of"),
        (unfinished, r"^1 event of 2 come out otherwise than they were told$"),
    ):
        with pytest.raises(NotAsSealed, match=said):
            expect_same(read(forged), again(read(forged)))


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
    said = list[str]()
    try:
        sealed = read(files)
        found = again(sealed)
        said += [*told(found), *visit_told(sealed, found)]
        said += filter(None, [rewritten(f"evidence-{sealed.visit.id}", files, sealed, found, AIRPORTS)])
        expect_same(sealed, found)
    except (NotAsSealed, Undecided) as error:
        return [*said, str(error)], isinstance(error, NotAsSealed)
    return said, False


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
