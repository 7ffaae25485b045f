"""What a mail server's refusal means, and what to do about it.

The three digits are RFC 5321's, the code after them (``5.7.9``) is RFC 3463's; what Google and Microsoft mean by theirs is in
their lists of SMTP errors. Where a code leaves it open, the server's text decides, as for 5.7.139, which Microsoft
gives to a wrong password too.
"""

import re
from typing import Final, Literal

from msgspec import Struct

from flightwatch.known_secrets import SECRETS
from flightwatch.wording.phrases import clean

PORTS: Final = "smtp:// goes with port 587 or 25, smtps:// with 465"
LOGIN: Final = "user and password in the watchlist"

MOST_WORDS: Final = 200
"""Most characters that are repeated of a server's answer."""

Step = Literal["greeting", "login", "sender", "reader", "mail"]
"""The step that was refused: the connection, the login, the address in ``from:``, one in ``to:``, or the mail itself."""

_STATUS: Final = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_BLOCKED: Final = re.compile(r"(?i)^5\.7\.(25|[56]\d\d) |block|reputation")
"""Answers against the sending machine, not an address: it has no name (RFC 7372), or is on a block list of Microsoft's."""

_TWO_STEPS: Final = "make an app password for this account and write it as password in the watchlist"
_ENCRYPT: Final = f"it wants encryption before anything else: {PORTS}"
_OFF: Final = "SMTP AUTH is off for this mailbox, ask its administrator to switch it on, or send by another server"
_BROWSER: Final = "log in to this account in a web browser once and confirm that it was you"
_CREDENTIALS: Final = f"correct {LOGIN}; an account with two-step login wants an app password there"
_WANTS_LOGIN: Final = f"it wants a login, write {LOGIN}"
_MECHANISM: Final = "it takes no password by this way, ask whoever runs it how programs log in"
_RELAY: Final = f"it takes no mail for others from here, write {LOGIN}, or name the server of your own provider"
_POLICY: Final = "its rules forbid it, ask whoever runs it, or send by the server of your own provider"
_FROM: Final = "correct from: in the watchlist, mostly to the address that logs in"
_TO: Final = "correct to: in the watchlist"
_FULL: Final = "the mailbox is full, its owner must make room"
_LARGE: Final = "the mail is too large for it, ask whoever runs it"
_REFUSES: Final = "it refuses this machine, send by the server of your own provider"


class Answer(Struct, frozen=True):
    """An answer of a server."""

    code: int
    """RFC 5321's three digits."""
    status: str
    """RFC 3463's enhanced code, such as ``5.7.9``; empty: none was given."""
    text: str
    """The text without its codes, made harmless."""

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.text}".replace("  ", " ").strip()[:MOST_WORDS]

    @property
    def passes(self) -> bool:
        """True if the same mail may be accepted later: RFC 5321's 4yz."""
        return self.code < 500

    @property
    def for_now(self) -> str:
        """Say, before a colon and the answer, that a refusal is for now; empty where it is for good."""
        return " for now" if self.passes else ""


def answer_of(code: int, text: bytes | str) -> Answer:
    """Read a server's answer; secrets that it repeats are hidden before it is cut, as half of one cannot be found."""
    said = SECRETS.hidden(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    status = _STATUS.match(said.lstrip())
    if status is not None:  # each line of a long answer repeats it
        said = re.sub(rf"(?m)^\s*{re.escape(status[0])}", "", said)
    return Answer(code, status[0] if status else "", clean(" ".join(said.split())))


def is_about_the_address(answer: Answer) -> bool:
    """True if a reader's address itself is refused for good: by 550, 551 or 553, unless a rule (5.7) is the reason."""
    return answer.code in (550, 551, 553) and not answer.status.startswith("5.7.")


def advice(answer: Answer, step: Step) -> str:
    """Say what to do about a refusal; empty where there is nothing to do but wait, or the server's text says it all."""
    if answer.passes:
        return ""
    if answer.code in (530, 538) or answer.status == "5.7.11":
        return _ENCRYPT if re.search("(?i)tls|encrypt", answer.text) or answer.code == 538 else _WANTS_LOGIN
    match step:
        case "greeting":
            return _REFUSES
        case "login":
            return _login_advice(answer)
        case "sender":
            return _sender_advice(answer)
        case "reader" | "mail":
            return _mail_advice(answer, step)


def _login_advice(answer: Answer) -> str:
    text = answer.text.lower()
    if answer.status == "5.7.14" or "web browser" in text:
        return _BROWSER
    if "credentials were incorrect" in text:
        return _CREDENTIALS
    if answer.status == "5.7.139" or "is disabled" in text:
        return _OFF
    if answer.code in (500, 502, 503, 504) or "too weak" in text:
        return _MECHANISM
    if answer.status == "5.7.9" or answer.code == 534 or re.search("app(lication)?[- ](specific )?password", text):
        return _TWO_STEPS
    return _CREDENTIALS


def _sender_advice(answer: Answer) -> str:
    if answer.code == 552 or answer.status == "5.3.4":
        return _LARGE
    return _POLICY if _BLOCKED.search(f"{answer.status} {answer.text}") else _FROM


def _mail_advice(answer: Answer, step: Step) -> str:
    if answer.status in ("5.3.4", "5.2.3"):
        return _LARGE
    if answer.code == 552:
        return _FULL if step == "reader" or answer.status == "5.2.2" else _LARGE
    if "relay" in answer.text.lower():
        return _RELAY
    if answer.status.startswith("5.7."):
        return _POLICY
    return _TO if step == "reader" and is_about_the_address(answer) else ""
