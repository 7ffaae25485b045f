"""How each channel that a watchlist names is served and tried."""

from collections.abc import Callable
from functools import partial

from flightwatch.alerting.notices import Notice, brief
from flightwatch.app.clock import utc_now
from flightwatch.app.deliver import Deliver, Try
from flightwatch.app.printing import PRINT, Format, print_trial, printer
from flightwatch.watchlist.model import AppriseChannel, EmailChannel, Watchlist


def channels(watched: Watchlist, form: Format, note: Callable[[str], None]) -> dict[str, Deliver]:
    """How each channel of the outbox is served, by its name."""
    served = {PRINT: printer(form, note)}
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                served[channel.name] = partial(_mail, channel)
            case AppriseChannel():
                served[channel.name] = partial(_post, channel)
            case _:  # standard output is served already
                pass
    return served


def _mail(channel: EmailChannel, notice: Notice, *readers: str) -> None:
    from flightwatch.alerting.mail import message
    from flightwatch.channels.smtp import send

    send(message(notice, channel), channel, *readers)


def _post(channel: AppriseChannel, notice: Notice, *_: str) -> None:
    from flightwatch.channels.messenger import messenger

    messenger(channel)(*brief(notice))


def trials(watched: Watchlist) -> dict[str, Try]:
    """How each channel that the watchlist names is tried, by its name."""
    from flightwatch.alerting.mail import TRIAL, TRIAL_TEXT, trial
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
