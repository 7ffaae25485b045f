"""How each channel that a watchlist names is served and tried."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from flightwatch.app.channel import PRINT, Deliver, Try
from flightwatch.app.clock import utc_now
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport
from flightwatch.watchlist.model import AppriseChannel, EmailChannel, PublishChannel, Watchlist, WebhookChannel

if TYPE_CHECKING:
    from flightwatch.alerting.notices import Notice
    from flightwatch.alerting.picture import Picture
    from flightwatch.app.printing import Format
    from flightwatch.core.legs import Leg


class Files(Struct, frozen=True):
    """The files that what is published is read from."""

    watchlist: Path
    database: Path

    def folder_of(self, channel: PublishChannel) -> Path:
        """The folder of a channel."""
        to = Path(channel.to)
        with suppress(RuntimeError):  # as Path raises for whoever has no home
            to = to.expanduser()
        return self.watchlist.parent / to


Draw = Callable[["Notice"], "Picture | None"]
"""Gives the map that goes with a notice; None: none does."""

Write = Callable[["Notice"], str | None]
"""Gives the page that goes with a notice; None: none does."""


def channels(
    watched: Watchlist,
    form: "Format",
    note: Callable[[str], None],
    airports: Airports,
    files: Files | None = None,
) -> dict[str, Deliver]:
    """How each channel of the outbox is served, by its name. ``airports`` are for maps and published pages.

    Where ``files`` is None nothing is published, and maps show no flights but what an alert itself holds.
    """
    served: dict[str, Deliver] = {PRINT: _printing(form, note)}
    draw = partial(_map_of, airports=airports, files=files) if watched.alerts.has_map else _none
    write = partial(_page_of, airfields=watched.airfields, files=files)
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                served[channel.name] = partial(_mail, channel, draw, write)
            case AppriseChannel():
                served[channel.name] = partial(_message, channel, draw)
            case WebhookChannel():
                served[channel.name] = partial(_post, channel)
            case PublishChannel() if files is not None:
                served[channel.name] = partial(_publish, channel, watched, airports, files)
            case _:  # standard output is served already
                pass
    return served


def _printing(form: "Format", note: Callable[[str], None]) -> Deliver:
    @cache
    def output() -> Deliver:
        from flightwatch.app.printing import printer

        return printer(form, note)

    return lambda notice, *readers: output()(notice, *readers)


def _none(_: "Notice") -> None:
    return None


def _map_of(notice: "Notice", *, airports: Airports, files: Files | None) -> "Picture | None":
    from flightwatch.app.map_pictures import picture_of

    return picture_of(notice, airports, _flights(notice, files))


def _page_of(notice: "Notice", *, airfields: Sequence[Airport], files: Files | None) -> str | None:
    from flightwatch.app.digest_pages import has_page, page_of

    return page_of(notice, airfields, _flights(notice, files)) if has_page(notice) else None


def _flights(notice: "Notice", files: Files | None) -> "Mapping[str, Sequence[Leg]]":
    from flightwatch.app.flights_told import flights_told

    return {} if files is None else flights_told(files.database, notice)


def _mail(channel: EmailChannel, draw: Draw, write: Write, notice: "Notice", *readers: str) -> None:
    from flightwatch.alerting.mail import message
    from flightwatch.channels.smtp import send

    send(message(notice, channel, draw(notice), write(notice)), channel, *readers)


def _message(channel: AppriseChannel, draw: Draw, notice: "Notice", *_: str) -> None:
    from flightwatch.alerting.notices import brief
    from flightwatch.channels.messenger import messenger

    picture = draw(notice)
    messenger(channel)(*brief(notice), None if picture is None else picture.png)


def _post(channel: WebhookChannel, notice: "Notice", *_: str) -> None:
    from flightwatch.alerting.posts import posts
    from flightwatch.channels.webhook import call

    for post in posts(notice):
        call(channel, post.id, post.text, utc_now())


def _publish(
    channel: PublishChannel, watched: Watchlist, airports: Airports, files: Files, _: "Notice", *_readers: str
) -> None:
    from flightwatch.app.publishing import publish_all_known

    airports = airports.with_added(watched.airfields)
    publish_all_known(files.database, watched, airports, files.folder_of(channel), channel.routing)


def _try_folder(to: Path) -> None:
    from flightwatch.channels.folder import probe

    probe(to)


def _try_post(channel: WebhookChannel) -> None:
    from flightwatch.alerting.posts import trial
    from flightwatch.channels.webhook import call

    now = utc_now()
    post = trial(now)
    call(channel, post.id, post.text, now)


def trials(watched: Watchlist, files: Files) -> dict[str, Try]:
    """How each channel that the watchlist names is tried, by its name."""
    from flightwatch.alerting.mail import TRIAL, TRIAL_TEXT, trial
    from flightwatch.app.printing import print_trial
    from flightwatch.channels.messenger import messenger
    from flightwatch.channels.smtp import send

    tries: dict[str, Try] = {}
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                tries[channel.name] = partial(send, trial(channel, utc_now()), channel)
            case AppriseChannel():
                tries[channel.name] = partial(messenger(channel), TRIAL, TRIAL_TEXT)
            case WebhookChannel():
                tries[channel.name] = partial(_try_post, channel)
            case PublishChannel():
                tries[channel.name] = partial(_try_folder, files.folder_of(channel))
            case _:
                tries[channel.name] = print_trial
    return tries
