"""What requests and urllib3 raise, worded for people: their own texts show objects, addresses and proxies' passwords."""

import socket
import ssl
from collections.abc import Iterator

from requests.exceptions import ConnectTimeout, InvalidProxyURL, InvalidSchema, ProxyError, ReadTimeout, SSLError
from urllib3.exceptions import DecodeError, ReadTimeoutError

from flightwatch.errors import BadAnswer, SourceError, Unreachable
from flightwatch.network.endpoint import Endpoint


def worded(error: Exception, to: Endpoint, connect_s: float, read_s: float, again: str) -> SourceError:
    """Word one of them. The times are how long a connection and the next bytes were waited for; ``again`` as `Occasion.again`."""
    kinds = [type(cause) for cause in _causes(error)]

    def among(*wanted: type[BaseException]) -> bool:
        return any(issubclass(kind, wanted) for kind in kinds)

    if among(DecodeError):
        return BadAnswer(f"{to.host} sent an answer that cannot be decompressed; {again}")
    # Our own addresses have been checked, so that a scheme nobody can speak is a proxy's.
    if among(ProxyError, InvalidProxyURL, InvalidSchema):
        return Unreachable(
            f"the proxy on the way to {to.host} does not work; check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
        )
    # A plain OSError: there is no file where REQUESTS_CA_BUNDLE says.
    if among(SSLError, ssl.SSLError) or type(error) is OSError:
        return Unreachable(
            f"no trusted connection to {to.host}; check this computer's clock, its certificates (REQUESTS_CA_BUNDLE) "
            f"and {to.setting}"
        )
    if among(socket.gaierror):
        return Unreachable(f"{to.host} cannot be found; check the network connection and {to.setting}")
    if among(ConnectionRefusedError):
        return Unreachable(f"{to.host} refuses connections; try later, or check {to.setting}")
    if among(ConnectTimeout):
        return Unreachable(f"{to.host} did not take the connection within {connect_s:.3g} s; {to.untaken}")
    if among(ReadTimeout, ReadTimeoutError):
        return Unreachable(f"{to.host} did not answer within {read_s:.3g} s; {again}")
    return Unreachable(f"the connection to {to.host} broke; {again}, or check {to.setting} if it goes on")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
