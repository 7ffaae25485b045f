"""A mail server on the loopback: STARTTLS, TLS from the start, login, and refusals on demand.

    with SmtpServer(certificate=authority.issue_cert("127.0.0.1")) as server:
        server.faults.append(("DATA", "451 come back later"))     # the next DATA meets it, the one after does not
        send(mail, EmailChannel(("desk@example.org",), "watch@example.net", server.url, USER, PASSWORD))
        [mail] = server.mails

It speaks aiosmtpd's SMTP on an event loop in a thread of its own.
"""

import asyncio
import ssl
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread
from typing import Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from trustme import LeafCert

USER, PASSWORD = "watch", "s3cret, mail"

HELD_S = 0.01
"""Between two looks whether mails are still held, s."""

Tls = Literal["starttls", "first", "none"]


@dataclass(frozen=True)
class Mail:
    """A mail that was taken."""

    sender: str
    to: list[str]
    message: EmailMessage


class SmtpServer:
    """A context manager. Attributes may be changed at any time."""

    def __init__(self, *, tls: Tls = "starttls", certificate: LeafCert | None = None, utf8: bool = False) -> None:
        self.tls = tls
        self.password = PASSWORD
        self.mails: list[Mail] = []
        self.faults: deque[tuple[str, str]] = deque()
        """Command and answer. Each is given once, to the first such command while it stands first."""
        self.refused: dict[str, str] = {}
        """Addresses that are not taken, and the answer to them."""
        self.is_held = False
        """While true no mail is answered."""
        self.login_answer: str | None = None
        """What every login meets; None: it counts."""
        self.mechanisms: tuple[str, ...] = ()
        """The ways to log in that are offered; none: those that aiosmtpd knows."""
        self.greetings: list[str] = []
        """What clients called themselves."""
        self.logins: list[tuple[str, bool]] = []
        """The mechanisms that were tried, and whether the connection was encrypted."""
        self._context = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(self._context)
        self._utf8 = utf8
        self._connections: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(self._smtp, "127.0.0.1", 0, ssl=self._context if tls == "first" else None)
        )
        self._thread = Thread(target=self._loop.run_forever)

    @property
    def port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return self.at("127.0.0.1")

    def at(self, host: str) -> str:
        """Give its address under another name of this machine."""
        return f"{'smtps' if self.tls == 'first' else 'smtp'}://{host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        for connection in self._connections:
            if connection.transport is not None:
                with suppress(AttributeError):  # Python 3.11.2, Debian 12's: of a TLS connection that has ended already
                    connection.transport.abort()  # type: ignore[attr-defined]
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _smtp(self) -> SMTP:
        connection = SMTP(
            self,
            hostname="mail.example.org",
            enable_SMTPUTF8=self._utf8,
            tls_context=self._context if self.tls == "starttls" else None,
            authenticator=self._authenticate,
            auth_require_tls=self.tls == "starttls",  # TLS from the start is not seen by it
            loop=self._loop,
        )
        self._connections.append(connection)
        return connection

    def _authenticate(
        self, server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        assert server.transport is not None
        self.logins.append((mechanism, server.transport.get_extra_info("sslcontext") is not None))
        if self.login_answer is not None:
            return AuthResult(success=False, handled=False, message=self.login_answer)
        return AuthResult(success=given == (USER.encode(), self.password.encode()), handled=False)

    def _fault(self, command: str) -> str | None:
        return self.faults.popleft()[1] if self.faults and self.faults[0][0] == command else None

    async def handle_EHLO(  # noqa: N802
        self, _: SMTP, session: Session, _envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.greetings.append(name)
        if not self.mechanisms:
            return responses
        offer = f"250-AUTH {' '.join(self.mechanisms)}"
        return [offer if response.startswith("250-AUTH ") else response for response in responses]

    async def handle_MAIL(self, _: SMTP, _session: Session, envelope: Envelope, address: str, _options: object) -> str:  # noqa: N802
        if (answer := self._fault("MAIL")) is not None:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _: SMTP, _session: Session, envelope: Envelope, address: str, _options: object) -> str:  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if (answer := self._fault("DATA")) is not None:
            return answer
        while self.is_held:
            await asyncio.sleep(HELD_S)
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 OK"

    async def handle_QUIT(self, _: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self._fault("QUIT") or "221 Bye"
