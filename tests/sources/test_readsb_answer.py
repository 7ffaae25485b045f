"""readsb's JSON: what is understood, turned into OpenSky's units, left out and refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readsb_servers import NOW, aircraft

from flightwatch.core.model import Answered, Identity, Poll, Query, StateVector, instant
from flightwatch.errors import BadAnswer
from flightwatch.sources.answer import MOST_ROWS, Answer, Asked, Speaker, merge
from flightwatch.sources.readsb_answer import MOST_COMMAS, decode
from flightwatch.sources.readsb_row import ADSB, ADSC, MLAT, RADAR

RECORDED = Path(__file__).parent.parent / "recorded" / "readsb"
SPEAKER = Speaker("api.adsb.lol", "its address under sources: adsb.lol in the watchlist")
AGAIN = "nothing is lost, the next poll asks again"


def read(*rows: object, now: float = NOW) -> Answer:
    """Read these rows of a receiver's list, of which each must come out."""
    answer = decode(json.dumps({"now": now, "messages": 1, "aircraft": rows}).encode(), SPEAKER)
    assert answer.skipped == 0
    return answer


def one(**fields: object) -> StateVector:
    """Read one aircraft with these fields."""
    [vector] = read(aircraft("15521f", **fields)).vectors
    return vector


def test_feet_and_knots_become_metres() -> None:
    """Every field that OpenSky has comes out in its units; ages become instants."""
    answer = read(aircraft("15521F", baro_rate=-1472, seen=2.9, seen_pos=4.1, spi=1), now=NOW + 0.5)

    assert answer == Answer(
        time=NOW,
        vectors=(
            StateVector(
                icao24="15521f",
                callsign="RSD100  ",
                origin_country=None,
                time_position=NOW - 4,
                last_contact=NOW - 3,
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
                spi=True,
                position_source=ADSB,
                category=6,
            ),
        ),
        skipped=0,
        identities={"15521f": Identity("RA-86559", "IL62", is_military=True)},
    )


def test_both_forms_tell_the_same() -> None:
    """Seconds and ``aircraft`` of a receiver, milliseconds and ``ac`` of a network."""
    rows = [aircraft("15521f"), aircraft("a1b2c3", alt_baro="ground")]
    network = {"ac": rows, "msg": "No error", "now": NOW * 1000 + 250, "total": 2, "ctime": NOW * 1000, "ptime": 0}

    assert decode(json.dumps(network).encode(), SPEAKER) == read(*rows, now=NOW + 0.25)


@pytest.mark.parametrize("name", ["ac", "aircraft"])
@pytest.mark.parametrize("rows", ["null", "[]"])
def test_nobody_is_an_answer(name: str, rows: str) -> None:
    assert decode(f'{{"now":{NOW},"{name}":{rows}}}'.encode(), SPEAKER) == Answer(NOW, (), 0)


def test_on_the_ground_what_is_left_from_the_air_is_not_told() -> None:
    """A real row of a landed A321neo has the height, the sink and the track of its approach."""
    landed = one(alt_baro="ground", alt_geom=700, geom_rate=-544, baro_rate=-640, track=254.55, true_heading=286.88)

    assert landed.on_ground
    assert (landed.baro_altitude, landed.geo_altitude, landed.vertical_rate) == (None, None, None)
    assert landed.true_track == 286.88
    assert one(true_heading=286.88).true_track == 92.0


