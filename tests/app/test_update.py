"""``flightwatch update`` as a user runs it, against servers on the loopback."""

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from cron_polls import Unavailable
from injected_faults import mounting
from msgspec.structs import replace
from program import Program
from table_server import Fault, TableServer, aircraft_gz, airports_csv, runways_csv, shipped
from terminals import ERASED, Terminal

from flightwatch.app.update import MOST_AIRFRAMES, look_at
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Runway
from flightwatch.errors import BadAnswer
from flightwatch.storage.cache import update_lock

pytestmark = pytest.mark.slow  # each fetches, verifies and reads tables of 44,000 airfields

HZ = "710011;HZ-ABC;B744;00;BOEING 747-400;1990;Saudi Arabian Government;"
WATCHED = "aircraft: [RA-86559, HZ-ABC, {icao24: 71c9ff}]\nairports: [WOS, FNJ, NMI]\n"
NMI = Airport(
    icao="VANM",
    iata="NMI",
    name="Navi Mumbai International Airport",
    city="Navi Mumbai",
    country_code="IN",
    country="India",
    kind="large",
    latitude=18.99,
    longitude=73.07,
    elevation_m=5.0,
    time_zone="",
    runways=(Runway("08", "26", 3700, None, None, None, None, None),),
    scheduled=True,
)
FETCHED = ["aircraft.sqlite", "airports.fetched"]


@cache
def todays() -> tuple[bytes, bytes]:
    """The fields of the shipped table as OurAirports' files, with a new one, and another strip at Wonsan."""
    wonsan = shipped()["ZKWS"]
    longer = replace(wonsan, runways=(replace(wonsan.runways[0], length_m=3600), wonsan.runways[1]))
    fields = {**shipped(), "ZKWS": longer, "VANM": NMI}.values()
    return airports_csv(fields), runways_csv(fields)


@cache
def todays_aircraft() -> bytes:
    return aircraft_gz([HZ, "71C9FF;HL8999;A320;00;;;;"])


@pytest.fixture(scope="module")
def library() -> Iterator[TableServer]:
    with TableServer() as server:
        yield server


@pytest.fixture
def tables(library: TableServer) -> TableServer:
    """The server with today's files."""
    airports, runways = todays()
    library.files = {"airports.csv": airports, "runways.csv": runways, "aircraft.csv.gz": todays_aircraft()}
    library.faults.clear()
    library.asked.clear()
    return library


@pytest.fixture
def reader(program: Program, tables: TableServer) -> Program:
    """The program with a watchlist that the shipped tables do not understand all of, and an empty cache of its own."""
    program.watchlist.write_text(WATCHED)
    program.environment |= {
        "FLIGHTWATCH_CACHE": str(program.folder / "cache"),
        "FLIGHTWATCH_OURAIRPORTS_URL": tables.url,
        "FLIGHTWATCH_TAR1090_DB_URL": tables.url,
    }
    return program


