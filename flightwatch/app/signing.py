"""Signatures of evidence: Ed25519, with a key of the user's own, as OpenSSH or as PEM."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flightwatch.errors import NotAsSealed, UsageError, adding

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PUBLIC_KEY: Final = "public-key.pem"
SIGNATURE: Final = "signature.ed25519"
"""64 bytes, of the tag manifest."""

MOST_BYTES: Final = 2**16
"""Most bytes of a key's file."""

_MAKE: Final = "make one with: ssh-keygen -t ed25519 -f KEYFILE"


class Signer:
    """Signs with the private key in a file. ``ask`` asks for its passphrase, if it has one.

    Raises `UsageError` where it cannot be used.
    """

    def __init__(self, path: Path, ask: Callable[[], str]) -> None:
        self._key = _private(path, ask)

    @property
    def public(self) -> bytes:
        """The public key, as PEM."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """As `fingerprint`."""
        return fingerprint(self._key.public_key())

    def sign(self, data: bytes) -> bytes:
        """The signature of ``data``."""
        return self._key.sign(data)


def signed_by(public: bytes, signature: bytes, data: bytes, expected: Path | None) -> str:
    """The fingerprint of the key, as PEM, with which ``data`` was signed. Raises `NotAsSealed` where it was not.

    ``expected``: the file of the key that it must be; None: whatever key is there.
    """
    key = _public(public)
    if key is None:
        raise NotAsSealed(f"{PUBLIC_KEY} is no Ed25519 key")
    if expected is not None and fingerprint(known_key(expected)) != fingerprint(key):
        raise NotAsSealed(f"it is signed with another key than {expected}: with {fingerprint(key)}")
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, data)
    except InvalidSignature as error:
        raise NotAsSealed("the signature is not of what it should be") from error
    return fingerprint(key)


def known_key(path: Path) -> "Ed25519PublicKey":
    """The public key in a file of the user's. Raises `UsageError` where there is none."""
    key = _public(_read(path))
    if key is None:
        raise UsageError(f"{path} holds no public Ed25519 key; name one as OpenSSH (*.pub) or PEM has it")
    return key


def fingerprint(key: "Ed25519PublicKey") -> str:
    """What `ssh-keygen -l` prints of a key: ``SHA256:`` and 43 letters."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    text = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"SHA256:{b64encode(sha256(b64decode(text.split()[1])).digest()).decode().rstrip('=')}"


def need_library() -> None:
    """Raise `UsageError` where what signs is not installed."""
    try:
        import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401
    except ImportError as error:
        how = adding(
            "'cryptography[ssh]'"
        )  # without what reads keys with passphrases the next message would ask for that
        raise UsageError(f"signatures need cryptography, which is not installed: {how}") from error


def _public(data: bytes) -> "Ed25519PublicKey | None":
    need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key, load_ssh_public_key

    load = load_pem_public_key if data.startswith(b"-----BEGIN") else load_ssh_public_key
    try:
        key = load(data)
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PublicKey) else None


def _private(path: Path, ask: Callable[[], str]) -> "Ed25519PrivateKey":
    need_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    data = _read(path)
    load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in data else load_pem_private_key
    try:
        try:
            key = load(data, None)
        except TypeError:  # it has a passphrase
            key = load(data, ask().encode())
    except (ValueError, TypeError) as error:
        raise UsageError(f"{path} holds no private key, or the passphrase is wrong; {_MAKE}") from error
    except UnsupportedAlgorithm as error:
        raise UsageError(
            f"{path} cannot be read here ({adding('bcrypt')}), or is of a kind that is not used; {_MAKE}"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path} is no Ed25519 key; {_MAKE}")
    return key


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError(f"{path} is no file; name a key's")
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}; check the name and its permissions") from error
