"""Tail numbers and icao24, both ways. The pairs are aircraft in wiedehopf/tar1090-db (ODC-By)."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flightwatch.core.registration import (
    Resolution,
    icao24_of,
    is_flight,
    is_serial,
    normalise,
    registration_of,
    registrations_of,
)

PAIRS = [
    ("CU-T1454", "0b05ae"),
    ("RA-00073", "140049"),
    ("RA-86559", "15521f"),
    ("RA-96014", "15770e"),
    ("RA-97012", "1f7af4"),
    ("RA-98110", "157f3e"),
    ("F-BHDR", "381c71"),
    ("F-GABG", "390026"),
    ("F-HABP", "39802f"),
    ("F-OHQI", "3a1e08"),
    ("D-AIAB", "3c6422"),
    ("D-ASPB", "3c0974"),
    ("D-AZYS", "3c1ceb"),
    ("D-BOLD", "3cbd84"),
    ("D-BPMI", "3c2141"),
    ("D-CNMO", "3ce39a"),
    ("D-EADY", "3d050e"),
    ("D-FILL", "3d5f99"),
    ("D-GCAA", "3d9340"),
    ("D-HAIY", "3dd388"),
    ("D-IAMI", "3e1888"),
    ("OO-ABA", "448441"),
    ("OY-AFT", "4584d4"),
    ("OH-ABK", "460024"),
    ("SX-ABX", "468458"),
    ("CS-AHX", "490518"),
    ("YR-ACE", "4a0465"),
    ("TC-ACR", "4b8472"),
    ("HL1068", "718868"),
    ("HL1298", "718a98"),
    ("HL2049", "719049"),
    ("HL5117", "71a917"),
    ("HL5263", "71aa63"),
    ("HL6149", "71b149"),
    ("HL7200", "71ba00"),
    ("HL7790", "71bf90"),
    ("HL8001", "71c001"),
    ("HL8752", "71c752"),
    ("HL9698", "71ce98"),
    ("JY-AYS", "740733"),
    ("AP-BBP", "760850"),
    ("9V-DHA", "769101"),
    ("YK-AKG", "778567"),
    ("JA001P", "840039"),
    ("JA01AP", "8404f5"),
    ("JA8980", "86ef84"),
    ("JA99MZ", "874aaf"),
    ("N1", "a00001"),
    ("N1UH", "a001cc"),
    ("N11WY", "a02be5"),
    ("N12283", "a05eac"),
    ("N237S", "a22411"),
    ("N9967Q", "adec49"),
    ("N99999", "adf7c7"),
    ("C-FABB", "c0001c"),
    ("C-GAFK", "c04535"),
    ("LV-ARN", "e0148e"),
    ("LV-BCL", "e020cc"),
]

ICAO_RANGES = {
    "CU-": (0x0B0000, 0x0B0FFF),
    "RA-": (0x100000, 0x1FFFFF),
    "F-": (0x380000, 0x3BFFFF),
    "D-": (0x3C0000, 0x3FFFFF),
    "OO-": (0x448000, 0x44FFFF),
    "OY-": (0x458000, 0x45FFFF),
    "OH-": (0x460000, 0x467FFF),
    "SX-": (0x468000, 0x46FFFF),
    "CS-": (0x490000, 0x497FFF),
    "YR-": (0x4A0000, 0x4A7FFF),
    "TC-": (0x4B8000, 0x4BFFFF),
    "HL": (0x718000, 0x71FFFF),
    "JY-": (0x740000, 0x747FFF),
    "AP-": (0x760000, 0x767FFF),
    "9V-": (0x768000, 0x76FFFF),
    "YK-": (0x778000, 0x77FFFF),
    "JA": (0x840000, 0x87FFFF),
    "N": (0xA00000, 0xAFFFFF),
    "C-": (0xC00000, 0xC3FFFF),
    "LV-": (0xE00000, 0xE3FFFF),
}
"""The addresses of each state whose marks have a rule: ICAO Annex 10, Volume III, Part I, chapter 9."""

TAIL_FORMS = (
    r"RA-[0-9]{5}",
    r"CU-T1[0-9]{3}",
    r"HL(1[0-2]|20|5[12]|61|7[2-7]|8[0-7]|96)[0-9]{2}",
    r"(F-[BGHIO]|D-[ABCE-I]|C-[FG])[A-Z]{3}",
    r"(9V|AP|CS|JY|LV|OH|OO|OY|SX|TC|YK|YR)-[A-Z]{3}",
    r"N[1-9]([0-9]{0,4}|[0-9]{0,3}[A-HJ-NP-Z]|[0-9]{0,2}[A-HJ-NP-Z]{2})",
    r"JA[0-9]{2}([0-9][0-9A-HJ-NP-Z]|[A-HJ-NP-Z]{2})",
)
NOT_BY_RULE = (
    *("9V-AF", "9V-X", "9V-YY", "AP-D", "AP-J", "AP-N", "AP-X", "F-BZ", "JY-M", "OO-PO"),
    *("YR-MM", "YR-MN", "YR-MO", "YR-MP"),
)
"""Beginnings of tail numbers that aircraft with other numbers have the addresses of."""


def is_by_rule(tail: str) -> bool:
    """Tell the exceptions: two addresses, others' addresses, and the FAA's privacy addresses."""
    return not (
        "RA-73051" <= tail <= "RA-73057" or tail.startswith(NOT_BY_RULE) or re.fullmatch("N163[MNP-V][A-Z]", tail)
    )


RULE_TAILS = st.one_of(*(st.from_regex(form, fullmatch=True) for form in TAIL_FORMS)).filter(is_by_rule)
"""Every tail number that a rule resolves, but for a few neighbours of the FAA's privacy addresses."""


