"""Mail to its server: encrypted where the server can, certificates checked, and errors worded for people."""

import re
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
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from socket import gaierror, getfqdn
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from flightwatch.channels.smtp_answers import LOGIN, PORTS, Answer, Step, advice, answer_of, is_about_the_address
from flightwatch.errors import DeliveryError, NotTaken, PartlyDelivered
from flightwatch.network.deadline import within
from flightwatch.watchlist.model import EmailChannel
from flightwatch.wording.phrases import clean

TIMEOUT_S: Final = 20.0
"""Longest wait for a connection, and for each answer, s."""

PATIENCE_S: Final = 120.0
"""Longest time for one mail, s, however slowly its server answers."""

SMTP_PORT: Final = 25
"""Port of ``smtp://`` where the watchlist names none: RFC 5321."""
SMTPS_PORT: Final = 465
"""Port of ``smtps://`` where the watchlist names none: RFC 8314."""

_TAKEN: Final = (250, 251)
_MECHANISMS: Final = frozenset({"CRAM-MD5", "PLAIN", "LOGIN"})
"""Ways to log in with a password that smtplib knows."""
_UNTRUSTED: Final = frozenset({18, 19, 20, 21})
"""OpenSSL's codes for a certificate whose issuer is not known: X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT and its like."""

_DOMAIN_NAME: Final = re.compile(
    r"(?=.{1,255}\Z)(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+(?!-)(?=.*[A-Za-z])[A-Za-z0-9-]{1,63}(?<!-)"
)


