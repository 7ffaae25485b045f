"""Every other channel, through Apprise (https://github.com/caronc/apprise): chats, push services, SMS, web hooks.

An address holds tokens, and what Apprise and a service say of it may hold them too. So nothing of that is repeated but
the scheme, the service's name, Apprise's page about it and an HTTP status.
"""

import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from flightwatch.errors import DeliveryError, NotTaken, adding
from flightwatch.network.deadline import within
from flightwatch.network.statuses import LATER, THIS_MESSAGE
from flightwatch.watchlist.model import AppriseChannel
from flightwatch.wording.phrases import clean

if TYPE_CHECKING:
    from apprise import Apprise, AppriseAttachment, AppriseResult


class Send(Protocol):
    """A service, ready to send."""

    def __call__(self, title: str, body: str, png: bytes | None = None, /) -> None:
        """Send a title and a body, both plain text, with a picture where the service takes one.

        Raises `DeliveryError` when the service did not take them.
        """


PICTURE: Final = "map.png"
"""Name of the picture in a message."""

TIMEOUT_S: Final = 60.0
"""Longest wait for a message to be taken, s: Apprise's own limit for a service, which this one replaces."""

_SCHEME: Final = re.compile(r"\s*([A-Za-z0-9]{1,32})://")
_PAGES: Final = "https://appriseit.com/services/"
_STATUS: Final = re.compile(r"(?:error=|\()([1-5]\d\d)\b")
"""How Apprise's services log the status they were answered with."""
_UNANSWERED: Final = "connection error"
"""How they log that there was no answer, in upper or lower case."""
_THE_PICTURE: Final = THIS_MESSAGE | {403, 415}
"""Statuses that may blame the picture: the message is sent again without it."""

_COMMAND: Final = re.compile(r"@(?=[^\W\d])|<(?=\S)|\](?=\()|\|(?=\|)")
"""What chats read as a call to people, as markup, a disguised link or hidden text, even in plain text."""
_NOTHING: Final = "\N{ZERO WIDTH SPACE}"


def messenger(channel: AppriseChannel, timeout_s: float = TIMEOUT_S) -> Send:
    """Make a channel of Apprise's, which is imported with the first message: a poll without alerts need not pay for it."""

    @cache
    def service() -> "Apprise":
        return service_of(channel.url)

    def send(title: str, body: str, png: bytes | None = None, /) -> None:
        _send(service(), title, body, png, timeout_s=timeout_s)

    return send


def service_of(url: str) -> "Apprise":
    """Give the service that an Apprise address names, without sending it anything.

    Raises `DeliveryError` when it names none, or Apprise cannot use it here. No address makes Apprise run other people's code
    or read a list of further addresses, as both need calls that are not made; without a path it keeps nothing on disk.
    """
    with _HUSH:
        try:
            from apprise import Apprise, AppriseAsset, OverflowMode
        except ImportError as error:
            raise DeliveryError(f"Apprise is not installed: {adding('apprise')}") from error
        asset = AppriseAsset(
            app_id="flightwatch",
            image_url_mask="",  # no picture that a reader's screen would fetch
            http_redirects=False,  # what a redirect ends at is a page that takes nothing, and looks like success
            service_timeout=0,  # else a pool of threads sends, for which the program's end would wait
        )
        try:
            service = Apprise.instantiate(url, asset=asset)
        except (AttributeError, LookupError, TypeError, ValueError):  # some services' readers trip over odd addresses
            service = None
        if service is None:
            raise DeliveryError(_unread(url, Apprise(asset=asset).details(show_disabled=True)["schemas"]))
    service.optional = False  # whatever the address says, a failure is a failure
    if service.overflow_mode == OverflowMode.UPSTREAM:
        service.overflow_mode = OverflowMode.SPLIT  # a service refuses what is too long for it
    return Apprise(service, asset=asset)


