"""``flightwatch publish DIR``: a folder that any web server can serve, whole at any time, and again at no cost."""

import json
import re
import stat
from collections.abc import Mapping
from datetime import timedelta

import feedparser
import pytest
from cron_polls import Unavailable
from hostile_texts import TEXTS
from injected_faults import as_anyone
from link_walk import NAMED, served, walked
from made_records import poll, record, stay
from made_visits import VLADIVOSTOK, at, taken_back
from msgspec.structs import replace
from program import Program

from flightwatch.channels.folder import LOCK, MANIFEST
from flightwatch.report.frame import POLICY
from flightwatch.storage.lock import held
from flightwatch.storage.store import Store

CAME = at("2023-09-26T01:52")
LATER = at("2023-10-05T00:00")
DATA = ["events.atom", "feed.json", "status.json", "visits.csv", "visits.geojson"]
SITE = sorted([MANIFEST, LOCK, "aircraft-ra-86559.html", "index.html", *DATA])
BOTH = "aircraft: [RA-86559]\nairports: [FNJ]\n"


@pytest.fixture
def recorded(bare_program: Program) -> Program:
    """The program with two visits to Pyongyang on record, and one to Vladivostok that goes on."""
    bare_program.watchlist.write_text("aircraft: [RA-86559]\n")
    stays = [
        stay(1, CAME - timedelta(days=50), 36),
        stay(2, CAME, 46.6),
        stay(3, CAME + timedelta(days=4), None, airport=VLADIVOSTOK, latitude=43.399, longitude=132.148),
    ]
    record(bare_program.database, stays, LATER)
    return bare_program


@pytest.fixture
def silent(bare_program: Program) -> Program:
    """The program with a poll on record that found nothing: nothing is to be drawn."""
    bare_program.watchlist.write_text("aircraft: [RA-86559]\n")
    record(bare_program.database, [], LATER)
    return bare_program


def publish(program: Program, code: int = 0, to: str = "site") -> str:
    done = program.run("publish", to, "--db", "flightwatch.db")
    assert (done.returncode, done.stdout) == (code, "")
    return done.stderr


def there(program: Program) -> dict[str, tuple[bytes, int]]:
    """What each file holds, and when it was put there."""
    files = (program.folder / "site").iterdir()
    return {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in files}


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_it_is_served_and_every_link_resolves(recorded: Program) -> None:
    """By Python's own server, in a folder below its own; and the files are those that the commands print."""
    recorded.watchlist.write_text(BOTH)
    publish(recorded)
    site = recorded.folder / "site"
    files = sorted([*SITE, "airport-zkpy.html"])
    assert sorted(each.name for each in site.iterdir()) == files
    with served(site) as address:
        walk = walked(address)
    assert sorted(walk.pages) == [name for name in files if not name.startswith(".")]
    assert [link for link in walk.outside if not NAMED.match(link)] == []
    assert "RA-86559" in walk.pages["index.html"]
    answer, _, after = walk.pages["index.html"].partition("3 visits of 1 aircraft at 2 places")
    assert re.findall(r'class="answer">(.*?)</p>', answer) == [
        "The newest: RA-86559, Vladivostok VVO, 30 September 2023."
    ]
    assert after
    for name in ("csv", "geojson"):
        asked = ("history", "RA-86559", "FNJ", "--offline", "--db", "flightwatch.db", "--until", "2023-09-28")
        printed = recorded.run(*asked, "--format", name).stdout
        assert {*printed.splitlines()[1:-1]} <= {*walk.pages[f"visits.{name}"].splitlines()}
    assert {each.stat().st_mode & stat.S_IRUSR for each in site.iterdir()} == {stat.S_IRUSR}


def test_paper_leaves_out_what_only_leads_elsewhere(recorded: Program) -> None:
    """The files to follow, and the way back to the first page: on paper both are words without a use."""
    publish(recorded)
    first, page = ((recorded.folder / "site" / name).read_text() for name in ("index.html", "aircraft-ra-86559.html"))
    [hidden] = re.findall(r"([^{}\n]*)\{display:none\}", page.partition("@media print{")[2])
    assert hidden.split(",") == [".back", ".files"]
    assert re.findall(r'<p class="([^"]*)">To follow', first) == ["files"]
    assert re.findall(r'<p class="([^"]*)"><a href="index.html">', page) == ["quiet back"]


