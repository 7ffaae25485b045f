"""Traces through a scan: from files, tars and readsb's rows, day by day, with what `replay` and `history` tell of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import msgspec
from archive_rows import REAL_TRACE, as_tar, real_days, trace_tar, zipped
from state_vectors import AIRPORTS, watched

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.app.replay import replay
from flightwatch.app.trace_scan import KnownOf, scan_traces
from flightwatch.archives.files import ArchiveFile, BadFile
from flightwatch.archives.kinds import told
from flightwatch.core.model import Event, Icao24, instant
from flightwatch.sources.recorded import Recording
from flightwatch.sources.trace_files import contents
from flightwatch.sources.traces import decode, polls
from flightwatch.tracking.past import past_of
from flightwatch.watchlist.model import Watchlist

DELTA: Icao24 = "ac671b"
LISTED = watched(aircraft=[DELTA])
SPOKANE_TO_DENVER = ["KMSP", "KMSP", "KGEG", "KGEG", "KMSP", "KMSP", "KDEN"]
"""Where it lands and leaves, in turn, in two days that end after its landing at Denver."""


def scanned(*paths: Path, watchlist: Watchlist = LISTED, bad: list[BadFile] | None = None) -> list[Event]:
    """Scan these; what cannot be used goes to ``bad``, or must not be."""
    found = told([str(path) for path in paths])
    left_out = [*found.bad]
    events = [e for day in scan_traces(found.files, watchlist, AIRPORTS, left_out.append) for e in day.told]
    if bad is None:
        assert left_out == []
    else:
        bad += left_out
    return events


def must_not_be(bad: BadFile) -> None:
    raise AssertionError(bad)


def replayed(*paths: Path) -> list[Event]:
    return list(replay(Recording(paths).answers(), LISTED, AIRPORTS))


def write(path: Path, held: bytes | Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(held if isinstance(held, bytes) else zipped(json.dumps(held).encode()))
    return path


def day_files(folder: Path) -> list[Path]:
    return [write(folder / f"{at}" / f"trace_full_{DELTA}.json", day) for at, day in real_days().items()]


def test_the_same_landings_through_replay_history_and_scan(tmp_path: Path) -> None:
    """A file, a tar that is not unpacked and its parts: whole events, but that history knows nothing of the watchlist's words."""
    tar = as_tar({f"./traces/1b/trace_full_{DELTA}.json": REAL_TRACE.read_bytes()})
    whole = write(tmp_path / "day.tar", tar)
    parts = [
        write(tmp_path / "parts" / f"day.tar.{name}", tar[begin:end])
        for name, begin, end in (("aa", 0, 9_999), ("ab", 9_999, 40_001), ("ac", 40_001, None))
    ]
    events = replayed(REAL_TRACE)
    assert len(events) == 6
    assert scanned(REAL_TRACE) == scanned(whole) == scanned(parts[0].parent) == scanned(*parts) == events
    read = polls([decode(contents(REAL_TRACE))])
    past = past_of(read, LISTED.aircraft[0], tracker_rules(LISTED), AIRPORTS, events[-1].detected_at)
    assert past.events == tuple(events)


def test_days_are_one_timeline(tmp_path: Path) -> None:
    """As files and as tars, in whatever order they are named."""
    files = day_files(tmp_path / "files")
    tars = [write(tmp_path / f"{at}.tar", trace_tar([day])) for at, day in real_days().items()]
    events = replayed(*files)
    assert [e.airport and e.airport.icao for e in events] == SPOKANE_TO_DENVER
    assert scanned(*reversed(files)) == scanned(tmp_path / "files") == scanned(*reversed(tars)) == events


def test_a_scan_goes_on_where_it_was(tmp_path: Path) -> None:
    """What is carried to the next day can be kept as bytes, and nothing is told twice."""
    day_files(tmp_path)
    files = told([str(tmp_path)]).files
    whole = list(scan_traces(files, LISTED, AIRPORTS, must_not_be))
    first = next(scan_traces(files, LISTED, AIRPORTS, must_not_be))
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(first.known), type=dict[Icao24, KnownOf])
    rest = list(scan_traces(files, LISTED, AIRPORTS, must_not_be, kept, after=first.midnight))
    assert [first, *rest] == whole
    assert [len(day.told) for day in whole] == [0, 7]


def low_at_midnight() -> tuple[dict[str, Any], int]:
    """Give the second day up to the approach to Spokane, moved so that it ends with the day, and that day."""
    midnight, day = [*real_days().items()][1]
    until = 6 * 3600 + 24 * 60
    points = [[round(p[0] + 86_400 - until, 2), *p[1:]] for p in day["trace"] if p[0] < until]
    return day | {"timestamp": midnight, "trace": [p for p in points if p[0] < 86_400]}, midnight


def test_who_is_not_in_a_tar_was_silent_that_day(tmp_path: Path) -> None:
    """A tar holds everybody. Of files nobody knows whether one is missing."""
    day, midnight = low_at_midnight()
    other = day | {"icao": "a1b2c3", "timestamp": midnight + 86_400, "trace": day["trace"][:5]}
    files = [write(tmp_path / "files" / f"{n}.json", each) for n, each in enumerate((day, other))]
    tars = [write(tmp_path / f"{n}.tar", trace_tar([each])) for n, each in enumerate((day, other))]
    assert "landing" not in [event.type for event in scanned(*files)[-1:]]
    last = scanned(*tars)[-1]
    assert (last.type, last.basis, last.airport and last.airport.icao) == ("landing", "inferred", "KGEG")
    assert last.detected_at > instant(midnight + 86_400)