def named(tail: str) -> tuple[str, ...]:
    """Give what an address is known by: RA- and LV- share theirs with RF- and LQ-, but for the Superjets RA-97nnn."""
    for prefix, other in (("RA-", "RF-"), ("LV-", "LQ-")):
        if tail.startswith(prefix) and not tail.startswith("RA-97"):
            return (tail, other + tail[3:])
    return (tail,)


@pytest.mark.parametrize(("tail", "icao24"), PAIRS)
def test_rules_resolve_real_aircraft_both_ways(tail: str, icao24: str) -> None:
    assert icao24_of(tail) == Resolution(icao24, "rule")
    assert registrations_of(icao24) == named(tail)
    assert registration_of(icao24) == ((tail, "rule") if len(named(tail)) == 1 else None)


@given(RULE_TAILS)
def test_what_a_rule_resolves_comes_back(tail: str) -> None:
    """Each tail number has an address of its own, within its state's addresses."""
    resolution = icao24_of(tail)
    assert resolution is not None
    assert resolution.how == "rule"
    assert registrations_of(resolution.icao24) == named(tail)
    low, high = next(ICAO_RANGES[mark] for mark in ICAO_RANGES if tail.startswith(mark))
    assert low <= int(resolution.icao24, 16) <= high


@given(st.integers(0, 0xFFFFFF))
@example(0x71D200)
@example(0x151D5B)
@example(0xADF7C8)
@example(0x871CBF)
@example(0x7278A3)
def test_no_address_contradicts_its_tail_number(address: int) -> None:
    """A tail number read off an address leads back to that address, or nowhere; of two, neither is named for sure."""
    icao24 = f"{address:06x}"
    tails = registrations_of(icao24)
    for tail in tails:
        resolution = icao24_of(tail)
        assert resolution is None or resolution.icao24 == icao24
    known = registration_of(icao24)
    assert (known[0] if known else None) == (tails[0] if len(tails) == 1 else None)
    assert known is None or icao24_of(known[0]) in (Resolution(icao24, known[1]), None)


