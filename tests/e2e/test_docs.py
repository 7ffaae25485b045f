"""README.md and docs/: every command works and prints what is shown, every key and column is there, every link leads on."""

import csv
import io
import json
import re
import textwrap
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import command_line
import pictures
import pytest
from doc_pages import PAGES, README, ROOT, cells, is_here, lines, reading, run, run_cells, shown
from made_registers import SIX, register_of
from state_vectors import AIRPORTS
from warm_process import Warm

import flightwatch
from flightwatch.app import environment
from flightwatch.channels.webhook import call
from flightwatch.errors import DeliveryError, WatchlistError
from flightwatch.watchlist.model import WebhookChannel
from flightwatch.watchlist.reading import parse_watchlist

REFERENCE = ROOT / "docs" / "reference"
SECRET = "whsec_" + "c2VjcmV0" * 4
"""A webhook's."""

TERMS = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def first_cells(page: Path) -> set[str]:
    """What a page's tables explain: the terms in code in their first column."""
    rows = [line for line in text_of(page).splitlines() if line.startswith("| `")]
    return {term for row in rows for term in TERMS.findall(row.split("|")[1])}


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub links to them."""
    headings = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [page for page in PAGES if shown(text_of(page))], ids=name_of)
def test_commands_and_their_output(page: Path, tmp_path: Path, warm: Warm) -> None:
    """In order, from top to end."""
    text = text_of(page)
    if missing := [command for command, _ in shown(text) if not is_here(command)]:
        pytest.skip(f"this machine lacks a program: {missing[0]}")
    with reading(text, tmp_path, warm) as program:
        for command, output in shown(text):
            done = run(command, program)
            assert (command, done.returncode, "Traceback" in done.stderr) == (command, 0, False), done.stderr
            if output:
                assert output in (lines(done.stdout), lines(done.stdout + done.stderr)), command


@pytest.mark.parametrize("page", [page for page in PAGES if cells(text_of(page))], ids=name_of)
def test_notebooks_and_what_they_show(page: Path, tmp_path: Path, warm: Warm) -> None:
    """Each cell, in order, after the page's commands."""
    pytest.importorskip("pandas", reason="the extra `pandas` is not installed")
    text = text_of(page)
    with reading(text, tmp_path, warm) as program:
        for command, _ in shown(text):
            assert run(command, program).returncode == 0, command
        codes = [code for code, _ in cells(text)]
        assert [*zip(codes, run_cells(codes, program), strict=True)] == cells(text)


