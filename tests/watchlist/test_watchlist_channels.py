"""The watchlist's channels, alerts and health: what they mean, and what is said when they are wrong."""

import re
from datetime import timedelta
from pathlib import Path

import apprise
import pytest
from made_registers import SIX, register_of
from made_watchlists import AIRPORTS, APPRISE, CHANNEL, EMAIL, FNJ, WEBHOOK, complaints, parse
from msgspec.structs import replace
from state_vectors import airport

from flightwatch.core.airports import Airports
from flightwatch.core.digest_times import DigestTime
from flightwatch.core.model import OPENSKY
from flightwatch.core.watched import Desk
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import (
    AppriseChannel,
    Channel,
    EmailChannel,
    Health,
    PrintChannel,
    PublishChannel,
    Routing,
    Watchlist,
    WebhookChannel,
)
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.watchlist.services import instead

KEYS = "'print', 'email', 'webhook', 'publish', 'apprise', 'only', 'on', 'min_confidence', 'delay', 'digest'"
SERVER = "smtp://mail.example.org:587 or smtps://mail.example.org:465"
ASKED = "landing, departure, airborne, lost, approaching, diverted"
DURATION = "a number and a unit such as 60s, 5m, 24h or 3d"
SLACK = '"slack://TokenA/TokenB/TokenC/#channel"'
MAILBOX = "{to: [a@b], from: a@b, server: 'smtp://h'}"
ENVIRONMENT = {"BOT_TOKEN": "1:hush", "PING": "https://hc-ping.com/hush", "SERVICE": "slack://hush"}


def channel(text: str) -> Channel:
    """Read one entry of ``notify:``."""
    [only] = parse(
        f"aircraft: [RA-86559, {{icao24: 7278a5, registration: P-885, tags: [dprk]}}]\nnotify:\n{text}"
    ).notify
    return only


def test_every_key_is_understood() -> None:
    text = """
airports: [FNJ]
notify:
  - print:
    on: [departure, landing]
  - email: {to: [desk@example.org], from: watch@example.org, server: "smtp://h"}
    only: [RA-86*, FNJ]
    on: [health, landing, departure, reminder, correction]
    min_confidence: 0.8
    delay: 24h
  - apprise: "tgram://${BOT_TOKEN}/123456789"
    delay: 90m
health: {blind_after: 2h, heartbeat: "${PING}"}
"""
    watchlist = parse(text, ENVIRONMENT)
    assert watchlist.notify == (
        PrintChannel(Routing(on=("landing", "departure"))),
        EmailChannel(
            *(("desk@example.org",), "watch@example.org", "smtp://h"),
            routing=Routing(
                *(("RA-86*", "FNJ"), (FNJ,), ("landing", "departure", "reminder", "correction", "health"), 0.8),
                timedelta(hours=24),
            ),
        ),
        AppriseChannel("tgram://1:hush/123456789", "apprise:tgram:9defa1", Routing(delay=timedelta(minutes=90))),
    )
    assert watchlist.health == Health(timedelta(hours=2), "https://hc-ping.com/hush")


def test_what_is_left_out_has_defaults() -> None:
    watchlist = parse("airports: [FNJ]")
    assert (watchlist.notify, watchlist.health) == ((PrintChannel(Routing()),), Health(timedelta(hours=1), None))
    assert channel("  - print:") == channel("  - print") == PrintChannel(Routing((), (), None, None, timedelta(0)))
    assert parse("airports: [FNJ]\nhealth: {blind_after: 3h}").health == Health(timedelta(hours=3))