def test_again_it_changes_nothing(recorded: Program) -> None:
    """Nor do polls that find nothing new, besides when somebody looked last; a new event changes what tells of it."""
    publish(recorded)
    first = there(recorded)
    publish(recorded)
    assert there(recorded) == first
    with Store(recorded.database) as store:
        poll(store, LATER + timedelta(minutes=5))
    publish(recorded)
    quiet = there(recorded)
    assert changed(first, quiet) == {"status.json", MANIFEST}
    with Store(recorded.database) as store:
        made, events = stay(4, LATER, None)
        poll(store, LATER + timedelta(hours=1), visits=(made,), events=tuple(events))
    publish(recorded)
    assert changed(quiet, there(recorded)) == {*SITE} - {LOCK}


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_rights_are_those_of_the_user(silent: Program, umask: int) -> None:
    with silent.running(
        "publish", "site", "--db", "flightwatch.db", wrapped=("sh", "-c", f'umask {umask:o}; exec "$@"', "sh")
    ) as process:
        silent.wait(process)
    site = silent.folder / "site"
    modes = {stat.S_IMODE(each.stat().st_mode) for each in site.iterdir() if each.name != LOCK}
    assert (modes, stat.S_IMODE(site.stat().st_mode)) == ({0o666 & ~umask}, 0o777 & ~umask)


def test_without_a_visit_it_is_said_once_what_that_means(silent: Program) -> None:
    publish(silent)
    page = (silent.folder / "site" / "index.html").read_text()
    assert page.count("which is not to say that there were none") == 1
    assert "None recorded: RA-86559." in page


def test_a_folder_of_somebody_else_is_left_alone(recorded: Program) -> None:
    """And in our own folder the files of others: what is not published any more is taken away, and nothing else."""
    site, mine = recorded.folder / "site", recorded.folder / "site" / "thesis.txt"
    site.mkdir()
    mine.write_text("mine")
    refused = "site: is not empty, and flightwatch did not publish there: name a new or an empty folder"
    assert publish(recorded, 2) == f"flightwatch: {refused}\n"
    assert [each.name for each in site.iterdir()] == ["thesis.txt"]
    mine.unlink()
    publish(recorded)
    mine.write_text("mine")
    recorded.watchlist.write_text("aircraft: [{registration: P-885, icao24: 7278a5}]\n")
    publish(recorded)
    assert sorted(each.name for each in site.iterdir()) == sorted([MANIFEST, LOCK, "index.html", "thesis.txt", *DATA])
    (site / "airport-zkpy.html").write_text("mine")
    recorded.watchlist.write_text("airports: [FNJ]\n")
    assert "airport-zkpy.html: is not flightwatch's own: move it away" in publish(recorded, 2)
    assert (site / "airport-zkpy.html").read_text() == "mine"


def test_what_cannot_be_published_is_told_in_a_line(silent: Program) -> None:
    (silent.folder / "file").write_text("")
    said = [publish(silent, 2, "file"), publish(silent, 4, "gone/site")]
    assert said == [
        "flightwatch: file: is a file, not a folder: name a folder to publish in\n",
        "flightwatch: gone: no such folder; make it, or publish elsewhere\n",
    ]
    publish(silent)
    (silent.folder / "site" / "visits.csv").unlink()
    (silent.folder / "site" / "visits.csv").mkdir()
    in_its_place = "site/visits.csv: is a folder, where a file is to be published: take it away"
    assert publish(silent, 2) == f"flightwatch: {in_its_place}\n"
    (silent.folder / "site" / MANIFEST).write_text('{"id": "x", "files": {"../watchlist.yaml": {}}}')
    assert f"site/{MANIFEST}: is damaged" in publish(silent, 2)
    assert silent.watchlist.exists()


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        (0o555, f"site/{LOCK}: Permission denied: give this user the right to write it, or publish in another folder"),
        (0o000, "site: cannot be published in: Permission denied; check its rights and the room on its disk"),
    ],
)
def test_a_folder_that_this_user_may_not_write(rights: int, said: str, silent: Program) -> None:
    """Or not even look into."""
    publish(silent)
    site = silent.folder / "site"
    (site / LOCK).unlink()
    site.chmod(rights)
    try:
        done = silent.run("publish", "site", "--db", "flightwatch.db", wrapped=as_anyone())
    except Unavailable as error:
        pytest.skip(str(error))
    finally:
        site.chmod(0o755)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", f"flightwatch: {said}\n")


def test_links_in_the_folder_lead_nowhere(silent: Program) -> None:
    """What a link leads to is not written to: the link gives way to the file."""
    publish(silent)
    outside, page = silent.folder / "outside", silent.folder / "site" / "index.html"
    outside.write_bytes(page.read_bytes())
    page.unlink()
    page.symlink_to(outside)
    publish(silent)
    assert (page.is_symlink(), page.read_bytes()) == (False, outside.read_bytes())
    page.unlink()
    page.symlink_to(outside)
    outside.write_text("else")
    publish(silent)
    assert (page.is_symlink(), outside.read_text()) == (False, "else")


