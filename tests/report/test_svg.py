"""Drawings written as text: whatever is written stays text, and numbers are no longer than a screen can show."""

from xml.etree import ElementTree

import pytest

from flightwatch.report.svg import box, drawing, element, group, number, text

HOSTILE = "\"'><script>alert(1)</script>&amp;</text><image href='//evil.example/x'/>"


def test_hostile_text_stays_text() -> None:
    """Inside an element and in an attribute: a reader of XML gets it as it was."""
    made = drawing((20, 10), "wide", HOSTILE, [text(HOSTILE, 1.25, 2, fill=HOSTILE)])
    read = ElementTree.fromstring(made)  # noqa: S314 our own drawing
    [written] = read
    assert (read.tag, read.attrib["aria-label"], read.attrib["viewBox"]) == ("svg", HOSTILE, "0 0 20 10")
    assert (written.tag, written.text, written.attrib) == ("text", HOSTILE, {"x": "1.2", "y": "2", "fill": HOSTILE})


def test_marks() -> None:
    assert element("path", d="M0,0", stroke_width=1.4) == '<path d="M0,0" stroke-width="1.4"/>'
    assert box((1, 2, 4, 6.04), fill="red") == '<path d="M1,2h3v4h-3z" fill="red"/>'
    assert group([], fill="red") == ""
    assert group(["<a/>", "<b/>"], fill="red") == '<g fill="red"><a/><b/></g>'


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (-0.04, "0"), (3.25, "3.2"), (12345.67, "12345.7"), (100.0, "100")]
)
def test_numbers(value: float, written: str) -> None:
    """In tenths of a pixel."""
    assert number(value) == written