@pytest.mark.parametrize(
    ("entry", "airports"),
    [
        *(
            ("FNJ", ("ZKPY",)),
            ("zkpy", ("ZKPY",)),
            ("${CODE}", ("ZKPY",)),
            ("NO", ("XXNO",)),
            ("KP-0012", ("KP-0012",)),
        ),
        *((tail, ()) for tail in ("RA-86559", "ra 86559", "P-*", "ZK*", "F?J", "[FN]NJ", "EC-ABC", "P885", "62-4138")),
        *((tail, ()) for tail in ("15521f", "15521F", "${HEX}", "10+23", "9HABC", "VPB-A1", "tag:dprk")),
    ],
)
def test_only_names_airports_and_airframes(entry: str, airports: tuple[str, ...]) -> None:
    """A known code is its airport; a glob, an icao24, a tag and what has a hyphen or a digit are aircraft."""
    routing = channel(f"  - print:\n    only: ['{entry}']").routing
    assert (len(routing.only), tuple(a.icao for a in routing.airports)) == (1, airports)


def test_a_tail_number_that_is_a_code_too_is_the_tail_number() -> None:
    """Dozens of small fields in the United States have such codes; as a watched tail number any code can be one."""
    assert channel("  - print:\n    only: [N92, n92]").routing == Routing(("N92", "n92"))
    text = "aircraft: [{registration: KP-0012, icao24: abcdef}]\nnotify: [{print: , only: [kp-0012]}]"
    assert parse(text).notify[0].routing == Routing(("kp-0012",))


def test_the_airport_table_is_loaded_only_when_an_airport_may_be_named() -> None:
    loaded = []

    def load() -> Airports:
        loaded.append(True)
        return AIRPORTS

    for only in ("RA-86559, P-*, 15521f", "FNJ"):
        text = f"aircraft: [RA-86559]\nnotify: [{{print: , only: [{only}]}}]"
        parse_watchlist(text.encode(), name="w.yaml", environment={}, airports=load)
        assert loaded == [True] * (only == "FNJ")


