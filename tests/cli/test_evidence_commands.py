"""``flightwatch evidence`` and ``flightwatch verify`` as a user runs them."""

from hashlib import sha256

import pytest
from made_visits import unseen_visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer
from program import Program
from proved_visits import WATCHLIST, watched

from flightwatch.export.bag import MOST_BYTES, bagged, unzipped, zipped
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.store import Store


@pytest.fixture
def visit(program: Program, server: OpenSkyServer, source: OpenSky) -> str:
    """The id of a visit that polls have watched, and kept the answers of."""
    with Store(program.database) as store:
        return watched(unseen_visit(), server, source, store, WATCHLIST)[0].visit


def test_made_and_checked(program: Program, visit: str) -> None:
    """In another time zone and another language, with another database, or none."""
    out = program.out("evidence", visit[:8], "-o", "landing.zip")
    data = (program.folder / "landing.zip").read_bytes()
    assert out == f"{sha256(data).hexdigest()}  landing.zip\n"
    program.database.rename(program.folder / "elsewhere.db")
    elsewhere = {"TZ": "Asia/Pyongyang", "LC_ALL": "C", "LANG": "ko_KP", "PYTHONHASHSEED": "7"}
    first, files, *seals, versions, landed, gone, stay = program.out(
        "verify", "landing.zip", env=elsewhere
    ).splitlines()
    assert first == out.strip()
    looks = "data/visit.html is there to be looked at: it is not compared with the events"
    assert files == f"12 files are as they were sealed; {looks}"
    assert versions.endswith(", with the same rules")
    assert seals == ["not signed", "no time stamp"]
    assert [landed, gone, stay] == [
        "landing, decided 2023-09-26 02:02 UTC: comes out the same, to the byte",
        "departure, decided 2023-09-28 00:36 UTC: comes out the same, to the byte",
        "the visit, data/visit.json: comes out the same, to the byte",
    ]
    assert program.files().count("flightwatch.db") == 0


def test_a_changed_byte(program: Program, visit: str) -> None:
    program.out("evidence", visit, "-o", "landing.zip")
    path = program.folder / "landing.zip"
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"confidence":0.9', b'"confidence":0.8', 1))
    done = program.run("verify", "landing.zip")
    assert (done.returncode, done.stderr) == (
        5,
        "flightwatch: landing.zip: data/events.jsonl: not what manifest-sha256.txt says\n",
    )


def test_another_claim_with_hashes_made_anew(program: Program, visit: str) -> None:
    """Each field that comes out otherwise is told, and that is no success."""
    program.out("evidence", visit, "-o", "landing.zip")
    path = program.folder / "landing.zip"
    folder, files = unzipped(path.read_bytes())
    payload = {name.removeprefix("data/"): content for name, content in files.items() if name.startswith("data/")}
    payload["events.jsonl"] = payload["events.jsonl"].replace(b'"iata":"FNJ"', b'"iata":"WOS"', 1)
    path.write_bytes(zipped(folder, bagged(payload, {}, {})))
    done = program.run("verify", "landing.zip")
    assert done.returncode == 5
    assert "landing, decided 2023-09-26 02:02 UTC: comes out otherwise\n  airport: {" in done.stdout
    assert done.stderr == "flightwatch: landing.zip: 1 event of 2 come out otherwise than they were told\n"


def test_another_text_for_people_with_hashes_made_anew(program: Program, visit: str) -> None:
    """The events come out as they were told; that the text says something else is told as well."""
    said = "data/README.txt says something else than is written here of these events: go by the events"
    program.out("evidence", visit, "-o", "landing.zip")
    assert said not in program.out("verify", "landing.zip")
    path = program.folder / "landing.zip"
    folder, files = unzipped(path.read_bytes())
    payload = {name.removeprefix("data/"): content for name, content in files.items() if name.startswith("data/")}
    payload["README.txt"] = payload["README.txt"].replace(b"Pyongyang", b"Teheran")
    path.write_bytes(zipped(folder, bagged(payload, {}, {})))
    assert program.out("verify", "landing.zip").splitlines()[-1] == said


def test_nothing_was_kept(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """The file is made, and that it lacks the answers is said."""
    with Store(program.database) as store:
        visit = watched(unseen_visit(), server, source, store, replace(WATCHLIST, keeps_evidence=False))[0].visit
    done = program.run("evidence", visit, "-o", "landing.zip")
    assert done.returncode == 0
    assert done.stderr.startswith("flightwatch: The answers on which the events rest were not kept")
    checked = program.run("verify", "landing.zip")
    assert (checked.returncode, checked.stderr) == (
        6,
        "flightwatch: landing.zip: 2 events of 2 cannot be decided again, as the answers were not kept\n",
    )
    assert checked.stdout.splitlines()[5:] == [
        "landing, decided 2023-09-26 02:02 UTC: cannot be decided again, as the answers were not kept",
        "departure, decided 2023-09-28 00:36 UTC: cannot be decided again, as the answers were not kept",
        "the visit, data/visit.json: cannot be decided again, as the answers were not kept",
    ]


def test_a_file_that_is_too_long(program: Program) -> None:
    """No hash is told of what was not read to its end."""
    with (program.folder / "long.zip").open("wb") as file:
        file.truncate(MOST_BYTES + 2)
    done = program.run("verify", "long.zip")
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == "flightwatch: long.zip: it has more than 32 MB, which no evidence has\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("evidence", "0000", "-o", "x.zip"), "no visit has the id 0000"),
        (("evidence", "RA-86559", "-o", "x.zip"), "'RA-86559' is no visit's id"),
        (("evidence", "0000"), "name the file to write: -o FILE.zip"),
        (("verify", "nowhere.zip"), "nowhere.zip is no file; name one that flightwatch evidence wrote"),
        (("verify", "."), ". is no file; name one that flightwatch evidence wrote"),
    ],
)
def test_what_is_wrong(program: Program, visit: str, arguments: tuple[str, ...], said: str) -> None:
    assert visit
    done = program.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"flightwatch: {said}")
    assert done.stderr.count("\n") == 1
