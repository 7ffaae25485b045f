"""The watchlist's ``notify:``: the channels, and which alerts each gets.

What narrows a channel stands beside its kind, the same for every kind:

    - email: {to: [desk@example.org], …}
      only: [RA-86*, FNJ]
"""

import re
from typing import Final, get_args
from urllib.parse import urlsplit

from flightwatch.watchlist.alerts import confidence, duration, events
from flightwatch.watchlist.channel_names import mark
from flightwatch.watchlist.digests import digest_time
from flightwatch.watchlist.model import (
    AlertRules,
    AppriseChannel,
    Channel,
    EmailChannel,
    PrintChannel,
    PublishChannel,
    Routing,
    Told,
)
from flightwatch.watchlist.node_reader import Reading, quoted
from flightwatch.watchlist.patterns import PatternReader
from flightwatch.watchlist.services import EMAIL, FOLDER, WEBHOOK, instead
from flightwatch.watchlist.webhooks import webhook
from flightwatch.watchlist.yaml_nodes import Node, Scalar, Table

_KINDS: Final = ("print", "email", "webhook", "publish", "apprise")
_ROUTING_KEYS: Final = ("only", "on", "min_confidence", "delay", "digest")
_EMAIL_KEYS: Final = ("to", "from", "server", "user", "password")
_TOLD: Final[tuple[Told, ...]] = get_args(Told)

_ADDRESS: Final = "an address such as desk@example.org"
_ADDRESSES: Final = "a list of addresses such as [desk@example.org]"
_SERVER: Final = "smtp://mail.example.org:587 or smtps://mail.example.org:465"
_APPRISE: Final = '"tgram://${BOT_TOKEN}/123456789"'
_CHANNEL: Final = f"print, email: {EMAIL}, webhook: {WEBHOOK}, publish: {FOLDER} or apprise: {_APPRISE}"
_ON: Final = f"a list of {', '.join(_TOLD[:-1])} and {_TOLD[-1]}"
"""What to write, in complaints."""

_NO_DIGEST: Final = {
    "webhook": "does not go with a webhook, which is called with one event at a time: take it out, or write delay:",
    "publish": "does not go with a folder, which always has all there is: take it out, or write delay:",
}

_ADDRESS_FORM: Final = re.compile(r"[^@\s,;:<>\"]+@[^@\s,;<>\"]+")
"""Before the @ stands no colon, as in the address of a web page or a service, which may hold a password."""
_APPRISE_FORM: Final = re.compile(r"([A-Za-z0-9]+)://\S*")


def channels(reading: Reading, node: Node | None, patterns: PatternReader, rules: AlertRules) -> tuple[Channel, ...]:
    """The channels that ``notify:`` lists; ``rules`` say below which confidence nothing is told, and which clock the desk has."""
    if node is None:
        return (PrintChannel(),)
    found: dict[str, Channel] = {}
    for entry, path in reading.items(node, "notify", f"a list of entries, each {_CHANNEL}"):
        channel = _channel(reading, entry, path, patterns, rules)
        if channel is not None and found.setdefault(channel.name, channel) is not channel:
            reading.complain(entry.line, path, "is a channel that was named before, remove one of the two")
    return tuple(found.values())


def _channel(reading: Reading, node: Node, path: str, patterns: PatternReader, rules: AlertRules) -> Channel | None:
    if isinstance(node, Scalar):
        kind = reading.text(node, path, _CHANNEL)
        if kind and kind != "print":
            reading.complain(node.line, path, _no_channel(node))
        return PrintChannel() if kind == "print" else None
    if isinstance(node, Table) and (named := [key for key, _ in node.pairs if _service(key)]):
        for key in named:
            reading.complain(key.line, path, f"{quoted(key)} {_service(key)}")
        return None
    fields = reading.table(node, path, (*_KINDS, *_ROUTING_KEYS), _CHANNEL)
    routing = _routing(reading, fields, path, patterns, rules)
    kinds = [kind for kind in _KINDS if kind in fields]
    if len(kinds) > 1:
        reading.complain(node.line, path, f"{' and '.join(kinds)} are channels of their own, write an entry for each")
    elif not kinds and fields and isinstance(node, Table) and len(fields) == len(node.pairs):
        reading.complain(node.line, path, f"names no channel, write beside its options {_CHANNEL}")
    if len(kinds) != 1:
        return None
    [kind] = kinds
    value, where = _without_routing(reading, fields[kind], path, kind), f"{path}.{kind}"
    match kind:
        case "print":
            return _print(reading, value, where, routing)
        case "email":
            return _email(reading, value, where, routing)
        case "webhook" | "publish":
            if "digest" in fields:
                reading.complain(fields["digest"].line, f"{path}.digest", _NO_DIGEST[kind])
            return (webhook if kind == "webhook" else _publish)(reading, value, where, routing)
        case _:
            return _apprise(reading, value, where, routing)


def _no_channel(node: Scalar) -> str:
    if "://" in node.written:  # which may hold a token, so it is not repeated
        return "an address alone is not a channel, write apprise: before it"
    if advice := instead(node.written):
        return f"{quoted(node)} {advice}"
    return f"{quoted(node)} is not a channel, write {_CHANNEL}"


