"""Time stamps (RFC 3161) of a service that the user names: asked for over HTTP, and read again.

By rfc3161-client, of the Sigstore project: made of Rust's and cryptography's parsers, typed, and it asks nobody anything itself.
"""

import time
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from flightwatch.errors import NotAsSealed, Refused, UsageError, adding
from flightwatch.network.endpoint import endpoint
from flightwatch.network.http import Http, Occasion, Question, unusable

STAMP: Final = "timestamp.tsr"
"""What a stamp is called beside what it is of."""

BUDGET_S: Final = 30.0
"""Seconds for a stamp."""

MOST_BYTES: Final = 2**16
"""Most bytes of a stamp: those of public services have 2 to 7 kB, with their certificates."""

_OCCASION: Final = Occasion(
    unit="a time stamp",
    again="nothing was written; try again, or leave --timestamp out",
    misunderstood="check --timestamp",
    waiting="",
    thrift="",
    prices="",
)
_GRANTED: Final = frozenset({0, 1})
"""PKIStatus: granted; granted, with changes that do not concern the stamp (RFC 3161, 2.4.2)."""


def stamp(data: bytes, url: str) -> bytes:
    """What the service at ``url`` answers to the hash of ``data``: when it was there. Raises `SourceError` and `UsageError`."""
    client = _library()
    asked = client.TimestampRequestBuilder().data(data).hash_algorithm(client.HashAlgorithm.SHA256).build()
    to = endpoint(url, "", "--timestamp")
    http = Http(pause=time.sleep, monotonic=time.monotonic, budget_s=BUDGET_S, occasion=_OCCASION)
    kind = (("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply"))
    reply = http.ask(Question(to, posted=asked.as_bytes(), headers=kind))
    if reply.status != 200:
        raise unusable(to, reply)
    try:
        stamped_at(reply.body, data)
        _expect_nonce(reply.body, asked.nonce)
    except NotAsSealed as error:
        raise Refused(f"{to.host} did not stamp: {error}; check --timestamp, or try later") from error
    return reply.body


def _expect_nonce(answer: bytes, nonce: int) -> None:
    """Raise `NotAsSealed` for an old answer that somebody kept."""
    if _decoded(answer).tst_info.nonce != nonce:
        raise NotAsSealed("it is an answer to another question")


def stamped_at(answer: bytes, data: bytes, roots: bytes | None = None) -> datetime:
    """The instant that a stamp of ``data`` tells. Raises `NotAsSealed` where it is none, or of something else.

    With ``roots``, certificates as PEM, it must be signed by a service that one of them vouches for; without it says so itself.
    """
    read = _decoded(answer)
    if read.tst_info.message_imprint.message != sha256(data).digest():
        raise NotAsSealed("the time stamp is of something else")
    if roots is not None:
        _vouched(read, data, roots)
    found: datetime = read.tst_info.gen_time
    return found


def _vouched(read: Any, data: bytes, roots: bytes) -> None:
    from cryptography.x509 import load_pem_x509_certificates

    client = _library()
    try:
        known = load_pem_x509_certificates(roots)
    except ValueError as error:
        raise UsageError("--tsa: it holds no certificate; name the service's, as PEM") from error
    try:
        client.VerifierBuilder(roots=known).build().verify_message(read, data)
    except (client.VerificationError, ValueError, TypeError) as error:
        raise NotAsSealed("the time stamp is not signed by who --tsa names") from error


def _decoded(answer: bytes) -> Any:
    client = _library()
    if len(answer) > MOST_BYTES:
        raise NotAsSealed("the time stamp is too long to be one")
    try:
        read = client.decode_timestamp_response(answer)
        if read.status not in _GRANTED:
            raise NotAsSealed("the service refused to stamp")
        _ = read.tst_info.message_imprint
    except (ValueError, TypeError) as error:
        raise NotAsSealed("the time stamp cannot be read") from error
    return read


def _library() -> Any:
    try:
        import rfc3161_client
    except ImportError as error:
        raise UsageError(
            f"time stamps need rfc3161-client, which is not installed: {adding('rfc3161-client')}"
        ) from error
    return rfc3161_client