@pytest.mark.parametrize(
    ("fields", "column", "value"),
    [
        ({"track": None, "calc_track": 21}, "true_track", 21.0),
        ({"baro_rate": None, "geom_rate": 640}, "vertical_rate", 3.25),
        ({"flight": "@@@@@@@@"}, "callsign", None),
        ({"flight": "        "}, "callsign", None),
        ({"squawk": None, "emergency": "general"}, "squawk", "7700"),
        ({"squawk": None, "emergency": "nordo"}, "squawk", "7600"),
        ({"squawk": "1234", "emergency": "unlawful"}, "squawk", "1234"),
        ({"squawk": None, "emergency": "minfuel"}, "squawk", None),
        ({"category": "A7"}, "category", 8),
        ({"category": "B1"}, "category", 9),
        ({"category": "B6"}, "category", 14),
        ({"category": "C2"}, "category", 17),
        ({"category": "C5"}, "category", 20),
        ({"category": "D1"}, "category", None),
        ({"category": None, "type": "adsb_icao_nt", "alt_baro": "ground"}, "category", 17),
        ({"category": None, "type": "adsb_icao_nt"}, "category", None),
        ({"type": "mlat", "nic": 0}, "position_source", MLAT),
        ({"type": "tisb_icao"}, "position_source", RADAR),
        ({"type": "adsc", "nic": 0}, "position_source", ADSC),
        ({"type": "adsr_icao"}, "position_source", ADSB),
        ({"type": "other"}, "position_source", None),
        ({"type": "mode_s", "mlat": ["lat", "lon"]}, "position_source", MLAT),
        ({"type": None, "mlat": ["lat", "lon"]}, "position_source", MLAT),
        ({"type": None, "tisb": ["lat", "lon"]}, "position_source", RADAR),
        ({"type": None}, "position_source", ADSB),
        ({"alt_baro": 400_000}, "baro_altitude", None),
        ({"gs": 99_999}, "velocity", None),
        ({"alt_baro": "unknown"}, "baro_altitude", None),
    ],
)
def test_what_a_field_means(fields: dict[str, object], column: str, value: object) -> None:
    assert getattr(one(**fields), column) == value


@pytest.mark.parametrize(
    ("fields", "is_used"),
    [
        ({"nic": 0}, False),
        ({"nac_p": 5}, False),
        ({"nac_p": 6}, True),
        ({"nac_p": None}, True),
        ({"version": 1, "nac_p": 0}, False),
        ({"version": 0, "nic": 0, "nac_p": 0}, True),
        ({"version": None, "nic": 0, "nac_p": None}, True),
        ({"type": "mlat", "nic": 0, "nac_p": 0}, True),
        ({"gpsOkBefore": NOW - 411.0}, False),
        ({"gpsOkBefore": NOW - 411.0, "type": "mlat", "nic": 0}, True),
    ],
)
def test_a_position_that_its_own_aircraft_does_not_vouch_for(fields: dict[str, object], is_used: bool) -> None:
    """It is left out, and the aircraft stays heard. What others work out, and transponders that cannot tell, are believed."""
    vector = one(**fields)

    assert (vector.latitude, vector.longitude, vector.time_position) == (
        (39.2241, 125.67, NOW - 1) if is_used else (None, None, None)
    )
    assert vector.last_contact == NOW - 1
    assert vector.baro_altitude == 10668.0


LAST = {"lat": 38.5, "lon": 124.25, "nic": 8, "rc": 186, "seen_pos": 600.5}


def test_a_position_of_before_is_told_with_its_age() -> None:
    vector = one(lat=None, lon=None, seen_pos=None, lastPosition=LAST, seen=3.0)

    assert (vector.latitude, vector.longitude) == (38.5, 124.25)
    assert (vector.time_position, vector.last_contact) == (NOW - 601, NOW - 3)


@pytest.mark.parametrize("fields", [{"alt_baro": "ground"}, {"gpsOkBefore": NOW - 700.0}], ids=["down", "jammed"])
def test_a_position_of_before_does_not_say_where_it_has_come_down(fields: dict[str, object]) -> None:
    vector = one(lat=None, lon=None, seen_pos=None, lastPosition=LAST, **fields)

    assert (vector.latitude, vector.longitude, vector.time_position) == (None, None, None)


def test_addresses_that_are_not_icao_are_left_out_and_not_counted() -> None:
    """Also in an answer in which something else does not fit."""
    foreign = aircraft("~2a0001", r="RA-86559")
    broken = aircraft("a1b2c3", lat="north")

    assert read(foreign, aircraft("15521f")).vectors == read(aircraft("15521f")).vectors
    answer = decode(json.dumps({"now": NOW, "ac": [foreign, broken, aircraft("15521f")]}).encode(), SPEAKER)
    assert (len(answer.vectors), answer.skipped, answer.unfit) == (1, 1, frozenset({"a1b2c3"}))
    assert "~2a0001" not in answer.identities