def test_names_in_the_outbox_are_stable() -> None:
    """Of the addressees, and of the address as written: a new token in the environment is no new channel."""
    written = 'airports: [FNJ]\nnotify: [apprise: "${SERVICE}/a", apprise: "${SERVICE}/b", apprise: "JSON://h"]'
    names = [channel.name for channel in parse(written, {"SERVICE": "slack://hush"}).notify]
    assert names == [channel.name for channel in parse(written, {"SERVICE": "slack://other"}).notify]
    assert [name.rpartition(":")[0] for name in names] == ["apprise:slack", "apprise:slack", "apprise:json"]
    assert len({*names}) == 3
    email = EmailChannel(("desk@example.org", "b@example.org"), "a@b", "smtp://h")
    assert [channel.name for channel in (PrintChannel(), email)] == ["print", "email:desk@example.org,b@example.org"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{print: x}", ".print: takes no value, write print, or print: with its options beside it"),
        ("{print: {on: [landing]}}", ": on stands in print:, write it beside print:, indented as that is"),
        (
            f"{{email: {MAILBOX[:-1]}, delay: 1h}}}}",
            ": delay stands in email:, write it beside email:, indented as that is",
        ),
        ("{print: , email: x}", ": print and email are channels of their own, write an entry for each"),
        ("{on: [landing]}", f": names no channel, write beside its options {CHANNEL}"),
        (
            "{print: , on: []}",
            f".on: is empty, write a list of {ASKED}, emergency, entered, left, reminder, correction and health",
        ),
        ("{print: , on: [retraction]}", ".on[0]: 'retraction' is not an event, write 'correction'"),
        (
            "{print: , min_confidence: 80}",
            ".min_confidence: '80' is not a confidence, write 0.8",
        ),
        (
            "{print: , min_confidence: 0.59}",
            ".min_confidence: '0.59' is below alerts: min_confidence, which decides what is told at all, lower that one",
        ),
        ("{print: , delay: 1 day}", f".delay: '1 day' is not a duration, write {DURATION}"),
        (
            "{print: , only: ['']}",
            ".only[0]: is empty, write a list of tail numbers, icao24s, tags and airports "
            'such as [RA-86*, "tag:dprk", FNJ]',
        ),
        (
            "{print: , only: [FJN]}",
            ".only[0]: 'FJN' is neither a tail number nor an airport, write FNJ (Pyongyang) if that is meant",
        ),
        *(
            (
                f"{{print: , only: ['{entry}']}}",
                f".only[0]: '{entry}' is neither a tail number nor an airport, "
                "write a tail number such as RA-86559 or an airport such as FNJ",
            )
            for entry in ("Rangoon", "ECABC", "RA-", "RA_86559", "٣٣")
        ),
        (
            "{print: , only: ['https://x1']}",  # which may hold a token
            ".only[0]: 'https://(hidden)' is neither a tail number nor an airport, "
            "write a tail number such as RA-86559 or an airport such as FNJ",
        ),
        (
            "{print: , only: ['tag:drpk']}",
            ".only[0]: 'tag:drpk' is a tag that no aircraft has, add it to the tags: of an aircraft",
        ),
        ("{apprise: }", f".apprise: is empty, write {APPRISE}"),
        ("{apprise: [hush]}", f".apprise: is a list, not text, write {APPRISE}"),
        *(
            (f"{{apprise: '{address}'}}", f".apprise: is not an address with a scheme, write one such as {APPRISE}")
            for address in ("hush", "//hush", "://hush", "t-g://hush", "slack://hush, slack://hush")
        ),
        ("'tgram://hush/1'", ": an address alone is not a channel, write apprise: before it"),
        ("Slack", f": 'Slack' is reached through Apprise, write apprise: {SLACK}"),
        ("{slack: 'https://hooks/hush', only: [FNJ]}", f": 'slack' is reached through Apprise, write apprise: {SLACK}"),
        (
            "{MS Teams: hush}",
            ": 'MS Teams' is reached through Apprise, write apprise: \"workflows://host/WorkflowID/Signature\"",
        ),
        *((f"{each}", f": '{each}' is written webhook: {WEBHOOK}") for each in ("webhook", "https", "Hook", "JSON")),
        ("{smtp: {to: [a@b]}}", f": 'smtp' is written email: {EMAIL}"),
        ("Email", f": 'Email' is written email: {EMAIL}"),
        ("stdout", ": 'stdout' is written print"),
        ("{'tgram://hush/1': x}", ": an address stands where a key belongs, write its key and a colon before it"),
    ],
)
def test_what_is_wrong_with_a_channel(entry: str, said: str) -> None:
    """One mistake gives one complaint, and none repeats an address that may hold a token."""
    assert complaints(f"airports: [FNJ]\nnotify:\n  - {entry}") == [f"w.yaml:3: notify[0]{said}"]


