"""Lines of tar1090-db's aircraft table. Those in capitals are real ones, as public repositories quote them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flightwatch.core.register import Registered
from flightwatch.sources.tar1090_db import LONGEST, read_registered


@pytest.mark.parametrize(
    ("line", "airframe"),
    [
        ("004002;Z-WPA;B732;00;BOEING 737-200;;;\n", Registered("004002", "Z-WPA", "B732", "BOEING 737-200")),
        ("000001;;;10;;;Miscode - VARIOUS;\r\n", Registered("000001", operator="Miscode - VARIOUS", is_military=True)),
        ("4CA2D1;EI-DYM;B738;00;BOEING 737-800;;;", Registered("4ca2d1", "EI-DYM", "B738", "BOEING 737-800")),
        (
            "A0FDFB;;;0011;;1998;A\\;B;",
            Registered("a0fdfb", operator="A;B", year=1998, is_pia=True, is_ladd=True),
        ),
        (
            "a00001;N1;;01;;19;x\x1b[31m\u202ey  z;",
            Registered("a00001", "N1", operator="x[31my z", is_interesting=True),
        ),
        ("a00001;N1;;;;2031;", Registered("a00001", "N1", year=2031)),
    ],
)
def test_a_line_is_read(line: str, airframe: Registered) -> None:
    assert [*read_registered([line])] == [airframe]


@pytest.mark.parametrize(
    "line", ["GARBAGE", ";;;;;;;", "<html>", "4CA2D1;EI-DYM;B738", "12345;A;B;00;;;;", "4CA2D1;E;B;xy;;;;"]
)
def test_what_is_no_line_of_the_table_is_none(line: str) -> None:
    assert [*read_registered([line, "", "\n"])] == [None]


@given(st.text())
def test_any_text_gives_one_line_or_none(text: str) -> None:
    for airframe in read_registered([f"4ca2d1;{text};{text};0;{text};{text};{text};"]):
        for said in (airframe.registration, airframe.description, airframe.operator) if airframe else ():
            assert said is None or (said.isprintable() and 0 < len(said) <= LONGEST)