@pytest.mark.parametrize(
    "row",
    [
        *(None, 4, "15521f", [], {}, {"hex": None}, {"hex": "15521"}, {"hex": "15521g"}, {"hex": "15521fa"}),
        *(aircraft("15521f", **{name: value}) for name, value in [("lat", 91), ("lon", -181.5), ("lat", "39")]),
        *(aircraft("15521f", **{name: value}) for name, value in [("gs", "fast"), ("seen", -1), ("seen_pos", 1e400)]),
        *(aircraft("15521f", **{name: value}) for name, value in [("flight", 7), ("nic", "8")]),
        *(aircraft("15521f", **{name: float("nan")}) for name in ("lat", "lon", "alt_baro", "alt_geom", "gs", "seen")),
        *(aircraft("15521f", **{name: float("inf")}) for name in ("lat", "baro_rate", "track", "seen")),
        aircraft("15521f", seen=1e300, seen_pos=None),
        aircraft("15521f", flight="\ud800"),
        aircraft("15521f", lastPosition=[39.2, 125.7]),
        aircraft("15521f", lat=None, lastPosition={**LAST, "lat": float("nan")}),
    ],
    ids=repr,
)
def test_a_row_that_does_not_fit_costs_only_itself(row: object) -> None:
    whole = {"now": NOW, "ac": [aircraft("a1b2c3"), row, aircraft("4b1900")]}

    answer = decode(json.dumps(whole).encode(), SPEAKER)

    assert ([vector.icao24 for vector in answer.vectors], answer.skipped) == (["a1b2c3", "4b1900"], 1)
    assert answer.unfit <= {"15521f"}