class Server(Struct, frozen=True):
    """A mail server and how to reach it."""

    host: str
    port: int
    tls_first: bool
    """True if the connection begins with TLS (smtps); otherwise STARTTLS is used when offered."""

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_this_machine(self) -> bool:
        """True if what is sent to this host stays on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def server_of(url: str) -> Server:
    """Give the server that a watchlist's ``smtp://`` or ``smtps://`` address names."""
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
    """Hand a mail to the channel's server for all its addressees, or for ``readers`` only, where some of them are named.

    Raises `DeliveryError` when nobody got it, and `PartlyDelivered` when the server refuses some addresses while the others
    got it now or before.
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
                    f"{server} offers no encryption, so the password is not sent: {PORTS}; or take out user and password"
                )
            _log_in(smtp, server, channel.user, channel.password)
        refused = _hand_over(smtp, mail, channel, to, server)
        with suppress(SMTPException, OSError):  # it has the mail; how it says goodbye changes nothing
            smtp.quit()
    if refused is not None:
        raise refused


def _connect(server: Server, timeout_s: float) -> SMTP:
    own = getfqdn()
    if server.tls_first:
        context = ssl.create_default_context()
        smtp: SMTP = SMTP_SSL(server.host, server.port, own, timeout=timeout_s, context=context)
    else:
        smtp = SMTP(server.host, server.port, own, timeout=timeout_s)
    if smtp.sock is not None:  # as it is by now
        smtp.local_hostname = greeting_name(own, smtp.sock.getsockname()[0])
    return smtp


def greeting_name(host_name: str, address: str) -> str:
    """Give the name of this machine for EHLO: its own if the domain name system could have it, else its address in brackets.

    Servers refuse names with an underscore, with letters outside ASCII or without a dot (RFC 5321, 4.1.1.1 and 4.1.3).
    """
    if _DOMAIN_NAME.fullmatch(host_name) and not host_name.startswith("localhost."):
        return host_name
    bare = address.partition("%")[0]  # fe80::1%eth0
    return f"[IPv6:{bare}]" if ":" in bare else f"[{bare}]"


def _start_tls(smtp: SMTP) -> bool:
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("starttls"):
        return False
    smtp.starttls(context=ssl.create_default_context())
    return True


def _log_in(smtp: SMTP, server: Server, user: str, password: str) -> None:
    if not (user.isascii() and password.isascii()):
        raise DeliveryError(f"{server}: cannot log in with letters outside ASCII, change {LOGIN}")
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("auth"):
        raise DeliveryError(f"{server} offers no login here: {PORTS}; or take out user and password")
    offered = smtp.esmtp_features["auth"].upper().split()
    if not _MECHANISMS & set(offered):
        raise DeliveryError(
            f"{server} offers no login with a password, only {clean(', '.join(offered))}: ask its administrator to allow "
            "SMTP AUTH with an app password, or send by another server"
        )
    try:
        smtp.login(user, password)
    except SMTPAuthenticationError as error:
        answer = answer_of(error.smtp_code, error.smtp_error)
        does_not = "cannot check the login now" if answer.passes else "does not take the login"
        raise DeliveryError(f"{server} {does_not}: {_with_advice(answer, 'login')}") from error


def _hand_over(
    smtp: SMTP, mail: EmailMessage, channel: EmailChannel, to: Sequence[str], server: Server
) -> DeliveryError | None:
    """Give the mail to the server for these readers. Return the error about those it refuses; None: it takes all."""
    smtp.ehlo_or_helo_if_needed()
    international = not all(address.isascii() for address in (channel.sender, *channel.to))
    try:
        answer = smtp.mail(channel.sender, ("SMTPUTF8",) if international else ())
    except SMTPNotSupportedError as error:
        raise DeliveryError(f"{server} takes no addresses with letters outside ASCII, write others") from error
    if answer[0] not in _TAKEN:
        refused = answer_of(*answer)
        said = _with_advice(refused, "sender")
        raise DeliveryError(f"{server} does not take mail from {channel.sender}{refused.for_now}: {said}")
    refusals = {address: answer_of(*answer) for address in to if (answer := smtp.rcpt(address))[0] not in _TAKEN}
    if len(refusals) < len(to):
        answer = smtp.data(mail.as_bytes(policy=policy.SMTPUTF8 if international else policy.SMTP))
        if answer[0] not in _TAKEN:
            refused = answer_of(*answer)
            raise NotTaken(f"{server} does not take the mail{refused.for_now}: {_with_advice(refused, 'mail')}")
    return _refused(refusals, len(to), channel, server) if refusals else None


def _refused(refusals: Mapping[str, Answer], tried: int, channel: EmailChannel, server: Server) -> DeliveryError:
    """Make the error about ``refusals``, by address, of the readers that were ``tried``; the rest of them have the mail."""
    first = min(refusals.values(), key=lambda answer: (is_about_the_address(answer), answer.code))
    passing = first.for_now if all(answer.passes for answer in refusals.values()) else ""
    complaint = f"{server} refuses {len(refusals)} of {len(channel.to)} addresses{passing}: "
    if len(refusals) == len(channel.to):
        return DeliveryError(f"{complaint}{first}; nobody got it{_and(advice(first, 'reader'))}")
    for_good = [answer for answer in refusals.values() if is_about_the_address(answer)]
    waiting = tuple(address for address, answer in refusals.items() if not is_about_the_address(answer))
    complaint += str(first)
    if waiting and for_good:
        complaint += f"; {len(for_good)} of them for good: {for_good[0]}"
    if len(refusals) < tried:
        complaint += "; the others got it"
    return PartlyDelivered(complaint + _and(advice(for_good[0] if for_good else first, "reader")), waiting)


def _with_advice(answer: Answer, step: Step) -> str:
    return f"{answer}{_and(advice(answer, step))}"


def _and(said: str) -> str:
    return f"; {said}" if said else ""


@contextmanager
def _worded(server: Server, timeout_s: float) -> Iterator[None]:
    """Turn an error of smtplib, ssl or socket into a line that says what to do."""
    try:
        yield
    except SMTPResponseException as error:
        answer = answer_of(error.smtp_code, error.smtp_error)
        said = _with_advice(answer, "mail" if isinstance(error, SMTPDataError) else "greeting")
        raise DeliveryError(f"{server} takes no mail{answer.for_now}: {said}") from error
    except SMTPServerDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise DeliveryError(_silent(server, timeout_s)) from error
        raise DeliveryError(f"{server} hung up; check that it is a mail server: {PORTS}") from error
    except SMTPException as error:
        raise DeliveryError(f"{server}: {clean(str(error))}; check server, {LOGIN}") from error
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"{server} shows a certificate that is not valid: {_certificate(error)}") from error
    except ssl.SSLError as error:
        raise DeliveryError(f"{server} does not speak TLS as it should ({error.reason}): {PORTS}") from error
    except TimeoutError as error:
        raise DeliveryError(_silent(server, timeout_s)) from error
    except (gaierror, UnicodeError) as error:
        raise DeliveryError(f"{server.host} is not found; check server: in the watchlist and the network") from error
    except ConnectionRefusedError as error:
        raise DeliveryError(f"nobody listens at {server}; check the port: {PORTS}") from error
    except OSError as error:
        raise DeliveryError(f"{server} cannot be reached: {error.strerror or error}; check the network") from error


def _silent(server: Server, timeout_s: float) -> str:
    return f"{server} did not answer within {timeout_s:g} s; check host and port: {PORTS}"


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    advice = "name its issuer with SSL_CERT_FILE" if error.verify_code in _UNTRUSTED else "tell whoever runs it"
    return f"{error.verify_message.rstrip('.')}; {advice}"