@pytest.mark.parametrize(
    "run",
    [
        ("N1", "N1A", "N1AA", "N1AB"),
        ("N1AZ", "N1B", "N1BA"),
        ("N1ZZ", "N10", "N10A"),
        ("N10ZZ", "N100"),
        ("N100ZZ", "N1000", "N1000A", "N1000B"),
        ("N1000Z", "N10000", "N10001"),
        ("N10009", "N1001"),
        ("N19999", "N2"),
        ("JA0009", "JA000A"),
        ("JA000H", "JA000J"),
        ("JA000Z", "JA0010"),
        ("JA009Z", "JA00AA", "JA00AB"),
        ("JA00ZZ", "JA0100"),
        ("D-CZZZ", "D-EAAA"),
        ("C-FZZZ", "C-GAAA"),
        ("OH-AAZ", "OH-ABA"),
        ("RA-09999", "RA-10000"),
    ],
)
def test_what_follows_in_the_register_follows_in_address(run: tuple[str, ...]) -> None:
    addresses = [int(resolution.icao24, 16) for tail in run if (resolution := icao24_of(tail))]
    assert addresses == list(range(addresses[0], addresses[0] + len(run)))


@pytest.mark.parametrize(
    ("icao24", "tail"),
    [
        ("71c903", "HL9103"),
        ("71d112", "HL9112"),
        ("71ca84", "HL9284"),
        ("71d409", "HL9409"),
        ("1f1d5e", "RA-73054"),
    ],
)
def test_a_tail_number_with_two_possible_addresses_is_not_resolved(icao24: str, tail: str) -> None:
    """Korean helicopters and MC-21 prototypes are seen in two blocks: an address tells the tail, a tail no address."""
    assert registration_of(icao24) == (tail, "rule")
    assert icao24_of(tail) is None


@pytest.mark.parametrize(("tail", "icao24"), [("P-561", "727761"), ("P-885", "7278a5"), ("P-883", "72779a")])
def test_air_koryos_known_aircraft_count_as_registered(tail: str, icao24: str) -> None:
    assert icao24_of(tail) == Resolution(icao24, "register")
    assert registration_of(icao24) == (tail, "register")


def test_air_koryos_other_aircraft_are_guesses() -> None:
    assert icao24_of("P-813") == Resolution("72785d", "guess")
    assert registration_of("72785d") == ("P-813", "guess")


def test_a_guess_never_takes_what_is_known_to_be_anothers() -> None:
    """72779a is P-883, so not P-618 by formula; and P-883 is not at 7278a3, where the formula would have it."""
    assert icao24_of("P-618") is None
    assert registration_of("7278a3") is None


def test_russian_state_aircraft_are_guessed_at_the_civil_address() -> None:
    assert icao24_of("RF-86559") == Resolution("15521f", "guess")
    assert icao24_of("rf 73054") is None
    assert icao24_of("RF-97012") is None


@pytest.mark.parametrize(
    ("icao24", "tails"),
    [("15521f", ("RA-86559", "RF-86559")), ("157f3e", ("RA-98110", "RF-98110")), ("e0214e", ("LV-BEN", "LQ-BEN"))],
)
def test_an_address_that_two_tail_numbers_share_is_left_open(icao24: str, tails: tuple[str, str]) -> None:
    """The first has it by rule, the second as a guess, and the address alone tells neither."""
    assert registrations_of(icao24.upper()) == tails
    assert registration_of(icao24) is None
    assert [icao24_of(tail) for tail in tails] == [Resolution(icao24, "rule"), Resolution(icao24, "guess")]


