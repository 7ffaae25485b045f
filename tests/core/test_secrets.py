"""Every form in which a server may send a secret back, and the text around it that stays."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from secret_forms import FORMS

from flightwatch.core.secrets import HIDDEN, LEAST, hidden, parts_of
from flightwatch.known_secrets import Secrets

SECRET = 'p@ss/w+rd é&"<k>'


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_hidden(form: str) -> None:
    """With nothing left of it, and nothing missing beside it."""
    assert hidden(f"535 5.7.8 no: '{FORMS[form](SECRET)}', sorry", [SECRET]).replace('"', "") in (
        f"535 5.7.8 no: '{HIDDEN}', sorry",
        f"535 5.7.8 no: '&quot;\\&quot;{HIDDEN}\\&quot;&quot;', sorry",
    )


@given(
    st.text(min_size=LEAST),
    st.binary(max_size=7),
    st.binary(max_size=7),
    st.sampled_from([b64encode, urlsafe_b64encode]),
)
def test_base64_of_whatever_holds_it(
    secret: str, before: bytes, after: bytes, encode: Callable[[bytes], bytes]
) -> None:
    """Wherever it begins in there."""
    coded = encode(before + secret.encode() + after).decode()
    assert hidden(f"<{coded}>", [secret]) == f"<{HIDDEN}>"


@given(st.text(min_size=LEAST), st.lists(st.sampled_from([quote, quote_plus, html.escape, json.dumps]), max_size=3))
def test_escapes_inside_one_another(secret: str, escapes: list[Callable[[str], str]]) -> None:
    """In any order, as when a page shows the address that JSON named."""
    assume(not set(secret.lower()) <= set(HIDDEN + '0123456789abcdefx%&#;"\\nrtq'))  # which is found in what is left
    text = secret
    for escape in escapes:
        text = escape(text)
    assert secret not in hidden(text, [secret])
    assert HIDDEN in hidden(text, [secret])


@given(st.text())
def test_other_text_is_left(text: str) -> None:
    assert hidden(text, ["c4nary-token", SECRET]) == text


def test_what_is_too_short_is_left() -> None:
    """It would be found in any number: only together with its user is it hidden."""
    secrets = Secrets()
    secrets.learn_login("watch", "1234")
    assert secrets.hidden("port 1234: watch:1234, AHdhdGNoADEyMzQ=") == f"port 1234: {HIDDEN}, {HIDDEN}"


def test_nothing_known_hides_nothing() -> None:
    assert Secrets().hidden("as it was") == "as it was"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("tgram://123456789:AAbb_cc/-100123/", {"123456789:AAbb_cc", "123456789", "AAbb_cc", "-100123"}),
        ("https://hooks.slack.com/services/T000/B000/x1y2", {"T000", "B000", "x1y2"}),
        ("https://me:p%40ss@hc-ping.com/ping?token=aBc", {"me:p%40ss", "me:p@ss", "p%40ss", "p@ss", "aBc"}),
        ("json://localhost:8080/notify/supersecrettoken#x1", {"supersecrettoken", "x1"}),
        ("http://monitor1:10080/beat/x1y2z3", {"x1y2z3"}),
        ("http://[nonsense", set()),
    ],
)
def test_what_may_be_a_token_in_an_address(url: str, parts: set[str]) -> None:
    """And not the host that it goes to, nor plain words."""
    assert set(parts_of(url)) == parts