KEY = "whsec_" + "c2VjcmV0" * 4
"""A webhook's secret of 24 bytes."""
SECRET = '"${WEBHOOK_SECRET}", which is whsec_ and 24 to 64 random bytes in base64'
NO_ADDRESS = "is not a web address, write a web address that begins with https://"
READABLE = (
    "is http://, which anybody on the way can read and which is for this machine and private networks; write https://"
)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{url: 'https://h.example/hush'}", f": has no 'secret', write {WEBHOOK}"),
        (f"{{secret: {KEY}}}", f": has no 'url', write {WEBHOOK}"),
        ("https://h.example/hush", f": is not keys with values, write {WEBHOOK}"),
        (f"{{url: hush, secret: {KEY}}}", f".url: {NO_ADDRESS}"),
        *(
            (f"{{url: '{address}', secret: {KEY}}}", f".url: {NO_ADDRESS}")
            for address in (
                *("ftp://hush", "https://", "https://hush:x", "https://[hush"),
                *("https://a hush", "https://hüsh"),
            )
        ),
        *(
            (
                f"{{url: '{address}', secret: {KEY}}}",
                ".url: holds a name or password, take them out: the signature tells who calls",
            )
            for address in ("https://u:hush@h.example/x", "https://hush@h.example/", "http://:hush@localhost/")
        ),
        *(
            (f"{{url: '{address}', secret: {KEY}}}", f".url: {READABLE}")
            for address in (
                "http://h.example/hush",
                "http://8.8.8.8/hush",
                "http://134744072/hush",
                "http://[2001:4860::1]/",
            )
        ),
        *(
            (f"{{url: 'https://h.example', secret: '{secret}'}}", f".secret: is not a webhook's secret, write {SECRET}")
            for secret in (
                *("hush", "whsec_", KEY[6:], KEY[:-4], f"{KEY}=a", f"{KEY}hush!", f"{KEY}A", f"whsk_{KEY[6:]}"),
                "whsec_" + "c2VjcmV0" * 12,
            )
        ),
        (
            f"{{url: 'https://h.example', secret: [{KEY}, hush]}}",
            f".secret[1]: is not a webhook's secret, write {SECRET}",
        ),
        ("{url: 'https://h.example', secret: []}", f".secret: is empty, write {SECRET}"),
        (
            f"{{url: 'https://h.example', secret: {KEY}, delay: 1h}}",
            "delay",
        ),
    ],
)
def test_what_is_wrong_with_a_webhook(entry: str, said: str) -> None:
    """One mistake gives one complaint, and none repeats an address or a secret."""
    if said == "delay":
        [found] = complaints(f"airports: [FNJ]\nnotify:\n  - webhook: {entry}")
        assert found == "w.yaml:3: notify[0]: delay stands in webhook:, write it beside webhook:, indented as that is"
    else:
        assert complaints(f"airports: [FNJ]\nnotify:\n  - webhook: {entry}") == [f"w.yaml:3: notify[0].webhook{said}"]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://h.example/x?y=z",
            "https://8.8.8.8",
            "http://localhost:8080/x",
            "http://127.0.0.1/",
            "http://[::1]:8080/",
        ),
        *(
            "http://10.1.2.3/",
            "http://192.168.1.20:1880/x",
            "http://receiver:8080/",
            "http://desk.local/",
            "http://[fd00::1]/",
        ),
    ],
)
def test_a_webhook_without_tls_is_near(url: str) -> None:
    """On this machine, or in a private network."""
    found = channel(f"  - webhook: {{url: '{url}', secret: {KEY}}}")
    assert isinstance(found, WebhookChannel)
    assert (found.url, found.secrets) == (url, (KEY,))


def test_names_of_webhooks() -> None:
    """Of the address as written, with the host where that is no secret; the same for who knows no secrets."""
    text = """
airports: [FNJ]
notify:
  - webhook: {url: "https://Hooks.example.org:8443/${TOKEN}", secret: ["${NEW}", "${OLD}", "${OLD}"]}
    delay: 24h
    only: [FNJ]
  - webhook: {url: "${TOKEN}", secret: "${OLD}"}
"""
    environment = {"NEW": KEY, "OLD": f"{KEY}c2Vj", "TOKEN": "https://hush"}
    first, second = parse(text, environment).notify
    assert first == WebhookChannel(
        *("https://Hooks.example.org:8443/https://hush", (KEY, f"{KEY}c2Vj"), first.name),
        Routing(("FNJ",), (FNJ,), delay=timedelta(days=1)),
    )
    assert re.fullmatch("webhook:hooks.example.org:[0-9a-f]{6}", first.name)
    assert re.fullmatch("webhook:[0-9a-f]{6}", second.name)
    unread = parse_watchlist(text.encode(), name="w", environment={}, airports=AIRPORTS, secrets=False, routes=True)
    assert [each.name for each in unread.notify] == [first.name, second.name]
    assert "hush" not in repr(first)
    assert KEY not in repr(first)


@pytest.mark.parametrize(
    "address", ["hush", "ftp://hush", "https://", "https://hush:x", "https://[hush", "https://a hush"]
)
def test_a_heartbeat_is_a_web_address_and_a_secret(address: str) -> None:
    write = '"${HEARTBEAT_URL}" or a web address that begins with https://'
    assert complaints(f"airports: [FNJ]\nhealth: {{heartbeat: '{address}'}}") == [
        f"w.yaml:2: health.heartbeat: is not a web address, write {write}"
    ]


