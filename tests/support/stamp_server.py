"""A time-stamping service on the loopback (RFC 3161), which OpenSSL answers for: ``openssl ts``."""

import subprocess
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Self

from serving import Serving

_CONFIG = """\
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
[req]
distinguished_name = name
prompt = no
[name]
CN = A time-stamping service
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamping]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


class StampServer(Serving):
    """A context manager. ``folder`` gets its keys and certificates: ``ca.pem`` is the one to be trusted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_handler(self))
        self.folder = folder
        self.replay: bytes | None = None
        """Answered whatever is asked; None: what OpenSSL makes."""
        self.status = 200
        self.asked: list[tuple[str, bytes]] = []
        """Kind and body of each question."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tsr"

    @property
    def root(self) -> Path:
        """The certificate to be trusted."""
        return self.folder / "ca.pem"

    def __enter__(self) -> Self:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "tsa.cnf").write_text(_CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        self._certify("ca", "-x509", "-extensions", "ca")
        self._certify("tsa", "-x509", "-CA", "ca.pem", "-CAkey", "ca.key", "-extensions", "stamping")
        return super().__enter__()

    def answer(self, question: bytes) -> bytes:
        """What OpenSSL stamps."""
        query = self.folder / "query.tsq"
        query.write_bytes(question)
        return self._openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "here", "-queryfile", "query.tsq")

    def _certify(self, name: str, *how: str) -> None:
        key = (
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            f"{name}.key",
            "-out",
            f"{name}.pem",
            "-days",
            "30",
        )
        self._openssl("req", "-config", "tsa.cnf", *key, *how, "-subj", f"/CN=stamping {name}")

    def _openssl(self, *arguments: str) -> bytes:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def _handler(server: StampServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append((self.headers["Content-Type"], body))
            answer = server.answer(body) if server.replay is None else server.replay
            self.send_response(server.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler
