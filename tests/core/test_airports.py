"""The airport table: the shipped one, finding fields by code and by place, reading and writing it."""

import pickle
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from flightwatch.core.airports import Airports, decode_table, encode_table
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport, AirportKind, Runway
from flightwatch.data import __file__ as data_init
from flightwatch.errors import FlightwatchError, StoreError
from flightwatch.storage.tables import SHIPPED_TABLE, load_airports

LARGEST_TABLE_BYTES = 2_600_000

ZONES = {
    "FNJ": "Asia/Pyongyang",
    "WOS": "Asia/Pyongyang",
    "ICN": "Asia/Seoul",
    "VVO": "Asia/Vladivostok",
    "KXK": "Asia/Vladivostok",
    "VKO": "Europe/Moscow",
    "IST": "Europe/Istanbul",
    "BRU": "Europe/Brussels",
    "ZRH": "Europe/Zurich",
    "JFK": "America/New_York",
    "PHX": "America/Phoenix",
    "DEL": "Asia/Kolkata",
    "KTM": "Asia/Kathmandu",
    "ADL": "Australia/Adelaide",
    "CHT": "Pacific/Chatham",
    "UTK": "Pacific/Majuro",
}

codes = st.text("ABKZ", min_size=3, max_size=4)
latitudes = st.floats(-90, 90) | st.floats(-2, 2) | st.sampled_from([-90.0, -89.99, 0.0, 89.99, 90.0])
longitudes = st.floats(-180, 180) | st.floats(-2, 2) | st.sampled_from([-180.0, -179.99, 0.0, 179.99, 180.0])


def field(
    icao: str,
    lat: float = 0.0,
    lon: float = 0.0,
    *,
    iata: str | None = None,
    kind: AirportKind = "small",
    runways: tuple[Runway, ...] = (),
) -> Airport:
    return Airport(icao, iata, f"{icao} field", None, "XX", "Nowhere", kind, lat, lon, None, "Etc/GMT", runways)


def strip(length_m: int) -> Runway:
    return Runway("18", "36", length_m, None, None, None, None, None)


fields = st.lists(st.builds(field, codes, latitudes, longitudes), max_size=40, unique_by=lambda a: a.icao)


@pytest.fixture(scope="module")
def shipped() -> Airports:
    return load_airports()


@pytest.mark.parametrize(
    ("iata", "icao", "lat", "lon"),
    [
        ("FNJ", "ZKPY", 39.2241, 125.6700),
        ("WOS", "ZKWS", 39.1668, 127.4860),
        ("VVO", "UHWW", 43.3963, 132.1482),
        ("KXK", "UHKK", 50.4090, 136.9340),
        ("BRU", "EBBR", 50.9014, 4.4844),
        ("ZRH", "LSZH", 47.4581, 8.5481),
        ("IST", "LTFM", 41.2613, 28.7420),
        ("VKO", "UUWW", 55.5915, 37.2615),
    ],
)
def test_fields_are_where_they_are(shipped: Airports, iata: str, icao: str, lat: float, lon: float) -> None:
    """The places other tables get wrong by tens of kilometres, or do not know."""
    airport = shipped.find(iata)
    assert airport is not None
    assert (airport.icao, airport.iata) == (icao, iata)
    assert (airport.latitude, airport.longitude) == pytest.approx((lat, lon), abs=0.02)


def test_time_zones_follow_the_position(shipped: Airports) -> None:
    """Local time at the field, also where the country has several zones or a zone of its own."""
    assert {code: airport.time_zone for code in ZONES if (airport := shipped.find(code))} == ZONES


def test_every_time_zone_can_be_loaded(shipped: Airports) -> None:
    """No field's local time fails for want of its zone."""
    names = {airport.time_zone for airport in shipped}
    assert {ZoneInfo(name).key for name in names} == names


def test_pyongyang_as_a_whole(shipped: Airports) -> None:
    """Its strip 01/19 is closed and not listed; heading and ends of 17/35 agree."""
    assert shipped.find("FNJ") == Airport(
        icao="ZKPY",
        iata="FNJ",
        name="Pyongyang Sunan International Airport",
        city="Pyongyang",
        country_code="KP",
        country="North Korea",
        kind="medium",
        latitude=39.2241,
        longitude=125.67,
        elevation_m=35.7,
        time_zone="Asia/Pyongyang",
        runways=(Runway("17", "35", 3502, 162.9, 39.2204, 125.664, 39.1902, 125.676),),
        scheduled=True,
    )