@pytest.mark.parametrize(
    ("service", "address"),
    [
        ("slack", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#channel"),
        ("telegram", "tgram://123456789:abcdefg_hijklmnop/123456789"),
        ("discord", "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"),
        ("teams", "workflows://host/643e69f83c8944/438257hGoI9Wsdf"),
        ("signal", "signal://localhost:8080/+15551234567/+15557654321"),
        ("ntfy", "ntfy://topic"),
        ("pushover", f"pover://{'u' * 30}@{'a' * 30}"),
        ("matrix", "matrixs://bot:pass@matrix.example.org/#room"),
        ("whatsapp", "whatsapp://token@12345678901234/15551234567"),
        ("sms", f"twilio://AC{'a' * 32}:{'b' * 32}@15551234567/15557654321"),
        ("gotify", "gotifys://gotify.example.org/token1234567890a"),
        ("mattermost", "mmosts://mattermost.example.org/3ccdd113474722377935511fc85d3dd4"),
        ("google_chat", "gchat://workspace/key/token"),
        ("pushbullet", "pbul://accesstoken"),
        ("mastodon", "mastodons://token@mastodon.example.org"),
        ("bluesky", "bluesky://handle@apppassword"),
        ("rocket.chat", "rockets://webhooktokena/webhooktokenb@chat.example.org"),
        ("zulip", f"zulip://bot@org/{'a' * 32}"),
    ],
)
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # which Apprise imports for attachments
def test_what_to_write_for_a_service(service: str, address: str) -> None:
    """The advice has the form of an address that Apprise understands, whatever stands for its capitals."""
    assert isinstance(apprise.Apprise.instantiate(address), apprise.NotifyBase)
    said = instead(service)
    assert said is not None
    form = said.partition('write apprise: "')[2].removesuffix('"')
    assert re.split("[:/@#+]+", form)[0] == address.partition(":")[0]
    # A bot's token holds a colon of its own.
    assert re.sub("[^:/@#+]", "", form) == re.sub("[^:/@#+]", "", address.replace("123456789:", ""))


@pytest.mark.parametrize("written", ["publish: /srv/www", "publish: {to: /srv/www}"])
def test_a_folder_is_a_channel(written: str) -> None:
    assert channel(f"  - {written}\n    delay: 2h\n    only: [RA-86*]") == PublishChannel(
        "/srv/www", Routing(only=("RA-86*",), delay=timedelta(hours=2))
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("publish:", "notify[0].publish: is empty, write a folder such as /var/www/visits"),
        ("publish: {}", "notify[0].publish: is empty, write {to: /var/www/visits}"),
        (
            "{publish: {to: site, delay: 2h}}",
            "notify[0]: delay stands in publish:, write it beside publish:, indented as that is",
        ),
        (
            "{publish: site, digest: daily 07:00}",
            "notify[0].digest: does not go with a folder, which always has all there is: take it out, or write delay:",
        ),
        ("rss: x", "notify[0]: 'rss' is written publish: /var/www/visits"),
    ],
)
def test_what_is_wrong_with_a_folder(written: str, said: str) -> None:
    assert complaints(f"airports: [FNJ]\nnotify:\n  - {written}") == [f"w.yaml:3: {said}"]


def test_the_confidence_of_all_alerts_may_be_that_of_a_channel() -> None:
    text = "airports: [FNJ]\nalerts: {min_confidence: 0.5}\nnotify: [{print: , min_confidence: 0.5}]"
    assert parse(text).notify == (PrintChannel(Routing(min_confidence=0.5)),)


