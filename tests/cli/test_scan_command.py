"""The command scan: what it prints, what it says of files that it cannot use, and how it ends."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest
from archive_skies import with_sentinel
from made_archives import rows_of, write_parquet
from program import Program
from terminals import Terminal

from flightwatch.sources.recorded import Recording

RECORDED = Path(__file__).parents[1] / "recorded"
SAID = [
    ("states/c.parquet", "it cannot be read"),
    ("states/d.csv.gz", "it is no archive but HTML"),
    ("states/b.parquet", "it lacks the columns time, icao24, lastcontact or last_contact"),
]
ROWS = rows_of(with_sentinel([*Recording([RECORDED / "opensky" / "ajaccio-60s.jsonl.gz"]).polls()]))


@pytest.fixture
def program(bare_program: Program) -> Program:
    bare_program.watchlist.write_text("aircraft: [{icao24: 39b415}]\nnotify: [print]\n")
    return bare_program


def test_events_of_a_folder(program: Program, tmp_path: Path) -> None:
    folder = tmp_path / "states"
    folder.mkdir()
    write_parquet(folder / "b.parquet", ROWS[: len(ROWS) // 2])
    write_parquet(folder / "a.parquet", ROWS[len(ROWS) // 2 :])
    events = [json.loads(line) for line in program.out("scan", "states", "--format", "jsonl").splitlines()]
    assert [(event["type"], event["airport"]["icao"]) for event in events] == [("landing", "LFKJ")]
    assert "Ajaccio" in program.out("scan", "states/*.parquet")


def test_events_go_where_standard_output_goes_while_a_bar_is_drawn(program: Program, tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", ROWS)
    words = ("scan", "a.parquet", "--format", "jsonl")
    with Terminal() as terminal, program.running(*words, stderr=terminal.end) as scanning:
        printed = program.wait(scanning).stdout
        shown = terminal.whole()
    assert [json.loads(line)["type"] for line in printed.splitlines()] == ["landing"]
    assert "rows" in shown
    assert "landing" not in shown


def test_a_part_of_the_time(program: Program, tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", ROWS)
    assert program.out("scan", "a.parquet", "--since", "2018-01-13") == ""
    assert program.out("scan", "a.parquet", "--until", "2018-01-11") == ""
    assert program.out("scan", "a.parquet", "--since", "2018-01-12", "--until", "2018-01-12") != ""


def test_files_that_cannot_be_used(program: Program, tmp_path: Path) -> None:
    """The others are; each is named at the end, with what to do."""
    folder = tmp_path / "states"
    folder.mkdir()
    whole = write_parquet(folder / "a.parquet", ROWS)
    table = pyarrow.parquet.read_table(whole)
    pyarrow.parquet.write_table(
        table.rename_columns([f"my_{name}" for name in table.column_names]), folder / "b.parquet"
    )
    (folder / "c.parquet").write_bytes(whole.read_bytes()[:-100])
    (folder / "d.csv.gz").write_text("<html>Not found</html>")
    ended = program.run("scan", "states")
    assert ended.returncode == 1
    assert "Ajaccio" in ended.stdout
    lines = [line.removeprefix("flightwatch: ") for line in ended.stderr.splitlines()]
    assert len(lines) == 4
    assert all(line.startswith(f"{name}: {why}") for line, (name, why) in zip(lines, SAID, strict=False))
    assert lines[-1] == "3 of 4 files could not be used, or not as a whole; the rest was"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere/*.parquet"], "no file is named like"),
        (["empty"], "holds no archive"),
        (["a.parquet", "--memory", "lots"], "write one such as 800MB or 2GB"),
        (["a.parquet", "--memory", "100MB"], "512 MB at least"),
    ],
)
def test_wrong_usage(words: list[str], said: str, program: Program, tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", ROWS)
    (tmp_path / "empty").mkdir()
    ended = program.run("scan", *words)
    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1