def test_who_cannot_be_read_is_still_heard() -> None:
    whole = {"now": NOW, "ac": [aircraft("15521F", gs="fast")]}

    answer = decode(json.dumps(whole).encode(), SPEAKER)

    assert (answer.vectors, answer.skipped, answer.unfit) == ((), 1, frozenset({"15521f"}))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", f"answered with nothing; {AGAIN}"),
        (
            b"<html>\x1b[31mSign in",
            "answered with HTML, not JSON (first characters: <html> [31mSign in); look for a log-in page on this network, "
            "check its address under sources: adsb.lol in the watchlist",
        ),
        (b'{"now":1787165611,"ac":[{"hex"', "answered with JSON that is cut short or garbled (30 bytes, "),
        (
            b"Too many requests",
            "answered with something that is not JSON (17 bytes, first characters: Too many requests",
        ),
        (b"[]", "answered with a list where an object is documented; "),
        (b"[" * 100_000, "answered with JSON nested too deep to read; "),
        (b'{"now":1787165611}', "answered with no aircraft where a list is documented; "),
        (b'{"msg":"Rate\\nlimited"}', "answered with no aircraft and 'Rate limited' where a list is documented; "),
        (b'{"now":1787165611,"ac":7}', "answered with a number for aircraft where a list is documented; "),
        (b'{"ac":[]}', "answered with no time where Unix seconds are documented; "),
        (b'{"now":"today","ac":[]}', "answered with the time 'today' where Unix seconds are documented; "),
        (b'{"now":1e400,"ac":[]}', "answered with the time 'inf' where Unix seconds are documented; "),
        (b'{"now":-1,"ac":[]}', "answered with the time '-1"),
        (b'{"now":true,"ac":[]}', "answered with the time 'True' where Unix seconds are documented; "),
        (b'{"now":' + b"9" * 5000 + b',"ac":[]}', "answered with the time 'inf' where Unix seconds are documented; "),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_answer_that_cannot_be_used_is_told(raw: bytes, said: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        decode(raw, SPEAKER)

    assert str(caught.value).startswith(f"api.adsb.lol {said}")
    assert str(caught.value).isprintable()


def test_an_answer_without_end_is_refused_unread() -> None:
    with pytest.raises(BadAnswer, match="more than 50,000 rows"):
        decode(b'{"now":1,"ac":[' + b"," * (MOST_ROWS * MOST_COMMAS + 1) + b"]}", SPEAKER)


def test_times_that_nobody_can_have_make_an_answer_unreadable() -> None:
    """Ages in milliseconds would make everybody days old: no row is believed, and each is counted."""
    rows = [aircraft(f"15521{n:x}", seen=2_900_000 + n, seen_pos=None, lat=None) for n in range(16)]

    answer = decode(json.dumps({"now": NOW, "ac": rows}).encode(), SPEAKER)

    assert (answer.vectors, answer.skipped) == ((), 16)


def test_a_recorded_line_says_what_was_asked() -> None:
    asked = {"poll": "p1", "icao24": ["15521f"], "source": "adsb.lol", "form": "readsb"}

    fits = decode(json.dumps({"asked": asked, "now": NOW, "ac": [aircraft("15521f")]}).encode(), SPEAKER)
    odd = decode(json.dumps({"asked": asked, "now": NOW, "ac": [aircraft("15521f"), None]}).encode(), SPEAKER)

    assert fits.asked == odd.asked == Asked("p1", ("15521f",), source="adsb.lol", form="readsb")


def test_answers_of_a_source_become_its_poll() -> None:
    """What its register says of airframes is kept, and whose answers they are."""
    by_name, around = (Query(icao24s=("15521f",), source="adsb.lol"), Query(icao24s=("a1b2c3",), source="adsb.lol"))

    poll = merge([(by_name, read(aircraft("15521f"))), (around, read(aircraft("a1b2c3", r=None, t=None, dbFlags=0)))])

    assert isinstance(poll, Poll)
    assert (poll.at, poll.sources) == (instant(NOW), ("adsb.lol",))
    assert poll.identities == {"15521f": Identity("RA-86559", "IL62", is_military=True)}
    assert poll.answered == (Answered(by_name, 1), Answered(around, 1))


@pytest.mark.parametrize(
    ("name", "rows", "placed"),
    [("adsblol-mil", 27, 18), ("adsblol-heathrow", 9, 9), ("adsblol-pia", 1, 0), ("receiver-dump1090", 10, 7)],
)
def test_real_answers_are_read_whole(name: str, rows: int, placed: int) -> None:
    """Not a row of them is left out, and as many have a position as a person counts who reads them."""
    answer = decode((RECORDED / f"{name}.json").read_bytes(), SPEAKER)

    assert (len(answer.vectors), answer.skipped, answer.unfit) == (rows, 0, frozenset())
    assert sum(vector.time_position is not None for vector in answer.vectors) == placed
    assert all(0 <= answer.time - vector.last_contact < 360 for vector in answer.vectors)


ROWS = st.one_of(
    st.none() | st.integers() | st.text(max_size=8),
    st.dictionaries(
        st.sampled_from(["hex", "lat", "lon", "alt_baro", "gs", "seen", "seen_pos", "flight", "type", "lastPosition"]),
        st.none() | st.floats() | st.integers() | st.sampled_from(["ground", "15521f", "~15521f", "adsb_icao"]),
    ),
)


@given(st.lists(ROWS, max_size=6))
def test_whatever_comes_is_counted_once(rows: list[object]) -> None:
    """Every row is read, counted as unreadable, or of an address that is not ICAO's; every number that comes out is one."""
    answer = decode(json.dumps({"now": NOW, "ac": rows}).encode(), SPEAKER)

    foreign = sum(isinstance(row, dict) and str(row.get("hex")).startswith("~") for row in rows)
    assert len(answer.vectors) + answer.skipped + foreign == len(rows)
    for vector in answer.vectors:
        numbers = (vector.latitude, vector.longitude, vector.baro_altitude, vector.velocity)
        assert all(abs(number) < 1e6 for number in numbers if number is not None)
