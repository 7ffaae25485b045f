"""What scan tells of an archive is what replay tells of the polls that it was made of."""

import signal
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from made_archives import rows_of, write_parquet
from msgspec.structs import replace
from scans import (
    ALL_NEWS,
    RECORDED,
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

from flightwatch.app.replay import replay
from flightwatch.app.scan_request import Teller
from flightwatch.app.scan_run import scan_vectors
from flightwatch.core.model import Answered, Poll, Query, StateVector, instant


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLIGHTWATCH_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    "names",
    [
        ("opensky/ajaccio-60s.jsonl.gz", "opensky/ajaccio-300s.jsonl.gz"),
        ("cases/asleep-37-h.jsonl.gz", "cases/fire-engine.jsonl", "cases/surface-row-over-ocean.jsonl"),
    ],
)
def test_as_replay(names: tuple[str, ...], processes: int, tmp_path: Path) -> None:
    polls = polls_of(*names)
    watchlist = watched(aircraft=everybody(polls))
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    assert events(scanned(scanning(archive, watchlist, processes=processes))) == [*replay(polls, watchlist, AIRPORTS)]


@pytest.mark.slow
def test_recordings_as_one_archive(tmp_path: Path) -> None:
    """Every other one, in stretches of some thousand rows, in processes beside each other, and with all that can be told."""
    polls = polls_of(*all_recorded()[::2])
    watchlist = everything(polls)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    told_by_replay = [*replay(polls, watchlist, AIRPORTS)]
    assert len(told_by_replay) > 100
    assert events(scanned(scanning(archive, watchlist, processes=2, most_rows=7_000))) == told_by_replay


