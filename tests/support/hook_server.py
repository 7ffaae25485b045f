"""A service with a web address, on the loopback: it keeps what it is sent and refuses on demand.

    with HookServer() as server:
        server.statuses.append(503)      # the next request meets it, the one after does not
        messenger(AppriseChannel(f"json://{server.address}/token", "desk"))("title", "body")
        [request] = server.requests

With a certificate it is a proxy as well, that answers for any host which the certificate names: whoever is sent there by
HTTPS_PROXY and trusts its issuer takes it for Slack. Nothing in here sleeps.
"""

import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from serving import Serving
from trustme import LeafCert

DRIP = 0
"""A status that is none: the answer begins and never ends."""


@dataclass(frozen=True)
class Request:
    """What was sent."""

    method: str
    host: str
    path: str
    body: str
    """With a surrogate for each byte that is not UTF-8."""
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)
    """By name in lower case."""
    query: str = field(default="", compare=False)
    """What follows the path, as it came."""

    @property
    def data(self) -> bytes:
        """The body as it came."""
        return self.body.encode("utf-8", "surrogateescape")


class HookServer(Serving):
    """A context manager. Attributes may be changed at any time."""

    def __init__(self, certificate: LeafCert | None = None) -> None:
        super().__init__(_handler(self))
        self.requests: list[Request] = []
        self.statuses: deque[int] = deque()
        """For the next requests, one each; then all are taken."""
        self.answer = b'{"ok": true}'
        """What a request that is taken is answered."""
        self.retry_after: str | None = None
        """How long a request that is not taken is asked to wait; None: nothing is said."""
        self.refusal = b"no"
        """What one is answered that is not."""
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(self.context)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"


def _by_name(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _handler(server: HookServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            """Be the host that is asked for, on the same connection."""
            assert server.context is not None
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            with server.context.wrap_socket(self.connection, server_side=True) as inner:
                Handler(inner, self.client_address, self.server)
            self.close_connection = True

        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def do_PUT(self) -> None:
            self._reply()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode("utf-8", "surrogateescape")
            asked, headers = urlsplit(self.path), _by_name(self.headers)
            server.requests.append(Request(self.command, self.headers["Host"], asked.path, body, headers, asked.query))
            status = server.statuses.popleft() if server.statuses else 200
            if status == DRIP:
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                try:
                    while server.drip():
                        self.wfile.write(b" ")
                except OSError:  # its reader has left
                    pass
                return
            answer = server.answer if status == 200 else server.refusal
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            if status != 200 and server.retry_after is not None:
                self.send_header("Retry-After", server.retry_after)
            if status == 302:
                self.send_header("Location", "/moved")
            self.end_headers()
            self.wfile.write(answer)

    return Handler