def _service(key: Scalar) -> str | None:
    return None if key.written in (*_KINDS, *_ROUTING_KEYS) or "://" in key.written else instead(key.written)


def _routing(
    reading: Reading, fields: dict[str, Node], path: str, patterns: PatternReader, rules: AlertRules
) -> Routing:
    only, picks, airports = patterns.routed(fields.get("only"), f"{path}.only")
    sure = fields.get("min_confidence")
    min_confidence = confidence(reading, sure, f"{path}.min_confidence")
    if isinstance(sure, Scalar) and min_confidence is not None and min_confidence < rules.min_confidence:
        problem = f"{quoted(sure)} is below alerts: min_confidence, which decides what is told at all, lower that one"
        reading.complain(sure.line, f"{path}.min_confidence", problem)
    return Routing(
        only=only,
        airports=airports,
        on=events(reading, fields["on"], f"{path}.on", _TOLD, _ON) if "on" in fields else None,
        min_confidence=min_confidence,
        delay=duration(reading, fields.get("delay"), f"{path}.delay") or Routing().delay,
        picks=picks,
        digest=digest_time(reading, fields.get("digest"), f"{path}.digest", rules.desk.time_zone),
    )


def _without_routing(reading: Reading, node: Node, path: str, kind: str) -> Node:
    """What belongs to the kind, with a complaint about each option that stands in it, not beside it."""
    if not isinstance(node, Table):
        return node
    for key, _ in node.pairs:
        if key.written in _ROUTING_KEYS:
            problem = f"{key.written} stands in {kind}:, write it beside {kind}:, indented as that is"
            reading.complain(key.line, path, problem)
    left = tuple(pair for pair in node.pairs if pair[0].written not in _ROUTING_KEYS)
    return Table(node.line, left) if left or not node.pairs else Scalar(node.line, "", is_null=True)


def _print(reading: Reading, node: Node, path: str, routing: Routing) -> PrintChannel:
    if not isinstance(node, Scalar) or not node.is_null:
        reading.complain(node.line, path, "takes no value, write print, or print: with its options beside it")
    return PrintChannel(routing)


def _publish(reading: Reading, node: Node, path: str, routing: Routing) -> PublishChannel | None:
    if isinstance(node, Table):
        fields = reading.table(node, path, ("to",), f"{{to: {FOLDER}}}", required=("to",))
        node, path = fields.get("to", node), f"{path}.to"
    to = "" if isinstance(node, Table) else reading.text(node, path, f"a folder such as {FOLDER}")
    return PublishChannel(to, routing) if to else None


def _apprise(reading: Reading, node: Node, path: str, routing: Routing) -> AppriseChannel | None:
    # Its name tells the scheme, so that must be known to who needs no secrets too.
    has_scheme = isinstance(node, Scalar) and _APPRISE_FORM.match(node.written.strip()) is not None
    url = (reading.secret if has_scheme else reading.text)(node, path, _APPRISE)
    form = _APPRISE_FORM.fullmatch(url)
    if form is None or not isinstance(node, Scalar):
        if url:
            reading.complain(node.line, path, f"is not an address with a scheme, write one such as {_APPRISE}")
        return None
    return AppriseChannel(url, f"apprise:{form[1].lower()}:{mark(node.written)}", routing)


def _email(reading: Reading, node: Node, path: str, routing: Routing) -> EmailChannel | None:
    fields = reading.table(node, path, _EMAIL_KEYS, EMAIL, required=("to", "from", "server"))
    if ("user" in fields) != ("password" in fields):
        reading.complain(node.line, path, "has only one of user and password, write both or neither")
    to = [_address(reading, entry, where) for entry, where in reading.items(fields.get("to"), f"{path}.to", _ADDRESSES)]
    channel = EmailChannel(
        to=tuple(dict.fromkeys(filter(None, to))),
        sender=_address(reading, fields.get("from"), f"{path}.from"),
        server=_mail_server(reading, fields.get("server"), f"{path}.server"),
        user=reading.secret(fields.get("user"), f"{path}.user", "the name to log in with") or None,
        password=reading.secret(fields.get("password"), f"{path}.password", '"${SMTP_PASSWORD}"', strip=False) or None,
        routing=routing,
    )
    return channel if channel.to else None


def _address(reading: Reading, node: Node | None, path: str) -> str:
    text = reading.text(node, path, _ADDRESS)
    if text and isinstance(node, Scalar) and not _ADDRESS_FORM.fullmatch(text):
        reading.complain(node.line, path, f"{quoted(node)} is not an e-mail address, write {_ADDRESS}")
        return ""
    return text


def _mail_server(reading: Reading, node: Node | None, path: str) -> str:
    text = reading.text(node, path, _SERVER)
    try:
        url = urlsplit(text)
        extras = url.path.strip("/") or url.query or url.fragment
        fits = url.scheme in ("smtp", "smtps") and url.hostname and url.port != 0 and not extras
    except ValueError:  # a port that is no number, an IPv6 address that is none
        url, fits = None, False
    if text and node is not None:
        if "@" in text:  # so the text is not repeated
            reading.complain(node.line, path, "holds a name or password, write those as user: and password:")
        elif not fits:
            reading.complain(node.line, path, f"is not a mail server, write {_SERVER}")
    return text
