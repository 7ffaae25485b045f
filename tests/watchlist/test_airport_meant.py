"""Which airport a name means: one is taken, of several none, and nobody is told another field's code without its name."""

import pytest
from state_vectors import AIRPORTS

from flightwatch.core.airport_names import LONGEST, decode_names, encode_names, folded, index_of
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, AirportKind
from flightwatch.data.city_codes import CITIES
from flightwatch.errors import StoreError
from flightwatch.watchlist.airport_meant import choice_in_a_line, choice_lines, meant, slip_of, taken_line


def codes(text: str, *, guess: bool = True) -> list[str]:
    """Give the codes of all that may be meant."""
    return [airport.iata or airport.icao for airport in meant(text, AIRPORTS, guess=guess).airports]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Pyongyang", "FNJ"),  # a highway strip and two small fields share the city
        ("PYONGYANG", "FNJ"),
        ("Sunan", "FNJ"),  # not Sunan Shuofang
        ("Pyongyang Sunan International Airport", "FNJ"),
        ("Wonsan", "WOS"),
        ("vladivostok", "VVO"),  # its city is Artyom
        ("Chkalovsky", "CKL"),  # OurAirports: Chkalovskiy
        ("Chkalovskii", "CKL"),
        ("Chkalovsk", "RU-0028"),
        ("Domodedovo", "DME"),
        ("Домодедово", "DME"),
        ("Пхеньян", "FNJ"),
        ("Heathrow", "LHR"),
        ("O'Hare", "ORD"),
        ("JFK", "JFK"),
        ("John F. Kennedy", "JFK"),
        ("Kennedy", "JFK"),
        ("St. Petersburg", "LED"),
        ("Saint-Petersburg", "LED"),
        ("Zürich", "ZRH"),
        ("zurich", "ZRH"),
        ("Tromso", "TOS"),
        ("Malé", "MLE"),
        ("Hmeimim", "LTK"),
        ("Ramstein", "RMS"),
        ("Area 51", "KXTA"),
        ("Komsomolsk-on-Amur", "KXK"),
        ("Uiju", "ZKUJ"),  # small fields alone are called so
        ("Pyongyang, North Korea", "FNJ"),
        ("Vnukovo, Moscow", "VKO"),
        ("Vnukovo International Airport, Moscow, Russia", "VKO"),  # as it is listed, without its codes
        ("Logan, Boston", "BOS"),
        ("Sunan, China", "WUX"),
        ("London, Canada", "YXU"),
        ("Moscow, United States", "PUW"),
        ("Oslo Airport, Gardermoen", "OSL"),  # a comma in its own name
        ("Moscow Vnukovo", "VKO"),
        ("Milan Malpensa", "MXP"),
        ("Istanbul Ataturk", "ISL"),
        ("Bengaluru", "BLR"),
        ("Taipei", "TPE"),
        ("CAS", "CMN"),  # IATA's code of the city, which has one airport
    ],
)
def test_one_is_taken(text: str, code: str) -> None:
    found = meant(text, AIRPORTS, guess=False)
    assert found.one is not None
    assert (found.one.iata or found.one.icao) == code


@pytest.mark.parametrize(
    ("text", "those"),
    [
        ("Moscow", ["ZIA", "DME", "SVO", "VKO", "PUW", "CKL", "OSF", "UUBM"]),
        ("MOW", ["SVO", "DME", "VKO", "ZIA", "OSF"]),
        ("lon", ["LHR", "LGW", "STN", "LTN", "LCY", "SEN", "BQH"]),
        ("NYC", ["JFK", "EWR", "LGA", "SWF"]),
        ("TYO", ["HND", "NRT"]),
        ("Rio", ["GIG", "SDU"]),
        ("Moskva", ["ZIA", "DME", "SVO", "VKO"]),
        ("Kyiv", ["KBP", "IEV"]),
        ("Lima", ["LIM", "LIMA"]),  # LIMA is Turin's second field
        ("Goa", ["GOI", "GOA"]),  # GOA is Genoa
        ("Kos", ["KGS", "KOS"]),
        ("Maldives", ["MLE", "GAN"]),
        ("Dubai", ["DWC", "DXB", "NHD"]),
    ],
)
def test_of_several_none_is_taken(text: str, those: list[str]) -> None:
    """A city's airports, a city's code, and a name in small letters that is a code elsewhere."""
    assert (codes(text), meant(text, AIRPORTS).one) == (those, None)


@pytest.mark.parametrize("code", ["LIMA", "GOA", "KOS", "man", "isb", "kp-0012", "fnj"])
def test_codes_are_codes(code: str) -> None:
    """In capitals always; in small letters unless an airport with scheduled flights is called so."""
    found = meant(code, AIRPORTS)
    assert (found.how, found.airports) == ("code", (AIRPORTS.find(code),))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Pyongjang", "FNJ"),
        ("Vladivostock", "VVO"),
        ("Domodedevo", "DME"),
        ("Sheremetevo", "SVO"),
        ("Heatrow", "LHR"),
    ],
)
def test_a_misspelt_name_is_taken_where_only_one_is_like_it(text: str, code: str) -> None:
    assert codes(text, guess=False) == []
    found = meant(text, AIRPORTS)
    assert (found.how, codes(text)) == ("spelling", [code])