def test_no_complaint_and_no_repr_tells_a_secret() -> None:
    """Every field takes the secret, most cannot use it, and none repeats it."""
    text = """
airports: [FNJ]
notify:
  - apprise: "${SECRET}"
    only: ["${SECRET}", "tag:${SECRET}"]
    on: ["${SECRET}"]
    min_confidence: "${SECRET}"
    delay: "${SECRET}"
  - {print: "${SECRET}"}
health: {blind_after: "${SECRET}", heartbeat: "${SECRET}"}
"""
    said = "\n".join(complaints(text, {"SECRET": "hush"}))
    assert len(said.splitlines()) == 9
    assert "hush" not in said
    shown = repr(
        Watchlist(
            notify=(AppriseChannel("tgram://hush", "apprise:tgram:0"),), health=Health(heartbeat="https://h/hush")
        )
    )
    assert "AppriseChannel(url='(hidden)', name='apprise:tgram:0', routing=Routing(" in shown
    assert "Health(blind_after=datetime.timedelta(seconds=3600), heartbeat='(hidden)')" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("notify: []", f"notify: is empty, write a list of entries, each {CHANNEL}"),
        (
            "notify: print, email",
            f"notify: holds a comma but is no list in [ ], write a list of entries, each {CHANNEL}",
        ),
        ("notify: [pigeon]", f"notify[0]: 'pigeon' is not a channel, write {CHANNEL}"),
        ("notify: [{pigeon: x}]", f"notify[0]: unknown key 'pigeon', write one of {KEYS}"),
        ("notify: [print, print]", "notify[1]: is a channel that was named before, remove one of the two"),
        ("notify: [email: x]", f"notify[0].email: is not keys with values, write {EMAIL}"),
        ("notify: [email: {to: [a@b], from: a@b}]", f"notify[0].email: has no 'server', write {EMAIL}"),
        (
            "notify: [email: {to: 'a@b, c@d', from: a@b, server: 'smtp://h'}]",
            "notify[0].email.to: holds a comma but is no list in [ ], write a list of addresses such as [desk@example.org]",
        ),
        (
            "notify: [email: {to: [a@b, desk], from: a@b, server: 'smtp://h'}]",
            "notify[0].email.to[1]: 'desk' is not an e-mail address, write an address such as desk@example.org",
        ),
        (
            "notify: [email: {to: [a@b], from: Desk <a@b>, server: 'smtp://h'}]",
            "notify[0].email.from: 'Desk <a@b>' is not an e-mail address, write an address such as desk@example.org",
        ),
        (
            "notify: [email: {to: [a@b], from: a@b, server: 'smtp://u:hush@h'}]",
            "notify[0].email.server: holds a name or password, write those as user: and password:",
        ),
        (
            "notify: [email: {to: [a@b], from: a@b, server: 'smtp://h', user: u}]",
            "notify[0].email: has only one of user and password, write both or neither",
        ),
        (
            "notify: [email: {to: [a@b], from: a@b, server: 'smtp://h', user: u, password: hu,sh}]",
            "notify[0].email: text without a key, put what holds a comma in quotes and a list in [ ]",
        ),
        (
            "notify: [email: {to: [a@b], from: a@b, server: 'smtp://h', user: u, password: [hush]}]",
            'notify[0].email.password: is a list, not text, write "${SMTP_PASSWORD}"',
        ),
        ("alerts:", "alerts: is empty, write {on: [landing, departure], min_confidence: 0.6}"),
        (
            "alerts: [landing]",
            "alerts: is a list, not keys with values, write {on: [landing, departure], min_confidence: 0.6}",
        ),
        (
            "alerts: {on: 'landing, departure'}",
            f"alerts.on: holds a comma but is no list in [ ], write a list of {ASKED} and emergency",
        ),
        ("alerts: {on: [departed]}", "alerts.on[0]: 'departed' is not an event, write 'departure'"),
        (
            "alerts: {on: [x]}",
            "alerts.on[0]: 'x' is not an event, write one of 'landing', 'departure', 'airborne', "
            "'lost', 'approaching', 'diverted', 'emergency'",
        ),
        (
            "alerts: {min_confidence: 60%}",
            "alerts.min_confidence: '60%' is not a confidence, write 0.6",
        ),
        ("alerts: {still_on_ground: 24}", f"alerts.still_on_ground: '24' is not a duration, write {DURATION}"),
        (
            "alerts: {still_on_ground: [24h, 0s]}",
            f"alerts.still_on_ground[1]: '0s' is not a duration, write {DURATION}",
        ),
        ("alerts: {time_zone: Berlin}", "alerts.time_zone: 'Berlin' is not a time zone, write 'Europe/Berlin'"),
        (
            "alerts: {time_zone: europe/berlin}",
            "alerts.time_zone: 'europe/berlin' is not a time zone, write 'Europe/Berlin'",
        ),
        ("alerts: {time_zone: new york}", "alerts.time_zone: 'new york' is not a time zone, write 'America/New_York'"),
        (
            "alerts: {time_zone: Asia/Pyonyang}",
            "alerts.time_zone: 'Asia/Pyonyang' is not a time zone, write 'Asia/Pyongyang'",
        ),
        *(
            (
                f"alerts: {{time_zone: '{name}'}}",
                f"alerts.time_zone: '{name}' is not a time zone, write the name of a time zone such as Europe/Berlin",
            )
            for name in ("../x", "/etc", "KST+9:30", "한국")
        ),
        ("alerts: {map: sometimes}", "alerts.map: 'sometimes' is neither, write true or false"),
        ("alerts: {units: ft}", "alerts.units: 'ft' is not a unit of heights, write 'feet'"),
        ("alerts: {units: yards}", "alerts.units: 'yards' is not a unit of heights, write one of 'metres', 'feet'"),
        (
            "opensky: {client_id: x}",
            "opensky: has no 'client_secret', "
            'write {client_id: "${OPENSKY_CLIENT_ID}", client_secret: "${OPENSKY_CLIENT_SECRET}"}',
        ),
    ],
)
def test_what_is_wrong_with_the_rest(text: str, said: str) -> None:
    """One mistake gives one complaint, and no password is repeated."""
    assert complaints(f"airports: [FNJ]\n{text}") == [f"w.yaml:2: {said}"]


