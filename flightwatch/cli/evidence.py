"""The commands that hand on what a visit rests on, and check it: evidence and verify."""

import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.app.assembly import the_airports, the_store, watchlist_if_any
from flightwatch.app.evidence import evidence_of, find_visit
from flightwatch.app.evidence_page import page_of_visit
from flightwatch.app.signing import PUBLIC_KEY, SIGNATURE, Signer, signed_by
from flightwatch.app.verify import again, by_whom, expect_same, has_page, read, rewritten, told, visit_told
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.cli.output import print_lines, write_whole
from flightwatch.errors import NotAsSealed, Undecided, UsageError
from flightwatch.export.bag import MOST_BYTES, TAG_MANIFEST, sealed, unzipped, zipped
from flightwatch.sources.time_stamps import STAMP, stamp, stamped_at
from flightwatch.wording.phrases import utc
from flightwatch.wording.proof import not_kept


def evidence(
    visit: Annotated[
        str, typer.Argument(metavar="VISIT", help="The visit's id, as alerts and events have it, or its beginning.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The zip file to write; an older one is replaced."),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYFILE", readable=False, help="Sign it with this private key, Ed25519 (OpenSSH or PEM)."
        ),
    ] = None,
    timestamp: Annotated[
        str | None, typer.Option(metavar="URL", help="Have it stamped by this time-stamping service (RFC 3161).")
    ] = None,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """What a visit rests on, in one file that others can check."""
    if output is None:
        raise UsageError("name the file to write: -o FILE.zip")
    airports = the_airports(watchlist_if_any(watchlist))
    signer = None if sign is None else Signer(sign, _passphrase)
    beside = {} if signer is None else {PUBLIC_KEY: signer.public}
    with the_store(db) as store:
        which = find_visit(store, visit)
        found = evidence_of(store, which, airports, beside, page=page_of_visit(store, which, airports))
    seals = _seals(found.files[TAG_MANIFEST], signer, timestamp)
    data = zipped(found.folder, sealed(found.files, seals))
    write_whole(output, data)
    missing = sum(each.state == "not kept" for each in found.retold)
    if missing or not found.retold:
        say(not_kept(missing, len(found.retold)))
    print_lines([f"{sha256(data).hexdigest()}  {output}"])
    if signer is not None:
        print_lines([f"signed with the key {signer.fingerprint}"])


def _passphrase() -> str:
    if not sys.stdin.isatty():
        raise UsageError("the key has a passphrase: run this in a terminal, or name a key that has none")
    return str(typer.prompt("passphrase of the key", hide_input=True, err=True))


def _seals(of: bytes, signer: Signer | None, timestamp: str | None) -> dict[str, bytes]:
    """The signature and the time stamp of a tag manifest, as far as they are wanted."""
    seals = {} if signer is None else {SIGNATURE: signer.sign(of)}
    return seals if timestamp is None else {**seals, STAMP: stamp(of, timestamp)}


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zip file that evidence wrote.", readable=False)],
    key: Annotated[
        Path | None,
        typer.Option(metavar="PUBKEY", readable=False, help="The public key that it must be signed with."),
    ] = None,
    tsa: Annotated[
        Path | None,
        typer.Option(metavar="CERT", readable=False, help="The time-stamping service's root certificate, PEM."),
    ] = None,
) -> None:
    """Check evidence: whether it is as it was sealed, and comes to the same events."""
    data = _read(file)
    roots = None if tsa is None else _read(tsa)
    if len(data) <= MOST_BYTES:  # else it is not the whole file
        print_lines([f"{sha256(data).hexdigest()}  {file}"])
    try:
        _verify(data, key, roots)
    except (NotAsSealed, Undecided) as error:
        raise type(error)(f"{file}: {error}") from error


def _verify(data: bytes, key: Path | None, roots: bytes | None) -> None:
    """Say what is found, line by line. Raises `NotAsSealed` and `Undecided`."""
    folder, files = unzipped(data)
    looks = "; data/visit.html is there to be looked at: it is not compared with the events" if has_page(files) else ""
    print_lines([f"{len(files)} files are as they were sealed{looks}"])
    print_lines([_signature(files, key), _stamp(files, roots)])
    contents = read(files)
    print_lines(by_whom(contents))
    found = again(contents)
    print_lines(told(found))
    print_lines(visit_told(contents, found))
    if (line := rewritten(folder, files, contents, found, the_airports())) is not None:
        print_lines([line])
    expect_same(contents, found)


def _signature(files: Mapping[str, bytes], key: Path | None) -> str:
    """Say by which key the files are signed."""
    if SIGNATURE not in files:
        if PUBLIC_KEY in files:
            raise NotAsSealed(f"{PUBLIC_KEY} is there, and no {SIGNATURE}: the signature was taken away")
        if key is not None:
            raise NotAsSealed("it is not signed")
        return "not signed"
    by = signed_by(files.get(PUBLIC_KEY, b""), files[SIGNATURE], files[TAG_MANIFEST], key)
    whose = f"as {key}" if key is not None else "which is in the file: ask who signed whether it is theirs"
    return f"signed with the key {by}, {whose}"


def _stamp(files: Mapping[str, bytes], roots: bytes | None) -> str:
    """Say when the files were stamped."""
    if STAMP not in files:
        if roots is not None:
            raise NotAsSealed("it has no time stamp")
        return "no time stamp"
    at = utc(stamped_at(files[STAMP], files[TAG_MANIFEST], roots))
    known = "signed by who --tsa names" if roots is not None else "by its own word: --tsa CERT checks who signed that"
    return f"stamped {at}, {known}"


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise UsageError(f"{file} is no file; name one that flightwatch evidence wrote")
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}; check the name and its permissions") from error