@pytest.mark.parametrize("text", ["Mosow", "Macron", "Sevile"])
def test_a_short_word_is_asked_about(text: str) -> None:
    """Too many words are like one of a few letters."""
    found = meant(text, AIRPORTS)
    assert (found.how, found.one) == ("guess", None)
    assert found.airports


@pytest.mark.parametrize(
    "text",
    [
        *("nobody", "RA-8655", "P-8855", "AFL12", "QQQ", "", " ", "???", "x" * 10_000, "\x1b[31m", "15521f"),
        *("BA", "un", "to"),  # Italian provinces, as strips there have them after their names
        *("Airport", "International", "air base"),  # what it is, not which
        *("Pyongyang, France", "Nowhere, Russia", ","),
    ],
)
def test_what_is_no_airport(text: str) -> None:
    """Nothing is made of it: neither of a word, nor of a slip in a tail number or a callsign."""
    assert codes(text) == []


def test_how_a_name_was_understood() -> None:
    """Codes need no word; where others have the name as a part of theirs, they are named with their codes."""
    said = [taken_line(text, meant(text, AIRPORTS)) for text in ("FNJ", "Moscow", "Pyongyang", "Sunan", "Pyongjang")]
    assert said == [
        None,
        None,
        "'Pyongyang' is Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea",
        "'Sunan' is Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea; for Sunan Shuofang International Airport "
        "(WUX/ZSWX), Wuxi, China write WUX",
        "no airport is called 'Pyongjang'; taken for Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea",
    ]


def test_a_choice_names_all_with_their_codes() -> None:
    assert choice_lines("TYO", meant("TYO", AIRPORTS)) == [
        "'TYO' may be any of these: write the code of one",
        "  HND  Tokyo Haneda International Airport (HND/RJTT), Japan",
        "  NRT  Narita International Airport (NRT/RJAA), Japan",
    ]
    assert choice_in_a_line(meant("TYO", AIRPORTS)) == (
        "HND (Tokyo Haneda International Airport) or NRT (Narita International Airport)"
    )
    assert choice_lines("Macron", meant("Macron", AIRPORTS)) == [
        "no airport is called 'Macron'; if Middle Georgia Regional Airport (MCN/KMCN), Macon, United States is meant, write MCN"
    ]
    assert choice_lines("London", meant("London", AIRPORTS))[-1] == "  and 3 more"


def test_a_slip_in_a_code_is_told_with_whose_code_it_makes() -> None:
    assert slip_of("FJN", AIRPORTS) == "FNJ (Pyongyang Sunan International Airport)"
    assert slip_of("QQQ", AIRPORTS) is None


def test_every_city_code_has_airports() -> None:
    """None of them is an airport's own, and all airports are there under the codes they are given."""
    assert [code for code in CITIES if AIRPORTS.find(code) is not None] == []
    given = [code for codes in CITIES.values() for code in codes]
    assert [found.iata for code in given if (found := AIRPORTS.find(code))] == given


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("St. John's International Airport", "saint johns"),
        ("Petropavlovsk-Kamchatskiy", "petropavlovsk kamchatsky"),
        ("Malmö/Sturup", "malmo sturup"),
        ("The Airport", "the airport"),
        ("İstanbul Airport", "istanbul"),
        ("‮", ""),
    ],
)
def test_what_people_write_differently_is_the_same(name: str, words: str) -> None:
    """But a name that says only what it is stays."""
    assert folded(name) == words


def field(icao: str, name: str, city: str | None, kind: AirportKind = "small", *, scheduled: bool = False) -> Airport:
    return Airport(icao, None, name, city, "XX", "Nowhere", kind, 0.0, 0.0, None, "Etc/GMT", (), scheduled)


def test_a_table_without_an_index_of_its_own_has_names() -> None:
    """One is made of its fields: those with airlines first, then the others that are known; small ones where alone."""
    table = Airports(
        [
            field("AAAA", "Old Field", "Testville"),
            field("BBBB", "Testville Regional Airport", "Elsewhere", "medium"),
            field("CCCC", "Testville Airport", "Testville", "large", scheduled=True),
        ]
    )
    found = [(match.icao, match.rank, match.is_whole) for match in table.names.matches("testville")]
    assert found == [("CCCC", "0", True), ("BBBB", "1", True), ("AAAA", "2", True)]
    assert [airport.icao for airport in meant("Testville", table).airports] == ["CCCC"]
    assert [airport.icao for airport in meant("Old", table).airports] == ["AAAA"]


def test_the_index_is_kept() -> None:
    fields = [field("AAAA", "One", "Uno"), field("BBBB", "Two", None)]
    kept, made = decode_names(encode_names(fields, {"BBBB": ("Deux",)})), index_of(fields, {"BBBB": ("Deux",)})
    assert kept.matches("deux") == made.matches("deux") != []
    assert kept.matches("x" * (LONGEST + 1)) == []


@pytest.mark.parametrize(
    "garbage", [b"", b"\n", b"garbage", encode_names([], {})[:-3], encode_names([field("A", "B", "C")], {})[:-1]]
)
def test_a_damaged_index_is_one_clear_line(garbage: bytes) -> None:
    with pytest.raises(StoreError, match=r"^the table of airport names is damaged .*: reinstall flightwatch$"):
        decode_names(garbage)