def _unread(url: str, services: list[dict[str, Any]]) -> str:
    found = _SCHEME.match(url)
    if found is None:
        return f"the address begins with no scheme such as tgram://, {_PAGES} lists them"
    scheme = found[1].lower()
    by_scheme = {
        name: service
        for service in services
        for kind in ("protocols", "secure_protocols")
        for name in service[kind] or ()
    }
    if scheme in by_scheme:
        service = by_scheme[scheme]
        if not service["enabled"]:
            return f"{scheme}:// needs more on this machine than Apprise alone, see {service['setup_url']}"
        return f"{scheme}:// is not followed by what {service['service_name']} needs, see {service['setup_url']}"
    if scheme in {"http", "https"}:
        return f"Apprise knows no service at this {scheme}:// address; for a web hook of your own write json:// or jsons://"
    near = get_close_matches(scheme, by_scheme)
    hint = f"; did you mean {' or '.join(f'{name}://' for name in near)}?" if near else ","
    return f"Apprise knows no {scheme}://{hint} {_PAGES} lists all"


def _send(service: "Apprise", title: str, body: str, png: bytes | None, *, timeout_s: float) -> None:
    from apprise import NotifyFormat

    name, page = service[0].service_name, service[0].setup_url
    with _on_disk(png if service[0].attachment_support else None) as attached:
        try:
            # Apprise waits a few seconds for each byte and knows no limit for the whole.
            with _HUSH:
                told = within(
                    timeout_s,
                    lambda: service.notify(
                        _harmless(body), _harmless(clean(title)), body_format=NotifyFormat.TEXT, attach=attached
                    ),
                )
        except TimeoutError:
            raise DeliveryError(
                f"{name} did not take it within {timeout_s:g} s; check the address, see {page}"
            ) from None
    with told as result:
        if not result and attached is not None and _may_be_the_picture(result):
            _send(service, title, body, None, timeout_s=timeout_s)
        elif not result:
            statuses = _statuses(result)
            kind = NotTaken if statuses and statuses[-1] in THIS_MESSAGE else DeliveryError
            raise kind(f"{name} {_why(result)}, see {page}")


@contextmanager
def _on_disk(png: bytes | None) -> Iterator["AppriseAttachment | None"]:
    """Give a picture as Apprise attaches it: as a file, as some of its services read no other. None: there is none."""
    with ExitStack() as until_sent:
        attached = None
        with suppress(OSError):  # as where the disk is full: the words go without it
            if png is not None:
                folder = TemporaryDirectory(prefix="flightwatch-", ignore_cleanup_errors=True)
                attached = _attached(png, Path(until_sent.enter_context(folder)))
        yield attached


def _attached(png: bytes, folder: Path) -> "AppriseAttachment":
    with _HUSH:
        from apprise import AppriseAttachment
        from apprise.attachment.file import AttachFile

        (folder / PICTURE).write_bytes(png)
        return AppriseAttachment(AttachFile(str(folder / PICTURE), name=PICTURE, mimetype="image/png"))  # type: ignore[no-untyped-call]


def _harmless(text: str) -> str:
    lines = (clean(line) for line in text.split("\n"))
    return _COMMAND.sub(lambda found: found[0] + _NOTHING, "\n".join(lines))


def _statuses(result: "AppriseResult") -> list[int]:
    return [int(found[1]) for entry in result.logs() for found in _STATUS.finditer(entry.message)]


def _may_be_the_picture(result: "AppriseResult") -> bool:
    """Tell whether a message may be taken without its picture: where that is blamed, or nothing but what made the message is."""
    statuses = _statuses(result)
    return bool(_THE_PICTURE.intersection(statuses)) if statuses else not _is_unanswered(result)


def _is_unanswered(result: "AppriseResult") -> bool:
    return any(_UNANSWERED in entry.message.lower() for entry in result.logs())


def _why(result: "AppriseResult") -> str:
    if statuses := _statuses(result):
        advice = "it may later" if statuses[-1] in LATER else "correct the address"
        return f"does not take it ({statuses[-1]}); {advice}"
    if _is_unanswered(result):
        return "cannot be reached or does not answer; check the address and the network"
    return "does not take it; check the address"


class _Hush:
    """Keeps off stderr what Apprise logs, which holds addresses, what it warns of, and errors of half-made services.

    All of that belongs to the process, and channels send beside each other: it lasts from the first to the last of them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._until_the_last = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._until_the_last = ExitStack()
                self._until_the_last.enter_context(_hushed())

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._until_the_last.close()


@contextmanager
def _hushed() -> Iterator[None]:
    """Change what the process logs, warns of and reports, and change it back."""
    log = logging.getLogger("apprise")
    propagate, log.propagate = log.propagate, False
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.propagate = propagate
        sys.unraisablehook = hook


_HUSH: Final = _Hush()
