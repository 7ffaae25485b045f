"""Whatever bytes come from servers, files and people: they are read as far as they are sound, or refused in one line."""

import gzip
import json
import re
from copy import deepcopy
from datetime import timedelta
from itertools import groupby
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from made_watchlists import AIRPORTS
from opensky_server import TIME, flight, row
from state_vectors import AIRPORTS as WORLD_OF_AIRPORTS

from flightwatch.core.model import Query, instant
from flightwatch.core.spans import DAY_S
from flightwatch.errors import BadAnswer, UsageError, WatchlistError
from flightwatch.flights.estimates import estimates_of
from flightwatch.flights.flown import ends_of
from flightwatch.flights.model import Flight, FlightTrack, day_of, in_order
from flightwatch.sources.answer import LATEST_S, Answer
from flightwatch.sources.opensky_answer import decode
from flightwatch.sources.opensky_flights import decode_flights, decode_track
from flightwatch.sources.recorded import Recorder, Recording
from flightwatch.watchlist.model import EmailChannel, Watchlist
from flightwatch.watchlist.reading import parse_watchlist

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.floats()
    | st.sampled_from(["", "15521F", "\ud800", "\x1b[2J", "1e400", "é" * 300])
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, whole: Any) -> bytes:
    """Draw JSON in which values are changed, missing or there twice, and then perhaps some bytes."""
    value: Any = [deepcopy(whole)]
    for _ in range(draw(st.integers(0, 4))):
        _damage(value, draw)
    text = bytearray(
        json.dumps(value[0] if value else None, ensure_ascii=draw(st.booleans())).encode(errors="surrogatepass")
    )
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        start = draw(st.integers(0, len(text)))
        text[start : start + draw(st.sampled_from([0, 1, 30, len(text)]))] = draw(st.binary(max_size=4))
    return bytes(text)


def _damage(value: Any, draw: st.DrawFn) -> None:
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if not isinstance(value[key], (dict, list)) or draw(st.integers(0, 3)) == 0:
            break
        value = value[key]
    match draw(st.sampled_from(["change", "drop", "twice"])):
        case "drop":
            del value[key]
        case "twice" if isinstance(value, list):
            value.insert(key, deepcopy(value[key]))
        case _:
            value[key] = draw(ANYTHING)


def assert_one_line(error: BadAnswer) -> None:
    """Check that a refusal can be shown: one line, without control characters, not too long."""
    assert str(error).isprintable()
    assert len(str(error)) < 400


STATES = {"time": TIME, "states": [row("15521f"), row("4b1805", callsign=None, category=8)]}
ASKED = STATES | {"asked": {"poll": "p1", "icao24": ["15521f"], "box": [38.0, 125.0, 40.0, 126.0]}}


@given(damaged(STATES) | damaged(ASKED))
def test_a_damaged_answer(raw: bytes) -> None:
    """Each vector that is kept is sound, and kept again when it is written and read."""
    try:
        answer = decode(raw)
    except BadAnswer as error:
        assert_one_line(error)
        return
    assert 0 < answer.time < LATEST_S
    for vector in answer.vectors:
        assert re.fullmatch("[0-9a-f]{6}", vector.icao24)
        assert 0 <= vector.last_contact < LATEST_S
        assert vector.latitude is None or -90 <= vector.latitude <= 90
        assert all(isfinite(n) for n in msgspec.structs.astuple(vector) if isinstance(n, float))
    assert not answer.unfit & {vector.icao24 for vector in answer.vectors}
    written = msgspec.json.encode({"time": answer.time, "states": answer.vectors})
    assert decode(written) == Answer(answer.time, answer.vectors, 0)


HALF_HOUR = 1800
FLOWN = [
    flight(
        "15521f",
        TIME + 30 * HALF_HOUR * n,
        TIME + (30 * n + 4) * HALF_HOUR,
        estDepartureAirport=origin,
        estArrivalAirport=destination,
        estDepartureAirportHorizDistance=900,
        estDepartureAirportVertDistance=40,
        estArrivalAirportHorizDistance=900,
        estArrivalAirportVertDistance=40,
    )
    for n, (origin, destination) in enumerate([("UUWW", "ZKPY"), ("ZKPY", "UHWW"), ("UHWW", "UUWW")])
]
WAY = {
    "icao24": "15521f",
    "startTime": TIME,
    "endTime": TIME + 4 * HALF_HOUR,
    "callsign": "RSD100  ",
    "path": [[TIME + 60 * n, 39.9 - 0.05 * n, 125.67, 6000.0 - 400 * n, 180.0, n > 14] for n in range(16)],
}
NOW = instant(TIME + 10 * DAY_S)


