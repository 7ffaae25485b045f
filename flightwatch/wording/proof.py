"""What evidence says of itself, in plain words: for a colleague or a court that has never seen flightwatch."""

from collections.abc import Sequence
from textwrap import fill, wrap
from typing import Final

from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import facts
from flightwatch.wording.phrases import counted, utc
from flightwatch.wording.sentence import sentence
from flightwatch.wording.sureness import meaning

_WIDTH: Final = 100
_NAMES: Final = 15
"""How wide the names of facts are, characters."""

_PAGE: Final = "data/visit.html"
_FILES: Final = (
    ("data/README.txt", "this text"),
    (
        _PAGE,
        "the visit to look at, with a map and a timeline: any browser opens it, without a network. It is drawn for the eye, "
        "with flights that are not in the answers. flightwatch verify neither draws it again nor compares it with the events, "
        "which are what counts",
    ),
    ("data/events.jsonl", "what was told, an event a line, with the last reports that show it"),
    ("data/visit.json", "the visit as it is known now"),
    (
        "data/answers-*.json",
        "what the networks answered, as far as it bears on this aircraft: its rows as they came, who was asked for what and "
        "when, and how many others were heard around it. Before the first answer stands what flightwatch remembered of the "
        "aircraft by then",
    ),
    ("data/watchlist.json", "what flightwatch was asked to watch, as far as it bears on this aircraft"),
    ("data/airports.json", "the airfields that were considered"),
    ("data/versions.json", "the program, its rules and its tables, by their SHA-256"),
    (
        "bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt",
        "the form (BagIt, RFC 8493), and the SHA-256 of each file",
    ),
    (
        "signature.ed25519, public-key.pem, timestamp.tsr, seals-sha256.txt",
        "where it is signed or time-stamped: a signature of tagmanifest-sha256.txt, the key that it can be checked with, a time "
        "stamp of the same file (RFC 3161), and the SHA-256 of these",
    ),
)
_FILE_NAMES: Final = 22
"""How wide the names of files are, characters."""

_HASHES: Final = """\
Unpack the file and go into its folder. These say OK for each file, on any Linux or Mac:

    sha256sum -c manifest-sha256.txt
    sha256sum -c tagmanifest-sha256.txt

If it is signed, this says whether the signature is good. Ask whoever signed whether the key
is theirs:

    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in tagmanifest-sha256.txt -sigfile signature.ed25519

If it is time-stamped, this says whether the stamp is good. CA.pem is the certificate of the service
that stamped:

    openssl ts -verify -data tagmanifest-sha256.txt -in timestamp.tsr -CAfile CA.pem
"""

_AGAIN: Final = """\
    flightwatch verify FILE.zip

checks all of this, takes the answers through the same rules again, and says whether the same events
come out and, if not, what differs. flightwatch is free software.
"""

_LIMITS: Final = (
    "The hashes show that nothing was changed since they were made. Whoever changes a file and makes all hashes anew is not "
    "found by them, but by the signature, by the time stamp, or by the SHA-256 of the whole file, if that was noted elsewhere.",
    "Nothing in here proves that what the networks said is true. They pass on what transponders sent, which can be wrong or "
    "false, and they do not sign it. It shows what they said, and what follows from that by rules that anybody can read.",
    "An icao24 is the address that an aircraft's transponder sends. It says which aircraft it is registered for, "
    "not who was on board.",
    "Of other aircraft some rows are there as they came. How many there were in all is a number that was counted at the time.",
)


def readme(alerts: Sequence[Alert], untold: Sequence[str], file: str, *, has_page: bool) -> str:
    """The text, of what is told of one visit. ``untold`` says what cannot be decided again, a line each."""
    title = f"Evidence of a visit: {file}"
    parts = [title, "=" * len(title), "", "What is claimed", "---------------", ""]
    for alert in alerts:
        parts += [fill(sentence(alert), _WIDTH), ""]
        parts += [line for name, said in facts(alert) for line in _row(name, said)]
        parts += [f"  {'decided':{_NAMES}}{utc(alert.event.detected_at)}", "", fill(meaning(alert.event), _WIDTH), ""]
    if not alerts:
        parts += ["Nothing was told of this visit: the aircraft was first heard on the ground.", ""]
    if untold:
        parts += ["What cannot be decided again", "----------------------------", ""]
        parts += [fill(line, _WIDTH) for line in untold] + [""]
    for heading, text in (
        ("What is in here", _files(has_page=has_page)),
        ("How to check it without flightwatch", _HASHES),
        ("How to decide it again", _AGAIN),
    ):
        parts += [heading, "-" * len(heading), "", text]
    heading = "What this does not show"
    parts += [heading, "-" * len(heading), "", *(f"{fill(line, _WIDTH)}\n" for line in _LIMITS)]
    return "\n".join(parts)


def _files(*, has_page: bool) -> str:
    lines = list[str]()
    for name, said in _FILES:
        if name != _PAGE or has_page:
            first = f"{name:{_FILE_NAMES}}" if len(name) < _FILE_NAMES else f"{name}\n{'':{_FILE_NAMES}}"
            told = wrap(said, _WIDTH - _FILE_NAMES)
            lines += [f"{first}{told[0]}", *(f"{'':{_FILE_NAMES}}{line}" for line in told[1:])]
    return "".join(f"{line}\n" for line in lines)


def _row(name: str, said: str) -> list[str]:
    lines = wrap(said, _WIDTH - _NAMES - 2) or [""]
    return [f"  {name:{_NAMES}}{lines[0]}", *(f"{'':{_NAMES + 2}}{line}" for line in lines[1:])]


def not_kept(events: int, of: int) -> str:
    """Say that the answers to some of the polls were not kept."""
    which = "the events" if events == of else f"{counted(events, 'event')} of {of}"
    return (
        f"The answers on which {which} rest were not kept, so that they cannot be decided again: polls keep them where the "
        "watchlist says keep_evidence: true. What was told, with the last reports that show it, is in data/events.jsonl."
    )
