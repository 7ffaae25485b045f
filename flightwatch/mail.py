"""An alert as a mail: a subject that says it all, plain text, and HTML for a phone, without images or anything fetched.

All mails of one visit are one thread: each names in References an id made from the visit, under which mail readers gather
them, though no mail bears it. So a departure needs not know which mail told of the landing, nor whether one did.
"""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import Final

from flightwatch.alerts import Alert, clean, facts, headline, meaning, subject
from flightwatch.watched import EmailChannel

_COLOUR: Final = {"landing": "#1a7f37", "departure": "#0969da", "retraction": "#cf222e"}
_FOOT: Final = "Sent by flightwatch from public ADS-B reports of the OpenSky Network."
_TRIAL: Final = "flightwatch --test: alerts will arrive here"
_TRIAL_TEXT: Final = "This is a test, nothing has landed. Alerts of your watchlist will reach you at this address.\n"


def message(alert: Alert, channel: EmailChannel) -> EmailMessage:
    """The mail that tells of an event. It is the same each time, so that a repeat is recognised by its Message-ID."""
    event = alert.event
    thread = [_id(f"{event.visit}.visit", channel)]
    if event.retracts is not None:
        thread.append(_id(event.retracts, channel))
    mail = _addressed(subject(alert), event.id, event.detected_at, channel)
    mail["References"] = " ".join(thread)
    if event.type != "landing":
        mail["In-Reply-To"] = thread[-1]
    # Quoted-printable passes every server whole, whatever a label holds and however long it is.
    mail.set_content(_text(alert), cte="quoted-printable")
    mail.add_alternative(_html(alert), subtype="html", cte="quoted-printable")
    return mail


def trial(channel: EmailChannel, at: datetime) -> EmailMessage:
    """A mail that says it is a test."""
    mail = _addressed(_TRIAL, f"{at:%Y%m%dT%H%M%S.%f}.test", at, channel)
    mail.set_content(_TRIAL_TEXT, cte="quoted-printable")
    return mail


def _addressed(title: str, name: str, at: datetime, channel: EmailChannel) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = title
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Date"] = at
    mail["Message-ID"] = _id(name, channel)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _id(name: str, channel: EmailChannel) -> str:
    domain = channel.sender.rpartition("@")[2]
    return f"<{name}.flightwatch@{domain if domain.isascii() else 'flightwatch.invalid'}>"


def _text(alert: Alert) -> str:
    rows = list(facts(alert))
    width = max(len(name) for name, _ in rows)
    table = "\n".join(f"{name:{width}}  {value}" for name, value in rows)
    return f"{clean(headline(alert))}.\n\n{table}\n\n{meaning(alert.event)}\n\n-- \n{_FOOT}\n"


def _html(alert: Alert) -> str:
    rows = "".join(
        '<tr><td style="padding:6px 14px 6px 0;color:#57606a;vertical-align:top;white-space:nowrap">'
        f'{escape(name)}</td><td style="padding:6px 0;overflow-wrap:anywhere">{escape(value)}</td></tr>\n'
        for name, value in facts(alert)
    )
    title = escape(subject(alert))
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1f2328;font:16px/1.45 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
<h1 style="margin:0 0 14px;padding:2px 0 2px 12px;border-left:5px solid {_COLOUR[alert.event.type]};\
font-size:20px;line-height:1.3">{title}</h1>
<table role="presentation" style="border-collapse:collapse;width:100%;font-size:15px">
{rows}</table>
<p style="margin:14px 0">{escape(meaning(alert.event))}</p>
<p style="margin:14px 0 0;color:#57606a;font-size:13px">{escape(_FOOT)}</p>
</div>
</body>
</html>
"""