@given(damaged(FLOWN), damaged(WAY), st.sets(st.integers(-2, 12)))
def test_damaged_flights(raw: bytes, track: bytes, days: set[int]) -> None:
    """What is kept can be kept, and makes visits whose ends are in order."""
    try:
        flights, _ = decode_flights(raw, "15521f")
        way = decode_track(track, "15521f")
    except BadAnswer as error:
        assert_one_line(error)
        return
    assert msgspec.json.decode(msgspec.json.encode(flights), type=tuple[Flight, ...]) == flights
    assert msgspec.json.decode(msgspec.json.encode(way), type=FlightTrack | None) == way
    ends = {} if way is None else {TIME: ends_of(way, WORLD_OF_AIRPORTS)}
    have = {day_of(TIME) + day * DAY_S // 2 for day in days}
    for visit in estimates_of(in_order(flights), have, None, WORLD_OF_AIRPORTS, NOW, ends).visits:
        known = [visit.arrival, *([visit.departure] if visit.departure else [])]
        for moment in known:
            bounds = [at for at in (moment.earliest, moment.at, moment.latest) if at is not None]
            assert bounds == sorted(bounds)
        assert [moment.latest for moment in known] == sorted(moment.latest for moment in known)


def member(time: int) -> bytes:
    """Make what a recording holds of one poll."""
    with TemporaryDirectory() as folder:
        Recorder(Path(folder)).write(b'{"time":%d,"states":null}' % time, Query(), f"p{time}", instant(TIME))
        [file] = Path(folder).iterdir()
        return file.read_bytes()


MEMBERS = [member(TIME + minute * 60) for minute in range(8)]
SCRAPS = (
    st.binary(max_size=40)
    | st.sampled_from([b"\x1f\x8b\x08", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", bytes(70_000)])
    | st.sampled_from([gzip.compress(b"not a poll\n" * 3), gzip.compress(b""), gzip.compress(bytes(200_000) + b"\n")])
    | st.tuples(st.sampled_from(MEMBERS), st.integers(1, 60)).map(lambda cut: cut[0][: -cut[1]])
)


@given(st.lists(st.sampled_from(MEMBERS) | SCRAPS, min_size=1, max_size=8))
def test_a_recording_among_scraps(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    """Whatever lies between its lines, each whole line is read, in order, and nothing else is."""
    file = tmp_path_factory.mktemp("scraps") / "polls.jsonl.gz"
    data = b"".join(parts)
    file.write_bytes(data)
    whole = re.findall(b"|".join(map(re.escape, MEMBERS)), data)  # a scrap may be just what another one lacks
    try:
        found = [poll.at for poll in Recording([file]).polls()]
    except UsageError:  # where nothing looks like gzip
        found = []
    assert found == [instant(TIME + MEMBERS.index(part) * 60) for part, _ in groupby(whole)]


@given(st.lists(st.sampled_from([json.dumps(STATES).encode(), b"[" * 5000]) | damaged(STATES) | SCRAPS, max_size=6))
def test_a_text_recording_with_scraps(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    """Every line is a poll or is counted."""
    file = tmp_path_factory.mktemp("scraps") / "polls.jsonl"
    file.write_bytes(b"\n".join(lines))
    recording = Recording([file])
    polls = list(recording.polls())
    given = [line for line in b"\n".join(lines).split(b"\n") if line.strip()]
    assert len(polls) + recording.skipped_lines == len(given)


SECRET = "c4nary"
ATOMS = st.sampled_from(
    [
        *(
            "RA-86559",
            "P-885",
            "7278a5",
            "15521f",
            "FNJ",
            "VVO",
            "NO",
            "tag:dprk",
            "tag:x",
            "dprk",
            "RA-86*",
            "[a",
            "print",
        ),
        *("smtp://h:25", "smtps://h", "smtp://u:p@h", "https://h/x", "json://h", "tgram://1/2", "desk@example.org"),
        *("0.6", "1", "-1", "nan", "1e9", "24h", "0s", "999999d", "99999999d", "landing", "health", "correction", ""),
        *("${SECRET}", "x ${SECRET} y", "https://h/${SECRET}", "smtp://h/${SECRET}", "${NOWHERE}", "${", "$ECRET"),
        *("\x1b[2J", "\u202e", "../../etc/passwd", "a" * 300, "=1+1", "<b>", "Ил-62", "~", "null"),
    ]
)
KEYS = st.sampled_from(
    [
        *(
            "registration",
            "icao24",
            "label",
            "at",
            "tags",
            "code",
            "only",
            "print",
            "email",
            "webhook",
            "apprise",
            "on",
            "delay",
        ),
        *("min_confidence", "to", "from", "server", "user", "password", "still_on_ground", "blind_after", "heartbeat"),
        *("client_id", "client_secret", "${SECRET}", "nonsense", ""),
    ]
)
VALUES = st.recursive(
    ATOMS | st.none() | st.booleans() | st.integers(0, 10) | st.floats(0, 2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
SECTIONS: dict[str, st.SearchStrategy[object]] = {
    "aircraft": st.lists(
        ATOMS | st.fixed_dictionaries({}, optional=dict.fromkeys(("registration", "icao24", "label"), ATOMS)) | VALUES,
        max_size=4,
    ),
    "airports": st.lists(ATOMS | st.fixed_dictionaries({"code": ATOMS, "only": st.lists(ATOMS)}) | VALUES, max_size=3),
    "notify": st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "email": st.fixed_dictionaries(
                    {"to": st.lists(ATOMS), "from": ATOMS, "server": ATOMS}, optional={"user": ATOMS, "password": ATOMS}
                ),
                "webhook": st.fixed_dictionaries({"url": ATOMS, "secret": ATOMS | st.lists(ATOMS)}),
                "apprise": ATOMS,
                "only": st.lists(ATOMS),
                "on": st.lists(ATOMS),
                "delay": ATOMS,
                "min_confidence": ATOMS,
            },
        )
        | VALUES,
        max_size=3,
    ),
    "alerts": st.dictionaries(KEYS, VALUES | ATOMS, max_size=3),
    "health": st.fixed_dictionaries({}, optional={"blind_after": ATOMS, "heartbeat": ATOMS}) | VALUES,
    "opensky": st.fixed_dictionaries({"client_id": ATOMS, "client_secret": ATOMS}) | VALUES,
}


@given(st.fixed_dictionaries({}, optional=SECTIONS), st.booleans())
def test_any_watchlist(written: dict[str, object], as_json: bool) -> None:
    """Keys and values in any order: what is understood holds together, what is not is told, and no secret with it."""
    text = json.dumps(written) if as_json else yaml.safe_dump(written, allow_unicode=True)
    try:
        found = parse_watchlist(
            text.encode(), name="w.yaml", environment={"SECRET": SECRET}, airports=AIRPORTS, strict=False
        )
        complaints = [*found.complaints]
    except WatchlistError as error:
        found, complaints = Watchlist(), error.complaints
    for complaint in complaints:
        assert re.match(r"w\.yaml:\d+: ", complaint)
        assert complaint.isprintable()
        assert SECRET not in complaint.lower()
    if complaints:
        return
    assert found.aircraft or found.airports
    assert len(found.watched.aircraft_by_icao24) == len(found.aircraft)
    assert len(found.watched.airports_by_icao) == len(found.airports)
    assert all(re.fullmatch("[0-9a-f]{6}", icao24) for icao24 in found.watched.aircraft_by_icao24)
    assert len({channel.name for channel in found.notify}) == len(found.notify) > 0
    assert all(SECRET not in channel.name for channel in found.notify if not isinstance(channel, EmailChannel))
    assert 0 <= found.alerts.min_confidence <= 1
    assert all(channel.routing.delay >= timedelta(0) for channel in found.notify)
