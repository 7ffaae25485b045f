"""A walk over a folder that is served: every link in it leads to a file of it, and none anywhere else but to whom it names."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import ProxyHandler, build_opener
from xml.etree import ElementTree

from read_pages import Reading

NAMED = re.compile(r"https://(opensky-network\.org|ourairports\.com|www\.naturalearthdata\.com|adsb\.lol|adsb\.fi)/")
"""Where a page may lead outside: to whoever the data come from, when somebody follows that."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder by ``python -m http.server``; give its address, which is a folder below the server's own."""
    command = [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(folder.parent), "0"]
    with Popen(command, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            port = re.search(r"port (\d+)", process.stdout.readline())
            assert port is not None
            yield f"http://127.0.0.1:{port[1]}/{folder.name}/"
        finally:
            process.kill()


@dataclass
class Walk:
    """What was found from a first page on."""

    pages: dict[str, str] = field(default_factory=dict)
    """What each address below the first one holds, relative to it."""
    outside: set[str] = field(default_factory=set)


def walked(first: str) -> Walk:
    """Follow every link from here. Each that leads into the folder must be answered, and have what it is to scroll to."""
    walk, left = Walk(), ["index.html"]
    ask = build_opener(ProxyHandler({}))
    while left:
        name = left.pop()
        if name in walk.pages:
            continue
        with ask.open(urljoin(first, name), timeout=20) as answer:
            walk.pages[name] = answer.read().decode()
        for link in links(name, walk.pages[name]):
            if urlsplit(link).scheme:
                walk.outside.add(link)
                continue
            there, anchor = urldefrag(link)
            assert not there.startswith(("/", "\\", ".")), link
            if anchor and not there:
                assert f'id="{anchor}"' in walk.pages[name], link
            left.append(there or name)
    return walk


def links(name: str, text: str) -> list[str]:
    """Give every address that a page or a feed holds; of a page also those that a reader's program would ask for by itself."""
    if name.endswith(".atom"):
        root = ElementTree.fromstring(text)  # noqa: S314 our own feed
        return [each.get("href", "") for each in root.iter("{http://www.w3.org/2005/Atom}link")]
    if not name.endswith(".html"):
        return []
    page = Reading(text)
    asked = {"src", "srcset", "poster", "data", "action", "background"}
    assert [element for element in page.elements if asked & {*element[1]}] == []
    found = [attributes["href"] for _, attributes in page.elements if "href" in attributes]
    return [link for link in found if link != "data:,"]
