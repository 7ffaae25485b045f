"""A notice as a mail: a subject that tells the event, plain text, and HTML for a phone.

All mails of one visit are one thread: each names in References an id made from the visit, under which mail readers gather
them, though no mail has that id itself. So a departure need not know which mail told of the landing, or if one did. What is told
of the flight before names an id made from that flight, as the landing that ends it does too.
"""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final

from flightwatch.alerting.blindness import Blindness, blind_id
from flightwatch.alerting.mail_html import Shown, alert_page, blindness_page, digest_page, foot
from flightwatch.alerting.notices import (
    STILL_THERE,
    Digest,
    Notice,
    blindness_text,
    parts,
    rest_lines,
    still_there_lines,
    subject_line,
)
from flightwatch.alerting.picture import Picture
from flightwatch.core.ids import identity
from flightwatch.export.event_rows import as_csv
from flightwatch.watchlist.model import EmailChannel
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import TRACKS_GO, credit, facts, lines, links
from flightwatch.wording.sentence import sentence
from flightwatch.wording.sureness import meaning

MOST_REFERENCES: Final = 20
"""Most threads that a digest's References names: mail readers and servers cut long headers, some at 1,000 bytes or two."""

TABLE: Final = "alerts.csv"
"""Name of the table that is attached to a digest, but to one of a burst only where there are more alerts than it tells."""

PAGE: Final = "visits.html"
"""Name of the page that is attached to a digest."""

BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"

MAP: Final = "map.png"
"""Name of the picture in an alert."""

TRIAL: Final = "flightwatch --test: alerts will arrive here"
TRIAL_TEXT: Final = "This is a test, nothing has landed. Alerts of your watchlist will reach you at this address.\n"


def message(
    notice: Notice, channel: EmailChannel, picture: Picture | None = None, page: str | None = None
) -> EmailMessage:
    """Make the mail that tells a notice, an alert or digest with a ``picture`` and a digest with a ``page``, if there is one.

    It is the same each time, so that a repeat is recognised by its Message-ID.
    """
    match notice:
        case Alert():
            return _alert(notice, channel, picture)
        case Digest():
            return _digest(notice, channel, picture, page)
        case Blindness():
            return _blindness(notice, channel)


def trial(channel: EmailChannel, at: datetime) -> EmailMessage:
    """Make a mail that says it is a test."""
    mail = _addressed(TRIAL, f"{at:%Y%m%dT%H%M%S.%f}.test", at, channel)
    mail.set_content(TRIAL_TEXT, cte="quoted-printable")
    return mail


def _alert(alert: Alert, channel: EmailChannel, picture: Picture | None) -> EmailMessage:
    event = alert.event
    landing = event.retracts or (alert.context.visit.landing if alert.context.visit else None)
    thread = [*_threads(alert), *([landing] if landing is not None and event.type != "landing" else [])]
    answers = None if event.type == "landing" else thread[-1]
    mail = _addressed(subject_line(alert), event.id, event.detected_at, channel)
    _threaded(mail, channel, thread, answers)
    rows = list(facts(alert))
    width = max(len(name) for name, _ in rows)
    table = "\n".join(f"{name:{width}}  {value}" for name, value in rows)
    found = "\n".join(f"{name}: {address}" for name, address in links(alert))
    text = f"{sentence(alert)}\n\n{table}\n\n{meaning(event, is_untold=alert.is_untold)}\n\n{found}"
    shown = _shown(picture, event.id, channel)
    return _with_picture(_filled(mail, text, alert_page(alert, shown), foot((alert,))), picture, shown)


def _shown(picture: Picture | None, name: str, channel: EmailChannel) -> Shown | None:
    """How the HTML of the mail of this name shows its picture."""
    return None if picture is None else Shown(f"cid:{_id(f'{name}.map', channel)[1:-1]}", picture.told)


def _with_picture(mail: EmailMessage, picture: Picture | None, shown: Shown | None) -> EmailMessage:
    """Put the picture that a mail's HTML shows into it, before anything is attached."""
    html = mail.get_payload(1)
    if picture is not None and shown is not None and isinstance(html, EmailMessage):
        cid = f"<{shown.address.removeprefix('cid:')}>"
        html.add_related(picture.png, "image", "png", cid=cid, filename=MAP, disposition="inline")
    return mail


