"""readsb's traces: what is understood, what a minute of them tells, and files of them as recordings."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_vectors import AIRPORTS, watched

from flightwatch.app.replay import replay
from flightwatch.core.model import Coverage, Event, Identity, Poll, StateVector, instant
from flightwatch.errors import BadAnswer, UsageError
from flightwatch.sources.readsb_row import ADSB, MLAT
from flightwatch.sources.recorded import Recording
from flightwatch.sources.traces import LONGEST_S, MOST_COMMAS, MOST_POINTS, SOURCE, Trace, decode, polls

REAL = Path(__file__).parents[1] / "recorded" / "traces" / "trace_full_ac671b.json.gz"
"""N899DN of Delta, 24 hours to 5 February 2025, 19:54 UTC: four flights, of which one is lost 37 km before Spokane."""

DAY = round(datetime(2025, 2, 5, tzinfo=UTC).timestamp())
NOON_S = 12 * 3600
STALE, NEW_LEG, GEOMETRIC = 1, 2, 8
DETAILS = {
    "type": "adsb_icao",
    "flight": "RSD100  ",
    "squawk": "1000",
    "category": "A5",
    "nic": 8,
    "nac_p": 9,
    "version": 2,
}


def point(after_s: float, *, height: float | str | None = 35000, flags: int = 0, details: object = None) -> list[Any]:
    return [after_s, 39.2241, 125.67, height, 450.0, 92.0, flags, -1472, details, "adsb_icao", 35500, -1500, 280, 0.0]


def raw(*points: object, timestamp: float = DAY, **fields: object) -> bytes:
    known = {"icao": "15521F", "r": "RA-86559", "t": "IL62", "dbFlags": 1, "timestamp": timestamp, "trace": points}
    return json.dumps(known | fields).encode()


def reports(*points: object) -> list[StateVector]:
    """Give the reports of these points, each of another minute."""
    return [report for report in decode(raw(*points)).looks.values() if report is not None]


def minutes(trace: Trace) -> dict[int, bool]:
    """By minutes after the trace's beginning: whether it was heard."""
    return {(at - trace.began) // 60: report is not None for at, report in trace.looks.items()}


def test_feet_and_knots_become_metres() -> None:
    trace = decode(raw(point(NOON_S + 0.9, details=DETAILS)))
    heard = StateVector(
        icao24="15521f",
        callsign="RSD100  ",
        origin_country=None,
        time_position=DAY + NOON_S,
        last_contact=DAY + NOON_S,
        longitude=125.67,
        latitude=39.2241,
        baro_altitude=10668.0,
        on_ground=False,
        velocity=231.5,
        true_track=92.0,
        vertical_rate=-7.48,
        sensors=None,
        geo_altitude=10820.4,
        squawk="1000",
        spi=None,
        position_source=ADSB,
        category=6,
    )
    assert trace.looks[DAY + NOON_S + 60] == heard
    assert (trace.icao24, trace.began, trace.skipped) == ("15521f", DAY, 0)
    assert trace.identity == Identity("RA-86559", "IL62", is_military=True)


def test_old_traces_have_nine_columns() -> None:
    [report] = reports([*point(0)[:8], DETAILS | {"type": "mlat"}])
    assert (report.baro_altitude, report.geo_altitude, report.position_source) == (10668.0, None, MLAT)


def test_what_a_height_means() -> None:
    """On the ground, by satellite, or not told."""
    ground, geometric, untold = reports(
        point(0, height="ground"), point(60, flags=GEOMETRIC), point(120, height=None, flags=GEOMETRIC)
    )
    assert (ground.on_ground, ground.baro_altitude, ground.geo_altitude, ground.vertical_rate) == (
        True,
        None,
        None,
        None,
    )
    assert (geometric.on_ground, geometric.baro_altitude, geometric.geo_altitude) == (False, None, 10820.4)
    assert (untold.on_ground, untold.baro_altitude) == (False, None)


def test_what_else_was_known_holds_until_more_is() -> None:
    """A callsign as long as its flight; a squawk, and that satellite navigation is jammed, until the next details."""
    told = reports(
        point(0, details=DETAILS | {"squawk": "7700", "nac_p": 0}),
        point(60),
        point(120, details={"type": "adsb_icao", "squawk": "1000"}),
        point(180, flags=NEW_LEG),
    )
    assert [report.callsign for report in told] == ["RSD100  ", "RSD100  ", "RSD100  ", None]
    assert [report.squawk for report in told] == ["7700", "7700", "1000", None]
    assert [report.latitude for report in told] == [None, None, 39.2241, 39.2241]


def test_of_a_minute_the_newest_point_counts() -> None:
    """A look is at a whole minute, and holds what came since the one before."""
    trace = decode(raw(point(1), point(59.9), point(60), point(60.1), timestamp=DAY + 7))
    assert [(at - DAY, report and report.last_contact - DAY) for at, report in trace.looks.items()] == [
        (60, 8),
        (120, 67),
    ]


def test_a_gap_is_silence_only_where_nothing_came() -> None:
    """Points that add nothing are left out by readsb: only a stale one says that nothing came before it."""
    heard = minutes(decode(raw(point(0), point(300), point(600, flags=STALE), timestamp=DAY + 60)))
    assert heard == {0: True, 5: True, 6: False, 7: False, 8: False, 9: False, 10: True}


def test_a_day_is_silent_where_it_holds_nothing() -> None:
    """From its beginning to its end; of the last 24 hours of somebody nobody knows when they end."""
    heard = minutes(decode(raw(point(NOON_S), point(NOON_S + 30))))
    assert [heard[1], heard[719], heard[720], heard[721], heard[722], heard[1440]] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert len(heard) == 1440
    assert minutes(decode(raw(point(0), point(30), timestamp=DAY + 60))) == {0: True, 1: True}


def test_a_point_that_cannot_be_read_is_no_silence() -> None:
    """It was heard then: nothing is told of the time around it."""
    garbled = [["soon", 91, 0], point(120, height="high"), point(LONGEST_S + 1), None, point(-1)]
    for bad in garbled:
        trace = decode(raw(point(0), bad, point(600, flags=STALE), timestamp=DAY + 60))
        assert (trace.skipped, minutes(trace)) == (1, {0: True, 10: True})
    back_in_time = decode(raw(point(600), point(0), point(601), timestamp=DAY + 60))
    assert (back_in_time.skipped, minutes(back_in_time)) == (1, {10: True, 11: True})
    after = decode(raw(point(NOON_S), point(NOON_S + 60), "?"))
    assert (after.skipped, max(minutes(after))) == (1, 721)


def test_values_that_no_aircraft_can_have_are_left_out() -> None:
    [report] = reports([0, 39.0, 125.0, 1e9, 1e300, 92.0, 0, 1e9, DETAILS | {"flight": "A" * 99}])
    assert (report.baro_altitude, report.velocity, report.vertical_rate) == (None, None, None)
    assert (report.callsign, report.latitude) == ("A" * 8, 39.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "it cannot be read as a trace of readsb's, or is cut short ("),
        (raw(point(0))[:-40], "it cannot be read as a trace of readsb's, or is cut short ("),
        (b"[" * 100_000, "it cannot be read as a trace of readsb's, or is cut short ("),
        (
            b'{"icao":"15521f","timestamp":1,"trace":null}',
            "it cannot be read as a trace of readsb's, or is cut short (",
        ),
        (raw(icao="~15521f"), "it is of '~15521f', which is no airframe's address"),
        (raw(icao="\x1b[2J"), "it is of '[2J', which is no airframe's address"),
        (raw(timestamp=DAY * 1000), "its timestamp is not Unix seconds"),
        (raw(timestamp=-1), "its timestamp is not Unix seconds"),
        (
            raw(point(0), 1, 2),
            "2 of its 3 points cannot be read: their form has changed or they are garbled",
        ),
        (
            b'{"trace":[' + b"0," * (MOST_POINTS * MOST_COMMAS + 1),
            "it holds more than 100,000 points, more than one a second",
        ),
    ],
)
def test_what_is_no_trace(given: bytes, said: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode(given)
    assert str(caught.value).startswith(said)
    assert str(caught.value).isprintable()


@given(st.data())
def test_whatever_a_trace_holds(data: st.DataObject) -> None:
    """It is read or refused, its looks are in order, and no more than its span has."""
    values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just("ground")
    points = data.draw(st.lists(st.lists(values, max_size=12) | st.just(point(60)) | values, max_size=6), "points")
    try:
        trace = decode(raw(*points, timestamp=data.draw(st.just(DAY) | st.floats(allow_nan=False), "timestamp")))
    except BadAnswer:
        return
    looks = list(trace.looks)
    assert looks == sorted(set(looks))
    assert len(looks) <= LONGEST_S / 60 + 1


def test_a_look_asks_about_whom_it_tells_of() -> None:
    """Traces of several airframes are looked at together; of two of one airframe the newer report counts."""
    one = decode(raw(point(0), point(120, flags=STALE), timestamp=DAY + 60))
    same = decode(raw(point(5), timestamp=DAY + 60))
    other = decode(raw(point(0), icao="a1b2c3", r=None, t=None, dbFlags=0, timestamp=DAY + 120))
    nobody = decode(raw(timestamp=DAY + 60))
    newer = decode(raw(point(30), timestamp=DAY + 60))
    for traces in ([one, same, newer], [one, newer, same]):
        assert [report.last_contact - DAY for poll in polls(traces) for report in poll.vectors] == [60, 90, 180]
    told = list(polls([one, same, nobody, other]))

    assert [poll.at for poll in told] == [instant(DAY + 60 * minute) for minute in (1, 2, 3)]
    assert [poll.coverage.icao24s for poll in told] == [{"15521f"}, {"15521f", "a1b2c3"}, {"15521f"}]
    assert [[report.icao24 for report in poll.vectors] for poll in told] == [
        ["15521f"],
        ["15521f", "a1b2c3"],
        ["15521f"],
    ]
    assert told[1].vectors[0].last_contact == DAY + 65
    assert told[1].identities == {"15521f": Identity("RA-86559", "IL62", is_military=True)}
    assert told[0] == Poll(
        at=instant(DAY + 60),
        vectors=(reports_at(one, DAY + 60),),
        coverage=Coverage(icao24s=frozenset({"15521f"})),
        sources=(SOURCE,),
        identities={"15521f": Identity("RA-86559", "IL62", is_military=True)},
        tells_of_others=False,
    )


def reports_at(trace: Trace, at: int) -> StateVector:
    report = trace.looks[at]
    assert report is not None
    return report


def events(*paths: Path) -> list[tuple[str, str | None, str, str]]:
    """Replay these for N899DN: what, where, when to the minute, and how it is known."""
    told = replay(Recording(paths).answers(), watched(aircraft=["ac671b"]), AIRPORTS)
    return [each(event) for event in told]


def each(event: Event) -> tuple[str, str | None, str, str]:
    where = None if event.airport is None else event.airport.icao
    return event.type, where, f"{event.time:%d %H:%M}", event.basis


LANDINGS = [
    ("landing", "KMSP", "05 01:12", "observed"),
    ("departure", "KMSP", "05 03:43", "observed"),
    ("landing", "KGEG", "05 06:29", "inferred"),
    ("departure", "KGEG", "05 14:42", "inferred"),
    ("landing", "KMSP", "05 16:59", "observed"),
    ("departure", "KMSP", "05 18:14", "observed"),
]
"""What a person finds who reads the trace; of Spokane, that it flies DAL2418 and DAL1615 there and from there. Its touchdown at
Denver is 8 s before the end, which is too short to tell a landing from a touch-and-go."""


def test_the_landings_of_a_real_trace(tmp_path: Path) -> None:
    """Whether it is gzip or plain, whatever its name is, and in a folder with what is no recording."""
    assert events(REAL) == LANDINGS
    (tmp_path / "folder").mkdir()
    plain, other = tmp_path / "folder" / "one.json", tmp_path / "folder" / "truth.json"
    plain.write_bytes(gzip.decompress(REAL.read_bytes()))
    other.write_text("{}")
    named_anyhow = tmp_path / "one.txt"
    named_anyhow.write_bytes(REAL.read_bytes())
    assert events(plain) == events(tmp_path / "folder") == events(named_anyhow) == LANDINGS


def days(folder: Path, *, without: tuple[int, ...] = ()) -> list[Path]:
    """The real trace as whole days of ``globe_history``, and a day after it that begins in the air elsewhere."""
    whole = json.loads(gzip.decompress(REAL.read_bytes()))
    files = []
    for number, midnight in enumerate((DAY - 86_400, DAY)):
        if number in without:
            continue
        moved = [[round(whole["timestamp"] + p[0] - midnight, 2), *p[1:]] for p in whole["trace"]]
        day = whole | {"timestamp": midnight, "trace": [p for p in moved if 0 <= p[0] < 86_400]}
        path = folder / f"{number}" / "trace_full_ac671b.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(gzip.compress(json.dumps(day).encode()))
        files.append(path)
    return files


def beside(folder: Path, *, until_s: int) -> Path:
    """Make traces of 20 airframes that fly low over Spokane, a point a minute, up to this second of the day."""
    for number in range(20):
        icao24 = f"a100{number:02x}"
        points = [
            [after_s, 47.6, -117.5 + number / 1e3, 2500, 90.0, 90.0, 0, 0, DETAILS] for after_s in range(1, until_s, 60)
        ]
        named = {"icao": icao24, "timestamp": DAY, "trace": points}
        (folder / f"trace_full_{icao24}.json").write_text(json.dumps(named))
    return folder


def test_whose_traces_lie_beside_changes_nothing(tmp_path: Path) -> None:
    """Others of whom there is no point any more have not fallen silent with the airframe, nor do those who go on witness it."""
    low_until = 6 * 3600 + 20 * 60
    folders = [tmp_path / name for name in ("silent", "heard")]
    for folder, until_s in zip(folders, (low_until, 86_400), strict=True):
        folder.mkdir()
        beside(folder, until_s=until_s)
    alone = landings(REAL)
    assert [landings(REAL, folder) for folder in folders] == [alone, alone]
    assert [event.confidence for event in alone if event.basis == "inferred"]


def landings(*paths: Path) -> list[Event]:
    """Replay these for N899DN: its events, whole."""
    return list(replay(Recording(paths).answers(), watched(aircraft=["ac671b"]), AIRPORTS))


def test_days_are_one_timeline(tmp_path: Path) -> None:
    """In whatever order they are named. Now the day goes on after the touchdown at Denver, and the landing there is told."""
    first, second = days(tmp_path)
    for named in ([first, second], [second, first]):
        looks = [poll.at for poll in Recording(named).polls()]
        assert (looks[0], looks[-1]) == (instant(DAY - 86_400 + 60), instant(DAY + 86_400))
        assert looks == sorted(set(looks))
    expected = [*LANDINGS, ("landing", "KDEN", "05 19:54", "observed")]
    assert events(second, first) == events(first, second) == expected


def test_an_airframe_that_falls_silent_low_and_stays_so(tmp_path: Path) -> None:
    """Silence until the day's end is what the landing at Spokane rests on: without it nothing is told."""
    [day] = days(tmp_path, without=(0,))
    whole = json.loads(gzip.decompress(day.read_bytes()))
    whole["trace"] = [p for p in whole["trace"] if p[0] < 10 * 3600]
    day.write_text(json.dumps(whole))
    assert events(day)[-1] == ("landing", "KGEG", "05 06:29", "inferred")
    whole["timestamp"] += 1
    day.write_text(json.dumps(whole))
    assert events(day)[-1][0] == "departure"


def test_a_day_that_is_missing_is_not_silence(tmp_path: Path) -> None:
    """Somebody lost low at midnight has not landed because the next file is of the day after the next."""
    low = [
        [secs, 47.5 - secs / 1e6, -116.9, 9000, 270.0, 256.0, 0, -960, DETAILS] for secs in range(86_000, 86_400, 20)
    ]
    later = [[secs, 47.5, -116.9, 9000, 270.0, 256.0, 0, -960, DETAILS] for secs in range(20, 60, 20)]
    asked = []
    for midnight, points in ((DAY, low), (DAY + 2 * 86_400, later)):
        file = tmp_path / f"{midnight}.json"
        file.write_bytes(raw(*points, timestamp=midnight))
        asked.append(file)
    told = [poll.at for poll in Recording(asked).polls()]
    assert not [at for at in told if instant(DAY + 86_400) < at <= instant(DAY + 2 * 86_400)]
    assert told[0] == instant(DAY + 60)
    assert told[-1] == instant(DAY + 3 * 86_400)


def test_a_trace_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Cut short as it was fetched: half of it must not pass for the day."""
    deflated = REAL.read_bytes()
    cut, torn = tmp_path / "cut.json", tmp_path / "torn.json.gz"
    cut.write_bytes(gzip.decompress(deflated)[:-1000])
    torn.write_bytes(deflated[: len(deflated) // 2])
    for path, said in ((cut, "it cannot be read as a trace"), (torn, "it is gzip that is damaged or cut short")):
        with pytest.raises(UsageError) as caught:
            list(Recording([path]).polls())
        assert str(caught.value).startswith(f"{path}: {said}")
        assert str(caught.value).endswith("; fetch it again, or leave it out")


def test_points_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    (tmp_path / "trace.json").write_bytes(raw(point(0), point(60), "?", point(180)))
    recording = Recording([tmp_path])
    for _ in range(2):
        list(recording.polls())
        assert (recording.skipped_rows, recording.skipped_lines) == (1, 0)


def test_traces_and_other_recordings_do_not_mix(tmp_path: Path) -> None:
    """Nobody could say in which order they are."""
    lines = tmp_path / "polls.jsonl"
    lines.touch()
    with pytest.raises(UsageError) as caught:
        Recording([lines, REAL])
    assert str(caught.value) == f"{REAL} is a trace and {lines} is not; name one kind, and the other in another run"
