"""Answers of ``/states/all``: what is understood, what left out, what refused, and how several become one poll."""

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flightwatch.core.model import WORLD, Answered, Box, Coverage, Poll, Query, StateVector
from flightwatch.errors import BadAnswer
from flightwatch.sources.answer import MOST_ROWS, Answer, Asked, merge
from flightwatch.sources.opensky_answer import decode

TIME = 1_695_693_120
ROW: list[object] = [
    *("15521f", "RSD100  ", "Russian Federation", TIME - 2, TIME - 1, 125.67, 39.2241, 609.6, False, 77.2, 12.5, -4.55),
    *(None, 640.08, "1000", False, 0),
]
VECTOR = StateVector(
    icao24="15521f",
    callsign="RSD100  ",
    origin_country="Russian Federation",
    time_position=TIME - 2,
    last_contact=TIME - 1,
    longitude=125.67,
    latitude=39.2241,
    baro_altitude=609.6,
    on_ground=False,
    velocity=77.2,
    true_track=12.5,
    vertical_rate=-4.55,
    sensors=None,
    geo_altitude=640.08,
    squawk="1000",
    spi=False,
    position_source=0,
)
UNFIT: list[object] = []
"""A row without columns: makes the decoder take the slow way for the rest too."""
NULLABLE = (
    *(
        "callsign",
        "origin_country",
        "time_position",
        "longitude",
        "latitude",
        "baro_altitude",
        "velocity",
        "true_track",
    ),
    *("vertical_rate", "sensors", "geo_altitude", "squawk", "spi", "position_source"),
)
ADVICE = "nothing is lost, the next poll asks again"


def changed(**fields: object) -> list[object]:
    """`ROW`, and the category where it is given, with other values."""
    names = [*StateVector.__struct_fields__[: len(ROW)], *(["category"] if "category" in fields else [])]
    return [fields.get(name, value) for name, value in zip(names, [*ROW, None], strict=False)]


def raw(*rows: object) -> bytes:
    return json.dumps({"time": TIME, "states": rows}).encode()


def test_seventeen_columns() -> None:
    """Without ``extended=1`` there is no category."""
    assert decode(raw(ROW)) == Answer(TIME, (VECTOR,), 0)


def test_more_columns_than_are_documented() -> None:
    """The 18th is the category; what may come to be added after it is ignored."""
    expected = Answer(TIME, (msgspec.structs.replace(VECTOR, category=14),), 0)
    assert decode(raw([*ROW, 14])) == expected
    assert decode(raw([*ROW, 14, *({"new": [None]} for _ in range(12))])) == expected


def test_every_field_that_may_be_null() -> None:
    vector = msgspec.structs.replace(VECTOR, **dict.fromkeys(NULLABLE))
    assert decode(raw(changed(**dict.fromkeys(NULLABLE)))) == Answer(TIME, (vector,), 0)


def test_whole_numbers_for_fractions() -> None:
    """JSON has one kind of number: OpenSky writes 0 for 0.0."""
    [vector] = decode(raw(changed(velocity=0, longitude=126))).vectors
    assert (vector.velocity, vector.longitude) == (0.0, 126.0)


@pytest.mark.parametrize("fraction", [0.0, 0.9])
def test_instants_that_are_fractions(fraction: float) -> None:
    """As in OpenSky's own archive. The second in which it was is what counts."""
    fractions = changed(time_position=TIME - 2 + fraction, last_contact=TIME - 1 + fraction)
    body = json.dumps({"time": TIME + fraction, "states": [fractions]}).encode()
    assert decode(body) == Answer(TIME, (VECTOR,), 0)


def test_codes_that_are_written_as_fractions() -> None:
    """4.0 is 4, and 4.5 is nothing."""
    [vector] = decode(raw(changed(position_source=3.0, category=17.0))).vectors
    assert (vector.position_source, vector.category) == (3, 17)
    assert decode(raw(changed(category=4.5))).skipped == 1


MANY = 40


