"""Names and what is said of each, at any width."""

import pytest
from rich.text import Text
from terminals import drawn

from flightwatch.channels.pairs import Pairs

ROWS = [
    ("Petropavlovsk-Kamchatsky Yelizovo (PKC/UHPP)", "every arrival, whoever it is, by day and by night"),
    ("P-885", "last heard 14 h 05 min ago in the air"),
]


def test_text_is_text() -> None:
    assert drawn(Pairs([(None, [("[b]P-885[/]", "[blink]never heard")])])) == ["[b]P-885[/]  [blink]never heard"]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            40,
            [
                "where",
                "Petropavlovsk-Kamchatsky Yelizovo",
                "(PKC/UHPP)",
                "  every arrival, whoever it is, by day",
                "  and by night",
                "P-885",
                "  last heard 14 h 05 min ago in the air",
            ],
        ),
        (
            80,
            [
                "where",
                "Petropavlovsk-Kamchatsky          every arrival, whoever it is, by day and by",
                "Yelizovo (PKC/UHPP)               night",
                "P-885                             last heard 14 h 05 min ago in the air",
            ],
        ),
        (
            200,
            [
                "where",
                "Petropavlovsk-Kamchatsky Yelizovo (PKC/UHPP)  every arrival, whoever it is, by day and by night",
                "P-885                                         last heard 14 h 05 min ago in the air",
            ],
        ),
    ],
)
def test_the_width_there_is(width: int, lines: list[str]) -> None:
    """Beside each other where there is room, else one below the other."""
    assert drawn(Pairs([(Text("where"), ROWS)]), width) == lines


@pytest.mark.parametrize("width", range(30, 130))
def test_words_are_whole(width: int) -> None:
    """Nothing is cut off either."""
    lines = drawn(Pairs([(None, ROWS)]), width)
    assert max(map(len, lines)) <= width
    words = " ".join(word for row in ROWS for word in row).split()
    assert sorted(" ".join(lines).split()) == sorted(words)


def test_a_word_without_room_goes_on_below() -> None:
    """An address is not cut off, as somebody has to copy it."""
    address = "https://opensky-network.org/api/states/all?lamin=43&lomin=131"
    lines = drawn(Pairs([(None, [("queries", address)])]), 40)
    assert "".join(line.removeprefix("queries").strip() for line in lines) == address