@pytest.mark.slow
def test_the_pyongyang_family(tmp_path: Path) -> None:
    """Invented visits, with weeks between them; `test_spark` has them with the other engine."""
    polls = looks_of(pyongyang_family(4))
    watchlist = replace(watched("FNJ", "VVO", aircraft=everybody(polls)), alerts=ALL_NEWS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    told_by_replay = [*replay(polls, watchlist, AIRPORTS)]
    assert len(told_by_replay) > 5
    assert events(scanned(scanning(archive, watchlist, processes=2, most_rows=1_000))) == told_by_replay


PARIS = "skies/paris-300s.jsonl.gz"


def test_a_watched_airport_in_stretches(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    watchlist = replace(watched("CDG", aircraft=everybody(polls)[:5]), alerts=ALL_NEWS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    found = scanned(scanning(archive, watchlist, most_rows=100))
    assert len(found) > 3
    assert events(found) == [*replay(polls, watchlist, AIRPORTS)]


def test_how_far_it_is_moves_within_a_stretch(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    shares = list[tuple[int, int]]()
    teller = Teller(
        lambda _line: None, lambda what, done, whole: shares.append((done, whole)) if what == "rows" else None
    )
    asked = scanning(archive, watched(aircraft=everybody(polls)))
    [_] = scan_vectors(asked, teller, [])
    rows = sum(len(poll.vectors) for poll in polls)
    assert (shares[0], shares[-1]) == ((0, rows), (rows, rows))
    assert len({done for done, _ in shares}) > 5
    assert shares == sorted(shares)


def test_one_that_is_interrupted_goes_on(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    watchlist = watched(aircraft=everybody(polls)[::3])
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    whole = scanned(scanning(archive, watchlist, most_rows=100))
    assert len(whole) > 4
    asked = scanning(archive, watchlist, most_rows=100)
    # Whoever stops after the third stretch has not asked for the fourth: the third is told again.
    assert events(scanned(asked, 3)) == events(whole[:3])
    assert events(scanned(asked)) == events(whole[2:])
    assert events(scanned(asked)) == events(whole)
    scanned(asked, 3)
    assert events(scanned(replace(asked, is_anew=True))) == events(whole)


def test_one_of_another_watchlist_or_archive_begins_anew(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    first, second = watched(aircraft=everybody(polls)[:60]), watched(aircraft=everybody(polls)[:50])
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    whole = events(scanned(scanning(archive, second, most_rows=100)))
    scanned(scanning(archive, first, most_rows=100), 3)
    assert events(scanned(scanning(archive, second, most_rows=100))) == whole
    scanned(scanning(archive, second, most_rows=100), 3)
    other = write_parquet(tmp_path / "a.parquet", rows_of(polls[:-1]))
    assert events(scanned(scanning(other, second, most_rows=100)))[:10] == whole[:10]


@pytest.mark.slow
def test_one_that_is_killed_goes_on(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    whole = [event.id for event in events(scanned(scanning(archive, watched(aircraft=everybody(polls)))))]
    command = [sys.executable, str(Path(__file__).parents[1] / "support" / "killed_scan.py"), str(archive)]
    told_before: list[str] = []
    with Popen(command, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        told_before += (line.strip() for line in islice(process.stdout, len(whole) // 2))
        process.send_signal(signal.SIGKILL)
        told_before += (line.strip() for line in process.stdout)
    with Popen(command, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        told_after = [line.strip() for line in process.stdout]
    assert told_before == whole[: len(told_before)]
    assert told_after == whole[-len(told_after) :]
    assert len(whole) <= len(told_before) + len(told_after) < 2 * len(whole)


# Sparse and dirty archives


def each_second(polls: Sequence[Poll], step_s: int) -> list[dict[str, object]]:
    """The rows of looks a minute apart, and between them, every so many seconds, those of the look before."""
    rows = list[dict[str, object]]()
    for poll in polls:
        at = round(poll.at.timestamp()) // 60 * 60 + 59
        rows += rows_of([_at(poll, at)])
        for before in range(at - 59, at, step_s):
            rows += rows_of([replace(_at(poll, before), vectors=poll.vectors[::2])])
    return rows


def _at(poll: Poll, at: int) -> Poll:
    by_s = at - round(poll.at.timestamp())
    moved = tuple(
        replace(v, last_contact=v.last_contact + by_s, time_position=v.time_position and v.time_position + by_s)
        for v in poll.vectors
    )
    return replace(poll, at=instant(at), vectors=moved)


@pytest.mark.parametrize("step_s", [1, 10, 60])
def test_rows_every_so_many_seconds(step_s: int, tmp_path: Path) -> None:
    """Of each minute the last look counts, however many there are."""
    polls = polls_of("opensky/ajaccio-60s.jsonl.gz")
    watchlist = watched(aircraft=everybody(polls))
    archive = write_parquet(tmp_path / "a.parquet", each_second(polls, step_s))
    looks = [_at(poll, round(poll.at.timestamp()) // 60 * 60 + 59) for poll in polls]
    expected = [*replay(looks, watchlist, AIRPORTS)]
    assert expected
    assert events(scanned(scanning(archive, watchlist))) == expected


def test_rows_twice_and_in_two_files(tmp_path: Path) -> None:
    polls = polls_of(PARIS)
    watchlist = watched(aircraft=everybody(polls))
    folder = tmp_path / "archive"
    folder.mkdir()
    rows = rows_of(polls)
    write_parquet(folder / "a.parquet", [*rows[: len(rows) // 2], *rows])
    write_parquet(folder / "b.parquet", rows[len(rows) // 3 :])
    assert events(scanned(scanning(folder, watchlist))) == [*replay(polls, watchlist, AIRPORTS)]


def test_rows_in_any_order(tmp_path: Path) -> None:
    polls = polls_of("opensky/ajaccio-60s.jsonl.gz", "cases/asleep-37-h.jsonl.gz")
    watchlist = watched(aircraft=everybody(polls))
    rows = rows_of(polls)
    archive = write_parquet(tmp_path / "a.parquet", [*rows[1::3], *rows[::3], *rows[2::3]])
    told = events(scanned(scanning(archive, watchlist)))
    assert told
    assert told == [*replay(polls, watchlist, AIRPORTS)]


def test_a_day_that_is_missing_is_not_silence(tmp_path: Path) -> None:
    polls = polls_of("real/" + min(path.name for path in (RECORDED / "real").glob("*-60s.jsonl.gz")))
    middle = len(polls) // 2
    later = [_at(poll, round(poll.at.timestamp()) + 86_400) for poll in polls[middle:]]
    gap = [*polls[:middle], *later]
    watchlist = watched(aircraft=everybody(polls))
    archive = write_parquet(tmp_path / "a.parquet", rows_of(gap))
    assert events(scanned(scanning(archive, watchlist))) == [*replay(gap, watchlist, AIRPORTS)]


def test_looks_in_which_nobody_listened(tmp_path: Path) -> None:
    """They are left out, and are no silence of anybody, as polls are."""
    polls = polls_of(PARIS)
    crowd = [replace(polls[0].vectors[-1], icao24=f"0001{n:02x}", latitude=-60.0) for n in range(60)]
    heard = [_with(poll, crowd) for poll in polls]
    heard[8:16] = [replace(poll, vectors=poll.vectors[:2]) for poll in heard[8:16]]
    deaf = [replace(poll, answered=(Answered(Query(), len(poll.vectors)),)) for poll in heard]
    watchlist = watched(aircraft=everybody(polls))
    archive = write_parquet(tmp_path / "a.parquet", rows_of(deaf))
    left_out = list[str]()
    expected = [*replay(deaf, watchlist, AIRPORTS, note=lambda _at, why: left_out.append(why))]
    found = scanned(scanning(archive, watchlist, most_rows=1500))
    assert events(found) == expected
    assert [why for each in found for _, why in each.left_out] == left_out
    assert len(left_out) == 8


def _with(poll: Poll, crowd: Sequence[StateVector]) -> Poll:
    at = round(poll.at.timestamp())
    there = (replace(each, time_position=at, last_contact=at) for each in crowd)
    return replace(poll, vectors=(*poll.vectors, *there))