def others() -> list[list[object]]:
    """Make rows of airframes that fly, taxi and stand; some send less than others."""
    rows = []
    for number in range(MANY):
        own = {"icao24": f"{0xA00000 + number:06x}", "longitude": -170.0 + number * 8.3, "latitude": 4.0 + number}
        ground = {
            "on_ground": True,
            "baro_altitude": None,
            "geo_altitude": None,
            "vertical_rate": None,
            "velocity": 3.0,
        }
        rows.append(changed(**(own | (ground if number % 4 == 0 else {}) | ({"squawk": None} if number % 3 else {}))))
    return [[*row, 0] for row in rows]


@pytest.mark.parametrize("new", [None, "new", 1, 0.5, True, []], ids=repr)
@pytest.mark.parametrize("column", range(16))
def test_a_column_that_was_inserted(column: int, new: object) -> None:
    """Most rows do not fit any more. From the 17th column on it makes no difference that matters."""
    rows = [[*row[:column], new, *row[column:]] for row in others()]
    answer = decode(raw(*rows))
    assert 2 * answer.skipped > len(rows)


@pytest.mark.parametrize("column", range(16))
def test_a_column_that_was_dropped(column: int) -> None:
    rows = [[*row[:column], *row[column + 1 :]] for row in others()]
    answer = decode(raw(*rows))
    assert 2 * answer.skipped > len(rows)


@pytest.mark.parametrize(
    "fields",
    [
        {"last_contact": 23},
        {"time_position": 1, "last_contact": 2},
        {"velocity": 1_695_693.0},
        {"true_track": 10_668.0},
        {"vertical_rate": 10_668.0},
        {"baro_altitude": 1e9},
        {"geo_altitude": -1e9},
    ],
)
def test_columns_that_cannot_mean_what_is_documented(fields: dict[str, object]) -> None:
    """Where it is so in most rows, none is believed; one transponder alone may send anything."""
    names = StateVector.__struct_fields__
    odd = [[fields.get(name, value) for name, value in zip(names, row, strict=True)] for row in others()]
    assert decode(raw(*odd)) == Answer(TIME, (), MANY)
    assert decode(raw(*odd[:1], *others()[1:])).skipped == 0
    assert len(decode(raw(odd[0])).vectors) == 1


def test_unknown_enumeration_values() -> None:
    """OpenSky adds sources and categories; they say nothing about the rest of the row."""
    [vector] = decode(raw(changed(position_source=9, category=99))).vectors
    assert (vector.position_source, vector.category) == (9, 99)


@pytest.mark.parametrize(
    "body", [b'{"time":1,"states":null}', b'{"time":1,"states":[]}', b'{"states":null,"time":1,"x":0}']
)
def test_nothing_matched(body: bytes) -> None:
    assert decode(body) == Answer(1, (), 0)


@pytest.mark.parametrize("others", [[], [UNFIT]])
def test_upper_case_keys_become_lower_case(others: list[object]) -> None:
    """Some sources send them; watchlists and tracks are keyed in lower case."""
    answer = decode(raw(changed(icao24="15521F"), ROW, *others))
    assert answer == Answer(TIME, (VECTOR, VECTOR), len(others))


UNFIT_ROWS = [
    UNFIT,
    ROW[:16],
    None,
    "15521f",
    {"icao24": "15521f"},
    changed(icao24=None),
    changed(icao24="15521"),
    changed(icao24="15521g"),
    changed(icao24="1552\n1"),
    changed(icao24="१२३४५६"),
    changed(icao24="~15521f"),
    changed(callsign=100),
    changed(last_contact=None),
    changed(last_contact=-1),
    changed(last_contact=TIME * 1000),
    changed(last_contact=10**30),
    changed(last_contact=True),
    changed(time_position=-1),
    changed(time_position=4_102_444_800),
    changed(longitude=180.5),
    changed(latitude=-90.5),
    changed(latitude="39.2"),
    changed(on_ground=1),
    changed(position_source=10**20),
    changed(category=-(10**20)),
    changed(sensors=[2**31]),
    changed(sensors=3),
]


@pytest.mark.parametrize("unfit", UNFIT_ROWS, ids=lambda row: str(row)[:60])
def test_a_row_that_does_not_fit_is_left_out_and_counted(unfit: object) -> None:
    """Whatever is wrong with one aircraft, the others are seen."""
    assert decode(raw(unfit, ROW, unfit)) == Answer(TIME, (VECTOR,), 2)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 400, "9" * 5000])