@pytest.mark.parametrize(
    ("icao24", "tail"),
    [
        pytest.param("76e305", "9V-XXE", id="Singapore's air force 720"),
        pytest.param("76e721", "9V-YYA", id="Singapore's air force 9101"),
        pytest.param("7684c1", "9V-AFA", id="Singapore's air force 751"),
        pytest.param("743581", "JY-MLA", id="Royal Jordanian Air Force 463"),
        pytest.param("4a35a7", "YR-MMG", id="Romanian Air Force 1104"),
        pytest.param("4a3602", "YR-MPB", id="Romanian police 108"),
        pytest.param("386447", "F-BZCH", id="F-AZCH"),
        pytest.param("761047", "AP-DBG", id="Pakistan Army 4270"),
        pytest.param("762af3", "AP-JWS", id="Pakistan Air Force J-755"),
        pytest.param("763b2c", "AP-NYL", id="Pakistan Navy 79"),
        pytest.param("766021", "AP-XAA", id="Government of Pakistan PA-9834"),
        pytest.param("44c1e1", "OO-POA", id="Belgian police G-01"),
        pytest.param("a0fdfb", "N163MW", id="the first privacy address"),
        pytest.param("a0febb", "N163VN", id="the last privacy address"),
    ],
)
def test_addresses_that_go_to_others_are_unknown(icao24: str, tail: str) -> None:
    """Rather than wrong, both ways."""
    assert registrations_of(icao24) == ()
    assert registration_of(icao24) is None
    assert icao24_of(tail) is None


@pytest.mark.parametrize(
    ("tail", "icao24"),
    [
        ("9V-YFC", "76e4c3"),
        ("OO-PAT", "44c034"),
        ("YR-MAA", "4a3421"),
        ("YR-MTH", "4a3688"),
        ("AP-PAK", None),
        ("N163MV", "a0fdfa"),
        ("N163VP", "a0febc"),
    ],
)
def test_their_neighbours_are_as_the_formula_says(tail: str, icao24: str | None) -> None:
    resolution = icao24_of(tail)
    assert resolution is not None
    assert icao24 is None or resolution.icao24 == icao24
    assert registration_of(resolution.icao24) == (tail, "rule")


@pytest.mark.parametrize(
    "tails",
    [
        ("", "-", "P-88", "P-8855", "P-085"),
        ("RA-", "RA-8655", "RA-865590", "RA-0123G", "RA-86*", "RF-1"),
        ("CU-T0999", "CU-T2000", "CU-A1454"),
        ("G-ABCD", "ZS-ABC", "D-KABC", "D-1234", "D-AIM", "D-AIMAA", "F-CABC", "F-WWAI", "C-IABC", "OO-123"),
        ("N", "N0", "N01", "N1I", "N1O", "N1234AB", "N123456", "N12345A", "N1A1", "NABC"),
        ("JA", "JA12", "JA12345", "JAABCD", "JA1ABC", "JA00I0", "JA001O"),
        ("HL", "HL0999", "HL1300", "HL7199", "HL7800", "HL8800", "HL9500", "HL72AB", "HL72000"),
    ],
)
def test_unknown_tail_numbers_stay_unknown(tails: tuple[str, ...]) -> None:
    assert {tail: icao24_of(tail) for tail in tails} == dict.fromkeys(tails)


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(("000000", "400001", "ffffff"), id="states without a rule"),
        pytest.param(("396b39", "3c443b", "39001a", "e0105b"), id="gaps that strides of 32 and 64 leave"),
        pytest.param(("71ba0a", "71ba9a", "71baa0", "71cf00"), id="Korean addresses that are not decimal"),
        pytest.param(("0b07d0", "13ffff", "1e0000", "448420", "e01040"), id="just outside a block"),
        pytest.param(("a00000", "adf7c8", "83ffff", "8781d0"), id="just outside the United States and Japan"),
        pytest.param(("8423c8", "8423d0"), id="Japanese addresses between JA09ZZ and JA1000"),
        pytest.param(("727530", "727593", "727918"), id="P-000, P-099, P-1000"),
    ],
)
def test_addresses_no_rule_gives_have_no_tail_number(addresses: tuple[str, ...]) -> None:
    assert {icao24: registration_of(icao24) for icao24 in addresses} == dict.fromkeys(addresses)