def test_newsroom_country_names(shipped: Airports) -> None:
    """Countries are called what a newsroom calls them."""
    names = {code: airport.country for code in ("VKO", "ICN", "PEK", "DAM") if (airport := shipped.find(code))}
    assert names == {"VKO": "Russia", "ICN": "South Korea", "PEK": "China", "DAM": "Syria"}


def test_the_shipped_table_is_small_and_whole() -> None:
    """A package stays light, and no half of the world is missing."""
    table = Path(data_init).with_name(SHIPPED_TABLE)
    assert table.stat().st_size < LARGEST_TABLE_BYTES
    assert len(load_airports()) == sum(1 for _ in load_airports()) > 44_000


def test_only_fields_for_aeroplanes(shipped: Airports) -> None:
    """A heliport (Total RF), a closed field (Chongjin) and a seaplane base (Vancouver Harbour) are not there."""
    assert [shipped.find(code) for code in ("00A", "KP-0001", "CYHC")] == [None, None, None]
    assert {airport.kind for airport in shipped} == {"large", "medium", "small"}


def test_every_strip_is_usable(shipped: Airports) -> None:
    """Longest first, none a helipad, headings on the compass, ends known together and where the field is."""
    for airport in shipped:
        lengths = [runway.length_m or 0 for runway in airport.runways]
        assert lengths == sorted(lengths, reverse=True), airport
        for runway in airport.runways:
            assert runway.length_m is None or runway.length_m >= 150, airport
            assert runway.heading_deg is None or 0 <= runway.heading_deg < 360, airport
            ends = (runway.le_latitude, runway.le_longitude, runway.he_latitude, runway.he_longitude)
            assert None not in ends or set(ends) == {None}, airport
            if runway.le_latitude is not None and runway.le_longitude is not None:
                away_km = distance_km(airport.latitude, airport.longitude, runway.le_latitude, runway.le_longitude)
                assert away_km < 15, airport


def test_every_field_is_found_by_its_own_code(shipped: Airports) -> None:
    """So an event that names a field by ICAO code always means that field."""
    assert [airport.icao for airport in shipped if shipped.find(airport.icao) is not airport] == []


def test_rio_is_not_a_ranch(shipped: Airports) -> None:
    """OurAirports calls a ranch GIG; the IATA code means Rio de Janeiro's airport all the same."""
    rio, ranch = shipped.find("GIG"), shipped.find("CA-GIG")
    assert rio is not None
    assert ranch is not None
    assert (rio.icao, ranch.name) == ("SBGL", "Black Diamond/Flying R Ranch Airport")


@pytest.mark.parametrize("code", ["FNJ", "fnj", " Fnj\n", "ZKPY", "zkpy"])
def test_codes_in_any_case(shipped: Airports, code: str) -> None:
    airport = shipped.find(code)
    assert airport is not None
    assert airport.icao == "ZKPY"


@pytest.mark.parametrize("code", ["", "   ", "XYZZY", "ZKPY ZKWS", "ß"])
def test_an_unknown_code_finds_nothing(shipped: Airports, code: str) -> None:
    assert (shipped.find(code), shipped.closest(code)) == (None, None)


def test_an_icao_code_wins_over_an_iata_code() -> None:
    local, other = field("ABC"), field("XABC", iata="ABC")
    for airports in (Airports([local, other]), Airports([other, local])):
        assert airports.find("ABC") == local


def test_an_iata_code_given_twice_means_the_larger_field() -> None:
    """By kind, then by the longest strip, then by ICAO code; the order of the input does not matter."""
    by_rank = [
        field("AAA4", iata="AAA", kind="medium", runways=(strip(2000), strip(900))),
        field("AAA3", iata="AAA", kind="medium", runways=(strip(1900), strip(1800))),
        field("AAA1", iata="AAA", runways=(strip(3000),)),
        field("AAA2", iata="AAA"),
    ]
    while by_rank:
        assert Airports(by_rank).find("AAA") == Airports(by_rank[::-1]).find("AAA") == by_rank[0]
        del by_rank[0]


def test_the_first_of_two_fields_with_one_code_stays() -> None:
    first, second = field("AAAA", 1.0, 1.0), field("AAAA", 50.0, 50.0)
    assert list(Airports([first, second])) == [first]


@pytest.mark.parametrize(("typed", "meant"), [("fjn", "ZKPY"), ("ZKYP", "ZKPY"), ("EBRB", "EBBR"), ("ZKPJ", None)])
def test_swapped_letters_are_put_right(shipped: Airports, typed: str, meant: str | None) -> None:
    """A wrong letter is not: too many codes are one letter away."""
    closest = shipped.closest(typed)
    assert (closest and closest.icao) == meant


