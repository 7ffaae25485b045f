"""Mail to its server: encrypted where the server can, certificates checked, and errors worded for people."""

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from email import policy
from email.message import EmailMessage
from ipaddress import ip_address
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from socket import gaierror
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from flightwatch.alerts import clean
from flightwatch.deadline import within
from flightwatch.errors import DeliveryError
from flightwatch.notify import NotTaken, PartlyDelivered
from flightwatch.watched import EmailChannel

TIMEOUT_S: Final = 20.0
"""Longest wait for a connection, and for each answer, s."""

PATIENCE_S: Final = 120.0
"""Longest time for one mail, s, however its server drips."""

SMTP_PORT: Final = 25
"""Where the watchlist names no port: RFC 5321."""
SMTPS_PORT: Final = 465
"""The same for smtps: RFC 8314."""

_TAKEN: Final = (250, 251)
_QUOTED: Final = 200
"""Most characters of a server's answer that are repeated."""
_PORTS: Final = "smtp:// goes with port 587 or 25, smtps:// with 465"
_LOGIN: Final = "user and password in the watchlist"
_UNTRUSTED: Final = frozenset({18, 19, 20, 21})
"""OpenSSL's codes for a certificate whose issuer is not known: X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT and its like."""


class Server(Struct, frozen=True):
    """Where to bring mail."""

    host: str
    port: int
    tls_first: bool
    """Whether the connection begins with TLS (smtps); else STARTTLS is used when offered."""

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        """Whether what is sent there stays on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def server_of(url: str) -> Server:
    """The server that a watchlist's ``smtp://`` or ``smtps://`` address names."""
    parts = urlsplit(url)
    tls_first = parts.scheme == "smtps"
    return Server(parts.hostname or "", parts.port or (SMTPS_PORT if tls_first else SMTP_PORT), tls_first)


def send(
    mail: EmailMessage,
    channel: EmailChannel,
    *readers: str,
    timeout_s: float = TIMEOUT_S,
    patience_s: float = PATIENCE_S,
) -> None:
    """Hand a mail to the channel's server, for its addressees, or where ``readers`` of them are named for those only.

    Raises `DeliveryError` when nobody got it, `PartlyDelivered` when the server refuses some addresses and the others got
    it, now or before.
    """
    to = readers or channel.to
    server = server_of(channel.server)
    try:
        within(patience_s, lambda: _deliver(mail, channel, to, server, timeout_s))
    except TimeoutError:
        raise DeliveryError(
            f"{server} is too slow, more than {patience_s:g} s for one mail; it may work later"
        ) from None


def _deliver(mail: EmailMessage, channel: EmailChannel, to: Sequence[str], server: Server, timeout_s: float) -> None:
    with _worded(server, timeout_s), closing(_connect(server, timeout_s)) as smtp:
        encrypted = server.tls_first or _start_tls(smtp)
        if channel.user is not None and channel.password is not None:
            if not (encrypted or server.is_this_machine):
                raise DeliveryError(
                    f"{server} offers no encryption, so the password is not sent: {_PORTS}; or take out user and password"
                )
            _log_in(smtp, server, channel.user, channel.password)
        refused = _hand_over(smtp, mail, channel, to, server)
        with suppress(SMTPException, OSError):  # it has the mail; how it says goodbye changes nothing
            smtp.quit()
    if refused is not None:
        raise refused


def _connect(server: Server, timeout_s: float) -> SMTP:
    if server.tls_first:
        return SMTP_SSL(server.host, server.port, timeout=timeout_s, context=ssl.create_default_context())
    return SMTP(server.host, server.port, timeout=timeout_s)


def _start_tls(smtp: SMTP) -> bool:
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("starttls"):
        return False
    smtp.starttls(context=ssl.create_default_context())
    return True


def _log_in(smtp: SMTP, server: Server, user: str, password: str) -> None:
    if not (user.isascii() and password.isascii()):
        raise DeliveryError(f"{server}: cannot log in with letters outside ASCII, change {_LOGIN}")
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("auth"):
        raise DeliveryError(f"{server} offers no login here: {_PORTS}; or take out user and password")
    try:
        smtp.login(user, password)
    except SMTPAuthenticationError as error:  # its text is not repeated, as it may hold what was sent
        if error.smtp_code < 500:
            raise DeliveryError(f"{server} cannot check the login now ({error.smtp_code})") from error
        raise DeliveryError(f"{server} does not take the login ({error.smtp_code}), correct {_LOGIN}") from error