@pytest.mark.parametrize(
    "field", ["longitude", "latitude", "baro_altitude", "velocity", "true_track", "vertical_rate", "geo_altitude"]
)
def test_a_number_that_is_none_costs_its_row_only(field: str, number: str) -> None:
    """Python's json writes NaN and Infinity, which JSON does not have; and reads 1e400 as infinite."""
    body = raw(changed(**{field: "here"}), ROW).replace(b'"here"', number.encode())
    assert decode(body) == Answer(TIME, (VECTOR,), 1)


@pytest.mark.parametrize("field", ["last_contact", "time_position", "position_source"])
def test_a_number_of_thousands_of_digits_costs_its_row_only(field: str) -> None:
    """Python refuses to read it as an integer."""
    body = raw(changed(**{field: "here"}), ROW, UNFIT).replace(b'"here"', b"9" * 5000)
    assert decode(body) == Answer(TIME, (VECTOR,), 2)


def test_text_that_is_not_unicode() -> None:
    """A bad byte is marked and its row kept; half a surrogate pair could not be printed or stored."""
    good, bad = changed(callsign="good"), changed(callsign="bad")
    body = raw(good, bad).replace(b'"good"', b'"g\xffd"').replace(b'"bad"', b'"\\ud800"')
    assert decode(body) == Answer(TIME, (msgspec.structs.replace(VECTOR, callsign="g\ufffdd"),), 1)


def test_a_byte_order_mark() -> None:
    assert decode(b"\xef\xbb\xbf" + raw(ROW)) == Answer(TIME, (VECTOR,), 0)


def test_hostile_callsigns_are_passed_on_as_they_came() -> None:
    """Who prints them makes them harmless."""
    hostile = "\x1b[31m=\x00"
    assert decode(raw(changed(callsign=hostile))).vectors[0].callsign == hostile


def test_what_was_asked_for_a_recorded_line() -> None:
    asked = {"poll": "p1", "icao24": ["15521f"], "box": None}
    line = json.dumps({"asked": asked, "time": TIME, "states": [ROW, UNFIT]}).encode()
    assert decode(line) == Answer(TIME, (VECTOR,), 1, Asked("p1", ("15521f",), None))

    box_asked = {"poll": "p1", "icao24": [], "box": [38.0, 125.0, 40, 126.0]}
    line = json.dumps({"time": TIME, "states": None, "asked": box_asked}).encode()
    assert decode(line) == Answer(TIME, (), 0, Asked("p1", (), Box(38.0, 125.0, 40.0, 126.0)))


