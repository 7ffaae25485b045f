"""The demo: the whole main job, without a network and without a trace."""

import gzip
import re
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import build_demo
import pytest
from build_demo import ARRIVALS, DEPARTURES
from made_visits import at
from program import Program
from state_vectors import AIRPORTS

from flightwatch.app.replay import replay
from flightwatch.cli.demo import WATCHLIST
from flightwatch.core.model import Event
from flightwatch.sources.recorded import Recording
from flightwatch.watchlist.reading import parse_watchlist

POLLS = Path(str(files("flightwatch.data"))) / "demo.jsonl.gz"
FNJ = "Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea"


@pytest.fixture(scope="module")
def events() -> list[Event]:
    watchlist = parse_watchlist(WATCHLIST, name="demo", environment={}, airports=AIRPORTS)
    return list(replay(Recording([POLLS]).polls(), watchlist, AIRPORTS))


def test_what_it_shows(bare_program: Program) -> None:
    """Two landings, two departures with their stays, then both visits, newest first; it leaves nothing behind."""
    temporary = bare_program.folder / "temporary"
    temporary.mkdir()
    out = bare_program.out("demo", env={"TMPDIR": str(temporary)})
    said = [line for line in out.splitlines() if line.startswith("RA-86559 (")]
    stays = [re.search(r", after about (\d+) h \d\d min; ", line) for line in said]
    assert [(" landed at Pyongyang FNJ on " in line, " left Pyongyang FNJ on " in line) for line in said] == [
        (True, False),
        (False, True),
    ] * 2
    assert [stay and int(stay[1]) in range(34, 48) for stay in stays] == [None, True, None, True]
    table = out[out.index("flightwatch history RA-86559") :]
    assert re.findall(r"^RA-86559 +Pyongyang Sunan +(\S+) +(\S+) ", table, re.MULTILINE) == [
        ("2023-09-26", "2023-09-28"),
        ("2023-08-01", "2023-08-02"),
    ]
    assert max(len(line) for line in table.splitlines() if " % sure; " not in line) <= 80
    assert len(re.findall(r" UTC: inferred, \d\d % sure; ", table)) == 2
    assert (list(bare_program.home.iterdir()), list(temporary.iterdir()), bare_program.files()) == ([], [], [])


def test_the_truth_lies_in_every_range(events: list[Event]) -> None:
    """The flights behind the polls are known, as nobody saw them land."""
    truth = [at(text) for pair in zip(ARRIVALS, DEPARTURES, strict=True) for text in pair]
    assert [(event.type, event.basis) for event in events] == [("landing", "inferred"), ("departure", "inferred")] * 2
    for event, happened in zip(events, truth, strict=True):
        assert event.earliest <= happened <= event.latest
        assert event.airport is not None
        assert event.airport.iata == "FNJ"


def test_the_truth_lies_in_every_stay(events: list[Event]) -> None:
    for departure, came, went in zip(events[1::2], ARRIVALS, DEPARTURES, strict=True):
        stay_s = (datetime.fromisoformat(went) - datetime.fromisoformat(came)).total_seconds()
        assert departure.dwell_min_s is not None
        assert departure.dwell_max_s is not None
        assert departure.dwell_min_s <= stay_s <= departure.dwell_max_s


def test_the_shipped_polls_are_what_the_code_makes(tmp_path: Path) -> None:
    build_demo.main([str(tmp_path / "demo.jsonl.gz")])
    made, shipped = (gzip.decompress(path.read_bytes()) for path in (tmp_path / "demo.jsonl.gz", POLLS))
    assert made == shipped
