"""Messages through Apprise: what its services are sent, and what is said when they are not reached."""

import json
import os
import subprocess
import sys
import tempfile
from base64 import b64decode
from collections import deque
from collections.abc import Iterator
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, unquote_plus

import pytest
from hook_server import DRIP, HookServer
from trustme import CA

from flightwatch.channels.messenger import messenger, service_of
from flightwatch.errors import DeliveryError
from flightwatch.watchlist.model import AppriseChannel

PATIENCE_S = 60
"""How long a process may take before the test says it hangs, s."""

TOKEN = "T0KENT0KENT0KENT0KENT0KENT0KEN7a"
TITLE, BODY = "Landed", "Pyongyang\nunannounced"
TELEGRAM = f"tgram://123456789:{TOKEN}/-1001234567890"
SLACK = f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}"
DISCORD = f"discord://4174216298/{TOKEN}"
NOBODY = f"json://127.0.0.1:9/{TOKEN}"

MATRIX = json.dumps(
    {"access_token": "a", "user_id": "@watch:host", "home_server": "host", "room_id": "!1:host", "event_id": "$1"}
).encode()
"""What answers all that is asked of a Matrix server on the way to a message."""

HOSTILE = "<!channel> <b>x</b> @everyone [ok](http://evil.example) ||hid|| &amp; me@39.2"
Z = "\N{ZERO WIDTH SPACE}"
HARMLESS = f"<{Z}!channel> <{Z}b>x<{Z}/b> @{Z}everyone [ok]{Z}(http://evil.example) |{Z}|hid|{Z}| &amp; me@39.2"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[HookServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with HookServer() as server:
        yield server


@pytest.fixture
def world(authority: CA, trusted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HookServer]:
    """Telegram, Slack and Discord, all in one."""
    names = ("api.telegram.org", "hooks.slack.com", "slack.com", "discord.com")
    with HookServer(authority.issue_cert(*names)) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        monkeypatch.setenv("HTTPS_PROXY", f"http://{server.address}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        server.answer = b"ok"
        yield server


def send(url: str, title: str = TITLE, body: str = BODY, timeout_s: float = 60.0) -> None:
    messenger(AppriseChannel(url, "desk"), timeout_s)(title, body)


def complaint(url: str, timeout_s: float = 60.0) -> str:
    """Fail to send; give what is said, which is one line and holds no secret."""
    with pytest.raises(DeliveryError) as caught:
        send(url, timeout_s=timeout_s)
    said = str(caught.value)
    assert said.isprintable()
    assert TOKEN[:20] not in said
    return said.replace("https://appriseit.com/services/", "PAGES/")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("json://{}/desk", "/desk"),
        ("form://{}/desk", "/desk"),
        ("xml://{}/desk", "/desk"),
        ("ntfy://{}/desk", "/"),
        ("gotify://{}/AbCdEfGhIjKlMnO", "/message"),
        ("mmost://{}/3ccdd113474722377935511fc85d3dd4", "/hooks/3ccdd113474722377935511fc85d3dd4"),
        (f"rocket://{'a' * 24}/{'b' * 24}@{{}}/#desk", f"/hooks/{'a' * 24}/{'b' * 24}"),
        ("matrix://watch:secret@{}/#desk?mode=hookshot", "/webhook/secret"),
    ],
)
def test_services_with_a_host_of_their_own(hook: HookServer, url: str, path: str) -> None:
    """All is in one message, and nothing else is asked of anybody."""
    send(url.format(hook.address))
    [request] = hook.requests
    assert (request.method, request.host, request.path) == ("POST", hook.address, path)
    assert all(word in unquote_plus(request.body) for word in (TITLE, *BODY.split()))


def test_a_web_hook_of_your_own(hook: HookServer) -> None:
    send(f"json://{hook.address}/desk")
    [request] = hook.requests
    assert json.loads(request.body) == {
        "version": "1.0",
        "title": TITLE,
        "message": BODY,
        "attachments": [],
        "type": "info",
    }