def test_feeds_are_valid(recorded: Program) -> None:
    """By feedparser, and by what RFC 4287 and JSON Feed 1.1 ask of each."""
    publish(recorded)
    site = recorded.folder / "site"
    atom = feedparser.parse(site / "events.atom")
    feed = json.loads((site / "feed.json").read_text())
    assert (atom.bozo, atom.version) == (False, "atom10")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    ids = [entry.id for entry in atom.entries]
    assert ids == [item["id"] for item in feed["items"]]
    assert len({*ids, atom.feed.id}) == 6
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each) for each in (*ids, atom.feed.id))
    assert atom.feed.updated == max(entry.updated for entry in atom.entries) == "2023-09-30T02:07:00Z"
    assert [entry.title for entry in atom.entries] == [item["title"] for item in feed["items"]]
    assert [entry.content[0].value for entry in atom.entries] == [item["content_text"] for item in feed["items"]]
    assert "OpenSky" in atom.feed.rights
    assert {entry.link for entry in atom.entries} == {"aircraft-ra-86559.html"}
    assert all(entry.published <= entry.updated for entry in atom.entries)


def test_a_landing_that_is_taken_back_says_so_under_its_id(recorded: Program) -> None:
    publish(recorded)
    before = {entry.id: entry for entry in feedparser.parse(recorded.folder / "site" / "events.atom").entries}
    with Store(recorded.database) as store:
        wrong = replace(store.visit("visit-3") or pytest.fail("no visit"), retracted_at=LATER)
        told = taken_back(visit="visit-3", retracts="landing-3", airport=VLADIVOSTOK, detected_at=LATER)
        poll(store, LATER + timedelta(minutes=5), visits=(wrong,), events=(told,))
    publish(recorded)
    after = {entry.id: entry for entry in feedparser.parse(recorded.folder / "site" / "events.atom").entries}
    [new] = after.keys() - before.keys()
    [old] = [id_ for id_ in before if before[id_] != after[id_]]
    assert (after[new].title[:10], after[old].title[:9]) == ("TAKEN BACK", "WITHDRAWN")
    assert before[old].updated < after[old].updated == after[new].updated == "2023-10-05T00:00:00Z"
    assert before[old].published == after[old].published
    assert "This was taken back at 2023-10-05 00:00 UTC" in after[old].content[0].value
    assert "Vladivostok" not in (recorded.folder / "site" / "visits.csv").read_text()


def test_a_landing_that_grew_surer_is_told_as_it_was(silent: Program) -> None:
    """No event came since by which a reader could know that its entry is another: it stays, to the letter."""
    made, events = stay(1, CAME, None)
    record(silent.database, [(made, events)], LATER)
    publish(silent)
    before = (silent.folder / "site" / "feed.json").read_text()
    surer = replace(made, arrival=replace(made.arrival, confidence=0.99))
    record(silent.database, [(surer, [])], LATER + timedelta(minutes=1))
    publish(silent)
    assert ",0.99," in (silent.folder / "site" / "visits.csv").read_text()
    assert (silent.folder / "site" / "feed.json").read_text() == before


def test_hostile_text_is_inert(bare_program: Program) -> None:
    """Callsigns, tail numbers and labels: no element and no address comes of them, and no name of a file leads away."""
    several = [*TEXTS.values()]
    labels = [TEXTS[name] for name in ("tags", "style")]
    listed = "".join(
        f"  - {{icao24: 1500{number:02x}, label: {json.dumps(each)}}}\n" for number, each in enumerate(labels)
    )
    bare_program.watchlist.write_text(f"aircraft:\n{listed}airports: [FNJ]\n")
    stays = [
        stay(number, CAME + timedelta(days=number), 3, icao24=f"1500{number:02x}", registration=text, callsign=text)
        for number, text in enumerate(several)
    ]
    record(bare_program.database, stays, LATER + timedelta(days=100))
    publish(bare_program)
    site = bare_program.folder / "site"
    with served(site) as address:
        walk = walked(address)
    assert [link for link in walk.outside if not NAMED.match(link)] == []
    for page in (page for name, page in walk.pages.items() if name.endswith(".html")):
        assert f'content="{POLICY}"' in page
        assert re.findall(r"<(?:script|img|iframe|object|b)\b|<[^>]*\son\w+=", page) == []
    assert not feedparser.parse(site / "events.atom").bozo
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*\.[a-z]+", each.name) for each in site.iterdir() if each.name[0] != ".")
    assert len(walk.pages) == len(DATA) + len(labels) + 2


def test_nothing_of_the_operator_is_published(silent: Program) -> None:
    """No path, no address of a reader, nothing that sources said."""
    with silent.watchlist.open("a") as file:
        file.write("notify: [{email: {to: [reader@example.org], from: a@example.org, server: 'smtp://127.0.0.1:1'}}]\n")
    publish(silent)
    whole = b"".join(each.read_bytes() for each in (silent.folder / "site").iterdir())
    assert [
        each for each in (str(silent.folder), "watchlist.yaml", "reader@example.org") if each.encode() in whole
    ] == []
    told = json.loads((silent.folder / "site" / "status.json").read_text())
    assert told["aircraft"][0]["icao24"] == "15521f"


def test_a_poll_that_publishes_at_the_same_time_goes_first(silent: Program) -> None:
    publish(silent)
    with held(silent.folder / "site" / LOCK):
        assert "is being published by another flightwatch" in publish(silent, 4)
