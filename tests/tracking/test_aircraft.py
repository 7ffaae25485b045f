"""Whose flight it is, by its callsign, and what that says of the fields it may land on."""

from math import exp

import pytest
from msgspec.structs import replace
from state_vectors import HOUR, ICAO24, NOON, Follower, above, airport, arrival, told

from flightwatch.core.model import AirportKind
from flightwatch.data.operators import BUSINESS, STATE
from flightwatch.tracking.aircraft import Aircraft, Kind, Role, is_air_base, kind_terms, role_of, suits
from flightwatch.tracking.field import AIRLINER_RUNWAY_M, JET_RUNWAY_M, LIGHT_RUNWAY_M, TURBOPROP_RUNWAY_M
from flightwatch.tracking.track import Rules, Track, aircraft_of
from flightwatch.tracking.weights import FIELD_WEIGHTS

SWISS, UNKNOWN = "4b1805", "f00001"


def flown(role: Role | None, state: str | None = None, *, needs_m: int = AIRLINER_RUNWAY_M) -> Aircraft:
    """Make an aircraft whose flight has such a role, told by its flight number unless it has none."""
    return Aircraft(is_rotary=False, needs_m=needs_m, role=role, state=state, has_flight_number=role is not None)


# Who


@pytest.mark.parametrize(
    ("callsign", "role"),
    [
        ("SWR123", "airline"),
        ("DLH4TX", "airline"),
        ("XQZ1", "airline"),
        ("NJE123X", "business"),
        ("VJT510", "business"),
        ("EJA456", "business"),
        ("RSD100", "state"),
        ("RFF7451", "state"),
        ("RCH871", "state"),
        ("GAF913", "state"),
        ("", None),
        ("SWR", None),
        ("NJE", None),
        ("swr123", None),
        ("12345678", None),
        ("TEST", None),
        ("A" * 40, None),
        ("\x1b[2J\u202e=", None),
    ],
)
@pytest.mark.parametrize("icao24", [SWISS, UNKNOWN])
def test_whose_flight(callsign: str, role: Role | None, icao24: str) -> None:
    """Three letters and a digit are an operator's flight, whoever that is; anything else tells nothing."""
    assert role_of(callsign, icao24, None) == role


@pytest.mark.parametrize(
    ("callsign", "icao24", "registration"),
    [
        ("N628TS", "a835af", None),
        ("DHHBT", "3de549", None),
        ("FBDXE", "380ee4", None),
        ("CGHXT", "c0598e", None),
        ("RA44894", "14af5e", None),
        ("JA05PY", "841486", None),
        ("9VEIP", "769530", None),
        ("P463", "7276ff", None),
        ("HBJSG", SWISS, "HB-JSG"),
        ("T7ABC", UNKNOWN, "T7-ABC"),
    ],
    ids=["USA", "Germany", "France", "Canada", "Russia", "Japan", "Singapore", "North Korea", "listed", "San Marino"],
)
def test_who_calls_himself_by_his_tail_number(callsign: str, icao24: str, registration: str | None) -> None:
    """Is private, where a rule or the watchlist gives the tail; the tail number of another tells nothing."""
    assert role_of(callsign, icao24, registration) == "business"
    assert role_of(callsign, "4ca123", None) is None


def test_nobody_is_of_two_kinds() -> None:
    """Designators are three capital letters, as ICAO gives them, and each operator stands in one list."""
    assert BUSINESS.isdisjoint(STATE)
    assert [code for code in BUSINESS | STATE if not (len(code) == 3 and code.isascii() and code.isupper())] == []


@pytest.mark.parametrize(
    ("aircraft", "kind"),
    [
        (flown("state", needs_m=LIGHT_RUNWAY_M), "state"),
        (flown("business", needs_m=LIGHT_RUNWAY_M), "business"),
        (replace(flown("business", needs_m=LIGHT_RUNWAY_M), has_flight_number=False), "light"),
        (replace(flown("business", needs_m=TURBOPROP_RUNWAY_M), has_flight_number=False), "turboprop"),
        (replace(flown("business", needs_m=JET_RUNWAY_M), has_flight_number=False), "business"),
        (flown("airline", needs_m=LIGHT_RUNWAY_M), "light"),
        (flown("airline"), "airline"),
        (flown(None, needs_m=TURBOPROP_RUNWAY_M), "turboprop"),
        (flown(None), "jet"),
    ],
)
def test_by_what_it_is_weighed(aircraft: Aircraft, kind: Kind) -> None:
    """A tail number as callsign is a Cessna's as often as a jet's: speed and height say which. A number of NetJets is a jet's."""
    assert aircraft.kind == kind