def test_the_alert_that_is_shown(tmp_path: Path, warm: Warm) -> None:
    """Is one of the demo's, as far as it is shown."""
    text = text_of(ROOT / "docs" / "how-to" / "channels.md")
    block = re.search(r"^    RA-86559 .*?(?=^      …$)", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    with reading("", tmp_path, warm) as program:
        assert textwrap.dedent(block[0]) in program.out("demo")


def test_the_receiver_that_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It takes what is signed with the secret, and nothing else. Its last line, which waits for ever, is done here."""
    text = text_of(ROOT / "docs" / "how-to" / "channels.md")
    block = re.search(r"^    import os\n.*?^(?=    HTTPServer\()", text, re.DOTALL | re.MULTILINE)
    assert block is not None
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    names: dict[str, Any] = {}
    exec(textwrap.dedent(block[0]), names)  # noqa: S102 it is ours
    with HTTPServer(("127.0.0.1", 0), names["Receiver"]) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            now, url = datetime.now(UTC), f"http://127.0.0.1:{server.server_port}/"
            call(WebhookChannel(url, (SECRET,), "w"), "e1", '{"id": "e1", "type": "landing"}', now)
            for secret, at in ((SECRET[:-4], now), (SECRET, now - timedelta(hours=1))):
                with pytest.raises(DeliveryError, match="401"):
                    call(WebhookChannel(url, (secret,), "w"), "e2", '{"id": "e2", "type": "landing"}', at)
        finally:
            server.shutdown()
            thread.join()
    assert capsys.readouterr().out == "e1 landing\n"


def test_the_accuracy_that_is_claimed() -> None:
    """The README has the figures of the page about them, rounded."""
    page = text_of(ROOT / "docs" / "explanation" / "accuracy.md")
    [row] = re.findall(
        r"^\| `real`, (\d+) landings \| flightwatch \| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% ", page, re.MULTILINE
    )
    found, true, right = (round(float(share)) for share in row[1:])
    claim = f"it finds {found} % of {row[0]} landings and names the right airport for {right} %, and "
    assert f"{claim}{'each' if true == 100 else f'{true} %'} of its alerts is true" in " ".join(text_of(README).split())


def test_how_a_block_is_read() -> None:
    readme = "```console\n$ a b\nx  \n\n  y\n$ c\n```\n```\n$ d\n```\n```console\n$ e\n```\n"
    assert shown(readme) == [("a b", ["x", "", "  y"]), ("c", []), ("e", [])]


def test_how_a_cell_is_read() -> None:
    page = "```python\na\nb\n```\n\n```text\nx\n  y\n```\n\n```python\nc\n```\nz\n```text\nd\n```\n"
    assert cells(page) == [("a\nb\n", ["x", "  y"]), ("c\n", [])]


def test_watchlists(tmp_path: Path) -> None:
    """Each one shown is understood as it stands, once its variables are set and there is what it names beside it.

    Sections alone need something to watch.
    """
    register = register_of(tmp_path, *SIX)
    every = "\n".join(map(text_of, PAGES))
    blocks = re.findall(r"^```yaml\n(.*?)^```$", every, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3
    names = dict.fromkeys(re.findall(r"\$\{([A-Z_]+)\}", "".join(blocks)), "x")
    names["WEBHOOK_SECRET"] = SECRET
    for block in blocks:
        text = block if "aircraft:" in block else f"aircraft: [{{registration: RA-86559, tags: [dprk]}}]\n{block}"
        parse_watchlist(
            text.encode(),
            name="page",
            environment=names,
            airports=AIRPORTS,
            register=register,
            lists=lambda _: b"icao24\n15521f\n",
        )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links(page: Path) -> None:
    """Those inside the project: to files that are there, and to headings that are in them."""
    for link in LINK.findall(text_of(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {
        (index.parent / link).resolve() for link in LINK.findall(text_of(index)) if not link.startswith("https://")
    }
    assert set(PAGES) - {index} <= linked


def test_the_command_line() -> None:
    """Is written anew by ``python tools/command_line.py``."""
    assert text_of(command_line.PAGE) == command_line.text()


@pytest.mark.parametrize(
    "section",
    [
        "zzz: x",
        "aircraft: [{zzz: x}]",
        "airports: [{zzz: x}]",
        "notify: [{zzz: x}]",
        "notify: [{email: {zzz: x}}]",
        "alerts: {zzz: x}",
        "health: {zzz: x}",
        "opensky: {zzz: x}",
    ],
)
def test_keys_of_the_watchlist(section: str) -> None:
    """Each that a complaint offers is explained."""
    with pytest.raises(WatchlistError) as raised:
        parse_watchlist(section.encode(), name="w", environment={}, airports=AIRPORTS)
    offered = re.search(r"unknown key 'zzz', write one of (.*)", str(raised.value))
    assert offered is not None
    headings = {f"{anchor}" for anchor in anchors(REFERENCE / "watchlist.md")}
    assert set(re.findall(r"'(\w+)'", offered[1])) <= first_cells(REFERENCE / "watchlist.md") | headings


def test_columns_and_fields(tmp_path: Path, warm: Warm) -> None:
    """Those of a visit as CSV has them, those of an event as JSON has them."""
    with reading("", tmp_path, warm) as program:
        table = program.out("history", "RA-86559", "--offline", "--format", "csv")
        polls = Path(flightwatch.__file__).parent / "data" / "demo.jsonl.gz"
        events = [json.loads(line) for line in program.out("replay", str(polls), "--format", "jsonl").splitlines()]
    assert set(next(csv.reader(io.StringIO(table)))) == first_cells(REFERENCE / "columns.md")
    assert {field for event in events for field in event} <= first_cells(REFERENCE / "events.md")


def test_variables() -> None:
    explained = first_cells(REFERENCE / "environment.md")
    assert {name for name in environment.READ if name.isupper()} == explained


def test_pictures() -> None:
    """They say what flightwatch says today, and ask for nothing; other libraries may draw them otherwise."""
    for name, drawn in pictures.draw().items():
        there = (pictures.PICTURES / name).read_text(encoding="utf-8")
        assert said(there) == said(drawn)
        assert "url(http" not in there
        assert README.read_text(encoding="utf-8").count(f"docs/pictures/{name}") == 1


def said(picture: str) -> list[str]:
    texts = ElementTree.fromstring(picture).itertext()  # noqa: S314 our own drawing
    return " ".join(texts).replace("\N{NO-BREAK SPACE}", " ").split()