NOT_JSON = "OpenSky answered with something that is not JSON"
CUT_SHORT = "OpenSky answered with JSON that is cut short or garbled"
LOG_IN = "look for a log-in page on this network, check FLIGHTWATCH_OPENSKY_URL"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", f"OpenSky answered with nothing; {ADVICE}"),
        (b" \r\n\x00 ", f"OpenSky answered with nothing; {ADVICE}"),
        (
            b"\n<html>\x1b[2J\xe2\x80\xae<h1>502\r\nBad Gateway</h1>" + b"x" * 9999,
            "OpenSky answered with HTML, not JSON (first characters: <html> [2J <h1>502 Bad Gateway</h1>"
            f"{'x' * 25}…); {LOG_IN}",
        ),
        (b"Too many requests", f"{NOT_JSON} (17 bytes, first characters: Too many requests); {ADVICE}"),
        (b'{"time":1,"sta', f'{CUT_SHORT} (14 bytes, first characters: {{"time":1,"sta); {ADVICE}'),
        (
            b'{"time":1,"states":[[]]}!',
            f'{CUT_SHORT} (25 bytes, first characters: {{"time":1,"states":[[]]}}!); {ADVICE}',
        ),
        (b'{"a":' * 99_999, f"OpenSky answered with JSON nested too deep to read; {ADVICE}"),
        (
            b'{"time":1,"states":[],"x":' + b"[" * 99_999 + b"]" * 99_999 + b"}",
            f"OpenSky answered with JSON nested too deep to read; {ADVICE}",
        ),
        (b"null", f"OpenSky answered with null where an object is documented; {ADVICE}"),
        (b"[]", f"OpenSky answered with a list where an object is documented; {ADVICE}"),
        (b'"x"', f"OpenSky answered with a string where an object is documented; {ADVICE}"),
        (b"true", f"OpenSky answered with a truth value where an object is documented; {ADVICE}"),
        (b"-1", f"OpenSky answered with a number where an object is documented; {ADVICE}"),
        (b"NaN", f"OpenSky answered with a number where an object is documented; {ADVICE}"),
        (b"{}", f"OpenSky answered with no time where Unix seconds are documented; {ADVICE}"),
        (b'{"time":1}', f"OpenSky answered with no states where a list is documented; {ADVICE}"),
        (b'{"time":1,"states":{}}', f"OpenSky answered with an object for states where a list is documented; {ADVICE}"),
        (b'{"time":1,"states":0}', f"OpenSky answered with a number for states where a list is documented; {ADVICE}"),
        (
            b'{"time":1,"states":null,"asked":{"poll":7}}',
            "the recorded line's 'asked' cannot be read (Expected `str`, got `int` - at `$.poll`); record it anew",
        ),
    ],
)
def test_an_answer_that_is_none(body: bytes, message: str) -> None:
    """It is named on one line without control characters; silence must not be read into it."""
    with pytest.raises(BadAnswer) as caught:
        decode(body)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("0", "0"),
        ("-1", "-1"),
        ("4102444800", "4102444800"),
        ("1695693120000", "1695693120000"),
        ("1e400", "inf"),
        ("NaN", "nan"),
        ("9" * 5000, "inf"),
        ("-0.5", "0"),
        ("true", "True"),
        (r'"so\non"', "so on"),
    ],
)
def test_a_time_that_is_none(time: str, shown: str) -> None:
    """Zero, milliseconds, garbage: nothing in such an answer could be dated."""
    with pytest.raises(BadAnswer) as caught:
        decode(f'{{"time":{time},"states":null}}'.encode())
    assert str(caught.value) == (
        f"OpenSky answered with the time {shown!r} where Unix seconds are documented; {ADVICE}"
    )


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
NEARLY_ROWS = st.lists(
    st.dictionaries(st.sampled_from([*StateVector.__struct_fields__]), ANYTHING, max_size=3).map(lambda f: changed(**f))
    | ANYTHING,
    max_size=5,
)


@given(NEARLY_ROWS)
def test_every_row_is_a_vector_or_counted(rows: list[object]) -> None:
    """And what is kept can be written as JSON and read again as it was."""
    answer = decode(raw(*rows))
    assert len(answer.vectors) + answer.skipped == len(rows)
    again = b'{"time":%d,"states":%b}' % (TIME, msgspec.json.encode(answer.vectors))
    assert decode(again) == Answer(TIME, answer.vectors, 0)


@given(NEARLY_ROWS)
def test_both_ways_of_decoding_agree(rows: list[object]) -> None:
    """One row that does not fit changes nothing for the others."""
    alone, beside = decode(raw(*rows)), decode(raw(*rows, UNFIT))
    assert beside == Answer(TIME, alone.vectors, alone.skipped + 1, unfit=alone.unfit)