@given(fields, latitudes, longitudes, st.floats(0, 20_100) | st.floats(0, 300))
def test_within_agrees_with_measuring_every_field(airports: list[Airport], lat: float, lon: float, km: float) -> None:
    """Everywhere: at the poles, across the antimeridian, for no distance and for the whole globe."""
    measured = ((distance_km(lat, lon, a.latitude, a.longitude), a.icao, a) for a in airports)
    near = [(distance, a) for distance, _, a in sorted(measured, key=lambda m: m[:2]) if distance <= km]
    for table in (Airports(airports), decode_table(encode_table(airports))):
        assert table.within(lat, lon, km) == near
        assert table.nearest(lat, lon, within_km=km) == (near[0] if near else None)


def test_what_another_process_gets(shipped: Airports) -> None:
    """The same fields and names, also of a set that somebody added to."""
    pyongyang = shipped.find("FNJ")
    assert pyongyang is not None
    moved = replace(pyongyang, latitude=39.5)
    for airports, latitude in ((shipped, pyongyang.latitude), (shipped.with_added([moved]), 39.5)):
        there: Airports = pickle.loads(pickle.dumps(airports))  # noqa: S301  # our own
        field = there.find("FNJ")
        assert field is not None
        assert field.latitude == latitude
        assert there.find("VVO") == shipped.find("VVO")
        assert there.names.matches("Pyongyang") == airports.names.matches("Pyongyang") != []


def test_within_crosses_the_antimeridian_and_the_pole() -> None:
    """Neighbours whose longitudes are far apart as numbers."""
    west, east, edge = field("FIJW", -17.0, 179.9), field("FIJE", -17.0, -179.9), field("EDGE", -17.0, 180.0)
    here, there = field("POLA", 89.9, 10.0), field("POLB", 89.9, -170.0)
    table = Airports([west, east, edge, here, there])
    assert [a.icao for _, a in table.within(-17.0, -179.96, 20)] == ["EDGE", "FIJE", "FIJW"]
    assert [a.icao for _, a in table.within(-17.0, 179.96, 20)] == ["EDGE", "FIJW", "FIJE"]
    assert [a.icao for _, a in table.within(89.9, 10.0, 25)] == ["POLA", "POLB"]


def test_nearest_around_pyongyang(shipped: Airports) -> None:
    """Six kilometres south of Sunan it is still Sunan; in the Pacific it is nothing."""
    found = shipped.nearest(39.17, 125.67, within_km=10)
    assert found is not None
    assert (round(found[0], 1), found[1].icao) == (6.0, "ZKPY")
    assert shipped.nearest(30.0, -150.0, within_km=500) is None


@given(st.permutations([field("AAAA", 10.0, 10.0), field("BBBB", -80.0, 170.0, iata="BBB"), field("CCCC", 10.0, 11.0)]))
def test_a_table_does_not_depend_on_the_order_of_the_fields(airports: list[Airport]) -> None:
    """The same bytes, and the same fields out of them."""
    table = encode_table(airports)
    assert table == encode_table(sorted(airports, key=lambda a: a.icao))
    assert sorted(decode_table(table), key=lambda a: a.icao) == sorted(airports, key=lambda a: a.icao)


def test_a_decoded_table_is_encoded_again_to_the_same_bytes(shipped: Airports) -> None:
    table = encode_table(a for a in shipped if a.country_code == "KP")
    assert encode_table(decode_table(table)) == table


SMALL_TABLE = encode_table([field("AAAA", iata="AAA"), field("BBBB", 5.0, 5.0)])


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\x00" * 100,
        b"<!doctype html><title>503</title>",
        SMALL_TABLE[:20],
        SMALL_TABLE[:-1],
        SMALL_TABLE + b"x",
        SMALL_TABLE.replace(b" icao ", b" code "),
    ],
)
def test_garbage_is_one_clear_line(garbage: bytes) -> None:
    """Empty, something else, cut short, too long, another layout."""
    with pytest.raises(FlightwatchError, match=r"^the airport table is damaged .*: reinstall flightwatch$") as caught:
        decode_table(garbage)
    assert "\n" not in str(caught.value)


@given(st.integers(0, len(SMALL_TABLE) - 1), st.integers(1, 255))
def test_no_damaged_byte_passes(at: int, flip: int) -> None:
    """Damage shows when the table is loaded, not later in the middle of a poll."""
    damaged = bytearray(SMALL_TABLE)
    damaged[at] ^= flip
    with pytest.raises(StoreError):
        decode_table(bytes(damaged))