def _hand_over(
    smtp: SMTP, mail: EmailMessage, channel: EmailChannel, to: Sequence[str], server: Server
) -> DeliveryError | None:
    """Give the mail to the server for these readers; what is to be said of those it refuses, None where it takes all."""
    smtp.ehlo_or_helo_if_needed()
    international = not all(address.isascii() for address in (channel.sender, *channel.to))
    try:
        answer = smtp.mail(channel.sender, ("SMTPUTF8",) if international else ())
    except SMTPNotSupportedError as error:
        raise DeliveryError(f"{server} takes no addresses with letters outside ASCII, write others") from error
    if answer[0] not in _TAKEN:
        raise DeliveryError(f"{server} does not take mail from {channel.sender}: {_said(*answer, channel)}")
    refusals = {address: answer for address in to if (answer := smtp.rcpt(address))[0] not in _TAKEN}
    if len(refusals) < len(to):
        answer = smtp.data(mail.as_bytes(policy=policy.SMTPUTF8 if international else policy.SMTP))
        if answer[0] not in _TAKEN:
            raise NotTaken(f"{server} does not take the mail: {_said(*answer, channel)}")
    return _refused(refusals, len(to), channel, server) if refusals else None


def _refused(
    refusals: Mapping[str, tuple[int, bytes]], tried: int, channel: EmailChannel, server: Server
) -> DeliveryError:
    """What is to be said of ``refusals`` by address, out of so many that were ``tried``: by now the rest have the mail."""
    complaint = f"{server} refuses {len(refusals)} of {len(channel.to)} addresses: "
    complaint += _said(*min(refusals.values()), channel)
    if len(refusals) == len(channel.to):
        return DeliveryError(f"{complaint}; nobody got it, correct to: in the watchlist")
    waiting = tuple(address for address, (code, _) in refusals.items() if _is_for_now(code))
    for_good = [answer for answer in refusals.values() if not _is_for_now(answer[0])]
    if waiting and for_good:
        complaint += f"; {len(for_good)} of them for good: {_said(*min(for_good), channel)}"
    if len(refusals) < tried:
        complaint += "; the others got it"
    if for_good:
        complaint += ", correct to: in the watchlist"
    return PartlyDelivered(complaint, waiting)


def _is_for_now(code: int) -> bool:
    """Whether an address is refused for now: also with 552, a full mailbox, which RFC 5321 (4.5.3.1.10) has clients try again."""
    return code < 500 or code == 552


def _said(code: int, text: bytes, channel: EmailChannel) -> str:
    words = " ".join(text.decode("utf-8", "replace").split())
    if channel.password:
        words = words.replace(channel.password, "(hidden)")
    return clean(f"{code} {words}")[:_QUOTED]


@contextmanager
def _worded(server: Server, timeout_s: float) -> Iterator[None]:
    """Turn what smtplib, ssl and socket raise into one line that says what to do."""
    try:
        yield
    except SMTPResponseException as error:
        raise DeliveryError(f"{server} takes no mail now, it answers {error.smtp_code}") from error
    except SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise DeliveryError(_silent(server, timeout_s)) from error
        raise DeliveryError(f"{server} hung up; check that it is a mail server: {_PORTS}") from error
    except SMTPException as error:
        raise DeliveryError(f"{server}: {clean(str(error))}; check server, {_LOGIN}") from error
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"{server} shows a certificate that is not valid: {_certificate(error)}") from error
    except ssl.SSLError as error:
        raise DeliveryError(f"{server} does not speak TLS as it should ({error.reason}): {_PORTS}") from error
    except TimeoutError as error:
        raise DeliveryError(_silent(server, timeout_s)) from error
    except (gaierror, UnicodeError) as error:
        raise DeliveryError(f"{server.host} is not found; check server: in the watchlist and the network") from error
    except ConnectionRefusedError as error:
        raise DeliveryError(f"nobody listens at {server}; check the port: {_PORTS}") from error
    except OSError as error:
        raise DeliveryError(f"{server} cannot be reached: {error.strerror or error}; check the network") from error


def _silent(server: Server, timeout_s: float) -> str:
    return f"{server} did not answer within {timeout_s:g} s; check host and port: {_PORTS}"


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    advice = "name its issuer with SSL_CERT_FILE" if error.verify_code in _UNTRUSTED else "tell whoever runs it"
    return f"{error.verify_message.rstrip('.')}; {advice}"
