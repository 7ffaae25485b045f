"""How each channel that a watchlist names is served and tried."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from flightwatch.app.channel import PRINT, Deliver, Try
from flightwatch.app.clock import utc_now
from flightwatch.watchlist.model import AppriseChannel, EmailChannel, Watchlist

if TYPE_CHECKING:
    from flightwatch.alerting.notices import Notice
    from flightwatch.app.printing import Format


def channels(watched: Watchlist, form: "Format", note: Callable[[str], None]) -> dict[str, Deliver]:
    """How each channel of the outbox is served, by its name."""
    served: dict[str, Deliver] = {PRINT: _printing(form, note)}
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                served[channel.name] = partial(_mail, channel)
            case AppriseChannel():
                served[channel.name] = partial(_post, channel)
            case _:  # standard output is served already
                pass
    return served


def _printing(form: "Format", note: Callable[[str], None]) -> Deliver:
    @cache
    def output() -> Deliver:
        from flightwatch.app.printing import printer

        return printer(form, note)

    return lambda notice, *readers: output()(notice, *readers)


def _mail(channel: EmailChannel, notice: "Notice", *readers: str) -> None:
    from flightwatch.alerting.mail import message
    from flightwatch.channels.smtp import send

    send(message(notice, channel), channel, *readers)


def _post(channel: AppriseChannel, notice: "Notice", *_: str) -> None:
    from flightwatch.alerting.notices import brief
    from flightwatch.channels.messenger import messenger

    messenger(channel)(*brief(notice))


def trials(watched: Watchlist) -> dict[str, Try]:
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
            case _:
                tries[channel.name] = print_trial
    return tries