def test_what_a_flight_has_shown() -> None:
    """The callsign is looked at without its blanks; the state is that of the address."""
    shown = aircraft_of(Track("15521f", "RA-86559", callsign="RSD100", fastest_ms=230.0, highest_m=10_000.0))
    assert (shown.role, shown.state, shown.has_flight_number, shown.kind) == ("state", "Russia", True, "state")
    private = aircraft_of(Track("a835af", callsign="N628TS", fastest_ms=230.0, highest_m=12_000.0))
    assert (private.role, private.state, private.has_flight_number) == ("business", "the United States", False)
    nobody = aircraft_of(Track(UNKNOWN))
    assert (nobody.role, nobody.state, nobody.has_flight_number) == (None, None, False)


# Where


@pytest.mark.parametrize(
    ("code", "is_base"),
    [
        ("ETAR", True),
        ("EGVN", True),
        ("UUMU", True),
        ("LSMD", True),
        ("RKSO", True),
        ("KADW", True),
        ("KNYG", True),
        ("KRIV", True),
        ("YPEA", True),
        ("NZOH", True),
        ("KOZR", True),
        ("LFPB", False),
        ("LSZH", False),
        ("ZKPY", False),
        ("EGLF", False),
        ("LFSB", False),
    ],
)
def test_air_bases_by_their_names(code: str, is_base: bool) -> None:
    assert is_air_base(airport(code).name) is is_base


@pytest.mark.parametrize(
    ("state", "code", "terms"),
    [
        ("Germany", "ETAR", {"state_medium"}),
        ("Germany", "EDDF", {"state_civil"}),
        ("the United States", "KADW", set()),
        ("the United States", "ETAR", {"state_medium", "base"}),
        ("the United States", "EDDF", set()),
        ("Russia", "UUMU", {"state_medium"}),
        ("Russia", "ZKPY", {"state_medium"}),
        (None, "ETAR", {"state_medium", "base"}),
        (None, "EDDF", set()),
    ],
)
def test_a_state_flies_to_its_own_bases(state: str | None, code: str, terms: set[str]) -> None:
    """At home a civil airport is the less likely one, abroad the base is; with scheduled flights there it may be either."""
    assert kind_terms(flown("state", state), airport(code)).keys() - {"narrow"} == terms


def test_two_fields_of_one_size_a_base_and_none() -> None:
    """The same field under two names: at home the base wins by `state_civil`, abroad the other does by `base`."""
    base = airport("LSMD")
    civil = replace(base, name="Dübendorf Airport")
    at_home, abroad = flown("state", "Switzerland"), flown("state", "France")
    assert suits(at_home, base) - suits(at_home, civil) == pytest.approx(FIELD_WEIGHTS["state_civil"])
    assert suits(abroad, civil) - suits(abroad, base) == pytest.approx(FIELD_WEIGHTS["base"])
    for role in ("airline", "business", None):
        assert suits(flown(role), base) < suits(flown(role), civil)


@pytest.mark.parametrize(("hub", "quiet"), [("CDG", "LBG"), ("ZRH", "LSMD"), ("LHR", "EGLF"), ("EWR", "TEB")])
def test_business_jets_fly_to_the_quiet_field(hub: str, quiet: str) -> None:
    """The hub is less likely for them by `business_hub`, and far likelier for an airline; who is unknown is between."""

    def odds(aircraft: Aircraft) -> float:
        return exp(suits(aircraft, airport(quiet)) - suits(aircraft, airport(hub)))

    assert "business_hub" in kind_terms(flown("business"), airport(hub))
    assert "business_hub" not in kind_terms(flown("airline"), airport(hub))
    assert odds(flown("business")) > odds(flown(None)) > odds(flown("airline"))
    if quiet != "LSMD":
        assert odds(flown("business")) > 5.0
    assert odds(flown("airline")) < 0.02


@pytest.mark.parametrize(("callsign", "icao"), [("AFR123", "LFPG"), ("NJE123", "LFPB")], ids=["airline", "business"])
def test_one_approach_and_two_fields(callsign: str, icao: str) -> None:
    """Lost 20 km before Le Bourget, in line with it and beside Charles de Gaulle: the callsign decides."""
    follower = Follower(Rules(min_confidence=0.5))
    flight = replace(arrival("LBG", NOON), callsign=callsign)
    follower.fly(flight, NOON - HOUR // 2, NOON + HOUR, heard=above(1000.0))
    assert told(follower.events) == [("landing", "inferred", icao)]


def test_the_last_callsign_heard_counts() -> None:
    """Taxiing out it may send the one of the flight before."""
    follower = Follower(track=Track(ICAO24, callsign="SWR9"))
    follower.fly(replace(arrival("LBG", NOON), callsign="NJE123"), NOON - HOUR, NOON - HOUR // 2)
    assert aircraft_of(follower.track).role == "business"


@pytest.mark.parametrize("role", ["airline", "business", "state", None])
def test_the_smaller_the_less_likely(role: Role | None) -> None:
    """For all that is no light aircraft."""
    sizes: tuple[AirportKind, ...] = ("large", "medium", "small")
    fields = [replace(airport("LBG"), kind=size, iata=None) for size in sizes]
    chances = [suits(flown(role), field) for field in fields]
    assert chances == sorted(chances, reverse=True)
