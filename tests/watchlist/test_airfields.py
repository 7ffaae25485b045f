"""``airfields:`` in the watchlist: what it means, and what is said when it is wrong."""

import pytest
from made_watchlists import complaints, parse

from flightwatch.core.model import Airport, Runway
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist

MUDOSAN = """\
airfields:
  - {code: ZKMU, name: Mudo Island, at: [38.5, 125.1], iata: qmu, elevation_m: 12, country: North Korea, runways: [
      {heading: 10, length_m: 800}, {heading: 322, length_m: 2500}]}
"""
FIELD = Airport(
    icao="ZKMU",
    iata="QMU",
    name="Mudo Island",
    city=None,
    country_code="",
    country="North Korea",
    kind="medium",
    latitude=38.5,
    longitude=125.1,
    elevation_m=12.0,
    time_zone="Asia/Pyongyang",
    runways=(
        Runway("", "", 2500, 142.0, None, None, None, None),
        Runway("", "", 800, 10.0, None, None, None, None),
    ),
)
SHIPPED = load_airports()


def read(text: str) -> Watchlist:
    return parse_watchlist(text.encode(), name="w", environment={}, airports=SHIPPED)


def test_a_field_can_be_watched_by_its_codes_and_its_name() -> None:
    for name in ("ZKMU", "QMU", "Mudo Island"):
        watchlist = read(f"{MUDOSAN}airports: [{name}]\naircraft: [{{registration: P-885, at: [{name}]}}]\n")
        assert watchlist.airfields == (FIELD,)
        assert watchlist.airports[0].airport == FIELD
        assert watchlist.aircraft[0].at == ("ZKMU",)


def test_only_a_code_and_a_place_are_needed() -> None:
    [field] = read("airfields: [{code: x-1, at: [0, -150.5]}]\nairports: [X-1]\n").airfields
    assert (field.icao, field.iata, field.name, field.runways, field.elevation_m) == ("X-1", None, "X-1", (), None)


def test_the_table_with_a_field_of_the_users() -> None:
    """Found by code and place; the others are found as before; the users' own word counts where both have a code."""
    both = SHIPPED.with_added([FIELD])
    assert both.find("zkmu") == both.find("QMU") == FIELD
    assert [field.icao for _, field in both.within(38.5, 125.1, 5.0)] == ["ZKMU"]
    assert len(both) == len(SHIPPED) + 1
    assert both.find("FNJ") == SHIPPED.find("FNJ")
    assert SHIPPED.find("ZKMU") is None
    assert [match.icao for match in both.names.matches("Mudo Island")] == ["ZKMU"]
    assert {match.icao for match in both.names.matches("Pyongyang")} >= {"ZKPY"}
    elsewhere = Airport(**{name: getattr(FIELD, name) for name in FIELD.__struct_fields__} | {"icao": "ZKWS"})
    moved = SHIPPED.with_added([elsewhere])
    assert moved.find("ZKWS") == elsewhere
    assert "ZKWS" not in [field.icao for _, field in moved.within(39.1668, 127.486, 5.0)]
    assert len(moved) == len(SHIPPED)
    assert sum(field.icao == "ZKWS" for field in moved) == 1
    assert SHIPPED.with_added(()) is SHIPPED


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{code: ZKXX}", "airfields[0]: has no 'at', write {code: ZKXX, at: [39.17, 127.49]"),
        ("{code: ZKXX, at: [39.17]}", "airfields[0].at: is not two numbers in [ ], write its latitude and longitude"),
        ("{code: ZKXX, at: 39.17}", "airfields[0].at: is not two numbers in [ ]"),
        (
            "{code: ZKXX, at: [127.49, 39.17]}",
            "airfields[0].at[0]: '127.49' is not a number from -90 to 90, write its latitude and longitude",
        ),
        ("{code: ZKXX, at: [39.17, nan]}", "airfields[0].at[1]: 'nan' is not a number from -180 to 180"),
        ("{code: 'ZK XX', at: [1, 1]}", "airfields[0].code: 'ZK XX' is no such code, write an ICAO code such as ZKWS"),
        ("{code: '1234', at: [1, 1]}", "airfields[0].code: '1234' is no such code"),
        ("{code: ZKXX, iata: WO, at: [1, 1]}", "airfields[0].iata: 'WO' is no such code, write three letters"),
        ("{code: ZKXX, at: [1, 1], elevation_m: 9000}", "elevation_m: '9000' is not a number from -450 to 6000"),
        ("{code: ZKXX, at: [1, 1], runways: [{length_m: 3500}]}", "airfields[0].runways[0]: has no 'heading'"),
        ("{code: ZKXX, at: [1, 1], runways: [{heading: N}]}", "heading: 'N' is not a number from 0 to 360"),
        ("{code: ZKXX, at: [1, 1], runway: 1}", "unknown key 'runway', write 'runways'"),
        (
            "{code: ZKXX, at: [1, 1]}, {code: zkxx, at: [1, 1]}",
            "airfields[1]: ZKXX stands here twice, remove one of the two",
        ),
        ("ZKXX", "airfields[0]: is not keys with values, write"),
    ],
)
def test_what_is_wrong_is_told(entry: str, said: str) -> None:
    found = complaints(f"airfields: [{entry}]\naircraft: [RA-86559]\n")
    assert len(found) == 1
    assert said in found[0]


def test_without_any_nothing_is_loaded() -> None:
    assert parse("aircraft: [RA-86559]").airfields == ()
