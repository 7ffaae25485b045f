"""Evidence that is signed with a key of the user's own, and stamped by a service that the user names."""

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_visits import unseen_visit
from opensky_server import OpenSkyServer
from program import Program
from proved_visits import watched
from stamp_server import StampServer

from flightwatch.app.signing import PUBLIC_KEY, SIGNATURE, Signer, fingerprint, known_key, signed_by
from flightwatch.errors import NotAsSealed, Refused, SourceError, UsageError
from flightwatch.export.bag import SEALS, TAG_MANIFEST, bagged, sealed, unzipped, zipped
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.sources.time_stamps import STAMP, stamp, stamped_at
from flightwatch.storage.store import Store

pytest.importorskip("rfc3161_client", reason="the extra `proof` is not installed")
if missing := [name for name in ("openssl", "ssh-keygen") if shutil.which(name) is None]:
    pytest.skip(f"this machine lacks {missing[0]}", allow_module_level=True)


def key_of(folder: Path, name: str = "key", *, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key as a user does."""
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", str(path)], check=True)
    return path


def must_not_ask() -> str:
    raise AssertionError


@pytest.fixture
def visit(program: Program, server: OpenSkyServer, source: OpenSky) -> str:
    with Store(program.database) as store:
        return watched(unseen_visit(), server, source, store)[0].visit


@pytest.fixture(scope="module")
def stamps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StampServer]:
    with StampServer(tmp_path_factory.mktemp("tsa")) as server:
        yield server


@pytest.fixture
def service(stamps: StampServer, no_proxy: None) -> StampServer:  # noqa: ARG001
    stamps.replay, stamps.status = None, 200
    return stamps


def test_signed_and_stamped(program: Program, visit: str, service: StampServer) -> None:
    """Other programs say so too; whose key it is, and who stamped, is for the user to say."""
    key = key_of(program.folder)
    env = {"NO_PROXY": "127.0.0.1"}
    out = program.out("evidence", visit, "-o", "x.zip", "--sign", "key", "--timestamp", service.url, env=env)
    printed = subprocess.run(["ssh-keygen", "-l", "-f", f"{key}.pub"], capture_output=True, text=True, check=True)
    by = printed.stdout.split()[1]
    assert out.splitlines()[1] == f"signed with the key {by}"
    assert service.asked[-1][0] == "application/timestamp-query"
    told = program.out("verify", "x.zip", "--key", "key.pub", "--tsa", str(service.root))
    assert f"signed with the key {by}, as key.pub\nstamped 2" in told
    assert "signed by who --tsa names\n" in told
    told = program.out("verify", "x.zip")
    assert f"signed with the key {by}, which is in the file: ask who signed whether it is theirs\n" in told
    assert "by its own word: --tsa CERT checks who signed that\n" in told

    folder, files = unzipped((program.folder / "x.zip").read_bytes())
    for name, content in files.items():
        (path := program.folder / folder / name).parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
    checked = f"openssl pkeyutl -verify -pubin -inkey {PUBLIC_KEY} -rawin -in {TAG_MANIFEST} -sigfile {SIGNATURE}"
    stamped = f"openssl ts -verify -data {TAG_MANIFEST} -in {STAMP} -CAfile {service.root}"
    hashed = "sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt seals-sha256.txt"
    for command in (checked, stamped, hashed):
        assert subprocess.run(command.split(), cwd=program.folder / folder, capture_output=True).returncode == 0
        assert command.split()[0] in files["data/README.txt"].decode()


def test_what_is_not_signed_or_stamped(program: Program, visit: str, service: StampServer) -> None:
    """Is not when it should be, or is by somebody else."""
    key_of(program.folder)
    key_of(program.folder, "other")
    program.out("evidence", visit, "-o", "plain.zip")
    program.out("evidence", visit, "-o", "signed.zip", "--sign", "key")
    for arguments, said in (
        (("plain.zip", "--key", "key.pub"), "plain.zip: it is not signed"),
        (("plain.zip", "--tsa", str(service.root)), "plain.zip: it has no time stamp"),
        (
            ("signed.zip", "--key", "other.pub"),
            "signed.zip: it is signed with another key than other.pub: with SHA256:",
        ),
    ):
        done = program.run("verify", *arguments)
        assert (done.returncode, done.stderr.startswith(f"flightwatch: {said}")) == (5, True), done.stderr


@pytest.mark.parametrize(
    ("library", "said"),
    [
        (
            "cryptography",
            "signatures need cryptography, which is not installed: pipx inject flightwatch 'cryptography[ssh]' ",
        ),
        (
            "rfc3161_client",
            "time stamps need rfc3161-client, which is not installed: pipx inject flightwatch rfc3161-client ",
        ),
    ],
)
def test_checked_without_the_libraries(
    library: str, said: str, program: Program, visit: str, service: StampServer
) -> None:
    """As whoever is handed a signed file has flightwatch without extras: they are told what to add."""
    key_of(program.folder)
    program.out(
        "evidence", visit, "-o", "x.zip", "--sign", "key", "--timestamp", service.url, env={"NO_PROXY": "127.0.0.1"}
    )
    (program.folder / "sitecustomize.py").write_text(f"import sys; sys.modules[{library!r}] = None\n")
    done = program.run("verify", "x.zip", env={"PYTHONPATH": str(program.folder)})
    assert (done.returncode, done.stderr.startswith(f"flightwatch: {said}")) == (2, True), done.stderr


def test_a_signature_that_was_taken_away_is_missed(program: Program, visit: str) -> None:
    """Though the hashes of all that is left are right: the key that it was made with is among them."""
    key_of(program.folder)
    program.out("evidence", visit, "-o", "signed.zip", "--sign", "key")
    folder, files = unzipped((program.folder / "signed.zip").read_bytes())
    left = {name: content for name, content in files.items() if name not in (SIGNATURE, SEALS)}
    (program.folder / "less.zip").write_bytes(zipped(folder, left))
    done = program.run("verify", "less.zip")
    said = "flightwatch: less.zip: public-key.pem is there, and no signature.ed25519: the signature was taken away\n"
    assert (done.returncode, done.stderr) == (5, said)


def test_who_makes_all_hashes_anew_is_found_by_the_signature(tmp_path: Path) -> None:
    """It is of the old ones; and a forger's own key has another fingerprint."""
    signer, forger = (Signer(key_of(tmp_path, name), must_not_ask) for name in ("key", "forger"))
    files = bagged({"a.txt": b"true"}, {}, {PUBLIC_KEY: signer.public})
    signature = signer.sign(files[TAG_MANIFEST])
    assert signed_by(signer.public, signature, files[TAG_MANIFEST], tmp_path / "key.pub") == signer.fingerprint
    forged = bagged({"a.txt": b"false"}, {}, {PUBLIC_KEY: signer.public})
    with pytest.raises(NotAsSealed, match="the signature is not of what it should be"):
        signed_by(signer.public, signature, forged[TAG_MANIFEST], None)
    with pytest.raises(NotAsSealed, match="signed with another key"):
        signed_by(forger.public, forger.sign(forged[TAG_MANIFEST]), forged[TAG_MANIFEST], tmp_path / "key.pub")


def test_each_changed_byte_is_found_with_seals(tmp_path: Path, service: StampServer) -> None:
    """In the signature and in the stamp as well, wherever nobody signed them."""
    signer = Signer(key_of(tmp_path), must_not_ask)
    files = bagged({"a.txt": b"true"}, {}, {PUBLIC_KEY: signer.public})
    seals = {SIGNATURE: signer.sign(files[TAG_MANIFEST]), STAMP: stamp(files[TAG_MANIFEST], service.url)}
    data = zipped("evidence-1", sealed(files, seals))
    chance = random.Random(7)  # noqa: S311 no secret
    for place in [chance.randrange(len(data)) for _ in range(300)]:
        changed = bytearray(data)
        changed[place] ^= chance.randrange(1, 256)
        with pytest.raises(NotAsSealed):
            unzipped(bytes(changed))


def test_keys_as_people_have_them(tmp_path: Path) -> None:
    """Of OpenSSH and of OpenSSL, with a passphrase and without; public ones in both forms."""
    key_of(tmp_path, "locked", passphrase="open sesame")
    asked = Signer(tmp_path / "locked", lambda: "open sesame")
    assert fingerprint(known_key(tmp_path / "locked.pub")) == asked.fingerprint
    made = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(tmp_path / "pem")]
    subprocess.run(made, check=True, capture_output=True)
    signer = Signer(tmp_path / "pem", must_not_ask)
    (tmp_path / "public.pem").write_bytes(signer.public)
    assert fingerprint(known_key(tmp_path / "public.pem")) == signer.fingerprint


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: folder / "nowhere", "nowhere is no file; name a key's"),
        (lambda folder: key_of(folder, kind="ecdsa"), "key is no Ed25519 key; make one with: ssh-keygen -t ed25519"),
        (lambda folder: key_of(folder).with_suffix(".pub"), "key.pub holds no private key"),
        (lambda folder: key_of(folder, passphrase="open sesame"), "holds no private key, or the passphrase is wrong"),
    ],
)
def test_keys_that_cannot_sign(make: Callable[[Path], Path], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        Signer(make(tmp_path), lambda: "wrong")


def test_stamps_that_are_none(service: StampServer) -> None:
    """An old answer, one to something else, one that is cut, nothing, a refusal: it is said in one line."""
    old = stamp(b"old", service.url)
    other = b"\x30\x05" + bytes(5)
    for answer in (old, other, old[:-20], b"", b"<html>", b"\x30\x82" + bytes(70_000)):
        service.replay = answer
        with pytest.raises(Refused, match=r"^127.0.0.1 did not stamp: .*; check --timestamp, or try later$"):
            stamp(b"new", service.url)
    service.replay, service.status = None, 404
    with pytest.raises(SourceError, match=r"127\.0\.0\.1 has no such page"):
        stamp(b"new", service.url)
    with pytest.raises(UsageError, match="--timestamp is not an address"):
        stamp(b"new", "ftp://example.org")


def test_an_old_answer_is_none(service: StampServer) -> None:
    """Of the same thing, stamped before: somebody may have kept it."""
    service.replay = stamp(b"same", service.url)
    with pytest.raises(Refused, match="it is an answer to another question"):
        stamp(b"same", service.url)


def test_who_vouches_for_a_stamp(service: StampServer, tmp_path: Path) -> None:
    """The service that the user names, and nobody else."""
    answer = stamp(b"data", service.url)
    assert stamped_at(answer, b"data", service.root.read_bytes()) == stamped_at(answer, b"data")
    with StampServer(tmp_path / "stranger") as stranger, pytest.raises(NotAsSealed, match="not signed by who --tsa"):
        stamped_at(answer, b"data", stranger.root.read_bytes())
    with pytest.raises(UsageError, match="--tsa: it holds no certificate"):
        stamped_at(answer, b"data", b"nothing")
    with pytest.raises(NotAsSealed, match="of something else"):
        stamped_at(answer, b"other data", service.root.read_bytes())