def test_messages_to_one_channel(hook: HookServer) -> None:
    """One that is refused does not spoil the next."""
    tell = messenger(AppriseChannel(f"json://{hook.address}/desk", "desk"))
    hook.statuses.append(503)
    with pytest.raises(DeliveryError):
        tell("first", BODY)
    tell("second", BODY)
    assert [json.loads(request.body)["title"] for request in hook.requests] == ["first", "second"]


def test_one_login_serves_all_messages(hook: HookServer) -> None:
    """And one pace: Apprise spaces out what it sends to a service that asks for it."""
    hook.answer = MATRIX
    tell = messenger(AppriseChannel(f"matrix://watch:secret@{hook.address}/!1:host?e2ee=no", "desk"))
    tell(TITLE, BODY)
    tell(TITLE, BODY)
    paths = [request.path for request in hook.requests]
    assert (sum("login" in path for path in paths), sum("send" in path for path in paths)) == (1, 2)


def test_telegram_shows_text_as_text(world: HookServer) -> None:
    world.answer = b'{"ok": true}'
    send(TELEGRAM, HOSTILE, HOSTILE)
    [request] = world.requests
    assert (request.host, request.path) == ("api.telegram.org", f"/bot123456789:{TOKEN}/sendMessage")
    sent = json.loads(request.body)
    shown = escape(HARMLESS, quote=False)
    assert (sent["chat_id"], sent["parse_mode"]) == (-1001234567890, "HTML")
    assert sent["text"].replace("&nbsp;", " ").split("\r\n") == [f"<b>{shown}</b>", shown]


def test_slack_shows_text_as_text(world: HookServer) -> None:
    send(SLACK, HOSTILE, HOSTILE)
    [request] = world.requests
    assert (request.host, request.path) == ("hooks.slack.com", SLACK.removeprefix("https://hooks.slack.com"))
    sent = json.loads(request.body)
    [attachment] = sent["attachments"]
    shown = escape(HARMLESS, quote=False)
    assert (sent["mrkdwn"], attachment["title"], attachment["text"]) == (False, shown, shown)
    assert attachment["footer"] == "flightwatch"
    assert "http" not in request.body.replace("http://evil.example", "")  # no picture to fetch


def test_discord_calls_nobody(world: HookServer) -> None:
    """It reads text as Markdown: emphasis may show, but no call, no hidden text and no link in disguise."""
    send(DISCORD, HOSTILE, HOSTILE)
    [request] = world.requests
    assert json.loads(request.body) == {"tts": False, "wait": True, "content": f"{HARMLESS}\r\n{HARMLESS}"}


def test_control_characters_are_taken_out(hook: HookServer) -> None:
    send(f"json://{hook.address}/desk", "a\x1b[31m\r\nb\u202e", "c\x00\u202ed\r\ne")
    sent = json.loads(hook.requests[0].body)
    assert (sent["title"], sent["message"]) == ("a[31mb", "cd\ne")