def _digest(digest: Digest, channel: EmailChannel, picture: Picture | None, page: str | None) -> EmailMessage:
    alerts, title = digest.alerts, subject_line(digest)
    # The id of a single one is that of its alert alone, as which it may be repeated when the watchlist wants no digests any more.
    name = f"{identity('digest', *digest.ids)}.digest" if digest.count > 1 else digest.ids[0]
    mail = _addressed(title, name, max(alert.event.detected_at for alert in alerts), channel)
    if digest.regular is None:
        threads = dict.fromkeys(thread for alert in alerts for thread in _threads(alert))
        _threaded(mail, channel, list(threads)[:MOST_REFERENCES])
    more = [] if digest.rest is None else rest_lines(digest.rest, f"which {TABLE} lists too")
    shown = _shown(picture, name, channel)
    _filled(mail, _digest_text(digest, more), digest_page(title, digest, more, shown), foot(alerts))
    _with_picture(mail, picture, shown)
    if digest.has_table:
        # A mail may have lines of 998 bytes, a table longer ones. Spreadsheets take it for UTF-8 by the mark it begins with.
        table = f"{BYTE_ORDER_MARK}{as_csv(digest.events)}"
        mail.add_attachment(table, subtype="csv", filename=TABLE, cte="base64")
    if page is not None:
        mail.add_attachment(page, subtype="html", filename=PAGE, cte="base64")
    return mail


def _digest_text(digest: Digest, more: Sequence[str]) -> str:
    if not digest.has_table:
        return "\n\n".join("\n".join(lines(alert)) for alert in digest.alerts)
    told = list[str]()
    for heading, alerts in parts(digest):
        told += [heading.upper(), *(f"{sentence(alert)}\n{links(alert)[0][1]}" for alert in alerts)]
    told += [TRACKS_GO] if told else []
    standing = still_there_lines(digest)
    last = [STILL_THERE.upper(), *standing] if standing else []
    return "\n\n".join(filter(None, [*told, "\n".join(more), *last, credit(digest.events)]))


def _blindness(blindness: Blindness, channel: EmailChannel) -> EmailMessage:
    title, text = subject_line(blindness), blindness_text(blindness)
    if blindness.until is None:
        mail = _addressed(title, f"{blindness.id}.blind", blindness.detected_at, channel)
    else:
        began = f"{blind_id(blindness)}.blind"
        mail = _addressed(title, f"{blindness.id}.sight", blindness.detected_at, channel)
        _threaded(mail, channel, [began], began)
    return _filled(mail, text, blindness_page(title, text), foot(()))


def _threads(alert: Alert) -> list[str]:
    """The threads that an alert belongs to: its visit's, or its flight's, or a landing's both, which makes them one."""
    event = alert.event
    began = "" if event.origin is None else f"{event.origin.at:%Y%m%dT%H%M%S}"
    flight = f"{identity('flight', event.icao24, began)}.flight"
    if not event.visit:
        return [flight]
    return [f"{event.visit}.visit", *([flight] if event.origin is not None and event.type == "landing" else [])]


def _addressed(title: str, name: str, at: datetime, channel: EmailChannel) -> EmailMessage:
    """Make a mail that has no body yet; its Message-ID is made from ``name``, which tells it from all others."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = title
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Date"] = at
    mail["Message-ID"] = _id(name, channel)
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def _threaded(mail: EmailMessage, channel: EmailChannel, threads: Sequence[str], answered: str | None = None) -> None:
    """Put a mail into these threads, and under the mail of the name ``answered``, if any."""
    mail["References"] = " ".join(_id(each, channel) for each in threads)
    if answered is not None:
        mail["In-Reply-To"] = _id(answered, channel)


def _filled(mail: EmailMessage, text: str, html: str, last: str) -> EmailMessage:
    # Quoted-printable passes every server whole, whatever a label holds and however long it is.
    mail.set_content(f"{text}\n\n-- \n{last}\n", cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    return mail


def _id(name: str, channel: EmailChannel) -> str:
    domain = channel.sender.rpartition("@")[2]
    return f"<{name}.flightwatch@{domain if domain.isascii() else 'flightwatch.invalid'}>"