@pytest.mark.parametrize("confidence", ["-0.1", "1.01", "nan", "inf", "1e-1", "0x0", "1_0", "0.6.0", "sure"])
def test_a_confidence_is_a_plain_number_from_0_to_1(confidence: str) -> None:
    assert complaints(f"airports: [FNJ]\nalerts: {{min_confidence: {confidence}}}") == [
        f"w.yaml:2: alerts.min_confidence: '{confidence}' is not a confidence, write a number from 0 to 1 such as 0.6"
    ]


@pytest.mark.parametrize(
    "server",
    [
        "mail.example.org",
        "http://h",
        "smtp:h",
        "smtp://",
        "smtp://h:0",
        "smtp://h:65536",
        "smtp://h:x",
        "smtp://h/x",
        "smtp://[h",
        "smtp://h?tls=1",
    ],
)
def test_a_mail_server_is_a_url_of_scheme_host_and_port(server: str) -> None:
    text = f"airports: [FNJ]\nnotify: [email: {{to: [a@b], from: a@b, server: '{server}'}}]"
    assert complaints(text) == [f"w.yaml:2: notify[0].email.server: is not a mail server, write {SERVER}"]


@pytest.mark.parametrize(
    "server", ["smtp://h", "smtp://mail.example.org:587/", "smtps://192.0.2.1:465", "smtp://[::1]:25"]
)
def test_mail_servers_that_are_fine(server: str) -> None:
    text = f"airports: [FNJ]\nnotify: [email: {{to: [a@b], from: a@b, server: '{server}'}}]"
    assert parse(text).notify == (EmailChannel(("a@b",), "a@b", server),)


