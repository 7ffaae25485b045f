"""What servers answer, in the words of those that send them, and what is said to do about it."""

import pytest

from flightwatch.channels.smtp_answers import Step, advice, answer_of, is_about_the_address
from flightwatch.known_secrets import SECRETS

APP_PASSWORD = "make an app password for this account and write it as password in the watchlist"
OFF = "SMTP AUTH is off for this mailbox, ask its administrator to switch it on, or send by another server"
CREDENTIALS = "correct user and password in the watchlist; an account with two-step login wants an app password there"
ENCRYPT = "it wants encryption before anything else: smtp:// goes with port 587 or 25, smtps:// with 465"
LOGIN = "it wants a login, write user and password in the watchlist"
RELAY = (
    "it takes no mail for others from here, write user and password in the watchlist, or name the server of your own "
    "provider"
)
POLICY = "its rules forbid it, ask whoever runs it, or send by the server of your own provider"
FROM = "correct from: in the watchlist, mostly to the address that logs in"
TO = "correct to: in the watchlist"
FULL = "the mailbox is full, its owner must make room"
LARGE = "the mail is too large for it, ask whoever runs it"


@pytest.mark.parametrize(
    ("step", "said", "cure"),
    [
        ("login", "534 5.7.9 Application-specific password required. Learn more at 5.7.9 https://g.co/x", APP_PASSWORD),
        ("login", "535 5.7.8 Error: authentication failed", CREDENTIALS),
        ("login", "535 5.7.3 Authentication unsuccessful", CREDENTIALS),
        ("login", "535 Incorrect authentication data", CREDENTIALS),
        ("login", "535 5.7.0 Please use an app-specific password", APP_PASSWORD),
        ("login", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.", OFF),
        ("login", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.", OFF),
        ("login", "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.", CREDENTIALS),
        ("login", "534 5.7.14 Please log in via your web browser and then try again", "log in to this account in a web "
         "browser once and confirm that it was you"),
        ("login", "534 5.7.9 Authentication mechanism is too weak", "it takes no password by this way, ask whoever runs it "
         "how programs log in"),
        ("login", "530 5.7.0 Must issue a STARTTLS command first", ENCRYPT),
        ("login", "538 5.7.11 Encryption required for requested authentication mechanism", ENCRYPT),
        ("login", "454 4.7.0 Temporary authentication failure", ""),
        ("sender", "530 5.7.0 Authentication Required", LOGIN),
        ("sender", "530 5.7.57 Client not authenticated to send mail", LOGIN),
        ("sender", "530 5.7.0 Must issue a STARTTLS command first.", ENCRYPT),
        ("sender", "553 5.7.1 Sender address rejected: not owned by user", FROM),
        ("sender", "550 5.7.60 Client does not have permissions to send as this sender", FROM),
        ("sender", "501 5.1.7 Bad sender address syntax", FROM),
        ("sender", "550 5.7.606 Access denied, banned sending IP", POLICY),
        ("sender", "554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org", POLICY),
        ("sender", "552 5.3.4 Message size exceeds fixed limit", LARGE),
        ("reader", "550 5.1.1 User unknown", TO),
        ("reader", "551 5.1.6 User has moved", TO),
        ("reader", "553 5.1.2 We do not relay", RELAY),
        ("reader", "550 5.7.1 Relaying denied", RELAY),
        ("reader", "554 5.7.1 Relay access denied", RELAY),
        ("reader", "550 5.7.1 Message rejected as spam", POLICY),
        ("reader", "552 5.2.2 Mailbox full", FULL),
        ("reader", "452 4.2.2 Mailbox full", ""),
        ("reader", "554 5.4.6 Routing loop detected", ""),
        ("mail", "552 5.3.4 Message too big", LARGE),
        ("mail", "552 5.2.2 Mailbox full", FULL),
        ("mail", "550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy", POLICY),
        ("mail", "550 5.1.1 No such user", ""),
        ("mail", "452 4.3.1 Insufficient system storage", ""),
        ("greeting", "554 5.7.1 No service for you", "it refuses this machine, send by the server of your own provider"),
        ("greeting", "421 4.7.0 Too many connections", ""),
    ],
)  # fmt: skip
def test_cures(step: Step, said: str, cure: str) -> None:
    code, _, text = said.partition(" ")
    assert advice(answer_of(int(code), text), step) == cure


def test_only_an_address_that_is_wrong_is_given_up() -> None:
    """What rules or a full mailbox are against may be taken another day."""
    refusals = ("550 5.1.1 x", "551 x", "553 x", "550 5.7.1 x", "552 5.2.2 x", "554 5.7.1 x", "452 4.2.2 x", "450 x")
    answers = [answer_of(int(each[:3]), each[4:]) for each in refusals]
    assert [is_about_the_address(answer) for answer in answers] == [True] * 3 + [False] * 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            b"5.7.9 Application-specific\n5.7.9 password \x1b[31mrequired",
            "534 5.7.9 Application-specific password [31mrequired",
        ),
        (b"no, s3cret, mail is wrong", "534 no, (hidden) is wrong"),
        (b"AHdhdGNoAHMzY3JldCwgbWFpbA== is wrong", "534 (hidden) is wrong"),
        (b"czNjcmV0LCBtYWls too", "534 (hidden) too"),
        (b"\xff" * 300, f"534 {'�' * 196}"),
        (b"", "534"),
    ],
)
def test_the_words_are_shown_without_what_was_sent(text: bytes, said: str) -> None:
    """Nor with what a terminal obeys, nor at length; each code once."""
    SECRETS.learn_login("watch", "s3cret, mail")
    assert str(answer_of(534, text)) == said
