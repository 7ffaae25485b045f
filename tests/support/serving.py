"""A server on the loopback, in a thread of its own."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Self


class Serving:
    """A context manager that serves inside its block. Its end waits for every answer under way, and ends those that hang."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._closing = Event()
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def drip(self) -> bool:
        """Wait a moment before the next byte of a drip; False when the server closes."""
        return not self._closing.wait(0.02)

    def hang(self) -> None:
        """Wait until the server closes."""
        self._closing.wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for every answer under way

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about an asker who left in the middle of an answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]
