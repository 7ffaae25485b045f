"""A server on the loopback whose answers are made by code, and the faults that any may have.

Nothing in here sleeps: a hanging or dripping answer ends when its asker goes or the server closes.
"""

import gzip
import json
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from serving import Serving

_NEVER_SENT_BYTES = 10**6
"""Announced by an answer that is cut short or drips."""

Params = list[tuple[str, str]]


@dataclass(frozen=True)
class Fault:
    """An answer other than OpenSky's usual one. ``way``: how far it comes."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    way: Literal["whole", "cut", "drip", "drip headers", "hang", "close"] = "whole"


def status(code: int, **headers: str) -> Fault:
    """Answer with this status and headers: ``Retry_After="60"`` is ``Retry-After: 60``."""
    return Fault(code, {name.replace("_", "-"): value for name, value in headers.items()})


HTML = Fault(headers={"Content-Type": "text/html"}, body=b"<!DOCTYPE html>\n<title>\x1b[31mSign in</title>")
EMPTY = Fault()
BROKEN_GZIP = Fault(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b\x08this is not deflated")
CUT = Fault(body=b'{"time":', way="cut")
"""Fewer bytes than announced, then the connection ends."""
DRIP = Fault(body=b'{"time":', way="drip")
DRIP_HEADERS = Fault(way="drip headers")
HANG = Fault(way="hang")
CLOSE = Fault(way="close")
"""The connection ends before a byte of the answer."""


@dataclass(frozen=True)
class Request:
    """A question the server received. ``params``: from the query, or of a POST's form."""

    path: str
    params: Params
    headers: dict[str, str]
    sent: str = ""
    """Path and query as they were sent."""


class Loopback(Serving):
    """A context manager. Attributes may be changed at any time."""

    def __init__(self) -> None:
        super().__init__(_handler(self))
        self.faults: deque[Fault] = deque()
        """For the next questions, one each."""
        self.requests: list[Request] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[Request]:
        """Give the requests for one path, oldest first."""
        return [request for request in self.requests if request.path == path]

    def answer(self, request: Request) -> Fault:
        """Answer one request."""
        raise NotImplementedError


def as_json(value: object, headers: dict[str, str] | None = None) -> Fault:
    return Fault(200, {"Content-Type": "application/json", **(headers or {})}, json.dumps(value).encode())


def _handler(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(parse_qsl(urlsplit(self.path).query))

        def do_POST(self) -> None:
            self._reply(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

        def _reply(self, params: Params) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            fault = server.answer(Request(urlsplit(self.path).path, params, headers, self.path))
            self.close_connection = True
            match fault.way:
                case "close":
                    return
                case "hang":
                    server.hang()
                    return
                case "drip headers":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
                    while server.drip():
                        self.wfile.write(b"x")
                    return
            body, whole = fault.body, fault.way == "whole"
            self.send_response(fault.status)
            if whole and "Content-Encoding" not in fault.headers and "gzip" in headers.get("accept-encoding", ""):
                body = gzip.compress(body)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body) + (0 if whole else _NEVER_SENT_BYTES)))
            self.send_header("Connection", "close")
            for name, value in fault.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            while fault.way == "drip" and server.drip():
                self.wfile.write(b" ")

    return Handler
