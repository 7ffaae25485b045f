"""The transcript of questions: each gets the answer that is written there."""

import pytest
from transcript import TRANSCRIPT, answers, questions
from warm_process import Warm

ASKED = questions()


@pytest.fixture(scope="module")
def answered(warm: Warm) -> list[str]:
    return list(answers(ASKED, warm))


@pytest.mark.parametrize("number", range(len(ASKED)), ids=[question.title for question in ASKED])
def test_a_question(answered: list[str], number: int) -> None:
    """As ``python tests/support/transcript.py --write`` wrote it, and somebody read it."""
    assert answered[number] == ASKED[number].answer


def test_the_transcript_is_whole() -> None:
    """Every line of it belongs to a question, and there are as many as were promised."""
    assert "\n".join(map(str, ASKED)) == TRANSCRIPT.read_text(encoding="utf-8")
    assert len(ASKED) >= 40
