"""What Spark makes of an archive is what DuckDB makes of it. Needs the extra ``spark`` and Java 17."""

import gc
import gzip
import os
import signal
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from itertools import islice
from pathlib import Path
from subprocess import PIPE, Popen, run

import pytest
from archive_rows import as_csv
from made_archives import rows_of, write_parquet
from msgspec.structs import replace
from scans import (
    all_recorded,
    events,
    everybody,
    everything,
    looks_of,
    polls_of,
    pyongyang_family,
    scanned,
    scanning,
)
from state_vectors import AIRPORTS, watched

from flightwatch.app.scan_request import Scanning, Teller
from flightwatch.app.scan_run import scan_vectors
from flightwatch.app.vector_scan import Stretched
from flightwatch.archives.files import BadFile
from flightwatch.archives.java import check_java
from flightwatch.errors import UsageError

pytest.importorskip("pyspark", reason="the extra spark is not installed: pip install -e '.[spark]'")
try:
    check_java()
except UsageError as error:
    pytest.skip(str(error), allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""PySpark 4.0 leaves sockets to Java open."""

PARIS = "skies/paris-300s.jsonl.gz"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLIGHTWATCH_CACHE", str(tmp_path / "cache"))


def by_spark(asked: Scanning) -> Scanning:
    """The same scan, on this machine's cores."""
    return replace(asked, engine="spark", master="local[2]")


def with_bad(asked: Scanning) -> tuple[list[Stretched], list[BadFile]]:
    """What is told, and which files are not used."""
    bad: list[BadFile] = []
    return [*scan_vectors(asked, Teller(lambda _line: None, lambda *_: None), bad)], bad


@pytest.mark.slow
def test_all_recordings(tmp_path: Path) -> None:
    """With all that can be told; interrupted in the middle, and begun again."""
    polls = polls_of(*all_recorded())
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    asked = scanning(archive, everything(polls), most_rows=20_000)
    told = events(scanned(asked))
    assert len(told) > 100
    before = scanned(by_spark(asked), 2)
    after = scanned(by_spark(asked))
    assert after[0].told == before[1].told  # whoever did not ask for the third has not got the second
    assert [*before[0].told, *events(after)] == told


@pytest.mark.slow
def test_the_pyongyang_family(tmp_path: Path) -> None:
    polls = looks_of(pyongyang_family(20))
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    asked = scanning(archive, watched("FNJ", "WOS", "VVO", aircraft=everybody(polls)))
    by_duckdb, found = scanned(asked), scanned(by_spark(asked))
    assert len(events(by_duckdb)) > 20
    assert events(found) == events(by_duckdb)
    visits_found, by_other = ({v.id: v for each in one for v in each.findings.visits} for one in (found, by_duckdb))
    assert visits_found == by_other
    assert found[-1].findings.tracks == by_duckdb[-1].findings.tracks


def bare_python(folder: Path) -> Path:
    """A Python that has what workers need, and not this package."""
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    for name in ("msgspec", "pyarrow", "pandas", "numpy", "python-dateutil", "six", "pytz", "tzdata"):
        with suppress(PackageNotFoundError):
            there = distribution(name)
            for top in {file.parts[0] for file in there.files or ()} - {".."}:
                (packages / top).symlink_to(str(there.locate_file(top)))
    python = folder / "bin" / "python"
    refused = run([str(python), "-c", "import flightwatch"], cwd=folder, stderr=PIPE, check=False)
    assert b"No module named 'flightwatch'" in refused.stderr
    return python


@pytest.mark.slow
def test_a_cluster_whose_workers_have_no_flightwatch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They get it from the command: two executors of Spark's own small cluster, each in a process of its own."""
    monkeypatch.setenv("PYSPARK_PYTHON", str(bare_python(tmp_path / "bare")))
    polls = polls_of(PARIS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    asked = scanning(archive, everything(polls))
    paris = AIRPORTS.find("CDG")
    assert paris is not None
    asked = replace(asked, airports=AIRPORTS.with_added([replace(paris, elevation_m=120.0)]))
    told = events(scanned(asked))
    assert len(told) > 10
    assert events(scanned(replace(asked, engine="spark", master="local-cluster[2,1,1024]"))) == told


@pytest.mark.slow
def test_one_that_is_killed_goes_on(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    whole = [event.id for event in events(scanned(scanning(archive, watched(aircraft=everybody(polls)))))]
    program = Path(__file__).parents[1] / "support" / "killed_scan.py"
    command = [sys.executable, str(program), str(archive), "spark"]
    with Popen(command, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        before = [line.strip() for line in islice(process.stdout, len(whole) // 2)]
        process.send_signal(signal.SIGKILL)
        before += [line.strip() for line in process.stdout]
    done = run(command, capture_output=True, text=True, check=True)
    after = done.stdout.split()
    assert before == whole[: len(before)]
    assert after == whole[-len(after) :]
    assert len(whole) <= len(before) + len(after) < 2 * len(whole)
    assert done.stderr == ""


def test_csv(tmp_path: Path) -> None:
    """Also compressed, and cut in the middle of a line, which counts for nothing."""
    polls = polls_of(PARIS)
    rows = rows_of(polls)
    whole, cut = as_csv(rows[: len(rows) // 2]), as_csv(rows[len(rows) // 2 :])[:-30]
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "a.csv.gz").write_bytes(gzip.compress(whole))
    (folder / "b.csv").write_bytes(cut)
    asked = scanning(folder, watched(aircraft=everybody(polls)))
    by_duckdb, _ = with_bad(asked)
    found, bad = with_bad(by_spark(asked))
    assert events(found) == events(by_duckdb) != []
    assert bad == [BadFile(str(folder / "b.csv"), "1 of its rows cannot be read, or are cut short, and are left out")]


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    """They are named, and the others used."""
    polls = polls_of(PARIS)
    folder = tmp_path / "archive [1]"
    folder.mkdir()
    sound = write_parquet(folder / "sound.parquet", rows_of(polls))
    damaged = bytearray(sound.read_bytes())
    damaged[200:1200] = 1000 * b"\xff"
    (folder / "damaged.parquet").write_bytes(damaged)
    feet = [row | {"baroaltitude": 300_000.0} for row in rows_of(polls)]
    write_parquet(folder / "feet.parquet", feet)
    asked = scanning(folder, watched(aircraft=everybody(polls)))
    by_duckdb = events(scanned(scanning(sound, asked.watchlist)))
    found, bad = with_bad(by_spark(asked))
    assert events(found) == by_duckdb != []
    assert {Path(each.name).name for each in bad} == {"damaged.parquet", "feet.parquet"}


NO_MASTER = r"(Could not parse Master URL: 'nowhere'|Master must either be yarn or start with)"
"""The second of a Java that is begun for it."""


@pytest.mark.parametrize(("master", "why"), [("nowhere", NO_MASTER), ("local[x]", "x")])
def test_a_master_that_there_is_not(master: str, why: str, tmp_path: Path) -> None:
    polls = polls_of("cases/fire-engine.jsonl")
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    asked = replace(by_spark(scanning(archive, watched(aircraft=everybody(polls)))), master=master)
    with pytest.raises(UsageError, match=f"^Spark does not start with --master .*: .*{why}"):
        scanned(asked)
    gc.collect()  # PySpark leaves a pipe to Java open where that does not start


def test_the_command(tmp_path: Path) -> None:
    """Standard output holds events alone, standard error nothing; without Java one line, and exit code 2."""
    polls = polls_of(PARIS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    watchlist = tmp_path / "watchlist.yaml"
    watchlist.write_text("airports: [CDG]\n")
    command = [sys.executable, "-m", "flightwatch", "scan", str(archive), "--watchlist", str(watchlist)]
    by_duckdb = run([*command, "--format", "jsonl"], capture_output=True, check=True)
    found = run([*command, "--format", "jsonl", "--engine", "spark"], capture_output=True, check=True)
    assert found.stdout == by_duckdb.stdout != b""
    assert found.stderr == b""
    without = os.environ | {"PATH": str(tmp_path), "JAVA_HOME": ""}
    refused = run([*command, "--engine", "spark"], capture_output=True, check=False, env=without, text=True)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("flightwatch: Spark needs Java 17, and there is none; ")
    assert len(refused.stderr.splitlines()) == 1