@given(st.binary(max_size=60) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_bytes_of_any_kind_are_decoded_or_refused_on_one_line(body: bytes) -> None:
    try:
        outcome: Answer | BadAnswer = decode(body)
    except BadAnswer as error:
        outcome = error
    assert str(outcome).isprintable()


def vector(icao24: str, last_contact: int = TIME, velocity: float = 0.0) -> StateVector:
    return msgspec.structs.replace(VECTOR, icao24=icao24, last_contact=last_contact, velocity=velocity)


def test_one_worldwide_answer_is_a_poll() -> None:
    answer = Answer(TIME, (vector("aaaaaa"), vector("bbbbbb")), 3)
    assert merge([(Query(), answer)]) == Poll(
        datetime.fromtimestamp(TIME, UTC), answer.vectors, WORLD, 3, answered=(Answered(Query(), 5, 3),)
    )


def test_answers_to_several_queries_become_one_poll() -> None:
    """Of each airframe the newest vector, of all queries the coverage, of the times the latest."""
    near, far = Box(38.0, 125.0, 40.0, 126.0), Box(43.0, 131.0, 44.0, 133.0)
    first = Answer(TIME + 5, (vector("aaaaaa", TIME), vector("bbbbbb", TIME + 4), vector("cccccc")), 1)
    second = Answer(TIME + 9, (vector("aaaaaa", TIME + 8), vector("bbbbbb", TIME + 3)), 0)
    third = Answer(TIME + 7, (vector("dddddd"),), 2)
    poll = merge([(Query(icao24s=("aaaaaa", "bbbbbb")), first), (Query(box=near), second), (Query(box=far), third)])
    assert poll == Poll(
        at=datetime.fromtimestamp(TIME + 9, UTC),
        vectors=(vector("aaaaaa", TIME + 8), vector("bbbbbb", TIME + 4), vector("cccccc"), vector("dddddd")),
        coverage=Coverage(icao24s=frozenset({"aaaaaa", "bbbbbb"}), boxes=(near, far)),
        skipped=3,
        answered=(
            Answered(Query(icao24s=("aaaaaa", "bbbbbb")), 4, 1),
            Answered(Query(box=near), 2),
            Answered(Query(box=far), 3, 2),
        ),
    )


def test_of_equally_new_vectors_the_first_stays() -> None:
    """So that the same data give the same poll."""
    answer = Answer(TIME, (vector("aaaaaa", velocity=1.0), vector("aaaaaa", velocity=2.0)), 0)
    assert merge([(Query(), answer)]).vectors == (vector("aaaaaa", velocity=1.0),)


def test_airframes_asked_for_within_a_box_are_not_covered() -> None:
    """Their absence says neither that they are silent nor that the box is empty."""
    query = Query(icao24s=("aaaaaa",), box=Box(38.0, 125.0, 40.0, 126.0))
    assert merge([(query, Answer(TIME, (), 0))]).coverage == Coverage()


@pytest.mark.parametrize(
    ("field", "possible", "absurd"),
    [
        ("baro_altitude", (-400.0, 0.0, 13_000.0, 37_000.0), (-5_000.0, 38_618.0, 200_000.0, 1e308)),
        ("geo_altitude", (-400.0, 0.0, 13_000.0, 37_000.0), (-5_000.0, 38_618.0, 200_000.0, 1e308)),
        ("velocity", (0.0, 340.0, 980.0), (-1.0, 2_100.0, 1e308)),
        ("true_track", (-179.0, 0.0, 360.0), (361.0, -1e9)),
        ("vertical_rate", (-300.0, 0.0, 300.0), (-450.0, 604.0, 1e308)),
    ],
)
@pytest.mark.parametrize("others", [[], [UNFIT]])
def test_a_value_that_no_aircraft_can_have_is_left_out(
    field: str, possible: tuple[float, ...], absurd: tuple[float, ...], others: list[object]
) -> None:
    """Its row stays, whichever way the answer is read."""
    for value, kept in (*((value, value) for value in possible), *((value, None) for value in absurd)):
        [found] = decode(raw(changed(**{field: value}), *others)).vectors
        assert found == msgspec.structs.replace(VECTOR, **{field: kept})


def test_a_callsign_has_eight_characters() -> None:
    [found] = decode(raw(changed(callsign="RSD100  and more"))).vectors
    assert found.callsign == "RSD100  "


@pytest.mark.parametrize("row", [b"[]", b"{}", b"null", msgspec.json.encode(ROW)])
def test_more_rows_than_there_are_aircraft_are_not_read(row: bytes) -> None:
    """Each would cost memory and time before it is refused: 21 million empty ones took 1.4 GB and 28 s."""
    body = b'{"time":%d,"states":[' % TIME + (row + b",") * (18 * MOST_ROWS) + row + b"]}"
    with pytest.raises(BadAnswer) as caught:
        decode(body)
    assert str(caught.value) == f"OpenSky answered with more than 50,000 rows; {ADVICE}"


@pytest.mark.parametrize("asked", ['"\\ud800"', '{"poll": "p", "icao24": ["\\ud800"]}'])
def test_a_recorded_line_whose_question_no_file_could_hold(asked: str) -> None:
    """Half a character is refused with the line."""
    with pytest.raises(BadAnswer, match="'asked' cannot be read"):
        decode(f'{{"time": {TIME}, "states": null, "asked": {asked}}}'.encode())
