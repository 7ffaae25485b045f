"""Ports of this machine where nobody answers. They are nobody else's either as long as the block lasts."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def closed_port() -> Iterator[int]:
    """Give a port that refuses connections."""
    with socket.socket() as unused:
        yield _bound(unused)


@contextmanager
def full_port() -> Iterator[int]:
    """Give a port whose queue is full: it lets a connection wait, as a firewall that drops it does."""
    with ExitStack() as sockets:
        listener, *waiting = [sockets.enter_context(socket.socket()) for _ in range(4)]
        port = _bound(listener)
        listener.listen(0)
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        yield port


def _bound(to_be: socket.socket) -> int:
    to_be.bind(("127.0.0.1", 0))
    port: int = to_be.getsockname()[1]
    return port
