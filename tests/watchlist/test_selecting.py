"""Selectors in a watchlist: whom they mean, beside whom else, and what is said of those that mean nobody or too many."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from made_registers import KORYO, SIX, register_of
from made_watchlists import AIRPORTS, event
from msgspec.structs import replace

from flightwatch.app.update import changes
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.core.model import Identity
from flightwatch.core.register import NO_REGISTER, Register, Registered
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedAircraft, admits
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.watchlist.selecting import MOST_SELECTED
from flightwatch.watchlist.wanted import wanted
from flightwatch.watchlist.warnings import doubts

LIST = (
    "$ICAO,$Registration,$Operator,$Type,$ICAO Type,#CMPG,$Tag 1,$#Tag 2,$#Tag 3,Category,$#Link\r\n"
    "15521F,RA-86559,Russian Air Force,Ilyushin IL-62M,IL62,Mil,VIP,Il-62,,Tsars,https://example.org/\r\n"
    '7278A5,p-885,"Air Koryo, Pyongyang",Ilyushin IL-62M,IL62,Civ,,,,,\r\n'
    "AE01C5,165829,Invented Navy,C-40A Clipper,B737,Mil,,,,,\r\n"
)
"""Invented rows, in the columns of plane-alert-db."""


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return register_of(tmp_path_factory.mktemp("cache"), *SIX)


def parse(text: str, register: Register, lists: Mapping[str, bytes] = {}) -> Watchlist:
    """Read as much as can be understood."""

    def the_list(name: str) -> bytes:
        if name not in lists:
            raise WatchlistError([f"{name}: no such file"])
        return lists[name]

    return parse_watchlist(
        text.encode(), name="w", environment={}, airports=AIRPORTS, register=register, lists=the_list, strict=False
    )


def icao24s(watchlist: Watchlist) -> list[str]:
    return [aircraft.icao24 for aircraft in watchlist.aircraft]


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("{operator: Air Koryo}", ["7277a8", "7278a5"]),
        ("{operator: '*air force'}", ["15521f", "15523a"]),
        ("{type: IL62}", ["09a01a", "15521f", "7278a5"]),
        ("{type: Il-62*, country: Russia}", ["15521f"]),
        ("{country: KP}", ["7277a8", "7278a5"]),
        ("{military: true}", ["15521f", "15523a"]),
        ("{military: true, type: IL78}", ["15523a"]),
    ],
)
def test_whom_an_entry_means(register: Register, entry: str, meant: list[str]) -> None:
    read = parse(f"aircraft: [{entry}]", register)
    assert (icao24s(read), read.complaints, read.remarks) == (meant, (), ())
    assert [m.icao24s for m in read.selected] == [tuple(meant)]
    assert {aircraft.how for aircraft in read.aircraft} == {"register"}


def test_what_stands_beside_a_selector_is_of_all_that_it_means(register: Register) -> None:
    """Who is named has what stands there, wherever it stands; who is selected twice what stands first."""
    text = """
    aircraft:
      - {operator: Air Koryo, label: Koryo, at: FNJ, tags: [dprk]}
      - {type: IL62}
      - {registration: P-885, label: the jet}
    airports: [{code: VVO, only: ["tag:dprk"]}]
    """
    read = parse(text, register)
    assert read.aircraft == (
        WatchedAircraft("7278a5", "P-885", "register", "the jet"),
        WatchedAircraft("7277a8", "P-632", "register", "Koryo", ("ZKPY",), ("dprk",)),
        WatchedAircraft("09a01a", "C5-RTG", "register", "ILYUSHIN Il-62M, Government"),
        WatchedAircraft("15521f", "RA-86559", "register", "ILYUSHIN Il-62, Russian Air Force"),
    )
    assert read.remarks == (
        "w:3: aircraft[0]: 1 of its aircraft is named before, and watched once",
        "w:4: aircraft[1]: 1 of its aircraft is named before, and watched once",
    )
    assert read.complaints == ()
    assert read.selected_alone == {"7277a8", "09a01a", "15521f"}


def test_an_airport_is_watched_for_those_patterns_that_are_understood() -> None:
    read = parse('airports: [{code: VVO, only: ["type:IL62", "RA-86*"]}]', NO_REGISTER)
    assert [airport.only for airport in read.airports] == [("RA-86*",)]
    assert len(read.complaints) == 1


def test_who_is_named_and_selected_keeps_its_own_rule_when_the_register_comes(register: Register) -> None:
    text = "aircraft: [RA-86559, {type: IL62, country: Russia}]"
    then, now = parse(text, NO_REGISTER), parse(text, register)
    assert changes(then, now, (AIRPORTS, AIRPORTS)) == [
        "type:IL62 and country:Russia means 1 aircraft now, new: RA-86559"
    ]


NEEDS = "needs the register of aircraft, fetch it once with: flightwatch update"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{operator: ''}", "aircraft[0].operator: is empty, write a name such as Air Koryo, or *Air Force"),
        ("{country: Rusia}", "aircraft[0].country: 'Rusia' is no country that has aircraft addresses, write Russia"),
        (
            "{country: congo}",
            "aircraft[0].country: 'congo' is no country that has aircraft addresses, "
            "write Congo (Brazzaville) or Congo (Kinshasa)",
        ),
        (
            "{country: Qqqq}",
            "aircraft[0].country: 'Qqqq' is no country that has aircraft addresses, "
            "write a country such as Russia or RU",
        ),
        ("{callsign: '*'}", "aircraft[0].callsign: '*' is no callsign, write two letters or digits at least, as RSD*"),
        (
            "{callsign: RSD12345X}",
            "aircraft[0].callsign: 'RSD12345X' is no callsign, write two letters or digits at least, as RSD*",
        ),
        ("{military: no}", "aircraft[0].military: is 'no', write true, or leave it out"),
        (
            '{operator: "${CODE}"}',
            "aircraft[0].operator: takes nothing from the environment, write a name such as Air Koryo",
        ),
        (
            '{list: "${CODE}.csv"}',
            "aircraft[0].list: takes nothing from the environment, write a file such as spotters.csv",
        ),
        ("{callsign: RSD*, list: a.csv}", "aircraft[0]: list: and callsign: do not go together, write two entries"),
        ("{list: gone.csv}", "aircraft[0].list: gone.csv: no such file"),
        ("{type: IL62, icao24: 15521f}", "aircraft[0]: unknown key 'icao24', write one of "),
        ("'type:IL62'", "aircraft[0]: 'type:IL62' is no tail number, write {type: IL62}"),
    ],
)
def test_what_is_wrong(register: Register, entry: str, said: str) -> None:
    read = parse(f"aircraft: [{entry}]", register)
    assert [complaint.startswith(f"w:1: {said}") for complaint in read.complaints] == [True], read.complaints
    assert (read.aircraft if "unknown" not in said else (), read.callsigns) == ((), ())


@pytest.mark.parametrize(
    "entry", ["operator: Air Koryo", "type: IL62", "country: Russia", "military: true", "callsign: RSD*, type: IL62"]
)
def test_without_a_register_it_is_said_how_to_fetch_it(entry: str) -> None:
    read = parse(f"aircraft: [{{{entry}}}]\nairports: [{{code: FNJ, only: ['type:IL62', 'country:RU']}}]", NO_REGISTER)
    assert len(read.complaints) == 2
    assert all(complaint.endswith(NEEDS) for complaint in read.complaints)
    assert read.airports[0].picks == (Picked(Selector(country="RU")),)


def test_a_selector_that_means_nobody_is_no_mistake(register: Register) -> None:
    """An operator may have sold its last aircraft: polls go on."""
    read = parse("aircraft: [{operator: Sold}]\nairports: [{code: FNJ, only: ['operator:Sold']}]", register)
    assert (read.complaints, read.aircraft) == ((), ())
    nobody = "operator:Sold means nobody that the register of aircraft knows"
    assert read.remarks == (f"w:1: aircraft[0]: {nobody}", f"w:2: airports[0].only[0]: {nobody}")
    assert not admits(read.airports[0], "7278a5", "P-885", None)


def test_a_selector_that_means_too_many_is_a_mistake(tmp_path: Path) -> None:
    many = [Registered(f"{0xA00000 + n:06x}", None, "C172") for n in range(MOST_SELECTED + 1)]
    read = parse("aircraft: [{type: C172}, {type: C172, country: Russia}]", register_of(tmp_path, *many))
    assert read.complaints == (
        "w:1: aircraft[0]: type:C172 means 20,001 aircraft, and 20,000 is the most: narrow it by a further key such as "
        "country:, or put it into the only: of an airport",
    )
    assert read.aircraft == ()


def test_a_callsign_is_nobody_until_somebody_flies_as_it(register: Register) -> None:
    read = parse(
        "aircraft: [{callsign: rsd*, country: Russia, label: state flight, at: [FNJ], tags: [state]}]", register
    )
    (entry,) = read.callsigns
    assert (entry.callsign, entry.name) == ("RSD*", "country:Russia and callsign:RSD*")
    assert (entry.label, entry.at, entry.tags) == ("state flight", ("ZKPY",), ("state",))
    assert (read.aircraft, read.complaints, read.remarks) == ((), (), ())


def test_an_only_holds_patterns_and_selectors(register: Register) -> None:
    text = """
    airports:
      - {code: FNJ, only: ["operator:Air Koryo", "type:Il-62M", "country:Russia", "callsign:RSD*", military, P-8*]}
      - {code: VVO, only: {type: IL62, country: RU}}
    notify: [{print: , only: ["type:IL62", FNJ]}]
    """
    read = parse(text, register)
    fnj, vvo = read.airports
    assert (fnj.only, read.complaints) == (("P-8*",), ())
    assert [str(each.selector) for each in fnj.picks] == [
        *("operator:Air Koryo", "type:Il-62M", "country:Russia", "callsign:RSD*", "military")
    ]
    assert vvo.picks == (Picked(Selector(kind="IL62", country="RU"), frozenset({"15521f"})),)
    routing = read.notify[0].routing
    assert (routing.only, [str(each.selector) for each in routing.picks]) == (("FNJ",), ["type:IL62"])
    for icao24, callsign, is_meant in [
        ("7277a8", None, True),  # the operator's
        ("09a01a", None, True),  # the type
        ("155222", None, True),  # the country
        ("4b1805", "RSD12   ", True),
        ("4b1805", "SWR12", False),
    ]:
        assert admits(fnj, icao24, None, None, callsign=callsign) is is_meant
    assert admits(fnj, "4b1805", None, None, identity=Identity(is_military=True))
    assert not admits(vvo, "7278a5", "P-885", None)


def test_an_event_at_an_airport_is_wanted_of_those_that_its_selectors_mean(register: Register) -> None:
    read = parse("airports: [{code: FNJ, only: [{type: IL62}, 'callsign:RSD*']}]", register)
    fnj = read.airports[0].airport
    assert wanted(read, event("7278a5", fnj))
    assert not wanted(read, event("7277a8", fnj))


def test_what_another_register_changes(register: Register, tmp_path: Path) -> None:
    """Whom an entry means now and no more, in a sentence."""
    text = "aircraft: [{operator: Air Koryo}, {type: IL62}, {type: B52, country: US}]"
    other = register_of(
        tmp_path, KORYO, *(replace(KORYO, icao24=f"72790{n}", registration=f"P-97{n}") for n in range(5))
    )
    before, after = parse(text, register), parse(text, other)
    assert changes(before, after, (AIRPORTS, AIRPORTS)) == [
        "operator:Air Koryo means 6 aircraft now, new: P-970, P-971, P-972 and 2 more; gone: P-632",
        "type:IL62 means 6 aircraft now, new: P-970, P-971, P-972 and 2 more; gone: C5-RTG and RA-86559",
    ]
    assert changes(before, before, (AIRPORTS, AIRPORTS)) == []


def test_nothing_of_the_environment_shows_in_what_is_said() -> None:
    text = """
    aircraft: [{operator: "${S}", type: "${S}", country: "${S}", callsign: "${S}", military: "${S}"}, {list: "${S}"}]
    airports: [{code: FNJ, only: ["operator:${S}", "type:${S}", "callsign:${S}", {type: "${S}"}]}]
    """
    read = parse_watchlist(
        text.encode(), name="w", environment={"S": "hush"}, airports=AIRPORTS, register=NO_REGISTER, strict=False
    )
    assert len(read.complaints) == 10
    assert "hush" not in repr(read)


# Lists


def test_a_list_as_it_comes() -> None:
    """Six digits in its registrations are no addresses; nothing of it needs the register."""
    read = parse("aircraft: [{list: a.csv, tags: [planes]}]", NO_REGISTER, {"a.csv": LIST.encode()})
    assert read.aircraft == (
        WatchedAircraft(
            "15521f",
            "RA-86559",
            "given",
            "Ilyushin IL-62M, Russian Air Force",
            (),
            ("planes", "VIP", "Il-62", "Tsars"),
        ),
        WatchedAircraft("7278a5", "P-885", "given", "Ilyushin IL-62M, Air Koryo, Pyongyang", (), ("planes",)),
        WatchedAircraft("ae01c5", "165829", "given", "C-40A Clipper, Invented Navy", (), ("planes",)),
    )
    assert (read.complaints, read.remarks, read.files) == ((), (), ("a.csv",))
    assert [(m.text, len(m.icao24s)) for m in read.selected] == [("a.csv", 3)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("military: true", ["15521f", "ae01c5"]),
        ("type: Il-62M", ["15521f", "7278a5"]),
        ("operator: air koryo*", ["7278a5"]),
        ("country: US", ["ae01c5"]),
        ("type: IL62, military: true", ["15521f"]),
    ],
)
def test_a_part_of_a_list(asked: str, meant: list[str]) -> None:
    read = parse(f"aircraft: [{{list: a.csv, {asked}}}]", NO_REGISTER, {"a.csv": LIST.encode()})
    assert (icao24s(read), read.complaints) == (meant, ())


@pytest.mark.parametrize(
    "data",
    [
        b"icao24,registration,label\n15521f,RA-86559,Il-62M\n",
        b"\xef\xbb\xbficao24,registration,label\r\n15521F,ra 86559,Il-62M\r\n\r\n",
        b"hex;reg;Label\n15521f;RA86559;Il-62M\n",
        b'"ICAO24"\t"Registration"\t"Label"\t"who"\n15521f\tRA-86559\tIl-62M\tnobody\n',
        b"registration,label,icao24\nRA-86559,Il-62M\n",
        b"registration,label\nRA-86559,Il-62M",
    ],
)
def test_columns_are_known_by_their_names(data: bytes) -> None:
    """In any order, with a byte order mark, quotes, semicolons or tabs; a tail number is enough where rules know it."""
    read = parse("aircraft: [{list: a.csv}]", NO_REGISTER, {"a.csv": data})
    assert [(a.icao24, a.registration, a.label) for a in read.aircraft] == [("15521f", "RA-86559", "Il-62M")]
    assert (read.complaints, read.remarks) == ((), ())


def test_letters_of_a_spreadsheet_that_knows_no_utf_8() -> None:
    """And of one that begins its files with a mark."""
    text = "icao24,label\n4b1805,Zürich\n"
    for data in (text.encode("latin-1"), text.encode(), text.encode("utf-8-sig")):
        (read,) = parse("aircraft: [{list: a.csv}]", NO_REGISTER, {"a.csv": data}).aircraft
        assert (read.icao24, read.label) == ("4b1805", "Zürich")


def test_what_unset_transponders_send_is_left_out_of_a_list() -> None:
    """Or whoever sends it would be taken for that aircraft."""
    rows = "icao24,registration\n000000,RA-86560\n15521f,RA-86559\nFFFFFF,\n"
    read = parse("aircraft: [{list: a.csv}]", NO_REGISTER, {"a.csv": rows.encode()})
    assert icao24s(read) == ["15521f"]
    unset = (
        "is no aircraft's icao24, transponders that were never set send it, write the right one; the row is left out"
    )
    assert read.remarks == (f"a.csv:2: 000000 {unset}", f"a.csv:4: FFFFFF {unset}")


def test_rows_that_cannot_be_read_are_left_out_and_named() -> None:
    """Some of them: a list of thousands may have its mistakes, and the others are watched."""
    rows = [
        "icao24,registration",
        "10166,SU-BRR",
        "15521f,RA-86559",
        ",",
        " ,HZ-ABC",
        "x\x1b[31m,",
        '"a\nb",',
        *["7,"] * 9,
    ]
    read = parse("aircraft: [{list: a.csv}]", NO_REGISTER, {"a.csv": "\n".join(rows).encode()})
    assert (icao24s(read), read.complaints) == (["15521f"], ())
    left_out = "; the row is left out"
    assert read.remarks[:4] == (
        f"a.csv:2: '10166' is not an icao24, write 010166, of which a spreadsheet cuts the zero{left_out}",
        f"a.csv:5: no rule gives the icao24 of 'HZ-ABC', add it in a column icao24{left_out}",
        f"a.csv:6: 'x [31m' is not an icao24, write six hex digits such as 15521f{left_out}",
        f"a.csv:8: 'a b' is not an icao24, write six hex digits such as 15521f{left_out}",
    )
    assert read.remarks[-1] == "a.csv: 3 more rows are left out for such reasons"
    assert len(read.remarks) == 11


def test_an_aircraft_that_is_twice_in_lists_is_watched_once() -> None:
    lists = {"a.csv": (LIST + "15521f,RA-86559\n").encode(), "b.csv": b"icao24\n7278a5\n000001\n"}
    read = parse("aircraft: [RA-86559, {list: a.csv}, {list: b.csv}]", NO_REGISTER, lists)
    assert icao24s(read) == ["15521f", "7278a5", "ae01c5", "000001"]
    assert read.remarks == (
        "w:1: aircraft[1]: 2 of its aircraft are named before, and watched once",
        "w:1: aircraft[2]: 1 of its aircraft is named before, and watched once",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a.csv:1: has no column icao24 or registration, "),
        (b"15521f,RA-86559\n", "a.csv:1: has no column icao24 or registration, "),
        ("icao24\n15521f\n".encode("utf-16"), "a.csv:1: is UTF-16, save it as UTF-8"),
        (b"icao24\n" + b"15521f\n" * 20_001, "a.csv:20002: has more than 20,000 rows, leave some out"),
        (b'icao24\n"' + b"x" * 200_000, "a.csv:2: is no text in columns (field larger than field limit (131072))"),
    ],
)
def test_a_list_that_cannot_be_used(data: bytes, said: str) -> None:
    read = parse("aircraft: [{list: a.csv}]", NO_REGISTER, {"a.csv": data})
    assert len(read.complaints) == 1
    assert read.complaints[0].startswith(said)


def test_doubts_about_a_list_are_one_line() -> None:
    """Nobody wrote its rows down here, so that they can hardly be corrected here."""
    data = b"icao24,registration\n394881,1112\n3cc011,YV3000\n15521f,RA-86559\n"
    read = parse("aircraft: [{list: a.csv, at: [FNJ]}]", NO_REGISTER, {"a.csv": data})
    assert [*doubts(read, NO_REGISTER)] == [
        "a.csv: 1112: 394881 is the icao24 of F-GSEB by rule; correct it, unless you know better, and 1 more like that"
    ]


def test_the_tags_of_a_list_are_known_to_an_only() -> None:
    lists = {"a.csv": LIST.encode()}
    read = parse("aircraft: [{list: a.csv}]\nairports: [{code: FNJ, only: ['tag:Tsars']}]", NO_REGISTER, lists)
    assert read.complaints == ()
    fnj, listed = read.airports[0], read.watched.aircraft_by_icao24
    assert admits(fnj, "15521f", None, listed["15521f"])
    assert not admits(fnj, "7278a5", None, listed["7278a5"])
    many = b"icao24,tags\n15521f," + b";".join(b"word %d" % n for n in range(30))
    text = "aircraft: [{list: a.csv}]\nairports: [{code: FNJ, only: ['tag:qqq']}]"
    (complaint,) = parse(text, NO_REGISTER, {"a.csv": many}).complaints
    assert complaint.endswith("'tag:qqq' is a tag that no aircraft has, add it to the tags: of an aircraft")


def test_a_list_lies_beside_the_watchlist(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.csv").write_text(LIST, encoding="utf-8")
    path = tmp_path / "w.yaml"
    path.write_text("aircraft: [{list: lists/a.csv}]", encoding="utf-8")
    assert len(read_watchlist(path, environment={}, airports=AIRPORTS).aircraft) == 3
    path.write_text("aircraft: [{list: gone.csv}]", encoding="utf-8")
    with pytest.raises(WatchlistError, match=r"gone\.csv: no such file, put the list there, or name it as it lies"):
        read_watchlist(path, environment={}, airports=AIRPORTS)


def test_a_list_in_place_of_a_watchlist_is_told_how_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("# icao24, registration, label\naircraft: [RA-86559]\n", encoding="utf-8")
    assert len(read_watchlist(path, environment={}, airports=AIRPORTS).aircraft) == 1
    path = tmp_path / "planes.csv"
    for text in (LIST, "icao24;registration\n15521f;RA-86559\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(WatchlistError) as caught:
            read_watchlist(path, environment={}, airports=AIRPORTS)
        assert caught.value.complaints == [
            f"{path}: is a list of aircraft, not a watchlist, write one that says aircraft: [{{list: planes.csv}}]"
        ]