def test_what_cannot_be_read_is_named_and_the_rest_is_told(tmp_path: Path) -> None:
    real = f"./traces/1b/trace_full_{DELTA}.json"
    tar = as_tar(
        {
            "a/trace_full_a1b2c3.json": b"\x1f\x8b\x08cut",
            "a/trace_full_a1b2c4.json": b'{"icao": "a1b2c5", "timestamp": 1738713600, "trace": []}',
            real: REAL_TRACE.read_bytes(),
            "z/trace_full_ffffff.json": b" " * 40_000,
        }
    )
    path = write(tmp_path / "day.tar", tar[:-20_000])
    bad: list[BadFile] = []
    events = scanned(path, watchlist=watched(aircraft=[DELTA, "a1b2c3", "a1b2c4"]), bad=bad)
    assert events == replayed(REAL_TRACE)
    assert [(each.name.removeprefix(f"{path}"), each.why) for each in bad] == [
        (
            "",
            "it is a tar that is damaged or cut short, of which what can be read is used; fetch it again, with all its parts",
        ),
        (": trace_full_a1b2c3.json", "it is gzip that is damaged or cut short; fetch it again, or leave it out"),
        (": trace_full_a1b2c4.json", "it is of a1b2c5, not of whom its name says; it was left out"),
    ]


def test_strangers_at_a_watched_airport(tmp_path: Path) -> None:
    """All traces of a tar are read then, in the order of their airframes, and told in the order of time."""
    days = [*real_days(icao24="a00001").values()][1:] + [*real_days(icao24="a00002").values()][1:]
    path = write(tmp_path / "day.tar", trace_tar(reversed(days)))
    told_at = scanned(path, watchlist=watched("MSP"))
    assert [(e.type, e.icao24) for e in told_at if e.type == "landing"] == [
        ("landing", "a00001"),
        ("landing", "a00002"),
    ] * 2
    assert {e.airport and e.airport.iata for e in told_at} == {"MSP"}


def readsb_rows(path: Path, *, beside: bool) -> Path:
    """Write the second real day as ADSBiq's diffs: what has not changed since the row before is null."""
    [(_, _), (midnight, day)] = real_days().items()
    rows: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for after_s, lat, lon, height, speed, track, _, rate, details, *_ in day["trace"]:
        is_down = height == "ground"
        now = {
            "lat": lat,
            "lon": lon,
            "alt_baro": None if is_down else height,
            "ground": is_down,
            "gs": speed,
            "track": track,
        }
        now |= {"baro_rate": rate, "flight": (details or {}).get("flight")}
        changed = {name: value if value != before.get(name) else None for name, value in now.items()}
        before |= {name: value for name, value in now.items() if value is not None}
        rows.append({"ts": midnight + after_s, "hex": DELTA, "is_snapshot": False, "is_removed": False, **changed})
    if beside:
        rows += [rows[0] | {"hex": "a1b2c3", "ts": midnight + s, "is_snapshot": True} for s in range(1, 86_400, 30)]
    (held := path.with_suffix(".json")).write_text(json.dumps(rows))
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT to_timestamp(ts) AS ts, * EXCLUDE ts FROM read_json('{held}') ORDER BY hex, ts) "  # noqa: S608
            f"TO '{path}' (FORMAT parquet)"
        )
    held.unlink()
    return path


def test_days_of_readsb_rows(tmp_path: Path) -> None:
    """Silence counts only at minutes in which the file has anybody: its network may have been out."""
    events = replayed(day_files(tmp_path)[1])
    where = [(e.type, e.airport and e.airport.icao, e.basis) for e in events]
    beside = scanned(readsb_rows(tmp_path / "beside.parquet", beside=True))
    alone = scanned(readsb_rows(tmp_path / "alone.parquet", beside=False))
    assert [(e.type, e.airport and e.airport.icao, e.basis) for e in beside] == where
    assert [(e.type, e.airport and e.airport.icao, e.basis) for e in alone] == [e for e in where if e[1] == "KMSP"]
    assert [e.time for e in beside if e.basis == "observed"] == [e.time for e in events if e.basis == "observed"]


def test_readsb_rows_with_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "days.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT 'a1b2c3' AS hex, now() AS ts, 1.0 AS lat) TO '{path}' (FORMAT parquet)")
    bad: list[BadFile] = []
    assert scanned(path, bad=bad) == []
    assert [each.why for each in bad] == [
        "it has readsb's columns hex and ts, and lacks lon, alt_baro, ground, gs, track, baro_rate, is_snapshot, is_removed, "
        "which ADSBiq's days have; fetch it again, or leave it out"
    ]


def test_readsb_rows_that_were_damaged_since(tmp_path: Path) -> None:
    """Nothing of them stays open, and no folder of what was spilled is left."""
    path = write(tmp_path / "days.parquet", b"PAR1" * 9)
    bad: list[BadFile] = []
    assert list(scan_traces([ArchiveFile(str(path), "readsb days")], LISTED, AIRPORTS, bad.append)) == []
    [said] = bad
    assert said.why.startswith("it cannot be read (")