@pytest.mark.parametrize(
    ("tail", "typed"),
    [
        ("RA-86559", ("ra86559", "RA 86559", " ra - 86559 ", "RA\u201186559", "RA–86559", "RA\u00a086559", "RA-86559")),
        ("RF-86559", ("rf86559", "rf 86559")),
        ("N899DN", ("n899dn", "n 899 dn")),
        ("D-AIMA", ("D AIMA", "daima", "d-aima")),
        ("P-885", ("P885", "p 885")),
        ("9V-DHA", ("9vdha",)),
        ("CU-T1454", ("cut1454", "cu t1454")),
        ("C-FABB", ("cfabb",)),
        ("CS-AHX", ("csahx",)),
        ("JA8089", ("ja8089", "JA 8089")),
        ("HL7200", ("hl7200",)),
    ],
)
def test_normalise_accepts_what_people_type(tail: str, typed: tuple[str, ...]) -> None:
    assert {text: normalise(text) for text in typed} == dict.fromkeys(typed, tail)


def test_normalise_leaves_other_forms_as_they_are() -> None:
    """Only case and blanks change: what is not known to lack a hyphen is given none."""
    others = {"g-abcd": "G-ABCD", "b 1234": "B1234", "ra-86*": "RA-86*", "dqabc": "DQABC", "ra8655": "RA8655"}
    others |= {"P8851": "P8851", "60-0123": "60-0123", "": "", "ſx-abx": "ſx-abx", "ra86559\n": "RA86559\n"}
    assert {text: normalise(text) for text in others} == others


@given(RULE_TAILS)
def test_normalise_puts_back_case_and_hyphen(tail: str) -> None:
    assert normalise(tail) == tail
    assert normalise(tail.replace("-", "").lower()) == tail


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(
            ("RA-٨٦٥٥٩", "RA-８６５５９", "N１", "JA８０８９", "P-٨٨٥", "HL7²00"), id="digits of other scripts"
        ),
        pytest.param(("РА-86559", "ſX-ABX", "D-AıMA", "TC-ﬀA", "\ud800"), id="letters of other scripts"),
        pytest.param(("RA-86559\n", "N1\n", "JA8089\n", "P-885\r", "HL7200\t", "9V-DH\x00"), id="control characters"),
        pytest.param(("\x1b[31mRA-86559", "[bold]RA-86559[/]"), id="markup"),
        pytest.param(("RA-" + "1" * 10**6, "N" + "1" * 10**6, "A" * 10**6, " " * 10**6), id="long"),
    ],
)
def test_hostile_text_is_unknown(texts: tuple[str, ...]) -> None:
    for text in texts:
        assert (icao24_of(text), icao24_of(normalise(text)), registration_of(text)) == (None, None, None)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    """Whatever resolves is plain ASCII once blanks and dashes are mended, and its address is six hex digits."""
    resolution = icao24_of(text)
    if resolution is not None:
        assert normalise(text).isascii()
        assert re.fullmatch("[0-9a-f]{6}", resolution.icao24)
    registration_of(text)


@pytest.mark.parametrize("icao24", ["15521", "15521ff", "0x1552", "15_21f", " 5521f", "15521g", "+5521f", "15521f\n"])
def test_what_is_not_an_address_has_no_tail_number(icao24: str) -> None:
    assert registration_of(icao24) is None


def test_a_fleet_is_resolved_in_a_moment() -> None:
    """17,000 tail numbers, a watchlist of everything that flies, in CPU time well below a second."""
    fleet = [f"RA-{number:05}" for number in range(8_500)] + [f"n{number}a" for number in range(1_000, 9_500)]
    started = time.process_time()
    addresses = [resolution.icao24 for tail in fleet if (resolution := icao24_of(tail))]
    named = [registrations_of(icao24) for icao24 in addresses]
    assert time.process_time() - started < 2.0
    assert len(named) == len(fleet)
    assert () not in named


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("165829", True),
        (" 170000 ", True),
        ("16582", False),
        ("1658290", False),
        ("15521f", False),
        ("１６５８２９", False),
    ],
)
def test_six_digits_may_be_a_serial(text: str, is_one: bool) -> None:
    """Of the air forces of the United States or Canada; only ASCII's digits are any."""
    assert is_serial(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("CCA121", True), ("RSD100", True), ("AFL1X", True), ("cca121", False), ("RA86559", False), ("15521F", False)],
)
def test_what_may_be_a_callsign(text: str, is_one: bool) -> None:
    assert is_flight(text) is is_one