def test_a_long_message_comes_in_parts(world: HookServer) -> None:
    words = [f"word{n}" for n in range(500)]
    send(DISCORD, body=" ".join(words))
    assert len(world.requests) > 1
    sent = " ".join(json.loads(request.body)["content"] for request in world.requests)
    assert [word for word in sent.split() if word in words] == words


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (403, "does not take it (403); correct the address"),
        (404, "does not take it (404); correct the address"),
        (302, "does not take it (302); correct the address"),
        (429, "does not take it (429); it may later"),
        (500, "does not take it (500); it may later"),
    ],
)
@pytest.mark.parametrize("query", ["", "?optional=yes"])
def test_a_refusal(hook: HookServer, status: int, reason: str, query: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing follows a redirect, and an address that calls its failures success is not believed."""
    hook.statuses.append(status)
    assert complaint(f"json://{hook.address}/{TOKEN}{query}") == f"JSON {reason}, see PAGES/json/"
    assert len(hook.requests) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "name"), [(TELEGRAM, "Telegram"), (SLACK, "Slack"), (DISCORD, "Discord")], ids=["tgram", "slack", "discord"]
)
def test_a_refusal_by_the_great(world: HookServer, url: str, name: str, capfd: pytest.CaptureFixture[str]) -> None:
    world.statuses.append(401)
    assert complaint(url) == f"{name} does not take it (401); correct the address, see PAGES/{name.lower()}/"
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("hook")
def test_nobody_there(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    assert complaint(NOBODY) == (
        "JSON cannot be reached or does not answer; check the address and the network, see PAGES/json/"
    )
    assert (capfd.readouterr(), caplog.records) == (("", ""), [])


def test_an_answer_without_an_end(hook: HookServer) -> None:
    hook.statuses.append(DRIP)
    said = complaint(f"json://{hook.address}/{TOKEN}", timeout_s=0.5)
    assert said == "JSON did not take it within 0.5 s; check the address, see PAGES/json/"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"tgram://{TOKEN}", "tgram:// is not followed by what Telegram needs, see PAGES/telegram/"),
        (f"slack://{TOKEN}", "slack:// is not followed by what Slack needs, see PAGES/slack/"),
        (f"json://[{TOKEN}", "json:// is not followed by what JSON needs, see PAGES/json/"),
        (f"matrix://{TOKEN}/?tz=nowhere", "matrix:// is not followed by what Matrix needs, see PAGES/matrix/"),
        (f"windows://[{TOKEN}", "windows:// needs more on this machine than Apprise alone, see PAGES/windows/"),
        (f"disord://{TOKEN}", "Apprise knows no disord://; did you mean discord://? PAGES/ lists all"),
        (f"qqqqqqqq://{TOKEN}", "Apprise knows no qqqqqqqq://, PAGES/ lists all"),
        (
            f"https://example.org/{TOKEN}",
            "Apprise knows no service at this https:// address; for a web hook of your own write json:// or jsons://",
        ),
        (TOKEN, "the address begins with no scheme such as tgram://, PAGES/ lists them"),
        ("", "the address begins with no scheme such as tgram://, PAGES/ lists them"),
    ],
)
def test_an_address_that_is_none(url: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert complaint(url) == said
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("scheme", ["file", "exec", "script", "python", "module", "config", "include"])
def test_no_address_runs_code_or_reads_files(scheme: str, tmp_path: Path) -> None:
    """Neither a plugin of somebody's nor a list of further addresses."""
    plugin = tmp_path / "plugin.py"
    plugin.write_text(
        f"from apprise.decorators import notify\nopen({str(tmp_path / 'ran')!r}, 'w')\n"
        f"@notify(on={scheme!r})\ndef run(*_, **__): pass\n"
    )
    assert complaint(f"{scheme}://{plugin}").startswith(f"Apprise knows no {scheme}://")
    assert list(tmp_path.iterdir()) == [plugin]


@pytest.mark.parametrize(
    ("written", "service"),
    [
        ("tgram://${TELEGRAM_BOT_TOKEN}/${TELEGRAM_CHAT_ID}", "Telegram"),
        ("${SLACK_WEBHOOK}", "Slack"),
        ("slack://${TOKEN_A}/${TOKEN_B}/${TOKEN_C}", "Slack"),
        ("ntfy://ntfy.sh/our-landings", "ntfy"),
    ],
)
def test_addresses_as_the_readme_writes_them(written: str, service: str) -> None:
    url = Template(written).substitute(
        TELEGRAM_BOT_TOKEN=f"123456789:{TOKEN}",
        TELEGRAM_CHAT_ID="-1001234567890",
        SLACK_WEBHOOK=SLACK,
        TOKEN_A="T1JJ3T3L2",
        TOKEN_B="A1BRTD4JD",
        TOKEN_C=TOKEN[:24],
    )
    assert service_of(url)[0].service_name == service


def run(program: str, home: Path, url: str, timeout_s: float = 60.0) -> "subprocess.CompletedProcess[str]":
    """Run a program in a home that holds nothing, where a warning is an error."""
    start = (
        "import sys\nfrom flightwatch.errors import DeliveryError\nfrom flightwatch.channels.messenger import messenger\n"
        "from flightwatch.watchlist.model import AppriseChannel\n"
        "send = messenger(AppriseChannel(sys.argv[1], 'desk'), float(sys.argv[2]))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + program, url, str(timeout_s)],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


REPORTING = "try: send('t', 'b')\nexcept DeliveryError as error: print(error)"


@pytest.mark.parametrize("url", ["json://{}/desk", "matrix://watch:secret@{}/!1:host"])
def test_a_program_leaves_nothing_behind(hook: HookServer, tmp_path: Path, url: str) -> None:
    """No warning, no file, and no word at its end, though Matrix is logged in to and out of."""
    hook.answer = MATRIX
    done = run("send('t', 'b')", tmp_path, url.format(hook.address))
    assert (done.returncode, done.stdout, done.stderr, list(tmp_path.iterdir())) == (0, "", "", [])
    assert hook.requests


def test_a_program_ends_though_an_answer_does_not(hook: HookServer, tmp_path: Path) -> None:
    hook.statuses.append(DRIP)
    done = run(REPORTING, tmp_path, f"json://{hook.address}/desk", timeout_s=0.5)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("JSON did not take it within 0.5 s")


def test_without_apprise(tmp_path: Path) -> None:
    """Nothing of it is imported before the first message; then its absence is said."""
    done = run(f"assert 'apprise' not in sys.modules; sys.modules['apprise'] = None\n{REPORTING}", tmp_path, NOBODY)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "Apprise is not installed: pipx inject flightwatch apprise (in a virtual environment: pip install apprise)\n"
    )


PNG = b"\x89PNG\r\n\x1a\n and more"


def pictures(body: str) -> list[tuple[str, bytes]]:
    """The pictures of a web hook's message, by name."""
    return [(each["filename"], b64decode(each["base64"])) for each in json.loads(body)["attachments"]]


def test_a_picture_goes_where_pictures_are_taken(hook: HookServer) -> None:
    messenger(AppriseChannel(f"json://{hook.address}/desk", "desk"))(TITLE, BODY, PNG)
    [request] = hook.requests
    assert pictures(request.body) == [("map.png", PNG)]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("form://{}/desk", 'name="file01"; filename="map.png"\r\nContent-Type: image/png'),
        ("apprise://{}/desk", 'name="file01"; filename="map.png"\r\nContent-Type: image/png'),
        (TELEGRAM, 'name="photo"; filename="map.png"'),
        (DISCORD, 'name="files[0]"; filename="map.png"\r\nContent-Type: image/png'),
    ],
    ids=["form", "apprise", "tgram", "discord"],
)
def test_a_picture_arrives_whole(
    world: HookServer, url: str, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under its name, with the words; a file that lies where flightwatch was called is not taken for it, and none is left."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "map.png").write_bytes(b"somebody's own")
    monkeypatch.chdir(here)
    monkeypatch.setattr(tempfile, "tempdir", str(here))
    world.answer = b'{"ok": true}'
    messenger(AppriseChannel(url.format(world.address), "desk"))(TITLE, BODY, PNG)
    assert sum(request.data.count(PNG) for request in world.requests) == 1
    assert sum(request.body.count(named) for request in world.requests) == 1
    assert all(any(word in request.body for request in world.requests) for word in (TITLE, *BODY.split()))
    assert [file.name for file in here.iterdir()] == ["map.png"]


def test_a_picture_that_is_the_message(hook: HookServer) -> None:
    """With ntfy: it takes the picture as it is, and its name and the words in the address."""
    messenger(AppriseChannel(f"ntfy://{hook.address}/desk", "desk"))(TITLE, BODY, PNG)
    [request] = hook.requests
    assert request.data == PNG
    assert dict(parse_qsl(request.query)) == {"filename": "map.png", "title": TITLE, "message": BODY}


def test_a_picture_in_a_room(hook: HookServer) -> None:
    """Matrix is given it first, and then told where it is."""
    hook.answer = json.dumps(json.loads(MATRIX) | {"content_uri": "mxc://host/1"}).encode()
    messenger(AppriseChannel(f"matrix://watch:secret@{hook.address}/!1:host?e2ee=no", "desk"))(TITLE, BODY, PNG)
    assert [request.data for request in hook.requests if request.path.endswith("/upload")] == [PNG]
    picture, words = [json.loads(request.body) for request in hook.requests if "/send/" in request.path]
    assert (picture["msgtype"], picture["body"], picture["url"]) == ("m.image", "map.png", "mxc://host/1")
    assert TITLE in words["body"]


def test_a_picture_that_cannot_be_handed_over_holds_nothing_up(world: HookServer) -> None:
    """Slack says nothing of where it goes, and no status tells why: the message counts as sent without it."""
    world.answer = b'{"ok": true}'
    messenger(AppriseChannel(f"slack://xoxb-1234-1234-{TOKEN}/#desk", "desk"))(TITLE, BODY, PNG)
    assert {request.path for request in world.requests} == {"/api/chat.postMessage"}
    assert all(TITLE in request.body for request in world.requests)


def test_a_picture_for_which_there_is_no_room_is_left_out(
    hook: HookServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    messenger(AppriseChannel(f"json://{hook.address}/desk", "desk"))(TITLE, BODY, PNG)
    [request] = hook.requests
    assert (pictures(request.body), TITLE in request.body) == ([], True)


def test_what_was_sent_is_sent_though_its_picture_cannot_be_removed(
    hook: HookServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where somebody else holds its folder."""

    class Meddling(deque[int]):
        def popleft(self) -> int:
            [folder] = (tmp_path / "temporary").iterdir()
            folder.rename(tmp_path / "moved")
            folder.symlink_to(tmp_path / "moved")
            return super().popleft()

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    hook.statuses = Meddling([200])
    messenger(AppriseChannel(f"json://{hook.address}/desk", "desk"))(TITLE, BODY, PNG)
    assert [len(pictures(request.body)) for request in hook.requests] == [1]


def test_nobody_is_asked_twice_who_is_not_there() -> None:
    """Without a picture no message gets through either."""
    with pytest.raises(DeliveryError, match="cannot be reached"):
        messenger(AppriseChannel(NOBODY, "desk"))(TITLE, BODY, PNG)


def test_a_service_that_takes_no_pictures_gets_the_words(hook: HookServer) -> None:
    messenger(AppriseChannel(f"gotify://{hook.address}/AbCdEfGhIjKlMnO", "desk"))(TITLE, BODY, PNG)
    [request] = hook.requests
    assert "PNG" not in request.body
    assert "Pyongyang" in request.body


@pytest.mark.parametrize("status", [403, 413, 415])
def test_a_picture_that_is_refused_is_left_out(hook: HookServer, status: int) -> None:
    """The words go again without it; a service that is busy gets both again later."""
    hook.statuses.append(status)
    messenger(AppriseChannel(f"json://{hook.address}/desk", "desk"))(TITLE, BODY, PNG)
    assert [len(pictures(request.body)) for request in hook.requests] == [1, 0]
    hook.statuses.append(503)
    with pytest.raises(DeliveryError, match="503"):
        messenger(AppriseChannel(f"json://{hook.address}/desk", "desk"))(TITLE, BODY, PNG)
