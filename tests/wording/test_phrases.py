"""Names and numbers in words."""

import pytest

from flightwatch.wording.phrases import counted, enumerated, hedged, percent, plural, with_more


@pytest.mark.parametrize(
    ("names", "listed", "in_a_sentence"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A, B", "A and B"),
        (["A", "B", "C"], "A, B, C", "A, B and C"),
        (["A", "B", "C", "D"], "A, B, and 2 more", "A, B and 2 more"),
    ],
)
def test_a_list_that_is_cut_short(names: list[str], listed: str, in_a_sentence: str) -> None:
    """A single name beyond those that are told takes no more room than its number."""
    assert with_more(names, 2) == listed
    assert enumerated(names, 2) == in_a_sentence


def test_a_list_that_is_not_cut_short() -> None:
    assert enumerated(["A", "B", "C", "D"]) == "A, B, C and D"


def test_a_list_of_clauses() -> None:
    assert with_more(["one, two", "three", "four"], 1, "; ") == "one, two; and 2 more"


@pytest.mark.parametrize("confidence", [0.9252865513326639, 0.9853046518708128, 0.6950000001, 0.9650000001])
def test_a_visit_shows_the_percentage_of_its_event(confidence: float) -> None:
    """An event has three digits of it: 92.53 % would be 93 and 92.5 be 92."""
    told = round(confidence, 3)
    assert percent(confidence) == percent(told)
    assert hedged("landed", confidence) == hedged("landed", told)


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 visits"), (1, "1 visit"), (2, "2 visits"), (20_616, "20,616 visits")]
)
def test_a_number_and_its_noun(number: int, said: str) -> None:
    assert counted(number, "visit") == said
    assert said.endswith(plural("visit", number))
