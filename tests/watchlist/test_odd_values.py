"""Every key of the watchlist with values that do not belong there: ``check`` ends with code 2, and names line and key of each."""

import re
from typing import Final

import pytest
from program import Program
from state_vectors import AIRPORTS

from flightwatch.errors import WatchlistError
from flightwatch.watchlist.reading import parse_watchlist

WHOLE: Final = """\
aircraft:
  - RA-86559
  - registration: P-885
    icao24: 7278a5
    at: <aircraft[1].at>
    tags: <aircraft[1].tags>
    label: <aircraft[1].label>
  - icao24: <aircraft[2].icao24>
airports:
  - code: <airports[0].code>
  - code: FNJ
    only: <airports[1].only>
notify:
  - print:
    only: <notify[0].only>
    on: <notify[0].on>
    min_confidence: <notify[0].min_confidence>
    delay: <notify[0].delay>
  - print: <notify[1].print>
  - email: <notify[2].email>
  - email:
      to: <notify[3].email.to>
      from: <notify[3].email.from>
      server: <notify[3].email.server>
      user: <notify[3].email.user>
      password: <notify[3].email.password>
  - webhook:
      url: <notify[4].webhook.url>
      secret: <notify[4].webhook.secret>
  - webhook: <notify[5].webhook>
  - apprise: <notify[6].apprise>
alerts:
  on: <alerts.on>
  min_confidence: <alerts.min_confidence>
  still_on_ground: <alerts.still_on_ground>
  time_zone: <alerts.time_zone>
  units: <alerts.units>
  map: <alerts.map>
health:
  blind_after: <health.blind_after>
  heartbeat: <health.heartbeat>
opensky:
  client_id: <opensky.client_id>
  client_secret: <opensky.client_secret>
"""
_KEY: Final = re.compile(r"<(.+)>")
LINES: Final = {
    found[1]: number for number, line in enumerate(WHOLE.splitlines(), 1) if (found := _KEY.search(line)) is not None
}
"""The line of each key."""
_FREE: Final = ("tags", "label", "only", "user", "password", "client_id", "client_secret", "at", "code", "apprise")
FREE: Final = frozenset(path for path in LINES if path.rpartition(".")[2] in _FREE)
"""What may hold nearly any word, or what is like one of 50,000 names or 100 services."""

SHAPES: Final = (
    *("[]", "{}", "[[]]", "[[landing]]", "[{landing: true}]", "[[[[landing]]]]", "{landing: true}"),
    *("", "~", "null", "[~]", "[null, landing]", '""', '"  "', '"\\n"', '"a\\tb"', "a\u200bb", "{<<: {a: 1}}"),
    *("${NOWHERE}", "${", "['${NOWHERE}']", "{a: 1, a: 2}", "[a: b]"),
)
"""Wrong for every key, but for what `RIGHT` has."""
WORDS: Final = (
    *("landings", "[landings]", "[Landing]", "LANDING", "[landing, departures]", "landing departure", "take-off"),
    *("true", "yes", "off", "-1", "0x10", "1e3", ".inf", ".nan", "+0.6", "1_000", "1:30:00", "0,6", "\uff10.5"),
    *("2024-01-10", "2024-01-10T05:00:00Z", "0h", "-1h", "1.5h", "24 h", "h", "\u0661h", f"{'9' * 400}h", "x" * 5000),
    *("feets", "Metres", "Europe", "../../etc/passwd", "/etc/passwd", "zone.tab", "200%", "Europe/" + "a" * 300),
    *("https://[", "smtp://[::1", "smtp://h:x", "a@b@c", "[email]", "\U0001f4e1"),
)
"""Wrong for every key that is not `FREE`."""
RIGHT: Final = {"": "notify[1].print", "~": "notify[1].print", "null": "notify[1].print"}
SYNTAX: Final = (
    *(
        "*x",
        "&a landing",
        "[&a landing, *a]",
        "!!set {a}",
        "!!bool yes",
        "{<<: *b}",
        "[a, b",
        "{a: b",
        "'a",
        '"\\q"',
        "- a",
    ),
    *(
        "[" * 5000,
        "{a: " * 5000,
        "[" * 40 + "]" * 40,
        "? a",
        "@a",
        "%",
        "[${NOWHERE}]",
        "`a",
        "a: b",
        "| a",
        "\x07",
        "a\0",
    ),
)
"""What is no plain YAML wherever it stands."""