@pytest.fixture(scope="module")
def full_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that wants a full cache leaves it for the others."""
    return tmp_path_factory.mktemp("cached") / "cache"


@pytest.fixture
def updated(reader: Program, full_cache: Path) -> Program:
    """The same after an update."""
    if not full_cache.exists():
        reader.out("update", "-q")
        shutil.copytree(reader.folder / "cache", full_cache)
    else:
        shutil.copytree(full_cache, reader.folder / "cache")
    return reader


def cached(program: Program) -> list[str]:
    folder = program.folder / "cache"
    return sorted(path.name for path in folder.iterdir() if path.name != "update.lock") if folder.exists() else []


def contents(program: Program) -> dict[str, bytes]:
    return {name: (program.folder / "cache" / name).read_bytes() for name in cached(program)}


def test_what_is_fetched_is_used_and_asked_for_again_only_if_it_changed(reader: Program, tables: TableServer) -> None:
    """The first time all comes, and is told; the second time nothing does; `check` says how old it is."""
    assert reader.run("check").returncode == 2
    lines = reader.out("update").splitlines()
    assert lines[:2] == [
        "airports  44,318 airfields with 32,500 strips, from OurAirports; 44,317 and 32,499 before",
        "aircraft  100,002 airframes, from tar1090-db (ODC-By 1.0)",
    ]
    assert sorted(lines[2:]) == [
        "changed   71c9ff is HL8999, and was of none",
        "changed   HZ-ABC is 710011 (register); its icao24 was not known",
        "changed   Navi Mumbai International Airport (NMI/VANM) is known now",
        "changed   Wonsan Kalma International Airport (WOS/ZKWS) has the strip 15L/33R of 3,600 m, and of 3,500 m before",
    ]
    before, known = contents(reader), json.loads(reader.out("check", "--format", "json"))
    assert [*before] == FETCHED
    assert [(each["registration"], each["icao24"], each["how"]) for each in known["aircraft"]] == [
        ("RA-86559", "15521f", "rule"),
        ("HZ-ABC", "710011", "register"),
        ("HL8999", "71c9ff", "given"),
    ]
    assert [(each["icao"], each["time_zone"]) for each in known["airports"]][2:] == [("VANM", "Asia/Kolkata")]
    assert [(each["table"], each["origin"]) for each in known["tables"]] == [
        ("airports", "fetched"),
        ("aircraft", "fetched"),
    ]
    tables.asked.clear()
    assert reader.out("update").splitlines() == [
        "airports  the newest are in use already",
        "aircraft  the newest are in use already",
    ]
    assert tables.asked == [("airports.csv", 304), ("runways.csv", 304), ("aircraft.csv.gz", 304)]
    assert contents(reader) == before


def test_bars_are_gone_before_anything_is_told(reader: Program) -> None:
    """On a terminal where both go: what is told begins a line of its own, and no bar is drawn over it."""
    reader.environment |= {"TERM": "xterm"}
    with (
        Terminal(columns=100) as terminal,
        reader.running("update", stdout=terminal.end, stderr=terminal.end) as fetching,
    ):
        shown, done = terminal.whole(), reader.wait(fetching)
    assert done.returncode == 0
    for name, line in (
        ("airports.csv", "airports  44,318 airfields"),
        ("aircraft.csv.gz", "aircraft  100,002 airframes"),
    ):
        bar, told = shown.rindex(name), shown.rindex(line)
        assert "━" in shown[bar:told]
        assert shown[:told].endswith(ERASED)


def test_a_file_whose_companion_changed_is_fetched_with_it(updated: Program, tables: TableServer) -> None:
    tables.files["runways.csv"] += b"VANM,9000,0,07,25,\r\n"
    tables.asked.clear()
    assert "44,318 airfields with 32,501 strips" in updated.out("update")
    assert tables.asked[:3] == [("airports.csv", 304), ("runways.csv", 200), ("airports.csv", 200)]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("page", "sent a page, not aircraft.csv.gz; look for a log-in page"),
        ("missing", "has no such file (404); check FLIGHTWATCH_TAR1090_DB_URL"),
        ("garbage", "aircraft.csv.gz cannot be decompressed; the tables in use stay"),
        ("moved", "redirects to example.org (302), which is not followed"),
        ("trouble", "has trouble of its own (503); the tables in use stay"),
        ("truncated", "broke"),
    ],
)
def test_what_is_no_table_leaves_the_one_in_use(updated: Program, tables: TableServer, fault: Fault, said: str) -> None:
    """And the other is fetched all the same. The watchlist means what it meant."""
    before = contents(updated)
    tables.files["aircraft.csv.gz"] = aircraft_gz(["710012;HZ-ABC;B744;00;;;;"])
    tables.faults["aircraft.csv.gz"] = fault
    done = updated.run("update")
    assert (done.returncode, done.stdout) == (3, "airports  the newest are in use already\n")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert contents(updated) == before
    del tables.faults["aircraft.csv.gz"]
    assert "changed   HZ-ABC is 710012 now (register), and was 710011" in updated.out("update")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"airports.csv": b"a,b\n1,2\n"}, "airports.csv lacks the columns ident"),
        ({"airports.csv": b"\xff\xfea,b\n"}, "airports.csv is no UTF-8 text"),
        (
            {"aircraft.csv.gz": aircraft_gz(others=99_000)},
            "99,000 aircraft, 0 lines that are none, and at least 100,000",
        ),
        ({"aircraft.csv.gz": aircraft_gz(["none of it"] * 1100)}, "100,000 aircraft, 1,100 lines that are none"),
        ({"aircraft.csv.gz": gzip.compress(b"x" * 10**6)}, "0 aircraft"),
    ],
)
def test_a_table_that_is_not_whole_is_not_used(
    reader: Program, tables: TableServer, files: dict[str, bytes], said: str
) -> None:
    tables.files |= files
    tables.faults = {"airports.csv" if "aircraft.csv.gz" in files else "aircraft.csv.gz": "missing"}
    done = reader.run("update")
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr
    assert cached(reader) == []


def test_a_register_of_more_aircraft_than_there_are_is_not_used(reader: Program, tables: TableServer) -> None:
    tables.files["aircraft.csv.gz"] = gzip.compress(
        b"".join(b"%06x;N%d;C172;00;;;;\n" % (number, number) for number in range(MOST_AIRFRAMES + 2)), compresslevel=1
    )
    done = reader.run("update")
    assert done.returncode == 3
    assert f"sent more than {MOST_AIRFRAMES:,} aircraft; the table in use stays\n" in done.stderr
    assert cached(reader) == ["airports.fetched"]


def test_airfields_must_be_as_many_and_those_of_the_story_where_they_were() -> None:
    fields = shipped()
    in_use, wonsan = Airports(fields.values()), fields["ZKWS"]
    look_at(Airports({**fields, "VANM": NMI}.values()), in_use)
    for made, said in (
        ([*fields.values()][:30_000], "30,000 airfields, and at least 35,454 make a whole table"),
        ([replace(each, runways=()) for each in fields.values()], "0 strips, and at least 25,999 make a whole table"),
        ([each for each in fields.values() if each is not wonsan], "without ZKWS and its strips"),
        ({**fields, "ZKWS": replace(wonsan, runways=())}.values(), "without ZKWS and its strips"),
        ({**fields, "ZKWS": replace(wonsan, latitude=wonsan.latitude + 0.06)}.values(), "with ZKWS at another place"),
        (
            {
                **fields,
                "KJFK": replace(fields["KJFK"], iata="FNJ"),
                "ZKPY": replace(fields["ZKPY"], iata=None),
            }.values(),
            "with the code FNJ of ZKPY for KJFK",
        ),
    ):
        with pytest.raises(BadAnswer, match=said):
            look_at(Airports(made), in_use)


def test_a_code_that_means_another_field_now_is_told(updated: Program, tables: TableServer) -> None:
    """Where nothing was said, arrivals in New York would be told to who watches Los Angeles."""
    updated.watchlist.write_text("airports: [LAX]\n")
    fields = shipped()
    moved = {"KJFK": replace(fields["KJFK"], iata="LAX"), "KLAX": replace(fields["KLAX"], iata=None)}
    tables.files["airports.csv"] = airports_csv({**fields, **moved}.values())
    assert [line for line in updated.out("update").splitlines() if line.startswith("changed")] == [
        "changed   Los Angeles International Airport (KLAX) is not watched any more, as its code means another field: "
        "write KLAX in the watchlist",
        "changed   John F Kennedy International Airport (LAX/KJFK) is what a code in the watchlist means now",
    ]


def test_nobody_answers(reader: Program) -> None:
    """Each server in a line of its own."""
    nowhere = "http://127.0.0.1:9"
    done = reader.run("update", env={"FLIGHTWATCH_OURAIRPORTS_URL": nowhere, "FLIGHTWATCH_TAR1090_DB_URL": nowhere})
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "flightwatch: 127.0.0.1 refuses connections; try later, or check FLIGHTWATCH_OURAIRPORTS_URL",
        "flightwatch: 127.0.0.1 refuses connections; try later, or check FLIGHTWATCH_TAR1090_DB_URL",
    ]


@pytest.mark.parametrize("name", ["FLIGHTWATCH_OURAIRPORTS_URL", "FLIGHTWATCH_TAR1090_DB_URL"])
def test_an_address_that_is_none_is_told_before_anything_is_fetched(
    reader: Program, tables: TableServer, name: str
) -> None:
    done = reader.run("update", env={name: "nowhere"})
    assert done.returncode == 2
    assert f"{name} is not an address" in done.stderr
    assert tables.asked == []


def test_a_damaged_cache_is_said_in_a_line_and_not_used(updated: Program) -> None:
    """Each command says so once, and works as before the first update; the next update makes it anew."""
    updated.watchlist.write_text("aircraft: [RA-86559, {icao24: 71c9ff}]\nairports: [FNJ]\n")
    for name in FETCHED:
        path = updated.folder / "cache" / name
        path.write_bytes(path.read_bytes()[:1000])
    done = updated.run("check")
    assert done.returncode == 0
    assert done.stderr.count("\n") == done.stderr.count("flightwatch update makes it anew") == 2
    assert "airports: as shipped, of 11 October 2022" in done.stdout
    again = updated.run("update")
    assert again.returncode == 0
    assert "44,318 airfields" in again.stdout
    assert "100,002 airframes" in again.stdout
    assert updated.run("check").stderr == ""


def test_two_at_once(reader: Program, tables: TableServer) -> None:
    with update_lock(reader.folder / "cache") as held:
        done = reader.run("update")
    assert held
    assert (done.returncode, done.stdout) == (0, "")
    assert "another update is under way; this one did nothing" in done.stderr
    assert tables.asked == []


@pytest.mark.parametrize("room_kb", [16, 1500, 4000])
def test_on_a_full_disk_the_tables_in_use_stay(reader: Program, room_kb: int) -> None:
    """A real one: a file system of so many kilobytes. What had room is whole."""
    try:
        mount = mounting()
    except Unavailable as why:
        pytest.skip(str(why))
    folder = reader.folder / "cache"
    folder.mkdir(mode=0o700)
    script = f'mount -t tmpfs -o size={room_kb}k none cache && "$@"; code=$?; ls -A cache >names; exit $code'
    done = reader.run("update", wrapped=[*mount, "sh", "-c", script, "sh"])
    assert done.returncode == 1
    assert (
        "the disk is full: free some space, nothing is lost, or name another folder with FLIGHTWATCH_CACHE"
        in done.stderr
    )
    assert {*(reader.folder / "names").read_text().split()} <= {"update.lock", "airports.fetched"}


def test_a_folder_that_may_not_be_written_to(reader: Program) -> None:
    (reader.folder / "cache").write_text("a file")
    done = reader.run("update")
    assert done.returncode == 1
    assert "cache" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_of_others(reader: Program) -> None:
    (reader.folder / "cache").mkdir(mode=0o500)
    assert reader.run("update").returncode == 1


def test_polls_use_what_was_fetched_and_ask_nobody_for_it(updated: Program, tables: TableServer) -> None:
    updated.watchlist.write_text("aircraft: [HZ-ABC]\n")
    tables.asked.clear()
    assert updated.run("poll").returncode == 0
    assert tables.asked == []


def test_the_cache_is_in_the_users_cache_folder_by_default(reader: Program) -> None:
    del reader.environment["FLIGHTWATCH_CACHE"]
    reader.out("update", "-q", env={"XDG_CACHE_HOME": str(reader.folder / "xdg")})
    assert (Path(reader.folder) / "xdg" / "flightwatch" / "aircraft.sqlite").exists()