def test_the_examples_in_the_watchlist_of_this_repository(tmp_path: Path) -> None:
    """What stands there as a comment is understood once it is none."""
    commented = (Path(__file__).parents[2] / "watchlist.yaml").read_text(encoding="utf-8")
    text = re.sub(
        r"^( *)# (?=- |  +\S|areas|still_on_ground|time_zone|units|health|sources|opensky|keep_evidence)",
        r"\1",
        commented,
        flags=re.MULTILINE,
    )
    names = re.findall(r"\$\{(\w+)\}", text)
    watchlist = parse_watchlist(
        text.encode(),
        name="w.yaml",
        environment={**dict.fromkeys(names, "https://x"), "WEBHOOK_SECRET": KEY},
        airports=load_airports,
        register=register_of(tmp_path, *SIX),
    )
    assert [source.name for source in watchlist.sources] == [OPENSKY, "adsb.lol"]
    assert [meaning.text for meaning in watchlist.selected] == ["type:IL62 and country:Russia"]
    assert [type(channel) for channel in watchlist.notify] == [
        *(PrintChannel, EmailChannel, AppriseChannel, WebhookChannel, PublishChannel)
    ]
    assert watchlist.notify[1].routing == Routing(
        *(
            ("RA-86*", "tag:dprk", "FNJ"),
            (airport("FNJ"),),
            ("landing", "departure", "reminder", "correction", "health"),
            0.8,
        ),
        digest=DigestTime(7, 0, time_zone="Europe/Berlin"),
    )
    assert watchlist.notify[2].routing == Routing(delay=timedelta(days=1))
    assert watchlist.alerts.still_on_ground == (timedelta(days=1), timedelta(days=3))
    assert [area.name for area in watchlist.areas] == ["Wonsan Bay"]
    assert watchlist.alerts.desk == Desk("Europe/Berlin", "feet")
    assert (watchlist.health, watchlist.opensky is not None) == (Health(timedelta(hours=1), "https://x"), True)
    assert watchlist.keeps_evidence


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("daily 07:00", DigestTime(7, 0)),
        ("Daily at 7:05", DigestTime(7, 5)),
        ("weekly Mon 07:00", DigestTime(7, 0, 0)),
        ("weekly on Sunday at 23:59", DigestTime(23, 59, 6)),
        ("every Friday 00:00", DigestTime(0, 0, 4)),
    ],
)
def test_when_a_digest_comes(written: str, meant: DigestTime) -> None:
    """By the desk's clock, or UTC."""
    assert channel(f"  - {{print: , digest: {written}}}").routing.digest == meant
    [berlin] = parse(
        f"airports: [FNJ]\nnotify: [{{print: , digest: {written}}}]\nalerts: {{time_zone: Europe/Berlin}}"
    ).notify
    assert berlin.routing.digest == replace(meant, time_zone="Europe/Berlin")
    assert (
        DigestTime(meant.hour, meant.minute, meant.weekday)
        == channel(f"  - {{print: , digest: {meant}}}").routing.digest
    )


@pytest.mark.parametrize(
    ("written", "write"),
    [
        ("07:00", "daily 07:00"),
        ("daily", "daily 07:00 or weekly Mon 07:00"),
        ("daily 24:00", "daily 07:00 or weekly Mon 07:00"),
        ("weekly 07:00", "daily 07:00 or weekly Mon 07:00"),
        ("hourly", "daily 07:00 or weekly Mon 07:00"),
    ],
)
def test_what_is_no_time_of_a_digest(written: str, write: str) -> None:
    assert complaints(f"airports: [FNJ]\nnotify: [{{print: , digest: {written}}}]") == [
        f"w.yaml:2: notify[0].digest: {written!r} is not when a digest comes, write {write}"
    ]


def test_a_webhook_gets_no_digests() -> None:
    hook = f'webhook: {{url: "https://example.org/hook", secret: "{KEY}"}}'
    said = complaints(f"airports: [FNJ]\nnotify:\n  - {hook}\n    digest: daily 07:00")
    assert said[0].startswith("w.yaml:4: notify[0].digest: does not go with a webhook, which is called with one event")