def complaints(program: Program, text: str, *options: str) -> list[str]:
    """Check this watchlist, which must be wrong, and give what is said, each a line that can be shown."""
    program.watchlist.write_bytes(text.encode())
    done = program.run("check", *options)
    assert done.returncode == 2, done
    said = [line.removeprefix("flightwatch: ") for line in done.stderr.splitlines()]
    assert all(line.isprintable() and len(line) < 400 for line in said)
    return said


def refused(text: str) -> str:
    """Read this watchlist, which must be wrong, and give the one complaint about it."""
    with pytest.raises(WatchlistError) as error:
        parse_watchlist(text.encode(), name="watchlist.yaml", environment={}, airports=AIRPORTS)
    [said] = error.value.complaints
    return said


def named(said: list[str]) -> set[str]:
    """Tell of which keys something is said, with the right line of the file."""
    return {
        path for path, line in LINES.items() if any(each.startswith(f"watchlist.yaml:{line}: {path}") for each in said)
    }


@pytest.mark.parametrize("value", SHAPES, ids=ascii)
def test_a_value_of_a_wrong_shape(program: Program, value: str) -> None:
    said = complaints(program, _KEY.sub(lambda _: value, WHOLE))
    assert set(LINES) - named(said) == ({RIGHT[value]} if value in RIGHT else set())


@pytest.mark.parametrize("value", WORDS, ids=lambda value: ascii(value[:20]))
def test_a_word_that_is_nearly_right_or_not_at_all(program: Program, value: str) -> None:
    said = complaints(program, _KEY.sub(lambda _: value, WHOLE))
    assert set(LINES) - FREE - named(said) == ({"alerts.map"} if value == "true" else set())


@pytest.mark.parametrize("value", SYNTAX, ids=lambda value: ascii(value[:20]))
def test_what_is_no_plain_yaml(program: Program, value: str) -> None:
    """One line is said, and which one of the file it is, or where what is not closed begins; the program says the same."""
    texts = {path: WHOLE.replace(f"<{path}>", value).replace("<", "").replace(">", "") for path in LINES}
    said = {path: refused(text) for path, text in texts.items()}
    for path, line in LINES.items():
        assert said[path].startswith(f"watchlist.yaml:{line}: ")
        assert said[path].isprintable()
        assert len(said[path]) < 400
    one = [*LINES][SYNTAX.index(value)]
    assert complaints(program, texts[one]) == [said[one]]


def test_line_ends_and_a_byte_order_mark_move_no_line(program: Program) -> None:
    text = "\ufeff" + _KEY.sub("[[landing]]", WHOLE).replace("\n", "\r\n")
    assert named(complaints(program, text)) == set(LINES)


@pytest.mark.parametrize("command", [("check",), ("check", "--format", "json"), ("poll",), ("notify", "--test")])
@pytest.mark.parametrize("path", ["alerts.on", "alerts.units"])
def test_one_wrong_word(program: Program, path: str, command: tuple[str, ...]) -> None:
    """It is the only thing that is said, whichever command reads it."""
    section, _, key = path.partition(".")
    program.watchlist.write_text(f"aircraft: [RA-86559]\n{section}: {{{key}: [landings]}}\n")
    done = program.run(*command)
    assert done.returncode == 2
    assert re.fullmatch(rf"flightwatch: watchlist\.yaml:2: {path}.*, write .*\n", done.stderr)
